package main

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"time"

	"tributary/config"
	"tributary/feeds"
	"tributary/internal/fetch"
	"tributary/internal/pipeline"
	"tributary/internal/websub"
)

// pusher is the WebSub subscriber of a configuration, nil when it has none.
func (a *app) pusher(cfg *config.Config, client *fetch.Client) *pipeline.Push {
	if !cfg.Subscribes() {
		return nil
	}
	return &pipeline.Push{Store: a.db, Fetch: client, Hubs: pipeline.Poster{Client: client}, Base: baseURL(cfg) + "/websub/",
		Lease: cfg.WebSub.Lease, MaxBody: cfg.WebSub.MaxBytes, MinInterval: cfg.Fetch.MinInterval, Now: time.Now, Random: rand.Float64}
}

// hubs answers hubs with what the configuration has now; requests under way while it
// is reloaded end with what they have.
type hubs struct{ a *app }

// Verify implements web.Hubs.
func (h hubs) Verify(ctx context.Context, token, query string) (string, error) {
	if p := h.a.push.Load(); p != nil {
		return p.Verify(ctx, token, query)
	}
	return "", feeds.ErrNotFound
}

// Receive implements web.Hubs.
func (h hubs) Receive(ctx context.Context, token string, header http.Header, body io.Reader) error {
	if p := h.a.push.Load(); p != nil {
		return p.Receive(ctx, token, header, body)
	}
	return feeds.ErrNotFound
}

// pushForm is a source's WebSub subscription in the list's JSON. Token and secret are
// nobody's business.
type pushForm struct {
	State        string     `json:"state"`
	Hub          string     `json:"hub"`
	Topic        string     `json:"topic"`
	Error        string     `json:"error,omitempty"`
	LeaseEnd     *time.Time `json:"lease_end,omitempty"`
	LastDelivery *time.Time `json:"last_delivery,omitempty"`
	PushedUntil  *time.Time `json:"pushed_until,omitempty"` // its hub delivers and has missed nothing
}

// pushForms are the subscriptions by source, those that are being ended left out; none
// when push is switched off for all.
func (a *app) pushForms(ctx context.Context) (map[string]*pushForm, error) {
	if !a.config.Subscribes() {
		return nil, nil
	}
	all, err := a.db.Subscriptions(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]*pushForm, len(all))
	for i := range all {
		s := &all[i]
		if s.State == feeds.SubscriptionUnsubscribing {
			continue
		}
		out[s.SourceID] = &pushForm{State: string(s.State), Hub: s.Hub, Topic: s.Topic, Error: s.Error, LeaseEnd: date(s.LeaseEnd),
			LastDelivery: date(s.LastDelivery), PushedUntil: date(websub.PushedUntil(s, time.Now()))}
	}
	return out, nil
}
