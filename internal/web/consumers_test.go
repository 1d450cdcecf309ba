package web

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// What two parsers that web sites use make of our feeds, restated from their sources:
// SimplePie's Locator and Item (WordPress), the syndication parser of Drupal Feeds and
// Laminas' reader below it.

// element is an XML element without its namespace's prefix.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

func (e *element) all(space, name string) (out []element) {
	for _, c := range e.Children {
		if c.XMLName.Space == space && c.XMLName.Local == name {
			out = append(out, c)
		}
	}
	return out
}

func (e *element) text(space, name string) string {
	if found := e.all(space, name); len(found) > 0 {
		return found[0].Text
	}
	return ""
}

func (e *element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

const (
	atomNS = "http://www.w3.org/2005/Atom"
	dcNS   = "http://purl.org/dc/elements/1.1/"
)

// item is what a parser keeps of an entry.
type item struct {
	id, title, link string
	date            time.Time
}

// simplePie reads as SimplePie does: id from atom:id, then guid; date from atom:published,
// then pubDate, then dc:date, then atom:updated; the permalink is the first atom:link with
// rel alternate or without one, then link, and the guid where that is a permalink.
func simplePie(t *testing.T, e *element) item {
	t.Helper()
	out := item{id: first(e.text(atomNS, "id"), e.text("", "guid"), e.text(dcNS, "identifier")),
		title: first(e.text(atomNS, "title"), e.text("", "title"))}
	for _, l := range e.all(atomNS, "link") {
		if rel := l.attr("rel"); (rel == "alternate" || rel == "") && out.link == "" {
			out.link = l.attr("href")
		}
	}
	if out.link == "" {
		out.link = e.text("", "link")
	}
	out.date = dateOf(t, first(e.text(atomNS, "published"), e.text("", "pubDate"), e.text(dcNS, "date"), e.text(atomNS, "updated")))
	return out
}

// drupal reads as Drupal Feeds does: id from atom:id or guid, link as above, and as the
// date that of the last change, which in RSS is pubDate.
func drupal(t *testing.T, e *element) item {
	t.Helper()
	out := simplePie(t, e)
	out.date = dateOf(t, first(e.text(atomNS, "updated"), e.text("", "pubDate"), e.text(dcNS, "date")))
	return out
}

func first(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

func dateOf(t *testing.T, s string) time.Time {
	t.Helper()
	for _, layout := range []string{time.RFC3339, time.RFC1123Z, time.RFC1123} {
		if at, err := time.Parse(layout, s); err == nil {
			return at
		}
	}
	t.Errorf("no date: %q", s)
	return time.Time{}
}

func items(t *testing.T, body []byte, read func(*testing.T, *element) item) []item {
	t.Helper()
	var root element
	if err := xml.Unmarshal(body, &root); err != nil {
		t.Fatal(err)
	}
	entries := root.all(atomNS, "entry")
	if channel := root.all("", "channel"); len(channel) > 0 {
		entries = channel[0].all("", "item")
	}
	out := make([]item, len(entries))
	for i := range entries {
		out[i] = read(t, &entries[i])
	}
	return out
}

// SimplePie, given the address of a page, takes the first of its links that are
// alternates with the type of a feed, or of HTML, which it takes for a feed, too; it gives
// up after ten. That must be our Atom feed, and no page in another language.
func TestSimplePieDiscoversTheFeed(t *testing.T) {
	h := savedHandler(t)
	for page, feed := range map[string]string{"/feeds/country/ly.html?topic=floods&lang=fr": "https://feeds.example.org/feeds/country/ly.atom?topic=floods", "/": "https://feeds.example.org/feeds/all.atom",
		"/feeds/channel/coast.html": "https://feeds.example.org/feeds/channel/coast.atom"} {
		var found []string
		for n := range parse(t, get(h, page).Body.String()).Descendants() {
			rel := strings.Fields(strings.ToLower(attr(n, "rel")))
			if n.Type == html.ElementNode && n.Data == "link" && attr(n, "href") != "" && slices.Contains(rel, "alternate") &&
				slices.Contains([]string{"text/html", "application/rss+xml", "application/atom+xml"}, strings.ToLower(attr(n, "type"))) {
				found = append(found, attr(n, "href"))
			}
		}
		if len(found) == 0 || found[0] != feed || len(found) > 10 {
			t.Errorf("%s: %v", page, found)
		}
		w := get(h, strings.TrimPrefix(feed, "https://feeds.example.org"), readers["SimplePie (WordPress, FreshRSS)"]...)
		if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/atom+xml") {
			t.Errorf("%s: %d %s", feed, w.Code, w.Header().Get("Content-Type"))
		}
	}
}

// Both parsers read the same items out of Atom and RSS: ids that fit into the column of 255
// characters that old Drupal sites have and are no two in one feed, whole links, the
// publishers' dates.
func TestSitesReadTheSameItems(t *testing.T) {
	h := savedHandler(t)
	for _, feed := range []string{"/feeds/all", "/feeds/channel/coast", "/feeds/channel/ending", "/feeds/country/ly"} {
		atom, rss := get(h, feed+".atom").Body.Bytes(), get(h, feed+".rss").Body.Bytes()
		want := items(t, atom, simplePie)
		if got := items(t, rss, simplePie); len(want) == 0 || !slices.EqualFunc(want, got, sameItem) {
			t.Errorf("%s: SimplePie reads\n%v of Atom and\n%v of RSS", feed, want, got)
		}
		if got := items(t, rss, drupal); !slices.EqualFunc(want, got, sameItem) {
			t.Errorf("%s: Drupal reads\n%v of RSS", feed, got)
		}
		seen := map[string]bool{}
		for i, it := range items(t, atom, drupal) {
			if it.id != want[i].id || it.link != want[i].link || it.date.Before(want[i].date) {
				t.Errorf("%s: Drupal reads %v of Atom", feed, it)
			}
			if len(it.id) >= 255 || it.id == "" || seen[it.id] || !strings.HasPrefix(it.link, "https://") || it.title == "" || it.date.After(now) {
				t.Errorf("%s: item %v", feed, it)
			}
			seen[it.id] = true
		}
	}
}

func sameItem(a, b item) bool {
	return a.id == b.id && a.title == b.title && a.link == b.link && a.date.Equal(b.date)
}
