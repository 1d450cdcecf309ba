package store_test

import (
	"context"
	"database/sql"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"tributary/feeds"
	"tributary/internal/store"
)

// What a pull runs finds its rows by an index, however many are kept: SQLite says so of
// every statement that looking for candidates, writing, moving and merging take.
func TestPullsScanNoTable(t *testing.T) {
	o := store.Options{Path: filepath.Join(t.TempDir(), "plans.db")}
	must(t, migrate(t.Context(), o))
	var lock sync.Mutex
	heard := map[string]bool{}
	o.Told = func(statement string) {
		lock.Lock()
		defer lock.Unlock()
		heard[statement] = true
	}
	db := open(t, o)
	must(t, db.SyncSources(t.Context(), sources()))
	apply(t, db, told("ly", 1, "a", 0, "Seminar", label(feeds.LabelCountry, "LY")))
	apply(t, db, told("hq", 2, "b", 1, "Seminar in Tripoli"))
	apply(t, db, joined("unhcr", 3, "b", 2, "Seminar of Tripoli"))
	lock.Lock()
	clear(heard) // only what follows is judged
	lock.Unlock()
	must(t, db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Known(ctx, "ly", []int64{1, 9}); err != nil {
			return err
		}
		found, err := tx.Postings(ctx, []uint64{key("t:Seminar"), key("u:2")}, 12)
		if err != nil || len(found) != 2 {
			t.Errorf("found %v, %v", found, err)
		}
		if _, err := tx.Members(ctx, []int64{1, 2}, []string{"b"}); err != nil {
			return err
		}
		if _, err := tx.RulingsOf(ctx, []int64{1, 2, 3}); err != nil {
			return err
		}
		if _, err := tx.StoriesOf(ctx, []int64{1, 2}); err != nil {
			return err
		}
		c := joined("news", 4, "a", 3, "Seminar again")
		c.Moves = []store.Move{{EntryID: 2, From: "b", To: "a"}, {EntryID: 3, From: "b", To: "a"}}
		c.Merged = map[string]string{"b": "a"}
		c.Families = map[string]string{"a": "a"}
		c.Stories = []store.StoryState{{ID: "a", LeadEntryID: 1, Published: at(0), Updated: at(3), Labels: []feeds.Label{label(feeds.LabelCountry, "LY")}}}
		return tx.Apply(ctx, c)
	}))
	must(t, db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		members, err := tx.Members(ctx, []int64{1}, nil) // by family, too
		if err == nil && len(members) != 4 {
			t.Errorf("%d entries of one story", len(members))
		}
		return err
	}))
	lock.Lock()
	statements := slices.Sorted(maps.Keys(heard))
	lock.Unlock()
	sound(t, db)
	raw, err := sql.Open("sqlite", o.Path)
	must(t, err)
	t.Cleanup(func() { must(t, raw.Close()) })
	whole := regexp.MustCompile(`\bSCAN (entry|story|print|print_key|revision|label|term|correction|original|[a-z])\b`)
	explained := 0
	for _, statement := range statements {
		if !strings.Contains(statement, "WHERE") {
			continue
		}
		explained++
		for _, step := range planOf(t, raw, statement) {
			if whole.MatchString(step) && !strings.Contains(step, "USING") {
				t.Errorf("%s\n%s", step, statement)
			}
		}
	}
	if explained < 12 {
		t.Errorf("only %d statements were heard", explained)
	}
}

// planOf is how SQLite would run a statement.
func planOf(t *testing.T, raw *sql.DB, statement string) (steps []string) {
	t.Helper()
	args := make([]any, 0, 1024)
	for range strings.Count(statement, "?") + strings.Count(statement, "$") {
		args = append(args, 0)
	}
	rows, err := raw.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statement, args...)
	must(t, err)
	defer func() { must(t, rows.Close()) }()
	for rows.Next() {
		var id, parent, unused int
		var step string
		must(t, rows.Scan(&id, &parent, &unused, &step))
		steps = append(steps, step)
	}
	must(t, rows.Err())
	return steps
}
