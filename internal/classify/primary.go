package classify

import (
	"cmp"
	"slices"
)

// Choosing the primary country.
const (
	primaryMargin  = 1.4 // how far ahead the one primary country must be
	equalMargin    = 2.5 // the same between two that stand side by side in the title
	titleMargin    = 0.6 // the same for the only country in the title
	datelineShare  = 0.4 // of the first country's score, for one that the dateline places the story in
	weightDeparted = 0.6 // of a country that people had to leave: they are the story where they arrive
	weightBeaten   = 0.4 // of the side that lost
)

// chosen is a country that is a label.
type chosen struct {
	country int32
	*tally
}

// aside reports a country in the title that is not the title's subject.
func (k chosen) aside() bool { return k.departed || k.beaten }

// sited reports a country that the dateline names or has a place of.
func (k chosen) sited() bool { return k.support || k.placed }

// choosePrimary orders the countries, best first, and reports whether the first is the
// one that the item is about: the only one, the only one of the title, one far ahead, or,
// between countries alike, the one that the dateline places the story in.
func choosePrimary(kept []chosen) bool {
	for _, k := range kept {
		if k.departed && !k.sited() {
			k.located *= weightDeparted
		}
		if k.beaten {
			k.located *= weightBeaten
		}
	}
	slices.SortFunc(kept, func(a, b chosen) int {
		return cmp.Or(cmp.Compare(b.located, a.located), cmp.Compare(b.score, a.score), cmp.Compare(a.country, b.country))
	})
	scoped := 0
	for _, k := range kept {
		if k.scope {
			scoped++
		}
	}
	single := func(k chosen) bool { return !k.scope || k.title || scoped < longList }
	switch len(kept) {
	case 0:
		return false
	case 1:
		return single(kept[0])
	}
	ahead := lead(kept)
	if kept[1].beaten && !kept[0].beaten {
		ahead = 1
	}
	if slices.Contains(kept[0].equals, kept[1].country) && (!kept[1].bordering || kept[1].inner) {
		ahead = equalMargin
	}
	if single(kept[0]) && kept[0].located >= ahead*kept[1].located {
		return true
	}
	return bySite(kept, single)
}

// bySite puts the only country first that the dateline places the story in, unless others
// say more by far or stand in the title where it does not.
func bySite(kept []chosen, single func(chosen) bool) bool {
	at, titled := -1, false
	for i, k := range kept {
		titled = titled || k.title && !k.aside()
		if k.sited() {
			if at >= 0 {
				return false
			}
			at = i
		}
	}
	if at < 0 || !kept[at].inner && !kept[at].title || kept[at].departed && kept[at].title || !single(kept[at]) || titled && !kept[at].title || kept[at].located < datelineShare*kept[0].located {
		return false
	}
	first := kept[at]
	if slices.ContainsFunc(kept, func(k chosen) bool { return slices.Contains(first.peers, k.country) }) {
		return false
	}
	copy(kept[1:at+1], kept[:at])
	kept[0] = first
	return true
}

// lead puts the only country of the title first when no other has a higher score, and
// says how far ahead the first must be to be the primary one.
func lead(kept []chosen) float64 {
	only := -1
	for i, k := range kept {
		if k.title {
			if only >= 0 {
				return primaryMargin
			}
			only = i
		}
	}
	if only < 0 || !kept[only].named || kept[only].aside() {
		return primaryMargin
	}
	for i, k := range kept {
		if i != only && k.score > kept[only].score {
			return primaryMargin
		}
	}
	kept[0], kept[only] = kept[only], kept[0]
	return titleMargin
}
