package classify_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/classify"
)

// asideShare is how many of the sentences that no rule was made from must be right.
const asideShare = 0.95

// TestLanguages reads testdata/languages.txt, whose head says what its lines hold.
func TestLanguages(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "languages.txt"))
	if err != nil {
		t.Fatal(err)
	}
	c := classifier(t)
	all, right := 0, 0
	for i, line := range strings.Split(string(b), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		p := strings.Split(line, "|")
		if len(p) != 6 {
			t.Fatalf("line %d has %d fields", i+1, len(p))
		}
		aside, want := p[0] == "put aside", p[1]
		got := "-"
		label, ok := c.Language(classify.Item{Language: p[2], Title: p[3], Text: strings.ReplaceAll(p[4], `\n`, "\n")})
		if ok {
			got = label.Value
		}
		if aside {
			all++
		}
		switch {
		case got == want && aside:
			right++
		case got != want && aside:
			t.Logf("line %d: %s came out, want %s, score %.2f: %s (%s)", i+1, got, want, label.Score, p[3]+p[4], p[5])
		case got != want:
			t.Errorf("line %d: %s came out, want %s, score %.2f: %s (%s)", i+1, got, want, label.Score, p[3]+p[4], p[5])
		}
	}
	if all < 60 || float64(right) < asideShare*float64(all) {
		t.Errorf("%d of the %d lines put aside are right", right, all)
	}
}

// TestLanguageEvidence: a label says by what words it is known, in which script where
// the language has several, what was declared, and what else stands in the text.
func TestLanguageEvidence(t *testing.T) {
	c := classifier(t)
	for _, test := range []struct {
		it        classify.Item
		rule, has string
		by        feeds.By
	}{
		{classify.Item{Language: "fr-CA", Text: "Les familles ont quitté le village pour la ville."}, "small words", "les", feeds.ByPublisher},
		{classify.Item{Language: "fr-CA", Text: "Les familles ont quitté le village pour la ville."}, "declared", "fr-CA", feeds.ByPublisher},
		{classify.Item{Language: "en", Text: "Les familles ont quitté le village pour la ville."}, "declared otherwise", "en", feeds.ByModel},
		{classify.Item{Title: "國際移民組織向受災家庭提供幫助"}, feeds.RuleScript, "Hant", feeds.ByModel},
		{classify.Item{Language: "sr", Title: "Put ka severu je zatvoren od utorka i niko ne zna kada će ponovo biti otvoren"}, feeds.RuleScript, "Latn", feeds.ByPublisher},
		{classify.Item{Text: "Les familles ont quitté le village pour la ville, et les écoles servent d'abri depuis lundi. Les enfants dorment dans les salles de classe avec leurs parents.\n\nThe office in the town is open from Monday to Friday for all of those who have been waiting."}, "paragraphs also in", "en", feeds.ByModel},
	} {
		label, ok := c.Language(test.it)
		found := false
		for _, e := range label.Evidence {
			found = found || e.Rule == test.rule && strings.Contains(e.Text, test.has)
		}
		if !ok || !found || label.By != test.by {
			t.Errorf("%+v came out as %+v, want by %s with %q of %q", test.it, label, test.by, test.has, test.rule)
		}
	}
}
