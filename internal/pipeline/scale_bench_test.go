package pipeline

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/dedupe"
	"tributary/internal/store"
)

// writer makes entries of about 150 words out of 40,000, as often as words are (Zipf), with
// names, figures and labels.
type writer struct {
	rnd   *rand.Rand
	zipf  *rand.Zipf
	words []string
	n     int
}

func newWriter(seed uint64) *writer {
	w := &writer{rnd: rand.New(rand.NewPCG(seed, 1))}
	w.zipf = rand.NewZipf(w.rnd, 1.07, 8, 39_999)
	spell := rand.New(rand.NewPCG(9, 9)) // one language for all writers
	for range 40_000 {
		var b strings.Builder
		for range 2 + spell.IntN(3) {
			b.WriteByte("bcdfghklmnprstvz"[spell.IntN(16)])
			b.WriteByte("aeiou"[spell.IntN(5)])
		}
		w.words = append(w.words, b.String())
	}
	return w
}

func (w *writer) sentence(words int) string {
	var b strings.Builder
	for i := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		word := w.words[w.zipf.Uint64()]
		switch w.rnd.IntN(12) {
		case 0:
			word = strings.ToUpper(word[:1]) + word[1:]
		case 1:
			word = strconv.Itoa(11 + int(math.Pow(10, 1+3*w.rnd.Float64())))
		}
		b.WriteString(word)
	}
	return b.String() + "."
}

// item is an entry of a source; one in five is a copy or a cut of the one before.
func (w *writer) item(source string, before *item) item {
	w.n++
	e := feeds.Entry{ID: fmt.Sprintf("g%d-%d", w.n, w.rnd.Uint64()), Language: "en"}
	e.Link = fmt.Sprintf("https://%s.example/%s", source, e.ID)
	if before != nil && w.rnd.IntN(5) == 0 {
		e.Title = before.entry.Title
		text := before.text
		if w.rnd.IntN(2) == 0 {
			text = text[:strings.LastIndexByte(text[:len(text)/2], ' ')]
		}
		return w.made(source, e, text, before.published.Add(time.Hour))
	}
	e.Title = w.sentence(8)
	var text []string
	for range 10 {
		text = append(text, w.sentence(12+w.rnd.IntN(8)))
	}
	return w.made(source, e, strings.Join(text, " "), time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(w.rnd.IntN(4*365*24*60))*time.Minute))
}

func (w *writer) made(source string, e feeds.Entry, text string, at time.Time) item {
	e.Content, e.Published = text, at
	it := item{entry: e, text: text, published: at, fresh: true}
	it.Hashes = dedupe.Fingerprint(source, &e, text)
	country, topic := fmt.Sprintf("%c%c", 'A'+w.rnd.IntN(14), 'A'+w.rnd.IntN(14)), fmt.Sprintf("topic-%d", w.rnd.IntN(40))
	it.labels = []feeds.Label{{Kind: feeds.LabelCountry, Value: country, Primary: true, By: feeds.ByRule}, {Kind: feeds.LabelTopic, Value: topic, By: feeds.ByRule}, {Kind: feeds.LabelLanguage, Value: "en", By: feeds.ByRule}}
	it.tongues = it.labels[2:]
	return it
}

// BenchmarkGroupAmongMany groups entries as a pull does, prints and writing included, among
// a million kept ones, or as many as TRIBUTARY_BENCH_ENTRIES says; building those takes
// minutes. It reports CPU for each entry, and what the whole process holds.
func BenchmarkGroupAmongMany(b *testing.B) {
	many := 1_000_000
	if n, err := strconv.Atoi(os.Getenv("TRIBUTARY_BENCH_ENTRIES")); err == nil {
		many = n
	}
	db, err := store.Open(b.Context(), store.Options{Path: filepath.Join(b.TempDir(), "many.db")})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	}()
	if err := db.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	const sources, atOnce = 500, 25
	var all []feeds.Source
	byID := map[string]feeds.Source{}
	for i := range sources {
		s := source(fmt.Sprintf("s%03d", i), "hq", feeds.KindPartner)
		all = append(all, s)
		byID[s.ID] = s
	}
	if err := db.SyncSources(b.Context(), all); err != nil {
		b.Fatal(err)
	}
	l, err := newLabeller(b.Context(), db, nil)
	if err != nil {
		b.Fatal(err)
	}
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	r := &run{Puller: &Puller{Store: db, Now: func() time.Time { return now }, Headquarters: "hq", Grouping: DefaultGrouping()}, sources: byID}
	r.labeller.Store(l)
	w := newWriter(3)
	var before *item
	pull := func(n int) {
		s := all[w.rnd.IntN(sources)]
		bt := &batch{source: s, now: now, labeller: l}
		for range n {
			it := w.item(s.ID, before)
			before = &it
			bt.items = append(bt.items, it)
		}
		r.label(bt)
		err := db.Commit(b.Context(), func(ctx context.Context, tx *store.Tx) error {
			change, err := r.plan(ctx, tx, bt, &Result{})
			if err != nil {
				return err
			}
			change.Polling = feeds.Polling{SourceID: s.ID}
			return tx.Apply(ctx, change)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	started := time.Now()
	for kept := 0; kept < many; kept += 500 {
		pull(500)
		if kept%100_000 == 0 {
			b.Logf("%d kept after %s", kept, time.Since(started).Round(time.Second))
		}
	}
	was := cpuTime(b)
	n := 0
	for b.Loop() {
		pull(atOnce)
		n += atOnce
	}
	b.ReportMetric(float64((cpuTime(b)-was).Microseconds())/float64(n), "µs-CPU/entry")
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(usage.Maxrss)/1024, "MiB-peak")
}

func cpuTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
