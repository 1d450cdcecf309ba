package selfcheck_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/feeds/write"
	"tributary/internal/feedcheck"
	"tributary/internal/selfcheck"
)

const base = "https://feeds.example.org"

// place serves feeds and remembers what is said about them; its clock moves when told.
type place struct {
	now      time.Time
	channels map[string]*feeds.Feed
	status   map[string]int // other than 200, by channel
	newest   map[string]selfcheck.Newest
	sources  time.Time
	kept     map[string]feeds.Watched
	reads    []string
	spoil    func(path string, body []byte) []byte
	unlisted map[string]bool
}

func newPlace(channels ...string) *place {
	p := &place{now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), channels: map[string]*feeds.Feed{}, status: map[string]int{},
		newest: map[string]selfcheck.Newest{}, kept: map[string]feeds.Watched{}, unlisted: map[string]bool{}}
	for _, ch := range append(channels, "all") {
		p.channels[ch] = &feeds.Feed{ID: "tag:feeds.example.org,2026:feed/" + ch, Title: "News", Description: "News", Language: "en", Rights: "ours",
			Link: base + "/feeds/" + ch + ".html", Generator: "Tributary", TTL: 5 * time.Minute}
		for i := range 10 {
			p.add(ch, i)
		}
	}
	return p
}

// add puts the story of a number, which is also its age in hours, into a channel.
func (p *place) add(channel string, n int) {
	at := p.now.Add(-time.Duration(n) * time.Hour)
	link := fmt.Sprintf("https://iom.example/%s/%d", channel, n)
	p.channels[channel].Entries = append(p.channels[channel].Entries, feeds.Entry{ID: fmt.Sprintf("tag:feeds.example.org,2026:story/%s/%d", channel, n),
		Title: fmt.Sprintf("Story %d", n), Link: link, Published: at, Updated: at, Summary: "Words.", Rights: "© IOM", Language: "en",
		Authors: []feeds.Person{{Name: "IOM"}},
		Source:  &feeds.Origin{ID: "https://iom.example/feed", Title: "IOM", Self: "https://iom.example/feed", Updated: at, Rights: "© IOM"}})
}

// lose takes the first n entries out, with tombstones if they were withdrawn.
func (p *place) lose(channel string, n int, withdrawn bool) {
	f := p.channels[channel]
	for _, e := range f.Entries[:n] {
		if withdrawn {
			f.Deleted = append(f.Deleted, feeds.Tombstone{Ref: e.ID, When: p.now})
		}
	}
	f.Entries = slices.Clone(f.Entries[n:])
}

func (p *place) read(_ context.Context, path string) (feedcheck.Document, error) {
	p.reads = append(p.reads, path)
	var b bytes.Buffer
	header := http.Header{"Etag": {`"1"`}, "Last-Modified": {"Fri, 20 Nov 2026 09:30:00 GMT"}, "Cache-Control": {"max-age=300"}, "Access-Control-Allow-Origin": {"*"}}
	if path == "/feeds.opml" {
		var list []write.Outline
		for _, ch := range slices.Sorted(maps.Keys(p.channels)) {
			if !p.unlisted[ch] {
				list = append(list, write.Outline{Title: ch, FeedURL: base + "/feeds/" + ch + ".atom"})
			}
		}
		header.Set("Content-Type", "text/x-opml; charset=utf-8")
		err := write.OPML(&b, "Feeds", time.Time{}, list)
		return feedcheck.Document{Body: b.Bytes(), Header: header, Status: http.StatusOK}, err
	}
	rest := strings.TrimPrefix(path, "/feeds/")
	dot := strings.LastIndexByte(rest, '.')
	channel, format := rest[:dot], rest[dot+1:]
	if status := p.status[channel]; status != 0 {
		return feedcheck.Document{Status: status}, nil
	}
	f := *p.channels[channel]
	f.Updated = p.now
	f.Links = []feeds.Link{{Rel: "self", Href: base + path}}
	var err error
	switch format {
	case "atom":
		header.Set("Content-Type", "application/atom+xml; charset=utf-8")
		err = write.Atom(&b, &f)
	case "rss":
		header.Set("Content-Type", "application/rss+xml; charset=utf-8")
		err = write.RSS(&b, &f)
	default:
		header.Set("Content-Type", "application/feed+json")
		err = write.JSON(&b, &f)
	}
	body := b.Bytes()
	if p.spoil != nil {
		body = p.spoil(path, body)
	}
	return feedcheck.Document{Body: body, Header: header, Status: http.StatusOK}, err
}

