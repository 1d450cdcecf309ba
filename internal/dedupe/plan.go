package dedupe

import "slices"

// Member is an entry whose story is to be decided, among all those that it could be one
// with.
type Member struct {
	Print
	Story string // that it is kept in; "" for a new one
	Lead  bool   // it leads that story
	// Held entries stay with the lead of their story whatever they say: what was one story
	// is not two because a publisher rewrites a copy, or because the rules are others.
	Held bool
	// Loose entries were held, and are to follow their links now; without any they stay where
	// they are.
	Loose bool
	// Parted says that something keeps the entry's story apart from others that it has links
	// into: all of them are decided anew.
	Parted bool
	Fresh  bool // new, or a new version: what the plan is made for
}

// Placement is the story of an entry.
type Placement struct {
	Story string // "" for one that is yet to be minted
	Of    int    // of the entries of one new story the first: their place among the members
	// Family is, for an entry whose story has links into other stories that something keeps
	// it apart from, the place of the first member of all of them; -1 for others. Whoever
	// plans one story of a family must plan all.
	Family int
}

// Plan says how members stand afterwards.
type Plan struct {
	Placements []Placement       // in the order of the members
	Merged     map[string]string // stories that are no more -> those that they are part of now
}

// Regroup decides about members. The same members with the same rulings end in the same
// stories, whichever of them came first: what is kept only says which ids stay. Of stories
// that become one the eldest keeps its id; of one that becomes several, the part with its
// lead.
func Regroup(members []Member, r *Rulings, w Windows) Plan {
	prints := make([]*Print, len(members))
	for i := range members {
		prints[i] = &members[i].Print
	}
	links, roots := parted(members, prints, r, w, false)
	plan := Plan{Placements: make([]Placement, len(members)), Merged: map[string]string{}}
	kept := map[int]string{} // root -> story
	for i := range members {
		m := &members[i]
		if !m.Lead || m.Story == "" {
			continue
		}
		if old, ok := kept[roots[i]]; !ok || m.Story < old {
			kept[roots[i]] = m.Story
		}
	}
	first := map[int]int{}
	for i := range members {
		if _, ok := first[roots[i]]; !ok {
			first[roots[i]] = i
		}
		plan.Placements[i] = Placement{Story: kept[roots[i]], Of: first[roots[i]]}
		if m := &members[i]; m.Lead && m.Story != "" && m.Story != kept[roots[i]] {
			plan.Merged[m.Story] = kept[roots[i]]
		}
	}
	plan.families(links, roots)
	return plan
}

// families finds the stories that links lead into from others.
func (p *Plan) families(links []Link, roots []int) {
	family := slices.Clone(roots)
	find := func(i int) int {
		for family[i] != i {
			family[i] = family[family[i]]
			i = family[i]
		}
		return i
	}
	several := map[int]bool{}
	for _, l := range links {
		if x, y := find(roots[l.A]), find(roots[l.B]); l.Same && x != y {
			family[max(x, y)] = min(x, y)
		}
	}
	for i, root := range roots {
		if find(root) != root || i == root && find(i) != i {
			several[find(root)] = true
		}
	}
	for i, root := range roots {
		p.Placements[i].Family = -1
		if f := find(root); several[f] {
			p.Placements[i].Family = f
		}
	}
}

// Strengths above those of what entries say.
const (
	heldStrength   = 2
	peopleStrength = 3
)

