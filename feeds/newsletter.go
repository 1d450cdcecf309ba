package feeds

import (
	"fmt"
	"time"
)

// Cadence says what period a newsletter has one issue of.
type Cadence string

// The cadences.
const (
	CadenceDaily   Cadence = "daily"
	CadenceWeekly  Cadence = "weekly"
	CadenceMonthly Cadence = "monthly"
)

// Span is how long a period is, about: a month counts 31 days.
func (c Cadence) Span() time.Duration {
	const day = 24 * time.Hour
	switch c {
	case CadenceDaily:
		return day
	case CadenceMonthly:
		return 31 * day
	default:
		return 7 * day
	}
}

// Period names the period that a moment is in, by the clock of its own location: a day
// (2026-11-25), a week of ISO 8601 (2026-W48) or a month (2026-11).
func (c Cadence) Period(t time.Time) string {
	switch c {
	case CadenceDaily:
		return t.Format(time.DateOnly)
	case CadenceMonthly:
		return t.Format("2006-01")
	default:
		year, week := t.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", year, week)
	}
}

// Newsletter is a digest that an office has made of a selection of stories, one issue a
// period. It holds what people decide and nothing that changes by itself.
type Newsletter struct {
	Slug      string
	Office    string
	Languages []string          // base languages of its editions; the first is the one without a choice
	Title     map[string]string // by language, en always there
	Subject   map[string]string // by language; {title} {date} {lead} {number} are filled in
	Cadence   Cadence
	Schedule  string // when the issue is made: cron, five fields
	Zone      string // IANA name
	Selector  Selector
	Stories   int            // in an issue, at most
	PerSource int            // of one source, at most; pinned ones aside
	Minimum   int            // with fewer there is no issue
	Weights   map[string]int // points of stories by topic
	Images    bool
	Send      bool // mailed to subscribers who are kept here
}

// Issue is one number of a newsletter: which stories it tells, in their order. Their words
// are read when it is shown, so that corrections and withdrawals count.
type Issue struct {
	Newsletter string
	Number     int       // from 1 without a gap
	Period     string    // as Cadence.Period names it
	Made       time.Time // when it was made; never changes
	Items      []IssueItem
}

// IssueItem is a story of an issue.
type IssueItem struct {
	Story  string
	Score  float64
	Pinned bool // an editor wanted it
	// Shown are the entries by which the editions show it: what readers were told.
	Shown []int64
}

// Pin is an editor's wish that the next issue begins with a story.
type Pin struct {
	Newsletter string    `json:"newsletter"`
	Story      string    `json:"story"`
	By         string    `json:"-"`
	At         time.Time `json:"at"`
}

// SubscriberState says whether a subscriber is sent issues.
type SubscriberState string

// The states.
const (
	SubscriberPending SubscriberState = "pending" // asked for, not confirmed by who reads the mailbox
	SubscriberActive  SubscriberState = "active"
	SubscriberEnded   SubscriberState = "ended"   // asked for no more; the address is forgotten, its digest is not
	SubscriberBounced SubscriberState = "bounced" // the mailbox refuses for good; likewise
)

// Subscriber is who is sent a newsletter. The address is personal: it is logged nowhere
// and printed by nothing but export.
type Subscriber struct {
	ID         int64
	Newsletter string
	Address    string // "" once ended or bounced
	Language   string // of the edition
	State      SubscriberState
	Asked      time.Time
	Confirmed  time.Time
}

// String hides the address from %v.
func (s Subscriber) String() string { return "[subscriber]" }

// GoString hides it from %#v.
func (s Subscriber) GoString() string { return "[subscriber]" }

// MailState says what has become of one issue for one subscriber.
type MailState string

// The states. What is handed over to the server is sending first: if the process dies then,
// nobody knows whether it went, and it is never handed over again.
const (
	MailQueued  MailState = "queued"
	MailSending MailState = "sending"
	MailSent    MailState = "sent"
	MailUnknown MailState = "unknown" // cut off while it was handed over
	MailFailed  MailState = "failed"  // refused for now, again and again
	MailBounced MailState = "bounced" // refused for good
	MailDropped MailState = "dropped" // the subscription ended before, or nothing was left to tell
)
