package fetch_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/fetch"
)

// TestRedirects walks chains written as status and target; the last path answers 200.
func TestRedirects(t *testing.T) {
	type hop struct {
		status int
		to     string
	}
	cases := []struct {
		name  string
		hops  map[string]hop
		final string // path of Response.URL
		moved string // path of Response.MovedTo
	}{
		{"none", nil, "/a", ""},
		{"permanent", map[string]hop{"/a": {301, "/b"}}, "/b", "/b"},
		{"permanent, method kept", map[string]hop{"/a": {308, "/b"}}, "/b", "/b"},
		{"two permanent", map[string]hop{"/a": {301, "/b"}, "/b": {308, "/c"}}, "/c", "/c"},
		{"temporary", map[string]hop{"/a": {302, "/b"}}, "/b", ""},
		{"temporary 307", map[string]hop{"/a": {307, "/b"}}, "/b", ""},
		{"see other", map[string]hop{"/a": {303, "/b"}}, "/b", ""},
		{"permanent up to the first temporary", map[string]hop{"/a": {301, "/b"}, "/b": {302, "/c"}}, "/c", "/b"},
		{"temporary first", map[string]hop{"/a": {302, "/b"}, "/b": {301, "/c"}}, "/c", ""},
		{"permanent after temporary does not count", map[string]hop{"/a": {301, "/b"}, "/b": {302, "/c"}, "/c": {301, "/d"}}, "/d", "/b"},
		{"relative with fragment", map[string]hop{"/a": {301, "b#top"}}, "/b", "/b"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
				if h, ok := tc.hops[r.URL.Path]; ok {
					w.Header().Set("Location", h.to)
					http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1"})
					w.WriteHeader(h.status)
				}
			})
			got := mustGet(t, newClient(t, fetch.Options{}, s), fetch.Request{URL: s.URL + "/a"})
			if got.URL != s.URL+tc.final {
				t.Errorf("final %s, want %s", got.URL, tc.final)
			}
			if moved := strings.TrimPrefix(got.MovedTo, s.URL); moved != tc.moved {
				t.Errorf("moved to %q, want %q", moved, tc.moved)
			}
			for _, r := range s.requests() {
				if r.Header.Get("Referer") != "" || r.Header.Get("Cookie") != "" || r.Method != "GET" {
					t.Errorf("%s %s with %v", r.Method, r.URL, r.Header)
				}
			}
		})
	}
}

func TestRedirectsThatLeadNowhere(t *testing.T) {
	inner := newSite(t, func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("secret")) })
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		to := map[string]string{
			"/loop": "/loop2", "/loop2": "/loop", "/self": "/self#again",
			"/ftp": "ftp://127.0.0.1/x", "/file": "file:///etc/passwd", "/js": "javascript:alert(1)",
			"/inner": inner.URL + "/", "/meta": "http://169.254.169.254/latest/", "/ten": "http://10.0.0.1/",
			"/user": "http://u:p@example.org/", "/port": "http://192.0.2.1:25/", "/bad": "http://%zz/",
			"/long": "/" + strings.Repeat("x", 9000),
		}[r.URL.Path]
		if n, ok := strings.CutPrefix(r.URL.Path, "/n"); ok {
			to = "/n" + n + "x"
		}
		if to != "" {
			w.Header().Set("Location", to)
		}
		w.WriteHeader(http.StatusMovedPermanently)
	})
	c := newClient(t, fetch.Options{MaxRedirects: 3}, s)
	cases := []struct {
		path   string
		reason fetch.Reason
		words  string
	}{
		{"/loop", fetch.ReasonRedirect, "in a circle"},
		{"/self", fetch.ReasonRedirect, "in a circle"},
		{"/n", fetch.ReasonRedirect, "more than 3 times"},
		{"/nowhere-said", fetch.ReasonRedirect, "more than 3"},
		{"/empty", fetch.ReasonRedirect, "does not say where"},
		{"/bad", fetch.ReasonRedirect, "no valid address"},
		{"/ftp", fetch.ReasonRefused, `the site redirects, but the scheme "ftp" is refused`},
		{"/file", fetch.ReasonRefused, "only http and https"},
		{"/js", fetch.ReasonRefused, "only http and https"},
		{"/inner", fetch.ReasonRefused, "127.0.0.1 is refused"},
		{"/meta", fetch.ReasonRefused, "169.254.169.254 is refused"},
		{"/ten", fetch.ReasonRefused, "10.0.0.1 is refused"},
		{"/port", fetch.ReasonRefused, "port 25 is refused"},
		{"/user", fetch.ReasonRefused, "user name"},
		{"/long", fetch.ReasonRefused, "9"},
	}
	for _, tc := range cases {
		e := wantError(t, c, fetch.Request{URL: s.URL + tc.path}, tc.reason, tc.words)
		if errors.Is(e, feeds.ErrRefused) != (tc.reason == fetch.ReasonRefused) {
			t.Errorf("%s: errors.Is(ErrRefused) is wrong for %v", tc.path, e)
		}
	}
	if n := len(inner.requests()); n != 0 {
		t.Errorf("the inner server got %d requests", n)
	}
	none := newClient(t, fetch.Options{MaxRedirects: -1}, s)
	wantError(t, none, fetch.Request{URL: s.URL + "/n"}, fetch.ReasonRedirect, "more than 0")
}
