package publish_test

import (
	"encoding/json"
	"encoding/xml"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tributary/feeds"
	"tributary/internal/publish"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got), -update writes it anew:\n%s", file, diff)
	}
}

func TestGolden(t *testing.T) {
	p := newWorld().publisher(t)
	for file, address := range map[string]string{
		"all.atom": "all.atom", "all.rss": "all.rss", "all.json": "all.json",
		"topic-fr.atom": "topic/counter-trafficking.atom?language=en,fr&country=ly", "empty.atom": "country/tn.atom", "empty.json": "country/tn.json",
	} {
		golden(t, file, get(t, p, address).Body)
	}
	list, err := p.OPML(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "feeds.opml", list.Body)
}

func feed(t *testing.T, p *publish.Publisher, address string) *feeds.Feed {
	t.Helper()
	ch, _ := parse(t, p, address)
	f, err := p.Feed(t.Context(), ch)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestEntry(t *testing.T) {
	f := feed(t, newWorld().publisher(t), "all.atom")
	seminar, floods, headline := f.Entries[0], f.Entries[1], f.Entries[2]
	if seminar.ID != "tag:news.example.org,2026:story/01seminar" || seminar.Title != "Seminar in Tripoli & <beyond>" {
		t.Errorf("id %q, title %q", seminar.ID, seminar.Title)
	}
	if seminar.Authors[0] != (feeds.Person{Name: "IOM", URI: "https://iom.example/"}) || seminar.Source.Self != "https://iom.example/feed" ||
		seminar.Source.Title != "IOM news" || seminar.Rights != "© IOM" || floods.Rights != "© Partner" {
		t.Errorf("credit: %+v, %+v, %q, %q", seminar.Authors, seminar.Source, seminar.Rights, floods.Rights)
	}
	wantLinks := []feeds.Link{
		{Rel: "alternate", Href: "https://iom.example/seminar", Type: "text/html", Hreflang: "en"},
		{Rel: "alternate", Href: "https://libya.iom.example/fr/seminaire", Type: "text/html", Hreflang: "fr", Title: "OIM Libye"},
		{Rel: "related", Href: "https://daily.example/1", Type: "text/html", Hreflang: "en", Title: "The Daily"},
	}
	if diff := cmp.Diff(wantLinks, seminar.Links); diff != "" {
		t.Errorf("links, none of them on trial:\n%s", diff)
	}
	wantCategories := []feeds.Category{
		{Term: "LY", Scheme: "urn:tributary:country", Label: "Libya"}, {Term: "MA", Scheme: "urn:tributary:country", Label: "Morocco"},
		{Term: "counter-trafficking", Scheme: "urn:tributary:topic", Label: "Counter-trafficking"},
		{Term: "en", Scheme: "urn:tributary:language", Label: "English"},
		{Term: "4600", Scheme: "urn:tributary:reliefweb-theme", Label: "Protection and Human Rights"},
		{Term: "10", Scheme: "urn:tributary:gcm-objective", Label: "Trafficking in persons"},
		{Term: "7", Scheme: "urn:tributary:gcm-objective", Label: "Vulnerabilities"}, {Term: "Press release"},
	}
	if diff := cmp.Diff(wantCategories, seminar.Categories); diff != "" {
		t.Errorf("categories, none forged:\n%s", diff)
	}
	mark := func(e feeds.Entry) string {
		for _, c := range e.Categories {
			if c.Scheme == "urn:tributary:kind" {
				return c.Term + ": " + c.Label
			}
		}
		return ""
	}
	if mark(seminar) != "" || mark(floods) != "partner: Partner content, not the position of IOM" || mark(headline) != "media: Media content, not the position of IOM" {
		t.Errorf("marks %q, %q, %q", mark(seminar), mark(floods), mark(headline))
	}
}

func TestPermissions(t *testing.T) {
	w := newWorld()
	f := feed(t, w.publisher(t), "all.atom")
	full, summary, title := f.Entries[0], f.Entries[1], f.Entries[2]
	if full.Content != "<p>Officials met in Tripoli.</p>" || full.Image != nil {
		t.Errorf("pictures of a sensitive topic: %q, %+v", full.Content, full.Image)
	}
	if n := len([]rune(summary.Summary)); summary.Content != "" || n < 250 || n > 500 || !strings.HasSuffix(summary.Summary, ".") {
		t.Errorf("summary of %d characters %q, content %q", n, summary.Summary, summary.Content)
	}
	if title.Summary != "Source: Daily Press" || title.Content != "" || title.Image != nil || title.Enclosures != nil {
		t.Errorf("title only: %+v", title)
	}
	w.stories[0].Labels = label(feeds.LabelTopic, "floods")
	f = feed(t, w.publisher(t), "all.atom")
	if f.Entries[0].Image == nil || !strings.Contains(f.Entries[0].Content, "<img") {
		t.Error("the picture of another topic is gone")
	}
	w.sources = w.sources[1:]
	if f = feed(t, w.publisher(t), "all.atom"); f.Entries[0].Content != "" || f.Entries[0].Summary != "Source: iom-hq" {
		t.Errorf("an unknown source permits text: %q", f.Entries[0].Summary)
	}
}

func TestDates(t *testing.T) {
	cases := []struct {
		name                                 string
		published, created, updated, changed time.Duration // from start
		wantPublished, wantUpdated           time.Duration
	}{
		{"as they are", -5 * time.Hour, -4 * time.Hour, -3 * time.Hour, -2 * time.Hour, -5 * time.Hour, -3 * time.Hour},
		{"dated in the future", 48 * time.Hour, -4 * time.Hour, 48 * time.Hour, -2 * time.Hour, -4 * time.Hour, -2 * time.Hour},
		{"updated before published", -5 * time.Hour, -4 * time.Hour, -9 * time.Hour, -2 * time.Hour, -5 * time.Hour, -5 * time.Hour},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			s := &w.stories[0]
			s.Published, s.Created, s.Updated, s.Changed = start.Add(c.published), start.Add(c.created), start.Add(c.updated), start.Add(c.changed)
			w.stories = w.stories[:1]
			w.tombstones = nil
			f := feed(t, w.publisher(t), "all.atom")
			e := f.Entries[0]
			if !e.Published.Equal(start.Add(c.wantPublished)) || !e.Updated.Truncate(time.Second).Equal(start.Add(c.wantUpdated)) || !f.Updated.Equal(e.Updated) {
				t.Errorf("published %v, updated %v, feed %v", e.Published.Sub(start), e.Updated.Sub(start), f.Updated.Sub(start))
			}
		})
	}
}

