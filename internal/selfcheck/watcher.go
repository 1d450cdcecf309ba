package selfcheck

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"tributary/feeds"
	"tributary/internal/feedcheck"
)

// Store remembers what feeds held. *store.DB is one; its methods are safe for concurrent
// use.
type Store interface {
	// Watched lists what is remembered, by channel.
	Watched(ctx context.Context) ([]feeds.Watched, error)
	// SaveWatched remembers these, and forgets the channels that are gone.
	SaveWatched(ctx context.Context, now []feeds.Watched, gone []string) error
}

// Newest is the newest story that should stand in a feed; the zero value is none.
type Newest struct {
	Published time.Time
	Changed   time.Time // since when it could stand in it
}

// Watcher looks at our feeds. All fields are required. It is safe for concurrent use.
type Watcher struct {
	// Read gives a document as a subscriber receives it; path begins with a slash.
	Read func(ctx context.Context, path string) (feedcheck.Document, error)
	// Base is the address before every path, as documents have it.
	Base  string
	Store Store
	// Newest finds the newest story that is kept for a channel.
	Newest func(ctx context.Context, channel string) (Newest, error)
	// Sources says when any published source last published something.
	Sources func(ctx context.Context) (time.Time, error)

	Sample int           // channels in one turn, beside those of every turn
	Stale  time.Duration // how long a story may be kept before it stands in its feeds
	Shrink int           // percent of its entries that a feed may lose unexplained
	Now    func() time.Time
}

// Change is an alarm that was raised or cleared.
type Change struct {
	Channel string
	Alarm   feeds.Alarm
}

// Look is what a turn saw.
type Look struct {
	Checked  []string // channels
	Raised   []Change
	Cleared  []Change
	Standing []Change
	Findings map[string][]feedcheck.Finding // by path, warnings and errors
}

// list is the channel name under which the list of feeds is remembered.
const list = "feeds.opml"

// Turn looks at some channels, or at all of them, and remembers what it saw if keep is
// set. It fails when the store does; a feed that cannot be read is an alarm.
func (w *Watcher) Turn(ctx context.Context, all, keep bool) (Look, error) {
	known, err := w.Store.Watched(ctx)
	if err != nil {
		return Look{}, fmt.Errorf("check own feeds: %w", err)
	}
	look := Look{Findings: map[string][]feedcheck.Finding{}}
	before := make(map[string]feeds.Watched, len(known))
	for _, k := range known {
		before[k.Channel] = k
	}
	listed, state := w.list(ctx, before[list], &look)
	now := []feeds.Watched{state}
	var gone []string
	for _, channel := range w.choose(listed, before, all) {
		if err := ctx.Err(); err != nil {
			return look, fmt.Errorf("check own feeds: %w", err)
		}
		state, there, err := w.channel(ctx, channel, before[channel], slices.Contains(listed, channel), &look)
		if err != nil {
			return look, fmt.Errorf("check own feed %s: %w", channel, err)
		}
		if !there {
			gone = append(gone, channel)
			state.Alarms = nil
		} else {
			now = append(now, state)
		}
		look.Checked = append(look.Checked, channel)
	}
	compare(before, now, gone, &look)
	if !keep {
		return look, nil
	}
	if err := w.Store.SaveWatched(ctx, now, gone); err != nil {
		return look, fmt.Errorf("check own feeds: %w", err)
	}
	return look, nil
}

// list reads the list of feeds.
func (w *Watcher) list(ctx context.Context, before feeds.Watched, look *Look) (channels []string, state feeds.Watched) {
	state = feeds.Watched{Channel: list, Checked: w.Now(), Entries: before.Entries, IDs: before.IDs}
	found := alarms{now: w.Now(), before: before.Alarms}
	report, err := w.read(ctx, "/"+list, look)
	switch {
	case err != nil:
		found.raise(feeds.AlarmUnread, err.Error())
		channels = before.IDs // as far as is known
	case len(report.Feed.Outlines) == 0:
		found.raise(feeds.AlarmEmpty, "The list names no feed.")
	}
	if report != nil {
		for _, o := range report.Feed.Outlines {
			if channel, ours := strings.CutPrefix(o, w.Base+"/feeds/"); ours && strings.HasSuffix(channel, ".atom") {
				channels = append(channels, strings.TrimSuffix(channel, ".atom"))
			}
		}
		found.findings("/"+list, report)
		state.IDs, state.Entries = channels, len(channels)
	}
	state.Alarms = found.sorted()
	return channels, state
}

