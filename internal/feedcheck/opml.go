package feedcheck

import "strings"

var headElements = set(`title dateCreated dateModified ownerName ownerEmail ownerId docs expansionState vertScrollState windowTop windowLeft
	windowBottom windowRight`)

// outlineVersions are those that OPML 2.0 names.
var outlineVersions = set("RSS RSS1 RSS2 scriptingNews")

func (c *checker) opml(root *node) {
	switch version, ok := root.attr("version"); {
	case !ok:
		c.at(MissingAttribute, root, "no version")
	case version != "2.0" && version != "1.0" && version != "1.1":
		c.attr(InvalidVersion, root, "version", "%s", quote(version))
	}
	if head := root.first("", "head"); head == nil {
		c.at(MissingElement, root, "no head")
	} else {
		c.opmlHead(head)
	}
	body := root.first("", "body")
	if body == nil {
		c.at(MissingElement, root, "no body")
		return
	}
	if len(body.all("", "outline")) == 0 {
		c.at(MissingElement, body, "no outline")
	}
	seen := map[string]bool{}
	c.outlines(body, seen)
}

func (c *checker) opmlHead(head *node) {
	c.report.Feed.Title = head.value("", "title")
	for _, k := range head.kids {
		text := strings.TrimSpace(k.text)
		switch {
		case k.space == "" && !headElements[k.name]:
			c.at(UndefinedElement, k, "<%s> has no place in <head>", k.name)
		case k.name == "dateCreated", k.name == "dateModified":
			c.rfc822(k.path(), k.line, text)
		case k.name == "ownerId", k.name == "docs":
			c.address(k.path(), k.line, text)
		case k.name == "ownerEmail" && !emailForm.MatchString(text):
			c.at(InvalidEmail, k, "%s", quote(text))
		case k.name == "title" && text == "":
			c.at(NotBlank, k, "it is empty")
		}
	}
}

func (c *checker) outlines(n *node, seen map[string]bool) {
	for _, k := range n.kids {
		if k.space != "" {
			continue
		}
		if k.name != "outline" {
			c.at(UndefinedElement, k, "<%s> has no place in <%s>", k.name, n.name)
			continue
		}
		c.outline(k, seen)
		c.outlines(k, seen)
	}
}

func (c *checker) outline(n *node, seen map[string]bool) {
	if strings.TrimSpace(n.text) != "" {
		c.at(UnexpectedText, n, "%s", quote(n.text))
	}
	if text, ok := n.attr("text"); !ok {
		c.at(MissingAttribute, n, "no text")
	} else if strings.TrimSpace(text) == "" {
		c.attr(NotBlank, n, "text", "it is empty")
	}
	kind, typed := n.attr("type")
	address, subscribed := n.attr("xmlUrl")
	switch {
	case !typed && subscribed:
		c.at(MissingOutlineType, n, "xmlUrl without type")
	case subscribed && !strings.EqualFold(kind, "rss"):
		c.attr(InvalidOutlineType, n, "type", "%s", quote(kind))
	case strings.EqualFold(kind, "rss") && !subscribed:
		c.at(MissingXMLURL, n, "a subscription without xmlUrl")
	case strings.EqualFold(kind, "rss"):
		if _, titled := n.attr("title"); !titled {
			c.at(MissingOutlineTitle, n, "no title")
		}
	}
	if subscribed {
		c.address(n.path()+"/@xmlUrl", n.line, address)
		if seen[address] {
			c.attr(DuplicateOutline, n, "xmlUrl", "%s", quote(address))
		}
		seen[address] = true
		c.report.Feed.Outlines = append(c.report.Feed.Outlines, address)
	}
	for _, name := range []string{"htmlUrl", "url"} {
		if v, ok := n.attr(name); ok {
			c.address(n.path()+"/@"+name, n.line, v)
		}
	}
	if v, ok := n.attr("language"); ok && v != "unknown" {
		c.languageTag(n.path()+"/@language", n.line, v)
	}
	if v, ok := n.attr("version"); ok && !outlineVersions[v] {
		c.attr(InvalidOutlineVersion, n, "version", "%s", quote(v))
	}
	if v, ok := n.attr("created"); ok {
		c.rfc822(n.path()+"/@created", n.line, v)
	}
}
