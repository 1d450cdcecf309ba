package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tributary/feeds"
	"tributary/internal/store"
)

func exerciseCommit(t *testing.T, p place) {
	t.Run("keeps what a pull brings", func(t *testing.T) { keepsEverything(t, p) })
	t.Run("a known entry is no new one", func(t *testing.T) {
		db := sample(t, p)
		c := told("ly", 1, "a", 0, "Seminar")
		apply(t, db, c)
		before, err := db.Version(t.Context())
		must(t, err)
		if err := tryApply(t, db, c); err == nil {
			t.Error("applied twice")
		}
		c = told("ly", 1, "b", 0, "Seminar") // another story for the same entry
		if err := tryApply(t, db, c); err == nil {
			t.Error("an entry went to a second story")
		}
		after, err := db.Version(t.Context())
		must(t, err)
		if got := listed(t, db, feeds.Selector{}, 10); got != "a" || before != after {
			t.Errorf("stories %q, version %d then %d", got, before, after)
		}
		sound(t, db)
	})
	t.Run("polling alone makes no version", func(t *testing.T) {
		db := sample(t, p)
		before, err := db.Version(t.Context())
		must(t, err)
		apply(t, db, store.Change{Now: noon, Polling: feeds.Polling{SourceID: "ly", Failures: 3}})
		after, err := db.Version(t.Context())
		must(t, err)
		if state(t, db, "ly").Polling.Failures != 3 || before != after {
			t.Errorf("polling %+v, version %d then %d", state(t, db, "ly").Polling, before, after)
		}
	})
	t.Run("revision", func(t *testing.T) { revises(t, p) })
	t.Run("withdrawal", func(t *testing.T) { withdraws(t, p) })
	t.Run("lead change", func(t *testing.T) { changesLead(t, p) })
	t.Run("labels", func(t *testing.T) { keepsLabels(t, p) })
	t.Run("neighbours", func(t *testing.T) { findsNeighbours(t, p) })
	t.Run("refuses contradictions", func(t *testing.T) { refuses(t, p) })
	t.Run("an error in the middle leaves nothing", func(t *testing.T) {
		db := sample(t, p)
		broken := errors.New("broken")
		err := db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			must(t, tx.Apply(ctx, told("ly", 1, "a", 0, "Seminar")))
			known, err := tx.Known(ctx, "ly", []int64{1})
			if len(known) != 1 || err != nil {
				t.Errorf("within the transaction: %v, %v", known, err)
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Errorf("error %v", err)
		}
		nothing(t, db)
	})
	t.Run("a panic in the middle leaves nothing, and others go on", func(t *testing.T) {
		db := sample(t, p)
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			must(t, db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				must(t, tx.Apply(ctx, told("ly", 1, "a", 0, "Seminar")))
				panic("boom")
			}))
		}()
		nothing(t, db)
		apply(t, db, told("ly", 1, "a", 0, "Seminar"))
	})
	t.Run("a context that ends in the middle leaves nothing", func(t *testing.T) {
		db := sample(t, p)
		ctx, cancel := context.WithCancel(t.Context())
		err := db.Commit(ctx, func(ctx context.Context, tx *store.Tx) error {
			must(t, tx.Apply(ctx, told("ly", 1, "a", 0, "Seminar")))
			cancel()
			return tx.Apply(ctx, told("ly", 2, "b", 0, "Market"))
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		nothing(t, db)
	})
}

func nothing(t *testing.T, db *store.DB) {
	t.Helper()
	known, err := db.Known(t.Context(), "ly", []int64{1, 2})
	must(t, err)
	near := near(t, db, "u:1", "u:2")
	if got := listed(t, db, feeds.Selector{}, 10); len(known)+len(near) > 0 || got != "" {
		t.Errorf("entries %v, keys %v, stories %q are left", known, near, got)
	}
	sound(t, db)
}

// keepsEverything: what goes in comes out, all of it.
func keepsEverything(t *testing.T, p place) {
	db := sample(t, p)
	zone := time.FixedZone("", 2*60*60)
	entry := feeds.Entry{
		ID: "urn:x", IDDerived: true, Title: "Séminaire à Tripoli <b> & ليبيا", Link: "https://libya.iom.int/x",
		Links:   []feeds.Link{{Rel: "alternate", Href: "https://libya.iom.int/ar/x", Type: "text/html", Hreflang: "ar", Title: "ندوة", Length: 7}},
		Summary: "<p>Short</p>", Content: "<p>Long &amp; wide</p>",
		Published: time.Date(2026, 3, 1, 10, 0, 0, 123456789, zone), Updated: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC),
		DateText: "Sun, 01 Mar 2026 10:00 +0200", Authors: []feeds.Person{{Name: "A", Email: "a@iom.int", URI: "https://a"}},
		Categories: []feeds.Category{{Term: "t", Scheme: "s", Label: "l"}}, Language: "fr",
		Enclosures: []feeds.Enclosure{{URL: "https://x/a.pdf", Type: "application/pdf", Length: 1 << 40}},
		Image:      &feeds.Image{URL: "https://x/i.jpg", Type: "image/jpeg", Alt: "alt", Credit: "c", Width: 1, Height: 2, Length: 3}, Rights: "©",
		Source: &feeds.Origin{ID: "o", Title: "t", Link: "l", Self: "s", Updated: noon, Authors: []feeds.Person{{Name: "B"}}, Rights: "r"},
	}
	labels := []feeds.Label{
		{Kind: feeds.LabelTopic, Value: "counter-trafficking", Score: 0.5, By: feeds.ByModel, Evidence: []feeds.Evidence{}},
		{Kind: feeds.LabelCountry, Value: "LY", Score: 1, Primary: true, By: feeds.ByRule,
			Evidence: []feeds.Evidence{{Rule: "name", Text: "\"ليبيا\"", Field: "title", Offset: 20}}},
	}
	c := told("ly", 1<<62+1, "a", 0, "x", labels...)
	c.New[0].Entry = entry
	c.Stories[0].Updated = at(5)
	apply(t, db, c)
	stories, err := db.Stories(t.Context(), feeds.Selector{}, 10)
	must(t, err)
	want := []feeds.Story{{ID: "a", Labels: labels, Published: noon, Updated: at(5), Created: noon, Changed: noon,
		Copies: []feeds.Copy{{EntryID: 1<<62 + 1, SourceID: "ly", Entry: entry, FirstSeen: noon, Seen: noon, Revision: 1}}}}
	if diff := cmp.Diff(want, stories); diff != "" {
		t.Errorf("kept (-) and read (+) differ:\n%s", diff)
	}
	known, err := db.Known(t.Context(), "ly", []int64{1<<62 + 1, 5})
	must(t, err)
	if diff := cmp.Diff(map[int64]store.Known{1<<62 + 1: {ID: 1<<62 + 1, Hash: "hash of x", TextHash: "text of x", StoryID: "a", Revision: 1}}, known); diff != "" {
		t.Error(diff)
	}
	if known, err = db.Known(t.Context(), "hq", []int64{1<<62 + 1}); err != nil || len(known) > 0 {
		t.Errorf("another source knows %v, %v", known, err)
	}
	sound(t, db)
}

