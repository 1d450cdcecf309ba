package read

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// maxReference is the length of the longest named character reference of HTML.
const maxReference = 34

// decodeEntities decodes the character references of HTML once. Only complete ones,
// with their semicolon, are meant: "AT&T" and "a=1&copy=2" stay.
func decodeEntities(s string) string {
	i := strings.IndexByte(s, '&')
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i >= 0 {
		b.WriteString(s[:i])
		s = s[i:]
		n, text := reference(s)
		b.WriteString(text)
		s = s[n:]
		i = strings.IndexByte(s, '&')
	}
	b.WriteString(s)
	return b.String()
}

// reference reads the character reference at the beginning of s: how long it is and
// what it stands for. An ampersand that begins none stands for itself.
func reference(s string) (n int, text string) {
	end := strings.IndexByte(s[:min(len(s), maxReference)], ';')
	if end < 2 {
		return 1, "&"
	}
	for j := 1; j < end; j++ {
		c := s[j]
		if letter := c|0x20 >= 'a' && c|0x20 <= 'z'; !letter && (c < '0' || c > '9') && (j > 1 || c != '#') {
			return 1, "&"
		}
	}
	whole := s[:end+1]
	text = html.UnescapeString(whole)
	// html also decodes the beginning of an unknown name: "&notit;" is no "¬it;".
	if text == whole || strings.HasSuffix(text, ";") && text != ";" {
		return 1, "&"
	}
	return end + 1, text
}

// plainTitle makes plain text of a title that may be HTML: known tags are dropped,
// references decoded once, space collapsed. A '<' that begins no HTML tag stays:
// "a < b".
func plainTitle(s string) string {
	s = cut(s, 8*maxTitle)
	if strings.IndexByte(s, '<') >= 0 {
		s = stripTags(s, false)
	}
	return oneLine(decodeEntities(s))
}

// markupTitle makes plain text of a title that says it is HTML, in which every tag is
// one.
func markupTitle(s string) string {
	return oneLine(decodeEntities(stripTags(cut(s, 8*maxTitle), true)))
}

// literalTitle makes a plain title of a text that is plain by its format.
func (r *reader) literalTitle(s string) string {
	return r.title(r.literalText(cut(s, 8*maxTitle)))
}

// literalText is a line of a text that is plain by its format. Numeric references in
// it, which nobody means to show, were escaped once too often.
func (r *reader) literalText(s string) string {
	s = oneLine(s)
	if i := strings.Index(s, "&#"); i >= 0 {
		if n, _ := reference(s[i:]); n > 1 {
			r.add("Plain texts hold character references; they were decoded.")
			s = oneLine(decodeEntities(s))
		}
	}
	return s
}

// stripTags drops the tags and comments of HTML from a line of text, and nothing
// else that stands in angle brackets unless every tag is meant.
func stripTags(s string, every bool) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		s = s[i:]
		if strings.HasPrefix(s, "<!--") {
			end := strings.Index(s, "-->")
			if end < 0 {
				return b.String()
			}
			s = s[end+len("-->"):]
			continue
		}
		name, end := tagAt(s)
		kind := elements[name]
		switch {
		case end == 0 || kind == elementUnknown && !every:
			b.WriteByte('<')
			s = s[1:]
			continue
		case kind&elementSkipped != 0 && s[1] != '/':
			s = skipElement(s, name, end)
			continue
		case kind&elementBlock != 0:
			b.WriteByte(' ')
		}
		s = s[end:]
	}
}

// tagAt reads the tag at the beginning of s: its name in lower case and the length
// up to and with its '>'; 0 when there is no complete tag.
func tagAt(s string) (name string, end int) {
	i := 1
	if i < len(s) && s[i] == '/' {
		i++
	}
	from := i
	upper := false
	for i < len(s) && isTagByte(s[i]) {
		upper = upper || s[i] <= 'Z'
		i++
	}
	if i == from || s[from] <= '9' {
		return "", 0
	}
	name = s[from:i]
	if upper {
		name = strings.ToLower(name)
	}
	if j := strings.LastIndexByte(name, ':'); j >= 0 {
		name = name[j+1:] // a prefix, in Atom's XHTML
	}
	var previous byte
	for ; i < len(s); i++ {
		switch c := s[i]; c {
		case '>':
			return name, i + 1
		case '"', '\'':
			if previous != '=' {
				break
			}
			q := strings.IndexByte(s[i+1:], c)
			if q < 0 {
				return name, 0
			}
			i += q + 1
		}
		if s[i] > ' ' {
			previous = s[i]
		}
	}
	return name, 0
}

func isTagByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == ':' || c == '-'
}

// skipElement gives what follows an element whose text is none for people, given the
// length of its opening tag; all of the rest when it is not closed.
func skipElement(s, name string, end int) string {
	if elements[name]&elementVoid != 0 || strings.HasSuffix(s[:end], "/>") {
		return s[end:]
	}
	s = s[end:]
	for {
		i := strings.Index(s, "</")
		if i < 0 {
			return ""
		}
		s = s[i+2:]
		if len(s) < len(name) || !strings.EqualFold(s[:len(name)], name) || len(s) > len(name) && isTagByte(s[len(name)]) {
			continue
		}
		if i = strings.IndexByte(s, '>'); i < 0 {
			return ""
		}
		return s[i+1:]
	}
}

// oneLine collapses white space to single spaces, and drops unseen characters as tidy
// does; at the ends also joiners, which join nothing there.
func oneLine(s string) string {
	if isOneLine(s) {
		return s
	}
	s = tidy(s)
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		if unicode.IsSpace(r) {
			space = b.Len() > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return strings.Trim(b.String(), "\u200b\u2060\u00ad ")
}

// isOneLine recognises a line that oneLine would not change; only those in ASCII.
func isOneLine(s string) bool {
	previous := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < ' ' || c >= 0x7F || c == ' ' && previous == ' ' {
			return false
		}
		previous = c
	}
	return s == "" || previous != ' '
}

// escapeText writes plain text as HTML, a line break for each newline and a paragraph
// for each empty line.
func escapeText(s string) string {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	if s == "" {
		return ""
	}
	var b []byte
	paragraphs := strings.Contains(s, "\n\n")
	for p := range strings.SplitSeq(s, "\n\n") {
		if p = strings.TrimSpace(p); p == "" {
			continue
		}
		if paragraphs {
			b = append(b, "<p>"...)
		}
		for i, line := range strings.Split(p, "\n") {
			if i > 0 {
				b = append(b, "<br>"...)
			}
			b = appendText(b, line)
		}
		if paragraphs {
			b = append(b, "</p>"...)
		}
	}
	return string(b)
}

// looksLikeHTML tells whether a text that should be plain holds markup: an end tag of
// an HTML element or a line break.
func looksLikeHTML(s string) bool {
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			return false
		}
		s = s[i:]
		name, end := tagAt(s)
		switch {
		case end == 0 && name != "":
			return false // no tag ends behind here
		case end > 0 && (s[1] == '/' && elements[name] != elementUnknown || name == "br" || name == "img" || name == "p"):
			return true
		}
		s = s[1:]
	}
}

// unescapeTwice repairs markup that was escaped once too often: it has no tag of its
// own but the escaped end tags of HTML elements.
func unescapeTwice(s string) (string, bool) {
	if strings.IndexByte(s, '<') >= 0 || !strings.Contains(s, "&lt;/") && !strings.Contains(s, "&lt;br") {
		return s, false
	}
	d := decodeEntities(s)
	if !looksLikeHTML(d) {
		return s, false
	}
	return d, true
}

// validText makes s valid UTF-8, which it is unless a numeric reference broke it.
func validText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
