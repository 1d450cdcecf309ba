package read

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// repaired is a document made well-formed, with what was done to it.
type repaired struct {
	doc        []byte
	truncated  bool // it broke off; an incomplete entry was left out
	nesting    bool // tags were missing, unexpected or in the wrong order
	characters bool // a '<' that begins no tag
	bounded    bool // nested too deep or too many attributes
	long       bool // a field was cut
	part       bool // the last entry is not whole
	program    bool // processing instructions inside entries
}

// mender writes a document anew so that every tag is closed where it must have
// ended. It knows which elements of a feed hold others: an entry ends when the next
// one begins, a title when its sibling begins.
type mender struct {
	repaired
	out   bytes.Buffer
	stack []mended
	root  []byte // the prefix of the root, with its colon
	entry int    // length of out before the open entry
	body  int    // and behind its tag
	whole int    // entries that ended
	over  int    // open elements that are nested too deep and not written

	channels int // channels that were opened within the root
	field    int // bytes of the open field of an entry or channel
}

type mended struct {
	name []byte
	kind holds
}

// mend makes the document well-formed. rootAt is where its root element begins; what
// stands before is left out, and so are comments and the document type.
func mend(doc []byte, rootAt int) repaired {
	m := &mender{entry: -1}
	s := scanner{doc: doc, pos: rootAt, declared: true}
	last := tokenEnd // that was no white space
	for {
		t := s.next()
		if t.kind == tokenEnd {
			m.truncated = len(m.stack) > 0
			break
		}
		raw := doc[t.start:t.end]
		if t.kind == tokenCDATA {
			last = tokenCDATA
			if m.section(raw, &t, &s) {
				continue
			}
			m.truncated = true
			break
		}
		if t.broken {
			last = t.kind
			m.truncated = true
			break
		}
		switch t.kind {
		case tokenText:
			if m.text(raw, t.stray); len(bytes.TrimSpace(raw)) == 0 {
				continue
			}
		case tokenOpen:
			m.open(t, doc[t.end:])
		case tokenClose:
			if m.close(t.name); len(m.stack) == 0 {
				return m.done()
			}
		case tokenOther:
			m.program = m.program || t.instruction && m.entry >= 0
			continue
		}
		last = t.kind
	}
	if m.truncated && m.entry >= 0 {
		m.breakOff(last)
	}
	m.popTo(0)
	return m.done()
}

// section writes a CDATA section. Of one whose end is missing only what stands before
// the end tag of its element belongs to it; false when the document breaks off in it.
func (m *mender) section(raw []byte, t *token, s *scanner) bool {
	const begin, end = "<![CDATA[", "]]>"
	if !t.broken && !swallows(raw) {
		m.nesting = m.nesting || t.stray
		m.write([]byte(begin), raw[len(begin):len(raw)-len(end)], []byte(end))
		return true
	}
	if len(raw) < len(begin) || len(m.stack) == 0 {
		return false
	}
	content := raw[len(begin):]
	tag := append([]byte("</"), m.stack[len(m.stack)-1].name...)
	if i := bytes.Index(content, tag); i >= 0 {
		m.nesting = true
		m.write([]byte(begin), content[:i], []byte(end))
		s.pos = t.start + len(begin) + i
		return true
	}
	if !t.broken {
		content = content[:len(content)-len(end)]
	}
	m.write([]byte(begin), bytes.ReplaceAll(content, []byte(begin), nil), []byte(end))
	return !t.broken
}

// write writes a text of the open field, or as much of it as is within bounds.
func (m *mender) write(before, text, after []byte) {
	if m.field >= maxField {
		m.long = m.long || len(bytes.TrimSpace(text)) > 0
		return
	}
	if room := maxField - m.field; len(text) > room {
		m.long = true
		text = cutText(text, room)
	}
	m.field += len(before) + len(text) + len(after)
	m.out.Write(before)
	m.out.Write(text)
	m.out.Write(after)
}

// cutText shortens XML text without ending inside a character or a reference.
func cutText(b []byte, limit int) []byte {
	for limit > 0 && limit < len(b) && !utf8.RuneStart(b[limit]) {
		limit--
	}
	b = b[:limit]
	if i := bytes.LastIndexByte(b, '&'); i >= 0 && i > len(b)-40 && bytes.IndexByte(b[i:], ';') < 0 {
		b = b[:i]
	}
	return b
}

// breakOff decides about the entry in which the document breaks off: it stays when
// only end tags are missing, or when there is no other.
func (m *mender) breakOff(last tokenKind) {
	top := m.stack[len(m.stack)-1]
	between := top.kind == holdsFields && (last == tokenClose || last == tokenOpen)
	if m.isEmpty() || m.whole > 0 && !between {
		m.unwindEntry()
		return
	}
	m.part = true
}

func (m *mender) done() repaired {
	m.doc = m.out.Bytes()
	return m.repaired
}

// isEmpty tells that nothing stands in the open entry.
func (m *mender) isEmpty() bool {
	return len(bytes.TrimSpace(m.out.Bytes()[m.body:])) == 0
}

// unwindEntry forgets the open entry.
func (m *mender) unwindEntry() {
	m.out.Truncate(m.entry)
	m.entry = -1
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
	m.write(nil, raw, nil)
}

