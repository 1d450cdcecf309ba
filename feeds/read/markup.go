package read

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// mostNested bounds the depth of markup; browsers flatten what is nested deeper than
// 512, and then read other elements than were written.
const mostNested = 100

// markupWriter writes allowed markup, at most maxContent bytes of it.
type markupWriter struct {
	base   *url.URL
	out    []byte
	depth  int
	owed   int  // bytes of the end tags of open elements
	full   bool // no more fits
	hidden int  // open elements that hide what is in them
	pre    int  // where the content of a pre begins, at which a line feed is lost
}

// pair is an attribute with its decoded value.
type pair struct{ key, value string }

func (w *markupWriter) node(n *html.Node) {
	if w.full {
		return
	}
	switch n.Type {
	case html.TextNode:
		w.text(n.Data)
	case html.ElementNode:
		w.element(n)
	}
}

func (w *markupWriter) text(s string) {
	s = tidy(s)
	if w.pre > 0 && w.pre == len(w.out) && strings.HasPrefix(s, "\n") {
		w.out = append(w.out, '\n')
	}
	from := len(w.out)
	w.out = appendText(w.out, s)
	if most := maxContent - w.owed; len(w.out) > most {
		w.out = append(w.out[:from], cutMarkup(string(w.out[from:]), max(most-from, 0))...)
		w.full = true
	}
}

// fits keeps what was written from an offset on if there is room for it and so many
// bytes more.
func (w *markupWriter) fits(from, more int) bool {
	if len(w.out)+w.owed+more <= maxContent {
		return true
	}
	w.out, w.full = w.out[:from], true
	return false
}

func (w *markupWriter) element(n *html.Node) {
	kind := elements[n.Data]
	if n.Namespace != "" {
		return
	}
	pairs := attributesOf(n)
	if n.Data == "audio" || n.Data == "video" {
		w.medium(n, pairs)
		return
	}
	if kind&elementSkipped != 0 {
		return
	}
	hides := isHidden(pairs)
	if hides {
		w.hidden++
	}
	from, end := len(w.out), len("</>")+len(n.Data)
	written := kind&elementKept != 0 && w.depth < mostNested && (n.Data != "img" || w.hidden == 0) && w.open(n.Data, pairs) && w.fits(from, end)
	if written && kind&elementVoid == 0 {
		w.depth++
		w.owed += end
		if n.Data == "pre" {
			w.pre = len(w.out)
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
	if written && kind&elementVoid == 0 {
		w.depth--
		w.owed -= end
		w.close(n.Data)
	}
	if hides {
		w.hidden--
	}
}

func attributesOf(n *html.Node) []pair {
	if len(n.Attr) == 0 {
		return nil
	}
	out := make([]pair, 0, min(len(n.Attr), maxAttributes))
	for _, a := range n.Attr {
		if a.Namespace == "" && len(out) < maxAttributes {
			out = append(out, pair{a.Key, a.Val})
		}
	}
	return out
}

func isHidden(got []pair) bool {
	for i := range got {
		if got[i].key == "hidden" || got[i].key == "style" && hides(got[i].value) {
			return true
		}
	}
	return false
}

// medium writes a player for the first usable address of a medium; what stands in it
// is for browsers that have none. It loads nothing before somebody starts it.
func (w *markupWriter) medium(n *html.Node, got []pair) {
	addresses := []string{}
	if src, ok := find(got, "src"); ok {
		addresses = append(addresses, src)
	}
	for c := n.FirstChild; c != nil && len(addresses) < maxEnclosures; c = c.NextSibling {
		if c.Type == html.ElementNode && c.Data == "source" {
			if src, ok := find(attributesOf(c), "src"); ok {
				addresses = append(addresses, src)
			}
		}
	}
	for _, a := range addresses {
		if a = absolute(w.base, a); a == "" || w.hidden > 0 || isHidden(got) {
			continue
		}
		from := len(w.out)
		w.out = append(append(w.out, '<'), n.Data...)
		w.attribute("src", a)
		for _, key := range [...]string{"title", "width", "height"} {
			if value, ok := find(got, key); ok {
				if value, ok = w.value(key, value); ok {
					w.attribute(key, value)
				}
			}
		}
		w.attribute("controls", "")
		w.attribute("preload", "none")
		w.out = append(w.out, '>')
		w.close(n.Data)
		w.fits(from, 0)
		return
	}
}

// open writes a tag with its allowed attributes; false when the element has no place
// here without those that are missing.
func (w *markupWriter) open(name string, got []pair) bool {
	start := len(w.out)
	w.out = append(append(w.out, '<'), name...)
	essential := name == "a" || name == "img" || name == "span" || name == "bdo"
	for _, key := range attributes[name] {
		value, ok := find(got, key)
		if !ok {
			continue
		}
		if value, ok = w.value(key, value); !ok || name == "img" && key == "src" && isBeacon(value) {
			continue
		}
		w.attribute(key, value)
		essential = essential && key != "href" && key != "src"
	}
	for _, key := range [...]string{"lang", "dir"} {
		if value, ok := find(got, key); ok {
			if value, ok = w.value(key, value); ok {
				w.attribute(key, value)
				essential = essential && name != "span" && (name != "bdo" || key != "dir" || value == "auto")
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
		if number, ok := telephone(value); ok {
			return number, true
		}
		value = absolute(w.base, value)
		return value, value != ""
	case "src", "cite":
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
		return value, datePattern.MatchString(value)
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

// telephone reads a tel address (RFC 3966, 3): digits and what people put between
// them; parameters go.
func telephone(value string) (string, bool) {
	value = strings.TrimSpace(value)
	if len(value) < 5 || !strings.EqualFold(value[:4], "tel:") {
		return "", false
	}
	number, _, _ := strings.Cut(value[4:], ";")
	digits := 0
	for i := 0; i < len(number); i++ {
		switch c := number[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '+' && i == 0, c == '-', c == '.', c == '(', c == ')':
		default:
			return "", false
		}
	}
	return "tel:" + number, digits >= 2 && digits <= 20 && len(number) <= 40
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
func appendText(out []byte, s string) []byte { return appendEscaped(out, s, false) }

// appendAttribute writes text as an attribute's value between double quotes.
func appendAttribute(out []byte, s string) []byte { return appendEscaped(out, s, true) }

func appendEscaped(out []byte, s string, quoted bool) []byte {
	from := 0
	for i := 0; i < len(s); i++ {
		var esc string
		switch c := s[i]; {
		case c == '&':
			esc = "&amp;"
		case c == '<':
			esc = "&lt;"
		case c == '>':
			esc = "&gt;"
		case c == '"' && quoted:
			esc = "&#34;"
		default:
			continue
		}
		out = append(append(out, s[from:i]...), esc...)
		from = i + 1
	}
	return append(out, s[from:]...)
}
