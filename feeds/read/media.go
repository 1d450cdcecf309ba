package read

import (
	"net/url"
	"strings"

	"tributary/feeds"
)

// enclosures reads the files that an entry comes with: RSS enclosures, then Atom
// links.
func (r *reader) enclosures(e *feeds.Entry, k siblings, base *url.URL) {
	for i := range k {
		if !k[i].is("enclosure") {
			continue
		}
		from := base
		if k[i].scope.base != nil {
			from = k[i].scope.base
		}
		ref := first(k[i].attr("url"), k[i].attr("href"), k[i].attr("uri"), k[i].attr("resource"))
		e.Enclosures = r.appendEnclosure(e.Enclosures, from, ref, k[i].attr("type"), k[i].attr("length"))
	}
	for _, l := range e.Links {
		if l.Rel != "enclosure" {
			continue
		}
		e.Enclosures = r.appendEnclosure(e.Enclosures, nil, l.Href, l.Type, "")
		for j := range e.Enclosures {
			if e.Enclosures[j].URL == l.Href {
				e.Enclosures[j].Length = max(e.Enclosures[j].Length, l.Length)
			}
		}
	}
}

// media reads Media RSS: contents and thumbnails, in groups or alone. The first image
// stands for the entry; a thumbnail does when there is no other.
func (r *reader) media(e *feeds.Entry, o *outline, k siblings, base *url.URL) {
	for i := range k {
		if k[i].space == "media" {
			r.mediaScope(e, o, k, k, base)
			break
		}
	}
	for i := range k {
		if k[i].space == "media" && k[i].name == "group" {
			inner := o.children(&k[i], maxChildren)
			r.mediaScope(e, o, inner, inner, base)
		}
	}
	if e.Image != nil {
		return
	}
	for _, enc := range e.Enclosures {
		if strings.HasPrefix(enc.Type, "image/") {
			e.Image = r.image(base, feeds.Image{URL: enc.URL, Type: enc.Type, Length: enc.Length})
			return
		}
	}
}

// mediaScope reads the media among some elements; outer is what lends its description
// and credit.
func (r *reader) mediaScope(e *feeds.Entry, o *outline, k, outer siblings, base *url.URL) {
	var spare *element // a thumbnail within a content
	var spareIn siblings
	for i := range k {
		c := &k[i]
		if c.space != "media" || c.name != "content" {
			continue
		}
		inner := o.children(c, maxChildren)
		if t := inner.find("media", "thumbnail"); t != nil && spare == nil {
			spare, spareIn = t, inner
		}
		ref, typ := c.attr("url"), c.attr("type")
		if ref == "" {
			if player := inner.find("media", "player"); player != nil {
				ref, typ = player.attr("url"), "text/html"
			}
		}
		if ref == "" {
			continue
		}
		e.Enclosures = r.appendEnclosure(e.Enclosures, base, ref, typ, c.attr("fileSize"))
		if isImage := c.attr("medium") == "image" || strings.HasPrefix(typ, "image/"); isImage && e.Image == nil {
			e.Image = r.image(base, feeds.Image{
				URL: ref, Type: typ, Width: number(c.attr("width")), Height: number(c.attr("height")), Length: size(c.attr("fileSize")),
				Alt: first(alternative(inner), alternative(outer)), Credit: first(inner.textOf("media", "credit"), outer.textOf("media", "credit")),
			})
		}
	}
	if e.Image == nil && spare != nil {
		e.Image = r.thumbnail(spare, spareIn, base)
	}
	if t := k.find("media", "thumbnail"); e.Image == nil && t != nil {
		e.Image = r.thumbnail(t, outer, base)
	}
}

func (r *reader) thumbnail(t *element, outer siblings, base *url.URL) *feeds.Image {
	return r.image(base, feeds.Image{
		URL: first(t.attr("url"), t.text()), Width: number(t.attr("width")), Height: number(t.attr("height")),
		Alt: alternative(outer), Credit: outer.textOf("media", "credit"),
	})
}

// alternative is the text that stands for a medium.
func alternative(k siblings) string { return k.textOf("media", "description", "title", "text") }

// mediaText is the description of a medium, of the first one that has one.
func (r *reader) mediaText(o *outline, k siblings) *element {
	if d := k.find("media", "description"); d != nil {
		return d
	}
	for i := range k {
		if k[i].space == "media" && (k[i].name == "group" || k[i].name == "content") {
			inner := o.children(&k[i], maxChildren)
			if d := inner.find("media", "description"); d != nil {
				return d
			}
		}
	}
	return nil
}

// feedImage is the picture that stands for a feed: the format's own before those of
// other vocabularies, large before small.
func (r *reader) feedImage(o *outline, k siblings, base *url.URL) *feeds.Image {
	if i := r.ownImage(o, k, base); i != nil {
		return i
	}
	for _, e := range []*element{k.core("logo"), k.core("icon"), k.find("itunes", "image"), k.find("googleplay", "image"),
		k.find("media", "thumbnail"), k.find("webfeeds", "logo"), k.find("webfeeds", "icon")} {
		if i := r.imageAt(e, base); i != nil {
			return i
		}
	}
	if l := k.find("itunes", "link"); l != nil && strings.EqualFold(l.attr("rel"), "image") {
		return r.imageAt(l, base)
	}
	return nil
}

// ownImage reads the image elements of RSS, with children or an address alone.
func (r *reader) ownImage(o *outline, k siblings, base *url.URL) *feeds.Image {
	for i := range k {
		if !k[i].is("image") {
			continue
		}
		inner := o.children(&k[i], maxChildren)
		if ref := inner.core("url", "href"); ref != nil {
			from := base
			if ref.scope.base != nil {
				from = ref.scope.base
			}
			picture := r.image(from, feeds.Image{URL: ref.text(), Alt: inner.text("title", "description"), Width: number(inner.text("width")), Height: number(inner.text("height"))})
			if picture != nil {
				return picture
			}
		}
	}
	for i := range k {
		if k[i].is("image") && !k[i].hasMarkup() {
			if picture := r.imageAt(&k[i], base); picture != nil {
				return picture
			}
		}
	}
	return nil
}

// imageAt reads an element that is an image's address.
func (r *reader) imageAt(e *element, base *url.URL) *feeds.Image {
	if e == nil {
		return nil
	}
	if e.scope.base != nil {
		base = e.scope.base
	}
	return r.image(base, feeds.Image{URL: first(e.attr("href"), e.attr("url"), e.attr("resource"), e.text())})
}

func (r *reader) entryImage(o *outline, k siblings, base *url.URL) *feeds.Image {
	for _, e := range []*element{k.find("itunes", "image"), k.find("googleplay", "image")} {
		if i := r.imageAt(e, base); i != nil {
			return i
		}
	}
	if i := r.ownImage(o, k, base); i != nil {
		return i
	}
	if l := k.find("itunes", "link"); l != nil && strings.EqualFold(l.attr("rel"), "image") {
		return r.imageAt(l, base)
	}
	return nil
}
