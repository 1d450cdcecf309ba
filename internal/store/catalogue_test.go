package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tributary/feeds"
	"tributary/internal/store"
)

func state(t testing.TB, db *store.DB, id string) store.SourceState {
	t.Helper()
	all, err := db.Sources(t.Context())
	must(t, err)
	for _, s := range all {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("no source %s", id)
	return store.SourceState{}
}

func exerciseMigrate(t *testing.T, p place) {
	t.Run("twice", func(t *testing.T) {
		db := open(t, p.empty(t))
		must(t, db.Migrate(t.Context()))
		must(t, db.SyncSources(t.Context(), sources()))
		must(t, db.Migrate(t.Context()))
		if all, err := db.Sources(t.Context()); err != nil || len(all) != len(sources()) {
			t.Errorf("%d sources, %v", len(all), err)
		}
	})
	t.Run("at once", func(t *testing.T) {
		o := p.empty(t)
		first := open(t, o) // makes the file
		var wg sync.WaitGroup
		for range 4 {
			db := open(t, o)
			wg.Go(func() {
				if err := db.Migrate(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		sound(t, first)
	})
	t.Run("a database of the future", func(t *testing.T) {
		db := open(t, p.migrated(t))
		if _, err := db.SQL().ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9000, TRUE)`); err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), "9000") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("nothing to open", func(t *testing.T) {
		if _, err := store.Open(t.Context(), store.Options{}); err == nil {
			t.Error("opened")
		}
	})
}

func exerciseCatalogue(t *testing.T, p place) {
	t.Run("keeps settings", func(t *testing.T) {
		db := sample(t, p)
		for _, want := range sources() {
			got := state(t, db, want.ID)
			if diff := cmp.Diff(want, got.Source); diff != "" {
				t.Error(diff)
			}
			if got.Origin != store.OriginConfig || got.Retired || got.Polling.SourceID != want.ID || !got.Polling.NextRun.IsZero() {
				t.Errorf("state %+v", got)
			}
		}
	})
	t.Run("no change, no version", func(t *testing.T) {
		db := sample(t, p)
		before, err := db.Version(t.Context())
		must(t, err)
		must(t, db.SyncSources(t.Context(), sources()))
		if after, err := db.Version(t.Context()); err != nil || after != before {
			t.Errorf("version %d, then %d, %v", before, after, err)
		}
	})
	t.Run("retire and restore", func(t *testing.T) {
		db := sample(t, p)
		apply(t, db, told("ly", 1, "a", 0, "Seminar"))
		must(t, db.SyncSources(t.Context(), sources()[1:]))
		if !state(t, db, "ly").Retired || due(t, db, at(0)) != "hq news trial unhcr" {
			t.Errorf("retired %v, due %q", state(t, db, "ly").Retired, due(t, db, at(0)))
		}
		if got := listed(t, db, feeds.Selector{}, 5); got != "a" {
			t.Errorf("its stories are %q", got)
		}
		must(t, db.SyncSources(t.Context(), sources()))
		if state(t, db, "ly").Retired || due(t, db, at(0)) != "hq ly news trial unhcr" {
			t.Errorf("due %q", due(t, db, at(0)))
		}
	})
	t.Run("import", func(t *testing.T) {
		db := sample(t, p)
		added, err := db.ImportSources(t.Context(), []feeds.Source{
			{ID: "new", URL: "https://new.example/rss", Enabled: true}, {ID: "ly", URL: "https://other.example/rss"},
			{ID: "again", URL: "https://www.iom.int/rss.xml"}, {ID: "twice", URL: "https://new.example/rss"}, {URL: "https://noid.example"}})
		if err != nil || added != 1 {
			t.Fatalf("added %d, %v", added, err)
		}
		must(t, db.SyncSources(t.Context(), sources()[:1]))
		got := state(t, db, "new")
		if got.Origin != store.OriginImport || got.Retired {
			t.Errorf("imported source %+v", got)
		}
		must(t, db.SyncSources(t.Context(), append(sources(), feeds.Source{ID: "new", URL: "https://new.example/rss"})))
		if state(t, db, "new").Origin != store.OriginConfig {
			t.Error("the catalogue did not take it over")
		}
	})
	t.Run("new address, new start", func(t *testing.T) {
		db := sample(t, p)
		gone := feeds.Polling{SourceID: "ly", ETag: "x", Outcome: feeds.OutcomeGone, NextRun: at(60), Failures: 9}
		slow := feeds.Polling{SourceID: "hq", ETag: "y", NextRun: at(60)}
		must(t, db.SavePollings(t.Context(), []feeds.Polling{gone, slow}))
		changed := sources()
		changed[0].URL = "https://libya.iom.int/feed"
		changed[1].Schedule = "*/5 * * * *"
		must(t, db.SyncSources(t.Context(), changed))
		if got := state(t, db, "ly").Polling; got.ETag != "" || got.Outcome != "" || got.Failures != 0 || !got.NextRun.IsZero() {
			t.Errorf("polling of another address %+v", got)
		}
		if got := state(t, db, "hq").Polling; got.ETag != "y" || !got.NextRun.IsZero() {
			t.Errorf("polling on another schedule %+v", got)
		}
	})
	t.Run("trial and kind move stories", func(t *testing.T) {
		db := sample(t, p)
		apply(t, db, told("trial", 1, "a", 0, "Seminar"))
		apply(t, db, told("ly", 2, "b", 1, "Market", label(feeds.LabelCountry, "LY")))
		changed := sources()
		changed[4].Trial = false
		changed[0].Trial = true
		changed[4].Kind = feeds.KindIOM
		must(t, db.SyncSources(t.Context(), changed))
		sound(t, db)
		office := feeds.Selector{All: [][]feeds.Term{{{Kind: feeds.TermOffice, Value: "ly"}}}}
		if all, of := listed(t, db, feeds.Selector{}, 5), listed(t, db, office, 5); all != "a" || of != "a" {
			t.Errorf("all %q, office %q; want the first only", all, of)
		}
		changed[4].Office = "tn"
		must(t, db.SyncSources(t.Context(), changed))
		if of := listed(t, db, office, 5); of != "" {
			t.Errorf("office lists %q of a source that moved", of)
		}
		sound(t, db)
	})
	t.Run("refuses one id twice", func(t *testing.T) {
		db := sample(t, p)
		if err := db.SyncSources(t.Context(), append(sources(), sources()[0])); err == nil {
			t.Error("accepted")
		}
		if err := db.SyncSources(t.Context(), []feeds.Source{{URL: "https://x"}}); err == nil {
			t.Error("accepted without an id")
		}
	})
}

func due(t testing.TB, db *store.DB, now time.Time) string {
	t.Helper()
	return dueOf(t)(db.Due(t.Context(), nil, now, 100))
}

func dueOf(t testing.TB) func([]store.SourceState, error) string {
	return func(due []store.SourceState, err error) string {
		t.Helper()
		must(t, err)
		ids := make([]string, len(due))
		for i, s := range due {
			ids[i] = s.ID
		}
		return strings.Join(ids, " ")
	}
}

func exercisePolling(t *testing.T, p place) {
	t.Run("keeps everything", func(t *testing.T) {
		db := sample(t, p)
		want := feeds.Polling{SourceID: "ly", URL: "https://u", ETag: "\"\xff\x00é", LastModified: "Sun\xe9", BodyHash: "h",
			NextRun: at(1), LastRun: at(2), LastSuccess: at(3), RetryAfter: at(4), Failures: 5, Outcome: feeds.OutcomeFailed,
			Status: 503, Error: "it said \"no\"", Problems: []string{"one", "two\x00"}, NewestEntry: at(6)}
		must(t, db.SavePollings(t.Context(), []feeds.Polling{want}))
		if diff := cmp.Diff(want, state(t, db, "ly").Polling); diff != "" {
			t.Error(diff)
		}
		zero := feeds.Polling{SourceID: "ly"}
		must(t, db.SavePollings(t.Context(), []feeds.Polling{zero}))
		zero.NextRun, zero.NewestEntry = at(1), at(6) // not known this time
		if diff := cmp.Diff(zero, state(t, db, "ly").Polling); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("many, and one twice", func(t *testing.T) {
		db := open(t, p.migrated(t))
		many := make([]feeds.Source, 777)
		pollings := make([]feeds.Polling, len(many))
		for i := range many {
			many[i] = feeds.Source{ID: fmt.Sprint("s", i), Enabled: true}
			pollings[i] = feeds.Polling{SourceID: many[i].ID, Failures: i}
		}
		must(t, db.SyncSources(t.Context(), many))
		must(t, db.SavePollings(t.Context(), append(pollings, feeds.Polling{SourceID: "s0", Failures: 1000})))
		all, err := db.Sources(t.Context())
		must(t, err)
		sum := 0
		for _, s := range all {
			sum += s.Polling.Failures
		}
		if len(all) != 777 || sum != 776*777/2+1000 {
			t.Errorf("%d sources with %d failures", len(all), sum)
		}
	})
	t.Run("due", func(t *testing.T) {
		db := sample(t, p)
		disabled := sources()
		disabled[4].Enabled = false
		must(t, db.SyncSources(t.Context(), disabled))
		must(t, db.SavePollings(t.Context(), []feeds.Polling{
			{SourceID: "hq", RetryAfter: at(30)}, {SourceID: "unhcr", Outcome: feeds.OutcomeGone}}))
		must(t, db.Advance(t.Context(), nil, map[string]time.Time{"ly": at(20), "news": at(10)}))
		for minutes, want := range map[int]string{0: "", 10: "news", 20: "news ly", 30: "hq news ly"} {
			if got := due(t, db, at(minutes)); got != want {
				t.Errorf("after %d minutes %q are due, want %q", minutes, got, want)
			}
		}
		if got := dueOf(t)(db.Due(t.Context(), nil, at(30), 1)); got != "hq" {
			t.Errorf("the one due longest is %q", got)
		}
	})
	t.Run("two dispatchers", func(t *testing.T) {
		o := p.migrated(t)
		a, b := open(t, o), open(t, o)
		must(t, a.SyncSources(t.Context(), sources()))
		tx, err := a.SQL().BeginTx(t.Context(), nil)
		must(t, err)
		got := dueOf(t)(a.Due(t.Context(), tx, noon, 3))
		must(t, a.Advance(t.Context(), tx, map[string]time.Time{"hq": at(60), "ly": at(60), "news": at(60)}))
		second := make(chan string)
		go func() {
			tx, err := b.SQL().BeginTx(t.Context(), nil) // SQLite waits here for the other
			if err != nil {
				second <- err.Error()
				return
			}
			due, err := b.Due(t.Context(), tx, noon, 3)
			ids := fmt.Sprint(len(due), err, tx.Rollback())
			for _, s := range due {
				ids += " " + s.ID
			}
			second <- ids
		}()
		var others string
		if a.Dialect() == store.Postgres {
			others = <-second // it must not wait for the first, which is still at it
			must(t, tx.Commit())
		} else {
			must(t, tx.Commit())
			others = <-second
		}
		if got != "hq ly news" || others != "2 <nil> <nil> trial unhcr" {
			t.Errorf("one has %q, the other %q", got, others)
		}
	})
	t.Run("advance is part of its transaction", func(t *testing.T) {
		db := sample(t, p)
		tx, err := db.SQL().BeginTx(t.Context(), nil)
		must(t, err)
		must(t, db.Advance(t.Context(), tx, map[string]time.Time{"ly": at(60)}))
		must(t, tx.Rollback())
		if got := state(t, db, "ly").Polling.NextRun; !got.IsZero() {
			t.Errorf("next run %v after a rollback", got)
		}
	})
	t.Run("unknown sources", func(t *testing.T) {
		db := sample(t, p)
		if err := db.SavePollings(t.Context(), []feeds.Polling{{SourceID: "ly", Failures: 1}, {SourceID: "nobody"}}); err == nil {
			t.Error("saved")
		}
		if state(t, db, "ly").Polling.Failures != 0 {
			t.Error("half of it was saved")
		}
		if _, _, err := db.Story(t.Context(), "nothing"); !errors.Is(err, feeds.ErrNotFound) {
			t.Errorf("a missing story: %v", err)
		}
	})
}
