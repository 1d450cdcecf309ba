package feedcheck

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

// Namespaces.
const (
	nsXML     = "http://www.w3.org/XML/1998/namespace"
	nsAtom    = "http://www.w3.org/2005/Atom"
	nsXHTML   = "http://www.w3.org/1999/xhtml"
	nsHistory = "http://purl.org/syndication/history/1.0"
	nsDeleted = "http://purl.org/atompub/tombstones/1.0"
	nsMedia   = "http://search.yahoo.com/mrss/"
	nsContent = "http://purl.org/rss/1.0/modules/content/"
	nsDC      = "http://purl.org/dc/elements/1.1/"
)

var bom = []byte("\xef\xbb\xbf")

// Bounds of an XML document.
const (
	elementsAtMost   = 500_000
	depthAtMost      = 64
	attributesAtMost = 256
)

// node is an element. Text is what stands directly in it, children left out.
type node struct {
	space, name, prefix string
	attrs               []attribute
	kids                []*node
	text                string
	buf                 []byte // of text, until the element ends
	parent              *node
	line                int
	after               bool // text stands behind a child
}

type attribute struct{ space, name, value string }

func (n *node) is(space, name string) bool { return n.space == space && n.name == name }

// attr is an attribute without a namespace.
func (n *node) attr(name string) (string, bool) { return n.nsAttr("", name) }

func (n *node) nsAttr(space, name string) (string, bool) {
	for _, a := range n.attrs {
		if a.space == space && a.name == name {
			return a.value, true
		}
	}
	return "", false
}

// all are the children of one name.
func (n *node) all(space, name string) []*node {
	var out []*node
	for _, k := range n.kids {
		if k.is(space, name) {
			out = append(out, k)
		}
	}
	return out
}

// first is the first child of one name, or nil.
func (n *node) first(space, name string) *node {
	for _, k := range n.kids {
		if k.is(space, name) {
			return k
		}
	}
	return nil
}

// value is the trimmed text of the first child of one name.
func (n *node) value(space, name string) string {
	if k := n.first(space, name); k != nil {
		return strings.TrimSpace(k.text)
	}
	return ""
}

// language is the xml:lang in force.
func (n *node) language() string {
	for ; n != nil; n = n.parent {
		if l, ok := n.nsAttr(nsXML, "lang"); ok {
			return l
		}
	}
	return ""
}

// path names the element from the root, with numbers among siblings of one name.
func (n *node) path() string {
	if n.parent == nil {
		return n.label()
	}
	same, at := 0, 0
	for _, k := range n.parent.kids {
		if k.is(n.space, n.name) {
			same++
			if k == n {
				at = same
			}
		}
	}
	if same > 1 {
		return fmt.Sprintf("%s/%s[%d]", n.parent.path(), n.label(), at)
	}
	return n.parent.path() + "/" + n.label()
}

func (n *node) label() string {
	if n.prefix != "" {
		return n.prefix + ":" + n.name
	}
	return n.name
}

// parse builds the tree; ok is false when there is none to look at.
func (c *checker) parse() (root *node, ok bool) {
	if bytes.HasPrefix(c.Body, bom) {
		c.add(ByteOrderMark, "document", 1, "the document begins with a byte order mark")
	}
	p := &parser{c: c, known: map[string]string{nsXML: "xml"}}
	p.d = xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(c.Body, bom)))
	p.d.CharsetReader = charset.NewReaderLabel
	err := p.run()
	line, _ := p.d.InputPos()
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, errBounds):
		c.add(TooLarge, "document", line, "%v", err)
		return nil, false
	case errors.As(err, &syntax):
		c.add(NotWellFormed, "document", syntax.Line, "%s", quote(syntax.Msg))
		return nil, false
	case err != nil:
		c.add(NotWellFormed, "document", line, "%s", quote(err.Error()))
		return nil, false
	case p.root == nil:
		c.add(UnknownFormat, "document", 0, "it holds no element")
		return nil, false
	}
	if p.strange > 0 {
		c.add(BadCharacters, "document", p.strange, "U+FFFD or a control character of the C1 range (U+0080 to U+009F)")
	}
	return p.root, true
}

var errBounds = errors.New("too much of it")

type parser struct {
	c        *checker
	d        *xml.Decoder
	root, at *node
	known    map[string]string // namespace -> prefix
	elements int
	depth    int
	strange  int // line of the first character that tells of a broken encoding
}

func (p *parser) run() error {
	for {
		token, err := p.d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		line, _ := p.d.InputPos()
		switch t := token.(type) {
		case xml.StartElement:
			if err := p.start(t, line); err != nil {
				return err
			}
		case xml.EndElement:
			p.at.text, p.at.buf = string(p.at.buf), nil
			p.at, p.depth = p.at.parent, p.depth-1
		case xml.CharData:
			p.chars(string(t), line)
		case xml.ProcInst:
			if t.Target == "xml" {
				p.declaration(string(t.Inst))
			}
		case xml.Directive:
			p.c.add(Doctype, "document", line, "<!%s>", quote(string(t)))
		}
	}
}

