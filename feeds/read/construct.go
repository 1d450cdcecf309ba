package read

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// construct is a text as its publisher meant it: HTML, or plain.
type construct struct {
	value string
	html  bool
	said  bool     // that it is HTML
	base  *url.URL // in force for it; nil when none was declared
}

// construct reads a text of any format: Atom's text constructs and content (RFC 4287,
// 3.1 and 4.1.3; Atom 0.3 with its modes), and the texts of RSS, which are HTML
// whatever the specifications said. ok is false when it is no text at all.
func (r *reader) construct(e *element) (c construct, ok bool) {
	c.base = e.scope.base
	typ, mode := "", ""
	if len(e.attrs) > 0 {
		typ, mode = e.attr("type"), e.attr("mode")
	}
	typ = textType(strings.TrimSpace(strings.Split(typ, ";")[0]), mode)
	atom := r.atom && e.space == coreSpace || e.space == atomSpace
	switch {
	case e.hasMarkup(), !strings.EqualFold(mode, "base64") && (typ == "xhtml" || strings.HasSuffix(typ, "xml")):
		var in *scope
		c.value, in = r.fragment(e, typ == "xhtml" && e.attr("type") == "xhtml")
		c.base, c.html, c.said = in.base, true, true
		return c, true
	case strings.EqualFold(mode, "base64"), isBinary(typ):
		// Publishers of octet-stream mean text, or forgot to encode it.
		vague := strings.EqualFold(mode, "base64") || strings.HasSuffix(typ, "octet-stream")
		if c.value, ok = decodeBase64(e.text()); !ok && vague {
			c.value, ok = e.text(), true
		}
		c.html = typ == "html" || typ == "xhtml" || looksLikeHTML(c.value)
		return c, ok && (vague || c.html)
	}
	c.value = e.text()
	c.said = typ == "html" && atom
	c.html = typ == "html" || !atom && typ != "text" && e.space != "media"
	if !c.html && !atom {
		c.html = looksLikeHTML(c.value) // RSS says text/plain of anything
	}
	return c, true
}

// isBinary tells the media types whose content is base64 (RFC 4287, 4.1.3.3).
func isBinary(typ string) bool {
	return strings.Contains(typ, "/") && !strings.HasPrefix(typ, "text/")
}

// decodeBase64 gives the text that was encoded; false when it is none.
func decodeBase64(s string) (string, bool) {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		b, err = base64.RawStdEncoding.DecodeString(s)
	}
	if err != nil || !utf8.Valid(b) || bytes.IndexByte(b, 0) >= 0 {
		return "", false
	}
	return string(b), true
}

// markupOf makes sanitised HTML of an element's text. base is in force where none is
// declared.
func (r *reader) markupOf(e *element, base *url.URL, limit int) string {
	if e == nil {
		return ""
	}
	c, ok := r.construct(e)
	if !ok {
		r.add("Content of the type %q was left out.", cut(e.attr("type"), 60))
		return ""
	}
	if c.base != nil {
		base = c.base
	}
	if !c.html && e.attr("type") == "" && looksLikeHTML(c.value) {
		r.add("Texts without a type hold markup; they were read as HTML.")
		c.html = true
	}
	if c.html {
		return r.markup(c.value, base, limit)
	}
	if len(c.value) > limit {
		r.add("A text is longer than %d KiB; it was cut.", limit>>10)
		c.value = cut(c.value, limit)
	}
	return sanitise(escapeText(c.value), base)
}

// plainOf makes a line of plain text of an element's text.
func (r *reader) plainOf(e *element) string {
	if e == nil {
		return ""
	}
	c, ok := r.construct(e)
	switch {
	case !ok:
		return ""
	case c.said:
		return markupTitle(c.value)
	case c.html:
		return plainTitle(c.value)
	}
	return r.literalText(cut(c.value, 8*maxRights))
}

