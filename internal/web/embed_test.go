package web

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// An embed may be framed and included anywhere; it asks nobody for anything and holds no
// script, and its addresses are whole.
func TestEmbeds(t *testing.T) {
	h := savedHandler(t)
	for _, address := range []string{"/embed/all.html", "/embed/all.frame.html", "/embed/country/ly.html?language=en&limit=1", "/embed/channel/coast.html?lang=fr", "/embed/language/ar.frame.html", "/embed/all.html?q=zzz", "/embed/channel/ending.html"} {
		w := get(h, address)
		header := w.Header()
		if w.Code != http.StatusOK || header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Fatalf("%s: %d %s", address, w.Code, header.Get("Content-Type"))
		}
		policy := header.Get("Content-Security-Policy")
		if !strings.HasSuffix(policy, "frame-ancestors *") || !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "script-src") {
			t.Errorf("%s: policy %q", address, policy)
		}
		if header.Get("X-Frame-Options") != "" || header.Get("Access-Control-Allow-Origin") != "*" || header.Get("Vary") != "Accept-Encoding" || header.Get("X-Robots-Tag") != "noindex" || header.Get("ETag") == "" {
			t.Errorf("%s: %v", address, header)
		}
		framed := strings.Contains(address, ".frame.")
		nodes := []*html.Node{}
		if framed {
			doc := parse(t, w.Body.String())
			nodes = append(nodes, doc)
			style := text(find(doc, func(n *html.Node) bool { return n.Data == "style" }))
			sum := sha256.Sum256([]byte(style))
			if !strings.Contains(policy, base64.StdEncoding.EncodeToString(sum[:])) {
				t.Errorf("%s: the policy forbids its style", address)
			}
		} else {
			var err error
			nodes, err = html.ParseFragment(strings.NewReader(w.Body.String()), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
			if err != nil || len(nodes) == 0 || nodes[0].Data != "section" {
				t.Fatalf("%s: no fragment: %v", address, err)
			}
		}
		for _, root := range nodes {
			for n := range root.Descendants() {
				if slices.Contains([]string{"script", "img", "iframe", "object", "link", "form"}, n.Data) || n.Data == "style" && !framed {
					t.Errorf("%s holds <%s>", address, n.Data)
				}
				for _, a := range n.Attr {
					u, err := url.Parse(a.Val)
					if a.Key == "href" && (err != nil || u.Scheme != "https" || u.Host == "") || a.Key == "id" || a.Key == "style" || strings.HasPrefix(a.Key, "on") {
						t.Errorf("%s: %s=%q", address, a.Key, a.Val)
					}
				}
			}
		}
	}
}

func TestEmbedsHoldWhatTheyShould(t *testing.T) {
	h := savedHandler(t)
	for _, c := range []struct{ address, holds, lacks string }{
		{"/embed/country/ly.html?limit=1", `<h2><a href="https://feeds.example.org/feeds/country/ly.html">Libya</a></h2>`, "فيضانات"},
		{"/embed/country/ly.html", `<li><a href="https://news.example/ar/2" lang="ar" dir="rtl">`, "<script"},
		{"/embed/country/ly.html?lang=fr", ">Libye</a></h2>", "All stories"},
		{"/embed/all.html", `<a href="https://feeds.example.org/stories/` + hostileID + `" lang="en" dir="ltr">&lt;script&gt;`, "javascript:"},
		{"/embed/all.html", `<bdi>UN News</bdi> (Partner)`, "Secret name"},
		{"/embed/channel/coast.html?topic=floods", `href="https://feeds.example.org/feeds/channel/coast.html?topic=floods">The coast &amp; the sea, Floods</a>`, "Seminar"},
		{"/embed/channel/ending.html", `<a href="https://feeds.example.org/feeds/channel/coast.html">`, "<script"},
		{"/embed/all.html?q=zzz", "No story matches", "<ul>"},
		{"/embed/country/ly.frame.html", "<h1>", "<h2>"},
	} {
		body := get(h, c.address, "Accept-Language", "es").Body.String()
		if !strings.Contains(body, c.holds) || strings.Contains(body, c.lacks) {
			t.Errorf("%s:\n%s", c.address, body)
		}
	}
	first := get(h, "/embed/country/ly.html")
	if w := get(h, "/embed/country/ly.html", "If-None-Match", first.Header().Get("ETag")); w.Code != http.StatusNotModified {
		t.Errorf("asked again: %d", w.Code)
	}
	for address, status := range map[string]int{
		"/embed/country/zz.html": 404, "/embed/country/ly": 404, "/embed/all.atom": 404, "/embed/all.html?colour=red": 400, "/embed/all.html?limit=1000": 400,
		"/embed/all.html?lang=xx": 400, "/embed/channel/gone.html": 410, "/embed/": 404,
	} {
		if w := get(h, address); w.Code != status || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
			t.Errorf("%s: %d %s", address, w.Code, w.Header().Get("Content-Type"))
		}
	}
	for _, address := range []string{"/", "/feeds/all.html", "/feeds/all.atom", "/stories/" + seminarID} {
		if header := get(h, address).Header(); header.Get("X-Frame-Options") != "DENY" || !strings.Contains(header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s can be framed", address)
		}
	}
}