func (p *parser) declaration(inst string) {
	if _, rest, found := strings.Cut(inst, "encoding="); found && len(rest) > 2 {
		name, _, _ := strings.Cut(rest[1:], rest[:1])
		if !strings.EqualFold(name, "utf-8") {
			p.c.add(NotUTF8, "document", 1, "the declaration says %s", quote(name))
		}
		if said := charsetOf(p.c.header("Content-Type")); said != "" && !strings.EqualFold(said, name) {
			p.c.add(EncodingMismatch, "header Content-Type", 0, "the header says %s, the document %s", quote(said), quote(name))
		}
	}
}

func (p *parser) start(t xml.StartElement, line int) error {
	p.elements++
	p.depth++
	switch {
	case p.elements > elementsAtMost:
		return fmt.Errorf("more than %d elements: %w", elementsAtMost, errBounds)
	case p.depth > depthAtMost:
		return fmt.Errorf("elements nested deeper than %d: %w", depthAtMost, errBounds)
	case len(t.Attr) > attributesAtMost:
		return fmt.Errorf("more than %d attributes: %w", attributesAtMost, errBounds)
	case p.at == nil && p.root != nil:
		return errors.New("a second root element")
	}
	n := &node{space: t.Name.Space, name: t.Name.Local, parent: p.at, line: line}
	seen := make(map[xml.Name]bool, len(t.Attr))
	for _, a := range t.Attr {
		if seen[a.Name] {
			return fmt.Errorf("the attribute %s stands twice in <%s>", a.Name.Local, t.Name.Local)
		}
		seen[a.Name] = true
		switch {
		case a.Name.Space == "xmlns":
			p.known[a.Value] = a.Name.Local
			p.namespace(a.Value, line)
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			if _, prefixed := p.known[a.Value]; !prefixed {
				p.known[a.Value] = ""
			}
			p.namespace(a.Value, line)
		default:
			n.attrs = append(n.attrs, attribute{a.Name.Space, a.Name.Local, a.Value})
			p.look(a.Value, line)
		}
	}
	for _, a := range n.attrs {
		if _, declared := p.known[a.space]; a.space != "" && !declared {
			p.c.add(UndeclaredPrefix, n.name+"/@"+a.name, line, "%s:%s", a.space, a.name)
		}
	}
	prefix, declared := p.known[n.space]
	if n.space != "" && !declared {
		p.c.add(UndeclaredPrefix, n.name, line, "<%s:%s>", n.space, n.name)
	}
	n.prefix = prefix
	if p.root != nil && n.space == p.root.space {
		n.prefix = ""
	}
	if p.at == nil {
		p.root = n
		n.prefix = ""
	} else {
		p.at.kids = append(p.at.kids, n)
	}
	p.at = n
	return nil
}

// namespace looks at a declaration.
func (p *parser) namespace(uri string, line int) {
	if strings.TrimSuffix(nsMedia, "/") == uri {
		p.c.add(MediaNamespace, "document", line, "%s lacks the slash at its end", quote(uri))
	} else if !knownNamespaces[uri] {
		p.c.add(UnknownNamespace, "document", line, "%s", quote(uri))
	}
}

func (p *parser) chars(s string, line int) {
	if p.at == nil {
		if strings.TrimSpace(s) != "" && p.root != nil {
			p.c.add(NotWellFormed, "document", line, "text outside the root element: %s", quote(s))
		}
		return
	}
	p.look(s, line)
	p.at.buf = append(p.at.buf, s...)
	if len(p.at.kids) > 0 && strings.TrimSpace(s) != "" {
		p.at.after = true
	}
}

func (p *parser) look(s string, line int) {
	if p.strange > 0 {
		return
	}
	for _, r := range s {
		if r == utf8.RuneError || r >= 0x80 && r <= 0x9f {
			p.strange = line
			return
		}
	}
}

// knownNamespaces are those that feed readers know.
var knownNamespaces = map[string]bool{
	"": true, nsXML: true, nsAtom: true, nsXHTML: true, nsHistory: true, nsDeleted: true, nsMedia: true, nsContent: true, nsDC: true,
	"http://purl.org/dc/terms/": true, "http://purl.org/rss/1.0/modules/syndication/": true, "http://purl.org/rss/1.0/modules/slash/": true,
	"http://wellformedweb.org/CommentAPI/": true, "http://purl.org/syndication/thread/1.0": true, "http://www.itunes.com/dtds/podcast-1.0.dtd": true,
	"http://www.georss.org/georss": true, "http://www.w3.org/2003/01/geo/wgs84_pos#": true, "http://www.opengis.net/gml": true,
	"http://www.w3.org/2007/app": true, "http://a9.com/-/spec/opensearch/1.1/": true, "http://a9.com/-/spec/opensearchrss/1.0/": true,
	"http://backend.userland.com/creativeCommonsRssModule": true, "http://webns.net/mvcb/": true, "http://www.w3.org/1999/02/22-rdf-syntax-ns#": true,
	"http://rssnamespace.org/feedburner/ext/1.0": true, "https://podcastindex.org/namespace/1.0": true, "http://www.w3.org/1999/xlink": true,
	"http://www.w3.org/2000/svg": true, "http://www.w3.org/1998/Math/MathML": true,
}
