package store

import (
	"context"
	"fmt"
	"math"
	"time"

	"tributary/feeds"
)

// Expiry says what has had its time; the zero moment is never.
type Expiry struct {
	Now      time.Time
	Versions time.Time // versions that a newer one replaced before then are deleted
	Prints   time.Time // entries last changed before then are found by no copy any more
	Texts    time.Time // entries last changed before then lose their text; title, excerpt and link stay
	// Keys are the keys that a print's document has.
	Keys func(entryID int64, document []byte) []uint64
	// Shorten takes out of an entry what has had its time, and says whether that is anything.
	Shorten func(e *feeds.Entry) bool
	// Pause, when not nil, waits between two transactions for about as long as the last one
	// took, so that others have their turn.
	Pause func(ctx context.Context, took time.Duration) error
}

// expireAtOnce bounds the entries of one transaction, which others wait for.
const expireAtOnce = 100

// expiryStep is one kind of thing that has its time.
type expiryStep struct {
	progress string // in meta: the moment up to which all was looked at
	before   time.Time
	due      string // the next entries to look at, by moment and id
	do       func(ctx context.Context, r runner, x *Expiry, ids []int64) (int, error)
}

// dueEntries are entries by the moment of their last change.
const dueEntries = `SELECT seen_ms, id FROM entry WHERE (seen_ms, id) > ($1, $2) AND seen_ms < $3 ORDER BY seen_ms, id LIMIT $4`

// dueVersions are entries by the moments at which versions of them were replaced.
const dueVersions = `SELECT seen_ms, entry_id FROM revision WHERE number > 1 AND (seen_ms, entry_id) > ($1, $2) AND seen_ms < $3
	ORDER BY seen_ms, entry_id LIMIT $4`

// Expire deletes what has had its time, a few entries in each transaction, until nothing
// is left or ctx ends: what was done stays done, and the next call goes on there. Each
// entry is looked at once for each step, whatever the store holds. It returns how many entries and versions it was.
func (db *DB) Expire(ctx context.Context, x Expiry) (n int, err error) {
	for _, step := range []expiryStep{
		{"expired versions", x.Versions, dueVersions, expireVersions},
		{"expired prints", x.Prints, dueEntries, expirePrints},
		{"expired texts", x.Texts, dueEntries, expireTexts},
	} {
		done, err := db.expire(ctx, &x, &step)
		n += done
		if err != nil {
			return n, fmt.Errorf("delete what has had its time: %w", err)
		}
	}
	return n, nil
}

func (db *DB) expire(ctx context.Context, x *Expiry, step *expiryStep) (n int, err error) {
	if step.before.IsZero() {
		return 0, nil
	}
	var from int64
	if err := db.reader().row(ctx, `SELECT value FROM meta WHERE name = $1`, step.progress).Scan(&from); err != nil {
		return 0, err
	}
	at, id := from, int64(math.MinInt64) // of one moment there may be many, and some of them done
	for {
		var ids []int64
		// Looking happens outside the transaction that others wait for.
		err := db.reader().query(ctx, func(scan func(...any) error) error {
			err := scan(&at, &id)
			ids = append(ids, id)
			return err
		}, step.due, at, id, millis(step.before), expireAtOnce)
		if err != nil || len(ids) == 0 {
			return n, err
		}
		var done int
		began := time.Now()
		err = db.transact(ctx, true, func(r runner) (err error) {
			if done, err = step.do(ctx, r, x, ids); err != nil {
				return err
			}
			_, err = r.exec(ctx, `UPDATE meta SET value = $1 WHERE name = $2`, at, step.progress)
			return err
		})
		if err != nil {
			return n, err
		}
		n += done
		if x.Pause != nil {
			if err := x.Pause(ctx, time.Since(began)); err != nil {
				return n, err
			}
		}
	}
}

func expireVersions(ctx context.Context, r runner, x *Expiry, ids []int64) (n int, err error) {
	for _, id := range ids {
		done, err := r.exec(ctx, `DELETE FROM revision WHERE entry_id = $1 AND number <
			(SELECT max(v.number) FROM revision v WHERE v.entry_id = $2 AND v.seen_ms < $3)`, id, id, millis(x.Versions))
		if err != nil {
			return n, err
		}
		rows, err := done.RowsAffected()
		if err != nil {
			return n, err
		}
		n += int(rows)
	}
	return n, nil
}

// expirePrints empties prints and keeps their rows: an entry without one would be given a
// new one. Those of what people withdrew stay: copies that come later are to go with it.
func expirePrints(ctx context.Context, r runner, x *Expiry, ids []int64) (int, error) {
	type print struct {
		id       int64
		document []byte
	}
	var gone []print
	err := in(ctx, r, ids, func(scan func(...any) error) error {
		var p print
		err := scan(&p.id, &p.document)
		gone = append(gone, p)
		return err
	}, `SELECT p.entry_id, p.document FROM print p JOIN entry e ON e.id = p.entry_id
		WHERE e.seen_ms < $1 AND e.taken = 0 AND length(p.document) > 0 AND p.entry_id IN (%s)`, millis(x.Prints))
	if err != nil {
		return 0, err
	}
	for _, p := range gone {
		for _, key := range x.Keys(p.id, p.document) {
			//nolint:gosec // below 2^63
			if _, err := r.exec(ctx, `DELETE FROM print_key WHERE key = $1 AND entry_id = $2`, int64(key), p.id); err != nil {
				return 0, err
			}
		}
		if _, err := r.exec(ctx, `UPDATE print SET document = $1, held = TRUE WHERE entry_id = $2`, []byte{}, p.id); err != nil {
			return 0, err
		}
	}
	return len(gone), nil
}

// expireTexts shortens all versions of entries.
func expireTexts(ctx context.Context, r runner, x *Expiry, ids []int64) (int, error) {
	type version struct {
		id, number int64
		entry      feeds.Entry
	}
	var gone []version
	var entries []int64
	err := in(ctx, r, ids, func(scan func(...any) error) error {
		var v version
		var document string
		err := scan(&v.id, &v.number, &document)
		if err != nil {
			return err
		}
		if v.entry, err = decodeEntry(document); err == nil && x.Shorten(&v.entry) {
			if len(entries) == 0 || entries[len(entries)-1] != v.id {
				entries = append(entries, v.id)
			}
			gone = append(gone, v)
		}
		return err
	}, `SELECT v.entry_id, v.number, v.document FROM revision v JOIN entry e ON e.id = v.entry_id
		WHERE e.seen_ms < $1 AND v.entry_id IN (%s) ORDER BY v.entry_id, v.number`, millis(x.Texts))
	if err != nil || len(gone) == 0 {
		return 0, err
	}
	standing, err := bump(ctx, r)
	if err != nil {
		return 0, err
	}
	for i := range gone {
		v := &gone[i]
		document, err := encodeEntry(&v.entry)
		if err != nil {
			return 0, err
		}
		if _, err := r.exec(ctx, `UPDATE revision SET document = $1 WHERE entry_id = $2 AND number = $3`, document, v.id, v.number); err != nil {
			return 0, err
		}
	}
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`DELETE FROM original WHERE entry_id IN (%s)`, nil},
		{`UPDATE entry SET has_body = FALSE, expired_ms = $1 WHERE id IN (%s)`, []any{millis(x.Now)}},
		{`UPDATE story SET changed_ms = $1, version = $2 WHERE id IN (SELECT story_id FROM entry WHERE id IN (%s))`, []any{millis(x.Now), standing}},
	} {
		if err := execIn(ctx, r, entries, step.query, step.args...); err != nil {
			return 0, err
		}
	}
	return len(entries), nil
}
