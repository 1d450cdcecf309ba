package store

import (
	"context"
	"fmt"
	"time"

	"tributary/feeds"
)

var addOriginal = insert{into: "original", columns: []string{"entry_id", "number", "seen_ms", "expires_ms", "document"},
	suffix: `ON CONFLICT (entry_id, number) DO NOTHING`}

// keepOriginal keeps what the publisher said before something was cut out of it, as
// long as the change says; of what people withdrew, not at all.
func (a *application) keepOriginal(ctx context.Context, e *NewEntry, number int) error {
	if e.Original == nil || a.KeepOriginals <= 0 || e.Taken != 0 {
		return nil
	}
	document, err := encodeEntry(e.Original)
	if err != nil {
		return err
	}
	_, err = addOriginal.rows(ctx, a.r, []any{e.ID, number, a.now, a.now + a.KeepOriginals.Milliseconds(), document})
	if err != nil {
		return fmt.Errorf("keep original of entry %d: %w", e.ID, err)
	}
	return nil
}

// dropOriginals deletes the originals of entries that their source took back.
func (a *application) dropOriginals(ctx context.Context) error {
	err := execIn(ctx, a.r, a.Withdrawn, `DELETE FROM original WHERE EXISTS
		(SELECT 1 FROM entry e WHERE e.id = original.entry_id AND e.source_id = $1) AND entry_id IN (%s)`, a.source.id)
	if err != nil {
		return fmt.Errorf("delete originals: %w", err)
	}
	return nil
}

// PurgeOriginals deletes the originals whose time is over, and those seen longer ago
// than keep: a setting that was lowered holds for what is there already. It returns how
// many it was.
func (db *DB) PurgeOriginals(ctx context.Context, now time.Time, keep time.Duration) (int, error) {
	var n int64
	err := db.transact(ctx, false, func(r runner) error {
		done, err := r.exec(ctx, `DELETE FROM original WHERE expires_ms <= $1 OR seen_ms <= $2`, millis(now), now.UnixMilli()-keep.Milliseconds())
		if err != nil {
			return err
		}
		n, err = done.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("purge originals: %w", err)
	}
	return int(n), nil
}

// Original is what the publisher said in a version of an entry before something was cut
// out of it; feeds.ErrNotFound when it is not kept, or not any more.
func (db *DB) Original(ctx context.Context, entryID int64, number int) (feeds.Entry, error) {
	var found []string
	err := db.reader().query(ctx, func(scan func(...any) error) error {
		var document string
		err := scan(&document)
		found = append(found, document)
		return err
	}, `SELECT document FROM original WHERE entry_id = $1 AND number = $2`, entryID, number)
	if err != nil {
		return feeds.Entry{}, fmt.Errorf("read original: %w", err)
	}
	if len(found) == 0 {
		return feeds.Entry{}, fmt.Errorf("read original of entry %d: %w", entryID, feeds.ErrNotFound)
	}
	return decodeEntry(found[0])
}
