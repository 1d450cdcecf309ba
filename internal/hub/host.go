package hub

import (
	"context"
	"errors"
	"net/http"
	"time"

	"tributary/feeds"
)

// Bounds of one call for one host.
const (
	atOnce   = 50               // subscriptions looked up at a time
	hostTime = 60 * time.Second // after which the rest waits for the next call
	misses   = 2                // answers missing in a row, after which the host is called no more
)

// Report is what became of a call for one host.
type Report struct {
	Host   string
	Counts map[Outcome]int
	Error  string // the last one, plain words
}

// note counts an outcome.
func (r *Report) note(o Outcome, err error) {
	if o != OutcomeNone {
		r.Counts[o]++
	}
	if err != nil {
		r.Error = err.Error()
	}
}

// errSilent: a host that did not answer for others of its subscriptions was not called
// for this one. It counts as if it had been, so that a dead host costs a few calls and
// not one for each callback that somebody named on it.
var errSilent = errors.New("the host did not answer")

// errNothing: what was to be done has been done by another, or is not due any more.
var errNothing = errors.New("nothing to do")

// Verify asks the callbacks of a host what is to be asked, one after the other.
func (h *Hub) Verify(ctx context.Context, host string) (Report, error) {
	return h.each(ctx, host, h.Store.AskingHubSubscribers, h.ask)
}

// Deliver sends the callbacks of a host what is due to them, one after the other.
func (h *Hub) Deliver(ctx context.Context, host string) (Report, error) {
	return h.each(ctx, host, h.Store.DueHubSubscribers, h.deliver)
}

type (
	lister func(ctx context.Context, host string, now time.Time, limit int) ([]int64, error)
	// doer does one subscription's part; with silent set, without a call. miss is why there
	// was no answer.
	doer func(ctx context.Context, id int64, silent bool) (o Outcome, miss, err error)
)

func (h *Hub) each(ctx context.Context, host string, list lister, do doer) (Report, error) {
	report := Report{Host: host, Counts: map[Outcome]int{}}
	began, missed := h.Now(), 0
	for {
		ids, err := list(ctx, host, h.Now(), atOnce)
		if err != nil || len(ids) == 0 {
			return report, err
		}
		for _, id := range ids {
			o, miss, err := do(ctx, id, missed >= misses)
			if err != nil {
				return report, err
			}
			switch {
			case miss != nil:
				missed++
			case o != OutcomeNone:
				missed = 0
			}
			if errors.Is(miss, errSilent) {
				miss = nil // why is said already
			}
			report.note(o, miss)
			if h.Now().Sub(began) >= hostTime {
				return report, nil // what is left is due still, and found by the next Pass
			}
		}
	}
}

// ask asks one callback.
func (h *Hub) ask(ctx context.Context, id int64, silent bool) (o Outcome, miss, err error) {
	now := h.Now()
	var s feeds.HubSubscriber
	err = h.Store.ChangeHubSubscriber(ctx, id, func(x *feeds.HubSubscriber) error {
		if x.Ask == feeds.AskNothing || x.AskNext.IsZero() || x.AskNext.After(now) {
			return errNothing
		}
		x.AskNext = now.Add(h.Terms.Hold)
		s = *x
		return nil
	})
	if errors.Is(err, errNothing) || errors.Is(err, feeds.ErrNotFound) {
		return OutcomeNone, nil, nil
	}
	if err != nil {
		return OutcomeNone, nil, err
	}
	a, miss := h.question(ctx, &s, silent)
	if miss != nil && ctx.Err() != nil { // told to stop: asked again when the claim has run out
		return OutcomeNone, nil, ctx.Err()
	}
	ctx = context.WithoutCancel(ctx) // what was answered is noted
	etag := ""
	if miss == nil {
		if doc, err := h.Topics.Document(ctx, s.Topic); err == nil && !doc.Stale {
			etag = doc.ETag // without one, the subscriber gets what there is
		}
	}
	err = h.Store.ChangeHubSubscriber(ctx, id, func(x *feeds.HubSubscriber) error {
		o = Answered(x, s.Challenge, a, miss, etag, h.Now())
		return nil
	})
	if errors.Is(err, feeds.ErrNotFound) {
		err = nil
	}
	h.observe("question", o)
	return o, miss, err
}

