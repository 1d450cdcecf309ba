package hostile

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
)

// redirects lead in circles, nowhere, or where nobody may go.
func redirects() []Case {
	to := func(name, want, location string) Case {
		return Case{Name: name, Want: want, serve: with(http.StatusFound, nil, "Location", location)}
	}
	chain := func(name, want string, hops, items int) Case {
		return Case{Name: name, Want: want, Items: items, serve: func(s *Server, w http.ResponseWriter, r *http.Request) {
			_, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
			n, err := strconv.Atoi(rest)
			if err != nil {
				n = 0
			}
			if n == hops {
				with(200, feed(1, ""))(s, w, r)
				return
			}
			with(http.StatusMovedPermanently, nil, "Location", fmt.Sprintf("/%s/%d", name, n+1))(s, w, r)
		}}
	}
	arrives := func(name, location string) Case {
		return Case{Name: name, Items: 1, serve: func(s *Server, w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/end") {
				with(200, feed(1, ""))(s, w, r)
				return
			}
			with(http.StatusFound, nil, "Location", location, "Set-Cookie", "session=1")(s, w, r)
		}}
	}
	cases := []Case{
		to("redirect-loop", Redirect, "/redirect-loop/on"),
		{Name: "redirect-to-itself-with-cookie", Want: Redirect, serve: func(s *Server, w http.ResponseWriter, r *http.Request) {
			if _, err := r.Cookie("visited"); err == nil {
				with(200, feed(1, ""))(s, w, r)
				return
			}
			with(http.StatusFound, nil, "Location", r.URL.Path, "Set-Cookie", "visited=1")(s, w, r)
		}},
		chain("redirects-three", Document, 3, 1),
		chain("redirects-without-end", Redirect, -1, 0),
		chain("redirects-fifty", Redirect, 50, 0),
		to("redirect-without-location", Redirect, ""),
		to("redirect-to-spaces", Redirect, "   "),
		to("redirect-to-nonsense", Redirect, "http://%zz/"),
		to("redirect-to-fragment-of-itself", Redirect, "#top"),
		to("redirect-to-long-address", Refused, "/"+strings.Repeat("x", 9000)),
		to("redirect-with-user", Refused, "http://user:secret@example.org/feed"),
		arrives("redirect-relative", "redirect-relative/end"),
		arrives("redirect-with-fragment", "/redirect-with-fragment/end#top"),
		arrives("redirect-with-query", "/redirect-with-query/end?a=1&b=2"),
		arrives("redirect-with-spaces-around", "  /redirect-with-spaces-around/end  "),
		{Name: "redirect-of-unknown-kind", Want: Status, serve: with(399, nil, "Location", "/h2")},
		{Name: "redirect-by-refresh", Items: 1, serve: with(200, feed(1, ""), "Refresh", "0; url=http://10.0.0.1/")},
	}
	for name, location := range map[string]string{
		"ten": "http://10.0.0.1/", "class-b": "http://172.16.0.1/", "class-c": "http://192.168.1.1/", "shared": "http://100.64.0.1/",
		"metadata": "http://169.254.169.254/latest/meta-data/", "metadata-6": "http://[fd00:ec2::254]/", "loopback": "http://127.0.0.1:1024/",
		"localhost": "http://localhost:1024/", "all-zero": "http://0.0.0.0/", "all-zero-6": "http://[::]/", "loopback-6": "http://[::1]/",
		"mapped": "http://[::ffff:127.0.0.1]/", "mapped-hex": "http://[::ffff:7f00:1]/", "nat64": "http://[64:ff9b::7f00:1]/", "6to4": "http://[2002:7f00:1::]/",
		"link-local-6": "http://[fe80::1]/", "multicast": "http://224.0.0.1/", "broadcast": "http://255.255.255.255/",
		"decimal": "http://2130706433/", "octal": "http://0177.0.0.1/", "hex": "http://0x7f000001/", "short": "http://127.1/", "hex-dotted": "http://0x7f.0.0.1/",
		"no-scheme": "//10.0.0.1/", "bad-port": "http://192.0.2.1:25/",
		"file": "file:///etc/passwd", "gopher": "gopher://127.0.0.1:6379/_INFO", "ftp": "ftp://example.org/x", "javascript": "javascript:alert(1)",
		"data": "data:text/xml,<rss/>", "feed": "feed://example.org/x", "ldap": "ldap://127.0.0.1/", "unix": "unix:///var/run/docker.sock",
	} {
		cases = append(cases, to("redirect-to-"+name, Refused, location))
	}
	return cases
}

