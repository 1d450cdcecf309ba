package fetch_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tributary/internal/fetch"
)

// TestMannersOfRequest judges the first request of a source from the server's log.
func TestMannersOfRequest(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "id", Value: "1"})
		w.Write([]byte("<rss/>"))
	})
	c := newClient(t, fetch.Options{Version: "1.2", Contact: "https://example.org/fetcher"}, s)
	for range 2 {
		mustGet(t, c, fetch.Request{URL: s.URL + "/feed.xml?b=2&a=1#part"})
	}
	want := http.Header{
		"User-Agent": {"Tributary/1.2 (+https://example.org/fetcher)"},
		"Accept": {"application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, " +
			"application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"},
		"Accept-Encoding": {"gzip, br, zstd"},
	}
	log := s.requests()
	if len(log) != 2 {
		t.Fatalf("%d requests for two fetches", len(log))
	}
	for _, r := range log {
		if r.Method != http.MethodGet || r.RequestURI != "/feed.xml?b=2&a=1" {
			t.Errorf("request %s %s, want GET of the address as written, without its fragment", r.Method, r.RequestURI)
		}
		// The whole header: no cookie, no referrer, no validator, nothing else.
		if diff := cmp.Diff(want, r.Header); diff != "" {
			t.Errorf("header differs (-want +got):\n%s", diff)
		}
	}
}

func TestUserAgentIsConfigurable(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {})
	mustGet(t, newClient(t, fetch.Options{UserAgent: "IOM-Feeds/7"}, s), fetch.Request{URL: s.URL})
	if got := s.requests()[0].UserAgent(); got != "IOM-Feeds/7" {
		t.Errorf("User-Agent %q", got)
	}
	if got := fetch.UserAgent(fetch.Options{Contact: "https://example.org/fetcher"}); got != "Tributary/dev (+https://example.org/fetcher)" {
		t.Errorf("without a version: %q", got)
	}
	if _, err := fetch.New(fetch.Options{UserAgent: "two\nlines"}); err == nil {
		t.Error("a user agent of two lines was accepted")
	}
}

// TestValidatorsGoBackAsTheyCame: byte for byte, also when they are odd.
func TestValidatorsGoBackAsTheyCame(t *testing.T) {
	cases := []struct{ name, etag, modified string }{
		{"both", `"abc"`, "Tue, 01 Sep 2026 10:00:00 GMT"},
		{"weak", `W/"abc:-gzip"`, ""},
		{"date only", "", "Tue, 01 Sep 2026 10:00:00 GMT"},
		{"without quotes", `abc-def`, ""},
		{"date in another form", "", "Tuesday, 01-Sep-26 12:00:00 +0200"},
		{"empty quotes", `""`, ""},
		{"bytes over 127", "\"caf\xe9\"", ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("If-None-Match") != "" || r.Header.Get("If-Modified-Since") != "" {
					w.WriteHeader(http.StatusNotModified)
					return
				}
				if tc.etag != "" {
					w.Header().Set("Etag", tc.etag)
				}
				if tc.modified != "" {
					w.Header().Set("Last-Modified", tc.modified)
				}
				w.Write([]byte("<rss/>"))
			})
			c := newClient(t, fetch.Options{}, s)
			first := mustGet(t, c, fetch.Request{URL: s.URL + "/f"})
			if first.ETag != tc.etag || first.LastModified != tc.modified || first.NotModified {
				t.Fatalf("validators %q %q, want %q %q", first.ETag, first.LastModified, tc.etag, tc.modified)
			}
			second := mustGet(t, c, fetch.Request{
				URL: s.URL + "/f", ETag: first.ETag, LastModified: first.LastModified, ValidatorsOf: first.URL,
			})
			if !second.NotModified || second.Status != 304 || second.Body != nil {
				t.Errorf("second answer %+v, want not modified", second)
			}
			if second.ETag != tc.etag || second.LastModified != tc.modified {
				t.Errorf("after a 304 without validators: %q %q, want those that were sent", second.ETag, second.LastModified)
			}
			h := s.requests()[1].Header
			if h.Get("If-None-Match") != tc.etag || h.Get("If-Modified-Since") != tc.modified {
				t.Errorf("sent back %q and %q, want %q and %q", h.Get("If-None-Match"), h.Get("If-Modified-Since"), tc.etag, tc.modified)
			}
		})
	}
}

