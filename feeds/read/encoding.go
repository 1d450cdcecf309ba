package read

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"
)

// claim is what somebody says about the encoding of a document.
type claim struct {
	by    string // who, for the problem
	label string
}

// decode gives the body as UTF-8 without byte order mark and without characters that
// XML forbids. The charset of the HTTP header counts before the byte order mark, that
// before the XML declaration, and a guess comes last (RFC 7303, 3.3); but the bytes
// have the last word: a claim that they contradict is a problem and passed over.
func decode(body []byte, contentType string, p *problems) []byte {
	rest, mark := cutMark(body)
	var claims []claim
	if label := headerCharset(contentType); label != "" {
		claims = append(claims, claim{"HTTP header", label})
	}
	var text []byte
	if wide := wideEncoding(rest, mark); wide != "" {
		text = wideText(rest, wide)
		if label := declaredCharset(text); label != "" {
			claims = append(claims, claim{"XML declaration", label})
		}
		if mark != "" && mark != wide {
			claims = append(claims, claim{"byte order mark", mark})
		}
		for _, c := range claims {
			if lookup(c.label).name != family(wide) || c.label == mark {
				p.add("The %s says %s, but the document is %s.", c.by, printable(c.label), strings.ToUpper(wide))
			}
		}
		p.replaced(text, wide)
	} else {
		ebcdic := looksEBCDIC(rest)
		if mark != "" {
			claims = append(claims, claim{"byte order mark", mark})
		}
		head := rest[:min(len(rest), 1024)]
		if ebcdic {
			head = convert(charmap.CodePage037, head)
		}
		if label := declaredCharset(head); label != "" {
			claims = append(claims, claim{"XML declaration", label})
		}
		if ebcdic {
			text = ebcdicText(rest, claims, p)
		} else {
			text = narrowText(rest, claims, p)
		}
	}
	if len(text) > maxText {
		p.add("The document is longer than %d MiB; the rest was left out.", maxText>>20)
		text = bytes.ToValidUTF8(text[:maxText], nil)
	}
	text, _ = cutMark(text) // one more, which a proxy or a script put before
	return clean(text, p)
}

// headerCharset reads the charset of a Content-Type header, also of one that is not
// well-formed.
func headerCharset(contentType string) string {
	s := strings.ToLower(contentType)
	for {
		i := strings.Index(s, "charset")
		if i < 0 {
			return ""
		}
		s = strings.TrimLeft(s[i+len("charset"):], " \t")
		if s == "" || s[0] != '=' && s[0] != ':' {
			continue
		}
		s = strings.TrimLeft(s[1:], " \t\"'")
		if end := strings.IndexAny(s, " \t\"';,"); end >= 0 {
			s = s[:end]
		}
		return s
	}
}

// declaredCharset reads the XML declaration, whose end may be missing.
func declaredCharset(text []byte) string {
	head := text[:min(len(text), 1024)]
	i := bytes.Index(head, []byte("<?xml"))
	if i < 0 {
		if i = bytes.Index(head, []byte("<?XML")); i < 0 {
			return ""
		}
	}
	head = head[i+len("<?xml"):]
	if end := bytes.IndexAny(head, "<>"); end >= 0 {
		head = head[:end]
	}
	for _, name := range []string{"encoding", "ENCODING"} {
		if label, ok := attribute(bytes.TrimSuffix(head, []byte("?")), name); ok {
			return strings.Trim(label, " \t\"'“”")
		}
	}
	return ""
}

// looksEBCDIC recognises markup in EBCDIC: a '<' that is none in ASCII, at the
// beginning, and what may follow it.
func looksEBCDIC(b []byte) bool {
	h := bytes.TrimLeft(b[:min(len(b), 512)], "\x40\x25\x15\x05\x0D")
	if len(h) < 4 || h[0] != 0x4C || bytes.IndexByte(h, '<') >= 0 {
		return false
	}
	letter := func(c byte) bool {
		return 0x81 <= c && c <= 0xA9 || 0xC1 <= c && c <= 0xE9
	}
	return (h[1] == 0x6F || h[1] == 0x5A || letter(h[1])) && (letter(h[2]) || h[2] == 0x60)
}

// ebcdicText decodes by the first claim that is one of EBCDIC.
func ebcdicText(body []byte, claims []claim, p *problems) []byte {
	is := byName("cp037")
	found := false
	for _, c := range claims {
		if l := lookup(c.label); isEBCDIC(l.name) {
			is, found = l, true
			break
		}
		p.add("The %s says %s, but the bytes are not.", c.by, printable(c.label))
	}
	if !found {
		p.add("The document was read as %s.", is.name)
	}
	text := convert(is.decoder, body)
	return bytes.ReplaceAll(text, []byte("\u0085"), []byte("\n")) // its end of line
}

