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
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/classify"
	"tributary/internal/dedupe"
	"tributary/internal/pgtest"
	"tributary/internal/store"
)

// writer makes entries of about 150 words out of 40,000, as often as words are (Zipf), with
// names, figures and labels.
type writer struct {
	rnd   *rand.Rand
	zipf  *rand.Zipf
	words []string
	// series are titles and sentences that each issue has again.
	series [seriesOfWriter][]string
	n      int
}

const seriesOfWriter = 200

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
	for i := range w.series {
		w.series[i] = append(w.series[i], w.sentence(5))
		for range 8 {
			w.series[i] = append(w.series[i], strings.TrimSuffix(w.sentence(16), "."))
		}
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

// item is an entry of a source; one in five is a copy or a cut of the one before, and one
// in ten the next issue of a series that has other figures in the same words.
func (w *writer) item(source string, before *item) item {
	w.n++
	e := feeds.Entry{ID: fmt.Sprintf("g%d-%d", w.n, w.rnd.Uint64()), Language: "en"}
	e.Link = fmt.Sprintf("https://%s.example/%s", source, e.ID)
	if w.rnd.IntN(10) == 0 {
		series := w.rnd.IntN(seriesOfWriter)
		e.Title = fmt.Sprintf("%s No. %d", w.series[series][0], w.n)
		var text []string
		for _, sentence := range w.series[series][1:] {
			text = append(text, fmt.Sprintf("%s %d", sentence, 100+w.rnd.IntN(90_000)))
		}
		return w.made(source, e, strings.Join(text, ". "), w.date())
	}
	if before != nil && w.rnd.IntN(4) == 0 {
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
	return w.made(source, e, strings.Join(text, " "), w.date())
}

// date is one of four years.
func (w *writer) date() time.Time {
	return time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(w.rnd.IntN(4*365*24*60)) * time.Minute)
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

// english labels every text as such: other labels are the writer's.
type english struct{}

func (english) Classify(classify.Item) []feeds.Label {
	return []feeds.Label{{Kind: feeds.LabelLanguage, Value: "en", By: feeds.ByRule}}
}

func (e english) Language(it classify.Item) (feeds.Label, bool) { return e.Classify(it)[0], true }

// scale is a store with many entries, into which more are pulled.
type scale struct {
	*run
	db      *store.DB
	sources []feeds.Source
	writer  *writer
	before  *item
	reads   atomic.Int64
	asked   int64 // reads that decided about entries; others belong to writing
	spent   stages
	entries int
	prints  int // bytes of prints
	keys    int
}

// stages are what parts of a pull take of the CPU, the collection of garbage included.
type stages struct{ print, decide, write, rest time.Duration }

func newScale(b *testing.B, o store.Options, seed uint64) *scale {
	s := &scale{writer: newWriter(seed)}
	o.Told = func(statement string) {
		if strings.HasPrefix(strings.TrimSpace(statement), "SELECT") {
			s.reads.Add(1)
		}
	}
	var err error
	if s.db, err = store.Open(b.Context(), o); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.db.Close(); err != nil {
			b.Error(err)
		}
	})
	if err := s.db.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	byID := map[string]feeds.Source{}
	for i := range 500 {
		src := source(fmt.Sprintf("s%03d", i), "hq", feeds.KindPartner)
		s.sources = append(s.sources, src)
		byID[src.ID] = src
	}
	if err := s.db.SyncSources(b.Context(), s.sources); err != nil {
		b.Fatal(err)
	}
	l, err := newLabeller(b.Context(), s.db, english{})
	if err != nil {
		b.Fatal(err)
	}
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	s.run = &run{Puller: &Puller{Store: s.db, Now: func() time.Time { return now }, Headquarters: "hq", Grouping: DefaultGrouping()}, sources: byID}
	s.labeller.Store(l)
	return s
}

