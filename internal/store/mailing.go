package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"tributary/feeds"
)

// Mail is one issue for one subscriber, taken to be handed over.
type Mail struct {
	Newsletter string
	Number     int
	Subscriber feeds.Subscriber
	Attempts   int // with this one
	Token      string
}

// ClaimMail takes the next mail that is due and has it count as being handed over before it
// is: a process that dies then leaves it so, and nobody is mailed twice. Mails to those who
// have left are dropped on the way. tokenHash is the digest of the way out that the mail
// will carry; ok is false when none is due.
func (db *DB) ClaimMail(ctx context.Context, tokenHash string, now time.Time) (m Mail, ok bool, err error) {
	err = db.transact(ctx, false, func(r runner) error {
		ok = false
		if _, err := r.exec(ctx, `UPDATE newsletter_mail SET state = 'unknown' WHERE state = 'sending' AND at_ms < $1`, millis(now.Add(-stuckAfter))); err != nil {
			return err
		}
		for range droppedAtOnce {
			found, active, err := nextMail(ctx, r, &m, now)
			if err != nil || !found {
				return err
			}
			state := string(feeds.MailDropped)
			if active {
				m.Attempts, m.Token, ok, state = m.Attempts+1, tokenHash, true, string(feeds.MailSending)
			}
			if _, err := r.exec(ctx, `UPDATE newsletter_mail SET state = $1, attempts = $2, at_ms = $3, token_hash = $4
				WHERE slug = $5 AND number = $6 AND subscriber_id = $7`, state, m.Attempts, millis(now), m.Token, m.Newsletter, m.Number, m.Subscriber.ID); err != nil {
				return err
			}
			if active {
				return nil
			}
		}
		return nil // so many had left: the next call goes on
	})
	if err != nil {
		return m, false, fmt.Errorf("take a mail: %w", err)
	}
	return m, ok, nil
}

// droppedAtOnce bounds the mails to people who have left that one claim passes over.
const droppedAtOnce = 200

// nextMail finds the mail that is due longest, and whether its subscriber is still one.
func nextMail(ctx context.Context, r runner, m *Mail, now time.Time) (found, active bool, err error) {
	*m = Mail{}
	err = r.row(ctx, `SELECT slug, number, subscriber_id, attempts, token_hash FROM newsletter_mail p
		WHERE state = 'queued' AND next_ms <= $1 ORDER BY next_ms, slug, number, subscriber_id LIMIT 1`+r.dialect.skipLocked(), millis(now)).
		Scan(&m.Newsletter, &m.Number, &m.Subscriber.ID, &m.Attempts, &m.Token)
	if errors.Is(err, sql.ErrNoRows) {
		return false, false, nil
	}
	if err != nil {
		return false, false, err
	}
	id := m.Subscriber.ID
	m.Subscriber, err = scanSubscriber(r.row(ctx, `SELECT `+subscriberList+` FROM newsletter_subscriber WHERE id = $1`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) { // forgotten
		m.Subscriber.ID, err = id, nil
	}
	return true, m.Subscriber.State == feeds.SubscriberActive, err
}

// SettleMail says how handing over a mail ended. Queued again it is due at next. Bounced
// ends the subscription. code is the server's answer (RFC 5321), 0 for none.
func (db *DB) SettleMail(ctx context.Context, m Mail, state feeds.MailState, next time.Time, code int, now time.Time) error {
	err := db.transact(ctx, false, func(r runner) error {
		_, err := r.exec(ctx, `UPDATE newsletter_mail SET state = $1, at_ms = $2, code = $3, next_ms = $4
			WHERE slug = $5 AND number = $6 AND subscriber_id = $7 AND token_hash = $8 AND state IN ('sending', 'unknown')`,
			string(state), millis(now), code, millis(next), m.Newsletter, m.Number, m.Subscriber.ID, m.Token)
		if err != nil || state != feeds.MailBounced {
			return err
		}
		_, err = r.exec(ctx, endSubscriber, string(feeds.SubscriberBounced), millis(now), m.Subscriber.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("settle a mail: %w", err)
	}
	return nil
}

// DropMails lets go of the mails of an issue that are not handed over yet: there is nothing
// left to tell.
func (db *DB) DropMails(ctx context.Context, slug string, number int, now time.Time) error {
	err := db.transact(ctx, false, func(r runner) error {
		_, err := r.exec(ctx, `UPDATE newsletter_mail SET state = 'dropped', at_ms = $1 WHERE slug = $2 AND number = $3 AND state = 'queued'`, millis(now), clean(slug), number)
		return err
	})
	if err != nil {
		return fmt.Errorf("drop mails: %w", err)
	}
	return nil
}

// CountMails says how many mails of an issue are in each state.
func (db *DB) CountMails(ctx context.Context, slug string, number int) (map[feeds.MailState]int, error) {
	out := map[feeds.MailState]int{}
	err := db.reader().query(ctx, func(scan func(...any) error) error {
		var state string
		var n int
		err := scan(&state, &n)
		out[feeds.MailState(state)] = n
		return err
	}, `SELECT state, count(*) FROM newsletter_mail WHERE slug = $1 AND number = $2 GROUP BY state`, clean(slug), number)
	if err != nil {
		return nil, fmt.Errorf("count mails: %w", err)
	}
	return out, nil
}

// MailWaits says whether a mail or a confirmation is due, or was left half handed over.
func (db *DB) MailWaits(ctx context.Context, now time.Time) (bool, error) {
	var waits int
	err := db.reader().row(ctx, `SELECT (SELECT count(*) FROM (SELECT 1 FROM newsletter_mail WHERE state = 'queued' AND next_ms <= $1 LIMIT 1) AS q)
		+ (SELECT count(*) FROM (SELECT 1 FROM newsletter_mail WHERE state = 'sending' AND at_ms < $2 LIMIT 1) AS s)
		+ (SELECT count(*) FROM (SELECT 1 FROM newsletter_subscriber WHERE confirm_state IN ('queued', 'sending') AND confirm_ms <= $1 LIMIT 1) AS c)`,
		millis(now), millis(now.Add(-stuckAfter))).Scan(&waits)
	if err != nil {
		return false, fmt.Errorf("look for mails: %w", err)
	}
	return waits > 0, nil
}
