package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tributary/feeds"
)

// page is everything that the layout shows around a page's own content.
type page struct {
	Name    string // of the template
	Status  int    // 0: 200
	Lang    string
	Title   string // of the document, without the installation's name
	Site    string
	Summary string // one sentence for search engines
	NoIndex bool

	Canonical  string
	Alternates []alternate // the page in other languages; autodiscovery of feeds
	Nav        []anchor
	Languages  []anchor
	Home       string
	Style      string
	Icon       string
	Search     *searchForm // nil where nothing can answer it
	Disclaimer string
	Notes      []anchor // on countries that the page names
	Contact    *anchor
	Version    string
	Footer     []anchor

	Body any
}

// alternate is a link rel=alternate in the head of a page.
type alternate struct{ Type, Title, Hreflang, Href string }

// anchor is a link, or plain text when Href is empty.
type anchor struct {
	Href    string
	Text    string
	Lang    string // of the text, when it is not the page's
	Count   int
	Current bool
}

type searchForm struct {
	Action string
	Query  string
	Lang   string // to keep an asked-for language; empty otherwise
}

// viewer is one reading of a page: its language, its addresses, its request.
type viewer struct {
	h       *Handler
	p       *printer
	l       links
	path    string                  // of the page, without the prefix
	query   url.Values              // tidy filters
	sources map[string]SourceStatus // the catalogue, when it was read for many pages at once
	shelf   map[string]bool         // paths of the feeds on a static shelf
	notes   []anchor                // on what was named since the last page
}

// named remembers the note on a term that the page to come names.
func (v *viewer) named(t feeds.Term) {
	if note := v.h.names.note(v.p, t); note.Text != "" && !slices.Contains(v.notes, note) {
		v.notes = append(v.notes, note)
	}
}

func (h *Handler) viewer(r *http.Request, query url.Values) *viewer {
	lang, explicit := pageLanguage(r)
	l := h.links
	if explicit {
		l.lang = lang
	}
	v := h.viewerIn(lang, l, r.URL.Path)
	v.query = query
	return v
}

// viewerIn is a reading without a request.
func (h *Handler) viewerIn(lang string, l links, path string) *viewer {
	return &viewer{h: h, p: h.printers[lang], l: l, path: path}
}

// newPage fills in what all pages have. It comes last: the notes are on what was named
// before.
func (v *viewer) newPage(name, title string) *page {
	site := v.h.siteTitle(v.p.lang)
	pg := &page{
		Name: name, Lang: v.p.lang, Title: title, Site: site,
		Canonical:  v.l.absolute(v.path + mark(encodeFilters(v.query))),
		Home:       v.l.home(),
		Style:      v.h.assetHref(v.l, "style.css"),
		Icon:       v.h.assetHref(v.l, "icon.svg"),
		Disclaimer: v.h.o.Disclaimer[v.p.lang],
		Version:    v.h.o.Version,
	}
	if pg.Disclaimer == "" {
		pg.Disclaimer = v.p.t("footer.disclaimer")
	}
	slices.SortFunc(v.notes, func(a, b anchor) int { return strings.Compare(a.Text, b.Text) })
	pg.Notes, v.notes = v.notes, nil
	pg.Contact = contactLink(v.h.o.Contact)
	if v.l.shelf {
		pg.Nav = []anchor{{Href: v.l.home(), Text: v.p.t("nav.front")}, {Href: v.l.prefix + "/feeds.opml", Text: v.p.t("nav.opml")}}
		return pg
	}
	pg.Nav = []anchor{
		{Href: v.l.page("/", nil), Text: v.p.t("nav.front"), Current: v.path == "/"},
		{Href: v.l.page("/feeds", nil), Text: v.p.t("nav.feeds"), Current: v.path == "/feeds"},
		{Href: v.l.page("/sources", nil), Text: v.p.t("nav.sources"), Current: v.path == "/sources"},
		{Href: v.l.page("/about", nil), Text: v.p.t("nav.about"), Current: v.path == "/about"},
	}
	if n := v.h.o.Newsletters; n != nil && len(n.All()) > 0 {
		pg.Nav = slices.Insert(pg.Nav, 2, anchor{Href: v.l.page("/newsletters", nil), Text: v.p.t("nav.newsletters"), Current: v.path == "/newsletters"})
	}
	pg.Footer = []anchor{
		{Href: v.l.page("/about", nil), Text: v.p.t("nav.about")},
		{Href: v.l.page("/about/fetcher", nil), Text: v.p.t("nav.fetcher")},
		{Href: v.l.prefix + "/feeds.opml", Text: v.p.t("nav.opml")},
	}
	for _, tag := range uiLanguages {
		other := v.l
		other.lang = tag.String()
		href := other.page(v.path, v.query)
		pg.Languages = append(pg.Languages, anchor{Href: href, Text: selfName(tag), Lang: tag.String(), Current: tag.String() == v.p.lang})
		pg.Alternates = append(pg.Alternates, alternate{Hreflang: tag.String(), Href: v.l.absolute(strings.TrimPrefix(href, v.l.prefix))})
	}
	pg.Search = &searchForm{Action: v.l.prefix + "/feeds/all.html", Query: v.query.Get("q"), Lang: v.l.lang}
	return pg
}

func (h *Handler) siteTitle(lang string) string {
	if title := h.o.Title[lang]; title != "" {
		return title
	}
	if title := h.o.Title["en"]; title != "" {
		return title
	}
	return "Tributary"
}

// contactLink makes an address or URL one can follow; nil when none is configured.
func contactLink(contact string) *anchor {
	switch {
	case contact == "":
		return nil
	case webAddress(contact) != "":
		return &anchor{Href: contact, Text: contact}
	case strings.Contains(contact, "@"):
		return &anchor{Href: "mailto:" + strings.TrimPrefix(contact, "mailto:"), Text: strings.TrimPrefix(contact, "mailto:")}
	default:
		return &anchor{Text: contact}
	}
}
