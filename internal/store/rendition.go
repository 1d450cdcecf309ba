package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
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
	at, err = db.date(ctx, key, hash, now)
	if err != nil {
		return time.Time{}, fmt.Errorf("remember rendition: %w", err)
	}
	return moment(at), nil
}

// dating gathers renditions that are to be remembered at one time: a change that is in
// hundreds of documents would otherwise be as many transactions, each on disk by itself.
type dating struct {
	mu      sync.Mutex
	waiting []*dated
	busy    bool // somebody writes what waits
}

// dated is one rendition on its way.
type dated struct {
	key, hash string
	now       time.Time
	at        int64
	err       error
	done      chan struct{}
}

// date remembers a rendition together with all that wait meanwhile. The first writes for
// all, until none waits any more.
func (db *DB) date(ctx context.Context, key, hash string, now time.Time) (int64, error) {
	mine := &dated{key: key, hash: hash, now: now, done: make(chan struct{})}
	db.dating.mu.Lock()
	db.dating.waiting = append(db.dating.waiting, mine)
	lead := !db.dating.busy
	db.dating.busy = true
	db.dating.mu.Unlock()
	if lead {
		go db.dateWaiting(context.WithoutCancel(ctx)) // its caller may leave; the others wait
	}
	select {
	case <-mine.done:
		return mine.at, mine.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// dateWithin bounds one writing of renditions, waiting for the database included.
const dateWithin = 10 * time.Second

func (db *DB) dateWaiting(ctx context.Context) {
	for {
		db.dating.mu.Lock()
		batch := db.dating.waiting
		db.dating.waiting = nil
		if len(batch) == 0 {
			db.dating.busy = false
			db.dating.mu.Unlock()
			return
		}
		db.dating.mu.Unlock()
		within, cancel := context.WithTimeout(ctx, dateWithin)
		err := db.dateAll(within, batch)
		cancel()
		for _, d := range batch {
			d.err = err
			close(d.done)
		}
	}
}

func (db *DB) dateAll(ctx context.Context, batch []*dated) error {
	// In one order, so that on PostgreSQL no two processes wait for each other.
	slices.SortStableFunc(batch, func(a, b *dated) int { return strings.Compare(a.key, b.key) })
	return db.transact(ctx, false, func(r runner) error {
		for _, d := range batch {
			// Should another process have been quicker with the same document, its time counts.
			err := r.row(ctx, `INSERT INTO rendition (key, hash, modified_ms, used_ms) VALUES ($1, $2, $3, $4)
				ON CONFLICT (key) DO UPDATE SET used_ms = excluded.used_ms, hash = excluded.hash,
				modified_ms = CASE WHEN rendition.hash = excluded.hash THEN rendition.modified_ms
					WHEN rendition.modified_ms / 1000 < excluded.modified_ms / 1000 THEN excluded.modified_ms
					ELSE (rendition.modified_ms / 1000 + 1) * 1000 END
				RETURNING modified_ms`, d.key, d.hash, millis(d.now), millis(d.now)).Scan(&d.at)
			if err != nil {
				return err
			}
		}
		n := int64(len(batch))
		if total := db.rendered.Add(n); total/trimEvery == (total-n)/trimEvery {
			return nil
		}
		_, err := r.exec(ctx, `DELETE FROM rendition WHERE key IN
			(SELECT key FROM rendition ORDER BY used_ms DESC, key LIMIT $1 OFFSET $2)`, int64(1)<<40, renditionsAtMost)
		return err
	})
}
