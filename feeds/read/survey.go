package read

import (
	"bytes"
	"strings"
)

// survey is what one pass over an XML document tells.
type survey struct {
	root     string // local name of the root element, lower case; empty when there is none
	rootName []byte // as written
	rootAt   token
	sound    bool // balanced, within bounds, not broken off, and with its parts where gofeed looks for them
	deep     bool // over maxDepth or maxAttributes
	vast     int  // where the document goes over maxTags or maxSurveyed, 0 when it does not
	long     bool // a field is over maxField
	loose    bool // an ampersand begins no reference, or one that XML does not know
}

// surveyor is the survey's position.
type surveyor struct {
	*survey
	stack   [][]byte // the names of the open elements, as written
	entries int      // that were opened
	entry   int      // depth of the open entry, 0 when outside
	field   int      // byte offset behind the open field of an entry
	inside  int      // channels that were opened
}

// takeSurvey walks the document once.
func takeSurvey(doc []byte) *survey {
	v := &surveyor{survey: &survey{sound: true}}
	s := scanner{doc: doc}
	tags := 0
	for {
		t := s.next()
		if t.stray || t.broken {
			v.sound = false
		}
		switch t.kind {
		case tokenEnd:
			v.sound = v.sound && len(v.stack) == 0 && v.root != ""
			return v.survey
		case tokenText:
			v.sized(t.end - t.start)
			v.loose = v.loose || looseAmpersand(doc[t.start:t.end])
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
			if tags > maxTags || v.entries > maxSurveyed {
				v.vast, v.sound = t.start, false
				return v.survey
			}
			v.loose = v.loose || looseAmpersand(t.attrs)
			v.open(t)
		case tokenClose:
			if !v.close(t) {
				return v.survey
			}
		}
	}
}

// looseAmpersand tells that b holds an ampersand that begins none of XML's references
// (XML 1.0, 4.1 and 4.6). gofeed and we read on; a strict reader would not.
func looseAmpersand(b []byte) bool {
	for {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			return false
		}
		b = b[i+1:]
		end := bytes.IndexByte(b[:min(len(b), 12)], ';')
		if end < 1 || !isReference(b[:end]) {
			return true
		}
		b = b[end+1:]
	}
}

func isReference(name []byte) bool {
	switch string(name) {
	case "amp", "lt", "gt", "quot", "apos":
		return true
	}
	if name[0] != '#' || len(name) < 2 {
		return false
	}
	digits, hex := name[1:], false
	if digits[0] == 'x' {
		digits, hex = digits[1:], true
	}
	for _, c := range digits {
		if (c < '0' || c > '9') && (!hex || (c|0x20 < 'a' || c|0x20 > 'f')) {
			return false
		}
	}
	return len(digits) > 0
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

func (v *surveyor) open(t token) {
	depth := len(v.stack)
	v.place(t, depth)
	if len(t.attrs) > 2*maxAttributes && eachAttribute(t.attrs, func(_, _ []byte) {}) {
		v.deep, v.sound = true, false
	}
	if t.empty {
		return
	}
	if depth >= maxDepth {
		v.deep, v.sound = true, false
	}
	v.stack = append(v.stack, t.name)
}

// place notes where an element of the format stands, and what stands where gofeed does
// not look for it.
func (v *surveyor) place(t token, depth int) {
	switch {
	case depth == 0:
		v.root = strings.ToLower(string(t.local()))
		v.rootName, v.rootAt = t.name, t
	case v.entry == 0 && v.entryAt(t, depth):
		v.entries++
		if !t.empty {
			v.entry = depth
		}
	case v.entry > 0 && depth == v.entry+1:
		v.field = t.end
		if bytes.EqualFold(t.name, v.stack[v.entry]) {
			v.sound = false // an entry directly in an entry
		}
	case depth > 1 && v.entry == 0 && v.root != "channel" && isEntry(t.name, v.root): // in a channel of CDF or RSS 1.1 it may
		v.sound = false
	case depth == 1 && v.root == "rss" && v.inside == 0 && kindOf(t.name) == holdsText:
		v.sound = false // the channel is missing
	case depth == 1 && isLocal(&t, "channel"):
		if v.inside++; v.inside > 1 {
			v.sound = false
		}
	}
}

// entryAt tells whether gofeed takes the tag, opened at the depth, for an entry.
func (v *surveyor) entryAt(t token, depth int) bool {
	if v.root == "feed" {
		return depth == 1 && isLocal(&t, "entry")
	}
	if !isLocal(&t, "item") {
		return false
	}
	parent := v.stack[depth-1]
	return depth == 1 || depth == 2 && strings.EqualFold(string(parent[bytes.LastIndexByte(parent, ':')+1:]), "channel")
}

// isEntry tells the tag of an entry of a document with the root.
func isEntry(name []byte, root string) bool {
	if root == "feed" {
		return kindOf(name) == holdsFields && lower(name) != "item"
	}
	return lower(name) == "item"
}

// close ends an element; false when the root has ended.
func (v *surveyor) close(t token) bool {
	depth := len(v.stack) - 1
	if depth < 0 {
		v.sound = false
		return true
	}
	if !bytes.Equal(v.stack[depth], t.name) {
		v.sound = false
	}
	v.stack = v.stack[:depth]
	switch {
	case v.entry == 0:
	case depth == v.entry:
		v.entry = 0
	case depth == v.entry+1:
		v.sized(t.start - v.field)
	}
	return depth > 0
}

func isLocal(t *token, name string) bool {
	return strings.EqualFold(string(t.local()), name)
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
