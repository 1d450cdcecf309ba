package feeds

import (
	"slices"
	"time"
)

// SavedChannel is a channel that an office keeps under a name of its own. It holds what
// people decide; Channel is what is published of it at one address.
type SavedChannel struct {
	Slug        string            // [a-z0-9-]: its address is /feeds/channel/SLUG
	ID          string            // part of the feed's atom:id: the first slug that it had, whatever it is called now
	Office      string            // code of the office that keeps it
	Title       map[string]string // by language, en always there
	Description map[string]string // by language; may be empty
	Selector    Selector          // as it was written: regions without their countries; Without: sources that do not count
	Limit       int               // entries unless the request says; 0: as everywhere
	Prefer      []string          // base languages in which stories are shown, first choice first
	Former      []string          // slugs of before, renamed or merged into this one: they lead here for good

	Ends time.Time         // when it is retired; zero: never
	Gone time.Time         // when its last words have been there for long enough; zero as Ends is
	Note map[string]string // why it is retired, by language
	To   string            // where its readers may go: the slug of another, or a URL; may be empty
}

// Phase says where a saved channel is in its life.
type Phase int

// The phases.
const (
	PhaseActive Phase = iota
	PhaseEnding       // retired: its feeds carry a last entry that says so
	PhaseGone         // its addresses answer 410
)

// PhaseAt is the phase at a time.
func (c *SavedChannel) PhaseAt(now time.Time) Phase {
	switch {
	case c.Ends.IsZero() || now.Before(c.Ends):
		return PhaseActive
	case now.Before(c.Gone):
		return PhaseEnding
	default:
		return PhaseGone
	}
}

// Except is a story without the copies of some sources, the lead first as before.
// Of a story whose lead is left out, the first seen of the others leads.
func (s *Story) Except(sources []string) Story {
	out := *s
	if len(sources) == 0 {
		return out
	}
	out.Copies = nil
	for i := range s.Copies {
		if !slices.Contains(sources, s.Copies[i].SourceID) {
			out.Copies = append(out.Copies, s.Copies[i])
		}
	}
	return out
}
