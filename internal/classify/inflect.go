package classify

import (
	"strings"
	"unicode/utf8"
)

// bareSpace begins the forms of Arabic words that are matched with or without the
// article and the letters written together with a word.
const bareSpace = "\x01"

func isArabic(folded string) bool {
	r, _ := utf8.DecodeRuneInString(folded)
	return r >= 0x600 && r < 0x700
}

// bareArabic takes the article, and what is written together with it, off a word.
func bareArabic(w string) string {
	for _, lead := range []string{"وبال", "وال", "فال", "بال", "كال", "ولل", "لل", "ال"} {
		if rest, ok := strings.CutPrefix(w, lead); ok && utf8.RuneCountInString(rest) >= 2 {
			return rest
		}
	}
	return w
}

// Letters of one rune that Arabic writes together with the next word: and, so; by,
// like, to.
var arabicConjunctions, arabicPrepositions = []string{"و", "ف"}, []string{"ب", "ك", "ل"}

// arabicForms calls visit with the ways to read an Arabic word: as it is, and without
// the conjunction and preposition it may begin with. bare is the same without article.
func arabicForms(w string, visit func(form string, bare bool)) {
	one := func(form string) {
		visit(form, false)
		rest, definite := strings.CutPrefix(form, "ال")
		if definite && utf8.RuneCountInString(rest) >= 2 {
			visit(rest, true)
		} else {
			visit(form, true)
		}
	}
	withPreposition := func(form string) {
		one(form)
		for _, p := range arabicPrepositions {
			rest, ok := strings.CutPrefix(form, p)
			if !ok || utf8.RuneCountInString(rest) < 3 {
				continue
			}
			if p == "ل" && strings.HasPrefix(rest, "ل") { // li + al- is written ll-
				one("ا" + rest)
			} else {
				one(rest)
			}
		}
	}
	withPreposition(w)
	for _, c := range arabicConjunctions {
		if rest, ok := strings.CutPrefix(w, c); ok && utf8.RuneCountInString(rest) >= 3 {
			withPreposition(rest)
		}
	}
}

// russianForms gives the case forms of a Russian geographic name by its ending. Names
// that do not decline come back alone.
func russianForms(w string) []string {
	r := []rune(w)
	if len(r) < 4 {
		return []string{w}
	}
	stem := func(n int) string { return string(r[:len(r)-n]) }
	forms := func(stem string, endings ...string) []string {
		out := []string{w}
		for _, e := range endings {
			if stem+e != w {
				out = append(out, stem+e)
			}
		}
		return out
	}
	switch {
	case hasEnd(w, "ый", "ий", "ой") && len(r) >= 5:
		return forms(stem(2), "ого", "его", "ому", "ему", "ым", "им", "ом", "ем", "ая", "ой", "ую", "ые", "ых", "ий")
	case hasEnd(w, "ая", "яя"):
		return forms(stem(2), "ой", "ую", "ей", "юю")
	case hasEnd(w, "ое", "ее"):
		return forms(stem(2), "ого", "ому", "ым", "ом", "его", "ему", "им", "ем")
	case hasEnd(w, "ые", "ие"):
		return forms(stem(2), "ых", "ым", "ыми", "их", "им", "ими")
	case hasEnd(w, "ия"):
		return forms(stem(2), "ии", "ию", "ией")
	case hasEnd(w, "а"):
		return forms(stem(1), "ы", "и", "е", "у", "ой", "ей")
	case hasEnd(w, "я"):
		return forms(stem(1), "и", "е", "ю", "ей")
	case hasEnd(w, "ь"):
		return forms(stem(1), "и", "я", "ю", "ем", "ью", "е")
	case hasEnd(w, "й"):
		return forms(stem(1), "я", "ю", "ем", "е", "и")
	case hasEnd(w, "ы"):
		return forms(stem(1), "", "ов", "ам", "ами", "ах")
	case hasEnd(w, "о", "е", "и", "у", "э", "ю"):
		return []string{w}
	}
	return forms(w, "а", "у", "ом", "е", "ы", "ов", "ах")
}

// germanForms gives the genitive of a German geographic name and the endings of an
// adjective within it.
func germanForms(w string) []string {
	switch {
	case hasEnd(w, "sche", "igte", "liche", "onale", "eue"):
		return []string{w, w + "n", w + "r", w + "s"}
	case len(w) > 3 && !hasEnd(w, "s", "z", "x"):
		return []string{w, w + "s"}
	}
	return []string{w}
}

func hasEnd(w string, ends ...string) bool {
	for _, e := range ends {
		if strings.HasSuffix(w, e) {
			return true
		}
	}
	return false
}
