package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"tributary/feeds"
)

// Delivery is a document that a hub has delivered and that is not read yet.
type Delivery struct {
	ID          int64 // given by the store, in order of arrival
	SourceID    string
	Topic       string
	Self        string // the topic as the hub's Link header names it, may be empty
	ContentType string
	Body        []byte
	Received    time.Time
}

// waiting bounds the deliveries of a source that are not read yet.
const waiting = 8

// Receive notes a delivery in its subscription and keeps it: fn says what becomes of
// it, like that of ChangeSubscription. A body to be kept, of a source that has too
// many already, becomes a pull instead. queue adds to the transaction the job that
// reads deliveries; least is the time between two runs of the source, should it be pulled.
func (db *DB) Receive(ctx context.Context, token feeds.Secret, d Delivery, least time.Duration,
	fn func(s *feeds.Subscription) (keep bool, err error), queue func(ctx context.Context, tx *sql.Tx) error) error {
	err := db.transact(ctx, false, func(r runner) error {
		var keep bool
		err := changeSubscription(ctx, r, token, func(s *feeds.Subscription) (err error) {
			d.SourceID, d.Topic = s.SourceID, s.Topic
			keep, err = fn(s)
			return err
		})
		if err != nil {
			return err
		}
		if keep {
			var n int
			if err := r.row(ctx, `SELECT count(*) FROM delivery WHERE source_id = $1`, d.SourceID).Scan(&n); err != nil {
				return err
			}
			keep = n < waiting
		}
		if !keep {
			return pullSoon(ctx, r, d.SourceID, d.Received, least)
		}
		if _, err := r.exec(ctx, `INSERT INTO delivery (source_id, topic, self, content_type, body, received_ms)
			VALUES ($1, $2, $3, $4, $5, $6)`, d.SourceID, clean(d.Topic), clean(d.Self), clean(d.ContentType), d.Body, millis(d.Received)); err != nil {
			return err
		}
		return queue(ctx, r.tx)
	})
	if err != nil {
		return fmt.Errorf("receive delivery: %w", err)
	}
	return nil
}

// NextDelivery is the oldest delivery of a source; feeds.ErrNotFound when there is none.
func (db *DB) NextDelivery(ctx context.Context, sourceID string) (Delivery, error) {
	var d Delivery
	var received int64
	err := db.reader().row(ctx, `SELECT id, source_id, topic, self, content_type, body, received_ms FROM delivery
		WHERE source_id = $1 ORDER BY id LIMIT 1`, sourceID).Scan(&d.ID, &d.SourceID, &d.Topic, &d.Self, &d.ContentType, &d.Body, &received)
	if errors.Is(err, sql.ErrNoRows) {
		err = feeds.ErrNotFound
	}
	if err != nil {
		return d, fmt.Errorf("look up delivery of %s: %w", sourceID, err)
	}
	d.Received = moment(received)
	return d, nil
}

// DropDelivery forgets a delivery that was read.
func (db *DB) DropDelivery(ctx context.Context, id int64) error {
	err := db.transact(ctx, false, func(r runner) error {
		_, err := r.exec(ctx, `DELETE FROM delivery WHERE id = $1`, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("drop delivery: %w", err)
	}
	return nil
}

// DeliverySources lists the sources with deliveries that are not read yet.
func (db *DB) DeliverySources(ctx context.Context) ([]string, error) {
	var ids []string
	err := db.reader().query(ctx, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT DISTINCT source_id FROM delivery ORDER BY source_id`)
	if err != nil {
		return nil, fmt.Errorf("list deliveries: %w", err)
	}
	return ids, nil
}
