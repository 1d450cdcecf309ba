package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/classify"
	"tributary/internal/store"
)

var deskTaxonomy = &feeds.Taxonomy{Countries: []feeds.Country{{ISO2: "LY"}, {ISO2: "TN"}, {ISO2: "EG"}, {ISO2: "NE"}},
	Groups: []feeds.TopicGroup{{Topics: []feeds.Topic{{Slug: "health"}, {Slug: "law"}}}}}

// people is the desk over the test's store, with a classifier of its own when given.
func (d *desk) people(c Classifier, name string) *Desk {
	d.t.Helper()
	number, err := d.db.Labelling(d.t.Context(), name)
	if err != nil {
		d.t.Fatal(err)
	}
	d.Labelling = number
	if c != nil {
		d.Puller.Classify = c
	}
	return &Desk{Store: d.db, Classify: d.Puller.Classify, Labelling: number, Taxonomy: deskTaxonomy, Now: func() time.Time { return d.now },
		Pause: func(context.Context, time.Duration) error { return nil }}
}

func said(story string, action feeds.Action, kind feeds.LabelKind, value string) feeds.Correction {
	return feeds.Correction{StoryID: story, Kind: kind, Value: value, Action: action, By: "jane", Office: "mena", Why: "it is so"}
}

func (d *desk) correct(p *Desk, c feeds.Correction) feeds.Correction {
	d.t.Helper()
	kept, _, err := p.Correct(d.t.Context(), c)
	if err != nil {
		d.t.Fatal(err)
	}
	d.sound()
	return kept
}

func (d *desk) sound() {
	d.t.Helper()
	if err := d.db.Check(d.t.Context()); err != nil {
		d.t.Error(err)
	}
}

// labels are those of the only story.
func (d *desk) labels() string {
	d.t.Helper()
	all := d.stories()
	if len(all) != 1 {
		d.t.Fatalf("%d stories", len(all))
	}
	return short(all[0].Labels)
}

func short(labels []feeds.Label) string {
	var out []string
	for _, l := range labels {
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

func (d *desk) version() int64 {
	d.t.Helper()
	v, err := d.db.Version(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

// classifier labels by a function.
type classifier func(it classify.Item) []feeds.Label

func (c classifier) Classify(it classify.Item) []feeds.Label { return c(it) }

// strict is another taxonomy: it finds the country EG everywhere, and topics.
var strict = classifier(func(it classify.Item) []feeds.Label {
	evidence := []feeds.Evidence{{Rule: "test", Text: "x", Field: "title"}}
	labels := []feeds.Label{{Kind: feeds.LabelCountry, Value: "EG", Primary: true, Score: 1, By: feeds.ByRule, Evidence: evidence}}
	if strings.Contains(it.Title, "Flight") {
		labels = append(labels, feeds.Label{Kind: feeds.LabelTopic, Value: "health", Score: 1, By: feeds.ByModel, Evidence: evidence})
	}
	return append(labels, feeds.Label{Kind: feeds.LabelLanguage, Value: it.Language, Score: 1, By: feeds.ByRule, Evidence: evidence})
})

func TestCorrectionsHold(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		press := source("press", "mena", feeds.KindMedia)
		press.Language = "fr"
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("ngo", "mena", feeds.KindPartner), press)
		d.prints("ngo", "", entry("n", "Flight from LY", "https://ngo.example/a", text))
		d.pull("ngo")
		story := d.stories()[0]
		p := d.people(nil, "1")
		d.now = d.now.Add(time.Minute)
		d.correct(p, said(story.ID, feeds.ActionPrimary, feeds.LabelCountry, "TN"))
		d.correct(p, said(story.ID, feeds.ActionRemove, feeds.LabelCountry, "LY"))
		d.correct(p, said(story.ID, feeds.ActionAdd, feeds.LabelTopic, "law"))
		d.correct(p, said(story.ID, feeds.ActionRemove, feeds.LabelTopic, "health"))
		d.correct(p, said(story.ID, feeds.ActionRemove, feeds.LabelLanguage, "fr"))
		const want = "TN*! law! en"
		if got := d.labels(); got != want {
			t.Fatalf("corrected: %s", got)
		}
		if now := d.stories()[0]; !now.Updated.Equal(story.Updated) || !now.Changed.Equal(d.now) {
			t.Errorf("updated %s (was %s), changed %s", now.Updated, story.Updated, now.Changed)
		}
		holds := func(what string) {
			t.Helper()
			if got := d.labels(); got != want {
				t.Errorf("after %s: %s", what, got)
			}
			d.sound()
		}
		d.pull("ngo")
		holds("the same pull again")
		d.prints("ngo", "", entry("n", "Second flight from LY to EG", "https://ngo.example/a", text+" More."))
		d.pull("ngo")
		if got := d.labels(); got != "TN*! EG law! en" {
			t.Errorf("after a revision that names another country: %s", got)
		}
		d.prints("ngo", "", entry("n", "Flight from LY", "https://ngo.example/a", text))
		d.pull("ngo")
		holds("the next revision")
		d.prints("press", "", entry("p", "Flight from LY", "https://press.example/a", text))
		d.pull("press")
		holds("a copy in a language that was removed")
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text))
		d.pull("ly")
		if lead := d.stories()[0].Lead(); lead.SourceID != "ly" || len(d.stories()[0].Copies) != 3 {
			t.Fatalf("lead %s of %d copies", lead.SourceID, len(d.stories()[0].Copies))
		}
		holds("another lead")
		d.prints("ly", "", tombstoneOfA)
		d.pull("ly")
		holds("the lead's withdrawal")

		p = d.people(strict, "2")
		done, err := p.Relabel(t.Context(), RelabelScope{}, nil)
		if err != nil || done.Done != 1 || done.Changed != 1 {
			t.Errorf("relabelled %+v (%v)", done, err)
		}
		if got := d.labels(); got != "TN*! EG law! en" {
			t.Errorf("after another taxonomy: %s", got)
		}
	})
}

