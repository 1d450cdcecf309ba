package read

import (
	"net/url"
	"strings"

	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"

	"tributary/feeds"
)

// fromAtom makes the feed of what gofeed read (RFC 4287, and Atom 0.3).
func (r *reader) fromAtom(in *atom.Feed, v *survey) *feeds.Feed {
	base := r.document
	if v.feed.base != nil {
		base = v.feed.base
	}
	f := &feeds.Feed{
		Format:      "atom-1.0",
		ID:          cut(in.ID, maxID),
		Title:       r.title(r.atomPlain(in.Title, v.feed.text("title"))),
		Description: r.title(r.atomPlain(in.Subtitle, v.feed.text("subtitle", "tagline"))),
		Language:    r.language(v.feed.lang),
		Rights:      cut(r.atomPlain(in.Rights, v.feed.text("rights", "copyright")), maxRights),
		Updated:     r.date(in.Updated, in.UpdatedParsed),
		TTL:         timeToLive("", in.Extensions),
		Deleted:     r.tombstones(in.Extensions),
	}
	if strings.HasPrefix(in.Version, "0.") {
		f.Format = "atom-0.3"
	}
	if g := in.Generator; g != nil {
		f.Generator = cut(strings.TrimSpace(plainTitle(g.Value)+" "+g.Version), maxName)
	}
	f.Links = r.atomLinks(in.Links, base, &v.feed)
	f.Link = alternate(f.Links)
	r.link = resolveBase(nil, f.Link)
	f.Image = r.image(base, feeds.Image{URL: first(in.Logo, in.Icon)})
	f.Authors = r.atomPeople(in.Authors, base)
	f.Categories = r.atomCategories(in.Categories, in.Extensions)

	entries := bounded(r, in.Entries)
	f.Entries = make([]feeds.Entry, 0, len(entries))
	for i, entry := range entries {
		n := note{base: v.feed.base, lang: v.feed.lang}
		if len(v.entries) == len(in.Entries) {
			n = v.entries[i]
		}
		f.Entries = append(f.Entries, r.fromEntry(entry, &n, f.Language))
	}
	return f
}

func (r *reader) fromEntry(in *atom.Entry, n *note, feedLanguage string) feeds.Entry {
	base := r.base(n.base)
	x := in.Extensions
	e := feeds.Entry{
		ID:       strings.TrimSpace(in.ID),
		Title:    r.title(r.atomPlain(in.Title, n.text("title"))),
		Language: first(r.language(first(n.lang, n.text("content", "title").lang, extension(x, "dc", "language"))), feedLanguage),
		Rights:   cut(first(r.atomPlain(in.Rights, n.text("rights", "copyright")), rights(extension(x, "dc", "rights"))), maxRights),
	}
	e.Links = r.atomLinks(in.Links, base, n)
	e.Link = alternate(e.Links)
	e.Link = first(absolute(base, extension(x, "feedburner", "origLink")), e.Link)
	e.Summary = r.atomMarkup(in.Summary, n.text("summary"), base)
	r.atomContent(&e, in, n, base)

	e.Published = r.date(in.Published, in.PublishedParsed)
	e.Updated = r.date(in.Updated, in.UpdatedParsed)
	e.DateText = cut(first(in.Published, in.Updated), maxDateText)
	if e.Published.IsZero() && !e.Updated.IsZero() {
		e.Published, e.DateText = e.Updated, cut(in.Updated, maxDateText)
	}
	if e.DateText == "" {
		e.DateText = cut(extension(x, "dc", "date"), maxDateText)
		e.Published = r.date(e.DateText, nil)
	}

	e.Authors = r.atomPeople(in.Authors, base)
	for _, s := range dublinCore(x, "creator") {
		if p, ok := person(s); ok {
			e.Authors = appendPerson(e.Authors, p)
		}
	}
	e.Categories = r.atomCategories(in.Categories, x)
	for _, l := range e.Links {
		if l.Rel == "enclosure" {
			e.Enclosures = r.appendEnclosure(e.Enclosures, nil, l.Href, l.Type, "")
			if k := len(e.Enclosures) - 1; k >= 0 && e.Enclosures[k].URL == l.Href {
				e.Enclosures[k].Length = l.Length
			}
		}
	}
	r.media(&e, x, base)
	if e.Summary == "" && e.Content == "" { // video sites describe the medium only
		e.Summary = r.markup(mediaDescription(x), base, maxSummary)
	}
	e.Source = r.atomSource(in.Source, base)
	return e
}

