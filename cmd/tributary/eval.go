package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"tributary/config"
	"tributary/internal/classify"
	"tributary/internal/eval"
)

type evalCmd struct {
	Classify    evalClassifyCmd    `cmd:"" help:"Countries, topics and language: precision, recall, F1 and the worst mistakes."`
	Corrections evalCorrectionsCmd `cmd:"" help:"What editors' corrections say: precision and recall of what they corrected, and of what the machine says now."`
	Taxonomy    evalTaxonomyCmd    `cmd:"" help:"Write the files of the taxonomy into a directory, to edit them and judge the change."`
	Group       evalGroupCmd       `cmd:"" help:"Stories: pairwise, B-cubed, ARI and the worst merges and splits."`
}

type evalClassifyCmd struct {
	Gold       string `arg:"" name:"gold.jsonl" help:"Labelled items, one JSON line each; - for stdin."`
	Taxonomy   string `help:"Judge an edited taxonomy: a directory with countries.yaml, regions.yaml, topics.yaml or lookalikes.yaml, or one of them." placeholder:"PATH" type:"path"`
	Undeclared bool   `help:"Keep the declared languages from the labeller, so that it must find them."`
	Folds      int    `help:"Judge topic models that learnt from the other folds of the file and from the bundled training data." placeholder:"5"`
	Seed       uint64 `help:"By which items come into folds." default:"1"`
	LeaveOut   string `help:"Judge each language by a model that has not learnt it." enum:",language" default:"" placeholder:"language"`
	Compare    string `help:"Say item by item what is better and worse than in a result saved with --json." placeholder:"RESULT.json" type:"existingfile"`
}

type evalCorrectionsCmd struct {
	File     string `arg:"" name:"corrections.jsonl" help:"What tributary corrections export wrote; - for stdin."`
	Taxonomy string `help:"Judge an edited taxonomy, as eval classify does." placeholder:"PATH" type:"path"`
}

type evalTaxonomyCmd struct {
	Dir string `arg:"" name:"directory" help:"Made when it is not there; files that are there are not touched."`
}

// Run labels the gold's items and compares.
func (c *evalClassifyCmd) Run(ctx context.Context, con *console, g *Globals) error {
	var earlier *eval.ClassifyReport
	if c.Compare != "" {
		report, err := readWith(c.Compare, eval.ReadReport)
		if err != nil {
			return err
		}
		earlier = &report
	}
	report, err := c.judge(ctx, con, g)
	if err != nil {
		return err
	}
	if earlier != nil {
		report.Comparison = eval.Compare(earlier, &report)
	}
	return printReport(con, g, report)
}

func (c *evalClassifyCmd) judge(ctx context.Context, con *console, g *Globals) (report eval.ClassifyReport, err error) {
	cfg, err := configWith(con, g, c.Taxonomy)
	if err != nil {
		return report, err
	}
	if c.Folds != 0 || c.LeaveOut != "" {
		return c.holdOut(ctx, con, cfg)
	}
	classifier, err := newClassifier(cfg)
	if err != nil {
		return report, err
	}
	judge := eval.NewJudge()
	if err := readInput(con, c.Gold, func(r io.Reader) error {
		return eval.EachGold(r, func(it *eval.GoldItem) error {
			declared := it.Lang
			if c.Undeclared {
				declared = ""
			}
			p := predicted(classifier, it, declared)
			judge.Add(it, &p)
			return ctx.Err()
		})
	}); err != nil {
		return report, err
	}
	return judge.Report(), nil
}

