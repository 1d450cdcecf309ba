package config

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
)

// training is what the model of topics is trained from.
//
//go:embed taxonomy/train/data/*.jsonl
var training embed.FS

// Training gives the labelled items that the bundled model of topics was trained from,
// as JSON lines in the form of labelled data.
func Training() ([]byte, error) {
	names, err := fs.Glob(training, "taxonomy/train/data/*.jsonl")
	if err != nil {
		return nil, fmt.Errorf("read training data: %w", err)
	}
	var all [][]byte
	for _, name := range names {
		body, err := training.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read training data: %w", err)
		}
		all = append(all, body)
	}
	return bytes.Join(all, []byte("\n")), nil
}
