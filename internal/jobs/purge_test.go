package jobs

import (
	"context"
	"errors"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/store"
)

// An engine at work deletes the originals whose time is over.
func TestEnginePurgesOriginals(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(t *testing.T) *store.DB) {
		db, p := open(t), &press{asked: map[string]int{}}
		if err := db.SyncSources(t.Context(), sources(1, "@every 24h")); err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		keep := func(id int64, story string, at time.Time) {
			e := feeds.Entry{ID: story, Title: story}
			c := store.Change{Now: at, KeepOriginals: time.Hour, Polling: feeds.Polling{SourceID: "s000"},
				New:     []store.NewEntry{{ID: id, StoryID: story, Entry: e, Original: &e, Hash: "h", TextHash: "t", Published: at}},
				Stories: []store.StoryState{{ID: story, Mint: true, LeadEntryID: id, Published: at, Updated: at, Labels: []feeds.Label{}}}}
			if err := db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.Apply(ctx, c) }); err != nil {
				t.Fatal(err)
			}
		}
		keep(1, "01aaaaaaaaaaaaaaaaaaaaaaaa", now.Add(-2*time.Hour))
		keep(2, "01bbbbbbbbbbbbbbbbbbbbbbbb", now)
		e := engine(t, db, p, func(o *Options) { o.Puller.KeepOriginals = time.Hour })
		if err := e.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := e.Stop(); err != nil {
				t.Error(err)
			}
		}()
		for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
			_, err := db.Original(t.Context(), 1, 1)
			if errors.Is(err, feeds.ErrNotFound) {
				break
			}
			if err != nil || time.Now().After(deadline) {
				t.Fatalf("the old original is still there (%v)", err)
			}
		}
		if _, err := db.Original(t.Context(), 2, 1); err != nil {
			t.Errorf("the new original is gone: %v", err)
		}
	})
}
