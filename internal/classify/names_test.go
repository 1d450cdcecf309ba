package classify_test

import (
	"os"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/classify"
)

// sentences have a country's name for %s and nothing else that is a place.
var sentences = map[string]string{
	"en": "Voters in %s went to the polls on Sunday and the parties wait for the results, the newspapers say.",
	"fr": "Les électeurs de ce pays, %s, ont voté dimanche et les partis attendent les résultats, selon la presse.",
	"es": "Los electores de este país, %s, votaron el domingo y los partidos esperan los resultados, según la prensa.",
	"pt": "Os eleitores deste país, %s, votaram no domingo e os partidos esperam os resultados, segundo a imprensa.",
	"ar": "صوت الناخبون يوم الأحد في %s وتنتظر الأحزاب النتائج هذا الأسبوع كما قالت الصحافة",
	"ru": "Сообщается, что в стране %s прошли выборы и партии готовятся к новому году, как сообщили журналисты.",
	"de": "Die Wähler in %s haben am Sonntag gewählt und die Parteien warten auf die Ergebnisse.",
	"it": "Gli elettori di questo paese, %s, hanno votato domenica e i partiti aspettano i risultati.",
}

// TestNames reads testdata/names.txt: the ways in which newsrooms write countries.
func TestNames(t *testing.T) {
	c := classifier(t)
	data, err := os.ReadFile("testdata/names.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		language, names, found := strings.Cut(strings.TrimSpace(line), "|")
		if strings.HasPrefix(line, "#") || !found {
			continue
		}
		for entry := range strings.FieldsSeq(names) {
			at := strings.LastIndexByte(entry, ':')
			name, want := strings.ReplaceAll(entry[:at], "_", " "), entry[at+1:]
			text := strings.Replace(sentences[language], "%s", name, 1)
			got := set(bare(values(c.Classify(classify.Item{Language: language, Text: text}), feeds.LabelCountry)))
			if got != want {
				t.Errorf("%s %s: %q, want %s", language, name, got, want)
			}
		}
	}
}
