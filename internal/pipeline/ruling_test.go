package pipeline

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/dedupe"
)

// editors is a desk for people beside the one that pulls. Its clock goes on while it
// works, as clocks do.
func (d *desk) editors() *Desk {
	now := func() time.Time {
		d.now = d.now.Add(7 * time.Millisecond)
		return d.now
	}
	return &Desk{Store: d.db, Classify: d, Now: now, Headquarters: "hq", Grouping: DefaultGrouping()}
}

// decides has a person decide, and checks the store afterwards.
func (d *desk) decides(r feeds.Ruling) feeds.Ruling {
	d.t.Helper()
	d.now = d.now.Add(time.Minute)
	r.By, r.Office, r.Why = "ana", "hq", "because"
	kept, _, err := d.editors().Decide(d.t.Context(), r)
	if err != nil {
		d.t.Fatalf("%s: %v", r.Action, err)
	}
	d.sound()
	return kept
}

func (d *desk) undoes(id int64) {
	d.t.Helper()
	d.now = d.now.Add(time.Minute)
	if _, err := d.editors().RevokeRuling(d.t.Context(), id, "ana"); err != nil {
		d.t.Fatal(err)
	}
	d.sound()
}

// told are the stories that are listed, each as the sources of its copies, the lead first.
func (d *desk) told() []string {
	d.t.Helper()
	var out []string
	for _, s := range d.stories() {
		var sources []string
		for _, c := range s.Copies {
			sources = append(sources, c.SourceID)
		}
		slices.Sort(sources[1:])
		out = append(out, strings.Join(sources, " "))
	}
	slices.Sort(out)
	return out
}

func (d *desk) tells(want ...string) {
	d.t.Helper()
	if got := d.told(); !slices.Equal(got, want) {
		d.t.Errorf("stories %q, want %q", got, want)
	}
}

// gone are the ids of the stories whose tombstones feeds carry.
func (d *desk) gone() []string {
	d.t.Helper()
	list, err := d.db.Tombstones(d.t.Context(), feeds.Selector{}, 100)
	if err != nil {
		d.t.Fatal(err)
	}
	var out []string
	for _, g := range list {
		out = append(out, g.Ref)
	}
	return out
}

func (d *desk) carried(source string) feeds.Story {
	d.t.Helper()
	for _, s := range d.stories() {
		for _, c := range s.Copies {
			if c.SourceID == source {
				return s
			}
		}
	}
	d.t.Fatalf("no story of %s", source)
	return feeds.Story{}
}

func copyOf(s feeds.Story, source string) int64 {
	for _, c := range s.Copies {
		if c.SourceID == source {
			return c.EntryID
		}
	}
	return 0
}

const other = "Forty officers of the border police learned for five days how to interview children who travel alone, and what to do for them after that."

func TestPeopleMergeAndSplit(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("ngo", "mena", feeds.KindPartner), source("press", "mena", feeds.KindMedia))
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text))
		d.prints("ngo", "", entry("n", "Training for officers", "https://ngo.example/n", other))
		d.prints("press", "", entry("p", "Flight from LY", "https://press.example/p", text))
		d.pull()
		d.tells("ly press", "ngo")
		flight, training := d.carried("ly"), d.carried("ngo")

		merge := d.decides(feeds.Ruling{Action: feeds.RulingMerge, Story: training.ID, Entries: []int64{copyOf(flight, "ly"), copyOf(training, "ngo")}})
		d.tells("ly ngo press")
		one := d.carried("ngo")
		eldest := min(flight.ID, training.ID)
		if one.ID != eldest {
			t.Errorf("the story is %s, want the eldest of %s and %s", one.ID, flight.ID, training.ID)
		}
		for _, id := range []string{flight.ID, training.ID} {
			if s, _, err := d.db.Story(t.Context(), id); err != nil || s.ID != eldest {
				t.Errorf("%s leads to %s (%v), want %s", id, s.ID, err, eldest)
			}
			if listed := slices.Contains(d.gone(), id); listed != (id != eldest) {
				t.Errorf("%s has a tombstone: %v", id, listed)
			}
		}
		// It holds over a pull, a new version and a further copy.
		d.now = d.now.Add(time.Hour)
		d.prints("ngo", "", entry("n", "Training for officers", "https://ngo.example/n", other+" Sixty more will follow."))
		d.pull()
		d.tells("ly ngo press")
		d.undoes(merge.ID)
		d.tells("ly press", "ngo")

		split := d.decides(feeds.Ruling{Action: feeds.RulingSplit, Story: d.carried("ly").ID, Entries: []int64{copyOf(d.carried("press"), "press")}, Others: []int64{copyOf(d.carried("ly"), "ly")}})
		d.tells("ly", "ngo", "press")
		d.now = d.now.Add(time.Hour)
		d.prints("press", "", entry("p", "Flight from LY", "https://press.example/p", text+" It was cold."))
		d.pull()
		d.tells("ly", "ngo", "press")
		d.undoes(split.ID)
		d.tells("ly press", "ngo")
	})
}

