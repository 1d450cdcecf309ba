package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Words by which a text tells its reader to reach somebody by a number.
var (
	callWords = []string{"call", "ring", "dial", "text", "sms", "mobile", "cell", "portable", "mobil", "landline",
		"appeler", "appelez", "llame", "llamar", "llamando", "ligue", "ligar", "anrufen", "звоните", "позвоните",
		"chiamare", "chiamate", "chiama", "اتصل", "اتصلوا", "الاتصال"}
	reachWords = []string{"reach", "contact", "phone", "ask", "contacter", "contactez", "joindre", "joignez", "contactar", "contacte",
		"comuníquese", "contate", "kontaktieren", "erreichen", "contattare", "contattate", "свяжитесь", "обращайтесь", "تواصل", "تواصلوا", "التواصل"}
	prepositions = []string{"on", "at", "via", "au", "sur", "al", "en", "no", "ao", "pelo", "unter", "auf", "по", "на", "على", "عبر"}
	connectors   = []string{"ms", "mr", "mrs", "dr", "mme", "sr", "sra", "a", "à", "con", "with", "mit", "de", "da", "la", "le", "el", "al", "bin", "van", "von", "к", "с"}
	// What numbers that begin with a nought are otherwise of.
	notPhones = []string{"isbn", "issn", "no", "nr", "num", "number", "ref", "reference", "id", "grant", "award", "iban", "account", "project",
		"projet", "proyecto", "projekt", "code", "código", "vat", "siret", "case", "file", "invoice", "contract", "n", "nº", "№", "номер", "رقم"}
)

// mostNames is how many words a name between a verb and a number may have.
const mostNames = 4

// askedOf reports "call Jane Doe on" before a place: a verb, a name, a preposition.
func (p *page) askedOf(at int) bool {
	line := strings.LastIndexByte(p.text[:at], '\n') + 1
	word, from := lastWord(p.low[line:at])
	if word == "" || !slices.Contains(prepositions, word) {
		return false
	}
	for range mostNames + 1 {
		end := from
		word, from = lastWord(p.low[line : line+end])
		if word == "" {
			return false
		}
		gap := p.text[line+from+len(word) : line+end]
		if strings.ContainsAny(gap, "!?;") || strings.Contains(gap, ".") && !slices.Contains(connectors, word) {
			return false // another sentence
		}
		if slices.Contains(callWords, word) || slices.Contains(reachWords, word) {
			return true
		}
		first, _ := utf8.DecodeRuneInString(p.text[line+from:])
		if !unicode.IsUpper(first) && !unicode.Is(unicode.Lo, first) && !slices.Contains(connectors, word) {
			return false // no name
		}
	}
	return false
}

// shaped reports the groups by which local numbers are written: 90 12 34 56, 2250 1234,
// 70 123 456, 555 0199.
func (n *number) shaped() bool {
	for _, shape := range [][]int{{2, 2, 2, 2}, {4, 4}, {2, 3, 3}, {3, 3, 2}, {2, 6}, {3, 4}, {3, 2, 2}} {
		if slices.Equal(n.groups, shape) {
			return true
		}
	}
	return false
}

// isTrunk reports a national number that needs no word beside it: a trunk prefix and
// groups, 0917 555 1234 or 06 12 34 56 78.
func (p *page) isTrunk(n *number) bool {
	total := len(n.digits)
	if total < 9 || total > 11 || len(n.groups) < 2 || n.digits[0] != '0' || n.digits[1] == '0' || n.groups[0] < 2 || n.groups[0] > 5 {
		return false
	}
	if slices.ContainsFunc(n.groups[1:], func(g int) bool { return g < 2 }) || len(n.groups) > 2 && n.groups[0] == 2 && n.groups[1] == 2 && n.groups[2] == 4 {
		return false // the second: a date and more
	}
	signs := strings.Trim(strings.TrimSuffix(n.signs, "+"), "() ")
	if strings.Trim(signs, "() ") != "" && strings.Trim(signs, "-") != "" && strings.Trim(signs, ".") != "" || signs == "." {
		return false
	}
	word, _ := lastWord(p.low[:n.from])
	return !slices.Contains(notPhones, word) && !p.measured(n.to)
}

var sentenceEnd = regexp.MustCompile(`[.!?؟][ \x{a0}]+\p{Lu}`)

// besideHelp is the part of the text before a number in which a word for a help line
// speaks of it: its own sentence and line, and, when the number has a word of its own,
// not what another number follows.
func (p *page) besideHelp(n *number, owned bool) string {
	from := max(0, n.from-100)
	for from < n.from && !utf8.RuneStart(p.text[from]) {
		from++
	}
	from += strings.LastIndexByte(p.text[from:n.from], '\n') + 1
	if ends := sentenceEnd.FindAllStringIndex(p.text[from:n.from], -1); len(ends) > 0 {
		from += ends[len(ends)-1][0] + 1
	}
	if owned {
		for at := n.from; at > from; {
			r, size := utf8.DecodeLastRuneInString(p.text[from:at])
			if _, ok := digit(r); ok {
				return p.low[at:n.from]
			}
			at -= size
		}
	}
	return p.low[from:n.from]
}

// helpsToo reports a line that gives a help line's own number, however short: such a
// line is no business card.
func (p *page) helpsToo(line span) bool {
	low := p.low[line.from:line.to]
	if pressHotline.MatchString(low) {
		return false
	}
	loc := helpLine.FindStringIndex(low)
	return loc != nil && numberNext.MatchString(low[loc[1]:])
}
