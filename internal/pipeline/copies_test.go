package pipeline

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/fetch"
)

const tombstoneOfA = `<at:deleted-entry ref="a" when="2026-11-20T11:30:00Z"/>`

func TestAnEntryThatIsPublishedAgainStandsAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		said := entry("a", "Flight from LY", "https://ly.example/a", text)
		d.prints("ly", "", said)
		d.pull()
		was := d.stories()[0]
		d.prints("ly", "", said, tombstoneOfA) // the tombstone is the newer of the two
		d.pull()
		if n := len(d.stories()); n != 0 {
			t.Fatalf("%d stories stand beside a newer tombstone", n)
		}
		d.now = d.now.Add(time.Hour)
		d.prints("ly", "", said)
		d.pull()
		back := d.stories()
		if len(back) != 1 || back[0].ID != was.ID || !back[0].Updated.Equal(d.now) || !back[0].Published.Equal(was.Published) {
			t.Fatalf("published again: %+v", back)
		}
		if got := back[0].Values(feeds.LabelCountry); !slices.Equal(got, []string{"LY"}) {
			t.Errorf("countries %v", got)
		}
		if r := d.pull(); r.Entries.Changed != 0 {
			t.Errorf("the pull after that changes something: %+v", r)
		}
	})
}

func TestANewCopyOfAWithdrawnStoryLeadsIt(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("press", "mena", feeds.KindMedia))
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text))
		d.pull("ly")
		id := d.stories()[0].ID
		d.prints("ly", "", tombstoneOfA)
		d.pull("ly")
		d.now = d.now.Add(time.Hour)
		d.prints("press", "", entry("p", "Flight from LY", "https://press.example/a", text))
		d.pull("press") // also checks the store's invariants
		now := d.stories()
		if len(now) != 1 || now[0].ID != id || now[0].Lead().SourceID != "press" || len(now[0].Copies) != 1 || !now[0].Updated.Equal(d.now) {
			t.Errorf("stories %+v", now)
		}
	})
}

func TestWhatACopyOnTrialSaysDoesNotShow(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		trial := source("new", "mena", feeds.KindIOM)
		trial.Trial, trial.Language = true, "fr"
		d.catalogue(trial, source("press", "mena", feeds.KindMedia))
		for _, id := range []string{"press", "new"} {
			d.prints(id, "", entry("urn:"+id, "Flight from LY", "https://"+id+".example/a", text))
			d.pull(id)
		}
		story := d.stories()[0]
		if got := story.Values(feeds.LabelLanguage); !slices.Equal(got, []string{"en"}) || story.Lead().SourceID != "press" {
			t.Errorf("languages %v, lead %s", got, story.Lead().SourceID)
		}
	})
}

func TestUpdatedMovesWhenAnotherTextTakesTheLead(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("press", "mena", feeds.KindMedia), source("ngo", "mena", feeds.KindPartner))
		page := "https://ly.example/a"
		d.prints("press", "", entry("p", "A flight home", page, "Ninety-four went home, says IOM."))
		d.pull("press")
		was := d.stories()[0]
		d.now = d.now.Add(time.Hour)
		d.prints("ngo", "", entry("n", "A flight home", page, "Ninety-four went home, says IOM."))
		d.pull("ngo")
		if same := d.stories()[0]; same.Lead().SourceID != "ngo" || !same.Updated.Equal(was.Updated) {
			t.Errorf("the same words under another lead: lead %s, updated %s -> %s", same.Lead().SourceID, was.Updated, same.Updated)
		}
		d.prints("ly", "", entry("a", "Flight from LY", page, text))
		d.pull("ly")
		is := d.stories()[0]
		if is.ID != was.ID || is.Lead().SourceID != "ly" || !is.Updated.Equal(d.now) || !is.Published.Equal(was.Published) {
			t.Errorf("lead %s, updated %s, published %s (was %s)", is.Lead().SourceID, is.Updated, is.Published, was.Published)
		}
	})
}

func TestAnUndatedEntryKeepsItsDay(t *testing.T) {
	undated := func(text string) string {
		return `<entry><id>u</id><title>Notice</title><link href="https://ly.example/u"/><content type="html">` + text + `</content></entry>`
	}
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		d.prints("ly", "", undated("First words of a notice."))
		d.pull()
		first := d.now
		d.now = d.now.Add(48 * time.Hour)
		d.prints("ly", "", undated("Other words of a notice."))
		d.pull()
		if s := d.stories()[0]; !s.Published.Equal(first) || !s.Updated.Equal(d.now) {
			t.Errorf("published %s, updated %s; first seen %s", s.Published, s.Updated, first)
		}
	})
}

func TestAStopKeepsWhatWasHeard(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("busy", "hq", feeds.KindIOM), source("later", "hq", feeds.KindIOM))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		until := d.now.Add(48 * time.Hour)
		d.fails("busy", &fetch.Error{Status: 503, Reason: fetch.ReasonStatus, RetryAfter: until})
		d.says["https://later.example/feed"] = func(fetch.Request) (*fetch.Response, error) {
			cancel()
			return nil, &fetch.Error{Reason: fetch.ReasonCancelled, Err: context.Canceled}
		}
		states, err := d.db.Sources(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Pull(ctx, states, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		if p := d.polling("busy"); !p.RetryAfter.Equal(until) {
			t.Errorf("the Retry-After of the source before was lost: %+v", p)
		}
	})
}
