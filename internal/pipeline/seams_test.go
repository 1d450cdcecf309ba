package pipeline

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/fetch"
)

// These tests are about what no part of the pipeline holds alone: two of them meet.

const (
	privateMail  = "jane.doe@iom.int"
	privatePhone = "+41 79 123 45 67"
)

// kept is everything of a source that a page, a feed or a list could show.
func (d *desk) kept(id string) string {
	d.t.Helper()
	var b strings.Builder
	for _, s := range d.stories() {
		for _, c := range s.Copies {
			b.WriteString(strings.Join([]string{c.Entry.Title, c.Entry.Summary, c.Entry.Content, c.Entry.Link, c.Entry.DateText}, "\n"))
		}
	}
	p := d.polling(id)
	return b.String() + strings.Join(p.Problems, "\n") + p.Error
}

func (d *desk) leaks(id string) {
	d.t.Helper()
	for _, secret := range []string{"jane.doe", "123 45 67", "1234567"} {
		if all := d.kept(id); strings.Contains(all, secret) {
			d.t.Errorf("%q is kept in %s", secret, all)
		}
	}
}

func articlePage(title string) string {
	return `<html lang="en"><head><title>` + title + `</title></head><body><article><h1>` + title + `</h1><p>A first sentence.</p><p>` +
		strings.Repeat("The rest of the text says more of the same, at some length, so that it is an article. ", 6) + `</p></article></body></html>`
}

// The page of an untitled entry gives its title even where its text is of no use.
func TestAPagesTitleIsRedacted(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		s := serveSite(t, map[string]string{"/p/1": articlePage("Call " + privateMail + " or " + privatePhone + " today"), "/feed": "!404"})
		long := strings.Repeat("The feed says much more than the page does, over and over again. ", 40)
		s.says["/feed"] = `<rss version="2.0"><channel><title>x</title><item><guid isPermaLink="false">g1</guid><link>` + s.URL +
			`/p/1</link><description>` + long + `</description></item></channel></rss>`
		d.at(s)
		src := source("office", "mena", feeds.KindIOM)
		src.URL, src.FullText = s.URL+"/feed", true
		d.catalogue(src)
		d.pull()
		if all := d.stories(); len(all) != 1 || !strings.HasPrefix(all[0].Copies[0].Entry.Title, "Call") {
			t.Fatalf("the title was not taken from the page: %+v", all)
		}
		d.leaks("office")
	})
}

// A problem quotes what it is about; an unreadable date is kept as it was written.
func TestProblemsQuoteNothingPersonal(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		const body = `<rss version="2.0"><channel><title>x</title><item><guid isPermaLink="false">g</guid><title>News</title>` +
			`<link>mailto:` + privateMail + `</link><description>One text.</description><pubDate>ask Jane Doe ` + privatePhone + ` ` + privateMail + `</pubDate></item>` +
			`<item><title>Other</title><link>tel:+41791234567</link></item><item><guid isPermaLink="false">` + privateMail + `</guid></item></channel></rss>`
		d.says["https://ly.example/feed"] = func(fetch.Request) (*fetch.Response, error) {
			return &fetch.Response{Status: 200, URL: "https://ly.example/feed", Body: []byte(body), ContentType: "application/rss+xml"}, nil
		}
		d.pull()
		if p := d.polling("ly"); len(p.Problems) < 3 {
			t.Fatalf("problems %q", p.Problems)
		}
		d.leaks("ly")
	})
}

// A stricter setting must not wait until the publisher changes a byte.
func TestAChangedSettingIsAppliedToTheSameDocument(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		src := source("ly", "mena", feeds.KindIOM)
		src.Contacts = feeds.ContactsKeep
		d.catalogue(src)
		d.prints("ly", `"1"`, entry("a", "News", "https://ly.example/a", "Write to "+privateMail+" for more."))
		d.pull()
		if !strings.Contains(d.kept("ly"), privateMail) {
			t.Fatal("contacts: keep did not keep")
		}
		src.Contacts = feeds.ContactsCut
		d.catalogue(src)
		d.now = d.now.Add(5 * time.Hour)
		if r := d.pull(); r.Entries.Changed != 1 {
			t.Errorf("entries %+v, want the one changed", r.Entries)
		}
		d.leaks("ly")
		d.now = d.now.Add(5 * time.Hour)
		if r := d.pull(); r.NotModified != 1 {
			t.Errorf("the next pull: %+v, want a 304", r)
		}
	})
}

