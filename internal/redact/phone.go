package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Digits of a phone number. E.164 has at most 15; a run may hold several numbers.
const (
	leastForeign  = 8  // with a country code
	leastNational = 7  // beside a word for it
	leastLabelled = 6  // beside a word and a colon
	mostDigits    = 15 // of one number
)

// number is a run of digits as people group them.
type number struct {
	span
	digits string
	groups []int // digits of each group
	slash  bool
	signs  string // what parts the groups
}

// phones finds the phone numbers of a text.
func (p *page) phones(found []detail) []detail {
	for i := 0; i < len(p.text); {
		c := p.text[i]
		if c != '+' && c != '(' && !startsDigit(p.text[i:]) {
			if c < utf8.RuneSelf {
				i++
			} else {
				_, n := utf8.DecodeRuneInString(p.text[i:])
				i += n
			}
			continue
		}
		n := p.numberAt(i)
		if len(n.digits) < leastLabelled {
			i = max(n.to, i+1)
			continue
		}
		k, ok := p.judgePhone(&n)
		i = n.to
		if !ok {
			continue
		}
		n.to = p.extension(n.to)
		found = append(found, detail{n.span, k})
		i = n.to
		for { // "/ 9361", "or 079 217 33 82"
			next, ok := p.further(i)
			if !ok {
				break
			}
			next.to = p.extension(next.to)
			found[len(found)-1].to = next.to
			i = next.to
		}
	}
	return found
}

func startsDigit(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	_, ok := digit(r)
	return ok
}

// digit reads a digit of the scripts that our languages use.
func digit(r rune) (byte, bool) {
	switch {
	case '0' <= r && r <= '9':
		return byte(r), true
	case '٠' <= r && r <= '٩':
		return byte(r-'٠') + '0', true
	case '۰' <= r && r <= '۹':
		return byte(r-'۰') + '0', true
	}
	return 0, false
}

// numberAt reads the run that begins at i with a sign, a bracket or a digit.
func (p *page) numberAt(i int) number {
	n := number{span: span{i, i}}
	var digits []byte
	group, gap := 0, 0
	var signs []byte
	at := i
	for at < len(p.text) {
		r, size := utf8.DecodeRuneInString(p.text[at:])
		if d, ok := digit(r); ok {
			if gap > 0 && len(digits) > 0 || group == 0 {
				n.groups = append(n.groups, 0)
				group++
			}
			digits = append(digits, d)
			n.groups[len(n.groups)-1]++
			gap = 0
			at += size
			n.to = at
			n.signs = string(signs)
			continue
		}
		switch {
		case r == '+' && at == i, r == '+' && at == i+1 && p.text[i] == '(':
		case separates(r) && gap < 4:
			if len(digits) > 0 || r == '(' || r == ' ' || r == 0xA0 {
				gap++
				signs = append(signs, sign(r))
				n.slash = n.slash || r == '/' && len(digits) > 0
				break
			}
			fallthrough
		default:
			n.digits = string(digits)
			return p.closed(n)
		}
		at += size
	}
	n.digits = string(digits)
	return p.closed(n)
}

// closed takes in the bracket that the run leaves open.
func (p *page) closed(n number) number {
	run := p.text[n.from:n.to]
	if strings.Count(run, "(") > strings.Count(run, ")") && strings.HasPrefix(p.text[n.to:], ")") {
		n.to++
	}
	if n.to < len(p.text) && p.text[n.to] == '+' && n.from < n.to && p.text[n.from] != '+' { // as right-to-left texts have it
		n.signs += "+"
		n.to++
	}
	return n
}

func separates(r rune) bool {
	switch r {
	case ' ', 0xA0, 0x202F, 0x2009, '\t', '.', '-', '‐', '‑', '–', '/', '(', ')', 0x200E, 0x200F, 0x202A, 0x202B, 0x202C:
		return true
	}
	return false
}

func sign(r rune) byte {
	switch r {
	case '.', '/', '(', ')':
		return byte(r)
	case '-', '‐', '‑', '–':
		return '-'
	}
	return ' '
}

