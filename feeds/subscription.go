package feeds

import (
	"fmt"
	"io"
	"time"
)

// SubscriptionState says how a WebSub subscription stands.
type SubscriptionState string

// The states; internal/websub says what leads from one to another.
const (
	SubscriptionWanted        SubscriptionState = "wanted"        // to be requested, at Next
	SubscriptionPending       SubscriptionState = "pending"       // requested, not yet verified by the hub
	SubscriptionActive        SubscriptionState = "active"        // verified, the lease runs; perhaps being renewed
	SubscriptionDenied        SubscriptionState = "denied"        // the hub will not; asked again at Next
	SubscriptionExpired       SubscriptionState = "expired"       // the lease ended before a renewal was verified
	SubscriptionUnsubscribing SubscriptionState = "unsubscribing" // no longer wanted, the hub is being told
	SubscriptionEnded         SubscriptionState = "ended"         // to be forgotten; never stored
)

// Subscription is the changing state of one WebSub subscription. No person edits it.
// Times are zero when unknown.
type Subscription struct {
	Token    Secret // names it in its callback; only the hub is told
	SourceID string
	Hub      string // as the source offers it, before the hub's redirects
	Topic    string
	Base     string // its callback is Base and Token
	Secret   Secret // signs the hub's deliveries
	State    SubscriptionState

	Requested time.Time // the last request to the hub
	Verified  time.Time // the hub's last verification of a request
	LeaseEnd  time.Time
	Next      time.Time // when something is to be done about it
	Failures  int       // in a row
	Error     string    // plain words; empty while a request waits for its verification, and after success

	LastDelivery time.Time // the last one that was believed
	Deliveries   int       // believed so far
	Missed       int       // pulls since then that found what the hub should have delivered
	Recent       []string  // digests of the last bodies, newest last
	WindowStart  time.Time // of the minute in which deliveries are counted
	WindowCount  int
}

// Callback is the address that the hub calls. It is as secret as the token.
func (s *Subscription) Callback() string { return s.Base + string(s.Token) }

// Secret is a text that is never printed, logged or written as JSON.
type Secret string

// hidden stands wherever a secret would.
const hidden = "(hidden)"

// Format implements fmt.Formatter for every verb.
func (Secret) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, hidden) // fmt.State keeps errors to itself
}

// MarshalText implements encoding.TextMarshaler, and with it JSON and slog.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