func revises(t *testing.T, p place) {
	db := sample(t, p)
	apply(t, db, told("ly", 1, "a", 0, "Thirty people", label(feeds.LabelCountry, "LY")))
	for i, title := range []string{"Forty people", "Fifty people"} {
		v := version(1, "", 0, title)
		apply(t, db, store.Change{Now: at(10 + i), Polling: feeds.Polling{SourceID: "ly"}, Revised: []store.NewEntry{v},
			Stories: []store.StoryState{{ID: "a", LeadEntryID: 1, Published: noon, Updated: at(10 + i)}}})
	}
	story, former, err := db.Story(t.Context(), "a")
	must(t, err)
	lead := story.Lead()
	if lead.Entry.Title != "Fifty people" || lead.Revision != 3 || !lead.FirstSeen.Equal(noon) || !lead.Seen.Equal(at(11)) ||
		!story.Updated.Equal(at(11)) || !story.Published.Equal(noon) || !story.Changed.Equal(at(11)) || len(story.Labels) != 1 {
		t.Errorf("story %+v", story)
	}
	var told []string
	for _, r := range former[1] {
		told = append(told, fmt.Sprint(r.Number, " ", r.Entry.Title, " ", r.Seen.Equal(at(10*(r.Number-1)))))
	}
	if want := []string{"1 Thirty people true", "2 Forty people true"}; !slices.Equal(told, want) {
		t.Errorf("former versions %v, want %v", told, want)
	}
	if near := near(t, db, "t:Thirty people", "t:Fifty people"); len(near) != 2 {
		t.Errorf("keys of all versions that were not dropped lead to the story, but only %v do", near)
	}
	sound(t, db)
}

