package read

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	ext "github.com/mmcdole/gofeed/extensions"

	"tributary/feeds"
)

// extension is the text of the first element of that name which has one.
func extension(x ext.Extensions, prefix, name string) string {
	for _, e := range x[prefix][name] {
		if e.Value != "" {
			return e.Value
		}
	}
	return ""
}

// dublinCore lists the texts of the Dublin Core elements of that name.
func dublinCore(x ext.Extensions, name string) []string {
	var out []string
	for _, e := range x["dc"][name] {
		if e.Value != "" {
			out = append(out, e.Value)
		}
	}
	return out
}

// child is the text of the first child of that name.
func child(e ext.Extension, name string) string {
	for _, c := range e.Children[name] {
		return c.Value
	}
	return ""
}

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

// atomLink makes a link of an Atom link's attributes.
func (r *reader) atomLink(base *url.URL, rel, href, typ, hreflang, title, length string) feeds.Link {
	l := feeds.Link{
		Rel:   cut(first(strings.TrimPrefix(strings.TrimSpace(rel), "http://www.iana.org/assignments/relation/"), "alternate"), maxName),
		Href:  r.address(base, href, "link"),
		Type:  mediaType(typ),
		Title: cut(oneLine(title), maxTitle),
	}
	if hreflang != "" {
		l.Hreflang = r.language(hreflang)
	}
	l.Length = size(length)
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

// subjects adds the categories that extensions hold.
func subjects(list []feeds.Category, x ext.Extensions) []feeds.Category {
	for _, s := range dublinCore(x, "subject") {
		list = appendCategory(list, feeds.Category{Term: s})
	}
	for _, c := range x["media"]["category"] {
		list = appendCategory(list, feeds.Category{Term: c.Value, Scheme: c.Attrs["scheme"], Label: c.Attrs["label"]})
	}
	for _, c := range x["itunes"]["category"] {
		list = appendCategory(list, feeds.Category{Term: c.Attrs["text"], Scheme: "http://www.itunes.com/"})
	}
	return list
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

// media reads Media RSS: contents and thumbnails, in groups or alone. The first image
// stands for the entry; a thumbnail does when there is no other.
func (r *reader) media(e *feeds.Entry, x ext.Extensions, base *url.URL) {
	m := x["media"]
	if m != nil {
		r.mediaScope(e, m, ext.Extension{Children: m}, base)
		for _, g := range m["group"] {
			r.mediaScope(e, g.Children, g, base)
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

// mediaScope reads the children of an entry, group or content; outer is what lends
// its description and credit.
func (r *reader) mediaScope(e *feeds.Entry, m map[string][]ext.Extension, outer ext.Extension, base *url.URL) {
	for _, c := range m["content"] {
		a := c.Attrs
		if a["url"] == "" {
			continue
		}
		e.Enclosures = r.appendEnclosure(e.Enclosures, base, a["url"], a["type"], a["fileSize"])
		if isImage := a["medium"] == "image" || strings.HasPrefix(a["type"], "image/"); isImage && e.Image == nil {
			e.Image = r.image(base, feeds.Image{
				URL: a["url"], Type: a["type"], Width: number(a["width"]), Height: number(a["height"]), Length: size(a["fileSize"]),
				Alt: first(alternative(c), alternative(outer)), Credit: first(child(c, "credit"), child(outer, "credit")),
			})
		}
	}
	for _, c := range m["content"] { // thumbnails within contents
		if e.Image == nil && len(c.Children["thumbnail"]) > 0 {
			r.thumbnail(e, c.Children["thumbnail"][0], c, base)
		}
	}
	if ts := m["thumbnail"]; e.Image == nil && len(ts) > 0 {
		r.thumbnail(e, ts[0], outer, base)
	}
}

func (r *reader) thumbnail(e *feeds.Entry, t, outer ext.Extension, base *url.URL) {
	e.Image = r.image(base, feeds.Image{
		URL: first(t.Attrs["url"], t.Value), Width: number(t.Attrs["width"]), Height: number(t.Attrs["height"]),
		Alt: alternative(outer), Credit: child(outer, "credit"),
	})
}

// alternative is the text that stands for a medium.
func alternative(e ext.Extension) string {
	return first(child(e, "description"), child(e, "title"), child(e, "text"))
}

// mediaDescription is the text of a medium, escaped unless it says it is HTML.
func mediaDescription(x ext.Extensions) string {
	lists := [][]ext.Extension{x["media"]["description"]}
	for _, g := range x["media"]["group"] {
		lists = append(lists, g.Children["description"])
	}
	for _, list := range lists {
		for _, d := range list {
			switch {
			case d.Value == "":
			case d.Attrs["type"] == "html":
				return d.Value
			default:
				return escapeText(d.Value)
			}
		}
	}
	return ""
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
func (r *reader) tombstones(x ext.Extensions) []feeds.Tombstone {
	var out []feeds.Tombstone
	for _, prefix := range slices.Sorted(maps.Keys(x)) {
		for _, d := range x[prefix]["deleted-entry"] {
			ref := strings.TrimSpace(d.Attrs["ref"])
			if ref == "" || len(ref) > maxID || len(out) >= maxTombstones {
				continue
			}
			t := feeds.Tombstone{Ref: ref, When: r.date(d.Attrs["when"], nil)}
			for _, by := range d.Children["by"] {
				t.By = cut(plainTitle(first(child(by, "name"), by.Value)), maxName)
			}
			out = append(out, t)
		}
	}
	return out
}

func rights(texts ...string) string {
	return cut(oneLine(PlainText(cutMarkup(first(texts...), maxSummary))), maxRights)
}

// timeToLive is RSS ttl in minutes, else sy:updatePeriod by sy:updateFrequency; at
// most 31 days.
func timeToLive(ttl string, x ext.Extensions) time.Duration {
	const most = 31 * 24 * time.Hour
	if n, err := strconv.Atoi(strings.TrimSpace(ttl)); err == nil && n > 0 && n <= int(most/time.Minute) {
		return time.Duration(n) * time.Minute
	}
	var period time.Duration
	switch strings.ToLower(extension(x, "sy", "updatePeriod")) {
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
	if n, err := strconv.Atoi(extension(x, "sy", "updateFrequency")); err == nil && n > 1 && n <= 1440 {
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
