package eval_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"tributary/feeds"
	"tributary/internal/eval"
)

func TestReadGold(t *testing.T) {
	const data = "\ufeff" + `{"id":"a","lang":"fr","title":"T","dateline":"D","text":"X","url":"https://a.example/1","countries":["NE","ML"],"primary":"NE","optional_countries":["DZ"],"mentioned_only":["CH"],"topics":["x"],"note":{"anything":1}}` + "\r\n  \n" +
		`{"id":"b","primary":null,"countries":null}`
	want := []eval.GoldItem{
		{ID: "a", Lang: "fr", Title: "T", Dateline: "D", Text: "X", URL: "https://a.example/1", Countries: []string{"NE", "ML"}, Primary: "NE",
			OptionalCountries: []string{"DZ"}, MentionedOnly: []string{"CH"}, Topics: []string{"x"}},
		{ID: "b"},
	}
	got, err := eval.ReadGold(strings.NewReader(data))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

// What items are sorted by is taken where it is what it should be, and costs no item
// where it is not.
func TestReadGoldSortedBy(t *testing.T) {
	const data = `{"id":"a","source":"s","office":"o","month":"2026-10","published":"2026-11-01T00:00:00Z","regions":["sahel"]}
{"id":"b","published":"2026-11-01","regions":[]}
{"id":"c","source":{"name":"x"},"published":1764028800,"regions":{"sahel":1}}
{"id":"d","source":null,"published":"last week","month":7}`
	got, err := eval.ReadGold(strings.NewReader(data))
	want := []eval.GoldItem{{ID: "a", Source: "s", Office: "o", Month: "2026-10", Regions: []string{"sahel"}}, {ID: "b", Month: "2026-11", Regions: []string{}}, {ID: "c"}, {ID: "d"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestEachGoldEndsWithTheUsersError(t *testing.T) {
	enough := errors.New("enough")
	n := 0
	err := eval.EachGold(strings.NewReader("{\"id\":\"a\"}\n\n{\"id\":\"b\"}\n{\"id\":\"c\"}\n"), func(*eval.GoldItem) error {
		if n++; n == 2 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || !strings.HasPrefix(err.Error(), "line 3: ") || n != 2 {
		t.Errorf("%d items, %v", n, err)
	}
}

func TestReadStories(t *testing.T) {
	const data = `{"id":"a","source":"s","lang":"fr","title":"T","text":"X","url":"https://a.example/1","published":"2026-11-01T08:00:00+01:00","story":"1"}
{"id":"b","story":"1"}
{"id":"c","story":"2","published":null}
{"id":"d","story":"2","published":""}
`
	want := []eval.GoldStory{
		{ID: "a", Source: "s", Lang: "fr", Title: "T", Text: "X", URL: "https://a.example/1", Published: time.Date(2026, 11, 1, 7, 0, 0, 0, time.UTC), Story: "1"},
		{ID: "b", Story: "1"}, {ID: "c", Story: "2"}, {ID: "d", Story: "2"},
	}
	got, err := eval.ReadStories(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i].Published = got[i].Published.UTC()
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestReadNothing(t *testing.T) {
	for _, data := range []string{"", "\n\n", "\ufeff", " \r\n"} {
		if got, err := eval.ReadGold(strings.NewReader(data)); err != nil || len(got) != 0 {
			t.Errorf("%q: %+v, %v", data, got, err)
		}
	}
}

func TestReadErrorsNameTheLine(t *testing.T) {
	for _, c := range []struct{ why, data, want string }{
		{"cut off", `{"id":"b",`, "line 2: unexpected end"},
		{"another type", `{"id":7,"story":"1"}`, "line 2: json: cannot unmarshal number"},
		{"two values", `{"id":"b","story":"1"} {}`, "line 2: invalid character"},
		{"no object", `null`, "line 2: not a JSON object"},
		{"a list", `[{"id":"b","story":"1"}]`, "line 2: not a JSON object"},
		{"no id", `{"story":"1"}`, "line 2: no id"},
		{"an id again", "\n" + `{"id":"a","story":"1"}`, `line 3: id "a" is that of line 1`},
		{"bytes", "{\"id\":\"\xff\",\"story\":\"1\"}", "line 2: not UTF-8"},
		{"too long", `{"id":"` + strings.Repeat("b", 1<<20) + `","story":"1"}`, "line 2: over 1048576 bytes: too large"},
	} {
		data := `{"id":"a","story":"1"}` + "\n" + c.data + "\n"
		_, err := eval.ReadGold(strings.NewReader(data))
		_, err2 := eval.ReadStories(strings.NewReader(data))
		for _, err := range []error{err, err2} {
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("%s: %v, want %s", c.why, err, c.want)
			}
		}
	}
	for _, c := range []struct{ why, data, want string }{
		{"no story", `{"id":"a"}`, "line 1: no story"},
		{"no date", `{"id":"a","story":"1","published":"yesterday"}`, "line 1: read published: parsing time"},
		{"a number for a date", `{"id":"a","story":"1","published":12}`, "line 1: json: cannot unmarshal number"},
	} {
		if _, err := eval.ReadStories(strings.NewReader(c.data)); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.why, err, c.want)
		}
	}
}

func TestReadErrorsUnwrap(t *testing.T) {
	if _, err := eval.ReadGold(strings.NewReader(strings.Repeat("x", 2<<20))); !errors.Is(err, feeds.ErrTooLarge) {
		t.Errorf("a long line: %v", err)
	}
	var many strings.Builder
	for i := range 1<<18 + 1 {
		fmt.Fprintf(&many, "{\"id\":\"%d\"}\n", i)
	}
	if _, err := eval.ReadGold(strings.NewReader(many.String())); !errors.Is(err, feeds.ErrTooLarge) || !strings.HasPrefix(err.Error(), "line 262145: ") {
		t.Errorf("many items: %v", err)
	}
	broken := errors.New("disk on fire")
	if _, err := eval.ReadGold(iotest.ErrReader(broken)); !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "line 1: ") {
		t.Errorf("a failing reader: %v", err)
	}
}

func FuzzReadGold(f *testing.F) {
	f.Add([]byte(`{"id":"a","lang":"en","title":"T","countries":["NE"],"primary":null,"topics":["x"]}` + "\n" + `{"id":"b","mentioned_only":["CH"]}`))
	f.Add([]byte("\ufeff\n{}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		items := roundTrip(t, data, eval.ReadGold, func(g eval.GoldItem) string { return g.ID })
		var answers []eval.Prediction
		for _, it := range items {
			answers = append(answers, eval.Prediction{ID: it.ID, Countries: it.Countries, Primary: it.Primary, Topics: it.Topics, Language: it.Lang})
		}
		r := eval.Classify(items, answers)
		if r.Items != len(items) || r.WithoutPrediction != 0 || r.Unknown != 0 || len(r.Countries.Worst) != 0 || len(r.Topics.Worst) != 0 ||
			r.Primary.Right != r.Primary.Of || r.Primary.LeftEmpty != r.Primary.NoneOf || r.Language.Right != r.Language.Of {
			t.Errorf("the labels against themselves: %s", r)
		}
	})
}

func FuzzReadStories(f *testing.F) {
	f.Add([]byte(`{"id":"a","source":"s","lang":"en","published":"2026-11-01T08:00:00Z","story":"1"}` + "\n" + `{"id":"b","story":"1","published":""}`))
	f.Add([]byte(`{"id":"a","story":"1","published":"0000-01-01T00:00:00+23:59"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		items := roundTrip(t, data, eval.ReadStories, func(g eval.GoldStory) string { return g.ID })
		var answers []eval.Assignment
		for _, it := range items {
			answers = append(answers, eval.Assignment{ID: it.ID, Story: it.Story})
		}
		r := eval.Group(items, answers)
		if r.Items != len(items) || r.Stories != r.Predicted || r.ARI != 1 || r.Merges.Wrong+r.Splits.Wrong != 0 || r.CrossLanguage.Found != r.CrossLanguage.Of {
			t.Errorf("the stories against themselves: %s", r)
		}
	})
}

// roundTrip checks that what was read has ids of its own, and reads the same again.
func roundTrip[T any](t *testing.T, data []byte, read func(io.Reader) ([]T, error), id func(T) string) []T {
	t.Helper()
	items, err := read(strings.NewReader(string(data)))
	if err != nil {
		if !strings.HasPrefix(err.Error(), "line ") || items != nil {
			t.Errorf("error %v with %d items", err, len(items))
		}
		return nil
	}
	seen := map[string]bool{}
	var again strings.Builder
	for _, it := range items {
		if id(it) == "" || seen[id(it)] {
			t.Errorf("id %q", id(it))
		}
		seen[id(it)] = true
		line, err := json.Marshal(it)
		if err != nil {
			t.Fatal(err)
		}
		again.Write(append(line, '\n'))
	}
	if got, err := read(strings.NewReader(again.String())); err != nil || len(got) != len(items) {
		t.Errorf("read again: %d of %d items, %v", len(got), len(items), err)
	}
	return items
}
