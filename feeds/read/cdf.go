package read

import (
	"bytes"
	"strings"

	"tributary/feeds"
)

// isForeignChannel tells the documents whose root is a channel that is not RSS's:
// Microsoft's Channel Definition Format, and RSS 1.1, whose items stand in a list.
// gofeed reads neither.
func isForeignChannel(p *plan) (format string) {
	if uri := strings.ToLower(string(p.root.attrs)); strings.Contains(uri, "purl.org/net/rss1.1") || p.kids.core("items") != nil && len(p.entries) == 0 {
		return "rss-1.1"
	}
	if p.root.attr("href") != "" || p.root.attr("lastmod") != "" || p.root.attr("base") != "" || p.root.attr("self") != "" || p.kids.core("abstract", "schedule", "logo") != nil {
		return "cdf"
	}
	for i := range p.entries {
		if p.entries[i].attr("href") != "" || p.entries[i].attr("lastmod") != "" || bytes.Contains(bytes.ToLower(p.entries[i].inner), []byte("<abstract")) {
			return "cdf"
		}
	}
	return ""
}

// maxSubchannels bounds the nesting of channels in CDF.
const maxSubchannels = 8

// fromChannel makes the feed of a document in CDF or RSS 1.1.
func (r *reader) fromChannel(p *plan, format string) *feeds.Feed {
	if format == "rss-1.1" {
		if list := p.kids.core("items"); list != nil {
			p.eachChild(list.inner, list.scope, func(e element) bool {
				if e.is("item") {
					p.entries = append(p.entries, e)
				}
				return len(p.entries) <= r.max
			})
		}
	} else if base := resolveBase(r.document, p.root.attr("base")); base != nil {
		in := *p.feed.scope
		in.outer, in.prefixes, in.spoken, in.base = p.feed.scope, nil, false, base
		p.feed.scope = &in
	}
	if format == "cdf" {
		p.entries = nil
		r.subchannel(p, &p.feed, 0)
	}
	f := &feeds.Feed{Format: format}
	if text := p.root.attr("lastmod"); text != "" {
		f.Updated = r.date(text, nil)
	}
	p.kids = append(p.kids, channelElements(&p.feed, p.kids)...)
	r.describeFeed(f, p)
	if ref := p.root.attr("self"); ref != "" {
		f.Links = appendLink(f.Links, feeds.Link{Rel: "self", Href: r.address(r.baseOf(p.feed.scope, false), ref, "link")})
	}
	r.fromEntries(f, p, func(int) {})
	return f
}

// subchannel collects the items of a channel of CDF and of the channels within it.
func (r *reader) subchannel(p *plan, channel *element, depth int) {
	p.eachChild(channel.inner, channel.scope, func(e element) bool {
		switch {
		case e.is("item"):
			p.entries = append(p.entries, e)
		case e.is("channel") && depth < maxSubchannels:
			r.subchannel(p, &e, depth+1)
		}
		return len(p.entries) <= r.max
	})
}

// channelElements gives what CDF says in attributes, or in elements of its own, the
// form of the elements that the rest of the package knows.
func channelElements(e *element, k siblings) siblings {
	var out siblings
	add := func(name, text string) {
		if text != "" {
			out = append(out, element{name: name, inner: appendText(nil, text), scope: e.scope})
		}
	}
	if href := e.attr("href"); href != "" {
		add("link", href)
	} else if a := k.core("a"); a != nil {
		add("link", a.attr("href"))
	}
	add("lastmod", e.attr("lastmod"))
	logo := ""
	for i := range k { // the large one, not the 16 pixels of a menu
		if k[i].is("logo") && (logo == "" || !strings.EqualFold(k[i].attr("style"), "icon")) {
			logo = k[i].attr("href")
		}
	}
	add("logo", logo)
	return out
}
