package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"tributary/config"
	"tributary/feeds"
	"tributary/internal/classify"
	"tributary/internal/classify/topicmodel"
	"tributary/internal/eval"
)

// shippedTraining are the items that the bundled model was trained from.
func shippedTraining() ([]eval.GoldItem, error) {
	body, err := config.Training()
	if err != nil {
		return nil, err
	}
	items, err := eval.ReadGold(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("read training data: %w", err)
	}
	return items, nil
}

// classifying labels what eval judges.
type classifying struct{ *classify.Classifier }

func (c classifying) Label(it *eval.GoldItem) eval.Prediction {
	return predicted(c.Classifier, it, it.Lang)
}

// topicTrainer trains models of topics for the taxonomy of a configuration.
type topicTrainer struct{ cfg *config.Config }

// trained labels with a model that was trained here.
type trained struct {
	classifying
	model *topicmodel.Model
}

// Train makes a classifier whose topics are weighed by a model of the items. Items are
// read as any that come in.
func (t topicTrainer) Train(ctx context.Context, items []eval.GoldItem) (eval.Labeller, error) {
	o := classify.Options{DutyStations: t.cfg.DutyStations}
	rules, err := classify.New(t.cfg.Taxonomy, o)
	if err != nil {
		return nil, err
	}
	examples := make([]topicmodel.Example, len(items))
	for i := range items {
		it := &items[i]
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		examples[i] = rules.Example(it.ID, (&classifyIn{Title: it.Title, Text: it.Text, Lang: it.Lang, URL: it.URL, Dateline: it.Dateline}).item(), it.Topics)
	}
	model, err := topicmodel.Train(rules.Topics(), examples, topicmodel.Options{Version: fmt.Sprintf("%d items", len(items))})
	if errors.Is(err, topicmodel.ErrTooFew) {
		return nil, fmt.Errorf("%w: %w", eval.ErrTooLittle, err)
	}
	if err != nil {
		return nil, err
	}
	o.Model = model
	c, err := classify.New(t.cfg.Taxonomy, o)
	if err != nil {
		return nil, err
	}
	return trained{classifying{c}, model}, nil
}

// errNoModel cannot happen while topicTrainer is the trainer.
var errNoModel = errors.New("what was trained has no model")

func modelOf(l eval.Labeller) ([]byte, error) {
	t, ok := l.(trained)
	if !ok {
		return nil, errNoModel
	}
	return t.model.Encode(), nil
}

// useAdopted puts the adopted model in the place of the bundled one. The note says what
// people should know: that it is not used, because the taxonomy has other topics by now
// than those it weighs.
func useAdopted(cfg *config.Config) (note string, err error) {
	m, err := readAdopted(cfg)
	if err != nil || m == nil {
		return "", err
	}
	model, err := topicmodel.Decode(m.Model)
	if err != nil {
		return "", fmt.Errorf("read adopted model %s: %w", modelPath(cfg, modelName), err)
	}
	if !slices.Equal(model.Topics, topicSlugs(cfg.Taxonomy)) {
		return "the adopted topic model " + modelPath(cfg, modelName) + " was made for other topics than the taxonomy has and is not used; run tributary retrain, or remove it", nil
	}
	cfg.TopicModel = m.Model
	return "", nil
}

func topicSlugs(t *feeds.Taxonomy) []string {
	var slugs []string
	for _, g := range t.Groups {
		for _, topic := range g.Topics {
			slugs = append(slugs, topic.Slug)
		}
	}
	return slugs
}
