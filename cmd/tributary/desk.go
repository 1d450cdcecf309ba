package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"tributary/config"
	"tributary/internal/pipeline"
)

// newDesk makes where people correct labels and where kept stories are labelled anew.
func (a *app) newDesk(ctx context.Context, cfg *config.Config) (*pipeline.Desk, error) {
	note, err := useAdopted(cfg)
	if err != nil {
		return nil, err
	}
	if note != "" {
		a.log.Warn(note)
	}
	classifier, err := newClassifier(cfg)
	if err != nil {
		return nil, err
	}
	name, err := labelling(cfg)
	if err != nil {
		return nil, err
	}
	number, err := a.db.Labelling(ctx, name)
	if err != nil {
		return nil, err
	}
	return &pipeline.Desk{Store: a.db, Classify: classifier, Explainer: classifier, Labelling: number, Taxonomy: cfg.Taxonomy, Now: time.Now,
		Headquarters: headquarters, Grouping: grouping(cfg)}, nil
}

// labelling names all that labels are made by: the taxonomy, by its version and its
// content, the topic model, and the rules of this version of the program.
func labelling(cfg *config.Config) (string, error) {
	data, err := json.Marshal([]any{cfg.Taxonomy, cfg.DutyStations, cfg.TopicModel})
	if err != nil {
		return "", fmt.Errorf("name labelling: %w", err)
	}
	sum := sha256.Sum256(data)
	return fmt.Sprintf("taxonomy %d (%x), tributary %s", cfg.Taxonomy.Version, sum[:6], version()), nil
}

// relabels says whether stories that another taxonomy has labelled are labelled anew
// without being asked for.
func relabels(cfg *config.Config) bool { return cfg.Labels.Relabel == "auto" }
