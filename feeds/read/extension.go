package read

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tributary/feeds"
)

// appendLink adds a link that is not there yet.
func appendLink(list []feeds.Link, l feeds.Link) []feeds.Link {
	if l.Href == "" || len(list) >= maxLinks {
		return list
	}
	for _, known := range list {
		if known.Href == l.Href && known.Rel == l.Rel && known.Hreflang == l.Hreflang && (known.Type == l.Type || l.Type == "") {
			return list
		}
	}
	return append(list, l)
}

// alternate is the page among links: the first alternate that is not of another
// format than a page.
func alternate(links []feeds.Link) string {
	page := ""
	for _, l := range links {
		if l.Rel != "alternate" {
			continue
		}
		if l.Type == "" || strings.Contains(l.Type, "html") {
			return l.Href
		}
		page = first(page, l.Href)
	}
	return page
}

// linksOf lists the links of a feed or entry in the document's order: those of RSS,
// which are texts, those of Atom, which are attributes, and licences.
func (r *reader) linksOf(k siblings, base *url.URL) []feeds.Link {
	var out []feeds.Link
	for i := range k {
		e := &k[i]
		from := base
		if e.scope.base != nil {
			from = e.scope.base
		}
		switch {
		case e.is("link"):
			out = appendLink(out, r.linkAt(e, from))
		case e.name == "license" && (e.space == "cc" || e.space == "creativecommons" || e.space == "dcterms" || e.space == "media"):
			href := first(e.attr("resource"), e.attr("href"), e.text())
			out = appendLink(out, feeds.Link{Rel: "license", Href: absolute(from, href), Type: mediaType(e.attr("type"))})
		}
	}
	return out
}

// relations are the bases of link relations that IANA's register was cited by.
var relations = [...]string{"http://www.iana.org/assignments/relation/", "https://www.iana.org/assignments/relation/",
	"http://www.iana.org/assignments/link-relations/", "https://www.iana.org/assignments/link-relations/"}

// linkAt makes a link of a link element.
func (r *reader) linkAt(e *element, base *url.URL) feeds.Link {
	if len(e.attrs) == 0 { // of RSS
		return feeds.Link{Rel: "alternate", Href: r.address(base, e.text(), "link")}
	}
	rel := e.attr("rel")
	for _, prefix := range relations {
		rel = strings.TrimPrefix(rel, prefix)
	}
	href := first(e.attr("href"), e.attr("url"), e.attr("uri"))
	if href == "" {
		href = first(e.text(), e.attr("resource"))
	}
	l := feeds.Link{
		Rel:    cut(first(rel, "alternate"), maxName),
		Href:   r.address(base, href, "link"),
		Type:   mediaType(e.attr("type")),
		Title:  cut(oneLine(e.attr("title")), maxTitle),
		Length: size(e.attr("length")),
	}
	if lang := e.attr("hreflang"); lang != "" {
		l.Hreflang = r.language(lang)
	}
	return l
}

func appendCategory(list []feeds.Category, c feeds.Category) []feeds.Category {
	c.Term, c.Label = cut(plainTitle(c.Term), maxName), cut(plainTitle(c.Label), maxName)
	c.Scheme = cut(strings.TrimSpace(c.Scheme), maxName)
	if c.Term == "" && c.Label == "" || len(list) >= maxCategories || slices.Contains(list, c) {
		return list
	}
	return append(list, c)
}

// Schemes that a vocabulary implies.
const (
	itunesScheme = "http://www.itunes.com/"
	mediaScheme  = "http://search.yahoo.com/mrss/category_schema"
)

// categoriesOf lists the categories of a feed or entry, of all vocabularies, in the
// document's order.
func categoriesOf(o *outline, k siblings) []feeds.Category { return categoriesWithin(o, k, 0) }

// maxCategoryDepth bounds how deep categories may stand within others or in groups.
const maxCategoryDepth = 3

func categoriesWithin(o *outline, k siblings, depth int) []feeds.Category {
	var out []feeds.Category
	inside := func(e *element) {
		if depth >= maxCategoryDepth {
			return
		}
		for _, c := range categoriesWithin(o, o.children(e, maxCategories), depth+1) {
			out = appendCategory(out, c)
		}
	}
	list := func(text, scheme string) {
		for term := range strings.SplitSeq(text, ",") {
			out = appendCategory(out, feeds.Category{Term: term, Scheme: scheme})
		}
	}
	for i := range k {
		e := &k[i]
		switch {
		case e.is("category"):
			out = appendCategory(out, feeds.Category{Term: first(e.attr("term"), e.text()), Scheme: first(e.attr("scheme"), e.attr("domain")), Label: e.attr("label")})
		case e.is("keywords", "tags"):
			list(e.text(), "")
		case (e.space == "dc" || e.space == "dcterms") && e.name == "subject":
			out = appendCategory(out, feeds.Category{Term: e.text()})
		case e.space == "media" && e.name == "category":
			out = appendCategory(out, feeds.Category{Term: e.text(), Scheme: first(e.attr("scheme"), mediaScheme), Label: e.attr("label")})
		case e.space == "media" && e.name == "keywords":
			list(e.text(), "")
		case e.is("categories"), e.space == "media" && (e.name == "group" || e.name == "content"):
			inside(e)
		case e.space == "itunes" && e.name == "keywords":
			list(e.text(), itunesScheme)
		case (e.space == "itunes" || e.space == "googleplay") && e.name == "category":
			out = appendCategory(out, feeds.Category{Term: first(e.attr("text"), e.attr("term")), Scheme: itunesScheme})
			inside(e)
		}
	}
	return out
}

