package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const (
	chromeAccept  = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
	firefoxAccept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
)

// readers are requests of programs that read feeds: those of SimplePie and feedparser as
// their sources have them, others as they are seen in logs, and the worst that there could
// be: a reader that sends a browser's Accept header.
var readers = map[string][]string{
	"none: Go's default client":           {},
	"curl, newsboat (libcurl)":            {"Accept", "*/*"},
	"SimplePie (WordPress, FreshRSS)":     {"Accept", "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, text/html;q=0.7, unknown/unknown;q=0.1, application/unknown;q=0.1, */*;q=0.1"},
	"feedparser (rss2email)":              {"Accept", "application/atom+xml,application/rdf+xml,application/rss+xml,application/x-netcdf,application/xml;q=0.9,text/xml;q=0.2,*/*;q=0.1"},
	"HTML beside feed types (Miniflux)":   {"Accept", "application/xml, application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, text/html, */*;q=0.9"},
	"XML alone":                           {"Accept", "application/xml, text/xml;q=0.9"},
	"a browser's Accept and nothing else": {"Accept", chromeAccept},
	"a script of a page":                  {"Accept", "*/*", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty", "Sec-Fetch-Site", "cross-site"},
	"a script that asks for HTML":         {"Accept", firefoxAccept, "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty", "Upgrade-Insecure-Requests", "1"},
	"a frame":                             {"Accept", firefoxAccept, "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe", "Upgrade-Insecure-Requests", "1"},
	"a navigation that wants XML":         {"Accept", "application/xml, text/html;q=0.9", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"},
	"a navigation that wants anything":    {"Accept", "text/html, */*", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"},
	"a navigation without a wish":         {"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"},
}

// No reader ever gets the page for a feed, whatever it sends.
func TestReadersGetFeeds(t *testing.T) {
	h := newHandler(t)
	for name, headers := range readers {
		for address, mediaType := range map[string]string{"/feeds/country/ly.atom?topic=floods": "application/atom+xml", "/feeds/all.rss": "application/rss+xml", "/feeds/all.json": "application/feed+json"} {
			w := get(h, address, headers...)
			if got := w.Header().Get("Content-Type"); w.Code != http.StatusOK || !strings.HasPrefix(got, mediaType) {
				t.Errorf("%s: %s: %d %s", name, address, w.Code, got)
			}
		}
		w := get(h, "/feeds/country/ly?topic=floods", headers...)
		if got := w.Header().Get("Location"); got != "/feeds/country/ly.atom?topic=floods" {
			t.Errorf("%s: sent to %s", name, got)
		}
		if got := w.Header().Get("Vary"); got != varyPage {
			t.Errorf("%s: Vary %q", name, got)
		}
	}
}

// A person who opens the address of a feed gets its page, by a redirect that no cache keeps.
func TestBrowsersGetPages(t *testing.T) {
	h := newHandler(t)
	browsers := map[string][]string{
		"Chrome":                {"Accept", chromeAccept, "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Sec-Fetch-Site", "none", "Upgrade-Insecure-Requests", "1"},
		"Firefox, from a mail":  {"Accept", firefoxAccept, "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Sec-Fetch-Site", "cross-site"},
		"Safari over HTTP":      {"Accept", firefoxAccept, "Upgrade-Insecure-Requests", "1"},
		"from elsewhere (HTTP)": {"Accept", firefoxAccept, "Upgrade-Insecure-Requests", "1", "Referer", "http://www.example.org/"},
	}
	for name, headers := range browsers {
		for address, page := range map[string]string{
			"/feeds/country/ly":                    "/feeds/country/ly.html",
			"/feeds/country/ly.atom?topic=floods":  "/feeds/country/ly.html?topic=floods",
			"/feeds/all.rss":                       "/feeds/all.html",
			"/feeds/channel/old.atom?topic=floods": "/feeds/channel/coast.html?topic=floods",
		} {
			w := get(savedHandler(t), address, headers...)
			if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != page {
				t.Errorf("%s: %s: %d to %q, want %q", name, address, w.Code, got, page)
			}
			if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Vary") != varyPage {
				t.Errorf("%s: %s: a cache may keep it: %v", name, address, w.Header())
			}
		}
		if w := get(h, "/feeds/all.json", headers...); w.Code != http.StatusOK {
			t.Errorf("%s: JSON, which browsers show: %d", name, w.Code)
		}
		if w := get(h, "/feeds/country/zz.atom", headers...); w.Code != http.StatusNotFound {
			t.Errorf("%s: no such feed: %d", name, w.Code)
		}
		if w := ask(h, http.MethodHead, "/feeds/all.atom", headers...); w.Code != http.StatusOK {
			t.Errorf("%s: HEAD: %d", name, w.Code)
		}
	}
}

// Whoever follows a link on one of our pages wants the feed itself.
func TestLinksOfOurPagesOpenFeeds(t *testing.T) {
	h := newHandler(t)
	for name, headers := range map[string][]string{
		"https": {"Accept", chromeAccept, "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Sec-Fetch-Site", "same-origin"},
		"http":  {"Accept", chromeAccept, "Upgrade-Insecure-Requests", "1", "Referer", "http://example.com/feeds/all.html"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/feeds/all.atom", nil) // its host is example.com
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/atom+xml") {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}
