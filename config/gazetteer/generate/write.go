package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"tributary/config/gazetteer"
)

// layOut writes the file; see config/gazetteer/layout.go. It returns the number of
// places too.
func layOut(g *gathering, forms []chosen) ([]byte, int, error) {
	b := gazetteer.NewBuilder()
	places := map[*place]uint32{}
	placeOf := func(p *place) (uint32, error) {
		if id, ok := places[p]; ok {
			return id, nil
		}
		id, err := b.AddPlace(gazetteer.Candidate{Country: p.country, Class: p.class, Population: p.population}, areaOf(g, p), p.name)
		places[p] = id
		return id, err
	}
	for _, c := range forms {
		form := gazetteer.Form{Words: strings.Fields(c.form), Risk: gazetteer.Risk{Word: c.words, GivenName: c.given, Surname: c.surname}}
		if gazetteer.IsRun(first(c.form)) {
			form.Run = true
		}
		for _, m := range c.meanings {
			id, err := placeOf(m.place)
			if err != nil {
				return nil, 0, fmt.Errorf("add place %s: %w", m.place.name, err)
			}
			form.Places = append(form.Places, gazetteer.FormPlace{Place: id, Languages: m.languages})
		}
		if err := b.AddForm(form); err != nil {
			return nil, 0, fmt.Errorf("add form %q: %w", c.form, err)
		}
	}
	file, err := b.Bytes()
	return file, len(places), err
}

// areaOf returns the subdivision a place lies in, if it has a name that can be found.
func areaOf(g *gathering, p *place) string {
	if g.byID[p.area] == nil {
		return ""
	}
	return p.area
}

// dumpForms writes what the file holds as text, for people to look through.
func dumpForms(path string, g *gathering, forms []chosen) error {
	w := &bytes.Buffer{}
	for _, c := range forms {
		fmt.Fprint(w, c.form, "\t")
		if c.words != 0 {
			fmt.Fprint(w, "word ", strings.Join(c.words.Codes(), " "), "; ")
		}
		if c.given {
			fmt.Fprint(w, "given name; ")
		}
		if c.surname {
			fmt.Fprint(w, "surname; ")
		}
		for _, m := range c.meanings {
			fmt.Fprintf(w, "\t%s %s %s %d %s", m.place.class, m.place.country, areaOf(g, m.place), m.place.population, strings.Join(m.languages.Codes(), " "))
		}
		fmt.Fprintln(w)
	}
	if err := os.WriteFile(path, w.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write dump: %w", err)
	}
	return nil
}