// asciiName is a name that encoding/xml accepts in place of one that holds letters or
// broken characters which it does not: no element of a feed has such a name.
func asciiName(name []byte) []byte {
	i := bytes.IndexFunc(name, func(r rune) bool { return r >= utf8.RuneSelf })
	if i < 0 {
		return name
	}
	out := bytes.Clone(name)
	for ; i < len(out); i++ {
		if out[i] >= utf8.RuneSelf {
			out[i] = '_'
		}
	}
	return out
}

// open writes an open tag; rest is what follows it.
func (m *mender) open(t token, rest []byte) {
	if bytes.Count(t.name, []byte(":")) > 1 || bytes.HasSuffix(t.name, []byte(":")) {
		m.nesting = true
		return
	}
	t.name = asciiName(t.name)
	if m.out.Len() == 0 {
		m.root = t.name[:bytes.IndexByte(t.name, ':')+1]
	}
	if m.endsInstead(&t, rest) {
		m.nesting = true
		m.pop()
		return
	}
	plain := m.plain(t.name)
	kind := kindOf(plain)
	m.makeRoom(plain, kind)
	if !m.inRoot(plain, kind) {
		return
	}
	if kind == holdsFields {
		m.entry = m.out.Len()
	}
	if top := len(m.stack) - 1; top < 0 || m.stack[top].kind == holdsFields || m.stack[top].kind == holdsEntries {
		m.field = 0
	}
	empty := t.empty || m.inMarkup() && isVoid(t.name)
	if !t.empty && empty {
		m.nesting = true
	}
	m.nesting = m.nesting || t.stray
	if deep := len(m.stack) >= maxDepth; deep || m.field >= maxField {
		m.bounded = m.bounded || deep
		m.long = m.long || !deep
		if !empty {
			m.over++
		}
		return
	}
	before := m.out.Len()
	m.out.WriteByte('<')
	m.out.Write(t.name)
	m.attributes(t.attrs)
	m.field += m.out.Len() - before
	if empty {
		m.out.WriteByte('/')
	}
	m.out.WriteByte('>')
	switch {
	case !empty:
		m.stack = append(m.stack, mended{name: t.name, kind: kind})
		if kind == holdsFields {
			m.body = m.out.Len()
		}
	case kind == holdsFields:
		m.entry = -1
		m.whole++
	}
}

// plain is the name of an element without the prefix that the root has too: in
// <a:feed> an entry is <a:entry>.
func (m *mender) plain(name []byte) []byte {
	return bytes.TrimPrefix(name, m.root)
}

// endsInstead recognises <title>text<title>, where the slash was forgotten.
func (m *mender) endsInstead(t *token, rest []byte) bool {
	if len(m.stack) == 0 || len(t.attrs) > 0 || t.empty {
		return false
	}
	top := m.stack[len(m.stack)-1]
	if top.kind != holdsText || !bytes.Equal(top.name, t.name) || m.field == 0 {
		return false
	}
	rest = bytes.TrimLeft(rest[:min(len(rest), 200)], " \t\r\n")
	return len(rest) > 1 && rest[0] == '<' && isNameStart(rest[1])
}

// inRoot sees to the one channel that the root of RSS has: a missing one is opened,
// and of a second only the content counts. False when the tag is not written.
func (m *mender) inRoot(name []byte, kind holds) bool {
	if len(m.stack) == 0 {
		return true
	}
	root := lower(m.plain(m.stack[0].name))
	if root != "rss" && root != "rdf" {
		return true
	}
	switch {
	case bytes.EqualFold(name, []byte("channel")):
		if m.channels++; m.channels > 1 {
			m.nesting = true
			return false
		}
		if len(m.stack) > 1 { // inside something else
			m.nesting = true
			m.popTo(1)
		}
	case len(m.stack) == 1 && m.channels == 0 && kind == holdsText && root == "rss":
		m.nesting = true
		m.channels++
		channel := append(bytes.Clone(m.root), "channel"...)
		m.out.WriteString("<" + string(channel) + ">")
		m.stack = append(m.stack, mended{name: channel, kind: holdsEntries})
	}
	return true
}

// makeRoom closes what cannot contain the element that begins.
func (m *mender) makeRoom(name []byte, kind holds) {
	if kind == holdsFields {
		m.over = 0
		// An entry inside an entry: the former was not closed.
		for i, e := range m.stack {
			if e.kind == holdsFields {
				m.nesting = true
				if m.entry >= 0 && m.isEmpty() {
					m.unwindEntry()
				} else {
					m.popTo(i)
				}
				return
			}
		}
		for len(m.stack) > 1 && m.stack[len(m.stack)-1].kind != holdsEntries {
			m.nesting = true
			m.pop()
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
	name = asciiName(name)
	kind := kindOf(m.plain(name))
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
		m.whole++
	}
}

func (m *mender) attributes(attrs []byte) {
	var seen [][]byte
	more := eachAttribute(attrs, func(name, value []byte) {
		if bytes.Count(name, []byte(":")) > 1 || bytes.HasSuffix(name, []byte(":")) ||
			bytes.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) || slices.ContainsFunc(seen, func(s []byte) bool { return bytes.Equal(s, name) }) {
			return
		}
		if len(value) > maxContent/4 {
			m.bounded = true
			value = cutText(value, maxContent/4)
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
