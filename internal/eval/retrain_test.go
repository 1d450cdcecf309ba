package eval_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/internal/eval"
)

// rote learns by heart: it answers a title that has a word it saw with the topics it saw
// the word with last. It knows what it was trained on.
type rote struct {
	seen  map[string][]string // of a word
	items map[string]bool
}

func (r rote) Label(it *eval.GoldItem) eval.Prediction {
	p := eval.Prediction{ID: it.ID, Language: it.Lang}
	for _, w := range strings.Fields(it.Title) {
		for _, topic := range r.seen[w] {
			if !slices.Contains(p.Topics, topic) {
				p.Topics = append(p.Topics, topic)
			}
		}
	}
	return p
}

// school trains rote learners, and remembers them.
type school struct{ pupils []rote }

func (s *school) Train(_ context.Context, items []eval.GoldItem) (eval.Labeller, error) {
	r := rote{seen: map[string][]string{}, items: map[string]bool{}}
	for _, it := range items {
		r.items[it.ID] = true
		for _, w := range strings.Fields(it.Title) {
			if len(w) > 4 { // words that say something
				r.seen[w] = it.Topics
			}
		}
	}
	s.pupils = append(s.pupils, r)
	return r, nil
}

func training(n int) []eval.GoldItem {
	var items []eval.GoldItem
	for i := range n {
		topic := []string{"floods", "return", "health"}[i%3]
		items = append(items, eval.GoldItem{ID: fmt.Sprintf("t%03d", i), Lang: []string{"en", "fr"}[i%2], Title: fmt.Sprintf("All of %s in %c%c", strings.Repeat(topic, 1), 'a'+i/26, 'a'+i%26), Topics: []string{topic}})
	}
	return items
}

// Every item is judged once, by what was never trained on it or on a copy of it.
func TestHoldOut(t *testing.T) {
	items := training(60)
	for _, it := range items[:20] {
		it.ID, it.Title = "copy of "+it.ID, strings.ToUpper(it.Title)+" 2026"
		items = append(items, it)
	}
	// A further item is learnt too, unless a copy of it is judged.
	further := []eval.GoldItem{{ID: "shipped", Lang: "en", Title: items[3].Title, Topics: items[3].Topics}}
	for name, part := range map[string]func(*eval.GoldItem) string{"folds": eval.Folds(5, 1), "languages": eval.Languages} {
		s := &school{}
		r, err := eval.HoldOut(t.Context(), items, further, part, s)
		if err != nil {
			t.Fatal(err)
		}
		if r.Items != len(items) {
			t.Errorf("%s: %d of %d items judged", name, r.Items, len(items))
		}
		times := map[string]int{}
		for _, p := range s.pupils {
			held := ""
			for i := range items {
				if p.items[items[i].ID] {
					times[items[i].ID]++
					continue
				}
				if held == "" {
					held = part(&items[i])
				}
				if part(&items[i]) != held {
					t.Errorf("%s: %s and %s are held back from one learner", name, held, part(&items[i]))
				}
			}
			for _, it := range items {
				if copied := "copy of " + it.ID; slices.ContainsFunc(items, func(c eval.GoldItem) bool { return c.ID == copied }) && p.items[it.ID] != p.items[copied] {
					t.Errorf("%s: %s crosses", name, copied)
				}
			}
		}
		for _, p := range s.pupils {
			judged := slices.IndexFunc(items, func(it eval.GoldItem) bool { return !p.items[it.ID] })
			if p.items["shipped"] != (part(&items[judged]) != part(&further[0])) {
				t.Errorf("%s: the further item is learnt by who judges a copy of it, or not by who could", name)
			}
		}
		for _, it := range items {
			if times[it.ID] != len(s.pupils)-1 {
				t.Errorf("%s: %s was learnt by %d of %d", name, it.ID, times[it.ID], len(s.pupils))
			}
		}
		// A word tells the topic in every fold and language, so whoever learns finds them;
		// copies in capitals are found where another copy was learnt, which folds forbid
		// to the copies of the item itself.
		if r.Topics.Right < 60 || r.Topics.Given != r.Topics.Right {
			t.Errorf("%s: %+v", name, r.Topics.Micro)
		}
		slices.Reverse(items)
		if again, err := eval.HoldOut(t.Context(), items, further, part, &school{}); err != nil || again.String() != r.String() {
			t.Errorf("%s: another order gives another report, %v", name, err)
		}
		slices.Reverse(items)
	}
	if a, b := folds(items, 1), folds(items, 2); slices.Equal(a, b) {
		t.Error("another seed gives the same folds")
	}
	if _, err := eval.HoldOut(t.Context(), items[:1], nil, eval.Folds(5, 1), &school{}); !errors.Is(err, eval.ErrTooLittle) {
		t.Errorf("one item: %v", err)
	}
}

