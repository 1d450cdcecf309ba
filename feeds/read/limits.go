package read

import (
	"strings"
	"unicode/utf8"
)

// Bounds on one document, in bytes unless they say otherwise. What is over them is
// cut or left out, and a problem says so.
const (
	defaultMaxEntries = 2000

	maxText   = 32 << 20 // of the document as UTF-8; the entries before that are read
	maxSample = 4 << 10  // of the words that a guess of the encoding looks at

	maxDepth      = 200     // nested elements; deeper tags are dropped, their text stays
	maxAttributes = 100     // of one element
	maxTags       = 250_000 // of one document, one with a prefix twice, or objects in JSON
	maxSurveyed   = 20_000  // entries of one document that are looked at
	maxValues     = 500_000 // of one JSON document

	maxField     = 4 << 20 // of one field of an entry as written; the rest is cut
	maxEntities  = 1000    // declared in the document type and expanded
	maxEntity    = 1 << 10 // one of them
	maxExpansion = 1 << 20 // all their texts together
	maxEscaped   = 8 << 20 // of a document within another

	maxTitle    = 1 << 10
	maxName     = 512
	maxSummary  = 64 << 10
	maxContent  = 1 << 20
	maxRights   = 4 << 10
	maxID       = 1 << 10
	maxURL      = 4 << 10
	maxDateText = 128

	maxCategories = 100 // of one entry or feed
	maxLinks      = 100
	maxAuthors    = 50
	maxEnclosures = 50
	maxTombstones = 2000

	maxProblems = 50 // sentences
	maxProblem  = 300
)

// cut shortens s to at most limit bytes, at a rune boundary and, when there is one
// near the end, at a space.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := limit
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	s = s[:end]
	if i := strings.LastIndexByte(s, ' '); i > end-64 && i > 0 {
		s = s[:i]
	}
	return s
}

// cutMarkup shortens markup to at most limit bytes without ending inside a tag or a
// character reference.
func cutMarkup(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	s = cut(s, limit)
	if i := strings.LastIndexByte(s, '<'); i >= 0 && strings.IndexByte(s[i:], '>') < 0 {
		s = s[:i]
	}
	if i := strings.LastIndexByte(s, '&'); i >= 0 && i > len(s)-40 && strings.IndexByte(s[i:], ';') < 0 {
		s = s[:i]
	}
	return s
}
