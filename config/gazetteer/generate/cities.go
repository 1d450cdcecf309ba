package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tributary/config/gazetteer"
)

// Which places are kept. A town of bigPopulation is kept whatever it is called; a smaller
// one is kept only under a name that nothing else has (see choose.go), and only if
// it is known beyond its district: among the first of its country, the seat of a
// subdivision, or with an airport. Decoys are those too small to be kept for themselves
// that share a name with something great, so that "Lebanon, New Hampshire" is not the
// country.
const (
	bigPopulation       = 15_000
	smallPopulation     = 5_000
	decoyPopulation     = 2_000
	greatPopulation     = 300_000
	firstOfCountry      = 250
	quarterPopulation   = 200_000 // sections of a city
	elsewherePopulation = 200_000 // names in the scripts of few readers
)

// city is a line of the GeoNames table.
type city struct {
	id, name, ascii, feature, country, area string
	alternates                              []string
	population                              uint64
	rank                                    int // in its country, from 0
}

// readCities reads the table of GeoNames: tab-separated, 19 columns.
func (g *gathering) readCities(inputs, _ string) error {
	table, err := os.ReadFile(filepath.Join(inputs, dirCities, "dist", "cities500.txt"))
	if err != nil {
		return fmt.Errorf("read cities: %w", err)
	}
	var cities []*city
	for line := range strings.Lines(string(table)) {
		c := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(c) != 19 {
			continue // the last line
		}
		population, err := strconv.ParseUint(c[14], 10, 64)
		if err != nil {
			return fmt.Errorf("read city %s: %w", c[0], err)
		}
		cities = append(cities, &city{id: c[0], name: c[1], ascii: c[2], alternates: strings.Split(c[3], ","), feature: c[7], country: c[8],
			area: c[8] + "." + c[10], population: population})
	}
	if len(cities) < 190_000 {
		return fmt.Errorf("read cities: only %d found", len(cities))
	}
	slices.SortFunc(cities, func(a, b *city) int {
		return cmp.Or(cmp.Compare(b.population, a.population), cmp.Compare(len(a.id), len(b.id)), cmp.Compare(a.id, b.id))
	})
	ranks := map[string]int{}
	great := map[string]bool{}
	for _, c := range cities {
		c.rank = ranks[c.country]
		ranks[c.country]++
		for _, form := range []string{key(c.name), key(c.ascii)} {
			if g.elsewhere[form] == "" {
				g.elsewhere[form] = c.country
			} else if g.elsewhere[form] != c.country {
				g.elsewhere[form] = "*"
			}
			if c.population >= greatPopulation || c.feature == "PPLC" {
				great[form] = true
			}
		}
	}
	if err := g.addGreat(inputs, great); err != nil {
		return err
	}
	for _, c := range cities {
		g.addCity(c, great[key(c.name)])
	}
	return nil
}

// addGreat adds the English names of countries, which decoys share.
func (g *gathering) addGreat(inputs string, great map[string]bool) error {
	names, err := territories(inputs, "en")
	for _, name := range names {
		great[key(name)] = true
	}
	return err
}

var airport = regexp.MustCompile(`^[A-Z]{3}$`)

func (g *gathering) addCity(c *city, namesake bool) {
	p := &place{country: c.country, class: gazetteer.City, population: c.population, area: c.area, name: c.name}
	switch c.feature {
	case "PPLC":
		p.class = gazetteer.Capital
	case "PPLA":
		p.seat = true
	case "PPLX":
		if c.population < quarterPopulation {
			return
		}
	case "PPLQ", "PPLH", "PPLW", "PPLCH":
		return // abandoned, historical, destroyed
	default:
		if c.population >= bigPopulation {
			break
		}
		p.small = c.population >= smallPopulation || c.rank < firstOfCountry || c.feature == "PPLA2" && c.population >= decoyPopulation || slices.ContainsFunc(c.alternates, airport.MatchString)
		p.decoy = !p.small && namesake && c.population >= decoyPopulation
		if !p.small && !p.decoy {
			return
		}
		if namesake {
			p.small, p.decoy = false, true
		}
	}
	g.addPlace(p)
	g.byID[c.id] = p
	g.addForm(p, c.name, 0, true)
	g.addForm(p, c.ascii, 0, true)
	if p.decoy {
		return
	}
	for _, alternate := range c.alternates {
		switch scriptOf(alternate) {
		case scriptUnwanted:
			continue
		case scriptElse:
			if c.population < elsewherePopulation {
				continue
			}
		case scriptLatin, scriptNews:
			if p.small && c.rank >= firstOfCountry {
				continue
			}
		}
		g.addForm(p, plain(alternate), 0, false)
	}
}

// readPlaces reads the places that people added: country, class, subdivision as in
// GeoNames or nothing, names with "|" between, reason.
func (g *gathering) readPlaces(_, data string) error {
	return readRows(filepath.Join(data, "places.csv"), 5, func(f []string) error {
		if g.byID[f[0]] == nil {
			return fmt.Errorf("unknown country %q", f[0])
		}
		class, known := map[string]gazetteer.Class{"city": gazetteer.City, "district": gazetteer.District, "subdivision": gazetteer.Subdivision}[f[1]]
		if !known {
			return fmt.Errorf("unknown class %q", f[1])
		}
		names := strings.Split(f[3], "|")
		var p *place
		for _, m := range g.forms[key(names[0])] {
			inClass := m.place.class == class || class == gazetteer.City && m.place.class == gazetteer.Capital
			if m.place.country != f[0] || !inClass || f[2] != "" && m.place.area != f[0]+"."+f[2] {
				continue
			}
			p = m.place
			p.small, p.decoy = false, false
			break
		}
		if p == nil {
			p = &place{country: f[0], class: class, name: names[0]}
			if f[2] != "" {
				p.area = f[0] + "." + f[2]
			}
			if class == gazetteer.Subdivision { // how many live there nobody says: a part of the country's cities
				p.share = 4
			}
			g.addPlace(p)
		}
		for _, name := range names {
			g.addForm(p, name, 0, true)
		}
		return nil
	})
}

// readDropped reads the forms that people took away: form, country or nothing, reason.
func (g *gathering) readDropped(_, data string) error {
	return readRows(filepath.Join(data, "drop.csv"), 3, func(f []string) error {
		form := key(f[0])
		if f[1] != "" {
			form += "|" + f[1]
		}
		g.dropped[form] = true
		return nil
	})
}

// readRows reads a CSV file with a line of headings.
func readRows(path string, columns int, visit func(fields []string) error) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = columns
	for first := true; ; first = false {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", filepath.Base(path), err)
		}
		if first {
			continue
		}
		if err := visit(fields); err != nil {
			line, _ := r.FieldPos(0)
			return fmt.Errorf("read %s, line %d: %w", filepath.Base(path), line, err)
		}
	}
}
