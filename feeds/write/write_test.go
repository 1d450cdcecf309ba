package write_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tributary/feeds"
	"tributary/feeds/write"
)

var update = flag.Bool("update", false, "write the golden files")

type format struct {
	name  string
	write func(io.Writer, *feeds.Feed) error
}

var formats = []format{{"atom", credited().Atom}, {"rss", credited().RSS}, {"json", credited().JSON}}

func render(t testing.TB, f format, feed *feeds.Feed) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.write(&b, feed); err != nil {
		t.Fatalf("%s: %v", f.name, err)
	}
	return b.Bytes()
}

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
	empty := &feeds.Feed{ID: "tag:feeds.example.org,2026:feed/all", Title: "Nothing yet", Link: "https://feeds.example.org/feeds/all.html",
		Language: "ar", Updated: at("2026-01-01T00:00:00Z")}
	for _, f := range formats {
		golden(t, "libya."+f.name, render(t, f, libya()))
		golden(t, "empty."+f.name, render(t, f, empty))
		if !bytes.Equal(render(t, f, libya()), render(t, f, libya())) {
			t.Errorf("%s: equal feeds give different bytes", f.name)
		}
	}
}

// seen is what a reader takes from a document, the same for all formats.
type seen struct {
	ID, Title, Link, Published string
	Terms                      []string // scheme=term
	Contributors               []string
}

