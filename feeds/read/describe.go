package read

import (
	"net/url"
	"strings"
	"time"

	"tributary/feeds"
)

// describeFeed reads what the elements of a feed say, the same in every XML format:
// RSS holds Atom's elements and the other way round, and Dublin Core is everywhere.
// What is set already stays.
func (r *reader) describeFeed(f *feeds.Feed, p *plan) {
	o, k, base := &p.outline, p.kids, r.baseOf(p.feed.scope, false)
	f.Title = r.title(r.titleOf(o, k))
	f.Description = r.title(r.descriptionOf(k))
	lang, _ := p.feed.scope.declared(nil)
	f.Language = r.language(first(k.text("language"), k.textOf("dc", "language"), lang, r.spoken))
	f.Rights = cut(r.rightsOf(k), maxRights)
	f.ID = cut(first(k.text("id", "guid"), p.feed.attr("about")), maxID)

	f.Links = r.linksOf(k, base)
	f.Link = alternate(f.Links)
	r.link = resolveBase(nil, f.Link)
	f.Image = r.feedImage(o, append(k[:len(k):len(k)], p.beside...), base)
	f.Authors = r.authorsOf(o, k, base)
	if len(f.Authors) == 0 {
		f.Authors = r.publishersOf(o, k)
	}
	f.Categories = categoriesOf(o, k)
	f.Deleted = r.tombstones(o, k)
	if f.TTL == 0 {
		f.TTL = timeToLive(k.text("ttl"), k)
	}
	r.feedDates(f, k)
}

// feedDates reads the dates of a feed that its format's own elements did not give.
func (r *reader) feedDates(f *feeds.Feed, k siblings) {
	for _, text := range []string{k.text("pubdate"), k.text("published"), k.text("issued"), k.textOf("dcterms", "issued"), k.textOf("dcterms", "created"), k.text("created")} {
		if text != "" && f.Published.IsZero() {
			f.Published = r.date(text, nil)
		}
	}
	for _, text := range []string{k.text("updated"), k.text("lastbuilddate"), k.text("modified"), k.textOf("dcterms", "modified"), k.textOf("dc", "date"), k.text("lastmod")} {
		if text != "" && f.Updated.IsZero() {
			f.Updated = r.date(text, nil)
		}
	}
}

// descriptionOf is the plain description of a feed.
func (r *reader) descriptionOf(k siblings) string {
	return r.firstPassage(k.core("subtitle", "tagline", "description", "abstract"), k.find("dc", "description"),
		k.find("itunes", "summary", "subtitle"), k.find("media", "description"), k.core("info"))
}

func (r *reader) rightsOf(k siblings) string {
	return r.firstPassage(k.core("rights", "copyright"), k.find("dc", "rights"), k.find("dcterms", "rights"), k.find("media", "copyright"))
}

// firstPassage is the plain text of the first of some elements that has one.
func (r *reader) firstPassage(list ...*element) string {
	for _, e := range list {
		if e == nil {
			continue
		}
		c, ok := r.construct(e)
		if !ok {
			continue
		}
		var text string
		if c.html || e.attr("type") == "" && looksLikeHTML(c.value) {
			text = oneLine(PlainText(sanitise(cutMarkup(c.value, maxSummary), nil)))
		} else {
			text = r.literalText(cut(c.value, 8*maxRights))
		}
		if text != "" {
			return text
		}
	}
	return ""
}

// baseOf is what relative references within a scope are resolved against: the base
// that the document declares, else, in an entry of RSS, the feed's page, else the
// document. Atom knows no such page (RFC 4287, 2).
func (r *reader) baseOf(s *scope, entry bool) *url.URL {
	switch {
	case s.base != nil:
		return s.base
	case entry && r.link != nil && (!r.atom || r.document == nil):
		return r.link
	}
	return r.document
}

// describeEntry reads what the elements of an entry say. outer is the scope of the
// feed; what is set already stays.
func (r *reader) describeEntry(e *feeds.Entry, o *outline, el *element, f *feeds.Feed, outer *scope) {
	k := o.children(el, maxChildren)
	k = append(k, channelElements(el, k)...)
	base := r.baseOf(el.scope, true)
	e.Title = r.title(r.titleOf(o, k))
	if e.ID == "" {
		e.ID = strings.TrimSpace(first(k.text("guid"), el.attr("about"), k.text("id")))
	}
	e.Language = r.entryLanguage(el, k, f, outer)
	e.Rights = cut(r.rightsOf(k), maxRights)

	e.Links = r.linksOf(k, base)
	e.Link = first(absolute(nil, k.textOf("feedburner", "origlink")), alternate(e.Links))
	r.permalink(e, k, base)
	r.commentLinks(e, k, base)

	r.texts(e, o, k, base)
	r.dates(e, k)
	e.Authors = r.authorsOf(o, k, base)
	e.Categories = categoriesOf(o, k)
	r.enclosures(e, k, base)
	r.media(e, o, k, base)
	if e.Image == nil {
		e.Image = r.entryImage(o, k, base)
	}
	e.Source = r.sourceOf(o, k, base)
	r.inheritAuthors(e, o, k, f)
}

