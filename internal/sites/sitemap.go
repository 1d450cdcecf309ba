package sites

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html/charset"

	"tributary/feeds"
	"tributary/feeds/read"
)

// Part is a sitemap that an index names.
type Part struct {
	URL      string
	Modified time.Time // zero when the index does not say
}

// ReadSitemap reads a sitemap of the protocol's version 0.9 with the extensions for
// news, images and translations (xhtml:link). Several sitemaps may stand one behind
// the other in the body; gzip is undone. Addresses without a news title become entries
// without one when untitled is true, the newest only, and are left out otherwise. An
// error wraps feeds.ErrNotFeed.
func ReadSitemap(d Document, untitled bool) (*feeds.Feed, error) {
	m, err := parseSitemap(d)
	if err != nil {
		return nil, fmt.Errorf("read sitemap: %w", err)
	}
	if len(m.urls) == 0 && len(m.parts) > 0 {
		return nil, fmt.Errorf("read sitemap: %w: it is an index of other sitemaps; give the address of the one with the news", feeds.ErrNotFeed)
	}
	f := &feeds.Feed{Format: "sitemap", Link: d.URL, Problems: m.problems}
	var plain []feeds.Entry
	seen := make(map[string]bool, len(m.urls))
	for _, e := range m.urls {
		if seen[e.ID] {
			continue
		}
		seen[e.ID] = true
		switch {
		case e.Title != "":
			f.Entries = append(f.Entries, e)
			f.Format = "news-sitemap"
		case e.Link != "":
			plain = append(plain, e)
		}
	}
	if f.Title == "" {
		f.Title, f.Language = m.publication, m.language
	}
	slices.SortStableFunc(f.Entries, func(a, b feeds.Entry) int { return b.Published.Compare(a.Published) })
	if len(f.Entries) > maxEntries {
		f.Problems = append(f.Problems, fmt.Sprintf("The sitemap has %d news; the newest %d were read.", len(f.Entries), maxEntries))
		f.Entries = f.Entries[:maxEntries]
	}
	switch {
	case len(plain) == 0:
	case !untitled:
		f.Problems = append(f.Problems, fmt.Sprintf("Addresses without a news title: %d. They were left out; full_text: true takes titles from the pages themselves.", len(plain)))
	default:
		slices.SortStableFunc(plain, func(a, b feeds.Entry) int { return b.Updated.Compare(a.Updated) })
		kept := plain[:min(len(plain), maxPlainURLs)]
		f.Problems = append(f.Problems, fmt.Sprintf("Addresses without a news title: %d. The newest %d were kept; their pages give the titles.", len(plain), len(kept)))
		f.Entries = append(f.Entries, kept...)
	}
	return f, nil
}

// SitemapParts are the sitemaps that an index names, those that seem to hold news
// first, then the newest; none when the document is no index.
func SitemapParts(d Document) []Part {
	m, err := parseSitemap(d)
	if err != nil || len(m.urls) > 0 {
		return nil
	}
	slices.SortStableFunc(m.parts, func(a, b Part) int {
		return cmp.Or(cmp.Compare(newsless(a.URL), newsless(b.URL)), b.Modified.Compare(a.Modified))
	})
	return m.parts
}

// newsless is 0 for an address that speaks of news.
func newsless(u string) int {
	u = strings.ToLower(u)
	for _, w := range []string{"news", "press", "post", "article", "story", "stories", "actualite", "noticia"} {
		if strings.Contains(u, w) {
			return 0
		}
	}
	return 1
}

// IsSitemap tells whether a document looks like a sitemap or an index of some.
func IsSitemap(body []byte) bool {
	head := body[:min(len(body), 4096)]
	if isGzip(body) {
		text, err := gunzip(body, 4096)
		if err != nil && !errors.Is(err, feeds.ErrTooLarge) {
			return false
		}
		head = text
	}
	return bytes.Contains(head, []byte("<urlset")) || bytes.Contains(head, []byte("<sitemapindex")) || bytes.Contains(head, []byte(":urlset"))
}

func isGzip(b []byte) bool { return len(b) > 2 && b[0] == 0x1f && b[1] == 0x8b }

// gunzip gives at most limit bytes; more is feeds.ErrTooLarge beside them.
func gunzip(body []byte, limit int) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(z, int64(limit)+1))
	if len(out) > limit {
		return out[:limit], feeds.ErrTooLarge
	}
	return out, err
}

// sitemap is what a document of one or several sitemaps says.
type sitemap struct {
	urls        []feeds.Entry
	parts       []Part
	publication string
	language    string
	problems    []string
}

func parseSitemap(d Document) (*sitemap, error) {
	body := d.Body
	if isGzip(body) {
		var err error
		if body, err = gunzip(body, maxXML); err != nil {
			return nil, fmt.Errorf("%w: gzip: %w", feeds.ErrNotFeed, err)
		}
	}
	if len(body) > maxXML {
		body = body[:maxXML]
	}
	r := sitemapReader{base: d.URL, sitemap: &sitemap{}}
	x := xml.NewDecoder(bytes.NewReader(body))
	x.Strict, x.Entity, x.AutoClose = false, xml.HTMLEntity, nil
	x.CharsetReader = charset.NewReaderLabel
	for {
		token, err := x.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			r.problems = append(r.problems, "The sitemap is damaged; what stands before that was read.")
			break
		}
		if !r.token(token) {
			break
		}
	}
	if !r.rooted {
		return nil, fmt.Errorf("%w: it is no sitemap", feeds.ErrNotFeed)
	}
	return r.sitemap, nil
}

