package read

import (
	"bytes"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// cutMark takes the byte order mark off; mark is the encoding that it stands for,
// empty when there is none.
func cutMark(b []byte) (rest []byte, mark string) {
	for _, m := range []struct{ bytes, name string }{
		{"\xEF\xBB\xBF", "utf-8"},
		{"\xFF\xFE\x00\x00", "utf-32le"}, // before that of UTF-16, which it begins with
		{"\x00\x00\xFE\xFF", "utf-32be"},
		{"\xFF\xFE", "utf-16le"},
		{"\xFE\xFF", "utf-16be"},
	} {
		if rest, ok := bytes.CutPrefix(b, []byte(m.bytes)); ok {
			return rest, m.name
		}
	}
	return b, ""
}

// wideEncoding recognises UTF-16 and UTF-32 by where the zero bytes of their markup
// stand, with or without a mark, or else by the mark; empty for all others. A mark
// of UTF-16 before what is plainly no UTF-16 is none.
func wideEncoding(b []byte, mark string) string {
	head := b[:min(len(b), 1024)&^3]
	if len(head) < 4 {
		head = b
	}
	if len(head) == 0 {
		return ""
	}
	var zero, count [4]int
	for i, c := range head {
		count[i&3]++
		if c == 0 {
			zero[i&3]++
		}
	}
	// most: at these positions at least a fifth is zero, as nothing but the markup
	// need be ASCII. none: next to nothing is.
	most := func(i int) bool { return zero[i]*5 >= max(count[i], 1) }
	none := func(i int) bool { return zero[i]*50 <= count[i] }
	all := func(i int) bool { return zero[i]*50 >= count[i]*49 }
	switch {
	case len(head) >= 4 && all(2) && all(3) && most(1) && none(0):
		return "utf-32le"
	case len(head) >= 4 && all(0) && all(1) && most(2) && none(3):
		return "utf-32be"
	case len(head) >= 4 && most(1) && most(3) && none(0) && none(2):
		return "utf-16le"
	case len(head) >= 4 && most(0) && most(2) && none(1) && none(3):
		return "utf-16be"
	}
	if strings.HasPrefix(mark, "utf-8") || zero == [4]int{} && looksNarrow(head) {
		return ""
	}
	return mark
}

// looksNarrow tells that a document begins with markup of one byte a character.
func looksNarrow(head []byte) bool {
	h := bytes.TrimLeft(head, " \t\r\n")
	return len(h) > 2 && (h[0] == '<' && (isNameStart(h[1]) || h[1] == '?' || h[1] == '!') && h[1] < 0x80 && h[2] < 0x80 || h[0] == '{' && bytes.IndexByte(h, '"') > 0)
}

// family is the name of UTF-16 or UTF-32 without the order of its bytes.
func family(wide string) string { return wide[:len("utf-16")] }

func wideText(body []byte, wide string) []byte {
	var enc encoding.Encoding
	switch wide {
	case "utf-16le":
		enc = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case "utf-16be":
		enc = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case "utf-32le":
		enc = utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	default:
		enc = utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	}
	return convert(enc, body)
}
