package eval_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/eval"
)

// answersTo gives n items with one country and one topic each, where the first wrong
// items are answered with another topic.
func answersTo(n, wrong int) eval.ClassifyReport {
	j := eval.NewJudge()
	for i := range n {
		g := eval.GoldItem{ID: fmt.Sprintf("i%03d", i), Lang: []string{"en", "fr"}[i%2], Countries: []string{"NE"}, Primary: "NE", Topics: []string{"x"}}
		p := eval.Prediction{Countries: []string{"NE"}, Primary: "NE", Topics: []string{"x"}, Language: g.Lang}
		if i < wrong {
			p.Topics = []string{"y"}
		}
		j.Add(&g, &p)
	}
	return j.Report()
}

func measure(t *testing.T, c *eval.Comparison, name, lang string) eval.Measure {
	t.Helper()
	for _, m := range c.Measures {
		if m.Name == name && m.Language == lang {
			return m
		}
	}
	t.Fatalf("no measure %s %s", name, lang)
	return eval.Measure{}
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		before, after int // wrong of 100
		better, worse int
		p             float64 // of the sign test, by hand
		verdict       string
	}{
		{10, 10, 0, 0, 1, "the same"},
		{10, 0, 10, 0, 2.0 / 1024, "better"},
		{0, 10, 0, 10, 2.0 / 1024, "worse"},
		{5, 0, 5, 0, 2.0 / 32, "may be chance"},
		{6, 0, 6, 0, 2.0 / 64, "better"},
		{3, 4, 0, 1, 1, "may be chance"},
	} {
		before, after := answersTo(100, c.before), answersTo(100, c.after)
		got := eval.Compare(&before, &after)
		m := measure(t, got, "topics F1", "")
		if m.Better != c.better || m.Worse != c.worse || math.Abs(m.P-c.p) > 1e-9 || m.Verdict != c.verdict {
			t.Errorf("%d, then %d wrong: %+v", c.before, c.after, m)
		}
		if want := float64(100-c.after)/100 - float64(100-c.before)/100; math.Abs(m.Change-want) > 1e-9 || m.Change < m.Range.Low-1e-9 || m.Change > m.Range.High+1e-9 {
			t.Errorf("%d, then %d wrong: changed by %v in %v, by hand %v", c.before, c.after, m.Change, m.Range, want)
		}
		if m := measure(t, got, "countries F1", ""); m.Verdict != "the same" || m.After != 1 {
			t.Errorf("countries: %+v", m)
		}
		if half := measure(t, got, "topics F1", "fr"); half.Better+half.Worse > c.better+c.worse {
			t.Errorf("topics in French: %+v", half)
		}
		if n := len(got.Better); n != min(50, c.better) || len(got.Worse) != c.worse {
			t.Errorf("%d, then %d wrong: %d items better, %d worse", c.before, c.after, n, len(got.Worse))
		}
	}
}

