package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"tributary/feeds"
)

// Tx is a transaction that may write stories. It must not be used by more than one
// goroutine at a time, nor after the function it was given to has returned.
type Tx struct {
	r runner
}

// SQL is the transaction itself, for what others commit together with a change.
func (tx *Tx) SQL() *sql.Tx { return tx.r.tx }

// Commit runs fn in one transaction: all of what it does through tx is kept, or, when
// it returns an error, nothing. While it runs, nobody else writes stories, in this
// process or another one, so that what fn reads through tx holds until it has
// written. fn may run again when the database says that another transaction was in
// the way. It must not call the writing methods of DB, which wait for it.
func (db *DB) Commit(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	// One goroutine of this process at a time: the others would each hold a
	// connection while they wait for the lock in the database.
	select {
	case db.gate <- struct{}{}:
		defer func() { <-db.gate }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return db.transact(ctx, true, func(r runner) error { return fn(ctx, &Tx{r: r}) })
}

// Known finds which of a source's entries are kept.
func (db *DB) Known(ctx context.Context, sourceID string, ids []int64) (map[int64]Known, error) {
	return known(ctx, db.reader(), sourceID, ids)
}

// Known is DB.Known as of the transaction.
func (tx *Tx) Known(ctx context.Context, sourceID string, ids []int64) (map[int64]Known, error) {
	return known(ctx, tx.r, sourceID, ids)
}

func known(ctx context.Context, r runner, sourceID string, ids []int64) (map[int64]Known, error) {
	found := make(map[int64]Known, len(ids))
	err := in(ctx, r, ids, func(scan func(...any) error) error {
		var k Known
		var withdrawn int64
		err := scan(&k.ID, &k.StoryID, &k.Revision, &k.Hash, &k.TextHash, &withdrawn, &k.Taken)
		k.Withdrawn = withdrawn != 0 && k.Taken == 0
		found[k.ID] = k
		return err
	}, `SELECT id, story_id, revision, hash, text_hash, withdrawn_ms, taken FROM entry WHERE source_id = $1 AND id IN (%s)`, sourceID)
	if err != nil {
		return nil, fmt.Errorf("look up entries: %w", err)
	}
	return found, nil
}

// StoriesOf reads the stories that entries belong to, with all their copies,
// withdrawn ones and those of sources on trial too, by id. Unknown ids are left out.
func (tx *Tx) StoriesOf(ctx context.Context, entryIDs []int64) ([]feeds.Story, error) {
	var ids []string
	err := in(ctx, tx.r, entryIDs, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT DISTINCT story_id FROM entry WHERE id IN (%s)`)
	if err != nil {
		return nil, fmt.Errorf("look up stories of entries: %w", err)
	}
	slices.Sort(ids)
	stories, err := load(ctx, tx.r, slices.Compact(ids), allCopies)
	if err != nil {
		return nil, fmt.Errorf("read stories of entries: %w", err)
	}
	return stories, nil
}
