package hub

import (
	"errors"
	"fmt"
	"time"

	"tributary/feeds"
)

// Terms are what an installation grants.
type Terms struct {
	Lease      time.Duration // when a subscriber names none
	LeastLease time.Duration
	MostLease  time.Duration
	Bounds     feeds.HubBounds
	Method     Method
	MaxBody    int64         // bytes of a document that is delivered
	GiveUp     time.Duration // of nothing but failures, until a subscription is forgotten
	Hold       time.Duration // a claim: longer than a delivery takes
}

// check finds what cannot be meant.
func (t *Terms) check() error {
	switch {
	case t.LeastLease <= 0 || t.LeastLease > t.MostLease || t.Lease < t.LeastLease || t.Lease > t.MostLease:
		return errors.New("the usual lease is not between the least and the most")
	case hashes[t.Method] == nil:
		return fmt.Errorf("%q is no method of signatures", t.Method)
	case t.MaxBody <= 0 || t.GiveUp <= 0 || t.Hold <= 0:
		return errors.New("MaxBody, GiveUp and Hold must be above 0")
	}
	return nil
}

// Waits between attempts.
const (
	firstWait = time.Minute
	mostWait  = 6 * time.Hour
	askWait   = 30 * time.Second // between two attempts at asking
	askMost   = 3                // attempts at asking
	lookWait  = time.Minute      // when a document cannot be made
)

// backoff is how long to leave a callback alone after failures in a row; rnd in [0, 1]
// spreads those that failed together over a fifth of it.
func backoff(failures int, rnd float64) time.Duration {
	wait := firstWait
	for i := 1; i < failures && wait < mostWait; i++ {
		wait *= 2
	}
	wait = min(wait, mostWait)
	return wait - time.Duration(rnd*float64(wait)/5)
}