func TestNotModifiedMayUpdateValidators(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Etag", `"new"`)
		w.WriteHeader(http.StatusNotModified)
	})
	got := mustGet(t, newClient(t, fetch.Options{}, s), fetch.Request{URL: s.URL, ETag: `"old"`, LastModified: "yesterday"})
	if got.ETag != `"new"` || got.LastModified != "yesterday" {
		t.Errorf("validators %q %q after the 304", got.ETag, got.LastModified)
	}
}

// TestValidatorsStayWithTheirURL: another address never sees them, the one they
// belong to does, also behind a redirect.
func TestValidatorsStayWithTheirURL(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/old":
			http.Redirect(w, r, "/new", http.StatusFound)
		case r.Header.Get("If-None-Match") == `"n"`:
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("Etag", `"n"`)
		}
	})
	c := newClient(t, fetch.Options{}, s)
	sent := func(r fetch.Request) []string {
		t.Helper()
		before := len(s.requests())
		mustGet(t, c, r)
		var out []string
		for _, q := range s.requests()[before:] {
			out = append(out, q.URL.Path+" "+q.Header.Get("If-None-Match")+q.Header.Get("If-Modified-Since"))
		}
		return out
	}
	cases := []struct {
		name string
		r    fetch.Request
		want []string
	}{
		{"of the address asked", fetch.Request{URL: s.URL + "/old", ETag: `"o"`, LastModified: "x"}, []string{`/old "o"x`, "/new "}},
		{"of the final address", fetch.Request{URL: s.URL + "/old", ETag: `"n"`, ValidatorsOf: s.URL + "/new"}, []string{"/old ", `/new "n"`}},
		{"of a third address", fetch.Request{URL: s.URL + "/old", ETag: `"n"`, ValidatorsOf: s.URL + "/x"}, []string{"/old ", "/new "}},
		{"same address, other spelling", fetch.Request{URL: s.URL + "/new", ETag: `"n"`, ValidatorsOf: strings.ToUpper(s.URL[:4]) + s.URL[4:] + "/new#f"}, []string{`/new "n"`}},
	}
	for _, tc := range cases {
		if got := sent(tc.r); !slices.Equal(got, tc.want) {
			t.Errorf("%s: sent %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestUnsendableValidatorsAreDropped(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Etag", `"`+strings.Repeat("e", 5000)+`"`)
	})
	got := mustGet(t, newClient(t, fetch.Options{}, s), fetch.Request{URL: s.URL, ETag: "a\r\nCookie: b", LastModified: "\x00"})
	if h := s.requests()[0].Header; h.Get("If-None-Match")+h.Get("If-Modified-Since")+h.Get("Cookie") != "" {
		t.Errorf("sent %v", h)
	}
	if got.ETag != "" {
		t.Errorf("kept a validator of %d bytes", len(got.ETag))
	}
}

