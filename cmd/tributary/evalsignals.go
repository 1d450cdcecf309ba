package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"tributary/internal/dedupe"
	"tributary/internal/eval"
)

// signalRow is how good stories are with some of what they are told by.
type signalRow struct {
	With          string  `json:"with"`
	PairwiseF1    float64 `json:"pairwise_f1"`
	BCubedF1      float64 `json:"b_cubed_f1"`
	ARI           float64 `json:"ari"`
	CrossLanguage float64 `json:"cross_language"`
	Merges        int     `json:"merges"` // stories in which several were put together
	Splits        int     `json:"splits"` // stories in several parts
}

// reasonRow is what one reason did to pairs.
type reasonRow struct {
	Reason dedupe.Reason `json:"reason"`
	Pairs  int           `json:"pairs"`
	Wrong  int           `json:"wrong"`
}

type signalReport struct {
	Signals []signalRow `json:"signals"`
	Reasons []reasonRow `json:"reasons"`
}

// blinded are parts of what entries are compared by, and how to take each away.
var blinded = []struct {
	name string
	hide func(p *dedupe.Print)
}{
	{"titles", func(p *dedupe.Print) { p.Title, p.Headline, p.Masked = nil, 0, 0 }},
	{"runs of three words", func(p *dedupe.Print) { p.Shingles, p.Head, p.Text = nil, nil, 0 }},
	{"words", func(p *dedupe.Print) { p.Words = nil }},
	{"figures", func(p *dedupe.Print) { p.Numbers = nil }},
	{"names", func(p *dedupe.Print) { p.Names, p.TitleNames = nil, nil }},
	{"labels", func(p *dedupe.Print) { p.Countries, p.Topics, p.Primary = nil, nil, "" }},
	{"issues and dates in titles", func(p *dedupe.Print) { p.Marks, p.TextMarks = nil, nil }},
	{"marks of updates", func(p *dedupe.Print) { p.Updated = false }},
	{"digests", func(p *dedupe.Print) { p.Digest = false }},
}

// kinds of links, to be left out or to stand alone.
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
	{"what parts stories", []dedupe.Reason{dedupe.OtherIssue, dedupe.OtherPlace, dedupe.OtherFigures, dedupe.OtherNames, dedupe.OtherText, dedupe.OtherHeadline, dedupe.OtherParts, dedupe.OtherEntry}},
}

// signals measures what each signal is worth.
func (g *grouper) signals(con *console, globals *Globals, gold []eval.GoldStory, items []groupIn) error {
	prints := g.prints(items)
	refs := make([]*dedupe.Print, len(prints))
	for i := range prints {
		refs[i] = &prints[i]
	}
	links := dedupe.Links(prints, g.windows)
	judge := func(name string, stories []int) signalRow {
		assigned := make([]eval.Assignment, len(gold))
		for i, story := range stories {
			assigned[i] = eval.Assignment{ID: gold[i].ID, Story: fmt.Sprint(story)}
		}
		r := eval.Group(gold, assigned)
		return signalRow{name, r.Pairwise.F1, r.BCubed.F1, r.ARI, r.CrossLanguage.Rate, r.Merges.Wrong, r.Splits.Wrong}
	}
	out := signalReport{Signals: []signalRow{judge("all", dedupe.Partition(refs, links))}}
	for _, b := range blinded {
		hidden := slices.Clone(prints)
		for i := range hidden {
			b.hide(&hidden[i])
		}
		out.Signals = append(out.Signals, judge("without "+b.name, dedupe.Partition(refs, dedupe.Links(hidden, g.windows))))
	}
	for _, k := range linkKinds {
		rest := slices.DeleteFunc(slices.Clone(links), func(l dedupe.Link) bool { return slices.Contains(k.reasons, l.Reason) })
		out.Signals = append(out.Signals, judge("without "+k.name, dedupe.Partition(refs, rest)))
	}
	for _, k := range linkKinds[:len(linkKinds)-1] {
		alone := slices.DeleteFunc(slices.Clone(links), func(l dedupe.Link) bool { return l.Same && !slices.Contains(k.reasons, l.Reason) })
		out.Signals = append(out.Signals, judge("only "+k.name, dedupe.Partition(refs, alone)))
	}
	at := map[dedupe.Reason]int{}
	for _, l := range links {
		i, ok := at[l.Reason]
		if !ok {
			i = len(out.Reasons)
			at[l.Reason] = i
			out.Reasons = append(out.Reasons, reasonRow{Reason: l.Reason})
		}
		out.Reasons[i].Pairs++
		if l.Same != (gold[l.A].Story == gold[l.B].Story) {
			out.Reasons[i].Wrong++
		}
	}
	slices.SortFunc(out.Reasons, func(a, b reasonRow) int { return b.Pairs - a.Pairs })
	if globals.JSON {
		return json.NewEncoder(con.out).Encode(out)
	}
	fmt.Fprintf(con.out, "%-40s %9s %9s %9s %9s %7s %7s\n", "", "pairwise", "B-cubed", "ARI", "languages", "merges", "splits")
	for _, r := range out.Signals {
		fmt.Fprintf(con.out, "%-40s %9.3f %9.3f %9.3f %9.3f %7d %7d\n", r.With, r.PairwiseF1, r.BCubedF1, r.ARI, r.CrossLanguage, r.Merges, r.Splits)
	}
	fmt.Fprintf(con.out, "\n%-62s %7s %7s\n", "reason", "pairs", "wrong")
	for _, r := range out.Reasons {
		fmt.Fprintf(con.out, "%-62s %7d %7d\n", r.Reason, r.Pairs, r.Wrong)
	}
	return nil
}
