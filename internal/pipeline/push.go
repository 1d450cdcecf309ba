package pipeline

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"mime"
	"slices"
	"time"

	"tributary/feeds"
	"tributary/feeds/read"
	"tributary/internal/dedupe"
	"tributary/internal/fetch"
	"tributary/internal/store"
	"tributary/internal/websub"
)

// Push is the WebSub subscriber: what sources offer, what hubs are asked and what they
// deliver. Its fields are set once, before its first use. A delivery is read by
// Puller.Deliver, as if the source had answered with it.
type Push struct {
	Store PushStore
	Fetch Fetcher
	Hubs  websub.Poster

	Base        string        // start of our callbacks, ends with a slash
	Lease       time.Duration // that hubs are asked for
	MaxBody     int64         // of a delivery that is kept; a larger one pulls the source
	MinInterval time.Duration // between two pulls of a source, when a hub asks for one
	Now         func() time.Time
	Random      func() float64 // in [0, 1)

	// Queue adds to a transaction the job that reads the deliveries of a source.
	Queue func(ctx context.Context, tx *sql.Tx, sourceID string) error
}

// PushStore keeps subscriptions and deliveries.
type PushStore interface {
	Sources(ctx context.Context) ([]store.SourceState, error)
	Known(ctx context.Context, sourceID string, ids []int64) (map[int64]store.Known, error)
	Subscriptions(ctx context.Context) ([]feeds.Subscription, error)
	Subscription(ctx context.Context, token feeds.Secret) (feeds.Subscription, error)
	AddSubscription(ctx context.Context, s feeds.Subscription, of string) (added bool, err error)
	ChangeSubscription(ctx context.Context, token feeds.Secret, fn func(s *feeds.Subscription) error) error
	Receive(ctx context.Context, token feeds.Secret, d store.Delivery, least time.Duration,
		fn func(s *feeds.Subscription) (keep bool, err error), queue func(ctx context.Context, tx *sql.Tx) error) error
	PullSoon(ctx context.Context, sourceID string, now time.Time, least time.Duration) error
}

var _ PushStore = (*store.DB)(nil)

// standing are the subscriptions that are not being ended, by source.
func (p *Push) standing(ctx context.Context) (map[string]feeds.Subscription, error) {
	all, err := p.Store.Subscriptions(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]feeds.Subscription, len(all))
	for _, s := range all {
		if s.State != feeds.SubscriptionUnsubscribing {
			out[s.SourceID] = s
		}
	}
	return out, nil
}

// offered keeps what a document that was pulled offers: nothing, the hub and topic
// that are subscribed to, or others. A pull that found what a hub should have
// delivered is counted against it.
func (r *run) offered(ctx context.Context, s store.SourceState, response *fetch.Response, b *batch) error {
	if r.Push == nil {
		return nil
	}
	p, now := r.Push, r.Now()
	links := b.links
	if kind, _, err := mime.ParseMediaType(response.ContentType); err == nil && kind == "text/html" {
		links = append(websub.PageLinks(response.Body, response.URL), links...)
	}
	offer := websub.Discover(response.Link, links, response.URL)
	if s.Push == feeds.PushOff {
		offer = websub.Offer{}
	}
	before, standing := r.pushes[s.ID]
	switch {
	case standing && before.Hub == offer.Hub && before.Topic == offer.Topic && before.Base == p.Base:
		if before.State != feeds.SubscriptionActive || !b.overdue(before.Verified) {
			return nil
		}
		return p.change(ctx, before.Token, func(s *feeds.Subscription) error {
			s.Missed++
			return nil
		})
	case standing:
		if err := p.change(ctx, before.Token, func(s *feeds.Subscription) error {
			websub.Leave(s, now)
			return nil
		}); err != nil {
			return err
		}
	}
	if offer.Hub == "" {
		return nil
	}
	if _, err := p.Store.AddSubscription(ctx, websub.New(s.ID, offer, p.Base, now), s.URL); err != nil {
		return fmt.Errorf("subscribe %s: %w", s.ID, err)
	}
	return nil
}

