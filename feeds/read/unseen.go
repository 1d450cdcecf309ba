package read

import (
	"strings"
	"unicode/utf8"
)

// tidy drops characters that a reader does not see and that change what the others
// say, by these rules:
//
//   - Overrides (U+202D, U+202E) go: with them one text is made to look like another.
//   - Embeddings and isolates (U+202A, U+202B, U+2066 to U+2068) stay when they are
//     ended in the same text, and their ends when they end one. The marks that Arabic
//     and Hebrew need (U+200E, U+200F, U+061C) stay, once in a row.
//   - Joiners and spaces without width, soft hyphens and variation selectors stay, which
//     Persian, Khmer, German and emoji need, but one of a kind in a row and three at most.
//   - Tag characters stay within a flag's sequence (UTS 51, 1.4.6), where they are few.
//   - Controls, byte order marks, invisible operators, annotations, deprecated format
//     characters and noncharacters go; line feeds and tabs stay.
func tidy(s string) string {
	if !mayBeUnseen(s) {
		return s
	}
	keep := balanced(s)
	var b strings.Builder
	b.Grow(len(s))
	var run, flag int
	var previous unseen
	var last rune
	for i, r := range s {
		kind := unseenKind(r)
		switch kind {
		case seen:
			flag = 0
			if r == blackFlag {
				flag = flagTags(s[i+len("🏴"):])
			}
		case unwanted, override:
			continue
		case opening, closing:
			if !keep[i] {
				continue
			}
		case mark:
			if r == last {
				continue
			}
		case joiner, selector:
			if run++; kind == previous || run > 3 {
				continue
			}
		case tag:
			if flag--; flag < 0 {
				continue
			}
		}
		if kind != joiner && kind != selector {
			run = 0
		}
		previous, last = kind, r
		b.WriteRune(r)
	}
	return b.String()
}

// unseen is a kind of character without a shape of its own.
type unseen uint8

const (
	seen     unseen = iota
	unwanted        // goes always
	override        // goes, and its end with it
	opening         // of an embedding or isolate
	closing
	mark     // of direction
	joiner   // or space without width
	selector // of a variation
	tag
)

const (
	blackFlag = '\U0001F3F4'
	endTag    = '\U000E007F'
)

func unseenKind(r rune) unseen {
	switch {
	case r >= ' ' && r < 0x7F, r == '\n', r == '\t':
		return seen
	case r < ' ', r >= 0x7F && r < 0xA0:
		return unwanted
	case r == 0xAD, r == 0x34F, r >= 0x200B && r <= 0x200D, r == 0x2060:
		return joiner
	case r == 0x200E, r == 0x200F, r == 0x61C:
		return mark
	case r == 0x202D, r == 0x202E:
		return override
	case r == 0x202A, r == 0x202B, r >= 0x2066 && r <= 0x2068:
		return opening
	case r == 0x202C, r == 0x2069:
		return closing
	case r >= 0x2061 && r <= 0x2065, r >= 0x206A && r <= 0x206F, r == 0xFEFF, r == 0x180E, r >= 0xFFF9 && r <= 0xFFFB,
		r&0xFFFE == 0xFFFE, r >= 0xFDD0 && r <= 0xFDEF:
		return unwanted
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0x180B && r <= 0x180D, r >= 0xE0100 && r <= 0xE01EF:
		return selector
	case r >= 0xE0000 && r <= 0xE007F:
		return tag
	}
	return seen
}

// mayBeUnseen looks for what unseenKind names without decoding characters; it also
// finds some of their neighbours.
func mayBeUnseen(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < 0xC2 {
			if c < ' ' && c != '\n' && c != '\t' || c == 0x7F {
				return true
			}
			continue
		}
		if i+1 >= len(s) {
			return false
		}
		switch next := s[i+1]; c {
		case 0xC2:
			if next < 0xA0 || next == 0xAD {
				return true
			}
		case 0xCD:
			if next == 0x8F {
				return true
			}
		case 0xD8:
			if next == 0x9C {
				return true
			}
		case 0xE1:
			if next == 0xA0 {
				return true
			}
		case 0xE2:
			if next == 0x81 || next == 0x80 && i+2 < len(s) && (s[i+2] >= 0x8B && s[i+2] <= 0x8F || s[i+2] >= 0xAA && s[i+2] <= 0xAE) {
				return true
			}
		case 0xEF:
			if next >= 0xB7 {
				return true
			}
		case 0xF3:
			if next == 0xA0 {
				return true
			}
		case 0xF0, 0xF1, 0xF2, 0xF4:
			if next&0x0F == 0x0F && i+2 < len(s) && s[i+2] == 0xBF {
				return true
			}
		}
	}
	return false
}

// mostDirections bounds how deep directions may be nested in one text; nobody means
// more.
const mostDirections = 16

// balanced finds the embeddings and isolates that are ended in the text, and their
// ends, by position (UAX 9, BD9 to BD11). An end belongs to its own kind of opening; an
// isolate's also ends the embeddings that were left open in it.
func balanced(s string) map[int]bool {
	type open struct {
		at      int
		isolate bool
		kept    bool
	}
	var keep map[int]bool
	var stack []open
	for i, r := range s {
		switch kind := unseenKind(r); kind {
		case opening, override:
			stack = append(stack, open{i, r >= 0x2066, kind == opening && len(stack) < mostDirections})
		case closing:
			top := len(stack) - 1
			for r == 0x2069 && top >= 0 && !stack[top].isolate {
				top--
			}
			if top < 0 || stack[top].isolate != (r == 0x2069) {
				continue
			}
			if stack[top].kept {
				if keep == nil {
					keep = map[int]bool{}
				}
				keep[stack[top].at], keep[i] = true, true
			}
			stack = stack[:top]
		}
	}
	return keep
}

// flagTags counts the tag characters that make a flag of the black one before them, 0
// when they make none.
func flagTags(s string) int {
	n := 0
	for len(s) > 0 && n < 8 {
		r, size := utf8.DecodeRuneInString(s)
		n++
		if r == endTag {
			return n
		}
		if r < 0xE0030 || r > 0xE007A {
			return 0
		}
		s = s[size:]
	}
	return 0
}
