package classify

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tributary/feeds"
)

// evidenceLimit is how much evidence of one label is kept.
const evidenceLimit = 5

// evidence says where some words stand.
func (d *document) evidence(rule string, from, to int) feeds.Evidence {
	return feeds.Evidence{Rule: rule, Text: printable(d.text(from, to)), Field: fieldNames[d.words[from].field], Offset: int(d.words[from].start)}
}

// printable replaces what is no text, so that evidence can be stored and shown
// wherever text can. Text that is in order comes back as it is.
func printable(s string) string {
	if utf8.ValidString(s) && !strings.ContainsFunc(s, isControl) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isControl(r) {
			return ' '
		}
		return r // an invalid byte arrives as U+FFFD
	}, s)
}

func isControl(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' }