// question sends what is asked of a subscriber.
func (h *Hub) question(ctx context.Context, s *feeds.HubSubscriber, silent bool) (Answer, error) {
	if silent {
		return Answer{}, errSilent
	}
	question, err := Question(s)
	if err != nil {
		return Answer{}, err
	}
	return h.Client.Send(ctx, http.MethodGet, question, http.Header{"Accept": {"*/*"}}, nil)
}

// deliver delivers to one callback.
func (h *Hub) deliver(ctx context.Context, id int64, silent bool) (o Outcome, miss, err error) {
	s, err := h.claimed(ctx, id)
	if err != nil || s == nil {
		return OutcomeNone, nil, err
	}
	var doc Document
	if !silent {
		doc, err = h.Topics.Document(ctx, s.Topic)
	}
	settle := func(x *feeds.HubSubscriber) { x.Due = h.Now().Add(lookWait) }
	switch {
	case ctx.Err() != nil: // told to stop: delivered when the claim has run out
		return OutcomeNone, nil, ctx.Err()
	case silent:
		miss = errSilent
		settle = func(x *feeds.HubSubscriber) {
			o = delivered(x, "", Answer{}, miss, h.Terms.GiveUp, h.Now(), h.Random())
		}
	case err != nil || doc.Stale: // our fault, not the subscriber's
	case doc.ETag == s.Sent:
		settle = func(x *feeds.HubSubscriber) { x.Want = doc.ETag; taken(x, doc.ETag, h.Now()) }
	case int64(len(doc.Body)) > h.Terms.MaxBody:
		o = OutcomeTooLarge
		settle = func(x *feeds.HubSubscriber) {
			taken(x, doc.ETag, h.Now())
			x.LastError = "the feed is larger than what this hub delivers (hub.max_bytes)"
		}
	default:
		var a Answer
		a, miss = h.Client.Send(ctx, http.MethodPost, string(s.Callback), doc.header(s.Secret, h.Terms.Method), doc.Body)
		if miss != nil && ctx.Err() != nil {
			return OutcomeNone, nil, ctx.Err()
		}
		settle = func(x *feeds.HubSubscriber) {
			o = delivered(x, doc.ETag, a, miss, h.Terms.GiveUp, h.Now(), h.Random())
		}
	}
	err = h.Store.ChangeHubSubscriber(context.WithoutCancel(ctx), id, func(x *feeds.HubSubscriber) error {
		if x.State != feeds.HubSubscriberActive {
			return errNothing // ended meanwhile
		}
		settle(x)
		return nil
	})
	if errors.Is(err, errNothing) || errors.Is(err, feeds.ErrNotFound) {
		err = nil
	}
	h.observe("delivery", o)
	return o, miss, err
}

// claimed claims a delivery, nil when there is none any more. What is due to a
// subscription that has ended never will be.
func (h *Hub) claimed(ctx context.Context, id int64) (*feeds.HubSubscriber, error) {
	var s *feeds.HubSubscriber
	err := h.Store.ChangeHubSubscriber(ctx, id, func(x *feeds.HubSubscriber) error {
		s = nil // it may run again
		now := h.Now()
		switch {
		case claim(x, now, h.Terms.Hold):
			copied := *x
			s = &copied
		case x.Due.IsZero() || x.Due.After(now):
			return errNothing
		default:
			x.Due = time.Time{}
		}
		return nil
	})
	if errors.Is(err, errNothing) || errors.Is(err, feeds.ErrNotFound) {
		err = nil
	}
	return s, err
}

func (h *Hub) observe(kind string, o Outcome) {
	if o != OutcomeNone {
		h.Observe(kind, o)
	}
}
