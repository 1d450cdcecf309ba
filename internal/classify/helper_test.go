package classify_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"

	"tributary/feeds"
	"tributary/internal/classify"
)

// shipped reads the taxonomy of the project once: the rules are tested with the data
// that they are written for.
var shipped = sync.OnceValues(func() (*classify.Classifier, error) {
	t, stations, err := readTaxonomy()
	if err != nil {
		return nil, err
	}
	return classify.New(t, classify.Options{DutyStations: stations})
})

func readTaxonomy() (*feeds.Taxonomy, []string, error) {
	var countries struct {
		Version   int             `yaml:"version"`
		Countries []feeds.Country `yaml:"countries"`
	}
	var regions struct {
		Version  int            `yaml:"version"`
		Regions  []feeds.Region `yaml:"regions"`
		Stations []string       `yaml:"duty_stations"`
	}
	var topics struct {
		Version int                 `yaml:"version"`
		Anchors map[string][]string `yaml:"anchors"`
		Groups  []feeds.TopicGroup  `yaml:"groups"`
	}
	for name, into := range map[string]any{"countries": &countries, "regions": &regions, "topics": &topics} {
		f, err := os.Open(filepath.Join("..", "..", "config", "taxonomy", name+".yaml"))
		if err != nil {
			return nil, nil, err
		}
		d := yaml.NewDecoder(f)
		d.KnownFields(true)
		err = d.Decode(into)
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return &feeds.Taxonomy{Version: topics.Version, Countries: countries.Countries, Regions: regions.Regions, Groups: topics.Groups, Anchors: topics.Anchors}, regions.Stations, nil
}

func classifier(t testing.TB) *classify.Classifier {
	t.Helper()
	c, err := shipped()
	if err != nil {
		t.Fatalf("prepare the shipped taxonomy: %v", err)
	}
	return c
}

// values lists the values of one kind in order, the primary country marked with '*'.
func values(labels []feeds.Label, kind feeds.LabelKind) []string {
	var out []string
	for _, l := range labels {
		if l.Kind == kind {
			v := l.Value
			if l.Primary {
				v += "*"
			}
			out = append(out, v)
		}
	}
	return out
}

// set writes values in alphabetical order for comparison.
func set(values []string) string {
	s := slices.Clone(values)
	slices.Sort(s)
	return strings.Join(s, " ")
}

// labelledItems are the items that the bundled topic model is trained on.
func labelledItems(t testing.TB, language string) []classify.Item {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "config", "taxonomy", "train", "data", language+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var items []classify.Item
	for line := range strings.Lines(string(data)) {
		var l struct{ Lang, Title, Text string }
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		items = append(items, classify.Item{Title: l.Title, Text: l.Text, Language: l.Lang})
	}
	return items
}
