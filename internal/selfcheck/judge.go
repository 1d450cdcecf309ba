package selfcheck

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tributary/feeds"
	"tributary/internal/feedcheck"
)

const (
	// settles is how long a feed is said to have shrunk.
	settles = 24 * time.Hour
	// sourcesMayLead is how much newer a source's last publication may be than the newest
	// entry of all: stories are dated by their lead.
	sourcesMayLead = 24 * time.Hour
	// idsAtMost bounds what is remembered of a feed.
	idsAtMost = 1000
)

// alarms are those of one channel in one look: one of a kind, which keeps the moment since
// which it stands.
type alarms struct {
	now    time.Time
	before []feeds.Alarm
	found  []feeds.Alarm
}

func (a *alarms) raise(kind feeds.AlarmKind, detail string) {
	if holds(a.found, kind) {
		return
	}
	since := a.now
	for _, old := range a.before {
		if old.Kind == kind {
			since = old.Since
		}
	}
	a.found = append(a.found, feeds.Alarm{Kind: kind, Since: since, Detail: detail})
}

// findings raises an alarm for what the checker finds; doubles have one of their own.
func (a *alarms) findings(path string, report *feedcheck.Report) {
	bad := report.At(feedcheck.Warning)
	for i := range bad {
		if bad[i].Code != feedcheck.DuplicateEntries {
			a.raise(feeds.AlarmInvalid, fmt.Sprintf("%s: %s at %s: %s; %d findings in all.", path, bad[i].Code, bad[i].Where, bad[i].What, len(bad)+report.Omitted))
			return
		}
	}
}

func (a *alarms) sorted() []feeds.Alarm {
	kinds := feeds.AlarmKinds()
	slices.SortFunc(a.found, func(x, y feeds.Alarm) int { return slices.Index(kinds, x.Kind) - slices.Index(kinds, y.Kind) })
	return a.found
}

// judge looks at what a feed holds, beside what it held before and what is kept.
func (w *Watcher) judge(ctx context.Context, channel string, listed bool, f *feedcheck.Feed, state *feeds.Watched, found *alarms) error {
	if detail := doubled(f); detail != "" {
		found.raise(feeds.AlarmDoubled, detail)
	}
	if err := w.stale(ctx, channel, f, found); err != nil {
		return err
	}
	lost := missing(f, state)
	switch {
	case len(f.Entries) == 0 && (listed || lost > 0):
		found.raise(feeds.AlarmEmpty, fmt.Sprintf("It holds nothing; it held %d entries.", state.Entries))
	case lost*100 > w.Shrink*state.Entries:
		found.raise(feeds.AlarmShrinking, fmt.Sprintf("It holds %d entries and held %d; %d are gone that were not withdrawn.", len(f.Entries), state.Entries, lost))
	}
	for _, a := range found.found {
		if (a.Kind == feeds.AlarmShrinking || a.Kind == feeds.AlarmEmpty && !listed) && w.Now().Sub(a.Since) < settles {
			return nil // what it held stays the measure
		}
	}
	found.found = slices.DeleteFunc(found.found, func(a feeds.Alarm) bool {
		return a.Kind == feeds.AlarmShrinking || a.Kind == feeds.AlarmEmpty && !listed
	})
	state.Entries, state.IDs = len(f.Entries), []string{}
	for i := range f.Entries {
		if len(state.IDs) < idsAtMost {
			state.IDs = append(state.IDs, f.Entries[i].ID)
		}
	}
	return nil
}

// missing counts the entries by which a feed is smaller than it was, less those that were
// withdrawn: newer entries push older ones out, which makes none smaller.
func missing(f *feedcheck.Feed, before *feeds.Watched) int {
	lost := before.Entries - len(f.Entries)
	for _, d := range f.Deleted {
		if slices.Contains(before.IDs, d.Ref) {
			lost--
		}
	}
	return max(lost, 0)
}

func doubled(f *feedcheck.Feed) string {
	type page struct{ title, link string }
	ids, pages := map[string]bool{}, map[page]bool{}
	for i := range f.Entries {
		e := &f.Entries[i]
		if e.ID != "" && ids[e.ID] {
			return fmt.Sprintf("The id %s stands in it twice.", e.ID)
		}
		if p := (page{e.Title, e.Link}); e.Link != "" && pages[p] {
			return fmt.Sprintf("%q at %s stands in it twice.", e.Title, e.Link)
		}
		ids[e.ID], pages[page{e.Title, e.Link}] = true, true
	}
	return ""
}

// stale compares the newest entry with what is kept, and in the feed of everything with
// what sources published.
func (w *Watcher) stale(ctx context.Context, channel string, f *feedcheck.Feed, found *alarms) error {
	var shown time.Time
	for i := range f.Entries {
		if p := f.Entries[i].Published; p.After(shown) {
			shown = p
		}
	}
	kept, err := w.Newest(ctx, channel)
	if err != nil {
		return err
	}
	now := w.Now()
	if kept.Published.Truncate(time.Second).After(shown) && now.Sub(kept.Changed) > w.Stale {
		found.raise(feeds.AlarmStale, fmt.Sprintf("Its newest entry is of %s; a story of %s is kept.", said(shown), said(kept.Published)))
	}
	if channel != everything {
		return nil
	}
	published, err := w.Sources(ctx)
	if err != nil {
		return err
	}
	if published.Sub(shown) > sourcesMayLead && now.Sub(published) > w.Stale {
		found.raise(feeds.AlarmStale, fmt.Sprintf("Its newest entry is of %s; a source published at %s.", said(shown), said(published)))
	}
	return nil
}

func said(t time.Time) string {
	if t.IsZero() {
		return "no time"
	}
	return t.UTC().Format(time.RFC3339)
}
