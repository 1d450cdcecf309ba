package websub

import (
	"crypto/rand"
	"time"

	"tributary/feeds"
)

// Lengths of time in the life of a subscription.
const (
	VerifyWithin = time.Hour           // a request not verified by then has failed
	acceptWithin = 24 * time.Hour      // and a verification later than this was not asked for
	deniedWait   = 7 * 24 * time.Hour  // before a hub that will not is asked again
	unsaidLease  = 24 * time.Hour      // when a hub verifies and names no lease
	mostLease    = 30 * 24 * time.Hour // longer ones are renewed all the same
	leastRenewal = 5 * time.Minute     // between two requests, however short the lease
	unsubscribes = 4                   // attempts to tell a hub before it is left to find out
)

// New is a subscription of a source to what it offers, with a callback below base that
// nobody can guess and a secret of its own.
func New(sourceID string, o Offer, base string, now time.Time) feeds.Subscription {
	// 130 bits each at least; rand.Text never fails.
	return feeds.Subscription{Token: feeds.Secret(rand.Text()), Secret: feeds.Secret(rand.Text() + rand.Text()),
		SourceID: sourceID, Hub: o.Hub, Topic: o.Topic, Base: base, State: feeds.SubscriptionWanted, Next: now}
}

// Step is what has to be done about a subscription.
type Step int

// The steps.
const (
	StepNone Step = iota
	StepSubscribe
	StepUnsubscribe
)

// Due moves on what time alone moves on and says what has to be done now. wanted is
// whether the source should have this subscription; wait says how long to leave a hub
// alone after failures in a row. A subscription that it leaves ended is to be
// forgotten.
func Due(s *feeds.Subscription, wanted bool, now time.Time, wait func(failures int) time.Duration) Step {
	if !wanted && s.State != feeds.SubscriptionUnsubscribing {
		Leave(s, now)
	}
	if s.State == feeds.SubscriptionActive && !now.Before(s.LeaseEnd) {
		s.State = feeds.SubscriptionExpired
	}
	switch {
	case s.State == feeds.SubscriptionEnded:
		return StepNone
	case s.State == feeds.SubscriptionUnsubscribing && (s.Failures >= unsubscribes || !now.Before(s.LeaseEnd)):
		s.State = feeds.SubscriptionEnded
		return StepNone
	case now.Before(s.Next):
		return StepNone
	case unanswered(s):
		Failed(s, now, wait(s.Failures+1), "the hub did not come back to verify the request")
		return StepNone
	case s.State == feeds.SubscriptionUnsubscribing:
		return StepUnsubscribe
	default:
		return StepSubscribe
	}
}

// unanswered: a request is under way, neither verified nor failed.
func unanswered(s *feeds.Subscription) bool { return s.Error == "" && s.Requested.After(s.Verified) }

// Leave ends a subscription; a hub that has verified it is told.
func Leave(s *feeds.Subscription, now time.Time) {
	if s.State != feeds.SubscriptionActive {
		s.State = feeds.SubscriptionEnded // a hub that would verify it now finds nobody
		return
	}
	s.State, s.Next, s.Failures, s.Error = feeds.SubscriptionUnsubscribing, now, 0, ""
	s.Requested = time.Time{}
}

// Requested notes that a request is about to leave. It is saved before it does.
func Requested(s *feeds.Subscription, now time.Time) {
	s.Requested, s.Error, s.Next = now, "", now.Add(VerifyWithin)
	if s.State != feeds.SubscriptionActive && s.State != feeds.SubscriptionUnsubscribing {
		s.State = feeds.SubscriptionPending
	}
}

// Failed notes that a request has failed, in plain words. A verification that came
// meanwhile outweighs it.
func Failed(s *feeds.Subscription, now time.Time, wait time.Duration, why string) {
	if !unanswered(s) {
		return
	}
	s.Failures++
	s.Error, s.Next = why, now.Add(wait)
	if s.State == feeds.SubscriptionPending {
		s.State = feeds.SubscriptionWanted
	}
}

// PushedUntil is until when news of the source may be expected from its hub, which an
// office is shown; polling does not rely on it: the end of a lease that was verified, from a hub that has
// delivered and has missed nothing since. Zero: nothing may be expected.
func PushedUntil(s *feeds.Subscription, now time.Time) time.Time {
	if s.State != feeds.SubscriptionActive || !now.Before(s.LeaseEnd) || s.LastDelivery.IsZero() || s.Missed > 0 || s.Failures > 0 {
		return time.Time{}
	}
	return s.LeaseEnd
}
