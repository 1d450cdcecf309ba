package read

import (
	"bytes"
	"net/url"
	"strings"
)

// note is what the survey keeps of a feed or an entry besides what gofeed keeps.
type note struct {
	base  *url.URL // xml:base in scope, nil when none was declared
	lang  string   // xml:lang in scope
	about string   // rdf:about
	texts []textNote
	links map[int]*url.URL // bases of links that declare their own, by position
	nlink int
	// authors holds the RSS <author> elements when there are several: gofeed keeps
	// the last.
	authors []string
}

// textNote describes a direct child of an entry or feed that holds a text.
type textNote struct {
	name string // local name, lower case
	typ  string // its type attribute
	lang string
	base *url.URL
}

// text finds the first child of one of the given names.
func (n *note) text(names ...string) textNote {
	for i := range n.texts {
		for _, name := range names {
			if n.texts[i].name == name {
				return n.texts[i]
			}
		}
	}
	return textNote{base: n.base, lang: n.lang}
}

// survey is what one pass over an XML document tells.
type survey struct {
	root     string // local name of the root element, lower case; empty when there is none
	rootName []byte // as written
	rootAt   token
	feed     note
	entries  []note
	sound    bool // balanced, within bounds, and not broken off
	deep     bool // over maxDepth or maxAttributes
	vast     int  // where the document goes over maxTags or maxSurveyed, 0 when it does not
	long     bool // a field is over maxField
}

// frame is an open element during the survey.
type frame struct {
	name []byte
	base *url.URL
	lang string
}

// scope is the surveyor's position.
type surveyor struct {
	*survey
	stack   []frame
	entry   int // depth of the open entry, 0 when outside
	outside []note
	inRoot  bool // the open entry is a child of the root, not of a channel
	current note
	marked  bool // xml: attributes occur in the document
	authors bool // some entry may have several authors
	author  int  // byte offset behind an open <author>, 0 when none is open
	field   int  // byte offset behind the open field of an entry
	inside  int  // channels that were opened
}

// takeSurvey walks the document once. document is where it was found, for relative
// bases.
func takeSurvey(doc []byte, document *url.URL) *survey {
	v := &surveyor{survey: &survey{sound: true}}
	v.marked = bytes.Contains(doc, []byte("xml:")) || bytes.Contains(doc, []byte("rdf:about"))
	v.authors = bytes.Count(doc, []byte("<author")) > bytes.Count(doc, []byte("<item"))
	s := scanner{doc: doc}
	open := frame{base: nil}
	tags := 0
	for {
		t := s.next()
		if t.stray || t.broken {
			v.sound = false
		}
		switch t.kind {
		case tokenEnd:
			v.sound = v.sound && len(v.stack) == 0 && v.root != ""
			return v.done()
		case tokenText:
			v.sized(t.end - t.start)
		case tokenCDATA:
			v.sized(t.end - t.start)
			if swallows(doc[t.start:t.end]) {
				v.sound = false
			}
		case tokenOther:
			if t.instruction && v.entry > 0 {
				v.sound = false
			}
		case tokenOpen:
			if tags++; bytes.IndexByte(t.name, ':') > 0 {
				tags++ // costs gofeed more
			}
			if tags > maxTags || len(v.entries)+len(v.outside) > maxSurveyed {
				v.vast, v.sound = t.start, false
				return v.done()
			}
			if len(v.stack) > 0 {
				open = v.stack[len(v.stack)-1]
			}
			v.open(t, open, document)
		case tokenClose:
			if !v.close(doc, t) {
				return v.done()
			}
		}
	}
}

// sized notes a field that is too long to be given to gofeed as it is.
func (v *surveyor) sized(n int) {
	if n > maxField {
		v.long, v.sound = true, false
	}
}

// swallows tells that a CDATA section holds the end of an entry and the beginning of
// another section: its own end is missing.
func swallows(section []byte) bool {
	next := bytes.Index(section[1:], []byte("<![CDATA["))
	return next > 0 && endOfEntry(section[:next]) >= 0
}

// endOfEntry finds the end tag of an entry, -1 when there is none.
func endOfEntry(b []byte) int {
	for _, end := range []string{"</item>", "</entry>", "</atom:entry>", "</ITEM>"} {
		if i := bytes.Index(b, []byte(end)); i >= 0 {
			return i
		}
	}
	return -1
}

