package classify_test

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"tributary/feeds"
	"tributary/internal/classify"
)

func TestNewNeedsCountries(t *testing.T) {
	if _, err := classify.New(nil, classify.Options{}); err == nil {
		t.Error("New(nil) gave no error")
	}
	if _, err := classify.New(&feeds.Taxonomy{}, classify.Options{}); err == nil {
		t.Error("New without countries gave no error")
	}
}

// TestEvidence checks the promise that evidence can be found again: the matched text
// stands at its offset of its field, as written.
func TestEvidence(t *testing.T) {
	c := classifier(t)
	for _, it := range []classify.Item{release, arabicRelease, {
		Title: "Çevre – Überschwemmung in Österreich", Text: "Wien (IOM) – In Österreich und der Türkei wurden 300 Menschen vertrieben.", Language: "de",
	}, {Title: "Clinic opens", Text: "A clinic opened.", Dateline: "Kandahar"}} {
		fields := map[string]string{"title": it.Title, "text": it.Text, "dateline": it.Dateline}
		labels := c.Classify(it)
		if len(values(labels, feeds.LabelCountry)) == 0 {
			t.Errorf("%s: no country", it.Title)
		}
		for _, l := range labels {
			if len(l.Evidence) == 0 {
				t.Errorf("%s: label %s has no evidence", it.Title, l.Value)
			}
			if l.Score <= 0 || l.Score > 1 {
				t.Errorf("%s: label %s has score %v", it.Title, l.Value, l.Score)
			}
			for _, e := range l.Evidence {
				if e.Rule == "" || e.Text == "" {
					t.Errorf("%s: evidence of %s is empty: %+v", it.Title, l.Value, e)
				}
				field, own := fields[e.Field]
				if own && l.Kind != feeds.LabelLanguage && !strings.HasPrefix(field[e.Offset:], e.Text) {
					t.Errorf("%s: evidence %+v of %s does not stand in the %s", it.Title, e, l.Value, e.Field)
				}
			}
		}
	}
}

func TestOrderOfLabels(t *testing.T) {
	labels := classifier(t).Classify(release)
	order := map[feeds.LabelKind]int{feeds.LabelCountry: 0, feeds.LabelRegion: 1, feeds.LabelTopic: 2, feeds.LabelLanguage: 3}
	if !slices.IsSortedFunc(labels, func(a, b feeds.Label) int { return order[a.Kind] - order[b.Kind] }) {
		t.Errorf("labels are out of order: %v", labels)
	}
	primary := 0
	for _, l := range labels {
		if l.Primary {
			primary++
		}
	}
	if languages := values(labels, feeds.LabelLanguage); primary != 1 || len(languages) != 1 {
		t.Errorf("%d primary countries and languages %v", primary, languages)
	}
	if n := len(values(labels, feeds.LabelTopic)); n == 0 || n > 4 {
		t.Errorf("%d topics", n)
	}
}

// TestSameEveryTime runs many items at once on classifiers made twice: labels do not
// depend on what was labelled before, at the same time, or on the order of maps.
func TestSameEveryTime(t *testing.T) {
	taxonomy, stations, err := readTaxonomy()
	if err != nil {
		t.Fatal(err)
	}
	again, err := classify.New(taxonomy, classify.Options{DutyStations: stations})
	if err != nil {
		t.Fatal(err)
	}
	c := classifier(t)
	items := []classify.Item{release, arabicRelease, {}, {Title: "Congolese and Guinean families in Tripoli"}, {Text: strings.Repeat("Libya, Niger – ", 50)}}
	var want [][]feeds.Label
	for _, it := range items {
		want = append(want, again.Classify(it))
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 20 {
				for i, it := range items {
					if got := c.Classify(it); !reflect.DeepEqual(got, want[i]) {
						t.Errorf("item %d: %v, want %v", i, got, want[i])
						return
					}
				}
			}
		})
	}
	group.Wait()
}

func TestDatelines(t *testing.T) {
	c := classifier(t)
	// Each dateline stands before a text that names no country: what comes out is what
	// the dateline says.
	for dateline, want := range map[string]string{
		"Kandahar – ":                           "AF*",
		"Kandahar - ":                           "AF*",
		"KANDAHAR — ":                           "AF*",
		"Kandahar (IOM) – ":                     "AF*",
		"Kandahar, 12 March – ":                 "AF*",
		"Kandahar, 12 March 2024 – ":            "AF*",
		"KANDAHAR, Afghanistan (AP) — ":         "AF*",
		"Kandahar/Geneva – ":                    "AF*",
		"Geneva/Kandahar – ":                    "AF*",
		"Afghanistan – ":                        "AF*",
		"Geneva – ":                             "",
		"Geneva, 12 March – ":                   "",
		"Genève, le 12 mars 2024 – ":            "",
		"Panama City – ":                        "",
		"Washington, D.C. – ":                   "",
		"The children left on Monday. Kabul – ": "AF*", // no dateline, a place all the same
	} {
		text := dateline + "forty families received seeds and tools from the team on Monday."
		got := set(values(c.Classify(classify.Item{Text: text, Language: "en"}), feeds.LabelCountry))
		if got != want {
			t.Errorf("%q: countries %q, want %q", dateline, got, want)
		}
		// A dateline given beside the text says the same as one at its start.
		if strings.HasPrefix(dateline, "The") {
			continue
		}
		beside := classify.Item{Text: "Forty families received seeds and tools on Monday.", Dateline: strings.TrimRight(dateline, " –—-"), Language: "en"}
		if got := set(values(c.Classify(beside), feeds.LabelCountry)); got != want {
			t.Errorf("%q beside the text: countries %q, want %q", dateline, got, want)
		}
	}
}

