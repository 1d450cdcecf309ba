package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"tributary/feeds"
)

// The forms in which entries are kept: JSON without what is empty, for people with a
// database client too. Each has the fields of its namesake in feeds, in their order,
// so that the two convert, and a field added there does not compile until it is here.
type (
	document struct {
		ID         string      `json:"id,omitempty"`
		IDDerived  bool        `json:"id_derived,omitempty"`
		Title      string      `json:"title,omitempty"`
		Link       string      `json:"link,omitempty"`
		Links      []link      `json:"links,omitempty"`
		Summary    string      `json:"summary,omitempty"`
		Content    string      `json:"content,omitempty"`
		Published  time.Time   `json:"published,omitzero"`
		Updated    time.Time   `json:"updated,omitzero"`
		DateText   string      `json:"date_text,omitempty"`
		Authors    []person    `json:"authors,omitempty"`
		Categories []category  `json:"categories,omitempty"`
		Language   string      `json:"language,omitempty"`
		Enclosures []enclosure `json:"enclosures,omitempty"`
		Image      *image      `json:"image,omitempty"`
		Rights     string      `json:"rights,omitempty"`
		Source     *origin     `json:"source,omitempty"`
	}
	link struct {
		Rel      string `json:"rel,omitempty"`
		Href     string `json:"href,omitempty"`
		Type     string `json:"type,omitempty"`
		Hreflang string `json:"hreflang,omitempty"`
		Title    string `json:"title,omitempty"`
		Length   int64  `json:"length,omitempty"`
	}
	person struct {
		Name  string `json:"name,omitempty"`
		Email string `json:"email,omitempty"`
		URI   string `json:"uri,omitempty"`
	}
	category struct {
		Term   string `json:"term,omitempty"`
		Scheme string `json:"scheme,omitempty"`
		Label  string `json:"label,omitempty"`
	}
	enclosure struct {
		URL    string `json:"url,omitempty"`
		Type   string `json:"type,omitempty"`
		Length int64  `json:"length,omitempty"`
	}
	image struct {
		URL    string `json:"url,omitempty"`
		Type   string `json:"type,omitempty"`
		Alt    string `json:"alt,omitempty"`
		Credit string `json:"credit,omitempty"`
		Width  int    `json:"width,omitempty"`
		Height int    `json:"height,omitempty"`
		Length int64  `json:"length,omitempty"`
	}
	origin struct {
		ID      string    `json:"id,omitempty"`
		Title   string    `json:"title,omitempty"`
		Link    string    `json:"link,omitempty"`
		Self    string    `json:"self,omitempty"`
		Updated time.Time `json:"updated,omitzero"`
		Authors []person  `json:"authors,omitempty"`
		Rights  string    `json:"rights,omitempty"`
	}
)

// encodeEntry writes an entry as JSON. Dates outside the years 1 to 9999 are left
// out, as JSON has none; the publisher's own text of it stays in DateText.
func encodeEntry(e *feeds.Entry) (string, error) {
	d := document{
		ID: e.ID, IDDerived: e.IDDerived, Title: e.Title, Link: e.Link,
		Links:   convert(e.Links, func(l feeds.Link) link { return link(l) }),
		Summary: e.Summary, Content: e.Content,
		Published: writable(e.Published), Updated: writable(e.Updated), DateText: e.DateText,
		Authors:    convert(e.Authors, func(p feeds.Person) person { return person(p) }),
		Categories: convert(e.Categories, func(c feeds.Category) category { return category(c) }),
		Language:   e.Language,
		Enclosures: convert(e.Enclosures, func(n feeds.Enclosure) enclosure { return enclosure(n) }),
		Image:      (*image)(e.Image), Rights: e.Rights,
	}
	if o := e.Source; o != nil {
		d.Source = &origin{ID: o.ID, Title: o.Title, Link: o.Link, Self: o.Self, Updated: writable(o.Updated),
			Authors: convert(o.Authors, func(p feeds.Person) person { return person(p) }), Rights: o.Rights}
	}
	return encode(d)
}

func decodeEntry(text string) (feeds.Entry, error) {
	var d document
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return feeds.Entry{}, fmt.Errorf("read kept entry: %w", err)
	}
	e := feeds.Entry{
		ID: d.ID, IDDerived: d.IDDerived, Title: d.Title, Link: d.Link,
		Links:   convert(d.Links, func(l link) feeds.Link { return feeds.Link(l) }),
		Summary: d.Summary, Content: d.Content,
		Published: d.Published, Updated: d.Updated, DateText: d.DateText,
		Authors:    convert(d.Authors, func(p person) feeds.Person { return feeds.Person(p) }),
		Categories: convert(d.Categories, func(c category) feeds.Category { return feeds.Category(c) }),
		Language:   d.Language,
		Enclosures: convert(d.Enclosures, func(n enclosure) feeds.Enclosure { return feeds.Enclosure(n) }),
		Image:      (*feeds.Image)(d.Image), Rights: d.Rights,
	}
	if o := d.Source; o != nil {
		e.Source = &feeds.Origin{ID: o.ID, Title: o.Title, Link: o.Link, Self: o.Self, Updated: o.Updated,
			Authors: convert(o.Authors, func(p person) feeds.Person { return feeds.Person(p) }), Rights: o.Rights}
	}
	return e, nil
}

func convert[A, B any](list []A, to func(A) B) []B {
	if list == nil {
		return nil
	}
	out := make([]B, len(list))
	for i := range list {
		out[i] = to(list[i])
	}
	return out
}

// encode writes JSON as people read it, without the escapes for browsers.
func encode(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", fmt.Errorf("write JSON: %w", err)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte{'\n'})), nil
}

func writable(t time.Time) time.Time {
	if y := t.Year(); y < 1 || y > 9999 {
		return time.Time{}
	}
	return t
}

// millis is a time as a column holds it. The moment 1970 began, which some broken
// feeds claim, is kept a millisecond later, since 0 is the unknown time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	ms := t.UnixMilli()
	if ms == 0 {
		return 1
	}
	return ms
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// clean makes a text one that both databases take: valid UTF-8 without NUL.
func clean(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
