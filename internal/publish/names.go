package publish

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"tributary/feeds"
)

// names gives terms the names that people know, in the language of a feed.
type names struct {
	site      map[string]string
	countries map[string]map[string]string // without those that shall not be named
	notes     map[string]map[string]string // what stands wherever a country is named
	nameless  map[string]bool
	regions   map[string]map[string]string
	topics    map[string]map[string]string
	offices   map[string]map[string]string
}

func newNames(t *feeds.Taxonomy, offices []feeds.Office, site map[string]string) names {
	n := names{site: site, countries: make(map[string]map[string]string, len(t.Countries)), notes: map[string]map[string]string{}, nameless: map[string]bool{},
		regions: make(map[string]map[string]string, len(t.Regions)), topics: make(map[string]map[string]string),
		offices: make(map[string]map[string]string, len(offices))}
	for i := range t.Countries {
		c := &t.Countries[i]
		if c.Nameless {
			n.nameless[c.ISO2] = true
			continue
		}
		n.countries[c.ISO2] = c.Titles()
		if len(c.Note) > 0 {
			n.notes[c.ISO2] = c.Note
		}
	}
	for i := range t.Regions {
		n.regions[t.Regions[i].Slug] = t.Regions[i].Label
	}
	for i := range t.Groups {
		for _, topic := range t.Groups[i].Topics {
			n.topics[topic.Slug] = topic.Label
		}
	}
	for i := range offices {
		n.offices[offices[i].Code] = offices[i].Name
	}
	return n
}

// shows says whether a term may be named and listed.
func (n names) shows(t feeds.Term) bool { return t.Kind != feeds.TermCountry || !n.nameless[t.Value] }

// rights are the rights of a feed with the notes on the countries that it names.
func (n names) rights(rights, lang string, f *feeds.Feed, scheme string, sel feeds.Selector) string {
	if len(n.notes) == 0 {
		return rights
	}
	var named []string
	add := func(iso2 string) {
		if n.notes[iso2] != nil && !slices.Contains(named, iso2) {
			named = append(named, iso2)
		}
	}
	for _, group := range contract(sel) { // the title names them
		for _, t := range group {
			if t.Kind == feeds.TermCountry {
				add(t.Value)
			}
		}
	}
	for i := range f.Entries {
		for _, c := range f.Entries[i].Categories {
			if c.Scheme == scheme {
				add(c.Term)
			}
		}
	}
	slices.Sort(named)
	for _, iso2 := range named {
		if note := feeds.In(n.notes[iso2], lang, ""); note != "" {
			rights = strings.TrimSpace(rights + " " + note)
		}
	}
	return rights
}

// term is a term's name; the bare value where nothing names it.
func (n names) term(lang string, t feeds.Term, c *catalogue) string {
	switch t.Kind {
	case feeds.TermCountry:
		return feeds.In(n.countries[t.Value], lang, t.Value)
	case feeds.TermRegion:
		return feeds.In(n.regions[t.Value], lang, t.Value)
	case feeds.TermTopic:
		return feeds.In(n.topics[t.Value], lang, t.Value)
	case feeds.TermOffice:
		return feeds.In(n.offices[t.Value], lang, t.Value)
	case feeds.TermLanguage:
		return languageName(lang, t.Value)
	case feeds.TermSource:
		if s := c.sources[t.Value]; s != nil && s.Title != "" {
			return s.Title
		}
	case feeds.TermKindOf:
		if name := wordsIn(lang).kinds[feeds.Kind(t.Value)]; name != "" {
			return name
		}
	}
	return t.Value
}

// title names a selection: what it holds first, since readers cut long titles, then
// the installation.
func (n names) title(lang string, sel feeds.Selector, c *catalogue) string {
	const named = 3 // of the terms of one group
	site := feeds.In(n.site, lang, "Tributary")
	var parts []string
	for _, group := range contract(sel) {
		var terms []string
		for i, t := range group {
			if i == named {
				terms = append(terms, "…")
				break
			}
			terms = append(terms, n.term(lang, t, c))
		}
		parts = append(parts, strings.Join(terms, ", "))
	}
	if sel.Query != "" {
		parts = append(parts, "“"+sel.Query+"”")
	}
	if len(parts) == 0 {
		return site
	}
	return strings.Join(parts, " · ") + " – " + site
}

// wordsIn gives our texts in a language, English when we do not speak it.
func wordsIn(lang string) words {
	if w, ok := wordsByLanguage[lang]; ok {
		return w
	}
	return wordsByLanguage["en"]
}

// languageName names a language in another, as CLDR does.
func languageName(in, tag string) string {
	t, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	inTag, err := language.Parse(in)
	if err != nil {
		inTag = language.English
	}
	namer := display.Languages(inTag)
	if namer == nil {
		namer = display.Languages(language.English)
	}
	if name := namer.Name(t); name != "" {
		return name
	}
	return tag
}