func TestPeopleChooseTheLead(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("ngo", "mena", feeds.KindPartner), source("press", "mena", feeds.KindMedia))
		for _, id := range []string{"ngo", "press"} {
			d.prints(id, "", entry("urn:"+id, "Flight from LY", "https://"+id+".example/a", text))
		}
		d.pull("ngo", "press")
		d.tells("ngo press")
		s := d.carried("press")
		lead := d.decides(feeds.Ruling{Action: feeds.RulingLead, Story: s.ID, Entries: []int64{copyOf(s, "press")}})
		d.tells("press ngo")
		d.prints("ly", "", entry("urn:ly", "Flight from LY", "https://ly.example/a", text))
		d.pull("ly") // an office's copy would lead
		d.tells("press ly ngo")
		d.undoes(lead.ID)
		d.tells("ly ngo press")
	})
}

func TestALateCopyDoesNotTakeTheLead(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("press", "mena", feeds.KindMedia))
		d.prints("press", "", entry("p", "Flight from LY", "https://press.example/a", text))
		d.pull("press")
		d.now = d.now.Add(DefaultGrouping().LeadSettles)
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text))
		d.pull("ly")
		d.tells("press ly")
	})
}

func TestSourcesKeptApart(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		alone := source("live", "mena", feeds.KindMedia)
		alone.Group = feeds.GroupAlone
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("press", "mena", feeds.KindMedia), alone)
		for _, id := range []string{"ly", "press", "live"} {
			d.prints(id, "", entry("urn:"+id, "Flight from LY", "https://"+id+".example/a", text))
		}
		d.pull()
		d.tells("live", "ly press")
		apart := d.decides(feeds.Ruling{Action: feeds.RulingApart, Sources: []string{"ly", "press"}})
		d.tells("live", "ly", "press")
		d.undoes(apart.ID)
		d.prints("press", "", entry("urn:press", "Flight from LY", "https://press.example/a", text+" It was cold."))
		d.now = d.now.Add(time.Hour)
		d.pull()
		d.tells("live", "ly press")
	})
}

func TestWhatPeopleWithdrawStaysAway(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("press", "mena", feeds.KindMedia), source("ngo", "mena", feeds.KindPartner))
		for _, id := range []string{"ly", "press"} {
			d.prints(id, "", entry("urn:"+id, "Flight from LY", "https://"+id+".example/a", text))
		}
		d.pull("ly", "press")
		s := d.carried("ly")
		// One copy goes, the other leads.
		one := d.decides(feeds.Ruling{Action: feeds.RulingWithdraw, Story: s.ID, Entries: []int64{copyOf(s, "ly")}})
		d.tells("press")
		d.now = d.now.Add(time.Hour)
		d.prints("ly", "", entry("urn:ly", "Flight from LY", "https://ly.example/a", text+" It was cold."))
		d.pull("ly")
		d.tells("press")
		d.undoes(one.ID)
		d.tells("ly press")

		whole := d.decides(feeds.Ruling{Action: feeds.RulingWithdraw, Story: s.ID, Whole: true, Entries: []int64{copyOf(s, "ly"), copyOf(s, "press")}, Note: "A name had to go."})
		d.tells()
		if gone := d.gone(); !slices.Equal(gone, []string{s.ID}) {
			t.Errorf("tombstones %v, want %s", gone, s.ID)
		}
		if kept, _, err := d.db.Story(t.Context(), s.ID); err != nil || kept.Withdrawn.IsZero() || kept.Note != "A name had to go." {
			t.Errorf("story %+v (%v)", kept, err)
		}
		// Whatever comes: the same, other words, a further copy, a new guid.
		d.now = d.now.Add(time.Hour)
		d.prints("ly", "", entry("urn:ly", "Flight from LY", "https://ly.example/a", text+" It was very cold."))
		d.prints("press", "", entry("urn:press2", "Flight from LY", "https://press.example/a", text))
		d.prints("ngo", "", entry("urn:ngo", "Flight from LY", "https://ngo.example/a", text))
		d.pull()
		d.tells()
		d.undoes(whole.ID)
		d.tells("ly ngo press")
		if gone := d.gone(); len(gone) != 0 {
			t.Errorf("tombstones %v of what is back", gone)
		}
	})
}

