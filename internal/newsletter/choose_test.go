package newsletter_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/newsletter"
)

var now = time.Date(2026, time.November, 23, 7, 0, 0, 0, time.UTC)

func weekly() *feeds.Newsletter {
	return &feeds.Newsletter{Slug: "week", Office: "hq", Languages: []string{"en"}, Title: map[string]string{"en": "This week", "ar": "هذا الأسبوع"},
		Cadence: feeds.CadenceWeekly, Zone: "UTC", Stories: 4, PerSource: 2, Minimum: 2, Images: true}
}

func candidate(id string, hours int, change func(c *newsletter.Candidate)) newsletter.Candidate {
	at := now.Add(-time.Duration(hours) * time.Hour)
	c := newsletter.Candidate{Story: id, Published: at, FirstSeen: at, Publishers: 1, Source: "source-" + id, Shown: []int64{1}}
	if change != nil {
		change(&c)
	}
	return c
}

func TestScoreIsTheFormula(t *testing.T) {
	n := weekly()
	n.Weights = map[string]int{"rescue": 4, "data": -2}
	for _, c := range []struct {
		name string
		c    newsletter.Candidate
		want float64
	}{
		{"brand new", candidate("a", 0, nil), 2},
		{"half a period old", candidate("a", 84, nil), 1},
		{"a period old", candidate("a", 168, nil), .5},
		{"four publishers", candidate("a", 0, func(c *newsletter.Candidate) { c.Publishers = 4 }), 6},
		{"led by IOM", candidate("a", 0, func(c *newsletter.Candidate) { c.IOM = true }), 5},
		{"topics", candidate("a", 0, func(c *newsletter.Candidate) { c.Topics = []string{"rescue", "data", "other"} }), 4},
		{"from the future", candidate("a", -5, nil), 2},
	} {
		if got := newsletter.Score(n, &c.c, now); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestChoose(t *testing.T) {
	many := func(c *newsletter.Candidate) { c.Publishers = 8 }
	for _, c := range []struct {
		name       string
		candidates []newsletter.Candidate
		pins       []string
		told       []string
		since      int // hours ago; 0: the first issue
		want       string
	}{
		{"the best first", []newsletter.Candidate{candidate("a", 9, nil), candidate("b", 9, many), candidate("c", 1, nil)}, nil, nil, 0, "b c a"},
		{"as many as fit", []newsletter.Candidate{candidate("a", 1, nil), candidate("b", 2, nil), candidate("c", 3, nil), candidate("d", 4, nil), candidate("e", 5, nil)}, nil, nil, 0, "a b c d"},
		{"no more of a source", []newsletter.Candidate{
			candidate("a", 1, func(c *newsletter.Candidate) { c.Source = "s" }), candidate("b", 2, func(c *newsletter.Candidate) { c.Source = "s" }),
			candidate("c", 3, func(c *newsletter.Candidate) { c.Source = "s" }), candidate("d", 4, nil)}, nil, nil, 0, "a b d"},
		{"pinned ones first, in their order, whatever their age and source", []newsletter.Candidate{candidate("a", 1, many),
			candidate("p", 900, func(c *newsletter.Candidate) { c.Source = "s" }), candidate("q", 2, func(c *newsletter.Candidate) { c.Source = "s" }),
			candidate("r", 3, func(c *newsletter.Candidate) { c.Source = "s" })}, []string{"p", "r", "q"}, nil, 0, "p r q a"},
		{"nothing twice, not even pinned", []newsletter.Candidate{candidate("a", 1, nil), candidate("b", 1, nil), candidate("c", 1, nil)}, []string{"a"}, []string{"a"}, 0, "c b"},
		{"what the last issue passed over is old", []newsletter.Candidate{candidate("a", 1, nil), candidate("b", 5, nil), candidate("c", 100, nil)}, nil, nil, 48, "a b"},
		{"what arrived late is news", []newsletter.Candidate{candidate("a", 1, nil),
			candidate("b", 100, func(c *newsletter.Candidate) { c.FirstSeen = now.Add(-time.Hour) })}, nil, nil, 48, "a b"},
		{"an archive that arrived late is none", []newsletter.Candidate{candidate("a", 1, nil), candidate("c", 2, nil),
			candidate("b", 900, func(c *newsletter.Candidate) { c.FirstSeen = now.Add(-time.Hour) })}, nil, nil, 48, "a c"},
		{"after skipped issues, two periods", []newsletter.Candidate{candidate("a", 1, nil), candidate("b", 13*24, nil), candidate("c", 15*24, nil)}, nil, nil, 90 * 24, "a b"},
		{"too few", []newsletter.Candidate{candidate("a", 1, nil)}, nil, nil, 0, "1 of 2 stories at least"},
	} {
		in := newsletter.Input{Newsletter: weekly(), Candidates: c.candidates, Pins: c.pins, Told: map[string]bool{}, Now: now}
		for _, id := range c.told {
			in.Told[id] = true
		}
		if c.since > 0 {
			in.Since = now.Add(-time.Duration(c.since) * time.Hour)
		}
		choice := newsletter.Choose(in)
		got := choice.Skipped
		for _, item := range choice.Items {
			got += " " + item.Story
		}
		if got = strings.TrimSpace(got); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func edition(stories, length int) *newsletter.Edition {
	e := &newsletter.Edition{Newsletter: weekly(), Language: "en", Number: 7, Period: "2026-W48", Made: now, Site: "Migration news", Office: "Headquarters",
		Disclaimer: "No <opinion>.", Page: "https://news.example.org/newsletters/week/7", Home: "https://news.example.org/newsletters/week"}
	for i := range stories {
		e.Stories = append(e.Stories, newsletter.Story{ID: fmt.Sprint(i), Mark: "Partner content", Credits: []string{"B", "C", "D", "E", "F"}, Entry: feeds.Entry{
			Title: "Rescue & return <b>\r\nBcc: x@example.org", Link: "https://a.example/1?a=b&c=d", Summary: "&lt;script&gt;alert(1)&lt;/script&gt; " + strings.Repeat("wörter ", length),
			Language: "ar", Published: now, Authors: []feeds.Person{{Name: "IOM"}}, Rights: "CC BY", Image: &feeds.Image{URL: "https://a.example/p.jpg", Alt: `A "boat"`, Credit: "IOM"}}})
	}
	return e
}

func TestMail(t *testing.T) {
	w, err := newsletter.NewWriter()
	if err != nil {
		t.Fatal(err)
	}
	e := edition(2, 3)
	e.Newsletter.Subject = map[string]string{"en": "{number}: {lead} ({date})"}
	m, err := w.Mail(e, "*|UNSUB|*")
	if err != nil {
		t.Fatal(err)
	}
	if m.Subject != "7: Rescue & return <b> Bcc: x@example.org (23 November 2026)" {
		t.Errorf("subject %q", m.Subject)
	}
	for _, want := range []string{`href="*|UNSUB|*"`, "Partner content", "No &lt;opinion&gt;.", `alt="A &#34;boat&#34; (IOM)"`, `dir="rtl"`, "CC BY", "https://a.example/1?a=b&amp;c=d",
		"https://news.example.org/newsletters/week/7", "Also told by <bdi>B</bdi>, <bdi>C</bdi>, <bdi>D</bdi>, <bdi>E</bdi>"} {
		if !strings.Contains(m.HTML, want) {
			t.Errorf("the HTML part lacks %s", want)
		}
	}
	for _, never := range []string{"<script", "<b>", "<bdi>F", "javascript:"} {
		if strings.Contains(m.HTML, never) {
			t.Errorf("the HTML part has %s", never)
		}
	}
	for _, want := range []string{"*|UNSUB|*", "[Partner content]", "No <opinion>.", "CC BY", "https://a.example/1?a=b&c=d"} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("the text part lacks %s", want)
		}
	}
	e.Newsletter.Images = false
	if m, err = w.Mail(e, ""); err != nil || strings.Contains(m.HTML, "<img") || strings.Contains(m.HTML, "way-out") || !strings.Contains(m.HTML, ">Subscribe</a>") {
		t.Errorf("without pictures and a way out: %v", err)
	}
}

// A publisher's headline gives a mailing tool no orders.
func TestMailsForToolsHoldNoOrdersOfOthers(t *testing.T) {
	w, err := newsletter.NewWriter()
	if err != nil {
		t.Fatal(err)
	}
	e := edition(1, 1)
	e.Newsletter.Subject = map[string]string{"en": "{lead}"}
	e.Stories[0].Entry.Title = "{{ .Subscriber.Email }} {% include x %} *|EMAIL|*"
	for _, leave := range []string{"{{ UnsubscribeURL }}", "*|UNSUB|*"} {
		m, err := w.Mail(e, leave)
		if err != nil {
			t.Fatal(err)
		}
		for part, text := range map[string]string{"subject": m.Subject, "HTML": m.HTML, "text": m.Text} {
			rest := strings.ReplaceAll(text, leave, "")
			if part != "subject" && rest == text {
				t.Errorf("%s lacks %s", part, leave)
			}
			for _, order := range []string{"{{", "{%", "*|", "|*"} {
				if strings.Contains(rest, order) {
					t.Errorf("%s has %s", part, order)
				}
			}
		}
	}
	m, err := w.Mail(e, "https://news.example.org/newsletters/unsubscribe/x")
	if err != nil || !strings.Contains(m.Text, "{{ .Subscriber.Email }}") {
		t.Errorf("our own mails are as they are: %v", err)
	}
}

// Gmail clips what is larger, and with it the way out.
func TestMailsAreNeverClipped(t *testing.T) {
	w, err := newsletter.NewWriter()
	if err != nil {
		t.Fatal(err)
	}
	e := edition(30, 3000)
	for i := range e.Stories {
		e.Stories[i].Entry.Title, e.Stories[i].Entry.Rights = strings.Repeat("عنوان ", 60), strings.Repeat("ترخيص ", 60)
		e.Stories[i].Entry.Link = "https://a.example/" + strings.Repeat("x", 2000)
	}
	m, err := w.Mail(e, "https://news.example.org/newsletters/unsubscribe/token")
	if err != nil || len(m.HTML) > 100_000 || !strings.Contains(m.HTML, "/unsubscribe/token") || strings.Count(m.HTML, "<h2") != strings.Count(m.Text, "\nhttps://a.example/") {
		t.Errorf("%d bytes, %v", len(m.HTML), err)
	}
}

func TestFeedEntriesHaveTheSameElements(t *testing.T) {
	empty := edition(0, 0)
	full := edition(2, 2)
	full.Changed = now.Add(time.Hour)
	f := newsletter.Feed(newsletter.FeedInfo{Newsletter: weekly(), Language: "en", Tag: func(s string) string { return "tag:example.org,2026:" + s }, Scheme: "urn:x:"},
		[]newsletter.Edition{*full, *empty})
	if len(f.Entries) != 1 {
		t.Fatalf("%d entries: an issue that lost all stories has none", len(f.Entries))
	}
	e := f.Entries[0]
	if e.ID != "tag:example.org,2026:newsletter/week/7/en" || !e.Updated.Equal(full.Changed) || !e.Published.Equal(now) || e.Image != nil || len(e.Categories) != 1 {
		t.Errorf("%+v", e)
	}
	if strings.Contains(e.Content, "<script") || strings.Contains(e.Title, "\n") || !strings.Contains(e.Content, "Partner content") {
		t.Errorf("content %s", e.Content)
	}
}

func TestEveryLanguageHasAllWords(t *testing.T) {
	for _, language := range newsletter.Languages {
		for month := time.January; month <= time.December; month++ {
			if text := newsletter.Date(time.Date(2026, month, 5, 0, 0, 0, 0, time.UTC), language); !strings.Contains(text, "2026") || strings.Contains(text, "%") {
				t.Errorf("%s, %s: %q", language, month, text)
			}
		}
		m := newsletter.Confirmation("Title & more", language, "https://news.example.org/newsletters/confirm/x")
		if !strings.Contains(m.Subject, "Title & more") || !strings.Contains(m.HTML, "Title &amp; more") || !strings.Contains(m.Text, "/confirm/x") || strings.Contains(m.Text+m.HTML, "%!") {
			t.Errorf("%s: %+v", language, m)
		}
	}
}

func TestPeriods(t *testing.T) {
	at := time.Date(2027, time.January, 1, 7, 0, 0, 0, time.UTC)
	for cadence, want := range map[feeds.Cadence]string{feeds.CadenceDaily: "2027-01-01", feeds.CadenceWeekly: "2026-W53", feeds.CadenceMonthly: "2027-01"} {
		if got := cadence.Period(at); got != want {
			t.Errorf("%s: %s, want %s", cadence, got, want)
		}
	}
}
