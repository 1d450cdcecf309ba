package read

import (
	"bytes"
	"slices"
	"strings"
)

// repaired is a document made well-formed, with what was done to it.
type repaired struct {
	doc        []byte
	truncated  bool // it broke off; an incomplete entry was left out
	nesting    bool // tags were missing, unexpected or in the wrong order
	characters bool // a '<' that begins no tag
	bounded    bool // nested too deep or too many attributes
}

// mender writes a document anew so that every tag is closed where it must have
// ended. It knows which elements of a feed hold others: an entry ends when the next
// one begins, a title when its sibling begins.
type mender struct {
	repaired
	out   bytes.Buffer
	stack []mended
	entry int // length of out before the open entry
	over  int // open elements that are nested too deep and not written
}

type mended struct {
	name []byte
	kind holds
}

// holds is what an element of a feed may contain.
type holds uint8

const (
	holdsAnything holds = iota
	holdsEntries        // channel, feed, rss, RDF
	holdsFields         // item, entry
	holdsMarkup         // description, content: HTML, perhaps unescaped
	holdsText           // title, pubDate: nothing else
)

// mend makes the document well-formed. rootAt is where its root element begins; what
// stands before is left out, and so are comments and the document type.
func mend(doc []byte, rootAt int) repaired {
	m := &mender{entry: -1}
	s := scanner{doc: doc, pos: rootAt, declared: true}
	for {
		t := s.next()
		if t.broken {
			m.truncated = true
			break
		}
		if t.kind == tokenEnd {
			m.truncated = len(m.stack) > 0
			break
		}
		raw := doc[t.start:t.end]
		switch t.kind {
		case tokenText:
			m.text(raw, t.stray)
		case tokenCDATA:
			m.out.Write(raw)
		case tokenOpen:
			m.open(t)
		case tokenClose:
			if m.close(t.name); len(m.stack) == 0 {
				return m.done()
			}
		}
	}
	if m.truncated && m.entry >= 0 {
		m.unwindEntry()
	}
	for len(m.stack) > 0 {
		m.pop()
	}
	return m.done()
}

func (m *mender) done() repaired {
	m.doc = m.out.Bytes()
	return m.repaired
}

// unwindEntry forgets the open entry.
func (m *mender) unwindEntry() {
	m.out.Truncate(m.entry)
	for i := range m.stack {
		if m.stack[i].kind == holdsFields {
			m.stack = m.stack[:i]
			return
		}
	}
}

func (m *mender) text(raw []byte, stray bool) {
	if stray {
		m.characters = true
		raw = bytes.ReplaceAll(raw, []byte("<"), []byte("&lt;"))
	}
	if bytes.Contains(raw, []byte("]]>")) {
		m.characters = true
		raw = bytes.ReplaceAll(raw, []byte("]]>"), []byte("]]&gt;"))
	}
	m.out.Write(raw)
}

func (m *mender) open(t token) {
	if bytes.Count(t.name, []byte(":")) > 1 || bytes.HasSuffix(t.name, []byte(":")) {
		m.nesting = true
		return
	}
	kind := kindOf(t.name)
	m.makeRoom(t.name, kind)
	if kind == holdsFields {
		m.entry = m.out.Len()
	}
	empty := t.empty || m.inMarkup() && isVoid(t.name)
	if !t.empty && empty {
		m.nesting = true
	}
	m.nesting = m.nesting || t.stray
	if len(m.stack) >= maxDepth {
		m.bounded = true
		if !empty {
			m.over++
		}
		return
	}
	m.out.WriteByte('<')
	m.out.Write(t.name)
	m.attributes(t.attrs)
	if empty {
		m.out.WriteByte('/')
	}
	m.out.WriteByte('>')
	switch {
	case !empty:
		m.stack = append(m.stack, mended{name: t.name, kind: kind})
	case kind == holdsFields:
		m.entry = -1
	}
}

// makeRoom closes what cannot contain the element that begins.
func (m *mender) makeRoom(name []byte, kind holds) {
	if kind == holdsFields {
		m.over = 0
		// An entry inside an entry: the former was not closed.
		for i, e := range m.stack {
			if e.kind == holdsFields {
				m.nesting = true
				m.popTo(i)
				return
			}
		}
		return
	}
	for len(m.stack) > 0 {
		top := m.stack[len(m.stack)-1]
		if top.kind != holdsText || !isField(name) {
			break
		}
		m.nesting = true
		m.pop()
	}
	if i := m.markupAt(); i >= 0 && endsMarkup(name) {
		m.nesting = true
		m.popTo(i)
	}
}