// everything is the feed that is looked at in each turn; so are saved channels.
const (
	everything = "all"
	saved      = "channel/"
)

// choose says which channels a turn looks at: those of every turn, then those that were
// not looked at for longest. Channels that are no longer listed are looked at too: who
// subscribed to them still reads them.
func (w *Watcher) choose(listed []string, before map[string]feeds.Watched, all bool) []string {
	var always, rest []string
	seen := map[string]bool{list: true}
	add := func(channel string) {
		if seen[channel] {
			return
		}
		seen[channel] = true
		if channel == everything || strings.HasPrefix(channel, saved) || len(before[channel].Alarms) > 0 {
			always = append(always, channel)
		} else {
			rest = append(rest, channel)
		}
	}
	add(everything)
	for _, channel := range listed {
		add(channel)
	}
	for channel := range before {
		add(channel)
	}
	slices.SortFunc(rest, func(a, b string) int {
		return cmp.Or(before[a].Checked.Compare(before[b].Checked), strings.Compare(a, b))
	})
	slices.Sort(always)
	if !all && len(rest) > w.Sample {
		rest = rest[:w.Sample]
	}
	return append(always, rest...)
}

// formats are what each channel is read in.
var formats = []feedcheck.Format{feedcheck.Atom, feedcheck.RSS, feedcheck.JSON}

// channel looks at one feed in all formats; there is false for one that was taken away.
func (w *Watcher) channel(ctx context.Context, channel string, before feeds.Watched, listed bool, look *Look) (state feeds.Watched, there bool, err error) {
	found := alarms{now: w.Now(), before: before.Alarms}
	state = before
	state.Channel, state.Checked = channel, w.Now()
	var atom *feedcheck.Feed
	for _, format := range formats {
		path := "/feeds/" + channel + "." + string(format)
		report, err := w.read(ctx, path, look)
		if err != nil {
			if gone(err) && !listed {
				return state, false, nil
			}
			found.raise(feeds.AlarmUnread, fmt.Sprintf("%s: %v", path, err))
			continue
		}
		found.findings(path, report)
		if format == feedcheck.Atom {
			atom = &report.Feed
		} else if atom != nil && len(report.Feed.Entries) != len(atom.Entries) {
			found.raise(feeds.AlarmInvalid, fmt.Sprintf("%s has %d entries, its Atom twin %d.", path, len(report.Feed.Entries), len(atom.Entries)))
		}
	}
	if atom != nil {
		if err := w.judge(ctx, channel, listed, atom, &state, &found); err != nil {
			return state, true, err
		}
	}
	state.Alarms = found.sorted()
	return state, true, nil
}

// statusError is an answer that is no document.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("it is answered with %d", int(e)) }

func gone(err error) bool {
	status, ok := err.(statusError) //nolint:errorlint // read returns it unwrapped
	return ok && (status == http.StatusNotFound || status == http.StatusGone)
}

// read reads and checks a document. What trouble it holds is noted.
func (w *Watcher) read(ctx context.Context, path string, look *Look) (*feedcheck.Report, error) {
	d, err := w.Read(ctx, path)
	if err != nil {
		return nil, err
	}
	if d.Status != http.StatusOK {
		return nil, statusError(d.Status)
	}
	d.URL = w.Base + path
	report := feedcheck.Check(d, feedcheck.Options{Now: w.Now(), Merged: true})
	if bad := report.At(feedcheck.Warning); len(bad) > 0 {
		look.Findings[path] = bad
	}
	return report, nil
}

// compare says what has changed since before.
func compare(before map[string]feeds.Watched, now []feeds.Watched, gone []string, look *Look) {
	for _, state := range now {
		was := before[state.Channel].Alarms
		for _, a := range state.Alarms {
			look.Standing = append(look.Standing, Change{state.Channel, a})
			if !holds(was, a.Kind) {
				look.Raised = append(look.Raised, Change{state.Channel, a})
			}
		}
		for _, a := range was {
			if !holds(state.Alarms, a.Kind) {
				look.Cleared = append(look.Cleared, Change{state.Channel, a})
			}
		}
	}
	for _, channel := range gone {
		for _, a := range before[channel].Alarms {
			look.Cleared = append(look.Cleared, Change{channel, a})
		}
	}
}

func holds(list []feeds.Alarm, kind feeds.AlarmKind) bool {
	return slices.ContainsFunc(list, func(a feeds.Alarm) bool { return a.Kind == kind })
}
