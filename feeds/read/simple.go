package read

import (
	"net/url"
	"strings"
)

// sanitiseSimple sanitises markup of a small, strict grammar in one pass; false when
// the fragment is not of it, and then sanitiseAny must do it. Most of what offices
// publish is of it, and this is eight times as fast.
//
// The grammar holds only what every HTML parser reads alike: elements of a short list
// that are closed in the order in which they were opened and may stand where they do,
// attributes in quotes, complete character references. Every byte is accounted for;
// the first that is not ends it. What it gives is what sanitiseAny gives, byte for
// byte: a fuzz test holds the two together.
func sanitiseSimple(fragment string, base *url.URL) (string, bool) {
	q := simple{w: markupWriter{base: base, out: make([]byte, 0, len(fragment)+len(fragment)/16)}, rest: fragment}
	for q.rest != "" {
		i := strings.IndexByte(q.rest, '<')
		if i < 0 {
			i = len(q.rest)
		}
		if i > 0 && !q.text(i) {
			return "", false
		}
		if q.rest != "" && !q.tag() {
			return "", false
		}
	}
	if q.depth > 0 || len(q.w.out) > maxContent {
		return "", false
	}
	return strings.TrimSpace(string(q.w.out)), true
}

// simpleDepth bounds the nesting of simple markup.
const simpleDepth = 24

type simple struct {
	w     markupWriter
	rest  string
	stack [simpleDepth]simpleElement
	depth int
	// Open elements of which there may be one only: a second would close the first.
	paragraph, heading, link bool
}

type simpleElement struct {
	name    string
	written bool
}

// simpleKind says where an element may stand.
type simpleKind uint8

const (
	simplePhrase simpleKind = iota + 1
	simpleBlock             // not within a paragraph
	simpleVoid
	simpleRule // void, and not within a paragraph
)

// simpleName gives the list's own string for a name, so that none is allocated.
func simpleName(name string) (string, simpleKind) {
	switch name {
	case "p":
		return "p", simpleBlock
	case "div":
		return "div", simpleBlock
	case "ul":
		return "ul", simpleBlock
	case "ol":
		return "ol", simpleBlock
	case "li":
		return "li", simpleBlock
	case "h1":
		return "h1", simpleBlock
	case "h2":
		return "h2", simpleBlock
	case "h3":
		return "h3", simpleBlock
	case "h4":
		return "h4", simpleBlock
	case "h5":
		return "h5", simpleBlock
	case "h6":
		return "h6", simpleBlock
	case "blockquote":
		return "blockquote", simpleBlock
	case "figure":
		return "figure", simpleBlock
	case "figcaption":
		return "figcaption", simpleBlock
	case "a":
		return "a", simplePhrase
	case "b":
		return "b", simplePhrase
	case "strong":
		return "strong", simplePhrase
	case "i":
		return "i", simplePhrase
	case "em":
		return "em", simplePhrase
	case "u":
		return "u", simplePhrase
	case "small":
		return "small", simplePhrase
	case "span":
		return "span", simplePhrase
	case "sub":
		return "sub", simplePhrase
	case "sup":
		return "sup", simplePhrase
	case "cite":
		return "cite", simplePhrase
	case "code":
		return "code", simplePhrase
	case "del":
		return "del", simplePhrase
	case "ins":
		return "ins", simplePhrase
	case "s":
		return "s", simplePhrase
	case "br":
		return "br", simpleVoid
	case "img":
		return "img", simpleVoid
	case "hr":
		return "hr", simpleRule
	}
	return "", 0
}

// text passes the first n bytes, which hold no '<'.
func (q *simple) text(n int) bool {
	s := q.rest[:n]
	if mayBeUnseen(s) {
		return false // what belongs together may be parted by tags
	}
	q.rest = q.rest[n:]
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			q.w.out = appendText(q.w.out, s)
			return true
		}
		q.w.out = appendText(q.w.out, s[:i])
		length, text, ok := simpleReference(s[i:])
		if !ok {
			return false
		}
		if mayBeUnseen(text) {
			return false
		}
		q.w.out = appendText(q.w.out, text)
		s = s[i+length:]
	}
}

// simpleReference reads a complete reference, or an ampersand that can be nothing
// but itself.
func simpleReference(s string) (n int, text string, ok bool) {
	n, text = reference(s)
	if n > 1 {
		return n, text, true
	}
	return 1, "&", len(s) == 1 || s[1] == ' ' || s[1] == '\n' || s[1] == '<'
}

