package publish_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/publish"
)

func TestUnchangedIsNotSelectedAgain(t *testing.T) {
	w := newWorld()
	p := w.publisher(t)
	first := get(t, p, "country/ly.atom")
	if again := get(t, p, "all.atom?country=LY"); again != first {
		t.Error("another spelling of the selection is another document")
	}
	w.pass(10 * time.Second)
	second := get(t, p, "country/ly.atom")
	if second != first || w.called("Stories") != 1 {
		t.Errorf("same document %v, %d selections", second == first, w.called("Stories"))
	}
	if n := w.called("Version"); n != 2 {
		t.Errorf("the version was asked for %d times in two moments", n)
	}
}

// TestValidatorsFollowBytes: ETag and Last-Modified move if and only if the bytes do.
func TestValidatorsFollowBytes(t *testing.T) {
	w := newWorld()
	p := w.publisher(t)
	first := get(t, p, "country/ly.atom")
	if !first.Modified.Equal(start) {
		t.Errorf("modified %v", first.Modified)
	}
	w.change(nil) // a commit about other stories
	if second := get(t, p, "country/ly.atom"); second != first || w.called("Rendition") != 1 {
		t.Errorf("a commit without effect: %q and %q", first.ETag, second.ETag)
	}
	w.change(func(w *world) { w.stories[0].Changed = w.now }) // noticed, but the same bytes
	if second := get(t, p, "country/ly.atom"); second.ETag != first.ETag || !second.Modified.Equal(first.Modified) {
		t.Errorf("a change without effect: %q and %q", first.ETag, second.ETag)
	}
	w.change(func(w *world) {
		w.stories[0].Copies[0].Entry.Title = "A correction"
		w.stories[0].Copies[0].Revision, w.stories[0].Changed = 2, w.now
	})
	third := get(t, p, "country/ly.atom")
	if third.ETag == first.ETag || bytes.Equal(third.Body, first.Body) || !third.Modified.After(first.Modified) {
		t.Errorf("an edit: %q and %q, modified %v", first.ETag, third.ETag, third.Modified)
	}
	other := w.publisher(t) // another process, or this one after a restart
	if d := get(t, other, "country/ly.atom"); d.ETag != third.ETag || !d.Modified.Equal(third.Modified) {
		t.Errorf("another process says %q %v", d.ETag, d.Modified)
	}
}

func TestEditedSourceShows(t *testing.T) {
	w := newWorld()
	p := w.publisher(t)
	first := get(t, p, "all.atom")
	w.mu.Lock()
	w.sources[0].Title = "Renamed"
	w.mu.Unlock()
	w.pass(20 * time.Second) // no commit to stories
	if d := get(t, p, "all.atom"); d.ETag == first.ETag || !strings.Contains(string(d.Body), "Renamed") {
		t.Error("the new title does not show")
	}
	w.mu.Lock()
	w.sources[4].Trial = false
	w.mu.Unlock()
	w.pass(20 * time.Second)
	if d := get(t, p, "source/secret.atom"); len(d.Stories) != 1 {
		t.Errorf("after its trial the source has %d stories", len(d.Stories))
	}
}

func TestLastGoodCopy(t *testing.T) {
	w := newWorld()
	var failures []error
	p := w.publisher(t, func(o *publish.Options) { o.Failed = func(err error) { failures = append(failures, err) } })
	good := get(t, p, "all.atom")
	w.change(func(w *world) { w.fault = errDown })
	stale := get(t, p, "all.atom")
	if !stale.Stale || stale.ETag != good.ETag || !bytes.Equal(stale.Body, good.Body) {
		t.Errorf("stale %v, %q instead of %q", stale.Stale, stale.ETag, good.ETag)
	}
	if good.Stale {
		t.Error("the flag was set on a shared document")
	}
	if len(failures) != 1 || !errors.Is(failures[0], errDown) {
		t.Errorf("told of %v", failures)
	}
	ch, f := parse(t, p, "topic/floods.rss")
	if d, err := p.Document(t.Context(), ch, f); !errors.Is(err, errDown) {
		t.Errorf("nothing to fall back on: %v, %v", d, err)
	}
	w.change(func(w *world) { w.fault = nil })
	if d := get(t, p, "all.atom"); d.Stale {
		t.Error("still stale after the store came back")
	}
}

// half is a store whose version can be read and whose stories cannot.
type half struct {
	*world
	broken bool
}

func (h *half) Stories(ctx context.Context, sel feeds.Selector, limit int) ([]feeds.Story, error) {
	stories, err := h.world.Stories(ctx, sel, limit)
	if h.broken {
		return nil, errDown
	}
	return stories, err
}

func TestFailingSelectionIsNotHammered(t *testing.T) {
	h := &half{world: newWorld()}
	p := h.publisher(t, func(o *publish.Options) { o.Store = h })
	get(t, p, "all.atom")
	h.broken = true
	h.change(nil)
	for range 10 {
		if d := get(t, p, "all.atom"); !d.Stale {
			t.Fatal("not stale")
		}
	}
	if n := h.called("Stories"); n != 2 {
		t.Errorf("%d selections, want one before and one after the failure", n)
	}
}

