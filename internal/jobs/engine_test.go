package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/classify"
	"tributary/internal/fetch"
	"tributary/internal/pgtest"
	"tributary/internal/pipeline"
	"tributary/internal/store"
)

// press answers for every source with a feed that grows by an entry each time.
type press struct {
	mu    sync.Mutex
	asked map[string]int
	slow  atomic.Int64 // nanoseconds that an answer takes
}

func (p *press) Get(ctx context.Context, r fetch.Request) (*fetch.Response, error) {
	select {
	case <-time.After(time.Duration(p.slow.Load())):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p.mu.Lock()
	p.asked[r.URL]++
	n := p.asked[r.URL]
	p.mu.Unlock()
	body := `<rss version="2.0"><channel><title>t</title><link>` + r.URL + `</link><description>d</description>`
	for i := range n {
		body += fmt.Sprintf(`<item><guid isPermaLink="false">%d</guid><title>Item %d of %s</title><link>%s/%d</link><description>Text %d</description></item>`, i, i, r.URL, r.URL, i, i)
	}
	return &fetch.Response{Status: 200, URL: r.URL, Body: []byte(body + `</channel></rss>`), ContentType: "application/rss+xml"}, nil
}

// times tells how often the least and the most asked of n sources were.
func (p *press) times(n int) (least, most int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.asked) < n {
		return 0, 0
	}
	least = 1 << 30
	for _, n := range p.asked {
		least, most = min(least, n), max(most, n)
	}
	return least, most
}

type nobody struct{}

func (nobody) Classify(classify.Item) []feeds.Label { return nil }

func onBoth(t *testing.T, test func(t *testing.T, open func(t *testing.T) *store.DB)) {
	t.Run("sqlite", func(t *testing.T) {
		o := store.Options{Path: filepath.Join(t.TempDir(), "jobs.db")}
		test(t, func(t *testing.T) *store.DB { return open(t, o) })
	})
	t.Run("postgres", func(t *testing.T) {
		o := store.Options{URL: pgtest.URL(t)}
		test(t, func(t *testing.T) *store.DB { return open(t, o) })
	})
}

func open(t *testing.T, o store.Options) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	return db
}

func sources(n int, schedule string) []feeds.Source {
	out := make([]feeds.Source, n)
	for i := range out {
		out[i] = feeds.Source{ID: fmt.Sprintf("s%03d", i), Office: "hq", Title: "t", Publisher: "p", Kind: feeds.KindPartner,
			URL: fmt.Sprintf("https://host%d.example/%d", i%37, i), Schedule: schedule, Zone: "UTC", Enabled: true, Republish: feeds.RepublishSummary}
	}
	return out
}

