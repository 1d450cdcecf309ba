package dedupe

import (
	"cmp"
	"slices"
)

// Link is a verdict about two entries of a set, by their places in it; A < B.
type Link struct {
	A, B        int
	Same, Apart bool
	Reason      Reason
	Strength    float64
}

func (v *Verdict) link(a, b int) Link {
	return Link{A: a, B: b, Same: v.Same, Apart: v.Apart, Reason: v.Reason, Strength: v.Strength}
}

// Partition puts entries into stories by what is known of pairs of them. The strongest
// links are followed first; one that would bring together entries that are to stay apart
// is not. Neither is a link between two languages that would bring together entries of
// one language that are not one by themselves: of two stories about a thing in Spanish,
// the Arabic one is a translation of that which it fits better. The result has the story
// of each entry, by the least place of its entries, and does not depend on the order in
// which they are given.
func Partition(prints []*Print, links []Link) []int {
	n := len(prints)
	p := partition{prints: prints, root: make([]int, n), members: make([][]int, n),
		apart: map[[2]int]float64{}, linked: make(map[[2]int]bool, len(links))}
	for i := range p.root {
		p.root[i], p.members[i] = i, []int{i}
	}
	var same []Link
	for _, l := range links {
		pair := [2]int{l.A, l.B}
		switch {
		case l.Apart:
			p.apart[pair] = max(p.apart[pair], l.Strength)
		case l.Same:
			same = append(same, l)
			p.linked[pair] = true
		}
	}
	ends := func(l *Link) (int64, int64) {
		x, y := prints[l.A].Entry, prints[l.B].Entry
		return min(x, y), max(x, y)
	}
	slices.SortFunc(same, func(x, y Link) int {
		x0, x1 := ends(&x)
		y0, y1 := ends(&y)
		return cmp.Or(cmp.Compare(y.Strength, x.Strength), cmp.Compare(x0, y0), cmp.Compare(x1, y1))
	})
	for i := range same {
		p.follow(&same[i])
	}
	out := make([]int, n)
	for _, list := range p.members {
		if len(list) == 0 {
			continue
		}
		least := slices.Min(list)
		for _, m := range list {
			out[m] = least
		}
	}
	return out
}

type partition struct {
	prints  []*Print
	root    []int
	members [][]int
	apart   map[[2]int]float64 // by whose word: a machine's is 0
	linked  map[[2]int]bool
}

func (p *partition) follow(l *Link) {
	x, y := p.root[l.A], p.root[l.B]
	if x == y || p.barred(l, p.members[x], p.members[y]) {
		return
	}
	if len(p.members[x]) < len(p.members[y]) {
		x, y = y, x
	}
	for _, m := range p.members[y] {
		p.root[m] = x
	}
	p.members[x] = append(p.members[x], p.members[y]...)
	p.members[y] = nil
}

func (p *partition) barred(l *Link, x, y []int) bool {
	translation := l.Reason == ByFigures
	if len(p.apart) == 0 && !translation {
		return false
	}
	for _, a := range x {
		for _, b := range y {
			pair := [2]int{min(a, b), max(a, b)}
			// What is held together is not parted by what entries say, nor what people put
			// together by anything but people.
			if against, ok := p.apart[pair]; ok && (l.Strength < heldStrength || against >= l.Strength) {
				return true
			}
			if translation && p.prints[a].Language == p.prints[b].Language && !p.linked[pair] {
				return true
			}
		}
	}
	return false
}