// inheritAuthors gives an entry of Atom without authors those of its source, else
// those of the feed (RFC 4287, 4.2.1). Elsewhere nobody inherits.
func (r *reader) inheritAuthors(e *feeds.Entry, o *outline, k siblings, f *feeds.Feed) {
	switch {
	case len(e.Authors) > 0:
	case r.atom && e.Source != nil && len(e.Source.Authors) > 0:
		e.Authors = e.Source.Authors
	case r.atom && len(f.Authors) > 0:
		e.Authors = f.Authors
	default:
		e.Authors = r.publishersOf(o, k)
	}
}

// titleOf prefers the format's own title, whatever stands first; a title of a
// medium counts when there is no other.
func (r *reader) titleOf(o *outline, k siblings) string {
	title := first(r.firstPlain(k, "title"), r.plainOf(k.find("dc", "title")), r.plainOf(k.find("media", "title")), r.plainOf(k.find("itunes", "title")))
	for i := range k {
		if title != "" || k[i].space != "media" || k[i].name != "group" && k[i].name != "content" {
			continue
		}
		title = r.plainOf(o.children(&k[i], maxChildren).find("media", "title"))
	}
	return title
}

// entryLanguage is what the entry itself declares, else its text, else its title,
// else the feed's. An empty xml:lang says that the language is unknown.
func (r *reader) entryLanguage(el *element, k siblings, f *feeds.Feed, outer *scope) string {
	if l := r.language(first(k.textOf("dc", "language"), k.text("language"))); l != "" {
		return l
	}
	own, spoken := el.scope.declared(outer)
	if l := r.language(own); l != "" {
		return l
	}
	for _, text := range []*element{k.core("content"), k.find("content", "encoded"), k.core("title", "summary", "description")} {
		if text != nil {
			if l, ok := text.scope.declared(el.scope); ok && r.language(l) != "" {
				return r.language(l)
			}
		}
	}
	if spoken {
		return ""
	}
	return f.Language
}

// permalink takes a guid for the link of an entry that has no other.
func (r *reader) permalink(e *feeds.Entry, k siblings, base *url.URL) {
	guid := k.core("guid")
	if e.Link != "" || guid == nil {
		return
	}
	switch permanent := guid.attr("ispermalink"); {
	case strings.EqualFold(permanent, "true"):
		e.Link = absolute(base, guid.text())
	case permanent == "":
		e.Link = absolute(nil, guid.text())
	}
	if e.Link != "" {
		e.Links = append(e.Links, feeds.Link{Rel: "alternate", Href: e.Link})
	}
}

func (r *reader) commentLinks(e *feeds.Entry, k siblings, base *url.URL) {
	if c := k.core("comments"); c != nil {
		from := base
		if c.scope.base != nil {
			from = c.scope.base
		}
		e.Links = appendLink(e.Links, feeds.Link{Rel: "replies", Href: absolute(from, c.text())})
	}
	if ref := k.textOf("wfw", "commentrss"); ref != "" {
		e.Links = appendLink(e.Links, feeds.Link{Rel: "replies", Href: absolute(base, ref), Type: "application/rss+xml"})
	}
}

// texts tells summary and content apart. Content is what says so; a description alone
// is a summary; of a description and a summary the second is the content.
func (r *reader) texts(e *feeds.Entry, o *outline, k siblings, base *url.URL) {
	content := r.bestContent(k)
	if content != nil && content.attr("src") != "" && len(content.inner) == 0 {
		r.pointTo(e, content, base)
		content = nil
	}
	e.Content = r.markupOf(content, base, maxContent)
	if e.Content == "" {
		e.Content = r.markupOf(k.find(coreSpace, "encoded", "fulltext", "full-text"), base, maxContent)
	}
	if e.Content == "" {
		e.Content = r.contentItems(o, k, base)
	}

	summary := k.core("description", "summary", "abstract")
	if description, other := k.core("description"), k.core("summary"); e.Content == "" && description != nil && other != nil {
		firstOf, second := description, other
		if k.before(other, description) {
			firstOf, second = other, description
		}
		if len(firstOf.inner) > 0 && len(second.inner) > 0 {
			summary = firstOf
			e.Content = r.markupOf(second, base, maxContent)
		}
	}
	limit := maxContent
	if r.atom {
		limit = maxSummary
	}
	for _, el := range []*element{summary, k.find("dc", "description"), k.find("dcterms", "abstract", "description"), k.find("itunes", "summary"),
		r.mediaText(o, k), k.find("itunes", "subtitle")} {
		if e.Summary = r.markupOf(el, base, limit); e.Summary != "" {
			break
		}
	}
	if e.Content != "" {
		e.Summary = cutMarkup(e.Summary, maxSummary)
	}
}