// narrowText decodes what is neither UTF-16 nor UTF-32 nor EBCDIC.
func narrowText(body []byte, claims []claim, p *problems) []byte {
	invalid, wide := countUTF8(body)
	foreign := 0
	for _, c := range claims {
		is := lookup(c.label)
		switch {
		case is.name == "utf-8":
			// Some bytes are wrong in a text that is UTF-8 otherwise: replaced.
			if invalid == 0 && bytes.Contains(body, []byte("\x1b$")) {
				break // ISO 2022, which looks like ASCII
			}
			if invalid == 0 || wide >= invalid {
				return mixedUTF8(body, invalid, wide, p)
			}
		case is.name == "":
			p.add("The %s names an unknown encoding, %s.", c.by, printable(c.label))
			continue
		case is.decoder == nil || isEBCDIC(is.name):
			// The bytes are not wide, and their '<' is that of ASCII.
		case invalid == 0 && wide == 0 && !escapes(is.name):
			return body // plain ASCII is the same in all of them
		case escapes(is.name) && invalid == 0 && wide > 0:
			// These write nothing in bytes from 0x80 on.
		case !escapes(is.name) && wide > invalid && (wide >= 6 || invalid == 0 && !manyBytes(is.name)):
			// Text of another encoding is never valid UTF-8 by chance, unless short.
		default:
			if text := convertAs(is, body); plausible(text, body) {
				p.replaced(text, is.name)
				return text
			}
		}
		foreign++
		p.add("The %s says %s, but the bytes are not.", c.by, printable(c.label))
	}
	if invalid == 0 && !bytes.Contains(body, []byte("\x1b$")) {
		return mixedUTF8(body, 0, wide, p)
	}
	return guess(body, invalid, wide, foreign == 0, p)
}

// mixedUTF8 reads UTF-8 with some bytes that are not.
func mixedUTF8(body []byte, invalid, wide int, p *problems) []byte {
	if wide > 0 || invalid > 0 {
		if text, ok := undoubled(body, invalid); ok {
			p.add("The text was encoded as UTF-8 twice.")
			return text
		}
	}
	if invalid > 0 {
		p.add("Bytes that are not UTF-8 were replaced: %d.", invalid)
		body = mixedText(body)
	}
	if wide == 0 {
		return body
	}
	text, n := withoutC1(body)
	if n > 0 {
		p.add("Control characters that stand for characters of windows-1252 were replaced: %d.", n)
	}
	return text
}

// mixedText replaces the bytes that are no UTF-8: by the letter that each is in
// windows-1252, or by U+FFFD where a character of UTF-8 was cut in two. It was one
// when its first byte begins other characters of the text too.
func mixedText(body []byte) []byte {
	var leads [256]bool
	for i := 0; i < len(body); {
		if body[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, n := utf8.DecodeRune(body[i:])
		if n > 1 {
			leads[body[i]] = true
		}
		i += n
	}
	out := make([]byte, 0, len(body)+len(body)/8+16)
	for i := 0; i < len(body); {
		c := body[i]
		if c < utf8.RuneSelf {
			out = append(out, c)
			i++
			continue
		}
		if _, n := utf8.DecodeRune(body[i:]); n > 1 {
			out = append(out, body[i:i+n]...)
			i += n
			continue
		}
		if r, n := surrogates(body[i:]); n > 0 {
			out = utf8.AppendRune(out, r)
			i += n
			continue
		}
		i++
		if leads[c] {
			out = append(out, "\uFFFD"...)
			for k := 0; k < 2 && i < len(body) && body[i]&0xC0 == 0x80; k++ {
				i++ // what is left of that character
			}
			continue
		}
		out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(c))
	}
	return out
}

// surrogates reads a pair of surrogates that were encoded one by one (CESU-8).
func surrogates(b []byte) (r rune, n int) {
	if len(b) < 6 || b[0] != 0xED || b[1]&0xF0 != 0xA0 || b[2]&0xC0 != 0x80 || b[3] != 0xED || b[4]&0xF0 != 0xB0 || b[5]&0xC0 != 0x80 {
		return 0, 0
	}
	high := rune(b[1]&0x0F)<<6 | rune(b[2]&0x3F)
	low := rune(b[4]&0x0F)<<6 | rune(b[5]&0x3F)
	return 0x10000 + high<<10 | low, 6
}

