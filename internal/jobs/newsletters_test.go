package jobs_test

import (
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/jobs"
	"tributary/internal/pipeline"
)

// Of the moments that have come only the last is dealt with, by the clock on the office's
// wall, and none twice when that is put back.
func TestNewsletterMoments(t *testing.T) {
	n := &pipeline.Newsletters{Next: jobs.ScheduleNext}
	utc := func(s string) time.Time {
		at, err := time.Parse(time.DateTime, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct {
		name, schedule, zone string
		cadence              feeds.Cadence
		last, now, due, next string
	}{
		{"not yet", "0 7 * * *", "Africa/Dakar", feeds.CadenceDaily, "2026-11-24 07:00:00", "2026-11-25 06:59:59", "", "2026-11-25 07:00:00"},
		{"on time", "0 7 * * *", "Africa/Dakar", feeds.CadenceDaily, "2026-11-24 07:00:00", "2026-11-25 07:00:00", "2026-11-25 07:00:00", "2026-11-26 07:00:00"},
		{"missed for five days", "0 7 * * *", "Africa/Dakar", feeds.CadenceDaily, "2026-11-20 07:00:00", "2026-11-25 12:00:00", "2026-11-25 07:00:00", "2026-11-26 07:00:00"},
		{"missed for a year", "0 7 * * 1", "Europe/Zurich", feeds.CadenceWeekly, "2025-11-24 06:00:00", "2026-11-25 12:00:00", "2026-11-23 06:00:00", "2026-11-30 06:00:00"},
		{"monthly", "0 7 1 * *", "Asia/Bangkok", feeds.CadenceMonthly, "2026-10-01 00:00:00", "2026-11-25 12:00:00", "2026-11-01 00:00:00", "2026-12-01 00:00:00"},
		{"in the hour that is left out in spring", "30 2 * * *", "Europe/Zurich", feeds.CadenceDaily, "2026-03-28 01:30:00", "2026-03-29 01:45:00", "2026-03-29 01:30:00", "2026-03-30 00:30:00"},
		{"in the hour that comes twice in autumn", "30 2 * * *", "Europe/Zurich", feeds.CadenceDaily, "2026-10-24 00:30:00", "2026-10-25 01:45:00", "2026-10-25 00:30:00", "2026-10-26 01:30:00"},
		{"the second of the two", "30 2 * * *", "Europe/Zurich", feeds.CadenceDaily, "2026-10-25 00:30:00", "2026-10-25 01:45:00", "", "2026-10-26 01:30:00"},
	} {
		d := &feeds.Newsletter{Schedule: c.schedule, Zone: c.zone, Cadence: c.cadence}
		due, next, err := n.Due(d, utc(c.last), utc(c.now))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if !due.IsZero() {
			got = due.UTC().Format(time.DateTime)
		}
		if got != c.due || next.UTC().Format(time.DateTime) != c.next {
			t.Errorf("%s: due %q, next %s; want %q, %s", c.name, got, next.UTC().Format(time.DateTime), c.due, c.next)
		}
	}
}
