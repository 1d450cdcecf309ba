package pipeline

import (
	"errors"
	"math/rand/v2"
	"time"

	"tributary/feeds"
	"tributary/internal/fetch"
	"tributary/internal/store"
)

// Failures in a row lengthen the interval up to a week; the schedule stays the floor.
const (
	backoffBase = 10 * time.Minute
	backoffMost = 7 * 24 * time.Hour
)

// answered is the polling state after an answer that was read or was a 304.
func (r *run) answered(s store.SourceState, resp *fetch.Response, now time.Time) feeds.Polling {
	p := s.Polling
	p.SourceID = s.ID
	p.LastRun, p.LastSuccess, p.RetryAfter = now, now, time.Time{}
	p.Failures, p.Error, p.Status = 0, "", resp.Status
	if !resp.NotModified {
		p.URL, p.ETag, p.LastModified = resp.URL, resp.ETag, resp.LastModified
	} else {
		// A 304 may bring newer validators for the same representation.
		p.ETag, p.LastModified = first(resp.ETag, p.ETag), first(resp.LastModified, p.LastModified)
	}
	p.NextRun = r.due(s.Source, now, time.Time{})
	if fresh := now.Add(resp.MaxAge); fresh.After(p.NextRun) {
		p.NextRun = r.due(s.Source, fresh, time.Time{})
	}
	return p
}

// due is the first moment of the schedule after now that is not before notBefore.
func (r *run) due(s feeds.Source, now, notBefore time.Time) time.Time {
	if notBefore.After(now) {
		now = notBefore
	}
	return r.Next(s, now)
}

// failed records why a source could not be pulled. What it said before stays as it
// is, validators included.
func (r *run) failed(res Result, s store.SourceState, err error, now time.Time) Result {
	p := s.Polling
	p.SourceID, p.LastRun = s.ID, now
	p.Failures++
	p.Outcome, p.Error, p.Status = feeds.OutcomeFailed, plainError(err), 0
	var fe *fetch.Error
	if errors.As(err, &fe) {
		p.Status = fe.Status
		p.RetryAfter = fe.RetryAfter
		if fe.Reason == fetch.ReasonGone {
			p.Outcome = feeds.OutcomeGone
		}
	}
	wait := now.Add(fetch.Backoff(p.Failures, backoffBase, backoffMost, rand.Float64()))
	if p.Failures == 1 {
		wait = now // a first failure waits for the schedule, no longer
	}
	if p.RetryAfter.After(wait) {
		wait = p.RetryAfter
	}
	p.NextRun = r.due(s.Source, now, wait)
	res.Outcome, res.Error, res.polling = p.Outcome, p.Error, &p
	return res
}

func plainError(err error) string {
	const most = 500
	text := err.Error()
	if len(text) > most {
		text = text[:most]
	}
	return text
}