// atomContent reads atom:content (RFC 4287, 4.1.3): markup, text, or a pointer.
func (r *reader) atomContent(e *feeds.Entry, in *atom.Entry, n *note, base *url.URL) {
	if in.Content == nil {
		return
	}
	t := n.text("content")
	if in.Content.Src != "" {
		from := base
		if t.base != nil {
			from = t.base
		}
		u := r.address(from, in.Content.Src, "content address")
		switch typ := mediaType(in.Content.Type); {
		case u == "":
		case e.Link == "" && (typ == "" || strings.Contains(typ, "html")):
			e.Link = u
			e.Links = appendLink(e.Links, feeds.Link{Rel: "alternate", Href: u, Type: typ})
		default:
			e.Enclosures = r.appendEnclosure(e.Enclosures, nil, u, typ, "")
		}
		return
	}
	if typ := t.typ; strings.Contains(typ, "/") && !strings.HasPrefix(typ, "text/") && !strings.HasSuffix(typ, "+xml") && !strings.HasSuffix(typ, "/xml") {
		r.add("Content of the type %q was left out.", cut(typ, 60))
		return
	}
	e.Content = r.atomMarkup(in.Content.Value, t, base)
}

// atomMarkup makes sanitised HTML of an Atom text of any type.
func (r *reader) atomMarkup(s string, t textNote, base *url.URL) string {
	if t.base != nil {
		base = t.base
	}
	s = r.decoded(s, t)
	switch {
	case s == "":
		return ""
	case t.typ == "xhtml" || strings.HasSuffix(t.typ, "xml"):
		return r.markup(withoutPrefixes(s), base, maxContent)
	case t.typ == "html":
		return r.markup(s, base, maxContent)
	case t.typ == "" && looksLikeHTML(s):
		r.add("Texts without a type hold markup; they were read as HTML.")
		return r.markup(s, base, maxContent)
	}
	if len(s) > maxContent {
		r.add("A text is longer than %d KiB; it was cut.", maxContent>>10)
		s = cut(s, maxContent)
	}
	return sanitise(escapeText(s), base)
}

// withoutPrefixes makes HTML of XHTML whose elements have a namespace prefix.
func withoutPrefixes(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 || i+1 >= len(s) {
			b.WriteString(s)
			return b.String()
		}
		n := i + 1
		if s[n] == '/' {
			n++
		}
		b.WriteString(s[:n])
		s = s[n:]
		end := 0
		for end < len(s) && isTagByte(s[end]) {
			end++
		}
		b.WriteString(s[:end][strings.LastIndexByte(s[:end], ':')+1:])
		s = s[end:]
	}
}

// atomPlain makes plain text of an Atom text (RFC 4287, 3.1): markup only when its
// type says so.
func (r *reader) atomPlain(s string, t textNote) string {
	s = cut(r.decoded(s, t), 8*maxRights)
	if t.typ == "html" || t.typ == "xhtml" {
		return markupTitle(s)
	}
	return r.literalText(s)
}

func (r *reader) atomLinks(in []*atom.Link, base *url.URL, n *note) []feeds.Link {
	var out []feeds.Link
	for i, l := range in {
		from := base
		if b := n.links[i]; b != nil {
			from = b
		}
		out = appendLink(out, r.atomLink(from, l.Rel, l.Href, l.Type, l.Hreflang, l.Title, l.Length))
	}
	return out
}

func (r *reader) atomPeople(in []*atom.Person, base *url.URL) []feeds.Person {
	var out []feeds.Person
	for _, p := range in {
		out = appendPerson(out, r.atomPerson(p.Name, p.Email, p.URI, base))
	}
	return out
}

func (r *reader) atomPerson(name, mail, uri string, base *url.URL) feeds.Person {
	p, _ := named(name, mail)
	if p.Email == "" && strings.IndexByte(p.Name, '@') > 0 {
		p, _ = person(name)
	}
	p.URI = r.address(base, uri, "address of an author")
	return p
}

func (r *reader) atomCategories(in []*atom.Category, x ext.Extensions) []feeds.Category {
	var out []feeds.Category
	for _, c := range in {
		out = appendCategory(out, feeds.Category{Term: c.Term, Scheme: c.Scheme, Label: c.Label})
	}
	return subjects(out, x)
}

func (r *reader) atomSource(in *atom.Source, base *url.URL) *feeds.Origin {
	if in == nil {
		return nil
	}
	o := &feeds.Origin{
		ID:      cut(strings.TrimSpace(in.ID), maxID),
		Title:   r.title(plainTitle(in.Title)),
		Updated: r.date(in.Updated, in.UpdatedParsed),
		Authors: r.atomPeople(in.Authors, base),
		Rights:  rights(in.Rights),
	}
	links := r.atomLinks(in.Links, base, &note{})
	o.Link = alternate(links)
	for _, l := range links {
		if l.Rel == "self" {
			o.Self = l.Href
		}
	}
	return o
}
