package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/classify"
	"tributary/internal/store"
)

// secrets are words that must not be left anywhere, of a title, a text, a former text and
// an address. None begins as another one does, so that an index writes each out.
var secrets = []string{"Zubaydatitle", "quorumtext", "yellowformer", "xylophonelink", "walrusguid", "Vikingcontact"}

func secretEntry(words string) string {
	return entry("walrusguid", "Zubaydatitle LY", "https://ly.example/xylophonelink", words+" quorumtext. Contact: vikingcontact@example.org")
}

// files are all bytes of a SQLite database.
func (d *desk) files() []byte {
	d.t.Helper()
	names, err := filepath.Glob(filepath.Join(d.dir, "*"))
	if err != nil || len(names) == 0 {
		d.t.Fatalf("%v (%v)", names, err)
	}
	var all []byte
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			d.t.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

func (d *desk) left() (out []string) {
	all := bytes.ToLower(d.files())
	for _, s := range secrets {
		if bytes.Contains(all, []byte(strings.ToLower(s))) {
			out = append(out, s)
		}
	}
	return out
}

func (d *desk) indexes() {
	d.t.Helper()
	for {
		n, err := d.db.IndexPending(d.t.Context(), 100)
		if err != nil {
			d.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

// Nothing of what was purged is left in SQLite's files: neither in rows, free pages, the
// index nor the log.
func TestPurgeErasesTheFiles(t *testing.T) {
	dir := t.TempDir()
	d := newDesk(t, dir, store.Options{Path: filepath.Join(dir, "t.db")})
	d.KeepOriginals = 24 * time.Hour
	d.catalogue(source("ly", "mena", feeds.KindIOM))
	for i := range 40 { // others, so that pages are shared and not emptied whole
		d.prints("ly", "", entry(strings.Repeat("g", i+1), "Other", "https://ly.example/o", other), secretEntry("First"))
	}
	d.prints("ly", "", secretEntry("yellowformer"))
	d.pull()
	d.now = d.now.Add(time.Hour)
	d.prints("ly", "", secretEntry("Later"))
	d.pull()
	d.indexes()
	if left := d.left(); len(left) != len(secrets) {
		t.Fatalf("only %v are there to begin with", left)
	}
	s := d.carried("ly")
	r := d.decides(feeds.Ruling{Action: feeds.RulingWithdraw, Story: s.ID, Whole: true, Entries: []int64{s.Lead().EntryID}})
	d.indexes()
	if _, _, err := d.editors().Purge(t.Context(), r.ID, "ana"); err != nil {
		t.Fatal(err)
	}
	if left := d.left(); len(left) > 0 {
		t.Errorf("%v are left", left)
	}
	// Its publisher says it again, and otherwise: nothing of it is kept.
	d.now = d.now.Add(time.Hour)
	d.prints("ly", "", secretEntry("Once more, yellowformer"))
	d.pull()
	d.indexes()
	if left := d.left(); len(left) > 0 {
		t.Errorf("%v are back", left)
	}
}

// findsBy are the titles that a search finds.
func (d *desk) findsBy(word string) int {
	d.t.Helper()
	list, err := d.db.Stories(d.t.Context(), feeds.Selector{Query: word}, 10)
	if err != nil {
		d.t.Fatal(err)
	}
	return len(list)
}

// A text that has had its time is gone from every version and from search; title, link,
// labels and the beginning of a summary stay, whatever is labelled anew afterwards.
func TestExpiredTextsLeaveTheirLabels(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("press", "mena", feeds.KindMedia))
		long := strings.Repeat("A long summary & no end. ", 40) + "lastword"
		summary := `<entry><id>s</id><title>Teaser TD</title><link href="https://ly.example/s"/><updated>2026-11-19T08:00:00Z</updated><summary>` +
			strings.ReplaceAll(long, "&", "&amp;") + `</summary></entry>`
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text+" formerword"), summary)
		d.pull("ly")
		d.now = d.now.Add(time.Hour)
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text+" latterword"), summary)
		d.pull("ly")
		d.indexes()
		flight, teaser := find(t, d, "Flight"), find(t, d, "Teaser")
		if d.findsBy("latterword") != 1 || d.findsBy("lastword") != 1 {
			t.Fatal("the texts are not found to begin with")
		}
		d.now = d.now.Add(48 * time.Hour)
		keep := Retention{Texts: 24 * time.Hour}
		if n, err := d.db.Expire(t.Context(), keep.Expiry(d.now)); err != nil || n != 2 {
			t.Fatalf("%d texts had their time (%v)", n, err)
		}
		if n, err := d.db.Expire(t.Context(), keep.Expiry(d.now.Add(time.Second))); err != nil || n != 0 {
			t.Errorf("%d texts had their time twice (%v)", n, err)
		}
		d.sound()
		d.indexes()
		if d.findsBy("latterword") != 0 || d.findsBy("lastword") != 0 || d.findsBy("flight") != 1 {
			t.Error("search finds what is gone, or what stays no more")
		}
		s, former, err := d.db.Story(t.Context(), flight.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range former[s.Lead().EntryID] {
			if v.Entry.Content != "" || v.Entry.Title != "Flight from LY" {
				t.Errorf("a former version is %+v", v.Entry)
			}
		}
		if c := s.Lead(); c.Entry.Content != "" || c.Entry.Link != "https://ly.example/a" || c.Expired.IsZero() {
			t.Errorf("what is left is %+v", c)
		}
		left := find(t, d, "Teaser")
		if sum := left.Lead().Entry.Summary; len([]rune(html.UnescapeString(sum))) > 500 || !strings.HasPrefix(sum, "A long summary &amp; no end.") || !strings.HasSuffix(sum, "…") {
			t.Errorf("the summary is %q", sum)
		}

		// Another labelling finds nothing in what is left, and takes nothing away.
		desk := d.editors()
		desk.Classify = mute{}
		if desk.Labelling, err = d.db.Labelling(t.Context(), "another"); err != nil {
			t.Fatal(err)
		}
		desk.Pause = func(context.Context, time.Duration) error { return nil }
		if _, err := desk.Relabel(t.Context(), RelabelScope{}, nil); err != nil {
			t.Fatal(err)
		}
		for _, was := range []feeds.Story{flight, teaser} {
			if is, _, err := d.db.Story(t.Context(), was.ID); err != nil || fmt.Sprint(is.Labels) != fmt.Sprint(was.Labels) {
				t.Errorf("labels %v, were %v (%v)", is.Labels, was.Labels, err)
			}
		}
		if left, err := d.db.CountToRelabel(t.Context(), store.RelabelQuery{Labelling: desk.Labelling}); err != nil || left != 0 {
			t.Errorf("%d stories stay to be labelled (%v)", left, err)
		}
		// A new version has a text again, and labels of its own.
		d.prints("ly", "", entry("a", "Flight from NE", "https://ly.example/a", text+" newword"))
		d.pull("ly")
		if s := find(t, d, "NE"); !s.Lead().Expired.IsZero() || !strings.Contains(s.Lead().Entry.Content, "newword") || s.Values(feeds.LabelCountry)[0] != "NE" {
			t.Errorf("after a new version: %+v", s)
		}
	})
}