// TestStatuses: what each status means for the caller.
func TestStatuses(t *testing.T) {
	cases := []struct {
		status int
		reason fetch.Reason // empty: a document
		words  string
	}{
		{200, "", ""},
		{203, "", ""},
		{204, fetch.ReasonStatus, "the site answers 204 No Content"},
		{206, fetch.ReasonStatus, "206"},
		{300, fetch.ReasonStatus, "300"},
		{304, fetch.ReasonStatus, "named no earlier version"},
		{305, fetch.ReasonStatus, "305"},
		{401, fetch.ReasonStatus, "the site answers 401 Unauthorized"},
		{403, fetch.ReasonStatus, "the site answers 403 Forbidden"},
		{404, fetch.ReasonStatus, "the site answers 404 Not Found"},
		{410, fetch.ReasonGone, "the site answers 410 Gone: the feed has ended"},
		{429, fetch.ReasonStatus, "the site answers 429 Too Many Requests"},
		{500, fetch.ReasonStatus, "500"},
		{503, fetch.ReasonStatus, "503"},
		{599, fetch.ReasonStatus, "the site answers 599"},
	}
	for _, tc := range cases {
		s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(tc.status)
			if tc.status == 200 || tc.status >= 400 {
				w.Write([]byte("text"))
			}
		})
		c := newClient(t, fetch.Options{}, s)
		if tc.reason == "" {
			if got := mustGet(t, c, fetch.Request{URL: s.URL}); got.Status != tc.status || got.URL != s.URL+"/" {
				t.Errorf("%d: got %+v", tc.status, got)
			}
			continue
		}
		if e := wantError(t, c, fetch.Request{URL: s.URL}, tc.reason, tc.words); e.Status != tc.status {
			t.Errorf("status %d, want %d", e.Status, tc.status)
		}
	}
}

// TestGoneBehindRedirectIsNotTheEnd: only the source's own address ends polling.
func TestGoneBehindRedirectIsNotTheEnd(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/feed" {
			http.Redirect(w, r, "/away", http.StatusMovedPermanently)
			return
		}
		w.WriteHeader(http.StatusGone)
	})
	wantError(t, newClient(t, fetch.Options{}, s), fetch.Request{URL: s.URL + "/feed"}, fetch.ReasonStatus, "410")
}

