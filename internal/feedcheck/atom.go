package feedcheck

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

// one says how often an Atom element may stand: RFC 4287, 4.1.
type one map[string]bool // true: once at most

var (
	feedElements = one{"author": false, "category": false, "contributor": false, "generator": true, "icon": true, "id": true, "link": false,
		"logo": true, "rights": true, "subtitle": true, "title": true, "updated": true, "entry": false}
	entryElements = one{"author": false, "category": false, "content": true, "contributor": false, "id": true, "link": false, "published": true,
		"rights": true, "source": true, "summary": true, "title": true, "updated": true}
	sourceElements = one{"author": false, "category": false, "contributor": false, "generator": true, "icon": true, "id": true, "link": false,
		"logo": true, "rights": true, "subtitle": true, "title": true, "updated": true}
)

// attributesOf are those of each Atom element, beside xml:lang and xml:base.
var attributesOf = map[string][]string{
	"link": {"href", "rel", "type", "hreflang", "title", "length"}, "category": {"term", "scheme", "label"},
	"content": {"type", "src"}, "generator": {"uri", "version"},
	"title": {"type"}, "subtitle": {"type"}, "summary": {"type"}, "rights": {"type"},
}

func (c *checker) atomFeed(root *node) {
	f := &c.report.Feed
	c.children(root, feedElements)
	c.required(root, "id", "title", "updated")
	c.atomCommon(root)
	f.ID, f.Title = root.value(nsAtom, "id"), root.value(nsAtom, "title")
	if root.language() == "" {
		c.at(MissingLanguage, root, "no xml:lang")
	}
	entries := false
	for _, k := range root.kids {
		switch {
		case k.is(nsAtom, "entry"):
			entries = true
			c.atomEntry(k, len(root.all(nsAtom, "author")) > 0)
		case k.space == nsAtom && entries:
			c.at(MisplacedMetadata, k, "<%s> stands behind an entry", k.name)
		case k.is(nsDeleted, "deleted-entry"):
			c.tombstone(k)
		}
	}
	if u := root.first(nsAtom, "updated"); u != nil {
		f.Updated, _ = time.Parse(time.RFC3339, strings.TrimSpace(u.text))
	}
	c.feedLinks(root)
	c.history(root)
	c.together(root.name)
	if c.Merged {
		if root.first(nsAtom, "rights") == nil {
			c.at(MissingRights, root, "no rights")
		}
		if root.first(nsAtom, "generator") == nil {
			c.at(MissingElement, root, "no generator")
		}
	}
}

// children holds an element to what may stand in it.
func (c *checker) children(n *node, allowed one) {
	seen := map[string]bool{}
	for _, k := range n.kids {
		if k.space == "" && n.space == nsAtom {
			c.at(UndefinedElement, k, "<%s> has no namespace", k.name)
			continue
		}
		if k.space != nsAtom {
			continue
		}
		once, known := allowed[k.name]
		switch {
		case !known:
			c.at(UndefinedElement, k, "<%s> has no place in <%s>", k.name, n.name)
		case once && seen[k.name]:
			c.at(DuplicateElement, k, "a second <%s>", k.name)
		}
		seen[k.name] = true
		c.attributes(k, attributesOf[k.name])
	}
	if strings.TrimSpace(n.text) != "" {
		c.at(UnexpectedText, n, "%s", quote(n.text))
	}
}

// attributes holds an element to its attributes; those of other namespaces are free.
func (c *checker) attributes(n *node, allowed []string) {
	for _, a := range n.attrs {
		if a.space == "" && !slices.Contains(allowed, a.name) {
			c.attr(UnexpectedAttribute, n, a.name, "%s", quote(a.value))
		}
		if a.space == nsXML && a.name == "lang" && a.value != "" {
			c.languageTag(n.path()+"/@xml:lang", n.line, a.value)
		}
		if a.space == nsXML && a.name == "base" {
			c.reference(n.path()+"/@xml:base", n.line, a.value)
			if !schemeForm.MatchString(a.value) {
				c.attr(MisplacedBase, n, "xml:base", "%s is relative itself", quote(a.value))
			}
		}
	}
}

func (c *checker) required(n *node, names ...string) {
	for _, name := range names {
		if n.first(nsAtom, name) == nil {
			c.at(MissingElement, n, "no %s", name)
		}
	}
}

