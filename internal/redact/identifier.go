package redact

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Numbers of papers count only beside the word for the paper and a sign that a number
// follows; accounts only beside the service's name.
var (
	papers = regexp.MustCompile(`(?i)(?:passport|passeport|pasaporte|passaporte|passaporto|reisepass|паспорта?|جواز (?:ال)?سفر(?:ه|ها)?|` +
		`(?:national |identity |id )?(?:id|identity) ?card|national id|identity number|id number|carte d.identité|cédula(?: de identidad)?|documento de identidad|` +
		`carta d.identità|codice fiscale|personalausweis|ausweis|удостоверени\p{L} личности|(?:رقم )?(?:بطاقة )?الهوية|بطاقة هوية)` +
		`(?:\s+(?:no|nr|number|num|n°|n|nº|№|número|numéro|numero|nummer|номер|رقم))?\s{0,2}[.:#№°º]{0,2}\s{0,2}((?-i:(?:[A-Z]{1,3}[ -]?)?[0-9٠-٩][0-9A-Z٠-٩]{0,15}(?:[ .-][0-9٠-٩]{1,6}){0,4}))` +
		`|\b(?:DNI|CURP|CPF|NINO|SSN)\b\s?(?:no|n°|nº|número)?[.:]?\s?([A-Z0-9][A-Z0-9.-]{6,18}[A-Z0-9])`)
	skype   = regexp.MustCompile(`(?i)\bskype(?: (?:id|name))?\s?:\s?[\p{L}0-9._,:-]{3,40}`)
	chat    = regexp.MustCompile(`(?i)(?:https?://)?(?:www\.)?(?:wa\.me/|api\.whatsapp\.com/|chat\.whatsapp\.com/|whatsapp://send)[^\s<>"]*|(?:skype|tel|callto|sms|mailto):[^\s<>"]{4,80}`)
	chatTry = []string{"wa.me/", "whatsapp.com/", "whatsapp:", "skype", "tel:", "callto:", "sms:", "mailto:"}
	paperOf = []string{"passp", "passe", "pasap", "passap", "reisep", "паспорт", "جواز", "id card", "national id", "identity card", "identity number",
		"d'identi", "d’identi", "de identidad", "id number", "cédula", "codice fiscale", "ausweis", "удостовер", "هوية"}
	acronyms = []string{"DNI", "CURP", "CPF", "NINO", "SSN"}
)

// identifiers finds numbers of papers, accounts and links to chats.
func (p *page) identifiers(keep mailboxes, found []detail) []detail {
	for _, near := range p.near(paperOf, acronyms) {
		for _, m := range papers.FindAllStringSubmatchIndex(p.text[near.from:near.to], -1) {
			for g := 2; g+1 < len(m); g += 2 {
				if m[g] >= 0 && p.isPaper(near.from+m[0], near.from+m[g], near.from+m[g+1]) {
					found = append(found, detail{span{near.from + m[g], near.from + m[g+1]}, kindIdentifier})
				}
			}
		}
	}
	for _, near := range p.near(chatTry, nil) {
		found = p.chats(near, keep, found)
	}
	return found
}

// chats finds accounts and links to chats within a part of the text.
func (p *page) chats(near span, keep mailboxes, found []detail) []detail {
	text := p.text[near.from:near.to]
	for _, m := range chat.FindAllStringIndex(text, -1) {
		what := strings.TrimRight(text[m[0]:m[1]], ".,;:)]")
		if strings.HasPrefix(strings.ToLower(what), "mailto:") {
			address, _, _ := strings.Cut(what[len("mailto:"):], "?")
			if keep.have(address) || !strings.Contains(address, "@") {
				continue
			}
		} else if strings.HasPrefix(strings.ToLower(what), "tel:") && countDigits(what) < leastLabelled {
			continue
		}
		found = append(found, detail{span{near.from + m[0], near.from + m[0] + len(what)}, kindIdentifier})
	}
	for _, m := range skype.FindAllStringIndex(text, -1) {
		found = append(found, detail{span{near.from + m[0], near.from + m[1]}, kindIdentifier})
	}
	return found
}

// near gives the surroundings of words, where expressions are worth trying.
func (p *page) near(low, exact []string) []span {
	const before, after = 40, 260
	var hits []int
	for i, words := range [][]string{low, exact} {
		text := p.low
		if i == 1 {
			text = p.text
		}
		for _, word := range words {
			for at := 0; len(hits) < 400; {
				n := strings.Index(text[at:], word)
				if n < 0 {
					break
				}
				hits = append(hits, at+n)
				at += n + len(word)
			}
		}
	}
	if len(hits) == 0 {
		return nil
	}
	windows := make([]span, len(hits))
	for i, h := range hits {
		from, to := max(0, h-before), min(len(p.text), h+after)
		for from > 0 && !utf8.RuneStart(p.text[from]) {
			from--
		}
		for to < len(p.text) && !utf8.RuneStart(p.text[to]) {
			to++
		}
		windows[i] = span{from, to}
	}
	return merge(windows)
}

// isPaper says whether [from, to) is the number of a paper whose name begins at word.
func (p *page) isPaper(word, from, to int) bool {
	if n := p.numberAt(from); len(n.digits) > 0 && (isDate(&n) || n.isThousands()) {
		return false
	}
	if !isNumbered(p.text[word:from]) && !hasLetter(p.text[from:to]) {
		return false
	}
	return countDigits(p.text[from:to]) >= 5 && !p.measured(to)
}

var numbered = regexp.MustCompile(`(?i)(?:\b(?:no|nr|num|number|n)\b|n°|nº|№|número|numéro|numero|nummer|номер|رقم|[:#]|DNI|CURP|CPF|NINO|SSN)[.:\s]*$`)

func isNumbered(s string) bool { return numbered.MatchString(s) }

func hasLetter(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < 0x80 && isLetter(byte(r)) }) >= 0
}

func countDigits(s string) int {
	n := 0
	for _, r := range s {
		if _, ok := digit(r); ok {
			n++
		}
	}
	return n
}

func containsAny(s string, list []string) bool {
	for _, x := range list {
		if strings.Contains(s, x) {
			return true
		}
	}
	return false
}
