package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"tributary/feeds"
	"tributary/internal/pipeline"
	"tributary/internal/store"
)

type relabelCmd struct {
	DryRun bool   `help:"Print which labels stories would gain and lose; write nothing."`
	All    bool   `help:"Also stories that this taxonomy and this version have labelled."`
	Source string `help:"Only stories that a source carries." placeholder:"ID"`
	Since  string `help:"Only stories published since a day or moment (2026-11-03, RFC 3339)." placeholder:"WHEN"`
}

// Run labels kept stories anew.
func (c *relabelCmd) Run(ctx context.Context, con *console, g *Globals) error {
	since, err := when("since", c.Since)
	if err != nil {
		return err
	}
	a, err := g.openThere(ctx, con)
	if err != nil {
		return err
	}
	return errors.Join(c.relabel(ctx, a, pipeline.RelabelScope{Source: c.Source, Since: since}), a.close())
}

func (c *relabelCmd) relabel(ctx context.Context, a *app, scope pipeline.RelabelScope) error {
	if err := c.knows(ctx, a); err != nil {
		return err
	}
	desk, err := a.newDesk(ctx, a.config)
	if err != nil {
		return err
	}
	if c.DryRun {
		diff, err := desk.Compare(ctx, scope, c.All, relabelProgress(a.con, "comparing"))
		return errors.Join(err, c.printDiff(a, diff), faults(a.con, diff.Faults))
	}
	if c.All {
		if _, err := desk.Ask(ctx, scope); err != nil {
			return err
		}
	}
	began := time.Now()
	p, err := desk.Relabel(ctx, scope, relabelProgress(a.con, "labelling"))
	return errors.Join(err, c.print(a, p, time.Since(began)), faults(a.con, p.Faults))
}

func (c *relabelCmd) knows(ctx context.Context, a *app) error {
	states, err := a.db.Sources(ctx)
	if err != nil {
		return err
	}
	if c.Source != "" && !slices.ContainsFunc(states, func(s store.SourceState) bool { return s.ID == c.Source }) {
		return usageError{fmt.Sprintf("relabel: no source %q; \"tributary sources list\" shows them", c.Source)}
	}
	return nil
}

// relabelProgress shows a bar when somebody is watching.
func relabelProgress(con *console, doing string) func(pipeline.RelabelProgress) {
	if !con.terminal {
		return nil
	}
	var bar *progressbar.ProgressBar
	return func(p pipeline.RelabelProgress) {
		if bar == nil {
			bar = progressbar.NewOptions(p.Total, progressbar.OptionSetWriter(con.err), progressbar.OptionSetDescription(doing),
				progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
		}
		_ = bar.Set(min(p.Done, p.Total)) // a bar that cannot be drawn must not stop the work
	}
}

func faults(con *console, list []string) error {
	for _, f := range list {
		fmt.Fprintln(con.err, "not labelled:", f)
	}
	if len(list) > 0 {
		return errReported
	}
	return nil
}

func (c *relabelCmd) print(a *app, p pipeline.RelabelProgress, took time.Duration) error {
	if a.globals.JSON {
		return json.NewEncoder(a.con.out).Encode(map[string]any{"stories": p.Done, "changed": p.Changed, "seconds": took.Seconds()})
	}
	_, err := fmt.Fprintf(a.con.out, "%d stories labelled anew, %d of them otherwise; %.1f s\n", p.Done, p.Changed, took.Seconds())
	return err
}

// diffForm is a dry run in JSON.
type diffForm struct {
	Stories int         `json:"stories"`
	Changed int         `json:"changed"`
	Labels  []labelForm `json:"labels"`
}

type labelForm struct {
	Kind          feeds.LabelKind `json:"kind"`
	Value         string          `json:"value"`
	Gained        int             `json:"gained"`
	Lost          int             `json:"lost"`
	PrimaryGained int             `json:"primary_gained"`
	PrimaryLost   int             `json:"primary_lost"`
	Samples       []sampleForm    `json:"samples"`
}

type sampleForm struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	Published time.Time `json:"published"`
	Before    []string  `json:"before"`
	After     []string  `json:"after"`
}

func (c *relabelCmd) printDiff(a *app, diff pipeline.RelabelDiff) error {
	form := diffForm{Stories: diff.Stories, Changed: diff.Changed, Labels: []labelForm{}}
	for _, l := range diff.Labels {
		f := labelForm{l.Kind, l.Value, l.Gained, l.Lost, l.PrimaryGained, l.PrimaryLost, []sampleForm{}}
		for _, s := range l.Samples {
			f.Samples = append(f.Samples, sampleForm{s.StoryID, s.Title, s.Published, shortLabels(s.Before), shortLabels(s.After)})
		}
		form.Labels = append(form.Labels, f)
	}
	if a.globals.JSON {
		return json.NewEncoder(a.con.out).Encode(form)
	}
	fmt.Fprintf(a.con.out, "%d stories looked at, %d would have other labels; nothing was written\n", form.Stories, form.Changed)
	for _, l := range form.Labels {
		fmt.Fprintf(a.con.out, "\n%s %s: %d gained, %d lost", l.Kind, l.Value, l.Gained, l.Lost)
		if l.PrimaryGained+l.PrimaryLost > 0 {
			fmt.Fprintf(a.con.out, "; as the primary country %d gained, %d lost", l.PrimaryGained, l.PrimaryLost)
		}
		fmt.Fprintln(a.con.out)
		for _, s := range l.Samples {
			fmt.Fprintf(a.con.out, "  %s %s\n    now  %s\n    then %s\n", s.ID, s.Title, strings.Join(s.Before, " "), strings.Join(s.After, " "))
		}
	}
	return nil
}

// shortLabels names labels in a word each; '*' marks the primary country.
func shortLabels(labels []feeds.Label) []string {
	out := make([]string, len(labels))
	for i, l := range labels {
		out[i] = string(l.Kind) + ":" + l.Value
		if l.Primary {
			out[i] += "*"
		}
	}
	return out
}
