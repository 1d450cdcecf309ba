package read

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"

	"tributary/feeds"
)

// fromRSS makes the feed of what gofeed read.
func (r *reader) fromRSS(in *rss.Feed, v *survey) *feeds.Feed {
	base := r.document
	if v.feed.base != nil {
		base = v.feed.base
	}
	f := &feeds.Feed{
		Format:      rssFormat(in.Version, v.root),
		Title:       r.title(plainTitle(first(in.Title, extension(in.Extensions, "dc", "title")))),
		Description: r.title(oneLine(PlainText(cutMarkup(in.Description, maxSummary)))),
		Language:    r.language(first(in.Language, extension(in.Extensions, "dc", "language"), v.feed.lang)),
		Rights:      rights(in.Copyright, extension(in.Extensions, "dc", "rights"), extension(in.Extensions, "media", "copyright")),
		Generator:   cut(plainTitle(in.Generator), maxName),
		Updated:     r.date(first(in.LastBuildDate, extension(in.Extensions, "dc", "date")), in.LastBuildDateParsed),
		Published:   r.date(in.PubDate, in.PubDateParsed),
		TTL:         timeToLive(in.TTL, in.Extensions),
		SkipHours:   skipHours(in.SkipHours),
		SkipDays:    skipDays(in.SkipDays),
		Deleted:     r.tombstones(in.Extensions),
	}
	f.Links = r.rssLinks(base, in.Links, in.Extensions)
	f.Link = alternate(f.Links)
	r.link = resolveBase(nil, f.Link)
	f.ID = first(extension(in.Extensions, "atom", "id"), v.feed.about)
	if in.Image != nil {
		f.Image = r.image(base, feeds.Image{URL: in.Image.URL, Alt: first(in.Image.Title, in.Image.Description), Width: number(in.Image.Width), Height: number(in.Image.Height)})
	} else if in.ITunesExt != nil {
		f.Image = r.image(base, feeds.Image{URL: in.ITunesExt.Image})
	}
	for _, s := range append([]string{in.ManagingEditor}, dublinCore(in.Extensions, "creator")...) {
		if p, ok := person(s); ok {
			f.Authors = appendPerson(f.Authors, p)
		}
	}
	if in.ITunesExt != nil {
		if p, ok := person(in.ITunesExt.Author); ok {
			f.Authors = appendPerson(f.Authors, p)
		}
	}
	for _, c := range in.Categories {
		f.Categories = appendCategory(f.Categories, feeds.Category{Term: c.Value, Scheme: c.Domain})
	}
	f.Categories = subjects(f.Categories, in.Extensions)

	items := bounded(r, in.Items)
	f.Entries = make([]feeds.Entry, 0, len(items))
	for i, item := range items {
		n := note{base: v.feed.base, lang: v.feed.lang}
		if len(v.entries) == len(in.Items) {
			n = v.entries[i]
		}
		f.Entries = append(f.Entries, r.fromItem(item, &n, f.Language))
	}
	return f
}

func (r *reader) fromItem(in *rss.Item, n *note, feedLanguage string) feeds.Entry {
	base := r.base(n.base)
	x := in.Extensions
	e := feeds.Entry{
		Title:    r.title(plainTitle(first(in.Title, extension(x, "dc", "title"), extension(x, "media", "title")))),
		Language: first(r.language(first(extension(x, "dc", "language"), n.lang)), feedLanguage),
		Rights:   rights(extension(x, "dc", "rights"), in.Custom["copyright"], extension(x, "media", "copyright")),
	}
	if in.GUID != nil {
		e.ID = strings.TrimSpace(in.GUID.Value)
	}
	e.ID = first(e.ID, n.about, extension(x, "atom", "id"))

	e.Links = r.rssLinks(base, in.Links, x)
	e.Link = first(absolute(base, extension(x, "feedburner", "origLink")), alternate(e.Links))
	if e.Link == "" && in.GUID != nil && !strings.EqualFold(in.GUID.IsPermalink, "false") {
		if e.Link = absolute(nil, in.GUID.Value); e.Link != "" {
			e.Links = append(e.Links, feeds.Link{Rel: "alternate", Href: e.Link})
		}
	}
	if u := absolute(base, in.Comments); u != "" {
		e.Links = append(e.Links, feeds.Link{Rel: "replies", Href: u})
	}

	e.Summary, e.Content = r.itemTexts(in, n, base)
	r.itemDates(&e, in)
	e.Authors = r.itemAuthors(in, n)
	for _, c := range in.Categories {
		e.Categories = appendCategory(e.Categories, feeds.Category{Term: c.Value, Scheme: c.Domain})
	}
	e.Categories = subjects(e.Categories, x)
	for _, enc := range in.Enclosures {
		e.Enclosures = r.appendEnclosure(e.Enclosures, base, enc.URL, enc.Type, enc.Length)
	}
	r.media(&e, x, base)
	if in.ITunesExt != nil && e.Image == nil {
		e.Image = r.image(base, feeds.Image{URL: in.ITunesExt.Image})
	}
	e.Source = r.itemSource(in, base)
	return e
}

