package pipeline

import (
	"context"
	"fmt"
	"html"
	"strings"
	"time"

	"tributary/feeds"
	"tributary/feeds/read"
	"tributary/internal/dedupe"
	"tributary/internal/store"
)

// Retention is how long what is kept is kept; 0 is for ever.
type Retention struct{ Versions, Prints, Texts time.Duration }

// Expiry is what has had its time at a moment.
func (r Retention) Expiry(now time.Time) store.Expiry {
	before := func(d time.Duration) time.Time {
		if d == 0 {
			return time.Time{}
		}
		return now.Add(-d)
	}
	return store.Expiry{Now: now, Versions: before(r.Versions), Prints: before(r.Prints), Texts: before(r.Texts),
		Keys: func(id int64, document []byte) []uint64 {
			p, err := dedupe.DecodePrint(id, "", document)
			if err != nil {
				return nil // of another version: the keys of it went with that
			}
			return p.Keys.Kept
		},
		Shorten: shorten,
		Pause:   giveWay,
	}
}

// RetentionStore forgets.
type RetentionStore interface {
	Erase(ctx context.Context) (done bool, err error)
	PurgeOriginals(ctx context.Context, now time.Time, keep time.Duration) (int, error)
	Expire(ctx context.Context, x store.Expiry) (int, error)
}

var _ RetentionStore = (*store.DB)(nil)

// Forgotten is what had its time.
type Forgotten struct {
	Originals int // entries as their publishers said them, before something was cut
	Expired   int // versions, prints and texts
}

// Forget has the store forget what has had its time: what was purged and is still in the
// database's files, originals kept longer than for originals, and what the retention says.
// It works in small steps, can be stopped at any time and goes on with the next call.
func (r Retention) Forget(ctx context.Context, s RetentionStore, now time.Time, originals time.Duration) (f Forgotten, err error) {
	if _, err = s.Erase(ctx); err == nil { // with readers in the way, the next call goes on
		f.Originals, err = s.PurgeOriginals(ctx, now, originals)
	}
	if err == nil {
		f.Expired, err = s.Expire(ctx, r.Expiry(now))
	}
	if err != nil {
		return f, fmt.Errorf("forget what has had its time: %w", err)
	}
	return f, nil
}

// excerptLength is the most characters of a summary that outlive the text: what feeds show
// of a source that allows a summary.
const excerptLength = 500

// shorten takes text and pictures out of an entry, and says whether there were any. A
// summary that is a whole text becomes its beginning.
func shorten(e *feeds.Entry) bool {
	changed := e.Content != "" || len(e.Enclosures) > 0 || e.Image != nil
	e.Content, e.Enclosures, e.Image = "", nil, nil
	if len(e.Summary) <= excerptLength {
		return changed
	}
	words := strings.Join(strings.Fields(read.PlainText(e.Summary)), " ")
	if runes := []rune(words); len(runes) > excerptLength {
		words = string(runes[:excerptLength-1])
		if i := strings.LastIndexByte(words, ' '); i > 0 {
			words = words[:i]
		}
		words += "…"
	}
	if words = html.EscapeString(words); words != e.Summary {
		e.Summary, changed = words, true
	}
	return changed
}

// giveWay lets others write, as long as the last transaction took. Even one that took no
// time is followed by a moment in which another process can take the lock.
func giveWay(ctx context.Context, took time.Duration) error {
	timer := time.NewTimer(min(max(took, 2*time.Millisecond), time.Second))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
