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
	// Parted says that something keeps the entry's story apart from others that it has links
	// into: all of them are decided anew.
	Parted bool
	Fresh  bool // new, or a new version: what the plan is made for
}

// Rulings are what people have decided about entries, which stands above everything.
type Rulings struct {
	Together [][2]int64 // entries that are one story
	Apart    [][2]int64 // entries that are not
	// Sources says of two sources, in order of their ids, that their entries are never
	// copies of each other.
	Sources map[[2]string]bool
	// Alone are sources whose entries are stories of their own.
	Alone map[string]bool
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
	links := memberLinks(members, prints, r, w)
	roots := Partition(prints, links)
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
func memberLinks(members []Member, prints []*Print, r *Rulings, w Windows) []Link {
	var out []Link
	compare := func(i, j int) {
		if r.bars(prints[i], prints[j]) {
			return
		}
		if v := Verify(prints[i], prints[j], w); v.Same || v.Apart {
			out = append(out, v.link(i, j))
		}
	}
	heads := storyHeads(members)
	fresh := func(i, j int) bool { return members[i].Fresh || members[j].Fresh }
	meetings(prints, fresh, compare)
	circles(len(members), out, heads, fresh, compare)
	disputed := disputedStories(members, out)
	if r.any() {
		for i := range members {
			disputed[members[i].Story] = true
		}
	}
	delete(disputed, "")
	if len(disputed) > 0 {
		again := func(i int) bool { return members[i].Fresh || disputed[members[i].Story] }
		meetings(prints, func(i, j int) bool { return !fresh(i, j) && again(i) && again(j) }, compare)
		circles(len(members), out, heads, func(i, j int) bool { return again(i) && again(j) }, compare)
	}
	leads := map[string]int{}
	place := make(map[int64]int, len(members))
	for i := range members {
		place[members[i].Entry] = i
		if members[i].Lead {
			leads[members[i].Story] = i
		}
	}
	for i := range members {
		m := &members[i]
		if m.Story == "" || !m.Held && disputed[m.Story] {
			continue
		}
		if lead, ok := leads[m.Story]; ok && lead != i {
			out = append(out, Link{A: min(i, lead), B: max(i, lead), Same: true, Strength: heldStrength, Reason: Kept})
		}
	}
	if r != nil && len(r.Alone)+len(r.Sources) > 0 {
		for i := range members {
			for j := i + 1; j < len(members); j++ {
				if r.bars(prints[i], prints[j]) {
					out = append(out, Link{A: i, B: j, Apart: true, Strength: peopleStrength, Reason: People})
				}
			}
		}
	}
	ruled := func(pairs [][2]int64, l Link) {
		for _, pair := range pairs {
			x, ok1 := place[pair[0]]
			y, ok2 := place[pair[1]]
			if ok1 && ok2 && x != y {
				l.A, l.B = min(x, y), max(x, y)
				out = append(out, l)
			}
		}
	}
	if r != nil {
		ruled(r.Together, Link{Same: true, Strength: peopleStrength, Reason: People})
		ruled(r.Apart, Link{Apart: true, Strength: peopleStrength, Reason: People})
	}
	return out
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

func (r *Rulings) any() bool {
	return r != nil && len(r.Together)+len(r.Apart)+len(r.Sources)+len(r.Alone) > 0
}

// bars says that people have decided that two sources' entries are no copies.
func (r *Rulings) bars(a, b *Print) bool {
	if r == nil {
		return false
	}
	x, y := min(a.Source, b.Source), max(a.Source, b.Source)
	return r.Alone[x] || r.Alone[y] || r.Sources[[2]string{x, y}]
}
