package feeds_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
)

// labelled reads labels as "country:LY*" (primary), "topic:health!" (by a person).
func labelled(text string) []feeds.Label {
	var out []feeds.Label
	for _, word := range strings.Fields(text) {
		kind, value, _ := strings.Cut(word, ":")
		l := feeds.Label{Kind: feeds.LabelKind(kind), Score: 0.5, By: feeds.ByRule, Evidence: []feeds.Evidence{{Rule: "name", Text: "x"}}}
		if strings.HasSuffix(value, "!") {
			l.By, l.Score = feeds.ByPerson, 1
		}
		value = strings.TrimSuffix(value, "!")
		l.Primary = strings.HasSuffix(value, "*")
		l.Value = strings.TrimSuffix(value, "*")
		out = append(out, l)
	}
	return out
}

func written(labels []feeds.Label) string {
	var out []string
	for _, l := range labels {
		word := string(l.Kind) + ":" + l.Value
		if l.Primary {
			word += "*"
		}
		if l.By == feeds.ByPerson {
			word += "!"
		}
		out = append(out, word)
	}
	return strings.Join(out, " ")
}

// said reads corrections as "+country:LY", "-topic:health", "*country:TN"; one in
// brackets was taken back.
func said(text string) []feeds.Correction {
	var out []feeds.Correction
	for i, word := range strings.Fields(text) {
		c := feeds.Correction{ID: int64(i + 1), By: "jane.doe", Office: "ly", Why: "because"}
		if strings.HasPrefix(word, "(") {
			word, c.Revoked = strings.Trim(word, "()"), time.Unix(1, 0)
		}
		c.Action = map[byte]feeds.Action{'+': feeds.ActionAdd, '-': feeds.ActionRemove, '*': feeds.ActionPrimary}[word[0]]
		kind, value, _ := strings.Cut(word[1:], ":")
		c.Kind, c.Value = feeds.LabelKind(kind), value
		out = append(out, c)
	}
	return out
}

func TestCorrect(t *testing.T) {
	for _, c := range []struct{ why, labels, said, want string }{
		{"nobody said anything", "country:LY* topic:law language:en", "", "country:LY* topic:law language:en"},
		{"an added label stands behind those of its kind", "country:LY* topic:law language:en", "+country:TN +topic:health +region:sahel",
			"country:LY* country:TN! region:sahel! topic:law topic:health! language:en"},
		{"one that the machine had found is confirmed in its place", "country:LY* country:TN topic:law", "+country:TN", "country:LY* country:TN! topic:law"},
		{"a removed label goes", "country:LY* country:TN topic:law language:en", "-topic:law -language:en", "country:LY* country:TN"},
		{"removing what is not there holds too", "country:LY*", "-country:TN", "country:LY*"},
		{"primary moves the one primary, and to the front", "country:LY* country:TN topic:law", "*country:TN", "country:TN*! country:LY topic:law"},
		{"primary adds the country", "country:LY* topic:law", "*country:TN", "country:TN*! country:LY topic:law"},
		{"the last primary is the one", "country:LY* country:TN", "*country:TN *country:EG", "country:EG*! country:LY country:TN!"},
		{"of three, none is primary when the primary goes", "country:LY* country:TN country:EG", "-country:LY", "country:TN country:EG"},
		{"a single country that is left is primary", "country:LY* country:TN", "-country:LY", "country:TN*"},
		{"a removed primary stays removed", "country:LY* country:TN country:EG", "*country:LY -country:LY", "country:TN country:EG"},
		{"the primary before it speaks again", "country:LY* country:TN", "*country:TN *country:LY -country:LY", "country:TN*!"},
		{"a later word about the same label wins", "country:LY*", "+topic:law -topic:law", "country:LY*"},
		{"and back", "country:LY*", "-country:LY +country:LY", "country:LY*!"},
		{"what was taken back does not count", "country:LY* topic:law", "(-country:LY) (+topic:health)", "country:LY* topic:law"},
		{"what it overruled counts again", "topic:law", "-topic:law (+topic:law)", ""},
		{"an only country by a person is primary", "topic:law", "+country:LY", "country:LY*! topic:law"},
		{"topics do not move the primary", "country:LY country:TN", "+topic:law", "country:LY country:TN topic:law!"},
	} {
		t.Run(c.why, func(t *testing.T) {
			before := labelled(c.labels)
			corrections := said(c.said)
			got := feeds.Correct(before, corrections)
			if written(got) != c.want {
				t.Errorf("%s with %s: %s, want %s", c.labels, c.said, written(got), c.want)
			}
			if !reflect.DeepEqual(before, labelled(c.labels)) {
				t.Error("its argument was changed")
			}
			if again := feeds.Correct(got, corrections); !reflect.DeepEqual(again, got) {
				t.Errorf("twice: %s, once: %s", written(again), written(got))
			}
			slices.Reverse(corrections)
			if other := feeds.Correct(before, corrections); !reflect.DeepEqual(other, got) {
				t.Errorf("in another order: %s, want %s", written(other), written(got))
			}
			for _, l := range got {
				if l.By != feeds.ByPerson {
					continue
				}
				if e := l.Evidence[0]; l.Score != 1 || e.Rule != "correction" || e.Text != "because" || e.Field != "correction" {
					t.Errorf("%s: score %g, evidence %+v", l.Value, l.Score, l.Evidence)
				}
			}
		})
	}
}

