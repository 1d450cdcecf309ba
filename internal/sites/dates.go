package sites

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tributary/feeds/read"
)

// The forms of dates in running text. What they match is read by read.Date, which
// knows the months' names and has the last word.
const (
	month = `\p{L}[\p{L}\p{M}]{2,11}(?:\s\p{L}[\p{L}\p{M}]{2,7})?`
	names = month + `(?:\s?/\s?` + month + `)?\.?` // the two Arabic names of one month
)

var datePattern = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`\p{Nd}{4}-\p{Nd}{2}-\p{Nd}{2}(?:T[0-9:.]{5,12}(?:Z|[+-][0-9:]{4,6})?)?`,
	`\p{Nd}{4}[./]\p{Nd}{1,2}[./]\p{Nd}{1,2}`,
	`\p{Nd}{1,2}[./-]\p{Nd}{1,2}[./-](?:\p{Nd}{4}|\p{Nd}{2})`,
	`\p{Nd}{1,2}(?:st|nd|rd|th|er|º|ª|°|\.)?\s?(?:of\s|de\s|di\s|d['’])?` + names + `,?\s(?:de\s|del\s|di\s)?\p{Nd}{4}`,
	names + `\s\p{Nd}{1,2}(?:st|nd|rd|th)?,?\s\p{Nd}{4}`,
	`\p{Nd}{1,2}-\p{L}{3,4}-\p{Nd}{4}`,
}, "|"))

var numericDate = regexp.MustCompile(`(?:^|[^\p{Nd}/])(\p{Nd}{1,2})/(\p{Nd}{1,2})/(?:\p{Nd}{4}|\p{Nd}{2})(?:$|[^\p{Nd}/])`)

// dateOrder says how a page writes dates of three numbers.
type dateOrder bool

const (
	dayFirst   dateOrder = false
	monthFirst dateOrder = true
)

// orderOf tells the order by the dates of a page that leave no doubt; without such a
// date, by its language.
func orderOf(text, language string) dateOrder {
	day, month := 0, 0
	for _, m := range numericDate.FindAllStringSubmatch(text, 2000) {
		switch a, b := number(m[1]), number(m[2]); {
		case a > 12 && b <= 12:
			day++
		case b > 12 && a <= 12:
			month++
		}
	}
	switch {
	case month > day:
		return monthFirst
	case day > month:
		return dayFirst
	}
	return dateOrder(strings.EqualFold(language, "en-US"))
}

func number(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case '0' <= r && r <= '9':
			r -= '0'
		case '٠' <= r && r <= '٩':
			r -= '٠'
		case '۰' <= r && r <= '۹':
			r -= '۰'
		default:
			return 0
		}
		n = n*10 + int(r)
	}
	return n
}

// date reads a text that should be a date.
func (o dateOrder) date(text string) (time.Time, bool) {
	if o == monthFirst {
		if m := numericDate.FindStringSubmatchIndex(text); m != nil {
			a, b := number(text[m[2]:m[3]]), number(text[m[4]:m[5]])
			if a <= 12 && b <= 12 {
				text = text[:m[2]] + strconv.Itoa(b) + "/" + strconv.Itoa(a) + text[m[5]:]
			}
		}
	}
	return read.Date(text)
}

// dateIn finds the first date within running text, and the words that it was.
func (o dateOrder) dateIn(text string) (time.Time, string) {
	if len(text) > 4096 {
		text = text[:4096]
	}
	for from := 0; from < len(text); {
		at := datePattern.FindStringIndex(text[from:])
		if at == nil {
			return time.Time{}, ""
		}
		said := text[from+at[0] : from+at[1]]
		if t, ok := o.date(strings.NewReplacer(" / ", "/", "° ", " ").Replace(said)); ok && t.Year() >= 1990 && t.Year() < 2100 {
			return t, said
		}
		// A longer form may have begun at the wrong word.
		step := strings.IndexAny(text[from+at[0]:], " /-.")
		if step <= 0 {
			step = at[1] - at[0]
		}
		from += at[0] + step + 1
		if from > len(text) {
			break
		}
	}
	return time.Time{}, ""
}

// dateWords are words of class names of elements that hold a date.
var dateWords = []string{"date", "datetime", "time", "published", "posted", "created", "fecha", "datum", "data", "publish", "timestamp", "day"}

// itemDate finds when an item was published: what its markup says, then what its
// text says.
func (p *page) itemDate(o dateOrder, nodes []*html.Node) (time.Time, string) {
	var found time.Time
	var said string
	take := func(text string) bool {
		if text == "" || !found.IsZero() {
			return false
		}
		if t, ok := o.date(text); ok {
			found, said = t, text
			return true
		}
		return false
	}
	each(nodes, func(e *html.Node) bool {
		switch {
		case e.DataAtom == atom.Time:
			if !take(attr(e, "datetime")) {
				take(textOf(120, e))
			}
		case hasToken(attr(e, "itemprop"), "datePublished", "dateCreated", "startDate"), hasToken(attr(e, "property"), "schema:datePublished", "datePublished", "dc:date", "dc:created"):
			if !take(first(attr(e, "content"), attr(e, "datetime"))) {
				take(textOf(120, e))
			}
		}
		return found.IsZero()
	})
	if found.IsZero() {
		each(nodes, func(e *html.Node) bool {
			if classHas(e, dateWords...) {
				text := textOf(200, e)
				if !take(text) {
					found, said = o.dateIn(text)
				}
			}
			return found.IsZero()
		})
	}
	if found.IsZero() {
		found, said = o.dateIn(textOf(2000, nodes...))
	}
	return found, said
}

// each visits the elements of an item, the nodes themselves first.
func each(nodes []*html.Node, use func(*html.Node) bool) {
	going, seen := true, 0
	for _, n := range nodes {
		if !going {
			return
		}
		if n.Type == html.ElementNode {
			going = use(n)
		}
		if going {
			elementsOf(n, func(e *html.Node) bool {
				seen++
				going = seen < maxItem && use(e)
				return going
			})
		}
	}
}

// classHas tells whether a word of an element's class or id is one of the words;
// "entry-date" has the words entry and date.
func classHas(n *html.Node, words ...string) bool {
	for _, key := range []string{"class", "id"} {
		for token := range strings.FieldsFuncSeq(attr(n, key), func(r rune) bool { return r == ' ' || r == '-' || r == '_' || r == '\t' || r == '\n' || r == ':' }) {
			for _, w := range words {
				if strings.EqualFold(token, w) {
					return true
				}
			}
		}
	}
	return false
}