// mute labels nothing.
type mute struct{}

func (mute) Classify(classify.Item) []feeds.Label { return nil }

func (mute) Language(classify.Item) (feeds.Label, bool) { return feeds.Label{}, false }

// A version is kept for as long after it was replaced as the settings say, however old it
// is by then; and what stopped goes on.
func TestVersionsAreKeptFromTheirReplacement(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		says := func(words string) {
			t.Helper()
			d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text+words))
			d.pull()
		}
		keep := Retention{Versions: 24 * time.Hour}
		expire := func(want int) {
			t.Helper()
			if n, err := d.db.Expire(t.Context(), keep.Expiry(d.now)); err != nil || n != want {
				t.Errorf("%d versions had their time (%v), want %d", n, err, want)
			}
			d.sound()
		}
		says("")
		d.now = d.now.Add(365 * 24 * time.Hour)
		says(" It was cold.")
		expire(0) // the first version is a year old, and was read until now
		d.now = d.now.Add(12 * time.Hour)
		says(" It was very cold.")
		expire(0)
		d.now = d.now.Add(13 * time.Hour)
		expire(1)
		d.now = d.now.Add(12 * time.Hour)
		expire(1)
		if s, former, err := d.db.Story(t.Context(), d.carried("ly").ID); err != nil || len(former[s.Lead().EntryID]) != 0 || s.Lead().Revision != 3 {
			t.Errorf("%+v %+v (%v)", s, former, err)
		}
	})
}

