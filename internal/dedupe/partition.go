package dedupe

import (
	"cmp"
	"slices"
)

// Link is a verdict about two entries of a set, by their places in it; A < B.
type Link struct {
	A, B int
	Verdict
}

// Partition puts n entries into stories by what is known of pairs of them. The strongest
// links are followed first; one that would bring together entries that are to stay apart
// is not. order gives each entry a place that does not depend on the order in which the
// entries are given. The result has the story of each entry, by the least place of its
// entries in the set.
func Partition(n int, links []Link, order func(i int) int64) []int {
	root := make([]int, n)
	members := make([][]int, n)
	for i := range root {
		root[i], members[i] = i, []int{i}
	}
	apart := map[[2]int]float64{} // by whose word: a machine's is 0
	var same []Link
	for _, l := range links {
		switch {
		case l.Apart:
			pair := [2]int{l.A, l.B}
			apart[pair] = max(apart[pair], l.Strength)
		case l.Same:
			same = append(same, l)
		}
	}
	ends := func(l *Link) (int64, int64) {
		x, y := order(l.A), order(l.B)
		return min(x, y), max(x, y)
	}
	slices.SortFunc(same, func(x, y Link) int {
		x0, x1 := ends(&x)
		y0, y1 := ends(&y)
		return cmp.Or(cmp.Compare(y.Strength, x.Strength), cmp.Compare(x0, y0), cmp.Compare(x1, y1))
	})
	for i := range same {
		x, y := root[same[i].A], root[same[i].B]
		if x == y || barred(apart, members[x], members[y], same[i].Strength) {
			continue
		}
		if len(members[x]) < len(members[y]) {
			x, y = y, x
		}
		for _, m := range members[y] {
			root[m] = x
		}
		members[x] = append(members[x], members[y]...)
		members[y] = nil
	}
	out := make([]int, n)
	for _, list := range members {
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

func barred(apart map[[2]int]float64, x, y []int, strength float64) bool {
	if len(apart) == 0 {
		return false
	}
	for _, a := range x {
		for _, b := range y {
			// What is held together is not parted by what entries say, nor what people put
			// together by anything but people.
			if against, ok := apart[[2]int{min(a, b), max(a, b)}]; ok && (strength < heldStrength || against >= strength) {
				return true
			}
		}
	}
	return false
}