// undoubled undoes UTF-8 that was taken for windows-1252 and encoded again: when all
// characters above ASCII are those of windows-1252 and, as its bytes, are UTF-8
// again, all of them. That is no chance from the second character on.
func undoubled(body []byte, invalid int) ([]byte, bool) {
	if invalid > 0 {
		return nil, false
	}
	n, first := 0, bytes.IndexFunc(body, func(r rune) bool { return r >= utf8.RuneSelf })
	if first < 0 {
		return nil, false
	}
	out := make([]byte, 0, 64)
	for i := first; i < len(body); {
		if body[i] < utf8.RuneSelf {
			if n > 0 {
				out = append(out, body[i])
			}
			i++
			continue
		}
		var char [4]byte
		k := 0
		for k < len(char) && i < len(body) && body[i] >= utf8.RuneSelf && (k == 0 || !utf8.FullRune(char[:k])) {
			r, size := utf8.DecodeRune(body[i:])
			c, ok := charmap.Windows1252.EncodeRune(r)
			if !ok {
				if r > 0xFF {
					return nil, false
				}
				c = byte(r) // the five bytes that windows-1252 does not define
			}
			char[k] = c
			k++
			i += size
		}
		if r, size := utf8.DecodeRune(char[:k]); r == utf8.RuneError || size != k || k < 2 {
			return nil, false
		}
		if n == 0 {
			out = append(make([]byte, 0, len(body)), body[:first]...)
		}
		out = append(out, char[:k]...)
		n++
	}
	return out, n >= 2
}

// withoutC1 replaces the control characters U+0080 to U+009F, which nobody means, by
// the characters that windows-1252 has at these places.
func withoutC1(b []byte) ([]byte, int) {
	n := 0
	var out []byte
	from := 0
	for i := 0; ; {
		j := bytes.IndexByte(b[i:], 0xC2)
		if j < 0 || i+j+1 >= len(b) {
			break
		}
		i += j + 2
		c := b[i-1]
		if c >= 0xA0 || c < 0x80 {
			continue
		}
		out = append(out, b[from:i-2]...)
		out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(c))
		from = i
		n++
	}
	if n == 0 {
		return b, 0
	}
	return append(out, b[from:]...), n
}

// countUTF8 counts the bytes that are not UTF-8 and the characters of more than one
// byte.
func countUTF8(b []byte) (invalid, wide int) {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			if _, k := surrogates(b[i:]); k > 0 { // wrong, but only UTF-8 can be so
				wide++
				n = k
			}
			invalid++
		} else {
			wide++
		}
		i += n
	}
	return invalid, wide
}

// plausible tells whether a decoded text is one: almost no character was replaced.
func plausible(text, body []byte) bool {
	bad := bytes.Count(text, []byte("\uFFFD"))
	if bad == 0 {
		return true
	}
	high := 0
	for _, c := range body {
		if c >= utf8.RuneSelf {
			high++
		}
	}
	return bad*20 <= high || bad == 1
}

// replaced tells how many characters a decoder could not read.
func (p *problems) replaced(text []byte, name string) {
	if n := bytes.Count(text, []byte("\uFFFD")); n > 0 {
		p.add("Bytes that are not %s were replaced: %d.", name, n)
	}
}

// convertAs decodes b by an encoding's own way.
func convertAs(is codec, b []byte) []byte {
	if is.name == "iso-2022-kr" {
		b = shiftedIn(b)
	}
	return convert(is.decoder, b)
}

// shiftedIn makes EUC-KR of ISO-2022-KR (RFC 1557): what stands between shift-out and
// shift-in is Korean with its high bits cut off.
func shiftedIn(b []byte) []byte {
	out := make([]byte, 0, len(b))
	shifted := false
	for _, c := range bytes.ReplaceAll(b, []byte("\x1b$)C"), nil) {
		switch {
		case c == 0x0E:
			shifted = true
		case c == 0x0F || c == '\n':
			shifted = false
			if c == '\n' {
				out = append(out, c)
			}
		case shifted && c > ' ':
			out = append(out, c|0x80)
		default:
			out = append(out, c)
		}
	}
	return out
}

// convert decodes b, at most a little more than maxText of it; what the decoder
// cannot read becomes U+FFFD. x/text's own helpers double their buffer, which costs
// too much memory here.
func convert(d decoder, b []byte) []byte {
	t := d.NewDecoder()
	out := make([]byte, len(b)+len(b)/4+64)
	n := 0
	for {
		written, read, err := t.Transform(out[n:], b, true)
		n += written
		b = b[read:]
		switch {
		case err == nil:
			return out[:n]
		case errors.Is(err, transform.ErrShortDst):
			if n > maxText {
				return out[:n]
			}
			grown := make([]byte, min(len(out)+len(out)/2, maxText+(1<<20)))
			copy(grown, out[:n])
			out = grown
		case len(b) == 0:
			return out[:n]
		default: // decoders replace instead of failing, but their interface allows it
			out = append(out[:n], "\uFFFD"...)
			n = len(out)
			out = out[:cap(out)]
			b = b[1:]
		}
	}
}

// printable makes a claim fit for a sentence.
func printable(s string) string {
	return cut(strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s), 40)
}