func (p *place) Watched(context.Context) ([]feeds.Watched, error) {
	return slices.SortedFunc(maps.Values(p.kept), func(a, b feeds.Watched) int { return strings.Compare(a.Channel, b.Channel) }), nil
}

func (p *place) SaveWatched(_ context.Context, now []feeds.Watched, gone []string) error {
	for _, w := range now {
		p.kept[w.Channel] = w
	}
	for _, ch := range gone {
		delete(p.kept, ch)
	}
	return nil
}

// turn passes a quarter of an hour and looks.
func (p *place) turn(t *testing.T, all bool) selfcheck.Look {
	t.Helper()
	p.now = p.now.Add(15 * time.Minute)
	w := &selfcheck.Watcher{Read: p.read, Base: base, Store: p, Sample: 2, Stale: time.Hour, Shrink: 20, Now: func() time.Time { return p.now },
		Newest:  func(_ context.Context, ch string) (selfcheck.Newest, error) { return p.newest[ch], nil },
		Sources: func(context.Context) (time.Time, error) { return p.sources, nil }}
	look, err := w.Turn(t.Context(), all, true)
	if err != nil {
		t.Fatal(err)
	}
	return look
}

func says(list []selfcheck.Change) string {
	var out []string
	for _, c := range list {
		out = append(out, c.Channel+" "+string(c.Alarm.Kind))
	}
	return strings.Join(out, ", ")
}

// Each fault raises its alarm once, stands until it is gone, and is cleared once.
func TestEachAlarm(t *testing.T) {
	for name, c := range map[string]struct {
		fault func(p *place)
		mend  func(p *place)
		want  string
	}{
		"cannot be read": {func(p *place) { p.status["country/ly"] = 500 }, func(p *place) { delete(p.status, "country/ly") }, "country/ly unread"},
		"empty": {func(p *place) { p.lose("country/ly", 10, false) }, func(p *place) { p.add("country/ly", 0); p.add("country/ly", 1) },
			"country/ly empty"},
		"empty and no more listed": {func(p *place) { p.lose("country/ly", 10, false); p.unlisted["country/ly"] = true },
			func(p *place) {
				for i := range 10 {
					p.add("country/ly", i)
				}
			}, "country/ly empty"},
		"a story is kept that does not show": {func(p *place) {
			p.newest["country/ly"] = selfcheck.Newest{Published: p.now.Add(time.Hour), Changed: p.now.Add(-2 * time.Hour)}
		}, func(p *place) { delete(p.newest, "country/ly") }, "country/ly stale"},
		"sources go on and we do not": {func(p *place) { p.now = p.now.Add(72 * time.Hour); p.sources = p.now.Add(-3 * time.Hour) },
			func(p *place) { p.add("all", 11) }, "all stale"},
		"invalid": {func(p *place) {
			p.spoil = func(path string, body []byte) []byte {
				if path == "/feeds/country/ly.rss" {
					return bytes.Replace(body, []byte("<guid"), []byte("<uid/><guid"), 1)
				}
				return body
			}
		}, func(p *place) { p.spoil = nil }, "country/ly invalid"},
		"one id twice": {func(p *place) { p.channels["country/ly"].Entries[1].ID = p.channels["country/ly"].Entries[0].ID },
			func(p *place) { p.channels["country/ly"].Entries[1].ID = "tag:feeds.example.org,2026:story/x" }, "country/ly doubled"},
		"one story under two ids": {func(p *place) {
			f := p.channels["country/ly"]
			f.Entries[1].Title, f.Entries[1].Link = f.Entries[0].Title, f.Entries[0].Link
		}, func(p *place) { p.channels["country/ly"].Entries[1].Title = "Another" }, "country/ly doubled"},
		"shrinking": {func(p *place) { p.lose("country/ly", 4, false) }, func(p *place) { p.add("country/ly", 1); p.add("country/ly", 2) },
			"country/ly shrinking"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace("country/ly")
			if look := p.turn(t, false); len(look.Raised) > 0 {
				t.Fatalf("before anything: %v %v", look.Raised, look.Findings)
			}
			c.fault(p)
			look := p.turn(t, false)
			if says(look.Raised) != c.want || says(look.Standing) != c.want {
				t.Errorf("raised %v, standing %v; want %s", look.Raised, look.Standing, c.want)
			}
			for _, x := range look.Raised {
				if x.Alarm.Detail == "" || !x.Alarm.Since.Equal(p.now) {
					t.Errorf("%+v", x)
				}
			}
			if look := p.turn(t, false); len(look.Raised) > 0 || says(look.Standing) != c.want || len(look.Cleared) > 0 || !look.Standing[0].Alarm.Since.Before(p.now) {
				t.Errorf("again: raised %v, standing %v, cleared %v", look.Raised, look.Standing, look.Cleared)
			}
			c.mend(p)
			if look := p.turn(t, false); says(look.Cleared) != c.want || len(look.Standing) > 0 {
				t.Errorf("mended: cleared %v, standing %v", look.Cleared, look.Standing)
			}
		})
	}
}

