package web

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tributary/feeds"
)

// fakeHubs knows the token "good".
type fakeHubs struct{ fault error }

func (f fakeHubs) Verify(_ context.Context, token, query string) (string, error) {
	if token != "good" || !strings.Contains(query, "hub.challenge=") {
		return "", fmt.Errorf("verify: %w", feeds.ErrNotFound)
	}
	_, challenge, _ := strings.Cut(query, "hub.challenge=")
	return challenge, f.fault
}

func (f fakeHubs) Receive(_ context.Context, token string, _ http.Header, body io.Reader) error {
	text, err := io.ReadAll(body)
	switch {
	case err != nil:
		return err
	case token != "good":
		return fmt.Errorf("receive: %w", feeds.ErrNotFound)
	case string(text) == "large":
		return fmt.Errorf("receive: %w", feeds.ErrTooLarge)
	}
	return f.fault
}

func TestCallbacks(t *testing.T) {
	var logged bytes.Buffer
	w := newHandler(t, func(o *Options) {
		o.Hubs = fakeHubs{}
		o.Log = slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	long := strings.Repeat("x", 5000)
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/websub/good?hub.challenge=<script>a", "", 200, "<script>a"},
		{"GET", "/websub/good?hub.challenge=" + long, "", 200, long},
		{"GET", "/websub/bad?hub.challenge=x", "", 404, ""},
		{"GET", "/websub/good", "", 404, ""},
		{"GET", "/websub/", "", 404, ""},
		{"GET", "/websub/good/more?hub.challenge=x", "", 404, ""},
		{"HEAD", "/websub/good?hub.challenge=x", "", 405, ""},
		{"PUT", "/websub/good", "", 405, ""},
		{"POST", "/websub/good", "news", 202, ""},
		{"POST", "/websub/good", "large", 413, ""},
		{"POST", "/websub/bad", "news", 410, ""},
		{"POST", "/feeds/all.atom", "news", 405, ""},
		{"POST", "/", "news", 405, ""},
		{"GET", "/feeds?x=" + long, "", 414, ""},
	} {
		r := httptest.NewRequest(c.method, "http://news.example"+strings.NewReplacer("<", "%3C", ">", "%3E").Replace(c.path), strings.NewReader(c.body))
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, r)
		body := rec.Body.String()
		if strings.Contains(c.want, "<") { // the fake echoes it as it came
			c.want = strings.NewReplacer("<", "%3C", ">", "%3E").Replace(c.want)
		}
		if rec.Code != c.status || c.want != "" && body != c.want {
			t.Errorf("%s %.60s: %d %.80q, want %d %.80q", c.method, c.path, rec.Code, body, c.status, c.want)
		}
		if c.status == 200 && (rec.Header().Get("Content-Type") != "text/plain; charset=utf-8" || rec.Header().Get("X-Content-Type-Options") != "nosniff") {
			t.Errorf("%s %.60s: %v", c.method, c.path, rec.Header())
		}
	}
	if text := logged.String(); !strings.Contains(text, "answered") || strings.Contains(text, "/websub/good") || strings.Contains(text, "challenge") {
		t.Error("the log names callbacks")
	}
	w = newHandler(t, func(o *Options) { o.Hubs = fakeHubs{fault: fmt.Errorf("disk full")} })
	for _, method := range []string{"GET", "POST"} {
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, httptest.NewRequest(method, "/websub/good?hub.challenge=x", strings.NewReader("news")))
		if rec.Code != 503 || strings.Contains(rec.Body.String(), "disk") {
			t.Errorf("%s with a fault: %d %s", method, rec.Code, rec.Body)
		}
	}
	w = newHandler(t)
	for method, status := range map[string]int{"GET": 404, "POST": 405} {
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, httptest.NewRequest(method, "/websub/good?hub.challenge=x", nil))
		if rec.Code != status {
			t.Errorf("%s without subscriptions: %d", method, rec.Code)
		}
	}
}
