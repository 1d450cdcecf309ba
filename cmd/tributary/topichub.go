package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"tributary/config"
	"tributary/feeds"
	"tributary/internal/fetch"
	"tributary/internal/hub"
	"tributary/internal/jobs"
	"tributary/internal/publish"
	"tributary/internal/store"
	"tributary/internal/web"
)

// hubAddress is the hub that our feeds name, empty for none.
func hubAddress(cfg *config.Config) string {
	switch cfg.HubWay() {
	case config.HubOwn:
		return baseURL(cfg) + "/hub"
	case config.HubExternal:
		return cfg.Hub.URL
	default:
		return ""
	}
}

// distribution is how subscribers hear of changes under one configuration: one of the
// two, or neither.
type distribution struct {
	own  *hub.Hub
	ping *hub.Pinger
}

// newDistribution makes it for the documents of a publisher.
func (a *app) newDistribution(cfg *config.Config, publisher *publish.Publisher) (*distribution, error) {
	way := cfg.HubWay()
	if way == config.HubOff {
		return &distribution{}, nil
	}
	o := fetchOptions(cfg)
	// What fetching may reach on private addresses is no business of a stranger who names
	// a callback, nor is what our sources are fetched with.
	o.Allow, o.Access, o.Large, o.Timeout = cfg.Hub.Allow, nil, nil, cfg.Hub.Timeout
	o.Concurrency, o.PerHost = cfg.Hub.Concurrency+hubVerifiers, 2
	client, err := fetch.New(o)
	if err != nil {
		return nil, err
	}
	if way == config.HubExternal {
		ping, err := hub.NewPinger(hub.PingerOptions{Store: pingStore{a.db}, Client: callbacks{client}, Topics: topics{publisher}, Hub: cfg.Hub.URL,
			Every: cfg.Hub.PingEvery, Wait: readable, Now: time.Now, Random: rand.Float64, Observe: func(o hub.Outcome) { a.hubCounters.observe("ping", o) }})
		return &distribution{ping: ping}, err
	}
	own, err := hub.New(hub.Options{Client: callbacks{client}, Topics: topics{publisher}, Now: time.Now, Random: rand.Float64, Observe: a.hubCounters.observe,
		Store: hubStore{DB: a.db, queue: &a.engine, bounds: feeds.HubBounds{All: cfg.Hub.MaxSubscribers, PerHost: cfg.Hub.MaxPerHost, PerTopic: cfg.Hub.MaxPerFeed, Topics: cfg.Hub.MaxFeeds}},
		Terms: hub.Terms{Lease: cfg.Hub.Lease, LeastLease: cfg.Hub.MinLease, MostLease: cfg.Hub.MaxLease, Method: hub.Method(cfg.Hub.Signature),
			MaxBody: cfg.Hub.MaxBytes, GiveUp: cfg.Hub.GiveUp, Hold: 2*cfg.Hub.Timeout + holdBeyond}})
	return &distribution{own: own}, err
}

const (
	// readable is when a change can be read at every process: each looks for a new version
	// once a second.
	readable     = 2 * time.Second
	hubVerifiers = 4 // as many callbacks are asked at once by the jobs
	// holdBeyond is how much longer a delivery may take than its call: the document has to
	// be made, and the outcome noted.
	holdBeyond = 10 * time.Second
)

// topicHub is the distribution of the configuration in force. It is what the jobs and
// the web server know of it.
type topicHub struct{ a *app }

var (
	_ jobs.Distributor = topicHub{}
	_ web.TopicHub     = topicHub{}
)

func (t topicHub) now() distribution {
	if d := t.a.distribution.Load(); d != nil {
		return *d
	}
	return distribution{}
}

// On implements jobs.Distributor.
func (t topicHub) On() bool { d := t.now(); return d.own != nil || d.ping != nil }

// Awaited implements jobs.Distributor. An external hub is told every few seconds anyway.
func (t topicHub) Awaited() bool { d := t.now(); return d.own != nil && d.own.Awaited() }

// Pass implements jobs.Distributor.
func (t topicHub) Pass(ctx context.Context) (hub.Due, error) {
	switch d := t.now(); {
	case d.own != nil:
		return d.own.Pass(ctx)
	case d.ping != nil:
		_, err := t.a.pingHub(ctx, d.ping)
		return hub.Due{}, err
	}
	return hub.Due{}, nil
}

