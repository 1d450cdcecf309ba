package eval

import (
	"cmp"
	"slices"

	"tributary/feeds"
)

// confusedShown bounds the lists of what was confused and what misled.
const confusedShown = 20

// Confusion is one label given instead of another. Among labels of which an item may
// have several, every missed one is confused with every wrong one of the same item: an
// item in which two are missed and one is wrong counts for both.
type Confusion struct {
	Want     string   `json:"want"`
	Got      string   `json:"got"` // empty: none was given, where an item has one value
	Items    int      `json:"items"`
	Examples []string `json:"examples"` // the first ids
}

// confusions counts by what should be and what was given.
type confusions map[Pair]*Confusion

func (t confusions) add(want, got, id string) {
	c := t[Pair{want, got}]
	if c == nil {
		c = &Confusion{Want: want, Got: got}
		t[Pair{want, got}] = c
	}
	c.Items++
	if len(c.Examples) < examplesShown {
		c.Examples = append(c.Examples, id)
	}
}

func (t confusions) list() []Confusion {
	list := make([]Confusion, 0, len(t))
	for _, c := range t {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b Confusion) int {
		return cmp.Or(cmp.Compare(b.Items, a.Items), cmp.Compare(a.Want, b.Want), cmp.Compare(a.Got, b.Got))
	})
	return first(list, confusedShown)
}

// Misled is a piece of evidence for which a label was wrongly given.
type Misled struct {
	Kind     feeds.LabelKind `json:"kind"`
	Label    string          `json:"label"`
	Rule     string          `json:"rule"`
	Text     string          `json:"text"`
	Items    int             `json:"items"`
	Examples []string        `json:"examples"` // the first ids
}

// misled counts what wrong labels were given for. A country that is right, and wrong
// only as the primary one, misled nobody.
func misled(outs []*Outcome) []Misled {
	type key struct {
		kind              feeds.LabelKind
		label, rule, text string
	}
	counts := map[key]*Misled{}
	for _, o := range outs {
		seen := map[key]bool{}
		for _, w := range o.Misled {
			if w.Kind == feeds.LabelCountry && !slices.Contains(o.Countries.Wrong, w.Value) {
				continue
			}
			for _, e := range w.Evidence {
				k := key{w.Kind, w.Value, e.Rule, e.Text}
				if seen[k] {
					continue
				}
				seen[k] = true
				m := counts[k]
				if m == nil {
					m = &Misled{Kind: k.kind, Label: k.label, Rule: k.rule, Text: k.text}
					counts[k] = m
				}
				m.Items++
				if len(m.Examples) < examplesShown {
					m.Examples = append(m.Examples, o.ID)
				}
			}
		}
	}
	list := make([]Misled, 0, len(counts))
	for _, m := range counts {
		list = append(list, *m)
	}
	slices.SortFunc(list, func(a, b Misled) int {
		return cmp.Or(cmp.Compare(b.Items, a.Items), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Label, b.Label),
			cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Text, b.Text))
	})
	return first(list, confusedShown)
}
