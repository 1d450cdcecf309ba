package eval_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tributary/internal/eval"
)

// Nothing to compare gives figures of nothing: no NaN, which JSON could not hold.
func TestNothing(t *testing.T) {
	c := eval.Classify(nil, []eval.Prediction{{ID: "a"}, {ID: "a"}, {ID: "b"}})
	if c.Items != 0 || c.Unknown != 2 || c.Countries.Micro != (eval.Score{}) || c.Countries.Macro != (eval.Score{}) || c.Language.Accuracy != 0 {
		t.Errorf("labels: %+v", c)
	}
	g := eval.Group(nil, []eval.Assignment{{ID: "a", Story: "1"}})
	if g.Items != 0 || g.Unknown != 1 || g.Pairwise != (eval.Score{}) || g.BCubed != (eval.Score{}) || g.ARI != 1 {
		t.Errorf("stories: %+v", g)
	}
	for _, r := range []fmt.Stringer{c, g} {
		body, err := json.Marshal(r)
		if err != nil || strings.Contains(string(body), "null") {
			t.Errorf("%s, %v", body, err)
		}
		if !strings.HasPrefix(r.String(), "0 items") {
			t.Errorf("%q", r.String())
		}
	}
}

func TestLanguage(t *testing.T) {
	for _, c := range []struct {
		gold, answer string
		right, of    int
	}{
		{"pt", "pt", 1, 1},
		{"pt", "pt-BR", 1, 1},
		{"pt-BR", "PT", 1, 1},
		{"zh_Hans", "zh", 1, 1},
		{"pt", "es", 0, 1},
		{"pt", "", 0, 1},
		{"fil", "fi", 0, 1},
		{"", "en", 0, 0},
	} {
		r := eval.Classify([]eval.GoldItem{{ID: "a", Lang: c.gold}}, []eval.Prediction{{ID: "a", Language: c.answer}})
		if r.Language.Right != c.right || r.Language.Of != c.of {
			t.Errorf("%q for %q: %d of %d", c.answer, c.gold, r.Language.Right, r.Language.Of)
		}
		if wrong := c.of - c.right; len(r.Language.Worst) != wrong {
			t.Errorf("%q for %q: mistakes %+v", c.answer, c.gold, r.Language.Worst)
		}
	}
}

// A list of mistakes has the worst first, equals in the order of the data, and an end.
func TestWorstMistakes(t *testing.T) {
	var gold []eval.GoldItem
	var stories []eval.GoldStory
	var put []eval.Assignment
	for i := range 40 {
		item := eval.GoldItem{ID: fmt.Sprintf("i%02d", i), Primary: "FR", Topics: []string{"t"}}
		if i == 30 {
			item.Topics = []string{"t", "u", "v"}
		}
		gold = append(gold, item)
		stories = append(stories, eval.GoldStory{ID: item.ID, Story: fmt.Sprint(i / 2)})
		put = append(put, eval.Assignment{ID: item.ID, Story: item.ID})
	}
	r := eval.Classify(gold, nil)
	if n := len(r.Topics.Worst); n != 10 || len(r.Primary.Worst) != 10 {
		t.Fatalf("%d and %d mistakes shown", n, len(r.Primary.Worst))
	}
	if w := r.Topics.Worst; w[0].ID != "i30" || !slices.Equal(w[0].Missed, []string{"t", "u", "v"}) || w[1].ID != "i00" || w[2].ID != "i01" {
		t.Errorf("worst first: %+v", w[:3])
	}
	g := eval.Group(stories, put)
	if g.Splits.Wrong != 20 || len(g.Splits.Worst) != 10 || g.Splits.Worst[0].Story != "0" || g.Merges.Wrong != 0 {
		t.Errorf("splits %+v, merges %+v", g.Splits, g.Merges)
	}
}

// An item without an answer is alone, whatever the answers to others are called.
func TestUnansweredItemsStayAlone(t *testing.T) {
	gold := []eval.GoldStory{{ID: "a", Story: "1"}, {ID: "b", Story: "1"}, {ID: "c", Story: "1"}}
	for _, story := range []string{"", "c", "__none__c"} {
		r := eval.Group(gold, []eval.Assignment{{ID: "a", Story: story}, {ID: "b", Story: story}})
		if r.Predicted != 2 || r.WithoutPrediction != 1 || r.Pairwise.Precision != 1 || r.Pairwise.Recall != 1.0/3 {
			t.Errorf("%q: %+v", story, r)
		}
	}
}

