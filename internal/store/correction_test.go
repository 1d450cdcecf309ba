package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/store"
)

func said(story string, kind feeds.LabelKind, value string, action feeds.Action, minutes int) feeds.Correction {
	return feeds.Correction{StoryID: story, Kind: kind, Value: value, Action: action, By: "jane", Office: "ly", Why: "it is so", At: at(minutes)}
}

// correct keeps a correction and labels the story, which machines label so.
func correct(t *testing.T, db *store.DB, c feeds.Correction, machine ...feeds.Label) (kept feeds.Correction, added bool) {
	t.Helper()
	must(t, db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		if kept, added, err = tx.AddCorrection(ctx, c); err != nil {
			return err
		}
		_, err = tx.Relabel(ctx, now(t, tx, c.StoryID, c.At, machine...))
		return err
	}))
	return kept, added
}

// now is a relabelling of one story as it stands.
func now(t *testing.T, tx *store.Tx, story string, at time.Time, machine ...feeds.Label) store.Relabelling {
	t.Helper()
	stories, err := tx.LabelledStories(t.Context(), []string{story})
	must(t, err)
	book, err := tx.RuleBook(t.Context())
	must(t, err)
	g := store.Relabelling{Now: at, Rules: book.Number}
	for _, s := range stories {
		g.Stories = append(g.Stories, store.Relabelled{ID: s.ID, Version: s.Version, Labelled: s.Labelled, Labels: nonNil(machine)})
	}
	return g
}

