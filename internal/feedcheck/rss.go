package feedcheck

import (
	"slices"
	"strings"
)

var (
	channelElements = one{"title": true, "link": true, "description": true, "language": true, "copyright": true, "managingEditor": true,
		"webMaster": true, "pubDate": true, "lastBuildDate": true, "category": false, "generator": true, "docs": true, "cloud": true, "ttl": true,
		"image": true, "rating": true, "textInput": true, "skipHours": true, "skipDays": true, "item": false}
	itemElements = one{"title": true, "link": true, "description": true, "author": true, "category": false, "comments": true,
		"enclosure": false, "guid": true, "pubDate": true, "source": true}
)

// rssAttributes are those of each element of RSS.
var rssAttributes = map[string][]string{
	"guid": {"isPermaLink"}, "enclosure": {"url", "length", "type"}, "category": {"domain"}, "source": {"url"},
	"cloud": {"domain", "port", "path", "registerProcedure", "protocol"},
}

func (c *checker) rss(root *node) {
	if version, _ := root.attr("version"); version != "2.0" {
		c.attr(InvalidVersion, root, "version", "%s", quote(version))
	}
	channel := root.first("", "channel")
	if channel == nil {
		c.at(MissingElement, root, "no channel")
		return
	}
	c.core(channel, channelElements)
	for _, name := range []string{"title", "link", "description"} {
		if channel.first("", name) == nil {
			c.at(MissingElement, channel, "no %s", name)
		}
	}
	f := &c.report.Feed
	f.Title, f.ID = channel.value("", "title"), channel.value(nsAtom, "id")
	items := false
	for _, k := range channel.kids {
		switch {
		case k.is("", "item"):
			items = true
			c.item(k)
		case k.space == "" && items:
			c.at(MisplacedItem, k, "<%s> stands behind an item", k.name)
		case k.space == "":
			c.channelElement(k)
		case k.is(nsAtom, "link"):
			c.attributes(k, attributesOf["link"])
			c.link(k, false)
		}
	}
	if channel.first("", "language") == nil && channel.first(nsDC, "language") == nil {
		c.at(MissingLanguage, channel, "no language")
	}
	c.feedLinks(channel)
	c.history(channel)
	c.together("rss")
	c.constant(channel)
	if c.Merged {
		if channel.value("", "copyright") == "" {
			c.at(MissingRights, channel, "no copyright")
		}
		if channel.value("", "ttl") == "" || channel.value("", "generator") == "" || channel.value("", "docs") == "" {
			c.at(MissingElement, channel, "no ttl, generator or docs")
		}
	}
}

// core holds an element of RSS to what may stand in it.
func (c *checker) core(n *node, allowed one) {
	seen := map[string]bool{}
	if _, based := n.nsAttr(nsXML, "base"); based {
		c.at(MisplacedBase, n, "xml:base in RSS")
	}
	for _, k := range n.kids {
		if k.space != "" {
			continue
		}
		once, known := allowed[k.name]
		switch {
		case !known:
			c.at(UndefinedElement, k, "<%s> has no place in <%s>", k.name, n.name)
		case once && seen[k.name]:
			c.at(DuplicateElement, k, "a second <%s>", k.name)
		case k.name == "enclosure" && seen[k.name]:
			c.at(DuplicateEnclosure, k, "a second enclosure")
		}
		seen[k.name] = true
		for _, a := range k.attrs {
			if a.space == "" && !slices.Contains(rssAttributes[k.name], a.name) {
				c.attr(UnexpectedAttribute, k, a.name, "%s", quote(a.value))
			}
		}
	}
}

func (c *checker) channelElement(n *node) {
	text, where := strings.TrimSpace(n.text), n.path()
	switch n.name {
	case "title", "description", "copyright":
		if text == "" && n.name == "title" {
			c.at(NotBlank, n, "it is empty")
		}
		c.plain(where, n.line, text)
	case "link", "docs":
		c.address(where, n.line, text)
	case "language":
		c.languageTag(where, n.line, text)
	case "pubDate":
		c.rfc822(where, n.line, text)
	case "lastBuildDate":
		c.report.Feed.Updated = c.rfc822(where, n.line, text)
	case "ttl":
		c.integer(where, n.line, text, true)
	case "managingEditor", "webMaster":
		c.mailbox(n)
	case "image":
		c.image(n)
	case "textInput":
		c.at(AvoidTextInput, n, "textInput")
	case "skipHours":
		for _, k := range n.kids {
			if !slices.Contains(hours, strings.TrimSpace(k.text)) {
				c.at(InvalidValue, k, "%s", quote(k.text))
			}
		}
	case "skipDays":
		for _, k := range n.kids {
			if !days[strings.TrimSpace(k.text)] {
				c.at(InvalidValue, k, "%s", quote(k.text))
			}
		}
	case "category":
		c.rssCategory(n)
	}
}