// atomCommon looks at what feeds, entries and sources have in common.
func (c *checker) atomCommon(n *node) {
	if n.parent == nil {
		c.attributes(n, nil)
	}
	for _, k := range n.kids {
		if k.space != nsAtom {
			continue
		}
		switch k.name {
		case "id":
			c.strict(k)
			if id := strings.TrimSpace(k.text); id == "" {
				c.at(NotBlank, k, "it is empty")
			} else if n.name == "source" {
				c.address(k.path(), k.line, id) // the id of another, as it says it
			} else {
				c.id(k.path(), k.line, id)
			}
		case "updated", "published":
			c.strict(k)
			c.rfc3339(k.path(), k.line, strings.TrimSpace(k.text))
		case "title", "subtitle", "summary", "rights":
			c.textConstruct(k)
		case "author", "contributor":
			c.person(k)
		case "category":
			c.category(k)
		case "icon", "logo":
			c.strict(k)
			c.reference(k.path(), k.line, strings.TrimSpace(k.text))
		case "generator":
			if strings.TrimSpace(k.text) == "" {
				c.at(NotBlank, k, "it is empty")
			}
			if uri, ok := k.attr("uri"); ok {
				c.reference(k.path()+"/@uri", k.line, uri)
			}
		case "link":
			c.link(k, n.name == "entry")
		}
	}
	c.alternates(n)
}

// strict values have no space around them and no elements in them.
func (c *checker) strict(n *node) {
	if n.text != strings.TrimSpace(n.text) {
		c.at(UnexpectedWhitespace, n, "%s", quote(n.text))
	}
	for _, k := range n.kids {
		c.at(UndefinedElement, k, "<%s> in <%s>", k.name, n.name)
	}
}

// textConstruct is RFC 4287, 3.1.
func (c *checker) textConstruct(n *node) {
	kind, given := n.attr("type")
	if !given {
		kind = "text"
	}
	switch kind {
	case "text":
		for _, k := range n.kids {
			c.at(UndefinedElement, k, "<%s> in a text", k.name)
		}
		c.plain(n.path(), n.line, n.text)
	case "html":
		for _, k := range n.kids {
			c.at(UndefinedElement, k, "<%s> in escaped HTML", k.name)
		}
		c.markup(n.path(), n.line, n.text, n.language())
	case "xhtml":
		c.xhtml(n)
		return
	default:
		c.attr(InvalidTextType, n, "type", "%s", quote(kind))
		return
	}
	if strings.TrimSpace(n.text) == "" && len(n.kids) == 0 {
		c.at(NotBlank, n, "it is empty")
	}
}

// xhtml is RFC 4287, 3.1.1.3.
func (c *checker) xhtml(n *node) {
	if len(n.kids) != 1 || !n.kids[0].is(nsXHTML, "div") || strings.TrimSpace(n.text) != "" {
		c.at(MissingDiv, n, "%d elements, and text %s", len(n.kids), quote(n.text))
		return
	}
	var b strings.Builder
	serialise(&b, n.kids[0])
	c.markup(n.path(), n.line, b.String(), n.language())
}

// person is RFC 4287, 3.2.
func (c *checker) person(n *node) {
	c.children(n, one{"name": true, "uri": true, "email": true})
	switch name := n.first(nsAtom, "name"); {
	case name == nil:
		c.at(MissingElement, n, "no name")
	case strings.TrimSpace(name.text) == "":
		c.at(NotBlank, name, "it is empty")
	default:
		c.plain(name.path(), name.line, name.text)
	}
	if uri := n.first(nsAtom, "uri"); uri != nil {
		c.reference(uri.path(), uri.line, strings.TrimSpace(uri.text))
	}
	if mail := n.first(nsAtom, "email"); mail != nil && !emailForm.MatchString(mail.text) {
		c.at(InvalidEmail, mail, "%s", quote(mail.text))
	}
}

func (c *checker) category(n *node) {
	term, ok := n.attr("term")
	switch {
	case !ok:
		c.at(MissingAttribute, n, "no term")
	case strings.TrimSpace(term) == "":
		c.attr(NotBlank, n, "term", "it is empty")
	}
	scheme, ok := n.attr("scheme")
	if ok {
		c.address(n.path()+"/@scheme", n.line, scheme)
	}
	label, labelled := n.attr("label")
	if labelled {
		c.plain(n.path()+"/@label", n.line, label)
	}
	if scheme != "" && label == "" && c.Merged {
		c.at(MissingLabel, n, "%s of %s", quote(term), quote(scheme))
	}
}

// registered are the relations of RFC 4287, 4685, 4946, 5005, 5023 and WebSub, and others
// that feeds use.
var registered = set(`alternate related self enclosure via current first last next previous next-archive prev-archive hub license replies
	edit edit-media service search describedby up payment canonical author icon`)

// historic are those of RFC 5005, which are about feeds.
var historic = set(`current first last next previous next-archive prev-archive`)