func labels(t *testing.T, db *store.DB, story string) string {
	t.Helper()
	s, _, err := db.Story(t.Context(), story)
	must(t, err)
	var out []string
	for _, l := range s.Labels {
		word := l.Value
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

func inCountry(t *testing.T, db *store.DB, iso2 string) string {
	t.Helper()
	return listed(t, db, feeds.Selector{All: [][]feeds.Term{{{Kind: feeds.TermCountry, Value: iso2}}}}, 9)
}

func exerciseCorrections(t *testing.T, p place) {
	db := sample(t, p)
	ly, health := label(feeds.LabelCountry, "LY"), label(feeds.LabelTopic, "health")
	ly.Primary = true
	apply(t, db, told("ly", 1, "a", 0, "x", ly, health))
	apply(t, db, told("hq", 2, "b", 1, "y", ly))
	was, err := db.Version(t.Context())
	must(t, err)
	before, _, err := db.Story(t.Context(), "a")
	must(t, err)

	first, added := correct(t, db, said("a", feeds.LabelCountry, "TN", feeds.ActionPrimary, 5), ly, health)
	if got := labels(t, db, "a"); !added || first.ID == 0 || got != "TN*! LY health" {
		t.Errorf("after primary TN: %s (%+v)", got, first)
	}
	if got := inCountry(t, db, "TN") + "," + inCountry(t, db, "LY"); got != "a,b a" {
		t.Errorf("listed %s", got)
	}
	after, _, err := db.Story(t.Context(), "a")
	must(t, err)
	if version, err := db.Version(t.Context()); err != nil || version != was+1 || !after.Updated.Equal(before.Updated) || !after.Changed.Equal(at(5)) {
		t.Errorf("version %d after %d (%v); updated %s, changed %s", version, was, err, after.Updated, after.Changed)
	}
	again := said("a", feeds.LabelCountry, "TN", feeds.ActionPrimary, 6)
	again.By = "someone else"
	if kept, added := correct(t, db, again, ly, health); added || kept != first {
		t.Errorf("the same twice: %+v, added %v", kept, added)
	}
	if version, err := db.Version(t.Context()); err != nil || version != was+1 {
		t.Errorf("the same twice moved the version to %d (%v)", version, err)
	}

	// What a pull brings later changes nothing of what was said: new words, a new
	// lead, a copy with a language that was removed.
	correct(t, db, said("a", feeds.LabelTopic, "health", feeds.ActionRemove, 7), ly, health)
	correct(t, db, said("a", feeds.LabelLanguage, "fr", feeds.ActionRemove, 8), ly, health)
	c := joined("unhcr", 3, "a", 9, "x")
	c.Stories = []store.StoryState{{ID: "a", LeadEntryID: 1, Published: at(0), Updated: at(0),
		AddLabels: []feeds.Label{label(feeds.LabelLanguage, "fr"), label(feeds.LabelLanguage, "ar")}}}
	apply(t, db, c)
	if got := labels(t, db, "a"); got != "TN*! LY ar" {
		t.Errorf("after a copy: %s", got)
	}
	sound(t, db)
	c = store.Change{Now: at(10), Polling: feeds.Polling{SourceID: "ly"}, Revised: []store.NewEntry{version(1, "a", 0, "z")},
		Stories: []store.StoryState{{ID: "a", LeadEntryID: 3, Published: at(0), Updated: at(10), Labels: []feeds.Label{ly, label(feeds.LabelCountry, "EG"), health}}}}
	apply(t, db, c)
	if got := labels(t, db, "a"); got != "TN*! LY EG" {
		t.Errorf("after a revision: %s", got)
	}
	sound(t, db)

	// Taken back.
	revoke := func(id int64) (done bool) {
		must(t, db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
			if _, done, err = tx.RevokeCorrection(ctx, id, "joe", at(20)); err != nil {
				return err
			}
			_, err = tx.Relabel(ctx, now(t, tx, "a", at(20), ly, health))
			return err
		}))
		return done
	}
	if !revoke(first.ID) || revoke(first.ID) {
		t.Error("taking back twice is not taking back once")
	}
	if got := labels(t, db, "a"); got != "LY*" {
		t.Errorf("after taking back: %s", got)
	}
	kept, err := db.Correction(t.Context(), first.ID)
	if err != nil || !kept.Revoked.Equal(at(20)) || kept.RevokedBy != "joe" || kept.Why != first.Why {
		t.Errorf("history: %+v (%v)", kept, err)
	}
	sound(t, db)

	for name, q := range map[string]store.CorrectionQuery{"2": {Story: "a"}, "3": {Story: "a", Revoked: true}, "0": {Story: "b"}, "1": {After: 2},
		"1 ": {Since: at(8)}, "2 ": {Since: at(8), Revoked: true}, "0 ": {Office: "hq"}, "2  ": {Office: "ly"}, "1  ": {Limit: 1, Revoked: true}} {
		found, err := db.Corrections(t.Context(), q)
		if want := int(name[0] - '0'); err != nil || len(found) != want {
			t.Errorf("%+v: %d (%v), want %d", q, len(found), err, want)
		}
	}
	corrected, err := db.Corrected(t.Context(), "", 5)
	if err != nil || len(corrected) != 1 || corrected[0].ID != "a" || len(corrected[0].Corrections) != 2 {
		t.Errorf("corrected stories: %+v (%v)", corrected, err)
	}
	tryCorrect := func(c feeds.Correction) error {
		return db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, _, err := tx.AddCorrection(ctx, c)
			return err
		})
	}
	if err := tryCorrect(said("nowhere", feeds.LabelTopic, "law", feeds.ActionAdd, 30)); !errors.Is(err, feeds.ErrNotFound) {
		t.Errorf("no such story: %v", err)
	}
	apply(t, db, store.Change{Now: at(31), Polling: feeds.Polling{SourceID: "hq"}, Withdrawn: []int64{2}})
	if err := tryCorrect(said("b", feeds.LabelTopic, "law", feeds.ActionAdd, 32)); !errors.Is(err, feeds.ErrWithdrawn) {
		t.Errorf("a withdrawn story: %v", err)
	}
}

// A corrected story that is withdrawn, of which a correction is taken back meanwhile,
// and that is published again, is as its corrections want it.
func exerciseCorrectedAndWithdrawn(t *testing.T, p place) {
	db := sample(t, p)
	ly, law := label(feeds.LabelCountry, "LY"), label(feeds.LabelTopic, "law")
	apply(t, db, told("ly", 1, "a", 0, "x", ly))
	correct(t, db, said("a", feeds.LabelTopic, "law", feeds.ActionAdd, 1), ly)
	c, _ := correct(t, db, said("a", feeds.LabelTopic, "law", feeds.ActionRemove, 2), ly)
	apply(t, db, store.Change{Now: at(3), Polling: feeds.Polling{SourceID: "ly"}, Withdrawn: []int64{1}})
	must(t, db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if _, _, err := tx.RevokeCorrection(ctx, c.ID, "joe", at(4)); err != nil {
			return err
		}
		_, err := tx.Relabel(ctx, now(t, tx, "a", at(4), ly))
		return err
	}))
	sound(t, db)
	apply(t, db, store.Change{Now: at(5), Polling: feeds.Polling{SourceID: "ly"}, Revised: []store.NewEntry{version(1, "a", 0, "y")},
		Stories: []store.StoryState{{ID: "a", LeadEntryID: 1, Published: at(0), Updated: at(5), Labels: []feeds.Label{ly, law}}}})
	if got := labels(t, db, "a"); got != "LY law!" {
		t.Errorf("published again: %s", got)
	}
	sound(t, db)
}

