package eval

import (
	"cmp"
	"slices"
)

// becauseShown bounds how many pairs are named that explain a wrong cluster, and how many
// pairs of one are looked at for them.
const (
	becauseShown = 3
	becauseOf    = 4096
)

// PairVerdict is what the machine says of two items, by their ids.
type PairVerdict struct {
	A       string  `json:"a"`
	B       string  `json:"b"`
	Verdict string  `json:"verdict"` // same, apart or neither
	Reason  string  `json:"reason"`
	Near    float64 `json:"near"` // how near they come to being one: pairs are compared by it
}

// The verdicts of [PairVerdict].
const (
	SaidSame    = "same"
	SaidApart   = "apart"
	SaidNeither = "neither"
)

// ReasonCount is what one reason did: the pairs that it linked or kept apart, and how many
// of them people have the other way.
type ReasonCount struct {
	Reason  string `json:"reason"`
	Verdict string `json:"verdict"`
	Pairs   int    `json:"pairs"`
	Wrong   int    `json:"wrong"`
}

// Explain adds to a report of the same items and answers what reasons did: said are the
// verdicts by which the answers came about, and between gives the verdict about any two
// items. Pairs of items that the data do not have count for nothing.
func (r *GroupReport) Explain(gold []GoldStory, pred []Assignment, said []PairVerdict, between func(a, b string) PairVerdict) {
	items, _ := place(gold, pred)
	at := make(map[string]*placed, len(items))
	for i := range items {
		at[items[i].item.ID] = &items[i]
	}
	type reason struct{ reason, verdict string }
	counts := map[reason]*ReasonCount{}
	for i := range said {
		s := &said[i]
		a, b := at[s.A], at[s.B]
		if a == nil || b == nil || s.Verdict == SaidNeither {
			continue
		}
		key := reason{s.Reason, s.Verdict}
		c := counts[key]
		if c == nil {
			c = &ReasonCount{Reason: s.Reason, Verdict: s.Verdict}
			counts[key] = c
		}
		c.Pairs++
		if (s.Verdict == SaidSame) != (a.gold == b.gold) {
			c.Wrong++
		}
	}
	r.Reasons = []ReasonCount{}
	for _, c := range counts {
		r.Reasons = append(r.Reasons, *c)
	}
	slices.SortFunc(r.Reasons, func(a, b ReasonCount) int {
		return cmp.Or(cmp.Compare(b.Pairs, a.Pairs), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Verdict, b.Verdict))
	})
	r.explainMerges(said, at)
	r.explainSplits(items, between)
}

// explainMerges finds for each merged story the links between items of different stories
// of people's, the strongest first.
func (r *GroupReport) explainMerges(said []PairVerdict, at map[string]*placed) {
	by := map[cluster][]PairVerdict{}
	for i := range said {
		a, b := at[said[i].A], at[said[i].B]
		if a != nil && b != nil && said[i].Verdict == SaidSame && a.pred == b.pred && a.gold != b.gold {
			by[a.pred] = append(by[a.pred], said[i])
		}
	}
	for i := range r.Merges.Worst {
		w := &r.Merges.Worst[i]
		w.Because = nearest(by[cluster{story: w.Story}])
	}
}

// explainSplits finds for each story that was broken up the verdicts about the pairs of
// items of different parts that came nearest to being one, one for each two parts.
func (r *GroupReport) explainSplits(items []placed, between func(a, b string) PairVerdict) {
	members := map[cluster][]*placed{}
	for i := range items {
		members[items[i].gold] = append(members[items[i].gold], &items[i])
	}
	for i := range r.Splits.Worst {
		w := &r.Splits.Worst[i]
		of, looked := members[cluster{story: w.Story}], 0
		best := map[[2]cluster]PairVerdict{}
		for j, a := range of {
			for _, b := range of[j+1:] {
				if a.pred == b.pred || looked == becauseOf {
					continue
				}
				looked++
				s := between(a.item.ID, b.item.ID)
				parts := [2]cluster{a.pred, b.pred}
				if b.pred.story+b.pred.alone < a.pred.story+a.pred.alone {
					parts = [2]cluster{b.pred, a.pred}
				}
				if was, ok := best[parts]; !ok || nearer(s, was) < 0 {
					best[parts] = s
				}
			}
		}
		var all []PairVerdict
		for _, s := range best {
			all = append(all, s)
		}
		w.Because = nearest(all)
	}
}

func nearest(said []PairVerdict) []PairVerdict {
	slices.SortFunc(said, nearer)
	return first(said, becauseShown)
}

func nearer(x, y PairVerdict) int {
	return cmp.Or(cmp.Compare(y.Near, x.Near), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
}