// overdue says whether the document brings an entry that was published since a
// subscription was verified and that nobody has brought before.
func (b *batch) overdue(verified time.Time) bool {
	return slices.ContainsFunc(b.items, func(it item) bool {
		return it.published.After(verified) && it.published.Before(b.now)
	})
}

// change changes a subscription; one that is gone meanwhile needs no change.
func (p *Push) change(ctx context.Context, token feeds.Secret, fn func(s *feeds.Subscription) error) error {
	err := p.Store.ChangeSubscription(ctx, token, fn)
	if errors.Is(err, feeds.ErrNotFound) {
		return nil
	}
	return err
}

// Deliver reads a document that a hub has delivered and commits what it brings, like a
// pull of the source. It may be a part of the feed: what it lacks is still there. A
// document that cannot be used pulls the source soon; the error is the store's or the
// context's. One that came too late, for a source that has been switched off, brings
// nothing.
func (p *Puller) Deliver(ctx context.Context, d store.Delivery) (res Result, err error) {
	run, err := p.newRun(ctx)
	if err != nil {
		return res, err
	}
	source, ok := run.sources[d.SourceID]
	res = Result{Source: d.SourceID, URL: d.Topic}
	if !ok || !run.wanted[d.SourceID] || run.pushes[d.SourceID].Topic != d.Topic {
		return res, nil
	}
	// Its hub was offered by a document that was read: this is not the source's first.
	s := store.SourceState{Source: source, Polling: feeds.Polling{SourceID: d.SourceID, URL: d.Topic, Of: source.URL, LastSuccess: p.Now()}}
	run.part = true
	b, err := run.delivered(ctx, s, d)
	if err != nil {
		if ctx.Err() != nil || errors.Is(err, errStore) {
			return res, err
		}
		res.Error = plainError(err)
		return res, p.Push.Store.PullSoon(ctx, d.SourceID, p.Now(), p.Push.MinInterval)
	}
	res.Outcome, res.Entries = feeds.OutcomeFetched, b.counts
	if b.unchanged() {
		return res, nil
	}
	if err := run.commit(ctx, b, s.Polling, &res); !errors.Is(err, store.ErrReadressed) {
		return res, err
	}
	return Result{Source: d.SourceID, URL: d.Topic}, nil
}

func (r *run) delivered(ctx context.Context, s store.SourceState, d store.Delivery) (*batch, error) {
	b, err := r.digest(ctx, s, &fetch.Response{Status: 200, URL: d.Topic, Body: d.Body, ContentType: d.ContentType})
	if err != nil {
		return nil, err
	}
	if !websub.Names(d.Topic, d.Self, websub.Self(b.links)) {
		return nil, fmt.Errorf("read delivery of %s: it does not say that it is %s", s.ID, d.Topic)
	}
	b.delivered = true
	return b, nil
}

// confirmed says whether the topic at another host is the source's own feed: fetched
// from there, it offers the same hub, calls itself by that address and holds an entry
// that the source itself has brought.
func (p *Push) confirmed(ctx context.Context, s *feeds.Subscription) (bool, error) {
	response, err := p.Fetch.Get(ctx, fetch.Request{URL: s.Topic})
	if err != nil {
		return false, err
	}
	defer response.Release()
	feed, err := read.Parse(read.Document{Body: response.Body, ContentType: response.ContentType, URL: response.URL})
	if err != nil {
		return false, err
	}
	there := websub.Discover(response.Link, feed.Links, response.URL)
	if !websub.SameAddress(there.Hub, s.Hub) || !websub.SameAddress(there.Topic, s.Topic) {
		return false, nil
	}
	ids := make([]int64, len(feed.Entries))
	for i := range feed.Entries {
		ids[i] = dedupe.EntryID(s.SourceID, feed.Entries[i].ID)
	}
	known, err := p.Store.Known(ctx, s.SourceID, ids)
	if err != nil {
		return false, fmt.Errorf("%w: look up entries of %s: %w", errStore, s.SourceID, err)
	}
	return len(known) > 0, nil
}
