package read

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// read takes the tokens apart; false when one of them cannot be part of a date.
func (d *dateReader) read(tokens []dateToken) bool {
	if d.truncated(tokens) {
		return true
	}
	for i := 0; i < len(tokens); {
		n, ok := d.step(tokens, i)
		if !ok {
			return false
		}
		i += n
	}
	return d.settle()
}

// truncated reads the forms of ISO 8601:1988 without a century: -yymm and -yy-mm.
func (d *dateReader) truncated(tokens []dateToken) bool {
	if !isMark(tokens, 0, "-") {
		return false
	}
	switch {
	case len(tokens) == 2 && isNumberOf(tokens, 1, 4):
		d.year, d.month = 2000+tokens[1].number/100, tokens[1].number%100
	case len(tokens) == 4 && isNumberOf(tokens, 1, 2) && isMark(tokens, 2, "-") && isNumberOf(tokens, 3, 2):
		d.year, d.month = 2000+tokens[1].number, tokens[3].number
	default:
		return false
	}
	d.day = 1
	return true
}

// step reads one part at tokens[i] and says how many tokens it took.
func (d *dateReader) step(tokens []dateToken, i int) (int, bool) {
	t := tokens[i]
	switch {
	case t.number >= 0:
		return d.numberAt(tokens, i)
	case (t.text == "+" || t.text == "-") && isNumber(tokens, i+1) && (d.hour >= 0 || d.dayOffset(tokens, i)):
		return d.offset(tokens, i)
	case isWord(tokens, i):
		return d.word(tokens, i)
	}
	return 1, strings.Contains(",-./|;'’،、·\"", t.text)
}

func (d *dateReader) numberAt(tokens []dateToken, i int) (int, bool) {
	t := tokens[i]
	if i+1 < len(tokens) {
		if n, ok := d.unit(t, tokens[i+1].text); n > 0 {
			return n, ok
		}
		if first, size := utf8.DecodeRuneInString(tokens[i+1].text); unicode.Is(unicode.Han, first) { // 14日火曜日
			if n, ok := d.unit(t, string(first)); n > 0 {
				tokens[i+1].text = tokens[i+1].text[size:]
				return 1, ok
			}
		}
	}
	switch {
	case d.hour < 0 && isMark(tokens, i+1, ":") && isNumber(tokens, i+2):
		return d.clock(tokens, i, ":")
	case d.hour < 0 && d.year >= 0 && d.month > 0 && (d.day >= 0 || len(d.loose) > 0) && isMark(tokens, i+1, ".") && isNumberOf(tokens, i+2, 2) && len(t.text) <= 2:
		return d.clock(tokens, i, ".")
	case len(t.text) == 4 && d.year < 0 && (isMark(tokens, i+1, "w") || isMark(tokens, i+1, "-") && isMark(tokens, i+2, "w")):
		return d.week(tokens, i)
	case isSeparator(tokens, i+1) && isNumber(tokens, i+2) && d.year < 0 && d.month < 0 && len(d.loose) == 0:
		return d.numeric(tokens, i)
	}
	return d.lone(tokens, i)
}

// unit reads a number with the unit that East Asian languages write behind it.
func (d *dateReader) unit(t dateToken, unit string) (n int, ok bool) {
	part, eastern := dateUnit(unit)
	switch part {
	case 'y':
		d.year = fullYear(t)
	case 'm':
		d.month = t.number
	case 'd':
		d.day = t.number
	case 'H':
		d.hour = t.number
	case 'M':
		d.minute = t.number
	case 'S':
		d.second = t.number
	default:
		return 0, false
	}
	d.eastern = d.eastern || eastern
	return 2, d.inRange()
}

func (d *dateReader) inRange() bool { return d.hour <= 24 && d.minute < 60 && d.second <= 60 }

// clock reads hh:mm[:ss[.fraction]], also with points.
func (d *dateReader) clock(tokens []dateToken, i int, mark string) (int, bool) {
	d.hour, d.minute = tokens[i].number, tokens[i+2].number
	n := 3
	if isMark(tokens, i+3, mark) && isNumber(tokens, i+4) {
		d.second = tokens[i+4].number
		n = 5
		if (isMark(tokens, i+5, ".") || isMark(tokens, i+5, ",")) && isNumber(tokens, i+6) && !tokens[i+6].spaced {
			d.fraction(tokens[i+6].text)
			n = 7
		}
	}
	return n, d.inRange() && !isMark(tokens, i+n, ":")
}

func (d *dateReader) fraction(text string) {
	for _, c := range (text + "000000000")[:9] {
		d.nano = d.nano*10 + int(c-'0')
	}
}

