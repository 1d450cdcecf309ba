package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/fetch"
	"tributary/internal/store"
)

// answers makes an address answer with a body under headers of the test's choice.
func (d *desk) answers(url string, body string, edit func(*fetch.Response)) {
	d.says[url] = func(r fetch.Request) (*fetch.Response, error) {
		resp := &fetch.Response{Status: 200, URL: url, Body: []byte(body), ContentType: "application/rss+xml"}
		if edit != nil {
			edit(resp)
		}
		return resp, nil
	}
}

// rss is a document of items under elements of the channel.
func rss(channel string, items ...string) string {
	return `<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>t</title><link>https://x.example/</link><description>d</description>` +
		channel + strings.Join(items, "") + `</channel></rss>`
}

// item is an RSS item; a zero date is left out.
func rssItem(guid, title, link, text string, at time.Time) string {
	date := ""
	if !at.IsZero() {
		date = "<pubDate>" + at.UTC().Format(time.RFC1123) + "</pubDate>"
	}
	return fmt.Sprintf(`<item><guid isPermaLink="false">%s</guid><title>%s</title><link>%s</link><description>%s</description>%s</item>`, guid, title, link, text, date)
}

func (d *desk) states() []store.SourceState {
	d.t.Helper()
	states, err := d.db.Sources(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return states
}

func (d *desk) lastAsked() fetch.Request { return d.asked[len(d.asked)-1] }

const day = 24 * time.Hour

// A permanent redirect is learnt after a week and five readings, not after many in an
// hour; a temporary one never; what was learnt is forgotten when it fails while the
// source's own address answers, and when the office gives another one.
func TestLearntRedirects(t *testing.T) {
	const own, target = "https://ly.example/feed", "https://new.example/feed"
	body := rss("", rssItem("1", "Flight", "https://ly.example/1", text, time.Time{}))
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		d.answers(own, body, func(r *fetch.Response) { r.URL = target }) // a temporary redirect: nothing is MovedTo
		for range 10 {
			d.pull()
			d.now = d.now.Add(2 * day)
		}
		if m := d.polling("ly").Learnt.Move; m != (feeds.Move{}) {
			t.Errorf("a temporary redirect was learnt: %+v", m)
		}
		permanent := func(r *fetch.Response) { r.URL, r.MovedTo = target, target }
		d.answers(own, body, permanent)
		d.answers(target, body, nil)
		for range 20 {
			d.pull()
			d.now = d.now.Add(time.Minute)
		}
		if m := d.polling("ly").Learnt.Move; m.Address != "" || m.Next != target {
			t.Fatalf("learnt within minutes: %+v", m)
		}
		d.answers(own, body, func(r *fetch.Response) { r.URL, r.MovedTo = "https://other.example/", "https://other.example/" })
		d.pull()
		d.answers(own, body, permanent)
		for range 4 {
			d.now = d.now.Add(3 * day)
			d.pull()
		}
		if m := d.polling("ly").Learnt.Move; m.Address != "" {
			t.Fatalf("learnt after four readings since it last led elsewhere: %+v", m)
		}
		d.pull()
		if m := d.polling("ly").Learnt.Move; m.Address != target || !m.Since.Equal(d.now) {
			t.Fatalf("not learnt: %+v", m)
		}
		if d.pull(); d.lastAsked().URL != target || d.lastAsked().ValidatorsOf != "" && d.lastAsked().ValidatorsOf != target {
			t.Errorf("asked %+v", d.lastAsked())
		}
		// Once a week its own address is asked.
		d.now = d.now.Add(8 * day)
		if d.pull(); d.lastAsked().URL != own {
			t.Errorf("after a week %s was asked", d.lastAsked().URL)
		}
		if d.pull(); d.lastAsked().URL != target {
			t.Errorf("then %s was asked", d.lastAsked().URL)
		}
		// Where it led is gone, and the old address leads there still: nothing is lost,
		// and nothing ends.
		broken := func(url string, status int, reason fetch.Reason) {
			d.says[url] = func(fetch.Request) (*fetch.Response, error) {
				return nil, &fetch.Error{URL: url, Status: status, Reason: reason}
			}
		}
		broken(target, 410, fetch.ReasonGone)
		broken(own, 410, fetch.ReasonStatus) // what fetch says of a 410 behind a redirect
		d.pull()
		if p := d.polling("ly"); p.Outcome != feeds.OutcomeFailed || p.Learnt.Move.Address != target || p.Failures != 1 {
			t.Errorf("a learnt address that is gone: %+v", p)
		}
		// A parked domain answers with a page; the old address answers itself again.
		d.answers(target, "<html><body>For sale</body></html>", nil)
		d.answers(own, body, nil)
		if r := d.pull(); len(r.Failed) != 0 || r.Fetched != 1 {
			t.Errorf("%+v", r)
		}
		if p := d.polling("ly"); p.Learnt.Move != (feeds.Move{}) || p.Failures != 0 {
			t.Errorf("not unlearnt: %+v", p)
		}
		p := d.polling("ly")
		p.Learnt.Move = feeds.Move{Address: target, Since: d.now, Checked: d.now}
		if err := d.db.SavePollings(t.Context(), []feeds.Polling{p}); err != nil {
			t.Fatal(err)
		}
		edited := source("ly", "mena", feeds.KindIOM)
		edited.URL = "https://ly.example/feed2"
		d.catalogue(edited)
		if m := d.polling("ly").Learnt.Move; m != (feeds.Move{}) {
			t.Errorf("the office's edit did not forget it: %+v", m)
		}
	})
}

