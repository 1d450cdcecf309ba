// Command generate trains the bundled topic model and writes it beside the taxonomy.
//
//	go run ./internal/classify/topicmodel/generate
//
// from the top of the project reads config/taxonomy/train/data/*.jsonl (see the README
// there for their form and licence) and writes config/taxonomy/topics.model. The same
// data and taxonomy give the same bytes. It prints how good the model is on items that
// it was not trained on, beside the rules alone: by five folds and by leaving each
// language out; with -judge FILE also on another file of labelled items. Run it after
// any change of topics.yaml or of the data, and commit the model with the change.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"tributary/config"
	"tributary/feeds"
	"tributary/internal/classify"
	"tributary/internal/classify/topicmodel"
)

func main() {
	data := flag.String("data", "config/taxonomy/train/data", "directory of labelled items to train on")
	out := flag.String("out", "config/taxonomy/topics.model", "where the model goes; empty: nowhere")
	judge := flag.String("judge", "", "labelled items to judge rules and model by, not to train on")
	flag.Parse()
	if err := run(*data, *out, *judge, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// labelled is one line of the data.
type labelled struct {
	ID     string   `json:"id"`
	Lang   string   `json:"lang"`
	Title  string   `json:"title"`
	Text   string   `json:"text"`
	Topics []string `json:"topics"`
}

// sample is an item in both forms that are judged.
type sample struct {
	item     classify.Item
	example  topicmodel.Example
	language string
}

func run(data, out, judge string, w io.Writer) error {
	cfg, err := config.Load(config.Options{})
	if err != nil {
		return fmt.Errorf("load taxonomy: %w", err)
	}
	rules, err := classify.New(cfg.Taxonomy, classify.Options{DutyStations: cfg.DutyStations})
	if err != nil {
		return err
	}
	names, err := filepath.Glob(filepath.Join(data, "*.jsonl"))
	if err != nil {
		return fmt.Errorf("list training data: %w", err)
	}
	slices.Sort(names)
	var samples []sample
	version := fnv.New32a()
	for _, name := range names {
		more, err := read(rules, name, version)
		if err != nil {
			return err
		}
		samples = append(samples, more...)
	}
	t := trainer{cfg: cfg, rules: rules, options: topicmodel.Options{Version: fmt.Sprintf("%08x", version.Sum32())}}
	model, err := t.train(samples)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d items, version %s, %d bytes\n", len(samples), model.Version, len(model.Encode()))
	if err := t.folds(w, samples); err != nil {
		return err
	}
	if judge != "" {
		others, err := read(rules, judge, io.Discard)
		if err != nil {
			return err
		}
		fmt.Fprintln(w, "\n"+filepath.Base(judge))
		if err := t.judge(w, model, others); err != nil {
			return err
		}
	}
	if out == "" {
		return nil
	}
	if err := os.WriteFile(out, model.Encode(), 0o644); err != nil {
		return fmt.Errorf("write topic model: %w", err)
	}
	return nil
}

// read reads labelled items, one JSON object a line, and hashes them.
func read(rules *classify.Classifier, name string, version io.Writer) (samples []sample, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read labelled items: %w", err)
	}
	defer func() { err = cmp.Or(err, f.Close()) }()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var l labelled
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("read labelled items: %s:%d: %w", name, n, err)
		}
		for _, slug := range l.Topics {
			if !slices.Contains(rules.Topics(), slug) {
				return nil, fmt.Errorf("read labelled items: %s:%d: %q is no topic", name, n, slug)
			}
		}
		if _, err := version.Write(lines.Bytes()); err != nil {
			return nil, fmt.Errorf("hash labelled items: %w", err)
		}
		item := classify.Item{Title: l.Title, Text: l.Text, Language: l.Lang}
		samples = append(samples, sample{item: item, example: rules.Example(l.ID, item, l.Topics), language: l.Lang})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read labelled items: %s: %w", name, err)
	}
	return samples, nil
}

// trainer trains and judges with one taxonomy.
type trainer struct {
	cfg     *config.Config
	rules   *classify.Classifier
	options topicmodel.Options
}

func (t *trainer) train(samples []sample) (*topicmodel.Model, error) {
	examples := make([]topicmodel.Example, len(samples))
	for i := range samples {
		examples[i] = samples[i].example
	}
	return topicmodel.Train(t.rules.Topics(), examples, t.options)
}

// folds judges by five folds and by leaving each language out.
func (t *trainer) folds(w io.Writer, samples []sample) error {
	var rules, both topicmodel.Report
	for fold := range 5 {
		if err := t.part(&rules, &both, samples, func(i int) bool { return i%5 == fold }); err != nil {
			return err
		}
	}
	fmt.Fprintln(w, "\nfive folds")
	show(w, &rules, &both)
	rules, both = topicmodel.Report{}, topicmodel.Report{}
	languages := map[string]bool{}
	for i := range samples {
		languages[samples[i].language] = true
	}
	for _, language := range slices.Sorted(maps.Keys(languages)) {
		if err := t.part(&rules, &both, samples, func(i int) bool { return samples[i].language == language }); err != nil {
			return err
		}
	}
	fmt.Fprintln(w, "\none language left out at a time")
	show(w, &rules, &both)
	return nil
}

// part trains on the items that are not held back and judges those that are.
func (t *trainer) part(rules, both *topicmodel.Report, samples []sample, heldBack func(int) bool) error {
	var train, test []sample
	for i := range samples {
		if heldBack(i) {
			test = append(test, samples[i])
		} else {
			train = append(train, samples[i])
		}
	}
	m, err := t.train(train)
	if err != nil {
		return err
	}
	return t.add(rules, both, m, test)
}

// add counts what the rules alone and the rules with the model say of items.
func (t *trainer) add(rules, both *topicmodel.Report, m *topicmodel.Model, samples []sample) error {
	c, err := classify.New(t.cfg.Taxonomy, classify.Options{DutyStations: t.cfg.DutyStations, Model: m})
	if err != nil {
		return err
	}
	for i := range samples {
		s := &samples[i]
		rules.Add(s.language, s.example.Topics, topics(t.rules.Classify(s.item)))
		both.Add(s.language, s.example.Topics, topics(c.Classify(s.item)))
	}
	return nil
}

func (t *trainer) judge(w io.Writer, m *topicmodel.Model, samples []sample) error {
	var rules, both topicmodel.Report
	if err := t.add(&rules, &both, m, samples); err != nil {
		return err
	}
	show(w, &rules, &both)
	for _, topic := range slices.Sorted(maps.Keys(both.ByTopic)) {
		fmt.Fprintf(w, "  %-32s rules %v   with model %v\n", topic, rules.ByTopic[topic], both.ByTopic[topic])
	}
	return nil
}

func topics(labels []feeds.Label) []string {
	var out []string
	for _, l := range labels {
		if l.Kind == feeds.LabelTopic {
			out = append(out, l.Value)
		}
	}
	return out
}

func show(w io.Writer, rules, both *topicmodel.Report) {
	fmt.Fprintf(w, "  %-10s rules %.3f   with model %.3f\n", "micro F1", rules.All.F1(), both.All.F1())
	fmt.Fprintf(w, "  %-10s rules %.3f   with model %.3f\n", "macro F1", rules.Macro(), both.Macro())
	for _, language := range slices.Sorted(maps.Keys(rules.ByLanguage)) {
		fmt.Fprintf(w, "  %-10s rules %.3f   with model %.3f\n", language, rules.ByLanguage[language].F1(), both.ByLanguage[language].F1())
	}
}
