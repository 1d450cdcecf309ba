package config

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"

	"tributary/feeds"
)

// The files below taxonomy/. What a file says for people and programs beside the
// taxonomy itself (where the data comes from, tables of another organisation's
// ids) is read, so that a misspelt key does not pass, and used only to check.

type countriesFile struct {
	Version    int             `yaml:"version"`
	Provenance []string        `yaml:"provenance"`
	Countries  []feeds.Country `yaml:"countries"`
}

type regionsFile struct {
	Version      int            `yaml:"version"`
	Provenance   []string       `yaml:"provenance"`
	Regions      []feeds.Region `yaml:"regions"`
	DutyStations []string       `yaml:"duty_stations"`
}

type topicsFile struct {
	Version             int                 `yaml:"version"`
	Provenance          []string            `yaml:"provenance"`
	ReliefWebThemeIDs   map[int]string      `yaml:"reliefweb_theme_ids"`
	ReliefWebFormatIDs  map[int]string      `yaml:"reliefweb_format_ids"`
	ReliefWebLanguageID map[int]string      `yaml:"reliefweb_language_ids"`
	GCMObjectives       map[int]string      `yaml:"gcm_objectives"`
	Anchors             map[string][]string `yaml:"anchors"`
	Groups              []feeds.TopicGroup  `yaml:"groups"`
}

type lookalikesFile struct {
	Version          int `yaml:"version"`
	feeds.Lookalikes `yaml:",inline"`
}

// schemesFile names what topics are in the schemes of others.
type schemesFile struct {
	Version         int                       `yaml:"version"`
	Provenance      []string                  `yaml:"provenance"`
	ReliefWebThemes map[int]map[string]string `yaml:"reliefweb_themes"`
	GCMObjectives   map[int]map[string]string `yaml:"gcm_objectives"`
}

var (
	iso2Expr = regexp.MustCompile(`^[A-Z]{2}$`)
	iso3Expr = regexp.MustCompile(`^[A-Z]{3}$`)
	m49Expr  = regexp.MustCompile(`^[0-9]{3}$`)
	sdgExpr  = regexp.MustCompile(`^[0-9]{1,2}(\.[0-9a-z]{1,2})?$`)
)

// gcmObjectives is how many objectives the Global Compact for Migration has.
const gcmObjectives = 23

// taxonomy reads the countries, regions and topics, bundled or edited. The version is
// the highest of the files', so that it grows when any of them does.
func (l *loader) taxonomy() (*feeds.Taxonomy, []string) {
	var countries countriesFile
	var regions regionsFile
	var topics topicsFile
	var schemes schemesFile
	var lookalikes lookalikesFile
	t := &taxonomyJudge{report: &l.report}
	edited := l.edited()
	for _, f := range []struct {
		name string
		into any
	}{
		{countriesName, &countries},
		{regionsName, &regions},
		{topicsName, &topics},
		{lookalikesName, &lookalikes},
		{"schemes.yaml", &schemes},
	} {
		d := newDecoder(&l.report)
		n, own := edited[f.name]
		if !own {
			n = l.bundled("taxonomy/" + f.name)
		}
		if n != nil {
			d.structure(reflect.ValueOf(f.into).Elem(), n, "")
		}
		t.files = append(t.files, d)
	}
	t.countries(countries, regions)
	t.regions(countries, regions)
	t.topics(topics, schemes)
	t.languages(inLookalikes, "phrases", lookalikes.Phrases)
	t.languages(inLookalikes, "tongues", lookalikes.Tongues)
	t.languages(inLookalikes, "seats", lookalikes.Seats)
	t.standFor(countries, lookalikes)
	t.schemes(schemes)
	out := &feeds.Taxonomy{
		Version:         max(countries.Version, regions.Version, topics.Version, lookalikes.Version, schemes.Version),
		Countries:       countries.Countries,
		Regions:         regions.Regions,
		Groups:          topics.Groups,
		Lookalikes:      lookalikes.Lookalikes,
		Anchors:         topics.Anchors,
		ReliefWebThemes: schemes.ReliefWebThemes,
		GCMObjectives:   schemes.GCMObjectives,
	}
	l.vocabularies(out, len(edited) > 0)
	return out, regions.DutyStations
}

// taxonomyJudge checks what the taxonomy's values mean.
type taxonomyJudge struct {
	report *report
	files  []*decoder // countries, regions, topics, lookalikes, schemes
}

const (
	inCountries = iota
	inRegions
	inTopics
	inLookalikes
	inSchemes
)

func (t *taxonomyJudge) wrong(file int, path, message, instead string) {
	t.report.at(t.files[file].places[path], path, message, instead)
}

// code checks a code by its pattern and that it stands once.
func (t *taxonomyJudge) code(file int, path, code string, pattern *regexp.Regexp, seen map[string]bool) {
	switch {
	case !pattern.MatchString(code):
		t.wrong(file, path, quote(code)+" is no valid code", "")
	case seen[code]:
		t.wrong(file, path, quote(code)+" stands twice", "")
	}
	seen[code] = true
}

func (t *taxonomyJudge) label(file int, path string, label map[string]string) {
	if label["en"] == "" {
		t.wrong(file, path+".label", "has no English text", "")
	}
	t.languages(file, path+".label", label)
}

// languages checks the keys of a map by language.
func (t *taxonomyJudge) languages(file int, path string, m any) {
	for _, key := range reflect.ValueOf(m).MapKeys() {
		if wrong, instead := judgeLanguage(key.String()); wrong != "" {
			t.wrong(file, path, "the key "+wrong, instead)
		}
	}
}

