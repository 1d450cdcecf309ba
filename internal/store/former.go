package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// Founder says what a story's id belongs to.
type Founder struct {
	Story      string
	MergedInto string // "" for one that lives
	// Entry is the one that the story was made for; Lead the one that leads it, of a former
	// story the one that led it at its end.
	Entry, Lead int64
	Published   time.Time
}

// Founders reads the founders of stories and of those that have become part of them, by id.
func (tx *Tx) Founders(ctx context.Context, storyIDs []string) ([]Founder, error) {
	found := map[string]Founder{}
	for _, query := range []string{`id IN (%s)`, `merged_into <> '' AND merged_into IN (%s)`} {
		err := in(ctx, tx.r, storyIDs, func(scan func(...any) error) error {
			var f Founder
			var published int64
			err := scan(&f.Story, &f.MergedInto, &f.Entry, &f.Lead, &published)
			f.Published = moment(published)
			found[f.Story] = f
			return err
		}, `SELECT id, merged_into, founder, lead_entry_id, published_ms FROM story WHERE `+query)
		if err != nil {
			return nil, fmt.Errorf("look up founders of stories: %w", err)
		}
	}
	out := make([]Founder, 0, len(found))
	for _, f := range found {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b Founder) int { return cmp.Compare(a.Story, b.Story) })
	return out, nil
}

// Former lists the ids of the stories that have become part of a story, by id.
func (db *DB) Former(ctx context.Context, storyID string) ([]string, error) {
	ids, err := storyIDs(ctx, db.reader(), `SELECT id FROM story WHERE merged_into <> '' AND merged_into = $1 ORDER BY id LIMIT 1000`, clean(storyID))
	if err != nil {
		return nil, fmt.Errorf("list former stories: %w", err)
	}
	return nonNil(ids), nil
}

// Look runs fn in a transaction that only reads and waits for nobody: what it sees is of
// one moment.
func (db *DB) Look(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	return db.view(ctx, func(r runner) error { return fn(ctx, &Tx{r: r}) })
}
