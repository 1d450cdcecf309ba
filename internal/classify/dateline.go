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

// Lines before the story.
const (
	headLines = 6  // at most so many
	headWords = 8  // of at most so many words each: a date, a kicker, who wrote it
	titleHead = 20 // bytes of a title that is looked for in the text
	titleFrom = 6 << 10

	chromeBytes = 2 << 10 // of the page's own words before the story
)

// markDateline finds where the story begins and marks the words of its dateline:
// "City – ", "City/City – ", "City (IOM) – ", "City, 12 March – ", "CITY, Country
// (Agency) — ", "(City). ".
func (d *document) markDateline() {
	s := d.source[fieldText]
	from := max(d.skipTitle(s), d.skipChrome(s))
	for range headLines {
		end := from
		if given := d.source[fieldDateline]; given != "" {
			if rest, ok := strings.CutPrefix(strings.TrimLeft(s[from:], " \n\t"), given); ok {
				end = len(s) - len(rest)
			}
		}
		if end == from {
			end = from + datelineEnd(s[from:])
		}
		if end > from && d.takeDateline(end) {
			return
		}
		next := d.skipLine()
		if next < 0 {
			return
		}
		from = next
	}
}

// takeDateline marks the words up to a byte as dateline, unless they are too many.
func (d *document) takeDateline(end int) bool {
	count := 0
	for i := d.textFrom; i < len(d.words) && int(d.words[i].end) <= end; i++ {
		count++
	}
	if count > datelineWords {
		return false
	}
	for i := d.textFrom; i < d.textFrom+count; i++ {
		d.words[i].flags |= wordDateline
	}
	d.textFrom += count
	if d.textFrom < len(d.words) {
		d.words[d.textFrom].flags |= wordFirst | wordBroken
	}
	return true
}

// skipTitle finds the title repeated in the text: what stands before it, a menu, and it
// itself are no part of the story. It returns where the story begins.
func (d *document) skipTitle(s string) int {
	title := strings.TrimSpace(d.source[fieldTitle])
	if len(title) < titleHead {
		return 0
	}
	at := strings.Index(s[:min(len(s), titleFrom)], title)
	end := at + len(title)
	if at < 0 || len(strings.TrimSpace(s[end:])) < len(title) {
		return 0
	}
	for d.textFrom < len(d.words) && int(d.words[d.textFrom].end) <= end {
		d.words[d.textFrom].flags |= wordBoilerplate
		d.textFrom++
	}
	return end
}

// skipChrome finds the paragraph that begins with the dateline that the item gives; what
// stands before it is the page's, not the story's. It returns where that paragraph begins.
func (d *document) skipChrome(s string) int {
	given := d.source[fieldDateline]
	if given == "" || strings.HasPrefix(strings.TrimSpace(s), given) {
		return 0
	}
	at := strings.Index(s[:min(len(s), chromeBytes)], "\n"+given)
	if at < 0 || datelineEnd(s[at+1:]) == 0 {
		return 0
	}
	for d.textFrom < len(d.words) && int(d.words[d.textFrom].start) <= at {
		d.words[d.textFrom].flags |= wordBoilerplate
		d.textFrom++
	}
	return at + 1
}

// skipLine steps over a short first line that is no sentence when more follows; it returns where
// that begins, -1 when the story begins here.
func (d *document) skipLine() int {
	next := d.textFrom
	for next < len(d.words) && d.words[next].para == d.words[d.textFrom].para {
		next++
	}
	if next == d.textFrom || next-d.textFrom > headWords || len(d.words)-next <= headWords {
		return -1
	}
	s, end := d.source[fieldText], d.words[next-1].end
	if strings.ContainsAny(s[end:min(int(end)+2, len(s))], ".!?") {
		return -1
	}
	d.textFrom = next
	return int(d.words[next].start)
}

// datelineEnd finds the dash that ends a dateline at the start of a text, 0 when the
// text has none. What stands before it must look like names, dates and agencies.
func datelineEnd(s string) int {
	start := len(s) - len(strings.TrimLeft(s, " \n\t\u200e\u200f"))
	if end := bracketed(s[start:]); end > 0 {
		return start + end
	}
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
		case r == '–' || r == '—' || r == '-' && i > start && s[i-1] == ' ' && i+1 < len(s) && (s[i+1] == ' ' || s[i+1] == '\n'):
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

// bracketed is where a dateline in brackets ends, "(Dubai, 15 March). "; 0 when there is
// none.
func bracketed(s string) int {
	if !strings.HasPrefix(s, "(") {
		return 0
	}
	end := strings.IndexByte(s[:min(len(s), datelineBytes)], ')')
	if end < 0 || strings.IndexByte(s[:end], '\n') >= 0 {
		return 0
	}
	switch rest := s[end+1:]; {
	case strings.HasPrefix(rest, ". "), strings.HasPrefix(rest, " – "), strings.HasPrefix(rest, " - "), strings.HasPrefix(rest, " — "), strings.HasPrefix(rest, ".\n"):
		return end + 1
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