// judgePhone says whether a run is a phone number, and whether it is a public one.
func (p *page) judgePhone(n *number) (kind, bool) {
	if p.inAddress(n.from) {
		return 0, false
	}
	strong, weak, calls := p.phoneLabel(n.from)
	asked := !strong && !weak && p.askedOf(n.from)
	before, _ := utf8.DecodeLastRuneInString(p.text[:n.from])
	attached := n.from > 0 && (unicode.IsLetter(before) || unicode.IsDigit(before))
	if attached && !strong {
		return 0, false
	}
	plus := strings.HasPrefix(strings.TrimLeft(p.text[n.from:n.to], "( "), "+") || strings.HasSuffix(n.signs, "+")
	total := len(n.digits)
	ok := false
	switch {
	case isDate(n):
	case plus:
		ok = total >= leastForeign && n.digits[0] != '0' && !n.isDecimal() && !n.isThousands() && !p.measured(n.to) ||
			(strong || weak) && total >= leastNational
	case strings.HasPrefix(n.digits, "00") && total > 9 && total <= mostDigits+2 && n.digits[2] != '0' && n.groups[0] != 1:
		ok = n.from == 0 || strong || !strings.ContainsRune(".,:-–'#/", before) && !n.isThousands()
	}
	if !ok && (strong || weak) && !isDate(n) && total <= 3*mostDigits {
		least := leastNational
		if p.colonBefore(n.from) {
			least = leastLabelled
		}
		ok = total >= least && (strong || n.digits[0] == '0' || p.text[n.from] == '(' || total >= 9 || calls && n.shaped()) && (plus || !p.measured(n.to))
	}
	if !ok && asked && !isDate(n) && total >= leastNational && total <= mostDigits {
		ok = (n.digits[0] == '0' || total >= 9 && !n.isThousands() || n.shaped()) && !p.measured(n.to)
	}
	ok = ok || !attached && p.isTrunk(n)
	if !ok {
		return 0, false
	}
	if p.helps(n, strong || weak || asked) {
		return kindHelp, true
	}
	return kindPhone, true
}

// isDecimal reports +33.5138 and its like.
func (n *number) isDecimal() bool { return len(n.groups) == 2 && n.signs == "." }

// isThousands reports +10 000 000: thousands with nothing but zeros at the end.
func (n *number) isThousands() bool {
	if len(n.groups) < 2 {
		return false
	}
	for _, g := range n.groups[1:] {
		if g != 3 {
			return false
		}
	}
	return n.groups[0] <= 3 && strings.HasSuffix(n.digits, "000") && !strings.ContainsAny(n.signs, "()/-")
}

// isDate reports 12.03.2024, 2024-03-12, 2019-2020.
func isDate(n *number) bool {
	year := func(s string) bool { return len(s) == 4 && (s[:2] == "19" || s[:2] == "20") }
	var parts []string
	rest := n.digits
	for _, g := range n.groups {
		parts = append(parts, rest[:g])
		rest = rest[g:]
	}
	switch len(parts) {
	case 2:
		return year(parts[0]) && year(parts[1])
	case 3:
		small := func(a, b string) bool { return len(a) <= 2 && len(b) <= 2 && a <= "31" && b <= "31" }
		return (n.signs == ".." || n.signs == "--" || n.signs == "//") &&
			(year(parts[0]) && small(parts[1], parts[2]) || year(parts[2]) && small(parts[0], parts[1]))
	}
	return false
}

// measured reports that what is counted follows: "%", a currency, people, tonnes.
func (p *page) measured(at int) bool {
	rest := strings.TrimLeft(p.low[at:min(len(p.low), at+24)], " \u00a0")
	for _, unit := range measures {
		if strings.HasPrefix(rest, unit) {
			return true
		}
	}
	return strings.HasPrefix(rest, ",") && len(rest) > 3 && startsDigit(rest[1:]) && startsDigit(rest[2:]) && startsDigit(rest[3:])
}

var measures = []string{"%", "per cent", "percent", "$", "€", "£", "usd", "eur", "us$", "chf", "people", "persons", "personnes",
	"personas", "pessoas", "menschen", "personen", "persone", "человек", "شخص", "migrants", "migrantes", "migranti", "refugees",
	"tonnes", "tons", "kg", "km", "million", "millones", "milliard", "milhões", "milioni", "миллион", "مليون", "دولار", "euro", "dollar"}

// inAddress reports a place within a web address.
func (p *page) inAddress(at int) bool {
	from := strings.LastIndexAny(p.text[max(0, at-200):at], " \n\t(<\"") + 1 + max(0, at-200)
	token := p.low[from:at]
	return strings.Contains(token, "://") || strings.HasPrefix(token, "www.")
}

