package read

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Sanitise makes a fragment of HTML from outside safe to stand in a page or feed of
// ours. It is the one policy:
//
//   - Structure, emphasis, lists, tables, links and images stay. Scripts, styles,
//     frames, forms, embedded media, SVG and MathML go with their content; other
//     elements go and leave their content.
//   - Attributes are href, src, alt, title, width, height, lang, dir, cell spans and
//     the like; no class, style, id, srcset or handler.
//   - Addresses are http or https, in links also mailto, made absolute against base.
//     A link without a usable address leaves its text; an image without one goes, and
//     so does one of a pixel or less, which only counts readers.
//   - The result is what a browser would make of the fragment, written anew: tags are
//     balanced, text is escaped.
//
// base is an absolute URL; empty or unreadable when unknown, then relative addresses
// are dropped. Fragments over 1 MiB are cut.
func Sanitise(htmlFragment, base string) string {
	return sanitise(htmlFragment, resolveBase(nil, base))
}

func sanitise(fragment string, base *url.URL) string {
	fragment = normaliseMarkup(cutMarkup(fragment, maxContent))
	if out, ok := sanitiseSimple(fragment, base); ok {
		return out
	}
	return sanitiseAny(fragment, base)
}

// normaliseMarkup does what browsers do before they parse, drops the characters that
// have no place in markup, and trims.
func normaliseMarkup(s string) string {
	s = validText(s)
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	if mayBeUnwanted(s) {
		s = strings.Map(wanted, s)
	}
	return strings.TrimSpace(s)
}

// mayBeUnwanted looks for what isUnwanted names without decoding characters; it also
// finds some of their neighbours.
func mayBeUnwanted(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c < ' ' && c != '\n' && c != '\t', c == 0x7F:
			return true
		case c == 0xE2 && i+2 < len(s) && s[i+1] == 0x80 && s[i+2]|3 == 0xAF: // U+202C to U+202F
			return true
		case c == 0xEF && i+1 < len(s) && s[i+1] == 0xBF:
			return true
		}
	}
	return false
}

// wanted is a mapping that drops what isUnwanted names.
func wanted(r rune) rune {
	if isUnwanted(r) {
		return -1
	}
	return r
}

func isUnwanted(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || isOverride(r) || r == '\uFFFE' || r == '\uFFFF' || r == 0x7F
}

// policy is the first of two nets: bluemonday drops what is not allowed, token by
// token. The second is the tree that sanitiseAny writes, which also balances tags,
// which bluemonday does not, and judges addresses.
var policy = newPolicy()

func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	var kept, skipped []string
	for name, kind := range elements {
		switch {
		case kind&elementKept != 0:
			kept = append(kept, name)
		case kind&elementSkipped != 0 && kind&elementVoid == 0:
			skipped = append(skipped, name)
		}
	}
	p.AllowElements(kept...)
	p.AllowNoAttrs().OnElements(kept...)
	p.AllowElementsContent("frame") // skipped by default, but it has no end tag
	p.SkipElementsContent(skipped...)
	p.AllowAttrs("lang", "dir").Globally()
	for element, names := range attributes {
		p.AllowAttrs(names...).OnElements(element)
	}
	p.RequireParseableURLs(false) // absolute decides, and repairs first
	return p
}

// attributes are the attributes of elements besides lang and dir, in the order in
// which they are written.
var attributes = map[string][]string{
	"a":    {"href", "title", "hreflang"},
	"abbr": {"title"},
	"img":  {"src", "alt", "title", "width", "height"},
	"ol":   {"start", "type", "reversed"},
	"td":   {"colspan", "rowspan"},
	"th":   {"colspan", "rowspan", "scope"},
	"time": {"datetime"},
}

var (
	numberPattern = regexp.MustCompile(`^[0-9]{1,5}$`)
	wordPattern   = regexp.MustCompile(`^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,4}$`)
)

// sanitiseAny parses the fragment as browsers do and writes what is allowed of it.
func sanitiseAny(fragment string, base *url.URL) string {
	allowed := policy.Sanitize(fragment) //nolint:misspell // the library's spelling
	nodes, err := html.ParseFragment(strings.NewReader(allowed), &html.Node{
		Type: html.ElementNode, Data: "body", DataAtom: atom.Body,
	})
	if err != nil { // nested over 512 deep: its text is all that can be kept
		return string(appendText(nil, PlainText(fragment)))
	}
	w := markupWriter{base: base, out: make([]byte, 0, len(fragment))}
	for _, n := range nodes {
		w.node(n)
	}
	return strings.TrimSpace(string(w.out))
}

// markupWriter writes allowed markup.
type markupWriter struct {
	base *url.URL
	out  []byte
}

// pair is an attribute with its decoded value.
type pair struct{ key, value string }

func (w *markupWriter) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		w.text(n.Data)
	case html.ElementNode:
		w.element(n)
	}
}

// text writes text without the characters that a reference may have smuggled in.
func (w *markupWriter) text(s string) {
	if mayBeUnwanted(s) {
		s = strings.Map(wanted, s)
	}
	w.out = appendText(w.out, s)
}

