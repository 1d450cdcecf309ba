package publish

import (
	"context"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"

	"tributary/feeds"
)

// batch is what changed in the store between two looks at it.
type batch struct {
	after, upTo int64 // versions: those above after, up to and with upTo
	seen        time.Time
	stories     map[uint64][]feeds.Term
	everything  bool // too much changed to say what
}

const (
	// touchedAtOnce is how many changed stories one look takes in. A commit that changes
	// more, such as that of a new taxonomy, concerns nearly every channel anyway.
	touchedAtOnce = 2000
	// batchesKept and storiesKept bound what is remembered of former looks: about 4 MB.
	batchesKept = 128
	storiesKept = 8000
)

// follow asks what changed since the last look, and returns the version up to which it
// knows, at least the one given, with the changes that are remembered.
func (p *Publisher) follow(ctx context.Context, last *state, version int64) (int64, []batch, error) {
	if p.o.Touched == nil {
		return version, nil, nil
	}
	known, stories, err := p.o.Touched(ctx, last.generation.version, touchedAtOnce)
	if err != nil {
		return 0, nil, err
	}
	b := batch{seen: p.o.Now(), after: last.generation.version, upTo: known, everything: stories == nil, stories: make(map[uint64][]feeds.Term, len(stories))}
	for id, terms := range stories {
		b.stories[xxhash.Sum64String(id)] = terms
	}
	kept := append(slices.Clone(last.changes), b)
	total := 0
	for i := len(kept) - 1; i >= 0; i-- {
		if total += len(kept[i].stories); total > storiesKept || len(kept)-i > batchesKept {
			kept = kept[i+1:]
			break
		}
	}
	return known, kept, nil
}

// untouched says that nothing which changed since a slot was right can be in it. What
// searches find changes with the index, too, which no batch tells of.
func (s *state) untouched(kept *slot, sel feeds.Selector) bool {
	if sel.Query != "" || kept.members == nil || kept.generation.catalogue != s.generation.catalogue {
		return false
	}
	at := kept.generation.version
	var groups [][]feeds.Term
	for i := range s.changes {
		b := &s.changes[i]
		switch {
		case b.upTo <= at:
			continue
		case b.after > at || b.everything: // something in between is forgotten
			return false
		}
		if groups == nil {
			groups = s.catalogue.withoutOffices(sel.All)
		}
		if b.touches(kept.members, groups) {
			return false
		}
		at = b.upTo
	}
	return at == s.generation.version
}

func (b *batch) touches(members map[uint64]struct{}, groups [][]feeds.Term) bool {
	for id, terms := range b.stories {
		if _, in := members[id]; in || selects(groups, terms) {
			return true
		}
	}
	return false
}

// selects says whether a story of these terms may be in a selection.
func selects(groups [][]feeds.Term, terms []feeds.Term) bool {
	if slices.Contains(terms, feeds.Term{}) {
		return true
	}
	for _, group := range groups {
		if !slices.ContainsFunc(group, func(t feeds.Term) bool { return slices.Contains(terms, t) }) {
			return false
		}
	}
	return true
}

// withoutOffices replaces each office by its own sources.
func (c *catalogue) withoutOffices(all [][]feeds.Term) [][]feeds.Term {
	out := make([][]feeds.Term, len(all))
	for i, group := range all {
		for _, t := range group {
			if t.Kind != feeds.TermOffice {
				out[i] = append(out[i], t)
				continue
			}
			for id, s := range c.sources {
				if s.Office == t.Value && s.Kind == feeds.KindIOM {
					out[i] = append(out[i], feeds.Term{Kind: feeds.TermSource, Value: id})
				}
			}
		}
	}
	return out
}

// members are the stories and tombstones of a selection, as a slot remembers them.
func (s selection) members() map[uint64]struct{} {
	out := make(map[uint64]struct{}, len(s.stories)+len(s.tombstones))
	for i := range s.stories {
		out[xxhash.Sum64String(s.stories[i].ID)] = struct{}{}
	}
	for i := range s.tombstones {
		out[xxhash.Sum64String(s.tombstones[i].Ref)] = struct{}{}
	}
	return out
}