// phoneLabel looks for a word for phones before a place. A weak one is also a word of
// its own: call, text, mobile. calls tells those that nobody puts before anything but a
// number to be called.
func (p *page) phoneLabel(at int) (strong, weak, calls bool) {
	word, passed, sure := labelBefore(p.low, at)
	switch {
	case word == "" && passed == "":
	case slices.Contains(strongPhone, word):
		return true, false, true
	case slices.Contains(weakPhone, word):
		return sure, true, slices.Contains(callWords, word)
	case passed != "": // "ask Jane at mobile"
		return false, true, true
	case utf8.RuneCountInString(word) == 1 && sure:
		return slices.Contains(letterPhone, word), false, false
	}
	return false, false, false
}

func (p *page) colonBefore(at int) bool {
	return strings.HasSuffix(strings.TrimRight(p.text[:at], " \u00a0\n\u200e\u200f("), ":")
}

var (
	strongPhone = []string{"tel", "tél", "tels", "telephone", "téléphone", "telephones", "téléphones", "telefono", "teléfono", "teléfonos",
		"telefon", "telefone", "telefones", "telemóvel", "telemovel", "phone", "phones", "ph", "mob", "cellphone", "cellulare",
		"celular", "celulares", "cel", "cels", "tfno", "tfn", "móvil", "movil", "gsm", "handy", "mobiltelefon", "fax", "télécopie", "whatsapp", "viber", "wa", "tlf",
		"тел", "телефон", "телефону", "телефоны", "моб", "мобильный", "факс", "ватсап", "вотсап", "whatsapp/signal", "tel/whatsapp", "phone/whatsapp",
		"هاتف", "الهاتف", "هاتفيا", "هاتفياً", "تلفون", "تليفون", "جوال", "الجوال", "موبايل", "الموبايل", "محمول", "المحمول", "نقال", "النقال",
		"فاكس", "واتساب", "الواتساب", "واتس", "rufnummer", "durchwahl", "telefonnummer", "telephonenumber"}
	weakPhone = []string{"mobile", "cell", "portable", "port", "mobil", "call", "ring", "dial", "text", "sms", "signal", "telegram", "direct", "landline",
		"numéro", "número", "numero", "номер", "رقم", "nummer", "appeler", "appelez", "llame", "llamar", "llamando", "ligue", "ligar",
		"anrufen", "rufen", "звоните", "позвоните", "chiamare", "chiamate", "chiama", "اتصل", "اتصلوا", "الاتصال", "contact", "kontakt"}
	letterPhone = []string{"t", "m", "p", "f", "c", "т", "ت", "ه", "ج"}
	// Between a word and its number.
	fillers = []string{"no", "nr", "number", "n°", "nº", "№", "is", "at", "au", "al", "a", "on", "me", "us", "him", "her", "le", "el", "il", "o", "под",
		"office", "work", "direct", "at:", "und", "por", "по", "unter", "على", "رقم", "номер", "número", "numéro", "numero", "nummer", "ext", "d",
		"bureau", "oficina", "mobile", "cell"}
)

// labelBefore finds the last word before a place, less the small ones that may stand
// between; sure says that a colon or full stop follows the word. passed is the first of
// the small ones that is a word for a phone itself.
func labelBefore(low string, at int) (word, passed string, sure bool) {
	for range 4 {
		end := at
		low = low[:end]
		trimmed := strings.TrimRight(low, " \u00a0\t\n.:;()[]#-–—+\u200e\u200f°*|")
		if strings.Count(low[len(trimmed):], "\n") > 1 || len(low)-len(trimmed) > 12 {
			return "", passed, false
		}
		sure = sure || strings.ContainsAny(low[len(trimmed):], ":.")
		from := len(trimmed)
		for from > 0 && len(trimmed)-from < 40 {
			r, n := utf8.DecodeLastRuneInString(trimmed[:from])
			if !unicode.IsLetter(r) && !unicode.IsMark(r) && r != 'º' && r != '№' {
				break
			}
			from -= n
		}
		word = trimmed[from:]
		if word == "" || !slices.Contains(fillers, word) || slices.Contains(weakPhone, word) && sure {
			return word, passed, sure
		}
		if passed == "" && (word == "mobile" || word == "cell") {
			passed = word
		}
		at = from
		if w, _ := lastWord(low[:from]); w == "" {
			return word, passed, sure
		}
	}
	return word, passed, sure
}

func lastWord(low string) (word string, from int) {
	trimmed := strings.TrimRight(low, " \u00a0\t\n.:;()[]#-–—+*|")
	from = len(trimmed)
	for from > 0 {
		r, n := utf8.DecodeLastRuneInString(trimmed[:from])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			break
		}
		from -= n
	}
	return trimmed[from:], from
}

// labelled reports one of the words before a place.
func labelled(low string, at int, words []string) bool {
	word, _ := lastWord(low[:at])
	return slices.Contains(words, word)
}

