package store

import (
	"context"
	"fmt"
	"time"
)

// HubPing is the state of one topic of which an external hub is told.
type HubPing struct {
	Topic    string
	Want     string    // ETag of which the hub is to be told
	Told     bool      // it has been
	Failures int       // in a row
	Due      time.Time // when to try again; zero once told
}

// WantHubPings notes what the documents of topics are now: those that changed are due at a
// time, unless they are due sooner. A topic met for the first time is not. It returns how
// many became due.
func (db *DB) WantHubPings(ctx context.Context, etags map[string]string, at time.Time) (due int, err error) {
	known := make(map[string]string, len(etags))
	err = db.reader().query(ctx, func(scan func(...any) error) error {
		var topic, want string
		err := scan(&topic, &want)
		known[topic] = want
		return err
	}, `SELECT topic, want FROM hub_ping`)
	if err != nil {
		return 0, fmt.Errorf("note changed feeds: %w", err)
	}
	var first, changed []any
	for topic, etag := range etags {
		switch want, met := known[topic]; {
		case !met:
			first = append(first, topic, etag, etag, int64(0), 0)
		case want != etag:
			changed = append(changed, topic, etag, "", millis(at), 0)
			due++
		}
	}
	if len(first)+len(changed) == 0 {
		return 0, nil
	}
	err = db.transact(ctx, false, func(r runner) error {
		if _, err := addHubPings.rows(ctx, r, first); err != nil {
			return err
		}
		_, err := changeHubPings.rows(ctx, r, changed)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("note changed feeds: %w", err)
	}
	return due, nil
}

var (
	hubPingColumns = []string{"topic", "want", "sent", "due_ms", "failures"}
	addHubPings    = insert{into: "hub_ping", columns: hubPingColumns, suffix: `ON CONFLICT DO NOTHING`}
	changeHubPings = insert{into: "hub_ping", columns: hubPingColumns, suffix: `ON CONFLICT (topic) DO UPDATE SET want = excluded.want,
	due_ms = CASE WHEN hub_ping.due_ms = 0 THEN excluded.due_ms ELSE hub_ping.due_ms END`}
)

// DueHubPings lists the topics of which the hub is to be told now, those due longest first.
func (db *DB) DueHubPings(ctx context.Context, now time.Time, limit int) ([]HubPing, error) {
	var out []HubPing
	err := db.reader().query(ctx, func(scan func(...any) error) error {
		var p HubPing
		var due int64
		err := scan(&p.Topic, &p.Want, &due, &p.Failures)
		p.Due = moment(due)
		out = append(out, p)
		return err
	}, `SELECT topic, want, due_ms, failures FROM hub_ping WHERE due_ms <> 0 AND due_ms <= $1 ORDER BY due_ms, topic LIMIT $2`, millis(now), limit)
	if err != nil {
		return nil, fmt.Errorf("list changed feeds: %w", err)
	}
	return out, nil
}

// SaveHubPing notes that the hub was told, or when to try again. A document that has changed
// since stays due.
func (db *DB) SaveHubPing(ctx context.Context, p HubPing) error {
	err := db.transact(ctx, false, func(r runner) error {
		if p.Told {
			_, err := r.exec(ctx, `UPDATE hub_ping SET sent = $1, failures = 0, due_ms = CASE WHEN want = $2 THEN 0 ELSE due_ms END WHERE topic = $3`, p.Want, p.Want, p.Topic)
			return err
		}
		_, err := r.exec(ctx, `UPDATE hub_ping SET failures = $1, due_ms = $2 WHERE topic = $3`, p.Failures, millis(p.Due), p.Topic)
		return err
	})
	if err != nil {
		return fmt.Errorf("note what the hub was told: %w", err)
	}
	return nil
}
