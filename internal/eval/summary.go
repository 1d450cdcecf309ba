package eval

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fewer items than these say little about a language, fewer labels little about one.
const (
	enoughItems  = 15
	enoughLabels = 5
)

// summary says in plain sentences what the figures say.
func summary(r *ClassifyReport) []string {
	if r.Items == 0 {
		return []string{"0 items: there is nothing to judge."}
	}
	lines := []string{fmt.Sprintf("%s judged%s.", counted(r.Items, "item"), unanswered(r))}
	lines = append(lines, r.Countries.sentence("countries", r.Items), r.Topics.sentence("topics", r.Items))
	if r.Regions != nil {
		lines = append(lines, r.Regions.sentence("regions", 0))
	}
	if p := r.Primary; p.Of > 0 {
		lines = append(lines, fmt.Sprintf("The primary country is right in %s of the %s that have one; in %d it is another, in %d it is missing.%s",
			percent(p.Right, p.Of), counted(p.Of, "item"), p.Another, p.None, confusedMost(p.Confusion)))
	}
	if m := r.MentionedOnly; m.Of > 0 {
		lines = append(lines, fmt.Sprintf("Of %s no more than mentioned (donors, datelines, seats), %d came back as labels.", countries(m.Of), m.Returned))
	}
	if l := r.Language; l.Of > 0 {
		lines = append(lines, fmt.Sprintf("The language is right in %s of %s.%s", percent(l.Right, l.Of), counted(l.Of, "item"), confusedMost(l.Confusion)))
	}
	if s := weakest(r.ByLanguage, func(f Figures) float64 { return f.Countries.F1 }); s != nil {
		lines = append(lines, fmt.Sprintf("Countries are weakest in %s (F1 %.3f on %s)%s.", named(s.Language), s.Countries.F1, counted(s.Items, "item"), few(r.ByLanguage)))
	}
	if s := weakest(r.ByLanguage, func(f Figures) float64 { return f.Topics.F1 }); s != nil {
		lines = append(lines, fmt.Sprintf("Topics are weakest in %s (F1 %.3f on %s).", named(s.Language), s.Topics.F1, counted(s.Items, "item")))
	}
	if weak := weakLabels(r.Topics.ByLabel); weak != "" {
		lines = append(lines, "The weakest topics that stand in enough items: "+weak+".")
	}
	if n := r.Items; n < 1000 {
		lines = append(lines, fmt.Sprintf("With %s, differences within the ranges given are chance: compare two results with --compare before you believe one.", counted(n, "item")))
	}
	return lines
}

func unanswered(r *ClassifyReport) string {
	if r.WithoutPrediction == 0 {
		return ""
	}
	return fmt.Sprintf(", %d of them without an answer", r.WithoutPrediction)
}

// sentence says precision and recall without their names.
func (r *LabelSets) sentence(what string, items int) string {
	if r.Wanted+r.Given == 0 {
		return fmt.Sprintf("No %s were expected, none were given.", what)
	}
	s := fmt.Sprintf("Of %d %s given, %d were right (%s); of %d expected, %d were found (%s).",
		r.Given, what, r.Right, percent(r.Right, r.Given), r.Wanted, r.Right, percent(r.Right, r.Wanted))
	if items > 0 {
		s += fmt.Sprintf(" %.0f %% of the items have just the right ones.", 100*r.Exact)
	}
	wrong, missed := mostOf(r.ByLabel, func(l LabelScore) int { return l.FP }), mostOf(r.ByLabel, func(l LabelScore) int { return l.FN })
	if len(wrong) > 0 {
		s += fmt.Sprintf(" Most often wrong: %s (%d).", plain(wrong[0].Label), wrong[0].FP)
	}
	if len(missed) > 0 {
		s += fmt.Sprintf(" Most often missed: %s (%d).", plain(missed[0].Label), missed[0].FN)
	}
	return s
}

func confusedMost(list []Confusion) string {
	if len(list) == 0 {
		return ""
	}
	c := list[0]
	return fmt.Sprintf(" Most often: %s where %s should be (%d).", named(c.Got), plain(c.Want), c.Items)
}

// percent never rounds a mistake away.
func percent(n, of int) string {
	p := 100 * share(n, of)
	if of > 0 && n < of && p > 99.9 {
		return "just under 100 %"
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", p), ".0") + " %"
}

func countries(n int) string {
	if n == 1 {
		return "1 country"
	}
	return fmt.Sprintf("%d countries", n)
}

// weakest finds the language with the lowest figure among those with enough items; nil when
// there are not two to choose from.
func weakest(list []LanguageReport, figure func(Figures) float64) *LanguageReport {
	list = slices.DeleteFunc(slices.Clone(list), func(s LanguageReport) bool { return s.Items < enoughItems })
	if len(list) < 2 {
		return nil
	}
	s := slices.MinFunc(list, func(a, b LanguageReport) int { return cmp.Compare(figure(a.Figures), figure(b.Figures)) })
	return &s
}

// few names the languages that are not weighed.
func few(list []LanguageReport) string {
	var names []string
	for _, s := range list {
		if s.Items < enoughItems {
			names = append(names, fmt.Sprintf("%s %d", named(s.Language), s.Items))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "; too few items to tell: " + strings.Join(first(names, labelsShown), ", ")
}

func weakLabels(labels []LabelScore) string {
	const shown = 3
	labels = slices.DeleteFunc(slices.Clone(labels), func(l LabelScore) bool { return l.TP+l.FN < enoughLabels || l.F1 == 1 })
	slices.SortStableFunc(labels, func(a, b LabelScore) int { return cmp.Compare(a.F1, b.F1) })
	var words []string
	for _, l := range first(labels, shown) {
		words = append(words, fmt.Sprintf("%s (F1 %.2f: %d right, %d missed, %d wrong)", plain(l.Label), l.F1, l.TP, l.FN, l.FP))
	}
	return strings.Join(words, ", ")
}
