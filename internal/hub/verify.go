package hub

import (
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"tributary/feeds"
)

// Answer is what came back from a callback.
type Answer struct {
	Status     int
	Body       []byte    // its beginning
	RetryAfter time.Time // zero unless it named one
}

// Outcome is what became of a question or a delivery; its value is the label of metrics.
type Outcome string

// The outcomes.
const (
	OutcomeNone     Outcome = ""         // there was nothing to do any more
	OutcomeVerified Outcome = "verified" // the callback confirmed what was asked
	OutcomeRefused  Outcome = "refused"  // it did not
	OutcomeSilent   Outcome = "silent"   // no answer, or a broken one; to be asked again
	OutcomeTold     Outcome = "told"     // that it is denied
	OutcomeTaken    Outcome = "taken"    // a delivery, with 2xx
	OutcomeGone     Outcome = "gone"     // the callback answered 410: the subscription has ended
	OutcomeFailed   Outcome = "failed"   // to be tried again
	OutcomeGivenUp  Outcome = "given_up" // failed for too long: the subscription has ended
	OutcomeTooLarge Outcome = "too_large"
)

// Question is the address to GET at a callback (WebSub, 5.2 and 5.3): its own query
// stays, with what is asked behind it.
func Question(s *feeds.HubSubscriber) (string, error) {
	u, err := url.Parse(string(s.Callback))
	if err != nil {
		return "", refuse("the callback is no address") // and the cause would show it
	}
	q := url.Values{"hub.mode": {string(s.Ask)}, "hub.topic": {s.AskTopic}}
	switch s.Ask {
	case feeds.AskDenied:
		q.Set("hub.reason", "This subscription was ended by the site that publishes the feed.")
	case feeds.AskSubscribe:
		q.Set("hub.lease_seconds", strconv.FormatInt(int64(s.AskLease/time.Second), 10))
		fallthrough
	default:
		q.Set("hub.challenge", string(s.Challenge))
	}
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += q.Encode()
	return u.String(), nil
}

// Answered takes in what a callback answered to the question that had this challenge; err
// is why there was no answer. A question that another request has replaced meanwhile
// changes nothing. etag is of the topic's document as the subscriber will have read it.
func Answered(s *feeds.HubSubscriber, challenge feeds.Secret, a Answer, err error, etag string, now time.Time) Outcome {
	if s.Ask == feeds.AskNothing || s.Challenge != challenge {
		return OutcomeNone
	}
	if err != nil || a.Status >= 500 || a.Status == http.StatusTooManyRequests {
		if s.Attempts++; s.Attempts < askMost && !errors.Is(err, feeds.ErrRefused) {
			s.AskNext = now.Add(askWait)
			if a.RetryAfter.After(s.AskNext) && a.RetryAfter.Sub(now) < time.Hour {
				s.AskNext = a.RetryAfter
			}
			return OutcomeSilent
		}
		return dropped(s)
	}
	if s.Ask == feeds.AskDenied {
		s.State = feeds.HubSubscriberEnded
		return OutcomeTold
	}
	echo := subtle.ConstantTimeCompare(a.Body, []byte(challenge)) == 1
	if a.Status < 200 || a.Status > 299 || !echo {
		return dropped(s)
	}
	if s.Ask == feeds.AskUnsubscribe {
		s.State = feeds.HubSubscriberEnded
		return OutcomeVerified
	}
	if s.State != feeds.HubSubscriberActive { // a renewal goes on where it was
		// Due at once: should the document have changed since etag was looked up, the
		// delivery finds it, else it finds nothing to send.
		s.State, s.Want, s.Sent, s.Due = feeds.HubSubscriberActive, etag, etag, now
	}
	s.Secret, s.Verified, s.LeaseEnd = s.AskSecret, now, now.Add(s.AskLease)
	answered(s)
	return OutcomeVerified
}

// dropped ends a request that was not confirmed; what holds already goes on holding.
func dropped(s *feeds.HubSubscriber) Outcome {
	if s.State != feeds.HubSubscriberActive {
		s.State = feeds.HubSubscriberEnded
	}
	answered(s)
	return OutcomeRefused
}

// answered forgets a request, but for how the subscriber writes the topic: it is told in
// the same words when it is denied.
func answered(s *feeds.HubSubscriber) {
	s.Ask, s.AskSecret, s.AskLease, s.Challenge, s.Attempts, s.AskNext = feeds.AskNothing, "", 0, "", 0, time.Time{}
}
