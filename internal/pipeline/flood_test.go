package pipeline

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
)

// news lists the titles published within a day of now, newest first.
func (d *desk) news() (titles []string) {
	d.t.Helper()
	all, err := d.db.Stories(d.t.Context(), feeds.Selector{}, 5000)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, s := range all {
		if d.now.Sub(s.Published) < day || d.now.Sub(s.Updated) < day {
			titles = append(titles, s.Lead().Entry.Title)
		}
	}
	return titles
}

// items are RSS items, the first from and so on; zero from means undated.
func items(n int, prefix string, from time.Time, step time.Duration) []string {
	out := make([]string, n)
	for i := range out {
		at := from
		if !from.IsZero() {
			at = from.Add(-time.Duration(i) * step)
		}
		out[i] = rssItem(fmt.Sprintf("%s%d", prefix, i), fmt.Sprintf("%s %d", prefix, i), fmt.Sprintf("https://ly.example/%s/%d", prefix, i), fmt.Sprintf("Report %d of the mission in %s.", i, prefix), at)
	}
	return out
}

func TestAnArchiveIsNoNews(t *testing.T) {
	noon := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) // the desk's now
	for name, c := range map[string]struct {
		items []string
		want  int // of news
	}{
		"dated over years":       {items(200, "archive", noon.Add(-3*day), 5*day), 0},
		"undated":                {items(200, "archive", time.Time{}, 0), 10},
		"dated with the request": {items(200, "archive", noon, 0), 10},
		"dated in the future":    {items(200, "archive", noon.Add(400*day), 0), 10},
		"a busy day":             {items(40, "hour", noon.Add(-10*time.Minute), 30*time.Minute), 40},
		"few, undated":           {items(8, "small", time.Time{}, 0), 8},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, d *desk) {
				d.Backfill = 14 * day
				d.catalogue(source("ly", "mena", feeds.KindIOM))
				d.answers("https://ly.example/feed", rss("", c.items...), nil)
				if r := d.pull(); r.Entries.New != len(c.items) {
					t.Fatalf("%+v", r)
				}
				got := d.news()
				if len(got) != c.want {
					t.Errorf("%d entries are news, want %d", len(got), c.want)
				}
				if told := strings.Contains(strings.Join(d.polling("ly").Problems, "\n"), "without a date of their own"); told != (c.want == 10) {
					t.Errorf("problems %q", d.polling("ly").Problems)
				}
				// The next entry is news, however its source dates.
				d.now = d.now.Add(time.Hour)
				d.answers("https://ly.example/feed", rss("", append(items(1, "next", time.Time{}, 0), c.items...)...), nil)
				if r := d.pull(); r.Entries.New != 1 || len(d.news()) != c.want+1 {
					t.Errorf("%+v, %d news", r, len(d.news()))
				}
			})
		})
	}
}

// A source that is reset, with other addresses and guids for all it has, has an archive
// too; and so has one that brings hundreds at once.
func TestAResetIsNoNews(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.Backfill = 14 * day
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		d.answers("https://ly.example/feed", rss("", items(5, "old", d.now.Add(-9*day), day)...), nil)
		d.pull()
		d.now = d.now.Add(2 * day)
		d.answers("https://ly.example/feed", rss("", items(100, "reset", time.Time{}, 0)...), nil)
		d.pull()
		if n := len(d.news()); n != 10 {
			t.Errorf("%d entries of a reset source are news", n)
		}
		d.now = d.now.Add(2 * day)
		d.answers("https://ly.example/feed", rss("", append(items(300, "dump", time.Time{}, 0), items(100, "reset", time.Time{}, 0)...)...), nil)
		d.pull()
		if n := len(d.news()); n != 50 {
			t.Errorf("%d entries of a dump are news", n)
		}
	})
}

// Guids that are new for each request make no copies, whether link and title or the
// words tell the entry; a correction is a revision.
func TestGuidsThatChange(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		read := 0
		print := func(title string) {
			read++
			long := strings.Replace(text, "Tuesday", "Monday", 1)
			d.answers("https://ly.example/feed", rss("",
				rssItem(fmt.Sprintf("a-%d", read), title, "https://ly.example/a", "Short.", time.Time{}),
				rssItem(fmt.Sprintf("b-%d", read), "Flight home", fmt.Sprintf("https://ly.example/b?session=%d", read), long, time.Time{})), nil)
		}
		print("Boat")
		d.pull()
		for range 4 {
			d.now = d.now.Add(time.Hour)
			print("Boat")
			if r := d.pull(); r.Entries.New != 0 || r.Stories.New != 0 {
				t.Fatalf("reading %d: %+v", read, r)
			}
		}
		if p := d.polling("ly"); !strings.Contains(strings.Join(p.Problems, "\n"), "other guids than before") {
			t.Errorf("the office is not told: %q", p.Problems)
		}
		// Known for it, another title under the link is a correction.
		d.now = d.now.Add(time.Hour)
		print("Boat saved")
		if r := d.pull(); r.Entries.New != 0 || r.Entries.Changed == 0 {
			t.Errorf("a correction: %+v", r)
		}
		stories := d.stories()
		if len(stories) != 2 {
			t.Fatalf("%d stories", len(stories))
		}
		for _, s := range stories {
			if len(s.Copies) != 1 {
				t.Errorf("%d copies of %q", len(s.Copies), s.Lead().Entry.Title)
			}
		}
	})
}

// Entries of one page that stand beside each other are entries of their own.
func TestEntriesOfOnePageStayApart(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		live := func(n int) string {
			return rssItem(fmt.Sprint(n), "Live", "https://ly.example/live", fmt.Sprintf("Update %d from the harbour where the boats arrive, with all that is known of it so far.", n), time.Time{})
		}
		d.answers("https://ly.example/feed", rss("", live(2), live(1)), nil)
		d.pull()
		d.answers("https://ly.example/feed", rss("", live(3), live(2)), nil) // 1 left the window
		if r := d.pull(); r.Entries.New != 1 || r.Entries.Changed != 0 {
			t.Errorf("%+v", r)
		}
	})
}

// Of thousands of entries the newest are kept, wherever they stand.
func TestTheNewestOfThousandsAreKept(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		list := items(2500, "entry", d.now.Add(-time.Hour), time.Hour)
		for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 { // the oldest first
			list[i], list[j] = list[j], list[i]
		}
		d.answers("https://ly.example/feed", rss("", list...), nil)
		r := d.pull()
		if r.Entries.Read != 2500 || r.Entries.New != 2000 || r.Entries.Dropped != 500 {
			t.Errorf("%+v", r.Entries)
		}
		if p := d.polling("ly"); !p.NewestEntry.Equal(d.now.Add(-time.Hour)) || !strings.Contains(strings.Join(p.Problems, "\n"), "500 were left out") {
			t.Errorf("newest %s, problems %q", p.NewestEntry, p.Problems)
		}
	})
}