// A hub of a former address speaks for nobody.
func TestAFormerAddressDeliversNothing(t *testing.T) {
	withHub(t, func(t *testing.T, n *newsroom) {
		n.subscribed()
		before := len(n.stories())
		// One delivery waits already, another comes after the edit.
		n.publish(n.document(topic, entry("y", "Waiting", "https://ly.example/y", "Thirty officers.")))
		src := source("ly", "mena", feeds.KindIOM)
		src.URL = "https://other.example/new"
		n.says[src.URL] = func(fetch.Request) (*fetch.Response, error) {
			return nil, &fetch.Error{URL: src.URL, Status: 404, Reason: fetch.ReasonStatus}
		}
		n.catalogue(src)
		n.work()
		n.after(2 * time.Hour)
		n.pull()
		n.upkeep()
		n.publish(n.document(topic, entry("z", "From the former address", "https://ly.example/z", "Forty officers.")))
		n.work()
		if all := n.stories(); len(all) != before {
			t.Errorf("%d stories, had %d", len(all), before)
		}
	})
}

func TestARetiredSourceTakesNoDelivery(t *testing.T) {
	withHub(t, func(t *testing.T, n *newsroom) {
		n.subscribed()
		before := len(n.stories())
		n.publish(n.document(topic, entry("z", "Late", "https://ly.example/z", "Forty officers of the retired one.")))
		n.catalogue(source("xx", "mena", feeds.KindIOM))
		n.work()
		if all := n.stories(); len(all) != before {
			t.Errorf("%d stories, had %d", len(all), before)
		}
	})
}

// What a delivery lacks is still there: its absence does not make another entry of it.
func TestAPartialDeliveryReplacesNoOtherEntry(t *testing.T) {
	withHub(t, func(t *testing.T, n *newsroom) {
		const monday, tuesday = "Monday: ninety persons.", "Tuesday: eighty other persons."
		n.offers(topic, entry("a", "Daily update", "https://ly.example/live", monday))
		n.pull()
		n.upkeep()
		n.want("subscribed", "active 0")
		n.after(time.Minute)
		n.publish(n.document(topic, entry("b", "Daily update", "https://ly.example/live", tuesday)))
		n.work()
		if all := n.kept("ly"); !strings.Contains(all, monday) || !strings.Contains(all, tuesday) {
			t.Errorf("kept %s", all)
		}
	})
}

// A delivery that revises is to be confirmed by a poll, also when one is under way.
func TestAPollUnderWayLeavesARevisionToBeConfirmed(t *testing.T) {
	withHub(t, func(t *testing.T, n *newsroom) {
		n.subscribed()
		n.after(time.Minute)
		n.says[topic] = func(fetch.Request) (*fetch.Response, error) {
			n.publish(n.document(topic, entry("a", "Altered by the hub", "https://ly.example/a", "Forty officers.")))
			n.work()
			return &fetch.Response{Status: 304, URL: topic, NotModified: true, ETag: `"1"`}, nil
		}
		n.pull()
		if h := n.polling("ly").BodyHash; h != "" {
			t.Errorf("body hash %q: the next poll will not look", h)
		}
	})
}

// fetcherFunc is a Fetcher of one function.
type fetcherFunc func(ctx context.Context, r fetch.Request) (*fetch.Response, error)

func (f fetcherFunc) Get(ctx context.Context, r fetch.Request) (*fetch.Response, error) {
	return f(ctx, r)
}

