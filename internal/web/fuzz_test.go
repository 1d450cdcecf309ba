package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzRequest sends any address and headers: no panic, no fault of ours, and what
// comes back as a page is sound.
func FuzzRequest(f *testing.F) {
	for _, path := range []string{"/", "/feeds/all.html", "/feeds/country/ly.atom", "/feeds/a/b/c.json", "/feeds/.html", "/feeds/x", "/stories/" + seminarID, "/stories/x", "/static/..", "/feeds/%00.html", "/embed/all.html", "/embed/channel/coast.frame.html", "/feeds/channel/old.rss", "/feeds/channel/gone.html", "/feeds/channel/", "/embed/"} {
		f.Add(path, "country=ly&q=%22%3E&topic=&lang=fr", "text/html;q=0.9,*/*", "fr;q=0.5,*", `"etag"`)
	}
	f.Add("/feeds/all.html", "country=,,&country=ly&q=%ff%fe&%zz", ";;q=", "-----", "W/")
	h := savedHandler(f)
	f.Fuzz(func(t *testing.T, path, query, accept, language, etag string) {
		u := &url.URL{Path: "/" + strings.TrimLeft(path, "/"), RawQuery: query}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL = u
		r.Header = http.Header{"Accept": {accept}, "Accept-Language": {language}, "If-None-Match": {etag}, "Upgrade-Insecure-Requests": {"1"}}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code >= 500 || w.Code < 200 {
			t.Fatalf("%q?%q: status %d", path, query, w.Code)
		}
		if w.Code != http.StatusNotModified && strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && strings.HasPrefix(w.Body.String(), "<!DOCTYPE") && !strings.HasPrefix(u.Path, "/embed/") {
			checkHTML(t, u.String(), w.Body.String())
		}
	})
}

func FuzzChanges(f *testing.F) {
	f.Add("one two three", "one three four")
	f.Add("", "a")
	f.Add("a b a b a", "b a b a b")
	f.Add("“a”\u00ad b\nc", "\"a\" (b) 六千")
	f.Fuzz(func(t *testing.T, before, after string) {
		if len(before) > 4000 || len(after) > 4000 {
			return
		}
		var a, b strings.Builder
		for _, c := range changes(before, after) {
			if c.Text == "" {
				t.Fatal("an empty change")
			}
			space := ""
			if c.Space {
				space = " "
			}
			if c.Kind != changeAdded {
				a.WriteString(space + c.Text)
			}
			if c.Kind != changeRemoved {
				b.WriteString(space + c.Text)
			}
		}
		// Typography aside, and where a space alone differs.
		plain := func(s string) string { return plainSigns(strings.Join(strings.Fields(s), "")) }
		if got := plain(a.String()); got != plain(before) {
			t.Errorf("the former version is not given back: %q", a.String())
		}
		if got := plain(b.String()); got != plain(after) {
			t.Errorf("the new version is not given back: %q", b.String())
		}
	})
}
