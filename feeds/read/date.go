package read

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// How dates are read. The text as the source wrote it stays in Entry.DateText; the
// time made of it follows these rules.
//
//   - Forms: RFC 822 and its successors, asctime, ISO 8601 (calendar, week and ordinal
//     dates, basic and extended, the truncated ones of 1988), Unix time in seconds to
//     nanoseconds, numeric dates, and dates in words of the languages of datewords.go,
//     in any order of their parts and with any digits.
//   - A missing or unknown zone is UTC; in Korean and Japanese words, which are written
//     in one zone, it is +09:00. A zone's name with several meanings has the one of
//     zoneNames. An offset of over 15 hours is none.
//   - A weekday that does not fit the date is ignored.
//   - Years of two digits: 69 and later are of the last century. Of three digits: added
//     to 1900, as RFC 2822 (4.3) says, and 19100 to 19199 are the same mistake.
//   - A day that its month does not have is the month's last day, and a problem.
//   - 03/11/2023 is 3 November unless that cannot be, or the clock has twelve hours, or
//     a weekday, or the other dates of the document show that the month comes first;
//     when nothing decides, it is a problem. 03-11-23 is of 2003, as in ISO 8601.
//   - 24:00 is the next day's beginning, and so is a leap second of the next minute.
//     Any other hour, minute or second out of range makes the date unreadable.
//   - Years before 1971 and after 2199 are what software writes for "none" or "never":
//     no date. The future is read as it stands: this package knows no clock.
//   - An unreadable date is a problem, and none. The next of the entry's dates is taken
//     then, Updated last; without any the time stays zero, and whoever stores the entry
//     says when it was first seen.
const (
	minYear = 1971
	maxYear = 2199
)

// dateGuess says how a date was read where the text left a choice.
type dateGuess uint8

const (
	dateExact   dateGuess = iota
	dateClamped           // the day is not in its month: the month's last day
	dateNoZone            // no zone, or an unknown one: UTC
	dateOrdered           // the day or the month may come first
)

// dateOrder says which comes first in the numeric dates of a document.
type dateOrder uint8

const (
	orderUnknown dateOrder = iota
	orderDay
	orderMonth
)

// parseDate reads a date; order is what the rest of the document shows, asked for only
// when it matters. The result is in UTC; false when the text is no date.
func parseDate(text string, order func() dateOrder) (time.Time, dateGuess, bool) {
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
	t, guess, ok := readDate(text, order)
	if !ok {
		if repaired := unmangle(text); repaired != text {
			return readDate(repaired, order)
		}
	}
	return t, guess, ok
}

func readDate(text string, order func() dateOrder) (time.Time, dateGuess, bool) {
	if t, ok := unixTime(text); ok {
		return usable(t, dateExact)
	}
	tokens, comment := dateTokens(text)
	d := dateReader{day: -1, month: -1, year: -1, hour: -1, minute: -1, zone: noZone, order: order}
	if !d.read(tokens) {
		return time.Time{}, dateExact, false
	}
	if offset, ok := zoneNames[comment]; ok && d.zone == noZone {
		d.zone = offset
	}
	return d.date()
}

// usable refuses the years in which nobody publishes a feed.
func usable(t time.Time, g dateGuess) (time.Time, dateGuess, bool) {
	if t.Year() < minYear || t.Year() > maxYear {
		return time.Time{}, dateExact, false
	}
	return t, g, true
}

// unixTime reads seconds since 1970, or the thousandths and so on of them; with @ as
// the date command writes it.
func unixTime(text string) (time.Time, bool) {
	whole, fraction, fractional := strings.Cut(strings.TrimPrefix(text, "@"), ".")
	nano, err := strconv.ParseUint((fraction + "000000000")[:9], 10, 32)
	if fractional && (len(whole) != 10 || err != nil) {
		return time.Time{}, false
	}
	var unit int64
	switch len(whole) {
	case 9, 10:
		unit = 1
	case 13:
		unit = 1e3
	case 16:
		unit = 1e6
	case 19:
		unit = 1e9
	default:
		return time.Time{}, false
	}
	n := int64(0)
	for i := 0; i < len(whole); i++ {
		if whole[i] < '0' || whole[i] > '9' {
			return time.Time{}, false
		}
		n = n*10 + int64(whole[i]-'0')
	}
	return time.Unix(n/unit, n%unit*(1e9/unit)+int64(nano)).UTC(), true
}

