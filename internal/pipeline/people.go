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
	var sets []entrySet
	for _, part := range g.batch.back {
		sets = append(sets, entrySet{entries: part.Entries})
	}
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
			sets = append(split(sets, members(ruling.Entries), members(ruling.Others)), entrySet{entries: ruling.Entries}, entrySet{entries: ruling.Others})
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
