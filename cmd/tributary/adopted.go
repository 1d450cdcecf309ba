package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"tributary/config"
	"tributary/internal/eval"
)

// Where an adopted model of topics is kept, below the data directory, and the one that it
// took the place of.
const (
	modelName    = "topics.json"
	previousName = "topics.previous.json"
	modelForm    = "tributary topic model 1"
	maxModel     = 32 << 20 // bytes of the file
)

// adopted is a retrained model of topics with where it comes from. People may read the
// file; programs read it by readAdopted.
type adopted struct {
	Form     string    `json:"form"`
	Version  string    `json:"version"` // of the model's bytes
	Made     time.Time `json:"made"`
	Program  string    `json:"program"`  // the version that trained it
	Taxonomy int       `json:"taxonomy"` // the version it was trained for

	Shipped     int      `json:"shipped"`            // items trained on
	Corrections int      `json:"corrections"`        // stories trained on
	Digest      string   `json:"corrections_sha256"` // of the export
	Cut         string   `json:"cut,omitempty"`      // corrections from here on were held back
	Seed        uint64   `json:"seed"`               // by which they were parted without a cut
	Summary     []string `json:"summary"`            // the verdict

	Figures []modelFigures `json:"figures"`
	Model   []byte         `json:"model"`
}

// modelFigures are topics before and after.
type modelFigures struct {
	On       string     `json:"on"`
	Items    int        `json:"items"`
	Old      eval.Score `json:"old"`
	New      eval.Score `json:"new"`
	OldMacro eval.Score `json:"old_macro"`
	NewMacro eval.Score `json:"new_macro"`
}

func modelPath(cfg *config.Config, name string) string {
	return filepath.Join(cfg.Data, "models", name)
}

// versionOf names a model by its bytes.
func versionOf(model []byte) string {
	sum := sha256.Sum256(model)
	return fmt.Sprintf("%x", sum[:6])
}

// readAdopted reads the adopted model; nil when none is.
func readAdopted(cfg *config.Config) (*adopted, error) {
	name := modelPath(cfg, modelName)
	body, err := readFile(name, maxModel)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read adopted model %s: %w", name, err)
	}
	var m adopted
	if err := json.Unmarshal(body, &m); err != nil {
		return nil, fmt.Errorf("read adopted model %s: %w", name, err)
	}
	if m.Form != modelForm || m.Version != versionOf(m.Model) {
		return nil, fmt.Errorf("read adopted model %s: %w", name, errBrokenModel)
	}
	return &m, nil
}

// errBrokenModel says what to do as well: the program's own model is always there.
var errBrokenModel = errors.New("it is not as retrain wrote it; remove it, or put topics.previous.json in its place")

// write puts the model in the place of the one before, which is kept. Whoever reads at
// the same time has the one or the other, whole.
func (m *adopted) write(cfg *config.Config) (name string, err error) {
	name = modelPath(cfg, modelName)
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		return "", fmt.Errorf("adopt model: %w", err)
	}
	body, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return "", fmt.Errorf("adopt model: %w", err)
	}
	if before, err := readFile(name, maxModel); err == nil {
		if err := replaceFile(modelPath(cfg, previousName), before); err != nil {
			return "", fmt.Errorf("keep model: %w", err)
		}
	}
	if err := replaceFile(name, append(body, '\n')); err != nil {
		return "", fmt.Errorf("adopt model: %w", err)
	}
	return name, nil
}

// replaceFile writes a whole file beside its place and moves it there.
func replaceFile(name string, body []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(body)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