// Mistakes are told item by item, and what people label otherwise since is left out.
func TestCompareItems(t *testing.T) {
	judge := func(topics map[string][]string, want map[string][]string) eval.ClassifyReport {
		j := eval.NewJudge()
		for _, id := range []string{"a", "b", "c", "d"} {
			if want[id] == nil {
				continue
			}
			g := eval.GoldItem{ID: id, Topics: want[id]}
			j.Add(&g, &eval.Prediction{Topics: topics[id]})
		}
		return j.Report()
	}
	type m = map[string][]string
	instead, other := judge(m{"a": {"y"}}, m{"a": {"x"}}), judge(m{"a": {"x", "z"}}, m{"a": {"x"}})
	if c := eval.Compare(&instead, &other); len(c.Better) != 1 || len(c.Worse) != 0 || !reflect.DeepEqual(c.Better[0].Broken, []string{"+topic:z"}) {
		t.Errorf("two mistakes gone and one new: %+v", c)
	}
	other = judge(m{"a": {"z"}}, m{"a": {"x"}})
	if c := eval.Compare(&instead, &other); len(c.Better) != 0 || len(c.Worse) != 1 {
		t.Errorf("as many mistakes as before, and others: %+v", c)
	}
	before := judge(m{"a": {"x"}, "b": {"x", "z"}, "c": {"x"}, "d": {"q"}}, m{"a": {"x"}, "b": {"x"}, "c": {"x"}, "d": {"x"}})
	after := judge(m{"a": {"y"}, "b": {"x"}, "c": {"x"}}, m{"a": {"x"}, "b": {"x"}, "c": {"x", "y"}})
	c := eval.Compare(&before, &after)
	if c.Items != 2 || c.Relabelled != 1 || c.OnlyBefore != 1 || c.OnlyAfter != 0 {
		t.Errorf("compared: %+v", c)
	}
	if want := []eval.ItemChange{{ID: "b", Mended: []string{"+topic:z"}, Broken: []string{}}}; !reflect.DeepEqual(c.Better, want) {
		t.Errorf("better %+v", c.Better)
	}
	if want := []eval.ItemChange{{ID: "a", Mended: []string{}, Broken: []string{"+topic:y", "-topic:x"}}}; !reflect.DeepEqual(c.Worse, want) {
		t.Errorf("worse %+v", c.Worse)
	}
	if len(c.Labels) != 3 || c.Labels[0].After.FN+c.Labels[1].After.FN+c.Labels[2].After.FN != 1 {
		t.Errorf("labels %+v", c.Labels)
	}
	if s := c.String(); !strings.Contains(s, "Left out: 1 only in the earlier result, 0 only in this one, 1 labelled otherwise by people since.") {
		t.Errorf("%s", s)
	}
}

// A report that was saved is the same when it is read.
func TestSavedReport(t *testing.T) {
	gold, pred := random(rand.New(rand.NewPCG(9, 10)), 60)
	r := eval.Classify(gold, pred)
	body, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	got, err := eval.ReadReport(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	c := eval.Compare(&got, &r)
	for _, m := range c.Measures {
		if m.Verdict != "the same" {
			t.Errorf("%+v", m)
		}
	}
	if c.Items != 60 || c.Relabelled != 0 || len(c.Better)+len(c.Worse)+len(c.Labels) != 0 {
		t.Errorf("%+v", c)
	}
	again, err := json.Marshal(got)
	if err != nil || !bytes.Equal(again, body) {
		t.Errorf("read and saved again it is another: %v", err)
	}
}

func TestReadReportRefuses(t *testing.T) {
	for body, want := range map[string]string{
		"":                   "not a saved result",
		"[]":                 "not a saved result",
		"{}":                 "tributary --json eval classify",
		`{"form":"another"}`: "tributary --json eval classify",
		`{"form":"tributary eval classify 2","outcomes":[{"id":"a"},{"id":"a"}]}`: "outcome 2 has no id of its own",
		`{"form":"tributary eval classify 2","outcomes":[{}]}`:                    "outcome 1 has no id of its own",
	} {
		if _, err := eval.ReadReport(strings.NewReader(body)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", body, err, want)
		}
	}
	if _, err := eval.ReadReport(endless{}); !errors.Is(err, feeds.ErrTooLarge) {
		t.Errorf("an endless report: %v", err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func FuzzReadReport(f *testing.F) {
	r := answersTo(3, 1)
	body, err := json.Marshal(r)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add([]byte(`{"form":"tributary eval classify 2","outcomes":[{"id":"a","topics":{"wrong":["\u001b[2J"]}}]}`))
	now := answersTo(4, 2)
	f.Fuzz(func(t *testing.T, data []byte) {
		earlier, err := eval.ReadReport(bytes.NewReader(data))
		if err != nil {
			return
		}
		c := eval.Compare(&earlier, &now)
		if c.Items+c.OnlyAfter+c.Relabelled != 4 || c.Items+c.OnlyBefore+c.Relabelled != len(earlier.Outcomes) {
			t.Errorf("items get lost: %+v", c)
		}
		if strings.ContainsRune(c.String(), '\x1b') {
			t.Error("the text steers a terminal")
		}
	})
}
