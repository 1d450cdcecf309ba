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
	sound    bool // balanced, within bounds, and not broken off
	deep     bool // over maxDepth or maxAttributes
	vast     int  // where the document goes over maxTags, 0 when it does not
	entities bool // its document type declares entities
}

// surveyor is the survey's position.
type surveyor struct {
	*survey
	stack [][]byte // the names of the open elements, as written
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
		case tokenOther:
			if v.root == "" && bytes.Contains(doc[t.start:t.end], []byte("<!ENTITY")) {
				v.entities = true
			}
		case tokenOpen:
			if tags++; tags > maxTags {
				v.vast, v.sound = t.start, false
				return v.survey
			}
			v.open(t)
		case tokenClose:
			if !v.close(t) {
				return v.survey
			}
		}
	}
}

func (v *surveyor) open(t token) {
	depth := len(v.stack)
	if depth == 0 {
		v.root = strings.ToLower(string(t.local()))
		v.rootName, v.rootAt = t.name, t
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
	v.stack = append(v.stack, t.name)
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
	return depth > 0
}
