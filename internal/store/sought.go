package store

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// sought is what a query asks for, folded as the index is.
type sought struct {
	words   []string   // a story has all of them
	without [][]string // and of each of these not all: the words that one exclusion folds into
}

// seek reads a query: words, and those that a hyphen directly before them excludes. A
// hyphen within a word is none of these, nor is one that stands alone. A query of
// exclusions alone finds nothing: it would be everything but a few.
func seek(query string) sought {
	var s sought
	var wanted []string
	left := wordsAtMost
	for field := range strings.FieldsFuncSeq(query, unicode.IsSpace) {
		rest, excluded := strings.CutPrefix(field, "-")
		first, _ := utf8.DecodeRuneInString(rest)
		if !excluded || !unicode.IsLetter(first) && !unicode.IsDigit(first) {
			wanted = append(wanted, field)
			continue
		}
		if words := foldWords(rest, left); len(words) > 0 {
			s.without = append(s.without, words)
			left -= len(words)
		}
	}
	if left > 0 {
		s.words = foldWords(strings.Join(wanted, " "), left)
	}
	return s
}
