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

// invented is a world of entries: releases with copies, cuts, updates, re-worded reprints
// and translations that share figures and names, and the next issues of the same series.
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
	vowels := "aeiou" // of the language that is spoken
	word := func() string {
		var b strings.Builder
		for range 2 + rnd.IntN(3) {
			b.WriteByte("bdfgklmnprstvz"[rnd.IntN(14)])
			b.WriteByte(vowels[rnd.IntN(len(vowels))])
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
	lang, country := "en", ""
	put := func(title string, sentences []string, at time.Time) {
		n++
		title += " " + country // by which the test's classifier labels it
		s := w.sources[rnd.IntN(len(w.sources))]
		guid, link, text := fmt.Sprintf("e%d", n), fmt.Sprintf("https://%s.example/%d", s.ID, n), strings.Join(sentences, " ")
		stamp := at.Format(time.RFC3339)
		w.entries[s.ID] = append(w.entries[s.ID], fmt.Sprintf(`<entry xml:lang="%s"><id>%s</id><title>%s</title><link href="%s"/><published>%s</published><updated>%s</updated><content type="html">%s</content></entry>`,
			lang, guid, title, link, stamp, stamp, text))
		w.items = append(w.items, dedupe.Item{ID: guid, Source: s.ID, Text: text, Published: at, Labelled: dedupe.Labelled{Language: lang, Countries: []string{country}},
			Entry: feeds.Entry{ID: guid, Title: title, Link: link, Language: lang}})
	}
	noon := time.Date(2026, 11, 10, 12, 0, 0, 0, time.UTC)
	for release := range 7 {
		country = string([]byte{'A' + byte(rnd.IntN(26)), 'A' + byte(rnd.IntN(26))})
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
		names := strings.ToUpper(word()[:1]) + word() + word()
		figures := fmt.Sprintf("%d %d", 1111+rnd.IntN(8000), 101+rnd.IntN(800))
		put(word()+" "+word()+" "+word(), []string{sentence(), word() + " " + names + " " + figures + "."}, at.Add(4*time.Hour))
		lang, vowels = "fr", "ou"
		put(word()+" "+word()+" "+word(), []string{word() + " " + names + " " + figures + ".", sentence()[:40]}, at.Add(5*time.Hour))
		lang, vowels = "en", "aeiou"
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

// storyOf is the id of the story of each guid.
func storyOf(t *testing.T, db *store.DB) map[string]string {
	t.Helper()
	all, err := db.Stories(t.Context(), feeds.Selector{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, s := range all {
		for _, c := range s.Copies {
			out[c.Entry.ID] = s.ID
		}
	}
	return out
}

// The same entries end in the same stories, whether they come in one pull or in many, in
// whatever order, through one handle or through three at once; and in those that they are
// grouped into without a store.
func TestOrderDoesNotMatter(t *testing.T) {
	for seed := range uint64(10) {
		w := invent(rand.New(rand.NewPCG(seed, 5)))
		names := dedupe.Group(w.items, dedupe.DefaultWindows)
		sets, tongues, translated := map[string][]string{}, map[string]string{}, 0
		for i, name := range names {
			sets[name] = append(sets[name], w.items[i].ID)
			if lang := w.items[i].Language; tongues[name] != "" && tongues[name] != lang {
				translated++
			}
			tongues[name] = w.items[i].Language
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
		if translated < 3 {
			t.Fatalf("seed %d: %d translations prove nothing", seed, translated)
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
					db, err := store.Open(d.t.Context(), d.where) // as another process would
					if err != nil {
						d.t.Fatal(err)
					}
					d.t.Cleanup(func() {
						if err := db.Close(); err != nil {
							d.t.Error(err)
						}
					})
					p := *d.Puller
					p.Store = db
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
					ids := storyOf(t, d.db)
					if r := d.pull(); r.Entries.New+r.Entries.Changed > 0 {
						t.Errorf("pulled again: %+v", r.Entries)
					}
					if again := storyOf(t, d.db); !maps.Equal(ids, again) {
						t.Errorf("pulled again, entries are in other stories: %v, were in %v", again, ids)
					}
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
