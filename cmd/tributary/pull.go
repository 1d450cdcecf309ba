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

type pullCmd struct {
	Source []string `arg:"" optional:"" name:"source" help:"Ids of the sources to pull, due or not; without any, those that are due."`
	All    bool     `help:"Every enabled source, whatever its schedule. Retry-After and 410 are respected."`
	Demo   bool     `help:"Pull the bundled demo world, into a database of its own."`
}

// Run pulls once.
func (c *pullCmd) Run(ctx context.Context, con *console, g *Globals) error {
	a, stopWorld, err := g.openMaybeDemo(ctx, con, c.Demo, nil)
	if err != nil {
		return err
	}
	defer stopWorld()
	return errors.Join(c.pull(ctx, a), a.close())
}

func (c *pullCmd) pull(ctx context.Context, a *app) error {
	if err := a.sync(ctx); err != nil {
		return err
	}
	sources, err := c.choose(ctx, a)
	if err != nil {
		return err
	}
	puller, _, err := a.puller(ctx, a.config, a.schedules)
	if err != nil {
		return err
	}
	report, err := puller.Pull(ctx, sources, progress(a.con, len(sources)))
	if err == nil {
		err = a.index(ctx)
	}
	if _, forgetting := puller.Retention.Forget(ctx, a.db, time.Now(), puller.KeepOriginals); err == nil {
		err = forgetting
	}
	return errors.Join(err, c.print(a, report))
}

// choose picks the sources to pull now.
func (c *pullCmd) choose(ctx context.Context, a *app) ([]store.SourceState, error) {
	states, err := a.db.Sources(ctx)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	for _, id := range c.Source {
		if !slices.ContainsFunc(states, func(s store.SourceState) bool { return s.ID == id && !s.Retired }) {
			return nil, usageError{fmt.Sprintf("pull: no source %q; \"tributary sources list\" shows them", id)}
		}
	}
	return slices.DeleteFunc(states, func(s store.SourceState) bool {
		if len(c.Source) > 0 && !slices.Contains(c.Source, s.ID) || s.Retired {
			return true
		}
		if why := refusal(s.Polling, now); why != "" {
			if len(c.Source) > 0 {
				fmt.Fprintf(a.con.err, "skipped: %s: %s\n", s.ID, why)
			}
			return true
		}
		if len(c.Source) > 0 {
			return false
		}
		return !s.Enabled || !c.All && (s.Polling.NextRun.After(now) || s.Polling.NextRun.IsZero() && s.Polling.Learnt.Wishes.Until.After(now))
	}), nil
}

// refusal is why a source must not be asked now, whoever wants to.
func refusal(p feeds.Polling, now time.Time) string {
	switch {
	case p.Outcome == feeds.OutcomeGone:
		return "its server said that it is gone for good (410); give it another address, or set enabled to false and back to true, to ask again"
	case p.RetryAfter.After(now):
		return "its server asked not to be asked before " + p.RetryAfter.UTC().Format(time.RFC3339)
	default:
		return ""
	}
}

func (c *pullCmd) print(a *app, r pipeline.Report) error {
	if r.Failed == nil {
		r.Failed = []pipeline.Failure{}
	}
	if a.globals.JSON {
		if err := json.NewEncoder(a.con.out).Encode(r); err != nil {
			return fmt.Errorf("print report: %w", err)
		}
	} else {
		fmt.Fprintf(a.con.out, "%d sources: %d fetched, %d not modified, %d failed\n", r.Sources, r.Fetched, r.NotModified, len(r.Failed))
		fmt.Fprintf(a.con.out, "%d entries read: %d new, %d changed, %d same, %d dropped\n", r.Entries.Read, r.Entries.New, r.Entries.Changed, r.Entries.Same, r.Entries.Dropped)
		fmt.Fprintf(a.con.out, "%d stories new, %d copies joined a story; %.1f s\n", r.Stories.New, r.Stories.Joined, r.Seconds)
		for _, f := range r.Failed {
			fmt.Fprintf(a.con.out, "failed: %s: %s\n", f.Source, f.Error)
		}
		if len(r.Left) > 0 {
			fmt.Fprintf(a.con.out, "ended early; not pulled: %s\n", strings.Join(r.Left, ", "))
		}
	}
	if len(r.Failed) > 0 {
		return errReported
	}
	return nil
}

// progress shows a bar when somebody is watching.
func progress(con *console, total int) func(pipeline.Result) {
	if !con.terminal || total == 0 {
		return nil
	}
	step := bar(con, "pulling", total)
	return func(pipeline.Result) { step() }
}

// bar shows a bar when somebody is watching; what it gives moves it one on.
func bar(con *console, doing string, total int) func() {
	if !con.terminal {
		return func() {}
	}
	b := progressbar.NewOptions(total, progressbar.OptionSetWriter(con.err), progressbar.OptionSetDescription(doing),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
	return func() {
		_ = b.Add(1) // a bar that cannot be drawn must not stop what it is about
	}
}
