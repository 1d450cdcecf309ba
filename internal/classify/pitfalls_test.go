package classify_test

import (
	"os"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/classify"
)

// TestHardCases reads testdata/hard_cases.txt: one case a line with its reason. The
// countries of a case are those that must come out, all of them and no others, the
// primary one marked with '*'; "-" stands for none.
func TestHardCases(t *testing.T) {
	c := classifier(t)
	data, err := os.ReadFile("testdata/hard_cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := 0
	for i, line := range strings.Split(string(data), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "|")
		if len(f) != 5 {
			t.Fatalf("line %d: %d fields, not 5", i+1, len(f))
		}
		cases++
		language, title, text, want, reason := f[0], f[1], strings.ReplaceAll(f[2], `\n`, "\n"), f[3], f[4]
		labels := c.Classify(classify.Item{Title: title, Text: text, Language: language})
		got := set(values(labels, feeds.LabelCountry))
		if got == "" {
			got = "-"
		}
		if want = set(strings.Fields(want)); got != want {
			t.Errorf("line %d: %s\n  %s | %s\n  countries %s, want %s", i+1, reason, title, text, got, want)
		}
	}
	if cases < 100 {
		t.Errorf("only %d cases were read", cases)
	}
}
