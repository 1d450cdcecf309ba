package dedupe

import (
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// decompose is NFKD. Most letters of texts stand in a table: where each begins with a
// starter, as those do, each is decomposed by itself and nothing is put in order.
func decompose(s string) string {
	plain := 0
	for plain < len(s) && s[plain] < utf8.RuneSelf {
		plain++
	}
	if plain == len(s) {
		return s
	}
	table := decomposed()
	b := make([]byte, plain, len(s)+len(s)/8+16)
	copy(b, s)
	for i := plain; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			b = append(b, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r >= tabled || table[r] == "" {
			return norm.NFKD.String(s)
		}
		b = append(b, table[r]...)
		i += size
	}
	return string(b)
}

// tabled is the rune behind the last one of the table: Latin, Greek, Cyrillic, Hebrew, Arabic
// and what texts are punctuated by.
const tabled = 0x2100

// decomposed has what runes decompose to; "" for those that may be put in order behind others.
var decomposed = sync.OnceValue(func() *[tabled]string {
	var table [tabled]string
	for r := range rune(tabled) {
		s := string(r)
		if d := norm.NFKD.String(s); norm.NFD.PropertiesString(d).CCC() == 0 {
			table[r] = d
		}
	}
	return &table
})