func TestPagesAreNoDocuments(t *testing.T) {
	p := newWorld().publisher(t)
	ch, f := parse(t, p, "all.html")
	if d, err := p.Document(t.Context(), ch, f); err == nil {
		t.Errorf("got %q", d.Body)
	}
}

// slow is a store that waits until all who will ask have asked.
type slow struct {
	*world
	release chan struct{}
}

func (s *slow) Stories(ctx context.Context, sel feeds.Selector, limit int) ([]feeds.Story, error) {
	<-s.release
	return s.world.Stories(ctx, sel, limit)
}

func TestNoHerd(t *testing.T) {
	s := &slow{world: newWorld(), release: make(chan struct{})}
	p := s.publisher(t, func(o *publish.Options) { o.Store = s })
	ch, f := parse(t, p, "all.atom")
	var asked, done sync.WaitGroup
	docs := make([]*publish.Document, 50)
	for i := range docs {
		asked.Add(1)
		done.Go(func() {
			asked.Done()
			d, err := p.Document(t.Context(), ch, f)
			if err != nil {
				t.Error(err)
			}
			docs[i] = d
		})
	}
	asked.Wait()
	close(s.release)
	done.Wait()
	for _, d := range docs {
		if d != docs[0] {
			t.Fatal("different documents")
		}
	}
	if n := s.called("Rendition"); n != 1 {
		t.Errorf("rendered %d times", n)
	}
}

func TestWaitingEndsWithTheRequest(t *testing.T) {
	s := &slow{world: newWorld(), release: make(chan struct{})}
	p := s.publisher(t, func(o *publish.Options) { o.Store = s })
	ch, f := parse(t, p, "all.atom")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Document(ctx, ch, f); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(s.release)
	if d := get(t, p, "all.atom"); len(d.Stories) != 3 {
		t.Error("the rendering ended with the one who asked first")
	}
}

func TestConcurrentUse(t *testing.T) {
	w := newWorld()
	p := w.publisher(t, func(o *publish.Options) { o.CacheBytes = 64 << 10 })
	addresses := []string{"all.atom", "all.rss", "all.json", "country/ly.atom", "topic/floods.rss?country=ma", "region/mena.json?q=trip"}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := range 60 {
				if i == 0 {
					w.change(func(w *world) { w.stories[1].Changed = w.now; w.stories[1].Updated = w.now })
					continue
				}
				d := get(t, p, addresses[(i+n)%len(addresses)])
				if len(d.Body) == 0 || d.ETag == "" || len(d.Gzip()) == 0 {
					t.Errorf("incomplete document %+v", d)
				}
			}
		})
	}
	wg.Wait()
}

func TestCacheIsBounded(t *testing.T) {
	w := newWorld()
	p := w.publisher(t, func(o *publish.Options) { o.CacheBytes = 200 << 10 })
	for i := range 300 {
		get(t, p, fmt.Sprintf("all.atom?q=w%d", i))
	}
	bytes, documents := p.CacheSize()
	if bytes > 200<<10 || documents == 0 || documents > 60 {
		t.Errorf("%d documents of %d bytes are kept", documents, bytes)
	}
	before := w.called("Stories")
	get(t, p, "all.atom?q=w299")
	if w.called("Stories") != before {
		t.Error("the document used last was let go")
	}
}

func TestNewRefuses(t *testing.T) {
	good := func() publish.Options {
		w := newWorld()
		return publish.Options{Store: w, Counts: w.counts, Sources: w.catalogue, Taxonomy: taxonomy(), BaseURL: "https://a.example", Authority: "a.example", AuthorityYear: 2026}
	}
	for name, spoil := range map[string]func(*publish.Options){
		"no store": func(o *publish.Options) { o.Store = nil }, "no counts": func(o *publish.Options) { o.Counts = nil },
		"no taxonomy": func(o *publish.Options) { o.Taxonomy = nil }, "no sources": func(o *publish.Options) { o.Sources = nil },
		"relative base": func(o *publish.Options) { o.BaseURL = "/feeds" }, "no authority": func(o *publish.Options) { o.Authority = "" },
		"no year": func(o *publish.Options) { o.AuthorityYear = 0 },
	} {
		o := good()
		spoil(&o)
		if _, err := publish.New(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := publish.New(good()); err != nil {
		t.Error(err)
	}
}

// hung is a store that answers nothing for a while, then fails.
type hung struct {
	*world
	took time.Duration
}

func (h *hung) Version(context.Context) (int64, error) {
	h.pass(h.took)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls["Version"]++
	return 0, errDown
}

// TestSlowFailureIsShared: those who waited for a look that failed do not each look.
func TestSlowFailureIsShared(t *testing.T) {
	h := &hung{world: newWorld(), took: 10 * time.Second}
	p := h.publisher(t, func(o *publish.Options) { o.Store = h })
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, _, err := tryParse(p, "all.atom"); !errors.Is(err, errDown) {
				t.Errorf("got %v", err)
			}
		})
	}
	wg.Wait()
	if n := h.called("Version"); n != 1 {
		t.Errorf("%d looks", n)
	}
}
