package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"tributary/feeds"
	"tributary/internal/store"
)

// The load of a cold start: feeds of 25 items of 1.5 KiB, of which one in five is a
// copy of an item of another feed, with four labels a story.
const (
	benchSources = 1000
	benchItems   = 25
)

func BenchmarkSQLite(b *testing.B)   { benchmarks(b, onSQLite) }
func BenchmarkPostgres(b *testing.B) { benchmarks(b, onPostgres) }

func benchmarks(b *testing.B, p place) {
	b.Run("Commit/random", func(b *testing.B) { benchCommit(b, p, false) })
	b.Run("Commit/local", func(b *testing.B) { benchCommit(b, p, true) })
	b.Run("Known+Near", func(b *testing.B) { benchKnown(b, p) })
	b.Run("SavePollings500", func(b *testing.B) { benchPollings(b, p) })
	b.Run("Stories50", func(b *testing.B) { benchStories(b, p) })
	b.Run("Index", func(b *testing.B) { benchIndex(b, p) })
	b.Run("Expire", func(b *testing.B) { benchExpire(b, p) })
}

func benchCatalogue() []feeds.Source {
	catalogue := make([]feeds.Source, benchSources)
	for i := range catalogue {
		catalogue[i] = feeds.Source{ID: fmt.Sprintf("source-%04d", i), Office: fmt.Sprintf("o%d", i%20), Kind: feeds.KindIOM,
			URL: fmt.Sprintf("https://site-%d.example/rss.xml", i), Enabled: true, Schedule: "0 * * * *", Zone: "UTC"}
	}
	return catalogue
}

func benchDB(b *testing.B, p place) *store.DB {
	db := open(b, p.migrated(b))
	must(b, db.SyncSources(b.Context(), benchCatalogue()))
	return db
}

// load makes the changes of a cold start, one a source.
type load struct {
	rnd  *rand.Rand
	text string
	n    int
	// local gives the entries and keys of one source ids that stand together, so that
	// they share pages; else they are as random as a hash.
	local bool
	pool  []shared // stories that other feeds may carry too
}

type shared struct{ story string }

func newLoad() *load {
	words := strings.Fields("migrants people assistance support displacement families return shelter border health protection " +
		"community office programme government partners funding response crisis needs region reported during across")
	rnd := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for b.Len() < 1300 {
		b.WriteString("<p>")
		for range 14 {
			b.WriteString(words[rnd.IntN(len(words))] + " ")
		}
		b.WriteString("</p>\n")
	}
	return &load{rnd: rnd, text: b.String()}
}

func (l *load) change() store.Change {
	source := fmt.Sprintf("source-%04d", l.n%benchSources)
	now := noon.Add(time.Duration(l.n) * time.Second)
	c := store.Change{Now: now, Polling: feeds.Polling{SourceID: source, URL: "https://x.example/" + source, ETag: `"abc"`,
		BodyHash: strings.Repeat("a", 64), LastRun: now, LastSuccess: now, NextRun: now.Add(time.Hour), Outcome: feeds.OutcomeFetched, Status: 200}}
	for i := range benchItems {
		id := l.rnd.Int64()
		if l.local {
			id = int64(l.n)<<47 | id>>17
		}
		published := now.Add(-time.Duration(l.rnd.IntN(60*24*30)) * time.Minute)
		title := fmt.Sprintf("Release number %d of %s about people on the move in the region", i, source)
		e := store.NewEntry{ID: id, Published: published, Hash: fmt.Sprintf("%032x", id), TextHash: fmt.Sprintf("%032x", id+1),
			CanonicalURL: fmt.Sprintf("%s.example/news/%d", source, i),
			Print:        l.print(id),
			Entry: feeds.Entry{ID: fmt.Sprintf("https://%s.example/?p=%d", source, id), Title: title, Link: fmt.Sprintf("https://%s.example/news/%d", source, i),
				Content: l.text, Summary: title, Published: published, DateText: published.Format(time.RFC1123Z), Language: "en",
				Authors: []feeds.Person{{Name: "Press office"}}, Categories: []feeds.Category{{Term: "Migration"}, {Term: "Libya"}},
				Links: []feeds.Link{{Rel: "alternate", Href: fmt.Sprintf("https://%s.example/news/%d", source, i)}}}}
		if len(l.pool) > 0 && l.rnd.IntN(5) == 0 {
			e.StoryID = l.pool[l.rnd.IntN(len(l.pool))].story
			c.New = append(c.New, e)
			continue
		}
		e.StoryID = strings.ToLower(ulid.MustNew(ulid.Timestamp(now), ulidEntropy{l.rnd}).String())
		c.New = append(c.New, e)
		c.Stories = append(c.Stories, store.StoryState{ID: e.StoryID, Mint: true, LeadEntryID: id, Published: published, Updated: published,
			Labels: []feeds.Label{label(feeds.LabelCountry, fmt.Sprintf("%c%c", 'A'+l.rnd.IntN(14), 'A'+l.rnd.IntN(14))),
				label(feeds.LabelRegion, fmt.Sprintf("region-%d", l.rnd.IntN(12))), label(feeds.LabelTopic, fmt.Sprintf("topic-%d", l.rnd.IntN(40))),
				label(feeds.LabelLanguage, "en")}})
		if i < 5 {
			l.pool = append(l.pool, shared{story: e.StoryID})
		}
	}
	l.n++
	return c
}

// print is as large as that of an entry of some 150 words.
func (l *load) print(id int64) *store.Print {
	p := &store.Print{EntryID: id, Document: make([]byte, 900)}
	for range 18 {
		p.Keys = append(p.Keys, l.rnd.Uint64()>>1)
	}
	return p
}

