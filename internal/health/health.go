package health

import (
	"fmt"
	"time"

	"tributary/feeds"
)

// State says in one word how a source is doing.
type State string

// The states, from best to worst; Never stands aside.
const (
	OK      State = "ok"
	Warning State = "warning" // it is read, but something about it is wrong or has become so
	Failing State = "failing" // it could not be read the last time
	Gone    State = "gone"    // its server said that it has ended: it is not asked any more
	Never   State = "never"   // not asked yet
)

// States lists them all.
func States() []State { return []State{OK, Warning, Failing, Gone, Never} }

// Why a poll failed, besides the reasons of package fetch: there was an answer, and
// nothing could be made of it.
const (
	ReasonHTML     = "html"     // a web page
	ReasonEmpty    = "empty"    // nothing at all
	ReasonNotFeed  = "not_feed" // something else
	ReasonDenied   = "denied"   // an answer 401 or 403 to a request with the source's access
	ReasonUnusable = "unusable" // a feed, which could not be kept
)

// Health is how a source is doing. The texts are English sentences.
type Health struct {
	State   State
	Summary string // one line: what is the matter, and since when
	Advice  string // what to do about it; "" when there is nothing
	// Template is a letter to the publisher's webmaster; "" when none would help.
	// FetcherPage in it stands for the page about our requests.
	Template string
}

// FetcherPage is where the address of the page about our requests belongs in a
// Template.
const FetcherPage = "FETCHER-PAGE"

// Of judges a source by its polling at a moment.
func Of(s feeds.Source, p feeds.Polling, now time.Time) Health {
	switch p.Outcome {
	case feeds.OutcomeNever:
		return Health{State: Never, Summary: "never polled"}
	case feeds.OutcomeGone:
		return gone(s, p)
	case feeds.OutcomeFailed:
		return failing(s, p)
	}
	if h, ok := silent(s, p, now); ok {
		return h
	}
	if m := p.Learnt.Move; m.Address != "" {
		return Health{State: Warning, Summary: fmt.Sprintf("moved to %s since %s: update the address", m.Address, day(m.Since)),
			Advice: "The old address has redirected there for good for a while, and the new one is asked instead. Write it as the url of the source, before the redirect is taken down."}
	}
	return Health{State: OK, Summary: healthy(p, now)}
}

func healthy(p feeds.Polling, now time.Time) string {
	if p.NewestEntry.IsZero() {
		return "read"
	}
	return "newest entry " + Age(now.Sub(p.NewestEntry)) + " old"
}

// The thresholds of silent death: a source that answers well and brings nothing.
const (
	staleGaps  = 4                   // usual gaps without anything new ...
	staleLeast = 7 * 24 * time.Hour  // ... and this long at least
	staleBlind = 90 * 24 * time.Hour // without anything new, when no usual gap is known
	fewerFrom  = 8                   // usual entries from which a drop is noticed ...
	fewerShare = 4                   // ... to less than a fourth
)

// silent finds what is wrong with a source that answers well.
func silent(s feeds.Source, p feeds.Polling, now time.Time) (Health, bool) {
	d, pace := p.Learnt.Document, p.Learnt.Pace
	warn := func(advice, summary string, args ...any) (Health, bool) {
		return Health{State: Warning, Summary: fmt.Sprintf(summary, args...), Advice: advice}, true
	}
	read := !d.Whole.IsZero()
	if read && d.Entries == 0 {
		return warn("Look at the address in a browser. If the site has another feed by now, give its address; else ask the webmaster. An entry that was kept stays.",
			"answers well, but its document has no entries (last read %s)", day(d.Whole))
	}
	if read && d.Usual >= fewerFrom && float64(d.Entries) < d.Usual/fewerShare {
		return warn("A part of the site may have moved, or its feed may have been set to show fewer. Compare the feed with the site's news page.",
			"suddenly far fewer entries: %d, usually about %.0f", d.Entries, d.Usual)
	}
	if read && d.Undated == d.Entries {
		return warn("Entries count as published when they are first seen. Ask the webmaster to give them dates (RSS pubDate, Atom published).",
			"none of its %d entries has a date that can be read", d.Entries)
	}
	if last := newest(p); !last.IsZero() {
		silence, limit := now.Sub(last), staleBlind
		if pace.Gap > 0 {
			limit = max(staleGaps*pace.Gap, staleLeast)
		}
		if silence > limit {
			usual := "."
			if pace.Gap > 0 {
				usual = "; usually something new comes every " + Age(pace.Gap) + "."
			}
			return warn("Look at the site's news page: if it has newer entries than its feed, the feed is dead. Look for another one there, or ask the webmaster.",
				"answers well, but nothing new has come for %s%s", Age(silence), usual)
		}
	}
	if own := base(s.Language); own != "" && d.Language != "" && own != d.Language {
		return warn("Another edition may stand at the address now. Look at it, and correct the address or the language of the source.",
			"its entries are in %s, the source is set down as %s", d.Language, own)
	}
	return Health{}, false
}

// newest is when the source last published something, as far as is known.
func newest(p feeds.Polling) time.Time {
	if p.Learnt.Pace.Last.After(p.NewestEntry) {
		return p.Learnt.Pace.Last
	}
	return p.NewestEntry
}

func base(tag string) string {
	for i, r := range tag {
		if r == '-' || r == '_' {
			return tag[:i]
		}
	}
	return tag
}

func day(t time.Time) string { return t.UTC().Format("2 January 2006") }

// Age is a length of time in words, roughly.
func Age(d time.Duration) string {
	const days = 24 * time.Hour
	switch {
	case d < 2*time.Minute:
		return "a minute"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", d/time.Minute)
	case d < 2*days:
		return fmt.Sprintf("%d hours", d/time.Hour)
	case d < 90*days:
		return fmt.Sprintf("%d days", d/days)
	default:
		return fmt.Sprintf("%d months", d/(30*days))
	}
}
