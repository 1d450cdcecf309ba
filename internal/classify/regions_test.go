package classify_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/classify"
)

// TestRegionCases reads testdata/regions.txt: regions are labels of their own and never
// stand for their countries.
func TestRegionCases(t *testing.T) {
	c := classifier(t)
	data, err := os.ReadFile("testdata/regions.txt")
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(data), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "|")
		if len(f) != 6 {
			t.Fatalf("line %d: %d fields, not 6", i+1, len(f))
		}
		labels := c.Classify(classify.Item{Language: f[0], Title: f[1], Text: f[2]})
		regions := values(labels, feeds.LabelRegion)
		for _, want := range strings.Fields(f[3]) {
			name, not := strings.CutPrefix(want, "!")
			if slices.Contains(regions, name) == not {
				t.Errorf("line %d: %s: regions %v, want %s\n  %s | %s", i+1, f[5], regions, want, f[1], f[2])
			}
		}
		got := set(bare(values(labels, feeds.LabelCountry)))
		if got == "" {
			got = "-"
		}
		if got != f[4] {
			t.Errorf("line %d: %s: countries %s, want %s\n  %s | %s", i+1, f[5], got, f[4], f[1], f[2])
		}
	}
}
