package pipeline

import (
	"fmt"
	"slices"
	"time"

	"tributary/feeds"
)

// A document is read up to readMost entries and kept up to keepMost.
const (
	readMost = 10_000
	keepMost = 2_000
)

// keepNewest cuts a document to its newest entries; undated ones go first, and of one
// date the later in the document.
func (b *batch) keepNewest(feed *feeds.Feed) {
	n := len(feed.Entries)
	if n <= keepMost {
		return
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	date := func(i int) time.Time { return latest(feed.Entries[i].Published, feed.Entries[i].Updated) }
	slices.SortStableFunc(order, func(i, j int) int { return date(j).Compare(date(i)) })
	keep := order[:keepMost]
	slices.Sort(keep) // the document's order again
	entries := make([]feeds.Entry, keepMost)
	for at, i := range keep {
		entries[at] = feed.Entries[i]
	}
	feed.Entries = entries
	b.counts.Dropped += n - keepMost
	b.problems = append(b.problems, fmt.Sprintf("The document has %d entries: the newest %d were kept, %d were left out.", n, keepMost, n-keepMost))
}

// How many entries without a date of their own may count as published now: of a source
// that was never read, or of whose document nothing is known any more, and of any
// other at once.
const (
	newAtFirst = 10
	newAtOnce  = 50
)

// requestTime is how near to now a date lies that was made for the request.
const requestTime = 2 * time.Minute

// backdate keeps an archive from being published as news. Entries with a date of their
// own stand in our feeds where that date puts them. Of those without one, or dated
// with the moment of the request or later, the first in the document count as published
// now, as many as is usual; the rest as published before the Backfill, in the
// document's order.
func (r *run) backdate(b *batch, items []item, first bool) {
	fresh := 0
	for i := range items {
		if items[i].fresh {
			fresh++
		}
	}
	most := newAtOnce
	if first || fresh == len(items) {
		most = newAtFirst
	}
	now, back := 0, 0
	for i := range items {
		it := &items[i]
		if !it.fresh || b.now.Sub(it.published) >= requestTime {
			continue
		}
		if now++; now <= most {
			continue
		}
		back++
		it.backdated = true
		it.published = b.now.Add(-r.Backfill - time.Duration(back)*time.Minute)
	}
	if back > 0 {
		b.problems = append(b.problems, fmt.Sprintf("New entries without a date of their own: %d. The first %d count as published when they were first seen, the other %d as published before %s, so that an archive is not taken for news.",
			now, most, back, b.now.Add(-r.Backfill).UTC().Format(time.DateOnly)))
	}
}
