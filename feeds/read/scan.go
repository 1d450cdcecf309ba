package read

import (
	"bytes"
	"strings"
)

// tokenKind is what a piece of an XML document is.
type tokenKind uint8

const (
	tokenEnd tokenKind = iota // of the document
	tokenText
	tokenCDATA
	tokenOpen
	tokenClose
	tokenOther // comment, processing instruction, document type
)

// token is a piece of a document; its slices are parts of the document.
type token struct {
	kind       tokenKind
	start, end int    // byte offsets
	name       []byte // of a tag, as written: prefix:local
	attrs      []byte // of an open tag: between its name and its end
	empty      bool   // <name/>
	broken     bool   // its end is missing: the document breaks off inside it
	stray      bool   // a text with a '<' that begins no markup
}

// local is the tag's name without its prefix, as written.
func (t *token) local() []byte { return t.name[bytes.LastIndexByte(t.name, ':')+1:] }

// scanner cuts a document into tokens. It never fails: what is no markup is text.
// encoding/xml is not used for this because it stops at the first fault and takes
// ten times as long, and this runs over every document.
type scanner struct {
	doc      []byte
	pos      int
	declared bool // the document type was passed, or its place is
}

func (s *scanner) next() token {
	if s.pos >= len(s.doc) {
		return token{kind: tokenEnd, start: len(s.doc), end: len(s.doc)}
	}
	t := token{start: s.pos}
	if s.doc[s.pos] != '<' || !s.markupAt(s.pos) {
		s.text(&t)
	} else {
		s.markup(&t)
	}
	t.end = s.pos
	return t
}

// markupAt tells whether the '<' at i begins markup.
func (s *scanner) markupAt(i int) bool {
	if i+1 >= len(s.doc) {
		return true // cut off: the broken beginning of something
	}
	c := s.doc[i+1]
	if c == '/' {
		return i+2 >= len(s.doc) || isNameStart(s.doc[i+2])
	}
	return c == '!' || c == '?' || isNameStart(c)
}

func (s *scanner) text(t *token) {
	t.kind = tokenText
	for s.pos < len(s.doc) {
		if s.doc[s.pos] == '<' {
			if s.markupAt(s.pos) {
				return
			}
			t.stray = true
			s.pos++
		}
		i := bytes.IndexByte(s.doc[s.pos:], '<')
		if i < 0 {
			s.pos = len(s.doc)
			return
		}
		s.pos += i
	}
}

func (s *scanner) markup(t *token) {
	rest := s.doc[s.pos:]
	switch {
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		t.kind = tokenCDATA
		s.until(t, "]]>", len("<![CDATA["))
	case bytes.HasPrefix(rest, []byte("<!--")):
		t.kind = tokenOther
		s.until(t, "-->", len("<!--"))
	case len(rest) > 1 && rest[1] == '?':
		t.kind = tokenOther
		s.until(t, "?>", 2)
	case len(rest) > 1 && rest[1] == '!':
		t.kind = tokenOther
		s.declaration(t)
	case len(rest) > 1 && rest[1] == '/':
		t.kind = tokenClose
		s.pos += 2
		t.name = s.readName()
		s.tagEnd(t)
	case len(rest) > 1:
		t.kind = tokenOpen
		s.declared = true
		s.pos++
		t.name = s.readName()
		from := s.pos
		s.tagEnd(t)
		to := s.pos
		if to > from && s.doc[to-1] == '>' {
			to--
		}
		if to > from && s.doc[to-1] == '/' {
			to--
			t.empty = true
		}
		t.attrs = s.doc[from:to]
	default:
		t.kind, t.broken = tokenOther, true
		s.pos = len(s.doc)
	}
}

// until ends the token after the next end mark, skipping its first characters.
func (s *scanner) until(t *token, mark string, skip int) {
	i := bytes.Index(s.doc[s.pos+skip:], []byte(mark))
	if i < 0 {
		t.broken = true
		s.pos = len(s.doc)
		return
	}
	s.pos += skip + i + len(mark)
}

