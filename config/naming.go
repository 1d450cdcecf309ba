package config

import (
	"maps"
	"slices"
	"strings"

	"tributary/feeds"
)

// maxNote bounds a note, in bytes: it stands in feeds and at the foot of pages.
const maxNote = 1000

// names puts what taxonomy.names decides into the taxonomy. What texts are matched with
// stays as it is.
func (j *judge) names(decided map[string]CountryName) {
	at := map[string]*feeds.Country{}
	for i := range j.taxonomy.Countries {
		at[j.taxonomy.Countries[i].ISO2] = &j.taxonomy.Countries[i]
	}
	for _, code := range slices.Sorted(maps.Keys(decided)) {
		path := "taxonomy.names." + code
		where := j.at(place{}, path)
		name := decided[code]
		if c := at[code]; c != nil {
			c.Shown, c.Note, c.Nameless = written(name.Label), written(name.Note), name.Show == "no"
		} else if !strings.HasPrefix(j.at(where, path+".note").file, bundledPrefix) { // those have a taxonomy of their own
			j.country(code, where, path)
		}
		for lang, text := range name.Note {
			if len(text) > maxNote {
				key := path + ".note." + lang
				j.report.at(j.at(where, key), key, "is too long", "write a sentence or two")
			}
		}
	}
}

// written are the texts that are not empty; an empty one takes a bundled text away.
func written(texts map[string]string) map[string]string {
	out := map[string]string{}
	for lang, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			out[lang] = text
		}
	}
	return out
}
