package main

import (
	"time"

	"tributary/feeds"
)

// readForm is the JSON form of a document as Tributary reads it.
type readForm struct {
	Input       string         `json:"input"`
	Format      string         `json:"format,omitempty"`
	Error       string         `json:"error,omitempty"`
	Problems    []string       `json:"problems,omitempty"`
	Title       string         `json:"title,omitempty"`
	Link        string         `json:"link,omitempty"`
	ID          string         `json:"id,omitempty"`
	Updated     *time.Time     `json:"updated,omitempty"`
	Language    string         `json:"language,omitempty"`
	Description string         `json:"description,omitempty"`
	Authors     []personForm   `json:"authors,omitempty"`
	Rights      string         `json:"rights,omitempty"`
	Image       string         `json:"image,omitempty"`
	Categories  []categoryForm `json:"categories,omitempty"`
	Links       []linkForm     `json:"links,omitempty"`
	Generator   string         `json:"generator,omitempty"`
	TTL         int            `json:"ttl,omitempty"` // minutes
	Deleted     []deletedForm  `json:"deleted,omitempty"`
	Entries     []entryForm    `json:"entries"`
}

type entryForm struct {
	ID         string          `json:"id"`
	Title      string          `json:"title"`
	Link       string          `json:"link,omitempty"`
	Links      []linkForm      `json:"links,omitempty"`
	Summary    string          `json:"summary,omitempty"`
	Content    string          `json:"content,omitempty"`
	Published  *time.Time      `json:"published,omitempty"`
	Updated    *time.Time      `json:"updated,omitempty"`
	Authors    []personForm    `json:"authors,omitempty"`
	Categories []categoryForm  `json:"categories,omitempty"`
	Language   string          `json:"language,omitempty"`
	Enclosures []enclosureForm `json:"enclosures,omitempty"`
	Source     *originForm     `json:"source,omitempty"`
	Rights     string          `json:"rights,omitempty"`
	Image      string          `json:"image,omitempty"`
}

type personForm struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	URI   string `json:"uri,omitempty"`
}

type categoryForm struct {
	Term   string `json:"term"`
	Scheme string `json:"scheme,omitempty"`
	Label  string `json:"label,omitempty"`
}

type linkForm struct {
	Rel      string `json:"rel"`
	Href     string `json:"href"`
	Type     string `json:"type,omitempty"`
	Hreflang string `json:"hreflang,omitempty"`
	Title    string `json:"title,omitempty"`
	Length   int64  `json:"length,omitempty"`
}

type enclosureForm struct {
	URL    string `json:"url"`
	Type   string `json:"type,omitempty"`
	Length int64  `json:"length,omitempty"`
}

type deletedForm struct {
	Ref  string     `json:"ref"`
	When *time.Time `json:"when,omitempty"`
	By   string     `json:"by,omitempty"`
}

// originForm gives the feed's address for the link of a source that has no page.
type originForm struct {
	ID      string       `json:"id,omitempty"`
	Title   string       `json:"title,omitempty"`
	Link    string       `json:"link,omitempty"`
	Self    string       `json:"self,omitempty"`
	Updated *time.Time   `json:"updated,omitempty"`
	Authors []personForm `json:"authors,omitempty"`
	Rights  string       `json:"rights,omitempty"`
}

func (f *readForm) fill(feed *feeds.Feed) {
	f.Format, f.Problems = feed.Format, feed.Problems
	f.Title, f.Link, f.ID, f.Description = feed.Title, feed.Link, feed.ID, feed.Description
	f.Updated, f.Language, f.Rights = date(feed.Updated), feed.Language, feed.Rights
	if f.Updated == nil {
		f.Updated = date(feed.Published)
	}
	f.Authors, f.Categories, f.Links = people(feed.Authors), categories(feed.Categories), links(feed.Links)
	if feed.Image != nil {
		f.Image = feed.Image.URL
	}
	f.Generator, f.TTL = feed.Generator, int(feed.TTL/time.Minute)
	for _, t := range feed.Deleted {
		f.Deleted = append(f.Deleted, deletedForm{Ref: t.Ref, When: date(t.When), By: t.By})
	}
	f.Entries = make([]entryForm, 0, len(feed.Entries))
	for i := range feed.Entries {
		e := &feed.Entries[i]
		form := entryForm{ID: e.ID, Title: e.Title, Link: e.Link, Links: links(e.Links), Summary: e.Summary, Content: e.Content,
			Published: date(e.Published), Updated: date(e.Updated), Authors: people(e.Authors), Categories: categories(e.Categories),
			Language: e.Language, Rights: e.Rights}
		if e.Image != nil {
			form.Image = e.Image.URL
		}
		for _, x := range e.Enclosures {
			form.Enclosures = append(form.Enclosures, enclosureForm(x))
		}
		if e.Source != nil {
			form.Source = &originForm{ID: e.Source.ID, Title: e.Source.Title, Link: e.Source.Link, Self: e.Source.Self,
				Updated: date(e.Source.Updated), Authors: people(e.Source.Authors), Rights: e.Source.Rights}
			if form.Source.Link == "" {
				form.Source.Link = e.Source.Self
			}
		}
		f.Entries = append(f.Entries, form)
	}
}

func date(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func people(in []feeds.Person) (out []personForm) {
	for _, p := range in {
		out = append(out, personForm(p))
	}
	return out
}

func categories(in []feeds.Category) (out []categoryForm) {
	for _, c := range in {
		out = append(out, categoryForm(c))
	}
	return out
}

func links(in []feeds.Link) (out []linkForm) {
	for _, l := range in {
		out = append(out, linkForm{Rel: l.Rel, Href: l.Href, Type: l.Type, Hreflang: l.Hreflang, Title: l.Title, Length: l.Length})
	}
	return out
}
