package pipeline

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/store"
)

// told by three sources, of which two say one thing and one another.
func threeSources(d *desk) {
	d.catalogue(source("ly", "mena", feeds.KindIOM), source("ngo", "mena", feeds.KindPartner), source("press", "mena", feeds.KindMedia))
	d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text))
	d.prints("ngo", "", entry("n", "Training for officers", "https://ngo.example/n", other))
	d.prints("press", "", entry("p", "Flight from LY", "https://press.example/p", text))
	d.pull()
	d.tells("ly press", "ngo")
}

func (d *desk) merges(stories ...feeds.Story) feeds.Ruling {
	d.t.Helper()
	r := feeds.Ruling{Action: feeds.RulingMerge, Story: stories[0].ID}
	for i := range stories {
		r.Entries = append(r.Entries, stories[i].Lead().EntryID)
	}
	return d.decides(r)
}

func (d *desk) splits(s feeds.Story, sources ...string) feeds.Ruling {
	d.t.Helper()
	r := feeds.Ruling{Action: feeds.RulingSplit, Story: s.ID}
	for _, c := range s.Copies {
		if slices.Contains(sources, c.SourceID) {
			r.Entries = append(r.Entries, c.EntryID)
		} else {
			r.Others = append(r.Others, c.EntryID)
		}
	}
	return d.decides(r)
}

// What is taken back stands as it did: under its ids, with what people said about it.
func TestAMergeTakenBackGivesTheIDsBack(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		threeSources(d)
		flight, training := d.carried("ly"), d.carried("ngo")
		d.correct(d.people(nil, "1"), said(max(flight.ID, training.ID), feeds.ActionAdd, feeds.LabelCountry, "TN"))
		r := d.merges(flight, training)
		d.tells("ly ngo press")
		d.now = d.now.Add(time.Hour)
		d.undoes(r.ID)
		d.tells("ly press", "ngo")
		for source, was := range map[string]feeds.Story{"ly": flight, "ngo": training} {
			is := d.carried(source)
			if is.ID != was.ID || !is.Published.Equal(was.Published) {
				t.Errorf("the story of %s is %s of %s, was %s of %s", source, is.ID, is.Published, was.ID, was.Published)
			}
			corrected, err := d.db.Corrections(t.Context(), storeCorrections(is.ID))
			if err != nil || (len(corrected) == 1) != (is.ID == max(flight.ID, training.ID)) {
				t.Errorf("corrections of %s: %v (%v)", source, corrected, err)
			}
			byPerson := slices.ContainsFunc(is.Labels, func(l feeds.Label) bool { return l.By == feeds.ByPerson })
			if byPerson != (is.ID == max(flight.ID, training.ID)) {
				t.Errorf("labels of %s: %+v", source, is.Labels)
			}
		}
		if gone := d.gone(); len(gone) != 0 {
			t.Errorf("tombstones %v of what is back", gone)
		}
	})
}

// Of several that became one and then some others, each old id leads to the story that its
// entry is in.
func TestOldIDsFollowTheirEntries(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		threeSources(d)
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("ngo", "mena", feeds.KindPartner), source("press", "mena", feeds.KindMedia), source("wire", "mena", feeds.KindMedia))
		d.prints("wire", "", entry("w", "A bridge is mended", "https://wire.example/w", "Engineers have mended the old bridge over the river, which the flood of the spring had taken away with eleven houses."))
		d.pull("wire")
		was := map[string]string{"ly": d.carried("ly").ID, "ngo": d.carried("ngo").ID, "wire": d.carried("wire").ID}
		first := d.merges(d.carried("ngo"), d.carried("wire"))
		second := d.merges(d.carried("ly"), d.carried("wire"))
		d.tells("ly ngo press wire")
		d.undoes(second.ID)
		d.tells("ly press", "ngo wire")
		for source, id := range was {
			s, _, err := d.db.Story(t.Context(), id)
			if err != nil || copyOf(s, source) == 0 {
				t.Errorf("the former story of %s leads to %+v (%v)", source, s, err)
			}
		}
		d.undoes(first.ID)
		for source, id := range was {
			if got := d.carried(source).ID; got != id {
				t.Errorf("the story of %s is %s, was %s", source, got, id)
			}
		}
	})
}

