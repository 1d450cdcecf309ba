package load

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"strconv"
	"time"

	"github.com/klauspost/compress/gzip"
)

// rendition is one version of a feed as it goes over the wire, heads included.
type rendition struct {
	etag, modified string
	full           []byte // 200 with the document
	gzip           []byte // the same compressed; nil without Options.Gzip
	notModified    []byte // 304
	size           int    // of the document
}

// render writes the whole answers of a feed once, so that serving copies bytes only.
func (w *world) render(feed int, compress bool) (*rendition, error) {
	f := &w.feeds[feed]
	mediaType, write := "application/rss+xml; charset=utf-8", w.rss
	if f.atom {
		mediaType, write = "application/atom+xml; charset=utf-8", w.atom
	}
	body := write(feed)
	r := &rendition{
		etag:     fmt.Sprintf(`"f%d-v%d-%d"`, feed, f.version, w.seed),
		modified: f.modified.UTC().Format(http.TimeFormat),
		size:     len(body),
	}
	validators := "ETag: " + r.etag + "\r\nLast-Modified: " + r.modified + "\r\nCache-Control: max-age=60\r\nVary: Accept-Encoding\r\n"
	answer := func(encoding string, body []byte) []byte {
		head := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: %s\r\n%s%sContent-Length: %d\r\n\r\n", mediaType, encoding, validators, len(body))
		return append([]byte(head), body...)
	}
	r.notModified = []byte("HTTP/1.1 304 Not Modified\r\n" + validators + "\r\n")
	r.full = answer("", body)
	if compress {
		var b bytes.Buffer
		z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
		if err != nil {
			return nil, fmt.Errorf("compress feed %d: %w", feed, err)
		}
		if _, err := z.Write(body); err != nil {
			return nil, fmt.Errorf("compress feed %d: %w", feed, err)
		}
		if err := z.Close(); err != nil {
			return nil, fmt.Errorf("compress feed %d: %w", feed, err)
		}
		r.gzip = answer("Content-Encoding: gzip\r\n", b.Bytes())
	}
	return r, nil
}

func (w *world) rss(feed int) []byte {
	f := &w.feeds[feed]
	v := &vocabularies[f.language]
	var b bytes.Buffer
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Site %d</title><link>https://%s/</link><description>News of site %d</description><language>%s</language>
<lastBuildDate>%s</lastBuildDate><ttl>1</ttl>
`, feed, site(feed), feed, v.tag, f.modified.UTC().Format(time.RFC1123Z))
	for _, it := range f.items {
		text := w.compose(it.story)
		fmt.Fprintf(&b, "<item><title>%s</title><link>%s</link><guid isPermaLink=\"false\">%s</guid><pubDate>%s</pubDate><dc:creator>%s</dc:creator>",
			html.EscapeString(text.title), html.EscapeString(w.address(feed, it)), guid(feed, it.number),
			it.when.UTC().Format(time.RFC1123Z), v.creator)
		for _, c := range text.categories {
			fmt.Fprintf(&b, "<category>%s</category>", html.EscapeString(c))
		}
		fmt.Fprintf(&b, "<description>%s</description>\n<content:encoded><![CDATA[%s]]></content:encoded></item>\n",
			html.EscapeString(text.summary), text.html)
	}
	b.WriteString("</channel></rss>\n")
	return b.Bytes()
}

func (w *world) atom(feed int) []byte {
	f := &w.feeds[feed]
	v := &vocabularies[f.language]
	var b bytes.Buffer
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="%s"><title>Site %d</title><id>https://%s/</id><link href="https://%s/"/>
<updated>%s</updated><author><name>%s</name></author>
`, v.tag, feed, site(feed), site(feed), f.modified.UTC().Format(time.RFC3339), v.creator)
	for _, it := range f.items {
		text := w.compose(it.story)
		when := it.when.UTC().Format(time.RFC3339)
		fmt.Fprintf(&b, "<entry><title>%s</title><id>%s</id><link href=\"%s\"/><published>%s</published><updated>%s</updated>",
			html.EscapeString(text.title), atomID(feed, it.number), html.EscapeString(w.address(feed, it)), when, when)
		for _, c := range text.categories {
			fmt.Fprintf(&b, "<category term=\"%s\"/>", html.EscapeString(c))
		}
		fmt.Fprintf(&b, "<summary>%s</summary>\n<content type=\"html\">%s</content></entry>\n",
			html.EscapeString(text.summary), html.EscapeString(text.html))
	}
	b.WriteString("</feed>\n")
	return b.Bytes()
}

// atomID is guid as an IRI, which Atom asks for.
func atomID(feed, number int) string {
	return "tag:" + site(feed) + ",2026:" + strconv.Itoa(number)
}
