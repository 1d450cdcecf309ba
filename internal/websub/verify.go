package websub

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"tributary/feeds"
)

// Mode is a hub.mode.
type Mode string

// The modes that pass between a subscriber and a hub.
const (
	Subscribe   Mode = "subscribe"
	Unsubscribe Mode = "unsubscribe"
	Denied      Mode = "denied"
)

// Verification is what a hub asks or says at a callback (WebSub, 5.2 and 5.3).
type Verification struct {
	Mode      Mode
	Topic     string
	Challenge string        // to be echoed; empty when denied
	Lease     time.Duration // 0 when it names none that can be read
	Reason    string        // why it is denied, one line of plain text
}

// ErrNotAsked: a hub wants to verify what we did not ask for, or asks nothing that
// can be understood.
var ErrNotAsked = errors.New("not asked for")

// maxChallenge is far above what hubs send, in bytes.
const maxChallenge = 4 << 10

// ParseVerification reads the query of a hub's request. A parameter that stands there
// twice makes it unreadable; unknown ones do not matter.
func ParseVerification(query string) (Verification, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return Verification{}, fmt.Errorf("read verification: %w: the query cannot be read", ErrNotAsked)
	}
	for name, list := range values {
		if strings.HasPrefix(name, "hub.") && len(list) != 1 {
			return Verification{}, fmt.Errorf("read verification: %w: a parameter is given twice", ErrNotAsked)
		}
	}
	v := Verification{Mode: Mode(values.Get("hub.mode")), Topic: values.Get("hub.topic"), Challenge: values.Get("hub.challenge")}
	switch v.Mode {
	case Subscribe, Unsubscribe:
		if v.Challenge == "" || len(v.Challenge) > maxChallenge {
			return Verification{}, fmt.Errorf("read verification: %w: no challenge of a sound length", ErrNotAsked)
		}
	case Denied:
		v.Challenge, v.Reason = "", oneLine(values.Get("hub.reason"))
	default:
		return Verification{}, fmt.Errorf("read verification: %w: no mode that we know", ErrNotAsked)
	}
	if seconds, err := strconv.ParseInt(values.Get("hub.lease_seconds"), 10, 64); err == nil && seconds > 0 {
		v.Lease = time.Duration(min(seconds, int64(mostLease/time.Second))) * time.Second
	}
	return v, nil
}

// oneLine makes a text from outside one that can stand in a list: one line, without
// signs that cannot be seen, at most 200 characters.
func oneLine(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if runes := []rune(s); len(runes) > 200 {
		s = string(runes[:200]) + "…"
	}
	return s
}

// Verify takes in what a hub says about a subscription and returns what to echo,
// nothing for a denial. Whatever the subscription does not wait for is ErrNotAsked and
// changes nothing. A hub that repeats its question gets the same answer. rnd in [0, 1]
// spreads the renewals.
func Verify(s *feeds.Subscription, v Verification, now time.Time, rnd float64) (echo string, err error) {
	if v.Topic != s.Topic {
		return "", fmt.Errorf("verify subscription of %s: %w: another topic", s.SourceID, ErrNotAsked)
	}
	asked := !s.Requested.IsZero() && now.Sub(s.Requested) <= acceptWithin
	leaving := s.State == feeds.SubscriptionUnsubscribing
	switch {
	case v.Mode == Denied && !leaving && !s.Requested.IsZero() && s.State != feeds.SubscriptionDenied:
		s.State, s.LeaseEnd, s.Next = feeds.SubscriptionDenied, time.Time{}, now.Add(deniedWait)
		s.Failures++
		s.Error = "the hub denied the subscription"
		if v.Reason != "" {
			s.Error += ": " + v.Reason
		}
		return "", nil
	case v.Mode == Subscribe && asked && !leaving && s.State != feeds.SubscriptionDenied:
		lease := v.Lease
		if lease == 0 {
			lease = unsaidLease
		}
		s.State, s.Verified, s.LeaseEnd = feeds.SubscriptionActive, now, now.Add(lease)
		s.Failures, s.Error = 0, ""
		s.Next = now.Add(max(renewal(lease, rnd), leastRenewal))
		return v.Challenge, nil
	case v.Mode == Unsubscribe && asked && leaving:
		// It is kept a little longer, for a hub that asks again because our answer was lost.
		s.Verified, s.LeaseEnd, s.Next = now, now.Add(VerifyWithin), now.Add(VerifyWithin)
		s.Failures, s.Error = 0, ""
		return v.Challenge, nil
	}
	return "", fmt.Errorf("verify subscription of %s: %w", s.SourceID, ErrNotAsked)
}

// renewal is when to renew: at two thirds of the lease, up to a twentieth earlier.
func renewal(lease time.Duration, rnd float64) time.Duration {
	return lease*2/3 - time.Duration(rnd*float64(lease)/20)
}
