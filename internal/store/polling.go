package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"tributary/feeds"
)

var pollingColumns = []string{"source_id", "url", "etag", "last_modified", "body_hash", "next_run_ms", "last_run_ms",
	"last_success_ms", "retry_after_ms", "failures", "outcome", "reason", "status", "error", "since_ms", "problems",
	"newest_entry_ms", "learnt", "asked"}

// savePolling keeps what is stored where a poll learned nothing: NextRun is the
// scheduler's too, and an answer without new entries names no newest one. A row that
// has come to be about another address meanwhile stays as it is. A hash that was taken
// away while the poll was under way, so that the document is read again, comes back only
// with a document that was read.
var savePolling = insert{into: "polling", columns: pollingColumns, suffix: `ON CONFLICT (source_id) DO UPDATE SET
	url = excluded.url, etag = excluded.etag, last_modified = excluded.last_modified,
	body_hash = CASE WHEN excluded.outcome <> 'fetched' AND polling.outcome <> '' AND polling.body_hash = ''
		THEN '' ELSE excluded.body_hash END,
	next_run_ms = CASE WHEN excluded.next_run_ms = 0 THEN polling.next_run_ms ELSE excluded.next_run_ms END,
	last_run_ms = excluded.last_run_ms, last_success_ms = excluded.last_success_ms,
	retry_after_ms = excluded.retry_after_ms, failures = excluded.failures, outcome = excluded.outcome,
	reason = excluded.reason, status = excluded.status, error = excluded.error, since_ms = excluded.since_ms,
	problems = excluded.problems, learnt = excluded.learnt,
	newest_entry_ms = CASE WHEN excluded.newest_entry_ms = 0 THEN polling.newest_entry_ms ELSE excluded.newest_entry_ms END
	WHERE excluded.asked = '' OR excluded.asked = polling.asked`}

// SavePollings keeps how the polling of sources stands, all of them in one
// transaction: after polls that brought nothing else. A zero NextRun or NewestEntry
// leaves the stored one. State of an address that is no longer the source's
// (Polling.Of) is dropped. It does not count as a new Version.
func (db *DB) SavePollings(ctx context.Context, pollings []feeds.Polling) error {
	if len(pollings) == 0 {
		return nil
	}
	err := db.transact(ctx, false, func(r runner) error { return savePollings(ctx, r, pollings) })
	if err != nil {
		return fmt.Errorf("save pollings: %w", err)
	}
	return nil
}

func savePollings(ctx context.Context, r runner, pollings []feeds.Polling) error {
	// In one order, so that two processes never wait for each other's rows, and each
	// source once: PostgreSQL does not update a row twice in a statement.
	last := make(map[string]int, len(pollings))
	for i := range pollings {
		last[pollings[i].SourceID] = i
	}
	args := make([]any, 0, len(last)*len(pollingColumns))
	for _, id := range slices.Sorted(maps.Keys(last)) {
		p := &pollings[last[id]]
		problems := "[]"
		if len(p.Problems) > 0 {
			var err error
			if problems, err = encode(p.Problems); err != nil {
				return err
			}
		}
		learnt := "{}"
		if !reflect.ValueOf(p.Learnt).IsZero() {
			var err error
			if learnt, err = encode(&p.Learnt); err != nil {
				return err
			}
		}
		args = append(args, p.SourceID, clean(p.URL), []byte(p.ETag), []byte(p.LastModified), clean(p.BodyHash),
			millis(p.NextRun), millis(p.LastRun), millis(p.LastSuccess), millis(p.RetryAfter), p.Failures,
			string(p.Outcome), clean(p.Reason), p.Status, clean(p.Error), millis(p.Since), problems, millis(p.NewestEntry),
			learnt, clean(p.Of))
	}
	_, err := savePolling.rows(ctx, r, args)
	return err
}

