package pipeline

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"tributary/feeds"
	"tributary/internal/fetch"
	"tributary/internal/store"
	"tributary/internal/websub"
)

const (
	hubBackoffBase = 5 * time.Minute
	hubBackoffMost = 24 * time.Hour
	hubsAtOnce     = 8
	// requestsAtOnce bounds what one upkeep asks of one hub; the next one asks the rest.
	requestsAtOnce = 20
	// mostOfHub bounds the subscriptions with one hub. Sources beyond it are polled.
	mostOfHub = 2000
)

// UpkeepReport says what an upkeep of the subscriptions did.
type UpkeepReport struct {
	Requested int // subscriptions and renewals that hubs took on
	Ended     int
	Failed    []Failure // by source
}

// Upkeep brings the subscriptions on their way: it asks hubs for what is wanted or is
// to be renewed, lets go of what no longer is, and notes what has run out. One hub's
// failures never hold up another's sources; the error is the store's or the context's.
func (p *Push) Upkeep(ctx context.Context) (UpkeepReport, error) {
	var report UpkeepReport
	all, err := p.Store.Subscriptions(ctx)
	if err != nil || len(all) == 0 {
		return report, err
	}
	states, err := p.Store.Sources(ctx)
	if err != nil {
		return report, err
	}
	sources := make(map[string]store.SourceState, len(states))
	for _, s := range states {
		sources[s.ID] = s
	}
	byHub, known := map[string][]errand{}, map[string]int{}
	for i := range all {
		s := &all[i]
		hub := hostOf(s.Hub)
		known[hub]++
		src := sources[s.SourceID]
		wanted := src.Enabled && !src.Retired && src.Push != feeds.PushOff && src.Polling.Outcome != feeds.OutcomeGone && s.Base == p.Base
		if known[hub] > mostOfHub && s.Verified.IsZero() {
			continue // it waits until others have gone
		}
		step, left, err := p.due(ctx, s, wanted)
		if err == nil && left && s.Base != p.Base {
			err = p.again(ctx, s, src)
		}
		if err != nil {
			return report, err
		}
		switch {
		case s.State == feeds.SubscriptionEnded:
			report.Ended++
		case step != websub.StepNone && len(byHub[hub]) < requestsAtOnce:
			byHub[hub] = append(byHub[hub], errand{sub: s, step: step, source: src})
		}
	}
	return report, p.ask(ctx, byHub, &report)
}

// errand is a request to a hub.
type errand struct {
	sub    *feeds.Subscription
	step   websub.Step
	source store.SourceState
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}

// due moves a subscription on and keeps it, if anything changed. left is whether it
// has just been given up.
func (p *Push) due(ctx context.Context, s *feeds.Subscription, wanted bool) (step websub.Step, left bool, err error) {
	before := *s
	step = websub.Due(s, wanted, p.Now(), p.wait)
	if before.State == s.State && before.Failures == s.Failures && before.Next.Equal(s.Next) {
		return step, false, nil
	}
	err = p.change(ctx, s.Token, func(kept *feeds.Subscription) error {
		step = websub.Due(kept, wanted, p.Now(), p.wait)
		*s = *kept
		return nil
	})
	left = s.State != before.State && (s.State == feeds.SubscriptionEnded || s.State == feeds.SubscriptionUnsubscribing)
	return step, left, err
}

// again gives a source a new subscription in place of one whose callback is at an
// address that is no longer ours.
func (p *Push) again(ctx context.Context, s *feeds.Subscription, src store.SourceState) error {
	if !src.Enabled || src.Retired || src.Push == feeds.PushOff {
		return nil
	}
	_, err := p.Store.AddSubscription(ctx, websub.New(s.SourceID, websub.Offer{Hub: s.Hub, Topic: s.Topic}, p.Base, p.Now()), src.URL)
	return err
}

func (p *Push) wait(failures int) time.Duration {
	return fetch.Backoff(failures, hubBackoffBase, hubBackoffMost, p.Random())
}

// ask runs the errands, one after the other at each hub. When a hub cannot be reached
// at all, the rest of its errands is left to the next upkeep.
func (p *Push) ask(ctx context.Context, byHub map[string][]errand, report *UpkeepReport) error {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failure error
	slots := make(chan struct{}, hubsAtOnce)
	for _, errands := range byHub {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			for _, e := range errands {
				why, unreachable, err := p.run(ctx, e)
				mu.Lock()
				switch {
				case err != nil:
					failure = errors.Join(failure, err)
				case why != "":
					report.Failed = append(report.Failed, Failure{Source: e.sub.SourceID, URL: e.sub.Hub, Error: why})
				default:
					report.Requested++
				}
				mu.Unlock()
				if err != nil || unreachable {
					return
				}
			}
		})
	}
	wg.Wait()
	return failure
}

// run makes one request. The subscription is kept as requested before the request
// leaves, since a hub may verify before it answers.
func (p *Push) run(ctx context.Context, e errand) (why string, unreachable bool, err error) {
	token := e.sub.Token
	var s feeds.Subscription
	err = p.Store.ChangeSubscription(ctx, token, func(kept *feeds.Subscription) error {
		websub.Requested(kept, p.Now())
		s = *kept
		return nil
	})
	if errors.Is(err, feeds.ErrNotFound) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	wait := p.wait(s.Failures + 1)
	switch failed := p.request(ctx, &s, e); {
	case failed == nil:
		return "", false, nil
	case ctx.Err() != nil:
		return "", false, ctx.Err() // stopped, not failed: it counts as under way, and is asked again
	case errors.Is(failed, errStore):
		return "", false, failed
	default:
		why = plainError(failed)
		var refusal *websub.Refusal
		unreachable = !errors.As(failed, &refusal) && !errors.Is(failed, errOtherFeed)
		if refusal != nil && refusal.RetryAfter.Sub(p.Now()) > wait {
			wait = refusal.RetryAfter.Sub(p.Now())
		}
		return why, unreachable, p.change(ctx, token, func(kept *feeds.Subscription) error {
			websub.Failed(kept, p.Now(), wait, why)
			return nil
		})
	}
}

// errOtherFeed: a source names a topic elsewhere that is not the same feed.
var errOtherFeed = errors.New("the address that the feed gives as its own is at another host and is not the same feed")

func (p *Push) request(ctx context.Context, s *feeds.Subscription, e errand) error {
	mode := websub.Unsubscribe
	if e.step == websub.StepSubscribe {
		mode = websub.Subscribe
		if s.State != feeds.SubscriptionActive && !websub.SameHost(s.Topic, first(e.source.Polling.URL, e.source.URL)) {
			same, err := p.confirmed(ctx, s)
			if err != nil {
				return fmt.Errorf("%w: %w", errOtherFeed, err)
			}
			if !same {
				return errOtherFeed
			}
		}
	}
	return websub.Send(ctx, p.Hubs, s, mode, p.Lease)
}

// Poster lets hubs be asked through the fetch client.
type Poster struct{ Client *fetch.Client }

// Post implements websub.Poster.
func (p Poster) Post(ctx context.Context, address string, form []byte) (websub.Answer, error) {
	r, err := p.Client.Post(ctx, address, form)
	if err != nil {
		return websub.Answer{}, err
	}
	return websub.Answer{Status: r.Status, Location: r.Location, Body: r.Body, RetryAfter: r.RetryAfter}, nil
}
