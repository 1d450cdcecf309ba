package classify_test

import (
	"errors"
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
		{"the language declared", floods, feeds.LabelLanguage, "en", feeds.ReasonDeclared, "declares", feeds.RolePublisher, "en"},
		{"another language", floods, feeds.LabelLanguage, "fr", feeds.ReasonAnother, "here it is en", feeds.RolePublisher, "en"},
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
