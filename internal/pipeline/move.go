package pipeline

import (
	"time"

	"tributary/feeds"
	"tributary/internal/fetch"
	"tributary/internal/store"
)

// A permanent redirect is learnt when it led to one address in movedPolls successful
// polls in a row, over movedFor at least: longer than a hijacked or mistaken redirect
// is left standing as a rule, and seen by a weekly source in five weeks. From then on
// the source's own address is asked once in movedCheck, so that what was learnt wrongly
// is unlearnt.
const (
	movedPolls = 5
	movedFor   = 7 * 24 * time.Hour
	movedCheck = 7 * 24 * time.Hour
)

// addresses are where a source is asked now, in this order until one answers well: the
// address that was learnt, and its own.
func addresses(s store.SourceState, now time.Time) []string {
	m := &s.Polling.Learnt.Move
	switch {
	case m.Address == "" || fetch.Canonical(s.URL) == m.Address:
		return []string{s.URL}
	case now.Sub(m.Checked) >= movedCheck:
		return []string{s.URL, m.Address}
	default:
		return []string{m.Address, s.URL}
	}
}

// moved takes note of where an answer that could be read came from. asked is the
// address that was asked, own whether it is the source's, to where its leading
// permanent redirects led ("" without any): fetch tells neither a temporary hop nor
// a step from https to http.
func moved(m feeds.Move, own bool, to string, now time.Time) feeds.Move {
	if own {
		switch {
		case m.Address == "":
		case to == m.Address:
			m.Checked = now
			return m
		default: // it answers itself again, or sends us elsewhere
			m = feeds.Move{Next: m.Next, NextSince: m.NextSince, NextPolls: m.NextPolls}
		}
	}
	if !own && now.Sub(m.Checked) >= movedCheck { // its own address was asked before, in vain
		m.Checked = now
	}
	if to == "" {
		m.Next, m.NextSince, m.NextPolls = "", time.Time{}, 0
		return m
	}
	if m.Next != to {
		m.Next, m.NextSince, m.NextPolls = to, now, 0
	}
	m.NextPolls++
	if m.NextPolls >= movedPolls && now.Sub(m.NextSince) >= movedFor {
		return feeds.Move{Address: to, Since: now, Checked: now}
	}
	return m
}