func folds(items []eval.GoldItem, seed uint64) (out []string) {
	part := eval.Folds(5, seed)
	for i := range items {
		out = append(out, part(&items[i]))
	}
	return out
}

// corrected gives stories about a new word, to which people gave the topic.
func corrected(t *testing.T, n int, word, topic string) []eval.Corrected {
	t.Helper()
	var b strings.Builder
	for i := range n {
		at := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i)
		fmt.Fprintf(&b, `{"id":"c%03d","lang":"en","title":"The %s of %c%c","topics":[%q],"at":%q,"corrections":[{"kind":"topic","value":%q,"action":"add","office":"roma"}]}`+"\n",
			i, word, 'a'+i/26, 'a'+i%26, topic, at.Format(time.RFC3339), topic)
	}
	stories, err := eval.ReadCorrected(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return stories
}

func TestRetrain(t *testing.T) {
	shipped := training(60)
	gold := []eval.GoldItem{{ID: "g1", Lang: "en", Title: "New floods again", Topics: []string{"floods"}}, {ID: "g2", Lang: "fr", Title: "Their return", Topics: []string{"return"}}}
	old, err := (&school{}).Train(t.Context(), shipped)
	if err != nil {
		t.Fatal(err)
	}
	november := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name    string
		with    eval.Retraining
		adopt   bool
		held    int
		crossed int
		reason  string
	}{
		{"better by time", eval.Retraining{Corrections: corrected(t, 60, "cholera", "health"), Cut: november, Margin: 0.01, Least: 20}, true, 29, 0, ""},
		{"too few held back", eval.Retraining{Corrections: corrected(t, 40, "cholera", "health"), Cut: november, Margin: 0.01, Least: 20}, false, 9, 0, "9 stories held back, 20 are wanted"},
		{"maybe chance", eval.Retraining{Corrections: corrected(t, 36, "cholera", "health"), Cut: november, Margin: 0.01, Least: 5}, false, 5, 0, "may be chance"},
		{"no gain", eval.Retraining{Corrections: corrected(t, 60, "floods", "floods"), Cut: november, Margin: 0.01, Least: 20}, false, 29, 0, "changes by +0.000, wanted is +0.010"},
		{"less than the margin", eval.Retraining{Corrections: corrected(t, 60, "cholera", "health"), Cut: november, Margin: 1.5, Least: 20}, false, 29, 0, "wanted is +1.500"},
		{"worse on the gold", eval.Retraining{Corrections: corrected(t, 60, "return", "health"), Cut: november, Margin: 0.01, Least: 20}, false, 29, 0, "on the labelled items topics F1 falls by 0.500"},
		{"copies do not cross", eval.Retraining{Corrections: slices.Concat(corrected(t, 60, "cholera", "health"), again(corrected(t, 60, "cholera", "health"))), Cut: november, Margin: 0.01, Least: 20}, true, 29, 29, ""},
	} {
		c.with.Shipped, c.with.Gold = shipped, gold
		s := &school{}
		l, r, err := eval.Retrain(t.Context(), c.with, s, old)
		if err != nil || l == nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if r.Adopt != c.adopt || r.Held != c.held || r.Crossed != c.crossed || !strings.Contains(strings.Join(r.Reasons, "; "), c.reason) || (len(r.Reasons) == 0) != c.adopt {
			t.Errorf("%s: adopt %v, %d held back, %d crossed, %q", c.name, r.Adopt, r.Held, r.Crossed, r.Reasons)
		}
		for _, story := range c.with.Corrections {
			if trained := s.pupils[0].items[story.ID]; trained && !story.At.Before(november) {
				t.Errorf("%s: %s of %s was trained on", c.name, story.ID, story.At)
			} else if trained && c.crossed > 0 && strings.HasPrefix(story.ID, "again") {
				t.Errorf("%s: %s is a copy of what is held back, and was trained on", c.name, story.ID)
			}
		}
		if said := strings.Contains(r.String(), "may be adopted"); said != c.adopt {
			t.Errorf("%s: the text says another thing:\n%s", c.name, r)
		}
	}
}