func withdraws(t *testing.T, p place) {
	db := sample(t, p)
	country := feeds.Selector{All: [][]feeds.Term{{{Kind: feeds.TermCountry, Value: "LY"}}}}
	apply(t, db, told("ly", 1, "a", 0, "Seminar", label(feeds.LabelCountry, "LY")))
	apply(t, db, joined("unhcr", 2, "a", 1, "Seminar"))
	gone := func(source string, minutes int, ids ...int64) store.Change {
		return store.Change{Now: at(minutes), Polling: feeds.Polling{SourceID: source}, Withdrawn: ids}
	}

	apply(t, db, gone("news", 2, 1, 2)) // not its own
	if got := listed(t, db, country, 10); got != "a" {
		t.Fatalf("withdrawn by another source: %q", got)
	}
	c := gone("ly", 3, 1)
	c.Stories = []store.StoryState{{ID: "a", LeadEntryID: 2, Published: noon, Updated: noon}}
	apply(t, db, c)
	stories, err := db.Stories(t.Context(), country, 10)
	must(t, err)
	if len(stories) != 1 || len(stories[0].Copies) != 1 || stories[0].Lead().SourceID != "unhcr" {
		t.Fatalf("one copy stands: %+v", stories)
	}
	if tomb, err := db.Tombstones(t.Context(), country, 10); len(tomb) > 0 || err != nil {
		t.Errorf("tombstones of a standing story: %v, %v", tomb, err)
	}
	sound(t, db)

	apply(t, db, gone("unhcr", 4, 2))
	if got := listed(t, db, country, 10); got != "" {
		t.Errorf("withdrawn, but listed: %q", got)
	}
	story, _, err := db.Story(t.Context(), "a")
	must(t, err)
	if !story.Withdrawn.Equal(at(4)) || len(story.Copies) != 2 || !story.Lead().Withdrawn.Equal(at(4)) {
		t.Errorf("withdrawn story %+v", story)
	}
	tomb, err := db.Tombstones(t.Context(), country, 10)
	must(t, err)
	if len(tomb) != 1 || tomb[0].Ref != "a" || !tomb[0].When.Equal(at(4)) {
		t.Errorf("tombstones %v", tomb)
	}
	if other, err := db.Tombstones(t.Context(), feeds.Selector{All: [][]feeds.Term{{{Kind: feeds.TermCountry, Value: "TN"}}}}, 10); len(other) > 0 || err != nil {
		t.Errorf("tombstones of another country: %v, %v", other, err)
	}
	sound(t, db)

	apply(t, db, gone("unhcr", 5, 2)) // again
	story, _, err = db.Story(t.Context(), "a")
	must(t, err)
	if !story.Withdrawn.Equal(at(4)) {
		t.Errorf("withdrawn again at %v", story.Withdrawn)
	}
	apply(t, db, store.Change{Now: at(6), Polling: feeds.Polling{SourceID: "ly"}, Revised: []store.NewEntry{version(1, "", 0, "Seminar, again")},
		Stories: []store.StoryState{{ID: "a", LeadEntryID: 1, Published: noon, Updated: at(6)}}})
	if got := listed(t, db, country, 10); got != "a" {
		t.Errorf("back, but listed are %q", got)
	}
	if tomb, err := db.Tombstones(t.Context(), country, 10); len(tomb) > 0 || err != nil {
		t.Errorf("back, but tombstones are %v, %v", tomb, err)
	}
	sound(t, db)
}

