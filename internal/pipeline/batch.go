package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tributary/feeds"
	"tributary/feeds/read"
	"tributary/internal/dedupe"
	"tributary/internal/redact"
	"tributary/internal/store"
)

// errStore marks a failure of our own store, as against one of a source.
var errStore = errors.New("store")

// batch is what one document of one source brings.
type batch struct {
	source    feeds.Source
	now       time.Time
	items     []item // new or changed, in the document's order
	withdrawn []int64
	problems  []string
	links     []feeds.Link
	delivered bool // by a hub
	anew      bool // its neighbourhood is compared anew
	undo      bool // what stood before rulings that are taken back stands again
	loose     bool // what is held follows its links now
	again     bool // the document is to be read again, though it may not have changed
	newest    time.Time
	counts    EntryCounts
	cut       redact.Cut // out of the new and changed entries
	learnt    feeds.Learnt
	labeller  *labeller
}

// item is an entry that is not yet kept in this version.
type item struct {
	dedupe.Hashes
	published time.Time // the date it is ordered by
	entry     feeds.Entry
	// original is the entry as the publisher said it, nil when nothing was cut.
	original  *feeds.Entry
	text      string
	cut       redact.Cut
	labels    []feeds.Label // nil until asked for
	tongues   []feeds.Label // those of its language alone, nil until asked for
	fresh     bool          // its source never had it
	reworded  bool          // it did, in other words
	print     *dedupe.Print // nil for a new version in the same words
	backdated bool          // its date is ours, and long ago
}

func (b *batch) unchanged() bool { return len(b.items) == 0 && len(b.withdrawn) == 0 }