const selectSources = `SELECT s.origin, s.retired_ms, s.settings, p.url, p.etag, p.last_modified, p.body_hash,
	p.next_run_ms, p.last_run_ms, p.last_success_ms, p.retry_after_ms, p.failures, p.outcome, p.reason,
	p.status, p.error, p.since_ms, p.problems, p.newest_entry_ms, p.learnt FROM source s JOIN polling p ON p.source_id = s.id`

func scanSource(scan func(...any) error) (SourceState, error) {
	var s SourceState
	var retired, next, run, success, retry, since, newest int64
	var settings, outcome, problems, learnt string
	var etag, modified []byte
	p := &s.Polling
	err := scan(&s.Origin, &retired, &settings, &p.URL, &etag, &modified, &p.BodyHash, &next, &run, &success, &retry,
		&p.Failures, &outcome, &p.Reason, &p.Status, &p.Error, &since, &problems, &newest, &learnt)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal([]byte(settings), &s.Source); err != nil {
		return s, fmt.Errorf("read settings: %w", err)
	}
	if problems != "[]" {
		if err := json.Unmarshal([]byte(problems), &p.Problems); err != nil {
			return s, fmt.Errorf("read problems: %w", err)
		}
	}
	if learnt != "{}" {
		if err := json.Unmarshal([]byte(learnt), &p.Learnt); err != nil {
			return s, fmt.Errorf("read what was learnt: %w", err)
		}
	}
	s.Retired = retired != 0
	p.SourceID, p.ETag, p.LastModified, p.Outcome = s.ID, string(etag), string(modified), feeds.Outcome(outcome)
	p.NextRun, p.LastRun, p.LastSuccess = moment(next), moment(run), moment(success)
	p.RetryAfter, p.Since, p.NewestEntry = moment(retry), moment(since), moment(newest)
	return s, nil
}

// Due lists the sources to be polled at a moment, those due longest first: enabled,
// neither retired nor gone, past their next run and past what their server asked us
// to wait. A zero Polling.NextRun says that a source has not been scheduled yet.
//
// tx, when not nil, is a transaction of SQL(). On PostgreSQL it then locks the
// sources' polling rows until it ends, and sources that another transaction has
// locked are left to that one.
func (db *DB) Due(ctx context.Context, tx *sql.Tx, now time.Time, limit int) ([]SourceState, error) {
	r, lock := db.reader(), ""
	if tx != nil {
		r, lock = db.within(tx), db.dialect.skipLocked()
	}
	var due []SourceState
	err := r.query(ctx, func(scan func(...any) error) error {
		s, err := scanSource(scan)
		due = append(due, s)
		return err
	}, selectSources+` WHERE s.enabled AND s.retired_ms = 0 AND p.outcome <> 'gone' AND p.next_run_ms <= $1
		AND p.retry_after_ms <= $2 ORDER BY p.next_run_ms, s.id LIMIT $3`+lock, millis(now), millis(now), limit)
	if err != nil {
		return nil, fmt.Errorf("look up due sources: %w", err)
	}
	return due, nil
}

var setNextRun = insert{into: "polling", columns: []string{"source_id", "next_run_ms"},
	suffix: `ON CONFLICT (source_id) DO UPDATE SET next_run_ms = excluded.next_run_ms`}

// Advance sets the next run of sources, by their ids. tx, when not nil, is a
// transaction of SQL() that it becomes part of.
func (db *DB) Advance(ctx context.Context, tx *sql.Tx, next map[string]time.Time) error {
	if len(next) == 0 {
		return nil
	}
	args := make([]any, 0, 2*len(next))
	for _, id := range slices.Sorted(maps.Keys(next)) {
		args = append(args, id, millis(next[id]))
	}
	set := func(r runner) error {
		_, err := setNextRun.rows(ctx, r, args)
		return err
	}
	var err error
	if tx != nil {
		err = set(db.within(tx))
	} else {
		err = db.transact(ctx, false, set)
	}
	if err != nil {
		return fmt.Errorf("advance next runs: %w", err)
	}
	return nil
}