func TestRevokingRestoresTheMachinesAnswer(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		d.prints("ly", "", entry("a", "Flight from LY to TN", "https://ly.example/a", text))
		d.pull()
		was := d.stories()[0]
		p := d.people(nil, "1")
		remove := d.correct(p, said(was.ID, feeds.ActionRemove, feeds.LabelCountry, "LY"))
		add := d.correct(p, said(was.ID, feeds.ActionAdd, feeds.LabelCountry, "LY"))
		version := d.version()
		if again := d.correct(p, said(was.ID, feeds.ActionAdd, feeds.LabelCountry, "LY")); again.ID != add.ID || d.version() != version {
			t.Errorf("the same twice is %d after %d; version %d after %d", again.ID, add.ID, d.version(), version)
		}
		if got := d.labels(); got != "LY! TN en" {
			t.Errorf("added again: %s", got)
		}
		for range 2 {
			if c, err := p.Revoke(t.Context(), add.ID, "joe"); err != nil || c.RevokedBy != "joe" || c.Revoked.IsZero() {
				t.Errorf("taken back: %+v (%v)", c, err)
			}
			if got := d.labels(); got != "TN* en" {
				t.Errorf("the word before counts again: %s", got)
			}
		}
		if _, err := p.Revoke(t.Context(), remove.ID, "joe"); err != nil {
			t.Fatal(err)
		}
		d.sound()
		now := d.stories()[0]
		if short(now.Labels) != short(was.Labels) || len(now.Labels[0].Evidence) != 1 {
			t.Errorf("labels %+v, were %+v", now.Labels, was.Labels)
		}
		all, err := d.db.Corrections(t.Context(), store.CorrectionQuery{Revoked: true})
		if err != nil || len(all) != 2 {
			t.Errorf("history %+v (%v)", all, err)
		}
		if _, err := p.Revoke(t.Context(), 4711, "joe"); !errors.Is(err, feeds.ErrNotFound) {
			t.Errorf("no such correction: %v", err)
		}
		if _, _, err := p.Correct(t.Context(), said(was.ID, feeds.ActionAdd, feeds.LabelCountry, "ly")); !errors.Is(err, feeds.ErrInvalid) {
			t.Errorf("no such country: %v", err)
		}
	})
}

