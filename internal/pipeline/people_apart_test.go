package pipeline

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/store"
)

// Of two sources kept apart as copies, what one says in another language still meets.
func TestTranslationsMeetOfSourcesThatAreNoCopies(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("press", "mena", feeds.KindMedia))
		// One page, which each says in a language of its own.
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text), entry("b", "Training for officers", "https://ly.example/b", other))
		d.prints("press", "", entry("p", "Training for officers", "https://press.example/b", other),
			`<entry xml:lang="fr"><id>f</id><title>Un vol depuis LY</title><link href="https://ly.example/a"/><published>2026-11-19T08:00:00Z</published><updated>2026-11-19T08:00:00Z</updated>`+
				`<content type="html">Quatre-vingt-quatorze personnes sont rentrées chez elles mardi par un vol que la mission avait organisé.</content></entry>`)
		d.pull()
		if len(d.stories()) != 2 {
			t.Fatalf("%q", d.told())
		}
		both := d.decides(feeds.Ruling{Action: feeds.RulingApart, Sources: []string{"ly", "press"}, Translations: true})
		d.tells("ly", "ly press", "press")
		all := d.decides(feeds.Ruling{Action: feeds.RulingApart, Sources: []string{"ly", "press"}})
		d.tells("ly", "ly", "press", "press")
		d.undoes(all.ID)
		d.tells("ly", "ly press", "press")
		d.undoes(both.ID)
		d.tells("ly press", "ly press")
	})
}

// What the catalogue says about grouping holds for what is kept, too.
func TestASourceThatIsAloneFromNowOn(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		threeSources(d)
		alone := source("press", "mena", feeds.KindMedia)
		alone.Group = feeds.GroupAlone
		for _, press := range []feeds.Source{alone, source("press", "mena", feeds.KindMedia)} {
			d.now = d.now.Add(time.Hour)
			d.catalogue(source("ly", "mena", feeds.KindIOM), source("ngo", "mena", feeds.KindPartner), press)
			if err := d.editors().Realign(t.Context()); err != nil {
				t.Fatal(err)
			}
			d.sound()
			if press.Group == feeds.GroupAlone {
				d.tells("ly", "ngo", "press")
			} else {
				d.tells("ly press", "ngo")
			}
		}
	})
}

// Grouping anew goes on where it was stopped.
func TestRealignGoesOn(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("press", "mena", feeds.KindMedia))
		var ly, press []string
		const n = 2*realignAtOnce + 3
		for i := range n {
			said := fmt.Sprintf("%s Flight %d left with %d people.", text, 1000+i, 3000+7*i)
			ly = append(ly, entry(fmt.Sprintf("a%d", i), fmt.Sprintf("Release of flight %d", 1000+i), fmt.Sprintf("https://ly.example/%d", i), said))
			press = append(press, entry(fmt.Sprintf("p%d", i), fmt.Sprintf("Release of flight %d", 1000+i), fmt.Sprintf("https://ly.example/%d", i), said))
		}
		d.prints("ly", "", ly...)
		d.prints("press", "", press...)
		d.pull()
		both := func() (n int) {
			all, err := d.db.Stories(t.Context(), feeds.Selector{}, 1000)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range all {
				if copyOf(s, "ly") != 0 && copyOf(s, "press") != 0 {
					n++
				}
			}
			return n
		}
		before := both()
		if before <= realignAtOnce {
			t.Fatalf("%d stories of both are too few", before)
		}
		stop, cancel := context.WithCancel(t.Context())
		e := d.editors()
		steps := 0
		e.Now = func() time.Time {
			if steps++; steps == 3 { // within the second page
				cancel()
			}
			return d.now
		}
		_, _, err := e.Decide(stop, feeds.Ruling{Action: feeds.RulingApart, Sources: []string{"ly", "press"}, By: "ana", Office: "hq", Why: "because"})
		if err == nil {
			t.Fatal("it was not stopped")
		}
		if got := both(); got == 0 || got == before {
			t.Fatalf("%d stories of both, of %d, when it was stopped", got, before)
		}
		d.sound()
		if err := d.editors().Realign(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.sound()
		if got := both(); got != 0 {
			t.Errorf("%d stories are still of both", got)
		}
	})
}

