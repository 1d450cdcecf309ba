package demo_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"tributary/feeds"
	"tributary/internal/demo"
)

var start = time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)

// world is a demo world under a clock that the test moves.
type world struct {
	*demo.World
	t   *testing.T
	now atomic.Int64 // since the start
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t}
	d, err := demo.New(start, func() time.Time { return start.Add(time.Duration(w.now.Load())) })
	if err != nil {
		t.Fatal(err)
	}
	w.World = d
	return w
}

func (w *world) at(after time.Duration) *world {
	w.now.Store(int64(after))
	return w
}

// eventMoments are the start, every scripted event and the end of them.
func eventMoments(t *testing.T) []time.Duration {
	t.Helper()
	out := []time.Duration{0}
	for _, e := range expectations(t).Events {
		out = append(out, e.After)
	}
	return append(out, 12*time.Minute)
}

// get asks the handler directly; headers are names and values in turn.
func (w *world) get(target string, headers ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.Handler().ServeHTTP(rec, r)
	return rec
}

func (w *world) body(target string, headers ...string) []byte {
	w.t.Helper()
	resp := w.get(target, headers...)
	if resp.Code != http.StatusOK {
		w.t.Fatalf("GET %s: %d: %s", target, resp.Code, resp.Body)
	}
	return resp.Body.Bytes()
}

// entry is what the tests read of an entry, with a reader that knows nothing of the
// package's writers.
type entry struct {
	id, link, title, text, published, updated, language string
	alternates                                          []string
}

type xmlEntry struct {
	About     string `xml:"http://www.w3.org/1999/02/22-rdf-syntax-ns# about,attr"`
	Lang      string `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	GUID      string `xml:"guid"`
	ID        string `xml:"id"`
	Title     string `xml:"title"`
	Desc      string `xml:"description"`
	Encoded   string `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
	Content   string `xml:"http://www.w3.org/2005/Atom content"`
	PubDate   string `xml:"pubDate"`
	Date      string `xml:"http://purl.org/dc/elements/1.1/ date"`
	Published string `xml:"published"`
	Updated   string `xml:"updated"`
	Links     []struct {
		Space    xml.Name
		Text     string `xml:",chardata"`
		Href     string `xml:"href,attr"`
		Rel      string `xml:"rel,attr"`
		Hreflang string `xml:"hreflang,attr"`
	} `xml:"link"`
}

type xmlFeed struct {
	Items   []xmlEntry `xml:"item"`
	Channel struct {
		Items []xmlEntry `xml:"item"`
	} `xml:"channel"`
	Entries []xmlEntry `xml:"entry"`
	Deleted []struct {
		Ref  string `xml:"ref,attr"`
		When string `xml:"when,attr"`
	} `xml:"http://purl.org/atompub/tombstones/1.0 deleted-entry"`
}

func decodeXML(body []byte, strict bool) (xmlFeed, error) {
	dec := xml.NewDecoder(bytes.NewReader(body))
	dec.Strict = strict
	dec.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		if charset != "windows-1252" {
			return nil, fmt.Errorf("unexpected charset %s", charset)
		}
		return charmap.Windows1252.NewDecoder().Reader(in), nil
	}
	var f xmlFeed
	return f, dec.Decode(&f)
}

// entries reads a source's feed as it is now.
func (w *world) entries(s feeds.Source) []entry {
	w.t.Helper()
	body := w.body(path(s))
	if body[0] == '{' {
		return w.jsonEntries(s, body)
	}
	f, err := decodeXML(body, false)
	if err != nil {
		w.t.Fatalf("%s: %v", s.ID, err)
	}
	var out []entry
	for _, group := range [][]xmlEntry{f.Items, f.Channel.Items, f.Entries} {
		for _, x := range group {
			e := entry{
				id: x.About + x.GUID + x.ID, title: x.Title, updated: x.Updated, language: x.Lang,
				published: x.PubDate + x.Date + x.Published, text: x.Content + x.Encoded,
			}
			if e.text == "" {
				e.text = x.Desc
			}
			for _, l := range x.Links {
				switch {
				case l.Text != "":
					e.link = strings.TrimSpace(l.Text)
				case e.link == "":
					e.link = l.Href
				default:
					e.alternates = append(e.alternates, l.Hreflang+" "+l.Href)
				}
			}
			if e.language == "" {
				e.language = s.Language
			}
			out = append(out, e)
		}
	}
	return out
}

func (w *world) jsonEntries(s feeds.Source, body []byte) []entry {
	w.t.Helper()
	var doc struct {
		Version string
		Items   []struct {
			ID, URL, Title, Language   string
			HTML                       string `json:"content_html"`
			Text                       string `json:"content_text"`
			DatePublished, DateChanged string
			Published                  string `json:"date_published"`
			Modified                   string `json:"date_modified"`
		}
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		w.t.Fatalf("%s: %v", s.ID, err)
	}
	if doc.Version != "https://jsonfeed.org/version/1.1" {
		w.t.Errorf("%s: version %q", s.ID, doc.Version)
	}
	var out []entry
	for _, it := range doc.Items {
		out = append(out, entry{
			id: it.ID, link: it.URL, title: it.Title, text: it.HTML + it.Text, language: it.Language,
			published: it.Published, updated: it.Modified,
		})
	}
	return out
}

// path is where a source's feed stands at the handler.
func path(s feeds.Source) string {
	_, rest, _ := strings.Cut(strings.TrimPrefix(s.URL, "http://"), "/")
	return "/" + rest
}

// key names an entry within its source, by link where the feed gives no id.
func (e entry) key() string {
	if e.id == "" {
		return e.link
	}
	return e.id
}

func (w *world) source(id string) feeds.Source {
	w.t.Helper()
	for _, s := range w.Sources() {
		if s.ID == id {
			return s
		}
	}
	w.t.Fatalf("no source %s", id)
	return feeds.Source{}
}

// find gives the entry that a reference of the truth table names; ok is false when
// the feed does not hold it now.
func (w *world) find(r demo.Ref) (entry, bool) {
	w.t.Helper()
	for _, e := range w.entries(w.source(r.Source)) {
		if e.link == r.Link && (r.GUID == "" || e.id == r.GUID) {
			return e, true
		}
	}
	return entry{}, false
}