// An entry that comes back after more than a year is the one it was: no news, the same
// story, also when everything else about it has had its time.
func TestAStoryThatComesBackAfterAYear(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text))
		d.pull()
		was := d.carried("ly")
		d.prints("ly", "", entry("b", "Training for officers", "https://ly.example/b", other))
		d.pull()
		d.now = d.now.Add(400 * 24 * time.Hour)
		keep := Retention{Versions: time.Hour, Prints: time.Hour, Texts: time.Hour}
		if _, err := d.db.Expire(t.Context(), keep.Expiry(d.now)); err != nil {
			t.Fatal(err)
		}
		if r := d.pull(); r.Entries.New+r.Entries.Changed != 0 {
			t.Errorf("nothing new is %+v", r.Entries)
		}
		for i, words := range []string{text, text + " It was cold."} {
			d.now = d.now.Add(time.Hour)
			d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", words))
			r := d.pull()
			is := find(t, d, "Flight")
			if r.Entries.New != 0 || r.Entries.Changed != i || is.ID != was.ID || !is.Published.Equal(was.Published) {
				t.Errorf("it came back as %s of %s, was %s of %s: %+v", is.ID, is.Published, was.ID, was.Published, r.Entries)
			}
		}
		d.sound()
	})
}

// What its publisher withdrew, too, before or after people did, does not come back when
// people give it back; it does when the publisher says it again.
func TestGivenBackIsNotWhatThePublisherTookBack(t *testing.T) {
	tombstone := `<at:deleted-entry ref="a" when="2026-11-20T12:30:00Z"/>`
	for name, first := range map[string]bool{"before people": true, "after people": false} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, d *desk) {
				d.catalogue(source("ly", "mena", feeds.KindIOM))
				d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text))
				d.pull()
				s := d.carried("ly")
				withdrawn := func() {
					d.now = d.now.Add(time.Hour)
					d.prints("ly", "", tombstone)
					d.pull()
				}
				if first {
					withdrawn()
				}
				r := d.decides(feeds.Ruling{Action: feeds.RulingWithdraw, Story: s.ID, Whole: true, Entries: []int64{s.Lead().EntryID}})
				if !first {
					withdrawn()
				}
				d.undoes(r.ID)
				d.tells()
				d.now = d.now.Add(time.Hour)
				d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text))
				d.pull()
				d.tells("ly")
			})
		})
	}
}

// Of two copies one is purged: the other one keeps its labels' evidence and is found by its
// own words; a second purge of another ruling reaches the index as the first did.
func TestPurgeOfACopyLeavesTheOther(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("press", "mena", feeds.KindMedia))
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text+" quorumtext"))
		d.prints("press", "", entry("p", "Flight from LY", "https://press.example/p", text+" pressword"))
		d.pull()
		s := d.carried("ly")
		if len(s.Copies) != 2 {
			t.Fatalf("%d copies", len(s.Copies))
		}
		one := d.decides(feeds.Ruling{Action: feeds.RulingWithdraw, Story: s.ID, Entries: []int64{copyOf(s, "ly")}})
		d.indexes()
		for range 2 {
			if _, erased, err := d.editors().Purge(t.Context(), one.ID, "ana"); err != nil || !erased {
				t.Fatal(erased, err)
			}
			d.indexes()
		}
		d.sound()
		left := d.carried("press")
		if len(left.Labels) == 0 || len(left.Labels[0].Evidence) == 0 || d.findsBy("pressword") != 1 || d.findsBy("quorumtext") != 0 {
			t.Errorf("left is %+v", left)
		}
		two := d.decides(feeds.Ruling{Action: feeds.RulingWithdraw, Story: s.ID, Entries: []int64{copyOf(s, "press")}})
		if _, erased, err := d.editors().Purge(t.Context(), two.ID, "bo"); err != nil || !erased {
			t.Fatal(erased, err)
		}
		if d.dir != "" {
			if all := d.files(); bytes.Contains(all, []byte("quorumtext")) || bytes.Contains(all, []byte("pressword")) {
				t.Error("the second purge left words in the files")
			}
		}
		again, _, err := d.editors().Purge(t.Context(), one.ID, "bo")
		if err != nil || again.PurgedBy != "ana" {
			t.Errorf("the record of the first purge is %+v (%v)", again, err)
		}
	})
}