// firstPlain is the first plain text among the core elements with the names.
func (r *reader) firstPlain(k siblings, names ...string) string {
	for _, n := range names {
		for i := range k {
			if k[i].name == n && k[i].is(n) {
				if s := r.plainOf(&k[i]); s != "" {
					return s
				}
			}
		}
	}
	return ""
}

// resolved are the attributes that hold an address.
var resolved = map[string]bool{
	"href": true, "src": true, "cite": true, "action": true, "longdesc": true, "poster": true, "data": true,
	"background": true, "usemap": true, "codebase": true, "profile": true, "classid": true,
}

// fragment makes HTML of the XHTML within an element: no prefixes, no shorthand that
// HTML does not know, and addresses resolved where a base of their own is in force.
// unwrap leaves out the one div that Atom 1.0 wants around it. The scope is that of
// the markup.
func (r *reader) fragment(e *element, unwrap bool) (string, *scope) {
	o := outline{document: r.document, names: map[string]string{}}
	if inner := bytes.TrimSpace(e.inner); unwrap && bytes.HasPrefix(inner, []byte("<")) && bytes.HasSuffix(inner, []byte(">")) {
		if only := o.children(e, 2); len(only) == 1 && only[0].name == "div" && !textAround(inner) {
			e = &only[0]
		}
	}
	w := fragmentWriter{outline: o, outer: e.scope, scopes: []*scope{e.scope}}
	s := scanner{doc: e.inner, declared: true}
	for {
		t := s.next()
		switch t.kind {
		case tokenEnd:
			return strings.TrimSpace(string(w.out)), e.scope
		case tokenText:
			w.out = append(w.out, e.inner[t.start:t.end]...)
		case tokenCDATA:
			w.out = appendText(w.out, string(cdata(e.inner[t.start:t.end])))
		case tokenOpen:
			w.open(&t)
		case tokenClose:
			w.out = append(append(append(w.out, '<', '/'), t.local()...), '>')
			if len(w.scopes) > 1 {
				w.scopes = w.scopes[:len(w.scopes)-1]
			}
		}
	}
}

// textAround tells whether text stands outside of elements.
func textAround(markup []byte) bool {
	s := scanner{doc: markup, declared: true}
	depth := 0
	for {
		switch t := s.next(); t.kind {
		case tokenEnd:
			return false
		case tokenOpen:
			if !t.empty {
				depth++
			}
		case tokenClose:
			depth--
		case tokenText, tokenCDATA:
			if depth == 0 && len(bytes.TrimSpace(markup[t.start:t.end])) > 0 {
				return true
			}
		}
	}
}

type fragmentWriter struct {
	outline
	outer  *scope
	scopes []*scope
	out    []byte
}

func (w *fragmentWriter) open(t *token) {
	in := w.scopes[len(w.scopes)-1].enter(t.attrs, w.document)
	name := w.lower(t.local())
	w.out = append(append(w.out, '<'), name...)
	own := in.base != w.outer.base
	spoken := false
	eachAttribute(t.attrs, func(n, raw []byte) {
		key := w.lower(n)
		if key == "lang" {
			spoken = true
		}
		switch {
		case key == "xml:lang" && !spoken:
			key = "lang"
		case strings.IndexByte(key, ':') >= 0 || key == "xmlns":
			return
		}
		value := string(raw)
		if own && resolved[key] {
			if u := absolute(in.base, decodeEntities(value)); u != "" {
				value = string(appendAttribute(nil, u))
			}
		}
		w.out = append(append(append(w.out, ' '), key...), '=', '"')
		w.out = append(w.out, strings.ReplaceAll(value, `"`, "&#34;")...)
		w.out = append(w.out, '"')
	})
	w.out = append(w.out, '>')
	switch {
	case !t.empty:
		w.scopes = append(w.scopes, in)
	case elements[name]&elementVoid == 0:
		w.out = append(append(append(w.out, '<', '/'), name...), '>')
	}
}
