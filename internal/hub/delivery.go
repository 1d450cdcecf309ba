package hub

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
	"time"

	"tributary/feeds"
)

// Method is a method of signatures (WebSub, 7.1).
type Method string

// hashes are those of the Recommendation. SHA-1 is for subscribers that know no other; as
// an HMAC it is not broken.
var hashes = map[Method]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}

// Document is a topic's document.
type Document struct {
	Body        []byte
	ContentType string
	ETag        string
	Link        string // field with rel=hub and the canonical rel=self
	Stale       bool   // not as of now: not to be delivered
}

// header is that of a delivery (WebSub, 7).
func (d *Document) header(secret feeds.Secret, m Method) http.Header {
	h := http.Header{"Content-Type": {d.ContentType}, "Link": {d.Link}}
	if secret != "" {
		mac := hmac.New(hashes[m], []byte(secret))
		mac.Write(d.Body) // a hash's Write never fails
		h.Set("X-Hub-Signature", string(m)+"="+hex.EncodeToString(mac.Sum(nil)))
	}
	return h
}

// claim takes a due delivery for whoever calls, until its hold runs out, and says whether
// there was one.
func claim(s *feeds.HubSubscriber, now time.Time, hold time.Duration) bool {
	if s.State != feeds.HubSubscriberActive || s.Due.IsZero() || s.Due.After(now) || !now.Before(s.LeaseEnd) {
		return false
	}
	s.Due = now.Add(hold)
	return true
}

// taken notes that a subscriber has the document with this ETag. Should the document have
// changed meanwhile, the next delivery is due at once.
func taken(s *feeds.HubSubscriber, etag string, now time.Time) {
	s.Sent, s.Due = etag, time.Time{}
	if s.Want != s.Sent {
		s.Due = now
	}
}

// delivered takes in what a callback answered to the document with this ETag; err is why
// there was no answer.
func delivered(s *feeds.HubSubscriber, etag string, a Answer, err error, giveUp time.Duration, now time.Time, rnd float64) Outcome {
	s.Last, s.LastStatus, s.LastError = now, a.Status, ""
	switch {
	case err == nil && a.Status >= 200 && a.Status <= 299:
		s.Failures, s.Failing = 0, time.Time{}
		s.Deliveries++
		taken(s, etag, now)
		return OutcomeTaken
	case err == nil && a.Status == http.StatusGone:
		s.State = feeds.HubSubscriberEnded
		return OutcomeGone
	case err != nil:
		s.LastError = err.Error()
	default:
		s.LastError = fmt.Sprintf("the callback answers %d %s", a.Status, http.StatusText(a.Status))
	}
	s.Failures++
	if s.Failing.IsZero() {
		s.Failing = now
	}
	if now.Sub(s.Failing) >= giveUp {
		s.State = feeds.HubSubscriberEnded
		return OutcomeGivenUp
	}
	s.Due = now.Add(backoff(s.Failures, rnd))
	if a.RetryAfter.After(s.Due) {
		s.Due = a.RetryAfter
	}
	return OutcomeFailed
}
