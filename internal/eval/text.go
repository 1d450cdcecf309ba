package eval

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Bounds of the text form; the JSON form has everything a report holds.
const (
	labelsShown = 8
	titleShown  = 80 // characters
)

// String gives the report as text for people, some thirty lines.
func (r ClassifyReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d items, %d without an answer, %d answers to no item\n", r.Items, r.WithoutPrediction, r.Unknown)
	r.Countries.text(&b, "countries")
	r.Topics.text(&b, "topics")
	fmt.Fprintf(&b, "\nprimary country   %.3f  %d of %d right; left empty in %d of %d that have none\n",
		r.Primary.Accuracy, r.Primary.Right, r.Primary.Of, r.Primary.LeftEmpty, r.Primary.NoneOf)
	mismatches(&b, r.Primary.Worst)
	fmt.Fprintf(&b, "mentioned only    %d of %d wrongly returned\n", r.MentionedOnly.Returned, r.MentionedOnly.Of)
	fmt.Fprintf(&b, "about no country  %d of %d kept empty\n", r.NoCountry.KeptEmpty, r.NoCountry.Of)
	fmt.Fprintf(&b, "language          %.3f  %d of %d right\n", r.Language.Accuracy, r.Language.Right, r.Language.Of)
	mismatches(&b, r.Language.Worst)
	if len(r.ByLanguage) > 0 {
		fmt.Fprintf(&b, "\n%-8s  %5s  %12s  %9s  %9s  %9s\n", "language", "items", "countries F1", "topics F1", "primary", "language")
	}
	for _, l := range r.ByLanguage {
		fmt.Fprintf(&b, "%-8s  %5d  %12.3f  %9.3f  %9s  %9s\n", named(l.Language), l.Items, l.Countries.F1, l.Topics.F1,
			l.Primary.text(), l.Identified.text())
	}
	return b.String()
}

func (r LabelSets) text(b *strings.Builder, what string) {
	fmt.Fprintf(b, "\n%-10s micro  %s\n", what, r.Micro.text())
	fmt.Fprintf(b, "%-10s macro  %s\n", "", r.Macro.text())
	fmt.Fprintf(b, "%-10s exact  %.3f of the items\n", "", r.Exact)
	most(b, "most wrong ", r.ByLabel, func(l LabelScore) int { return l.FP })
	most(b, "most missed", r.ByLabel, func(l LabelScore) int { return l.FN })
	for _, m := range r.Worst {
		fmt.Fprintf(b, "  %s [%s] %s\n", plain(m.ID), named(m.Language), plain(m.Title))
		if len(m.Missed) > 0 {
			fmt.Fprintf(b, "      missed %s\n", plain(strings.Join(m.Missed, ", ")))
		}
		if len(m.Wrong) > 0 {
			fmt.Fprintf(b, "      wrong  %s\n", plain(strings.Join(m.Wrong, ", ")))
		}
	}
}

// most writes the labels with the greatest counts.
func most(b *strings.Builder, what string, labels []LabelScore, count func(LabelScore) int) {
	labels = slices.DeleteFunc(slices.Clone(labels), func(l LabelScore) bool { return count(l) == 0 })
	slices.SortStableFunc(labels, func(x, y LabelScore) int { return cmp.Compare(count(y), count(x)) })
	if len(labels) == 0 {
		return
	}
	words := make([]string, 0, labelsShown)
	for _, l := range first(labels, labelsShown) {
		words = append(words, fmt.Sprintf("%s %d", plain(l.Label), count(l)))
	}
	fmt.Fprintf(b, "%-10s %s  %s\n", "", what, strings.Join(words, ", "))
}

func mismatches(b *strings.Builder, list []Mismatch) {
	for _, m := range list {
		fmt.Fprintf(b, "  %s: %s, should be %s: %s\n", plain(m.ID), named(m.Got), named(m.Want), plain(m.Title))
	}
}

// String gives the report as text for people.
func (r GroupReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d items in %d stories, answered as %d; %d without an answer, %d answers to no item\n\n",
		r.Items, r.Stories, r.Predicted, r.WithoutPrediction, r.Unknown)
	fmt.Fprintf(&b, "pairwise  %s\nB-cubed   %s\nARI       %.3f\n", r.Pairwise.text(), r.BCubed.text(), r.ARI)
	if r.CrossLanguage.Of > 0 {
		fmt.Fprintf(&b, "pairs in two languages  %.3f  %d of %d found\n", r.CrossLanguage.Rate, r.CrossLanguage.Found, r.CrossLanguage.Of)
	}
	r.Merges.text(&b, "different stories put together")
	r.Splits.text(&b, "stories broken up")
	return b.String()
}

func (c Clusters) text(b *strings.Builder, what string) {
	fmt.Fprintf(b, "\n%s: %d\n", what, c.Wrong)
	for _, w := range c.Worst {
		words := make([]string, len(w.Parts))
		for i, p := range w.Parts {
			words[i] = fmt.Sprintf("%s (%d)", named(p.Story), p.Items)
		}
		fmt.Fprintf(b, "  %s, %d items, %d wrong pairs: %s\n", named(w.Story), w.Items, w.WrongPairs, strings.Join(words, ", "))
		for _, e := range w.Examples {
			fmt.Fprintf(b, "      %s [%s] %s\n", plain(e.ID), named(e.Language), plain(e.Title))
		}
	}
}

func (s Score) text() string {
	return fmt.Sprintf("precision %.3f  recall %.3f  F1 %.3f", s.Precision, s.Recall, s.F1)
}

func (r Ratio) text() string { return fmt.Sprintf("%d/%d", r.Right, r.Of) }

// named writes what may be empty.
func named(s string) string {
	if s == "" {
		return "none"
	}
	return plain(s)
}

// plain makes a string from outside fit for one line of a terminal: bounded, and
// without characters that steer it or turn the direction of what follows. The joiners
// that Persian and Hindi spell with stay.
func plain(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > titleShown {
			b.WriteRune('…')
			break
		}
		if !unicode.IsPrint(r) && r != '\u200c' && r != '\u200d' {
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String()
}
