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
func (g *gathering) choose() []chosen {
	g.sumPopulations()
	var forms []chosen
	for _, form := range slices.Sorted(maps.Keys(g.forms)) {
		c := chosen{form: form, words: wordIn(g.words, form), given: g.given[form], surname: g.surnames[form] || g.likeSurname(form)}
		if slices.ContainsFunc(g.forms[form], famous) {
			c.words = wordIn(g.certain, form)
		}
		c.meanings = g.keep(form, &c)
		if len(c.meanings) > 0 {
			forms = append(forms, c)
		}
	}
	return forms
}

// settlerPopulation is the size up to which a town of namedAfterPersons gives a surname.
const settlerPopulation = 150_000

// likeSurname reports a form of one word that is nothing but towns of namedAfterPersons:
// no free list of surnames is long enough, and most of these are ones.
func (g *gathering) likeSurname(form string) bool {
	if strings.Contains(form, " ") {
		return false
	}
	for _, m := range g.forms[form] {
		if m.place.class != gazetteer.City || !namedAfterPersons[m.place.country] || m.place.population > settlerPopulation {
			return false
		}
	}
	return true
}

// wordIn says in which languages a form is ordinary: each of its words is, in one
// language.
func wordIn(words map[string]gazetteer.Languages, form string) gazetteer.Languages {
	all := ^gazetteer.Languages(0)
	for _, word := range strings.Fields(form) {
		all &= words[word]
	}
	return all
}

// famous reports the name, not an alternate one, of a country or a great city.
func famous(m meaning) bool {
	return m.main && (m.place.class == gazetteer.Country || m.place.class == gazetteer.Capital || m.place.class == gazetteer.City && m.place.population >= famousPopulation)
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
	for _, p := range g.places {
		if p.share != 0 {
			p.population = g.byID[p.country].population / p.share
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
		p, short := m.place, first(form) < 0x590 && utf8.RuneCountInString(form) < 4
		switch {
		case p.class != gazetteer.Country && tooShortRun(form):
			return true
		case p.decoy:
			return !strong
		case p.small:
			// Nothing but this place, in all the table, and no word or name.
			return risky || g.elsewhere[form] == "*" || len(meanings) > 1 || first(form) < 0x590 && utf8.RuneCountInString(form) < 5 || namedAfterPersons[p.country]
		case p.class == gazetteer.City && m.main:
			return short && p.population < shortPopulation && !p.seat
		case p.class == gazetteer.District:
			return short
		case p.class == gazetteer.Country && !m.main:
			// A country's name in a small language gives way to words and to names of great places.
			return m.languages == gazetteer.OtherLanguages && (c.words != 0 || g.countries[form] || c.given || g.elsewhere[form] != "" && g.elsewhere[form] != p.country)
		case !m.main:
			// An alternate name must not be a word, nor a country's name. In other scripts
			// than Latin all names are alternate ones.
			return g.countries[form] || short || first(form) < 0x250 && (c.words != 0 || !resembles(form, p) && isForeign(m.languages))
		}
		return false
	})
	slices.SortFunc(meanings, func(a, b meaning) int {
		return cmp.Or(cmp.Compare(weight(b), weight(a)), cmp.Compare(a.place.id, b.place.id))
	})
	return bound(meanings)
}

// Towns of these countries are mostly named after persons and after towns elsewhere;
// their small ones say more about a reader's name than about a place.
var namedAfterPersons = map[string]bool{"US": true, "CA": true, "AU": true, "NZ": true}

// A name of three letters is kept for a city from this size on.
const shortPopulation = 100_000

// isForeign reports that a form is not known to be a name in any language with a place
// of its own.
func isForeign(languages gazetteer.Languages) bool { return languages&^gazetteer.OtherLanguages == 0 }

// resembles reports whether a Latin form is a way to write the place's own name: as
// long as a name of some length must be, and with half the pairs of letters. Lists
// of alternate names hold much else, former names and names in languages few write.
func resembles(form string, p *place) bool {
	own := key(p.name)
	if form == own {
		return true
	}
	if utf8.RuneCountInString(form) < 6 {
		return false
	}
	pairs := map[string]int{}
	for i := 0; i+2 <= len(own); i++ {
		pairs[own[i:i+2]]++
	}
	shared := 0
	for i := 0; i+2 <= len(form); i++ {
		if pairs[form[i:i+2]] > 0 {
			pairs[form[i:i+2]]--
			shared++
		}
	}
	return 4*shared >= len(form)+len(own)-2
}

func first(form string) rune {
	r, _ := utf8.DecodeRuneInString(form)
	return r
}

// weight orders the meanings of a form: countries and their people, then by population, of
// which an alternate name counts for a tenth, for a hundredth when nobody says
// whose. A capital counts four times, a
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
	switch {
	case m.main:
	case isForeign(m.languages):
		w /= 100
	default:
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