func (q *simple) tag() bool {
	s := q.rest
	i := 1
	end := i < len(s) && s[i] == '/'
	if end {
		i++
	}
	from := i
	for i < len(s) && ('a' <= s[i] && s[i] <= 'z' || '0' <= s[i] && s[i] <= '9') {
		i++
	}
	name, kind := simpleName(s[from:i])
	if kind == 0 {
		return false
	}
	if end {
		if i >= len(s) || s[i] != '>' {
			return false
		}
		q.rest = s[i+1:]
		return q.close(name)
	}
	var pairs [8]pair
	n, got, ok := simpleAttributes(s[i:], pairs[:0], kind)
	if !ok {
		return false
	}
	q.rest = s[i+n:]
	return q.open(name, kind, got)
}

// simpleAttributes reads up to the tag's '>', n bytes. Only attributes that may be
// kept are collected.
func simpleAttributes(s string, got []pair, kind simpleKind) (n int, _ []pair, ok bool) {
	i := 0
	for {
		spaced := false
		for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t') {
			i++
			spaced = true
		}
		if i >= len(s) {
			return 0, nil, false
		}
		if s[i] == '>' {
			return i + 1, got, true
		}
		if s[i] == '/' {
			void := kind == simpleVoid || kind == simpleRule
			return i + 2, got, void && i+1 < len(s) && s[i+1] == '>'
		}
		from := i
		for i < len(s) && ('a' <= s[i] && s[i] <= 'z' || s[i] == '-' || '0' <= s[i] && s[i] <= '9') {
			i++
		}
		key := s[from:i]
		if !spaced || key == "" || i+1 >= len(s) || s[i] != '=' || s[i+1] != '"' && s[i+1] != '\'' {
			return 0, nil, false
		}
		quote := s[i+1]
		i += 2
		length := strings.IndexByte(s[i:], quote)
		if length < 0 {
			return 0, nil, false
		}
		value := s[i : i+length]
		i += length + 1
		if key == "hidden" || key == "style" && (strings.IndexByte(value, '&') >= 0 || hides(value)) {
			return 0, nil, false
		}
		if !mayKeep(key) {
			continue
		}
		if _, twice := find(got, key); twice || len(got) == cap(got) {
			return 0, nil, false
		}
		if value, ok = simpleValue(value); !ok {
			return 0, nil, false
		}
		got = append(got, pair{key, value})
	}
}

// simpleValue decodes an attribute's value.
func simpleValue(s string) (string, bool) {
	if strings.IndexByte(s, '&') < 0 {
		return s, true
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			b.WriteString(s)
			return b.String(), true
		}
		b.WriteString(s[:i])
		n, text, ok := simpleReference(s[i:])
		if !ok {
			return "", false
		}
		b.WriteString(text)
		s = s[i+n:]
	}
}

func mayKeep(key string) bool {
	switch key {
	case "href", "src", "alt", "title", "width", "height", "lang", "dir", "hreflang", "start", "type", "reversed", "cite":
		return true
	}
	return false
}

func (q *simple) open(name string, kind simpleKind, got []pair) bool {
	switch {
	case (kind == simpleBlock || kind == simpleRule) && q.paragraph,
		name == "a" && q.link,
		len(name) == 2 && name[0] == 'h' && name != "hr" && q.heading,
		name == "li" && !q.inList():
		return false
	}
	written := q.w.open(name, got)
	if kind == simpleVoid || kind == simpleRule {
		return true
	}
	if q.depth == simpleDepth {
		return false
	}
	q.stack[q.depth] = simpleElement{name, written}
	q.depth++
	q.mark(name, true)
	return true
}

func (q *simple) inList() bool {
	if q.depth == 0 {
		return false
	}
	top := q.stack[q.depth-1].name
	return top == "ul" || top == "ol"
}

func (q *simple) close(name string) bool {
	if q.depth == 0 || q.stack[q.depth-1].name != name {
		return false
	}
	q.depth--
	if q.stack[q.depth].written {
		q.w.close(name)
	}
	q.mark(name, false)
	return true
}

// mark remembers the elements of which only one may be open.
func (q *simple) mark(name string, open bool) {
	switch name {
	case "p":
		q.paragraph = open
	case "a":
		q.link = open
	case "h1", "h2", "h3", "h4", "h5", "h6":
		q.heading = open
	}
}