// What happens every day is no alarm.
func TestWhatIsNoAlarm(t *testing.T) {
	for name, change := range map[string]func(p *place){
		"withdrawals":                    func(p *place) { p.lose("country/ly", 5, true) },
		"one entry less":                 func(p *place) { p.lose("country/ly", 1, false) },
		"new entries in place of others": func(p *place) { p.lose("country/ly", 3, false); p.add("country/ly", 11); p.add("country/ly", 12) },
		"a story that came just now": func(p *place) {
			p.newest["country/ly"] = selfcheck.Newest{Published: p.now.Add(time.Hour), Changed: p.now.Add(-time.Minute)}
		},
		"everything was withdrawn": func(p *place) { p.lose("country/ly", 10, true); p.unlisted["country/ly"] = true },
		"a feed was taken away":    func(p *place) { p.status["country/ly"] = http.StatusGone; p.unlisted["country/ly"] = true },
		"nobody publishes":         func(p *place) { p.now = p.now.Add(500 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace("country/ly")
			p.turn(t, false)
			change(p)
			p.now = p.now.Add(time.Minute)
			if look := p.turn(t, false); len(look.Standing) > 0 {
				t.Errorf("%v %v", look.Standing, look.Findings)
			}
		})
	}
	p := newPlace("country/ly")
	p.turn(t, false)
	p.status["country/ly"], p.unlisted["country/ly"] = http.StatusGone, true
	p.turn(t, false)
	if _, there := p.kept["country/ly"]; there {
		t.Error("a feed that was taken away is remembered")
	}
}

// Who shrinks a feed on purpose hears of it for a day.
func TestAShrunkFeedSettles(t *testing.T) {
	p := newPlace("country/ly")
	p.turn(t, false)
	p.lose("country/ly", 5, false)
	for range 95 {
		if look := p.turn(t, false); says(look.Standing) != "country/ly shrinking" {
			t.Fatalf("%s: %v", p.now, look.Standing)
		}
	}
	p.now = p.now.Add(time.Hour)
	if look := p.turn(t, false); says(look.Cleared) != "country/ly shrinking" {
		t.Errorf("a day later: %v", look.Cleared)
	}
	if look := p.turn(t, false); len(look.Standing) > 0 {
		t.Errorf("and then: %v", look.Standing)
	}
}

// All feeds are looked at in the course of some turns; everything, saved channels and
// those with an alarm in each.
func TestTurnsRotate(t *testing.T) {
	p := newPlace("channel/sahel", "country/dz", "country/ly", "country/ma", "country/tn", "topic/law")
	p.status["topic/law"] = 500
	seen := map[string]int{}
	for range 4 {
		for _, ch := range p.turn(t, false).Checked {
			seen[ch]++
		}
	}
	for _, ch := range []string{"all", "channel/sahel"} {
		if seen[ch] != 4 {
			t.Errorf("%s was looked at %d times of 4", ch, seen[ch])
		}
	}
	for ch := range p.channels {
		if seen[ch] == 0 {
			t.Errorf("%s was never looked at", ch)
		}
	}
	if len(p.turn(t, true).Checked) != len(p.channels) {
		t.Error("a turn over all does not look at all")
	}
}

func TestAListThatCannotBeRead(t *testing.T) {
	p := newPlace("country/ly")
	p.turn(t, false)
	w := &selfcheck.Watcher{Base: base, Store: p, Sample: 9, Stale: time.Hour, Shrink: 20, Now: func() time.Time { return p.now },
		Read: func(ctx context.Context, path string) (feedcheck.Document, error) {
			if path == "/feeds.opml" {
				return feedcheck.Document{}, errors.New("down")
			}
			return p.read(ctx, path)
		},
		Newest:  func(context.Context, string) (selfcheck.Newest, error) { return selfcheck.Newest{}, nil },
		Sources: func(context.Context) (time.Time, error) { return time.Time{}, nil }}
	look, err := w.Turn(t.Context(), false, false)
	if err != nil || says(look.Raised) != "feeds.opml unread" || !slices.Contains(look.Checked, "country/ly") {
		t.Errorf("%v: %v, %v", err, look.Raised, look.Checked)
	}
}
