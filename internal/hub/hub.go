package hub

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"tributary/feeds"
)

// Store keeps subscriptions. It is safe for concurrent use by several processes.
type Store interface {
	// Version grows with every commit that may have changed what is published.
	Version(ctx context.Context) (int64, error)
	// AskHub notes a request and sees to it that Verify is called for its host. It
	// returns the bound that keeps it from that.
	AskHub(ctx context.Context, q feeds.HubRequest) (feeds.HubBound, error)
	// ChangeHubSubscriber changes one, with nobody else doing so meanwhile. Ended ones are
	// forgotten. An error of fn is returned and nothing saved; feeds.ErrNotFound.
	ChangeHubSubscriber(ctx context.Context, id int64, fn func(s *feeds.HubSubscriber) error) error
	SubscribedTopics(ctx context.Context, now time.Time) ([]string, error)
	// WantTopic notes the ETag of a topic's document; those who have another one become due.
	WantTopic(ctx context.Context, topic, etag string, now time.Time) (due int, err error)
	EndTopic(ctx context.Context, topic string, now time.Time) (int, error)
	ExpireHubSubscribers(ctx context.Context, now time.Time) (int, error)
	AskingHosts(ctx context.Context, now time.Time) ([]string, error)
	AskingHubSubscribers(ctx context.Context, host string, now time.Time, limit int) ([]int64, error)
	DueHosts(ctx context.Context, now time.Time) ([]string, error)
	DueHubSubscribers(ctx context.Context, host string, now time.Time, limit int) ([]int64, error)
}

// Client reaches callbacks: public addresses only, after the name is resolved, with a
// bound on time and on what is read, and without following redirects. Its errors name a
// host and no path.
type Client interface {
	Send(ctx context.Context, method, address string, header http.Header, body []byte) (Answer, error)
	// Refuses says whether an address could never be reached, as far as it alone tells.
	Refuses(ctx context.Context, address string) error
}

// Topics are our documents.
type Topics interface {
	// Topic gives the topic that an address names, the same for all its spellings. The
	// error is a *NoTopic when it names none.
	Topic(ctx context.Context, address string) (string, error)
	// Document is a topic's document as of now. The error is a *NoTopic when there is no
	// such topic any more.
	Document(ctx context.Context, topic string) (Document, error)
}

// NoTopic is an address that is none of our feeds; Text says so, and what would do.
type NoTopic struct {
	Text string
	Gone bool // there was one, and it will not come back
}

// Error is the text.
func (e *NoTopic) Error() string { return e.Text }

// Hub is our own hub. It is safe for concurrent use, and several processes may each have
// one on the same store.
type Hub struct {
	Options
	mu      sync.Mutex
	seen    int64       // the version whose changes are noted; -1 at first
	rest    time.Time   // until when no look is taken
	awaited atomic.Bool // the last Pass found subscriptions
}

// Awaited says whether somebody subscribes, as of the last Pass of this process.
func (h *Hub) Awaited() bool { return h.awaited.Load() }

// Options are what a Hub is made of; all are required but Observe.
type Options struct {
	Store  Store
	Client Client
	Topics Topics
	Terms  Terms
	Now    func() time.Time
	Random func() float64 // in [0, 1)
	// Observe, when not nil, is told what became of requests (by the kind "request"),
	// questions ("question") and deliveries ("delivery").
	Observe func(kind string, o Outcome)
}

// New checks the options.
func New(o Options) (*Hub, error) {
	if o.Store == nil || o.Client == nil || o.Topics == nil || o.Now == nil || o.Random == nil {
		return nil, errors.New("build hub: Store, Client, Topics, Now and Random are required")
	}
	if err := o.Terms.check(); err != nil {
		return nil, fmt.Errorf("build hub: %w", err)
	}
	if o.Observe == nil {
		o.Observe = func(string, Outcome) {}
	}
	return &Hub{Options: o, seen: -1}, nil
}

// Outcomes of requests.
const (
	requestTaken   Outcome = "taken"
	requestRefused Outcome = "refused"
	requestFull    Outcome = "full"
)

// Take takes a subscriber's form (WebSub, 5.1). No error means that the callback will be
// asked whether it was meant. A *Refusal is the subscriber's doing, any other error ours.
func (h *Hub) Take(ctx context.Context, form url.Values) error {
	err := h.take(ctx, form)
	var refusal *Refusal
	switch {
	case err == nil:
		h.Observe("request", requestTaken)
	case errors.As(err, &refusal) && refusal.Status == http.StatusTooManyRequests:
		h.Observe("request", requestFull)
	case errors.As(err, &refusal):
		h.Observe("request", requestRefused)
	}
	return err
}

