package classify_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"tributary/feeds"
	"tributary/internal/classify"
)

// FuzzClassify: whatever an item holds, there is one language, at most four topics and
// one primary country, scores are in range and evidence lies within its field.
func FuzzClassify(f *testing.F) {
	f.Add(release.Title, release.Text, "en", "Lilongwe", "Malawi")
	f.Add(arabicRelease.Title, arabicRelease.Text, "", "", "السودان")
	f.Add("Congo", "Tripoli/Geneva, 12 March – U.S. and DRC [EN/UK] US$ 4", "x-y", "Georgia", "health")
	f.Add("\xff\xfe", "a\x00b – \u200f– –", "zz", "–", "\x80")
	f.Add(strings.Repeat("both Sudans ", 40), strings.Repeat("و", 300), "ar", "", "")
	c := classifier(f)
	f.Fuzz(func(t *testing.T, title, text, declared, dateline, category string) {
		it := classify.Item{Title: title, Text: text, Language: declared, Dateline: dateline, Categories: []feeds.Category{{Term: category}}, Area: []string{"LY"}}
		languages, topics, primary := 0, 0, 0
		for _, l := range c.Classify(it) {
			switch l.Kind {
			case feeds.LabelLanguage:
				languages++
			case feeds.LabelTopic:
				topics++
			case feeds.LabelCountry:
				if l.Primary {
					primary++
				}
			}
			if l.Value == "" || l.Score <= 0 || l.Score > 1 || len(l.Evidence) == 0 {
				t.Fatalf("bad label %+v", l)
			}
			for _, e := range l.Evidence {
				field := map[string]string{"title": title, "text": text, "dateline": strings.TrimSpace(dateline)}[e.Field]
				if e.Offset < 0 || e.Field != "category" && e.Offset > len(field) {
					t.Fatalf("evidence %+v lies outside of the %s", e, e.Field)
				}
				if l.Kind != feeds.LabelLanguage && field != "" && isPlain(field) && !strings.HasPrefix(field[e.Offset:], e.Text) {
					t.Fatalf("evidence %+v does not stand in the %s", e, e.Field)
				}
				if !isPlain(e.Text) {
					t.Fatalf("evidence is no text: %+v", e)
				}
			}
		}
		if languages != 1 || topics > 4 || primary > 1 {
			t.Fatalf("%d languages, %d topics, %d primary countries", languages, topics, primary)
		}
	})
}

// isPlain reports text without control characters and broken letters.
func isPlain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\n\t\r", r) })
}
