package publish_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

	"tributary/internal/publish"
)

func serve(t *testing.T, d *publish.Document, method string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, "/feeds/all.atom", nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) []byte {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func handmade() *publish.Document {
	return &publish.Document{Body: bytes.Repeat([]byte("<feed/>"), 200), ContentType: "application/atom+xml; charset=utf-8", ETag: `"abc"`,
		Modified: start.Add(300 * time.Millisecond), MaxAge: 5 * time.Minute}
}

func TestConditional(t *testing.T) {
	const now, before, after = "Fri, 20 Nov 2026 12:00:00 GMT", "Fri, 20 Nov 2026 11:59:59 GMT", "Fri, 20 Nov 2026 12:00:01 GMT"
	cases := []struct {
		name    string
		headers []string
		status  int
		etag    string
	}{
		{"unconditional", nil, 200, `"abc"`},
		{"same tag", []string{"If-None-Match", `"abc"`}, 304, `"abc"`},
		{"other tag", []string{"If-None-Match", `"abd"`}, 200, `"abc"`},
		{"weak comparison", []string{"If-None-Match", `W/"abc"`}, 304, `"abc"`},
		{"any", []string{"If-None-Match", `*`}, 304, `"abc"`},
		{"list", []string{"If-None-Match", `"x", W/"y,z" ,"abc"`}, 304, `"abc"`},
		{"list without it", []string{"If-None-Match", `"x", "y"`}, 200, `"abc"`},
		{"two headers", []string{"If-None-Match", `"x"`, "If-None-Match", `"abc"`}, 304, `"abc"`},
		{"a comma in a tag", []string{"If-None-Match", `"x,"abc"`}, 200, `"abc"`},
		{"without quotes", []string{"If-None-Match", `abc`}, 200, `"abc"`},
		{"never ending", []string{"If-None-Match", `"abc`}, 200, `"abc"`},
		{"empty", []string{"If-None-Match", ``}, 200, `"abc"`},
		{"tag wins over a newer date", []string{"If-None-Match", `"x"`, "If-Modified-Since", now}, 200, `"abc"`},
		{"tag wins over an older date", []string{"If-None-Match", `"abc"`, "If-Modified-Since", before}, 304, `"abc"`},
		{"same date", []string{"If-Modified-Since", now}, 304, `"abc"`},
		{"later date", []string{"If-Modified-Since", after}, 304, `"abc"`},
		{"earlier date", []string{"If-Modified-Since", before}, 200, `"abc"`},
		{"RFC 850 date", []string{"If-Modified-Since", "Friday, 20-Nov-26 12:00:00 GMT"}, 304, `"abc"`},
		{"no date", []string{"If-Modified-Since", "yesterday"}, 200, `"abc"`},
		{"two dates", []string{"If-Modified-Since", now, "If-Modified-Since", now}, 200, `"abc"`},
		{"gzip's tag", []string{"If-None-Match", `"abc-gz"`, "Accept-Encoding", "gzip"}, 304, `"abc-gz"`},
		{"tag of another coding", []string{"If-None-Match", `"abc-br"`, "Accept-Encoding", "gzip"}, 304, `"abc-br"`},
		{"date with gzip", []string{"If-Modified-Since", now, "Accept-Encoding", "gzip"}, 304, `"abc-gz"`},
	}
	for _, c := range cases {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			t.Run(method+" "+c.name, func(t *testing.T) {
				res := serve(t, handmade(), method, c.headers...)
				if res.StatusCode != c.status || res.Header.Get("ETag") != c.etag {
					t.Errorf("%d with %s, want %d with %s", res.StatusCode, res.Header.Get("ETag"), c.status, c.etag)
				}
				if res.Header.Get("Cache-Control") != "public, max-age=300" || res.Header.Get("Vary") != "Accept-Encoding" ||
					res.Header.Get("Access-Control-Allow-Origin") != "*" || res.Header.Get("Last-Modified") != now {
					t.Errorf("headers %v", res.Header)
				}
				got := body(t, res.Body)
				if (c.status == 304 || method == http.MethodHead) != (len(got) == 0) {
					t.Errorf("%d bytes of body", len(got))
				}
				if c.status == 200 && res.Header.Get("Content-Length") != "1400" || c.status == 304 && res.Header.Get("Content-Length")+res.Header.Get("Content-Type") != "" {
					t.Errorf("content headers %v", res.Header)
				}
			})
		}
	}
}