// pull commits n entries of one source as a pull does, and counts what their grouping
// costs: prints and keys are written by a change of their own, to be told from the rest.
func (s *scale) pull(b *testing.B, n int) {
	src := s.sources[s.writer.rnd.IntN(len(s.sources))]
	bt := &batch{source: src, now: s.Now(), labeller: s.labeller.Load()}
	for range n {
		it := s.writer.item(src.ID, s.before)
		s.before = &it
		bt.items = append(bt.items, it)
	}
	s.entries += n
	lap := cpuTime(b)
	took := func(stage *time.Duration) {
		now := cpuTime(b)
		*stage += now - lap
		lap = now
	}
	s.label(bt)
	took(&s.spent.print)
	err := s.db.Commit(b.Context(), func(ctx context.Context, tx *store.Tx) error {
		reads := s.reads.Load()
		change, err := s.plan(ctx, tx, bt, &Result{})
		if err != nil {
			return err
		}
		s.asked += s.reads.Load() - reads
		took(&s.spent.decide)
		prints := store.Change{Now: bt.now, Desk: true, Rules: change.Rules}
		for i := range change.New {
			p := change.New[i].Print
			s.prints, s.keys = s.prints+len(p.Document), s.keys+len(p.Keys)
			prints.Prints = append(prints.Prints, *p)
			change.New[i].Print = nil
		}
		change.Polling = feeds.Polling{SourceID: src.ID}
		if err := tx.Apply(ctx, change); err != nil {
			return err
		}
		took(&s.spent.rest)
		err = tx.Apply(ctx, prints)
		took(&s.spent.write)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	took(&s.spent.rest)
}

// BenchmarkGroupAmongMany groups entries as a pull does, prints and writing included, among
// a million kept ones, or as many as TRIBUTARY_BENCH_ENTRIES says; building those takes
// minutes. TRIBUTARY_BENCH_FILE keeps the file, and builds none where there is one;
// TRIBUTARY_BENCH_DATABASE=postgres does it in PostgreSQL. For each entry it
// reports the CPU of this process: of the print, of deciding (reading candidates included)
// and of writing prints and keys, which together are grouping, and of all else that a
// commit writes. Reads are the statements that decide about a batch of 25 entries. Memory is that of the
// process without what it maps of the file.
func BenchmarkGroupAmongMany(b *testing.B) {
	many, seed := 1_000_000, uint64(3)
	if n, err := strconv.Atoi(os.Getenv("TRIBUTARY_BENCH_ENTRIES")); err == nil {
		many = n
	}
	const atOnce, toBuild = 25, 500
	path := filepath.Join(b.TempDir(), "many.db")
	if kept := os.Getenv("TRIBUTARY_BENCH_FILE"); kept != "" {
		path = kept
		if info, err := os.Stat(path); err == nil { // built before: others are pulled into it
			seed, many = uint64(info.ModTime().UnixNano()), 0
		}
	}
	o := store.Options{Path: path}
	if os.Getenv("TRIBUTARY_BENCH_DATABASE") == "postgres" {
		o = store.Options{URL: pgtest.URL(b)}
	}
	s := newScale(b, o, seed)
	started, tenth := time.Now(), 0.0
	for s.entries < many {
		was := s.entries
		s.pull(b, min(toBuild, many-s.entries))
		if was < many/10 && s.entries >= many/10 {
			tenth = ownMemory(b)
		}
		if s.entries%100_000 == 0 {
			b.Logf("%d kept after %s, %.0f MiB", s.entries, time.Since(started).Round(time.Second), ownMemory(b))
		}
	}
	if o.URL == "" {
		if info, err := os.Stat(path); err == nil {
			b.Logf("file: %.0f bytes an entry", float64(info.Size())/float64(s.entries))
		}
	}
	b.Logf("print: %d bytes; keys: %.1f an entry; memory at a tenth %.0f MiB", s.prints/max(1, s.entries), float64(s.keys)/float64(max(1, s.entries)), tenth)
	s.spent, s.entries, s.asked = stages{}, 0, 0
	for b.Loop() {
		s.pull(b, atOnce)
	}
	each := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 / float64(s.entries) }
	b.ReportMetric(each(s.spent.print), "µs-print/entry")
	b.ReportMetric(each(s.spent.decide), "µs-decide/entry")
	b.ReportMetric(each(s.spent.write), "µs-write/entry")
	b.ReportMetric(each(s.spent.print+s.spent.decide+s.spent.write), "µs-grouping/entry")
	b.ReportMetric(each(s.spent.rest), "µs-rest/entry")
	b.ReportMetric(float64(s.asked)/float64(b.N), "reads/batch")
	b.ReportMetric(ownMemory(b), "MiB")
}

func cpuTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// ownMemory is what the process holds, in MiB, without mapped files.
func ownMemory(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("only Linux says what a process holds")
	}
	for line := range strings.Lines(string(status)) {
		if kib, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kib), "kB")))
			if err != nil {
				b.Fatal(err)
			}
			return float64(n) / 1024
		}
	}
	return 0
}
