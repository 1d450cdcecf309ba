package eval_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/eval"
)

func label(kind feeds.LabelKind, value, rule, text string) feeds.Label {
	return feeds.Label{Kind: kind, Value: value, Score: 1, By: feeds.ByRule, Evidence: []feeds.Evidence{{Rule: rule, Text: text, Field: "text", Offset: 7}}}
}

// Four items, every figure by hand.
func TestJudge(t *testing.T) {
	j := eval.NewJudge()
	add := func(g eval.GoldItem, p eval.Prediction) {
		g.Title = "Title of " + g.ID
		j.Add(&g, &p)
	}
	// The country instead of another, and the primary with it; the topic right.
	add(eval.GoldItem{ID: "b", Lang: "en", Source: "s1", Month: "2026-10", Countries: []string{"NE"}, Primary: "NE", Topics: []string{"x"}},
		eval.Prediction{Countries: []string{"NG"}, Primary: "NG", Topics: []string{"x"}, Language: "en", Labels: []feeds.Label{
			label(feeds.LabelCountry, "NG", "country name", "Nigeria"), label(feeds.LabelTopic, "x", "term", "xs"), label(feeds.LabelLanguage, "en", "declared", "en")}})
	// The same again, and no primary one.
	add(eval.GoldItem{ID: "a", Lang: "en", Source: "s1", Month: "2026-11", Countries: []string{"NE", "ML"}, Primary: "NE", Topics: []string{"x", "y"}},
		eval.Prediction{Countries: []string{"NG", "ML"}, Topics: []string{"z"}, Language: "pt", Labels: []feeds.Label{
			label(feeds.LabelCountry, "NG", "country name", "Nigeria"), label(feeds.LabelCountry, "ML", "place", "Mopti"), label(feeds.LabelTopic, "z", "term", "zs"),
			label(feeds.LabelLanguage, "pt", "detected", "a text")}})
	// An optional country, one that is only mentioned, regions.
	add(eval.GoldItem{ID: "c", Lang: "fr", Source: "s2", Month: "2026-11", OptionalCountries: []string{"DZ"}, MentionedOnly: []string{"CH", "IT"}, Topics: []string{"y"}, Regions: []string{"sahel"}},
		eval.Prediction{Countries: []string{"DZ", "CH"}, Primary: "DZ", Topics: []string{"y"}, Regions: []string{"sahel", "europe"}, Language: "fr", Labels: []feeds.Label{
			label(feeds.LabelCountry, "DZ", "place", "Oran"), label(feeds.LabelCountry, "CH", "dateline", "Geneva"), label(feeds.LabelTopic, "y", "term", "ys")}})
	// Nobody answered.
	g := eval.GoldItem{ID: "d", Lang: "fr", Countries: []string{"TD"}, Primary: "TD", Topics: []string{"y"}}
	j.Add(&g, nil)
	r := j.Report()

	same := func(what string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", what, got, want)
		}
	}
	same("given, wanted, right countries", []int{r.Countries.Given, r.Countries.Wanted, r.Countries.Right}, []int{4, 4, 1})
	same("countries", r.Countries.Micro, eval.Score{Precision: 0.25, Recall: 0.25, F1: 0.25})
	same("topics", []int{r.Topics.Given, r.Topics.Wanted, r.Topics.Right}, []int{3, 5, 2})
	same("confused countries", r.Countries.Confusion, []eval.Confusion{{Want: "NE", Got: "NG", Items: 2, Examples: []string{"a", "b"}}})
	same("confused topics", r.Topics.Confusion, []eval.Confusion{{Want: "x", Got: "z", Items: 1, Examples: []string{"a"}}, {Want: "y", Got: "z", Items: 1, Examples: []string{"a"}}})
	same("primary", []int{r.Primary.Right, r.Primary.Another, r.Primary.None, r.Primary.Of, r.Primary.LeftEmpty, r.Primary.NoneOf}, []int{0, 1, 2, 3, 0, 1})
	same("language", []int{r.Language.Right, r.Language.Another, r.Language.None, r.Language.Of}, []int{2, 1, 1, 4})
	same("confused languages", r.Language.Confusion, []eval.Confusion{{Want: "en", Got: "pt", Items: 1, Examples: []string{"a"}}, {Want: "fr", Got: "", Items: 1, Examples: []string{"d"}}})
	same("mentioned only", r.MentionedOnly, eval.MentionedOnly{Returned: 1, Of: 2})
	same("about no country", r.NoCountry, eval.NoCountry{KeptEmpty: 0, Of: 1})
	if r.Regions == nil || r.Regions.Given != 2 || r.Regions.Wanted != 1 || r.Regions.Right != 1 {
		t.Errorf("regions of the one item that says: %+v", r.Regions)
	}
	same("rules", r.Rules, []eval.RuleScore{
		{Kind: feeds.LabelCountry, Rule: "country name", Wrong: 2}, {Kind: feeds.LabelTopic, Rule: "term", Right: 2, Wrong: 1},
		{Kind: feeds.LabelCountry, Rule: "dateline", Wrong: 1}, {Kind: feeds.LabelLanguage, Rule: "detected", Wrong: 1},
		{Kind: feeds.LabelCountry, Rule: "place", Right: 1}, {Kind: feeds.LabelLanguage, Rule: "declared", Right: 1}})
	same("what misled most", r.Misled[0], eval.Misled{Kind: feeds.LabelCountry, Label: "NG", Rule: "country name", Text: "Nigeria", Items: 2, Examples: []string{"a", "b"}})
	if slices.ContainsFunc(r.Misled, func(m eval.Misled) bool { return m.Label == "DZ" || m.Label == "ML" || m.Label == "x" }) {
		t.Errorf("labels that are right or optional misled nobody: %+v", r.Misled)
	}
	worst := r.Topics.Worst[0]
	same("the worst topics", []any{worst.ID, worst.Want, worst.Got, worst.Missed, worst.Wrong, worst.Misled[0].Evidence[0].Text},
		[]any{"a", []string{"x", "y"}, []string{"z"}, []string{"x", "y"}, []string{"z"}, "zs"})
	same("evidence of the wrong primary", r.Primary.Worst[1].Evidence[0].Text, "Nigeria")
	var months, sources []string
	for _, s := range r.ByMonth {
		months = append(months, fmt.Sprintf("%s %d %.2f", s.Name, s.Items, s.Countries.F1))
	}
	for _, s := range r.BySource {
		sources = append(sources, fmt.Sprintf("%s %d %.2f %d/%d", s.Name, s.Items, s.Topics.Recall, s.Mentioned.Right, s.Mentioned.Of))
	}
	same("months", months, []string{" 1 0.00", "2026-10 1 0.00", "2026-11 2 0.40"})
	same("sources", sources, []string{" 1 0.00 0/0", "s1 2 0.33 0/0", "s2 1 1.00 1/2"})
	if r.ByOffice != nil {
		t.Errorf("offices of items that name none: %+v", r.ByOffice)
	}
	for _, want := range []string{"4 items judged, 1 of them without an answer.", "Of 4 countries given, 1 were right (25 %); of 4 expected, 1 were found (25 %).",
		`NG: country name "Nigeria" (text 7)`, "NG for NE 2"} {
		if !strings.Contains(r.String(), want) {
			t.Errorf("the text does not say %q:\n%s", want, r)
		}
	}
}

