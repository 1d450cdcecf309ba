package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"tributary/feeds"
)

const hubSubscriberList = `id, topic, callback, host, secret, state, verified_ms, lease_end_ms, ask, ask_topic, ask_secret,
	ask_lease_ms, asked_ms, challenge, attempts, ask_next_ms, want, sent, due_ms, failures, failing_ms, last_ms, last_status,
	last_error, deliveries`

// hubSubscriberName is what a subscription is known by: a topic and a callback have one.
func hubSubscriberName(topic string, callback feeds.Secret) string {
	sum := sha256.Sum256([]byte(topic + "\n" + string(callback)))
	return hex.EncodeToString(sum[:])
}

// AskHub notes what a subscriber asks our hub for, in place of an earlier request
// of its own that is not verified yet, and returns the bound that keeps it from that. A
// wish to leave what nobody has subscribed to is no error and leaves nothing. queue adds
// to the transaction the job that verifies it.
func (db *DB) AskHub(ctx context.Context, q feeds.HubRequest, b feeds.HubBounds,
	queue func(ctx context.Context, tx *sql.Tx, host string) error) (over feeds.HubBound, err error) {
	err = db.transact(ctx, false, func(r runner) error {
		over = feeds.BoundNone
		// The row is held until the end, so that all who ask are counted.
		if _, err := r.exec(ctx, `UPDATE meta SET value = value + 1 WHERE name = 'hub'`); err != nil {
			return err
		}
		name := hubSubscriberName(q.Topic, q.Callback)
		var id int64
		err := r.row(ctx, `UPDATE hub_subscriber SET ask = $1, ask_topic = $2, ask_secret = $3, ask_lease_ms = $4, asked_ms = $5, challenge = $6,
			attempts = 0, ask_next_ms = $7 WHERE name = $8 AND state <> 'denied' RETURNING id`, string(q.Mode), clean(q.AskTopic),
			string(q.Secret), q.Lease.Milliseconds(), millis(q.At), string(q.Challenge), millis(q.At), name).Scan(&id)
		switch {
		case err == nil:
			return queue(ctx, r.tx, q.Host)
		case !errors.Is(err, sql.ErrNoRows):
			return err
		case q.Mode != feeds.AskSubscribe:
			return nil
		}
		if over, err = hubRoom(ctx, r, &q, b); err != nil || over != feeds.BoundNone {
			return err
		}
		// One that is being told of its end and wants to come back waits for that; a
		// callback that never answers must not keep it out, so the request is dropped.
		err = r.row(ctx, `INSERT INTO hub_subscriber (name, topic, callback, host, secret, state, verified_ms, lease_end_ms, ask, ask_topic,
			ask_secret, ask_lease_ms, asked_ms, challenge, attempts, ask_next_ms, want, sent, due_ms, failures, failing_ms, last_ms,
			last_status, last_error, deliveries)
			VALUES ($1, $2, $3, $4, '', 'pending', 0, 0, $5, $6, $7, $8, $9, $10, 0, $11, '', '', 0, 0, 0, 0, 0, '', 0)
			ON CONFLICT (name) DO NOTHING RETURNING id`, name, clean(q.Topic), clean(string(q.Callback)), clean(q.Host), string(q.Mode),
			clean(q.AskTopic), string(q.Secret), q.Lease.Milliseconds(), millis(q.At), string(q.Challenge), millis(q.At)).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		return queue(ctx, r.tx, q.Host)
	})
	if err != nil {
		return over, fmt.Errorf("note request to the hub: %w", err)
	}
	return over, nil
}

