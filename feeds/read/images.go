package read

import (
	"strconv"
	"strings"
)

// isPixel tells whether an image is made not to be seen: no wider or higher than a
// pixel, or hidden by its own attributes. Such images count readers.
func isPixel(got []pair) bool {
	for _, p := range got {
		switch p.key {
		case "width", "height":
			if n, ok := dimension(p.value); ok && n <= 1 {
				return true
			}
		case "hidden":
			return true
		case "style":
			if hides(p.value) {
				return true
			}
		}
	}
	return false
}

// dimension reads a width or height (HTML, rules for parsing dimension values) in
// pixels; percentages only when they are none.
func dimension(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.') {
		end++
	}
	n, err := strconv.ParseFloat(s[:end], 64)
	if err != nil || strings.HasPrefix(s[end:], "%") && n > 0 {
		return 0, false
	}
	return n, true
}

// hides tells whether an inline style keeps an element from being seen. A style with
// escapes or comments, which nobody writes by hand, does.
func hides(style string) bool {
	if style == "" {
		return false
	}
	style = strings.ToLower(style)
	if strings.IndexByte(style, '\\') >= 0 || strings.Contains(style, "/*") {
		return true
	}
	for declaration := range strings.SplitSeq(style, ";") {
		property, value, _ := strings.Cut(declaration, ":")
		value = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "!important"))
		switch strings.TrimSpace(property) {
		case "display":
			if value == "none" {
				return true
			}
		case "visibility":
			if value == "hidden" || value == "collapse" {
				return true
			}
		case "opacity":
			if n, err := strconv.ParseFloat(strings.TrimSuffix(value, "%"), 64); err == nil && n == 0 {
				return true
			}
		case "width", "height", "max-width", "max-height":
			if n, ok := dimension(value); ok && n <= 1 && (n == 0 || strings.HasSuffix(value, "px")) {
				return true
			}
		}
	}
	return false
}

// isBeacon tells whether an absolute address is known to count readers rather than to
// show something.
func isBeacon(address string) bool {
	_, rest, _ := strings.Cut(address, "://")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	host, path := strings.ToLower(rest[:end]), strings.ToLower(rest[end:])
	host, _, _ = strings.Cut(host, ":")
	for _, part := range beaconPaths {
		if strings.Contains(path, part) {
			return true
		}
	}
	for host != "" {
		if prefixes, ok := beaconHosts[host]; ok {
			for prefix := range strings.FieldsSeq(prefixes) {
				if strings.HasPrefix(path, prefix) {
					return true
				}
			}
			return prefixes == ""
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return false
}

// beaconPaths are parts of the paths of self-hosted counters: Matomo and its former
// name, Google's old tracker, the opening counters of SendGrid and Mailchimp, the
// republication counter that ProPublica and WordPress newsrooms put into texts that
// others may reprint, Open Web Analytics. From the products' own documentation.
var beaconPaths = []string{
	"/matomo.php", "/piwik.php", "/__utm.gif", "/wf/open?", "/track/open.php", "republication-tracker-tool", "republish-pixel", "/owa/log.php", "/pixel.gif?", "/count.gif?",
}

// beaconHosts are hosts, each for its subdomains too, with the beginnings of the paths
// that count; the whole host when there are none. From the embedding instructions of
// each vendor and from the feeds in which their images stand.
var beaconHosts = map[string]string{
	// What feeds were given by those who served or advertised in them.
	"feeds.feedburner.com": "/~r/ /~ff/ /~a/", "feedproxy.google.com": "/~r/ /~ff/ /~a/", "feedads.g.doubleclick.net": "", "feeds.wordpress.com": "/1.0/",
	"stats.wordpress.com": "", "pixel.wp.com": "", "stats.wp.com": "", "blogger.googleusercontent.com": "/tracker/", "feedsportal.com": "", "rss.buysellads.com": "", "feedblitz.com": "/feedblitz_rss_tracker /~/t/",
	"counter.theconversation.com": "", "counter.theconversation.edu.au": "", "pixel.propublica.org": "", "medium.com": "/_/stat", "tinyurl.com": "/pixel", "substack.com": "/o/ /open",
	// Audience measurement.
	"google-analytics.com": "", "analytics.google.com": "", "googletagmanager.com": "", "doubleclick.net": "", "googlesyndication.com": "", "googleadservices.com": "",
	"quantserve.com": "", "scorecardresearch.com": "", "chartbeat.net": "", "chartbeat.com": "/ping", "parsely.com": "/plogger", "nuggad.net": "", "gemius.pl": "", "xiti.com": "",
	"estat.com": "", "ioam.de": "", "ivwbox.de": "", "vgwort.de": "", "met.vgwort.de": "", "statcounter.com": "", "sitemeter.com": "", "histats.com": "", "webtrendslive.com": "", "2o7.net": "", "omtrdc.net": "", "imrworldwide.com": "",
	"counter.yadro.ru": "", "mc.yandex.ru": "", "top-fwz1.mail.ru": "", "top.list.ru": "", "counter.rambler.ru": "", "bigmir.net": "/counter", "hit.ua": "", "tns-counter.ru": "", "cnzz.com": "", "hm.baidu.com": "",
	// Social networks and sellers.
	"facebook.com": "/tr", "facebook.net": "/tr", "analytics.twitter.com": "", "t.co": "/i/adsct", "ads.linkedin.com": "", "px.ads.linkedin.com": "", "bat.bing.com": "", "pixel.reddit.com": "", "ct.pinterest.com": "", "adnxs.com": "", "criteo.com": "", "taboola.com": "", "outbrain.com": "", "amazon-adsystem.com": "/s/ /e/ir", "assoc-amazon.com": "/e/ir",
	// Newsletters that count who opened them.
	"list-manage.com": "/track/", "mandrillapp.com": "/track/open", "sendgrid.net": "/wf/open", "hubspotemail.net": "", "track.hubspot.com": "", "hs-analytics.net": "", "mailgun.org": "", "createsend.com": "/t/", "cmail19.com": "/t/", "cmail20.com": "/t/",
	"awstrack.me": "", "exacttarget.com": "/open.aspx", "constantcontact.com": "/on.jsp", "rs6.net": "/on.jsp", "icontact.com": "/track", "mlsend.com": "/o/", "pardot.com": "/r/", "eloqua.com": "/e/", "en25.com": "",
}
