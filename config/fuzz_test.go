package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"tributary/config"
)

// small is a bundle that loads fast.
func small(t testing.TB) fstest.MapFS {
	t.Helper()
	settings, err := os.ReadFile("tributary.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{
		"tributary.yaml":  {Data: settings},
		"offices.yaml":    {Data: []byte("offices: [{code: hq, name: {en: Headquarters}, country: CH, zone: UTC}]\n")},
		"sources/hq.yaml": {Data: []byte("sources: [{id: who-en, office: hq, title: WHO, kind: partner, url: 'https://who.example/feed'}]\n")},
		"taxonomy/countries.yaml": {Data: []byte(
			"version: 1\ncountries: [{iso2: CH, iso3: CHE, m49: '756', label: {en: Switzerland}}, {iso2: NE, iso3: NER, label: {en: Niger}}]\n")},
		"taxonomy/regions.yaml":    {Data: []byte("version: 1\nregions: [{slug: wca, scheme: iom, label: {en: West}}]\n")},
		"taxonomy/topics.yaml":     {Data: []byte("version: 1\ngroups: [{slug: g, label: {en: G}, topics: [{slug: t, label: {en: T}}]}]\n")},
		"taxonomy/lookalikes.yaml": {Data: []byte("version: 1\nphrases: {en: [Indian Ocean]}\n")},
	}
}

// Whatever stands in a file: no panic; either problems that a person can read, or a
// configuration that keeps its promises and loads the same again.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/refused/*.yaml", "testdata/accepted/*.yaml", "tributary.yaml", "sources/wca.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("%s: no seeds: %v", pattern, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(data))
		}
	}
	f.Add("a: &a [*a, *a]\nb: *a\n")
	f.Add("fetch: {<<: {<<: {per_host: 1}}}\n")
	builtin := small(f)
	f.Fuzz(func(t *testing.T, text string) {
		load := func() (*config.Config, error) {
			return config.LoadFrom(config.Options{Path: "fuzzed.yaml"}, builtin, func(name string) ([]byte, error) {
				if name == "fuzzed.yaml" {
					return []byte(text), nil
				}
				return nil, os.ErrNotExist
			})
		}
		c, err := load()
		if err != nil {
			var problems config.Problems
			if !errors.As(err, &problems) || len(problems) == 0 || len(problems) > config.MaxProblems+1 {
				t.Fatalf("odd error: %T %v", err, err)
			}
			for _, p := range problems {
				if p.Message == "" || strings.ContainsFunc(p.Error(), unicode.IsControl) {
					t.Fatalf("unreadable problem: %q", p.Error())
				}
			}
			return
		}
		for _, s := range c.Sources {
			if s.ID == "" || s.URL == "" || s.Office == "" || s.Title == "" || s.Publisher == "" || s.Schedule == "" || s.Zone == "" || s.Kind == "" {
				t.Fatalf("incomplete source: %+v", s)
			}
		}
		if c.Listen == "" || c.Fetch.PerHost < 1 || c.Publish.Limit > c.Publish.MaxLimit || c.Publish.Title["en"] == "" {
			t.Fatalf("incomplete settings: %+v", c)
		}
		again, err := load()
		if err != nil {
			t.Fatalf("loads once only: %v", err)
		}
		if diff := cmp.Diff(c, again); diff != "" {
			t.Fatalf("differs when loaded again:\n%s", diff)
		}
	})
}

// A mistake in the bundled data is found like one in a file.
func TestBundledDataIsChecked(t *testing.T) {
	for name, tc := range map[string]struct{ file, text, want string }{
		"unknown key":           {"taxonomy/regions.yaml", "version: 1\nregion: []\n", "bundled taxonomy/regions.yaml:2:1: region: unknown key; write regions"},
		"country twice":         {"taxonomy/countries.yaml", "countries: [{iso2: CH, iso3: CHE, label: {en: A}}, {iso2: CH, iso3: CHX, label: {en: B}}]", `countries[CH].iso2: "CH" stands twice`},
		"label without English": {"taxonomy/countries.yaml", "countries: [{iso2: CH, iso3: CHE, label: {fr: Suisse}}]", "countries[CH].label: has no English text"},
		"language":              {"taxonomy/countries.yaml", "countries: [{iso2: CH, iso3: CHE, label: {en: A}, names: {english: [B]}}]", `countries[CH].names: the key "english" is no language`},
		"region of a country":   {"taxonomy/countries.yaml", "countries: [{iso2: CH, iso3: CHE, label: {en: A}, region: moon}]", `countries[CH].region: "moon" is no region`},
		"country of a region":   {"taxonomy/regions.yaml", "regions: [{slug: wca, scheme: iom, label: {en: W}, countries: [CH, ZZ]}]", `regions[wca].countries[1]: "ZZ" is no country`},
		"scheme":                {"taxonomy/regions.yaml", "regions: [{slug: wca, scheme: iso, label: {en: W}}]", `regions[wca].scheme: "iso" is none of iom, m49, named`},
		"theme":                 {"taxonomy/topics.yaml", "reliefweb_theme_ids: {1: A}\ngroups: [{slug: g, label: {en: G}, topics: [{slug: t, label: {en: T}, reliefweb_themes: [1, 2]}]}]", "groups[g].topics[t].reliefweb_themes[1]: 2 is not in the table"},
		"topic twice":           {"taxonomy/topics.yaml", "groups: [{slug: g, label: {en: G}, topics: [{slug: t, label: {en: T}}]}, {slug: h, label: {en: H}, topics: [{slug: t, label: {en: T}}]}]", `groups[h].topics[t].slug: "t" stands twice`},
		"language of phrases":   {"taxonomy/lookalikes.yaml", "phrases: {english: [Indian Ocean]}", "phrases: the key"},
		"country stood for":     {"taxonomy/lookalikes.yaml", "stand_for: {ZZ: [Zenda]}", `stand_for.ZZ: "ZZ" is no country`},
		"objective":             {"taxonomy/topics.yaml", "groups: [{slug: g, label: {en: G}, topics: [{slug: t, label: {en: T}, gcm: [23, 24]}]}]", "groups[g].topics[t].gcm[1]: 24 is no objective"},
		"goal":                  {"taxonomy/topics.yaml", "groups: [{slug: g, label: {en: G}, topics: [{slug: t, label: {en: T}, sdg: [ten]}]}]", `"ten" is no goal or target`},
		"M49":                   {"taxonomy/countries.yaml", "countries: [{iso2: CH, iso3: CHE, m49: 756, label: {en: A}}]", `countries[CH].m49: is the number 756; put it in quotes: "756"`},
		"source of the catalogue": {"sources/hq.yaml", "sources: [{id: a, office: hq, title: A, kind: iom, url: nowhere}]",
			"bundled sources/hq.yaml:1:57: sources[a].url"},
	} {
		t.Run(name, func(t *testing.T) {
			builtin := small(t)
			builtin[tc.file] = &fstest.MapFile{Data: []byte(tc.text)}
			_, err := config.LoadFrom(config.Options{}, builtin, nil)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v\nwant %s", err, tc.want)
			}
		})
	}
}
