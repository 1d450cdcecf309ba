package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// demonymColumns are the languages of demonyms.csv after the code.
var demonymColumns = []string{"en", "fr", "es", "pt", "it", "de", "ru", "ar"}

// addDemonyms reads the base forms and writes out the inflected ones.
func addDemonyms(countries map[string]*country, data string) error {
	return readRows(filepath.Join(data, "demonyms.csv"), 9, func(f []string) error {
		c := countries[f[0]]
		if c == nil {
			return fmt.Errorf("unknown country %q", f[0])
		}
		for i, language := range demonymColumns {
			for base := range strings.FieldsSeq(f[i+1]) {
				for _, form := range inflect(language, strings.ReplaceAll(base, "_", " ")) {
					if !slices.Contains(c.demonyms[language], form) {
						c.demonyms[language] = append(c.demonyms[language], form)
					}
				}
			}
		}
		return nil
	})
}

// inflect gives the forms of a masculine singular demonym that occur in texts.
func inflect(language, base string) []string {
	if strings.HasSuffix(base, "*") {
		return []string{base}
	}
	switch language {
	case "en":
		return english(base)
	case "fr":
		return french(base)
	case "es", "pt":
		return iberian(base)
	case "it":
		return italian(base)
	case "ar":
		// Nisba: masculine, feminine, sound plurals, feminine plural, accusative.
		return []string{base, base + "ة", base + "ين", base + "ون", base + "ات", base + "ا"}
	}
	return []string{base}
}

func english(base string) []string {
	for _, invariable := range []string{"ese", "ish", "ch", "ss", "bati", "Thai", "Basotho", "Batswana", "Seychellois", "Vanuatu", "ic", "abè", "abe"} {
		if strings.HasSuffix(base, invariable) {
			return []string{base}
		}
	}
	return []string{base, base + "s"}
}

func french(base string) []string {
	feminine := base
	for _, rule := range []struct{ end, to string }{
		{"ien", "ienne"}, {"éen", "éenne"}, {"yen", "yenne"}, {"grec", "grecque"}, {"turc", "turque"}, {"zbek", "zbèke"},
		{"letton", "lettonne"}, {"ais", "aise"}, {"ois", "oise"}, {"ain", "aine"}, {"an", "ane"}, {"and", "ande"},
		{"in", "ine"}, {"ol", "ole"}, {"ond", "onde"}, {"ar", "are"}, {"oui", "ouie"}, {"mand", "mande"}, {"is", "ise"},
		{"kazakh", "kazakhe"}, {"tadjik", "tadjike"}, {"kirghiz", "kirghize"}, {"mongol", "mongole"}, {"é", "ée"},
	} {
		if strings.HasSuffix(base, rule.end) {
			feminine = base[:len(base)-len(rule.end)] + rule.to
			break
		}
	}
	forms := []string{base}
	if feminine != base {
		forms = append(forms, feminine)
	}
	if !strings.HasSuffix(base, "s") && !strings.HasSuffix(base, "z") {
		forms = append(forms, base+"s")
	}
	if feminine != base {
		forms = append(forms, feminine+"s")
	}
	return forms
}

func iberian(base string) []string {
	stem := func(n int) string { return base[:len(base)-n] }
	switch {
	case strings.HasSuffix(base, "ês"):
		return []string{base, stem(3) + "esa", stem(3) + "eses", stem(3) + "esas"}
	case strings.HasSuffix(base, "és"):
		return []string{base, stem(3) + "esa", stem(3) + "eses", stem(3) + "esas"}
	case strings.HasSuffix(base, "án"):
		return []string{base, stem(3) + "ana", stem(3) + "anes", stem(3) + "anas"}
	case strings.HasSuffix(base, "ón"):
		return []string{base, stem(3) + "ona", stem(3) + "ones", stem(3) + "onas"}
	case strings.HasSuffix(base, "ão") && base == "alemão":
		return []string{"alemão", "alemã", "alemães", "alemãs"}
	case strings.HasSuffix(base, "ão"):
		return []string{base, stem(3) + "ã", stem(3) + "ãos", stem(3) + "ãs", stem(3) + "ões"}
	case strings.HasSuffix(base, "eu"):
		return []string{base, stem(2) + "eia", base + "s", stem(2) + "eias"}
	case strings.HasSuffix(base, "o"):
		return []string{base, stem(1) + "a", base + "s", stem(1) + "as"}
	case strings.HasSuffix(base, "í"):
		return []string{base, base + "es", base + "s"}
	case base == "espanhol":
		return []string{"espanhol", "espanhola", "espanhóis", "espanholas"}
	case strings.HasSuffix(base, "l"):
		return []string{base, base + "a", base + "es", base + "as"}
	case strings.HasSuffix(base, "r"):
		return []string{base, base + "a", base + "es", base + "as"}
	case strings.HasSuffix(base, "s"), strings.HasSuffix(base, "z"):
		return []string{base}
	}
	return []string{base, base + "s"}
}

func italian(base string) []string {
	stem := base[:len(base)-1]
	switch {
	case strings.HasSuffix(base, "co"):
		return []string{base, stem + "a", base[:len(base)-1] + "i", base[:len(base)-1] + "hi", base[:len(base)-1] + "he"}
	case strings.HasSuffix(base, "o"):
		return []string{base, stem + "a", stem + "i", stem + "e"}
	case strings.HasSuffix(base, "a"):
		return []string{base, stem + "i", stem + "e"}
	case strings.HasSuffix(base, "e"):
		return []string{base, stem + "i"}
	}
	return []string{base}
}
