package web

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tributary/internal/hub"
)

// door remembers what it was given.
type door struct {
	got url.Values
	err error
}

func (d *door) Take(_ context.Context, form url.Values) error {
	d.got = form
	return d.err
}

func TestTopicHub(t *testing.T) {
	var logged bytes.Buffer
	d := &door{}
	h := newHandler(t, func(o *Options) {
		o.TopicHub = d
		o.Log = slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	ask := func(method, path, kind, body string) *http.Response {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		res := rec.Result()
		if res.Header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain") || res.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s %s: %v", method, path, res.Header)
		}
		return res
	}
	const form = "application/x-www-form-urlencoded"
	for _, c := range []struct {
		method, path, kind, body string
		err                      error
		status                   int
	}{
		{"POST", "/hub", form, "hub.secret=s3cret&hub.callback=https%3A%2F%2Freader.example%2Fs3cret", nil, 202},
		{"POST", "/hub?hub.secret=s3cret", form + "; charset=utf-8", "a=b", nil, 202},
		{"POST", "/hub", form, "a=b", &hub.Refusal{Status: 400, Text: "No."}, 400},
		{"POST", "/hub", form, "a=b", errors.New("disk full"), 503},
		{"POST", "/hub", form, "a=%zz", nil, 400},
		{"POST", "/hub", form, strings.Repeat("x", hub.MaxForm+1), nil, 413},
		{"POST", "/hub", "application/json", "{}", nil, 415},
		{"POST", "/hub", "", "a=b", nil, 415},
		{"GET", "/hub", "", "", nil, 405},
		{"PUT", "/hub", form, "a=b", nil, 405},
	} {
		d.err = c.err
		if res := ask(c.method, c.path, c.kind, c.body); res.StatusCode != c.status || res.StatusCode == 405 && res.Header.Get("Allow") != "POST" {
			t.Errorf("%s %s %.20s: %d, want %d", c.method, c.path, c.body, res.StatusCode, c.status)
		}
	}
	d.err = nil
	ask("POST", "/hub", form, "hub.mode=subscribe&hub.topic=a&hub.topic=b")
	if len(d.got["hub.topic"]) != 2 {
		t.Errorf("the form is %v", d.got)
	}
	if strings.Contains(logged.String(), "s3cret") {
		t.Errorf("a secret is logged: %s", logged.String())
	}
	// A caller who asks without end is slowed down.
	last := 0
	for range subscriberBurst + 1 {
		last = ask("POST", "/hub", form, "a=b").StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("after %d requests: %d", subscriberBurst, last)
	}
	// Without a hub there is none.
	rec := httptest.NewRecorder()
	newHandler(t).ServeHTTP(rec, httptest.NewRequest("POST", "/hub", strings.NewReader("a=b")))
	if rec.Code != http.StatusMethodNotAllowed {
		t.Errorf("without a hub: %d", rec.Code)
	}
}