func (c *checker) link(n *node, inEntry bool) {
	if strings.TrimSpace(n.text) != "" || len(n.kids) > 0 {
		c.at(LinkNotEmpty, n, "%s", quote(n.text))
	}
	rel, given := n.attr("rel")
	if !given {
		rel = "alternate"
	}
	rel = strings.TrimPrefix(rel, "http://www.iana.org/assignments/relation/")
	switch {
	case strings.TrimSpace(rel) == "":
		c.attr(NotBlank, n, "rel", "it is empty")
	case !registered[rel] && !schemeForm.MatchString(rel):
		c.attr(UnregisteredLinkRel, n, "rel", "%s", quote(rel))
	case inEntry && historic[rel]:
		c.attr(HistoryInEntry, n, "rel", "%s", quote(rel))
	}
	if kind, ok := n.attr("type"); ok && c.mediaType(n.path()+"/@type", n.line, kind) && rel == "self" && !inEntry && n.parent.name != "source" {
		switch base, _, _ := strings.Cut(kind, ";"); base {
		case "application/atom+xml", "application/rss+xml", "application/rdf+xml":
		default:
			c.attr(SelfMediaType, n, "type", "%s", quote(kind))
		}
	}
	if lang, ok := n.attr("hreflang"); ok {
		c.languageTag(n.path()+"/@hreflang", n.line, lang)
	}
	if length, ok := n.attr("length"); ok {
		c.integer(n.path()+"/@length", n.line, length, false)
	}
	if title, ok := n.attr("title"); ok {
		if strings.TrimSpace(title) == "" {
			c.attr(NotBlank, n, "title", "it is empty")
		}
		c.plain(n.path()+"/@title", n.line, title)
	}
	href, ok := n.attr("href")
	switch {
	case !ok:
		c.at(MissingAttribute, n, "no href")
	case rel == "self" && !inEntry && n.parent.name != "source" && !schemeForm.MatchString(href):
		c.attr(RelativeSelf, n, "href", "%s", quote(href))
	default:
		c.reference(n.path()+"/@href", n.line, href)
	}
}

// alternates holds an element to one alternate for each type and language.
func (c *checker) alternates(n *node) {
	type variant struct{ kind, lang string }
	seen := map[variant]bool{}
	for _, l := range n.all(nsAtom, "link") {
		if rel, given := l.attr("rel"); given && rel != "alternate" {
			continue
		}
		kind, _ := l.attr("type")
		lang, _ := l.attr("hreflang")
		v := variant{strings.ToLower(kind), strings.ToLower(lang)}
		if seen[v] {
			c.at(DuplicateAtomLink, l, "a second alternate of type %s and hreflang %s", quote(kind), quote(lang))
		}
		seen[v] = true
	}
}

// linked is the address of the first link of a relation, resolved.
func (c *checker) linked(n *node, rel string) string {
	for _, l := range n.all(nsAtom, "link") {
		said, given := l.attr("rel")
		if !given {
			said = "alternate"
		}
		if said == rel {
			href, _ := l.attr("href")
			return c.resolve(href)
		}
	}
	return ""
}

func (c *checker) resolve(href string) string {
	base, err := url.Parse(c.URL)
	if err != nil {
		return href
	}
	u, err := base.Parse(href)
	if err != nil {
		return href
	}
	return u.String()
}

// feedLinks looks at the links of a feed, Atom or RSS, by which it is known.
func (c *checker) feedLinks(n *node) {
	f := &c.report.Feed
	f.Self = c.linked(n, "self")
	f.PrevArchive, f.NextArchive, f.Current = c.linked(n, "prev-archive"), c.linked(n, "next-archive"), c.linked(n, "current")
	for _, l := range n.all(nsAtom, "link") {
		if rel, _ := l.attr("rel"); rel == "hub" {
			href, _ := l.attr("href")
			f.Hubs = append(f.Hubs, href)
		}
	}
	c.self(n.path(), n.line)
}

// self compares the feed's own address with the one that it was read at.
func (c *checker) self(where string, line int) {
	f := &c.report.Feed
	switch {
	case f.Self == "":
		c.add(MissingSelf, where, line, "nothing says where the feed lives")
	case c.URL != "" && !sameAddress(f.Self, c.URL):
		c.add(SelfMismatch, where, line, "it says %s and was read at %s", quote(f.Self), quote(c.URL))
	}
	if len(f.Hubs) > 0 && f.Self == "" {
		c.add(HubWithoutSelf, where, line, "a hub without a self")
	}
}

// sameAddress compares addresses without fragments and with the spellings of RFC 3986, 6
// made alike.
func sameAddress(a, b string) bool {
	ua, errA := url.Parse(a)
	ub, errB := url.Parse(b)
	if errA != nil || errB != nil {
		return a == b
	}
	for _, u := range []*url.URL{ua, ub} {
		u.Fragment, u.RawFragment, u.Host = "", "", strings.ToLower(u.Host)
		if u.Path == "" {
			u.Path = "/"
		}
	}
	return ua.Scheme == ub.Scheme && ua.Host == ub.Host && ua.EscapedPath() == ub.EscapedPath() && ua.RawQuery == ub.RawQuery
}