// A language in which the labelled items get worse beyond chance is reason enough, though
// all of them together get better.
func TestRetrainGuardsEveryLanguage(t *testing.T) {
	var gold []eval.GoldItem
	for i := range 60 {
		it := eval.GoldItem{ID: fmt.Sprintf("g%02d", i), Lang: "en", Title: fmt.Sprintf("cholera %c%c", 'a'+i/26, 'a'+i%26), Topics: []string{"health"}}
		if i >= 40 {
			it.Lang, it.Title, it.Topics = "fr", "cholera floods", []string{"floods"}
		}
		gold = append(gold, it)
	}
	shipped := training(60)
	old, err := (&school{}).Train(t.Context(), shipped)
	if err != nil {
		t.Fatal(err)
	}
	o := eval.Retraining{Shipped: shipped, Gold: gold, Corrections: corrected(t, 60, "cholera", "health"), Cut: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Margin: 0.01, Least: 20}
	_, r, err := eval.Retrain(t.Context(), o, &school{}, old)
	if err != nil || r.Adopt || len(r.Reasons) != 1 || !strings.Contains(r.Reasons[0], "topics F1 in fr falls by") || r.NewGold.Micro.F1 <= r.OldGold.Micro.F1 {
		t.Errorf("adopt %v, %q, gold %.3f, was %.3f, %v", r.Adopt, r.Reasons, r.NewGold.Micro.F1, r.OldGold.Micro.F1, err)
	}
}

// again gives the same stories in the month before under other ids: copies.
func again(stories []eval.Corrected) []eval.Corrected {
	out := []eval.Corrected{}
	for _, c := range stories {
		c.ID, c.At = "again "+c.ID, c.At.AddDate(0, -2, 0)
		if !c.At.Before(time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)) { // copies of those that are held back
			out = append(out, c)
		}
	}
	return out
}

// Without a moment a quarter is held back by chance, the same for the same seed.
func TestRetrainHoldsAQuarterBack(t *testing.T) {
	o := eval.Retraining{Shipped: training(60), Gold: training(6), Corrections: corrected(t, 200, "cholera", "health"), Seed: 3}
	_, r, err := eval.Retrain(t.Context(), o, &school{}, rote{})
	if err != nil || r.Held < 30 || r.Held > 70 || r.Held+r.Trained != 200 {
		t.Errorf("%d held back, %d trained on, %v", r.Held, r.Trained, err)
	}
	slices.Reverse(o.Corrections)
	if _, again, err := eval.Retrain(t.Context(), o, &school{}, rote{}); err != nil || again.Held != r.Held || again.NewHeld.Micro != r.NewHeld.Micro {
		t.Errorf("another order holds %d back, %v", again.Held, err)
	}
}

func TestRetrainNeedsSomething(t *testing.T) {
	countries, err := eval.ReadCorrected(strings.NewReader(`{"id":"a","corrections":[{"kind":"country","value":"IT","action":"remove"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	some := corrected(t, 40, "cholera", "health")
	for name, o := range map[string]eval.Retraining{
		"no correction":            {Gold: training(3)},
		"none of topics":           {Gold: training(3), Corrections: countries},
		"nothing before the cut":   {Gold: training(3), Corrections: some, Cut: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)},
		"nothing after the cut":    {Gold: training(3), Corrections: some, Cut: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)},
		"nothing to judge against": {Corrections: some},
	} {
		if _, r, err := eval.Retrain(t.Context(), o, &school{}, rote{}); !errors.Is(err, eval.ErrTooLittle) || r.Adopt {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := errors.New("out of memory")
	if _, _, err := eval.Retrain(t.Context(), eval.Retraining{Gold: training(3), Corrections: some}, failing{broken}, rote{}); !errors.Is(err, broken) {
		t.Errorf("a trainer that fails: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Train(context.Context, []eval.GoldItem) (eval.Labeller, error) { return nil, f.err }
