package classify_test

import (
	"slices"
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
				if field != "" && isPlain(field) && !strings.HasPrefix(field[e.Offset:], e.Text) {
					t.Fatalf("evidence %+v does not stand in the %s", e, e.Field)
				}
				if !isPlain(e.Text) {
					t.Fatalf("evidence is no text: %+v", e)
				}
			}
		}
		explains(t, c, it)
		if languages != 1 || topics > 4 || primary > 1 {
			t.Fatalf("%d languages, %d topics, %d primary countries", languages, topics, primary)
		}
	})
}

// explains checks that explanations say what labelling does, of labels given and not.
func explains(t *testing.T, c *classify.Classifier, it classify.Item) {
	t.Helper()
	given := map[feeds.LabelKind]map[string]feeds.Label{}
	for _, l := range c.Classify(it) {
		if given[l.Kind] == nil {
			given[l.Kind] = map[string]feeds.Label{}
		}
		given[l.Kind][l.Value] = l
	}
	for kind, asked := range map[feeds.LabelKind][]string{
		feeds.LabelCountry: {"LY", "US", "CD", "MW", "SD"}, feeds.LabelRegion: {"sahel", "africa"},
		feeds.LabelTopic: {"migration-health", "counter-trafficking"}, feeds.LabelLanguage: {"en", "ar"},
	} {
		for value := range given[kind] {
			asked = append(asked, value)
		}
		for _, value := range asked {
			x, err := c.Explain(it, kind, value)
			if err != nil {
				if kind == feeds.LabelLanguage { // declared in letters that make no tag
					continue
				}
				t.Fatalf("explain %s %s: %v", kind, value, err)
			}
			l, ok := given[kind][value]
			if x.Given != ok || x.Primary != l.Primary || x.By != l.By || x.Why == "" || x.Reason == "" {
				t.Fatalf("explanation %+v of label %+v (given: %v)", x, l, ok)
			}
			if ok && kind != feeds.LabelLanguage && (x.Score < x.Threshold || len(x.Mentions) == 0) {
				t.Fatalf("%s %s is given, with %v of %v and %d mentions", kind, value, x.Score, x.Threshold, len(x.Mentions))
			}
			for _, e := range l.Evidence {
				if !slices.ContainsFunc(x.Mentions, func(m feeds.Mention) bool { return m.Field == e.Field && m.Offset == e.Offset }) && x.Unlisted == 0 {
					t.Fatalf("evidence %+v of %s %s is no mention of %+v", e, kind, value, x)
				}
			}
			for _, m := range x.Mentions {
				if m.Role == "" || m.Rule == "" || !m.Counted && m.Weight != 0 {
					t.Fatalf("mention %+v of %s %s", m, kind, value)
				}
			}
		}
	}
}

// isPlain reports text without control characters and broken letters.
func isPlain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\n\t\r", r) })
}
