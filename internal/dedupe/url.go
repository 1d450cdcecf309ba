package dedupe

import (
	_ "embed"
	"net/url"
	"strings"
)

//go:embed trackers.txt
var trackerList string

// trackers are query parameters that say how a reader came to a page and nothing of
// the page: exact names, and prefixes written with a '*' at the end.
var trackers, trackerPrefixes = readTrackers(trackerList)

func readTrackers(list string) (map[string]bool, []string) {
	exact, prefixes := map[string]bool{}, []string(nil)
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if p, ok := strings.CutSuffix(line, "*"); ok {
			prefixes = append(prefixes, p)
		} else {
			exact[line] = true
		}
	}
	return exact, prefixes
}

func isTracker(name string) bool {
	name = strings.ToLower(name)
	if trackers[name] {
		return true
	}
	for _, p := range trackerPrefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// iomHosts are hosts of one and the same IOM site: iom.ch is its address of before
// 2001, www is dropped everywhere.
var iomHosts = map[string]string{"iom.ch": "iom.int"}

// CanonicalURL is the form of a page's address that two copies of a link share: no
// scheme (http and https are one page), no www or mobile prefix, no default port, no
// tracker parameters, parameters in order, no trailing slash or index page, no
// tracking fragment. It is a key, not an address to fetch. It is "" for what is no
// absolute http address, and for a site's front page, which identifies no entry.
func CanonicalURL(raw string) string {
	raw = strings.TrimSpace(raw)
	if len(raw) > 4096 {
		return ""
	}
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return ""
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	host = strings.TrimPrefix(host, "www.")
	if known, ok := iomHosts[host]; ok {
		host = known
	}
	if p := u.Port(); p != "" && p != "80" && p != "443" {
		host += ":" + p
	}
	path := cleanPath(u.EscapedPath())
	query := cleanQuery(u.RawQuery)
	fragment := u.EscapedFragment()
	if trackingFragment(fragment) {
		fragment = ""
	}
	if path == "" && query == "" && fragment == "" {
		return ""
	}
	var b strings.Builder
	b.Grow(len(host) + len(path) + len(query) + len(fragment) + 2)
	b.WriteString(host)
	b.WriteString(path)
	if query != "" {
		b.WriteByte('?')
		b.WriteString(query)
	}
	if fragment != "" {
		b.WriteByte('#')
		b.WriteString(fragment)
	}
	return b.String()
}

// cleanPath decodes what needs no escape, so that %C3%A9 and é are one, and drops
// trailing slashes and index pages.
func cleanPath(escaped string) string {
	path := escaped
	if strings.IndexByte(path, '%') >= 0 {
		if p, err := url.PathUnescape(path); err == nil {
			path = p
		}
	}
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	path = strings.TrimRight(path, "/")
	for _, index := range []string{"/index.html", "/index.htm", "/index.php", "/default.aspx"} {
		if n := len(path) - len(index); n >= 0 && strings.EqualFold(path[n:], index) {
			path = path[:n]
			break
		}
	}
	return path
}

func cleanQuery(raw string) string {
	if raw == "" {
		return ""
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return raw // kept as it is: two copies of a broken query are still equal
	}
	for name := range values {
		if isTracker(name) {
			delete(values, name)
		}
	}
	return values.Encode() // ordered by name
}

func trackingFragment(f string) bool {
	if f == "" {
		return false
	}
	switch strings.ToLower(f) {
	case "content", "main", "main-content", "top", "comments", "respond", "disqus_thread":
		return true
	}
	for _, p := range []string{"utm_", "xtor=", ":~:", "at_medium", "ref=", "more-"} {
		if strings.HasPrefix(strings.ToLower(f), p) {
			return true
		}
	}
	return false
}
