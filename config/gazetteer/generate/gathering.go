package main

import (
	"strings"

	"tributary/config/gazetteer"
)

// place is one place while the file is being put together.
type place struct {
	country    string
	class      gazetteer.Class
	population uint64
	area       string // "US.PA"; empty when not known
	name       string
	share      uint64 // population is this part of its country's, when not zero
	seat       bool   // of a first-level subdivision
	small      bool   // kept only under forms that mean nothing else
	decoy      bool   // kept only under forms that other places have
	id         int
}

// meaning is one place a form may stand for.
type meaning struct {
	place     *place
	languages gazetteer.Languages
	main      bool // by the name it has in the list, not by an alternate one
}

// gathering is all that was read.
type gathering struct {
	places    []*place
	byID      map[string]*place // GeoNames number, "US" for a country, "US.PA" for a subdivision
	demonyms  map[string]*place // by country
	forms     map[string][]meaning
	elsewhere map[string]string              // main names of all 200,000 places: the country, "*" for several
	dropped   map[string]bool                // form, or form and country with "|" between
	words     map[string]gazetteer.Languages // languages in which a word is an ordinary one
	certain   map[string]gazetteer.Languages // the same, whatever it is the name of
	given     map[string]bool
	surnames  map[string]bool
	countries map[string]bool // forms that are a country's name in one of the main languages
}

func newGathering() *gathering {
	return &gathering{
		byID: map[string]*place{}, demonyms: map[string]*place{}, forms: map[string][]meaning{}, elsewhere: map[string]string{},
		dropped: map[string]bool{}, words: map[string]gazetteer.Languages{}, certain: map[string]gazetteer.Languages{}, given: map[string]bool{}, surnames: map[string]bool{},
		countries: map[string]bool{},
	}
}

func (g *gathering) addPlace(p *place) *place {
	p.id = len(g.places)
	g.places = append(g.places, p)
	return p
}

// key is how a form is written in g.forms: folded words with spaces between, or the
// letters of a run in a script without them.
func key(name string) string {
	runs := false
	for _, r := range name {
		if gazetteer.IsRun(r) {
			runs = true
			break
		}
	}
	words := gazetteer.Words(name)
	if runs {
		return strings.Join(words, "")
	}
	return strings.Join(words, " ")
}

// addForm notes that a place is called name. What is no usable form is left out.
func (g *gathering) addForm(p *place, name string, languages gazetteer.Languages, main bool) {
	form := key(name)
	if !usable(form) || g.dropped[form] || g.dropped[form+"|"+p.country] {
		return
	}
	meanings := g.forms[form]
	for i := range meanings {
		if meanings[i].place == p {
			meanings[i].languages |= languages
			meanings[i].main = meanings[i].main || main
			return
		}
	}
	g.forms[form] = append(meanings, meaning{p, languages, main})
}
