package eval_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"tributary/internal/eval"
)

// Pairs in two languages and the figures within a language, pair by pair.
func TestLanguagesAgainstDefinitions(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	type count struct{ found, of, predicted int }
	for range 200 {
		var gold []eval.GoldStory
		var put []eval.Assignment
		for i := range 1 + rnd.IntN(24) {
			id := string(rune('A' + i))
			gold = append(gold, eval.GoldStory{ID: id, Story: string(rune('a' + rnd.IntN(6))), Lang: []string{"en", "fr", ""}[rnd.IntN(3)]})
			put = append(put, eval.Assignment{ID: id, Story: string(rune('a' + rnd.IntN(6)))})
		}
		pairs := map[[2]string]count{}
		var all count
		for i := range gold {
			for j := range i {
				languages := [2]string{min(gold[i].Lang, gold[j].Lang), max(gold[i].Lang, gold[j].Lang)}
				c := pairs[languages]
				one, together := gold[i].Story == gold[j].Story, put[i].Story == put[j].Story
				add := func(n *int, all *int, is bool) {
					if is {
						*n++
						if languages[0] != languages[1] {
							*all++
						}
					}
				}
				add(&c.found, &all.found, one && together)
				add(&c.of, &all.of, one)
				add(&c.predicted, &all.predicted, together)
				pairs[languages] = c
			}
		}
		ratio := func(n, d int) float64 { return float64(n) / float64(max(1, d)) }
		r := eval.Group(gold, put)
		x := r.CrossLanguage
		if x.Found != all.found || x.Of != all.of || x.Predicted != all.predicted || x.Rate != x.Recall {
			t.Fatalf("%+v, by definition %+v", x, all)
		}
		near(t, "precision in two languages", x.Precision, ratio(all.found, all.predicted))
		for _, p := range x.Pairs {
			if c := pairs[p.Languages]; p.Found != c.found || p.Of != c.of || p.Predicted != c.predicted {
				t.Fatalf("%+v, by definition %+v", p, c)
			}
		}
		items := 0
		for _, l := range r.ByLanguage {
			c := pairs[[2]string{l.Language, l.Language}]
			near(t, "precision of "+l.Language, l.Pairwise.Precision, ratio(c.found, c.predicted))
			near(t, "recall of "+l.Language, l.Pairwise.Recall, ratio(c.found, c.of))
			items += l.Items
		}
		if items != len(gold) {
			t.Fatalf("%d items by language, of %d", items, len(gold))
		}
	}
}

func TestExplain(t *testing.T) {
	gold := []eval.GoldStory{{ID: "a", Story: "1"}, {ID: "b", Story: "1"}, {ID: "c", Story: "1"}, {ID: "d", Story: "2"}, {ID: "e", Story: "3"}}
	put := []eval.Assignment{{ID: "a", Story: "x"}, {ID: "b", Story: "x"}, {ID: "c", Story: "y"}, {ID: "d", Story: "x"}, {ID: "e", Story: "z"}}
	said := []eval.PairVerdict{
		{A: "a", B: "b", Verdict: eval.SaidSame, Reason: "words", Near: 1},
		{A: "a", B: "d", Verdict: eval.SaidSame, Reason: "words", Near: 0.4},
		{A: "b", B: "d", Verdict: eval.SaidSame, Reason: "figures", Near: 0.6},
		{A: "b", B: "c", Verdict: eval.SaidApart, Reason: "series", Near: 0.2},
		{A: "c", B: "e", Verdict: eval.SaidApart, Reason: "series"},
		{A: "c", B: "d", Verdict: eval.SaidNeither, Reason: "nothing"},
		{A: "a", B: "stray", Verdict: eval.SaidSame, Reason: "words"},
	}
	r := eval.Group(gold, put)
	r.Explain(gold, put, said, func(a, b string) eval.PairVerdict {
		if a == "b" && b == "c" {
			return said[3]
		}
		return eval.PairVerdict{A: a, B: b, Verdict: eval.SaidNeither, Reason: "nothing", Near: 0.1}
	})
	if want := []eval.ReasonCount{{"series", eval.SaidApart, 2, 1}, {"words", eval.SaidSame, 2, 1}, {"figures", eval.SaidSame, 1, 1}}; !reflect.DeepEqual(r.Reasons, want) {
		t.Errorf("reasons %+v", r.Reasons)
	}
	if got, want := r.Merges.Worst[0].Because, []eval.PairVerdict{said[2], said[1]}; !reflect.DeepEqual(got, want) {
		t.Errorf("a merge because of %+v", got)
	}
	if got, want := r.Splits.Worst[0].Because, []eval.PairVerdict{said[3]}; !reflect.DeepEqual(got, want) {
		t.Errorf("a split because of %+v", got)
	}
	for _, line := range []string{"apart: series", "    b and d, same: figures", "    b and c, apart: series"} {
		if !strings.Contains(r.String(), line) {
			t.Errorf("no %q in\n%s", line, r)
		}
	}
}