// unmangle undoes UTF-8 that was taken for Windows-1252 ("fÃ©vrier"); other text stays.
func unmangle(text string) string {
	b, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil || !utf8.ValidString(b) {
		return text
	}
	return b
}

const noZone = -1 << 20

// dateReader collects the parts of a date.
type dateReader struct {
	year, month, day, hour, minute, second int
	nano                                   int
	zone                                   int // seconds east of UTC
	weekday                                int // 1 is Monday, 0 unknown
	afternoon, twelve                      bool
	loose                                  []dateToken // numbers whose meaning follows from the others
	unsure                                 bool        // which could be a weekday
	mark                                   string      // separator of a numeric date whose year is not first
	yearFirst                              bool
	eastern                                bool // words of Korean or Japanese
	order                                  func() dateOrder
}

// settle gives the loose numbers their meaning: the day, then the year.
func (d *dateReader) settle() bool {
	for _, t := range d.loose {
		switch {
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
	if d.twelve && d.hour >= 0 && d.hour <= 12 {
		d.hour %= 12
		if d.afternoon {
			d.hour += 12
		}
	}
	return true
}

// place decides whether the day or the month of a numeric date comes first; the two
// were read day first.
func (d *dateReader) place() (guess dateGuess) {
	switch {
	case d.mark == "" || d.day == d.month:
	case d.month > 12 && d.day <= 12:
		d.day, d.month = d.month, d.day
	case d.day > 12 || d.mark == ".":
	case d.weekday > 0 && d.fits(d.day, d.month) != d.fits(d.month, d.day):
		if d.fits(d.month, d.day) {
			d.day, d.month = d.month, d.day
		}
	default:
		shown := d.order()
		if shown == orderMonth || shown == orderUnknown && d.twelve && d.mark == "/" {
			d.day, d.month = d.month, d.day
		} else if shown == orderUnknown {
			guess = dateOrdered
		}
	}
	return guess
}

// fits tells whether a day has the weekday that was written.
func (d *dateReader) fits(day, month int) bool {
	w := int(time.Date(d.year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Weekday())
	return (w+6)%7+1 == d.weekday
}

func (d *dateReader) date() (time.Time, dateGuess, bool) {
	guess := d.place()
	if d.yearFirst {
		guess = dateOrdered
	}
	if d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31 {
		return time.Time{}, dateExact, false
	}
	if last := time.Date(d.year, time.Month(d.month)+1, 0, 0, 0, 0, 0, time.UTC).Day(); d.day > last {
		d.day, guess = last, dateClamped
	}
	if d.zone == noZone {
		d.zone = 0
		if d.eastern {
			d.zone = 9 * 3600
		} else if guess == dateExact {
			guess = dateNoZone
		}
	}
	t := time.Date(d.year, time.Month(d.month), d.day, max(d.hour, 0), max(d.minute, 0), d.second, d.nano, time.UTC)
	return usable(t.Add(-time.Duration(d.zone)*time.Second), guess)
}

// fullYear completes a year of fewer or more digits than four.
func fullYear(t dateToken) int {
	switch {
	case len(t.text) == 5 && t.number >= 19100 && t.number < 19200:
		return t.number - 19100 + 2000
	case len(t.text) == 3:
		return 1900 + t.number
	case len(t.text) > 2:
		return t.number
	case t.number >= 69:
		return 1900 + t.number
	}
	return 2000 + t.number
}

// numericDate is a numeric date as an element or a JSON string begins with it, perhaps
// behind a weekday.
var numericDate = regexp.MustCompile(`[>"\[]\s*(?:\p{L}+[,.]?\s+)?(\d{1,2})[/-](\d{1,2})[/-](?:\d{4}|\d{2})\b`)

// dateOrder tells which comes first in the numeric dates of the document, by those
// that can be read in one way only.
func (r *reader) dateOrder() dateOrder {
	if r.ordered {
		return r.order
	}
	r.ordered = true
	day, month := false, false
	for _, m := range numericDate.FindAllSubmatch(r.text, 1000) {
		a, b := digits(string(m[1])), digits(string(m[2]))
		day = day || a > 12 && a <= 31 && b <= 12
		month = month || b > 12 && b <= 31 && a <= 12
	}
	switch {
	case day && !month:
		r.order = orderDay
	case month && !day:
		r.order = orderMonth
	}
	return r.order
}