func exerciseRules(t *testing.T, p place) {
	db := sample(t, p)
	apply(t, db, told("ly", 1, "a", 0, "x", label(feeds.LabelCountry, "LY")))
	apply(t, db, told("hq", 2, "b", 1, "y", label(feeds.LabelCountry, "LY")))
	rule := feeds.SourceRule{SourceID: "ly", Kind: feeds.LabelTopic, Value: "law", Action: feeds.ActionAdd, Field: "title", Contains: "x",
		By: "jane", Office: "ly", Why: "always", Correction: 7, At: at(2)}
	add := func(r feeds.SourceRule) (kept feeds.SourceRule, added bool, err error) {
		err = db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
			kept, added, err = tx.AddRule(ctx, r)
			return err
		})
		return kept, added, err
	}
	kept, added, err := add(rule)
	rule.ID = kept.ID
	if err != nil || !added || kept != rule || kept.ID == 0 {
		t.Errorf("kept %+v (%v)", kept, err)
	}
	if again, added, err := add(rule); err != nil || added || again != kept {
		t.Errorf("the same twice: %+v, %v, %v", again, added, err)
	}
	if _, _, err := add(feeds.SourceRule{SourceID: "nowhere"}); !errors.Is(err, feeds.ErrNotFound) {
		t.Errorf("no such source: %v", err)
	}
	asked, err := db.ToRelabel(t.Context(), store.RelabelQuery{Asked: true, Limit: 9})
	if err != nil || len(asked) != 1 || asked[0].ID != "a" {
		t.Errorf("to label anew: %+v (%v)", asked, err)
	}
	// What was labelled by the former rules is refused.
	old := told("hq", 3, "c", 3, "z")
	if err := tryApply(t, db, old); !errors.Is(err, store.ErrRulesChanged) {
		t.Errorf("a commit by former rules: %v", err)
	}
	err = db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Relabel(ctx, store.Relabelling{Now: at(4), Stories: []store.Relabelled{{ID: "a"}}})
		return err
	})
	if !errors.Is(err, store.ErrRulesChanged) {
		t.Errorf("a relabelling by former rules: %v", err)
	}
	book, err := db.RuleBook(t.Context())
	if err != nil || len(book.BySource["ly"]) != 1 {
		t.Errorf("book %+v (%v)", book, err)
	}
	old.Rules = book.Number
	apply(t, db, old)
	must(t, db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, done, err := tx.RevokeRule(ctx, rule.ID, "joe", at(5))
		if !done {
			t.Error("not taken back")
		}
		return err
	}))
	if next, err := db.RuleBook(t.Context()); err != nil || next.Number <= book.Number || len(next.BySource) != 0 {
		t.Errorf("book after taking back: %+v (%v)", next, err)
	}
	if r, err := db.Rule(t.Context(), rule.ID); err != nil || r.RevokedBy != "joe" {
		t.Errorf("history: %+v (%v)", r, err)
	}
	if all, err := db.Rules(t.Context(), store.RuleQuery{Source: "ly", Office: "ly", Revoked: true}); err != nil || len(all) != 1 {
		t.Errorf("rules: %+v (%v)", all, err)
	}
	if all, err := db.Rules(t.Context(), store.RuleQuery{}); err != nil || len(all) != 0 {
		t.Errorf("standing rules: %+v (%v)", all, err)
	}
	sound(t, db)
}