// statuses bring no document, or lie about when to come again.
func statuses() []Case {
	var out []Case
	for _, status := range []int{204, 205, 206, 226, 300, 304, 305, 400, 401, 402, 403, 404, 405, 406, 407, 408, 418, 421, 425, 429, 451, 500, 501, 502, 503, 504, 520, 599, 999} {
		body := feed(1, "")
		if status == 204 || status == 205 || status == 304 {
			body = nil
		}
		out = append(out, Case{Name: "status-" + strconv.Itoa(status), Want: Status, serve: with(status, body)})
	}
	for name, value := range map[string]string{
		"seconds": "120", "date": "Sun, 01 Nov 2099 13:00:00 GMT", "absurd": strings.Repeat("9", 400), "negative": "-5",
		"past": "Sun, 01 Nov 1998 13:00:00 GMT", "words": "later", "empty": "", "fraction": "1.5",
	} {
		out = append(out, Case{Name: "retry-after-" + name, Want: Status, serve: with(503, nil, "Retry-After", value)})
	}
	return append(out,
		Case{Name: "status-410", Want: Gone, serve: with(410, nil)},
		Case{Name: "status-203", Items: 1, serve: with(203, feed(1, ""))},
		Case{Name: "empty", serve: with(200, nil)},
	)
}

// contents are whole answers whose header or document is odd.
func contents() []Case {
	doc := func(name string, items int, body []byte, header ...string) Case {
		return Case{Name: name, Items: items, serve: with(200, body, header...)}
	}
	var fresh atomic.Int64
	const start, end = "<rss version=\"2.0\"><channel><title>x</title>", "</channel></rss>"
	return []Case{
		doc("cookies", 1, feed(1, ""), "Set-Cookie", "a=1; Path=/", "Set-Cookie", "b="+strings.Repeat("x", 5000)),
		doc("etag-huge", 1, feed(1, ""), "Etag", `"`+strings.Repeat("e", 20_000)+`"`),
		doc("etag-odd", 1, feed(1, ""), "Etag", "\"caf\xe9, \\ W/\""),
		doc("last-modified-huge", 1, feed(1, ""), "Last-Modified", strings.Repeat("Sun ", 5000)),
		doc("vary-star", 1, feed(1, ""), "Vary", "*", "Etag", `"1"`),
		doc("link-header-huge", 1, feed(1, ""), "Link", strings.Repeat(`</x>; rel="hub self", `, 1500)),
		doc("type-of-an-image", 1, feed(1, ""), "Content-Type", "image/png"),
		doc("type-nonsense", 1, feed(1, ""), "Content-Type", ";;;charset=\"\xff\""),
		doc("items-by-the-thousand", 20_000, feed(20_000, "")),
		doc("html", 0, []byte("<!DOCTYPE html><html><body>"+strings.Repeat("<p>Not a feed.</p>", 10_000)+"</body></html>"), "Content-Type", "application/rss+xml"),
		doc("nesting", 0, []byte(start+strings.Repeat("<a>", 1_000_000))),
		doc("nesting-json", 0, []byte(strings.Repeat(`[`, 2_000_000)), "Content-Type", "application/feed+json"),
		doc("entities-that-multiply", 1, []byte(`<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">`+
			`<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">`+
			`<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">]>`+
			start+"<item><title>&f;</title></item>"+end)),
		doc("entities-from-outside", 1, []byte(`<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y SYSTEM "/entity-target">]>`+
			start+"<item><title>&x;&y;</title></item>"+end)),
		doc("attributes-by-the-thousand", 1, []byte(start+"<item "+attributes(50_000)+"><title>x</title></item>"+end)),
		doc("one-text-of-megabytes", 1, []byte(start+"<item><title>"+strings.Repeat("&lt;b&gt;x", 700_000)+"</title></item>"+end)),
		doc("empty-items-by-the-thousand", 0, []byte(start+strings.Repeat("<item/>", 700_000)+end)),
		doc("only-zeros", 0, make([]byte, 4<<20)),
		doc("nothing-but-space", 0, []byte(strings.Repeat(" \n", 2<<20))),
		{Name: "ids-that-change", Items: 50, serve: func(s *Server, w http.ResponseWriter, r *http.Request) {
			with(200, feed(50, fmt.Sprintf("%d-", fresh.Add(1))))(s, w, r)
		}},
		{Name: "etag-that-lies", Items: 5, serve: func(s *Server, w http.ResponseWriter, r *http.Request) {
			// Another ETag each time for the same bytes.
			with(200, feed(5, ""), "Etag", fmt.Sprintf(`"%d"`, fresh.Add(1)))(s, w, r)
		}},
		{Name: "etag-that-stays", Items: 5, serve: func(s *Server, w http.ResponseWriter, r *http.Request) {
			// The same ETag each time for other bytes, and never a 304.
			with(200, feed(5, fmt.Sprintf("%d-", fresh.Add(1))), "Etag", `"same"`)(s, w, r)
		}},
		{Name: "not-modified-always", Items: 5, serve: func(s *Server, w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("If-None-Match") != "" {
				with(http.StatusNotModified, nil, "Etag", `"always"`)(s, w, r)
				return
			}
			with(200, feed(5, fmt.Sprintf("%d-", fresh.Add(1))), "Etag", `"always"`)(s, w, r)
		}},
	}
}

func attributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `a%d="x" `, i)
	}
	return b.String()
}
