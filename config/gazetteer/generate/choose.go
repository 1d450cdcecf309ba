package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"tributary/config/gazetteer"
)

// chosen is a form with what it may mean, best first.
type chosen struct {
	form     string
	meanings []meaning
	words    gazetteer.Languages
	given    bool
	surname  bool
}

// choose decides which forms are kept and what each may mean.
func (g *gathering) choose() ([]chosen, error) {
	g.sumPopulations()
	var forms []chosen
	for _, form := range slices.Sorted(maps.Keys(g.forms)) {
		c := chosen{form: form, words: g.wordIn(form), given: g.given[form], surname: g.surnames[form]}
		c.meanings = g.keep(form, &c)
		if len(c.meanings) > 0 {
			forms = append(forms, c)
		}
	}
	return forms, nil
}

// wordIn says in which languages a form is ordinary: each of its words is, in one
// language.
func (g *gathering) wordIn(form string) gazetteer.Languages {
	all := ^gazetteer.Languages(0)
	for _, word := range strings.Fields(form) {
		all &= g.words[word]
	}
	return all
}

// sumPopulations gives countries and subdivisions the population of their cities.
func (g *gathering) sumPopulations() {
	for _, p := range g.places {
		if p.class != gazetteer.City && p.class != gazetteer.Capital {
			continue
		}
		if country := g.byID[p.country]; country != nil {
			country.population += p.population
		}
		if area := g.byID[p.area]; area != nil {
			area.population += p.population
		}
	}
	for code, p := range g.demonyms {
		p.population = g.byID[code].population
	}
}

// keep returns the meanings of a form that stay, best first.
func (g *gathering) keep(form string, c *chosen) []meaning {
	meanings := slices.Clone(g.forms[form])
	strong := slices.ContainsFunc(meanings, func(m meaning) bool { return !m.place.small && !m.place.decoy })
	risky := c.words != 0 || c.given || c.surname
	meanings = slices.DeleteFunc(meanings, func(m meaning) bool {
		switch {
		case m.place.decoy:
			return !strong
		case m.place.small:
			// Nothing but this place, in all the table, and no word or name.
			return risky || g.elsewhere[form] == "*" || len(meanings) > 1 || utf8.RuneCountInString(form) < 5 && first(form) < 0x590
		case !m.main && m.place.class != gazetteer.Country:
			// An alternate name must not be a word, nor a country's name.
			return c.words != 0 || g.countries[form] || utf8.RuneCountInString(form) < 4 && first(form) < 0x590
		case m.place.class == gazetteer.Country && !m.main:
			// A country's name in a small language gives way to words and to names of great places.
			return m.languages == gazetteer.OtherLanguages && (c.words != 0 || g.countries[form] || c.given || g.elsewhere[form] != "" && g.elsewhere[form] != m.place.country)
		}
		return false
	})
	slices.SortFunc(meanings, func(a, b meaning) int {
		return cmp.Or(cmp.Compare(weight(b), weight(a)), cmp.Compare(a.place.id, b.place.id))
	})
	return bound(meanings)
}

func first(form string) rune {
	r, _ := utf8.DecodeRuneInString(form)
	return r
}

// weight orders the meanings of a form: countries and their people, then by population, of
// which an alternate name counts for a tenth. A capital counts four times, a
// subdivision half of all that live in its cities.
func weight(m meaning) uint64 {
	w := m.place.population
	switch m.place.class {
	case gazetteer.Country:
		w = 1<<40 + w
	case gazetteer.Demonym:
		w = 1<<39 + w
	case gazetteer.Capital:
		w *= 4
	case gazetteer.Subdivision:
		w /= 2
	}
	if !m.main {
		w /= 10
	}
	return w
}

// bound cuts the meanings to MaxCandidates: the best of each country first, then the
// others.
func bound(meanings []meaning) []meaning {
	seen := map[string]bool{}
	var firsts, others []meaning
	for _, m := range meanings {
		if seen[m.place.country] {
			others = append(others, m)
			continue
		}
		seen[m.place.country] = true
		firsts = append(firsts, m)
	}
	all := append(firsts, others...)
	return all[:min(len(all), gazetteer.MaxCandidates)]
}
