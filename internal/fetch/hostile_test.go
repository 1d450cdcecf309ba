package fetch_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/internal/fetch"
	"tributary/internal/hostile"
)

// TestHostileServer meets every case of the hostile server, many at once, and judges
// the manners from its log.
func TestHostileServer(t *testing.T) {
	s, err := hostile.Start("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6", "127.0.0.7", "127.0.0.8")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	// Only what never ends needs a short limit; the rest must end by itself, however
	// busy the machine is.
	short := newClient(t, fetch.Options{Allow: s.Allow(), CAs: s.CA(), Timeout: 2 * time.Second})
	long := newClient(t, fetch.Options{Allow: s.Allow(), CAs: s.CA(), Timeout: 2 * time.Minute})
	var wg sync.WaitGroup
	for i, hostileCase := range s.Cases() {
		c := long
		if hostileCase.Slow || hostileCase.Accepts(hostile.Timeout) {
			c = short
		}
		wg.Go(func() { meet(t, c, hostileCase, s.URL(hostileCase, i)) })
	}
	wg.Wait()
	if n := len(s.Requests("/entity-target")); n > 0 {
		t.Errorf("an external entity was fetched %d times", n)
	}
	for _, r := range s.Requests("/") {
		for _, field := range []string{"Cookie", "Referer", "Authorization", "Range", "Origin"} {
			if r.Header.Get(field) != "" {
				t.Errorf("%s was sent with %s", r.URL.Path, field)
			}
		}
		if r.Method != "GET" {
			t.Errorf("%s %s", r.Method, r.URL.Path)
		}
	}
	for _, hostileCase := range s.Cases() {
		path := "/" + hostileCase.Name
		if n := len(s.Requests(path)); n == 0 && !strings.HasPrefix(hostileCase.Name, "tls-") {
			t.Errorf("%s was not asked", path)
		} else if !strings.HasPrefix(hostileCase.Name, "redirects-") && hostileCase.Want == hostile.Refused && n > 1 {
			t.Errorf("%s was asked %d times", path, n)
		}
	}
}

func meet(t *testing.T, c *fetch.Client, h hostile.Case, address string) {
	res, err := c.Get(t.Context(), fetch.Request{URL: address})
	if err == nil {
		defer res.Release()
		if !h.Accepts(hostile.Document) {
			t.Errorf("%s: a document of %d bytes, want %s", h.Name, len(res.Body), h.Want)
		} else if n := bytes.Count(res.Body, []byte("<title>Entry ")); h.Items > 1 && n != h.Items {
			t.Errorf("%s: %d items, want %d", h.Name, n, h.Items)
		}
		return
	}
	var e *fetch.Error
	if !errors.As(err, &e) {
		t.Errorf("%s: %T", h.Name, err)
		return
	}
	if !h.Accepts(string(e.Reason)) {
		t.Errorf("%s: %s (%v, cause %v), want %q", h.Name, e.Reason, e, e.Err, h.Want)
	}
	if text := e.Error(); strings.ContainsAny(text, "\r\n") || len(text) > 500 || strings.Contains(text, "secret") {
		t.Errorf("%s: the sentence is %q", h.Name, text)
	}
}