// itemTexts tells summary and content apart: content:encoded is content, and so is
// the fuller of two; a description alone is a summary.
func (r *reader) itemTexts(in *rss.Item, n *note, base *url.URL) (summary, content string) {
	description := first(in.Description, extension(in.Extensions, "dc", "description"), extension(in.Extensions, "itunes", "summary"),
		mediaDescription(in.Extensions), extension(in.Extensions, "atom", "summary"))
	body := first(in.Content, extension(in.Extensions, "xhtml", "body"), in.Custom["encoded"], in.Custom["fulltext"], extension(in.Extensions, "atom", "content"))
	summary = r.markup(description, r.textBase(n, base, "description"), maxContent)
	content = r.markup(body, r.textBase(n, base, "encoded"), maxContent)
	if content != "" {
		summary = cutMarkup(summary, maxSummary)
	}
	return summary, content
}

// textBase is the base of a text: its own, its entry's, or the entry's default.
func (r *reader) textBase(n *note, base *url.URL, names ...string) *url.URL {
	if t := n.text(names...); t.base != nil {
		return t.base
	}
	return base
}

func (r *reader) itemDates(e *feeds.Entry, in *rss.Item) {
	x := in.Extensions
	for _, text := range []string{in.PubDate, extension(x, "dc", "date"), extension(x, "dcterms", "issued"), extension(x, "dcterms", "created"),
		extension(x, "dcterms", "date"), extension(x, "atom", "published"), in.Custom["published"], in.Custom["date"], extension(x, "atom", "updated")} {
		if text == "" {
			continue
		}
		parsed := (*time.Time)(nil)
		if text == in.PubDate {
			parsed = in.PubDateParsed
		}
		if e.DateText == "" {
			e.DateText = cut(text, maxDateText)
		}
		if e.Published = r.date(text, parsed); !e.Published.IsZero() {
			e.DateText = cut(text, maxDateText)
			break
		}
	}
	if text := first(extension(x, "dcterms", "modified"), extension(x, "atom", "updated"), in.Custom["updated"], in.Custom["lastmod"]); text != "" {
		e.Updated = r.date(text, nil)
	}
}

func (r *reader) itemAuthors(in *rss.Item, n *note) []feeds.Person {
	var out []feeds.Person
	texts := []string{in.Author}
	if len(n.authors) > 1 {
		texts = nil
		for _, a := range n.authors {
			texts = append(texts, decodeEntities(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(a), "<![CDATA["), "]]>")))
		}
	}
	texts = append(texts, dublinCore(in.Extensions, "creator")...)
	texts = append(texts, dublinCore(in.Extensions, "author")...)
	texts = append(texts, extension(in.Extensions, "itunes", "author"))
	for _, s := range texts {
		if p, ok := person(s); ok {
			out = appendPerson(out, p)
		}
	}
	for _, a := range in.Extensions["atom"]["author"] {
		out = appendPerson(out, r.atomPerson(child(a, "name"), child(a, "email"), child(a, "uri"), r.document))
	}
	return out
}

// itemSource reads RSS source and an atom:source within an item.
func (r *reader) itemSource(in *rss.Item, base *url.URL) *feeds.Origin {
	if list := in.Extensions["atom"]["source"]; len(list) > 0 {
		s := list[0]
		o := &feeds.Origin{ID: cut(child(s, "id"), maxID), Title: r.title(plainTitle(child(s, "title"))), Rights: rights(child(s, "rights"))}
		o.Updated = r.date(child(s, "updated"), nil)
		for _, l := range s.Children["link"] {
			switch href := absolute(base, l.Attrs["href"]); l.Attrs["rel"] {
			case "self":
				o.Self = href
			case "", "alternate":
				o.Link = first(o.Link, href)
			}
		}
		return o
	}
	if in.Source == nil {
		return nil
	}
	o := &feeds.Origin{Title: r.title(plainTitle(in.Source.Title)), Self: absolute(base, in.Source.URL)}
	if o.Title == "" && o.Self == "" {
		return nil
	}
	return o
}

// rssLinks lists the link elements, then the Atom links beside them.
func (r *reader) rssLinks(base *url.URL, hrefs []string, x ext.Extensions) []feeds.Link {
	var out []feeds.Link
	for _, h := range hrefs {
		if u := r.address(base, h, "link"); u != "" {
			out = appendLink(out, feeds.Link{Rel: "alternate", Href: u})
		}
	}
	for _, prefix := range [...]string{"atom", "atom03"} {
		for _, l := range x[prefix]["link"] {
			out = appendLink(out, r.atomLink(base, l.Attrs["rel"], l.Attrs["href"], l.Attrs["type"], l.Attrs["hreflang"], l.Attrs["title"], l.Attrs["length"]))
		}
	}
	return out
}

// rssFormat names the version; RDF documents are 1.0 or Netscape's 0.90.
func rssFormat(version, root string) string {
	switch {
	case root == "rdf" && version == "0.9":
		return "rss-0.90"
	case root == "rdf":
		return "rss-1.0"
	}
	if _, err := strconv.ParseFloat(version, 32); err != nil || len(version) > 4 {
		if strings.HasPrefix(version, "0.9") {
			return "rss-" + version[:min(len(version), 4)]
		}
		return "rss-2.0"
	}
	if version == "2" {
		version = "2.0"
	}
	return "rss-" + version
}
