package dedupe

import (
	"cmp"
	"slices"
)

// meetings calls each once with every pair of prints that share a key, the lesser place
// first. A key leads to the first by date that have it, and no more than KeyAtMost. wanted,
// when not nil, says of a pair whether it is asked for. Whether two meet is a matter between
// the two, so that it does not depend on what else is in view.
func meetings(prints []*Print, wanted func(i, j int) bool, each func(i, j int)) {
	order := make([]int, len(prints))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(prints[a].Published.Compare(prints[b].Published), cmp.Compare(prints[a].Entry, prints[b].Entry))
	})
	postings := map[uint64][]int{}
	met := make([]int, len(prints)) // by whom last, counted from one
	for _, i := range order {
		keys := &prints[i].Keys
		for n, k := range keys.Asked() {
			for _, j := range postings[k] {
				// Of two spans each must ask for the other's, so that it is the same whoever comes first.
				if met[j] == i+1 || n >= len(keys.Kept) && prints[j].Keys.Early == keys.Early {
					continue
				}
				met[j] = i + 1
				if wanted == nil || wanted(i, j) {
					each(min(i, j), max(i, j))
				}
			}
		}
		for _, k := range keys.Kept {
			if list := postings[k]; len(list) < KeyAtMost {
				postings[k] = append(list, i)
			}
		}
	}
}

// circleAtMost bounds the entries that are all compared with each other.
const circleAtMost = 96

// circles calls each with the pairs of entries that links, or heads, bring together by way
// of others, and that no link is about: two issues of a series may share too little to meet,
// and must not become one because both have something of a third. heads are other entries
// that entries are together with, by place; nil for none.
func circles(n int, links []Link, heads []int, wanted func(i, j int) bool, each func(i, j int)) {
	root := make(forest, n)
	for i := range root {
		root[i] = i
	}
	for i, head := range heads {
		root.join(i, head)
	}
	known := make(map[[2]int]bool, len(links))
	for i := range links {
		known[[2]int{links[i].A, links[i].B}] = true
		if links[i].Same {
			root.join(links[i].A, links[i].B)
		}
	}
	circle := map[int][]int{}
	for i := range n {
		circle[root.find(i)] = append(circle[root.find(i)], i)
	}
	for i := range n {
		members := circle[i]
		if len(members) < 3 || len(members) > circleAtMost {
			continue
		}
		for at, x := range members {
			for _, y := range members[at+1:] {
				if !known[[2]int{x, y}] && (wanted == nil || wanted(x, y)) {
					each(x, y)
				}
			}
		}
	}
}