func readAtom(t testing.TB, doc []byte) (out []seen) {
	t.Helper()
	var f struct {
		Entries []struct {
			ID        string `xml:"id"`
			Title     string `xml:"title"`
			Published string `xml:"published"`
			Links     []struct {
				Rel  string `xml:"rel,attr"`
				Href string `xml:"href,attr"`
			} `xml:"link"`
			Categories []struct {
				Scheme string `xml:"scheme,attr"`
				Term   string `xml:"term,attr"`
			} `xml:"category"`
			Contributors []string `xml:"contributor>name"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(doc, &f); err != nil {
		t.Fatalf("atom: %v\n%s", err, doc)
	}
	for _, e := range f.Entries {
		s := seen{ID: e.ID, Title: e.Title, Published: e.Published, Contributors: e.Contributors}
		for _, l := range e.Links {
			if l.Rel == "alternate" && s.Link == "" {
				s.Link = l.Href
			}
		}
		for _, c := range e.Categories {
			s.Terms = append(s.Terms, c.Scheme+"="+c.Term)
		}
		out = append(out, s)
	}
	return out
}

func readRSS(t testing.TB, doc []byte) (out []seen) {
	t.Helper()
	var f struct {
		Items []struct {
			GUID       string `xml:"guid"`
			Title      string `xml:"title"`
			Link       string `xml:"link"`
			PubDate    string `xml:"pubDate"`
			Categories []struct {
				Domain string `xml:"domain,attr"`
				Term   string `xml:",chardata"`
			} `xml:"category"`
			Contributors []string `xml:"contributor"`
		} `xml:"channel>item"`
	}
	if err := xml.Unmarshal(doc, &f); err != nil {
		t.Fatalf("rss: %v\n%s", err, doc)
	}
	for _, i := range f.Items {
		published, err := time.Parse("Mon, 02 Jan 2006 15:04:05 MST", i.PubDate)
		if err != nil {
			t.Fatalf("rss: %v", err)
		}
		s := seen{ID: i.GUID, Title: i.Title, Link: i.Link, Published: published.Format(time.RFC3339), Contributors: i.Contributors}
		for _, c := range i.Categories {
			s.Terms = append(s.Terms, c.Domain+"="+c.Term)
		}
		out = append(out, s)
	}
	return out
}

func readJSON(t testing.TB, doc []byte) (out []seen) {
	t.Helper()
	var f struct {
		Items []struct {
			ID        string `json:"id"`
			Title     string `json:"title"`
			URL       string `json:"url"`
			Published string `json:"date_published"`
			Ext       struct {
				Categories   []struct{ Scheme, Term string }
				Contributors []struct{ Name string }
			} `json:"_tributary"`
		} `json:"items"`
	}
	if err := json.Unmarshal(doc, &f); err != nil {
		t.Fatalf("json: %v\n%s", err, doc)
	}
	for _, i := range f.Items {
		s := seen{ID: i.ID, Title: i.Title, Link: i.URL, Published: i.Published}
		for _, c := range i.Ext.Categories {
			s.Terms = append(s.Terms, c.Scheme+"="+c.Term)
		}
		for _, c := range i.Ext.Contributors {
			s.Contributors = append(s.Contributors, c.Name)
		}
		out = append(out, s)
	}
	return out
}

func TestFormatsSayTheSame(t *testing.T) {
	feed := libya()
	atom := readAtom(t, render(t, formats[0], feed))
	if len(atom) != len(feed.Entries) {
		t.Fatalf("atom has %d entries, want %d", len(atom), len(feed.Entries))
	}
	for i, e := range feed.Entries {
		if atom[i].ID != e.ID || atom[i].Title != e.Title || atom[i].Link != e.Link || atom[i].Published != e.Published.UTC().Format(time.RFC3339) {
			t.Errorf("entry %d: got %+v", i, atom[i])
		}
	}
	if want := []string{"OIM Libye", "Partner"}; !slices.Equal(atom[0].Contributors, want) {
		t.Errorf("contributors %q, want %q", atom[0].Contributors, want)
	}
	if diff := cmp.Diff(atom, readRSS(t, render(t, formats[1], feed))); diff != "" {
		t.Errorf("RSS differs from Atom:\n%s", diff)
	}
	if diff := cmp.Diff(atom, readJSON(t, render(t, formats[2], feed))); diff != "" {
		t.Errorf("JSON differs from Atom:\n%s", diff)
	}
}

// TestEscapedOnce: what a reader unescapes once is the HTML or text that went in.
func TestEscapedOnce(t *testing.T) {
	feed := libya()
	var atom struct {
		Entries []struct {
			Summary struct {
				Type string `xml:"type,attr"`
				Text string `xml:",chardata"`
			} `xml:"summary"`
			Content struct {
				Type string `xml:"type,attr"`
				Text string `xml:",chardata"`
			} `xml:"http://www.w3.org/2005/Atom content"`
			Language string `xml:"lang,attr"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(render(t, formats[0], feed), &atom); err != nil {
		t.Fatal(err)
	}
	first, arabic := atom.Entries[0], atom.Entries[1]
	if first.Summary.Type != "text" || first.Summary.Text != "Officials met in Tripoli & agreed: 1 < 2." {
		t.Errorf("summary: %+v", first.Summary)
	}
	if first.Content.Type != "html" || first.Content.Text != feed.Entries[0].Content {
		t.Errorf("content: %+v", first.Content)
	}
	if arabic.Language != "ar" || arabic.Content.Text != `<div dir="rtl" lang="ar"><p>ندوة في طرابلس</p></div>` {
		t.Errorf("right-to-left content: %+v", arabic)
	}
	if arabic.Summary.Type != "html" || !strings.HasPrefix(arabic.Summary.Text, `<div dir="rtl" lang="ar">`) {
		t.Errorf("right-to-left summary: %+v", arabic.Summary)
	}
	var rss struct {
		Items []struct {
			Description string `xml:"description"`
			Encoded     string `xml:"encoded"`
		} `xml:"channel>item"`
	}
	if err := xml.Unmarshal(render(t, formats[1], feed), &rss); err != nil {
		t.Fatal(err)
	}
	if rss.Items[0].Description != feed.Entries[0].Summary || rss.Items[0].Encoded != feed.Entries[0].Content {
		t.Errorf("rss: %+v", rss.Items[0])
	}
	var jf struct {
		Items []struct {
			Summary     string  `json:"summary"`
			ContentHTML string  `json:"content_html"`
			ContentText *string `json:"content_text"`
		}
	}
	if err := json.Unmarshal(render(t, formats[2], feed), &jf); err != nil {
		t.Fatal(err)
	}
	if jf.Items[0].Summary != first.Summary.Text || jf.Items[0].ContentHTML != feed.Entries[0].Content || jf.Items[0].ContentText != nil {
		t.Errorf("json: %+v", jf.Items[0])
	}
	if jf.Items[2].ContentHTML != "" || jf.Items[2].ContentText == nil {
		t.Errorf("json without content: %+v", jf.Items[2])
	}
}

func TestRequired(t *testing.T) {
	noID, noEntryID, noDate := libya(), libya(), libya()
	noID.ID = " "
	noEntryID.Entries[1].ID = ""
	noDate.Updated, noDate.Entries = time.Time{}, []feeds.Entry{{ID: "tag:a,2026:1"}}
	for _, f := range formats {
		for _, c := range []struct {
			feed *feeds.Feed
			want error
		}{{noID, write.ErrNoID}, {noEntryID, write.ErrNoID}, {noDate, write.ErrNoDate}} {
			if err := f.write(io.Discard, c.feed); !errors.Is(err, c.want) {
				t.Errorf("%s: got %v, want %v", f.name, err, c.want)
			}
		}
	}
}

func TestDatesFallBack(t *testing.T) {
	feed := &feeds.Feed{ID: "tag:a,2026:f", Title: "t", Entries: []feeds.Entry{
		{ID: "tag:a,2026:1", Updated: at("2026-05-01T00:00:00Z")},
		{ID: "tag:a,2026:2"},
		{ID: "tag:a,2026:3", Published: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)},
	}}
	for _, s := range readAtom(t, render(t, formats[0], feed)) {
		if s.Published != "2026-05-01T00:00:00Z" {
			t.Errorf("%s published %s", s.ID, s.Published)
		}
	}
}

// TestAlternates: RFC 4287, 4.1.2 forbids two alternates of one type and language,
// and wants content where there is no alternate.
func TestAlternates(t *testing.T) {
	e := seminar()
	e.Links = append(e.Links, feeds.Link{Rel: "alternate", Href: "https://iom.example/other", Type: "text/html", Hreflang: "FR"})
	linkless := feeds.Entry{ID: "tag:a,2026:9", Title: "No page", Summary: "But text"}
	feed := libya()
	feed.Entries = []feeds.Entry{e, linkless}
	doc := string(render(t, formats[0], feed))
	if strings.Contains(doc, "https://iom.example/other") {
		t.Error("a second French alternate was written")
	}
	if !strings.Contains(doc, `<content type="text">But text</content>`) {
		t.Errorf("no content beside a missing alternate:\n%s", doc)
	}
}

func TestFailingWriter(t *testing.T) {
	boom := errors.New("disk full")
	for _, f := range formats {
		if err := f.write(failing{boom}, libya()); !errors.Is(err, boom) {
			t.Errorf("%s: got %v", f.name, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func BenchmarkWrite(b *testing.B) {
	feed := libya()
	feed.Entries = nil
	for i := range 50 {
		e := seminar()
		e.ID += string(rune('a'+i%26)) + string(rune('a'+i/26))
		e.Content = strings.Repeat(e.Content, 10)
		feed.Entries = append(feed.Entries, e)
	}
	for _, f := range formats {
		b.Run(f.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := f.write(io.Discard, feed); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Addresses beyond ASCII are mapped to URIs, ids stay what they are.
func TestAddressesAreASCII(t *testing.T) {
	f := libya()
	f.Entries = f.Entries[:1]
	e := &f.Entries[0]
	e.ID, e.Link, e.Links = "tag:feeds.example.org,2026:story/é", "https://exämple.org/naïve?q=é&f[0]=50%&g=%41#ü#2", nil
	e.Categories = append(e.Categories, feeds.Category{Term: "News", Scheme: "our words"}, feeds.Category{Term: "Boats", Scheme: "https://iom.example/té"})
	e.Image = &feeds.Image{URL: "https://iom.example/ندوة.jpg"}
	for name, write := range map[string]func(io.Writer, *feeds.Feed) error{"atom": write.Atom, "rss": write.RSS, "json": write.JSON} {
		var b bytes.Buffer
		if err := write(&b, f); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"https://xn--exmple-cua.org/na%C3%AFve?q=%C3%A9", "f%5B0%5D=50%25", "g=%41#%C3%BC%232", "https://iom.example/t%C3%A9", "https://iom.example/%D9%86%D8%AF%D9%88%D8%A9.jpg", "story/é"} {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s lacks %s", name, want)
			}
		}
		if strings.Contains(b.String(), "our words") || strings.Contains(b.String(), "our%20words") {
			t.Errorf("%s has a scheme that is no address", name)
		}
	}
}
