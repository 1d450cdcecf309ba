package publish

import (
	"cmp"
	"slices"
	"strings"

	"tributary/feeds"
	"tributary/internal/langid"
)

// vocabulary is what the parts of an address may name, by kind of term.
type vocabulary map[feeds.TermKind]*facet

// facet is the values of one kind. Values are found by their form in addresses, which
// is lower case.
type facet struct {
	values  map[string]string   // address form, aliases too -> term value
	forms   []string            // address forms without aliases, sorted
	aliases map[string][]string // address form -> names that people might type instead
	rare    []string            // further address forms, which are not suggested
}

func newFacet() *facet {
	return &facet{values: make(map[string]string), aliases: make(map[string][]string)}
}

// accept adds a value that an address may name and that is suggested to nobody.
func (f *facet) accept(value string) {
	form := strings.ToLower(value)
	if _, known := f.values[form]; !known {
		f.values[form] = value
		f.rare = append(f.rare, form)
	}
}

func (f *facet) add(value string, names ...string) {
	form := strings.ToLower(value)
	if _, known := f.values[form]; !known {
		f.forms = append(f.forms, form)
	}
	f.values[form] = value
	for _, n := range names {
		f.aliases[form] = append(f.aliases[form], strings.ToLower(n))
	}
}

func newVocabulary(t *feeds.Taxonomy, offices []feeds.Office) vocabulary {
	v := vocabulary{feeds.TermCountry: newFacet(), feeds.TermRegion: newFacet(), feeds.TermTopic: newFacet(),
		feeds.TermOffice: newFacet(), feeds.TermKindOf: newFacet()}
	for i := range t.Countries {
		c := &t.Countries[i]
		names := append(texts(c.Label), c.ISO3)
		for _, list := range c.Names {
			names = append(names, list...)
		}
		v[feeds.TermCountry].add(c.ISO2, names...)
	}
	for i := range t.Regions {
		v[feeds.TermRegion].add(t.Regions[i].Slug, texts(t.Regions[i].Label)...)
	}
	for i := range t.Groups {
		for _, topic := range t.Groups[i].Topics {
			v[feeds.TermTopic].add(topic.Slug, texts(topic.Label)...)
		}
	}
	for i := range offices {
		o := &offices[i]
		v[feeds.TermOffice].add(o.Code, append(texts(o.Name), o.City, o.Country)...)
	}
	for i := range offices { // after the codes, which win over former ones
		for _, alias := range offices[i].Aliases {
			if form := strings.ToLower(alias); v[feeds.TermOffice].values[form] == "" {
				v[feeds.TermOffice].values[form] = offices[i].Code
			}
		}
	}
	for _, k := range []feeds.Kind{feeds.KindIOM, feeds.KindPartner, feeds.KindMedia} {
		v[feeds.TermKindOf].add(string(k))
	}
	for _, f := range v {
		slices.Sort(f.forms)
	}
	return v
}

// sourceVocabulary is the part that the catalogue decides: sources that are not on
// trial, and the languages that the taxonomy and the sources speak or entries are found to be in.
func sourceVocabulary(t *feeds.Taxonomy, sources []feeds.Source) vocabulary {
	v := vocabulary{feeds.TermSource: newFacet(), feeds.TermLanguage: newFacet()}
	for _, language := range spokenLanguages {
		v[feeds.TermLanguage].add(language)
	}
	for i := range t.Countries {
		for language := range t.Countries[i].Label {
			v[feeds.TermLanguage].add(language)
		}
	}
	for i := range sources {
		s := &sources[i]
		if s.Trial {
			continue
		}
		v[feeds.TermSource].add(s.ID, s.Title, s.Publisher)
		if s.Language != "" {
			v[feeds.TermLanguage].add(feeds.BaseLanguage(s.Language))
		}
	}
	for _, f := range v {
		slices.Sort(f.forms)
	}
	for _, language := range langid.Languages() {
		v[feeds.TermLanguage].accept(language)
	}
	return v
}

func texts(byLanguage map[string]string) []string {
	out := make([]string, 0, len(byLanguage))
	for _, text := range byLanguage {
		out = append(out, text)
	}
	slices.Sort(out)
	return out
}

// allNamed is up to how many values an error names them all.
const allNamed = 12

// suggest names what somebody may have meant by value.
func (f *facet) suggest(value string) []string {
	if len(f.forms) <= allNamed {
		return f.forms
	}
	const few = 5
	type candidate struct {
		form  string
		score int
	}
	given := []rune(strings.ToLower(brief(value)))
	candidates := make([]candidate, 0, len(f.forms))
	for _, form := range f.forms {
		c := candidate{form, 2 * distance(given, []rune(form))}
		for _, name := range f.aliases[form] {
			switch {
			case name == "":
			case name == string(given):
				c.score = 0
			case strings.HasPrefix(name, string(given)):
				c.score = min(c.score, 1)
			case len(given) > 3: // short codes are near every short name
				c.score = min(c.score, 2*distance(given, []rune(name))+1)
			}
		}
		candidates = append(candidates, c)
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int { return cmp.Compare(a.score, b.score) })
	out := make([]string, 0, few)
	for _, c := range candidates[:few] {
		out = append(out, c.form)
	}
	return out
}

// distance is Levenshtein's. Both sides are short.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := diagonal
			if x != y {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
