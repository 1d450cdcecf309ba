package classify_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"tributary/config"
	"tributary/feeds"
	"tributary/internal/classify"
)

// readVocabularies adds to a taxonomy what publishers' categories mean.
func readVocabularies(t *feeds.Taxonomy) error {
	c, err := config.Load(config.Options{})
	if err != nil {
		return err
	}
	t.ReliefWebThemes, t.GCMObjectives, t.Vocabularies = c.Taxonomy.ReliefWebThemes, c.Taxonomy.GCMObjectives, c.Taxonomy.Vocabularies
	return nil
}

// Each line of testdata/categories.txt is an entry with its publisher's categories, and
// what they make of its labels.
func TestVocabularies(t *testing.T) {
	c := classifier(t)
	data, err := os.ReadFile("testdata/categories.txt")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for n, line := range strings.Split(string(data), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "|")
		if len(fields) != 6 {
			t.Fatalf("line %d: %d fields", n+1, len(fields))
		}
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		it := classify.Item{Kind: feeds.Kind(fields[1]), Text: fields[3], Trust: feeds.CategoryTrust(fields[2])}
		if fields[0] != "-" {
			it.Feed = "https://" + fields[0] + "/rss.xml"
		}
		for category := range strings.SplitSeq(fields[4], ";") {
			scheme, term, ok := strings.Cut(strings.TrimSpace(category), "^")
			if !ok {
				scheme, term = "", scheme
			}
			term, label, _ := strings.Cut(term, "=")
			it.Categories = append(it.Categories, feeds.Category{Scheme: scheme, Term: term, Label: label})
		}
		labels := c.Classify(it)
		got := set(slices.Concat(values(labels, feeds.LabelCountry), values(labels, feeds.LabelRegion), values(labels, feeds.LabelTopic)))
		if want := set(strings.Fields(fields[5])); got != want {
			t.Errorf("line %d: %s\n got %s\nwant %s", n+1, line, got, want)
		}
		for _, l := range labels {
			for _, e := range l.Evidence {
				if rest, ok := strings.CutPrefix(e.Rule, "publisher's category, "); ok {
					used[strings.Fields(rest)[0]] = true
					if e.Field != "category" {
						t.Errorf("line %d: evidence of a category in the field %s", n+1, e.Field)
					}
				}
			}
		}
	}
	cfg, err := config.Load(config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range cfg.Taxonomy.Vocabularies {
		if !used[v.ID] {
			t.Errorf("no case uses the vocabulary of %s", v.ID)
		}
	}
}

// A source's area and title tell its entries not apart.
func TestOwnAreaIsAHint(t *testing.T) {
	c := classifier(t)
	entry := func(text string, change func(*classify.Item)) string {
		it := classify.Item{Kind: feeds.KindIOM, Text: text, Categories: []feeds.Category{{Term: "Libya"}}}
		change(&it)
		return set(values(c.Classify(it), feeds.LabelCountry))
	}
	const silent, telling = "Forty families received boxes.", "Forty families received seeds in Niger, and twelve in Libya."
	area := func(it *classify.Item) { it.Area = []string{"LY"} }
	title := func(it *classify.Item) { it.Source = "IOM Libya: news" }
	for name, tc := range map[string]struct {
		text   string
		change func(*classify.Item)
		want   string
	}{
		"another source":                  {silent, func(*classify.Item) {}, "LY*"},
		"the source's area":               {silent, area, ""},
		"the source's title":              {silent, title, ""},
		"the source's area, in the text":  {telling, area, "LY* NE"},
		"the source's title, in the text": {telling, title, "LY* NE"},
	} {
		if got := entry(tc.text, tc.change); strings.ReplaceAll(got, "*", "") != strings.ReplaceAll(tc.want, "*", "") {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// The evidence names the vocabulary and the group, and which category it was.
func TestEvidenceOfCategories(t *testing.T) {
	it := classify.Item{Feed: "https://api.reliefweb.int/v2/reports", Text: "Forty families received boxes.",
		Categories: []feeds.Category{{Term: "8", Label: "News and Press Release", Scheme: "https://reliefweb.int/taxonomy/format"}, {Term: "SDN", Label: "Sudan", Scheme: "https://reliefweb.int/taxonomy/country"}}}
	labels := classifier(t).Classify(it)
	if labels[0].Value != "SD" || labels[0].By != feeds.ByPublisher || len(labels[0].Evidence) != 1 ||
		labels[0].Evidence[0] != (feeds.Evidence{Rule: "publisher's category, reliefweb country", Text: "Sudan", Field: "category", Offset: 1}) {
		t.Errorf("got %+v", labels[0])
	}
}

// Whatever a publisher writes as category: no panic, and evidence that names it.
func FuzzCategories(f *testing.F) {
	f.Add("https://reliefweb.int/taxonomy/country", "SDN", "Sudan", "https://api.reliefweb.int/v2", "IOM Sudan")
	f.Add("", "Region-Country: Libya", "", "https://www.iom.int/rss.xml", "")
	f.Add("urn:tributary-field:themes", "Counter-Trafficking", "", "https://germany.iom.int", "Libya")
	f.Add("", "#SouthSudan_now", "\xff\xfe", "::", strings.Repeat("x", 300))
	c := classifier(f)
	f.Fuzz(func(t *testing.T, scheme, term, label, feed, source string) {
		categories := []feeds.Category{{Scheme: scheme, Term: term, Label: label}}
		for _, l := range c.Classify(classify.Item{Feed: feed, Source: source, Categories: categories}) {
			for _, e := range l.Evidence {
				if e.Field == "category" && (e.Offset != 0 || e.Text == "" || !strings.HasPrefix(e.Rule, "publisher's category, ")) {
					t.Errorf("evidence %+v", e)
				}
			}
		}
	})
}
