package read

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// dateGuess says how a date was read where the text left a choice.
type dateGuess uint8

const (
	dateExact   dateGuess = iota
	dateClamped           // the day is not in its month: the month's last day
	dateNoZone            // no zone, or an unknown one: UTC
)

// parseDate reads a date in any of the forms that feeds hold: RFC 822 and its
// successors, ISO 8601, the numeric forms with the day first, and month names in the
// languages of dateWords. The result is in UTC; false when the text is no date, or a
// placeholder such as the first day of Unix time.
func parseDate(text string) (time.Time, dateGuess, bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxDateText {
		return time.Time{}, dateExact, false
	}
	for _, layout := range [...]string{time.RFC3339, time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 -0700"} {
		if len(text) > 19 && (text[4] == '-') == (layout == time.RFC3339) {
			if t, err := time.Parse(layout, text); err == nil {
				return usable(t.UTC(), dateExact)
			}
		}
	}
	d := dateReader{day: -1, month: -1, year: -1, hour: -1, zone: noZone}
	if !d.read(dateTokens(text)) {
		return time.Time{}, dateExact, false
	}
	return d.date()
}

// usable refuses the years in which nobody published a feed.
func usable(t time.Time, g dateGuess) (time.Time, dateGuess, bool) {
	if t.Year() < 1971 || t.Year() > 9998 {
		return time.Time{}, dateExact, false
	}
	return t, g, true
}

const noZone = -1 << 20

// dateToken is a number, a word in lower case, or a single other character.
type dateToken struct {
	text   string
	number int // -1 when none
	spaced bool
}

func dateTokens(text string) []dateToken {
	if i := strings.IndexByte(text, '('); i > 0 && strings.HasSuffix(text, ")") {
		text = text[:i] // a comment that repeats the zone
	}
	var out []dateToken
	var word []rune
	digits, spaced, wordSpaced := false, false, false
	flush := func() {
		if len(word) == 0 {
			return
		}
		t := dateToken{text: string(word), number: -1, spaced: wordSpaced}
		if digits {
			t.number = 0
			for _, r := range word {
				t.number = min(t.number*10+int(r-'0'), 1<<53)
			}
		}
		out = append(out, t)
		word = word[:0]
	}
	for _, r := range strings.ToLower(text) {
		switch {
		case '٠' <= r && r <= '٩':
			r = r - '٠' + '0'
		case '۰' <= r && r <= '۹':
			r = r - '۰' + '0'
		case r == '−' || r == '–':
			r = '-'
		}
		isDigit, isLetter := '0' <= r && r <= '9', unicode.IsLetter(r) || unicode.IsMark(r)
		if len(word) > 0 && (!isDigit && !isLetter || isDigit != digits) {
			flush()
		}
		switch {
		case isDigit || isLetter:
			if len(word) == 0 {
				digits, wordSpaced, spaced = isDigit, spaced, false
			}
			word = append(word, r)
		case unicode.IsSpace(r):
			spaced = true
		case isOverride(r) || r == '\u200e' || r == '\u200f' || r == '.' && len(out) > 0 && out[len(out)-1].number < 0:
			// direction marks, and the point of an abbreviation
		default:
			out = append(out, dateToken{text: string(r), number: -1, spaced: spaced})
			spaced = false
		}
	}
	flush()
	return out
}

// dateReader collects the parts of a date.
type dateReader struct {
	year, month, day, hour, minute, second int
	nano                                   int
	zone                                   int // seconds east of UTC
	afternoon, twelve                      bool
	loose                                  []dateToken // numbers whose meaning follows from the others
	named                                  bool        // the month is a word
	unsure                                 bool        // which could be a weekday
	first                                  string      // separator of a numeric date
}

// read takes the tokens apart; false when one of them cannot be part of a date.
func (d *dateReader) read(tokens []dateToken) bool {
	for i := 0; i < len(tokens); {
		n, ok := d.step(tokens, i)
		if !ok {
			return false
		}
		i += n
	}
	return d.settle()
}

// step reads one part at tokens[i] and says how many tokens it took.
func (d *dateReader) step(tokens []dateToken, i int) (int, bool) {
	t := tokens[i]
	switch {
	case t.number >= 0 && d.hour < 0 && isMark(tokens, i+1, ":") && isNumber(tokens, i+2):
		return d.clock(tokens, i)
	case t.number >= 0 && isSeparator(tokens, i+1) && isNumber(tokens, i+2) && d.year < 0 && d.month < 0 && len(d.loose) == 0:
		return d.numeric(tokens, i)
	case t.number >= 0:
		return d.lone(tokens, i)
	case (t.text == "+" || t.text == "-") && d.hour >= 0 && isNumber(tokens, i+1):
		return d.offset(tokens, i)
	case isWord(t.text):
		return 1, d.word(tokens, i)
	}
	return 1, strings.Contains(",-./|;'’،", t.text) || t.text == "\""
}

