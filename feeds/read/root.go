package read

import (
	"bytes"
	"fmt"
	"html"
	"strings"

	"tributary/feeds"
)

// rootAt finds the root element of a feed; -1 when there is none. What stands before
// it, a declaration, comments, a warning of the publisher's software, does not matter.
func rootAt(text []byte) int {
	return tagAmong(text, "rss", "rdf", "feed", "channel")
}

// tagAmong finds the first open tag with one of the local names, outside scripts.
func tagAmong(text []byte, names ...string) int {
	s := scanner{doc: text}
	code := true // scripts and styles may have an end
	for {
		t := s.next()
		switch t.kind {
		case tokenEnd:
			return -1
		case tokenOpen:
			name := strings.ToLower(string(t.local()))
			for _, n := range names {
				if n == name {
					return t.start
				}
			}
			if code && (name == "script" || name == "style") {
				end := bytes.Index(text[t.end:], []byte("</"+string(t.name)))
				if code = end >= 0; code {
					s.pos = t.end + end
				}
			}
		}
	}
}

// hiddenFeed looks for a feed in a document that has no root element of one: escaped
// inside an HTML page or another XML document, JSON with something around it, or
// entries whose root is missing. at is where it begins in the text returned.
func (r *reader) hiddenFeed(text []byte) (_ []byte, at int, err error) {
	if inner := escapedFeed(text); inner != nil {
		if at := rootAt(inner); at >= 0 {
			r.add("The feed stood escaped inside another document.")
			return inner, at, nil
		}
	}
	if i := jsonAt(text); i >= 0 {
		r.add("The feed stood inside another document.")
		inner := text[i:]
		if bytes.Contains(inner[:min(len(inner), 64)], []byte("&quot;")) {
			inner = []byte(html.UnescapeString(string(inner[:min(len(inner), maxEscaped)])))
		}
		return inner, 0, nil
	}
	if i := tagAmong(text, "item", "entry", "urlset", "sitemapindex", "opml", "html", "body"); i >= 0 {
		t := (&scanner{doc: text, pos: i, declared: true}).next()
		switch {
		case isLocal(&t, "item"):
			r.add("The root element is missing.")
			return enclose(`<rss version="2.0"><channel>`, text[i:], "</channel></rss>"), 0, nil
		case isLocal(&t, "entry"):
			r.add("The root element is missing.")
			return enclose(`<feed xmlns="`+atomNamespace+`">`, text[i:], "</feed>"), 0, nil
		}
	}
	return nil, 0, fmt.Errorf("%w: %s", feeds.ErrNotFeed, lookOf(bytes.TrimLeft(text, " \t\r\n\uFEFF")))
}

// escapedFeed takes an escaped feed out; nil when there is none.
func escapedFeed(text []byte) []byte {
	for i := 0; ; i += len("&lt;") {
		j := bytes.Index(text[i:], []byte("&lt;"))
		if j < 0 {
			return nil
		}
		i += j
		name := text[i+len("&lt;"):]
		for _, root := range []string{"?xml", "rss", "feed", "rdf:"} {
			if len(name) >= len(root) && bytes.EqualFold(name[:len(root)], []byte(root)) {
				return []byte(html.UnescapeString(string(text[i:min(len(text), i+maxEscaped)])))
			}
		}
	}
}

// jsonAt finds where a JSON Feed begins that has something before it; -1 when there
// is none.
func jsonAt(text []byte) int {
	mark := bytes.Index(text, []byte("jsonfeed.org/version"))
	if mark < 0 {
		return -1
	}
	for i := 0; ; i++ {
		j := bytes.IndexByte(text[i:mark], '{')
		if j < 0 {
			return -1
		}
		i += j
		next := bytes.TrimLeft(text[i+1:mark], " \t\r\n")
		if bytes.HasPrefix(next, []byte(`"`)) || bytes.HasPrefix(next, []byte("&quot;")) {
			return i
		}
	}
}

// lookOf says what a document seems to be that is no feed.
func lookOf(text []byte) string {
	head := bytes.ToLower(text[:min(len(text), 2048)])
	switch {
	case bytes.Contains(head, []byte("<html")) || bytes.Contains(head, []byte("<!doctype html")):
		return "the document is an HTML page"
	case bytes.Contains(head, []byte("<urlset")) || bytes.Contains(head, []byte("<sitemapindex")):
		return "the document is a sitemap"
	case bytes.Contains(head, []byte("<opml")):
		return "the document is an OPML list of feeds"
	case head[0] == '<':
		return "the document is XML or HTML without a feed's root element"
	}
	return "the document is neither XML nor JSON"
}