// A country that is right misled nobody by being the wrong primary one; what was matched
// twice in an item counts once.
func TestMisled(t *testing.T) {
	primary := label(feeds.LabelCountry, "ML", "place", "Mopti")
	primary.Primary = true
	twice := label(feeds.LabelTopic, "z", "term", "zs")
	twice.Evidence = append(twice.Evidence, twice.Evidence[0], feeds.Evidence{Rule: "term", Text: "others", Field: "title"})
	j := eval.NewJudge()
	g := eval.GoldItem{ID: "a", Countries: []string{"NE", "ML"}, Primary: "NE"}
	j.Add(&g, &eval.Prediction{Countries: []string{"NE", "ML"}, Primary: "ML", Topics: []string{"z"}, Labels: []feeds.Label{primary, twice}})
	r := j.Report()
	want := []eval.Misled{{Kind: feeds.LabelTopic, Label: "z", Rule: "term", Text: "others", Items: 1, Examples: []string{"a"}},
		{Kind: feeds.LabelTopic, Label: "z", Rule: "term", Text: "zs", Items: 1, Examples: []string{"a"}}}
	if !reflect.DeepEqual(r.Misled, want) {
		t.Errorf("%+v", r.Misled)
	}
	if w := r.Primary.Worst; len(w) != 1 || len(w[0].Evidence) != 1 || w[0].Evidence[0].Text != "Mopti" {
		t.Errorf("the wrong primary: %+v", w)
	}
	if r.Rules[0].Rule != "term" || r.Rules[0].Wrong != 1 {
		t.Errorf("a label counts once for a rule: %+v", r.Rules)
	}
}

