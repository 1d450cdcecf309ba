package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"tributary/config/gazetteer"
)

// mainLanguages are those whose names for countries no other form may hide.
var mainLanguages = []string{"en", "fr", "es", "ar", "pt", "ru", "de", "it"}

var iso2 = regexp.MustCompile(`^[A-Z]{2}$`)

// noCountry lists codes of CLDR that are two letters and no country.
var noCountry = map[string]bool{"EU": true, "EZ": true, "UN": true, "QO": true, "XA": true, "XB": true, "ZZ": true, "AC": true, "CP": true,
	"CQ": true, "DG": true, "EA": true, "IC": true, "TA": true, "QU": true}

// territories reads the names of territories in one language of CLDR, by code.
func territories(inputs, language string) (map[string]string, error) {
	var cldr struct {
		Main map[string]struct {
			LocaleDisplayNames struct {
				Territories map[string]string `json:"territories"`
			} `json:"localeDisplayNames"`
		} `json:"main"`
	}
	err := readJSON(filepath.Join(inputs, dirCLDR, "main", language, "territories.json"), &cldr)
	return cldr.Main[language].LocaleDisplayNames.Territories, err
}

// readCountries reads the countries and their names in every language of CLDR.
func (g *gathering) readCountries(inputs, _ string) error {
	english, err := territories(inputs, "en")
	if err != nil {
		return err
	}
	for _, code := range slices.Sorted(maps.Keys(english)) {
		if !iso2.MatchString(code) || noCountry[code] {
			continue
		}
		g.byID[code] = g.addPlace(&place{country: code, class: gazetteer.Country, name: english[code]})
		g.demonyms[code] = g.addPlace(&place{country: code, class: gazetteer.Demonym, name: english[code]})
	}
	locales, err := os.ReadDir(filepath.Join(inputs, dirCLDR, "main"))
	if err != nil {
		return fmt.Errorf("list locales: %w", err)
	}
	for _, locale := range locales {
		language, _, regional := strings.Cut(locale.Name(), "-")
		if language == "und" || language == "root" || regional && locale.Name() != "zh-Hant" && locale.Name() != "sr-Latn" && locale.Name() != "uz-Cyrl" {
			continue
		}
		names, err := territories(inputs, locale.Name())
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		for _, key := range slices.Sorted(maps.Keys(names)) {
			g.addCountryName(key, names[key], language)
		}
	}
	return nil
}

// addCountryName keeps one name of CLDR, with the code it is given under: a code alone
// or with "-alt-" and its kind.
func (g *gathering) addCountryName(code, name, language string) {
	code, alternative, _ := strings.Cut(code, "-alt-")
	p := g.byID[code]
	if p == nil || alternative == "chagos" || name == code {
		return
	}
	main := slices.Contains(mainLanguages, language)
	if unicode.Is(unicode.Latin, []rune(name)[0]) && len(name) <= 3 {
		return // US, UK: what they mean is a rule, not a name
	}
	head, explained, _ := strings.Cut(name, "(")
	if explained != "" && (code == "MM" || code == "FK") {
		g.addForm(p, strings.TrimRight(explained, ") "), gazetteer.LanguageOf(language), main)
	}
	head = strings.TrimSuffix(strings.TrimSpace(head), " SAR China")
	g.addForm(p, head, gazetteer.LanguageOf(language), main)
	if main {
		g.countries[key(head)] = true
	}
}

