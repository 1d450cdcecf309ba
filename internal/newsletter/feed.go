package newsletter

import (
	"html"
	"strings"
	"time"

	"tributary/feeds"
)

// FeedInfo is what a feed of issues says besides them.
type FeedInfo struct {
	Newsletter *feeds.Newsletter
	Language   string
	Tag        func(specific string) string // makes tag: URIs (RFC 4151)
	Scheme     string                       // of our categories
	Description,
	Rights, Generator string
	Home  string // the newsletter's page
	Self  string // the feed's own address, in its format
	Type  string // its media type
	Epoch time.Time
	TTL   time.Duration
}

// Feed makes the feed whose entries are the issues, the latest first. Every entry has the
// same elements (title, link, author, dates, one category, summary, content) and none has a
// picture, so that no merge tag of a campaign meets an absent one.
func Feed(info FeedInfo, editions []Edition) *feeds.Feed {
	n := info.Newsletter
	title := feeds.In(n.Title, info.Language, n.Slug)
	f := &feeds.Feed{
		ID: info.Tag("newsletter/" + n.Slug + "/" + info.Language), Title: title, Description: info.Description, Link: info.Home,
		Language: info.Language, Updated: info.Epoch, Rights: info.Rights, Generator: info.Generator, TTL: info.TTL,
		Links: []feeds.Link{
			{Rel: "alternate", Href: info.Home, Type: "text/html", Hreflang: info.Language},
			{Rel: "self", Href: info.Self, Type: info.Type},
		},
	}
	for i := range editions {
		e := &editions[i]
		if len(e.Stories) == 0 {
			continue // all of it was withdrawn
		}
		entry := feeds.Entry{
			ID: info.Tag(URI(n.Slug, e.Number, info.Language)), Title: e.Subject(), Link: e.Page, Language: info.Language,
			Links:     []feeds.Link{{Rel: "alternate", Href: e.Page, Type: "text/html", Hreflang: info.Language}},
			Published: e.Made, Updated: e.Made, Authors: []feeds.Person{{Name: e.Office}},
			Categories: []feeds.Category{{Term: n.Slug, Scheme: info.Scheme + "newsletter", Label: title}},
			Summary:    e.summary(), Content: e.content(), Rights: info.Rights,
		}
		if e.Changed.After(entry.Updated) {
			entry.Updated = e.Changed
		}
		if entry.Updated.After(f.Updated) {
			f.Updated = entry.Updated
		}
		f.Entries = append(f.Entries, entry)
	}
	return f
}

// summary are the headlines, escaped as HTML wants it.
func (e *Edition) summary() string {
	var titles []string
	for i := range e.Stories {
		titles = append(titles, e.Stories[i].Entry.Title)
	}
	return html.EscapeString(cut(strings.Join(titles, " · "), 500))
}

// content is the issue as a fragment that every reader shows.
func (e *Edition) content() string {
	t := in(e.Language)
	var b strings.Builder
	text := func(s string) string { return html.EscapeString(s) }
	for _, s := range e.show(500) {
		b.WriteString(`<h2 dir="` + direction(s.Language) + `"`)
		if s.Language != "" {
			b.WriteString(` lang="` + text(s.Language) + `"`)
		}
		b.WriteString(`>`)
		if s.Link != "" {
			b.WriteString(`<a href="` + text(s.Link) + `">` + text(s.Title) + `</a>`)
		} else {
			b.WriteString(text(s.Title))
		}
		b.WriteString(`</h2><p>` + text(t.source+" "+s.Publisher+" · "+s.Date))
		if s.Mark != "" {
			b.WriteString(`<br><em>` + text(s.Mark) + `</em>`)
		}
		b.WriteString(`</p>`)
		if s.Summary != "" {
			b.WriteString(`<p dir="` + direction(s.Language) + `">` + text(s.Summary) + `</p>`)
		}
		if len(s.Credits) > 0 || s.Licence != "" {
			b.WriteString(`<p><small>`)
			if len(s.Credits) > 0 {
				b.WriteString(text(t.also + " " + strings.Join(s.Credits, ", ") + ". "))
			}
			if s.Licence != "" {
				b.WriteString(text(t.licence + " " + s.Licence))
			}
			b.WriteString(`</small></p>`)
		}
	}
	b.WriteString(`<p><small>` + text(t.partner+" "+e.Disclaimer) + `</small></p>`)
	return b.String()
}
