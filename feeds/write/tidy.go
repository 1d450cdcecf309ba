package write

import (
	"fmt"
	"mime"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"

	"tributary/feeds"
)

// tidied is a feed that every format can be written from without further thought:
// strings are clean, dates are there, links have no doubles.
type tidied struct {
	feeds.Feed
	entries []tidyEntry // in place of Feed.Entries
	archive bool        // RFC 5005, 4
}

type tidyEntry struct {
	feeds.Entry
	contributors []feeds.Person
	summaryText  string // Summary as plain text
	summaryPlain bool   // Summary has no markup
}

func tidyFeed(f *feeds.Feed, contributors map[string][]feeds.Person) (*tidied, error) {
	t := &tidied{Feed: *f}
	t.Entries = nil
	if t.ID = iri(f.ID); t.ID == "" {
		return nil, fmt.Errorf("feed: %w", ErrNoID)
	}
	t.Title = clean(f.Title)
	t.Description = clean(f.Description)
	t.Link = address(f.Link)
	t.Language = languageTag(f.Language)
	t.Rights = clean(f.Rights)
	t.Generator = strings.TrimSpace(clean(f.Generator))
	t.Authors = tidyPeople(f.Authors)
	t.Categories = tidyCategories(f.Categories)
	t.Links = tidyLinks(f.Link, t.Language, f.Links)
	t.Image = tidyImage(f.Image)
	t.Updated = feedDate(f)
	if t.Updated.IsZero() {
		return nil, fmt.Errorf("feed: %w", ErrNoDate)
	}
	t.entries = make([]tidyEntry, 0, len(f.Entries))
	for i := range f.Entries {
		e, err := tidyOne(&f.Entries[i], t.Updated, t.Language)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", i+1, err)
		}
		e.contributors = tidyPeople(contributors[f.Entries[i].ID])
		t.entries = append(t.entries, e)
	}
	t.Deleted = make([]feeds.Tombstone, 0, len(f.Deleted))
	for _, d := range f.Deleted {
		if ref, when := iri(d.Ref), dated(d.When); ref != "" && !when.IsZero() {
			t.Deleted = append(t.Deleted, feeds.Tombstone{Ref: ref, When: when, By: clean(d.By)})
		}
	}
	return t, nil
}

// feedDate is when the feed last changed: as it says, else its newest entry's date.
func feedDate(f *feeds.Feed) time.Time {
	newest := finelyDated(f.Updated)
	if !newest.IsZero() {
		return newest
	}
	for i := range f.Entries {
		for _, t := range []time.Time{finelyDated(f.Entries[i].Updated), dated(f.Entries[i].Published)} {
			if t.After(newest) {
				newest = t
			}
		}
	}
	return newest
}

func tidyOne(in *feeds.Entry, feedUpdated time.Time, feedLanguage string) (tidyEntry, error) {
	e := tidyEntry{Entry: *in}
	if e.ID = iri(in.ID); e.ID == "" {
		return e, ErrNoID
	}
	e.Title = clean(in.Title)
	e.Link = address(in.Link)
	e.Language = languageTag(in.Language)
	language := e.Language
	if language == "" {
		language = feedLanguage
	}
	e.Links = tidyLinks(in.Link, e.Language, in.Links)
	if e.Link == "" {
		for _, l := range e.Links {
			if l.Rel == "alternate" {
				e.Link = l.Href
				break
			}
		}
	}
	e.Content = directed(clean(in.Content), language)
	summary := clean(in.Summary)
	text, markup := plain(summary)
	e.Summary, e.summaryText = directed(summary, language), text
	e.summaryPlain = !markup && e.Summary == summary
	e.Published, e.Updated = dated(in.Published), finelyDated(in.Updated)
	if e.Updated.IsZero() {
		e.Updated = e.Published
	}
	if e.Updated.IsZero() {
		e.Updated = feedUpdated
	}
	if e.Published.IsZero() {
		e.Published = e.Updated
	}
	e.Authors = tidyPeople(in.Authors)
	e.Categories = tidyCategories(in.Categories)
	e.Enclosures = tidyEnclosures(in.Enclosures)
	e.Image = tidyImage(in.Image)
	e.Rights = clean(in.Rights)
	if in.Source != nil {
		e.Source = &feeds.Origin{ID: address(in.Source.ID), Title: clean(in.Source.Title), Link: address(in.Source.Link),
			Self: address(in.Source.Self), Updated: dated(in.Source.Updated), Authors: tidyPeople(in.Source.Authors), Rights: clean(in.Source.Rights)}
	}
	return e, nil
}

