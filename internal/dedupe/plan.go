package dedupe

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"tributary/feeds"
)

// Action is what is to be done with an entry.
type Action string

// The actions.
const (
	Same    Action = "same"    // known, and nothing of it changed
	Changed Action = "changed" // known: a new revision
	Joined  Action = "joined"  // a new copy of a story that is there
	Minted  Action = "minted"  // a new story
)

// Candidate is an entry of the source being pulled.
type Candidate struct {
	Prints
	Published time.Time // as it will be kept
}

// Known is an entry of this source that is already kept.
type Known struct {
	Hash     string
	TextHash string
	StoryID  string
	// Withdrawn entries that their source publishes again stand again, changed or not.
	Withdrawn bool
}

// Neighbour is a kept story that shares a key with a candidate.
type Neighbour struct {
	StoryID string
	Sources []string // that carry it
}

// Decision says what an entry is. Story is the kept story's id, or for a new one ""
// with Of, the index of the decision that mints it (its own index when it is the
// first copy).
type Decision struct {
	Action   Action
	Story    string
	Of       int
	Material bool   // Changed: a reader would notice
	Reason   string // "guid", "url", "text", "url and title", or "nothing in common"
}

// Plan decides about the entries of one pull of one source, in their order. known is
// by entry id, neighbours by key.
//
// Keys speak in this order. "t:", the same words: one story, in whatever source.
// "v:", the same page and title within one source: a publisher who changed his
// guids. "u:", the same page: one story across sources, but not within one, where
// several entries of one page are several stories (a digest, a live page).
func Plan(sourceID string, candidates []Candidate, known map[int64]Known, neighbours map[string]Neighbour) []Decision {
	p := planner{source: sourceID, neighbours: neighbours, fresh: map[string]int{}, carried: map[string]bool{}}
	out := make([]Decision, len(candidates))
	for i := range candidates {
		c := &candidates[i]
		if k, ok := known[c.ID]; ok {
			out[i] = Decision{Action: Same, Story: k.StoryID, Of: i, Reason: "guid"}
			if k.Hash != c.Hash || k.Withdrawn {
				out[i].Action, out[i].Material = Changed, k.TextHash != c.TextHash || k.Withdrawn
			}
			continue
		}
		out[i] = p.place(i, c, out)
	}
	return out
}

type planner struct {
	source     string
	neighbours map[string]Neighbour
	fresh      map[string]int  // key -> index of the decision that first had it in this pull
	carried    map[string]bool // kept stories that an entry of this pull has joined
}

func (p *planner) place(i int, c *Candidate, done []Decision) Decision {
	d := Decision{Action: Minted, Of: i, Reason: "nothing in common"}
	for _, order := range [...]struct{ prefix, reason string }{{"t:", "text"}, {"v:", "url and title"}, {"u:", "url"}} {
		if story, of, ok := p.match(c, order.prefix, done); ok {
			d = Decision{Action: Joined, Story: story, Of: of, Reason: order.reason}
			p.carried[story] = true
			break
		}
	}
	for _, k := range c.Keys {
		if _, ok := p.fresh[k]; !ok {
			p.fresh[k] = i
		}
	}
	return d
}

func (p *planner) match(c *Candidate, prefix string, done []Decision) (story string, of int, ok bool) {
	for _, k := range c.Keys {
		if !strings.HasPrefix(k, prefix) {
			continue
		}
		if n, found := p.neighbours[k]; found && (prefix != "u:" || !p.carries(n)) {
			return n.StoryID, -1, true
		}
		if j, found := p.fresh[k]; found && prefix != "u:" {
			return done[j].Story, done[j].Of, true
		}
	}
	return "", -1, false
}

func (p *planner) carries(n Neighbour) bool {
	return p.carried[n.StoryID] || slices.Contains(n.Sources, p.source)
}

// Standing is what the choice of a lead looks at.
type Standing struct {
	EntryID   int64
	Kind      feeds.Kind
	HQ        bool // the source belongs to headquarters
	Rank      int  // the source's own, lower first
	Published time.Time
	FirstSeen time.Time
	Trial     bool
}

// Lead chooses the copy that speaks for a story: a published source before one on
// trial, an IOM office before headquarters before a partner before media, the
// source's rank, then the earliest by its own date, by first sight, by id. The order
// is total, so that the same copies in any order give the same lead. ok is false
// when there is none.
func Lead(copies []Standing) (lead Standing, ok bool) {
	if len(copies) == 0 {
		return Standing{}, false
	}
	return slices.MinFunc(copies, compareStanding), true
}

func compareStanding(a, b Standing) int {
	return cmp.Or(
		cmp.Compare(flag(a.Trial), flag(b.Trial)),
		cmp.Compare(tier(a), tier(b)),
		cmp.Compare(a.Rank, b.Rank),
		a.Published.Compare(b.Published),
		a.FirstSeen.Compare(b.FirstSeen),
		cmp.Compare(a.EntryID, b.EntryID),
	)
}

func tier(s Standing) int {
	switch {
	case s.Kind == feeds.KindIOM && !s.HQ:
		return 0
	case s.Kind == feeds.KindIOM:
		return 1
	case s.Kind == feeds.KindPartner:
		return 2
	default:
		return 3
	}
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}
