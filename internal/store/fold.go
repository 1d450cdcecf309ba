package store

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	wordsAtMost   = 32      // of a query
	wordRunes     = 40      // of a word; longer ones count as equal from there on
	indexedAtMost = 10_000  // different words of a story
	indexedBytes  = 1 << 20 // of a story's text
)

// foldWords splits a text into its words, each once, in order, at most limit of them:
// letters, digits and marks that belong to a script's spelling, in lower case,
// without accents and other marks that people leave out when they search.
//
// Scripts that put no space between words have none to find: of those every pair of
// neighbouring letters counts as a word, and so does every letter, so that a search
// for any part of such a text finds it.
func foldWords(text string, limit int) []string {
	f := folder{seen: map[string]bool{}, limit: limit}
	var last rune // of a run without spaces, 0 outside
	var paired bool
	flushRun := func() {
		if last != 0 && !paired {
			f.emit(string(last))
		}
		last, paired = 0, false
	}
	for _, r := range decomposed(text) {
		if len(f.words) >= limit {
			break
		}
		switch {
		case dropped(r):
		case unspaced(r):
			f.end()
			if last != 0 {
				f.emit(string(last) + string(r))
				paired = true
			}
			last = r
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			flushRun()
			f.add(r)
		default:
			flushRun()
			f.end()
		}
	}
	flushRun()
	f.end()
	return f.words
}

// indexWords are the words that a text is found by: those of foldWords and, of scripts
// without spaces, single letters.
func indexWords(text string) []string {
	if len(text) > indexedBytes {
		text = text[:indexedBytes]
	}
	words := foldWords(text, indexedAtMost)
	seen := make(map[string]bool, len(words))
	for _, w := range words {
		seen[w] = true
	}
	for _, w := range words[:len(words):len(words)] {
		first, size := utf8.DecodeRuneInString(w)
		if size == len(w) || !unspaced(first) {
			continue
		}
		for _, letter := range w {
			if s := string(letter); !seen[s] {
				seen[s] = true
				words = append(words, s)
			}
		}
	}
	return words
}

// decomposed separates letters from their marks and makes compatibility forms plain.
func decomposed(text string) string {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return norm.NFKD.String(text)
		}
	}
	return text
}

// folder collects words.
type folder struct {
	words []string
	seen  map[string]bool
	limit int
	word  []byte
	runes int
}

func (f *folder) add(r rune) {
	if f.runes == wordRunes {
		return
	}
	f.runes++
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		f.word = append(f.word, byte(r))
		return
	}
	if s, ok := spelled(r); ok {
		f.word = append(f.word, s...)
		return
	}
	f.word = utf8.AppendRune(f.word, unicode.ToLower(r))
}

func (f *folder) end() {
	if len(f.word) > 0 && !f.seen[string(f.word)] {
		f.emit(string(f.word))
	}
	f.word, f.runes = f.word[:0], 0
}

func (f *folder) emit(word string) {
	if !f.seen[word] && len(f.words) < f.limit {
		f.seen[word] = true
		f.words = append(f.words, word)
	}
}

// dropped says whether a rune is one that a word is the same without: accents of
// Latin, Greek and Cyrillic, vowel signs of Arabic and Hebrew, the Arabic stretch,
// soft hyphens and joiners. Vowel signs of Indic and south-east Asian scripts are
// part of the spelling and stay.
func dropped(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case r == 0xAD, r == 'ـ', r == 0x200B, r == 0x200C, r == 0x200D, r == 0x2060, r == 0xFEFF:
		return true
	case 0x300 <= r && r <= 0x36F, 0x483 <= r && r <= 0x489, 0x591 <= r && r <= 0x5C7:
		return true
	case 0x610 <= r && r <= 0x61A, 0x64B <= r && r <= 0x65F, r == 0x670, 0x6D6 <= r && r <= 0x6ED:
		return unicode.IsMark(r)
	}
	return false
}

// spelled gives letters that Unicode does not decompose, but that people type as
// others, in lower case.
func spelled(r rune) (string, bool) {
	switch r {
	case 'ß', 'ẞ':
		return "ss", true
	case 'æ', 'Æ':
		return "ae", true
	case 'œ', 'Œ':
		return "oe", true
	case 'ø', 'Ø':
		return "o", true
	case 'đ', 'Đ', 'ð', 'Ð':
		return "d", true
	case 'ł', 'Ł':
		return "l", true
	case 'þ', 'Þ':
		return "th", true
	case 'ı':
		return "i", true
	case 'ς':
		return "σ", true
	case 'ى', 'ی': // alif maqsura, Persian ye: ya
		return "ي", true
	case 'ک': // Persian kaf: kaf
		return "ك", true
	case 'ة': // ta marbuta: ha
		return "ه", true
	}
	switch {
	case '٠' <= r && r <= '٩':
		return string('0' + r - '٠'), true
	case '۰' <= r && r <= '۹':
		return string('0' + r - '۰'), true
	}
	return "", false
}

func unspaced(r rune) bool {
	return r >= 0xE00 && (unicode.IsLetter(r) || unicode.IsMark(r)) && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao,
		unicode.Khmer, unicode.Myanmar)
}
