package jobs

import (
	"strings"
	"testing"
	"time"

	"tributary/feeds"
)

func TestParseScheduleRefuses(t *testing.T) {
	for _, c := range []struct{ name, expr, zone, want string }{
		{"empty", "", "", "five fields"},
		{"a zone without a space makes the library panic", "TZ=UTC", "", "zone belongs in zone"},
		{"a zone inside the expression", "CRON_TZ=Asia/Tokyo 0 6 * * *", "", "zone belongs in zone"},
		{"lower-case zone prefix", "tz=UTC 0 6 * * *", "", "zone belongs in zone"},
		{"30 February", "0 0 30 2 *", "", "never runs"},
		{"a negative delay, which the library takes for a second", "@every -5m", "", "positive"},
		{"no delay", "@every 0s", "", "positive"},
		{"too often by fields", "* * * * *", "", "least allowed"},
		{"too often by delay", "@every 10s", "", "least allowed"},
		{"too often only at the turn of the hour", "0,59 * * * *", "", "least allowed"},
		{"six fields", "0 0 6 * * *", "", "five fields"},
		{"minute 61", "61 * * * *", "", "five fields"},
		{"unknown zone", "0 6 * * *", "Mars/Olympus", "unknown zone"},
		{"the machine's own zone is no stable zone", "0 6 * * *", "Local", "unknown zone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseSchedule(c.expr, c.zone, 5*time.Minute)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("ParseSchedule(%q, %q) = %v, want an error with %q", c.expr, c.zone, err, c.want)
			}
		})
	}
}

func TestScheduleNext(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct{ name, expr, zone, from, want string }{
		{"a zone of its own", "30 6 * * *", "Africa/Nairobi", "2026-11-24T00:00:00Z", "2026-11-24T03:30:00Z"},
		{"exactly at a run gives the next one", "30 6 * * *", "Africa/Nairobi", "2026-11-24T03:30:00Z", "2026-11-25T03:30:00Z"},
		{"every two hours", "15 */2 * * *", "UTC", "2026-11-24T01:00:00Z", "2026-11-24T02:15:00Z"},
		{"a run inside the spring gap comes an hour later, not a day", "30 2 * * *", "Europe/Zurich", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"},
		{"after the gap the wall's clock counts again", "30 2 * * *", "Europe/Zurich", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"},
		{"the repeated autumn hour runs once: the first", "30 2 * * *", "Europe/Zurich", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"},
		{"and not the second", "30 2 * * *", "Europe/Zurich", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"},
		{"frequent schedules run through the repeated hour", "*/15 * * * *", "Europe/Zurich", "2026-10-25T00:45:00Z", "2026-10-25T01:00:00Z"},
		{"frequent schedules run through the spring gap", "*/15 * * * *", "Europe/Zurich", "2026-03-29T00:45:00Z", "2026-03-29T01:00:00Z"},
		{"Lord Howe's half-hour gap", "15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", "2026-10-03T15:45:00Z"},
		{"a delay", "@every 30m", "", "2026-11-24T01:00:00Z", "2026-11-24T01:30:00Z"},
		{"29 February", "0 0 29 2 *", "", "2026-11-24T00:00:00Z", "2028-02-29T00:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := ParseSchedule(c.expr, c.zone, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Next(at(c.from)); !got.Equal(at(c.want)) {
				t.Errorf("%q in %s after %s: %s, want %s", c.expr, c.zone, c.from, got.Format(time.RFC3339), c.want)
			}
		})
	}
}

// A schedule must go forward from any moment, whatever the clocks do.
func TestScheduleAlwaysAdvances(t *testing.T) {
	for _, zone := range []string{"Europe/Zurich", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Gaza"} {
		for _, expr := range []string{"30 2 * * *", "0 0 * * 1", "*/20 * * * *", "0 1,13 * * *", "@every 45m"} {
			s, err := ParseSchedule(expr, zone, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			at, end := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
			for at.Before(end) {
				next := s.Next(at)
				if !next.After(at) || next.Sub(at) > 8*24*time.Hour {
					t.Fatalf("%q in %s after %s: %s", expr, zone, at, next)
				}
				at = next
			}
		}
	}
}

func TestJitterIsFixedAndBounded(t *testing.T) {
	seen := map[time.Duration]bool{}
	for _, id := range []string{"a", "b", "c", "iom-hq-en", "un-news-fr"} {
		d := Jitter(id, time.Minute)
		if d < 0 || d >= time.Minute || d != Jitter(id, time.Minute) {
			t.Errorf("Jitter(%q) = %s", id, d)
		}
		seen[d] = true
	}
	if len(seen) < 4 {
		t.Errorf("jitter hardly spreads: %v", seen)
	}
	if Jitter("a", 0) != 0 {
		t.Error("no jitter wanted, some given")
	}
}

func FuzzParseSchedule(f *testing.F) {
	f.Add("15 */2 * * *", "UTC")
	f.Add("TZ=UTC", "")
	f.Add("@every 1h", "Africa/Dakar")
	f.Fuzz(func(t *testing.T, expr, zone string) {
		s, err := ParseSchedule(expr, zone, 5*time.Minute)
		if err != nil {
			return
		}
		from := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC)
		if next := s.Next(from); !next.After(from) {
			t.Errorf("%q in %q goes to %s", expr, zone, next)
		}
	})
}

func TestSchedulesKeepTheirDistance(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 3, 0, time.UTC)
	for _, c := range []struct {
		name, expr string
		want       time.Duration
	}{
		{"a schedule within the limit is kept", "*/10 * * * *", 10*time.Minute - 3*time.Second},
		{"one of exactly the limit loses no run to its own delay", "*/5 * * * *", 5*time.Minute - 3*time.Second},
		{"a busier one is slowed to the limit", "* * * * *", 5*time.Minute - 3*time.Second},
		{"one that does not fit the limit takes its next moment", "*/4 * * * *", 8*time.Minute - 3*time.Second},
		{"what cannot be read is asked seldom, not never", "nonsense", unreadable},
	} {
		s := NewSchedules(5*time.Minute, 0)
		if got := s.Next(feeds.Source{ID: "x", Schedule: c.expr, Zone: "UTC"}, now).Sub(now); got != c.want {
			t.Errorf("%s: next in %s, want %s", c.name, got, c.want)
		}
	}
}
