package read

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// dateToken is a number, a word in lower case without accents, or a single other
// character.
type dateToken struct {
	text   string
	number int // -1 when none
	spaced bool
}

// dateTokens takes a date's text apart. What stands in parentheses is a comment (RFC
// 5322, 3.2.2), of which the last is given: it may name the zone.
func dateTokens(text string) (tokens []dateToken, comment string) {
	text, comment = withoutComments(fold(text))
	var word []rune
	digits, spaced, wordSpaced := false, false, false
	flush := func() {
		if len(word) == 0 {
			return
		}
		t := dateToken{text: string(word), number: -1, spaced: wordSpaced}
		if digits {
			t.number = 0
			for _, r := range word {
				t.number = min(t.number*10+int(r-'0'), 1<<53)
			}
		}
		tokens = append(tokens, t)
		word = word[:0]
	}
	for _, r := range text {
		isDigit, isLetter := '0' <= r && r <= '9', unicode.IsLetter(r) || r == '\uFFFD'
		if len(word) > 0 && (!isDigit && !isLetter || isDigit != digits) {
			flush()
		}
		switch {
		case isDigit || isLetter:
			if len(word) == 0 {
				digits, wordSpaced, spaced = isDigit, spaced, false
			}
			word = append(word, r)
		case unicode.IsSpace(r):
			spaced = true
		case r == '.' && len(tokens) > 0 && tokens[len(tokens)-1].number < 0:
			// the point of an abbreviation
		default:
			tokens = append(tokens, dateToken{text: string(r), number: -1, spaced: spaced})
			spaced = false
		}
	}
	flush()
	return tokens, comment
}

// fold makes what people write differently the same: case, accents, the forms of
// Arabic letters, digits, dashes; what cannot be seen goes.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsMark(r) || r == 'ـ' || unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && r != '\n' && r != '\t':
			return -1
		case r == 'ى' || r == 'ی':
			return 'ي'
		case r == 'ک':
			return 'ك'
		case r == 'ة':
			return 'ه'
		case r == 'ı':
			return 'i'
		case r == '−' || r == '–' || r == '—' || r == '‐' || r == '‑':
			return '-'
		case r == '：':
			return ':'
		case r == '／':
			return '/'
		case r > 0x7F && unicode.IsDigit(r):
			return asciiDigit(r)
		}
		return r
	}, norm.NFD.String(strings.ToLower(s)))
}

// asciiDigit gives a decimal digit of another script; those that feeds may hold.
func asciiDigit(r rune) rune {
	for _, zero := range "٠۰०০๐໐၀០０" {
		if r >= zero && r <= zero+9 {
			return r - zero + '0'
		}
	}
	return r
}

// withoutComments drops what stands in parentheses.
func withoutComments(s string) (text, comment string) {
	s = strings.NewReplacer("（", "(", "）", ")").Replace(s)
	for {
		i := strings.IndexByte(s, '(')
		j := strings.IndexByte(s[max(i, 0):], ')')
		if i < 0 || j < 0 {
			return s, comment
		}
		comment = strings.TrimSpace(s[i+1 : i+j])
		s = s[:i] + " " + s[i+j+1:]
	}
}

func isNumber(tokens []dateToken, i int) bool {
	return i >= 0 && i < len(tokens) && tokens[i].number >= 0
}

// isNumberOf tells whether a token is a number of so many digits.
func isNumberOf(tokens []dateToken, i, length int) bool {
	return isNumber(tokens, i) && len(tokens[i].text) == length
}

func isMark(tokens []dateToken, i int, mark string) bool {
	return i >= 0 && i < len(tokens) && tokens[i].text == mark
}

func isSeparator(tokens []dateToken, i int) bool {
	return isMark(tokens, i, "-") || isMark(tokens, i, "/") || isMark(tokens, i, ".")
}

func isWord(tokens []dateToken, i int) bool {
	if i < 0 || i >= len(tokens) || tokens[i].number >= 0 {
		return false
	}
	for _, r := range tokens[i].text {
		return unicode.IsLetter(r) || r == '\uFFFD'
	}
	return false
}
