package main

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tributary/config/gazetteer"
)

// usable reports whether a form may be looked up at all: of not too many words, and long
// enough to mean something in its script.
func usable(form string) bool {
	if form == "" || strings.Count(form, " ") >= gazetteer.MaxWords {
		return false
	}
	runes := utf8.RuneCountInString(form)
	first, _ := utf8.DecodeRuneInString(form)
	switch {
	case isHan(first):
		return runes >= 2 && runes <= gazetteer.MaxRunes
	case gazetteer.IsRun(first): // Thai and others: see tooShortRun
		return runes >= 3 && runes <= gazetteer.MaxRunes
	case strings.ContainsFunc(form, gazetteer.IsRun):
		return false
	case first >= 0x590 && first < 0x780: // Arabic, Hebrew
		return runes >= 3
	}
	return runes >= 3 && !strings.ContainsFunc(form, unicode.IsDigit)
}

// tooShortRun reports a form of letters in long chains, in which three are no name: only
// countries are kept at that length.
func tooShortRun(form string) bool {
	return gazetteer.IsRun(first(form)) && !unicode.Is(unicode.Han, first(form)) && utf8.RuneCountInString(form) < 4
}

func isHan(r rune) bool { return unicode.In(r, unicode.Han, unicode.Katakana, unicode.Hiragana) }

// script sorts a name by the script of its first letter.
type script int

const (
	scriptLatin    script = iota
	scriptNews            // of the languages that are read first: Cyrillic, Arabic, Han, Bengali, Burmese, Ethiopic
	scriptElse            // of the others
	scriptUnwanted        // a transliteration, a code, none at all
)

// scriptOf says of which script an alternate name is, and which are no names: codes in
// capitals, transliterations in lower case, names with figures.
func scriptOf(name string) script {
	if strings.ContainsFunc(name, unicode.IsDigit) || strings.Contains(name, "http") {
		return scriptUnwanted
	}
	first, _ := utf8.DecodeRuneInString(name)
	switch {
	case unicode.Is(unicode.Latin, first):
		if !unicode.IsUpper(first) || len(name) <= 4 && strings.ToUpper(name) == name {
			return scriptUnwanted
		}
		return scriptLatin
	case unicode.In(first, unicode.Cyrillic, unicode.Arabic, unicode.Han, unicode.Bengali, unicode.Myanmar, unicode.Ethiopic):
		return scriptNews
	case unicode.IsLetter(first):
		return scriptElse
	}
	return scriptUnwanted
}

// plain cuts what catalogues put after a name: a second name behind a slash or
// a comma, an explanation in brackets, marks of direction.
func plain(name string) string {
	name = strings.Map(func(r rune) rune {
		if r >= 0x200e && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, name)
	for _, mark := range []string{"(", "/", "،", ", ", "（"} {
		if head, _, cut := strings.Cut(name, mark); cut && strings.TrimSpace(head) != "" {
			name = head
		}
	}
	return strings.TrimSpace(name)
}