// pingHub tells an external hub of some feeds that have changed, and says of how many.
func (a *app) pingHub(ctx context.Context, p *hub.Pinger) (taken int, err error) {
	r, err := p.Pass(ctx)
	if r.Error != "" {
		a.log.Warn("the hub was not told of all changes, it will be", "hub", r.Host, "error", r.Error)
	}
	if n := r.Counts[hub.OutcomeTaken]; n > 0 {
		a.log.Info("told the hub", "hub", r.Host, "feeds", n)
	}
	return r.Counts[hub.OutcomeTaken], err
}

// Verify implements jobs.Distributor.
func (t topicHub) Verify(ctx context.Context, host string) (hub.Report, error) {
	if d := t.now(); d.own != nil {
		return d.own.Verify(ctx, host)
	}
	return hub.Report{Host: host}, nil
}

// Deliver implements jobs.Distributor.
func (t topicHub) Deliver(ctx context.Context, host string) (hub.Report, error) {
	if d := t.now(); d.own != nil {
		return d.own.Deliver(ctx, host)
	}
	return hub.Report{Host: host}, nil
}

// Take implements web.TopicHub.
func (t topicHub) Take(ctx context.Context, form url.Values) error {
	if d := t.now(); d.own != nil {
		return d.own.Take(ctx, form)
	}
	return &hub.Refusal{Status: http.StatusNotFound, Text: "There is no hub here any more. The feeds name the one to use."}
}

// hubStore keeps subscriptions, within bounds, and has the jobs verify them.
type hubStore struct {
	*store.DB
	bounds feeds.HubBounds
	queue  *atomic.Pointer[jobs.Engine]
}

// AskHub implements hub.Store.
func (s hubStore) AskHub(ctx context.Context, q feeds.HubRequest) (feeds.HubBound, error) {
	engine := s.queue.Load()
	if engine == nil {
		return feeds.BoundNone, errors.New("the jobs have not begun yet")
	}
	return s.DB.AskHub(ctx, q, s.bounds, engine.QueueVerify)
}

// pingStore remembers what an external hub was told.
type pingStore struct{ *store.DB }

// DueHubPings implements hub.PingStore.
func (s pingStore) DueHubPings(ctx context.Context, now time.Time, limit int) ([]hub.Ping, error) {
	list, err := s.DB.DueHubPings(ctx, now, limit)
	out := make([]hub.Ping, len(list))
	for i, p := range list {
		out[i] = hub.Ping(p)
	}
	return out, err
}

// SaveHubPing implements hub.PingStore.
func (s pingStore) SaveHubPing(ctx context.Context, p hub.Ping) error {
	return s.DB.SaveHubPing(ctx, store.HubPing(p))
}

// callbacks reaches subscribers through the fetch client's guard.
type callbacks struct{ *fetch.Client }

// Send implements hub.Client.
func (c callbacks) Send(ctx context.Context, method, address string, header http.Header, body []byte) (hub.Answer, error) {
	r, err := c.Client.Send(ctx, fetch.SendRequest{Method: method, URL: address, Header: header, Body: body})
	if err != nil {
		return hub.Answer{}, err
	}
	return hub.Answer{Status: r.Status, Body: r.Body, RetryAfter: r.RetryAfter}, nil
}

// topics are the documents of a publisher.
type topics struct{ *publish.Publisher }

// Topic implements hub.Topics.
func (t topics) Topic(ctx context.Context, address string) (string, error) {
	topic, err := t.Publisher.Topic(ctx, address)
	return topic, noTopic(err)
}

// Document implements hub.Topics.
func (t topics) Document(ctx context.Context, topic string) (hub.Document, error) {
	d, err := t.TopicDocument(ctx, topic)
	if err != nil {
		return hub.Document{}, noTopic(err)
	}
	return hub.Document{Body: d.Body, ContentType: d.ContentType, ETag: d.ETag, Link: d.Link, Stale: d.Stale}, nil
}

func noTopic(err error) error {
	var invalid *publish.Invalid
	if errors.As(err, &invalid) {
		return &hub.NoTopic{Text: invalid.Error(), Gone: invalid.Status == http.StatusGone}
	}
	return err
}
