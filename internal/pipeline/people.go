package pipeline

import (
	"slices"

	"tributary/feeds"
	"tributary/internal/dedupe"
)

// entrySet is entries that people have put together.
type entrySet struct {
	entries []int64
	merged  bool // by saying so; else they are what others were split off from
}

// ruled is what people have decided, as the grouping takes it. What is said later holds
// over what was said before.
func (g *grouping) ruled() *dedupe.Rulings {
	r := &dedupe.Rulings{Sources: map[[2]string]dedupe.Bar{}, Alone: map[string]bool{}}
	sets := g.back
	for i := range g.rulings {
		ruling := &g.rulings[i]
		switch ruling.Action {
		case feeds.RulingMerge:
			one := members(ruling.Entries)
			r.Apart = slices.DeleteFunc(r.Apart, func(p [2]int64) bool { return one[p[0]] && one[p[1]] })
			sets = append(sets, entrySet{ruling.Entries, true})
		case feeds.RulingSplit:
			for _, one := range ruling.Entries {
				for _, other := range ruling.Others {
					r.Apart = append(r.Apart, [2]int64{one, other})
				}
			}
			sets = split(sets, members(ruling.Entries), members(ruling.Others))
			for _, side := range [][]int64{ruling.Entries, ruling.Others} {
				sets = append(sets, without([]entrySet{{entries: side}}, g.undone, ruling.ID)...)
			}
		case feeds.RulingApart:
			switch s := ruling.Sources; {
			case len(s) == 1:
				r.Alone[s[0]] = true
			case ruling.Translations:
				pair := [2]string{s[0], s[1]}
				r.Sources[pair] = max(r.Sources[pair], dedupe.BarCopies)
			default:
				r.Sources[[2]string{s[0], s[1]}] = dedupe.BarAll
			}
		case feeds.RulingLead:
			g.leads[ruling.Entries[0]] = ruling.ID
		}
	}
	for _, s := range sets {
		for i := 1; i < len(s.entries); i++ {
			pair := [2]int64{s.entries[0], s.entries[i]}
			if s.merged {
				r.Together = append(r.Together, pair)
			} else {
				r.Kept = append(r.Kept, pair)
			}
		}
	}
	for id, s := range g.run.sources {
		if s.Group == feeds.GroupAlone {
			r.Alone[id] = true
		}
	}
	return r
}

// asBefore are the stories that there were before rulings that are taken back, which are
// given in the order in which they were said: without what had become one story by an
// earlier one of them. What came to such a story since is held by nothing.
func asBefore(undone []feeds.Ruling) []entrySet {
	var out []entrySet
	for i := range undone {
		for _, part := range undone[i].Parts {
			sets := without([]entrySet{{entries: part.Entries}}, undone, undone[i].ID)
			if len(sets) > 1 {
				was := mergedBy(undone, undone[i].ID)
				sets = slices.DeleteFunc(sets, func(s entrySet) bool {
					return !slices.ContainsFunc(s.entries, func(id int64) bool { return was[id] })
				})
			}
			out = append(out, sets...)
		}
	}
	return out
}

// mergedBy are the entries of the stories that merges before a moment made one, by number.
func mergedBy(undone []feeds.Ruling, until int64) map[int64]bool {
	out := map[int64]bool{}
	for i := range undone {
		if r := &undone[i]; r.Action == feeds.RulingMerge && r.ID < until {
			for _, part := range r.Parts {
				for _, id := range part.Entries {
					out[id] = true
				}
			}
		}
	}
	return out
}

// without parts sets that were one story at some moment, by the number of what was said
// then, as if merges before that which are taken back had never been.
func without(sets []entrySet, undone []feeds.Ruling, until int64) []entrySet {
	for i := range undone {
		if r := &undone[i]; r.Action == feeds.RulingMerge && r.ID < until {
			sets = refined(sets, r.Parts)
		}
	}
	return sets
}

// refined parts sets as the parts part them; what is in no part goes with none.
func refined(sets []entrySet, parts []feeds.StoryPart) []entrySet {
	var out []entrySet
	for _, s := range sets {
		for _, part := range parts {
			in := members(part.Entries)
			hit := entrySet{merged: s.merged}
			rest := entrySet{merged: s.merged}
			for _, id := range s.entries {
				if in[id] {
					hit.entries = append(hit.entries, id)
				} else {
					rest.entries = append(rest.entries, id)
				}
			}
			if len(hit.entries) > 0 {
				out = append(out, hit)
			}
			s = rest
		}
		if len(s.entries) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// split parts the sets that have entries of both sides of a split.
func split(sets []entrySet, one, other map[int64]bool) []entrySet {
	var out []entrySet
	for _, s := range sets {
		in := func(side map[int64]bool) func(int64) bool { return func(id int64) bool { return side[id] } }
		if !slices.ContainsFunc(s.entries, in(one)) || !slices.ContainsFunc(s.entries, in(other)) {
			out = append(out, s)
			continue
		}
		a, b := entrySet{merged: s.merged}, entrySet{merged: s.merged}
		for _, id := range s.entries {
			if one[id] {
				a.entries = append(a.entries, id)
			} else {
				b.entries = append(b.entries, id)
			}
		}
		out = append(out, a, b)
	}
	return out
}

func members(ids []int64) map[int64]bool {
	out := make(map[int64]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out
}
