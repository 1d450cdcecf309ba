package demo

import (
	"strings"
	"time"
)

const rssDate = "Mon, 02 Jan 2006 15:04:05 -0700"

// writeRSS renders RSS 2.0 in three accents: Drupal escapes the whole text into
// description, WordPress puts a teaser there and the text into content:encoded as
// CDATA, an older system writes CDATA into description.
func writeRSS(p *publisher, st state) []byte {
	var x xmlWriter
	x.prolog(p.Charset)
	x.open("rss", "version", "2.0", "xmlns:atom", "http://www.w3.org/2005/Atom",
		"xmlns:dc", "http://purl.org/dc/elements/1.1/", "xmlns:content", "http://purl.org/rss/1.0/modules/content/",
		"xmlns:media", "http://search.yahoo.com/mrss/", "xmlns:sy", "http://purl.org/rss/1.0/modules/syndication/")
	x.WriteString("\n")
	x.open("channel")
	x.WriteString("\n")
	x.text("title", p.Title)
	x.text("link", p.url(p.Home))
	x.text("description", p.About)
	x.text("language", p.Language)
	x.text("copyright", p.Licence)
	x.empty("atom:link", "href", p.url(p.Feed), "rel", "self", "type", "application/rss+xml")
	if !st.modified.IsZero() {
		x.text("lastBuildDate", st.modified.In(p.zone).Format(rssDate))
	}
	switch p.Style {
	case "drupal":
		x.text("generator", "Drupal 10 (https://www.drupal.org)")
	case "wordpress":
		x.text("sy:updatePeriod", "hourly")
		x.text("sy:updateFrequency", "1")
		x.text("generator", "https://wordpress.org/?v=6.6")
	default:
		x.text("ttl", "60")
	}
	for _, e := range st.entries {
		x.rssItem(p, e)
	}
	x.shut("channel")
	x.shut("rss")
	return x.Bytes()
}

func (x *xmlWriter) rssItem(p *publisher, e shown) {
	x.open("item")
	x.WriteString("\n")
	switch {
	case e.rawTitle:
		x.WriteString("<title>" + e.title + "</title>\n") // as hand-made feeds do it
	case p.Style == "wordpress":
		x.cdata("title", e.title)
	default:
		x.text("title", e.title)
	}
	x.text("link", e.link)
	if e.guid != "" {
		permalink := "false"
		if p.GUID == "permalink" {
			permalink = "true"
		}
		x.text("guid", e.guid, "isPermaLink", permalink)
	}
	x.text("pubDate", e.rssDate())
	x.text("dc:creator", p.Publisher)
	for _, tag := range e.tags {
		if p.Style == "wordpress" {
			x.cdata("category", tag)
		} else {
			x.text("category", tag)
		}
	}
	switch {
	case p.Teaser:
		x.text("description", e.teaser)
	case p.Style == "drupal":
		x.text("description", e.html)
	case p.Style == "wordpress":
		x.cdata("description", "<p>"+escaped(e.teaser)+" [&#8230;]</p>")
		x.cdata("content:encoded", e.html)
	default:
		x.cdata("description", e.html)
	}
	for _, o := range e.others {
		x.empty("atom:link", "rel", "alternate", "type", "text/html", "hreflang", o.language, "href", o.page)
	}
	if p.Images {
		x.open("media:content", "url", e.image(), "medium", "image", "type", "image/png", "width", "640", "height", "360")
		x.text("media:description", e.title, "type", "plain")
		x.text("media:credit", p.Publisher)
		x.shut("media:content")
	}
	x.shut("item")
}

// rssDate is the date as RSS has it; an odd one spells the month out and names the
// zone, which RFC 822 does not allow and real feeds do.
func (e shown) rssDate() string {
	if e.oddDate {
		return e.published.UTC().Format("Monday, 2 January 2006 15:04:05") + " GMT"
	}
	return e.published.In(e.pub.zone).Format(rssDate)
}

// image is the address of an item's picture.
func (e shown) image() string {
	slug := e.page[strings.LastIndexByte(strings.TrimSuffix(e.page, "/"), '/')+1:]
	return e.pub.url("/images/" + strings.TrimSuffix(slug, "/") + ".png")
}

// writeRDF renders RSS 1.0 with Dublin Core and content:encoded.
func writeRDF(p *publisher, st state) []byte {
	var x xmlWriter
	x.prolog(p.Charset)
	x.open("rdf:RDF", "xmlns:rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "xmlns", "http://purl.org/rss/1.0/",
		"xmlns:dc", "http://purl.org/dc/elements/1.1/", "xmlns:sy", "http://purl.org/rss/1.0/modules/syndication/",
		"xmlns:content", "http://purl.org/rss/1.0/modules/content/", "xml:lang", p.Language)
	x.WriteString("\n")
	x.open("channel", "rdf:about", p.url(p.Feed))
	x.WriteString("\n")
	x.text("title", p.Title)
	x.text("link", p.url(p.Home))
	x.text("description", p.About)
	x.text("dc:language", p.Language)
	x.text("dc:rights", p.Licence)
	if !st.modified.IsZero() {
		x.text("dc:date", st.modified.In(p.zone).Format(time.RFC3339))
	}
	x.text("sy:updatePeriod", "hourly")
	x.open("items")
	x.open("rdf:Seq")
	x.WriteString("\n")
	for _, e := range st.entries {
		x.empty("rdf:li", "rdf:resource", e.link)
	}
	x.shut("rdf:Seq")
	x.shut("items")
	x.shut("channel")
	for _, e := range st.entries {
		x.open("item", "rdf:about", e.link)
		x.WriteString("\n")
		x.text("title", e.title)
		x.text("link", e.link)
		x.text("description", e.teaser)
		x.text("dc:date", e.published.In(p.zone).Format(time.RFC3339))
		x.text("dc:creator", p.Publisher)
		x.text("dc:language", e.language)
		for _, tag := range e.tags {
			x.text("dc:subject", tag)
		}
		if !p.Teaser {
			x.cdata("content:encoded", e.html)
		}
		x.shut("item")
	}
	x.shut("rdf:RDF")
	return x.Bytes()
}
