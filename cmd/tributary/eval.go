package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"tributary/internal/eval"
)

type evalCmd struct {
	Classify evalClassifyCmd `cmd:"" help:"Countries, topics and language: precision, recall, F1 and the worst mistakes."`
	Group    evalGroupCmd    `cmd:"" help:"Stories: pairwise, B-cubed, ARI and the worst merges and splits."`
}

type evalClassifyCmd struct {
	Gold string `arg:"" name:"gold.jsonl" help:"Labelled items, one JSON line each." type:"existingfile"`
}

type evalGroupCmd struct {
	Gold string `arg:"" name:"gold.jsonl" help:"Items with their stories, one JSON line each." type:"existingfile"`
}

// Run labels the gold's items and compares.
func (c *evalClassifyCmd) Run(_ context.Context, con *console, g *Globals) error {
	cfg, err := g.load(nil, nil)
	if err != nil {
		return err
	}
	classifier, err := newClassifier(cfg)
	if err != nil {
		return err
	}
	gold, err := readGold(c.Gold, eval.ReadGold)
	if err != nil {
		return err
	}
	predictions := make([]eval.Prediction, len(gold))
	for i, it := range gold {
		out := labelled(classifier, classifyIn{ID: it.ID, Title: it.Title, Text: it.Text, Lang: it.Lang, URL: it.URL, Dateline: it.Dateline})
		predictions[i] = eval.Prediction{ID: out.ID, Countries: out.Countries, Primary: out.Primary, Topics: out.Topics, Language: out.Language}
	}
	return printReport(con, g, eval.Classify(gold, predictions))
}

// Run groups the gold's items and compares.
func (c *evalGroupCmd) Run(_ context.Context, con *console, g *Globals) error {
	gold, err := readGold(c.Gold, eval.ReadStories)
	if err != nil {
		return err
	}
	items := make([]groupIn, len(gold))
	for i, it := range gold {
		items[i] = groupIn{ID: it.ID, Source: it.Source, Lang: it.Lang, Title: it.Title, Text: it.Text, URL: it.URL, Published: it.Published}
	}
	assignments := make([]eval.Assignment, len(gold))
	for i, story := range grouped(items) {
		assignments[i] = eval.Assignment{ID: gold[i].ID, Story: story}
	}
	return printReport(con, g, eval.Group(gold, assignments))
}

func readGold[T any](name string, read func(io.Reader) ([]T, error)) (gold []T, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, usageError{err.Error()}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if gold, err = read(f); err != nil {
		return nil, usageError{fmt.Sprintf("%s: %v", name, err)}
	}
	return gold, nil
}

func printReport(con *console, g *Globals, report fmt.Stringer) error {
	if g.JSON {
		return json.NewEncoder(con.out).Encode(report)
	}
	_, err := fmt.Fprint(con.out, report)
	return err
}
