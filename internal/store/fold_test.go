package store

import (
	"slices"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzFold: words are what both search indices take as they are, no text makes too
// many of them, and what a text is indexed by holds what it is searched by.
func FuzzFold(f *testing.F) {
	for _, seed := range []string{"Séminaire à Tripoli", `"a" OR b*`, "ندوة في طَرابُلُس", "国际移民组织 x ไทย", "\x00\xff'", "ı İ ß Ǆ ﷺ", "e\u0301\u0900"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > indexedBytes {
			return
		}
		indexed := indexWords(text)
		searched := foldWords(text, wordsAtMost)
		if len(searched) > wordsAtMost || len(indexed) > 3*indexedAtMost {
			t.Fatalf("%d words to search by, %d to be found by", len(searched), len(indexed))
		}
		seen := map[string]bool{}
		for _, w := range indexed {
			if seen[w] || w == "" || len(w) > 2*utf8.UTFMax*wordRunes || !utf8.ValidString(w) {
				t.Errorf("word %q: twice %v", w, seen[w])
			}
			seen[w] = true
			for _, r := range w {
				if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) || 'A' <= r && r <= 'Z' {
					t.Errorf("word %q has %q", w, r)
				}
			}
		}
		for _, w := range searched {
			if !slices.Contains(indexed, w) {
				t.Errorf("searched by %q, indexed by %q", w, indexed)
			}
		}
	})
}