// prepare fingerprints the document's entries and drops those already kept as they
// are, before any expensive work.
func (r *run) prepare(ctx context.Context, s store.SourceState, feed *feeds.Feed) (*batch, error) {
	b := &batch{source: s.Source, now: r.Now(), problems: r.sayable(&s.Source, feed.Problems), links: feed.Links, learnt: s.Polling.Learnt,
		labeller: r.labeller.Load()}
	b.counts.Read = len(feed.Entries)
	b.keepNewest(feed)
	gone := make(map[int64]time.Time, len(feed.Deleted)) // entry -> since when
	ids := make([]int64, 0, len(feed.Entries)+len(feed.Deleted))
	for _, t := range feed.Deleted {
		id := dedupe.EntryID(s.ID, t.Ref)
		gone[id] = t.When
		ids = append(ids, id)
	}
	items := make([]item, 0, len(feed.Entries))
	seen := make(map[int64]bool, len(feed.Entries))
	for i := range feed.Entries {
		it, reason := r.newItem(s.Source, feed, &feed.Entries[i], b.now)
		if reason == "" && seen[it.ID] {
			reason = "its id occurs twice in the document"
		}
		if reason != "" {
			b.drop(r.sayable(&s.Source, []string{first(feed.Entries[i].ID, feed.Entries[i].Title)})[0], reason)
			continue
		}
		if when, ok := gone[it.ID]; ok {
			// Beside its own tombstone an entry has come back only if it is the newer
			// of the two (RFC 6721, 4).
			if moment := latest(it.entry.Published, it.entry.Updated); !moment.After(when) {
				b.counts.Same++
				continue
			}
			delete(gone, it.ID)
		}
		seen[it.ID] = true
		items = append(items, it)
		ids = append(ids, it.ID)
	}
	known, err := r.Store.Known(ctx, s.ID, ids)
	if err != nil {
		return nil, fmt.Errorf("%w: look up entries of %s: %w", errStore, s.ID, err)
	}
	if err := r.recognise(ctx, b, items, known); err != nil {
		return nil, err
	}
	r.backdate(b, items, s.Polling.LastSuccess.IsZero())
	b.learn(feed, items, s.Polling.LastSuccess.IsZero())
	for _, it := range items {
		k, ok := known[it.ID]
		if ok && k.Hash == it.Hash && !k.Withdrawn {
			b.counts.Same++
			continue
		}
		it.reworded = ok && k.TextHash != it.TextHash
		b.items = append(b.items, it)
		b.cut.Add(it.cut)
	}
	for id := range gone {
		if k, ok := known[id]; ok && !k.Withdrawn {
			b.withdrawn = append(b.withdrawn, id)
		}
	}
	slices.Sort(b.withdrawn)
	return b, nil
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// newItem makes an item of an entry, or says why the entry is dropped. What is kept,
// compared, labelled and published is the entry without personal data; its hash too is
// of that, so that other contacts under the same words are no new version.
func (r *run) newItem(s feeds.Source, feed *feeds.Feed, e *feeds.Entry, now time.Time) (item, string) {
	if wordless(e) {
		return item{}, "it has neither title, text, link nor enclosure"
	}
	shown, cut := r.Redact.Entry(&s, *e)
	it := item{entry: shown, text: plainText(&shown), cut: cut}
	if cut.Any() {
		it.original = e
	}
	if it.entry.Language == "" {
		it.entry.Language = first(feed.Language, s.Language)
	}
	it.Hashes = dedupe.Fingerprint(s.ID, &it.entry, it.text)
	it.published = standingDate(e.Published, e.Updated, now)
	return it, ""
}

// standingDate is the date an entry is ordered and published by: its own, else when
// it was updated, else first seen; never later than first seen.
func standingDate(published, updated, firstSeen time.Time) time.Time {
	d := published
	if d.IsZero() {
		d = updated
	}
	if d.IsZero() || d.After(firstSeen) {
		return firstSeen
	}
	return d
}

func plainText(e *feeds.Entry) string {
	if e.Content != "" {
		return read.PlainText(e.Content)
	}
	return read.PlainText(e.Summary)
}

// sayable are sentences about a document without personal data that they quote.
func (r *run) sayable(s *feeds.Source, sentences []string) []string {
	out := make([]string, len(sentences))
	for i, sentence := range sentences {
		shown, _ := r.Redact.Entry(s, feeds.Entry{Title: sentence})
		out[i] = shown.Title
	}
	return out
}

func (b *batch) drop(name, reason string) {
	b.counts.Dropped++
	b.problems = append(b.problems, fmt.Sprintf("entry %.80q was dropped: %s", name, reason))
}

// label labels the items that their source never had or has reworded, and makes the prints
// that they are grouped by, outside any transaction.
func (r *run) label(b *batch) {
	for i := range b.items {
		if it := &b.items[i]; it.fresh || it.reworded {
			p := dedupe.NewPrint(b.source.ID, &it.Hashes, &it.entry, it.text, it.published, dedupe.LabelledBy(b.labeller.labels(b.source, it)), b.learnt.Boilerplate)
			it.print = &p
		}
	}
}

// learn takes from a document what polling should know of it. first says that it is
// the first one of its source.
func (b *batch) learn(feed *feeds.Feed, items []item, first bool) {
	d := &b.learnt.Document
	switch {
	case first || d.Usual == 0:
		d.Usual = float64(len(items))
	default:
		const weight = 0.2 // of the document before
		d.Usual += weight * (float64(d.Entries) - d.Usual)
	}
	d.Entries, d.Undated = len(items), 0
	texts := make([]string, len(items))
	for i := range items {
		texts[i] = items[i].text
	}
	b.learnt.Boilerplate = dedupe.Boilerplate(b.learnt.Boilerplate, texts)
	news := false
	dates := make([]time.Time, 0, len(items))
	languages := map[string]int{}
	d.Language = feeds.BaseLanguage(feed.Language)
	for i := range items {
		it := &items[i]
		said := latest(it.entry.Published, it.entry.Updated)
		if said.IsZero() {
			d.Undated++
		} else if !it.entry.Published.IsZero() {
			dates = append(dates, it.entry.Published)
		}
		if !said.IsZero() || it.fresh { // one without a date is as new as its first sight
			b.newest = latest(b.newest, it.published)
		}
		news = news || it.fresh
		if l := feeds.BaseLanguage(it.entry.Language); l != "" {
			if languages[l]++; 2*languages[l] > len(items) {
				d.Language = l // most entries say so
			}
		}
	}
	b.learnt.Wishes = wishes(feed)
	b.learnt.Pace = paced(b.learnt.Pace, dates, news, first, b.now)
}

func first(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}