// week reads a week date (ISO 8601, 4.1.4): the week, and the day in it, else Monday.
func (d *dateReader) week(tokens []dateToken, i int) (int, bool) {
	n := 2
	if !isMark(tokens, i+1, "w") {
		n = 3
	}
	if !isNumber(tokens, i+n) {
		return 0, false
	}
	week, day := tokens[i+n], 1
	number := week.number
	n++
	switch {
	case len(week.text) == 3:
		number, day = week.number/10, week.number%10
	case isMark(tokens, i+n, "-") && isNumberOf(tokens, i+n+1, 1):
		day = tokens[i+n+1].number
		n += 2
	}
	if number < 1 || number > 53 || day < 1 || day > 7 {
		return 0, false
	}
	january4 := time.Date(tokens[i].number, 1, 4, 0, 0, 0, 0, time.UTC) // is in week 1
	monday := january4.AddDate(0, 0, -(int(january4.Weekday())+6)%7)
	t := monday.AddDate(0, 0, (number-1)*7+day-1)
	d.year, d.month, d.day = t.Year(), int(t.Month()), t.Day()
	return n, true
}

// numeric reads three numbers between equal marks, or a year and a month.
func (d *dateReader) numeric(tokens []dateToken, i int) (int, bool) {
	mark := tokens[i+1].text
	a, b := tokens[i], tokens[i+2]
	if !isMark(tokens, i+3, mark) || !isNumber(tokens, i+4) {
		switch {
		case len(a.text) == 4 && mark != "." && len(b.text) == 3:
			return 3, d.ordinal(a.number, b.number)
		case len(a.text) == 4 && mark != "." && len(b.text) <= 2:
			d.year, d.month, d.day = a.number, b.number, 1
			return 3, true
		case len(a.text) <= 2 && len(b.text) == 4 && a.number <= 12:
			d.year, d.month, d.day = b.number, a.number, 1
			return 3, true
		}
		return d.lone(tokens, i)
	}
	c := tokens[i+4]
	switch {
	case len(a.text) == 4:
		d.year, d.month, d.day = a.number, b.number, c.number
	case len(a.text) > 2 || len(b.text) > 2:
		return 0, false
	case mark == "-" && len(a.text) == 2 && len(c.text) == 2 && b.number <= 12 && c.number <= 31 && c.number > 0:
		d.year, d.month, d.day = 2000+a.number, b.number, c.number
		d.yearFirst = a.number > 0 && a.number <= 31
	case len(c.text) == 4 || len(c.text) == 2:
		d.day, d.month, d.year, d.mark = a.number, b.number, fullYear(c), mark
	default:
		return 0, false
	}
	return 5, true
}

// ordinal takes a day of the year.
func (d *dateReader) ordinal(year, day int) bool {
	t := time.Date(year, 1, day, 0, 0, 0, 0, time.UTC)
	d.year, d.month, d.day = year, int(t.Month()), t.Day()
	return day > 0 && t.Year() == year
}

// lone reads a number that stands alone.
func (d *dateReader) lone(tokens []dateToken, i int) (int, bool) {
	t := tokens[i]
	length := len(t.text)
	switch {
	case isMark(tokens, i-1, "t") && d.year >= 0 && d.hour < 0 && (length == 2 || length == 4 || length == 6):
		return d.compactClock(tokens, i, t.text)
	case d.hour >= 0 && d.minute < 0 && length <= 2 && i >= 2 && isHourWord(tokens[i-1].text) && tokens[i-2].number == d.hour:
		d.minute = t.number
		return 1, d.minute < 60
	case length == 4 && d.year < 0:
		d.year = t.number
	case (length == 14 || length == 12 || length == 8) && d.year < 0:
		d.year, d.month, d.day = digits(t.text[:4]), digits(t.text[4:6]), digits(t.text[6:8])
		if length == 8 {
			return 1, true
		}
		return d.compactClock(tokens, i, t.text[8:])
	case length == 7 && d.year < 0 && i == 0:
		return 1, d.ordinal(t.number/1000, t.number%1000)
	case length == 6 && d.year < 0 && i == 0:
		d.year, d.month, d.day = 2000+t.number/10000, t.number/100%100, t.number%100
	case length == 5 && d.year < 0 && d.month < 0 && i == 0:
		return 1, d.ordinal(2000+t.number/1000, t.number%1000)
	case (length == 3 || length == 5 && t.number/100 == 191) && d.year < 0 && d.month > 0:
		d.year = fullYear(t)
	case length <= 2 && len(d.loose) < 2:
		d.loose = append(d.loose, t)
	case length == 4 && d.hour >= 0 && d.zone == noZone && t.number <= 1400 && t.number%100 < 60:
		d.zone = t.number/100*3600 + t.number%100*60 // the plus was lost
	default:
		return 0, false
	}
	return 1, true
}

