package store_test

import (
	"errors"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/store"
)

// exerciseWithout: a source that does not count holds no story in a selection, and keeps
// none out that another one carries.
func exerciseWithout(t *testing.T, p place) {
	db := sample(t, p)
	country := feeds.LabelCountry
	apply(t, db, told("ly", 1, "a", 1, "one", label(country, "LY")))
	apply(t, db, told("news", 2, "b", 5, "two", label(country, "LY")))
	apply(t, db, told("news", 3, "c", 3, "three", label(country, "TN")))
	apply(t, db, joined("ly", 4, "c", 6, "three"))
	apply(t, db, told("hq", 5, "d", 7, "four", label(country, "LY")))
	apply(t, db, joined("trial", 6, "b", 8, "two")) // unseen: it does not hold a story either
	sound(t, db)
	ly := [][]feeds.Term{{{Kind: feeds.TermCountry, Value: "LY"}}}
	for _, c := range []struct {
		name    string
		all     [][]feeds.Term
		without []string
		limit   int
		want    string
	}{
		{"nothing left out", nil, nil, 10, "d b c a"},
		{"what only it carries", nil, []string{"news"}, 10, "d c a"},
		{"the limit counts what is left", nil, []string{"news", "hq"}, 1, "c"},
		{"beside a country", ly, []string{"news"}, 10, "d a"},
		{"several", ly, []string{"news", "hq", "ly"}, 10, ""},
		{"all that carry a story", nil, []string{"ly", "news"}, 10, "d"},
		{"no such source", nil, []string{"mars' OR 1=1", "\x00"}, 10, "d b c a"},
	} {
		if got := listed(t, db, feeds.Selector{All: c.all, Without: c.without}, c.limit); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	apply(t, db, store.Change{Now: at(10), Polling: feeds.Polling{SourceID: "news"}, Withdrawn: []int64{2, 3}, Stories: []store.StoryState{
		{ID: "b", LeadEntryID: 6, Published: at(5), Updated: at(5)}, {ID: "c", LeadEntryID: 4, Published: at(3), Updated: at(3)}}})
	apply(t, db, store.Change{Now: at(11), Polling: feeds.Polling{SourceID: "ly"}, Withdrawn: []int64{1}})
	sound(t, db)
	for _, c := range []struct {
		without []string
		want    string
	}{{nil, "a b"}, {[]string{"news"}, "a"}, {[]string{"ly"}, "b"}} {
		gone, err := db.Tombstones(t.Context(), feeds.Selector{Without: c.without}, 10)
		must(t, err)
		var refs []string
		for _, g := range gone {
			refs = append(refs, g.Ref)
		}
		if got := strings.Join(refs, " "); got != c.want {
			t.Errorf("withdrawals without %v: %q, want %q", c.without, got, c.want)
		}
	}
	if got := listed(t, db, feeds.Selector{Without: []string{"news"}}, 10); got != "d c" {
		t.Errorf("what stands: %q", got)
	}
	if got := listed(t, db, feeds.Selector{Without: []string{"ly"}}, 10); got != "d" {
		t.Errorf("of c a withdrawn copy is left: %q", got)
	}
	if _, err := db.Stories(t.Context(), feeds.Selector{Without: make([]string, 201)}, 5); !errors.Is(err, store.ErrTooManyTerms) {
		t.Errorf("201 sources left out: %v", err)
	}
}
