package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tributary/feeds"
	"tributary/internal/pipeline"
	"tributary/internal/store"
)

type correctionsCmd struct {
	List   correctionsListCmd   `cmd:"" help:"What people said about labels, one JSON line each, with their names."`
	Export correctionsExportCmd `cmd:"" help:"Corrected stories as gold for eval, one JSON line each, without names."`
}

type correctionsListCmd struct {
	Office string `help:"Only those of an office." placeholder:"CODE"`
	Since  string `help:"Only those said or taken back since a day or moment (2026-11-03, RFC 3339)." placeholder:"WHEN"`
	All    bool   `help:"Those that were taken back, too."`
}

// Run lists corrections.
func (c *correctionsListCmd) Run(ctx context.Context, con *console, g *Globals) error {
	since, err := when("since", c.Since)
	if err != nil {
		return err
	}
	a, err := g.openThere(ctx, con)
	if err != nil {
		return err
	}
	return errors.Join(c.list(ctx, a, since), a.close())
}

func (c *correctionsListCmd) list(ctx context.Context, a *app, since time.Time) error {
	out := json.NewEncoder(a.con.out)
	q := store.CorrectionQuery{Office: c.Office, Since: since, Revoked: c.All}
	for {
		page, err := a.db.Corrections(ctx, q)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return nil
		}
		for i := range page {
			if err := out.Encode(&page[i]); err != nil {
				return fmt.Errorf("print corrections: %w", err)
			}
		}
		q.After = page[len(page)-1].ID
	}
}

type correctionsExportCmd struct {
	Office string `help:"Only stories that an office corrected." placeholder:"CODE"`
	Since  string `help:"Only stories last corrected since a day or moment (2026-11-03, RFC 3339)." placeholder:"WHEN"`
}

// Run exports corrected stories.
func (c *correctionsExportCmd) Run(ctx context.Context, con *console, g *Globals) error {
	since, err := when("since", c.Since)
	if err != nil {
		return err
	}
	a, err := g.openThere(ctx, con)
	if err != nil {
		return err
	}
	return errors.Join(c.export(ctx, a, since), a.close())
}

func (c *correctionsExportCmd) export(ctx context.Context, a *app, since time.Time) error {
	desk, err := a.newDesk(ctx, a.config)
	if err != nil {
		return err
	}
	out := json.NewEncoder(a.con.out)
	out.SetEscapeHTML(false)
	return desk.EachCorrected(ctx, pipeline.CorrectedScope{Office: c.Office, Since: since}, func(s pipeline.CorrectedStory) error {
		if err := out.Encode(newGoldLine(&s)); err != nil {
			return fmt.Errorf("print corrected stories: %w", err)
		}
		return nil
	})
}

// goldLine is a corrected story in the form of the gold files that eval reads.
type goldLine struct {
	ID     string    `json:"id"`
	Title  string    `json:"title"`
	Text   string    `json:"text"`
	Lang   string    `json:"lang"`
	URL    string    `json:"url"`
	Source string    `json:"source"` // of the lead
	Office string    `json:"office"` // that corrected last
	Month  string    `json:"month"`  // of the last correction
	At     time.Time `json:"at"`
	goldLabels
	Machine     goldLabels       `json:"machine"`
	Corrections []goldCorrection `json:"corrections"`
}

// goldLabels are labels by kind, best first.
type goldLabels struct {
	Countries []string `json:"countries"`
	Primary   string   `json:"primary"`
	Regions   []string `json:"regions"`
	Topics    []string `json:"topics"`
	Language  string   `json:"language"`
}

// goldCorrection is a correction that decides on its label.
type goldCorrection struct {
	Kind   feeds.LabelKind `json:"kind"`
	Value  string          `json:"value"`
	Action feeds.Action    `json:"action"`
	Office string          `json:"office"`
	At     time.Time       `json:"at"`
}

func newGoldLine(s *pipeline.CorrectedStory) goldLine {
	lead, last := s.Lead(), s.Corrections[len(s.Corrections)-1]
	line := goldLine{ID: s.ID, Title: lead.Entry.Title, Text: s.Text, Lang: lead.Entry.Language, URL: lead.Entry.Link,
		Source: lead.SourceID, Office: last.Office, Month: last.At.Format("2006-01"), At: last.At,
		goldLabels: newGoldLabels(s.Labels), Machine: newGoldLabels(s.Machine), Corrections: []goldCorrection{}}
	for i, c := range s.Corrections {
		if !overruled(s.Corrections[i+1:], c) {
			line.Corrections = append(line.Corrections, goldCorrection{c.Kind, c.Value, c.Action, c.Office, c.At})
		}
	}
	return line
}

// overruled says whether a later correction is about the same label.
func overruled(later []feeds.Correction, c feeds.Correction) bool {
	for _, l := range later {
		if l.Kind == c.Kind && l.Value == c.Value {
			return true
		}
	}
	return false
}

func newGoldLabels(labels []feeds.Label) goldLabels {
	out := goldLabels{Countries: []string{}, Regions: []string{}, Topics: []string{}}
	for _, l := range labels {
		switch l.Kind {
		case feeds.LabelCountry:
			out.Countries = append(out.Countries, l.Value)
			if l.Primary {
				out.Primary = l.Value
			}
		case feeds.LabelRegion:
			out.Regions = append(out.Regions, l.Value)
		case feeds.LabelTopic:
			out.Topics = append(out.Topics, l.Value)
		case feeds.LabelLanguage:
			out.Language = first(out.Language, l.Value)
		}
	}
	return out
}

// when reads a day (its beginning, UTC) or a moment; the zero time for none.
func when(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usageError{fmt.Sprintf("--%s %q is neither a day (2026-11-03) nor a moment (2026-11-03T10:00:00Z)", flag, text)}
}