// compactClock reads hh, hhmm or hhmmss, which may have a fraction behind it.
func (d *dateReader) compactClock(tokens []dateToken, i int, s string) (int, bool) {
	d.hour, d.minute = digits(s[:2]), 0
	if len(s) >= 4 {
		d.minute = digits(s[2:4])
	}
	n := 1
	if len(s) == 6 {
		d.second = digits(s[4:6])
		if (isMark(tokens, i+1, ".") || isMark(tokens, i+1, ",")) && isNumber(tokens, i+2) && !tokens[i+2].spaced {
			d.fraction(tokens[i+2].text)
			n = 3
		}
	}
	return n, d.inRange()
}

// dayOffset recognises the zone of a day without a time: 2003-12-31+01:00 (XML Schema
// Part 2, 3.2.9) and the four digits behind a whole date.
func (d *dateReader) dayOffset(tokens []dateToken, i int) bool {
	if d.year < 0 || d.month < 0 {
		return false
	}
	colon := isNumberOf(tokens, i+1, 2) && isMark(tokens, i+2, ":") && i+4 == len(tokens)
	four := isNumberOf(tokens, i+1, 4) && i+2 == len(tokens)
	glued := !tokens[i].spaced && !tokens[i+1].spaced
	return (colon && glued || four && !tokens[i+1].spaced) && (tokens[i].text == "+" || d.mark == "")
}

// offset reads +hhmm, +hh:mm, +hh, +h, +hmm and the cut off +hhm.
func (d *dateReader) offset(tokens []dateToken, i int) (int, bool) {
	t, n := tokens[i+1], 2
	hours, minutes := t.number, 0
	switch {
	case len(t.text) == 3 && t.text[0] == '0':
		hours, minutes = t.number/10, t.number%10*10
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
	if (tokens[i].text == "-") != (i >= 3 && tokens[i-3].text == "etc") { // Etc/GMT+5 is west
		d.zone = -d.zone
	}
	return n, true
}

// word reads a month, a weekday, a zone or what people write between them.
func (d *dateReader) word(tokens []dateToken, i int) (int, bool) {
	w := tokens[i].text
	if w == "t" && d.year >= 0 && d.hour < 0 {
		return 1, true
	}
	if n := d.monthWord(tokens, i); n > 0 {
		return n, true
	}
	if n := d.halfWord(tokens, i); n > 0 {
		return n, true
	}
	if isHourWord(w) {
		return 1, d.hourWord(tokens, i)
	}
	if offset, ok := zoneNames[w]; ok && (d.hour >= 0 || d.year >= 0 && d.month > 0) && (w != "at" || i == len(tokens)-1) {
		if d.zone == noZone {
			d.zone = offset
		}
		return 1, true
	}
	if day, ok := weekdayNamed(w); ok {
		if day > 0 {
			d.weekday = day
		}
		return 1, true
	}
	switch {
	case dateFillers()[w] || i == 0:
		return 1, true // before the date, any word may be a weekday
	case d.hour < 0:
		return 0, false
	case isMark(tokens, i+1, "/") && isWord(tokens, i+2): // America/New_York
		for n := 3; ; n += 2 {
			if !isMark(tokens, i+n, "_") && !isMark(tokens, i+n, "/") && !isMark(tokens, i+n, "-") || !isWord(tokens, i+n+1) {
				if w == "etc" {
					return 1, true
				}
				return n, true
			}
		}
	}
	return 1, len(w) <= 5 // an unknown zone
}

// monthWord reads the name of a month. "Mar" is a month in some languages and a
// weekday in others: a second name corrects it.
func (d *dateReader) monthWord(tokens []dateToken, i int) int {
	w, n := tokens[i].text, 1
	m := monthNamed(w)
	if m == 0 {
		second := ""
		if i+1 < len(tokens) {
			second = tokens[i+1].text
		}
		m, n = levantineMonth(w, second)
	}
	if m == 0 || d.month > 0 && d.month != m && !d.unsure {
		return 0
	}
	_, weekday := weekdayNamed(w)
	d.month, d.unsure = m, weekday
	return n
}

// halfWord reads the half of the day, which may be two abbreviated words.
func (d *dateReader) halfWord(tokens []dateToken, i int) int {
	w, n := tokens[i].text, 1
	half, ok := dayHalves()[w]
	if !ok && i+1 < len(tokens) {
		half, ok = dayHalves()[w+tokens[i+1].text]
		n = 2
	}
	if !ok {
		return 0
	}
	if last := len(d.loose) - 1; d.hour < 0 && last >= 0 && isNumber(tokens, i-1) && tokens[i-1] == d.loose[last] { // 5 PM
		d.hour = d.loose[last].number
		d.loose = d.loose[:last]
	}
	if w == "am" && d.hour < 0 && !isNumber(tokens, i-1) {
		return 1 // am Dienstag
	}
	d.twelve, d.afternoon = true, half == 'p'
	d.eastern = d.eastern || isEastern(w)
	return n
}

// hourWord reads the hour of 14h30 and the bare hour before such a word.
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

func digits(s string) int {
	n := 0
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}