// sitemapReader takes the tokens of one document.
type sitemapReader struct {
	*sitemap
	base   string
	rooted bool
	path   []string // names of the open elements, without prefixes
	text   strings.Builder
	entry  *feeds.Entry
	image  *feeds.Image
	part   *Part
}

// token takes one token; false when enough was read.
func (r *sitemapReader) token(t xml.Token) bool {
	switch t := t.(type) {
	case xml.StartElement:
		name := strings.ToLower(t.Name.Local)
		if len(r.path) < 16 {
			r.path = append(r.path, name)
		}
		r.text.Reset()
		r.start(name, t)
	case xml.EndElement:
		r.end(strings.ToLower(t.Name.Local))
		return len(r.urls) < maxSitemapURLs && len(r.parts) < maxParts
	case xml.CharData:
		if r.text.Len() < maxSummary {
			r.text.Write(t[:min(len(t), maxSummary)])
		}
	}
	return true
}

func (r *sitemapReader) start(name string, t xml.StartElement) {
	switch name {
	case "urlset", "sitemapindex":
		r.rooted = true
	case "url":
		r.entry = &feeds.Entry{}
	case "sitemap":
		r.part = &Part{}
	case "image":
		r.image = &feeds.Image{}
	case "link":
		if r.entry == nil {
			return
		}
		var l feeds.Link
		for _, a := range t.Attr {
			switch strings.ToLower(a.Name.Local) {
			case "rel":
				l.Rel = a.Value
			case "href":
				l.Href = read.Address(r.base, a.Value)
			case "hreflang":
				l.Hreflang = languageTag(a.Value)
			}
		}
		if l.Rel == "alternate" && l.Href != "" && l.Hreflang != "" && len(r.entry.Links) < maxTags {
			r.entry.Links = append(r.entry.Links, l)
		}
	}
}

func (r *sitemapReader) inside(name string) bool { return slices.Contains(r.path, name) }

func (r *sitemapReader) end(name string) {
	text := strings.TrimSpace(r.text.String())
	r.text.Reset()
	for i := len(r.path) - 1; i >= 0; i-- { // what was left open ends with what held it
		if r.path[i] == name {
			r.path = r.path[:i]
			break
		}
	}
	switch name {
	case "sitemap":
		if r.part != nil && r.part.URL != "" {
			r.parts = append(r.parts, *r.part)
		}
		r.part = nil
		return
	case "url":
		r.finish()
		return
	}
	switch {
	case text == "" && name != "image":
	case r.part != nil:
		switch name {
		case "loc":
			r.part.URL = read.Address(r.base, text)
		case "lastmod":
			r.part.Modified, _ = read.Date(text)
		}
	case r.entry != nil && (r.inside("image") || name == "image"):
		r.imageText(name, text)
	case r.entry != nil:
		r.entryText(name, text)
	}
}

func (r *sitemapReader) imageText(name, text string) {
	switch {
	case r.image == nil:
	case name == "loc":
		r.image.URL = read.Address(r.base, text)
	case name == "caption" || name == "title" && r.image.Alt == "":
		r.image.Alt = read.Line(text, maxTitle)
	case name == "image":
		if r.image.URL != "" && r.entry.Image == nil {
			r.entry.Image = r.image
		}
		r.image = nil
	}
}

func (r *sitemapReader) entryText(name, text string) {
	e := r.entry
	switch name {
	case "loc":
		e.Link = read.Address(r.base, text)
	case "lastmod":
		e.Updated, _ = read.Date(text)
	case "title":
		if r.inside("news") {
			e.Title = read.Line(read.PlainText(escapeLoose(text)), maxTitle)
		}
	case "publication_date":
		if t, ok := read.Date(text); ok {
			e.Published, e.DateText = t, read.Line(text, 120)
		}
	case "name":
		if r.inside("publication") {
			r.publication = first(r.publication, read.Line(text, maxTitle))
		}
	case "language":
		e.Language = languageTag(text)
		r.language = first(r.language, e.Language)
	case "keywords":
		for term := range strings.SplitSeq(text, ",") {
			if term = read.Line(term, maxName); term != "" && len(e.Categories) < maxTags {
				e.Categories = append(e.Categories, feeds.Category{Term: term})
			}
		}
	}
}

func (r *sitemapReader) finish() {
	e := r.entry
	r.entry, r.image = nil, nil
	if e == nil || e.Link == "" {
		return
	}
	e.ID, e.IDDerived = canonicalID(e.Link), true
	e.Links = slices.DeleteFunc(e.Links, func(l feeds.Link) bool { return canonicalID(l.Href) == e.ID })
	r.urls = append(r.urls, *e)
}