// Of two things said about the same entries the later one holds, whichever entries led.
func TestTheLaterRulingHolds(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		threeSources(d)
		d.merges(d.carried("ngo"), d.carried("ly"))
		d.splits(d.carried("ngo"), "press")
		d.tells("ly ngo", "press")
		merged := d.merges(d.carried("press"), d.carried("ngo"))
		d.tells("ly ngo press")
		d.now = d.now.Add(time.Hour)
		d.prints("ngo", "", entry("n", "Training for officers", "https://ngo.example/n", other+" Sixty more will follow."))
		d.pull()
		d.tells("ly ngo press")
		d.undoes(merged.ID)
		d.tells("ly ngo", "press")
	})
}

// What stays in a story when some of it is split off, and what is split off together, is
// not scattered, though the machine sees nothing in common.
func TestASplitLeavesTwoStories(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		threeSources(d)
		d.merges(d.carried("ngo"), d.carried("ly"))
		s := d.carried("ly")
		split := d.splits(s, "ly")
		d.tells("ly", "ngo press")
		d.now = d.now.Add(time.Hour)
		d.prints("ngo", "", entry("n", "Training for officers", "https://ngo.example/n", other+" Sixty more will follow."))
		d.pull()
		d.tells("ly", "ngo press")
		d.undoes(split.ID)
		d.tells("ly ngo press")
	})
}

// A copy that its publisher has rewritten stays with the story it was in, also when that is
// merged and parted again.
func TestARewrittenCopyComesBackToItsStory(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		threeSources(d)
		d.now = d.now.Add(time.Hour)
		d.prints("press", "", entry("p", "A bridge is mended", "https://press.example/p", "Engineers have mended the old bridge over the river, which the flood of the spring had taken away with eleven houses."))
		d.pull("press")
		d.tells("ly press", "ngo")
		r := d.merges(d.carried("ngo"), d.carried("ly"))
		d.undoes(r.ID)
		d.tells("ly press", "ngo")
		lead := d.decides(feeds.Ruling{Action: feeds.RulingLead, Story: d.carried("ly").ID, Entries: []int64{copyOf(d.carried("ly"), "press")}})
		d.undoes(lead.ID)
		d.tells("ly press", "ngo")
		split := d.splits(d.carried("ly"), "press")
		d.tells("ly", "ngo", "press")
		d.undoes(split.ID)
		d.tells("ly press", "ngo")
	})
}

// Copies of one part that come after a merge join it, although the other part has another
// headline over the same text.
func TestAMergedStoryTakesCopiesOfEitherPart(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("ngo", "mena", feeds.KindPartner), source("press", "mena", feeds.KindMedia))
		d.prints("ly", "", entry("a", "Situation report No. 20", "https://ly.example/a", text))
		d.prints("ngo", "", entry("n", "Situation report No. 21", "https://ngo.example/n", text))
		d.pull()
		d.tells("ly", "ngo")
		d.merges(d.carried("ngo"), d.carried("ly"))
		d.tells("ly ngo")
		d.prints("press", "", entry("p", "Situation report No. 21", "https://press.example/p", text))
		d.pull("press")
		d.tells("ly ngo press")
	})
}

// Sources that are kept apart, and no longer, are so at once: in what is kept, too.
func TestApartHoldsForWhatIsKept(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		threeSources(d)
		id := d.carried("press").ID
		apart := d.decides(feeds.Ruling{Action: feeds.RulingApart, Sources: []string{"ly", "press"}})
		d.tells("ly", "ngo", "press")
		d.undoes(apart.ID)
		d.tells("ly press", "ngo")
		if got := d.carried("press").ID; got != id {
			t.Errorf("the story is %s, was %s", got, id)
		}
		alone := d.decides(feeds.Ruling{Action: feeds.RulingApart, Sources: []string{"press"}})
		d.tells("ly", "ngo", "press")
		d.undoes(alone.ID)
		d.tells("ly press", "ngo")
	})
}

func storeCorrections(id string) store.CorrectionQuery { return store.CorrectionQuery{Story: id} }

// What a person chose to lead does so when another copy is taken back by its publisher.
func TestTheChosenLeadHoldsWhenACopyGoes(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("ngo", "mena", feeds.KindPartner), source("press", "mena", feeds.KindMedia))
		for _, id := range []string{"ly", "ngo", "press"} {
			d.prints(id, "", entry("urn:"+id, "Flight from LY", "https://"+id+".example/a", text))
		}
		d.pull()
		s := d.carried("press")
		d.decides(feeds.Ruling{Action: feeds.RulingLead, Story: s.ID, Entries: []int64{copyOf(s, "press")}})
		d.tells("press ly ngo")
		d.now = d.now.Add(time.Minute)
		d.prints("ngo", "", `<at:deleted-entry ref="urn:ngo" when="2026-11-20T12:02:00Z"/>`)
		d.pull("ngo")
		d.tells("press ly")
	})
}

