package eval

import (
	"cmp"
	"maps"
	"slices"

	"tributary/feeds"
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
	Micro Score  `json:"micro"`           // over all labels of all items
	Macro Score  `json:"macro"`           // mean over the labels that the labelled data has
	Range *Range `json:"range,omitempty"` // of micro F1, for all items together
	// Exact is the share of items whose set of labels is just right.
	Exact     float64      `json:"exact"`
	Given     int          `json:"given"`     // labels in the answers
	Wanted    int          `json:"wanted"`    // labels in the labelled data
	Right     int          `json:"right"`     // labels in both
	ByLabel   []LabelScore `json:"by_label"`  // by label
	Confusion []Confusion  `json:"confusion"` // most items first, bounded
	Worst     []SetMistake `json:"worst"`     // most wrong labels first, then by id, bounded
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
	ID       string       `json:"id"`
	Language string       `json:"language"`
	Title    string       `json:"title"`
	Want     []string     `json:"want"` // all that people gave it
	Got      []string     `json:"got"`  // all that the answer has, but for optional ones
	Missed   []string     `json:"missed"`
	Wrong    []string     `json:"wrong"`
	Misled   []WrongLabel `json:"misled,omitempty"` // what the wrong ones were given for
}

type set map[string]struct{}

func setOf(values []string) set {
	s := make(set, len(values))
	for _, v := range values {
		s[v] = struct{}{}
	}
	return s
}

// minus gives what s has and t has not, sorted; nil when that is nothing.
func (s set) minus(t set) []string {
	var out []string
	for v := range s {
		if _, both := t[v]; !both {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

// and gives what both have, sorted; nil when that is nothing.
func (s set) and(t set) []string {
	var out []string
	for v := range s {
		if _, both := t[v]; both {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

// labelSets counts the labels of one kind, which of takes from an item.
func labelSets(outs []*Outcome, kind feeds.LabelKind, of func(*Outcome) *Found) LabelSets {
	counts := map[string]*LabelScore{}
	count := func(label string) *LabelScore {
		c := counts[label]
		if c == nil {
			c = &LabelScore{Label: label}
			counts[label] = c
		}
		return c
	}
	exact := 0
	mistakes := []*Outcome{}
	confused := confusions{}
	for _, o := range outs {
		f := of(o)
		for _, v := range f.Right {
			count(v).TP++
		}
		for _, v := range f.Missed {
			count(v).FN++
			for _, w := range f.Wrong {
				confused.add(v, w, o.ID)
			}
		}
		for _, v := range f.Wrong {
			count(v).FP++
		}
		if f.errors() == 0 {
			exact++
			continue
		}
		mistakes = append(mistakes, o)
	}
	slices.SortStableFunc(mistakes, func(a, b *Outcome) int { return cmp.Compare(of(b).errors(), of(a).errors()) })
	r := LabelSets{Exact: share(exact, len(outs)), ByLabel: make([]LabelScore, 0, len(counts)),
		Confusion: confused.list(), Worst: []SetMistake{}}
	for _, o := range first(mistakes, worstShown) {
		r.Worst = append(r.Worst, setMistake(o, kind, of(o)))
	}
	r.sum(counts)
	return r
}

func setMistake(o *Outcome, kind feeds.LabelKind, f *Found) SetMistake {
	m := SetMistake{ID: o.ID, Language: o.Language, Title: o.Title, Missed: append([]string{}, f.Missed...), Wrong: append([]string{}, f.Wrong...)}
	m.Want, m.Got = append(slices.Clone(m.Missed), f.Right...), append(slices.Clone(m.Wrong), f.Right...)
	slices.Sort(m.Want)
	slices.Sort(m.Got)
	for _, w := range o.Misled {
		if w.Kind == kind && slices.Contains(f.Wrong, w.Value) {
			m.Misled = append(m.Misled, w)
		}
	}
	return m
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
	r.Given, r.Wanted, r.Right = tp+fp, tp+fn, tp
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
