package websub

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"
	"time"

	"tributary/feeds"
)

// Bounds of what a hub may deliver.
const (
	perMinute = 30 // bodies a subscription takes in a minute; more become one pull
	recent    = 32 // bodies remembered, so that a repeated one is recognised
)

// ErrSignature: a delivery without a signature, or with one that is not ours.
var ErrSignature = errors.New("not signed with the subscription's secret")

// hashes are those of WebSub, 7.1. SHA-1 is still what most hubs use; as an HMAC it is
// not broken.
var hashes = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}

// Check follows a delivery's body and says whether it is signed. It is an io.Writer
// that never fails.
type Check struct {
	mac    hash.Hash
	want   []byte
	digest hash.Hash
}

// NewCheck reads X-Hub-Signature, method=hexadecimal, of which there must be one.
func NewCheck(fields []string, secret feeds.Secret) (*Check, error) {
	if len(fields) != 1 || secret == "" {
		return nil, fmt.Errorf("check delivery: %w", ErrSignature)
	}
	method, value, _ := strings.Cut(strings.TrimSpace(fields[0]), "=")
	newHash := hashes[strings.ToLower(method)]
	if newHash == nil {
		return nil, fmt.Errorf("check delivery: %w: unknown method", ErrSignature)
	}
	c := &Check{mac: hmac.New(newHash, []byte(secret)), digest: sha256.New()}
	want, err := hex.DecodeString(value)
	if err != nil || len(want) != c.mac.Size() {
		return nil, fmt.Errorf("check delivery: %w: no signature of that method", ErrSignature)
	}
	c.want = want
	return c, nil
}

// Write takes the next part of the body.
func (c *Check) Write(b []byte) (int, error) {
	c.mac.Write(b) // a hash's Write never fails
	c.digest.Write(b)
	return len(b), nil
}

// Signed says, after the whole body, whether it is signed; in constant time.
func (c *Check) Signed() bool { return hmac.Equal(c.mac.Sum(nil), c.want) }

// Digest names the body, so that it is recognised when it comes again.
func (c *Check) Digest() string { return hex.EncodeToString(c.digest.Sum(nil)[:16]) }

// Receptive says whether a subscription takes deliveries: the hub has verified it and
// nobody has ended it. One whose lease has just run out still does.
func Receptive(s *feeds.Subscription) bool {
	return !s.Verified.IsZero() && s.State != feeds.SubscriptionDenied && s.State != feeds.SubscriptionUnsubscribing && s.State != feeds.SubscriptionEnded
}

// Use is what becomes of a delivery.
type Use int

// The uses.
const (
	UseNone Use = iota // it came before, or the minute's share is long used up
	UseBody            // its body is to be read
	UsePull            // it is only a reason to pull the source soon
)

// Judge says what becomes of a signed delivery; readable is whether its body is small
// enough and names the topic as far as its header says. It changes nothing.
func Judge(s *feeds.Subscription, digest string, readable bool, now time.Time) Use {
	current := now.Sub(s.WindowStart) < time.Minute && !now.Before(s.WindowStart)
	switch {
	case readable && slices.Contains(s.Recent, digest):
		return UseNone
	case current && s.WindowCount > perMinute:
		return UseNone // the pull that is due covers it
	case current && s.WindowCount == perMinute, !readable:
		return UsePull
	default:
		return UseBody
	}
}

// Received notes a delivery that was judged, within the transaction that keeps it.
// A repeated body is told from new ones by Recent, which holds those that were used.
func Received(s *feeds.Subscription, digest string, use Use, now time.Time) {
	s.LastDelivery, s.Missed = now, 0
	s.Deliveries++
	if now.Sub(s.WindowStart) >= time.Minute || now.Before(s.WindowStart) {
		s.WindowStart, s.WindowCount = now, 0
	}
	s.WindowCount++
	if use == UseBody {
		s.Recent = append(s.Recent, digest)
		s.Recent = slices.Clone(s.Recent[max(0, len(s.Recent)-recent):])
	}
}

// Names says whether a delivered document is the topic's: a Link header or the
// document itself must say so (rel=self), and none of them another one.
func Names(topic string, header, document string) bool {
	if header == "" && document == "" {
		return false
	}
	return (header == "" || SameAddress(header, topic)) && (document == "" || SameAddress(document, topic))
}
