package hub

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// PingStore remembers what an external hub has been told.
type PingStore interface {
	Version(ctx context.Context) (int64, error)
	// WantHubPings notes the ETags of topics' documents. Those that changed become due at a
	// time; topics met for the first time do not, since nobody can have subscribed.
	WantHubPings(ctx context.Context, etags map[string]string, at time.Time) (due int, err error)
	// DueHubPings lists the topics of which the hub is to be told now, those due longest
	// first.
	DueHubPings(ctx context.Context, now time.Time, limit int) ([]Ping, error)
	// SaveHubPing notes that the hub was told, or when to try again. An ETag that has changed
	// meanwhile stays due.
	SaveHubPing(ctx context.Context, p Ping) error
}

// Ping is the state of one topic of which an external hub is told.
type Ping struct {
	Topic    string
	Want     string    // ETag of which the hub is to be told
	Told     bool      // it has been
	Failures int       // in a row
	Due      time.Time // when to try again; zero once told
}

// Listed are the topics that an external hub is told of, and their documents.
type Listed interface {
	Topics
	// ListedTopics lists them in groups that change together, such as one feed in several
	// formats. The first of a group is the one to look at.
	ListedTopics(ctx context.Context) ([][]string, error)
	// TopicAddress is a topic's absolute address.
	TopicAddress(topic string) string
}

// Pinger tells an external hub which feeds have changed. It is safe for concurrent use.
type Pinger struct {
	PingerOptions
	mu     sync.Mutex
	seen   int64
	looked time.Time
}

// PingerOptions are what a Pinger is made of; all are required but Observe.
type PingerOptions struct {
	Store   PingStore
	Client  Client
	Topics  Listed
	Hub     string        // address of the hub
	Every   time.Duration // between two looks at all listed feeds, at least
	Wait    time.Duration // from a change until everybody can read it
	Now     func() time.Time
	Random  func() float64 // in [0, 1)
	Observe func(o Outcome)
}

// pingsAtOnce bounds a Pass of a Pinger.
const pingsAtOnce = 200

// NewPinger checks the options.
func NewPinger(o PingerOptions) (*Pinger, error) {
	if o.Store == nil || o.Client == nil || o.Topics == nil || o.Hub == "" || o.Now == nil || o.Random == nil {
		return nil, errors.New("build pinger: Store, Client, Topics, Hub, Now and Random are required")
	}
	if o.Observe == nil {
		o.Observe = func(Outcome) {}
	}
	return &Pinger{PingerOptions: o, seen: -1}, nil
}

// Pass looks at the listed feeds if something was committed, and tells the hub of those
// that have changed and can be read. A feed is listed in several formats and looked at in
// one. The hub's first failure ends the Pass.
func (p *Pinger) Pass(ctx context.Context) (Report, error) {
	report := Report{Host: hostOf(p.Hub), Counts: map[Outcome]int{}}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.look(ctx); err != nil {
		return report, err
	}
	due, err := p.Store.DueHubPings(ctx, p.Now(), pingsAtOnce)
	if err != nil {
		return report, err
	}
	for _, ping := range due {
		o, miss := p.tell(ctx, &ping)
		if ctx.Err() != nil {
			return report, fmt.Errorf("tell the hub: %w", ctx.Err())
		}
		if err := p.Store.SaveHubPing(ctx, ping); err != nil {
			return report, err
		}
		report.note(o, miss)
		p.Observe(o)
		if o != OutcomeTaken {
			break // the others are due still
		}
	}
	return report, nil
}

// look notes what the listed feeds are.
func (p *Pinger) look(ctx context.Context) error {
	version, err := p.Store.Version(ctx)
	if err != nil || version == p.seen || p.Now().Sub(p.looked) < p.Every && p.seen >= 0 {
		return err
	}
	groups, err := p.Topics.ListedTopics(ctx)
	if err != nil {
		return fmt.Errorf("list feeds: %w", err)
	}
	etags := make(map[string]string, 3*len(groups))
	for _, group := range groups {
		doc, err := p.Topics.Document(ctx, group[0])
		var none *NoTopic
		switch {
		case errors.As(err, &none):
		case err != nil:
			return fmt.Errorf("look at topic %s: %w", group[0], err)
		case doc.Stale:
			return fmt.Errorf("look at topic %s: the store cannot be read", group[0])
		default:
			for _, topic := range group {
				etags[topic] = doc.ETag
			}
		}
	}
	if _, err := p.Store.WantHubPings(ctx, etags, p.Now().Add(p.Wait)); err != nil {
		return err
	}
	p.seen, p.looked = version, p.Now()
	return nil
}

// tell tells the hub of one topic, in the words that PubSubHubbub made usual: WebSub
// leaves them to the two (6).
func (p *Pinger) tell(ctx context.Context, ping *Ping) (o Outcome, miss error) {
	address := p.Topics.TopicAddress(ping.Topic)
	form := url.Values{"hub.mode": {"publish"}, "hub.url": {address}, "hub.topic": {address}}
	a, err := p.Client.Send(ctx, http.MethodPost, p.Hub, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"*/*"}}, []byte(form.Encode()))
	if err == nil && a.Status >= 200 && a.Status <= 299 {
		ping.Told, ping.Failures, ping.Due = true, 0, time.Time{}
		return OutcomeTaken, nil
	}
	if err == nil {
		err = fmt.Errorf("the hub answers %d %s", a.Status, http.StatusText(a.Status))
	}
	ping.Failures++
	ping.Due = p.Now().Add(backoff(ping.Failures, p.Random()))
	if a.RetryAfter.After(ping.Due) {
		ping.Due = a.RetryAfter
	}
	return OutcomeFailed, err
}
