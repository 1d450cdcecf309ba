package eval_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tributary/internal/eval"
)

var update = flag.Bool("update", false, "write the golden reports anew; what the reference scorer printed stays")

// Every NAME.score.txt below testdata is what the reference scorer printed for
// NAME.gold.jsonl and NAME.pred.jsonl. The tests write the report in that very form.

func TestClassifyAgreesWithTheReference(t *testing.T) {
	for _, name := range cases(t, "classify") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			gold, err := eval.ReadGold(open(t, name+".gold.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			r := eval.Classify(gold, lines[eval.Prediction](t, name+".pred.jsonl"))
			compare(t, sortTies(classifyForm(r)), sortTies(text(t, name+".score.txt")))
		})
	}
}

func TestGroupAgreesWithTheReference(t *testing.T) {
	unanswered := regexp.MustCompile(`__none__\w+`) // the scorer's name of an item alone; reports leave it empty
	for _, name := range cases(t, "group") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			gold, err := eval.ReadStories(open(t, name+".gold.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			r := eval.Group(gold, lines[eval.Assignment](t, name+".pred.jsonl"))
			compare(t, groupForm(r), unanswered.ReplaceAllString(text(t, name+".score.txt"), ""))
		})
	}
}

// The whole of a report, in both its forms.
func TestReports(t *testing.T) {
	gold, err := eval.ReadGold(open(t, "testdata/classify/mixed.gold.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	stories, err := eval.ReadStories(open(t, "testdata/group/mixed.gold.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]fmt.Stringer{
		"testdata/classify/mixed.report": eval.Classify(gold, lines[eval.Prediction](t, "testdata/classify/mixed.pred.jsonl")),
		"testdata/group/mixed.report":    eval.Group(stories, lines[eval.Assignment](t, "testdata/group/mixed.pred.jsonl")),
	} {
		body, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		for file, got := range map[string]string{name + ".txt": r.String(), name + ".json": string(body) + "\n"} {
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			compare(t, got, text(t, file))
		}
	}
}

func cases(t *testing.T, kind string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", kind, "*.score.txt"))
	if err != nil || len(files) < 5 {
		t.Fatalf("fixtures of %s: %q, %v", kind, files, err)
	}
	for i := range files {
		files[i] = strings.TrimSuffix(files[i], ".score.txt")
	}
	return files
}

func open(t *testing.T, name string) io.Reader {
	t.Helper()
	return strings.NewReader(text(t, name))
}

func text(t *testing.T, name string) string {
	t.Helper()
	body, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func lines[T any](t *testing.T, name string) []T {
	t.Helper()
	var out []T
	for line := range strings.Lines(text(t, name)) {
		var v T
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out = append(out, v)
	}
	return out
}

// compare points at the first line that differs.
func compare(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			t.Fatalf("line %d differs\n got %q\nwant %q\n\nall of it:\n%s", i+1, g[min(i, len(g)-1)], w[min(i, len(w)-1)], got)
		}
	}
}

// sortTies orders the lists of labels with their counts, in which the scorer leaves
// equals in no order.
func sortTies(s string) string {
	list := regexp.MustCompile(`(false positives|misses): ([^|\n]*[^ |\n])`)
	return list.ReplaceAllStringFunc(s, func(m string) string {
		head, labels, _ := strings.Cut(m, ": ")
		all := strings.Split(labels, ", ")
		slices.Sort(all)
		return head + ": " + strings.Join(all, ", ")
	})
}

func prf(s eval.Score) string {
	return fmt.Sprintf("P %.3f R %.3f F1 %.3f", s.Precision, s.Recall, s.F1)
}

func classifyForm(r eval.ClassifyReport) string {
	var b strings.Builder
	fmt.Fprintf(&b, "items %d, without prediction %d\n", r.Items, r.WithoutPrediction)
	for _, k := range []struct {
		name string
		sets eval.LabelSets
	}{{"countries", r.Countries}, {"topics", r.Topics}} {
		fmt.Fprintf(&b, "%-9s micro %s | macro %s | exact %.3f\n", k.name, prf(k.sets.Micro), prf(k.sets.Macro), k.sets.Exact)
		var wrong, missed []string
		for _, l := range k.sets.ByLabel {
			if l.FP > 0 {
				wrong = append(wrong, fmt.Sprintf("%s %d", l.Label, l.FP))
			}
			if l.FN > 0 {
				missed = append(missed, fmt.Sprintf("%s %d", l.Label, l.FN))
			}
		}
		fmt.Fprintf(&b, "  most false positives: %s | most misses: %s\n", strings.Join(wrong, ", "), strings.Join(missed, ", "))
	}
	fmt.Fprintf(&b, "primary   accuracy %.3f (%d/%d) where gold has one; left empty %d/%d where gold has none\n",
		r.Primary.Accuracy, r.Primary.Right, r.Primary.Of, r.Primary.LeftEmpty, r.Primary.NoneOf)
	if r.MentionedOnly.Of > 0 {
		fmt.Fprintf(&b, "mentioned-only countries wrongly returned: %d/%d\n", r.MentionedOnly.Returned, r.MentionedOnly.Of)
	}
	if r.NoCountry.Of > 0 {
		fmt.Fprintf(&b, "items with no country kept empty (optional ignored): %d/%d\n", r.NoCountry.KeptEmpty, r.NoCountry.Of)
	}
	for _, l := range r.ByLanguage {
		fmt.Fprintf(&b, "  %-3s n=%-4d countries F1 %.3f  topics F1 %.3f  primary %d/%d\n",
			l.Language, l.Items, l.Countries.F1, l.Topics.F1, l.Primary.Right, l.Primary.Of)
	}
	return b.String()
}

func groupForm(r eval.GroupReport) string {
	var b strings.Builder
	fmt.Fprintf(&b, "items %d stories %d predicted %d, without prediction %d\n", r.Items, r.Stories, r.Predicted, r.WithoutPrediction)
	fmt.Fprintf(&b, "pairwise %s\nB-cubed  %s\nARI      %.3f\n", prf(r.Pairwise), prf(r.BCubed), r.ARI)
	for _, k := range []struct {
		name string
		c    eval.Clusters
	}{{"worst merges (different stories put together)", r.Merges}, {"worst splits (one story broken up)", r.Splits}} {
		fmt.Fprintf(&b, "%s: %d clusters\n", k.name, k.c.Wrong)
		for _, c := range k.c.Worst {
			parts := make([]string, len(c.Parts))
			for i, p := range c.Parts {
				parts[i] = fmt.Sprintf("'%s': %d", p.Story, p.Items)
			}
			fmt.Fprintf(&b, "  %d wrong pairs in %s -> {%s}\n", c.WrongPairs, c.Story, strings.Join(parts, ", "))
			for _, e := range c.Examples {
				fmt.Fprintf(&b, "      %s [%s] %s\n", e.ID, e.Language, e.Title)
			}
		}
	}
	if r.CrossLanguage.Of > 0 {
		fmt.Fprintf(&b, "cross-language pairs found: %d/%d (%.3f)\n", r.CrossLanguage.Found, r.CrossLanguage.Of, r.CrossLanguage.Rate)
	}
	return b.String()
}