// bestContent is the first content that is HTML, else the first one: Atom 0.3 has
// several of one text.
func (r *reader) bestContent(k siblings) *element {
	var best *element
	rank := 0
	for i := range k {
		e := &k[i]
		mine := 0
		switch {
		case e.space == "content" && e.name == "encoded":
			mine = 4
		case e.is("content", "body", "fullitem") || e.space == "xhtml" && e.name == "body":
			typ := textType(e.attr("type"), e.attr("mode"))
			switch {
			case len(e.inner) == 0:
				mine = 1
			case typ == "html" || typ == "xhtml" || e.is("fullitem") || e.name == "body":
				mine = 3
			default:
				mine = 2
			}
		}
		if mine > rank {
			best, rank = e, mine
		}
	}
	return best
}

// contentItems reads the old form of the content module: a list of descriptions whose
// values are the text.
func (r *reader) contentItems(o *outline, k siblings, base *url.URL) string {
	list := k.find("content", "items")
	if list == nil {
		return ""
	}
	for depth := range 4 { // content:items, rdf:Bag, rdf:li, content:item
		inner := o.children(list, maxChildren)
		if value := inner.find("rdf", "value"); value != nil {
			return r.markupOf(value, base, maxContent)
		}
		if len(inner) == 0 || depth == 3 {
			return ""
		}
		list = &inner[0]
	}
	return ""
}

// pointTo reads content that is elsewhere.
func (r *reader) pointTo(e *feeds.Entry, content *element, base *url.URL) {
	if content.scope.base != nil {
		base = content.scope.base
	}
	u := r.address(base, content.attr("src"), "content address")
	switch typ := mediaType(content.attr("type")); {
	case u == "":
	case e.Link == "" && (typ == "" || strings.Contains(typ, "html")):
		e.Link = u
		e.Links = appendLink(e.Links, feeds.Link{Rel: "alternate", Href: u, Type: typ})
	default:
		e.Enclosures = r.appendEnclosure(e.Enclosures, nil, u, typ, "")
	}
}

// dates reads when an entry was published and updated. The format's own date counts
// before those of other vocabularies; one that cannot be read gives way to the next.
func (r *reader) dates(e *feeds.Entry, k siblings) {
	updates := []string{k.text("updated"), k.text("modified"), k.text("lastbuilddate"), k.textOf("dcterms", "modified"), k.text("lastmod")}
	issues := []string{k.text("pubdate"), k.text("published"), k.text("issued"), k.textOf("dc", "date"), k.textOf("dcterms", "issued"),
		k.textOf("dcterms", "available"), k.textOf("dcterms", "created"), k.textOf("dcterms", "date"), k.text("date"), k.text("created"), k.textOf("dc", "created")}
	issued := func(text string) bool {
		if text == "" || !e.Published.IsZero() {
			return false
		}
		if e.DateText == "" {
			e.DateText = cut(text, maxDateText)
		}
		if e.Published = r.date(text, r.parsed[text]); !e.Published.IsZero() {
			e.DateText = cut(text, maxDateText)
			return true
		}
		return false
	}
	for _, text := range issues {
		if issued(text) {
			break
		}
	}
	for _, text := range updates {
		if text != "" && e.Updated.IsZero() {
			e.Updated = r.date(text, r.parsed[text])
		}
	}
	if e.Published.IsZero() && !e.Updated.IsZero() {
		e.Published, e.DateText = e.Updated, ""
		for _, text := range updates {
			e.DateText = first(e.DateText, cut(text, maxDateText))
		}
	}
	if e.Updated.IsZero() { // the event that dc:date is the date of may be either
		if text := k.textOf("dc", "date"); text != "" {
			e.Updated = r.date(text, nil)
		}
	}
}

// sourceOf reads atom:source, RSS source, and what dc:source says.
func (r *reader) sourceOf(o *outline, k siblings, base *url.URL) *feeds.Origin {
	for i := range k {
		e := &k[i]
		if !e.is("source") {
			continue
		}
		inner := o.children(e, maxChildren)
		if len(inner) == 0 { // of RSS
			origin := &feeds.Origin{Title: r.title(plainTitle(e.text())), Self: absolute(base, first(e.attr("url"), e.attr("href")))}
			if origin.Title == "" && origin.Self == "" {
				continue
			}
			return origin
		}
		from := base
		if e.scope.base != nil {
			from = e.scope.base
		}
		origin := &feeds.Origin{
			ID:      cut(inner.text("id"), maxID),
			Title:   r.title(r.titleOf(o, inner)),
			Authors: r.authorsOf(o, inner, from),
			Rights:  cut(r.rightsOf(inner), maxRights),
		}
		if text := inner.text("updated", "modified"); text != "" {
			origin.Updated = r.date(text, nil)
		}
		links := r.linksOf(inner, from)
		origin.Link = alternate(links)
		for _, l := range links {
			if l.Rel == "self" {
				origin.Self = first(origin.Self, l.Href)
			}
		}
		return origin
	}
	if text := k.textOf("dc", "source"); text != "" {
		if u := absolute(nil, text); u != "" {
			return &feeds.Origin{Link: u}
		}
		return &feeds.Origin{Title: r.title(plainTitle(text))}
	}
	return nil
}

// noteParsed keeps what gofeed made of a date, for the forms that only gofeed knows.
func (r *reader) noteParsed(text string, t *time.Time) {
	if t != nil && text != "" {
		r.parsed[strings.TrimSpace(text)] = t
	}
}
