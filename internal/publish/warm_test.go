package publish_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/publish"
)

// demand is what is remembered, in memory.
type demand struct {
	mu    sync.Mutex
	asked map[string]float64
	most  []string
}

func (d *demand) Remember(_ context.Context, asked map[string]float64, _ time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for key, n := range asked {
		d.asked[key] += n
	}
	return nil
}

func (d *demand) Most(context.Context, int, time.Time) ([]string, error) { return d.most, nil }

// TestKeepWarm: what was asked for before a start is ready after it, what is asked for is
// remembered, and what a commit changed is made anew before anybody asks.
func TestKeepWarm(t *testing.T) {
	w := newWorld()
	p := w.publisher(t, func(o *publish.Options) {
		o.Now = time.Now
		o.Saved = []feeds.SavedChannel{{Slug: "new", ID: "new", Office: "ly", Former: []string{"old"}, Title: map[string]string{"en": "New"}}}
		o.Failed = func(err error) { t.Error(err) }
	})
	d := &demand{asked: map[string]float64{}, most: []string{"country/ly.atom?", "topic/floods.rss?", "source/left-us.atom?", "channel/old.atom?", "%zz?%zz"}}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.KeepWarm(ctx, d)
	}()
	until := func(what string, done func() bool) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal(what + ": never")
			}
		}
	}
	cached := func() int { _, n := p.CacheSize(); return n }
	until("ready after the start", func() bool { return cached() == 2 })
	r := httptest.NewRequest(http.MethodGet, "/feeds/country/ma.atom", nil)
	for range 3 {
		if err := p.ServeFeed(httptest.NewRecorder(), r, "country/ma.atom"); err != nil {
			t.Fatal(err)
		}
	}
	search := httptest.NewRequest(http.MethodGet, "/feeds/all.atom?q=mariam", nil)
	if err := p.ServeFeed(httptest.NewRecorder(), search, "all.atom"); err != nil {
		t.Fatal(err)
	}
	selected := w.called("Stories")
	w.change(func(w *world) { w.stories[0].Changed = w.now.Add(time.Hour) })
	until("made anew", func() bool { return w.called("Stories") >= selected+2 })
	stop()
	<-ended
	if len(d.asked) != 1 || d.asked["country/ma.atom?"] != 3 { // and not what was searched for
		t.Errorf("remembered %v", d.asked)
	}
	for key := range w.renditions {
		if strings.Contains(key, "mariam") {
			t.Errorf("kept %q", key)
		}
	}
}
