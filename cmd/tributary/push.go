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
