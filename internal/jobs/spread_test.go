package jobs

import (
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/store"
)

// After hours without any process, what was missed is caught up over the jitter and
// not at once; what is a little late is not put off; and a new schedule does not make
// us ask for what is fresh still.
func TestMissedRunsAreSpread(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(t *testing.T) *store.DB) {
		db := open(t)
		now := time.Now().Truncate(time.Hour).Add(30 * time.Minute) // far from the next hourly run, whatever the hour
		if err := db.SyncSources(t.Context(), sources(60, "@hourly")); err != nil {
			t.Fatal(err)
		}
		states, err := db.Sources(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for i := range states {
			p := &states[i].Polling
			switch {
			case i < 40:
				p.NextRun = now.Add(-5 * time.Hour)
			case i < 50:
				p.NextRun = now.Add(-time.Minute)
			default:
				p.Outcome, p.Learnt.Wishes.Until = feeds.OutcomeFetched, now.Add(20*time.Hour)
			}
			if err := db.SavePollings(t.Context(), []feeds.Polling{*p}); err != nil {
				t.Fatal(err)
			}
		}
		at := now
		e := engine(t, db, &press{asked: map[string]int{}}, func(o *Options) {
			o.Schedules, o.Now = NewSchedules(time.Second, 2*time.Minute), func() time.Time { return at }
		})
		n, err := e.DispatchOnce(t.Context())
		if err != nil || n < 10 || n > 13 { // a source's jitter may be nothing
			t.Errorf("at start %d were dispatched (%v), want the ten that are a little late", n, err)
		}
		if states, err = db.Sources(t.Context()); err != nil {
			t.Fatal(err)
		}
		moments, late := map[string]time.Time{}, 0
		seconds := map[int64]bool{}
		for i, s := range states {
			switch next := s.Polling.NextRun; {
			case i < 40:
				if next.After(now.Add(2 * time.Minute)) {
					late++ // dispatched at once: its jitter is nothing
				}
				moments[s.ID] = next
				seconds[next.Unix()] = true
			case i >= 50 && next.Before(now.Add(20*time.Hour)):
				t.Errorf("%s is fresh and asked at %s", s.ID, next)
			}
		}
		if late > n-10 || len(seconds) < 20 {
			t.Errorf("40 sources begin in %d different seconds, %d of them late", len(seconds), late)
		}
		// Then they are due: dispatched, or waiting for their shard, but not put off again.
		at = now.Add(2 * time.Minute)
		if _, err := e.DispatchOnce(t.Context()); err != nil {
			t.Fatal(err)
		}
		if states, err = db.Sources(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, s := range states[:40] {
			if next := s.Polling.NextRun; next.Before(at.Add(2*time.Minute)) && !next.Equal(moments[s.ID]) {
				t.Errorf("%s was put off from %s to %s", s.ID, moments[s.ID], next)
			}
		}
	})
}
