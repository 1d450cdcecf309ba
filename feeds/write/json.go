package write

import (
	"encoding/json"
	"io"
	"slices"

	gorilla "github.com/gorilla/feeds"

	"tributary/feeds"
)

const jsonVersion = "https://jsonfeed.org/version/1.1"

// jsonFeed is gorilla's JSONFeed; fields here win over its fields of the same name.
type jsonFeed struct {
	gorilla.JSONFeed
	Ext   jsonFeedExt `json:"_tributary"`
	Items []jsonItem  `json:"items"` // there even when empty
}

type jsonItem struct {
	gorilla.JSONItem
	ContentText *string          `json:"content_text,omitempty"`
	Published   string           `json:"date_published,omitempty"`
	Modified    string           `json:"date_modified,omitempty"`
	Language    string           `json:"language,omitempty"`
	Attachments []jsonAttachment `json:"attachments,omitempty"`
	Ext         jsonItemExt      `json:"_tributary"`
}

type jsonAttachment struct {
	URL      string `json:"url"`
	MIMEType string `json:"mime_type"`
	Size     int64  `json:"size_in_bytes,omitempty"`
}

// jsonFeedExt says what Atom says and JSON Feed has no member for.
type jsonFeedExt struct {
	ID         string         `json:"id"`
	Updated    string         `json:"updated"`
	Rights     string         `json:"rights,omitempty"`
	Generator  string         `json:"generator,omitempty"`
	Categories []jsonCategory `json:"categories,omitempty"`
	Archive    bool           `json:"archive,omitempty"` // RFC 5005, 4
	Links      []jsonLink     `json:"links,omitempty"`   // to other documents of the feed
}

type jsonItemExt struct {
	Categories   []jsonCategory `json:"categories"`
	Source       *jsonSource    `json:"source,omitempty"`
	Contributors []jsonPerson   `json:"contributors,omitempty"`
	Links        []jsonLink     `json:"links,omitempty"`
	Rights       string         `json:"rights,omitempty"`
	Image        *jsonImage     `json:"image,omitempty"`
}

type jsonCategory struct {
	Scheme string `json:"scheme,omitempty"`
	Term   string `json:"term"`
	Label  string `json:"label,omitempty"`
}

type jsonSource struct {
	ID      string       `json:"id,omitempty"`
	Title   string       `json:"title"`
	URL     string       `json:"url,omitempty"`
	FeedURL string       `json:"feed_url,omitempty"`
	Updated string       `json:"updated,omitempty"`
	Authors []jsonPerson `json:"authors,omitempty"`
	Rights  string       `json:"rights,omitempty"`
}

type jsonPerson struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

type jsonLink struct {
	Rel      string `json:"rel"`
	Href     string `json:"href"`
	Type     string `json:"type,omitempty"`
	Hreflang string `json:"hreflang,omitempty"`
	Title    string `json:"title,omitempty"`
}

type jsonImage struct {
	Alt    string `json:"alt,omitempty"`
	Credit string `json:"credit,omitempty"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
}

func encodeJSON(w io.Writer, d *tidied) error {
	out := jsonFeed{
		JSONFeed: gorilla.JSONFeed{Version: jsonVersion, Title: d.Title, Description: d.Description, HomePageUrl: d.Link,
			Language: d.Language, Authors: jsonAuthors(d.Authors)},
		Ext: jsonFeedExt{ID: d.ID, Updated: rfc3339(d.Updated), Rights: d.Rights, Generator: d.Generator,
			Categories: jsonCategories(d.Categories), Archive: d.archive},
		Items: make([]jsonItem, 0, len(d.entries)),
	}
	if d.Expired {
		out.Expired = &d.Expired
	}
	if d.Image != nil {
		out.Icon = d.Image.URL
	}
	for _, l := range d.Links {
		switch l.Rel {
		case "self":
			out.FeedUrl = l.Href
		case "next":
			out.NextUrl = l.Href
		case "prev-archive": // the items after these, to readers that go back in time
			out.NextUrl = l.Href
			out.Ext.Links = append(out.Ext.Links, jsonLink{Rel: l.Rel, Href: l.Href, Type: l.Type})
		case "current", "next-archive", "first", "previous", "last":
			out.Ext.Links = append(out.Ext.Links, jsonLink{Rel: l.Rel, Href: l.Href, Type: l.Type})
		case "hub":
			out.Hubs = append(out.Hubs, &gorilla.JSONHub{Type: "WebSub", Url: l.Href})
		}
	}
	for i := range d.entries {
		out.Items = append(out.Items, newJSONItem(&d.entries[i]))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false) // for pages' script elements, which feeds are not part of
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func newJSONItem(e *tidyEntry) jsonItem {
	out := jsonItem{
		JSONItem: gorilla.JSONItem{Id: e.ID, Url: e.Link, Title: e.Title, ContentHTML: e.Content, Summary: e.summaryText,
			Authors: jsonAuthors(e.Authors)},
		Published: rfc3339(e.Published), Modified: rfc3339(e.Updated), Language: e.Language,
		Ext: jsonItemExt{Categories: jsonCategories(e.Categories), Source: newJSONSource(e.Source),
			Contributors: jsonPeople(e.contributors), Rights: e.Rights},
	}
	if e.Content == "" { // one of the two there must be
		out.ContentText = &e.summaryText
	}
	for _, c := range e.Categories {
		tag := c.Label
		if tag == "" {
			tag = c.Term
		}
		if !slices.Contains(out.Tags, tag) {
			out.Tags = append(out.Tags, tag)
		}
	}
	for _, f := range e.Enclosures {
		out.Attachments = append(out.Attachments, jsonAttachment{URL: f.URL, MIMEType: f.Type, Size: f.Length})
	}
	if e.Image != nil {
		out.Image = e.Image.URL
		out.Ext.Image = &jsonImage{Alt: e.Image.Alt, Credit: e.Image.Credit, Width: e.Image.Width, Height: e.Image.Height}
	}
	for _, l := range e.Links {
		if l.Rel != "alternate" || l.Href != e.Link {
			out.Ext.Links = append(out.Ext.Links, jsonLink{Rel: l.Rel, Href: l.Href, Type: l.Type, Hreflang: l.Hreflang, Title: l.Title})
		}
	}
	return out
}

func newJSONSource(o *feeds.Origin) *jsonSource {
	if o == nil {
		return nil
	}
	return &jsonSource{ID: o.ID, Title: o.Title, URL: o.Link, FeedURL: o.Self, Updated: rfc3339(o.Updated),
		Authors: jsonPeople(o.Authors), Rights: o.Rights}
}

func jsonAuthors(people []feeds.Person) []*gorilla.JSONAuthor {
	out := make([]*gorilla.JSONAuthor, 0, len(people))
	for _, p := range people {
		out = append(out, &gorilla.JSONAuthor{Name: p.Name, Url: p.URI})
	}
	return out
}

func jsonPeople(people []feeds.Person) []jsonPerson {
	out := make([]jsonPerson, 0, len(people))
	for _, p := range people {
		out = append(out, jsonPerson{Name: p.Name, URL: p.URI})
	}
	return out
}

func jsonCategories(categories []feeds.Category) []jsonCategory {
	out := make([]jsonCategory, 0, len(categories))
	for _, c := range categories {
		out = append(out, jsonCategory{Scheme: c.Scheme, Term: c.Term, Label: c.Label})
	}
	return out
}
