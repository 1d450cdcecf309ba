package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tributary/feeds"
)

var subscriptionColumns = []string{"token", "source_id", "hub", "topic", "base", "secret", "state", "requested_ms",
	"verified_ms", "lease_end_ms", "next_ms", "failures", "error", "last_delivery_ms", "deliveries", "missed", "recent",
	"window_ms", "window_count"}

const subscriptionList = `token, source_id, hub, topic, base, secret, state, requested_ms, verified_ms, lease_end_ms,
	next_ms, failures, error, last_delivery_ms, deliveries, missed, recent, window_ms, window_count`

var (
	addSubscription  = insert{into: "subscription", columns: subscriptionColumns, suffix: `ON CONFLICT DO NOTHING`}
	saveSubscription = insert{into: "subscription", columns: subscriptionColumns, suffix: `ON CONFLICT (token) DO UPDATE SET
	state = excluded.state, requested_ms = excluded.requested_ms, verified_ms = excluded.verified_ms,
	lease_end_ms = excluded.lease_end_ms, next_ms = excluded.next_ms, failures = excluded.failures, error = excluded.error,
	last_delivery_ms = excluded.last_delivery_ms, deliveries = excluded.deliveries, missed = excluded.missed,
	recent = excluded.recent, window_ms = excluded.window_ms, window_count = excluded.window_count`}
)

// Subscriptions lists every WebSub subscription by source, those that are being ended
// last.
func (db *DB) Subscriptions(ctx context.Context) ([]feeds.Subscription, error) {
	var all []feeds.Subscription
	err := db.reader().query(ctx, func(scan func(...any) error) error {
		s, err := scanSubscription(scan)
		all = append(all, s)
		return err
	}, `SELECT `+subscriptionList+` FROM subscription
		ORDER BY source_id, CASE WHEN state = 'unsubscribing' THEN 1 ELSE 0 END, token`)
	if err != nil {
		return nil, fmt.Errorf("list subscriptions: %w", err)
	}
	return all, nil
}

// Subscription finds one by its token; feeds.ErrNotFound when there is none.
func (db *DB) Subscription(ctx context.Context, token feeds.Secret) (feeds.Subscription, error) {
	s, err := scanSubscription(db.reader().row(ctx, `SELECT `+subscriptionList+` FROM subscription WHERE token = $1`, clean(string(token))).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = feeds.ErrNotFound
	}
	if err != nil {
		return s, fmt.Errorf("look up subscription: %w", err)
	}
	return s, nil
}

// AddSubscription keeps a new one, unless its source has one that is not being ended, or
// has another address by now than of, the one whose document offered the hub.
func (db *DB) AddSubscription(ctx context.Context, s feeds.Subscription, of string) (added bool, err error) {
	err = db.transact(ctx, false, func(r runner) error {
		var url string
		// An update that changes nothing locks the row on both databases.
		if err := r.row(ctx, `UPDATE source SET url = url WHERE id = $1 RETURNING url`, clean(s.SourceID)).Scan(&url); err != nil {
			return err
		}
		if url != clean(of) {
			return nil
		}
		row, err := subscriptionRow(&s)
		if err != nil {
			return err
		}
		n, err := addSubscription.rows(ctx, r, row)
		added = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("add subscription of %s: %w", s.SourceID, err)
	}
	return added, nil
}

// ChangeSubscription reads a subscription, lets fn change its state and saves it, with
// nobody else doing so meanwhile. One that fn leaves ended is forgotten. An error of fn
// is returned as it is and nothing is saved. feeds.ErrNotFound when there is none.
func (db *DB) ChangeSubscription(ctx context.Context, token feeds.Secret, fn func(s *feeds.Subscription) error) error {
	err := db.transact(ctx, false, func(r runner) error { return changeSubscription(ctx, r, token, fn) })
	if err != nil {
		return fmt.Errorf("change subscription: %w", err)
	}
	return nil
}

func changeSubscription(ctx context.Context, r runner, token feeds.Secret, fn func(s *feeds.Subscription) error) error {
	// An update that changes nothing locks the row on both databases.
	s, err := scanSubscription(r.row(ctx, `UPDATE subscription SET failures = failures WHERE token = $1 RETURNING `+subscriptionList, clean(string(token))).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return feeds.ErrNotFound
	}
	if err != nil {
		return err
	}
	if err := fn(&s); err != nil {
		return err
	}
	if s.State == feeds.SubscriptionEnded {
		_, err := r.exec(ctx, `DELETE FROM subscription WHERE token = $1`, string(s.Token))
		return err
	}
	row, err := subscriptionRow(&s)
	if err != nil {
		return err
	}
	_, err = saveSubscription.rows(ctx, r, row)
	return err
}

func subscriptionRow(s *feeds.Subscription) ([]any, error) {
	recent := "[]"
	if len(s.Recent) > 0 {
		var err error
		if recent, err = encode(s.Recent); err != nil {
			return nil, err
		}
	}
	return []any{string(s.Token), s.SourceID, clean(s.Hub), clean(s.Topic), clean(s.Base), string(s.Secret), string(s.State),
		millis(s.Requested), millis(s.Verified), millis(s.LeaseEnd), millis(s.Next), s.Failures, clean(s.Error),
		millis(s.LastDelivery), s.Deliveries, s.Missed, recent, millis(s.WindowStart), s.WindowCount}, nil
}

func scanSubscription(scan func(...any) error) (feeds.Subscription, error) {
	var s feeds.Subscription
	var token, secret, state, recent string
	var requested, verified, end, next, delivery, window int64
	err := scan(&token, &s.SourceID, &s.Hub, &s.Topic, &s.Base, &secret, &state, &requested, &verified, &end, &next,
		&s.Failures, &s.Error, &delivery, &s.Deliveries, &s.Missed, &recent, &window, &s.WindowCount)
	if err != nil {
		return s, err
	}
	if recent != "[]" {
		if err := json.Unmarshal([]byte(recent), &s.Recent); err != nil {
			return s, fmt.Errorf("read digests: %w", err)
		}
	}
	s.Token, s.Secret, s.State = feeds.Secret(token), feeds.Secret(secret), feeds.SubscriptionState(state)
	s.Requested, s.Verified, s.LeaseEnd, s.Next = moment(requested), moment(verified), moment(end), moment(next)
	s.LastDelivery, s.WindowStart = moment(delivery), moment(window)
	return s, nil
}

// PullSoon makes a source due now, or least after its last run if that is later, unless
// it is due sooner anyway. A source that fails keeps the time it is left alone, and what
// its server asked us to wait still counts.
func (db *DB) PullSoon(ctx context.Context, sourceID string, now time.Time, least time.Duration) error {
	err := db.transact(ctx, false, func(r runner) error { return pullSoon(ctx, r, sourceID, now, least) })
	if err != nil {
		return fmt.Errorf("pull %s soon: %w", sourceID, err)
	}
	return nil
}

func pullSoon(ctx context.Context, r runner, sourceID string, now time.Time, least time.Duration) error {
	var last int64
	err := r.row(ctx, `SELECT last_run_ms FROM polling WHERE source_id = $1`, sourceID).Scan(&last)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	at := max(millis(now), last+least.Milliseconds())
	_, err = r.exec(ctx, `UPDATE polling SET next_run_ms = $1 WHERE source_id = $2 AND next_run_ms > $3 AND failures = 0`, at, sourceID, at)
	return err
}