func (w *markupWriter) element(n *html.Node) {
	kind := elements[n.Data]
	if kind&elementSkipped != 0 || n.Namespace != "" {
		return
	}
	written := false
	if kind&elementKept != 0 {
		var pairs [8]pair
		got := pairs[:0]
		for _, a := range n.Attr {
			if a.Namespace == "" && len(got) < len(pairs) {
				got = append(got, pair{a.Key, a.Val})
			}
		}
		written = w.open(n.Data, got)
		if n.Data == "pre" && n.FirstChild != nil && n.FirstChild.Type == html.TextNode && strings.HasPrefix(n.FirstChild.Data, "\n") {
			w.out = append(w.out, '\n') // the parser drops the first one
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
	if written && kind&elementVoid == 0 {
		w.close(n.Data)
	}
}

// open writes a tag with its allowed attributes; false when the element has no place
// here without those that are missing.
func (w *markupWriter) open(name string, got []pair) bool {
	start := len(w.out)
	w.out = append(append(w.out, '<'), name...)
	essential := name == "a" || name == "img" || name == "span"
	for _, key := range attributes[name] {
		value, ok := find(got, key)
		if !ok {
			continue
		}
		if value, ok = w.value(key, value); !ok {
			continue
		}
		w.attribute(key, value)
		essential = essential && key != "href" && key != "src"
	}
	for _, key := range [...]string{"lang", "dir"} {
		if value, ok := find(got, key); ok {
			if value, ok = w.value(key, value); ok {
				w.attribute(key, value)
				essential = essential && name != "span"
			}
		}
	}
	if essential || name == "img" && isPixel(got) {
		w.out = w.out[:start]
		return false
	}
	w.out = append(w.out, '>')
	return true
}

func (w *markupWriter) close(name string) {
	w.out = append(append(append(w.out, '<', '/'), name...), '>')
}

func (w *markupWriter) attribute(key, value string) {
	w.out = append(append(append(w.out, ' '), key...), '=', '"')
	w.out = appendAttribute(w.out, value)
	w.out = append(w.out, '"')
}

// value judges an attribute's value; what it gives is written.
func (w *markupWriter) value(key, value string) (string, bool) {
	switch key {
	case "href":
		if address, ok := mailAddress(value); ok {
			return address, true
		}
		value = absolute(w.base, value)
		return value, value != ""
	case "src":
		value = absolute(w.base, value)
		return value, value != ""
	case "alt":
		return cut(oneLine(value), maxTitle), true
	case "title":
		value = cut(oneLine(value), maxTitle)
		return value, value != ""
	case "dir":
		value = strings.ToLower(strings.TrimSpace(value))
		return value, value == "ltr" || value == "rtl" || value == "auto"
	case "width", "height", "colspan", "rowspan", "start":
		value = strings.TrimSuffix(strings.TrimSpace(value), "px")
		return value, numberPattern.MatchString(value)
	case "reversed":
		return "", true
	case "datetime":
		value = strings.TrimSpace(value)
		return value, len(value) <= 40
	case "lang", "hreflang", "scope", "type":
		value = strings.TrimSpace(value)
		return value, wordPattern.MatchString(value)
	}
	return "", false
}

// mailAddress reads a mailto address (RFC 6068); it keeps the address and drops what
// a form would add to the letter.
func mailAddress(value string) (string, bool) {
	value = strings.TrimSpace(value)
	if len(value) < 8 || !strings.EqualFold(value[:7], "mailto:") {
		return "", false
	}
	address, _, _ := strings.Cut(value[7:], "?")
	if len(address) > 254 || strings.Count(address, "@") != 1 {
		return "", false
	}
	for i := 0; i < len(address); i++ {
		c := address[i]
		if !isTagByte(c) && c != '@' && c != '.' && c != '_' && c != '+' || c == ':' {
			return "", false
		}
	}
	return "mailto:" + address, true
}

// isPixel tells whether an image is too small to be seen.
func isPixel(got []pair) bool {
	for _, key := range [...]string{"width", "height"} {
		if v, ok := find(got, key); ok && v != "" {
			v = strings.TrimSpace(v)
			v = strings.TrimLeft(strings.TrimSuffix(v, "px"), "0")
			if v == "" || v == "1" {
				return true
			}
		}
	}
	return false
}

func find(got []pair, key string) (string, bool) {
	for i := range got {
		if got[i].key == key {
			return got[i].value, true
		}
	}
	return "", false
}

// appendText writes text as the content of an element.
func appendText(out []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); i++ {
		var esc string
		switch s[i] {
		case '&':
			esc = "&amp;"
		case '<':
			esc = "&lt;"
		case '>':
			esc = "&gt;"
		default:
			continue
		}
		out = append(append(out, s[from:i]...), esc...)
		from = i + 1
	}
	return append(out, s[from:]...)
}

// appendAttribute writes text as an attribute's value between double quotes.
func appendAttribute(out []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); i++ {
		var esc string
		switch s[i] {
		case '&':
			esc = "&amp;"
		case '<':
			esc = "&lt;"
		case '>':
			esc = "&gt;"
		case '"':
			esc = "&#34;"
		default:
			continue
		}
		out = append(append(out, s[from:i]...), esc...)
		from = i + 1
	}
	return append(out, s[from:]...)
}
