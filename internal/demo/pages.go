package demo

import (
	"bytes"
	"hash/crc32"
	"html"
	"image"
	"image/color"
	"image/png"
	"strings"
	"time"
)

// mediaType is what a publisher's server says its feed is.
func (p *publisher) mediaType() string {
	charset := p.Charset
	if charset == "" {
		charset = "utf-8"
	}
	switch p.Format {
	case "atom-1.0":
		return "application/atom+xml; charset=" + charset
	case "json-1.1":
		return "application/feed+json"
	case "rss-1.0":
		return "application/rdf+xml; charset=" + charset
	}
	if p.Style == "plain" {
		return "text/xml; charset=" + charset
	}
	return "application/rss+xml; charset=" + charset
}

// frontPage says what the demo world is and leads to every feed and home page.
func (w *World) frontPage(t time.Time) string {
	var b strings.Builder
	head(&b, "en", "The demo world", "")
	b.WriteString("<h1>The demo world</h1>\n<p>Invented publishers with invented texts, served by the program itself. " +
		"Nothing here was published by IOM or by anybody else. Links inside the feeds lead to names below .example, " +
		"which do not exist on the Internet; open their pages from here.</p>\n<table>\n" +
		"<tr><th>Publisher</th><th>Feed</th><th>Language</th><th>Entries now</th></tr>\n")
	for _, p := range w.publishers {
		b.WriteString(`<tr><td><a href="` + local(p.url(p.Home)) + `">` + html.EscapeString(p.Title) + `</a></td>` +
			`<td><a href="` + local(p.url(p.Feed)) + `">` + p.Format + `</a></td><td>` + p.Language + `</td><td>` +
			grouped(len(w.stateOf(p, t).entries), "en") + "</td></tr>\n")
	}
	b.WriteString("</table>\n</body></html>\n")
	return b.String()
}

// homePage is a publisher's own front page: its feeds for autodiscovery, its news.
func (w *World) homePage(p *publisher, t time.Time) string {
	var b, links strings.Builder
	for _, other := range w.publishers {
		if other.Host == p.Host {
			media, _, _ := strings.Cut(other.mediaType(), ";")
			links.WriteString(`<link rel="alternate" type="` + media + `" hreflang="` + other.Language + `" title="` +
				html.EscapeString(other.Title) + `" href="` + local(other.url(other.Feed)) + `">` + "\n")
		}
	}
	head(&b, p.Language, p.Title, links.String())
	b.WriteString("<h1>" + html.EscapeString(p.Title) + "</h1>\n<p>" + html.EscapeString(p.About) + "</p>\n<ul>\n")
	for _, e := range w.stateOf(p, t).entries {
		b.WriteString(`<li lang="` + e.language + `"><a href="` + local(e.page) + `">` + html.EscapeString(e.title) + "</a> " +
			e.published.In(p.zone).Format("2006-01-02") + "</li>\n")
	}
	b.WriteString("</ul>\n</body></html>\n")
	return b.String()
}

// articlePage is the page behind an entry, with its original and its translations.
// The text is the publisher's markup as it is; the answer's Content-Security-Policy
// keeps hostile markup from doing anything.
func articlePage(e shown) string {
	var b, links strings.Builder
	links.WriteString(`<link rel="canonical" href="` + html.EscapeString(e.canonical) + `">` + "\n")
	for _, o := range append([]alternate{{e.language, e.page}}, e.others...) {
		links.WriteString(`<link rel="alternate" hreflang="` + o.language + `" href="` + html.EscapeString(o.page) + `">` + "\n")
	}
	links.WriteString(`<meta property="og:title" content="` + html.EscapeString(e.title) + `">` + "\n" +
		`<meta property="article:published_time" content="` + e.published.Format(time.RFC3339) + `">` + "\n")
	head(&b, e.language, e.title, links.String())
	b.WriteString(`<p><a href="` + local(e.pub.url(e.pub.Home)) + `">` + html.EscapeString(e.pub.Title) + "</a></p>\n<article>\n<h1>" +
		html.EscapeString(e.title) + "</h1>\n<p><time>" + e.published.In(e.pub.zone).Format("2006-01-02 15:04") + "</time></p>\n" + e.html + "</article>\n")
	for _, o := range e.others {
		b.WriteString(`<p><a hreflang="` + o.language + `" href="` + local(o.page) + `">` + o.language + "</a></p>\n")
	}
	b.WriteString("</body></html>\n")
	return b.String()
}

func head(b *strings.Builder, language, title, links string) {
	direction := "ltr"
	if language == "ar" {
		direction = "rtl"
	}
	b.WriteString("<!DOCTYPE html>\n" + `<html lang="` + language + `" dir="` + direction + `"><head><meta charset="utf-8">` + "\n<title>" +
		html.EscapeString(title) + "</title>\n" + links +
		"<style>body{font:1rem/1.5 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}td,th{text-align:start;padding:.2rem .6rem}</style>\n</head><body>\n")
}

// local is the path at which this server has a page of the demo world.
func local(page string) string {
	return html.EscapeString("/" + strings.TrimPrefix(strings.TrimPrefix(page, "https://"), "http://"))
}

// picture draws a plain image for an address, always the same one.
func picture(path string) ([]byte, error) {
	sum := crc32.ChecksumIEEE([]byte(path))
	shade := color.RGBA{R: 0x30 + byte(sum)&0x7f, G: 0x50 + byte(sum>>8)&0x7f, B: 0x70 + byte(sum>>16)&0x7f, A: 0xff}
	img := image.NewPaletted(image.Rect(0, 0, 640, 360), color.Palette{shade})
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
