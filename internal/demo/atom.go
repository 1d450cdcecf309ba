package demo

import "time"

// writeAtom renders Atom 1.0 (RFC 4287) with tombstones (RFC 6721). Texts are
// escaped HTML.
func writeAtom(p *publisher, st state) []byte {
	var x xmlWriter
	x.prolog(p.Charset)
	x.open("feed", "xmlns", "http://www.w3.org/2005/Atom", "xmlns:at", "http://purl.org/atompub/tombstones/1.0",
		"xmlns:media", "http://search.yahoo.com/mrss/", "xml:lang", p.Language)
	x.WriteString("\n")
	x.text("id", "tag:"+p.Host+",2026:feed"+p.Feed)
	x.text("title", p.Title)
	x.text("subtitle", p.About)
	x.text("rights", p.Licence)
	x.text("updated", st.modified.In(p.zone).Format(time.RFC3339))
	x.empty("link", "rel", "self", "type", "application/atom+xml", "href", p.url(p.Feed))
	x.empty("link", "rel", "alternate", "type", "text/html", "href", p.url(p.Home))
	x.open("author")
	x.text("name", p.Publisher)
	x.text("uri", p.url(p.Home))
	x.shut("author")
	for _, it := range st.gone {
		x.open("at:deleted-entry", "ref", it.guid, "when", it.withdrawn.In(p.zone).Format(time.RFC3339))
		x.open("at:by")
		x.text("name", p.Publisher)
		x.shut("at:by")
		x.shut("at:deleted-entry")
	}
	for _, e := range st.entries {
		x.atomEntry(p, e)
	}
	x.shut("feed")
	return x.Bytes()
}

func (x *xmlWriter) atomEntry(p *publisher, e shown) {
	var attrs []string
	if e.language != p.Language {
		attrs = []string{"xml:lang", e.language}
	}
	x.open("entry", attrs...)
	x.WriteString("\n")
	x.text("id", e.guid)
	x.text("title", e.title)
	x.empty("link", "rel", "alternate", "type", "text/html", "hreflang", e.language, "href", e.link)
	for _, o := range e.others {
		x.empty("link", "rel", "alternate", "type", "text/html", "hreflang", o.language, "href", o.page)
	}
	x.text("published", e.published.In(p.zone).Format(time.RFC3339))
	x.text("updated", e.since.In(p.zone).Format(time.RFC3339))
	for _, tag := range e.tags {
		x.empty("category", "term", tag)
	}
	x.text("summary", e.teaser, "type", "text")
	if !p.Teaser {
		x.text("content", e.html, "type", "html")
	}
	if p.Images {
		x.empty("media:content", "url", e.image(), "medium", "image", "type", "image/png")
	}
	x.shut("entry")
}