func TestPurgeLeavesNoWords(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a-name", text))
		d.pull()
		d.now = d.now.Add(time.Hour)
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a-name", text+" It was cold."))
		d.pull()
		for {
			if n, err := d.db.IndexPending(t.Context(), 100); err != nil || n == 0 {
				break
			}
		}
		s := d.carried("ly")
		r := d.decides(feeds.Ruling{Action: feeds.RulingWithdraw, Story: s.ID, Whole: true, Entries: []int64{s.Lead().EntryID}})
		for range 2 {
			if p, erased, err := d.editors().Purge(t.Context(), r.ID, "ana"); err != nil || p.Purged.IsZero() || p.PurgedBy != "ana" || !erased {
				t.Fatalf("%+v, erased %v, %v", p, erased, err)
			}
		}
		d.sound()
		kept, former, err := d.db.Story(t.Context(), s.ID)
		if err != nil || strings.Contains(fmt.Sprintf("%+v %+v", kept, former), "Flight") || strings.Contains(fmt.Sprintf("%+v %+v", kept, former), "a-name") {
			t.Errorf("words are left: %+v %+v (%v)", kept, former, err)
		}
		d.now = d.now.Add(time.Hour)
		if again := d.pull(); again.Entries.New != 0 {
			t.Errorf("it came back as news: %+v", again)
		}
		d.tells()
		if _, _, err := d.editors().Purge(t.Context(), 99, "ana"); err == nil {
			t.Error("a ruling that does not exist was purged")
		}
	})
}

func TestWhyAPairIsOneStory(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("press", "mena", feeds.KindMedia), source("ngo", "mena", feeds.KindPartner))
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text))
		d.prints("press", "", entry("p", "Flight from LY", "https://press.example/p", text))
		d.prints("ngo", "", entry("n", "Training for officers", "https://ngo.example/n", other))
		d.pull()
		ly, press, ngo := copyOf(d.carried("ly"), "ly"), copyOf(d.carried("ly"), "press"), copyOf(d.carried("ngo"), "ngo")
		p, err := d.editors().Why(t.Context(), ly, press)
		if err != nil || !p.Verdict.Same || p.Verdict.Reason != dedupe.ByText || p.Stories[0] != p.Stories[1] {
			t.Errorf("%+v (%v)", p, err)
		}
		if p, err = d.editors().Why(t.Context(), ly, ngo); err != nil || p.Verdict.Same || p.Stories[0] == p.Stories[1] {
			t.Errorf("%+v (%v)", p, err)
		}
		if _, err := d.editors().Why(t.Context(), ly, 12345); err == nil {
			t.Error("an entry that does not exist was explained")
		}
	})
}

// Any order of merges, splits, withdrawals and pulls keeps every entry in one story, every
// id alive or leading to one that is, and the store in order.
func TestRulingsInAnyOrderKeepTheStoreInOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		rnd := rand.New(rand.NewPCG(7, 11))
		var sources []feeds.Source
		for i := range 6 {
			sources = append(sources, source(fmt.Sprintf("s%d", i), "mena", feeds.KindPartner))
		}
		d.catalogue(sources...)
		ids := map[string]bool{}
		var said []int64
		for round := range 40 {
			d.now = d.now.Add(time.Hour)
			i := rnd.IntN(6)
			words := text
			if rnd.IntN(2) == 0 {
				words = other
			}
			d.prints(fmt.Sprintf("s%d", i), "", entry(fmt.Sprintf("e%d", rnd.IntN(2)), "Flight from LY", fmt.Sprintf("https://s%d.example/%d", i, rnd.IntN(3)), fmt.Sprintf("%s Round %d.", words, round/8)))
			d.pull(fmt.Sprintf("s%d", i))
			all := d.stories()
			for _, s := range all {
				ids[s.ID] = true
			}
			if len(all) == 0 {
				continue
			}
			s := all[rnd.IntN(len(all))]
			var r feeds.Ruling
			switch rnd.IntN(5) {
			case 0:
				if o := all[rnd.IntN(len(all))]; o.ID != s.ID {
					r = feeds.Ruling{Action: feeds.RulingMerge, Entries: []int64{s.Lead().EntryID, o.Lead().EntryID}}
				}
			case 1:
				if len(s.Copies) > 1 {
					r = feeds.Ruling{Action: feeds.RulingSplit, Entries: []int64{s.Copies[0].EntryID}, Others: []int64{s.Copies[1].EntryID}}
				}
			case 2:
				r = feeds.Ruling{Action: feeds.RulingLead, Entries: []int64{s.Copies[rnd.IntN(len(s.Copies))].EntryID}}
			case 3:
				r = feeds.Ruling{Action: feeds.RulingWithdraw, Whole: rnd.IntN(2) == 0, Entries: []int64{s.Lead().EntryID}}
			case 4:
				if len(said) > 0 {
					k := rnd.IntN(len(said))
					d.undoes(said[k])
					said = slices.Delete(said, k, k+1)
				}
			}
			if r.Action != "" {
				r.Story = s.ID
				said = append(said, d.decides(r).ID)
			}
			for id := range ids {
				s, _, err := d.db.Story(t.Context(), id)
				if err != nil {
					t.Fatalf("round %d: %s leads nowhere: %v", round, id, err)
				}
				if s.ID != id {
					if next, _, err := d.db.Story(t.Context(), s.ID); err != nil || next.ID != s.ID {
						t.Fatalf("round %d: %s leads to %s, which is not alive (%v)", round, id, s.ID, err)
					}
				}
			}
			if t.Failed() {
				t.Fatalf("round %d, after %+v", round, r)
			}
		}
	})
}

