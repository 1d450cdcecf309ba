package demo_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/internal/demo"
)

func fetch(t *testing.T, client *http.Client, target string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
	}()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestServeTakesAnotherPortWhenItsOwnIsTaken(t *testing.T) {
	var addrs []string
	for range 2 { // whoever holds the preferred port, the second cannot have it
		w := newWorld(t)
		addr, stop, err := w.Serve(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
		if !strings.HasPrefix(addr, "127.0.0.1:") || slices.Contains(addrs, addr) {
			t.Fatalf("serves at %s beside %v", addr, addrs)
		}
		addrs = append(addrs, addr)
		if allow := w.Allow(); len(allow) != 1 || allow[0] != addr {
			t.Errorf("allows %v, serves at %s", allow, addr)
		}
		for _, s := range w.Sources() {
			if code, body := fetch(t, http.DefaultClient, s.URL); code != http.StatusOK || len(body) < 1000 {
				t.Errorf("%s: %d with %d bytes", s.URL, code, len(body))
			}
		}
	}
}

func TestServeStops(t *testing.T) {
	for name, end := range map[string]func(stop func(), cancel context.CancelFunc){
		"by stop, twice":        func(stop func(), _ context.CancelFunc) { stop(); stop() },
		"by the context's end":  func(_ func(), cancel context.CancelFunc) { cancel() },
		"by both, in one order": func(stop func(), cancel context.CancelFunc) { cancel(); stop() },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			addr, stop, err := newWorld(t).Serve(ctx)
			if err != nil {
				t.Fatal(err)
			}
			end(stop, cancel)
			deadline := time.Now().Add(10 * time.Second)
			for {
				var d net.Dialer
				conn, err := d.DialContext(t.Context(), "tcp", addr)
				if err != nil {
					return // nobody listens any more
				}
				if err := conn.Close(); err != nil {
					t.Error(err)
				}
				if time.Now().After(deadline) {
					t.Fatal("still answers")
				}
			}
		})
	}
}

func TestServeIsAProxyForItsOwnHosts(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.Handler())
	defer server.Close()
	proxy, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy), DisableKeepAlives: true}}
	code, body := fetch(t, client, "http://www.iom.example/news/seminar-tripoli-reviews-local-networks-against-trafficking")
	if code != http.StatusOK || !strings.Contains(body, "Salma Trabelsi") {
		t.Errorf("%d: %.200s", code, body)
	}
}

func TestNewNeedsAClock(t *testing.T) {
	if _, err := demo.New(start, nil); err == nil {
		t.Error("a world without a clock is accepted")
	}
}

// FuzzHandler: whatever is asked, the answer is one of the few that there are.
func FuzzHandler(f *testing.F) {
	for _, seed := range []string{
		"", "www.iom.example/rss.xml", "libya.iom.example/news/libya-mobility-monitoring-no-999999999999",
		"libya.iom.example/news/libya-mobility-monitoring-no--1", "www.iom.example/images/a.png", "../..", "%00", "www.iom.example//fr//",
		"observatory.example/bulletins/sudan-displacement-bulletin-no-23",
	} {
		f.Add(seed)
	}
	d, err := demo.New(start, func() time.Time { return start.Add(time.Hour) })
	if err != nil {
		f.Fatal(err)
	}
	handler := d.Handler()
	f.Fuzz(func(t *testing.T, target string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.URL.Path = "/" + target
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, r)
		switch rec.Code {
		case http.StatusOK, http.StatusNotFound, http.StatusGone:
		default:
			t.Errorf("GET %q: %d", target, rec.Code)
		}
	})
}
