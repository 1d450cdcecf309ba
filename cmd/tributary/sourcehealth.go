package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"tributary/config"
	"tributary/feeds"
	"tributary/internal/health"
	"tributary/internal/store"
)

type listCmd struct {
	Office string `help:"Only this office's." placeholder:"CODE"`
	All    bool   `help:"Disabled and retired sources too."`
}

// sourceForm is a source's JSON form in the list.
type sourceForm struct {
	feeds.Source
	Origin     string       `json:"origin"`
	Retired    bool         `json:"retired,omitempty"`
	Health     health.State `json:"health"`
	Summary    string       `json:"summary"`
	Advice     string       `json:"advice,omitempty"`
	Template   string       `json:"template,omitempty"`
	Outcome    string       `json:"outcome"`
	Reason     string       `json:"reason,omitempty"`
	HTTPStatus int          `json:"http_status,omitempty"`
	Error      string       `json:"error,omitempty"`
	Failures   int          `json:"failures,omitempty"`
	Since      *time.Time   `json:"since,omitempty"` // when it began to end this way
	Problems   []string     `json:"problems,omitempty"`

	LastRun     *time.Time `json:"last_run,omitempty"`
	LastSuccess *time.Time `json:"last_success,omitempty"`
	LastChange  *time.Time `json:"last_change,omitempty"`
	NextRun     *time.Time `json:"next_run,omitempty"` // absent when it is not asked any more
	RetryAfter  *time.Time `json:"retry_after,omitempty"`
	NewestEntry *time.Time `json:"newest_entry,omitempty"`
	NewestAge   int64      `json:"newest_age,omitempty"` // seconds
	Entries     int        `json:"entries"`              // in the document read last
	UsualGap    int64      `json:"usual_gap,omitempty"`  // seconds between two publications; absent when unknown
	MovedTo     string     `json:"moved_to,omitempty"`
	MovedSince  *time.Time `json:"moved_since,omitempty"`

	Subscription *pushForm `json:"subscription,omitempty"` // by WebSub
}

// sourceList is the sources, those of the configuration as it is now.
type sourceList struct {
	states []store.SourceState
	pushes map[string]*pushForm // by source
	config *config.Config
}

// form is a source with how it is doing at a moment.
func (l *sourceList) form(s store.SourceState, now time.Time) sourceForm {
	p, h := &s.Polling, health.Of(s.Source, s.Polling, now)
	f := sourceForm{Source: s.Source, Origin: s.Origin, Retired: s.Retired,
		Health: h.State, Summary: h.Summary, Advice: h.Advice,
		Template: strings.ReplaceAll(h.Template, health.FetcherPage, baseURL(l.config)+"/about/fetcher"),
		Outcome:  outcome(*p), Reason: p.Reason, HTTPStatus: p.Status, Error: p.Error, Failures: p.Failures, Since: date(p.Since), Problems: p.Problems,
		LastRun: date(p.LastRun), LastSuccess: date(p.LastSuccess), LastChange: date(p.Learnt.Document.Changed), NextRun: date(nextRun(s)),
		NewestEntry: date(p.NewestEntry), Entries: p.Learnt.Document.Entries, UsualGap: int64(p.Learnt.Pace.Gap / time.Second),
		MovedTo: p.Learnt.Move.Address, MovedSince: date(p.Learnt.Move.Since),
		Subscription: l.pushes[s.ID]}
	f.Categories = l.config.Taxonomy.TrustOf(s.Categories, s.Kind, s.VocabularyAddress())
	if p.RetryAfter.After(now) {
		f.RetryAfter = date(p.RetryAfter)
	}
	if !p.NewestEntry.IsZero() {
		f.NewestAge = int64(max(now.Sub(p.NewestEntry), 0) / time.Second)
	}
	return f
}

// nextRun is when a source is asked next; zero when it is not, or not known.
func nextRun(s store.SourceState) time.Time {
	if !s.Enabled || s.Retired || s.Polling.Outcome == feeds.OutcomeGone {
		return time.Time{}
	}
	if s.Polling.RetryAfter.After(s.Polling.NextRun) {
		return s.Polling.RetryAfter
	}
	return s.Polling.NextRun
}

