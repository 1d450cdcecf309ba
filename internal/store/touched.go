package store

import (
	"context"
	"fmt"

	"tributary/feeds"
)

// Touched says which stories changed after a version of the store, and by what they are
// selected now, as published or as withdrawn ones; offices are not among the terms. A
// story that lost a term is there with those it has left. One that became part of
// another leaves tombstones wherever it was, and has the zero Term: everything. The version
// returned is the one up to which that holds, of the same moment. stories is nil when
// more than limit changed: whoever asks must then look at everything. A story that was
// filed under a month of the archives since counts as changed. What searches find
// also changes with the index, which touches no story.
func (db *DB) Touched(ctx context.Context, since int64, limit int) (version int64, stories map[string][]feeds.Term, err error) {
	err = db.view(ctx, func(r runner) error {
		if err := r.row(ctx, `SELECT value FROM meta WHERE name = 'version'`).Scan(&version); err != nil {
			return err
		}
		var ids []string
		found := map[string][]feeds.Term{}
		err := r.query(ctx, func(scan func(...any) error) error {
			var id string
			var merged bool
			err := scan(&id, &merged)
			ids = append(ids, id)
			if found[id] = nil; merged {
				found[id] = []feeds.Term{{}}
			}
			return err
		}, `SELECT id, merged_into <> '' FROM story WHERE version > $1 UNION SELECT id, merged_into <> '' FROM story WHERE filed > $2 LIMIT $3`,
			since, since, limit+1)
		if err != nil || len(ids) > limit {
			return err
		}
		stories = found
		return termsOf(ctx, r, ids, stories)
	})
	if err != nil {
		return 0, nil, fmt.Errorf("list changed stories: %w", err)
	}
	return version, stories, nil
}

// termsOf derives the terms of stories: the table of terms has no index by story.
func termsOf(ctx context.Context, r runner, ids []string, stories map[string][]feeds.Term) error {
	err := in(ctx, r, ids, func(scan func(...any) error) error {
		var id string
		var t feeds.Term
		err := scan(&id, &t.Kind, &t.Value)
		stories[id] = append(stories[id], t)
		return err
	}, `SELECT story_id, kind, value FROM label WHERE story_id IN (%s)`)
	if err != nil {
		return err
	}
	return in(ctx, r, ids, func(scan func(...any) error) error {
		var id, source string
		var kind feeds.Kind
		err := scan(&id, &source, &kind)
		stories[id] = append(stories[id], feeds.Term{Kind: feeds.TermSource, Value: source}, kindTerm(kind))
		return err
	}, `SELECT DISTINCT e.story_id, s.id, s.kind FROM entry e JOIN source s ON s.id = e.source_id WHERE e.story_id IN (%s)`)
}
