package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tributary/feeds"
)

// Purge erases the words of the entries that a ruling withdrew: every version, the
// originals, the labels' evidence and the search index. What is left of an entry is its
// id, its source and when it was; by its hashes the next pull knows it, and brings
// nothing back. It fails with feeds.ErrNotFound, and with feeds.ErrInvalid for a ruling
// that withdraws nothing or was taken back. Purging twice is purging once.
func (db *DB) Purge(ctx context.Context, ruling int64, now time.Time) (r feeds.Ruling, err error) {
	err = db.transact(ctx, true, func(tx runner) error {
		r, err = scanRuling(tx.row(ctx, `SELECT `+rulingColumns+` FROM ruling WHERE id = $1`, ruling).Scan)
		if err != nil {
			return err
		}
		if r.Action != feeds.RulingWithdraw || !r.Revoked.IsZero() {
			return fmt.Errorf("ruling %d withdraws nothing: %w", ruling, feeds.ErrInvalid)
		}
		if err := db.dialect.erasing(ctx, tx); err != nil {
			return err
		}
		var entries []int64
		var stories []string
		err := tx.query(ctx, func(scan func(...any) error) error {
			var id int64
			var story string
			err := scan(&id, &story)
			entries, stories = append(entries, id), append(stories, story)
			return err
		}, `SELECT id, story_id FROM entry WHERE taken = $1 ORDER BY id`, ruling)
		if err != nil {
			return err
		}
		slices.Sort(stories)
		stories = slices.Compact(stories)
		version, err := bump(ctx, tx)
		if err != nil {
			return err
		}
		empty, err := encodeEntry(&feeds.Entry{})
		if err != nil {
			return err
		}
		for _, step := range []struct {
			query string
			args  []any
		}{
			{`UPDATE revision SET document = $1 WHERE entry_id IN (%s)`, []any{empty}},
			{`DELETE FROM original WHERE entry_id IN (%s)`, nil},
			{`UPDATE entry SET url = '', guid = 'purged:' || id WHERE id IN (%s)`, nil},
		} {
			if err := execIn(ctx, tx, entries, step.query, step.args...); err != nil {
				return err
			}
		}
		for _, query := range []string{
			`UPDATE label SET evidence = '[]' WHERE story_id IN (%s)`,
			`UPDATE correction SET why = '' WHERE story_id IN (%s)`,
		} {
			if err := execIn(ctx, tx, stories, query); err != nil {
				return err
			}
		}
		nothing := make([]storyWords, len(stories))
		for i, id := range stories {
			nothing[i].id = id
		}
		if err := db.dialect.index(ctx, tx, nothing); err != nil {
			return err
		}
		// The index gets the copies that stand, if any, with its next round.
		if err := execIn(ctx, tx, stories, `UPDATE story SET changed_ms = $1, version = $2 WHERE id IN (%s)`, millis(now), version); err != nil {
			return err
		}
		r.Purged = moment(millis(now))
		_, err = tx.exec(ctx, `UPDATE ruling SET purged_ms = $1 WHERE id = $2`, millis(now), ruling)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("erase what ruling %d withdrew: %w", ruling, err)
	}
	if err := db.dialect.erased(ctx, db.write); err != nil {
		return r, fmt.Errorf("erase what ruling %d withdrew from the log: %w", ruling, err)
	}
	return r, nil
}
