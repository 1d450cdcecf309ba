package pipeline

import (
	"context"
	"maps"
	"slices"

	"tributary/internal/store"
)

// revive gives the parts of a story that falls apart the ids that they had before they
// became one, so that nothing that readers know under an id is told again under another.
// A part that holds the last lead of a former story gets its id back. Where the story's
// present lead is in such a part, and the entry that it was made for in another one, each
// of them gets its own.
func (g *grouping) revive(ctx context.Context, tx *store.Tx) error {
	fresh := map[int]bool{} // parts of kept entries, by their first member, that have no id
	from := map[string]bool{}
	holder := map[string]int{} // story -> the part that keeps its id
	for i := range g.members {
		p := &g.plan.Placements[i]
		if p.Story != "" {
			holder[p.Story] = p.Of
		} else if was := g.members[i].Story; was != "" {
			fresh[p.Of], from[was] = true, true
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	founders, err := tx.Founders(ctx, slices.Sorted(maps.Keys(from)))
	if err != nil {
		return err
	}
	former := map[int]store.Founder{} // part -> the eldest former story of which it has the lead
	for _, f := range founders {
		place, there := g.place[f.Lead]
		if !there || f.MergedInto == "" {
			continue
		}
		if of := g.plan.Placements[place].Of; former[of].Story == "" {
			former[of] = f
		}
	}
	for _, part := range slices.Sorted(maps.Keys(fresh)) {
		if g.swap(part, founders, former, holder) {
			continue
		}
		if f := former[part]; f.Story != "" {
			g.give(part, f.Story)
			g.revived[f.Story], g.spoke[f.Story] = f, f.Lead
		}
	}
	return nil
}

// swap gives a part the id of the living story that was made for an entry of it, when the
// part that has that story's lead has a former id of its own.
func (g *grouping) swap(part int, founders []store.Founder, former map[int]store.Founder, holder map[string]int) bool {
	for _, f := range founders {
		place, there := g.place[f.Entry]
		held, kept := holder[f.Story]
		if f.MergedInto != "" || !there || !kept || g.plan.Placements[place].Of != part {
			continue
		}
		other := former[held]
		if _, taken := g.revived[other.Story]; other.Story == "" || taken {
			continue
		}
		g.give(held, other.Story)
		g.give(part, f.Story)
		g.revived[other.Story] = other
		g.spoke[other.Story], g.spoke[f.Story] = other.Lead, f.Entry
		for id, into := range g.plan.Merged {
			if into == f.Story {
				g.plan.Merged[id] = other.Story
			}
		}
		return true
	}
	return false
}

func (g *grouping) give(part int, id string) {
	for i := range g.plan.Placements {
		if p := &g.plan.Placements[i]; p.Of == part {
			p.Story = id
		}
	}
}
