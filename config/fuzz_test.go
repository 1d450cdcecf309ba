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
		"taxonomy/schemes.yaml":    {Data: []byte("version: 1\nprovenance: [here]\n")},
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

const vocabulary = "taxonomy/publishers/x.yaml"

// group is a vocabulary with one group of these keys.
func group(keys string) string {
	return "publisher: x\nprovenance: [here]\ngroups:\n  - id: g\n    " + keys + "\n"
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
		"theme without a name":  {"taxonomy/schemes.yaml", "version: 1\nreliefweb_themes:\n  1: {fr: A}\n", "bundled taxonomy/schemes.yaml:3:6: reliefweb_themes.1: has no English text"},
		"objective too high":    {"taxonomy/schemes.yaml", "gcm_objectives: {24: {en: A}}", "24 is no objective"},
		"vocabulary's key":      {vocabulary, "publisher: x\nprovenance: [here]\nhost: [x.example]\n", "bundled taxonomy/publishers/x.yaml:3:1: host: unknown key; write hosts"},
		"vocabulary's host":     {vocabulary, "publisher: x\nprovenance: [here]\nhosts:\n  - https://x.example\n", "bundled taxonomy/publishers/x.yaml:4:5: hosts[0]: \"https://x.example\" is no host name"},
		"no provenance":         {vocabulary, "publisher: x\n", "taxonomy/publishers/x.yaml:1:1: provenance: is missing"},
		"trust":                 {vocabulary, "publisher: x\nprovenance: [here]\nhosts: [x.example]\ncategories: always\n", `x.yaml:4:13: categories: "always" is none of trust, hint, ignore`},
		"trust of everybody":    {vocabulary, "publisher: x\nprovenance: [here]\ncategories: trust\n", "x.yaml:3:13: categories: stands without hosts"},
		"no basis":              {vocabulary, group("means: topic"), "x.yaml:4:9: groups[g].basis: is missing"},
		"no meaning":            {vocabulary, group("basis: seen"), "groups[g]: says of no category what it means"},
		"meaning":               {vocabulary, group("basis: seen\n    means: place"), `x.yaml:6:12: groups[g].means: "place" is none of`},
		"everything ignored":    {vocabulary, group("basis: seen\n    means: ignore"), "x.yaml:6:12: groups[g].means: ignores every category"},
		"country of a category": {vocabulary, group("basis: seen\n    countries:\n      NG: [Nigeria]"), `x.yaml:7:11: groups[g].countries.NG: "NG" is no country`},
		"region of a category":  {vocabulary, group("basis: seen\n    regions: {moon: [Moon]}"), `"moon" is no region`},
		"topic of a category":   {vocabulary, group("basis: seen\n    topics: {u: [Other]}"), `"u" is no topic`},
		"two meanings":          {vocabulary, group("basis: seen\n    countries: {CH: [A], NE: [A]}"), `"A" stands in this group already`},
		"ignored and meant":     {vocabulary, group("basis: seen\n    topics: {t: [A]}\n    ignore: [A]"), `groups[g].ignore[0]: "A" stands in this group already`},
		"scheme and prefixes":   {vocabulary, group("basis: seen\n    means: topic\n    scheme: s\n    prefixes: [a]"), "stand beside a scheme"},
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
