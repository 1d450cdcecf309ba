package eval

import (
	"cmp"
	"slices"
)

// Bounds of what a report shows of a wrong cluster.
const (
	partsShown    = 5
	examplesShown = 3
)

// Assignment is the answer to one [GoldStory]: the story somebody or something put it
// in. Items of one story have the same value there, whatever it is, empty included.
type Assignment struct {
	ID    string `json:"id"`
	Story string `json:"story"`
}

// GroupReport says how good stories are.
type GroupReport struct {
	Items             int `json:"items"`
	Stories           int `json:"stories"`            // in the labelled data
	Predicted         int `json:"predicted"`          // in the answers
	WithoutPrediction int `json:"without_prediction"` // items nobody answered; each counts as a story of its own
	Unknown           int `json:"unknown"`            // answers to no item; they count for nothing else
	// Pairwise counts pairs of items that are together.
	Pairwise Score `json:"pairwise"`
	// BCubed is the mean over items of how pure and how whole their stories are.
	BCubed Score `json:"b_cubed"`
	// ARI is the adjusted Rand index: 1 for the same stories, about 0 for chance.
	ARI           float64       `json:"ari"`
	CrossLanguage CrossLanguage `json:"cross_language"`
	// ByLanguage has the languages with most items first.
	ByLanguage []LanguageStories `json:"by_language"`
	Merges     Clusters          `json:"merges"` // different stories put together
	Splits     Clusters          `json:"splits"` // one story broken up
	// Reasons are what [GroupReport.Explain] adds, those of most pairs first.
	Reasons []ReasonCount `json:"reasons,omitempty"`
}

// Clusters are the stories that are wrong in one way: how many, and the worst.
type Clusters struct {
	Wrong int       `json:"wrong"`
	Worst []Cluster `json:"worst"` // most wrong pairs first, bounded
}

// Cluster is a story of one side that the other side has in several parts.
type Cluster struct {
	Story      string    `json:"story"`
	Items      int       `json:"items"`
	WrongPairs int       `json:"wrong_pairs"`
	Parts      []Part    `json:"parts"`    // largest first, bounded
	Examples   []Example `json:"examples"` // its first items
	// Because are pairs of items: of a merge those that were linked wrongly, of a split those
	// that came nearest to being linked. [GroupReport.Explain] adds them.
	Because []PairVerdict `json:"because,omitempty"`
}

// Part is what one story of the other side has of a [Cluster]. Story is empty for an
// item without an answer.
type Part struct {
	Story string `json:"story"`
	Items int    `json:"items"`
}

// Example is an item of a [Cluster].
type Example struct {
	ID       string `json:"id"`
	Language string `json:"language"`
	Title    string `json:"title"`
}

// cluster is a story as a side has it. An item without an answer is alone in the
// cluster that has its id, so no answer can share it.
type cluster struct{ story, alone string }

// both is what two stories have in common.
type both struct{ gold, pred cluster }

// placed is an item, where it belongs and where it was put.
type placed struct {
	item *GoldStory
	both
}

// Group compares answers with the stories of labelled items. Answers are found by id,
// in any order; of several with one id the last counts.
func Group(gold []GoldStory, pred []Assignment) GroupReport {
	items, r := place(gold, pred)
	g, p, x := map[cluster]int{}, map[cluster]int{}, map[both]int{}
	for _, it := range items {
		g[it.gold]++
		p[it.pred]++
		x[it.both]++
	}
	r.Stories, r.Predicted = len(g), len(p)
	right, inGold, inPred := pairsIn(x), pairsIn(g), pairsIn(p)
	r.Pairwise = score(right, inPred-right, inGold-right)
	r.ARI = adjustedRand(right, inGold, inPred, pairs(len(items)))
	if len(items) > 0 {
		var bp, br float64
		for _, it := range items {
			bp += share(x[it.both], p[it.pred])
			br += share(x[it.both], g[it.gold])
		}
		n := float64(len(items))
		r.BCubed = harmonic(bp/n, br/n)
	}
	r.CrossLanguage = crossLanguage(items)
	r.ByLanguage = byLanguage(items, g, p, x)
	r.Merges = wrong(items, func(b both) (cluster, cluster) { return b.pred, b.gold })
	r.Splits = wrong(items, func(b both) (cluster, cluster) { return b.gold, b.pred })
	return r
}

// place finds the answer to every item. Of several items with one id, which readers
// refuse, the last counts.
func place(gold []GoldStory, pred []Assignment) ([]placed, GroupReport) {
	answers := make(map[string]string, len(pred))
	for _, a := range pred {
		answers[a.ID] = a.Story
	}
	index := make(map[string]int, len(gold))
	items := make([]placed, 0, len(gold))
	for i := range gold {
		g := &gold[i]
		to := cluster{alone: g.ID}
		if story, ok := answers[g.ID]; ok {
			to = cluster{story: story}
		}
		at, again := index[g.ID]
		if !again {
			at = len(items)
			index[g.ID] = at
			items = append(items, placed{})
		}
		items[at] = placed{g, both{cluster{story: g.Story}, to}}
	}
	known := 0
	for id := range index {
		if _, ok := answers[id]; ok {
			known++
		}
	}
	return items, GroupReport{Items: len(items), WithoutPrediction: len(items) - known, Unknown: len(answers) - known}
}

// pairs is the number of pairs of n things.
func pairs(n int) int { return n * (n - 1) / 2 }

func pairsIn[K comparable](sizes map[K]int) int {
	sum := 0
	for _, n := range sizes {
		sum += pairs(n)
	}
	return sum
}

// adjustedRand is (right - expected) / (greatest - expected), where expected is what
// chance would give. The product of two numbers of pairs outgrows an integer.
func adjustedRand(right, gold, pred, all int) float64 {
	expected := 0.0
	if all > 0 {
		expected = float64(gold) * float64(pred) / float64(all)
	}
	greatest := float64(gold+pred) / 2
	if greatest == expected { // all together or all apart, on both sides
		return 1
	}
	return (float64(right) - expected) / (greatest - expected)
}

// wrong finds the clusters of one side that the other has in several; sides gives an
// item's cluster on the one and on the other.
func wrong(items []placed, sides func(both) (one, other cluster)) Clusters {
	members := map[cluster][]placed{}
	order := []cluster{}
	for _, it := range items {
		one, _ := sides(it.both)
		if members[one] == nil {
			order = append(order, one)
		}
		members[one] = append(members[one], it)
	}
	bad := []Cluster{}
	for _, c := range order {
		of := members[c]
		sizes := map[cluster]int{}
		parts := []cluster{}
		for _, it := range of {
			_, other := sides(it.both)
			if sizes[other] == 0 {
				parts = append(parts, other)
			}
			sizes[other]++
		}
		if len(parts) < 2 {
			continue
		}
		slices.SortStableFunc(parts, func(a, b cluster) int { return cmp.Compare(sizes[b], sizes[a]) })
		bc := Cluster{Story: c.story, Items: len(of), WrongPairs: pairs(len(of)) - pairsIn(sizes)}
		for _, p := range first(parts, partsShown) {
			bc.Parts = append(bc.Parts, Part{Story: p.story, Items: sizes[p]})
		}
		for _, it := range first(of, examplesShown) {
			bc.Examples = append(bc.Examples, Example{ID: it.item.ID, Language: it.item.Lang, Title: it.item.Title})
		}
		bad = append(bad, bc)
	}
	slices.SortStableFunc(bad, func(a, b Cluster) int { return cmp.Compare(b.WrongPairs, a.WrongPairs) })
	return Clusters{Wrong: len(bad), Worst: first(bad, worstShown)}
}