// A share that is not all is never written as all.
func TestSummaryRoundsNoMistakeAway(t *testing.T) {
	j := eval.NewJudge()
	for i := range 3000 {
		g := eval.GoldItem{ID: fmt.Sprint(i), Lang: "en", Countries: []string{"NE"}}
		p := eval.Prediction{Countries: []string{"NE"}, Language: "en"}
		if i == 0 {
			p = eval.Prediction{Countries: []string{"ML"}, Language: "fr"}
		}
		j.Add(&g, &p)
	}
	r := j.Report()
	if !strings.Contains(r.String(), "Of 3000 countries given, 2999 were right (just under 100 %)") {
		t.Errorf("%s", r.Summary)
	}
}

// random gives labelled items and answers of all sorts.
func random(rnd *rand.Rand, n int) ([]eval.GoldItem, []eval.Prediction) {
	some := func(values ...string) (out []string) {
		for _, v := range values {
			if rnd.IntN(3) == 0 {
				out = append(out, v)
			}
		}
		return out
	}
	one := func(values ...string) string { return values[rnd.IntN(len(values))] }
	gold, pred := make([]eval.GoldItem, n), make([]eval.Prediction, n)
	for i := range n {
		gold[i] = eval.GoldItem{ID: fmt.Sprintf("%03d", i), Title: "T", Lang: one("en", "fr", "ar", ""), Source: one("s", "t", ""), Month: one("2026-01", ""),
			Countries: some("NE", "ML", "TD"), Primary: one("NE", ""), OptionalCountries: some("DZ", "NE"), MentionedOnly: some("CH", "IT"), Topics: some("x", "y", "z"), Regions: some("sahel")}
		p := eval.Prediction{ID: gold[i].ID, Countries: some("NE", "ML", "TD", "DZ", "CH"), Primary: one("NE", "ML", ""), Topics: some("x", "y", "z"), Regions: some("sahel"), Language: one("en", "fr", "")}
		for _, c := range p.Countries {
			p.Labels = append(p.Labels, label(feeds.LabelCountry, c, one("place", "country name"), c))
		}
		pred[i] = p
	}
	return gold, pred
}

// The whole report is the same in whatever order items and answers come.
func TestOrderDoesNotMatter(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 50 {
		gold, pred := random(rnd, rnd.IntN(40))
		want := eval.Classify(gold, pred)
		rnd.Shuffle(len(gold), func(i, j int) { gold[i], gold[j] = gold[j], gold[i] })
		rnd.Shuffle(len(pred), func(i, j int) { pred[i], pred[j] = pred[j], pred[i] })
		if got := eval.Classify(gold, pred); !reflect.DeepEqual(got, want) {
			t.Fatalf("another order gives\n%s\nnot\n%s", got, want)
		}
	}
}

// The parts of a report add up to the whole.
func TestPartsAddUp(t *testing.T) {
	gold, pred := random(rand.New(rand.NewPCG(7, 8)), 200)
	r := eval.Classify(gold, pred)
	for what, list := range map[string][]eval.Slice{"sources": r.BySource, "months": r.ByMonth} {
		var items, primary, mentioned int
		for _, s := range list {
			items, primary, mentioned = items+s.Items, primary+s.Primary.Right, mentioned+s.Mentioned.Right
		}
		if items != r.Items || primary != r.Primary.Right || mentioned != r.MentionedOnly.Returned {
			t.Errorf("%s: %d items, %d primary, %d mentioned of %d, %d, %d", what, items, primary, mentioned, r.Items, r.Primary.Right, r.MentionedOnly.Returned)
		}
	}
	if r.Primary.Right+r.Primary.Another+r.Primary.None != r.Primary.Of {
		t.Errorf("primary: %+v", r.Primary)
	}
	if rg := r.Countries.Range; rg == nil || rg.Low >= r.Countries.Micro.F1 || rg.High <= r.Countries.Micro.F1 || rg.High-rg.Low > 0.2 {
		t.Errorf("range %+v of F1 %.3f", rg, r.Countries.Micro.F1)
	}
}