// Where a later page of ReliefWeb fails, a 304 to the first must not hide the rest.
func TestReliefWebsFailedPageIsAskedForAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		var calls []*http.Request
		api := reliefWeb(t, 130, &calls)
		client, err := fetch.New(fetch.Options{Allow: []string{strings.TrimPrefix(api.URL, "http://")}, Version: "test"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(client.Close)
		broken := true
		d.Fetch = fetcherFunc(func(ctx context.Context, r fetch.Request) (*fetch.Response, error) {
			if broken && strings.Contains(r.URL, "offset=100") {
				return nil, &fetch.Error{URL: r.URL, Status: 503, Reason: fetch.ReasonStatus}
			}
			if r.ETag != "" {
				return &fetch.Response{Status: 304, URL: r.URL, NotModified: true, ETag: r.ETag}, nil
			}
			response, err := client.Get(ctx, r)
			if err == nil {
				response.ETag = `"page"`
			}
			return response, err
		})
		d.ReliefWebAppname = secretName
		src := source("rw", "ehsa", feeds.KindPartner)
		src.URL, src.Type, src.Language = api.URL+"/v2/reports?limit=200", feeds.TypeReliefWeb, ""
		d.catalogue(src)
		if r := d.pull(); r.Entries.New != 100 {
			t.Fatalf("entries %+v, want the first hundred", r.Entries)
		}
		broken = false
		d.now = d.now.Add(2 * time.Hour)
		if r := d.pull(); r.Entries.New != 30 {
			t.Errorf("entries %+v, want the other thirty", r.Entries)
		}
	})
}

// An address that was edited during the poll of the former one subscribes to nothing
// that the former one offered.
func TestAFormerAddressOffersNothing(t *testing.T) {
	withHub(t, func(t *testing.T, n *newsroom) {
		src := source("ly", "mena", feeds.KindIOM)
		src.URL = "https://other.example/new"
		body := n.document(topic, entry("a", "Flight from LY", "https://ly.example/a", text))
		n.says[topic] = func(fetch.Request) (*fetch.Response, error) {
			n.catalogue(src)
			return &fetch.Response{Status: 200, URL: topic, Body: []byte(body), ContentType: "application/atom+xml", ETag: `"1"`}, nil
		}
		n.pull()
		all, err := n.db.Subscriptions(t.Context())
		if err != nil || len(all) != 0 {
			t.Errorf("%d subscriptions, %v", len(all), err)
		}
	})
}

// A mended teaser must not cost the article while its page is down.
func TestAnArticleOutlivesItsPagesFailure(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		s := serveSite(t, map[string]string{"/p/1": articlePage("News"), "/feed": "!404"})
		feed := func(teaser string) string {
			return `<rss version="2.0"><channel><title>x</title><item><guid isPermaLink="false">g1</guid><title>News</title><link>` + s.URL +
				`/p/1</link><description>` + teaser + `</description></item></channel></rss>`
		}
		s.says["/feed"] = feed("A teaser.")
		d.at(s)
		src := source("office", "mena", feeds.KindIOM)
		src.URL, src.FullText = s.URL+"/feed", true
		d.catalogue(src)
		d.pull()
		const article = "more of the same"
		if !strings.Contains(d.kept("office"), article) {
			t.Fatalf("no article in %s", d.kept("office"))
		}
		d.now = d.now.Add(2 * time.Hour)
		s.says["/feed"], s.says["/p/1"] = feed("A better teaser."), "!503"
		d.pull()
		if all := d.kept("office"); !strings.Contains(all, article) || !strings.Contains(all, "wait for their pages") {
			t.Errorf("while the page is down: %s", all)
		}
		d.now = d.now.Add(2 * time.Hour)
		s.says["/p/1"] = articlePage("News")
		d.pull()
		if all := d.kept("office"); !strings.Contains(all, article) || !strings.Contains(all, "A better teaser.") {
			t.Errorf("when the page is back: %s", all)
		}
	})
}

// The text of a page that several entries link replaces the words of none of them.
func TestOnePageOfSeveralEntriesIsTheTextOfNone(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		s := serveSite(t, map[string]string{"/live": articlePage("Live page"), "/feed": "!404"})
		item := func(id, text string) string {
			return `<item><guid isPermaLink="false">` + id + `</guid><link>` + s.URL + `/live</link><description>` + text + `</description></item>`
		}
		s.says["/feed"] = `<rss version="2.0"><channel><title>x</title>` + item("g1", "Ninety persons were rescued at sea on Monday.") +
			item("g2", "A school was opened in Tripoli on Tuesday.") + `</channel></rss>`
		d.at(s)
		src := source("office", "mena", feeds.KindIOM)
		src.URL, src.FullText = s.URL+"/feed", true
		d.catalogue(src)
		d.pull()
		if all := d.kept("office"); !strings.Contains(all, "Ninety persons") || !strings.Contains(all, "A school") || strings.Contains(all, "more of the same") {
			t.Errorf("kept %s", all)
		}
	})
}