// A lead that is chosen, and another one, and the first again: the last choice holds.
func TestTheLastChoiceOfALeadHolds(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		threeSources(d)
		s := d.carried("ly")
		choose := func(id string) {
			d.decides(feeds.Ruling{Action: feeds.RulingLead, Story: s.ID, Entries: []int64{copyOf(s, id)}})
		}
		choose("press")
		choose("ly")
		d.tells("ly press", "ngo")
		choose("press")
		d.tells("ngo", "press ly")
		d.now = d.now.Add(time.Hour)
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text+" It was cold."))
		d.pull()
		d.tells("ngo", "press ly")
		if _, err := d.people(nil, "2").Relabel(t.Context(), RelabelScope{}, nil); err != nil {
			t.Fatal(err)
		}
		d.tells("ngo", "press ly")
	})
}

// Two editors at once, and a pull: one of two orders, nothing between them, nothing lost.
func TestEditorsAndAPullAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		threeSources(d)
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("ngo", "mena", feeds.KindPartner), source("press", "mena", feeds.KindMedia), source("wire", "mena", feeds.KindMedia))
		flight, training := d.carried("ly"), d.carried("ngo")
		d.prints("wire", "", entry("w", "Flight from LY", "https://wire.example/w", text))
		d.prints("ngo", "", entry("n", "Training for officers", "https://ngo.example/n", other+" Sixty more will follow."))
		states, err := d.db.Sources(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		decide := func(r feeds.Ruling) {
			r.By, r.Office, r.Why = "ana", "hq", "because"
			all.Go(func() {
				if _, _, err := d.editors().Decide(t.Context(), r); err != nil {
					t.Error(err)
				}
			})
		}
		for range 2 {
			decide(feeds.Ruling{Action: feeds.RulingMerge, Story: flight.ID, Entries: []int64{flight.Lead().EntryID, training.Lead().EntryID}})
		}
		decide(feeds.Ruling{Action: feeds.RulingSplit, Story: flight.ID, Entries: []int64{copyOf(flight, "press")}, Others: []int64{copyOf(flight, "ly")}})
		all.Go(func() {
			p := *d.Puller
			if _, err := p.Pull(t.Context(), states, nil); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		d.sound()
		rulings, err := d.db.Rulings(t.Context(), store.RulingQuery{})
		if err != nil {
			t.Fatal(err)
		}
		seen := map[int64]bool{}
		for _, s := range d.stories() {
			for _, c := range s.Copies {
				seen[c.EntryID] = true
			}
		}
		if len(seen) != 4 {
			t.Errorf("%d entries are listed in %q", len(seen), d.told())
		}
		// The last word holds.
		one := d.carried("press").ID == d.carried("ly").ID
		last := rulings[len(rulings)-1].Action
		if last == feeds.RulingSplit && one {
			t.Errorf("split last, and the stories are %q", d.told())
		}
		if d.carried("ngo").ID != d.carried("ly").ID {
			t.Errorf("merged, and the stories are %q", d.told())
		}
	})
}

func TestWhyACopyIsHere(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		threeSources(d)
		merge := d.merges(d.carried("ngo"), d.carried("ly"))
		s := d.carried("ly")
		reasons, err := d.editors().Reasons(t.Context(), s.Lead().EntryID)
		if err != nil || len(reasons) != 2 {
			t.Fatalf("%+v (%v)", reasons, err)
		}
		for _, r := range reasons {
			want := map[int64]string{copyOf(s, "press"): "text", copyOf(s, "ngo"): "people"}[r.Entry]
			if r.Code != want || r.With != s.Lead().EntryID {
				t.Errorf("%+v, want %s", r, want)
			}
		}
		p, err := d.editors().Why(t.Context(), copyOf(s, "ly"), copyOf(s, "ngo"))
		if err != nil || !p.Together || p.Apart || len(p.Rulings) != 1 || p.Rulings[0].ID != merge.ID {
			t.Errorf("%+v (%v)", p, err)
		}
		d.undoes(merge.ID)
		apart := d.decides(feeds.Ruling{Action: feeds.RulingApart, Sources: []string{"ly", "press"}})
		p, err = d.editors().Why(t.Context(), copyOf(s, "ly"), copyOf(s, "press"))
		if err != nil || p.Together || !p.Apart || !p.Verdict.Same || len(p.Rulings) != 1 || p.Rulings[0].ID != apart.ID {
			t.Errorf("%+v (%v)", p, err)
		}
	})
}
