package jobs

import (
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Schedule says when a source is due. Expressions are the five fields of cron
// (minute, hour, day of month, month, day of week) or a descriptor (@hourly,
// @daily, @weekly, @monthly, @yearly, @every 30m), read in a zone of their own.
//
// A schedule that runs at most once an hour follows the clock on the wall: when
// the clocks go forward over a run, it happens as much later; when they go back, it
// happens once. A schedule that runs more often follows elapsed time instead.
type Schedule struct {
	inner cron.Schedule
	loc   *time.Location
	often bool
	text  string
}

// parser has no seconds field: nobody asks a webmaster's server every second.
var parser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

// searchFrom are moments from which a schedule is tried out: an ordinary day and
// the day before a leap day, so that both yearly and 29 February schedules show.
var searchFrom = [...]time.Time{
	time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC),
	time.Date(2028, time.February, 28, 12, 0, 0, 0, time.UTC),
}

// ParseSchedule reads a cron expression and an IANA zone name ("" is UTC). It
// refuses what would never run, what would run more often than minimum, and zones
// written inside the expression.
func ParseSchedule(expr, zone string, minimum time.Duration) (s *Schedule, err error) {
	defer func() {
		// robfig/cron panics on "TZ=UTC" without a space; whatever else it may
		// panic on is a bad expression too.
		if r := recover(); r != nil {
			s, err = nil, fmt.Errorf("parse schedule %q: not a cron expression; write five fields such as \"15 */2 * * *\"", expr)
		}
	}()
	expr = strings.TrimSpace(expr)
	upper := strings.ToUpper(expr)
	if strings.HasPrefix(upper, "TZ=") || strings.HasPrefix(upper, "CRON_TZ=") {
		return nil, fmt.Errorf("parse schedule %q: the zone belongs in zone, not in the schedule", expr)
	}
	loc := time.UTC
	if zone != "" {
		if loc, err = time.LoadLocation(zone); err != nil || strings.EqualFold(zone, "local") {
			return nil, fmt.Errorf("parse schedule: unknown zone %q; write an IANA name such as Africa/Dakar", zone)
		}
	}
	inner, err := parser.Parse(expr)
	if err != nil {
		return nil, fmt.Errorf("parse schedule %q: %w; write five fields such as \"15 */2 * * *\"", expr, err)
	}
	if every, ok := inner.(cron.ConstantDelaySchedule); ok {
		// The library turns anything under a second, negative delays too, into one second.
		d, perr := time.ParseDuration(strings.TrimSpace(expr[len("@every"):]))
		if perr != nil || d <= 0 {
			return nil, fmt.Errorf("parse schedule %q: the delay must be positive", expr)
		}
		inner = cron.ConstantDelaySchedule{Delay: every.Delay}
	}
	shortest, err := shortestGap(inner)
	if err != nil {
		return nil, fmt.Errorf("parse schedule %q: %w", expr, err)
	}
	if shortest < minimum {
		return nil, fmt.Errorf("parse schedule %q: it runs every %s, the least allowed is %s", expr, shortest, minimum)
	}
	_, constant := inner.(cron.ConstantDelaySchedule)
	return &Schedule{inner: inner, loc: loc, often: constant || shortest <= time.Hour, text: expr}, nil
}

var errNever = errors.New("it never runs (no such date)")

// shortestGap is the least time between runs among the next few hundred.
func shortestGap(inner cron.Schedule) (time.Duration, error) {
	shortest := time.Duration(1<<63 - 1)
	for _, from := range searchFrom {
		at := inner.Next(from)
		if at.IsZero() {
			return 0, errNever
		}
		for range 200 {
			next := inner.Next(at)
			if next.IsZero() {
				break
			}
			shortest = min(shortest, next.Sub(at))
			at = next
		}
	}
	return shortest, nil
}

// Next is the first run after t, in UTC.
func (s *Schedule) Next(t time.Time) time.Time {
	if s.often {
		return s.inner.Next(t.In(s.loc)).UTC()
	}
	// Reckon with the wall's clock as if it were UTC, which has no gaps and no
	// repeated hours, and go back to real time at the end.
	wall := asUTC(t.In(s.loc))
	for {
		wall = s.inner.Next(wall)
		if wall.IsZero() {
			return time.Time{}
		}
		if at := onWall(wall, s.loc); at.After(t) {
			return at.UTC()
		}
	}
}

// String is the expression as written.
func (s *Schedule) String() string { return s.text }

// Jitter is a source's own fixed delay after its schedule's moment, below most, so
// that a thousand sources "on the hour" do not ask at once and a slot stays a slot
// over restarts.
func Jitter(sourceID string, most time.Duration) time.Duration {
	if most <= 0 {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(sourceID)) // a hash's Write never fails
	return time.Duration(h.Sum64() % uint64(most))
}

func asUTC(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// onWall is the moment when the clock of loc shows wall: the earlier one when it
// does so twice, and as much later as the clocks jumped when it never does.
func onWall(wall time.Time, loc *time.Location) time.Time {
	at := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), loc)
	if off := wall.Sub(asUTC(at)); off > 0 {
		return at.Add(off) // time.Date went back over the gap
	}
	if asUTC(at).Equal(wall) {
		for _, step := range []time.Duration{2 * time.Hour, time.Hour, 30 * time.Minute} {
			if earlier := at.Add(-step); asUTC(earlier.In(loc)).Equal(wall) {
				return earlier
			}
		}
	}
	return at
}
