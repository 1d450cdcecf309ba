package store

import (
	"context"
	"fmt"
	"time"

	"tributary/feeds"
)

// Expiry says what has had its time; the zero moment is never.
type Expiry struct {
	Versions time.Time // superseded versions seen before then are deleted
	Prints   time.Time // entries last changed before then are found by no copy any more
	Texts    time.Time // entries last changed before then lose their text; title, summary and link stay
	// Keys are the keys that a print's document has.
	Keys func(entryID int64, document []byte) []uint64
}

// expireAtOnce bounds the rows of one transaction, which others wait for.
const expireAtOnce = 200

// Expire deletes what has had its time, a few rows in each transaction, until nothing is
// left or ctx ends: what was done stays done. It returns how many rows it was.
func (db *DB) Expire(ctx context.Context, x Expiry) (n int, err error) {
	for _, step := range []struct {
		before time.Time
		do     func(ctx context.Context, r runner, x Expiry) (int, error)
	}{{x.Versions, expireVersions}, {x.Prints, expirePrints}, {x.Texts, expireTexts}} {
		for !step.before.IsZero() {
			done := 0
			err := db.transact(ctx, true, func(r runner) (err error) {
				done, err = step.do(ctx, r, x)
				return err
			})
			n += done
			if err != nil {
				return n, fmt.Errorf("delete what has had its time: %w", err)
			}
			if done == 0 {
				break
			}
		}
	}
	return n, nil
}

func expireVersions(ctx context.Context, r runner, x Expiry) (int, error) {
	var gone [][2]int64
	err := r.query(ctx, func(scan func(...any) error) error {
		var v [2]int64
		err := scan(&v[0], &v[1])
		gone = append(gone, v)
		return err
	}, `SELECT v.entry_id, v.number FROM revision v JOIN entry e ON e.id = v.entry_id WHERE v.seen_ms < $1 AND v.number < e.revision
		ORDER BY v.entry_id, v.number LIMIT $2`, millis(x.Versions), expireAtOnce)
	if err != nil {
		return 0, err
	}
	for _, v := range gone {
		if _, err := r.exec(ctx, `DELETE FROM revision WHERE entry_id = $1 AND number = $2`, v[0], v[1]); err != nil {
			return 0, err
		}
	}
	return len(gone), nil
}

// expirePrints empties prints and keeps their rows: an entry without one would be given a
// new one.
func expirePrints(ctx context.Context, r runner, x Expiry) (int, error) {
	type print struct {
		id       int64
		document []byte
	}
	var gone []print
	err := r.query(ctx, func(scan func(...any) error) error {
		var p print
		err := scan(&p.id, &p.document)
		gone = append(gone, p)
		return err
	}, `SELECT p.entry_id, p.document FROM print p JOIN entry e ON e.id = p.entry_id WHERE e.seen_ms < $1 AND length(p.document) > 0
		ORDER BY p.entry_id LIMIT $2`, millis(x.Prints), expireAtOnce)
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

func expireTexts(ctx context.Context, r runner, x Expiry) (int, error) {
	type version struct {
		id, number int64
		document   string
	}
	var gone []version
	err := r.query(ctx, func(scan func(...any) error) error {
		var v version
		err := scan(&v.id, &v.number, &v.document)
		gone = append(gone, v)
		return err
	}, `SELECT e.id, e.revision, v.document FROM entry e JOIN revision v ON v.entry_id = e.id AND v.number = e.revision
		WHERE e.seen_ms < $1 AND e.has_body = TRUE ORDER BY e.id LIMIT $2`, millis(x.Texts), expireAtOnce)
	if err != nil || len(gone) == 0 {
		return 0, err
	}
	standing, err := bump(ctx, r)
	if err != nil {
		return 0, err
	}
	ids := make([]int64, 0, len(gone))
	for _, v := range gone {
		e, err := decodeEntry(v.document)
		if err != nil {
			return 0, err
		}
		e.Content, e.Enclosures, e.Image = "", []feeds.Enclosure(nil), nil
		document, err := encodeEntry(&e)
		if err != nil {
			return 0, err
		}
		if _, err := r.exec(ctx, `UPDATE revision SET document = $1 WHERE entry_id = $2 AND number = $3`, document, v.id, v.number); err != nil {
			return 0, err
		}
		ids = append(ids, v.id)
	}
	if err := execIn(ctx, r, ids, `UPDATE entry SET has_body = FALSE WHERE id IN (%s)`); err != nil {
		return 0, err
	}
	return len(gone), execIn(ctx, r, ids, `UPDATE story SET version = $1 WHERE id IN (SELECT story_id FROM entry WHERE id IN (%s))`, standing)
}
