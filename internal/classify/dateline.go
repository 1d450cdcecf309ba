package classify

import (
	"strings"
	"unicode/utf8"
)

// A dateline is at most this long, in bytes and in words.
const (
	datelineBytes = 120
	datelineWords = 10
)

// markDateline marks the words of the text's dateline: "City – ", "City/City – ",
// "City (IOM) – ", "City, 12 March – ", "CITY, Country (Agency) — ".
func (d *document) markDateline() {
	s := d.source[fieldText]
	end := 0
	if given := d.source[fieldDateline]; given != "" {
		if rest, ok := strings.CutPrefix(strings.TrimLeft(s, " \n\t"), given); ok {
			end = len(s) - len(rest)
		}
	}
	if end == 0 {
		end = datelineEnd(s)
	}
	if end == 0 {
		return
	}
	count := 0
	for i := d.textFrom; i < len(d.words) && int(d.words[i].end) <= end; i++ {
		count++
	}
	if count > datelineWords {
		return
	}
	for i := d.textFrom; i < d.textFrom+count; i++ {
		d.words[i].flags |= wordDateline
	}
	d.textFrom += count
	if d.textFrom < len(d.words) {
		d.words[d.textFrom].flags |= wordFirst | wordBroken
	}
}

// datelineEnd finds the dash that ends a dateline at the start of a text, 0 when the
// text has none. What stands before it must look like names, dates and agencies.
func datelineEnd(s string) int {
	start := len(s) - len(strings.TrimLeft(s, " \n\t\u200e\u200f"))
	depth, lower, letters := 0, 0, false
	wordStart := true
	for i := start; i < len(s) && i-start < datelineBytes; {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == '\n' || r == ':' || r == ';' || r == '!' || r == '?' || r == '"' || r == '«' || r == '“':
			return 0
		case r == '–' || r == '—' || r == '-' && i > start && s[i-1] == ' ' && i+1 < len(s) && s[i+1] == ' ':
			if letters && depth == 0 && (r != '–' || dashStandsFree(s, i, size)) {
				return i
			}
		case r == '.':
			// "St. ", "D.C.": an abbreviation, else a sentence has ended.
			if i-start > 3 && i+1 < len(s) && s[i+1] == ' ' && !abbreviated(s[start:i]) {
				return 0
			}
		}
		if isWord(r) {
			letters = true
			if wordStart && depth == 0 && r >= 'a' && r <= 'z' {
				// Small words: "de", "of", "le 12 mars", "and". A sentence has more of them.
				if lower++; lower > 4 {
					return 0
				}
			}
			wordStart = false
		} else if r != '\'' && r != '’' && r != '-' {
			wordStart = true
		}
		i += size
	}
	return 0
}

// dashStandsFree reports a dash that has a space on one side: within "2019–2020" it
// has none.
func dashStandsFree(s string, i, size int) bool {
	return i > 0 && s[i-1] == ' ' || i+size < len(s) && (s[i+size] == ' ' || strings.HasPrefix(s[i+size:], "\u00a0"))
}

// abbreviated reports a text that ends in a one- or two-letter word.
func abbreviated(s string) bool {
	tail := s[strings.LastIndexAny(s, " .")+1:]
	return utf8.RuneCountInString(tail) <= 2
}
