package classify_test

import (
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/classify"
)

func rule(id int64, action feeds.Action, kind feeds.LabelKind, value, field, contains string) feeds.SourceRule {
	return feeds.SourceRule{ID: id, SourceID: "s", Action: action, Kind: kind, Value: value, Field: field, Contains: contains, Why: "an editor's reason"}
}

// A rule matches whole words, folded, and says where they stand.
func TestRuleMatches(t *testing.T) {
	item := classify.Item{Title: "Choléra à Beïra", URL: "https://x.example/News/2026/dtm-report",
		Text:       "Les équipes de Beira étaient là. In Tripoli's port, 12 IOM-led teams work. وصل المهاجرون إلى طرابلس. 国際移住機関は東京で会見した。",
		Categories: []feeds.Category{{Term: "42", Label: "Displacement Tracking"}, {Term: "press-release"}}}
	for _, c := range []struct{ field, contains, text string }{
		{"title", "cholera", "Choléra"},
		{"title", "CHOLERA A BEIRA", "Choléra à Beïra"},
		{"title", "chol", ""},
		{"title", "équipes", ""}, // stands in the text alone
		{"text", "equipes de Beïra", "équipes de Beira"},
		{"text", "iom led teams", "IOM-led teams"},
		{"text", "port 12", "port, 12"},
		{"text", "ort", ""},
		{"text", "طرابلس", "طرابلس"},
		{"text", "المهاجرون الى", "المهاجرون إلى"},
		{"text", "東京", "東京"},
		{"category", "displacement tracking", "Displacement Tracking"},
		{"category", "press release", "press-release"},
		{"category", "track", ""},
		{"url", "/news/2026/DTM", "/News/2026/dtm"},
		{"url", "/news/2025", ""},
		{"", "", "an editor's reason"},
	} {
		got := classify.ApplyRules(nil, item, []feeds.SourceRule{rule(1, feeds.ActionAdd, feeds.LabelTopic, "health", c.field, c.contains)})
		if c.text == "" {
			if len(got) > 0 {
				t.Errorf("%s %q matches: %+v", c.field, c.contains, got)
			}
			continue
		}
		if len(got) != 1 || got[0].Evidence[0].Text != c.text || got[0].By != feeds.ByRule {
			t.Errorf("%s %q: %+v", c.field, c.contains, got)
			continue
		}
		e := got[0].Evidence[0]
		whole, ok := map[string]string{"title": item.Title, "text": item.Text, "url": item.URL}[e.Field]
		if ok && !strings.HasPrefix(whole[e.Offset:], e.Text) {
			t.Errorf("%s %q: %d is not where %q stands", c.field, c.contains, e.Offset, e.Text)
		}
	}
}

func TestRulesChangeLabels(t *testing.T) {
	ly := feeds.Label{Kind: feeds.LabelCountry, Value: "LY", Primary: true}
	tn := feeds.Label{Kind: feeds.LabelCountry, Value: "TN"}
	eg := feeds.Label{Kind: feeds.LabelCountry, Value: "EG"}
	law := feeds.Label{Kind: feeds.LabelTopic, Value: "law"}
	en := feeds.Label{Kind: feeds.LabelLanguage, Value: "en"}
	revoked := rule(9, feeds.ActionRemove, feeds.LabelTopic, "law", "", "")
	revoked.Revoked = time.Unix(1, 0)
	for _, c := range []struct {
		why    string
		labels []feeds.Label
		rules  []feeds.SourceRule
		want   string
	}{
		{"an added country does not become primary beside another", []feeds.Label{ly, law, en}, []feeds.SourceRule{rule(1, feeds.ActionAdd, feeds.LabelCountry, "TN", "", "")}, "LY* TN law en"},
		{"an only country is", []feeds.Label{law}, []feeds.SourceRule{rule(1, feeds.ActionAdd, feeds.LabelCountry, "TN", "", "")}, "TN* law"},
		{"the only one that is left is", []feeds.Label{ly, tn}, []feeds.SourceRule{rule(1, feeds.ActionRemove, feeds.LabelCountry, "LY", "", "")}, "TN*"},
		{"of two that are left none is", []feeds.Label{ly, tn, eg}, []feeds.SourceRule{rule(1, feeds.ActionRemove, feeds.LabelCountry, "LY", "", "")}, "TN EG"},
		{"what does not match changes nothing", []feeds.Label{ly, law}, []feeds.SourceRule{rule(1, feeds.ActionRemove, feeds.LabelCountry, "LY", "title", "elsewhere")}, "LY* law"},
		{"the later rule decides", []feeds.Label{law}, []feeds.SourceRule{rule(2, feeds.ActionAdd, feeds.LabelTopic, "health", "", ""), rule(3, feeds.ActionRemove, feeds.LabelTopic, "health", "title", "title"), rule(1, feeds.ActionRemove, feeds.LabelTopic, "law", "", "")}, ""},
		{"in any order", []feeds.Label{law}, []feeds.SourceRule{rule(3, feeds.ActionRemove, feeds.LabelTopic, "health", "", ""), rule(2, feeds.ActionAdd, feeds.LabelTopic, "health", "", "")}, "law"},
		{"one that was taken back is none", []feeds.Label{law}, []feeds.SourceRule{revoked}, "law"},
		{"a label is not given twice", []feeds.Label{law}, []feeds.SourceRule{rule(1, feeds.ActionAdd, feeds.LabelTopic, "law", "", "")}, "law"},
	} {
		var got []string
		for _, l := range classify.ApplyRules(c.labels, classify.Item{Title: "A title"}, c.rules) {
			v := l.Value
			if l.Primary {
				v += "*"
			}
			got = append(got, v)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.why, got, c.want)
		}
	}
}

// Whatever stands in an item and a rule, evidence is where it says.
func FuzzApplyRules(f *testing.F) {
	f.Add("Choléra à Beïra", "text", "cholera")
	f.Add("東京で\xff\x00会見", "İstanbul", "İ")
	f.Fuzz(func(t *testing.T, title, text, contains string) {
		item := classify.Item{Title: title, Text: text, URL: title}
		for field, whole := range map[string]string{"title": title, "text": text, "url": title} {
			for _, l := range classify.ApplyRules(nil, item, []feeds.SourceRule{rule(1, feeds.ActionAdd, feeds.LabelTopic, "health", field, contains)}) {
				e := l.Evidence[0]
				if e.Offset < 0 || e.Offset >= len(whole) || e.Text == "" {
					t.Fatalf("%s %q in %q: %+v", field, contains, whole, e)
				}
			}
		}
	})
}
