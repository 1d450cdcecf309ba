package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/store"
)

// exerciseTouched: a reader who keeps up learns of each story that changed, with what it
// is selected by, also when it merged, went or came back.
func exerciseTouched(t *testing.T, p place) {
	db := sample(t, p)
	at0, err := db.Version(t.Context())
	must(t, err)
	look := func(since int64, limit int) (int64, string) {
		t.Helper()
		version, stories, err := db.Touched(t.Context(), since, limit)
		must(t, err)
		if stories == nil {
			return version, "too many"
		}
		var out []string
		for id, terms := range stories {
			texts := make([]string, len(terms))
			for i, term := range terms {
				texts[i] = string(term.Kind) + "=" + term.Value
			}
			slices.Sort(texts)
			out = append(out, id+"["+strings.Join(texts, " ")+"]")
		}
		slices.Sort(out)
		return version, strings.Join(out, " ")
	}
	apply(t, db, told("ly", 1, "a", 0, "One", label(feeds.LabelCountry, "LY")))
	apply(t, db, told("ly", 2, "b", 1, "Two"))
	at1, got := look(at0, 10)
	if want := "a[country=LY kind=iom source=ly] b[kind=iom source=ly]"; got != want || at1 <= at0 {
		t.Errorf("version %d to %d: %s, want %s", at0, at1, got, want)
	}
	if _, got := look(at0, 1); got != "too many" {
		t.Errorf("beyond the limit: %s", got)
	}
	if version, got := look(at1, 10); got != "" || version != at1 {
		t.Errorf("nothing happened, but %d: %s", version, got)
	}
	apply(t, db, store.Change{Now: at(61), Polling: feeds.Polling{SourceID: "ly"}, Withdrawn: []int64{1}})
	at2, got := look(at1, 10)
	if want := "a[country=LY kind=iom source=ly]"; got != want {
		t.Errorf("a withdrawal: %s, want %s", got, want)
	}
	if stories, err := db.Stories(t.Context(), feeds.Selector{}, 10); err != nil || len(stories) != 1 {
		t.Errorf("%d stories after it, %v", len(stories), err)
	}
	apply(t, db, store.Change{Now: at(62), Polling: feeds.Polling{SourceID: "ly"}, Revised: []store.NewEntry{version(2, "", 2, "Two, better")}})
	if _, got := look(at2, 10); got != "b[kind=iom source=ly]" {
		t.Errorf("a new version: %s", got)
	}
	stories, err := db.Stories(t.Context(), feeds.Selector{}, 10)
	must(t, err)
	if len(stories) != 1 || stories[0].Copies[0].Entry.Title != "Two, better" {
		t.Errorf("the former version is given from memory: %+v", stories)
	}
}

// exerciseDemand: what is asked for is remembered, the latest counting most, and bounded.
func exerciseDemand(t *testing.T, p place) {
	db := sample(t, p)
	must(t, db.Remember(t.Context(), map[string]float64{"a": 100, "b": 60, strings.Repeat("long", 100): 1000}, at(0)))
	must(t, db.Remember(t.Context(), map[string]float64{"b": 60}, at(48*60)))
	got, err := db.Most(t.Context(), 10, at(48*60))
	if err != nil || !slices.Equal(got, []string{"b", "a"}) {
		t.Errorf("most asked for %q, %v", got, err)
	}
	many := map[string]float64{}
	for i := range 600 {
		many[fmt.Sprintf("k%03d", i)] = float64(1000 + i)
	}
	must(t, db.Remember(t.Context(), many, at(49*60)))
	got, err = db.Most(t.Context(), 1000, at(49*60))
	if err != nil || len(got) != 500 || got[0] != "k599" || got[499] != "k100" {
		t.Errorf("%d remembered, %v", len(got), err)
	}
}