// What publishers wish holds over answers that do not repeat it.
func TestPublishersWishes(t *testing.T) {
	// The desk's schedule is hourly; it is Friday, 12:00.
	for name, c := range map[string]struct {
		channel string
		maxAge  time.Duration
		want    time.Duration
		again   time.Duration // after a 304, 0: the same
	}{
		"nothing":          {want: time.Hour},
		"max-age":          {maxAge: 5 * time.Hour, want: 6 * time.Hour, again: time.Hour},
		"ttl":              {channel: "<ttl>180</ttl>", want: 4 * time.Hour},
		"ttl of a week":    {channel: "<ttl>10080</ttl>", want: 25 * time.Hour},
		"update period":    {channel: "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>", want: 2 * time.Hour},
		"skip hours":       {channel: "<skipHours><hour>13</hour><hour>14</hour></skipHours>", want: 3 * time.Hour, again: 3 * time.Hour},
		"skip days":        {channel: "<skipDays><day>Friday</day><day>Saturday</day></skipDays>", want: 36 * time.Hour, again: 36 * time.Hour},
		"skips every hour": {channel: "<skipHours>" + hours(24) + "</skipHours>", want: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, d *desk) {
				d.catalogue(source("ly", "mena", feeds.KindIOM))
				d.answers("https://ly.example/feed", rss(c.channel, rssItem("1", "Flight", "https://ly.example/1", text, time.Time{})),
					func(r *fetch.Response) { r.ETag, r.MaxAge = `"1"`, c.maxAge })
				d.pull()
				if got := d.polling("ly").NextRun.Sub(d.now); got != c.want {
					t.Errorf("next in %s, want %s", got, c.want)
				}
				d.says["https://ly.example/feed"] = func(r fetch.Request) (*fetch.Response, error) {
					return &fetch.Response{Status: 304, URL: r.URL, NotModified: true, ETag: r.ETag}, nil
				}
				if c.again == 0 {
					c.again = c.want
				}
				d.pull()
				if got := d.polling("ly").NextRun.Sub(d.now); got != c.again {
					t.Errorf("after a 304 next in %s, want %s", got, c.again)
				}
			})
		})
	}
}

func hours(n int) (out string) {
	for i := range n {
		out += fmt.Sprintf("<hour>%d</hour>", i)
	}
	return out
}