// helps reports a public help number: a toll-free one, or one beside a word for it.
// owned says that it has another word of its own.
func (p *page) helps(n *number, owned bool) bool {
	around := p.besideHelp(n, owned)
	after := p.low[n.to:min(len(p.low), n.to+50)]
	if end := strings.IndexByte(after, '\n'); end >= 0 {
		after = after[:end]
	}
	if pressHotline.MatchString(around) {
		return false
	}
	d := strings.TrimPrefix(n.digits, "00")
	for _, free := range []string{"0800", "1800", "1888", "1877", "1866", "1855", "800"} {
		if strings.HasPrefix(d, free) && (free != "800" || len(d) <= 11) {
			return true
		}
	}
	if helpLine.MatchString(around) {
		return true
	}
	loc := helpAfter.FindStringIndex(after)
	return loc != nil && !numberNext.MatchString(after[loc[1]:]) // else it is the word of that number
}

const helpWords = `hot-?\s?lines?|help-?\s?lines?|toll[- ]free|free[- ]?phone|free of charge|crisis line|emergency (?:number|line)|` +
	`numéros? (?:vert|gratuit|d.urgence|d.appel)|lignes? (?:verte|d.assistance|d.écoute|d.urgence|gratuite)|` +
	`líneas? (?:gratuita|directa|de ayuda|de atención|de emergencia|de denuncia|telefónica)|números? (?:gratuito|de emergencia|de ayuda)|` +
	`linhas? (?:gratuita|de apoio|direta|de ajuda|de emergência)|disque|` +
	`горяч\p{L}+ лини\p{L}+|телефон\p{L}* доверия|бесплатн\p{L}+ (?:номер|лини|телефон)|` +
	`numer[oi] verd[ei]|linea (?:verde|di assistenza|gratuita)|hilfetelefon|notruf|gebührenfrei|kostenlose (?:nummer|hotline)|` +
	`الخط الساخن|الخطوط الساخنة|خط ساخن|خط المساعدة|الرقم المجاني|رقم مجاني|رقم الطوارئ|خط النجدة|الخط المجاني`

var (
	helpLine     = regexp.MustCompile(`(?:^|[^\p{L}])(?:` + helpWords + `)`)
	helpAfter    = regexp.MustCompile(`^[^.!?]{0,30}(?:` + helpWords + `|\(free|\(gratuit|\(бесплатн|\(مجان)`)
	numberNext   = regexp.MustCompile(`^[^\p{L}]{0,8}[0-9٠-٩۰-۹]`)
	pressHotline = regexp.MustCompile(`(?:media|press|presse|prensa|stampa|imprensa|journalists?)[ -]+(?:hot-?line|line|phone)|presse-?hotline`)
	extensions   = regexp.MustCompile(`^[ \x{a0},;(]{0,3}(?:ext(?:ension)?|poste|interno|int|доб|durchwahl|dw|ramal|anexo|داخلي|تحويلة|x)\b?[.: \x{a0}]{0,3}[0-9٠-٩]{1,6}\)?`)
	joints       = regexp.MustCompile(`^[ \x{a0}]{0,2}(?:[,;/|&]|\bor\b|\bou\b|\boder\b|\bund\b|\bet\b|\band\b|\by\b|\bo\b|\be\b|\bи\b|или|и|أو|و)[ \x{a0}]{0,2}(?:au |al |at |on )?`)
)

// extension takes in what is dialled after a number.
func (p *page) extension(at int) int {
	if loc := extensions.FindStringIndex(p.low[at:min(len(p.low), at+40)]); loc != nil {
		return at + loc[1]
	}
	return at
}

// further finds another number that is joined to one.
func (p *page) further(at int) (number, bool) {
	loc := joints.FindStringIndex(p.low[at:min(len(p.low), at+24)])
	if loc == nil || loc[1] == 0 {
		return number{}, false
	}
	i := at + loc[1]
	if i >= len(p.text) || p.text[i] != '+' && p.text[i] != '(' && !startsDigit(p.text[i:]) {
		return number{}, false
	}
	n := p.numberAt(i)
	slash := strings.Contains(p.text[at:i], "/")
	switch {
	case n.digits == "": // a bracket or a plus alone
		return n, false
	case isDate(&n) || p.measured(n.to) || n.isThousands():
		return n, false
	case p.text[i] == '+' && len(n.digits) >= leastForeign, slash && len(n.digits) >= 2 && len(n.digits) <= mostDigits:
		return n, true
	default:
		return n, len(n.digits) >= leastNational && len(n.digits) <= mostDigits
	}
}