func TestContentCoding(t *testing.T) {
	cases := []struct{ accept, want string }{
		{"", ""}, {"gzip", "gzip"}, {"br", "br"}, {"gzip, deflate, br", "br"}, {"gzip;q=1.0, br;q=0.5", "gzip"}, {"GZIP", "gzip"}, {"x-gzip", "gzip"},
		{"gzip;q=0", ""}, {"br;q=0, gzip", "gzip"}, {"*", "br"}, {"*;q=0", ""}, {"gzip;q=0, *", "br"}, {"identity", ""}, {"deflate", ""},
		{"gzip;q=nonsense", ""}, {"gzip ; q=0.3", "gzip"}, {"br;q=0.1,gzip;q=0.2", "gzip"}, {",,", ""},
	}
	d := handmade()
	for _, c := range cases {
		res := serve(t, d, http.MethodGet, "Accept-Encoding", c.accept)
		if got := res.Header.Get("Content-Encoding"); got != c.want {
			t.Errorf("%q: got %q, want %q", c.accept, got, c.want)
		}
		var text io.Reader = res.Body
		switch c.want {
		case "gzip":
			z, err := gzip.NewReader(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			text = z
		case "br":
			text = brotli.NewReader(res.Body)
		}
		if !bytes.Equal(body(t, text), d.Body) {
			t.Errorf("%q: another text", c.accept)
		}
	}
	tiny := &publish.Document{Body: []byte("x"), ETag: `"t"`}
	if res := serve(t, tiny, http.MethodGet, "Accept-Encoding", "br"); res.Header.Get("Content-Encoding") != "" || res.Header.Get("ETag") != `"t"` {
		t.Errorf("what compression makes larger: %v", res.Header)
	}
}

func TestMethods(t *testing.T) {
	if res := serve(t, handmade(), http.MethodPost); res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("POST: %d %v", res.StatusCode, res.Header)
	}
	res := serve(t, handmade(), http.MethodOptions, "Origin", "https://office.example", "Access-Control-Request-Headers", "if-none-match")
	if res.StatusCode != http.StatusNoContent || !strings.Contains(res.Header.Get("Access-Control-Allow-Headers"), "If-None-Match") {
		t.Errorf("OPTIONS: %d %v", res.StatusCode, res.Header)
	}
}

func TestVaryIsKept(t *testing.T) {
	w := httptest.NewRecorder()
	w.Header().Set("Vary", "Accept-Language")
	publish.Serve(w, httptest.NewRequest(http.MethodGet, "/", nil), handmade())
	if got := w.Header()["Vary"]; !slices.Equal(got, []string{"Accept-Language", "Accept-Encoding"}) {
		t.Errorf("Vary %q", got)
	}
	again := httptest.NewRecorder()
	publish.Serve(again, httptest.NewRequest(http.MethodGet, "/", nil), handmade())
	again.Header().Add("Vary", "Cookie") // by somebody who comes after
	third := httptest.NewRecorder()
	publish.Serve(third, httptest.NewRequest(http.MethodGet, "/", nil), handmade())
	if got := third.Header()["Vary"]; !slices.Equal(got, []string{"Accept-Encoding"}) {
		t.Errorf("headers of one answer reached another: %q", got)
	}
}

func serveFeed(p *publish.Publisher, target string, headers ...string) (*http.Response, error) {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	err := p.ServeFeed(w, r, strings.TrimPrefix(r.URL.Path, "/feeds/"))
	return w.Result(), err
}

func TestServeFeed(t *testing.T) {
	w := newWorld()
	p := w.publisher(t)
	for address, contentType := range map[string]string{"/feeds/all.atom": "application/atom+xml; charset=utf-8",
		"/feeds/all.rss?country=ly": "application/rss+xml; charset=utf-8", "/feeds/all.json": "application/feed+json"} {
		res, err := serveFeed(p, address)
		if err != nil || res.StatusCode != 200 || res.Header.Get("Content-Type") != contentType {
			t.Fatalf("%s: %v, %d %v", address, err, res.StatusCode, res.Header)
		}
		res, err = serveFeed(p, address, "If-None-Match", res.Header.Get("ETag"))
		if err != nil || res.StatusCode != 304 {
			t.Errorf("%s again: %v, %d", address, err, res.StatusCode)
		}
	}
	var invalid *publish.Invalid
	for _, address := range []string{"/feeds/country/xx.atom", "/feeds/all.atom?x=1", "/feeds/all.atom?%zz=1"} {
		if res, err := serveFeed(p, address); !errors.As(err, &invalid) || len(res.Header) > 0 {
			t.Errorf("%s: %v %v", address, err, res.Header)
		}
	}
	if _, err := serveFeed(p, "/feeds/all.html"); err == nil {
		t.Error("a page was served as a document")
	}
	w.change(func(w *world) { w.fault = errDown })
	if res, err := serveFeed(p, "/feeds/all.atom"); err != nil || res.StatusCode != 200 {
		t.Errorf("without a store: %v, %d", err, res.StatusCode)
	}
	if _, err := serveFeed(p, "/feeds/topic/floods.atom"); !errors.Is(err, errDown) {
		t.Errorf("without a store or a copy: %v", err)
	}
	if _, err := serveFeed(newFailing().publisher(t), "/feeds/all.atom"); !errors.Is(err, errDown) {
		t.Errorf("without a store from the start: %v", err)
	}
}

func newFailing() *world {
	w := newWorld()
	w.fault = errDown
	return w
}

// TestRememberedAddressFollowsTheCatalogue: what an address meant does not outlive the
// sources that gave it the meaning.
func TestRememberedAddressFollowsTheCatalogue(t *testing.T) {
	w := newWorld()
	p := w.publisher(t)
	if _, err := serveFeed(p, "/feeds/source/daily.atom"); err != nil {
		t.Fatal(err)
	}
	w.change(func(w *world) { w.sources = w.sources[:3] })
	var invalid *publish.Invalid
	if _, err := serveFeed(p, "/feeds/source/daily.atom"); !errors.As(err, &invalid) || invalid.Status != 404 {
		t.Errorf("got %v", err)
	}
}
