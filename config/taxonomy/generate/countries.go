package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// country is one country or territory while it is being put together.
type country struct {
	iso2, iso3, m49 string
	region          string
	label           map[string]string
	names           map[string][]string
	demonyms        map[string][]string
	places          map[string][]string
}

// withoutM49 lists what ISO 3166 or its users have and M49 has not.
var withoutM49 = map[string]bool{"XK": true, "TW": true}

// readCountries puts together codes, labels, names and demonyms.
func readCountries(npm, data string) (map[string]*country, error) {
	countries := map[string]*country{}
	var codes [][]string
	if err := readJSON(filepath.Join(npm, "i18n-iso-countries", "codes.json"), &codes); err != nil {
		return nil, err
	}
	for _, row := range codes {
		countries[row[0]] = &country{iso2: row[0], iso3: row[1], m49: row[2]}
	}
	countries["XK"] = &country{iso2: "XK", iso3: "XKX"}
	for code, c := range countries {
		if withoutM49[code] {
			c.m49 = ""
		}
		c.label, c.names = map[string]string{}, map[string][]string{}
		c.demonyms, c.places = map[string][]string{}, map[string][]string{}
	}
	for _, language := range languages {
		if err := addPackagedNames(countries, npm, language); err != nil {
			return nil, err
		}
	}
	for _, add := range []func(map[string]*country, string) error{addLabels, addNames, addDemonyms, addAreas, dropNames} {
		if err := add(countries, data); err != nil {
			return nil, err
		}
	}
	return countries, nil
}

// addPackagedNames takes the names of one language from CLDR and i18n-iso-countries.
func addPackagedNames(countries map[string]*country, npm, language string) error {
	var cldr struct {
		Main map[string]struct {
			LocaleDisplayNames struct {
				Territories map[string]string `json:"territories"`
			} `json:"localeDisplayNames"`
		} `json:"main"`
	}
	if err := readJSON(filepath.Join(npm, "cldr-localenames-full", "main", language, "territories.json"), &cldr); err != nil {
		return err
	}
	territories := cldr.Main[language].LocaleDisplayNames.Territories
	for _, key := range slices.Sorted(maps.Keys(territories)) {
		code, alternative, isAlternative := strings.Cut(key, "-alt-")
		c := countries[code]
		if c == nil || alternative == "chagos" {
			continue
		}
		if !isAlternative {
			c.label[language] = plain(territories[key])
		}
		c.addName(language, territories[key])
	}
	var iso struct {
		Countries map[string]any `json:"countries"`
	}
	if err := readJSON(filepath.Join(npm, "i18n-iso-countries", "langs", language+".json"), &iso); err != nil {
		return err
	}
	for code, value := range iso.Countries {
		c := countries[code]
		if c == nil {
			continue
		}
		switch v := value.(type) {
		case string:
			c.addName(language, v)
		case []any:
			for _, name := range v {
				if s, ok := name.(string); ok {
					c.addName(language, s)
				}
			}
		}
	}
	return nil
}

// inBrackets matches a name with an explanation, "Myanmar (Burma)": both parts are names.
var inBrackets = regexp.MustCompile(`^([^()]+) \(([^()]+)\)$`)

// addName keeps a name for matching, in its parts when it has an explanation.
func (c *country) addName(language, name string) {
	name = plain(name)
	if m := inBrackets.FindStringSubmatch(name); m != nil {
		c.addName(language, m[1])
		if language != "ar" && len([]rune(m[2])) > 3 && (c.iso2 == "MM" || c.iso2 == "FK") {
			c.addName(language, m[2])
		}
		return
	}
	if head, _, inverted := strings.Cut(name, ", "); inverted && c.iso2 != "BQ" {
		name = head // "Korea, Republic of" and the like: the other sources have it the right way round
		if c.iso2 == "KR" || c.iso2 == "VI" || c.iso2 == "VG" || c.iso2 == "HK" || c.iso2 == "MO" {
			return
		}
	}
	if language == "ru" {
		name = strings.NewReplacer("о-ва", "острова", "о-в", "остров").Replace(name)
	}
	if !slices.Contains(c.names[language], name) {
		c.names[language] = append(c.names[language], name)
	}
}

func addLabels(countries map[string]*country, data string) error {
	return readRows(filepath.Join(data, "labels.csv"), 9, func(f []string) error {
		c := countries[f[0]]
		if c == nil {
			return fmt.Errorf("unknown country %q", f[0])
		}
		for i, language := range languages {
			if f[i+1] != "" {
				c.label[language] = f[i+1]
			}
		}
		return nil
	})
}

func addNames(countries map[string]*country, data string) error {
	return readRows(filepath.Join(data, "names.csv"), 3, func(f []string) error {
		c := countries[f[0]]
		if c == nil || !slices.Contains(languages, f[1]) {
			return fmt.Errorf("unknown country or language %q %q", f[0], f[1])
		}
		for name := range strings.SplitSeq(f[2], ";") {
			if name = strings.TrimSpace(name); !slices.Contains(c.names[f[1]], name) {
				c.names[f[1]] = append(c.names[f[1]], name)
			}
		}
		return nil
	})
}

func addAreas(countries map[string]*country, data string) error {
	return readRows(filepath.Join(data, "iom_regions.csv"), 2, func(f []string) error {
		for code := range strings.FieldsSeq(f[1]) {
			if countries[code] == nil {
				return fmt.Errorf("unknown country %q", code)
			}
			countries[code].region = f[0]
		}
		return nil
	})
}

// dropNames removes what must not be matched, and names that repeat the label.
func dropNames(countries map[string]*country, data string) error {
	err := readRows(filepath.Join(data, "drop.csv"), 3, func(f []string) error {
		c := countries[f[0]]
		if c == nil {
			return fmt.Errorf("unknown country %q", f[0])
		}
		for language, names := range c.names {
			c.names[language] = slices.DeleteFunc(names, func(n string) bool { return n == plain(f[1]) })
		}
		return nil
	})
	for _, c := range countries {
		for language, names := range c.names {
			c.names[language] = slices.DeleteFunc(names, func(n string) bool { return n == c.label[language] })
		}
	}
	return err
}

// plain writes apostrophes and spaces in one way.
func plain(s string) string {
	s = strings.NewReplacer("’", "'", "‘", "'", "\u00a0", " ", "&", "and").Replace(s)
	return strings.Join(strings.Fields(s), " ")
}

func readJSON(path string, into any) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	return nil
}

// readRows reads a table with fields separated by '|'; lines that begin with '#' and
// the header line are passed over.
func readRows(path string, fields int, row func([]string) error) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for i, line := range strings.Split(string(b), "\n") {
		if line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "iso2|") {
			continue
		}
		f := strings.Split(line, "|")
		if len(f) != fields {
			return fmt.Errorf("%s:%d: %d fields, not %d", path, i+1, len(f), fields)
		}
		if err := row(f); err != nil {
			return fmt.Errorf("%s:%d: %w", path, i+1, err)
		}
	}
	return nil
}
