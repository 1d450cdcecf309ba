package classify

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// latin folds letters below U+0250 and those of Latin Extended Additional: case and
// accents go, so that "Yaoundé", "YAOUNDE" and "yaounde" are one word.
var latin, latinExtended = foldTable(0, 0x250), foldTable(0x1E00, 0x1F00)

func foldTable(from, to rune) []string {
	table := make([]string, to-from)
	for r := from; r < to; r++ {
		var b strings.Builder
		for _, d := range norm.NFD.String(string(unicode.ToLower(r))) {
			if !unicode.Is(unicode.Mn, d) {
				b.WriteRune(d)
			}
		}
		table[r-from] = b.String()
	}
	for r, s := range map[rune]string{'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'ø': "o", 'Ø': "o", 'œ': "oe", 'Œ': "oe", 'ł': "l", 'Ł': "l", 'đ': "d", 'Đ': "d", 'ð': "d", 'þ': "th", 'ı': "i", 'İ': "i"} {
		if r >= from && r < to {
			table[r-from] = s
		}
	}
	return table
}

// appendFolded appends the folded form of a letter: lower case, no accents, one form
// for the Arabic letters that are written in several ways.
func appendFolded(b []byte, r rune) []byte {
	switch {
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		return append(b, byte(r))
	case r >= 'A' && r <= 'Z':
		return append(b, byte(r)+'a'-'A')
	case r < 0x250:
		return append(b, latin[r]...)
	case r >= 0x1E00 && r < 0x1F00:
		return append(b, latinExtended[r-0x1E00]...)
	case r >= 0x400 && r < 0x460: // Cyrillic
		if r == 'ё' || r == 'Ё' {
			r = 'е'
		}
		return utf8.AppendRune(b, unicode.ToLower(r))
	case r >= 0x600 && r < 0x700:
		return appendArabic(b, r)
	case unicode.Is(unicode.Mn, r):
		return b
	}
	return utf8.AppendRune(b, unicode.ToLower(r))
}

func appendArabic(b []byte, r rune) []byte {
	switch r {
	case 'أ', 'إ', 'آ', 'ٱ':
		r = 'ا'
	case 'ى', 'ی', 'ئ':
		r = 'ي'
	case 'ة':
		r = 'ه'
	case 'ؤ':
		r = 'و'
	case 'ک':
		r = 'ك'
	}
	if r == 'ـ' || unicode.Is(unicode.Mn, r) {
		return b
	}
	return utf8.AppendRune(b, r)
}

// fold folds a text that is one word.
func fold(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = appendFolded(b, r)
	}
	return string(b)
}

// isWord reports a letter, digit or mark: what words are made of.
func isWord(r rune) bool {
	switch { // the common scripts without looking into tables
	case r < utf8.RuneSelf:
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	case r >= 0xC0 && r < 0x250:
		return r != '×' && r != '÷'
	case r >= 0x620 && r < 0x66A, r >= 0x400 && r < 0x482:
		return true
	case r >= 0x2010 && r < 0x2040: // dashes, quotation marks
		return false
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}