// Whatever people merge, split and take back while sources are pulled: every entry is in
// one story, every id that was ever listed leads to one that stands, what is taken back at
// once leaves everything as it was, and when all is taken back the same stories stand under
// the ids that they had, so that nothing is told again.
func TestWhatWasToldIsNotToldAgain(t *testing.T) {
	for seed := range uint64(5) {
		onBoth(t, func(t *testing.T, d *desk) {
			rnd := rand.New(rand.NewPCG(seed, 3))
			bodies := []string{text, other, "Engineers have mended the old bridge over the river, which the flood of the spring had taken away with eleven houses."}
			var sources []feeds.Source
			for i := range 7 {
				sources = append(sources, source(fmt.Sprintf("s%d", i), "mena", feeds.KindPartner))
			}
			d.catalogue(sources...)
			for i := range sources {
				d.prints(fmt.Sprintf("s%d", i), "", entry("e", fmt.Sprintf("Telling number %c", 'A'+i%3), fmt.Sprintf("https://s%d.example/e", i), bodies[i%3]))
			}
			d.pull()
			d.now = d.now.Add(DefaultGrouping().LeadSettles + time.Hour)
			arranged := func() map[string]string { // id -> its entries
				out := map[string]string{}
				for _, s := range d.stories() {
					var names []string
					for _, c := range s.Copies {
						names = append(names, c.SourceID)
					}
					slices.Sort(names)
					out[s.ID] = strings.Join(names, " ")
				}
				return out
			}
			before := arranged()
			if len(before) != 3 {
				t.Fatalf("%q", before)
			}
			ids := map[string]bool{}
			look := func(what string) {
				t.Helper()
				seen := map[int64]bool{}
				for _, s := range d.stories() {
					ids[s.ID] = true
					for _, c := range s.Copies {
						if seen[c.EntryID] {
							t.Fatalf("%s: entry %d is in two stories", what, c.EntryID)
						}
						seen[c.EntryID] = true
					}
				}
				if len(seen) != len(sources) {
					t.Fatalf("%s: %d entries are listed", what, len(seen))
				}
				for id := range ids {
					s, _, err := d.db.Story(t.Context(), id)
					if err != nil {
						t.Fatalf("%s: %s leads nowhere: %v", what, id, err)
					}
					if !s.Withdrawn.IsZero() {
						t.Fatalf("%s: %s leads to %s, which does not stand", what, id, s.ID)
					}
				}
			}
			look("at first")
			var standing []int64
			for round := range 24 {
				all := d.stories()
				s := all[rnd.IntN(len(all))]
				was, told, said := arranged(), d.told(), len(standing)
				what := fmt.Sprintf("seed %d, round %d", seed, round)
				switch rnd.IntN(4) {
				case 0:
					if o := all[rnd.IntN(len(all))]; o.ID != s.ID {
						standing = append(standing, d.merges(s, o).ID)
					}
				case 1:
					if n := len(s.Copies); n > 1 {
						standing = append(standing, d.splits(s, s.Copies[rnd.IntN(n)].SourceID).ID)
					}
				case 2:
					if len(standing) > 0 {
						k := rnd.IntN(len(standing))
						d.undoes(standing[k])
						standing = slices.Delete(standing, k, k+1)
					}
				case 3:
					d.now = d.now.Add(time.Hour)
					if again := d.pull(); again.Stories.New+again.Entries.New > 0 {
						t.Errorf("%s: a pull of the same brings %+v", what, again)
					}
				}
				look(what)
				if len(standing) > said && rnd.IntN(3) == 0 { // a slip of the hand
					d.undoes(standing[said])
					standing = standing[:said]
					look(what)
					if got := arranged(); !maps.Equal(got, was) || !slices.Equal(d.told(), told) {
						t.Fatalf("%s: taken back at once, the stories are %q %q, were %q %q", what, got, d.told(), was, told)
					}
				}
			}
			for len(standing) > 0 {
				d.undoes(standing[len(standing)-1])
				standing = standing[:len(standing)-1]
				look("taking back")
			}
			if got := arranged(); !maps.Equal(got, before) {
				t.Errorf("seed %d: all taken back, the stories are %q, were %q", seed, got, before)
			}
		})
	}
}
