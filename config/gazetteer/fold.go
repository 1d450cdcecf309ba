package gazetteer

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// latin folds letters below U+0250 and those of Latin Extended Additional: case and
// accents go, so that "Yaoundé", "YAOUNDE" and "yaounde" are one word.
var latin, latinExtended = foldTable(0, 0x250), foldTable(0x1E00, 0x1F00)

func foldTable(from, to rune) []string {
	table := make([]string, to-from)
	var b []byte
	for r := from; r < to; r++ {
		b = b[:0]
		for _, d := range norm.NFD.String(string(unicode.ToLower(r))) {
			if !unicode.Is(unicode.Mn, d) {
				b = utf8.AppendRune(b, d)
			}
		}
		table[r-from] = string(b)
	}
	for r, s := range map[rune]string{'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'ø': "o", 'Ø': "o", 'œ': "oe", 'Œ': "oe", 'ł': "l", 'Ł': "l", 'đ': "d", 'Đ': "d", 'ð': "d", 'þ': "th", 'ı': "i", 'İ': "i"} {
		if r >= from && r < to {
			table[r-from] = s
		}
	}
	return table
}

// AppendFold appends the folded form of a letter: lower case, no accents, one form
// for the Arabic letters that are written in several ways.
func AppendFold(b []byte, r rune) []byte {
	switch {
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		return append(b, byte(r))
	case r >= 'A' && r <= 'Z':
		return append(b, byte(r)+'a'-'A')
	case r < 0: // not a rune: nothing is appended
		return b
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
	case isAccent(r):
		return b
	}
	return utf8.AppendRune(b, unicode.ToLower(r))
}

// isAccent reports a mark that a word can do without. The marks of the Indic scripts,
// of Thai, Khmer, Burmese and Thaana are vowels and tones: without them other words
// would become the same.
func isAccent(r rune) bool {
	return (r < 0x780 || r >= 0x1AB0 && r < 0x1B00 || r >= 0x1DC0 && r < 0x2100 || r >= 0xFE00) && unicode.Is(unicode.Mn, r)
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

// IsWord reports a letter, digit or mark: what words are made of.
func IsWord(r rune) bool {
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
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.In(r, unicode.Mn, unicode.Mc)
}

// Words splits a text into its folded words. Where names are looked up at speed, fold
// into a buffer with AppendFold instead.
func Words(s string) []string {
	var words []string
	var b []byte
	flush := func() {
		if len(b) > 0 {
			words = append(words, string(b))
			b = b[:0]
		}
	}
	for _, r := range s {
		if IsWord(r) {
			b = AppendFold(b, r)
			continue
		}
		flush()
	}
	flush()
	return words
}