// markupAt is the position of the open element that holds markup, -1 when none does.
func (m *mender) markupAt() int {
	return slices.IndexFunc(m.stack, func(e mended) bool { return e.kind == holdsMarkup })
}

func (m *mender) inMarkup() bool { return m.markupAt() >= 0 }

// close ends the element of the name and whatever is open within it; an end without
// a beginning is left out.
func (m *mender) close(name []byte) {
	kind := kindOf(name)
	if m.over > 0 {
		if kind == holdsAnything || kind == holdsText {
			m.over--
			return
		}
		m.over = 0
	}
	for i := len(m.stack) - 1; i >= 0; i-- {
		e := m.stack[i]
		if bytes.EqualFold(e.name, name) {
			if i != len(m.stack)-1 || !bytes.Equal(e.name, name) {
				m.nesting = true
			}
			m.popTo(i)
			return
		}
		// The end of a paragraph never ends an entry, nor does that of a title.
		if (e.kind == holdsFields || e.kind == holdsEntries) && kind != holdsEntries {
			break
		}
	}
	m.nesting = true
}

func (m *mender) popTo(depth int) {
	for len(m.stack) > depth {
		m.pop()
	}
}

func (m *mender) pop() {
	e := m.stack[len(m.stack)-1]
	m.stack = m.stack[:len(m.stack)-1]
	m.out.WriteString("</")
	m.out.Write(e.name)
	m.out.WriteByte('>')
	if e.kind == holdsFields {
		m.entry = -1
	}
}

func (m *mender) attributes(attrs []byte) {
	var seen [][]byte
	more := eachAttribute(attrs, func(name, value []byte) {
		if bytes.Count(name, []byte(":")) > 1 || bytes.HasSuffix(name, []byte(":")) ||
			slices.ContainsFunc(seen, func(s []byte) bool { return bytes.Equal(s, name) }) {
			return
		}
		seen = append(seen, name)
		m.out.WriteByte(' ')
		m.out.Write(name)
		m.out.WriteString(`="`)
		value = bytes.ReplaceAll(value, []byte(`"`), []byte("&quot;"))
		m.out.Write(bytes.ReplaceAll(value, []byte("<"), []byte("&lt;")))
		m.out.WriteByte('"')
	})
	m.bounded = m.bounded || more
}

// kindOf says what an element of a feed holds, by its name.
func kindOf(name []byte) holds {
	switch lower(name) {
	case "rss", "rdf:rdf", "rdf", "feed", "channel", "atom:feed":
		return holdsEntries
	case "item", "entry", "atom:entry", "rss:item":
		return holdsFields
	case "description", "content:encoded", "summary", "content", "atom:summary", "atom:content":
		return holdsMarkup
	case "title", "link", "guid", "pubdate", "category", "comments", "language", "ttl", "copyright",
		"generator", "lastbuilddate", "updated", "published", "id", "dc:date", "dc:creator", "dc:title",
		"dc:subject", "dc:language", "atom:title", "atom:id", "atom:updated", "atom:published":
		return holdsText
	}
	return holdsAnything
}

// isField tells whether an element stands beside texts such as the title.
func isField(name []byte) bool {
	switch kindOf(name) {
	case holdsText, holdsMarkup, holdsFields:
		return true
	}
	switch lower(name) {
	case "author", "enclosure", "source", "image", "media:content", "media:group", "media:thumbnail", "atom:link", "wfw:commentrss", "slash:comments":
		return true
	}
	return false
}

// endsMarkup tells whether an element cannot be part of HTML, so that an open
// description before it was not closed.
func endsMarkup(name []byte) bool {
	switch lower(name) {
	case "pubdate", "guid", "description", "content:encoded", "category", "enclosure", "comments",
		"updated", "published", "dc:date", "dc:creator", "dc:subject", "media:content", "media:thumbnail":
		return true
	}
	return false
}

func isVoid(name []byte) bool {
	switch lower(name) {
	case "br", "img", "hr", "wbr", "input", "col", "embed", "area", "meta":
		return true
	}
	return false
}

func lower(name []byte) string { return strings.ToLower(string(name)) }