func TestRulesOfASource(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("ngo", "mena", feeds.KindPartner))
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text), entry("b", "Training in LY", "https://ly.example/b", "Forty officers."))
		d.prints("ngo", "", entry("n", "Flight over TN", "https://ngo.example/n", "Another text altogether, of the partner."))
		d.pull()
		p := d.people(nil, "1")
		if _, err := p.Relabel(t.Context(), RelabelScope{}, nil); err != nil {
			t.Fatal(err)
		}
		flight := d.storyOf("a")
		d.correct(p, said(flight, feeds.ActionRemove, feeds.LabelTopic, "law"))
		rule := feeds.SourceRule{SourceID: "ly", Kind: feeds.LabelTopic, Value: "health", Action: feeds.ActionAdd, Field: "title", Contains: "FLIGHT",
			By: "jane", Office: "mena", Why: "always"}
		version := d.version()
		preview, err := p.Preview(t.Context(), rule, "", 0)
		if err != nil || preview.Looked != 2 || len(preview.Changes) != 1 || preview.Next != "" || preview.Changes[0].StoryID != flight ||
			short(preview.Changes[0].Before) != "LY en" || short(preview.Changes[0].After) != "LY health en" {
			t.Errorf("preview %+v (%v)", preview, err)
		}
		law := rule
		law.Value = "law"
		if preview, err := p.Preview(t.Context(), law, "", 0); err != nil || len(preview.Changes) != 0 {
			t.Errorf("a rule against a correction: %+v (%v)", preview, err)
		}
		every := rule
		every.Field, every.Contains = "", ""
		first, err := p.Preview(t.Context(), every, "", 1)
		if err != nil || len(first.Changes) != 1 || first.Next == "" {
			t.Fatalf("first page %+v (%v)", first, err)
		}
		if second, err := p.Preview(t.Context(), every, first.Next, 1); err != nil || len(second.Changes) != 1 || second.Next != "" || second.Changes[0].StoryID == first.Changes[0].StoryID {
			t.Errorf("second page %+v (%v)", second, err)
		}
		if d.version() != version {
			t.Error("a preview wrote something")
		}

		asked := int64(0)
		p.FollowUp = nil
		kept, added, err := p.AddRule(t.Context(), rule)
		if err != nil || !added {
			t.Fatalf("rule %+v (%v)", kept, err)
		}
		done, err := p.Relabel(t.Context(), RelabelScope{Asked: true}, func(r RelabelProgress) { asked += int64(r.Total) })
		if err != nil || done.Done != 2 || done.Changed != 1 || asked != 2 {
			t.Errorf("relabelled %+v (%v), %d asked", done, err, asked)
		}
		if got := d.labelsOf("a") + "," + d.labelsOf("b") + "," + d.labelsOf("n"); got != "LY health en,LY en,TN en" {
			t.Errorf("labels %s", got)
		}
		d.prints("ly", "", entry("c", "Flight from NE", "https://ly.example/c", "Yet another text of the office."))
		d.pull("ly")
		if got := d.labelsOf("c"); got != "NE health en" {
			t.Errorf("pulled afterwards: %s", got)
		}
		if _, err := p.RevokeRule(t.Context(), kept.ID, "joe"); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Relabel(t.Context(), RelabelScope{Asked: true}, nil); err != nil {
			t.Fatal(err)
		}
		if got := d.labelsOf("a") + "," + d.labelsOf("c"); got != "LY en,NE en" {
			t.Errorf("after taking the rule back: %s", got)
		}
		d.sound()
	})
}

// A rule that is made between labelling and commit is not missed.
func TestARuleMeetsAPull(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text))
		p := d.people(nil, "1")
		var once sync.Once
		d.people(classifier(func(it classify.Item) []feeds.Label {
			once.Do(func() {
				rule := feeds.SourceRule{SourceID: "ly", Kind: feeds.LabelTopic, Value: "law", Action: feeds.ActionAdd, By: "j", Office: "mena", Why: "w"}
				if _, _, err := p.AddRule(t.Context(), rule); err != nil {
					t.Error(err)
				}
			})
			return d.Classify(it)
		}), "1")
		d.pull()
		if got := d.labels(); got != "LY law en" {
			t.Errorf("labels %s", got)
		}
	})
}

func (d *desk) storyOf(guid string) string {
	d.t.Helper()
	for _, s := range d.stories() {
		for _, c := range s.Copies {
			if c.Entry.ID == guid {
				return s.ID
			}
		}
	}
	d.t.Fatalf("no story of %s", guid)
	return ""
}

func (d *desk) labelsOf(guid string) string {
	d.t.Helper()
	s, _, err := d.db.Story(d.t.Context(), d.storyOf(guid))
	if err != nil {
		d.t.Fatal(err)
	}
	return short(s.Labels)
}

// many prints n entries that are stories of their own.
func (d *desk) many(n int) {
	entries := make([]string, n)
	for i := range entries {
		kind := "Flight"
		if i%2 == 0 {
			kind = "Training"
		}
		entries[i] = entry(fmt.Sprintf("g%d", i), fmt.Sprintf("%s number %d from LY", kind, 1000+i), fmt.Sprintf("https://ly.example/%d", i),
			fmt.Sprintf("Text number %d is one of its own, with %d words that no other one has.", i, i*7))
	}
	d.prints("ly", "", entries...)
}