func (h *Hub) take(ctx context.Context, form url.Values) error {
	r, err := ParseRequest(form)
	if err != nil {
		return err
	}
	topic, err := h.Topics.Topic(ctx, r.Topic)
	var none *NoTopic
	if errors.As(err, &none) {
		return &Refusal{Status: http.StatusNotFound, Text: "hub.topic: " + none.Text}
	}
	if err != nil {
		return fmt.Errorf("look up topic: %w", err)
	}
	if err := h.Client.Refuses(ctx, r.Callback); err != nil {
		return refuse("hub.callback: %s. Send an address on the public internet.", err)
	}
	over, err := h.Store.AskHub(ctx, feeds.HubRequest{Mode: r.Mode, Topic: topic, AskTopic: r.Topic, Callback: feeds.Secret(r.Callback),
		Host: hostOf(r.Callback), Secret: r.Secret, Lease: h.Terms.lease(r.Lease), Challenge: feeds.Secret(rand.Text() + rand.Text()), At: h.Now()})
	if err != nil {
		return err
	}
	if over != feeds.BoundNone {
		return &Refusal{Status: http.StatusTooManyRequests, Text: full(over)}
	}
	return nil
}

// full words a bound that is reached.
func full(over feeds.HubBound) string {
	const instead = " Poll the feed instead: it answers conditional requests with 304."
	switch over {
	case feeds.BoundPerHost:
		return "Your host has as many subscriptions as this hub grants to one: end some of them first." + instead
	case feeds.BoundPerTopic:
		return "This feed has as many subscriptions as this hub grants." + instead
	default:
		return "This hub has as many subscriptions as it grants." + instead
	}
}

// Due is what a Pass found.
type Due struct {
	Ask, Deliver []string // hosts for which Verify and Deliver are to be called
	Topics       int      // that were looked at
	Due          int      // deliveries that became due
	Expired      int      // subscriptions whose lease was over
	Denied       int      // subscriptions of topics that are no more
	Faults       []error  // topics that could not be looked at; the next Pass tries again
}

// Pass looks for what has changed and for what is due. Without subscriptions it costs
// three small queries, whatever was published.
func (h *Hub) Pass(ctx context.Context) (Due, error) {
	var d Due
	now := h.Now()
	var err error
	if d.Expired, err = h.Store.ExpireHubSubscribers(ctx, now); err != nil {
		return d, err
	}
	topics, err := h.Store.SubscribedTopics(ctx, now)
	if err != nil {
		return d, err
	}
	h.awaited.Store(len(topics) > 0)
	if len(topics) > 0 {
		if err := h.look(ctx, topics, &d); err != nil {
			return d, err
		}
	}
	if d.Ask, err = h.Store.AskingHosts(ctx, now); err != nil {
		return d, err
	}
	d.Deliver, err = h.Store.DueHosts(ctx, h.Now())
	return d, err
}

// look notes what the documents of topics are, unless nothing was committed since the
// last look of this process.
func (h *Hub) look(ctx context.Context, topics []string, d *Due) error {
	if !h.mu.TryLock() {
		return nil // one look at a time; the next Pass finds what this one is too early for
	}
	defer h.mu.Unlock()
	version, err := h.Store.Version(ctx) // before the documents: they are of it or later
	if err != nil || version == h.seen || h.Now().Before(h.rest) {
		return err
	}
	began := h.Now()
	defer func() { // where many mixes are subscribed to, looking takes a quarter of the time at most
		ended := h.Now()
		h.rest = ended.Add(3 * ended.Sub(began))
	}()
	for _, topic := range topics {
		d.Topics++
		doc, err := h.Topics.Document(ctx, topic)
		var none *NoTopic
		switch {
		case errors.As(err, &none) && none.Gone:
			n, err := h.Store.EndTopic(ctx, topic, h.Now())
			if err != nil {
				return err
			}
			d.Denied += n
			continue
		case errors.As(err, &none):
			continue // a slip of the configuration perhaps; the leases end by themselves
		case err == nil && doc.Stale:
			err = errors.New("the store cannot be read")
		}
		if ctx.Err() != nil {
			return fmt.Errorf("look at topics: %w", ctx.Err())
		}
		if err != nil {
			d.Faults = append(d.Faults, fmt.Errorf("look at topic %s: %w", topic, err))
			continue
		}
		n, err := h.Store.WantTopic(ctx, topic, doc.ETag, h.Now())
		if err != nil {
			return err
		}
		d.Due += n
	}
	if len(d.Faults) == 0 {
		h.seen = version
	}
	return nil
}
