package read

import "strings"

// holds is what an element of a feed may contain.
type holds uint8

const (
	holdsAnything holds = iota
	holdsEntries        // channel, feed, rss, RDF
	holdsFields         // item, entry
	holdsMarkup         // description, content: HTML, perhaps unescaped
	holdsText           // title, pubDate: nothing else
)

// kindOf says what an element of a feed holds, by its name.
func kindOf(name []byte) holds {
	switch lower(name) {
	case "rss", "rdf", "feed", "channel":
		return holdsEntries
	case "item", "entry", "atom:entry", "rss:item":
		return holdsFields
	case "description", "content:encoded", "summary", "content", "atom:summary", "atom:content":
		return holdsMarkup
	case "title", "link", "guid", "pubdate", "category", "comments", "language", "ttl", "copyright",
		"generator", "lastbuilddate", "updated", "published", "id", "dc:date", "dc:creator", "dc:title",
		"dc:subject", "dc:language", "atom:title", "atom:id", "atom:updated", "atom:published":
		return holdsText
	}
	return holdsAnything
}

// isField tells whether an element stands beside texts such as the title.
func isField(name []byte) bool {
	switch kindOf(name) {
	case holdsText, holdsMarkup, holdsFields:
		return true
	}
	switch lower(name) {
	case "author", "enclosure", "source", "image", "media:content", "media:group", "media:thumbnail", "atom:link", "wfw:commentrss", "slash:comments":
		return true
	}
	return false
}

// endsMarkup tells whether an element cannot be part of HTML, so that an open
// description before it was not closed.
func endsMarkup(name []byte) bool {
	switch lower(name) {
	case "pubdate", "guid", "description", "content:encoded", "category", "enclosure", "comments",
		"updated", "published", "dc:date", "dc:creator", "dc:subject", "media:content", "media:thumbnail":
		return true
	}
	return false
}

func isVoid(name []byte) bool {
	switch lower(name) {
	case "br", "img", "hr", "wbr", "input", "col", "embed", "area", "meta":
		return true
	}
	return false
}

func lower(name []byte) string { return strings.ToLower(string(name)) }
