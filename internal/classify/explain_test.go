package classify_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/classify"
)

// floods has one country that it is about, and others in every way that does not count.
var floods = classify.Item{
	Title: "Shelter for flood survivors in Chad",
	Text: "Geneva – More than 3,000 families received shelter kits in Chad this week. Ten of them had come from Guinea-Bissau.\n\n" +
		"The operation is funded by the Government of Libya and Japan. Michael Jordan said that he would help too.\n\n" +
		"For more information contact IOM Niger.",
	Language: "en",
}

func TestExplain(t *testing.T) {
	for _, test := range []struct {
		name   string
		item   classify.Item
		kind   feeds.LabelKind
		value  string
		reason feeds.Reason
		says   string     // in the sentence
		role   feeds.Role // of the last mention; empty when there is none
		text   string     // of the last mention
	}{
		{"the main subject", floods, feeds.LabelCountry, "TD", feeds.ReasonPrimary, "main subject", feeds.RoleAbout, "Chad"},
		{"a donor", floods, feeds.LabelCountry, "LY", feeds.ReasonLeftOut, "Libya is no label: it is named once, as a donor, which does not count.", feeds.RoleDonor, "Libya"},
		{"a donor in a list", floods, feeds.LabelCountry, "JP", feeds.ReasonLeftOut, "as a donor", feeds.RoleDonor, "Japan"},
		{"a duty station", floods, feeds.LabelCountry, "CH", feeds.ReasonLeftOut, "dateline", feeds.RoleDutyStation, "Geneva"},
		{"within a longer name", floods, feeds.LabelCountry, "GN", feeds.ReasonLeftOut, "Guinea-Bissau", feeds.RoleLongerName, "Guinea"},
		{"a person", floods, feeds.LabelCountry, "JO", feeds.ReasonLeftOut, "something else", feeds.RoleOtherThing, "Jordan"},
		{"among the contacts", floods, feeds.LabelCountry, "NE", feeds.ReasonLeftOut, "contacts", feeds.RoleBoilerplate, "Niger"},
		{"not named", floods, feeds.LabelCountry, "PE", feeds.ReasonAbsent, "nothing in the item names it", "", ""},
		{"another sense", classify.Item{Text: "Clashes near Tripoli, in the north of Lebanon, drove families from Lebanon to Syria.", Language: "en"}, feeds.LabelCountry, "LY", feeds.ReasonLeftOut, "another place", feeds.RoleOtherSense, "Tripoli"},
		{"an Arabic donor", classify.Item{Text: "وصلت المساعدات إلى ليبيا بتمويل من اليابان.", Language: "ar"}, feeds.LabelCountry, "JP", feeds.ReasonLeftOut, "as a donor", feeds.RoleDonor, "اليابان"},
		{"the publisher says so", classify.Item{Title: "Statement", Language: "en", Categories: []feeds.Category{{Term: "Libya"}}}, feeds.LabelCountry, "LY", feeds.ReasonPrimary, "is a label", feeds.RolePublisher, "Libya"},
		{"a region", classify.Item{Title: "Drought in the Sahel", Language: "en"}, feeds.LabelRegion, "sahel", feeds.ReasonGiven, "also in the title", feeds.RoleAbout, "Sahel"},
		{"a topic", classify.Item{Title: "Victims of trafficking rescued", Text: "Human trafficking is a crime.", Language: "en"}, feeds.LabelTopic, "counter-trafficking", feeds.ReasonGiven, "is a label", feeds.RoleAbout, "Human trafficking"},
		{"no topic", floods, feeds.LabelTopic, "remittances", feeds.ReasonAbsent, "none of its terms", "", ""},
		{"the language declared", floods, feeds.LabelLanguage, "en", feeds.ReasonDeclared, "declares", feeds.RoleAbout, "for, in, more, than, this, of"},
		{"another language", floods, feeds.LabelLanguage, "fr", feeds.ReasonAnother, "here it is en", feeds.RoleAbout, "for, in, more, than, this, of"},
	} {
		t.Run(test.name, func(t *testing.T) {
			x, err := classifier(t).Explain(test.item, test.kind, test.value)
			if err != nil {
				t.Fatal(err)
			}
			if x.Reason != test.reason || !strings.Contains(x.Why, test.says) {
				t.Errorf("reason %q, %q; want %q, with %q", x.Reason, x.Why, test.reason, test.says)
			}
			var last feeds.Mention
			if n := len(x.Mentions); n > 0 {
				last = x.Mentions[n-1]
			}
			if last.Role != test.role || last.Text != test.text {
				t.Errorf("last mention %q as %q, want %q as %q: %+v", last.Text, last.Role, test.text, test.role, x.Mentions)
			}
			explains(t, classifier(t), test.item)
		})
	}
}

// A topic that clears its threshold and is cut by the limit of four says so.
func TestExplainLimit(t *testing.T) {
	text := "Counter-trafficking and migrant smuggling, family reunification, remittances, statelessness, diaspora engagement, resettlement and labour migration are on the agenda."
	it := classify.Item{Title: text, Text: text, Language: "en"}
	given := values(classifier(t).Classify(it), feeds.LabelTopic)
	cut := 0
	for _, slug := range []string{"counter-trafficking", "migrant-smuggling", "regular-pathways", "remittances", "statelessness", "diaspora", "resettlement", "labour-migration"} {
		x, err := classifier(t).Explain(it, feeds.LabelTopic, slug)
		if err != nil {
			t.Fatal(err)
		}
		if x.Reason == feeds.ReasonLimit {
			if cut++; x.Given || x.Score < x.Threshold || !strings.Contains(x.Why, "at most 4") {
				t.Errorf("%+v", x)
			}
		}
	}
	if len(given) != 4 || cut == 0 {
		t.Errorf("topics %v, %d cut by the limit", given, cut)
	}
}

func TestExplainUnknown(t *testing.T) {
	for kind, value := range map[feeds.LabelKind]string{feeds.LabelCountry: "ly", feeds.LabelRegion: "atlantis", feeds.LabelTopic: "weather", feeds.LabelLanguage: "<b>", "colour": "red"} {
		if _, err := classifier(t).Explain(floods, kind, value); !errors.Is(err, feeds.ErrNotFound) {
			t.Errorf("%s %s: %v", kind, value, err)
		}
	}
}

// FuzzExplain: explanations say what labelling does, of labels given and not.
func FuzzExplain(f *testing.F) {
	f.Add(release.Title, release.Text, "en", "Lilongwe", "Malawi")
	f.Add(arabicRelease.Title, arabicRelease.Text, "", "", "السودان")
	f.Add("Congo", "Tripoli/Geneva, 12 March – U.S. and DRC [EN/UK] US$ 4", "x-y", "Georgia", "health")
	f.Add("\xff\xfe", "a\x00b – \u200f– –", "zz", "–", "\x80")
	f.Add(strings.Repeat("both Sudans ", 40), strings.Repeat("و", 300), "ar", "", "")
	f.Add(floods.Title, floods.Text, "en", "", "Libya")
	c := classifier(f)
	f.Fuzz(func(t *testing.T, title, text, declared, dateline, category string) {
		explains(t, c, classify.Item{Title: title, Text: text, Language: declared, Dateline: dateline, Categories: []feeds.Category{{Term: category}}, Area: []string{"LY"}})
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