// Entries of before there were prints keep their stories, and copies that come later find
// them.
func TestEntriesOfBeforeAreMadeReady(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("press", "mena", feeds.KindMedia), source("ngo", "mena", feeds.KindPartner))
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text), entry("b", "Training for officers", "https://ly.example/b", other))
		d.prints("press", "", entry("p", "Flight from LY", "https://press.example/p", text))
		d.pull("ly", "press")
		for _, table := range []string{"print_key", "print"} {
			if _, err := d.db.SQL().ExecContext(t.Context(), "DELETE FROM "+table); err != nil {
				t.Fatal(err)
			}
		}
		heard := 0
		if err := d.editors().Reprint(t.Context(), func(done int) { heard = done }); err != nil || heard != 3 {
			t.Fatalf("%d were made ready (%v)", heard, err)
		}
		d.sound()
		d.tells("ly", "ly press")
		d.prints("ngo", "", entry("n", "Training for officers", "https://ngo.example/n", other))
		d.pull("ngo")
		d.tells("ly ngo", "ly press")
		if err := d.editors().Reprint(t.Context(), func(int) { t.Error("again") }); err != nil {
			t.Error(err)
		}
	})
}

// What was purged and is then released stands again when it is published again, and not
// before.
func TestWhatWasPurgedComesBackWithItsPublisher(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text))
		d.pull()
		s := d.carried("ly")
		r := d.decides(feeds.Ruling{Action: feeds.RulingWithdraw, Story: s.ID, Whole: true, Entries: []int64{s.Lead().EntryID}})
		if _, _, err := d.editors().Purge(t.Context(), r.ID, "ana"); err != nil {
			t.Fatal(err)
		}
		d.undoes(r.ID)
		d.tells()
		d.now = d.now.Add(time.Hour)
		d.pull()
		d.tells("ly")
		if back := d.carried("ly"); back.ID != s.ID || back.Lead().Entry.Title != "Flight from LY" {
			t.Errorf("it is %+v", back)
		}
	})
}

// What has had its time goes, and nothing that is said again becomes news by it.
func TestRetention(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("press", "mena", feeds.KindMedia))
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text))
		d.pull("ly")
		d.now = d.now.Add(time.Hour)
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text+" It was cold."))
		d.pull("ly")
		keep := Retention{Versions: 24 * time.Hour, Prints: 48 * time.Hour, Texts: 72 * time.Hour}
		expire := func(after time.Duration, want int) {
			t.Helper()
			d.now = d.now.Add(after)
			if n, err := d.db.Expire(t.Context(), keep.Expiry(d.now)); err != nil || n != want {
				t.Errorf("%d rows had their time (%v), want %d", n, err, want)
			}
			d.sound()
		}
		expire(time.Hour, 0)
		expire(25*time.Hour, 1)
		s, former, err := d.db.Story(t.Context(), d.carried("ly").ID)
		if err != nil || len(former[s.Lead().EntryID]) != 0 || s.Lead().Entry.Content == "" {
			t.Errorf("%+v %+v (%v)", s, former, err)
		}
		expire(25*time.Hour, 1)
		d.prints("press", "", entry("p", "Flight from LY", "https://press.example/p", text+" It was cold."))
		d.pull("press")
		d.tells("ly", "press") // the copy does not find it any more
		expire(25*time.Hour, 1)
		if s := d.carried("ly"); s.Lead().Entry.Content != "" || s.Lead().Entry.Title != "Flight from LY" {
			t.Errorf("%+v", s)
		}
		if again := d.pull("ly"); again.Entries.New+again.Entries.Changed != 0 {
			t.Errorf("the same is news: %+v", again.Entries)
		}
		if (Retention{}).Expiry(d.now).Versions.IsZero() != true {
			t.Error("without settings something has its time")
		}
	})
}