func exerciseRelabel(t *testing.T, p place) {
	db := sample(t, p)
	one, err := db.Labelling(t.Context(), "taxonomy 1")
	must(t, err)
	two, err := db.Labelling(t.Context(), "taxonomy 2")
	must(t, err)
	if again, err := db.Labelling(t.Context(), "taxonomy 1"); err != nil || again != one || one == two || one <= 0 {
		t.Fatalf("numbers %d %d %d (%v)", one, two, again, err)
	}
	ly, tn := label(feeds.LabelCountry, "LY"), label(feeds.LabelCountry, "TN")
	for i, id := range []string{"a", "b", "c", "d"} {
		c := told("ly", int64(i+1), id, i, id, ly)
		c.Labelling = one
		apply(t, db, c)
	}
	apply(t, db, store.Change{Now: at(5), Polling: feeds.Polling{SourceID: "ly"}, Withdrawn: []int64{4}})
	count := func(q store.RelabelQuery) int {
		n, err := db.CountToRelabel(t.Context(), q)
		must(t, err)
		return n
	}
	if n, m := count(store.RelabelQuery{Labelling: one}), count(store.RelabelQuery{Labelling: two}); n != 0 || m != 3 {
		t.Errorf("%d to label by what they are labelled by, %d by another; withdrawn ones count for none", n, m)
	}
	if n := count(store.RelabelQuery{All: true, Source: "hq"}) + count(store.RelabelQuery{All: true, Since: at(2)}); n != 1 {
		t.Errorf("%d in narrower scopes, want 1", n)
	}
	stories, err := db.ToRelabel(t.Context(), store.RelabelQuery{Labelling: two, Limit: 9})
	must(t, err)
	was, err := db.Version(t.Context())
	must(t, err)
	g := store.Relabelling{Now: at(10), Labelling: two}
	for _, s := range stories {
		g.Stories = append(g.Stories, store.Relabelled{ID: s.ID, Version: s.Version, Labelled: s.Labelled})
	}
	otherEvidence := ly
	otherEvidence.Evidence = []feeds.Evidence{{Rule: "name", Text: "Libya", Field: "text", Offset: 9}}
	g.Stories[0].Labels = []feeds.Label{otherEvidence}
	g.Stories[1].Labels = []feeds.Label{tn}
	g.Stories[2].Labels = []feeds.Label{tn}
	// c changes while the others are looked at.
	c := store.Change{Now: at(6), Polling: feeds.Polling{SourceID: "ly"}, Labelling: one, Revised: []store.NewEntry{version(3, "c", 2, "other")},
		Stories: []store.StoryState{{ID: "c", LeadEntryID: 3, Published: at(2), Updated: at(6), Labels: []feeds.Label{label(feeds.LabelCountry, "EG")}}}}
	apply(t, db, c)
	var changed int
	must(t, db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		changed, err = tx.Relabel(ctx, g)
		return err
	}))
	if got := labels(t, db, "a") + "," + labels(t, db, "b") + "," + labels(t, db, "c"); changed != 1 || got != "LY,TN,EG" {
		t.Errorf("%d changed: %s", changed, got)
	}
	a, _, err := db.Story(t.Context(), "a")
	must(t, err)
	b, _, err := db.Story(t.Context(), "b")
	must(t, err)
	if a.Labels[0].Evidence[0].Text != "Libya" || !a.Changed.Equal(at(0)) || !b.Changed.Equal(at(10)) || !b.Updated.Equal(at(1)) {
		t.Errorf("evidence %+v; changed %s and %s", a.Labels[0].Evidence, a.Changed, b.Changed)
	}
	if version, err := db.Version(t.Context()); err != nil || version != was+2 {
		t.Errorf("version %d after %d (%v)", version, was, err)
	}
	if n := count(store.RelabelQuery{Labelling: two}); n != 1 {
		t.Errorf("%d are left, want the one that changed meanwhile", n)
	}
	if n, err := db.AskRelabel(t.Context(), store.RelabelQuery{All: true}); err != nil || n != 3 || count(store.RelabelQuery{Asked: true}) != 3 {
		t.Errorf("asked for %d (%v)", n, err)
	}
	if inCountry(t, db, "LY") != "a" || inCountry(t, db, "TN") != "b" {
		t.Errorf("listed %s, %s", inCountry(t, db, "LY"), inCountry(t, db, "TN"))
	}
	sound(t, db)
}