// clock reads hh:mm[:ss[.fraction]].
func (d *dateReader) clock(tokens []dateToken, i int) (int, bool) {
	d.hour, d.minute = tokens[i].number, tokens[i+2].number
	n := 3
	if isMark(tokens, i+3, ":") && isNumber(tokens, i+4) {
		d.second = tokens[i+4].number
		n = 5
		if (isMark(tokens, i+5, ".") || isMark(tokens, i+5, ",")) && isNumber(tokens, i+6) && !tokens[i+6].spaced {
			fraction := (tokens[i+6].text + "000000000")[:9]
			for _, c := range fraction {
				d.nano = d.nano*10 + int(c-'0')
			}
			n = 7
		}
	}
	return n, d.hour <= 24 && d.minute < 60 && d.second <= 60
}

// numeric reads three numbers between equal marks, or a year and a month.
func (d *dateReader) numeric(tokens []dateToken, i int) (int, bool) {
	mark := tokens[i+1].text
	a, b := tokens[i], tokens[i+2]
	if !isMark(tokens, i+3, mark) || !isNumber(tokens, i+4) {
		if len(a.text) == 4 && mark == "-" {
			d.year, d.month, d.day = a.number, b.number, 1
			if len(b.text) == 3 { // a day of the year
				d.month, d.day = 1, b.number
				t := time.Date(a.number, 1, b.number, 0, 0, 0, 0, time.UTC)
				d.month, d.day = int(t.Month()), t.Day()
				return 3, b.number > 0 && b.number < 367
			}
			return 3, true
		}
		return d.lone(tokens, i)
	}
	c := tokens[i+4]
	d.first = mark
	switch {
	case len(a.text) == 4:
		d.year, d.month, d.day = a.number, b.number, c.number
	case len(c.text) == 4 || len(c.text) == 2:
		d.day, d.month, d.year = a.number, b.number, fullYear(c)
	default:
		return 0, false
	}
	return 5, true
}

// lone reads a number that stands alone.
func (d *dateReader) lone(tokens []dateToken, i int) (int, bool) {
	t := tokens[i]
	switch {
	case len(t.text) == 4 && d.year < 0:
		d.year = t.number
	case len(t.text) == 14 || len(t.text) == 8 && d.year < 0:
		d.year, d.month, d.day = t.number, 0, 0
		return 1, d.compact(t.text)
	case (len(t.text) == 10 || len(t.text) == 13) && len(tokens) == 1:
		seconds := int64(t.number)
		if len(t.text) == 13 {
			seconds /= 1000
		}
		u := time.Unix(seconds, 0).UTC()
		d.year, d.month, d.day, d.hour, d.minute, d.second, d.zone = u.Year(), int(u.Month()), u.Day(), u.Hour(), u.Minute(), u.Second(), 0
	case len(t.text) == 6 && d.year >= 0 && d.hour < 0: // 20060102T150405
		return 1, d.compactClock(t.text)
	case len(t.text) <= 2 && len(d.loose) < 2:
		d.loose = append(d.loose, t)
	case len(t.text) == 4 && d.hour >= 0 && d.zone == noZone && t.number == 0:
		d.zone = 0 // a bare 0000
	default:
		return 0, false
	}
	return 1, true
}

func (d *dateReader) compact(s string) bool {
	d.year, d.month, d.day = digits(s[:4]), digits(s[4:6]), digits(s[6:8])
	return len(s) == 8 || d.compactClock(s[8:])
}

func (d *dateReader) compactClock(s string) bool {
	d.hour, d.minute, d.second = digits(s[:2]), digits(s[2:4]), digits(s[4:6])
	return d.hour <= 24 && d.minute < 60 && d.second <= 60
}

// offset reads +hhmm, +hh:mm, +hh or +h.
func (d *dateReader) offset(tokens []dateToken, i int) (int, bool) {
	t, n := tokens[i+1], 2
	hours, minutes := t.number, 0
	switch {
	case len(t.text) >= 3:
		hours, minutes = t.number/100, t.number%100
	case isMark(tokens, i+2, ":") && isNumber(tokens, i+3):
		minutes = tokens[i+3].number
		n = 4
		if isMark(tokens, i+4, ":") && isNumber(tokens, i+5) {
			n = 6
		}
	}
	if hours > 15 || minutes > 59 || len(t.text) > 4 {
		return n, true // nonsense: as if there were none
	}
	d.zone = hours*3600 + minutes*60
	if tokens[i].text == "-" {
		d.zone = -d.zone
	}
	return n, true
}

