package redact

import (
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	"tributary/feeds/read"
)

// page is one field of an entry as text, with where each part of it stands in the
// field. Blocks of markup begin new lines; white space is kept as it is.
type page struct {
	raw   string
	text  string
	low   string // text in lower case, byte for byte as long
	parts []part
	tags  []tag
	lines []span
	cuts  []span // of text, in no order
	gone  []bool // tags that go

	markup bool
	whole  bool // a web address, which no excerpt cuts off
}

// span is a part of a text, [from, to).
type span struct{ from, to int }

// part is a piece of text: n bytes of it stand for length bytes of the raw field.
type part struct{ text, n, raw, length int }

// tag is a tag of sanitised markup. pair is the index of its partner, -1 without.
type tag struct {
	raw     span
	at      int // where in the text
	name    string
	closing bool
	pair    int
	as      string // written instead; empty for as it is
}

// breaking elements begin a line; cells are parted by a space.
func breaking(name string) bool {
	switch name {
	case "p", "div", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "pre",
		"figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "br", "hr":
		return true
	}
	return false
}

func void(name string) bool {
	return name == "br" || name == "hr" || name == "img" || name == "wbr"
}

// newPage reads a field; markup says whether it is sanitised HTML.
func newPage(raw string, markup bool) *page {
	p := &page{raw: raw, markup: markup}
	if !markup || !strings.ContainsAny(raw, "<&") {
		p.text = raw
		p.parts = []part{{0, len(raw), 0, len(raw)}}
	} else {
		p.read()
	}
	p.low = lower(p.text)
	p.split()
	p.gone = make([]bool, len(p.tags))
	return p
}

