package dedupe

import (
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
	circles(len(prints), out, nil, nil, each)
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
	near := candidates[int]{at: map[int]int{}}
	for i, p := range prints {
		if !undated(p) {
			continue
		}
		near.reset()
		for _, k := range keysOf(p) {
			for _, j := range postings[k.key] {
				says := enough / 2
				if k.figure() {
					says = enough
				}
				near.add(j, says)
			}
		}
		for _, j := range near.best() {
			each(min(i, j), max(i, j))
		}
	}
}
