package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tributary/internal/dedupe"
	"tributary/internal/eval"
)

// signalRow is how good stories are with some of what they are told by.
type signalRow struct {
	With         string     `json:"with"`
	PairwiseF1   float64    `json:"pairwise_f1"`
	BCubedF1     float64    `json:"b_cubed_f1"`
	ARI          float64    `json:"ari"`
	Translations eval.Score `json:"translations"` // of pairs in two languages
	Merges       int        `json:"merges"`       // stories in which several were put together
	Splits       int        `json:"splits"`       // stories in several parts
}

// signalReport has a first row with all signals, and rows with each left out and each
// alone.
type signalReport struct {
	Signals []signalRow        `json:"signals"`
	Links   []signalRow        `json:"links"` // the same of the kinds of links
	Reasons []eval.ReasonCount `json:"reasons"`
}

// compared is a part of what entries are compared by, and how to take it out of a print.
type compared struct {
	name string
	hide func(p *dedupe.Print)
}

var comparedBy = []compared{
	{"titles", func(p *dedupe.Print) { p.Title, p.TitleNames, p.Headline, p.Masked = nil, nil, 0, 0 }},
	{"the whole text", func(p *dedupe.Print) { p.Text = 0 }},
	{"runs of three words", func(p *dedupe.Print) { p.Shingles, p.Head = nil, nil }},
	{"words", func(p *dedupe.Print) { p.Words = nil }},
	{"figures", func(p *dedupe.Print) { p.Numbers = nil }},
	{"names", func(p *dedupe.Print) { p.Names, p.TitleNames = nil, nil }},
	{"labels", func(p *dedupe.Print) { p.Countries, p.Topics, p.Primary = nil, nil, "" }},
	{"issues and dates in words", func(p *dedupe.Print) { p.Marks, p.TextMarks = nil, nil }},
	{"marks of updates", func(p *dedupe.Print) { p.Updated = false }},
	{"digests", func(p *dedupe.Print) { p.Digest = false }},
	{"addresses and slugs", func(p *dedupe.Print) { p.Addresses, p.Slug = nil, 0 }},
	{"images", func(p *dedupe.Print) { p.Image = 0 }},
	{"time", func(p *dedupe.Print) { p.Published = time.Unix(0, 0) }}, // all at once
}

// linkKinds are kinds of links, to be left out or to stand alone.
var linkKinds = []struct {
	name    string
	reasons []dedupe.Reason
}{
	{"address, guid, slug", []dedupe.Reason{dedupe.ByAddress, dedupe.ByGUID, dedupe.BySlug, dedupe.ByTranslation}},
	{"the same text", []dedupe.Reason{dedupe.ByText}},
	{"most of a text", []dedupe.Reason{dedupe.ByCopy}},
	{"rewritten texts", []dedupe.Reason{dedupe.ByRewrite}},
	{"rare headlines", []dedupe.Reason{dedupe.ByHeadline}},
	{"translations", []dedupe.Reason{dedupe.ByFigures}},
}

// signals measures what each signal is worth. A signal is taken out of the prints, and
// every pair is decided about anew; candidates are found as ever. A kind of link is taken
// out of what was decided: what nothing else says of a pair is lost with it.
func (j *judged) signals() *signalReport {
	refs, links := j.refs(), dedupe.Links(j.prints, j.windows)
	row := func(name string, links []dedupe.Link) signalRow {
		r := eval.Group(j.gold, j.assigned(dedupe.Partition(refs, links)))
		return signalRow{name, r.Pairwise.F1, r.BCubed.F1, r.ARI, r.CrossLanguage.Score, r.Merges.Wrong, r.Splits.Wrong}
	}
	without := func(hidden func(i int) bool) []dedupe.Link {
		prints := slices.Clone(j.prints)
		for i := range comparedBy {
			if hidden(i) {
				for p := range prints {
					comparedBy[i].hide(&prints[p])
				}
			}
		}
		return dedupe.Links(prints, j.windows)
	}
	out := &signalReport{Signals: []signalRow{row("all", links)}}
	for i := range comparedBy {
		out.Signals = append(out.Signals, row("without "+comparedBy[i].name, without(func(k int) bool { return k == i })))
	}
	for i := range comparedBy {
		out.Signals = append(out.Signals, row("only "+comparedBy[i].name, without(func(k int) bool { return k != i })))
	}
	only := func(keep func(l dedupe.Link) bool) []dedupe.Link {
		return slices.DeleteFunc(slices.Clone(links), func(l dedupe.Link) bool { return !keep(l) })
	}
	for _, k := range linkKinds {
		out.Links = append(out.Links, row("without links by "+k.name, only(func(l dedupe.Link) bool { return !slices.Contains(k.reasons, l.Reason) })))
	}
	out.Links = append(out.Links, row("without what keeps apart", only(func(l dedupe.Link) bool { return l.Same })))
	for _, k := range linkKinds {
		out.Links = append(out.Links, row("only links by "+k.name, only(func(l dedupe.Link) bool { return !l.Same || slices.Contains(k.reasons, l.Reason) })))
	}
	out.Reasons = j.report(links).Reasons
	return out
}

// String gives the report as text for people.
func (r *signalReport) String() string {
	var b strings.Builder
	head := func(name string) {
		fmt.Fprintf(&b, "%-36s %9s %9s %9s %19s %7s %7s\n", name, "pairwise", "B-cubed", "ARI", "translations P / R", "merges", "splits")
	}
	rows := func(rows []signalRow) {
		for _, w := range rows {
			fmt.Fprintf(&b, "%-36s %9.3f %9.3f %9.3f %11.3f / %.3f %7d %7d\n", w.With, w.PairwiseF1, w.BCubedF1, w.ARI, w.Translations.Precision, w.Translations.Recall, w.Merges, w.Splits)
		}
	}
	head("signals")
	rows(r.Signals)
	b.WriteString("\n")
	head("links")
	rows(r.Links)
	fmt.Fprintf(&b, "\n%-70s %7s %7s\n", "reason", "pairs", "wrong")
	for _, c := range r.Reasons {
		fmt.Fprintf(&b, "%-70s %7d %7d\n", c.Verdict+": "+c.Reason, c.Pairs, c.Wrong)
	}
	return b.String()
}

func storyName(place int) string { return "s" + strconv.Itoa(place+1) }
