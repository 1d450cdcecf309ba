package read

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// clean drops the characters that XML 1.0 (2.2) forbids, written plainly or as a
// numeric reference. b is UTF-8; it is returned as it is when there are none.
func clean(b []byte, p *problems) []byte {
	dropped := 0
	if i := forbiddenAt(b, 0); i >= 0 {
		out := make([]byte, 0, len(b))
		from := 0
		for i >= 0 {
			out = append(out, b[from:i]...)
			from = i + 1
			if b[i] >= 0x80 {
				from = i + 3 // U+FFFE, U+FFFF
			}
			dropped++
			i = forbiddenAt(b, from)
		}
		b = append(out, b[from:]...)
	}
	if bytes.Contains(b, []byte("&#")) {
		var n int
		b, n = cleanReferences(b)
		dropped += n
	}
	if dropped > 0 {
		p.add("Control characters that XML forbids were removed: %d.", dropped)
	}
	return b
}

// forbiddenAt finds the next forbidden character at or behind from, -1 when there is
// none.
func forbiddenAt(b []byte, from int) int {
	for i := from; i < len(b); i++ {
		c := b[i]
		if c < ' ' {
			if c != '\n' && c != '\t' && c != '\r' {
				return i
			}
		} else if c == 0xEF && i+2 < len(b) && b[i+1] == 0xBF && b[i+2] >= 0xBE {
			return i
		}
	}
	return -1
}

// cleanReferences drops numeric references to forbidden characters.
func cleanReferences(b []byte) (out []byte, dropped int) {
	from := 0
	for i := 0; ; {
		j := bytes.Index(b[i:], []byte("&#"))
		if j < 0 {
			break
		}
		i += j
		digits := b[i+2 : min(i+12, len(b))]
		end := bytes.IndexByte(digits, ';')
		if end < 0 || !forbiddenReference(string(digits[:end])) {
			i += 2
			continue
		}
		out = append(out, b[from:i]...)
		if r, n := surrogateReferences(b[i:]); n > 0 {
			out = utf8.AppendRune(out, r)
			i += n
			from = i
			continue
		}
		i += 2 + end + 1
		from = i
		dropped++
	}
	if from == 0 {
		return b, 0
	}
	return append(out, b[from:]...), dropped
}

func forbiddenReference(digits string) bool {
	base := 10
	if len(digits) > 0 && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil {
		return false // no number: text
	}
	switch {
	case n == '\t' || n == '\n' || n == '\r':
		return false
	case n < ' ', 0xD800 <= n && n <= 0xDFFF, n == 0xFFFE, n == 0xFFFF, n > 0x10FFFF:
		return true
	}
	return false
}

// surrogateReferences reads a character that was written as the references of its two
// surrogates, as programs do that think in UTF-16; n is 0 when there is none.
func surrogateReferences(b []byte) (r rune, n int) {
	var half [2]rune
	for i := range half {
		digits := b[n:min(n+12, len(b))]
		end := bytes.IndexByte(digits, ';')
		if end < 3 || digits[0] != '&' || digits[1] != '#' {
			return 0, 0
		}
		s, base := string(digits[2:end]), 10
		if s[0]|0x20 == 'x' {
			s, base = s[1:], 16
		}
		v, err := strconv.ParseUint(s, base, 16)
		if err != nil || v&0xFC00 != 0xD800+uint64(i)<<10 {
			return 0, 0
		}
		half[i] = rune(v)
		n += end + 1
	}
	return utf16.DecodeRune(half[0], half[1]), n
}