// Titles come from the data, reports go to terminals.
func TestTextCannotSteerATerminal(t *testing.T) {
	title := "\x1b[2Jred\u202e\n" + strings.Repeat("x", 500) + "tail"
	reports := []fmt.Stringer{
		eval.Classify([]eval.GoldItem{{ID: "\x1b1", Lang: "\x07", Title: title, Countries: []string{"\x1b2"}, Primary: "\x1b3"}}, nil),
		eval.Group([]eval.GoldStory{{ID: "\x1b1", Lang: "\x07", Title: title, Story: "\x1bs"}, {ID: "2", Story: "\x1bs"}}, []eval.Assignment{{ID: "2", Story: "\x1b"}}),
	}
	for _, r := range reports {
		s := r.String()
		if strings.ContainsAny(s, "\x1b\x07\u202e") || strings.Contains(s, "tail") || !strings.Contains(s, "[2Jred  xx") {
			t.Errorf("%q", s)
		}
	}
	persian := "می\u200cروند"
	if s := eval.Classify([]eval.GoldItem{{ID: "a", Title: persian, Topics: []string{"t"}}}, nil).String(); !strings.Contains(s, persian) {
		t.Errorf("the joiner is gone: %q", s)
	}
}

// Random stories against the definitions, pair by pair and item by item.
func TestGroupAgainstDefinitions(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		n := 1 + rnd.IntN(24)
		var gold []eval.GoldStory
		var put []eval.Assignment
		for i := range n {
			id := fmt.Sprint(i)
			gold = append(gold, eval.GoldStory{ID: id, Story: fmt.Sprint(rnd.IntN(6)), Lang: []string{"en", "fr", "ar"}[rnd.IntN(3)]})
			put = append(put, eval.Assignment{ID: id, Story: fmt.Sprint(rnd.IntN(6))})
		}
		var right, inGold, inPut, found, cross int
		var purity, whole float64
		for i := range n {
			var both, g, p float64
			for j := range n {
				sameGold, samePut := gold[i].Story == gold[j].Story, put[i].Story == put[j].Story
				if sameGold {
					g++
				}
				if samePut {
					p++
				}
				if sameGold && samePut {
					both++
				}
				if j <= i {
					continue
				}
				if sameGold {
					inGold++
				}
				if samePut {
					inPut++
				}
				if sameGold && samePut {
					right++
				}
				if sameGold && gold[i].Lang != gold[j].Lang {
					cross++
					if samePut {
						found++
					}
				}
			}
			purity, whole = purity+both/p, whole+both/g
		}
		order := rnd.Perm(n)
		shuffled := make([]eval.Assignment, n)
		for i, j := range order {
			shuffled[i] = put[j]
		}
		r := eval.Group(gold, shuffled)
		near(t, "pairwise precision", r.Pairwise.Precision, float64(right)/float64(max(1, inPut)))
		near(t, "pairwise recall", r.Pairwise.Recall, float64(right)/float64(max(1, inGold)))
		near(t, "B-cubed precision", r.BCubed.Precision, purity/float64(n))
		near(t, "B-cubed recall", r.BCubed.Recall, whole/float64(n))
		near(t, "pairs in two languages", float64(r.CrossLanguage.Found), float64(found))
		near(t, "of pairs in two languages", float64(r.CrossLanguage.Of), float64(cross))
		if all := float64(n * (n - 1) / 2); all > 0 {
			expected := float64(inGold) * float64(inPut) / all
			if greatest := float64(inGold+inPut) / 2; greatest-expected > 1e-9 {
				near(t, "ARI", r.ARI, (float64(right)-expected)/(greatest-expected))
			}
		}
		if !reflect.DeepEqual(r, eval.Group(gold, put)) {
			t.Fatal("the order of the answers matters")
		}
	}
}

// Two sides that agree on one story of many items give 1, though the product of their
// pairs is far beyond an integer.
func TestAdjustedRandOfManyItems(t *testing.T) {
	const n = 100_000
	gold, put := make([]eval.GoldStory, n), make([]eval.Assignment, n)
	for i := range n {
		id := fmt.Sprint(i)
		gold[i], put[i] = eval.GoldStory{ID: id, Story: "s"}, eval.Assignment{ID: id, Story: "t"}
	}
	if r := eval.Group(gold, put); math.Abs(r.ARI-1) > 1e-12 || r.Pairwise.F1 != 1 {
		t.Errorf("ARI %v, pairwise %+v", r.ARI, r.Pairwise)
	}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-12 {
		t.Fatalf("%s: %v, by definition %v", what, got, want)
	}
}
