package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"tributary/feeds"
)

// Bounds of what one address can be sent without having confirmed.
const (
	confirmAgain = time.Hour      // between two confirmations of one address, at least
	confirmsMost = 3              // for one request to subscribe
	pendingFor   = 72 * time.Hour // a request that nobody confirms is forgotten
	stuckAfter   = 15 * time.Minute
	mailsFor     = 400 * 24 * time.Hour // how long the way out of a mail works
)

// addressHash finds an address without holding it. Addresses can be guessed, so it protects
// no more than that nobody reads them by looking.
func addressHash(address string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(address)))
	return hex.EncodeToString(sum[:])
}

const subscriberList = `id, slug, address, language, state, asked_ms, confirmed_ms`

func scanSubscriber(scan func(...any) error) (feeds.Subscriber, error) {
	var s feeds.Subscriber
	var state string
	var asked, confirmed int64
	err := scan(&s.ID, &s.Newsletter, &s.Address, &s.Language, &state, &asked, &confirmed)
	s.State, s.Asked, s.Confirmed = feeds.SubscriberState(state), moment(asked), moment(confirmed)
	return s, err
}

// AskToSubscribe keeps that somebody wants to be sent a newsletter, and that a confirmation
// is to be mailed, unless one was mailed a short while ago or the address is subscribed. The
// caller learns nothing of that: the answer to the world is the same.
func (db *DB) AskToSubscribe(ctx context.Context, s feeds.Subscriber, now time.Time) error {
	err := db.transact(ctx, false, func(r runner) error {
		_, err := r.exec(ctx, `INSERT INTO newsletter_subscriber (slug, address_hash, address, language, state, asked_ms, confirm_state, confirm_ms)
			VALUES ($1, $2, $3, $4, 'pending', $5, 'queued', $5)
			ON CONFLICT (slug, address_hash) DO UPDATE SET address = excluded.address, language = excluded.language, state = 'pending',
				confirmed_ms = 0, confirm_tries = CASE WHEN newsletter_subscriber.state = 'pending' THEN newsletter_subscriber.confirm_tries ELSE 0 END,
				asked_ms = excluded.asked_ms, confirm_state = 'queued', confirm_ms = excluded.confirm_ms
			WHERE newsletter_subscriber.state <> 'active' AND newsletter_subscriber.confirm_state NOT IN ('queued', 'sending')
				AND newsletter_subscriber.confirm_ms <= $6
				AND (newsletter_subscriber.state <> 'pending' OR newsletter_subscriber.confirm_tries < $7)`,
			clean(s.Newsletter), addressHash(s.Address), clean(s.Address), clean(s.Language), millis(now), millis(now.Add(-confirmAgain)), confirmsMost)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep request to subscribe: %w", err)
	}
	return nil
}

// ClaimConfirmation takes a confirmation that is to be mailed and keeps the digest of the
// token that the mail will carry; ok is false when there is none.
func (db *DB) ClaimConfirmation(ctx context.Context, tokenHash string, now time.Time) (s feeds.Subscriber, ok bool, err error) {
	err = db.transact(ctx, false, func(r runner) error {
		ok = false
		// What a killed process held may have been mailed: once more does no harm, it
		// counts against the same bound.
		if _, err := r.exec(ctx, `UPDATE newsletter_subscriber SET confirm_state = 'queued' WHERE confirm_state = 'sending' AND confirm_ms < $1`, millis(now.Add(-stuckAfter))); err != nil {
			return err
		}
		s, err = scanSubscriber(r.row(ctx, `SELECT `+subscriberList+` FROM newsletter_subscriber p
			WHERE confirm_state = 'queued' AND confirm_ms <= $1 ORDER BY confirm_ms, id LIMIT 1`+r.dialect.skipLocked(), millis(now)).Scan)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		ok = true
		_, err = r.exec(ctx, `UPDATE newsletter_subscriber SET confirm_state = 'sending', confirm_ms = $1, confirm_tries = confirm_tries + 1,
			token_hash = $2, token_until_ms = $3 WHERE id = $4`, millis(now), tokenHash, millis(now.Add(pendingFor)), s.ID)
		return err
	})
	if err != nil {
		return s, false, fmt.Errorf("take a confirmation: %w", err)
	}
	return s, ok, nil
}

// SettleConfirmation says that a confirmation has been handed over, or that it is to be
// tried again later; after too many tries it is given up.
func (db *DB) SettleConfirmation(ctx context.Context, id int64, sent bool, later time.Time) error {
	err := db.transact(ctx, false, func(r runner) error {
		if sent {
			_, err := r.exec(ctx, `UPDATE newsletter_subscriber SET confirm_state = 'sent' WHERE id = $1`, id)
			return err
		}
		_, err := r.exec(ctx, `UPDATE newsletter_subscriber SET confirm_state = CASE WHEN confirm_tries < $1 THEN 'queued' ELSE 'sent' END, confirm_ms = $2 WHERE id = $3`, confirmsMost, millis(later), id)
		return err
	})
	if err != nil {
		return fmt.Errorf("settle confirmation: %w", err)
	}
	return nil
}

// Confirmable finds whose confirmation a token is; feeds.ErrNotFound when it is nobody's or
// has had its time.
func (db *DB) Confirmable(ctx context.Context, tokenHash string, now time.Time) (feeds.Subscriber, error) {
	s, err := scanSubscriber(db.reader().row(ctx, `SELECT `+subscriberList+` FROM newsletter_subscriber
		WHERE token_hash = $1 AND token_hash <> '' AND token_until_ms > $2 AND state IN ('pending', 'active')`, clean(tokenHash), millis(now)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = feeds.ErrNotFound
	}
	if err != nil {
		return s, fmt.Errorf("look up confirmation: %w", err)
	}
	return s, nil
}

// Confirm makes a subscription stand; twice is once. feeds.ErrNotFound as Confirmable.
func (db *DB) Confirm(ctx context.Context, tokenHash string, now time.Time) (s feeds.Subscriber, err error) {
	err = db.transact(ctx, false, func(r runner) error {
		var inner error
		s, inner = scanSubscriber(r.row(ctx, `UPDATE newsletter_subscriber SET state = 'active',
			confirmed_ms = CASE WHEN confirmed_ms = 0 THEN $1 ELSE confirmed_ms END, confirm_state = 'sent'
			WHERE token_hash = $2 AND token_hash <> '' AND token_until_ms > $1 AND state IN ('pending', 'active') RETURNING `+subscriberList, millis(now), clean(tokenHash)).Scan)
		if errors.Is(inner, sql.ErrNoRows) {
			return feeds.ErrNotFound
		}
		return inner
	})
	if err != nil {
		return s, fmt.Errorf("confirm subscription: %w", err)
	}
	return s, nil
}

const endSubscriber = `UPDATE newsletter_subscriber SET state = $1, ended_ms = $2, address = '', token_hash = '', token_until_ms = 0,
	confirm_state = '' WHERE id = $3 AND state IN ('active', 'pending')`

// LeaveToken finds whose way out a mail's token is; feeds.ErrNotFound when it is nobody's.
func (db *DB) LeaveToken(ctx context.Context, tokenHash string) (feeds.Subscriber, error) {
	s, err := scanSubscriber(db.reader().row(ctx, `SELECT s.id, s.slug, s.address, s.language, s.state, s.asked_ms, s.confirmed_ms FROM newsletter_mail m
		JOIN newsletter_subscriber s ON s.id = m.subscriber_id WHERE m.token_hash = $1 AND m.token_hash <> ''`, clean(tokenHash)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = feeds.ErrNotFound
	}
	if err != nil {
		return s, fmt.Errorf("look up subscriber: %w", err)
	}
	return s, nil
}

// Leave ends the subscription that a mail's token belongs to; twice is once.
// feeds.ErrNotFound as LeaveToken.
func (db *DB) Leave(ctx context.Context, tokenHash string, now time.Time) (feeds.Subscriber, error) {
	s, err := db.LeaveToken(ctx, tokenHash)
	if err != nil {
		return s, err
	}
	err = db.transact(ctx, false, func(r runner) error {
		_, err := r.exec(ctx, endSubscriber, string(feeds.SubscriberEnded), millis(now), s.ID)
		return err
	})
	if err != nil {
		return s, fmt.Errorf("end subscription: %w", err)
	}
	return s, nil
}

// ImportSubscriber takes over somebody who has subscribed elsewhere: confirmed ones stand,
// others are mailed a confirmation. One who is known stays as he is, and so does one who has
// left: added is false.
func (db *DB) ImportSubscriber(ctx context.Context, s feeds.Subscriber, now time.Time) (added bool, err error) {
	err = db.transact(ctx, false, func(r runner) error {
		confirmed, confirm := int64(0), "queued"
		if s.State == feeds.SubscriberActive {
			confirmed, confirm = millis(now), ""
		}
		result, err := r.exec(ctx, `INSERT INTO newsletter_subscriber (slug, address_hash, address, language, state, asked_ms, confirmed_ms, confirm_state, confirm_ms)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $6) ON CONFLICT DO NOTHING`,
			clean(s.Newsletter), addressHash(s.Address), clean(s.Address), clean(s.Language), string(s.State), millis(now), confirmed, confirm)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		added = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("import subscriber: %w", err)
	}
	return added, nil
}

// Subscribers lists those of a newsletter that have an address, by id; after bounds them.
func (db *DB) Subscribers(ctx context.Context, slug string, after int64, limit int) ([]feeds.Subscriber, error) {
	var out []feeds.Subscriber
	err := db.reader().query(ctx, func(scan func(...any) error) error {
		s, err := scanSubscriber(scan)
		out = append(out, s)
		return err
	}, `SELECT `+subscriberList+` FROM newsletter_subscriber WHERE slug = $1 AND id > $2 AND address <> '' ORDER BY id LIMIT $3`, clean(slug), after, limit)
	if err != nil {
		return nil, fmt.Errorf("list subscribers: %w", err)
	}
	return out, nil
}

// CountSubscribers says how many there are in each state.
func (db *DB) CountSubscribers(ctx context.Context, slug string) (map[feeds.SubscriberState]int, error) {
	out := map[feeds.SubscriberState]int{}
	err := db.reader().query(ctx, func(scan func(...any) error) error {
		var state string
		var n int
		err := scan(&state, &n)
		out[feeds.SubscriberState(state)] = n
		return err
	}, `SELECT state, count(*) FROM newsletter_subscriber WHERE slug = $1 GROUP BY state`, clean(slug))
	if err != nil {
		return nil, fmt.Errorf("count subscribers: %w", err)
	}
	return out, nil
}

// ForgetSubscriber deletes all that is kept of an address, of every newsletter, digests
// too, and returns in how many it was. Mails to it that are not handed over yet go as well.
func (db *DB) ForgetSubscriber(ctx context.Context, address string) (n int64, err error) {
	err = db.transact(ctx, false, func(r runner) error {
		hash := addressHash(address)
		if _, err := r.exec(ctx, `DELETE FROM newsletter_mail WHERE subscriber_id IN (SELECT id FROM newsletter_subscriber WHERE address_hash = $1)`, hash); err != nil {
			return err
		}
		result, err := r.exec(ctx, `DELETE FROM newsletter_subscriber WHERE address_hash = $1`, hash)
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("forget subscriber: %w", err)
	}
	return n, nil
}

// TidySubscribers deletes requests that nobody confirmed, and what became of mails of long
// ago.
func (db *DB) TidySubscribers(ctx context.Context, now time.Time) error {
	err := db.transact(ctx, false, func(r runner) error {
		if _, err := r.exec(ctx, `DELETE FROM newsletter_subscriber WHERE state = 'pending' AND asked_ms < $1 AND confirm_ms < $1`, millis(now.Add(-pendingFor))); err != nil {
			return err
		}
		_, err := r.exec(ctx, `DELETE FROM newsletter_mail WHERE state NOT IN ('queued', 'sending') AND at_ms < $1`, millis(now.Add(-mailsFor)))
		return err
	})
	if err != nil {
		return fmt.Errorf("tidy subscribers: %w", err)
	}
	return nil
}