func changesLead(t *testing.T, p place) {
	db := sample(t, p)
	apply(t, db, told("news", 1, "a", 10, "IOM says", label(feeds.LabelCountry, "IT"), label(feeds.LabelTopic, "law")))
	c := joined("ly", 2, "a", 20, "Seminar in Tripoli")
	c.Stories = []store.StoryState{{ID: "a", LeadEntryID: 2, Published: at(5), Updated: at(5), Labels: []feeds.Label{label(feeds.LabelCountry, "LY")}}}
	apply(t, db, c)
	story, _, err := db.Story(t.Context(), "a")
	must(t, err)
	if story.Lead().EntryID != 2 || story.Copies[1].EntryID != 1 || !story.Published.Equal(at(5)) || !story.Created.Equal(at(10)) ||
		!slices.Equal(story.Values(feeds.LabelCountry), []string{"LY"}) || len(story.Labels) != 1 {
		t.Errorf("story %+v", story)
	}
	for value, want := range map[string]string{"LY": "a", "IT": ""} {
		if got := listed(t, db, feeds.Selector{All: [][]feeds.Term{{{Kind: feeds.TermCountry, Value: value}}}}, 5); got != want {
			t.Errorf("%s lists %q, want %q", value, got, want)
		}
	}
	sound(t, db)
}

func keepsLabels(t *testing.T, p place) {
	db := sample(t, p)
	person := label(feeds.LabelTopic, "health")
	person.By = feeds.ByPerson
	apply(t, db, told("ly", 1, "a", 0, "x", label(feeds.LabelCountry, "LY"), person, label(feeds.LabelTopic, "law")))
	c := joined("hq", 2, "a", 1, "x")
	machine := label(feeds.LabelTopic, "health")
	machine.Score = 0.1
	c.Stories = []store.StoryState{{ID: "a", LeadEntryID: 1, Published: noon, Updated: noon,
		Labels:    []feeds.Label{label(feeds.LabelCountry, "TN"), machine, label(feeds.LabelCountry, "TN")},
		AddLabels: []feeds.Label{label(feeds.LabelLanguage, "fr"), label(feeds.LabelCountry, "TN")}}}
	apply(t, db, c)
	story, _, err := db.Story(t.Context(), "a")
	must(t, err)
	var got []string
	for _, l := range story.Labels {
		got = append(got, fmt.Sprint(l.Kind, " ", l.Value, " ", l.By))
	}
	if want := []string{"country TN rule", "topic health person", "language fr rule"}; !slices.Equal(got, want) {
		t.Errorf("labels %v, want %v", got, want)
	}
	sound(t, db)
	// nil keeps, empty takes away all but those by people.
	c = store.Change{Now: at(2), Polling: feeds.Polling{SourceID: "hq"}, Stories: []store.StoryState{{ID: "a", LeadEntryID: 1, Published: noon, Updated: noon}}}
	apply(t, db, c)
	if story, _, err = db.Story(t.Context(), "a"); err != nil || len(story.Labels) != 3 {
		t.Errorf("nil labels left %v, %v", story.Labels, err)
	}
	c.Stories[0].Labels = []feeds.Label{}
	apply(t, db, c)
	if story, _, err = db.Story(t.Context(), "a"); err != nil || len(story.Labels) != 1 {
		t.Errorf("no labels left %v, %v", story.Labels, err)
	}
	sound(t, db)
}

