package pipeline

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"time"

	"tributary/feeds"
	"tributary/internal/fetch"
	"tributary/internal/health"
	"tributary/internal/store"
)

// Failures in a row lengthen the interval up to a week; the schedule stays the floor.
const (
	backoffBase = 10 * time.Minute
	backoffMost = 7 * 24 * time.Hour
)

// A server that answers 304 for ever is caught by asking without validators: each
// wholeEvery, and once a day when nothing came for wholeGaps of the source's usual gaps.
const (
	wholeEvery = 7 * 24 * time.Hour
	wholeDaily = 24 * time.Hour
	wholeGaps  = 3
)

// conditional asks an address with the validators that belong to it.
func conditional(s store.SourceState, address string, now time.Time) fetch.Request {
	req := fetch.Request{URL: address, Source: s.ID}
	p := &s.Polling
	if p.BodyHash == "" { // validators count only for a body that was read
		return req
	}
	whole, pace := p.Learnt.Document.Whole, p.Learnt.Pace
	quiet := pace.Gap > 0 && now.Sub(pace.Last) > wholeGaps*pace.Gap
	if unseen := now.Sub(whole); !whole.IsZero() && (unseen >= wholeEvery || quiet && unseen >= wholeDaily) {
		return req
	}
	req.ETag, req.LastModified, req.ValidatorsOf = p.ETag, p.LastModified, p.URL
	return req
}

// answered is the polling state after an answer that could be used: it was read, is
// the same as before, or was a 304. What its document said is in learnt already.
func (r *run) answered(s store.SourceState, a answer, learnt feeds.Learnt, now time.Time) feeds.Polling {
	p, resp := s.Polling, a.response
	p.SourceID, p.Of, p.Learnt = s.ID, s.URL, learnt
	if p.Outcome != feeds.OutcomeFetched && p.Outcome != feeds.OutcomeNotModified || p.Since.IsZero() {
		p.Since = now
	}
	p.LastRun, p.LastSuccess, p.RetryAfter = now, now, time.Time{}
	p.Failures, p.Reason, p.Error, p.Status = 0, "", "", resp.Status
	if resp.NotModified {
		p.Outcome = feeds.OutcomeNotModified
		// A 304 may bring newer validators for the same representation.
		p.ETag, p.LastModified = first(resp.ETag, p.ETag), first(resp.LastModified, p.LastModified)
	} else {
		p.Outcome = feeds.OutcomeFetched
		p.URL, p.ETag, p.LastModified = resp.URL, resp.ETag, resp.LastModified
		p.Learnt.Document.Whole = now
	}
	p.Learnt.Move = moved(p.Learnt.Move, a.address == s.URL, resp.MovedTo, now)
	p.Learnt.Wishes.Until = now.Add(max(resp.MaxAge, p.Learnt.Wishes.TTL))
	from := latest(p.Learnt.Wishes.Until, resp.RetryAfter)
	if r.Adaptive {
		from = latest(from, now.Add(stretch(p.Learnt.Pace, now, r.MaxInterval)))
	}
	p.NextRun = r.due(s.Source, p.Learnt.Wishes, from)
	return p
}

// due is the first moment of the schedule after one that the publisher does not want
// us to skip.
func (r *run) due(s feeds.Source, w feeds.Wishes, after time.Time) time.Time {
	next := r.Next(s, after)
	if next.IsZero() {
		return next
	}
	return allowed(w, next)
}

// failed records why a source could not be pulled. What it said before stays as it
// is, validators included.
func (r *run) failed(res Result, s store.SourceState, a answer, err error, now time.Time) Result {
	p := s.Polling
	p.SourceID, p.Of, p.LastRun = s.ID, s.URL, now
	p.Failures++
	was := [...]any{p.Outcome, p.Reason, p.Status}
	p.Outcome, p.Reason, p.Error, p.Status = feeds.OutcomeFailed, reason(err, a.response), plainError(err), 0
	p.RetryAfter = time.Time{}
	var fe *fetch.Error
	if errors.As(err, &fe) {
		p.Status, p.RetryAfter = fe.Status, fe.RetryAfter
		// Only the address that the office gave can end the polling.
		if fe.Reason == fetch.ReasonGone && a.address == s.URL {
			p.Outcome = feeds.OutcomeGone
		}
	} else if a.response != nil {
		p.Status = a.response.Status
	}
	if was != [...]any{p.Outcome, p.Reason, p.Status} || p.Since.IsZero() {
		p.Since = now
	}
	wait := now.Add(fetch.Backoff(p.Failures, backoffBase, backoffMost, rand.Float64()))
	if p.Failures == 1 {
		wait = now // a first failure waits for the schedule, no longer
	}
	p.NextRun = r.due(s.Source, p.Learnt.Wishes, latest(wait, p.RetryAfter))
	res.Outcome, res.Error, res.polling = p.Outcome, p.Error, &p
	return res
}

// reason is the stable word for a failure.
func reason(err error, resp *fetch.Response) string {
	var fe *fetch.Error
	switch {
	case errors.As(err, &fe) && fe.Detail == fetch.DetailAccessDenied:
		return health.ReasonDenied
	case errors.As(err, &fe):
		return string(fe.Reason)
	case resp == nil || !errors.Is(err, feeds.ErrNotFeed):
		return health.ReasonUnusable
	case len(bytes.TrimSpace(resp.Body)) == 0:
		return health.ReasonEmpty
	case isHTML(resp.Body):
		return health.ReasonHTML
	default:
		return health.ReasonNotFeed
	}
}

// isHTML says that a body begins as a page does.
func isHTML(body []byte) bool {
	const enough = 4 << 10
	start := bytes.ToLower(body[:min(len(body), enough)])
	return bytes.Contains(start, []byte("<!doctype html")) || bytes.Contains(start, []byte("<html"))
}

func plainError(err error) string {
	const most = 500
	text := err.Error()
	if len(text) > most {
		text = text[:most]
	}
	return text
}
