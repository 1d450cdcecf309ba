package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// renditionsAtMost bounds the table of renditions: those used last stay. Anybody can
// ask for any mix of labels, and every mix is a document of its own.
const renditionsAtMost = 20_000

// usedEvery is how exactly it is known when a rendition was last used.
const usedEvery = 24 * time.Hour

// trimEvery is after how many new renditions of this process the table is trimmed.
const trimEvery = 500

// Rendition remembers when the document of a channel last changed. hash is of the
// document as it is now; when it differs from the one remembered for key, the
// document changed now. It returns the time of the last change, the same for all
// processes. Each change is at least a second after the one before, since HTTP dates
// have no finer unit (RFC 9110, 5.6.7): whoever asks by date alone misses none.
func (db *DB) Rendition(ctx context.Context, key, hash string, now time.Time) (modified time.Time, err error) {
	key, hash = keyColumn(key), clean(hash)
	var kept string
	var at, used int64
	err = db.reader().row(ctx, `SELECT hash, modified_ms, used_ms FROM rendition WHERE key = $1`, key).Scan(&kept, &at, &used)
	switch {
	case err == nil && kept == hash && millis(now)-used < usedEvery.Milliseconds():
		return moment(at), nil
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return time.Time{}, fmt.Errorf("look up rendition: %w", err)
	}
	err = db.transact(ctx, false, func(r runner) error {
		// Should another process have been quicker with the same document, its time counts.
		err := r.row(ctx, `INSERT INTO rendition (key, hash, modified_ms, used_ms) VALUES ($1, $2, $3, $4)
			ON CONFLICT (key) DO UPDATE SET used_ms = excluded.used_ms, hash = excluded.hash,
			modified_ms = CASE WHEN rendition.hash = excluded.hash THEN rendition.modified_ms
				WHEN rendition.modified_ms / 1000 < excluded.modified_ms / 1000 THEN excluded.modified_ms
				ELSE (rendition.modified_ms / 1000 + 1) * 1000 END
			RETURNING modified_ms`, key, hash, millis(now), millis(now)).Scan(&at)
		if err != nil || db.rendered.Add(1)%trimEvery != 0 {
			return err
		}
		_, err = r.exec(ctx, `DELETE FROM rendition WHERE key IN
			(SELECT key FROM rendition ORDER BY used_ms DESC, key LIMIT $1 OFFSET $2)`, int64(1)<<40, renditionsAtMost)
		return err
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("remember rendition: %w", err)
	}
	return moment(at), nil
}