// A daily source on a schedule of every 15 minutes is asked a dozen times a day, often
// after something new; its schedule and the bound hold.
func TestAdaptiveIntervals(t *testing.T) {
	run := func(t *testing.T, d *desk, adaptive bool, every, gap time.Duration) (asked int, worst time.Duration) {
		d.Adaptive, d.MaxInterval = adaptive, 6*time.Hour
		d.Next = func(_ feeds.Source, after time.Time) time.Time { return after.Truncate(every).Add(every) }
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		start := d.now
		published := func() []string {
			var items []string
			for at := d.now.Truncate(gap); len(items) < 10; at = at.Add(-gap) {
				items = append(items, rssItem(fmt.Sprint(at.Unix()), "News of "+at.Format(time.DateTime), fmt.Sprintf("https://ly.example/%d", at.Unix()), text, at))
			}
			return items
		}
		seen := map[int64]bool{}
		for d.now.Before(start.Add(4 * day)) {
			d.answers("https://ly.example/feed", rss("", published()...), nil)
			if _, err := d.Pull(t.Context(), d.states(), nil); err != nil {
				t.Fatal(err)
			}
			if at := d.now.Truncate(gap); !seen[at.Unix()] && at.After(start) {
				worst = max(worst, d.now.Sub(at))
			}
			seen[d.now.Truncate(gap).Unix()] = true
			asked++
			next := d.polling("ly").NextRun
			if wait := next.Sub(d.now); wait > d.MaxInterval+every {
				t.Fatalf("left alone for %s", wait)
			}
			d.now = next
		}
		return asked / 4, worst
	}
	onBoth(t, func(t *testing.T, d *desk) {
		asked, worst := run(t, d, true, 15*time.Minute, day)
		if asked < 6 || asked > 20 {
			t.Errorf("a daily source was asked %d times a day", asked)
		}
		if worst > 5*time.Hour {
			t.Errorf("its news came up to %s late", worst)
		}
		t.Logf("daily: %d times a day, up to %s late", asked, worst)
	})
	onBoth(t, func(t *testing.T, d *desk) {
		if asked, _ := run(t, d, true, 15*time.Minute, time.Hour); asked != 96 {
			t.Errorf("an hourly source was asked %d times a day, its schedule says 96", asked)
		}
	})
	onBoth(t, func(t *testing.T, d *desk) {
		if asked, _ := run(t, d, false, time.Hour, 3*day); asked != 24 {
			t.Errorf("switched off, it was asked %d times a day; its schedule says 24", asked)
		}
	})
}

// Two offices subscribed to one address cost one request, with the validators of both,
// whichever of them is due; each keeps what is its own.
func TestOneFetchForTwoSubscriptions(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		one, two := source("ly", "mena", feeds.KindIOM), source("tn", "wca", feeds.KindIOM)
		two.URL = "https://LY.example:443/feed"
		off := source("off", "hq", feeds.KindIOM)
		off.URL, off.Enabled = one.URL, false
		d.catalogue(one, two, off)
		d.prints("ly", `"1"`, entry("a", "Flight from LY", "https://ly.example/a", text))
		d.says[two.URL] = d.says[one.URL]
		if r := d.pull("ly", "tn"); r.Fetched != 2 || r.Entries.New != 2 || r.Stories.New != 1 || len(d.asked) != 1 {
			t.Errorf("%+v, %d requests", r, len(d.asked))
		}
		for range 3 {
			d.now = d.now.Add(time.Hour)
			d.asked = nil
			if r := d.pull("tn"); r.NotModified != 2 || len(d.asked) != 1 || d.asked[0].ETag != `"1"` {
				t.Errorf("%+v after %+v", r, d.asked)
			}
		}
		// One that has read nothing yet cannot use a 304.
		three := source("mr", "mr", feeds.KindIOM)
		three.URL = one.URL
		d.catalogue(one, two, off, three)
		d.asked = nil
		if r := d.pull("mr"); r.Entries.New != 1 || len(d.asked) != 1 || d.asked[0].ETag != "" {
			t.Errorf("%+v after %+v", r, d.asked)
		}
		// What the server asked of one holds for a newcomer.
		d.fails("ly", &fetch.Error{URL: one.URL, Status: 429, Reason: fetch.ReasonStatus, RetryAfter: d.now.Add(5 * time.Hour)})
		d.says[two.URL] = d.says[one.URL]
		d.pull("ly")
		four := source("dz", "mena", feeds.KindIOM)
		four.URL = one.URL
		d.catalogue(one, two, three, four)
		d.asked = nil
		if r := d.pull("dz"); len(d.asked) != 0 || r.Sources != 0 {
			t.Errorf("%+v after %+v", r, d.asked)
		}
		if p := d.polling("dz"); !p.RetryAfter.Equal(d.now.Add(5*time.Hour)) || p.NextRun.Before(p.RetryAfter) {
			t.Errorf("%+v", p)
		}
	})
}

// A server that says 304 for ever is found out; one that keeps an ETag over other
// bodies is read.
func TestServersThatLie(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		d.prints("ly", `"1"`, entry("a", "Flight from LY", "https://ly.example/a", text))
		d.pull()
		d.prints("ly", `"1"`, entry("b", "Training in LY", "https://ly.example/b", "Forty officers."))
		for range 6 {
			d.now = d.now.Add(day)
			if r := d.pull(); r.NotModified != 1 {
				t.Fatalf("%+v", r)
			}
		}
		d.now = d.now.Add(day)
		if r := d.pull(); r.Entries.New != 1 || d.lastAsked().ETag != "" {
			t.Errorf("after a week: %+v to %+v", r, d.lastAsked())
		}
		d.now = d.now.Add(time.Hour)
		d.answers("https://ly.example/feed", rss("", rssItem("c", "Boat", "https://ly.example/c", text, time.Time{})), func(r *fetch.Response) { r.ETag = `"1"` })
		if r := d.pull(); r.Entries.New != 1 {
			t.Errorf("another body under one ETag: %+v", r)
		}
	})
}