func (r *reader) appendEnclosure(list []feeds.Enclosure, base *url.URL, ref, typ, length string) []feeds.Enclosure {
	u := r.address(base, ref, "enclosure")
	if u == "" || len(list) >= maxEnclosures {
		return list
	}
	for i := range list {
		if list[i].URL == u {
			list[i].Type = first(list[i].Type, mediaType(typ))
			list[i].Length = max(list[i].Length, size(length))
			return list
		}
	}
	return append(list, feeds.Enclosure{URL: u, Type: mediaType(typ), Length: size(length)})
}

// image completes an image; nil without a usable address.
func (r *reader) image(base *url.URL, i feeds.Image) *feeds.Image {
	if i.URL = r.address(base, i.URL, "image"); i.URL == "" {
		return nil
	}
	i.Type = mediaType(i.Type)
	i.Alt = cut(oneLine(PlainText(cut(i.Alt, 8*maxTitle))), maxTitle)
	i.Credit = cut(plainTitle(i.Credit), maxName)
	return &i
}

// tombstones reads at:deleted-entry (RFC 6721), under whatever prefix.
func (r *reader) tombstones(o *outline, k siblings) []feeds.Tombstone {
	var out []feeds.Tombstone
	for i := range k {
		if k[i].name != "deleted-entry" {
			continue
		}
		ref := k[i].attr("ref")
		if ref == "" || len(ref) > maxID || len(out) >= maxTombstones {
			continue
		}
		t := feeds.Tombstone{Ref: ref, When: r.date(k[i].attr("when"), nil)}
		for _, c := range o.children(&k[i], maxChildren) {
			if c.name == "by" {
				t.By = cut(plainTitle(first(nameOf(o, &c), c.text())), maxName)
			}
		}
		out = append(out, t)
	}
	return out
}

// nameOf is the text of a child called name, of any vocabulary.
func nameOf(o *outline, e *element) string {
	for _, c := range o.children(e, maxChildren) {
		if c.name == "name" {
			return c.text()
		}
	}
	return ""
}

// timeToLive is RSS ttl in minutes, else sy:updatePeriod by sy:updateFrequency; at
// most 31 days.
func timeToLive(ttl string, k siblings) time.Duration {
	const most = 31 * 24 * time.Hour
	if n, err := strconv.Atoi(strings.TrimSpace(ttl)); err == nil && n > 0 && n <= int(most/time.Minute) {
		return time.Duration(n) * time.Minute
	}
	var period time.Duration
	switch strings.ToLower(k.textOf("sy", "updateperiod")) {
	case "hourly":
		period = time.Hour
	case "daily":
		period = 24 * time.Hour
	case "weekly":
		period = 7 * 24 * time.Hour
	case "monthly":
		period = 30 * 24 * time.Hour
	case "yearly":
		period = most
	}
	if n, err := strconv.Atoi(k.textOf("sy", "updatefrequency")); err == nil && n > 1 && n <= 1440 {
		period /= time.Duration(n)
	}
	return period
}

// skipHours are hours of the day in GMT; RSS 0.91 counts to 24.
func skipHours(list []string) []int {
	var out []int
	for _, s := range list {
		if h, err := strconv.Atoi(strings.TrimSpace(s)); err == nil && h >= 0 && h <= 24 && !slices.Contains(out, h%24) {
			out = append(out, h%24)
		}
	}
	return out
}

func skipDays(list []string) []string {
	var out []string
	for _, s := range list {
		for d := time.Sunday; d <= time.Saturday; d++ {
			if strings.EqualFold(strings.TrimSpace(s), d.String()) && !slices.Contains(out, d.String()) {
				out = append(out, d.String())
			}
		}
	}
	return out
}

// mediaType is a media type without parameters, in lower case; empty when it is none.
func mediaType(s string) string {
	s, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(s)), ";")
	if s = strings.TrimSpace(s); strings.Count(s, "/") != 1 || len(s) > 100 || strings.ContainsAny(s, " \t\n<>\"&") {
		return ""
	}
	return s
}

// size reads a length in bytes; 0 when it is none.
func size(s string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// number reads a width or height in pixels; 0 when it is none.
func number(s string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(s), "px"))
	if err != nil || n < 0 || n > 100_000 {
		return 0
	}
	return n
}