// hubRoom names the bound that a new subscription would be over.
func hubRoom(ctx context.Context, r runner, q *feeds.HubRequest, b feeds.HubBounds) (feeds.HubBound, error) {
	var all, host, topic, topics int
	err := r.row(ctx, `SELECT (SELECT count(*) FROM hub_subscriber), (SELECT count(*) FROM hub_subscriber WHERE host = $1),
		(SELECT count(*) FROM hub_subscriber WHERE topic = $2), (SELECT count(DISTINCT topic) FROM hub_subscriber)`,
		clean(q.Host), clean(q.Topic)).Scan(&all, &host, &topic, &topics)
	switch {
	case err != nil:
		return feeds.BoundNone, err
	case all >= b.All:
		return feeds.BoundAll, nil
	case host >= b.PerHost:
		return feeds.BoundPerHost, nil
	case topic >= b.PerTopic:
		return feeds.BoundPerTopic, nil
	case topic == 0 && topics >= b.Topics:
		return feeds.BoundTopics, nil
	}
	return feeds.BoundNone, nil
}

// HubSubscriber finds one by its id; feeds.ErrNotFound when there is none.
func (db *DB) HubSubscriber(ctx context.Context, id int64) (feeds.HubSubscriber, error) {
	s, err := scanHubSubscriber(db.reader().row(ctx, `SELECT `+hubSubscriberList+` FROM hub_subscriber WHERE id = $1`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = feeds.ErrNotFound
	}
	if err != nil {
		return s, fmt.Errorf("look up subscriber: %w", err)
	}
	return s, nil
}

// HubSubscribers lists a page of the hub's subscriptions by id, those after a given one.
func (db *DB) HubSubscribers(ctx context.Context, after int64, limit int) ([]feeds.HubSubscriber, error) {
	var page []feeds.HubSubscriber
	err := db.reader().query(ctx, func(scan func(...any) error) error {
		s, err := scanHubSubscriber(scan)
		page = append(page, s)
		return err
	}, `SELECT `+hubSubscriberList+` FROM hub_subscriber WHERE id > $1 ORDER BY id LIMIT $2`, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list subscribers: %w", err)
	}
	return page, nil
}

// ChangeHubSubscriber reads a subscription, lets fn change its state and saves it, with
// nobody else doing so meanwhile. One that fn leaves ended is forgotten. An error of fn
// is returned as it is and nothing is saved. feeds.ErrNotFound when there is none.
func (db *DB) ChangeHubSubscriber(ctx context.Context, id int64, fn func(s *feeds.HubSubscriber) error) error {
	err := db.transact(ctx, false, func(r runner) error {
		// An update that changes nothing locks the row on both databases.
		s, err := scanHubSubscriber(r.row(ctx, `UPDATE hub_subscriber SET failures = failures WHERE id = $1 RETURNING `+hubSubscriberList, id).Scan)
		if errors.Is(err, sql.ErrNoRows) {
			return feeds.ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := fn(&s); err != nil {
			return err
		}
		if s.State == feeds.HubSubscriberEnded {
			_, err := r.exec(ctx, `DELETE FROM hub_subscriber WHERE id = $1`, id)
			return err
		}
		_, err = r.exec(ctx, `UPDATE hub_subscriber SET secret = $1, state = $2, verified_ms = $3, lease_end_ms = $4, ask = $5, ask_topic = $6,
			ask_secret = $7, ask_lease_ms = $8, asked_ms = $9, challenge = $10, attempts = $11, ask_next_ms = $12, want = $13, sent = $14,
			due_ms = $15, failures = $16, failing_ms = $17, last_ms = $18, last_status = $19, last_error = $20, deliveries = $21 WHERE id = $22`,
			string(s.Secret), string(s.State), millis(s.Verified), millis(s.LeaseEnd), string(s.Ask), clean(s.AskTopic), string(s.AskSecret),
			s.AskLease.Milliseconds(), millis(s.Asked), string(s.Challenge), s.Attempts, millis(s.AskNext), clean(s.Want), clean(s.Sent),
			millis(s.Due), s.Failures, millis(s.Failing), millis(s.Last), s.LastStatus, clean(s.LastError), s.Deliveries, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("change subscriber: %w", err)
	}
	return nil
}

func scanHubSubscriber(scan func(...any) error) (feeds.HubSubscriber, error) {
	var s feeds.HubSubscriber
	var callback, secret, state, ask, askSecret, challenge string
	var verified, end, lease, asked, askNext, due, failing, last int64
	err := scan(&s.ID, &s.Topic, &callback, &s.Host, &secret, &state, &verified, &end, &ask, &s.AskTopic, &askSecret,
		&lease, &asked, &challenge, &s.Attempts, &askNext, &s.Want, &s.Sent, &due, &s.Failures, &failing, &last, &s.LastStatus,
		&s.LastError, &s.Deliveries)
	if err != nil {
		return s, err
	}
	s.Callback, s.Secret, s.AskSecret, s.Challenge = feeds.Secret(callback), feeds.Secret(secret), feeds.Secret(askSecret), feeds.Secret(challenge)
	s.State, s.Ask, s.AskLease = feeds.HubSubscriberState(state), feeds.HubAsk(ask), time.Duration(lease)*time.Millisecond
	s.Verified, s.LeaseEnd, s.Asked, s.AskNext = moment(verified), moment(end), moment(asked), moment(askNext)
	s.Due, s.Failing, s.Last = moment(due), moment(failing), moment(last)
	return s, nil
}

// SubscribedTopics lists the topics that somebody's running lease is for.
func (db *DB) SubscribedTopics(ctx context.Context, now time.Time) ([]string, error) {
	topics, err := column[string](ctx, db.reader(), `SELECT DISTINCT topic FROM hub_subscriber WHERE state = 'active' AND lease_end_ms > $1 ORDER BY topic`, millis(now))
	if err != nil {
		return nil, fmt.Errorf("list subscribed topics: %w", err)
	}
	return topics, nil
}

// WantTopic notes what a topic's document is now, and that those who have another one
// are to get it. It returns how many became due.
func (db *DB) WantTopic(ctx context.Context, topic, etag string, now time.Time) (int, error) {
	// Most topics have not changed: those cost no transaction.
	var some bool
	err := db.reader().row(ctx, `SELECT EXISTS (SELECT 1 FROM hub_subscriber WHERE topic = $1 AND (want <> $2 OR state = 'active' AND sent <> want AND due_ms = 0))`,
		topic, etag).Scan(&some)
	if err != nil {
		return 0, fmt.Errorf("look whether a topic changed: %w", err)
	}
	if !some {
		return 0, nil
	}
	var due int64
	err = db.transact(ctx, false, func(r runner) error {
		if _, err := r.exec(ctx, `UPDATE hub_subscriber SET want = $1 WHERE topic = $2 AND want <> $3`, etag, topic, etag); err != nil {
			return err
		}
		result, err := r.exec(ctx, `UPDATE hub_subscriber SET due_ms = $1 WHERE topic = $2 AND state = 'active' AND sent <> want AND due_ms = 0`, millis(now), topic)
		if err != nil {
			return err
		}
		due, err = result.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("note change of topic: %w", err)
	}
	return int(due), nil
}

// EndTopic makes the subscriptions of a topic that is no more ones whose subscribers are
// to be told so, and returns how many it was.
func (db *DB) EndTopic(ctx context.Context, topic string, now time.Time) (int, error) {
	return db.deny(ctx, "topic = $2", topic, now)
}

// EndHubSubscribers is EndTopic for the subscriptions of a callback's host.
func (db *DB) EndHubSubscribers(ctx context.Context, host string, now time.Time) (int, error) {
	return db.deny(ctx, "host = $2", host, now)
}

// EndHubSubscriber is EndTopic for one subscription.
func (db *DB) EndHubSubscriber(ctx context.Context, id int64, now time.Time) (int, error) {
	return db.deny(ctx, "id = $2", id, now)
}

func (db *DB) deny(ctx context.Context, which string, value any, now time.Time) (int, error) {
	var n int64
	err := db.transact(ctx, false, func(r runner) error {
		result, err := r.exec(ctx, `UPDATE hub_subscriber SET state = 'denied', ask = 'denied', challenge = '', attempts = 0, due_ms = 0, ask_next_ms = $1
			WHERE `+which+` AND state <> 'denied'`, millis(now), value)
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("end subscribers: %w", err)
	}
	return int(n), nil
}

// DueHosts lists the hosts of callbacks to which something is to be delivered now.
func (db *DB) DueHosts(ctx context.Context, now time.Time) ([]string, error) {
	hosts, err := column[string](ctx, db.reader(), `SELECT DISTINCT host FROM hub_subscriber WHERE due_ms <> 0 AND due_ms <= $1 ORDER BY host`, millis(now))
	if err != nil {
		return nil, fmt.Errorf("list due callbacks: %w", err)
	}
	return hosts, nil
}

// DueHubSubscribers lists the subscriptions of a host to which something is to be delivered
// now, those due longest first.
func (db *DB) DueHubSubscribers(ctx context.Context, host string, now time.Time, limit int) ([]int64, error) {
	ids, err := column[int64](ctx, db.reader(), `SELECT id FROM hub_subscriber WHERE host = $1 AND due_ms <> 0 AND due_ms <= $2 ORDER BY due_ms, id LIMIT $3`, host, millis(now), limit)
	if err != nil {
		return nil, fmt.Errorf("list due subscribers: %w", err)
	}
	return ids, nil
}

// AskingHosts lists the hosts of callbacks at which something is to be asked or said now.
func (db *DB) AskingHosts(ctx context.Context, now time.Time) ([]string, error) {
	hosts, err := column[string](ctx, db.reader(), `SELECT DISTINCT host FROM hub_subscriber WHERE ask_next_ms <> 0 AND ask_next_ms <= $1 ORDER BY host`, millis(now))
	if err != nil {
		return nil, fmt.Errorf("list callbacks to ask: %w", err)
	}
	return hosts, nil
}

// AskingHubSubscribers lists the subscriptions of a host at whose callbacks something is to
// be asked or said now, those that wait longest first.
func (db *DB) AskingHubSubscribers(ctx context.Context, host string, now time.Time, limit int) ([]int64, error) {
	ids, err := column[int64](ctx, db.reader(), `SELECT id FROM hub_subscriber WHERE host = $1 AND ask_next_ms <> 0 AND ask_next_ms <= $2 ORDER BY ask_next_ms, id LIMIT $3`, host, millis(now), limit)
	if err != nil {
		return nil, fmt.Errorf("list requests to verify: %w", err)
	}
	return ids, nil
}

// ExpireHubSubscribers forgets the subscriptions whose lease has ended, and returns how many
// it was. One that is being renewed at that moment has to be asked for anew.
func (db *DB) ExpireHubSubscribers(ctx context.Context, now time.Time) (int, error) {
	var some bool
	err := db.reader().row(ctx, `SELECT EXISTS (SELECT 1 FROM hub_subscriber WHERE state = 'active' AND lease_end_ms <= $1)`, millis(now)).Scan(&some)
	var n int64
	if err == nil && some {
		err = db.transact(ctx, false, func(r runner) error {
			result, err := r.exec(ctx, `DELETE FROM hub_subscriber WHERE state = 'active' AND lease_end_ms <= $1`, millis(now))
			if err != nil {
				return err
			}
			n, err = result.RowsAffected()
			return err
		})
	}
	if err != nil {
		return 0, fmt.Errorf("expire subscribers: %w", err)
	}
	return int(n), nil
}

// CountHubSubscribers counts the hub's subscriptions by state, those that are active and
// fail apart as "failing".
func (db *DB) CountHubSubscribers(ctx context.Context) (map[string]int, error) {
	out := map[string]int{}
	err := db.reader().query(ctx, func(scan func(...any) error) error {
		var state string
		var n int
		err := scan(&state, &n)
		out[state] = n
		return err
	}, `SELECT CASE WHEN state = 'active' AND failures > 0 THEN 'failing' ELSE state END, count(*) FROM hub_subscriber GROUP BY 1`)
	if err != nil {
		return nil, fmt.Errorf("count subscribers: %w", err)
	}
	return out, nil
}

// column runs a query for one column.
func column[T any](ctx context.Context, r runner, query string, args ...any) ([]T, error) {
	var out []T
	err := r.query(ctx, func(scan func(...any) error) error {
		var v T
		err := scan(&v)
		out = append(out, v)
		return err
	}, query, args...)
	return out, err
}