// A poll that ends after its source was given another address leaves no trace: no
// outcome, no end, no entries.
func TestAnEditDuringAPollWins(t *testing.T) {
	edited := source("ly", "mena", feeds.KindIOM)
	edited.URL = "https://ly.example/right"
	for name, say := range map[string]func() (*fetch.Response, error){
		"gone": func() (*fetch.Response, error) {
			return nil, &fetch.Error{URL: "https://ly.example/feed", Status: 410, Reason: fetch.ReasonGone}
		},
		"a feed": func() (*fetch.Response, error) {
			return &fetch.Response{Status: 200, URL: "https://ly.example/feed", ETag: `"x"`, Body: []byte(rss("", rssItem("1", "Wrong", "https://ly.example/1", text, time.Time{})))}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, d *desk) {
				d.catalogue(source("ly", "mena", feeds.KindIOM))
				d.says["https://ly.example/feed"] = func(fetch.Request) (*fetch.Response, error) {
					d.catalogue(edited)
					return say()
				}
				d.pull()
				if p := d.polling("ly"); p.Outcome != feeds.OutcomeNever || p.ETag != "" || !p.LastRun.IsZero() || len(d.stories()) != 0 {
					t.Errorf("%+v, %d stories", p, len(d.stories()))
				}
			})
		})
	}
}

// Who says 410 is not asked until the office gives another address or switches the
// source on again.
func TestGoneUntilTheOfficeActs(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		s := source("ly", "mena", feeds.KindIOM)
		d.catalogue(s)
		d.fails("ly", &fetch.Error{URL: s.URL, Status: 410, Reason: fetch.ReasonGone})
		d.pull()
		due := func() int {
			list, err := d.db.Due(t.Context(), nil, d.now.Add(365*day), 10)
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		if due() != 0 {
			t.Error("it is still due")
		}
		s.Rank = 5
		d.catalogue(s)
		if due() != 0 {
			t.Error("another edit revived it")
		}
		s.Enabled = false
		d.catalogue(s)
		s.Enabled = true
		d.catalogue(s)
		if p := d.polling("ly"); due() != 1 || p.Outcome != feeds.OutcomeNever {
			t.Errorf("switched on again: %+v", p)
		}
	})
}

// A run that is stopped names what it left.
func TestAnEndedRunNamesWhatItLeft(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("a", "hq", feeds.KindIOM), source("b", "hq", feeds.KindIOM), source("c", "hq", feeds.KindIOM))
		d.prints("a", "", entry("a", "A", "https://a.example/a", text))
		ctx, stop := contextWithStop(t)
		d.says["https://b.example/feed"] = func(fetch.Request) (*fetch.Response, error) {
			stop()
			return nil, errors.New("stopped")
		}
		r, err := d.Pull(ctx, d.states(), nil)
		if err == nil || !slices.Equal(r.Left, []string{"b", "c"}) || r.Sources != 1 {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

// While another process is at a shard, its sources wait and the others do not.
func TestAShardThatIsTakenWaits(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		if d.db.Dialect() != store.Postgres {
			t.Skip("SQLite has one process")
		}
		other, err := store.Open(t.Context(), store.Options{URL: d.db.PGURL()})
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		leave, ok, err := other.Enter(t.Context(), 1)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		d.Gate = d.db
		d.Shard = func(address string) int { return int(address[len("https://")] - 'a') }
		d.catalogue(source("a", "hq", feeds.KindIOM), source("b", "hq", feeds.KindIOM))
		d.prints("a", "", entry("a", "A", "https://a.example/a", text))
		b := entry("b", "B", "https://b.example/b", "Forty officers.")
		d.prints("b", "", b)
		say := d.says["https://a.example/feed"]
		d.says["https://a.example/feed"] = func(r fetch.Request) (*fetch.Response, error) {
			if len(d.asked) != 1 {
				t.Error("the shard that was taken came first")
			}
			leave() // now that the free shard is at work
			return say(r)
		}
		if r := d.pull(); r.Fetched != 2 {
			t.Errorf("%+v", r)
		}
		if _, ok, err := other.Enter(t.Context(), 0); err != nil || !ok {
			t.Errorf("a shard was kept: %v, %v", ok, err)
		}
	})
}

func contextWithStop(t *testing.T) (context.Context, context.CancelFunc) {
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	return ctx, stop
}
