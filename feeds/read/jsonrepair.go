package read

import (
	"bytes"
	"fmt"
)

// mendJSON repairs what makes JSON unreadable and has one meaning only: line breaks
// and tabs inside strings, commas before a closing bracket, comments. It ends where
// the first value ends. text is returned as it is when nothing of that was found.
func mendJSON(text []byte) []byte {
	out := make([]byte, 0, len(text)+64)
	depth, comma := 0, -1 // comma is the place in out of one that nothing follows yet
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch c {
		case '"':
			n := stringEnd(text[i:])
			out = appendString(out, text[i:i+n])
			i += n - 1
			comma = -1
			continue
		case '/':
			if n := commentLength(text[i:]); n > 0 {
				i += n - 1
				continue
			}
		case '{', '[':
			depth++
		case '}', ']':
			if comma >= 0 {
				out = append(out[:comma], out[comma+1:]...)
			}
			if depth--; depth <= 0 {
				return append(out, c)
			}
		case ',':
			comma = len(out)
			out = append(out, c)
			continue
		}
		out = append(out, c)
		if c == ' ' || c == '\n' || c == '\r' || c == '\t' {
			continue
		}
		comma = -1
	}
	return out
}

// stringEnd is the length of the string at the beginning of b, with its quotes.
func stringEnd(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

func appendString(out, s []byte) []byte {
	if !bytes.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
		return append(out, s...)
	}
	for _, c := range s {
		if c < ' ' {
			out = fmt.Appendf(out, `\u%04x`, c)
		} else {
			out = append(out, c)
		}
	}
	return out
}

// commentLength is the length of the comment at the beginning of b, 0 when there is
// none.
func commentLength(b []byte) int {
	var end int
	switch {
	case bytes.HasPrefix(b, []byte("//")):
		end = bytes.IndexByte(b, '\n')
	case bytes.HasPrefix(b, []byte("/*")):
		if end = bytes.Index(b[2:], []byte("*/")); end >= 0 {
			end += 4
		}
	default:
		return 0
	}
	if end < 0 {
		return len(b)
	}
	return end
}

// boundJSON is how much of a JSON text is within the bounds of depth and of the
// number of values, outside of strings.
func boundJSON(text []byte) int {
	depth, values := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			i += stringEnd(text[i:]) - 1
		case '{', '[':
			depth++
			if depth > maxDepth {
				return i
			}
			values++
		case ',':
			if values++; values > maxValues {
				return i
			}
		case '}', ']':
			depth--
		}
	}
	return len(text)
}
