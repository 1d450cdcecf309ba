package web

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"tributary/feeds/read"
)

// maxBody bounds the text of one copy on a page, in bytes.
const maxBody = 64 << 10

// maxExcerpt is how much of a summary a list shows, in characters.
const maxExcerpt = 280

// foldName is a name without case and accents, a key for ordering.
func foldName(s string) string {
	folded, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), strings.ToLower(s))
	if err != nil {
		return strings.ToLower(s)
	}
	return folded
}

// paragraphs is the text of a sanitised fragment, a block each. Publishers' markup
// never reaches our pages: their headings would break ours, and nothing is lost
// that the link to the original does not give.
func paragraphs(fragment string) []string {
	var out []string
	for line := range strings.SplitSeq(read.PlainText(clip(fragment, maxBody)), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// excerpt is the beginning of a fragment's text, cut between words.
func excerpt(fragment string, limit int) string {
	text := strings.Join(paragraphs(fragment), " ")
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	cut, last := 0, 0
	for i, r := range text {
		if cut == limit {
			break
		}
		if unicode.IsSpace(r) {
			last = i
		}
		cut++
	}
	if last == 0 {
		return string([]rune(text)[:limit]) + "…"
	}
	return strings.TrimRightFunc(text[:last], func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }) + "…"
}

// clip bounds a string in bytes without splitting a character.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
