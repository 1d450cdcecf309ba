package read

import (
	"bytes"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
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
	claims := claimsOf(body, contentType)
	var text []byte
	if wide := wideEncoding(body); wide != "" {
		for _, c := range claims {
			if label := strings.ToLower(c.label); !strings.HasPrefix(label, wide[:6]) && !isUCS(label) {
				p.add("The %s says %s, but the document is %s.", c.by, printable(c.label), strings.ToUpper(wide))
			}
		}
		text = wideText(body, wide)
	} else {
		text = narrowText(bytes.TrimPrefix(body, []byte("\xEF\xBB\xBF")), claims, p)
	}
	return clean(text, p)
}

// claimsOf lists the claims in the order in which they count.
func claimsOf(body []byte, contentType string) []claim {
	var out []claim
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		out = append(out, claim{"HTTP header", strings.TrimSpace(params["charset"])})
	}
	if bytes.HasPrefix(body, []byte("\xEF\xBB\xBF")) {
		out = append(out, claim{"byte order mark", "utf-8"})
	}
	head := body[:min(len(body), 1024)]
	if i := bytes.Index(head, []byte("<?xml")); i >= 0 {
		if j := bytes.Index(head[i:], []byte("?>")); j >= 0 {
			if label, ok := attribute(head[i+len("<?xml"):i+j], "encoding"); ok && label != "" {
				out = append(out, claim{"XML declaration", label})
			}
		}
	}
	return out
}

// wideEncoding recognises UTF-16 and UTF-32 by their mark or by the zero bytes
// around the first '<' or '{'; empty for all others. Nothing else looks like them.
func wideEncoding(b []byte) string {
	if len(b) < 4 {
		return ""
	}
	first := func(c byte) bool { return c == '<' || c == '{' || c == ' ' || c == '\n' || c == '\r' || c == '\t' }
	switch {
	case b[0] == 0xFF && b[1] == 0xFE && b[2] == 0 && b[3] == 0:
		return "utf-32le"
	case b[0] == 0 && b[1] == 0 && b[2] == 0xFE && b[3] == 0xFF:
		return "utf-32be"
	case b[0] == 0xFF && b[1] == 0xFE:
		return "utf-16le"
	case b[0] == 0xFE && b[1] == 0xFF:
		return "utf-16be"
	case first(b[0]) && b[1] == 0 && b[2] == 0 && b[3] == 0:
		return "utf-32le"
	case b[0] == 0 && b[1] == 0 && b[2] == 0 && first(b[3]):
		return "utf-32be"
	case first(b[0]) && b[1] == 0 && b[2] != 0 && b[3] == 0:
		return "utf-16le"
	case b[0] == 0 && first(b[1]) && b[2] == 0 && b[3] != 0:
		return "utf-16be"
	}
	return ""
}

func isUCS(label string) bool {
	switch label {
	case "iso-10646-ucs-2", "iso-10646-ucs-4", "ucs-2", "ucs-4", "unicode":
		return true
	}
	return false
}

func wideText(body []byte, wide string) []byte {
	var enc encoding.Encoding
	switch wide {
	case "utf-16le":
		enc = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf-16be":
		enc = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "utf-32le":
		enc = utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)
	default:
		enc = utf32.UTF32(utf32.BigEndian, utf32.UseBOM)
	}
	return convert(enc, body)
}

// narrowText decodes what is neither UTF-16 nor UTF-32.
func narrowText(body []byte, claims []claim, p *problems) []byte {
	invalid, wide := countUTF8(body)
	foreign := 0
	for _, c := range claims {
		enc, name := charset.Lookup(c.label)
		switch {
		case isASCII(c.label) || name == "utf-8":
			// Some bytes are wrong in a text that is UTF-8 otherwise: replaced.
			if invalid == 0 || wide > 4*invalid {
				return narrowUTF8(body, invalid, p)
			}
		case enc == nil:
			p.add("The %s names an unknown encoding, %s.", c.by, printable(c.label))
			continue
		case strings.HasPrefix(name, "utf-16") || name == "replacement":
			// The bytes are not wide, or nobody can read them as that.
		case invalid == 0 && wide == 0 && name != "iso-2022-jp":
			return body // plain ASCII is the same in all of them
		case invalid == 0 && (wide >= 6 || !manyBytes(name)):
			// Text of another encoding is never valid UTF-8 by chance, unless short.
		default:
			if text := convert(enc, body); plausible(text, body) {
				return text
			}
		}
		foreign++
		p.add("The %s says %s, but the bytes are not.", c.by, printable(c.label))
	}
	if invalid == 0 {
		return body
	}
	return guess(body, invalid, wide, foreign == 0, p)
}

// guess decodes bytes that no claim explains.
func guess(body []byte, invalid, wide int, unclaimed bool, p *problems) []byte {
	if wide > 4*invalid {
		return narrowUTF8(body, invalid, p)
	}
	name := "windows-1252"
	if r := chardet.Detect(body[:min(len(body), 64<<10)]); r.Confidence >= 0.5 {
		if _, n := charset.Lookup(r.Encoding); n != "" && n != "utf-8" && n != "replacement" && !strings.HasPrefix(n, "utf-16") {
			name = n
		}
	}
	enc, _ := charset.Lookup(name)
	if unclaimed {
		p.add("No encoding is declared; the document was read as %s.", name)
	} else {
		p.add("The document was read as %s.", name)
	}
	return convert(enc, body)
}

func narrowUTF8(body []byte, invalid int, p *problems) []byte {
	if invalid == 0 {
		return body
	}
	p.add("Bytes that are not UTF-8 were replaced: %d.", invalid)
	return bytes.ToValidUTF8(body, []byte("\uFFFD"))
}

// countUTF8 counts the bytes that are not UTF-8 and the characters of more than one
// byte.
func countUTF8(b []byte) (invalid, wide int) {
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			invalid++
		} else {
			wide++
		}
		b = b[n:]
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
	return bad*20 <= high
}

// convert decodes b; what enc cannot read becomes U+FFFD.
func convert(enc encoding.Encoding, b []byte) []byte {
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil { // decoders replace instead of failing, but their interface allows it
		return bytes.ToValidUTF8(b, []byte("\uFFFD"))
	}
	return out
}

func isASCII(label string) bool {
	l := strings.ToLower(strings.Trim(label, " \"';"))
	return l == "us-ascii" || l == "ascii" || l == "utf-8" || l == "utf8mb4" || l == "utf8"
}

// manyBytes tells whether an encoding uses more than one byte for a character.
func manyBytes(name string) bool {
	switch name {
	case "gbk", "gb18030", "big5", "euc-jp", "shift_jis", "euc-kr", "iso-2022-jp":
		return true
	}
	return false
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