// holdOut judges what a model makes of items it has not learnt.
func (c *evalClassifyCmd) holdOut(ctx context.Context, con *console, cfg *config.Config) (report eval.ClassifyReport, err error) {
	part := eval.Languages
	switch {
	case c.Folds != 0 && c.LeaveOut != "":
		return report, usageError{"--folds and --leave-out: one at a time"}
	case c.Folds < 0 || c.Folds == 1 || c.Folds > maxFolds:
		return report, usageError{fmt.Sprintf("--folds %d: write a number from 2 to %d", c.Folds, maxFolds)}
	case c.Undeclared:
		return report, usageError{"--undeclared: models do not learn languages; leave --folds and --leave-out out"}
	case c.Folds != 0:
		part = eval.Folds(c.Folds, c.Seed)
	}
	var items []eval.GoldItem
	if err := readInput(con, c.Gold, func(r io.Reader) (err error) {
		items, err = eval.ReadGold(r)
		return err
	}); err != nil {
		return report, err
	}
	shipped, err := shippedTraining()
	if err != nil {
		return report, err
	}
	report, err = eval.HoldOut(ctx, items, shipped, part, topicTrainer{cfg})
	if errors.Is(err, eval.ErrTooLittle) {
		return report, usageError{err.Error()}
	}
	return report, err
}

// maxFolds bounds how many models are trained.
const maxFolds = 50

// configWith is the configuration with the taxonomy that is to be judged.
func configWith(con *console, g *Globals, taxonomy string) (*config.Config, error) {
	o := g.options(nil)
	o.Taxonomy = taxonomy
	cfg, err := config.Load(o)
	if err != nil {
		return nil, err
	}
	note, err := useAdopted(cfg)
	if err != nil {
		return nil, err
	}
	if note != "" {
		fmt.Fprintln(con.err, "note:", note)
	}
	return cfg, nil
}

// predicted labels an item as any other that comes in.
func predicted(classifier *classify.Classifier, it *eval.GoldItem, declared string) eval.Prediction {
	out := labelled(classifier, classifyIn{ID: it.ID, Title: it.Title, Text: it.Text, Lang: declared, URL: it.URL, Dateline: it.Dateline})
	return eval.Prediction{ID: out.ID, Countries: out.Countries, Primary: out.Primary, Regions: out.Regions, Topics: out.Topics,
		Language: out.Language, Labels: out.Labels}
}

// Run labels the corrected stories anew and weighs what people said of them.
func (c *evalCorrectionsCmd) Run(ctx context.Context, con *console, g *Globals) error {
	cfg, err := configWith(con, g, c.Taxonomy)
	if err != nil {
		return err
	}
	classifier, err := newClassifier(cfg)
	if err != nil {
		return err
	}
	judge := eval.NewCorrectionsJudge()
	if err := readInput(con, c.File, func(r io.Reader) error {
		return eval.EachCorrected(r, func(s *eval.Corrected) error {
			p := predicted(classifier, &s.GoldItem, s.Declared())
			judge.Add(s, &p)
			return ctx.Err()
		})
	}); err != nil {
		return err
	}
	return printReport(con, g, judge.Report())
}

// readInput reads a file that the command line names, or stdin for "-".
func readInput(con *console, name string, read func(io.Reader) error) error {
	if name == "-" {
		if err := read(con.in); err != nil {
			return usageError{fmt.Sprintf("stdin: %v", err)}
		}
		return nil
	}
	_, err := readWith(name, func(r io.Reader) (none struct{}, err error) { return none, read(r) })
	return err
}

// Run writes what Options.Taxonomy reads.
func (c *evalTaxonomyCmd) Run(_ context.Context, con *console) error {
	files, err := config.TaxonomyFiles()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Dir, 0o750); err != nil {
		return usageError{err.Error()}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		full := filepath.Join(c.Dir, name)
		if err := writeNew(full, files[name]); err != nil {
			return usageError{err.Error()}
		}
		fmt.Fprintln(con.out, full)
	}
	return nil
}

// writeNew writes a file that must not be there: it may be somebody's work.
func writeNew(name string, body []byte) (err error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = f.Write(body)
	return err
}

// readWith reads a file that the command line names; what is wrong with it is named with
// the file.
func readWith[T any](name string, read func(io.Reader) (T, error)) (what T, err error) {
	f, err := os.Open(name)
	if err != nil {
		return what, usageError{err.Error()}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if what, err = read(f); err != nil {
		return what, usageError{fmt.Sprintf("%s: %v", name, err)}
	}
	return what, nil
}

func printReport(con *console, g *Globals, report fmt.Stringer) error {
	if g.JSON {
		return json.NewEncoder(con.out).Encode(report)
	}
	_, err := fmt.Fprint(con.out, report)
	return err
}