// Run lists the sources.
func (c *listCmd) Run(ctx context.Context, con *console, g *Globals) error {
	list, err := g.sources(ctx, con)
	if err != nil {
		return err
	}
	states := slices.DeleteFunc(list.states, func(s store.SourceState) bool {
		return !c.All && (!s.Enabled || s.Retired) || c.Office != "" && s.Office != c.Office
	})
	now := time.Now()
	if g.JSON {
		out := json.NewEncoder(con.out)
		for _, s := range states {
			if err := out.Encode(list.form(s, now)); err != nil {
				return fmt.Errorf("print sources: %w", err)
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(con.out, 2, 8, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tOFFICE\tKIND\tHEALTH\tLAST RUN\tNEXT RUN\tURL\tSUMMARY")
	for _, s := range states {
		f := list.form(s, now)
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", s.ID, s.Office, s.Kind, f.Health,
			moment(s.Polling.LastRun), moment(nextRun(s)), s.URL, f.Summary)
	}
	return w.Flush()
}

func (g *Globals) sources(ctx context.Context, con *console) (*sourceList, error) {
	a, err := g.open(ctx, con, nil, nil)
	if err != nil {
		return nil, err
	}
	list := &sourceList{config: a.config}
	if list.states, err = a.synced(ctx); err == nil {
		list.pushes, err = a.pushForms(ctx)
	}
	return list, errors.Join(err, a.close())
}

type showCmd struct {
	Source string `arg:"" name:"source" help:"Id of the source."`
}

// Run shows one source.
func (c *showCmd) Run(ctx context.Context, con *console, g *Globals) error {
	list, err := g.sources(ctx, con)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list.states, func(s store.SourceState) bool { return s.ID == c.Source })
	if i < 0 {
		return usageError{fmt.Sprintf("no source %q; \"tributary sources list\" shows them", c.Source)}
	}
	s := list.states[i]
	f := list.form(s, time.Now())
	if g.JSON {
		if err := json.NewEncoder(con.out).Encode(f); err != nil {
			return fmt.Errorf("print source: %w", err)
		}
		return nil
	}
	return f.print(con, s)
}

// print tells a person how the source is doing.
func (f *sourceForm) print(con *console, s store.SourceState) error {
	fmt.Fprintf(con.out, "%s: %s\n%s, office %s, %s\n\n%s: %s\n", s.ID, s.Title, s.URL, s.Office, s.Kind, f.Health, f.Summary)
	if f.Advice != "" {
		fmt.Fprintf(con.out, "%s\n", f.Advice)
	}
	fmt.Fprintln(con.out)
	p, usual := &s.Polling, "-"
	if p.Learnt.Pace.Gap > 0 {
		usual = health.Age(p.Learnt.Pace.Gap)
	}
	w := tabwriter.NewWriter(con.out, 2, 8, 2, ' ', 0)
	for _, row := range [][2]string{
		{"last asked", moment(p.LastRun)}, {"last read well", moment(p.LastSuccess)}, {"last change", moment(p.Learnt.Document.Changed)},
		{"next", moment(nextRun(s))}, {"schedule", s.Schedule + " (" + s.Zone + ")"}, {"newest entry", moment(p.NewestEntry)},
		{"entries in its document", fmt.Sprint(p.Learnt.Document.Entries)}, {"publishes about every", usual},
		{"moved to", first(p.Learnt.Move.Address, "-")}, {"error", first(p.Error, "-")},
	} {
		fmt.Fprintf(w, "%s\t%s\n", row[0], row[1])
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print source: %w", err)
	}
	if len(p.Problems) > 0 {
		fmt.Fprintf(con.out, "\nProblems in its document:\n  %s\n", strings.Join(p.Problems, "\n  "))
	}
	if f.Template != "" {
		fmt.Fprintf(con.out, "\nA letter to the webmaster:\n\n%s", f.Template)
	}
	return nil
}

func outcome(p feeds.Polling) string {
	if p.Outcome == feeds.OutcomeNever {
		return "never polled"
	}
	return strings.ReplaceAll(string(p.Outcome), "_", " ")
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04Z")
}