func findsNeighbours(t *testing.T, p place) {
	db := sample(t, p)
	c := told("ly", 1, "a", 0, "Seminar")
	c.Stories[0].Updated = at(3)
	apply(t, db, c)
	apply(t, db, joined("hq", 2, "a", 1, "Seminar"))
	c = told("news", 3, "b", 2, "Seminar") // its key leads to the first story already
	c.New[0].Entry.Content = ""
	apply(t, db, c)
	if diff := cmp.Diff(map[string][]string{"t:Seminar": {"a", "b"}, "u:2": {"a"}, "u:3": {"b"}}, near(t, db, "t:Seminar", "u:2", "u:3", "u:none")); diff != "" {
		t.Error(diff)
	}
	must(t, db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		members, err := tx.Members(ctx, []int64{2, 99}, []string{"b"})
		want := []store.Member{
			{EntryID: 1, SourceID: "ly", StoryID: "a", Lead: true, Document: []byte("Seminar"), Copy: store.LeadInfo{EntryID: 1, SourceID: "ly",
				Published: noon, FirstSeen: noon, HasBody: true, StoryPublished: noon, StoryUpdated: at(3)}},
			{EntryID: 2, SourceID: "hq", StoryID: "a", Document: []byte("Seminar"), Copy: store.LeadInfo{EntryID: 2, SourceID: "hq",
				Published: at(1), FirstSeen: at(1), HasBody: true, StoryPublished: noon, StoryUpdated: at(3)}},
			{EntryID: 3, SourceID: "news", StoryID: "b", Lead: true, Document: []byte("Seminar"), Copy: store.LeadInfo{EntryID: 3, SourceID: "news",
				Published: at(2), FirstSeen: at(2), StoryPublished: at(2), StoryUpdated: at(2)}},
		}
		if diff := cmp.Diff(want, members); diff != "" {
			t.Error(diff)
		}
		return err
	}))
	must(t, db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		stories, err := tx.StoriesOf(ctx, []int64{3, 2, 1, 99})
		if err != nil {
			return err
		}
		if len(stories) != 2 || len(stories[0].Copies) != 2 || stories[0].Lead().EntryID != 1 || stories[1].ID != "b" {
			t.Errorf("stories %+v", stories)
		}
		return nil
	}))
	apply(t, db, store.Change{Now: at(9), Polling: feeds.Polling{SourceID: "news"}, Withdrawn: []int64{3}})
	must(t, db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		members, err := tx.Members(ctx, nil, []string{"b"})
		if len(members) != 1 || !members[0].Withdrawn || !members[0].StoryGone {
			t.Errorf("a withdrawn story looks like a standing one: %+v", members)
		}
		return err
	}))
}

func refuses(t *testing.T, p place) {
	db := sample(t, p)
	apply(t, db, told("ly", 1, "a", 0, "Seminar"))
	noState := told("ly", 2, "b", 0, "x")
	noState.Stories = nil
	stray := told("ly", 3, "c", 0, "x")
	stray.Stories[0].ID = "d"
	unknown := told("nobody", 4, "e", 0, "x")
	timeless := told("ly", 5, "f", 0, "x")
	timeless.Now = time.Time{}
	taken := told("hq", 6, "a", 0, "x")
	for name, c := range map[string]store.Change{
		"a new story without a state": noState, "a state of no story": stray, "an unknown source": unknown,
		"no time": timeless, "a story id that is taken": taken,
		"a copy of a missing story":        joined("hq", 7, "z", 0, "x"),
		"a new version of nothing":         {Now: noon, Polling: feeds.Polling{SourceID: "ly"}, Revised: []store.NewEntry{version(8, "", 0, "x")}},
		"a version of another's entry":     {Now: noon, Polling: feeds.Polling{SourceID: "hq"}, Revised: []store.NewEntry{version(1, "", 0, "x")}},
		"polling of a source nobody keeps": {Now: noon, Polling: feeds.Polling{SourceID: "nobody"}},
	} {
		if err := tryApply(t, db, c); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if got := listed(t, db, feeds.Selector{}, 10); got != "a" {
		t.Errorf("stories %q", got)
	}
	sound(t, db)
}
