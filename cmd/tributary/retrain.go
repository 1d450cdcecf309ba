package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"tributary/internal/eval"
)

type retrainCmd struct {
	File   string  `arg:"" name:"corrections.jsonl" help:"What tributary corrections export wrote; - for stdin."`
	Gold   string  `required:"" help:"Labelled items, as for eval classify, on which nothing may get worse." type:"existingfile" placeholder:"GOLD.jsonl"`
	Until  string  `help:"Learn from corrections before this day and hold those from it on back; a quarter is held back by chance otherwise." placeholder:"2026-10-01"`
	Margin float64 `help:"What topics F1 must gain on the corrections held back." default:"0.01"`
	Least  int     `help:"How many corrected stories must be held back." default:"20"`
	Seed   uint64  `help:"By which stories are held back without --until." default:"1"`
	DryRun bool    `name:"dry-run" help:"Judge, and adopt nothing."`
}

// retrained is the report with what was done.
type retrained struct {
	eval.RetrainReport
	Written string `json:"written,omitempty"` // the file of the adopted model
	Version string `json:"version"`           // of the new model
}

func (r retrained) String() string {
	s := r.RetrainReport.String() + "\nmodel " + r.Version
	if r.Written == "" {
		return s + ", not written\n"
	}
	return s + " written to " + r.Written + "; a server takes it up when it starts or is told to reload\n"
}

// errDeclined says that a model was judged and not adopted, which the report explains.
var errDeclined = errors.New("not adopted")

// Run trains, judges, and adopts what is better.
func (c *retrainCmd) Run(ctx context.Context, con *console, g *Globals) error {
	cfg, err := configWith(con, g, "")
	if err != nil {
		return err
	}
	o := eval.Retraining{Seed: c.Seed, Margin: c.Margin, Least: c.Least}
	if c.Until != "" {
		if o.Cut, err = time.Parse(time.DateOnly, c.Until); err != nil {
			return usageError{fmt.Sprintf("--until %s: write a day such as 2026-10-01", c.Until)}
		}
	}
	if c.Margin < 0 || c.Least < 1 {
		return usageError{"--margin and --least: a model that is no better, or judged by nothing, is not adopted"}
	}
	digest := sha256.New()
	if err := readInput(con, c.File, func(r io.Reader) (err error) {
		o.Corrections, err = eval.ReadCorrected(io.TeeReader(r, digest))
		return err
	}); err != nil {
		return err
	}
	if o.Gold, err = readWith(c.Gold, eval.ReadGold); err != nil {
		return err
	}
	if o.Shipped, err = shippedTraining(); err != nil {
		return err
	}
	old, err := newClassifier(cfg)
	if err != nil {
		return err
	}
	l, report, err := eval.Retrain(ctx, o, topicTrainer{cfg}, classifying{old})
	if errors.Is(err, eval.ErrTooLittle) {
		return usageError{err.Error()}
	}
	if err != nil {
		return err
	}
	model, err := modelOf(l)
	if err != nil {
		return err
	}
	out := retrained{RetrainReport: report, Version: versionOf(model)}
	if report.Adopt && !c.DryRun {
		m := adopted{Form: modelForm, Version: out.Version, Made: time.Now().UTC().Truncate(time.Second), Program: version(), Taxonomy: cfg.Taxonomy.Version,
			Shipped: report.Shipped, Corrections: report.Trained, Digest: fmt.Sprintf("%x", digest.Sum(nil)), Cut: c.Until, Seed: c.Seed, Summary: report.Summary,
			Figures: []modelFigures{figuresOn("corrections held back", report.OnHeld.Items, report.OldHeld, report.NewHeld),
				figuresOn("labelled items", report.OnGold.Items, report.OldGold, report.NewGold)}, Model: model}
		if out.Written, err = m.write(cfg); err != nil {
			return err
		}
	}
	if err := printReport(con, g, out); err != nil {
		return err
	}
	if !report.Adopt {
		return errDeclined
	}
	return nil
}

func figuresOn(what string, items int, before, after eval.LabelSets) modelFigures {
	return modelFigures{On: what, Items: items, Old: before.Micro, New: after.Micro, OldMacro: before.Macro, NewMacro: after.Macro}
}
