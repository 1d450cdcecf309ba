package main

import (
	"context"
	"io"

	"tributary/internal/dedupe"
	"tributary/internal/eval"
)

type evalGroupCmd struct {
	Gold    string `arg:"" name:"gold.jsonl" help:"Items with their stories, one JSON line each; - for stdin."`
	Signals bool   `help:"What each signal is worth: the figures with it alone and without it."`
}

// judged are labelled items with their prints.
type judged struct {
	gold    []eval.GoldStory
	prints  []dedupe.Print
	at      map[string]int // id -> place
	windows dedupe.Windows
}

// Run groups the gold's items and compares.
func (c *evalGroupCmd) Run(ctx context.Context, con *console, g *Globals) error {
	var gold []eval.GoldStory
	if err := readInput(con, c.Gold, func(r io.Reader) (err error) {
		gold, err = eval.ReadStories(r)
		return err
	}); err != nil {
		return err
	}
	stories, err := newGrouper(con, g)
	if err != nil {
		return err
	}
	items := make([]groupIn, len(gold))
	j := judged{gold: gold, at: make(map[string]int, len(gold)), windows: stories.windows}
	for i := range gold {
		it := &gold[i]
		items[i] = groupIn{ID: it.ID, Source: it.Source, Lang: it.Lang, Title: it.Title, Text: it.Text, URL: it.URL, Published: it.Published}
		j.at[it.ID] = i
	}
	if j.prints, err = stories.prints(ctx, con, items); err != nil {
		return err
	}
	if c.Signals {
		return printReport(con, g, j.signals())
	}
	return printReport(con, g, j.report(dedupe.Links(j.prints, j.windows)))
}

// report judges the stories that links make, with the reasons of what is wrong in them.
func (j *judged) report(links []dedupe.Link) *eval.GroupReport {
	assigned := j.assigned(dedupe.Partition(j.refs(), links))
	report := eval.Group(j.gold, assigned)
	said := make([]eval.PairVerdict, len(links))
	for i := range links {
		l := &links[i]
		said[i] = j.said(l.A, l.B)
		said[i].Verdict, said[i].Reason = saidOf(&dedupe.Verdict{Same: l.Same, Apart: l.Apart}), string(l.Reason) // one guid is no verdict
	}
	report.Explain(j.gold, assigned, said, func(a, b string) eval.PairVerdict { return j.said(j.at[a], j.at[b]) })
	return &report
}

func (j *judged) refs() []*dedupe.Print {
	refs := make([]*dedupe.Print, len(j.prints))
	for i := range j.prints {
		refs[i] = &j.prints[i]
	}
	return refs
}

func (j *judged) assigned(stories []int) []eval.Assignment {
	out := make([]eval.Assignment, len(stories))
	for i, story := range stories {
		out[i] = eval.Assignment{ID: j.gold[i].ID, Story: storyName(story)}
	}
	return out
}

// said is the verdict about two items as it is reported.
func (j *judged) said(a, b int) eval.PairVerdict {
	v := dedupe.Verify(&j.prints[a], &j.prints[b], j.windows)
	return eval.PairVerdict{A: j.gold[a].ID, B: j.gold[b].ID, Verdict: saidOf(&v), Reason: string(v.Reason), Near: nearness(&v)}
}

// nearness says how near a pair comes to being one, to put the nearest first in a report:
// what is linked, by its strength, before what is not, by what it has in common.
func nearness(v *dedupe.Verdict) float64 {
	if v.Same {
		return 1 + v.Strength
	}
	s := &v.Signals
	return (s.Containment + s.Words + s.TitleInMax + min(s.Numbers, 4)/4 + min(s.Names, 4)/4 + s.Countries/2 + s.Topics/2) / 6
}
