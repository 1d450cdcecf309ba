package main

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"tributary/config/gazetteer"
)

// directionLanguages are the columns of directions.csv.
var directionLanguages = []string{"en", "fr", "es", "pt", "de", "it"}

// directions are the words for one direction, folded, in the order of directionLanguages.
type directions [][]string

func readDirections(data string) (directions, error) {
	var all directions
	err := readRows(filepath.Join(data, "directions.csv"), len(directionLanguages), func(f []string) error {
		row := make([]string, len(f))
		for i, word := range f {
			row[i] = key(word)
		}
		all = append(all, row)
		return nil
	})
	return all, err
}

// addDirections gives subdivisions that are a direction of something ("Nord Kivu") their
// names in the other languages ("North Kivu", "Kivu del Norte"): the lists have them
// in one or two.
func (g *gathering) addDirections(_, data string) error {
	all, err := readDirections(data)
	if err != nil {
		return err
	}
	type found struct {
		place *place
		row   int
		rest  string
	}
	var names []found
	for form, meanings := range g.forms {
		for _, m := range meanings {
			if m.place.class != gazetteer.Subdivision && m.place.class != gazetteer.District {
				continue
			}
			if row, rest := all.split(form); rest != "" {
				names = append(names, found{m.place, row, rest})
			}
		}
	}
	slices.SortFunc(names, func(a, b found) int {
		return cmp.Or(strings.Compare(a.rest, b.rest), cmp.Compare(a.place.id, b.place.id), cmp.Compare(a.row, b.row))
	})
	for _, n := range names {
		for i, language := range directionLanguages {
			for _, form := range phrases(language, all[n.row][i], n.rest) {
				g.addForm(n.place, form, gazetteer.LanguageOf(language), true)
			}
		}
	}
	return nil
}

// split takes the direction off a form: its row in the table and what is left, of which
// the particle between goes too. Empty when there is none.
func (d directions) split(form string) (row int, rest string) {
	for row, words := range d {
		for _, word := range words {
			if after, ok := strings.CutPrefix(form, word+" "); ok {
				rest = after
			} else if before, ok := strings.CutSuffix(form, " "+word); ok {
				rest = before
			} else {
				continue
			}
			for _, particle := range []string{"de ", "du ", "do ", "da ", "del ", "of "} {
				rest = strings.TrimPrefix(rest, particle)
			}
			for _, particle := range []string{" de", " du", " do", " da", " del"} {
				rest = strings.TrimSuffix(rest, particle)
			}
			if len(rest) >= 4 && rest[0] < 0x80 && !d.isDirection(rest) {
				return row, rest
			}
		}
	}
	return 0, ""
}

// isDirection reports a form in which a direction is left, or a container: those are no names.
func (d directions) isDirection(form string) bool {
	for _, word := range strings.Fields(form) {
		switch word {
		case "province", "provincia", "region", "governorate", "district", "state", "department", "gouvernorat", "departement":
			return true
		}
		for _, words := range d {
			if slices.Contains(words, word) {
				return true
			}
		}
	}
	return false
}

// phrases says how a language puts a direction and a name together.
func phrases(language, direction, name string) []string {
	switch language {
	case "en", "de":
		return []string{direction + " " + name}
	case "fr":
		return []string{direction + " " + name, name + " " + direction, name + " du " + direction}
	case "it":
		return []string{direction + " " + name, name + " " + direction, name + " del " + direction}
	case "pt":
		return []string{name + " " + direction, name + " do " + direction}
	}
	return []string{name + " " + direction, name + " del " + direction}
}