func (p *page) read() {
	b := make([]byte, 0, len(p.raw))
	literal := func(from, to int) {
		if to > from {
			p.parts = append(p.parts, part{len(b), to - from, from, to - from})
			b = append(b, p.raw[from:to]...)
		}
	}
	var open []int
	from, i := 0, 0
	for i < len(p.raw) {
		switch c := p.raw[i]; {
		case c == '<' && i+1 < len(p.raw) && (isLetter(p.raw[i+1]) || p.raw[i+1] == '/'):
			end := strings.IndexByte(p.raw[i:], '>')
			if end < 0 {
				i = len(p.raw)
				continue
			}
			literal(from, i)
			t := tag{raw: span{i, i + end + 1}, pair: -1}
			t.name, t.closing = tagName(p.raw[i:t.raw.to])
			switch {
			case breaking(t.name) && len(b) > 0 && b[len(b)-1] != '\n':
				b = append(b, '\n')
			case (t.name == "td" || t.name == "th") && len(b) > 0 && b[len(b)-1] != '\n':
				b = append(b, ' ')
			}
			t.at = len(b)
			if t.closing {
				for k := len(open) - 1; k >= 0; k-- {
					if p.tags[open[k]].name == t.name {
						t.pair = open[k]
						p.tags[open[k]].pair = len(p.tags)
						open = open[:k]
						break
					}
				}
			} else if !void(t.name) {
				open = append(open, len(p.tags))
			}
			p.tags = append(p.tags, t)
			i = t.raw.to
			from = i
		case c == '&':
			n := 0
			if semicolon := strings.IndexByte(p.raw[i:min(len(p.raw), i+34)], ';'); semicolon > 0 {
				n = semicolon + 1
			}
			decoded := ""
			if n > 0 {
				decoded = html.UnescapeString(p.raw[i : i+n])
			}
			if n == 0 || decoded == p.raw[i:i+n] {
				i++
				continue
			}
			literal(from, i)
			p.parts = append(p.parts, part{len(b), len(decoded), i, n})
			b = append(b, decoded...)
			i += n
			from = i
		default:
			i++
		}
	}
	literal(from, len(p.raw))
	p.text = string(b)
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func tagName(s string) (name string, closing bool) {
	i := 1
	if s[i] == '/' {
		closing = true
		i++
	}
	start := i
	for i < len(s) && (isLetter(s[i]) || '0' <= s[i] && s[i] <= '9') {
		i++
	}
	return strings.ToLower(s[start:i]), closing
}

// split finds the lines of the text.
func (p *page) split() {
	from := 0
	for from <= len(p.text) {
		end := strings.IndexByte(p.text[from:], '\n')
		if end < 0 {
			end = len(p.text)
		} else {
			end += from
		}
		p.lines = append(p.lines, span{from, end})
		from = end + 1
	}
}

// lineOf is the number of the line in which a place of the text is.
func (p *page) lineOf(at int) int {
	i, found := slices.BinarySearchFunc(p.lines, at, func(l span, at int) int { return l.from - at })
	if !found {
		i--
	}
	return i
}

// cut marks a part of the text to go.
func (p *page) cut(from, to int) {
	if to > from {
		p.cuts = append(p.cuts, span{from, to})
	}
}

// changed tells whether anything goes.
func (p *page) changed() bool {
	return len(p.cuts) > 0 || slices.Contains(p.gone, true) || slices.ContainsFunc(p.tags, func(t tag) bool { return t.as != "" })
}

// rest is the field without what goes. Elements that are left without content by it go
// too; everything else stays byte for byte.
func (p *page) rest() string {
	if !p.changed() {
		return p.raw
	}
	cuts := merge(p.cuts)
	p.empty(cuts)
	var b strings.Builder
	b.Grow(len(p.raw))
	t, c := 0, 0
	tags := func(until int) {
		for t < len(p.tags) && p.tags[t].raw.from < until {
			switch {
			case p.gone[t]:
			case p.tags[t].as != "":
				b.WriteString(p.tags[t].as)
			default:
				b.WriteString(p.raw[p.tags[t].raw.from:p.tags[t].raw.to])
			}
			t++
		}
	}
	for _, s := range p.parts {
		tags(s.raw)
		at := s.text
		end := s.text + s.n
		for at < end {
			for c < len(cuts) && cuts[c].to <= at {
				c++
			}
			if c == len(cuts) || cuts[c].from >= end {
				p.write(&b, s, at, end)
				break
			}
			if cuts[c].from > at {
				p.write(&b, s, at, cuts[c].from)
			}
			at = cuts[c].to
		}
	}
	tags(len(p.raw) + 1)
	if !p.markup {
		return strings.TrimSpace(b.String())
	}
	return read.Sanitise(b.String(), "")
}

func (p *page) write(b *strings.Builder, s part, from, to int) {
	if s.n != s.length { // a reference stays whole
		if from == s.text {
			b.WriteString(p.raw[s.raw : s.raw+s.length])
		}
		return
	}
	b.WriteString(p.raw[s.raw+from-s.text : s.raw+to-s.text])
}

// empty marks the elements that the cuts leave without text and picture, and the line
// breaks that ended lines which go whole.
func (p *page) empty(cuts []span) {
	cut := func(from, to int) (touched, all bool) {
		all = true
		i, _ := slices.BinarySearchFunc(cuts, from, func(c span, at int) int { return c.to - at })
		at := from
		for ; i < len(cuts) && cuts[i].from < to; i++ {
			if cuts[i].to <= from {
				continue
			}
			touched = true
			if cuts[i].from > at && strings.TrimSpace(p.text[at:cuts[i].from]) != "" {
				all = false
			}
			at = max(at, cuts[i].to)
		}
		if at < to && strings.TrimSpace(p.text[at:to]) != "" {
			all = false
		}
		return touched, all
	}
	images := make([]int, len(p.tags)+1) // before each tag
	for i, t := range p.tags {
		images[i+1] = images[i]
		if t.name == "img" {
			images[i+1]++
		}
	}
	for i, t := range p.tags {
		if t.closing || t.pair < 0 {
			continue
		}
		if touched, all := cut(t.at, p.tags[t.pair].at); touched && all && images[t.pair] == images[i] {
			for k := i; k <= t.pair; k++ {
				p.gone[k] = true
			}
		}
	}
	for i, t := range p.tags {
		if t.name != "br" || p.gone[i] {
			continue
		}
		line := p.lines[p.lineOf(t.at)] // the one that follows
		if touched, all := cut(line.from, line.to); touched && all {
			p.gone[i] = true
		}
	}
}

func merge(cuts []span) []span {
	if len(cuts) == 0 {
		return nil
	}
	slices.SortFunc(cuts, func(a, b span) int { return a.from - b.from })
	out := cuts[:1:1]
	for _, c := range cuts[1:] {
		if last := &out[len(out)-1]; c.from <= last.to {
			last.to = max(last.to, c.to)
		} else {
			out = append(out, c)
		}
	}
	return out
}

// lower is a text in lower case with each character as long as before.
func lower(s string) string {
	b := []byte(s)
	for i := 0; i < len(b); {
		c := b[i]
		if c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				b[i] += 'a' - 'A'
			}
			i++
			continue
		}
		switch {
		case c == 0xC3 && i+1 < len(b) && b[i+1] >= 0x80 && b[i+1] <= 0x9E && b[i+1] != 0x97: // À to Þ
			b[i+1] += 0x20
		case c == 0xD0 && i+1 < len(b) && b[i+1] >= 0x90 && b[i+1] <= 0x9F: // А to П
			b[i+1] += 0x20
		case c == 0xD0 && i+1 < len(b) && b[i+1] >= 0xA0 && b[i+1] <= 0xAF: // Р to Я
			b[i], b[i+1] = 0xD1, b[i+1]-0x20
		}
		_, n := utf8.DecodeRune(b[i:])
		i += n
	}
	return string(b)
}
