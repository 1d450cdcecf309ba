package dedupe

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"tributary/feeds"
)

// Item is an entry given on its own, without a store around it.
type Item struct {
	ID        string
	Source    string
	Entry     feeds.Entry
	Text      string // plain, with paragraphs on lines of their own
	Published time.Time
	Labelled
}

// Prints makes the prints of items. Paragraphs that a source has under several of them are
// its boilerplate.
func Prints(items []Item) []Print {
	boilerplate := boilerplateOf(items)
	out := make([]Print, len(items))
	for i := range items {
		it := &items[i]
		h := Fingerprint(it.Source, &it.Entry, it.Text)
		out[i] = NewPrint(it.Source, &h, &it.Entry, it.Text, it.Published, it.Labelled, boilerplate[it.Source])
	}
	return out
}

// Group puts items into stories, as pulling them one by one in any order would. The result
// has one story name for each item, in the items' order; equal names mean one story.
func Group(items []Item, w Windows) []string { return GroupPrints(Prints(items), w) }

// GroupPrints is Group for prints that are made.
func GroupPrints(prints []Print, w Windows) []string {
	stories := Partition(refs(prints), Links(prints, w))
	out := make([]string, len(prints))
	for i, story := range stories {
		out[i] = "s" + strconv.Itoa(story+1)
	}
	return out
}

func refs(prints []Print) []*Print {
	out := make([]*Print, len(prints))
	for i := range prints {
		out[i] = &prints[i]
	}
	return out
}

// Links compares all prints that share a key.
func Links(prints []Print, w Windows) []Link {
	refs := refs(prints)
	var out []Link
	first := make(map[int64]int, len(prints))
	for i := range prints {
		if j, again := first[prints[i].Entry]; again { // one guid of one source
			out = append(out, Link{A: j, B: i, Same: true, Strength: heldStrength, Reason: ByGUID})
		} else {
			first[prints[i].Entry] = i
		}
	}
	var met map[[2]int]bool
	if slices.ContainsFunc(refs, undated) {
		met = map[[2]int]bool{}
	}
	each := func(i, j int) {
		if met != nil {
			met[[2]int{i, j}] = true
		}
		if v := Verify(refs[i], refs[j], w); v.Same || v.Apart {
			out = append(out, v.link(i, j))
		}
	}
	meetings(refs, nil, each)
	if met != nil {
		undatedMeetings(refs, func(i, j int) {
			if !met[[2]int{i, j}] {
				each(i, j)
			}
		})
	}
	return out
}

// undated says that nobody knows when an entry was published. Without a store there are
// such; a store keeps when it first saw them.
func undated(p *Print) bool { return p.Published.IsZero() }

// undatedMeetings calls each with pairs of a print without a date and one with a date that
// share what would be keys if they were of one date.
func undatedMeetings(prints []*Print, each func(i, j int)) {
	keysOf := func(p *Print) []datedKey {
		q := *p
		q.Published = time.Time{}
		return q.datedKeys()
	}
	postings := map[uint64][]int{}
	for i, p := range prints {
		if undated(p) {
			continue
		}
		for _, k := range keysOf(p) {
			if list := postings[k.key]; len(list) < KeyAtMost {
				postings[k.key] = append(list, i)
			}
		}
	}
	near := candidates[int]{says: map[int]float64{}}
	for i, p := range prints {
		if !undated(p) {
			continue
		}
		near.reset()
		for _, k := range keysOf(p) {
			for _, j := range postings[k.key] {
				near.add(j, 1/float64(len(postings[k.key])))
			}
		}
		for _, j := range near.best() {
			each(min(i, j), max(i, j))
		}
	}
}

// meetings calls each once with every pair of prints that are candidates of each other, the
// lesser place first. Each print, by date, meets those before it that it shares most keys
// with, of which a key that very many have counts for the first of them only. wanted, when
// not nil, says of a pair whether it is asked for.
func meetings(prints []*Print, wanted func(i, j int) bool, each func(i, j int)) {
	order := make([]int, len(prints))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(prints[a].Published.Compare(prints[b].Published), cmp.Compare(prints[a].Entry, prints[b].Entry))
	})
	postings := map[uint64][]int{}
	near := candidates[int]{says: map[int]float64{}}
	for place, i := range order {
		keys := &prints[i].Keys
		near.reset()
		for n, k := range keys.Asked() {
			for _, at := range postings[k] {
				j := order[at]
				if wanted != nil && !wanted(i, j) {
					continue
				}
				near.add(at, keys.says(n, len(postings[k])))
			}
		}
		for _, at := range near.best() {
			each(min(i, order[at]), max(i, order[at]))
		}
		// Of two dates on both sides of the border of a span, each asks for the other's: it is
		// enough that the later one does, as in the store, where it comes as it comes.
		for _, k := range keys.Kept {
			if list := postings[k]; len(list) < KeyAtMost {
				postings[k] = append(list, place)
			}
		}
	}
}