// word reads a month, a weekday, a zone or what people write between them.
func (d *dateReader) word(tokens []dateToken, i int) bool {
	w := tokens[i].text
	if w == "t" && d.year >= 0 && d.hour < 0 {
		return true
	}
	if d.monthWord(tokens, i) {
		return true
	}
	if d.hour >= 0 && !d.twelve && (w == "a" || w == "p") && isMark(tokens, i+1, "m") {
		w += "m"
	}
	switch w {
	case "am":
		d.twelve = true
		return d.hour >= 0
	case "pm":
		d.twelve, d.afternoon = true, true
		return d.hour >= 0
	case "m": // of a.m. and p.m.
		return d.twelve
	case "م", "مساء", "مساءً":
		d.twelve, d.afternoon = true, true
		return true
	case "ص", "صباحا", "صباحًا":
		d.twelve = true
		return true
	case "h", "uhr", "ч", "hrs":
		return d.hourWord(tokens, i)
	}
	if offset, ok := zones[w]; ok && (d.hour >= 0 || d.year >= 0) {
		if d.zone == noZone {
			d.zone = offset
		}
		return true
	}
	if fillers[w] || i == 0 || isWeekday(w) {
		return true // before the date, any word may be a weekday
	}
	return d.hour >= 0 && len(w) <= 5 // an unknown zone
}

// monthWord reads the name of a month. "Mar" is a month in some languages and a
// weekday in others: a second name corrects it.
func (d *dateReader) monthWord(tokens []dateToken, i int) bool {
	w := tokens[i].text
	m := monthNamed(w)
	if m == 0 && i+1 < len(tokens) {
		if m = levantineMonth(w, tokens[i+1].text); m > 0 {
			tokens[i+1].text = "of" // read
		}
	}
	if m == 0 || d.month > 0 && d.month != m && !d.unsure {
		return false
	}
	d.month, d.named, d.unsure = m, true, isWeekday(w)
	return true
}

// hourWord reads the French 14h30 and the bare hour before such a word.
func (d *dateReader) hourWord(tokens []dateToken, i int) bool {
	if d.hour >= 0 || len(d.loose) == 0 {
		return true
	}
	last := d.loose[len(d.loose)-1]
	if i == 0 || tokens[i-1].text != last.text {
		return true
	}
	d.loose = d.loose[:len(d.loose)-1]
	d.hour = last.number
	return d.hour <= 24
}

// settle gives the loose numbers their meaning: the day, then the year.
func (d *dateReader) settle() bool {
	for i, t := range d.loose {
		switch {
		case d.minuteAfterHour(i, t):
		case d.day < 0:
			d.day = t.number
		case d.year < 0:
			d.year = fullYear(t)
		default:
			return false
		}
	}
	if d.month < 0 && d.day < 0 && d.hour < 0 {
		d.month = 1 // a year alone (W3C-DTF)
	}
	if d.month < 0 || d.year < 0 {
		return false
	}
	if d.day < 0 {
		d.day = 1
	}
	// Day first, unless that cannot be, or the clock is American.
	if d.first == "/" && !d.named && d.month <= 12 && d.day <= 12 && d.twelve || d.month > 12 && d.day <= 12 {
		d.day, d.month = d.month, d.day
	}
	if d.twelve && d.hour >= 1 && d.hour <= 12 {
		d.hour %= 12
		if d.afternoon {
			d.hour += 12
		}
	}
	return d.month >= 1 && d.month <= 12 && d.day >= 1 && d.day <= 31
}

// minuteAfterHour takes the second number of 14h30.
func (d *dateReader) minuteAfterHour(i int, t dateToken) bool {
	if d.day < 0 || d.year < 0 || d.hour < 0 || d.minute > 0 || i != len(d.loose)-1 || t.number > 59 {
		return false
	}
	d.minute = t.number
	return true
}

func (d *dateReader) date() (time.Time, dateGuess, bool) {
	guess := dateExact
	if last := time.Date(d.year, time.Month(d.month)+1, 0, 0, 0, 0, 0, time.UTC).Day(); d.day > last {
		d.day, guess = last, dateClamped
	}
	if d.zone == noZone {
		d.zone = 0
		if guess == dateExact {
			guess = dateNoZone
		}
	}
	t := time.Date(d.year, time.Month(d.month), d.day, max(d.hour, 0), d.minute, d.second, d.nano, time.UTC)
	return usable(t.Add(-time.Duration(d.zone)*time.Second), guess)
}

// fullYear completes a year of two digits: 69 and later belong to the last century,
// as RFC 2822 does with 50.
func fullYear(t dateToken) int {
	switch {
	case len(t.text) > 2:
		return t.number
	case t.number >= 69:
		return 1900 + t.number
	}
	return 2000 + t.number
}

func digits(s string) int {
	n := 0
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

func isWord(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r)
}

func isNumber(tokens []dateToken, i int) bool { return i < len(tokens) && tokens[i].number >= 0 }

func isMark(tokens []dateToken, i int, mark string) bool {
	return i < len(tokens) && tokens[i].text == mark
}

func isSeparator(tokens []dateToken, i int) bool {
	return isMark(tokens, i, "-") || isMark(tokens, i, "/") || isMark(tokens, i, ".")
}
