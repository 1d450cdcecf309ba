package eval

import (
	"cmp"
	"maps"
	"slices"
)

// worstShown bounds every list of mistakes in a report.
const worstShown = 10

// Score is a precision, a recall and their harmonic mean, from 0 to 1. What has
// nothing to divide by is 0.
type Score struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

func score(tp, fp, fn int) Score {
	return harmonic(share(tp, tp+fp), share(tp, tp+fn))
}

func harmonic(p, r float64) Score {
	s := Score{Precision: p, Recall: r}
	if p+r > 0 {
		s.F1 = 2 * p * r / (p + r)
	}
	return s
}

// share is n of d, 0 where there is none.
func share(n, d int) float64 {
	if d == 0 {
		return 0
	}
	return float64(n) / float64(d)
}

// LabelSets says how good one kind of label is, of which an item may have several.
type LabelSets struct {
	Micro Score `json:"micro"` // over all labels of all items
	Macro Score `json:"macro"` // mean over the labels that the labelled data has
	// Exact is the share of items whose set of labels is just right.
	Exact   float64      `json:"exact"`
	ByLabel []LabelScore `json:"by_label"` // by label
	Worst   []SetMistake `json:"worst"`    // most wrong labels first, bounded
}

// LabelScore is how good one label is: items that rightly have it, that wrongly have
// it, and that lack it.
type LabelScore struct {
	Label string `json:"label"`
	TP    int    `json:"tp"`
	FP    int    `json:"fp"`
	FN    int    `json:"fn"`
	Score
}

// SetMistake is an item whose labels are not just right.
type SetMistake struct {
	ID       string   `json:"id"`
	Language string   `json:"language"`
	Title    string   `json:"title"`
	Missed   []string `json:"missed"`
	Wrong    []string `json:"wrong"`
}

type set map[string]struct{}

func setOf(values []string) set {
	s := make(set, len(values))
	for _, v := range values {
		s[v] = struct{}{}
	}
	return s
}

// minus gives what s has and t has not, sorted.
func (s set) minus(t set) []string {
	out := []string{}
	for v := range s {
		if _, both := t[v]; !both {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

// labelled is one item for labelSets: the labels that people gave it, those that are
// nobody's fault, and the answer.
type labelled struct {
	item                   *GoldItem
	gold, optional, answer []string
}

func labelSets(items []labelled) LabelSets {
	counts := map[string]*LabelScore{}
	of := func(label string) *LabelScore {
		c := counts[label]
		if c == nil {
			c = &LabelScore{Label: label}
			counts[label] = c
		}
		return c
	}
	exact := 0
	mistakes := []SetMistake{}
	for _, it := range items {
		gold, answer := setOf(it.gold), setOf(it.answer)
		for _, v := range it.optional {
			if _, required := gold[v]; !required {
				delete(answer, v)
			}
		}
		missed, wrong := gold.minus(answer), answer.minus(gold)
		for v := range gold {
			of(v).TP++ // taken back below where it was missed
		}
		for _, v := range missed {
			of(v).TP--
			of(v).FN++
		}
		for _, v := range wrong {
			of(v).FP++
		}
		if len(missed)+len(wrong) == 0 {
			exact++
			continue
		}
		mistakes = append(mistakes, SetMistake{ID: it.item.ID, Language: it.item.Lang, Title: it.item.Title, Missed: missed, Wrong: wrong})
	}
	// Stable, so that equals stay in the order of the labelled data.
	slices.SortStableFunc(mistakes, func(a, b SetMistake) int {
		return cmp.Compare(len(b.Missed)+len(b.Wrong), len(a.Missed)+len(a.Wrong))
	})
	r := LabelSets{Exact: share(exact, len(items)), ByLabel: make([]LabelScore, 0, len(counts)), Worst: first(mistakes, worstShown)}
	r.sum(counts)
	return r
}

// sum fills micro, macro and the list of labels.
func (r *LabelSets) sum(counts map[string]*LabelScore) {
	var tp, fp, fn, inGold int
	for _, label := range slices.Sorted(maps.Keys(counts)) {
		c := counts[label]
		c.Score = score(c.TP, c.FP, c.FN)
		r.ByLabel = append(r.ByLabel, *c)
		tp, fp, fn = tp+c.TP, fp+c.FP, fn+c.FN
		if c.TP+c.FN > 0 { // a label that only answers have weighs in micro alone
			inGold++
			r.Macro.Precision += c.Precision
			r.Macro.Recall += c.Recall
			r.Macro.F1 += c.F1
		}
	}
	r.Micro = score(tp, fp, fn)
	if inGold > 0 {
		n := float64(inGold)
		r.Macro = Score{Precision: r.Macro.Precision / n, Recall: r.Macro.Recall / n, F1: r.Macro.F1 / n}
	}
}

// first gives at most n of a list, without keeping the rest alive.
func first[T any](list []T, n int) []T {
	if len(list) <= n {
		return list
	}
	return slices.Clone(list[:n])
}