// declaration passes a document type with its internal subset.
func (s *scanner) declaration(t *token) {
	if s.declared { // there can be no second one, and looking for its end costs
		s.until(t, ">", 2)
		return
	}
	s.declared = true
	brackets := 0
	for i := s.pos + 2; i < len(s.doc); i++ {
		switch s.doc[i] {
		case '[':
			brackets++
		case ']':
			brackets--
		case '"', '\'':
			end := bytes.IndexByte(s.doc[i+1:], s.doc[i])
			if end < 0 {
				continue // an apostrophe of its own, as in a comment
			}
			i += end + 1
		case '>':
			if brackets <= 0 {
				s.pos = i + 1
				return
			}
		}
	}
	// No end in sight: give up the declaration at its first '>', if it has one.
	if i := bytes.IndexByte(s.doc[s.pos:], '>'); i >= 0 {
		s.pos += i + 1
		return
	}
	t.broken = true
	s.pos = len(s.doc)
}

func (s *scanner) readName() []byte {
	from := s.pos
	for s.pos < len(s.doc) && isNameByte(s.doc[s.pos]) {
		s.pos++
	}
	return s.doc[from:s.pos]
}

// tagEnd goes behind the '>' of a tag, or before a '<' that shows it is missing.
func (s *scanner) tagEnd(t *token) {
	var previous byte
	for i := s.pos; i < len(s.doc); i++ {
		c := s.doc[i]
		switch c {
		case '>':
			s.pos = i + 1
			return
		case '<':
			t.stray = true
			s.pos = i
			return
		case '"', '\'':
			if previous != '=' {
				break
			}
			if end := bytes.IndexByte(s.doc[i+1:], c); end >= 0 {
				i += end + 1
			}
		}
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			previous = c
		}
	}
	t.broken = true
	s.pos = len(s.doc)
}

func isNameStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}

func isNameByte(c byte) bool {
	return isNameStart(c) || '0' <= c && c <= '9' || c == ':' || c == '-' || c == '.'
}

// eachAttribute calls f with every attribute of a tag, at most maxAttributes, the
// value as written. It reads what publishers write: without quotes, without value.
// It tells whether there were more.
func eachAttribute(attrs []byte, f func(name, value []byte)) (more bool) {
	for n := 0; ; n++ {
		i := 0
		for i < len(attrs) && !isNameStart(attrs[i]) {
			i++
		}
		attrs = attrs[i:]
		if len(attrs) == 0 {
			return false
		}
		if n == maxAttributes {
			return true
		}
		i = 0
		for i < len(attrs) && isNameByte(attrs[i]) {
			i++
		}
		name := attrs[:i]
		attrs = bytes.TrimLeft(attrs[i:], " \t\r\n")
		if len(attrs) == 0 || attrs[0] != '=' {
			f(name, nil)
			continue
		}
		attrs = bytes.TrimLeft(attrs[1:], " \t\r\n")
		var value []byte
		value, attrs = attributeValue(attrs)
		f(name, value)
	}
}

func attributeValue(attrs []byte) (value, rest []byte) {
	if len(attrs) == 0 {
		return nil, nil
	}
	if q := attrs[0]; q == '"' || q == '\'' {
		if end := bytes.IndexByte(attrs[1:], q); end >= 0 {
			return attrs[1 : 1+end], attrs[end+2:]
		}
		attrs = attrs[1:]
	}
	end := bytes.IndexAny(attrs, " \t\r\n")
	if end < 0 {
		end = len(attrs)
	}
	return attrs[:end], attrs[end:]
}

// attribute is the decoded value of a tag's attribute, by its name as written.
func attribute(attrs []byte, name string) (value string, found bool) {
	if !bytes.Contains(attrs, []byte(name)) {
		return "", false
	}
	eachAttribute(attrs, func(n, v []byte) {
		if !found && string(n) == name {
			value, found = strings.TrimSpace(decodeEntities(string(v))), true
		}
	})
	return value, found
}
