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
	stray      bool   // not as XML has it: a text with a '<' that begins no markup, a tag without '>'

	instruction bool // a processing instruction
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
	// Where the next end of a processing instruction is, so that a document full of
	// instructions without end is not searched again for each; -1 when there is none.
	instructionEnd int
	noComment      bool // no comment ends from here on
	closed         bool // the document has its own end; known when noComment is set
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
		i += 2
		for i < len(s.doc) && s.doc[i] == ' ' {
			i++
		}
		return i >= len(s.doc) || isNameStart(s.doc[i])
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
	case len(rest) >= len("<![CDATA[") && bytes.EqualFold(rest[:len("<![CDATA[")], []byte("<![CDATA[")):
		t.kind, t.stray = tokenCDATA, true // in small letters
		s.until(t, "]]>", len("<![CDATA["))
	case bytes.HasPrefix(rest, []byte("<!--")):
		t.kind = tokenOther
		s.comment(t)
	case len(rest) > 1 && rest[1] == '?':
		t.kind, t.instruction = tokenOther, true
		s.instruction(t)
	case len(rest) > 1 && rest[1] == '!':
		t.kind = tokenOther
		s.declaration(t)
	case len(rest) > 1 && rest[1] == '/':
		t.kind = tokenClose
		s.pos += 2
		for s.pos < len(s.doc) && s.doc[s.pos] == ' ' {
			s.pos++
			t.stray = true
		}
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

// comment passes a comment. One whose end is missing in a document that has its own
// end was not meant to take everything with it: only its first line or tag goes.
func (s *scanner) comment(t *token) {
	from := s.pos + len("<!--")
	rest := s.doc[from:]
	if !s.noComment {
		end := bytes.Index(rest, []byte("-->"))
		if wrong := bytes.Index(rest[:max(end, 0)], []byte("--!>")); wrong >= 0 {
			t.stray = true
			s.pos = from + wrong + len("--!>")
			return
		}
		if end >= 0 {
			s.pos = from + end + len("-->")
			return
		}
		s.noComment, s.closed = true, s.ends()
	}
	t.stray = true
	if i := bytes.Index(rest[:min(len(rest), 4096)], []byte("--!>")); i >= 0 {
		s.pos = from + i + len("--!>")
		return
	}
	i := bytes.IndexAny(rest, "<>")
	if i < 0 || !s.closed {
		t.broken = true
		s.pos = len(s.doc)
		return
	}
	s.pos = from + i
	if s.doc[s.pos] == '>' {
		s.pos++
	}
}

// ends tells whether the document has the end tag of a feed where it belongs.
func (s *scanner) ends() bool {
	tail := bytes.ToLower(s.doc[max(0, len(s.doc)-512):])
	for _, end := range []string{"</rss", "</channel", "</feed", ":feed>", "</rdf"} {
		if bytes.Contains(tail, []byte(end)) {
			return true
		}
	}
	return false
}

// instruction passes a processing instruction or the XML declaration. An XML
// declaration ends at its first '>', and so does an instruction that would take tags
// with it; PHP that was not run may hold anything.
func (s *scanner) instruction(t *token) {
	from := s.pos + 2
	if s.instructionEnd >= 0 && s.instructionEnd < from {
		s.instructionEnd = -1
		if i := bytes.Index(s.doc[from:], []byte("?>")); i >= 0 {
			s.instructionEnd = from + i
		}
	}
	rest := s.doc[from:]
	if s.instructionEnd >= 0 {
		rest = s.doc[from:s.instructionEnd]
	}
	php := len(rest) >= 3 && bytes.EqualFold(rest[:3], []byte("php"))
	i := bytes.IndexAny(rest, "<>")
	switch {
	case s.instructionEnd >= 0 && (i < 0 || php || bytes.IndexByte(rest[i:], '<') < 0):
		s.pos = s.instructionEnd + len("?>")
	case i < 0:
		t.broken = true
		s.pos = len(s.doc)
	default:
		t.stray = true
		s.pos = from + i
		if s.doc[s.pos] == '>' {
			s.pos++
		}
	}
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
