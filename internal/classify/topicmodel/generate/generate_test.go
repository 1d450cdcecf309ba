package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tributary/internal/classify/topicmodel"
)

// The bundled model is of the bundled data, and better than the rules alone on items
// that it was not trained on: else it has no place in the program.
func TestBundledModel(t *testing.T) {
	top := filepath.Join("..", "..", "..", "..")
	out := filepath.Join(t.TempDir(), "topics.model")
	var report strings.Builder
	if err := run(filepath.Join(top, "config", "taxonomy", "train", "data"), out, "", &report); err != nil {
		t.Fatal(err)
	}
	t.Log(report.String())
	var models [2]*topicmodel.Model
	for i, name := range []string{out, filepath.Join(top, "config", "taxonomy", "topics.model")} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if models[i], err = topicmodel.Decode(b); err != nil {
			t.Fatal(err)
		}
	}
	if models[0].Version != models[1].Version {
		t.Errorf("the bundled model is of data %s, the data are %s: run go run ./internal/classify/topicmodel/generate", models[1].Version, models[0].Version)
	}
	for _, part := range strings.Split(report.String(), "\n\n")[1:] {
		var rules, both float64
		if _, err := scan(part, "micro F1", &rules, &both); err != nil || both <= rules {
			t.Errorf("rules %.3f, with the model %.3f (%v):\n%s", rules, both, err, part)
		}
	}
}

func TestRunNamesWhatIsWrong(t *testing.T) {
	for name, test := range map[string]struct{ line, want string }{
		"a topic that is none": {`{"id":"1","lang":"en","title":"A","text":"B","topics":["cooking"]}`, `items.jsonl:1: "cooking" is no topic`},
		"no JSON":              {`{"id":`, "items.jsonl:1"},
		"nothing to learn":     {"", "too few examples"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "items.jsonl"), []byte(test.line+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			err := run(dir, "", "", &strings.Builder{})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
}

// scan reads the two figures of one line of the report.
func scan(part, line string, rules, both *float64) (int, error) {
	_, after, _ := strings.Cut(part, line)
	return fmt.Sscanf(after, " rules %f with model %f", rules, both)
}
