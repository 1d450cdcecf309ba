package fetch_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/fetch"
)

func TestPost(t *testing.T) {
	var got string
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = r.Method + " " + r.Header.Get("Content-Type") + " " + string(body)
		switch r.URL.Path {
		case "/moved":
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(http.StatusTemporaryRedirect)
		case "/busy":
			w.Header().Set("Retry-After", "60")
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			_, _ = io.WriteString(w, strings.Repeat("x", 1<<20))
		}
	})
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	c := newClient(t, fetch.Options{Now: func() time.Time { return now }}, s)
	post := func(path string) *fetch.PostResponse {
		t.Helper()
		r, err := c.Post(t.Context(), s.URL+path, []byte("a=b&c=d"))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := post("/"); r.Status != 200 || len(r.Body) != 4<<10 || got != "POST application/x-www-form-urlencoded a=b&c=d" {
		t.Errorf("%d, %d bytes, %q", r.Status, len(r.Body), got)
	}
	if r := post("/moved"); r.Status != 307 || r.Location != s.URL+"/elsewhere" {
		t.Errorf("%+v", r)
	}
	if r := post("/busy"); r.Status != 503 || !r.RetryAfter.Equal(now.Add(time.Minute)) {
		t.Errorf("%+v", r)
	}
	if n := len(s.requests()); n != 3 {
		t.Errorf("%d requests: a redirect was followed", n)
	}
	for _, r := range s.requests() {
		if !strings.HasPrefix(r.UserAgent(), "Tributary/") || r.Header.Get("Cookie") != "" || r.Referer() != "" {
			t.Errorf("%v", r.Header)
		}
	}
	guarded := newClient(t, fetch.Options{})
	for _, address := range []string{s.URL, "http://169.254.169.254/", "file:///etc/passwd", "http://user:pw@hub.example/"} {
		var e *fetch.Error
		if _, err := guarded.Post(t.Context(), address, nil); !errors.As(err, &e) || !errors.Is(err, feeds.ErrRefused) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestLinkFieldsAreKept(t *testing.T) {
	want := []string{`<https://hub.example/>; rel="hub"`, `</feed>; rel="self"`}
	s := newSite(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Link"] = want
		_, _ = io.WriteString(w, "x")
	})
	if got := mustGet(t, newClient(t, fetch.Options{}, s), fetch.Request{URL: s.URL}).Link; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
