package eval

import (
	"fmt"
	"strings"
	"unicode"
)

// Bounds of the text form; the JSON form has everything a report holds.
const (
	labelsShown = 8
	titleShown  = 80 // characters
)

// String gives the report as text for people.
func (r GroupReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d items in %d stories, answered as %d; %d without an answer, %d answers to no item\n\n",
		r.Items, r.Stories, r.Predicted, r.WithoutPrediction, r.Unknown)
	fmt.Fprintf(&b, "pairwise  %s\nB-cubed   %s\nARI       %.3f\n", r.Pairwise.text(), r.BCubed.text(), r.ARI)
	if r.CrossLanguage.Of > 0 {
		fmt.Fprintf(&b, "pairs in two languages  %.3f  %d of %d found; %d put together\n", r.CrossLanguage.Rate, r.CrossLanguage.Found, r.CrossLanguage.Of, r.CrossLanguage.Predicted)
		fmt.Fprintf(&b, "          %s\n", r.CrossLanguage.Score.text())
		for _, p := range first(r.CrossLanguage.Pairs, labelsShown) {
			fmt.Fprintf(&b, "  %-8s %s  %d of %d\n", named(p.Languages[0])+"-"+named(p.Languages[1]), p.Score.text(), p.Found, p.Of)
		}
	}
	if len(r.ByLanguage) > 1 {
		b.WriteString("\nwithin a language\n")
		for _, l := range r.ByLanguage {
			fmt.Fprintf(&b, "  %-4s n=%-5d pairwise %s  B-cubed F1 %.3f\n", named(l.Language), l.Items, l.Pairwise.text(), l.BCubed.F1)
		}
	}
	if len(r.Reasons) > 0 {
		fmt.Fprintf(&b, "\n%-70s %7s %7s\n", "reason", "pairs", "wrong")
		for _, c := range r.Reasons {
			fmt.Fprintf(&b, "%-70s %7d %7d\n", c.Verdict+": "+plain(c.Reason), c.Pairs, c.Wrong)
		}
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
		for _, s := range w.Because {
			fmt.Fprintf(b, "    %s and %s, %s: %s\n", plain(s.A), plain(s.B), s.Verdict, plain(s.Reason))
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
func plain(s string) string { return clipped(s, titleShown) }

// clipped is plain with a bound of its own, in characters.
func clipped(s string, most int) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > most {
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
