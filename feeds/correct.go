package feeds

import (
	"cmp"
	"slices"
)

// ruleCorrection and fieldCorrection stand in the evidence of a person's label.
const (
	ruleCorrection  = "correction"
	fieldCorrection = "correction"
)

// Correct gives a story's labels as people want them: labels are what machines found,
// corrections those of the story in any order, of which the revoked do not count. The
// one that was made last (by its id) about a label decides on it.
//
// A label that people gave or confirmed is By person with Score 1; its evidence is
// first what they said why, then what the machine had seen. Nothing says who they
// were. New labels stand behind the machine's of their kind, a primary country before
// all others.
//
// The primary country is the one that was last said to be. Where people changed the
// countries without saying so and none is left that is primary, a single country is,
// as it would be for the classifier; of several none is.
//
// Correct is idempotent and does not change its arguments.
func Correct(labels []Label, corrections []Correction) []Label {
	last := standing(corrections)
	if len(last) == 0 {
		return labels
	}
	out := make([]Label, 0, len(labels)+len(last))
	for _, l := range labels {
		switch c, ok := last[labelKey{l.Kind, l.Value}]; {
		case !ok:
			out = append(out, l)
		case c.Action != ActionRemove:
			out = append(out, confirmed(l, c))
		}
	}
	countries := false
	for _, c := range inOrder(last) {
		countries = countries || c.Kind == LabelCountry
		if c.Action == ActionRemove || slices.ContainsFunc(out, func(l Label) bool { return l.Kind == c.Kind && l.Value == c.Value }) {
			continue
		}
		out = slices.Insert(out, endOfKind(out, c.Kind), confirmed(Label{Kind: c.Kind, Value: c.Value}, c))
	}
	if countries {
		out = choosePrimary(out, last)
	}
	return out
}

type labelKey struct {
	kind  LabelKind
	value string
}

// standing are the corrections that decide, by label.
func standing(corrections []Correction) map[labelKey]*Correction {
	last := map[labelKey]*Correction{}
	for i := range corrections {
		c := &corrections[i]
		k := labelKey{c.Kind, c.Value}
		if c.Revoked.IsZero() && (last[k] == nil || c.ID > last[k].ID) {
			last[k] = c
		}
	}
	return last
}

func inOrder(last map[labelKey]*Correction) []*Correction {
	out := make([]*Correction, 0, len(last))
	for _, c := range last {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *Correction) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
	})
	return out
}

// confirmed is a label that a person gave or let stand.
func confirmed(l Label, c *Correction) Label {
	said := Evidence{Rule: ruleCorrection, Text: c.Why, Field: fieldCorrection}
	seen := slices.DeleteFunc(slices.Clone(l.Evidence), func(e Evidence) bool { return e.Rule == ruleCorrection })
	l.By, l.Score, l.Evidence = ByPerson, 1, append([]Evidence{said}, seen...)
	return l
}

// kindOrder is how labels stand in a story.
var kindOrder = []LabelKind{LabelCountry, LabelRegion, LabelTopic, LabelLanguage}

// endOfKind is where a new label of a kind stands.
func endOfKind(labels []Label, kind LabelKind) int {
	rank := slices.Index(kindOrder, kind)
	end := 0
	for i, l := range labels {
		if slices.Index(kindOrder, l.Kind) <= rank {
			end = i + 1
		}
	}
	return end
}

func choosePrimary(labels []Label, last map[labelKey]*Correction) []Label {
	var said *Correction
	for _, c := range last {
		if c.Action == ActionPrimary && (said == nil || c.ID > said.ID) {
			said = c
		}
	}
	countries, primary := 0, false
	for i := range labels {
		if l := &labels[i]; l.Kind == LabelCountry {
			if said != nil {
				l.Primary = l.Value == said.Value
			}
			countries++
			primary = primary || l.Primary
		}
	}
	if !primary && countries == 1 {
		i := slices.IndexFunc(labels, func(l Label) bool { return l.Kind == LabelCountry })
		labels[i].Primary = true
	}
	if i := slices.IndexFunc(labels, func(l Label) bool { return l.Primary }); i > 0 && said != nil {
		l := labels[i]
		labels = slices.Insert(slices.Delete(labels, i, i+1), 0, l)
	}
	return labels
}
