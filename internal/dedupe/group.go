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
	Text      string // plain
	Published time.Time
}

// Group puts items into stories as pulling them one by one would. The result has
// one story name for each item, in the items' order; equal names mean one story. The
// order of the items does not matter: they are taken by date, then by id.
func Group(items []Item) []string {
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(items[a].Published.Compare(items[b].Published), cmp.Compare(items[a].ID, items[b].ID))
	})
	out := make([]string, len(items))
	owner := map[string]string{} // key -> story
	known := map[int64]Known{}
	sources := map[string][]string{} // story -> sources that carry it
	for n, i := range order {
		it := &items[i]
		c := Candidate{Prints: Fingerprint(it.Source, &it.Entry, it.Text), Published: it.Published}
		neighbours := map[string]Neighbour{}
		for _, k := range c.Keys {
			if story, ok := owner[k]; ok {
				neighbours[k] = Neighbour{StoryID: story, Sources: sources[story]}
			}
		}
		d := Plan(it.Source, []Candidate{c}, known, neighbours)[0]
		story := d.Story
		if d.Action == Minted {
			story = "s" + strconv.Itoa(n+1)
		}
		out[i] = story
		known[c.ID] = Known{Hash: c.Hash, TextHash: c.TextHash, StoryID: story}
		if !slices.Contains(sources[story], it.Source) {
			sources[story] = append(sources[story], it.Source)
		}
		for _, k := range c.Keys {
			if _, ok := owner[k]; !ok {
				owner[k] = story
			}
		}
	}
	return out
}