// tidyLinks puts the human page first and drops a second alternate of one media type
// and language, which RFC 4287, 4.1.2 forbids, and exact doubles.
func tidyLinks(page, language string, links []feeds.Link) []feeds.Link {
	type variant struct{ mediaType, language string }
	out := make([]feeds.Link, 0, len(links)+1)
	alternates := make(map[variant]bool, 2)
	add := func(l feeds.Link) {
		l.Href, l.Rel, l.Title = address(l.Href), iri(l.Rel), clean(l.Title)
		l.Type, l.Hreflang = mediaType(l.Type), languageTag(l.Hreflang)
		if l.Href == "" {
			return
		}
		if l.Rel == "" {
			l.Rel = "alternate"
		}
		if l.Rel == "alternate" {
			v := variant{strings.ToLower(l.Type), strings.ToLower(l.Hreflang)}
			if alternates[v] {
				return
			}
			alternates[v] = true
		}
		for _, seen := range out {
			if seen.Rel == l.Rel && seen.Href == l.Href {
				return
			}
		}
		out = append(out, l)
	}
	main := feeds.Link{Rel: "alternate", Href: page, Type: "text/html", Hreflang: language}
	for _, l := range links {
		if (l.Rel == "alternate" || l.Rel == "") && l.Href == page { // it knows its type better
			main = l
			break
		}
	}
	add(main)
	for _, l := range links {
		add(l)
	}
	return out
}

var emailForm = regexp.MustCompile(`^[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+$`)

func tidyPeople(people []feeds.Person) []feeds.Person {
	out := make([]feeds.Person, 0, len(people))
	for _, p := range people {
		p = feeds.Person{Name: strings.TrimSpace(clean(p.Name)), Email: strings.TrimSpace(clean(p.Email)), URI: address(p.URI)}
		if !emailForm.MatchString(p.Email) {
			p.Email = ""
		}
		if p.Name == "" {
			p.Name = p.Email
		}
		if p.Name != "" {
			out = append(out, p)
		}
	}
	return out
}

func tidyCategories(categories []feeds.Category) []feeds.Category {
	out := make([]feeds.Category, 0, len(categories))
	seen := make(map[[2]string]bool, len(categories))
	for _, c := range categories {
		c = feeds.Category{Term: strings.TrimSpace(clean(c.Term)), Scheme: scheme(c.Scheme), Label: strings.TrimSpace(clean(c.Label))}
		if c.Term == "" {
			c.Term = c.Label
		}
		if key := [2]string{c.Scheme, c.Term}; c.Term != "" && !seen[key] {
			seen[key] = true
			out = append(out, c)
		}
	}
	return out
}

// scheme is a category's scheme, an IRI (RFC 4287, 4.2.2.2). RSS publishers write any word
// for a domain, which is none.
func scheme(s string) string {
	s = address(s)
	if u, err := url.Parse(s); err != nil || u.Scheme == "" {
		return ""
	}
	return s
}

func tidyEnclosures(enclosures []feeds.Enclosure) []feeds.Enclosure {
	out := make([]feeds.Enclosure, 0, len(enclosures))
	for _, e := range enclosures {
		e = feeds.Enclosure{URL: address(e.URL), Type: typeOrGuess(e.Type, e.URL), Length: max(e.Length, 0)}
		if e.URL != "" {
			out = append(out, e)
		}
	}
	return out
}

func tidyImage(in *feeds.Image) *feeds.Image {
	if in == nil || address(in.URL) == "" {
		return nil
	}
	return &feeds.Image{URL: address(in.URL), Type: typeOrGuess(in.Type, in.URL), Alt: clean(in.Alt), Credit: clean(in.Credit),
		Width: max(in.Width, 0), Height: max(in.Height, 0), Length: max(in.Length, 0)}
}

// mediaType is a media type (RFC 6838, 4.2) with its parameters, or without those that are
// none; "" for anything else.
func mediaType(s string) string {
	s = strings.TrimSpace(clean(s))
	base, _, err := mime.ParseMediaType(s)
	switch {
	case !mediaTypeForm.MatchString(base):
		return ""
	case err != nil:
		return base
	}
	return s
}

var mediaTypeForm = regexp.MustCompile(`^[a-zA-Z0-9!#$&^_.+-]+/[a-zA-Z0-9!#$&^_.+-]+$`)

// typeOrGuess falls back on the file name. The table is our own, so that documents do
// not depend on the machine's.
func typeOrGuess(given, address string) string {
	if t := mediaType(given); t != "" {
		return t
	}
	name, _, _ := strings.Cut(address, "?")
	switch strings.ToLower(path.Ext(name)) {
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".png":
		return "image/png"
	case ".gif":
		return "image/gif"
	case ".webp":
		return "image/webp"
	case ".svg":
		return "image/svg+xml"
	case ".mp3":
		return "audio/mpeg"
	case ".mp4":
		return "video/mp4"
	case ".pdf":
		return "application/pdf"
	default:
		return "application/octet-stream"
	}
}