func (t *taxonomyJudge) countries(f countriesFile, r regionsFile) {
	iso2, iso3, m49 := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i := range f.Countries {
		c := &f.Countries[i]
		path := item("countries", c.ISO2, i)
		t.code(inCountries, path+".iso2", c.ISO2, iso2Expr, iso2)
		t.code(inCountries, path+".iso3", c.ISO3, iso3Expr, iso3)
		if c.M49 != "" {
			t.code(inCountries, path+".m49", c.M49, m49Expr, m49)
		}
		t.label(inCountries, path, c.Label)
		t.languages(inCountries, path+".names", c.Names)
		t.languages(inCountries, path+".demonyms", c.Demonyms)
		t.languages(inCountries, path+".places", c.Places)
		if c.Region != "" && !slices.ContainsFunc(r.Regions, func(r feeds.Region) bool { return r.Slug == c.Region }) {
			t.wrong(inCountries, path+".region", quote(c.Region)+" is no region", "")
		}
	}
}

// standFor checks that what stands for a country names one.
func (t *taxonomyJudge) standFor(c countriesFile, f lookalikesFile) {
	for _, code := range slices.Sorted(maps.Keys(f.StandFor)) {
		if !slices.ContainsFunc(c.Countries, func(c feeds.Country) bool { return c.ISO2 == code }) {
			t.wrong(inLookalikes, "stand_for."+code, quote(code)+" is no country", "")
		}
	}
}

func (t *taxonomyJudge) regions(c countriesFile, f regionsFile) {
	slugs, known := map[string]bool{}, map[string]bool{}
	for i := range c.Countries {
		known[c.Countries[i].ISO2] = true
	}
	for i := range f.Regions {
		r := &f.Regions[i]
		path := item("regions", r.Slug, i)
		t.code(inRegions, path+".slug", r.Slug, slugExpr, slugs)
		t.label(inRegions, path, r.Label)
		t.languages(inRegions, path+".names", r.Names)
		if !slices.Contains([]string{"iom", "m49", "named"}, r.Scheme) {
			t.wrong(inRegions, path+".scheme", quote(r.Scheme)+" is none of iom, m49, named", "")
		}
		for n, code := range r.Countries {
			if !known[code] {
				t.wrong(inRegions, path+".countries["+strconv.Itoa(n)+"]", quote(code)+" is no country", "")
			}
		}
	}
}

func (t *taxonomyJudge) topics(f topicsFile, s schemesFile) {
	slugs := map[string]bool{}
	t.languages(inTopics, "anchors", f.Anchors)
	for i := range f.Groups {
		g := &f.Groups[i]
		group := item("groups", g.Slug, i)
		t.code(inTopics, group+".slug", g.Slug, slugExpr, map[string]bool{})
		t.label(inTopics, group, g.Label)
		for n := range g.Topics {
			topic := &g.Topics[n]
			path := item(group+".topics", topic.Slug, n)
			t.code(inTopics, path+".slug", topic.Slug, slugExpr, slugs)
			t.label(inTopics, path, topic.Label)
			t.languages(inTopics, path+".terms", topic.Terms)
			t.languages(inTopics, path+".beside", topic.Beside)
			t.languages(inTopics, path+".weak", topic.Weak)
			t.languages(inTopics, path+".not", topic.Not)
			t.known(path+".reliefweb_themes", topic.ReliefWebThemes, f.ReliefWebThemeIDs)
			for k, id := range topic.ReliefWebThemes {
				if len(s.ReliefWebThemes) > 0 && s.ReliefWebThemes[id]["en"] == "" {
					t.wrong(inTopics, fmt.Sprintf("%s.reliefweb_themes[%d]", path, k), strconv.Itoa(id)+" has no name in schemes.yaml", "")
				}
			}
			for k, objective := range topic.GCM {
				if objective < 1 || objective > gcmObjectives {
					t.wrong(inTopics, fmt.Sprintf("%s.gcm[%d]", path, k), strconv.Itoa(objective)+" is no objective of the Global Compact", "")
				}
			}
			for k, goal := range topic.SDG {
				if !sdgExpr.MatchString(goal) {
					t.wrong(inTopics, fmt.Sprintf("%s.sdg[%d]", path, k), quote(goal)+" is no goal or target", "")
				}
			}
		}
	}
}

// schemes checks that everything has an English name.
func (t *taxonomyJudge) schemes(f schemesFile) {
	names := func(key string, number int, byLanguage map[string]string) (path string) {
		path = key + "." + strconv.Itoa(number)
		if byLanguage["en"] == "" {
			t.wrong(inSchemes, path, "has no English text", "")
		}
		t.languages(inSchemes, path, byLanguage)
		return path
	}
	for _, id := range slices.Sorted(maps.Keys(f.ReliefWebThemes)) {
		names("reliefweb_themes", id, f.ReliefWebThemes[id])
	}
	for _, number := range slices.Sorted(maps.Keys(f.GCMObjectives)) {
		path := names("gcm_objectives", number, f.GCMObjectives[number])
		if number < 1 || number > gcmObjectives {
			t.wrong(inSchemes, path, strconv.Itoa(number)+" is no objective of the Global Compact", "")
		}
	}
}

// known checks ids against the table of the same file, when it has one.
func (t *taxonomyJudge) known(path string, ids []int, table map[int]string) {
	if len(table) == 0 {
		return
	}
	for i, id := range ids {
		if _, ok := table[id]; !ok {
			t.wrong(inTopics, fmt.Sprintf("%s[%d]", path, i), strconv.Itoa(id)+" is not in the table of this file", "")
		}
	}
}

// item is the key path of an entry of a list, as the decoder writes it.
func item(list, code string, i int) string {
	if code == "" {
		code = strconv.Itoa(i)
	}
	return list + "[" + code + "]"
}
