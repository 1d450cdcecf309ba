package write

import (
	"strconv"
	"time"

	gorilla "github.com/gorilla/feeds"

	"tributary/feeds"
)

// rssDocs is the address of the specification, the value of the docs element.
const rssDocs = "https://www.rssboard.org/rss-specification"

// rssDocument builds an RSS 2.0 document; it is gorilla's XmlFeed.
type rssDocument struct{ *tidied }

type rssRoot struct {
	gorilla.RssFeedXml
	NSAtom       string     `xml:"xmlns:atom,attr"`
	NSDublinCore string     `xml:"xmlns:dc,attr"`
	NSMedia      string     `xml:"xmlns:media,attr,omitempty"`
	NSHistory    string     `xml:"xmlns:fh,attr,omitempty"`
	Channel      rssChannel `xml:"channel"`
}

// rssChannel is gorilla's RssFeed; fields here win over its fields of the same name.
type rssChannel struct {
	gorilla.RssFeed
	Archive    *struct{}     `xml:"fh:archive"`
	Links      []rssLink     `xml:"atom:link"`
	Categories []rssCategory `xml:"category"`
	Items      []rssItem     `xml:"item"`
}

type rssItem struct {
	gorilla.RssItem
	Link         string        `xml:"link,omitempty"`
	Content      *rssContent   `xml:"content:encoded"`
	Creators     []string      `xml:"dc:creator"`
	Contributors []string      `xml:"dc:contributor"`
	Language     string        `xml:"dc:language,omitempty"`
	Rights       string        `xml:"dc:rights,omitempty"`
	Relations    []string      `xml:"dc:relation"`
	Categories   []rssCategory `xml:"category"`
	Source       *rssSource    `xml:"source"`
	Media        *mediaContent `xml:"media:content"`
}

// rssContent is HTML in CDATA: a third smaller than escaped, and what the simplest
// consumers look for. The encoder splits any "]]>".
type rssContent struct {
	HTML string `xml:",cdata"`
}

type rssLink struct {
	Href     string `xml:"href,attr"`
	Rel      string `xml:"rel,attr"`
	Type     string `xml:"type,attr,omitempty"`
	Hreflang string `xml:"hreflang,attr,omitempty"`
}

type rssCategory struct {
	Domain string `xml:"domain,attr,omitempty"`
	Term   string `xml:",chardata"`
}

type rssSource struct {
	URL   string `xml:"url,attr"`
	Title string `xml:",chardata"`
}

// FeedXml is called by gorilla's WriteXML.
func (d rssDocument) FeedXml() any {
	out := &rssRoot{RssFeedXml: gorilla.RssFeedXml{Version: "2.0", ContentNamespace: nsContent},
		NSAtom: nsAtom, NSDublinCore: nsDublinCore}
	out.Channel.RssFeed = gorilla.RssFeed{Title: d.Title, Link: d.Link, Description: d.Description, Language: d.Language,
		Copyright: d.Rights, LastBuildDate: rfc822(d.Updated), Generator: d.Generator, Docs: rssDocs,
		Ttl: int(d.TTL / time.Minute)}
	if d.Image != nil {
		out.Channel.Image = &gorilla.RssImage{Url: d.Image.URL, Title: d.Title, Link: d.Link}
	}
	for _, l := range d.Links {
		if l.Rel != "alternate" || l.Href != d.Link { // the page is the link element
			out.Channel.Links = append(out.Channel.Links, rssLink{Href: l.Href, Rel: l.Rel, Type: l.Type, Hreflang: l.Hreflang})
		}
	}
	if d.archive {
		out.NSHistory, out.Channel.Archive = nsHistory, &struct{}{}
	}
	out.Channel.Categories = rssCategories(d.Categories)
	out.Channel.Items = make([]rssItem, 0, len(d.entries))
	for i := range d.entries {
		item := newRSSItem(&d.entries[i])
		if item.Media != nil {
			out.NSMedia = nsMedia
		}
		out.Channel.Items = append(out.Channel.Items, item)
	}
	return out
}

// newRSSItem writes the same elements for every item as far as there is anything to
// say: newsletter tools stop at a merge tag whose element is missing. Description is
// therefore there even when it is empty.
func newRSSItem(e *tidyEntry) rssItem {
	out := rssItem{RssItem: gorilla.RssItem{Title: e.Title, Description: e.Summary, PubDate: rfc822(e.Published),
		Guid: &gorilla.RssGuid{Id: e.ID, IsPermaLink: "false"}, Enclosure: rssEnclosure(e)},
		Link: e.Link, Language: e.Language, Rights: e.Rights, Categories: rssCategories(e.Categories)}
	if e.Content != "" {
		out.Content = &rssContent{HTML: e.Content}
	}
	for _, p := range e.Authors {
		out.Creators = append(out.Creators, p.Name)
	}
	for _, p := range e.contributors {
		out.Contributors = append(out.Contributors, p.Name)
	}
	for _, l := range e.Links {
		// Translations and other copies. An atom:link would say more, but readers that do not
		// look at namespaces take it for the item's own link.
		if (l.Rel == "alternate" || l.Rel == "related") && l.Href != e.Link {
			out.Relations = append(out.Relations, l.Href)
		}
	}
	if e.Source != nil && e.Source.Self != "" {
		out.Source = &rssSource{URL: e.Source.Self, Title: e.Source.Title}
	}
	out.Media = newMediaContent(e.Image)
	return out
}

// rssEnclosure is the one enclosure that RSS readers agree on: the first file, else
// the image. Its length is 0 when unknown, as the profile advises.
func rssEnclosure(e *tidyEntry) *gorilla.RssEnclosure {
	switch {
	case len(e.Enclosures) > 0:
		f := e.Enclosures[0]
		return &gorilla.RssEnclosure{Url: f.URL, Type: f.Type, Length: strconv.FormatInt(f.Length, 10)}
	case e.Image != nil:
		return &gorilla.RssEnclosure{Url: e.Image.URL, Type: e.Image.Type, Length: strconv.FormatInt(e.Image.Length, 10)}
	default:
		return nil
	}
}

// rssCategories writes the term, which together with the domain is what programs
// compare; RSS has no place for a label beside it.
func rssCategories(categories []feeds.Category) []rssCategory {
	out := make([]rssCategory, 0, len(categories))
	for _, c := range categories {
		out = append(out, rssCategory{Domain: c.Scheme, Term: c.Term})
	}
	return out
}