// readTranslations reads the catalogues of libgeonames: names of places by GeoNames
// number, of subdivisions by country and code, in many languages.
func (g *gathering) readTranslations(inputs, data string) error {
	contained, err := readContainers(data)
	if err != nil {
		return err
	}
	root := filepath.Join(inputs, dirDebian, "usr", "share", "locale")
	locales, err := os.ReadDir(root)
	if err != nil {
		return fmt.Errorf("list catalogues: %w", err)
	}
	names := make([]string, 0, len(locales))
	for _, locale := range locales {
		names = append(names, locale.Name())
	}
	slices.SortStableFunc(names, func(a, b string) int { // English first: it has all subdivisions
		return strings.Compare(strings.TrimPrefix(a, "en"), strings.TrimPrefix(b, "en"))
	})
	for _, language := range names {
		set := gazetteer.LanguageOf(map[string]string{"nb": "no", "cmn": "zh"}[language])
		if set == gazetteer.OtherLanguages {
			set = gazetteer.LanguageOf(language)
		}
		err := readMO(filepath.Join(root, language, "LC_MESSAGES", "geonames.mo"), func(id, text string) {
			g.addTranslation(id, plain(text), language, set, contained)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (g *gathering) addTranslation(id, name, language string, set gazetteer.Languages, contained func(string) []string) {
	country, _, isArea := strings.Cut(id, ".")
	p := g.byID[id]
	if isArea && p == nil && g.byID[country] != nil {
		p = g.addPlace(&place{country: country, class: gazetteer.Subdivision, area: id, name: name})
		g.byID[id] = p
	}
	if p == nil || p.decoy || scriptOf(name) == scriptUnwanted || scriptOf(name) == scriptElse && set == gazetteer.OtherLanguages {
		return
	}
	if p.class == gazetteer.Country {
		return // CLDR says it
	}
	if p.small && set == gazetteer.OtherLanguages {
		return
	}
	main := slices.Contains(mainLanguages, language)
	g.addForm(p, name, set, main)
	if !isArea {
		return
	}
	for _, rest := range contained(name) {
		g.addForm(p, rest, set, main)
	}
}

// readContainers reads the words around the names of subdivisions, "Province", "Région
// de", and returns what gives a name without them.
func readContainers(data string) (func(name string) []string, error) {
	var words []string
	err := readRows(filepath.Join(data, "containers.csv"), 2, func(f []string) error {
		words = append(words, key(f[0]))
		return nil
	})
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	return func(name string) []string {
		form := key(name)
		for _, w := range words {
			if rest, ok := strings.CutPrefix(form, w+" "); ok {
				return []string{rest}
			}
			if rest, ok := strings.CutSuffix(form, " "+w); ok {
				return []string{rest}
			}
		}
		return nil
	}, err
}

var (
	subdivision = regexp.MustCompile(`"([A-Z]{2})-[A-Z0-9]{1,3}":\{type:"([^"]*)",name:"([^"]*)"\}`)
	bracketed   = regexp.MustCompile(`\s*[\[(].*`)
)

// readSubdivisions reads ISO 3166-2. What GeoNames has under the same name is that; the
// rest is a district.
func (g *gathering) readSubdivisions(inputs, data string) error {
	contained, err := readContainers(data)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(inputs, dirSubdivisions, "iso3166.min.js"))
	if err != nil {
		return fmt.Errorf("read subdivisions: %w", err)
	}
	matches := subdivision.FindAllSubmatch(text, -1)
	if len(matches) < 4000 {
		return fmt.Errorf("read subdivisions: only %d found", len(matches))
	}
	for _, m := range matches {
		country, name := string(m[1]), bracketed.ReplaceAllString(string(m[3]), "")
		if string(m[2]) == "Country" || g.byID[country] == nil || strings.ContainsFunc(name, unicode.IsDigit) {
			continue
		}
		forms := append(contained(name), name)
		var p *place
		for _, form := range forms {
			for _, known := range g.forms[key(form)] {
				if known.place.country == country && known.place.class == gazetteer.Subdivision {
					p = known.place
				}
			}
		}
		if p == nil {
			p = g.addPlace(&place{country: country, class: gazetteer.District, name: name})
		}
		for _, form := range forms {
			g.addForm(p, form, 0, true)
		}
	}
	return nil
}

// readNationalities reads what the people of a country are called.
func (g *gathering) readNationalities(inputs, _ string) error {
	files, err := filepath.Glob(filepath.Join(inputs, dirNationalities, "langs", "*.json"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("list nationalities: %d files: %w", len(files), err)
	}
	for _, path := range files {
		var list struct {
			Locale        string         `json:"locale"`
			Nationalities map[string]any `json:"nationalities"`
		}
		if err := readJSON(path, &list); err != nil {
			return err
		}
		for _, code := range slices.Sorted(maps.Keys(list.Nationalities)) {
			p := g.demonyms[code]
			if p == nil {
				continue
			}
			names, _ := list.Nationalities[code].([]any)
			if one, ok := list.Nationalities[code].(string); ok {
				names = []any{one}
			}
			for _, name := range names {
				if text, ok := name.(string); ok {
					for _, form := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '/' }) {
						g.addForm(p, form, gazetteer.LanguageOf(list.Locale), true)
					}
				}
			}
		}
	}
	return nil
}