func TestCorrectionCheck(t *testing.T) {
	taxonomy := &feeds.Taxonomy{Countries: []feeds.Country{{ISO2: "LY"}}, Regions: []feeds.Region{{Slug: "sahel"}},
		Groups: []feeds.TopicGroup{{Topics: []feeds.Topic{{Slug: "health"}}}}}
	good := feeds.Correction{StoryID: "s", Kind: feeds.LabelCountry, Value: "LY", Action: feeds.ActionPrimary, By: "j", Office: "ly", Why: "It is about Libya."}
	if err := good.Check(taxonomy); err != nil {
		t.Fatal(err)
	}
	for key, edit := range map[string]func(c *feeds.Correction){
		"story":    func(c *feeds.Correction) { c.StoryID = "" },
		"kind":     func(c *feeds.Correction) { c.Kind = "colour" },
		"value":    func(c *feeds.Correction) { c.Value = "ly" },
		"value ":   func(c *feeds.Correction) { c.Kind, c.Action, c.Value = feeds.LabelTopic, feeds.ActionAdd, "LY" },
		"value  ":  func(c *feeds.Correction) { c.Kind, c.Action, c.Value = feeds.LabelLanguage, feeds.ActionAdd, "English" },
		"action":   func(c *feeds.Correction) { c.Action = "delete" },
		"action ":  func(c *feeds.Correction) { c.Kind, c.Value = feeds.LabelTopic, "health" },
		"by":       func(c *feeds.Correction) { c.By = " " },
		"office":   func(c *feeds.Correction) { c.Office = "" },
		"why":      func(c *feeds.Correction) { c.Why = strings.Repeat("x", 501) },
		"why ":     func(c *feeds.Correction) { c.Why = "a\x00b" },
		"why  ":    func(c *feeds.Correction) { c.Why = "a\xffb" },
		"office  ": func(c *feeds.Correction) { c.Office = "a\nb" },
	} {
		c := good
		edit(&c)
		err := c.Check(taxonomy)
		if !errors.Is(err, feeds.ErrInvalid) || !strings.HasPrefix(err.Error(), strings.TrimSpace(key)+" ") {
			t.Errorf("%s: %v", key, err)
		}
	}
	for _, l := range []string{"fr", "zh-Hant", "swc"} {
		c := good
		c.Kind, c.Action, c.Value = feeds.LabelLanguage, feeds.ActionAdd, l
		if err := c.Check(taxonomy); err != nil {
			t.Errorf("%s: %v", l, err)
		}
	}
	rule := feeds.SourceRule{SourceID: "s", Kind: feeds.LabelTopic, Value: "health", Action: feeds.ActionAdd, Field: "title", Contains: "cholera", By: "j", Office: "ly", Why: "w"}
	if err := rule.Check(taxonomy); err != nil {
		t.Fatal(err)
	}
	for key, edit := range map[string]func(r *feeds.SourceRule){
		"source":     func(r *feeds.SourceRule) { r.SourceID = "" },
		"action":     func(r *feeds.SourceRule) { r.Action = feeds.ActionPrimary },
		"field":      func(r *feeds.SourceRule) { r.Field = "body" },
		"field ":     func(r *feeds.SourceRule) { r.Field = "" },
		"contains":   func(r *feeds.SourceRule) { r.Contains = "x" },
		"contains ":  func(r *feeds.SourceRule) { r.Contains = "?!" },
		"contains  ": func(r *feeds.SourceRule) { r.Contains = "a\x01b" },
		"value":      func(r *feeds.SourceRule) { r.Value = "money" },
	} {
		r := rule
		edit(&r)
		if err := r.Check(taxonomy); !errors.Is(err, feeds.ErrInvalid) || !strings.HasPrefix(err.Error(), strings.TrimSpace(key)+" ") {
			t.Errorf("%s: %v", key, err)
		}
	}
}
