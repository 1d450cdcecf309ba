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
	for _, path := range []string{"/", "/feeds/all.html", "/feeds/country/ly.atom", "/feeds/a/b/c.json", "/feeds/.html", "/feeds/x", "/stories/" + seminarID, "/stories/x", "/static/..", "/feeds/%00.html"} {
		f.Add(path, "country=ly&q=%22%3E&topic=&lang=fr", "text/html;q=0.9,*/*", "fr;q=0.5,*", `"etag"`)
	}
	f.Add("/feeds/all.html", "country=,,&country=ly&q=%ff%fe&%zz", ";;q=", "-----", "W/")
	h := newHandler(f)
	f.Fuzz(func(t *testing.T, path, query, accept, language, etag string) {
		u := &url.URL{Path: "/" + strings.TrimLeft(path, "/"), RawQuery: query}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL = u
		r.Header = http.Header{"Accept": {accept}, "Accept-Language": {language}, "If-None-Match": {etag}}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code >= 500 || w.Code < 200 {
			t.Fatalf("%q?%q: status %d", path, query, w.Code)
		}
		if w.Code != http.StatusNotModified && strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && strings.HasPrefix(w.Body.String(), "<!DOCTYPE") {
			checkHTML(t, u.String(), w.Body.String())
		}
	})
}

func FuzzChanges(f *testing.F) {
	f.Add("one two three", "one three four")
	f.Add("", "a")
	f.Add("a b a b a", "b a b a b")
	f.Fuzz(func(t *testing.T, before, after string) {
		if len(before) > 4000 || len(after) > 4000 {
			return
		}
		var a, b []string
		for _, c := range changes(before, after) {
			words := strings.Fields(c.Text)
			if len(words) == 0 {
				t.Fatal("an empty change")
			}
			if c.Kind != "added" {
				a = append(a, words...)
			}
			if c.Kind != "removed" {
				b = append(b, words...)
			}
		}
		if strings.Join(a, " ") != strings.Join(strings.Fields(before), " ") {
			t.Errorf("the former version is not given back: %q", a)
		}
		if strings.Join(b, " ") != strings.Join(strings.Fields(after), " ") {
			t.Errorf("the new version is not given back: %q", b)
		}
	})
}
