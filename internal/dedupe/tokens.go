package dedupe

import (
	"unicode"
	"unicode/utf8"
)

// wordsAtMost bounds how many words of a text are looked at: what stands behind them
// makes no two texts one story, nor two.
const wordsAtMost = 4000

// token is a word of a text. Its form is folded: lower case, no accents, no vowel signs,
// compatibility forms made one.
type token struct {
	form    []byte
	letters int  // runes of the form
	capital bool // began with a capital
	first   bool // of a sentence or a line
	digits  bool // begins with a digit
	arabic  bool // of a script without capitals, as far as names are sought in it
	after   rune // the sign right behind it, ' ' for any space
	before  rune // the sign right before it
	para    int  // number of the line it is on
}

// tokenize splits a text into words: runs of letters, marks and digits. A number keeps
// its groups and its decimals ("1,250.5") and is one word. Scripts without spaces give a
// word for each pair of neighbouring letters.
func tokenize(text string) []token {
	text = decompose(text)
	out := make([]token, 0, len(text)/6+8)
	forms := make([]byte, 0, len(text))
	first, para := true, 0
	var last rune // of a script without spaces
	prev := ' '
	for i := 0; i < len(text) && len(out) < wordsAtMost; {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '\n':
			para++
			first, last = true, 0
		case r == '.' || r == '!' || r == '?' || r == '。' || r == '؟':
			first, last = true, 0
		case unspaced(r):
			if last != 0 {
				start := len(forms)
				forms = utf8.AppendRune(utf8.AppendRune(forms, last), r)
				out = append(out, token{form: forms[start:len(forms):len(forms)], letters: 2, first: first, before: ' ', after: ' ', para: para})
				first = false
			}
			last = r
		case unicode.IsDigit(r):
			start, from := len(forms), i
			forms, i = appendNumber(forms, text, i)
			t := token{form: forms[start:len(forms):len(forms)], letters: i - from, first: first, digits: true, before: prev, para: para}
			t.after, _ = utf8.DecodeRuneInString(text[i:])
			out = append(out, t)
			first, last = false, 0
			prev = '0'
			continue
		case unicode.IsLetter(r):
			start := len(forms)
			t := token{first: first, capital: unicode.IsUpper(r), before: prev, para: para}
			t.arabic = r >= 0x590 && unicode.In(r, unicode.Arabic, unicode.Hebrew)
			forms, t.letters, i = appendWord(forms, text, i)
			t.form = forms[start:len(forms):len(forms)]
			t.after, _ = utf8.DecodeRuneInString(text[i:])
			if t.letters > 0 {
				out = append(out, t)
				first = false
			}
			last = 0
			prev = 'a'
			continue
		default:
			last = 0
		}
		prev = r
		i += size
	}
	return out
}

// appendWord folds the word at i. An apostrophe ends it, so that "l'OIM" has "oim".
func appendWord(forms []byte, text string, i int) ([]byte, int, int) {
	letters := 0
	for i < len(text) {
		if c := text[i]; c < utf8.RuneSelf {
			if c = asciiWord[c]; c == 0 {
				return forms, letters, i
			}
			forms = append(forms, c)
			letters++
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case unicode.IsMark(r), r == 'ـ', r == 0xAD, r == 0x200B, r == 0x200C, r == 0x200D:
			if r >= 0x900 && r < 0x2000 { // Indic signs are part of the spelling
				forms = utf8.AppendRune(forms, r)
			}
		case unicode.IsLetter(r) && !unspaced(r):
			forms = appendSpelt(forms, r)
			letters++
		default:
			return forms, letters, i
		}
		i += size
	}
	return forms, letters, i
}

// asciiWord has the ASCII letters and digits, folded; 0 for what ends a word.
var asciiWord = func() (out [utf8.RuneSelf]byte) {
	for c := range byte(utf8.RuneSelf) {
		switch {
		case 'A' <= c && c <= 'Z':
			out[c] = c + 'a' - 'A'
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			out[c] = c
		}
	}
	return out
}()

// appendSpelt folds a letter that is not ASCII.
func appendSpelt(forms []byte, r rune) []byte {
	switch r {
	case 'ß', 'ẞ':
		return append(forms, "ss"...)
	case 'æ', 'Æ':
		return append(forms, "ae"...)
	case 'œ', 'Œ':
		return append(forms, "oe"...)
	case 'ø', 'Ø':
		return append(forms, 'o')
	case 'đ', 'Đ', 'ð', 'Ð':
		return append(forms, 'd')
	case 'ł', 'Ł':
		return append(forms, 'l')
	case 'ı':
		return append(forms, 'i')
	case 'ى', 'ی', 'ئ':
		r = 'ي'
	case 'ک':
		r = 'ك'
	case 'ة':
		r = 'ه'
	case 'أ', 'إ', 'آ', 'ٱ':
		r = 'ا'
	}
	return utf8.AppendRune(forms, unicode.ToLower(r))
}

// appendNumber copies the number at i in ASCII digits: groups of three behind a comma, a
// point, an apostrophe or one space belong to it; so does a decimal part, behind a point.
func appendNumber(forms []byte, text string, i int) ([]byte, int) {
	start := len(forms)
	forms, i = appendDigits(forms, text, i)
	lead := len(forms) - start
	grouped := lead <= 3
	for i < len(text) {
		sep, size := utf8.DecodeRuneInString(text[i:])
		switch sep {
		case ',', '.', '\'', '’', ' ', '\u00a0', '\u202f', '\u2009', '٬', '٫':
		default:
			return forms, i
		}
		if !digitAt(text, i+size) {
			return forms, i
		}
		before := len(forms)
		next, end := appendDigits(forms, text, i+size)
		n := len(next) - before
		switch {
		case grouped && n == 3 && sep != '٫' && (forms[start] != '0' || lead > 1):
			forms, i = next, end
		case sep == ' ' || sep == '\u00a0' || sep == '\u202f' || sep == '\u2009' || n > 2:
			return forms[:before], i
		default: // a decimal part: it ends the number
			digits := append([]byte(nil), next[before:]...)
			forms = append(append(forms[:before], '.'), digits...)
			return forms, end
		}
	}
	return forms, i
}

func digitAt(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return unicode.IsDigit(r)
}

// digitsAtMost bounds a number: longer ones are identifiers, and keep their beginning.
const digitsAtMost = 15

func appendDigits(forms []byte, text string, i int) ([]byte, int) {
	for n := 0; i < len(text); n++ {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsDigit(r) {
			break
		}
		if n < digitsAtMost {
			forms = append(forms, byte('0'+digitValue(r)))
		}
		i += size
	}
	return forms, i
}

// digitValue is what a decimal digit of any script stands for: Unicode has them in runs
// of ten that begin with zero.
func digitValue(r rune) int {
	if r < utf8.RuneSelf {
		return int(r - '0')
	}
	zero := r
	for zero > 0 && r-zero < 9 && unicode.IsDigit(zero-1) {
		zero--
	}
	return int(r-zero) % 10
}

func unspaced(r rune) bool {
	return r >= 0xE00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
