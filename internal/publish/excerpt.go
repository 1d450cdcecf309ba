package publish

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// summaryLength is the most characters of a source's text that "summary" allows.
const summaryLength = 500

// excerpt cuts text to at most summaryLength characters: after a sentence when one
// ends in the second half, after a word otherwise. White space is made plain.
func excerpt(text string) string {
	const enough = 16 * summaryLength // bytes; four to a character and as much white space
	if len(text) > enough {
		end := enough
		for end > 0 && !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end]
	}
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= summaryLength {
		return text
	}
	runes := []rune(text)
	const sentence, word = summaryLength / 2, summaryLength * 4 / 5
	for i := summaryLength; i > sentence; i-- {
		if endsSentence(runes, i) {
			return strings.TrimSpace(string(runes[:i]))
		}
	}
	cut := summaryLength - 1 // room for the ellipsis
	for i := cut; i > word; i-- {
		if runes[i] == ' ' {
			cut = i
			break
		}
	}
	return strings.TrimRightFunc(string(runes[:cut]), func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' || r == ':' || r == '،' }) + "…"
}

// endsSentence says whether a sentence ends before runes[i]. A full stop after a
// single letter is an initial's.
func endsSentence(runes []rune, i int) bool {
	switch runes[i-1] {
	case '。', '！', '？', '۔':
		return true
	case '.', '!', '?', '؟', '…':
		if runes[i] != ' ' {
			return false
		}
		initial := unicode.IsLetter(runes[i-2]) && !unicode.IsLetter(runes[i-3])
		return runes[i-1] != '.' || !initial
	default:
		return false
	}
}
