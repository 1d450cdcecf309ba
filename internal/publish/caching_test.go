package publish_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/publish"
)

func TestCachingHeaders(t *testing.T) {
	w := newWorld()
	p := w.publisher(t, func(o *publish.Options) {
		o.Caching = publish.Caching{StaleWhileRevalidate: time.Minute, StaleIfError: 24 * time.Hour, CDNMaxAge: 30 * time.Second,
			Keys: publish.KeyHeaders{SurrogateKey: true, CacheTag: true}}
	})
	ask := func(headers ...string) http.Header {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, "/feeds/region/mena.atom?topic=counter-trafficking", nil)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		rec := httptest.NewRecorder()
		if err := p.ServeFeed(rec, r, "region/mena.atom"); err != nil {
			t.Fatal(err)
		}
		return rec.Header()
	}
	h := ask()
	for name, want := range map[string]string{
		"Cache-Control":     "public, max-age=300, stale-while-revalidate=60, stale-if-error=86400",
		"CDN-Cache-Control": "public, max-age=30, stale-while-revalidate=30, stale-if-error=86400",
		"Surrogate-Key":     "feeds story-01seminar region-mena topic-counter-trafficking",
		"Cache-Tag":         "feeds,story-01seminar,region-mena,topic-counter-trafficking",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if again := ask("If-None-Match", h.Get("ETag")); again.Get("Cache-Control") != h.Get("Cache-Control") || again.Get("CDN-Cache-Control") != h.Get("CDN-Cache-Control") {
		t.Errorf("a 304 says %v", again)
	}
}

// TestNobodyWaitsLongForAnotherRendering: nor is what was withdrawn served for long.
func TestNobodyWaitsLongForAnotherRendering(t *testing.T) {
	w := newWorld()
	w.tombstones = nil
	held := make(chan struct{})
	p := w.publisher(t, func(o *publish.Options) {
		o.Grace = 20 * time.Second
		o.Store = stuck{w, held}
	})
	before := get(t, p, "country/ly.atom")
	withdraw := func(w *world) { w.stories = w.stories[1:] }
	w.change(withdraw)
	w.mu.Lock()
	w.selected = nil
	w.mu.Unlock()
	if again := get(t, p, "country/ly.atom"); again != before {
		t.Error("another document while the new one is not made")
	}
	w.pass(30 * time.Second) // the grace is over: whoever asks now waits
	got := make(chan *publish.Document)
	go func() { got <- get(t, p, "country/ly.atom") }()
	select {
	case <-got:
		t.Error("what was withdrawn is served beyond the grace")
	case <-time.After(time.Second):
	}
	close(held)
	if d := <-got; strings.Contains(string(d.Body), "seminar") {
		t.Error("the withdrawn story is still there")
	}
}

// stuck is a world whose stories are held back, but for the first time.
type stuck struct {
	*world
	held chan struct{}
}

func (s stuck) Stories(ctx context.Context, sel feeds.Selector, limit int) ([]feeds.Story, error) {
	out, err := s.world.Stories(ctx, sel, limit)
	if s.world.called("Stories") > 1 {
		<-s.held
	}
	return out, err
}