func TestRetryAfterAndFreshness(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	type header = map[string]string
	cases := []struct {
		name   string
		status int
		header header
		retry  time.Duration // from now; 0: none
		maxAge time.Duration
	}{
		{"seconds on 429", 429, header{"Retry-After": "120"}, 2 * time.Minute, 0},
		{"seconds on 503", 503, header{"Retry-After": " 3600 "}, time.Hour, 0},
		{"seconds on 403", 403, header{"Retry-After": "60"}, time.Minute, 0},
		{"seconds on 200", 200, header{"Retry-After": "60"}, time.Minute, 0},
		{"date", 503, header{"Retry-After": "Sun, 01 Nov 2026 13:00:00 GMT"}, time.Hour, 0},
		{"date by a clock an hour ahead", 503, header{"Retry-After": "Sun, 01 Nov 2026 13:30:00 GMT", "Date": "Sun, 01 Nov 2026 13:00:00 GMT"}, 30 * time.Minute, 0},
		{"date, RFC 850", 503, header{"Retry-After": "Sunday, 01-Nov-26 13:00:00 GMT"}, time.Hour, 0},
		{"date, asctime", 503, header{"Retry-After": "Sun Nov  1 13:00:00 2026"}, time.Hour, 0},
		{"past date", 503, header{"Retry-After": "Sun, 01 Nov 2026 11:00:00 GMT"}, 0, 0},
		{"zero", 503, header{"Retry-After": "0"}, 0, 0},
		{"negative", 503, header{"Retry-After": "-5"}, 0, 0},
		{"fraction", 503, header{"Retry-After": "1.5"}, 0, 0},
		{"words", 503, header{"Retry-After": "later"}, 0, 0},
		{"a year", 503, header{"Retry-After": "31536000"}, fetch.MaxRetryAfter, 0},
		{"a date in a year", 503, header{"Retry-After": "Mon, 01 Nov 2027 12:00:00 GMT"}, fetch.MaxRetryAfter, 0},
		{"more digits than a number holds", 503, header{"Retry-After": strings.Repeat("9", 400)}, fetch.MaxRetryAfter, 0},

		{"max-age", 200, header{"Cache-Control": "public, max-age=900"}, 0, 15 * time.Minute},
		{"max-age beats Expires", 200, header{"Cache-Control": "Max-Age = \"900\"", "Expires": "Sun, 01 Nov 2026 14:00:00 GMT"}, 0, 15 * time.Minute},
		{"the smaller of two", 200, header{"Cache-Control": "max-age=900, max-age=60"}, 0, time.Minute},
		{"no-cache", 200, header{"Cache-Control": "max-age=900, no-cache"}, 0, 0},
		{"no-store", 200, header{"Cache-Control": "no-store, max-age=900"}, 0, 0},
		{"unreadable", 200, header{"Cache-Control": "max-age=soon", "Expires": "Sun, 01 Nov 2026 14:00:00 GMT"}, 0, 0},
		{"s-maxage is for shared caches", 200, header{"Cache-Control": "s-maxage=900"}, 0, 0},
		{"less its age", 200, header{"Cache-Control": "max-age=900", "Age": "600"}, 0, 5 * time.Minute},
		{"older than its life", 200, header{"Cache-Control": "max-age=900", "Age": "6000"}, 0, 0},
		{"a year is bounded", 200, header{"Cache-Control": "max-age=31536000"}, 0, fetch.MaxFreshness},
		{"Expires", 200, header{"Expires": "Sun, 01 Nov 2026 14:00:00 GMT"}, 0, 2 * time.Hour},
		{"Expires by the server's clock", 200, header{"Expires": "Sun, 01 Nov 2026 14:00:00 GMT", "Date": "Sun, 01 Nov 2026 13:00:00 GMT"}, 0, time.Hour},
		{"expired", 200, header{"Expires": "0"}, 0, 0},
		{"on a 304", 304, header{"Cache-Control": "max-age=900", "Retry-After": "60"}, time.Minute, 15 * time.Minute},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header()["Date"] = nil // not the real clock's
				for k, v := range tc.header {
					w.Header().Set(k, v)
				}
				w.WriteHeader(tc.status)
			})
			c := newClient(t, fetch.Options{Now: func() time.Time { return now }}, s)
			res, err := c.Get(t.Context(), fetch.Request{URL: s.URL, ETag: `"e"`})
			var e *fetch.Error
			retry := time.Time{}
			switch {
			case err == nil:
				retry = res.RetryAfter
				if res.MaxAge != tc.maxAge {
					t.Errorf("fresh for %s, want %s", res.MaxAge, tc.maxAge)
				}
			case errors.As(err, &e):
				retry = e.RetryAfter
				if strings.Contains(e.Error(), "left alone until") == retry.IsZero() {
					t.Errorf("error %q with retry %s", e, retry)
				}
			}
			want := time.Time{}
			if tc.retry != 0 {
				want = now.Add(tc.retry)
			}
			if !retry.Equal(want) {
				t.Errorf("retry after %s, want %s", retry, want)
			}
		})
	}
}

func TestCancelledIsNotTheSourcesFault(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) { close(entered); <-leave })
	defer close(leave)
	c := newClient(t, fetch.Options{}, s)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-entered; cancel() }()
	_, err := c.Get(ctx, fetch.Request{URL: s.URL})
	var e *fetch.Error
	if !errors.As(err, &e) || e.Reason != fetch.ReasonCancelled || !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want cancelled", err)
	}
}

func TestConnectionsAreReused(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/304":
			w.WriteHeader(304)
		case "/404":
			http.NotFound(w, r)
		default:
			w.Write([]byte("<rss/>"))
		}
	})
	c := newClient(t, fetch.Options{PerHost: 1}, s)
	for i := range 30 {
		path := []string{"/304", "/200", "/404"}[i%3]
		if _, err := c.Get(t.Context(), fetch.Request{URL: s.URL + path, ETag: `"e"`}); (err != nil) != (path == "/404") {
			t.Fatal(err)
		}
	}
	peers := map[string]bool{}
	for _, r := range s.requests() {
		peers[r.RemoteAddr] = true
	}
	if len(peers) != 1 {
		t.Errorf("%d connections for 30 requests one after the other", len(peers))
	}
}
