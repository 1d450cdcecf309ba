package langid

import "unicode"

// gram is up to four letters in a row, sixteen bits each, the last one lowest. Letters
// outside the Basic Multilingual Plane occur in none.
type gram uint64

const (
	triple gram = 1<<48 - 1 // its last three letters
	letter      = 16        // bits
)

// lower is a letter as it stands in the model: small, one form for signs that are
// written in several ways, 0 for what is passed over (vowel signs, joiners, tatweel).
func lower(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z':
		return r
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r < 0x80:
		return r
	case r == 0x130: // İ
		return 'i'
	case r == 0x640 || r >= 0x64B && r <= 0x652 || r == 0x670 || r >= 0x300 && r < 0x370:
		return 0
	case r == 0x15F: // ş and ţ with a cedilla stand for those with a comma in Romanian; Turkish has them itself
		return 0x15F
	case r == 0x219 || r == 0x218:
		return 0x15F
	case r == 0x21B || r == 0x21A:
		return 0x163
	}
	return unicode.ToLower(r)
}

// IsLetter reports what words are made of here: letters and the marks on them.
func IsLetter(r rune) bool { return blockOf(r) != noScript }

// Grams calls f with every three and every four letters in a row of a word: how the
// model is asked, and how it is made from texts.
func Grams(word string, f func(g uint64, letters int)) {
	var g gram
	n := 0
	for _, r := range word {
		if r = lower(r); r == 0 || r > 0xFFFF {
			continue
		}
		g = g<<letter | gram(r)
		if n++; n >= 3 {
			f(uint64(g&triple), 3)
		}
		if n >= 4 {
			f(uint64(g), 4)
		}
	}
}
