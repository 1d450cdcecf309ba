package dedupe

import (
	_ "embed"
	"strings"
)

//go:embed common.txt
var commonList string

//go:embed stopwords.txt
var stopList string

// grades of words: how much it says that two texts share one.
const (
	stopWord   = 0
	commonWord = 1
	rareWord   = 3
)

// grades has the words that are not rare, by the hash of their form.
var grades = readGrades(commonList, stopList)

func readGrades(common, stop string) map[uint32]uint8 {
	out := make(map[uint32]uint8, 6000)
	for grade, list := range map[uint8]string{commonWord: common, stopWord: stop} {
		for line := range strings.Lines(list) {
			if strings.HasPrefix(line, "#") {
				continue
			}
			for _, w := range strings.Fields(line) {
				h := hashWord(stem([]byte(w)))
				if old, ok := out[h]; !ok || grade < old {
					out[h] = grade
				}
			}
		}
	}
	return out
}

// grade is how much a word says. Short words and small numbers say little.
func grade(h uint32, t *token) uint8 {
	if g, ok := grades[h]; ok {
		return g
	}
	if t.letters <= 2 && !t.digits {
		return stopWord
	}
	return rareWord
}

// Words are the words of a text as this package tells them apart, in order.
func Words(text string) []string {
	tokens := tokenize(text)
	out := make([]string, len(tokens))
	for i := range tokens {
		out[i] = string(stem(tokens[i].form))
	}
	return out
}

// hashWord is 32 bits of FNV-1a, mixed so that its low bits serve for sampling.
func hashWord(form []byte) uint32 {
	h := uint32(2166136261)
	for _, b := range form {
		h = (h ^ uint32(b)) * 16777619
	}
	return mix(h)
}

// mix spreads a hash over all its bits (the finaliser of MurmurHash3).
func mix(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}

// stem cuts what inflection adds in the languages most entries are in: plurals and a few
// endings, and the Arabic article with the particles written onto it. It is light on
// purpose: two words made one by mistake cost more than two forms left apart.
func stem(form []byte) []byte {
	if len(form) > 0 && form[0] >= 0xD8 && form[0] <= 0xDB { // Arabic
		return stemArabic(form)
	}
	n := len(form)
	if n >= 5 && form[n-1] == 's' && form[n-2] != 's' {
		return form[:n-1]
	}
	return form
}

func stemArabic(form []byte) []byte {
	const alef, lam, waw, ba, fa, kaf = "ا", "ل", "و", "ب", "ف", "ك"
	for _, prefix := range [...]string{waw + alef + lam, ba + alef + lam, fa + alef + lam, kaf + alef + lam, lam + lam, alef + lam, waw} {
		if len(form) >= len(prefix)+6 && string(form[:len(prefix)]) == prefix {
			return form[len(prefix):]
		}
	}
	return form
}
