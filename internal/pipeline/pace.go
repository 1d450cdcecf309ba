package pipeline

import (
	"slices"
	"strings"
	"time"

	"tributary/feeds"
)

// ttlMost bounds a publisher's ttl: a year of it is a slip and must not silence a
// source.
const ttlMost = 24 * time.Hour

// wishes reads what a document says about when to ask again.
func wishes(feed *feeds.Feed) feeds.Wishes {
	w := feeds.Wishes{TTL: min(max(feed.TTL, 0), ttlMost)}
	for _, h := range feed.SkipHours {
		if h == 24 { // as RSS 0.91 counts
			h = 0
		}
		if h >= 0 && h < 24 {
			w.SkipHours |= 1 << h
		}
	}
	for _, name := range feed.SkipDays {
		for day := time.Sunday; day <= time.Saturday; day++ {
			if strings.EqualFold(strings.TrimSpace(name), day.String()) {
				w.SkipDays |= 1 << day
			}
		}
	}
	return w
}

const allHours, allDays = 1<<24 - 1, 1<<7 - 1

// allowed is at, or the first moment after it, by whole hours, that skipHours and
// skipDays leave. Who skips every hour or every day says nothing.
func allowed(w feeds.Wishes, at time.Time) time.Time {
	if w.SkipHours == allHours {
		w.SkipHours = 0
	}
	if w.SkipDays == allDays {
		w.SkipDays = 0
	}
	for range 8 * 24 {
		gmt := at.UTC()
		if w.SkipHours>>gmt.Hour()&1 == 0 && w.SkipDays>>gmt.Weekday()&1 == 0 {
			break
		}
		at = at.Add(time.Hour)
	}
	return at
}

// A source is asked paceShare times in its usual gap at most, and after something new
// at first as often as its schedule says, then less and less: at each moment the next
// request is as far ahead as half the time that nothing new has come.
const (
	paceShare = 6
	paceIdle  = 2
)

// stretch is how long a source may be left alone by its own pace; most bounds it.
func stretch(p feeds.Pace, now time.Time, most time.Duration) time.Duration {
	if p.Last.IsZero() {
		return 0
	}
	wait := now.Sub(p.Last) / paceIdle
	if p.Gap > 0 {
		wait = min(wait, p.Gap/paceShare)
	}
	return min(max(wait, 0), most)
}

// Entries within one burst count as one publication; a gap is usual by the median of
// at least gapsLeast gaps between the latest burstsMost bursts.
const (
	burst      = time.Hour
	burstsMost = 12
	gapsLeast  = 3
)

// paced learns from a document: from the dates of its entries if there are enough of
// them, else from when something new came. first says that it is the first one.
func paced(p feeds.Pace, dates []time.Time, news, first bool, now time.Time) feeds.Pace {
	dates = slices.DeleteFunc(slices.Clone(dates), func(t time.Time) bool { return t.After(now) })
	slices.SortFunc(dates, func(a, b time.Time) int { return b.Compare(a) })
	switch {
	case first && len(dates) > 0:
		p.Last = dates[0]
	case first:
		p.Last = now
	case news:
		if gap := now.Sub(p.Last); !p.Last.IsZero() && gap > 0 {
			if p.Gap == 0 {
				p.Gap = gap
			}
			p.Gap = (2*p.Gap + gap) / 3
		}
		p.Last = now
	}
	var gaps []time.Duration
	for i := 1; i < len(dates) && len(gaps) < burstsMost-1; i++ {
		if gap := dates[i-1].Sub(dates[i]); gap >= burst {
			gaps = append(gaps, gap)
		}
	}
	if len(gaps) >= gapsLeast {
		slices.Sort(gaps)
		p.Gap = gaps[len(gaps)/2]
	}
	return p
}