func TestRelabelGoesOnWhereItStopped(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		d.many(130)
		p := d.people(nil, "1")
		d.pull()
		version := d.version()
		if done, err := p.Relabel(t.Context(), RelabelScope{}, nil); err != nil || done.Total != 0 || d.version() != version {
			t.Errorf("what a pull labelled is labelled anew: %+v (%v)", done, err)
		}
		if n, err := p.Ask(t.Context(), RelabelScope{}); err != nil || n != 130 {
			t.Fatalf("asked for %d (%v)", n, err)
		}
		if done, err := p.Relabel(t.Context(), RelabelScope{}, nil); err != nil || done.Done != 130 || done.Changed != 0 || d.version() != version {
			t.Errorf("the same labels: %+v (%v), version %d after %d", done, err, d.version(), version)
		}

		p = d.people(strict, "2")
		diff, err := p.Compare(t.Context(), RelabelScope{}, false, nil)
		if err != nil || diff.Stories != 130 || diff.Changed != 130 || d.version() != version {
			t.Fatalf("compared %d, changed %d (%v)", diff.Stories, diff.Changed, err)
		}
		var moves []string
		for _, l := range diff.Labels {
			moves = append(moves, fmt.Sprintf("%s +%d -%d *+%d *-%d (%d)", l.Value, l.Gained, l.Lost, l.PrimaryGained, l.PrimaryLost, len(l.Samples)))
		}
		if want := []string{"EG +130 -0 *+130 *-0 (3)", "LY +0 -130 *+0 *-0 (3)", "health +65 -0 *+0 *-0 (3)"}; !slices.Equal(moves, want) {
			t.Errorf("moves %q, want %q", moves, want)
		}
		ctx, stop := context.WithCancel(t.Context())
		done, err := p.Relabel(ctx, RelabelScope{}, func(r RelabelProgress) {
			if r.Done >= 50 {
				stop()
			}
		})
		if !errors.Is(err, context.Canceled) || done.Done != 50 {
			t.Fatalf("stopped after %+v (%v)", done, err)
		}
		d.sound()
		done, err = p.Relabel(t.Context(), RelabelScope{Most: 60}, nil)
		if err != nil || done.Total != 80 || done.Done < 60 || !done.Left {
			t.Errorf("the second time %+v (%v)", done, err)
		}
		if done, err = p.Relabel(t.Context(), RelabelScope{}, nil); err != nil || done.Left {
			t.Errorf("the last time %+v (%v)", done, err)
		}
		for _, s := range d.stories() {
			if s.Values(feeds.LabelCountry)[0] != "EG" {
				t.Errorf("%s: %s", s.ID, short(s.Labels))
			}
		}
		if diff, err := p.Compare(t.Context(), RelabelScope{}, true, nil); err != nil || diff.Stories != 130 || diff.Changed != 0 {
			t.Errorf("afterwards %+v (%v)", diff, err)
		}
		d.sound()
	})
}

// A story that our own code cannot label is named, and the others are labelled.
func TestRelabelPassesAFault(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		d.many(3)
		d.pull()
		p := d.people(classifier(func(it classify.Item) []feeds.Label {
			if strings.Contains(it.Title, "number 1001 ") {
				panic("a fault")
			}
			return strict(it)
		}), "2")
		done, err := p.Relabel(t.Context(), RelabelScope{}, nil)
		if err != nil || len(done.Faults) != 1 || done.Changed != 2 {
			t.Errorf("%+v (%v)", done, err)
		}
	})
}

// Pulls and corrections of one story at once: whoever is last, what was said holds.
func TestCorrectionsAndPullsAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("ngo", "mena", feeds.KindPartner))
		d.prints("ngo", "", entry("n", "Flight from LY", "https://ngo.example/a", text))
		d.pull("ngo")
		id := d.stories()[0].ID
		p := d.people(nil, "1")
		states, err := d.db.Sources(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := range 12 {
				d.prints("ngo", "", entry("n", "Flight from LY", "https://ngo.example/a", fmt.Sprint(text, " Day ", i, " of it.")))
				if i == 6 {
					d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text))
				}
				if _, err := d.Pull(t.Context(), states, nil); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			actions := []feeds.Action{feeds.ActionRemove, feeds.ActionAdd}
			for i := range 12 {
				if _, _, err := p.Correct(t.Context(), said(id, actions[i%2], feeds.LabelCountry, "LY")); err != nil {
					t.Error(err)
				}
			}
			if _, _, err := p.Correct(t.Context(), said(id, feeds.ActionRemove, feeds.LabelCountry, "LY")); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			for range 6 {
				if _, err := p.Ask(t.Context(), RelabelScope{}); err != nil {
					t.Error(err)
				}
				if _, err := p.Relabel(t.Context(), RelabelScope{}, nil); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Wait()
		if got := d.labels(); got != "en" {
			t.Errorf("labels %s", got)
		}
		d.sound()
	})
}