var (
	hours = strings.Fields("0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23")
	days  = set("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
)

func (c *checker) image(n *node) {
	for _, name := range []string{"url", "title", "link"} {
		if n.first("", name) == nil {
			c.at(MissingElement, n, "no %s", name)
		}
	}
	if url := n.first("", "url"); url != nil {
		c.address(url.path(), url.line, strings.TrimSpace(url.text))
	}
	if title := n.value("", "title"); title != "" && title != n.parent.value("", "title") {
		c.at(ImageTitleMismatch, n, "%s", quote(title))
	}
	if link := n.value("", "link"); link != "" && link != n.parent.value("", "link") {
		c.at(ImageLinkMismatch, n, "%s", quote(link))
	}
	for _, name := range []string{"width", "height"} {
		if k := n.first("", name); k != nil {
			c.integer(k.path(), k.line, strings.TrimSpace(k.text), true)
		}
	}
}

// mailbox is "address (Name)".
func (c *checker) mailbox(n *node) {
	address, name, _ := strings.Cut(strings.TrimSpace(n.text), " ")
	if !emailForm.MatchString(address) || !strings.HasPrefix(name, "(") || !strings.HasSuffix(name, ")") {
		c.at(EmailFormat, n, "%s", quote(n.text))
	}
}

func (c *checker) rssCategory(n *node) {
	if strings.TrimSpace(n.text) == "" {
		c.at(NotBlank, n, "it is empty")
	}
	c.plain(n.path(), n.line, n.text)
}

func (c *checker) item(n *node) {
	c.core(n, itemElements)
	if n.first("", "title") == nil && n.first("", "description") == nil {
		c.at(MissingTitle, n, "neither title nor description")
	}
	lang := first(n.value(nsDC, "language"), n.language(), n.parent.value("", "language"))
	e := Entry{Title: n.value("", "title"), Link: n.value("", "link"), ID: n.value("", "guid")}
	described := false
	for _, k := range n.kids {
		text, where := strings.TrimSpace(k.text), k.path()
		switch {
		case k.is("", "title"):
			if text == "" {
				c.at(NotBlank, k, "it is empty")
			}
			c.plain(where, k.line, text)
		case k.is("", "link"), k.is("", "comments"):
			c.address(where, k.line, text)
		case k.is("", "description"):
			described = true
			c.markup(where, k.line, k.text, lang)
		case k.is(nsContent, "encoded"):
			if !described {
				c.at(ContentBefore, k, "no description before it")
			}
			c.markup(where, k.line, k.text, lang)
		case k.is("", "author"):
			c.mailbox(k)
		case k.is("", "pubDate"):
			e.Published = c.rfc822(where, k.line, text)
		case k.is("", "category"):
			c.rssCategory(k)
			domain, _ := k.attr("domain")
			e.Categories = append(e.Categories, Category{Scheme: domain, Term: text})
		case k.is("", "enclosure"):
			c.enclosure(k)
		case k.is("", "source"):
			if url, ok := k.attr("url"); ok {
				c.address(where+"/@url", k.line, url)
			} else {
				c.at(MissingAttribute, k, "no url")
			}
			c.plain(where, k.line, text)
		case k.is("", "guid"):
			c.guid(k)
		case k.is(nsAtom, "link"):
			c.attributes(k, attributesOf["link"])
			c.link(k, true)
		case k.is(nsDC, "language"):
			c.languageTag(where, k.line, text)
		case k.is(nsAtom, "updated"):
			e.Updated = c.rfc3339(where, k.line, text)
		}
	}
	for _, pair := range [][2]string{{"author", "creator"}, {"category", "subject"}, {"pubDate", "date"}, {"source", "source"}} {
		if n.first("", pair[0]) != nil && n.first(nsDC, pair[1]) != nil {
			c.at(DuplicateSemantics, n, "%s and dc:%s", pair[0], pair[1])
		}
	}
	if e.ID == "" {
		c.at(MissingGUID, n, "no guid")
	}
	if c.Merged && n.first("", "source") == nil {
		c.at(MissingSource, n, "no source")
	}
	c.report.Feed.Entries = append(c.report.Feed.Entries, e)
}

func (c *checker) enclosure(n *node) {
	for _, name := range []string{"url", "length", "type"} {
		if _, ok := n.attr(name); !ok {
			c.at(MissingAttribute, n, "no %s", name)
		}
	}
	if url, ok := n.attr("url"); ok {
		c.address(n.path()+"/@url", n.line, url)
	}
	if length, ok := n.attr("length"); ok {
		c.integer(n.path()+"/@length", n.line, length, false)
	}
	if kind, ok := n.attr("type"); ok {
		c.mediaType(n.path()+"/@type", n.line, kind)
	}
}

func (c *checker) guid(n *node) {
	id := strings.TrimSpace(n.text)
	permanent, given := n.attr("isPermaLink")
	switch {
	case given && permanent != "true" && permanent != "false":
		c.attr(InvalidValue, n, "isPermaLink", "%s", quote(permanent))
	case permanent != "false" && !strings.HasPrefix(id, "http://") && !strings.HasPrefix(id, "https://"):
		c.at(InvalidPermalink, n, "%s", quote(id))
	case len(id) < 9 && integerForm.MatchString(id):
		c.at(NotUnique, n, "%s", quote(id))
	}
	if len(id) > 254 {
		c.at(LongID, n, "%d bytes", len(id))
	}
}

// constant looks for elements that only some items have (Mailchimp's merge tags).
func (c *checker) constant(channel *node) {
	items := channel.all("", "item")
	for _, what := range []struct{ space, name string }{{"", "title"}, {"", "link"}, {"", "description"}, {"", "pubDate"}, {nsDC, "creator"}} {
		var lacking *node
		n := 0
		for _, item := range items {
			if item.first(what.space, what.name) != nil {
				n++
			} else if lacking == nil {
				lacking = item
			}
		}
		if lacking != nil && n > 0 {
			c.at(InconsistentElements, lacking, "no %s, which %d of %d items have", what.name, n, len(items))
		}
	}
}

func first(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}