func TestPublishersCategories(t *testing.T) {
	c := classifier(t)
	category := func(terms ...string) (out []feeds.Category) {
		for _, s := range terms {
			out = append(out, feeds.Category{Term: s})
		}
		return out
	}
	text := "Geneva – A team arrived on Monday."
	for _, test := range []struct {
		name       string
		item       classify.Item
		countries  string
		topics     string
		byCategory bool
	}{
		{"a country", classify.Item{Text: text, Categories: category("Libya", "News")}, "LY*", "", true},
		{"a country's name in French", classify.Item{Text: text, Categories: category("Côte d’Ivoire")}, "CI*", "", true},
		{"the country of the duty station in the dateline", classify.Item{Text: text, Categories: category("Switzerland")}, "", "", false},
		{"a topic's label", classify.Item{Text: text, Categories: category("Counter-Trafficking")}, "", "counter-trafficking", true},
		{"a theme of one topic", classify.Item{Text: text, Categories: category("Disaster Management")}, "", "disaster-risk-reduction", true},
		{"a theme of many topics alone", classify.Item{Text: text, Categories: category("Protection and Human Rights")}, "", "", false},
		{"words that mean nothing to us", classify.Item{Text: text, Categories: category("", "Misc", "2024")}, "", "", false},
	} {
		labels := c.Classify(test.item)
		if got := set(values(labels, feeds.LabelCountry)); got != test.countries {
			t.Errorf("%s: countries %q, want %q", test.name, got, test.countries)
		}
		if got := set(values(labels, feeds.LabelTopic)); got != test.topics {
			t.Errorf("%s: topics %q, want %q", test.name, got, test.topics)
		}
		if by := slices.ContainsFunc(labels, func(l feeds.Label) bool {
			return l.Kind != feeds.LabelLanguage && l.By == feeds.ByPublisher && l.Evidence[len(l.Evidence)-1].Field == "category"
		}); by != test.byCategory {
			t.Errorf("%s: labelled by the publisher: %v, want %v", test.name, by, test.byCategory)
		}
	}
}

func TestAreaSettlesDoubts(t *testing.T) {
	c := classifier(t)
	item := classify.Item{Title: "Families arrive in Tripoli", Text: "Two hundred families arrived on Monday.", Language: "en"}
	if got := set(values(c.Classify(item), feeds.LabelCountry)); got != "LY*" {
		t.Errorf("Tripoli alone: %q, want LY*", got)
	}
	item.Area = []string{"LB"}
	if got := set(values(c.Classify(item), feeds.LabelCountry)); got != "LB*" {
		t.Errorf("Tripoli from a Lebanese source: %q, want LB*", got)
	}
	item = classify.Item{Title: "Families arrive", Text: "Two hundred families arrived on Monday.", Area: []string{"LB"}}
	if got := set(values(c.Classify(item), feeds.LabelCountry)); got != "" {
		t.Errorf("the area alone gave %q", got)
	}
}

func TestRegions(t *testing.T) {
	c := classifier(t)
	for text, want := range map[string]string{
		"Radio stations in the Sahel share a bulletin.":                        "sahel",
		"Forecasters of the Horn of Africa met on Monday.":                     "horn-of-africa",
		"Central American mayors signed a charter.":                            "central-america",
		"Boats cross the Mediterranean at night.":                              "mediterranean",
		"Families left the islands of Lake Chad.":                              "lake-chad-basin",
		"Members of SADC agreed on rules.":                                     "southern-africa",
		"The project is funded by the European Union and helps in Mauritania.": "",
		"The team met on Monday.":                                              "",
	} {
		labels := c.Classify(classify.Item{Text: text, Language: "en"})
		if got := set(values(labels, feeds.LabelRegion)); got != want {
			t.Errorf("%q: regions %q, want %q", text, got, want)
		}
		if countries := values(labels, feeds.LabelCountry); want != "" && len(countries) > 0 {
			t.Errorf("%q: the region gave countries %v", text, countries)
		}
	}
}
