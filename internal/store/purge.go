package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"tributary/feeds"
)

// Purge erases the words of the entries that a ruling withdrew: every version, the
// originals, and, of stories of which nothing is left, the labels' evidence, the reasons
// that people gave for corrections, and the words that search finds them by. What is left of an entry is its id,
// its source and when it was; by its hashes the next pull knows it, brings nothing back
// and keeps no words of later versions. The database's own files hold the words until
// Erase is done.
//
// by is the person, for the record; purging twice is purging once, by the first. It fails
// with feeds.ErrNotFound, and with feeds.ErrInvalid for a ruling that withdraws nothing
// or was taken back.
func (db *DB) Purge(ctx context.Context, ruling int64, by string, now time.Time) (r feeds.Ruling, err error) {
	defer db.cached.forget()
	err = db.transact(ctx, true, func(tx runner) error {
		r, err = scanRuling(tx.row(ctx, `SELECT `+rulingColumns+` FROM ruling WHERE id = $1`, ruling).Scan)
		if err != nil {
			return err
		}
		if r.Action != feeds.RulingWithdraw || !r.Revoked.IsZero() {
			return fmt.Errorf("ruling %d withdraws nothing: %w", ruling, feeds.ErrInvalid)
		}
		if err := db.purge(ctx, tx, ruling, now); err != nil {
			return err
		}
		if r.Purged.IsZero() {
			r.Purged, r.PurgedBy = moment(millis(now)), clean(by)
		}
		_, err = tx.exec(ctx, `UPDATE ruling SET purged_ms = $1, purged_by = $2 WHERE id = $3`, millis(r.Purged), r.PurgedBy, ruling)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("erase what ruling %d withdrew: %w", ruling, err)
	}
	return r, nil
}

// purge is what Purge does to the rows of entries and stories.
func (db *DB) purge(ctx context.Context, tx runner, ruling int64, now time.Time) error {
	// What it names is its own from now on, also where a later ruling withdrew it once more.
	_, err := tx.exec(ctx, `UPDATE entry SET taken = $1 WHERE taken <> 0 AND id IN (SELECT entry_id FROM ruling_entry WHERE ruling_id = $2)`, ruling, ruling)
	if err != nil {
		return err
	}
	var entries []int64
	standing := map[string]bool{} // story -> a copy of it stands
	err = tx.query(ctx, func(scan func(...any) error) error {
		var id int64
		var story string
		var stands bool
		err := scan(&id, &story, &stands)
		entries = append(entries, id)
		standing[story] = stands
		return err
	}, `SELECT e.id, e.story_id, s.withdrawn_ms = 0 FROM entry e JOIN story s ON s.id = e.story_id WHERE e.taken = $1 AND e.taken <> 0 ORDER BY e.id`, ruling)
	if err != nil {
		return err
	}
	// Labels of a story that stands were made anew, without these entries, when they went.
	stories := slices.Sorted(maps.Keys(standing))
	over := slices.DeleteFunc(slices.Clone(stories), func(id string) bool { return standing[id] })
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
		{`UPDATE entry SET url = '', has_body = FALSE, guid = 'purged:' || id WHERE id IN (%s)`, nil},
	} {
		if err := execIn(ctx, tx, entries, step.query, step.args...); err != nil {
			return err
		}
	}
	for _, query := range []string{
		`UPDATE label SET evidence = '[]' WHERE story_id IN (%s)`,
		`UPDATE correction SET why = '' WHERE story_id IN (%s)`,
	} {
		if err := execIn(ctx, tx, over, query); err != nil {
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
	_, err = tx.exec(ctx, `UPDATE meta SET value = value + 1 WHERE name = 'unerased'`)
	return err
}

// unsaid has a change keep no words of entries whose words were purged before: neither of
// new versions, nor of new copies that go with a story by the same ruling. What is left of them is what Purge
// leaves.
func (a *application) unsaid(ctx context.Context) error {
	rulings := map[int64]bool{}
	lists := []*[]NewEntry{&a.New, &a.Revised}
	for _, list := range lists {
		for i := range *list {
			if by := (*list)[i].Taken; by != 0 {
				rulings[by] = false
			}
		}
	}
	if len(rulings) == 0 {
		return nil
	}
	err := in(ctx, a.r, slices.Sorted(maps.Keys(rulings)), func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		rulings[id] = true
		return err
	}, `SELECT id FROM ruling WHERE purged_ms <> 0 AND id IN (%s)`)
	if err != nil {
		return fmt.Errorf("look up what was purged: %w", err)
	}
	for _, list := range lists {
		*list = slices.Clone(*list) // the caller's stay as they are
		for i := range *list {
			if e := &(*list)[i]; rulings[e.Taken] {
				e.Entry, e.CanonicalURL = feeds.Entry{ID: fmt.Sprintf("purged:%d", e.ID)}, ""
			}
		}
	}
	return nil
}

// Erase has the database's own files forget what Purge erased from its rows: on SQLite the
// search index, which drops words only when it is merged, and the write-ahead log; on
// PostgreSQL the space of dead rows is given free to be written over. It works in small steps, can be
// stopped at any time and goes on with the next call. done is false when other
// readers were in the way.
func (db *DB) Erase(ctx context.Context) (done bool, err error) {
	var asked int64
	if err := db.reader().row(ctx, `SELECT value FROM meta WHERE name = 'unerased'`).Scan(&asked); err != nil {
		return false, fmt.Errorf("look for what is to be erased: %w", err)
	}
	if asked == 0 {
		return true, nil
	}
	if done, err = db.dialect.erase(ctx, db.write); err != nil {
		return false, fmt.Errorf("erase purged words from the files: %w", err)
	}
	if !done {
		return false, nil
	}
	err = db.transact(ctx, false, func(r runner) error { // unless something was purged meanwhile
		_, err := r.exec(ctx, `UPDATE meta SET value = 0 WHERE name = 'unerased' AND value = $1`, asked)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("erase purged words from the files: %w", err)
	}
	return true, nil
}