type ulidEntropy struct{ rnd *rand.Rand }

func (u ulidEntropy) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(u.rnd.Uint32())
	}
	return len(p), nil
}

func benchCommit(b *testing.B, p place, local bool) {
	db, l := benchDB(b, p), newLoad()
	l.local = local
	ctx := b.Context()
	var worked time.Duration
	for b.Loop() {
		b.StopTimer()
		c := l.change()
		before := processorTime()
		b.StartTimer()
		must(b, db.Commit(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.Apply(ctx, c) }))
		worked += processorTime() - before
	}
	b.ReportMetric(float64(worked.Microseconds())/float64(b.N), "cpu-µs/op")
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*benchItems), "µs/entry")
}

// processorTime is what this process has used: what counts when the machine has more
// to do than the benchmark. A server's is not in it.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func benchKnown(b *testing.B, p place) {
	db, l := benchDB(b, p), newLoad()
	ctx := b.Context()
	var ids []int64
	var keys []uint64
	for range 200 {
		c := l.change()
		apply(b, db, c)
		ids, keys = ids[:0], keys[:0]
		for i := range c.New {
			ids = append(ids, c.New[i].ID)
			keys = append(keys, c.New[i].Print.Keys...)
		}
	}
	for i := range keys {
		if i%3 > 0 { // most keys lead nowhere
			keys[i] ^= 1 << 40
		}
	}
	for b.Loop() {
		known, err := db.Known(ctx, "source-0199", ids)
		must(b, err)
		near, err := db.Postings(ctx, keys, 64)
		must(b, err)
		if len(known) != benchItems || len(near) < 10 {
			b.Fatal(len(known), len(near))
		}
	}
}

func benchPollings(b *testing.B, p place) {
	db := benchDB(b, p)
	states, err := db.Sources(b.Context())
	must(b, err)
	pollings := make([]feeds.Polling, 500)
	n := 0
	for b.Loop() {
		n++
		for i := range pollings {
			pollings[i] = states[i].Polling
			pollings[i].LastRun = noon.Add(time.Duration(n) * time.Second)
			pollings[i].ETag = `"0123456789abcdef"`
			pollings[i].BodyHash = strings.Repeat("b", 64)
		}
		must(b, db.SavePollings(b.Context(), pollings))
	}
}

func benchStories(b *testing.B, p place) {
	db, l := benchDB(b, p), newLoad()
	for range 400 {
		apply(b, db, l.change())
	}
	for _, c := range []struct {
		name string
		all  [][]feeds.Term
	}{
		{"all", nil},
		{"country", [][]feeds.Term{{{Kind: feeds.TermCountry, Value: "LA"}}}},
		{"country+language", [][]feeds.Term{{{Kind: feeds.TermCountry, Value: "LA"}}, {{Kind: feeds.TermLanguage, Value: "en"}}}},
		{"topics+regions", [][]feeds.Term{
			{{Kind: feeds.TermTopic, Value: "topic-1"}, {Kind: feeds.TermTopic, Value: "topic-2"}, {Kind: feeds.TermTopic, Value: "topic-3"}},
			{{Kind: feeds.TermRegion, Value: "region-1"}, {Kind: feeds.TermRegion, Value: "region-2"}}}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				stories, err := db.Stories(b.Context(), feeds.Selector{All: c.all}, 50)
				must(b, err)
				if len(stories) < 10 {
					b.Fatal(len(stories))
				}
			}
		})
	}
}

func benchIndex(b *testing.B, p place) {
	db, l := benchDB(b, p), newLoad()
	stories := 0
	for b.Loop() {
		b.StopTimer()
		for range 10 {
			apply(b, db, l.change())
		}
		b.StartTimer()
		n, err := db.IndexPending(b.Context(), 500)
		must(b, err)
		stories += n
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(stories), "µs/story")
}

// benchExpire lets the texts of 25,000 entries have their time, and looks at how long one
// transaction keeps others waiting, and what a run costs that finds nothing.
func benchExpire(b *testing.B, p place) {
	const sources = 1000
	var longest, spent, idle time.Duration
	for b.Loop() {
		b.StopTimer()
		db, l := benchDB(b, p), newLoad()
		for range sources {
			apply(b, db, l.change())
		}
		x := store.Expiry{Now: noon, Texts: noon.Add(time.Hour * 24), Prints: noon.Add(time.Hour * 24), Versions: noon.Add(time.Hour * 24),
			Keys:    func(int64, []byte) []uint64 { return nil },
			Shorten: func(e *feeds.Entry) bool { had := e.Content != ""; e.Content = ""; return had },
			Pause: func(_ context.Context, took time.Duration) error {
				longest = max(longest, took)
				return nil
			}}
		b.StartTimer()
		before := processorTime()
		n, err := db.Expire(b.Context(), x)
		must(b, err)
		spent += processorTime() - before
		if n != 2*sources*benchItems {
			b.Fatalf("%d had their time", n)
		}
		began := time.Now()
		n, err = db.Expire(b.Context(), x)
		must(b, err)
		if n != 0 {
			b.Fatalf("%d had their time twice", n)
		}
		idle += time.Since(began)
	}
	b.ReportMetric(float64(longest.Microseconds())/1000, "longest-ms")
	b.ReportMetric(float64(spent.Microseconds())/float64(b.N*sources*benchItems), "cpu-µs/entry")
	b.ReportMetric(float64(idle.Microseconds())/float64(b.N), "idle-µs")
}