// memberLinks compares fresh members with all others. Kept ones were compared when they
// came: those of one story are one, and others are not, unless something is in dispute.
// Then all entries of the stories concerned are compared anew, so that the outcome is the
// one that they would have come to in any order.
//
// all asks for what keeps entries apart that nothing brings together, too: it changes no
// story, but tells people why two are not one.
func memberLinks(members []Member, prints []*Print, r *Rulings, w Windows, all bool) []Link {
	var out []Link
	decide := func(i, j int) {
		if v := Verify(prints[i], prints[j], w); v.Same || v.Apart {
			out = append(out, v.link(i, j))
		}
	}
	compare := func(i, j int) {
		if !r.bars(prints[i], prints[j]) {
			decide(i, j)
		}
	}
	others := unsettled{decide: decide}
	meet := func(i, j int) {
		switch {
		case r.bars(prints[i], prints[j]):
		case !all && NeverSame(prints[i], prints[j], w):
			others.pairs = append(others.pairs, [2]int32{int32(i), int32(j)}) //nolint:gosec // places
		default:
			decide(i, j)
		}
	}
	heads, said := storyHeads(members), r.links(prints)
	fresh := func(i, j int) bool { return members[i].Fresh || members[j].Fresh }
	meetings(prints, fresh, meet)
	others.settle(heads, out, said)
	circles(len(members), out, heads, fresh, compare)
	disputed := disputedStories(members, out)
	for i, named := range r.names(prints) {
		if named {
			disputed[members[i].Story] = true
		}
	}
	delete(disputed, "")
	if len(disputed) > 0 {
		again := func(i int) bool { return members[i].Fresh || disputed[members[i].Story] }
		meetings(prints, func(i, j int) bool { return !fresh(i, j) && again(i) && again(j) }, meet)
		others.settle(heads, out, said)
		circles(len(members), out, heads, func(i, j int) bool { return again(i) && again(j) }, compare)
	}
	leads := leadsOf(members)
	for i := range members {
		m := &members[i]
		if m.Story == "" || !m.Held && disputed[m.Story] {
			continue
		}
		if lead, ok := leads[m.Story]; ok && lead != i {
			out = append(out, Link{A: min(i, lead), B: max(i, lead), Same: true, Strength: heldStrength, Reason: Kept})
		}
	}
	return append(r.overrule(prints, out), said...)
}

func leadsOf(members []Member) map[string]int {
	leads := map[string]int{}
	for i := range members {
		if members[i].Lead {
			leads[members[i].Story] = i
		}
	}
	return leads
}

// parted finds the links between members and who is one story by them. Loose entries that
// nothing links to another one stay with the lead of their story.
func parted(members []Member, prints []*Print, r *Rulings, w Windows, all bool) ([]Link, []int) {
	links := memberLinks(members, prints, r, w, all)
	roots := Partition(prints, links)
	size := map[int]int{}
	for _, root := range roots {
		size[root]++
	}
	leads := leadsOf(members)
	found := len(links)
	for i := range members {
		if m := &members[i]; m.Loose && size[roots[i]] == 1 {
			if lead, ok := leads[m.Story]; ok && lead != i {
				links = append(links, Link{A: min(i, lead), B: max(i, lead), Same: true, Strength: heldStrength, Reason: Kept})
			}
		}
	}
	if len(links) > found {
		roots = Partition(prints, links)
	}
	return links, roots
}

// storyHeads are the places of the first members of all members' stories; of one without a
// story its own.
func storyHeads(members []Member) []int {
	heads, first := make([]int, len(members)), map[string]int{}
	for i := range members {
		heads[i] = i
		if story := members[i].Story; story != "" {
			if j, ok := first[story]; ok {
				heads[i] = j
			} else {
				first[story] = i
			}
		}
	}
	return heads
}

// disputedStories are the kept stories that links lead into where something speaks against
// it: fresh entries lead into several of them, or are apart from some of their entries.
func disputedStories(members []Member, links []Link) map[string]bool {
	head := make([]int, len(members)) // of the entries that are or may be one story
	for i := range head {
		head[i] = i
	}
	find := func(i int) int {
		for head[i] != i {
			head[i] = head[head[i]]
			i = head[i]
		}
		return i
	}
	first := map[string]int{}
	for i := range members {
		if story := members[i].Story; story != "" {
			if j, ok := first[story]; ok {
				head[find(i)] = find(j)
			} else {
				first[story] = i
			}
		}
	}
	for _, l := range links {
		if l.Same {
			head[find(l.A)] = find(l.B)
		}
	}
	unsure := map[int]bool{}
	for _, l := range links {
		if l.Apart && find(l.A) == find(l.B) {
			unsure[find(l.A)] = true
		}
	}
	into := map[int]string{}
	for i := range members {
		h, story := find(i), members[i].Story
		if members[i].Parted {
			unsure[h] = true
		}
		if story == "" {
			continue
		}
		if other, ok := into[h]; ok && other != story {
			unsure[h] = true
		}
		into[h] = story
	}
	out := map[string]bool{}
	for i := range members {
		if unsure[find(i)] {
			out[members[i].Story] = true
		}
	}
	return out
}