// Stories that publishers date alike have different moments of updated, the same in every
// feed and at every rendering.
func TestUpdatedIsNeverShared(t *testing.T) {
	w := newWorld()
	at := start.Add(-time.Hour)
	for i := range w.stories {
		s := &w.stories[i]
		s.Published, s.Updated, s.Changed = at, at, start
	}
	seen := map[time.Time]string{}
	for _, path := range []string{"all.atom", "country/ma.atom"} {
		for _, e := range feed(t, w.publisher(t), path).Entries {
			if other, taken := seen[e.Updated]; taken && other != e.ID {
				t.Errorf("%s and %s: %s", e.ID, other, e.Updated)
			}
			seen[e.Updated] = e.ID
			if !e.Updated.Truncate(time.Second).Equal(at) {
				t.Errorf("%s: published %s, updated %s", e.ID, e.Published, e.Updated)
			}
		}
	}
	if len(seen) != len(w.stories) {
		t.Errorf("%d moments of %d stories", len(seen), len(w.stories))
	}
}

func TestEmptyFeedHasAFixedDate(t *testing.T) {
	f := feed(t, newWorld().publisher(t), "country/tn.atom")
	if len(f.Entries) != 0 || f.ID != "tag:news.example.org,2026:feed/country/tn" {
		t.Fatalf("%+v", f)
	}
	w := newWorld()
	w.stories, w.tombstones = nil, nil
	if f := feed(t, w.publisher(t), "all.atom"); !f.Updated.Equal(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("updated %v", f.Updated)
	}
}

// TestFeedIDs: made of the selection alone, not of host, order or limit.
func TestFeedIDs(t *testing.T) {
	w := newWorld()
	one := feed(t, w.publisher(t), "country/ma.atom?country=ly&limit=3").ID
	two := feed(t, w.publisher(t, func(o *publish.Options) { o.BaseURL = "http://localhost:8080" }), "country/ly.atom?country=ma").ID
	if one != two || one != "tag:news.example.org,2026:feed/country/ly?country=ma" {
		t.Errorf("%q, %q", one, two)
	}
	long := feed(t, w.publisher(t), "all.atom?q="+strings.Repeat("%D9%85", 90)).ID
	if len(long) > 200 || long == feed(t, w.publisher(t), "all.atom?q="+strings.Repeat("%D9%85", 91)).ID {
		t.Errorf("a long selection has the id %q", long)
	}
}

func TestTombstones(t *testing.T) {
	w := newWorld()
	w.tombstones = append(w.tombstones, feeds.Tombstone{Ref: "01floods", When: start.Add(-time.Minute)})
	f := feed(t, w.publisher(t), "all.atom")
	want := []feeds.Tombstone{{Ref: "tag:news.example.org,2026:story/01gone", When: start.Add(-3 * time.Hour)}}
	if diff := cmp.Diff(want, f.Deleted); diff != "" {
		t.Errorf("a tombstone beside its entry, or none:\n%s", diff)
	}
}