func engine(t *testing.T, db *store.DB, p *press, edit func(*Options)) *Engine {
	t.Helper()
	schedules := NewSchedules(time.Second, 0)
	o := Options{DB: db, Schedules: schedules, Index: func(context.Context) error { return nil }, Workers: 4, Batch: 50,
		Dispatch: time.Second, RescueAfter: time.Minute, Grace: 5 * time.Second, Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Puller: &pipeline.Puller{Fetch: p, Store: db, Classify: nobody{}, Next: schedules.Next, Fetches: 8, Now: time.Now, Headquarters: "hq"},
		Desk:   &pipeline.Desk{Store: db, Classify: nobody{}, Now: time.Now}}
	if edit != nil {
		edit(&o)
	}
	e, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// The engine under load: hundreds of sources, every few seconds, commits and jobs in
// one database, for a while. Every source has its turns, none has more than others.
func TestEngineKeepsEverySourceOnTime(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(t *testing.T) *store.DB) {
		db, p := open(t), &press{asked: map[string]int{}}
		if err := db.SyncSources(t.Context(), sources(300, "@every 2s")); err != nil {
			t.Fatal(err)
		}
		e := engine(t, db, p, nil)
		if err := e.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		for least := 0; least < 3 && time.Since(began) < 60*time.Second; least, _ = p.times(300) {
			time.Sleep(50 * time.Millisecond)
		}
		took := time.Since(began)
		if err := e.Stop(); err != nil {
			t.Fatal(err)
		}
		least, most := p.times(300)
		t.Logf("300 sources, three turns each in %.1f s; asked %d to %d times", took.Seconds(), least, most)
		if least < 3 || most > int(took/(2*time.Second))+2 {
			t.Errorf("in %s sources were asked %d to %d times, the schedule says every 2 s", took, least, most)
		}
		states, err := db.Sources(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range states {
			if s.Polling.Outcome != feeds.OutcomeFetched || s.Polling.Failures != 0 {
				t.Fatalf("%s: %+v", s.ID, s.Polling)
			}
		}
		if err := db.Check(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// A second look at the same moment finds nothing due: the slot is taken.
func TestASlotIsDispatchedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(t *testing.T) *store.DB) {
		db := open(t)
		if err := db.SyncSources(t.Context(), sources(40, "@hourly")); err != nil {
			t.Fatal(err)
		}
		e := engine(t, db, &press{asked: map[string]int{}}, nil) // never started: jobs are inserted, not worked
		n, err := e.DispatchOnce(t.Context())
		if err != nil || n != 40 {
			t.Fatalf("first: %d, %v", n, err)
		}
		if n, err = e.DispatchOnce(t.Context()); err != nil || n != 0 {
			t.Errorf("second: %d, %v; want nothing", n, err)
		}
		states, err := db.Sources(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range states {
			if !s.Polling.NextRun.After(time.Now()) {
				t.Errorf("%s is still due at %s", s.ID, s.Polling.NextRun)
			}
		}
	})
}

// New sources are not all asked at once.
func TestFirstRunsAreSpread(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(t *testing.T) *store.DB) {
		db := open(t)
		if err := db.SyncSources(t.Context(), sources(40, "@hourly")); err != nil {
			t.Fatal(err)
		}
		e := engine(t, db, &press{asked: map[string]int{}}, func(o *Options) { o.Schedules = NewSchedules(time.Second, time.Minute) })
		if n, err := e.DispatchOnce(t.Context()); err != nil || n != 0 {
			t.Fatalf("at start: %d, %v", n, err)
		}
		states, err := db.Sources(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		moments := map[int64]bool{}
		for _, s := range states {
			wait := time.Until(s.Polling.NextRun)
			if wait > time.Minute {
				t.Errorf("%s waits %s", s.ID, wait)
			}
			moments[s.Polling.NextRun.Unix()] = true
		}
		if len(moments) < 15 {
			t.Errorf("40 sources begin in only %d different seconds", len(moments))
		}
	})
}

// A stop in the middle hands back what is held; the next process does it.
func TestStopHandsBack(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(t *testing.T) *store.DB) {
		db, p := open(t), &press{asked: map[string]int{}}
		p.slow.Store(int64(time.Hour))
		if err := db.SyncSources(t.Context(), sources(10, "@hourly")); err != nil {
			t.Fatal(err)
		}
		e := engine(t, db, p, func(o *Options) { o.Grace = 200 * time.Millisecond })
		if err := e.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			states, err := db.Sources(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if states[0].Polling.NextRun.After(time.Now()) || time.Now().After(deadline) {
				break // dispatched
			}
		}
		time.Sleep(500 * time.Millisecond) // the jobs are being worked
		if err := e.Stop(); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		p.slow.Store(0)
		next := engine(t, db, p, nil)
		if err := next.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
			p.mu.Lock()
			n := len(p.asked)
			p.mu.Unlock()
			if n == 10 {
				break
			}
		}
		if err := next.Stop(); err != nil {
			t.Fatal(err)
		}
		if least, most := p.times(10); len(p.asked) != 10 || least != 1 || most != 1 {
			t.Errorf("%d sources were pulled after the restart, %d to %d times; want 10, once", len(p.asked), least, most)
		}
	})
}
