package health

import (
	"fmt"
	"strings"
	"time"

	"tributary/feeds"
)

func gone(s feeds.Source, p feeds.Polling) Health {
	return Health{State: Gone, Summary: "the site says that the feed has ended (410), " + since(p) + ": it is not asked any more",
		Advice: "Look for another feed: " + preview(s) + " lists those of the site. Give the source its address, or switch it off. To ask the old address once more, set enabled to false and back to true."}
}

// failing says why the last poll failed and what helps.
func failing(s feeds.Source, p feeds.Polling) Health {
	h := Health{State: Failing}
	what, advice, fault := cause(s, p)
	h.Summary = what + " " + since(p)
	if p.Failures > 1 {
		h.Summary += fmt.Sprintf(" (%d times in a row)", p.Failures)
	}
	h.Advice = advice
	if fault != "" {
		h.Template = letter(s, p, fault)
	}
	return h
}

func since(p feeds.Polling) string { return "since " + day(p.Since) }

func preview(s feeds.Source) string {
	site := s.Link
	if site == "" {
		site = "SITE"
	}
	return `"tributary sources preview ` + site + `"`
}

// cause is what happened, what to do, and, if the webmaster can mend it, what to tell
// him.
func cause(s feeds.Source, p feeds.Polling) (what, advice, fault string) {
	const write = "Write to the site's webmaster; a letter is below."
	switch p.Reason {
	case "status":
		return status(s, p)
	case ReasonDenied:
		return fmt.Sprintf("the site answers %d to us and does not accept our access", p.Status), "The password, token or key has expired or is wrong. Ask the publisher for a new one, and have who runs this installation renew it under the source's access.", ""
	case "gone": // where a redirect that we learnt leads, which must not end the source
		return "the address that the feed moved to answers 410 (gone)", "Open the feed's page in a browser and correct the address; " + preview(s) + " lists the feeds of the site.", ""
	case "dns":
		return "no address is known for its host (DNS)", "Check the spelling of the address. If it is right, the site is down or was given up: look for its new home.", ""
	case "tls":
		return "no secure connection comes about (" + detail(p) + ")", "A certificate has expired, or belongs to another name. " + write, "our program cannot connect securely: " + detail(p)
	case "timeout":
		return "it gives no answer in time", "The site may be slow or down for a while; it is asked again by itself, less and less often. If it opens in a browser, it may hold our requests up. " + write, "requests from our program get no answer in time, while browsers may"
	case "network":
		return "the connection fails (" + detail(p) + ")", "The site may be down for a while; it is asked again by itself, less and less often. If it opens in a browser, it may turn our requests away. " + write, "connections from our program fail: " + detail(p)
	case "too_large":
		return "its document is too large (" + detail(p) + ")", "Ask the webmaster for a feed of the newest entries only, or let who runs this installation raise fetch.max_bytes.", "the feed is larger than our program reads; one with the newest 50 entries would be enough"
	case "decode":
		return "its compression is broken", write, "the compressed answer (Content-Encoding) cannot be unpacked: " + detail(p)
	case "redirect":
		return "its redirects lead nowhere (" + detail(p) + ")", "Open the address in a browser and give the source the address where it ends. " + write, "redirects at this address lead nowhere: " + detail(p)
	case "refused":
		return "our own rules refuse its address (" + detail(p) + ")", "Correct the address. One on an internal network must be allowed by who runs this installation (fetch.allow).", ""
	case ReasonHTML:
		return "a web page stands where the feed was", "The feed has moved, or a login or a bot check stands before it. " + preview(s) + " looks for feeds on the site; give the source the address found. If there is none, ask the webmaster; a letter is below.", "a web page is sent in place of the feed"
	case ReasonEmpty:
		return "its answer is empty", "It is asked again by itself. If it stays so, look for another feed with " + preview(s) + ", or write to the webmaster; a letter is below.", "the answer to our program is empty"
	case ReasonNotFeed:
		return "what stands at the address is no feed (" + detail(p) + ")", "Look for the feed with " + preview(s) + ", or write to the webmaster; a letter is below.", "what is sent is not a feed in RSS, Atom or JSON: " + detail(p)
	default:
		return "what it sends cannot be used (" + detail(p) + ")", `See what "tributary read ` + s.URL + `" shows, and tell who runs this installation.`, ""
	}
}

// HTTP statuses with words of their own (RFC 9110, RFC 6585, RFC 7725; 444 is nginx's).
const (
	notModified                = 304
	unauthorized               = 401
	paymentRequired            = 402
	forbidden                  = 403
	notFound                   = 404
	notAcceptable              = 406
	proxyAuthRequired          = 407
	goneForGood                = 410
	tooManyRequests            = 429
	noResponse                 = 444
	unavailableForLegalReasons = 451
)

// status is the cause of an answer that brings no document.
func status(s feeds.Source, p feeds.Polling) (what, advice, fault string) {
	what = fmt.Sprintf("the site answers %d to us", p.Status)
	answered := fmt.Sprintf("your server answers %d to requests of our program", p.Status)
	switch {
	case p.Status == unauthorized || p.Status == proxyAuthRequired || p.Status == paymentRequired:
		return what + " (a login is wanted)", "Ask the publisher for access, and have who runs this installation set it down for the source; or look for a public feed with " + preview(s) + ".", ""
	case p.Status == forbidden || p.Status == notAcceptable || p.Status == unavailableForLegalReasons || p.Status == noResponse:
		return what, "The site turns our program away, often by a firewall's rule against robots. Write to their webmaster; a letter is below.", answered + ". A firewall's or bot protection's rule is the likely cause"
	case p.Status == notFound || p.Status == goneForGood:
		return what, "The feed has moved or was taken down. Look for it with " + preview(s) + " and correct the address.", ""
	case p.Status == tooManyRequests:
		return what + " (too many requests)", "It is left alone for as long as it asks. If this stays, give the source a rarer schedule; other sources on the same host count too.", ""
	case p.Status == notModified:
		return what + " though nothing earlier was named", "The site's cache is out of order. Write to the webmaster; a letter is below.", "your server answers 304 Not Modified to a request that carries neither If-None-Match nor If-Modified-Since"
	case p.Status >= 500:
		return what + " (a fault on its side)", "It is asked again by itself, less and less often. If it stays so for days, write to the webmaster; a letter is below.", answered
	default:
		return what, "Open the address in a browser. If the feed is there, write to the webmaster; a letter is below.", answered
	}
}

// detail is the recorded error, short and without a full stop.
func detail(p feeds.Polling) string {
	const most = 160
	text := strings.TrimRight(p.Error, ".")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + " ..."
	}
	return text
}

// letter is to a publisher's webmaster. What only the office or the installation knows
// stands in capitals.
func letter(s feeds.Source, p feeds.Polling, fault string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Subject: Your news feed %s\n\n", s.URL)
	b.WriteString("Dear webmaster,\n\n")
	fmt.Fprintf(&b, "we read your feed %s for a service that brings together news about migration. It names you as the source and links to your pages.\n\n", s.URL)
	fmt.Fprintf(&b, "Since %s %s.\n\n", day(p.Since), fault)
	fmt.Fprintf(&b, "Our last request was on %s UTC. Our program names itself in the User-Agent, which begins with Tributary/, and asks for this one address on a schedule, with If-None-Match and If-Modified-Since, no cookies and no other pages. How it behaves is written at %s.\n\n", p.LastRun.UTC().Format(time.DateTime), FetcherPage)
	b.WriteString("Could you let it through, or tell us which address to use instead? If you would rather not be read, tell us and we stop.\n\nKind regards\nNAME, OFFICE\n")
	return b.String()
}
