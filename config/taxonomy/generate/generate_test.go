package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"tributary/feeds"
)

func TestInflect(t *testing.T) {
	for _, test := range []struct{ language, base, want string }{
		{"en", "Libyan", "Libyan Libyans"},
		{"en", "Sudanese", "Sudanese"},
		{"en", "Iraqi", "Iraqi Iraqis"},
		{"fr", "libyen", "libyen libyenne libyens libyennes"},
		{"fr", "nigérian", "nigérian nigériane nigérians nigérianes"},
		{"fr", "soudanais", "soudanais soudanaise soudanaises"},
		{"fr", "grec", "grec grecque grecs grecques"},
		{"fr", "belge", "belge belges"},
		{"es", "libio", "libio libia libios libias"},
		{"es", "sudanés", "sudanés sudanesa sudaneses sudanesas"},
		{"es", "iraquí", "iraquí iraquíes iraquís"},
		{"es", "español", "español española españoles españolas"},
		{"pt", "sudanês", "sudanês sudanesa sudaneses sudanesas"},
		{"pt", "espanhol", "espanhol espanhola espanhóis espanholas"},
		{"it", "libico", "libico libica libici libichi libiche"},
		{"it", "senegalese", "senegalese senegalesi"},
		{"de", "Syrer*", "Syrer*"},
		{"ru", "ливийск*", "ливийск*"},
		{"ar", "ليبي", "ليبي ليبية ليبيين ليبيون ليبيات ليبيا"},
	} {
		if got := strings.Join(inflect(test.language, test.base), " "); got != test.want {
			t.Errorf("%s %s: %s, want %s", test.language, test.base, got, test.want)
		}
	}
}

func TestScalar(t *testing.T) {
	for _, s := range []string{"Libya", "NO", "no", "Côte d'Ivoire", "true", "012", "ليبيا", "St. Lucia", "ливийск*", "a: b", "Bonaire, Saba", "-", " x"} {
		var back struct{ V string }
		if err := yaml.Unmarshal([]byte("v: "+scalar(s)+"\n"), &back); err != nil || back.V != s {
			t.Errorf("%q came back as %q, %v", s, back.V, err)
		}
	}
}

// TestShippedData holds what the rest of the program relies on in the files that this
// program writes and in the topics written by hand.
func TestShippedData(t *testing.T) {
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
		Groups  []feeds.TopicGroup  `yaml:"groups"`
		Anchors map[string][]string `yaml:"anchors"`
	}
	readShipped(t, "countries", &countries)
	readShipped(t, "regions", &regions)
	readShipped(t, "topics", &topics)

	areas, codes := map[string]bool{"": true}, map[string]bool{}
	for _, r := range regions.Regions {
		areas[r.Slug] = r.Scheme == "iom"
	}
	for _, c := range countries.Countries {
		if codes[c.ISO2] || len(c.ISO2) != 2 || len(c.ISO3) != 3 || (c.M49 == "") != withoutM49[c.ISO2] {
			t.Errorf("country %q: codes %q %q", c.ISO2, c.ISO3, c.M49)
		}
		codes[c.ISO2] = true
		if !areas[c.Region] {
			t.Errorf("%s: region %q is no IOM region", c.ISO2, c.Region)
		}
		everyLanguage(t, c.ISO2, c.Label)
	}
	if len(codes) != 250 {
		t.Errorf("%d countries and territories, want the 249 of ISO 3166-1 and XK", len(codes))
	}
	for _, r := range regions.Regions {
		everyLanguage(t, r.Slug, r.Label)
		for _, code := range r.Countries {
			if !codes[code] {
				t.Errorf("region %s: unknown country %q", r.Slug, code)
			}
		}
		if (len(r.Countries) == 0) != (r.Scheme == "named") {
			t.Errorf("region %s of scheme %s has %d countries", r.Slug, r.Scheme, len(r.Countries))
		}
	}
	for _, g := range topics.Groups {
		everyLanguage(t, g.Slug, g.Label)
		for _, topic := range g.Topics {
			everyLanguage(t, topic.Slug, topic.Label)
			for _, language := range languages {
				if len(topic.Terms[language]) == 0 {
					t.Errorf("topic %s has no terms in %s", topic.Slug, language)
				}
				seen := map[string]bool{}
				for _, term := range slices.Concat(topic.Terms[language], topic.Weak[language]) {
					if seen[term] {
						t.Errorf("topic %s: %q stands twice in %s", topic.Slug, term, language)
					}
					seen[term] = true
				}
			}
		}
	}
}

func everyLanguage(t *testing.T, what string, label map[string]string) {
	t.Helper()
	for _, language := range languages {
		if label[language] == "" {
			t.Errorf("%s has no label in %s", what, language)
		}
	}
}

func readShipped(t *testing.T, name string, into any) {
	t.Helper()
	f, err := os.Open(filepath.Join("..", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := yaml.NewDecoder(f)
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}
