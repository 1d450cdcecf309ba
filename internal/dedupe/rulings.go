package dedupe

import "slices"

// Rulings are what people have decided about entries, which stands above everything. A nil
// one says nothing.
type Rulings struct {
	Together [][2]int64 // entries that are one story
	// Kept are entries that stay one story whatever they say, unless people part them: what
	// is left when others are split off, and what was one before a ruling that is taken back.
	Kept  [][2]int64
	Apart [][2]int64 // entries that are not one story
	// Sources says of two sources, in order of their ids, how far they are kept apart.
	Sources map[[2]string]Bar
	// Alone are sources whose entries are stories of their own.
	Alone map[string]bool
}

// Bar says how far the entries of two sources are kept apart.
type Bar int

// The bars; none is 0.
const (
	BarCopies Bar = iota + 1 // they are no copies of each other; translations still meet
	BarAll                   // they are never one story
)

// bars says that people have decided that two entries are not one story, by their sources.
func (r *Rulings) bars(a, b *Print) bool {
	if r == nil {
		return false
	}
	x, y := min(a.Source, b.Source), max(a.Source, b.Source)
	if r.Alone[x] || r.Alone[y] {
		return true
	}
	switch r.Sources[[2]string{x, y}] {
	case BarAll:
		return true
	case BarCopies:
		return a.Language == "" || b.Language == "" || a.Language == b.Language
	}
	return false
}

// names says of each entry whether something was said about it or its source.
func (r *Rulings) names(prints []*Print) []bool {
	if r == nil {
		return nil
	}
	named := map[int64]bool{}
	for _, pairs := range [][][2]int64{r.Together, r.Kept, r.Apart} {
		for _, pair := range pairs {
			named[pair[0]], named[pair[1]] = true, true
		}
	}
	sources := map[string]bool{}
	for pair := range r.Sources {
		sources[pair[0]], sources[pair[1]] = true, true
	}
	out := make([]bool, len(prints))
	for i, p := range prints {
		out[i] = named[p.Entry] || sources[p.Source] || r.Alone[p.Source]
	}
	return out
}

// links are the rulings as links between entries.
func (r *Rulings) links(prints []*Print) []Link {
	if r == nil {
		return nil
	}
	var out []Link
	if len(r.Alone)+len(r.Sources) > 0 {
		for i := range prints {
			for j := i + 1; j < len(prints); j++ {
				if r.bars(prints[i], prints[j]) {
					out = append(out, Link{A: i, B: j, Apart: true, Strength: peopleStrength, Reason: People})
				}
			}
		}
	}
	place := places(prints)
	add := func(pairs [][2]int64, l Link) {
		for _, pair := range pairs {
			x, ok1 := place[pair[0]]
			y, ok2 := place[pair[1]]
			if ok1 && ok2 && x != y {
				l.A, l.B = min(x, y), max(x, y)
				out = append(out, l)
			}
		}
	}
	add(r.Together, Link{Same: true, Strength: peopleStrength, Reason: People})
	add(r.Kept, Link{Same: true, Strength: heldStrength, Reason: People})
	add(r.Apart, Link{Apart: true, Strength: peopleStrength, Reason: People})
	return out
}

func places(prints []*Print) map[int64]int {
	place := make(map[int64]int, len(prints))
	for i, p := range prints {
		place[p.Entry] = i
	}
	return place
}

// overrule takes away what would keep copies of entries apart that people have put
// together: of two issues that are one story by their word, a further copy of either joins
// it, though it says to be another issue than the other one. What speaks against entries
// that people have said nothing about stays.
func (r *Rulings) overrule(prints []*Print, links []Link) []Link {
	group := r.groups(prints)
	if len(group) == 0 {
		return links
	}
	next := map[int][]int{} // the machine's word, one step far
	for _, l := range links {
		if l.Same && l.Strength < heldStrength {
			next[l.A], next[l.B] = append(next[l.A], l.B), append(next[l.B], l.A)
		}
	}
	near := func(i, j int) bool { return i == j || slices.Contains(next[i], j) }
	mirrored := func(i, j int) bool {
		for _, k := range append(next[i], i) {
			if group[k] == 0 || near(j, k) {
				continue
			}
			for _, m := range append(next[j], j) {
				if group[m] == group[k] && m != k && !near(i, m) {
					return true
				}
			}
		}
		return false
	}
	return slices.DeleteFunc(links, func(l Link) bool { return l.Apart && mirrored(l.A, l.B) })
}

// groups numbers, from 1, the sets of entries that people have put together, by place.
func (r *Rulings) groups(prints []*Print) map[int]int {
	if r == nil || len(r.Together)+len(r.Kept) == 0 {
		return nil
	}
	place := places(prints)
	group := map[int]int{}
	n := 0
	for _, pair := range slices.Concat(r.Together, r.Kept) {
		x, ok1 := place[pair[0]]
		y, ok2 := place[pair[1]]
		if !ok1 || !ok2 {
			continue
		}
		gx, gy := group[x], group[y]
		switch {
		case gx == 0 && gy == 0:
			n++
			group[x], group[y] = n, n
		case gx == 0:
			group[x] = gy
		case gy == 0:
			group[y] = gx
		case gx != gy:
			for i, g := range group {
				if g == gy {
					group[i] = gx
				}
			}
		}
	}
	return group
}

// Says tells what people have decided about two of some entries: that they are one story,
// that they are not, or neither.
func (r *Rulings) Says(prints []*Print, a, b int64) (together, apart bool) {
	if r == nil {
		return false, false
	}
	place := places(prints)
	x, ok1 := place[a]
	y, ok2 := place[b]
	if !ok1 || !ok2 {
		return false, false
	}
	apart = r.bars(prints[x], prints[y]) || slices.Contains(r.Apart, [2]int64{a, b}) || slices.Contains(r.Apart, [2]int64{b, a})
	merged := &Rulings{Together: r.Together}
	group := merged.groups(prints)
	return !apart && group[x] != 0 && group[x] == group[y], apart
}