// TestFormatsAgree reads the rendered documents back.
func TestFormatsAgree(t *testing.T) {
	p := newWorld().publisher(t)
	type item struct{ ID, Title, Published, Terms string }
	var atom struct {
		Entries []struct {
			ID         string    `xml:"id"`
			Title      string    `xml:"title"`
			Published  time.Time `xml:"published"`
			Categories []struct {
				Term   string `xml:"term,attr"`
				Scheme string `xml:"scheme,attr"`
			} `xml:"category"`
		} `xml:"entry"`
	}
	var rss struct {
		Items []struct {
			GUID       string `xml:"guid"`
			Title      string `xml:"title"`
			PubDate    string `xml:"pubDate"`
			Categories []struct {
				Term   string `xml:",chardata"`
				Domain string `xml:"domain,attr"`
			} `xml:"category"`
		} `xml:"channel>item"`
	}
	var jf struct {
		Items []struct {
			ID        string    `json:"id"`
			Title     string    `json:"title"`
			Published time.Time `json:"date_published"`
			Ext       struct {
				Categories []feeds.Category `json:"categories"`
			} `json:"_tributary"`
		} `json:"items"`
	}
	for address, into := range map[string]any{"all.atom": &atom, "all.rss": &rss} {
		if err := xml.Unmarshal(get(t, p, address).Body, into); err != nil {
			t.Fatal(err)
		}
	}
	if err := json.Unmarshal(get(t, p, "all.json").Body, &jf); err != nil {
		t.Fatal(err)
	}
	var a, r, j []item
	for _, e := range atom.Entries {
		i := item{ID: e.ID, Title: e.Title, Published: e.Published.Format(time.RFC3339)}
		for _, c := range e.Categories {
			i.Terms += c.Scheme + "=" + c.Term + " "
		}
		a = append(a, i)
	}
	for _, e := range rss.Items {
		published, err := time.Parse(time.RFC1123, e.PubDate)
		if err != nil {
			t.Fatal(err)
		}
		i := item{ID: e.GUID, Title: e.Title, Published: published.UTC().Format(time.RFC3339)}
		for _, c := range e.Categories {
			i.Terms += c.Domain + "=" + c.Term + " "
		}
		r = append(r, i)
	}
	for _, e := range jf.Items {
		i := item{ID: e.ID, Title: e.Title, Published: e.Published.Format(time.RFC3339)}
		for _, c := range e.Ext.Categories {
			i.Terms += c.Scheme + "=" + c.Term + " "
		}
		j = append(j, i)
	}
	if len(a) != 3 || !slices.Equal(a, r) || !slices.Equal(a, j) {
		t.Errorf("Atom %v\nRSS %v\nJSON %v", a, r, j)
	}
}

func TestExcerptEnds(t *testing.T) {
	cases := []struct{ name, text, end string }{
		{"short", "All of it", "All of it"},
		{"at a sentence", strings.Repeat("Some words here. ", 60), "here."},
		{"at a word", strings.Repeat("endless ", 200), "endless…"},
		{"no words at all", strings.Repeat("x", 900), "x…"},
		{"Chinese", strings.Repeat("移民组织今天发布消息。", 90), "。"},
		{"not after an initial", strings.Repeat("a ", 200) + "J. " + strings.Repeat("b ", 200), "b…"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			w.stories[1].Copies[0].Entry.Summary = c.text
			got := feed(t, w.publisher(t), "all.atom").Entries[1].Summary
			if !strings.HasSuffix(got, c.end) || len([]rune(got)) > 500 || !strings.HasPrefix(c.text, strings.TrimSuffix(got, "…")) {
				t.Errorf("%d characters ending in %q", len([]rune(got)), got[max(0, len(got)-30):])
			}
		})
	}
}

func TestHeadlineOfAnEntryWithoutOne(t *testing.T) {
	for _, c := range []struct {
		name      string
		entry     feeds.Entry
		republish feeds.Republish
		want      string
	}{
		{"the publisher's stays as it is", feeds.Entry{Title: "  Odd  title ", Summary: "<p>Text</p>"}, feeds.RepublishFull, "  Odd  title "},
		{"the first words", feeds.Entry{Summary: "<p>One two <b>three</b>.</p>"}, feeds.RepublishSummary, "One two three."},
		{"not all of them", feeds.Entry{Content: "<p>" + strings.Repeat("word ", 30) + "</p>"}, feeds.RepublishFull, strings.TrimSpace(strings.Repeat("word ", 12)) + "…"},
		{"no words where none may be published", feeds.Entry{Summary: "<p>Secret</p>"}, feeds.RepublishTitle, "IOM news"},
		{"nothing but a link", feeds.Entry{Link: "https://iom.example/x"}, feeds.RepublishFull, "IOM news"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			story := &w.stories[0]
			story.Copies = story.Copies[:1]
			story.Copies[0].Entry.Title, story.Copies[0].Entry.Summary, story.Copies[0].Entry.Content = c.entry.Title, c.entry.Summary, c.entry.Content
			for i := range w.sources {
				if w.sources[i].ID == story.Copies[0].SourceID {
					w.sources[i].Republish = c.republish
				}
			}
			if got := feed(t, w.publisher(t), "all.atom").Entries[0].Title; got != c.want {
				t.Errorf("title %q, want %q", got, c.want)
			}
		})
	}
}
