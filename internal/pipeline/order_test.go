package pipeline

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/dedupe"
	"tributary/internal/store"
)

// invented is a world of entries: releases with copies, cuts, updates and re-worded
// reprints, and the next issues of the same series.
type invented struct {
	sources []feeds.Source
	entries map[string][]string // source -> Atom entries
	items   []dedupe.Item       // the same, to be grouped without a store
}

func invent(rnd *rand.Rand) *invented {
	w := &invented{entries: map[string][]string{}}
	for i := range 5 {
		kind := []feeds.Kind{feeds.KindIOM, feeds.KindPartner, feeds.KindMedia}[i%3]
		w.sources = append(w.sources, source(fmt.Sprintf("s%d", i), "mena", kind))
	}
	word := func() string {
		var b strings.Builder
		for range 2 + rnd.IntN(3) {
			b.WriteByte("bdfgklmnprstvz"[rnd.IntN(14)])
			b.WriteByte("aeiou"[rnd.IntN(5)])
		}
		return b.String()
	}
	sentence := func() string {
		words := make([]string, 9+rnd.IntN(9))
		for i := range words {
			words[i] = word()
			if rnd.IntN(6) == 0 {
				words[i] = strings.ToUpper(words[i][:1]) + words[i][1:]
			}
		}
		return strings.Join(words, " ") + fmt.Sprintf(" %d.", 11+rnd.IntN(9000))
	}
	n := 0
	put := func(title string, sentences []string, at time.Time) {
		n++
		s := w.sources[rnd.IntN(len(w.sources))]
		guid, link, text := fmt.Sprintf("e%d", n), fmt.Sprintf("https://%s.example/%d", s.ID, n), strings.Join(sentences, " ")
		stamp := at.Format(time.RFC3339)
		w.entries[s.ID] = append(w.entries[s.ID], fmt.Sprintf(`<entry><id>%s</id><title>%s</title><link href="%s"/><published>%s</published><updated>%s</updated><content type="html">%s</content></entry>`,
			guid, title, link, stamp, stamp, text))
		w.items = append(w.items, dedupe.Item{ID: guid, Source: s.ID, Text: text, Published: at, Labelled: dedupe.Labelled{Language: "en"},
			Entry: feeds.Entry{ID: guid, Title: title, Link: link, Language: "en"}})
	}
	noon := time.Date(2026, 11, 10, 12, 0, 0, 0, time.UTC)
	for release := range 7 {
		title := word() + " " + word() + " " + word() + " " + word()
		var body []string
		for range 6 {
			body = append(body, sentence())
		}
		at := noon.Add(time.Duration(release) * 20 * time.Hour)
		put(title, body, at)
		put(title, body[:2+rnd.IntN(4)], at.Add(time.Hour))
		put(title+" (corrected)", append([]string{sentence()}, body...), at.Add(2*time.Hour))
		cut := slices.Clone(body)
		rnd.Shuffle(len(cut)-1, func(i, j int) { cut[i+1], cut[j+1] = cut[j+1], cut[i+1] })
		put(word()+" "+title, cut[:4], at.Add(3*time.Hour))
		for issue := range 2 { // a series in its words
			put(fmt.Sprintf("Situation report No. %d", 10*release+issue), append([]string{body[0], body[1]}, sentence()), at.Add(time.Duration(issue)*24*time.Hour))
		}
	}
	return w
}

// partition are the stories of a store as sets of guids.
func partition(t *testing.T, db *store.DB) []string {
	t.Helper()
	all, err := db.Stories(t.Context(), feeds.Selector{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range all {
		var guids []string
		for _, c := range s.Copies {
			guids = append(guids, c.Entry.ID)
		}
		slices.Sort(guids)
		out = append(out, strings.Join(guids, " "))
	}
	slices.Sort(out)
	return out
}

// The same entries end in the same stories, whether they come in one pull or in many, in
// whatever order, through one handle or through three at once; and in those that they are
// grouped into without a store.
func TestOrderDoesNotMatter(t *testing.T) {
	for seed := range uint64(3) {
		w := invent(rand.New(rand.NewPCG(seed, 5)))
		names := dedupe.Group(w.items, dedupe.DefaultWindows)
		sets := map[string][]string{}
		for i, name := range names {
			sets[name] = append(sets[name], w.items[i].ID)
		}
		var want []string
		for _, set := range sets {
			slices.Sort(set)
			want = append(want, strings.Join(set, " "))
		}
		slices.Sort(want)
		if len(want) == len(w.items) || len(want) < 7 {
			t.Fatalf("seed %d: %d stories of %d entries prove nothing", seed, len(want), len(w.items))
		}
		for how, pulls := range map[string]func(d *desk){
			"all at once": func(d *desk) {
				for _, id := range slices.Sorted(maps.Keys(w.entries)) {
					d.prints(id, "", w.entries[id]...)
				}
				d.pull()
			},
			"one by one, in any order": func(d *desk) {
				rnd := rand.New(rand.NewPCG(seed, 6))
				shown := map[string][]string{}
				type one struct{ source, entry string }
				var all []one
				for _, id := range slices.Sorted(maps.Keys(w.entries)) {
					for _, e := range w.entries[id] {
						all = append(all, one{id, e})
					}
				}
				rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
				for _, o := range all {
					shown[o.source] = append(shown[o.source], o.entry)
					d.prints(o.source, "", shown[o.source]...)
					d.now = d.now.Add(time.Minute)
					d.pull(o.source)
				}
				if r := d.pull(); r.Entries.New+r.Entries.Changed > 0 {
					d.t.Errorf("pulled again: %+v", r.Entries)
				}
			},
			"by three at once": func(d *desk) {
				for id, entries := range w.entries {
					d.prints(id, "", entries...)
				}
				states, err := d.db.Sources(d.t.Context())
				if err != nil {
					d.t.Fatal(err)
				}
				var all sync.WaitGroup
				for part := range 3 {
					p := *d.Puller
					var mine []store.SourceState
					for i := part; i < len(states); i += 3 {
						mine = append(mine, states[i])
					}
					all.Go(func() {
						if _, err := p.Pull(d.t.Context(), mine, nil); err != nil {
							d.t.Error(err)
						}
					})
				}
				all.Wait()
				d.sound()
			},
		} {
			t.Run(fmt.Sprintf("%d %s", seed, how), func(t *testing.T) {
				onBoth(t, func(t *testing.T, d *desk) {
					d.now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
					d.catalogue(w.sources...)
					pulls(d)
					got := partition(t, d.db)
					for _, s := range got {
						if !slices.Contains(want, s) {
							t.Errorf("story of %s", s)
						}
					}
					if !slices.Equal(got, want) {
						t.Errorf("%d stories, want %d", len(got), len(want))
					}
				})
			})
		}
	}
}