func (v *surveyor) open(t token, parent frame, document *url.URL) {
	f := frame{name: t.name, base: parent.base, lang: parent.lang}
	if v.marked && bytes.Contains(t.attrs, []byte("xml:")) {
		if b, ok := attribute(t.attrs, "xml:base"); ok {
			from := parent.base
			if from == nil {
				from = document
			}
			if u := resolveBase(from, b); u != nil {
				f.base = u
			}
		}
		if l, ok := attribute(t.attrs, "xml:lang"); ok {
			f.lang = l
		}
	}
	depth := len(v.stack)
	switch {
	case depth == 0:
		v.root = strings.ToLower(string(t.local()))
		v.rootName, v.rootAt = t.name, t
		v.feed.base, v.feed.lang = f.base, f.lang
	case v.entry == 0 && v.entryAt(t, depth):
		v.entry, v.inRoot = depth, depth == 1 && v.root != "feed"
		v.current = note{base: f.base, lang: f.lang}
		if v.marked {
			v.current.about, _ = attribute(t.attrs, "rdf:about")
		}
		if t.empty {
			v.endEntry()
		}
	case v.entry > 0 && depth == v.entry+1:
		v.child(&v.current, t, f)
		v.field = t.end
		if bytes.EqualFold(t.name, v.stack[v.entry].name) {
			v.sound = false // an entry directly in an entry
		}
		if v.authors && string(t.name) == "author" && !t.empty {
			v.author = t.end
		}
	case depth == 1 && v.root == "feed":
		v.child(&v.feed, t, f)
	case depth > 1 && v.entry == 0 && isEntry(t.name, v.root):
		v.sound = false // an entry where gofeed does not look for it
	case depth == 1 && v.root == "rss" && v.inside == 0 && kindOf(t.name) == holdsText:
		v.sound = false // the channel is missing
	case depth == 1 && isLocal(&t, "channel"):
		if v.inside++; v.inside > 1 {
			v.sound = false
		}
		v.feed.base, v.feed.lang = f.base, f.lang
		if v.feed.about == "" && v.marked {
			v.feed.about, _ = attribute(t.attrs, "rdf:about")
		}
	}
	if len(t.attrs) > 2*maxAttributes && eachAttribute(t.attrs, func(_, _ []byte) {}) {
		v.deep, v.sound = true, false
	}
	if t.empty {
		return
	}
	if depth >= maxDepth {
		v.deep, v.sound = true, false
	}
	v.stack = append(v.stack, f)
}

// entryAt tells whether gofeed takes the tag, opened at the depth, for an entry.
func (v *surveyor) entryAt(t token, depth int) bool {
	if v.root == "feed" {
		return depth == 1 && isLocal(&t, "entry")
	}
	if !isLocal(&t, "item") {
		return false
	}
	parent := v.stack[depth-1].name
	return depth == 1 || depth == 2 && strings.EqualFold(string(parent[bytes.LastIndexByte(parent, ':')+1:]), "channel")
}

// child notes a direct child of an entry or an Atom feed.
func (v *surveyor) child(n *note, t token, f frame) {
	name := strings.ToLower(string(t.local()))
	switch name {
	case "title", "summary", "content", "subtitle", "tagline", "rights", "copyright", "description", "encoded":
		x := textNote{name: name, base: f.base, lang: f.lang}
		if len(t.attrs) > 0 {
			typ, _ := attribute(t.attrs, "type")
			mode, _ := attribute(t.attrs, "mode")
			x.typ = textType(typ, mode)
		}
		n.texts = append(n.texts, x)
	case "link":
		if f.base != n.base {
			if n.links == nil {
				n.links = map[int]*url.URL{}
			}
			n.links[n.nlink] = f.base
		}
		n.nlink++
	}
}

// textType is the type of an Atom text in the words of Atom 1.0: text, html or
// xhtml; empty when undeclared, another media type as it is.
func textType(typ, mode string) string {
	typ = strings.ToLower(typ)
	switch {
	case typ == "text/html":
		return "html"
	case typ == "application/xhtml+xml":
		return "xhtml"
	case typ == "text/plain":
		return "text"
	case typ == "" && strings.EqualFold(mode, "escaped"):
		return "html" // Atom 0.3 defaults to text/plain, but nobody escapes that
	}
	return typ
}

// close ends an element; false when the root has ended.
func (v *surveyor) close(doc []byte, t token) bool {
	depth := len(v.stack) - 1
	if depth < 0 {
		v.sound = false
		return true
	}
	if !bytes.Equal(v.stack[depth].name, t.name) {
		v.sound = false
	}
	if v.author > 0 {
		v.current.authors = append(v.current.authors, string(doc[v.author:t.start]))
		v.author = 0
	}
	v.stack = v.stack[:depth]
	switch {
	case v.entry == 0:
	case depth == v.entry:
		v.endEntry()
	case depth == v.entry+1:
		v.sized(t.start - v.field)
	}
	return depth > 0
}

// isEntry tells the tag of an entry of a document with the root.
func isEntry(name []byte, root string) bool {
	if root == "feed" {
		return kindOf(name) == holdsFields && lower(name) != "item"
	}
	return lower(name) == "item"
}

func (v *surveyor) endEntry() {
	if v.inRoot {
		v.outside = append(v.outside, v.current)
	} else {
		v.entries = append(v.entries, v.current)
	}
	v.entry = 0
}

// done puts the entries into gofeed's order: those of the channel, then those
// beside it.
func (v *surveyor) done() *survey {
	v.entries = append(v.entries, v.outside...)
	return v.survey
}

func isLocal(t *token, name string) bool {
	return strings.EqualFold(string(t.local()), name)
}
