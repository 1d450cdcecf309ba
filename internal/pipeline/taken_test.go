package pipeline

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
)

// newFlightAndTraining is a desk with two stories, of ly and of ngo, and press, which has
// nothing yet.
func newFlightAndTraining(d *desk) {
	d.catalogue(source("ly", "mena", feeds.KindIOM), source("ngo", "mena", feeds.KindPartner), source("press", "mena", feeds.KindMedia))
	d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text))
	d.prints("ngo", "", entry("n", "Training for officers", "https://ngo.example/n", other))
	d.pull("ly", "ngo")
}

// A story that was put to one that is withdrawn went with it, and comes back when it is
// parted from that; what is withdrawn by itself stays away.
func TestWhatWentWithAMergeComesBackWithIt(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		newFlightAndTraining(d)
		flight, training := d.carried("ly"), d.carried("ngo")
		gone := d.decides(feeds.Ruling{Action: feeds.RulingWithdraw, Story: flight.ID, Whole: true, Entries: []int64{copyOf(flight, "ly")}})
		merge := func() feeds.Ruling {
			return d.decides(feeds.Ruling{Action: feeds.RulingMerge, Story: training.ID, Entries: []int64{copyOf(flight, "ly"), copyOf(training, "ngo")}})
		}
		one := merge()
		d.tells()
		d.now = d.now.Add(time.Hour)
		d.prints("press", "", entry("p", "Training for officers", "https://press.example/p", other))
		d.pull("press")
		d.tells()
		d.undoes(one.ID)
		d.tells("ngo press")
		if back := d.carried("ngo"); back.ID != training.ID {
			t.Errorf("it is %s now, and was %s", back.ID, training.ID)
		}
		again := merge()
		d.tells()
		d.undoes(gone.ID)
		d.tells("ly ngo press")
		d.undoes(again.ID)
		d.tells("ly", "ngo press")
	})
}

// A copy that went with a withdrawn story and has been parted from it since comes back
// with it, too, and does not take it away again.
func TestWhatWentAlongComesBackFromElsewhere(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		newFlightAndTraining(d)
		flight := d.carried("ly")
		gone := d.decides(feeds.Ruling{Action: feeds.RulingWithdraw, Story: flight.ID, Whole: true, Entries: []int64{copyOf(flight, "ly")}})
		d.now = d.now.Add(time.Hour)
		d.prints("press", "", entry("p", "Flight from LY", "https://press.example/p", text))
		d.pull("press")
		d.tells("ngo")
		apart := d.decides(feeds.Ruling{Action: feeds.RulingApart, Sources: []string{"ly", "press"}})
		d.tells("ngo")
		d.undoes(gone.ID)
		d.tells("ly", "ngo", "press")
		d.undoes(apart.ID)
		d.tells("ly press", "ngo")
	})
}

// What an office withdrew takes nothing of other offices along that stands: neither by
// splitting its own copy off and taking that back, nor by a link that turns up.
func TestAnOfficeTakesNothingOfOthersAlong(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("global", "hq", feeds.KindIOM), source("press", "mena", feeds.KindMedia), source("ngo", "mena", feeds.KindPartner))
		for _, id := range []string{"global", "press"} {
			d.prints(id, "", entry("urn:"+id, "Flight from LY", "https://"+id+".example/a", text))
		}
		d.pull("global", "press")
		d.tells("global press")
		s := d.carried("press")
		split := d.splits(s, "press")
		own := d.carried("press")
		gone := feeds.Ruling{Action: feeds.RulingWithdraw, Story: own.ID, Whole: true, Entries: []int64{copyOf(own, "press")}, Office: "mena", By: "ben", Why: "because"}
		gone, _, err := d.editors().Decide(t.Context(), gone)
		if err != nil {
			t.Fatal(err)
		}
		d.tells("global")
		d.undoes(split.ID)
		d.tells("global")
		if one := d.carried("global"); one.ID != s.ID {
			t.Errorf("the story is %s, and was %s", one.ID, s.ID)
		}
		d.now = d.now.Add(time.Hour)
		d.prints("ngo", "", entry("urn:ngo", "Flight from LY", "https://ngo.example/a", text))
		d.pull("ngo")
		d.tells("global ngo")
		d.undoes(gone.ID)
		d.tells("global ngo press")
	})
}

// Of an entry that two rulings withdraw, purging either leaves no word, now or later; taken
// back in any order it stands again only once it is published again.
func TestWhatTwoRulingsWithdrewIsPurgedByEither(t *testing.T) {
	for first := range 2 {
		onBoth(t, func(t *testing.T, d *desk) {
			d.catalogue(source("ly", "mena", feeds.KindIOM), source("press", "mena", feeds.KindMedia))
			for _, id := range []string{"ly", "press"} {
				d.prints(id, "", entry("urn:"+id, "Flight from LY", "https://"+id+".example/a", text))
			}
			d.pull()
			s := d.carried("ly")
			one := d.decides(feeds.Ruling{Action: feeds.RulingWithdraw, Story: s.ID, Entries: []int64{copyOf(s, "ly")}})
			all := d.decides(feeds.Ruling{Action: feeds.RulingWithdraw, Story: s.ID, Whole: true, Entries: []int64{copyOf(s, "ly"), copyOf(s, "press")}})
			wordless := func(when string) {
				t.Helper()
				kept, former, err := d.db.Story(t.Context(), s.ID)
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range kept.Copies {
					if c.SourceID == "ly" && (c.Entry.Title != "" || c.Entry.Content != "" || strings.Contains(fmt.Sprint(former[c.EntryID]), "Flight")) {
						t.Errorf("%s words are left: %+v %+v", when, c, former[c.EntryID])
					}
				}
			}
			if _, _, err := d.editors().Purge(t.Context(), one.ID, "ana"); err != nil {
				t.Fatal(err)
			}
			d.sound()
			wordless("after the purge")
			d.now = d.now.Add(time.Hour)
			d.prints("ly", "", entry("urn:ly", "Flight from LY", "https://ly.example/a", text+" It was cold."))
			d.pull("ly")
			wordless("after a new version")
			order := []int64{one.ID, all.ID}
			d.undoes(order[first])
			d.undoes(order[1-first])
			d.tells("press")
			d.pull()
			d.tells("ly press")
		})
	}
}
