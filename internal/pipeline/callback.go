package pipeline

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"

	"tributary/feeds"
	"tributary/internal/store"
	"tributary/internal/websub"
)

// mostDelivery bounds what of a delivery is looked at at all: up to here it is read,
// so that a signed one can at least pull the source, though only MaxBody is kept.
const mostDelivery = 32 << 20

// Verify answers what a hub asks or says at a callback, and returns what to echo:
// nothing for a denial. feeds.ErrNotFound: there is no such subscription, or we did
// not ask for it.
func (p *Push) Verify(ctx context.Context, token, query string) (echo string, err error) {
	v, err := websub.ParseVerification(query)
	if err == nil {
		err = p.Store.ChangeSubscription(ctx, feeds.Secret(token), func(s *feeds.Subscription) error {
			echo, err = websub.Verify(s, v, p.Now(), p.Random())
			return err
		})
	}
	if errors.Is(err, websub.ErrNotAsked) {
		return "", fmt.Errorf("%w: %w", feeds.ErrNotFound, err)
	}
	if err != nil {
		return "", err
	}
	return echo, nil
}

// Receive takes a delivery and returns when it is kept, or judged not worth it: what is
// not signed, repeated or too much is no error. feeds.ErrNotFound: there is no such
// subscription; feeds.ErrTooLarge: it is larger than anything we read.
func (p *Push) Receive(ctx context.Context, token string, header http.Header, body io.Reader) error {
	s, err := p.Store.Subscription(ctx, feeds.Secret(token))
	if err != nil {
		return err
	}
	check, err := websub.NewCheck(header.Values("X-Hub-Signature"), s.Secret)
	if errors.Is(err, websub.ErrSignature) || err == nil && !websub.Receptive(&s) {
		return nil // thrown away in silence: whoever guesses learns nothing
	}
	if err != nil {
		return err
	}
	kept, whole, err := p.take(io.TeeReader(body, check))
	if err != nil {
		return fmt.Errorf("receive delivery for %s: %w", s.SourceID, err)
	}
	if !check.Signed() {
		return nil
	}
	d := store.Delivery{ContentType: header.Get("Content-Type"), Body: kept, Received: p.Now(),
		Self: websub.Self(websub.ParseLink(header.Values("Link"), s.Topic))}
	readable := whole && len(kept) > 0 && (d.Self == "" || websub.SameAddress(d.Self, s.Topic))
	if websub.Judge(&s, check.Digest(), readable, d.Received) == websub.UseNone {
		return nil // the usual end of a flood: nothing is written
	}
	err = p.Store.Receive(ctx, s.Token, d, p.MinInterval, func(s *feeds.Subscription) (bool, error) {
		use := websub.Judge(s, check.Digest(), readable, d.Received)
		if use != websub.UseNone {
			websub.Received(s, check.Digest(), use, d.Received)
		}
		return use == websub.UseBody, nil
	}, func(ctx context.Context, tx *sql.Tx) error { return p.Queue(ctx, tx, s.SourceID) })
	if errors.Is(err, feeds.ErrNotFound) {
		return nil // ended this moment
	}
	return err
}

// take reads a body to its end and keeps it, if it is not larger than MaxBody.
func (p *Push) take(body io.Reader) (kept []byte, whole bool, err error) {
	kept, err = io.ReadAll(io.LimitReader(body, p.MaxBody+1))
	if err != nil {
		return nil, false, fmt.Errorf("read body: %w", err)
	}
	if int64(len(kept)) <= p.MaxBody {
		return kept, true, nil
	}
	n, err := io.Copy(io.Discard, io.LimitReader(body, mostDelivery))
	if err != nil {
		return nil, false, fmt.Errorf("read body: %w", err)
	}
	if n == mostDelivery {
		return nil, false, fmt.Errorf("read body: %w", feeds.ErrTooLarge)
	}
	return nil, false, nil
}
