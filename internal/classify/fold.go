package classify

import "tributary/config/gazetteer"

// Words are folded as the gazetteer's are, or they would not be found in it.

// appendFolded appends the folded form of a letter: lower case, no accents, one form
// for the Arabic letters that are written in several ways.
func appendFolded(b []byte, r rune) []byte { return gazetteer.AppendFold(b, r) }

// fold folds a text that is one word.
func fold(s string) string {
	var buffer [64]byte
	b := buffer[:0]
	for _, r := range s {
		b = appendFolded(b, r)
	}
	return string(b)
}

// isWord reports a letter, digit or mark: what words are made of.
func isWord(r rune) bool { return gazetteer.IsWord(r) }
