package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A contact block begins with a cue: a sentence that asks for information and to get in
// touch, or a heading for contacts. Words are looked for in lower case.

// anchors are parts of words without which there is no cue.
var anchors = []string{"contact", "contat", "contatt", "kontakt", "contáct", "comunicarse", "comuníque", "s'adresser", "s’adresser", "joindre",
	"wenden", "ansprechpart", "rückfrag", "rivolger", "dirigirse", "diríjase", "обраща", "обратит", "контакт", "связаться", "свяжит", "связывай",
	"اتصال", "اتصل", "تواصل", "مراسل", "get in touch", "reach ", "write to", "e-mail", "email", "inquir", "enquir", "for more information:",
	"for further information:", "informations :", "información:", "informações:", "informationen:", "informazioni:", "информации:", "information :",
	"ufficio stampa", "assessoria", "pressestelle", "press office", "renseignements", "interviews", "call ", "для сми", "للمزيد",
	"de presse", "presse", "prensa", "imprensa", "stampa", "пресс", "spokes", "إعلام"}

const wordEnd = `(?:$|[^\p{L}\p{M}])`

// asks are words for wanting to know more, touches words for getting in touch.
var (
	asks = regexp.MustCompile(`(?:^|[^\p{L}])(?:informations?|info|details?|inquir\p{L}+|enquir\p{L}+|queries|interviews?|questions?|` +
		`renseignements?|précisions|détails|demandes?|` +
		`información|informacion|informes|detalles|consultas|entrevistas?|preguntas|` +
		`informaç\p{L}+|detalhes|dúvidas|esclarecimentos|` +
		`подробн\p{L}+|информаци\p{L}+|сведени\p{L}+|вопрос\p{L}+|запрос\p{L}+|интервью|` +
		`informationen|auskünfte?|rückfragen|anfragen|fragen|` +
		`informazion\p{L}+|dettagli|chiarimenti|interviste|approfondimenti|` +
		`(?:ال|لل|ول)?معلومات|(?:ال|لل)?تفاصيل|(?:ال|لل)?استفسار\p{L}*|(?:ال|لل)?أسئلة|للمزيد)` + wordEnd)
	touches = regexp.MustCompile(`(?:^|[^\p{L}])(?:contact|contacting|contacts?\s?:|reach|call|e-?mail|write to|get in touch|` +
		`contacter|contactez|joindre|s['’]adresser|adressez|veuillez|` +
		`contactar|contacte|contáctese|contáctenos|póngase en contacto|ponerse en contacto|pónganse en contacto|en contacto|comunicarse|comuníquese|dirigirse|diríjase|escribir|escriba|` +
		`contatar|contate|contacte|contato|contacto|entre em contato|entrar em contato|entrar em contacto|escreva|` +
		`обращайтесь|обращаться|обратитесь|связаться|свяжитесь|связывайтесь|просьба|контакты?\s?:|` +
		`kontaktieren|kontakt|wenden|erreichen|` +
		`contattare|contatti|contatto|rivolgersi|scrivere|` +
		`(?:ال)?اتصال|الإتصال|اتصلوا|اتصل|(?:ال)?تواصل|مراسلة|بمراسلة)` + wordEnd)
	please = regexp.MustCompile(`(?:^|[^\p{L}])(?:please|kindly|veuillez|prière de|por favor|favor de|sírvase|пожалуйста|просьба|bitte|si prega|per favore|يرجى|الرجاء)` + wordEnd)

	headings = longest(`^(?:(?:for )?(?:further |more |additional )?(?:media|press|public|communications?)(?: (?:and|&) \p{L}+)? (?:contacts?|contact persons?|inquiries|enquiries|queries|relations|information|office|officers?)(?: points?)?|` +
		`(?:iom |un |oim )?(?:media|press) (?:team )?contacts?|contact persons?|contact points?|contacts? for (?:the )?(?:media|press|journalists)|contacts? information|contact us|contact details|contacts?|spokes(?:person|man|woman)s?|for (?:media|press|journalists|interviews?|inquiries)|` +
		`contacts? (?:de |pour la |avec la |pour les |de la )?(?:presse|médias?|medias?)|service de presse|attachée? de presse|relations? (?:presse|médias)|personnes? à contacter|personnes? de contact|` +
		`contactos? (?:de|para|con)(?: la| los)? (?:prensa|medios|medios de comunicación|comunicación)|contactos?|persona de contacto|personas de contacto|oficina de prensa|` +
		`(?:contatos?|contactos?) (?:de|para)(?: a| os)? (?:imprensa|mídia|média|comunicação)|contatos?|assessoria de (?:imprensa|comunicação)|gabinete de imprensa|` +
		`контакты? (?:для|с) (?:сми|прессы|прессой|журналистов|представителей сми)|контактн\p{L}+ (?:лиц\p{L}|информация|данные|телефон\p{L}*)|контакты?|пресс-служба|для сми|пресс-секретарь|` +
		`presse-?kontakte?|medien-?kontakte?|kontakte? für (?:die )?(?:medien|presse|journalist\p{L}+)|ansprechpartner(?:in)?|kontakte?|pressestelle|rückfragen(?: bitte)?(?: an)?|rückfragehinweis|` +
		`contatt[oi] (?:stampa|media|per la stampa|per i media)|contatti|ufficio stampa|referent[ei] stampa|` +
		`جه(?:ة|ات) (?:ال)?اتصال(?: الإعلامية?)?|(?:ال)?اتصال الإعلامي|للاتصال(?: الإعلامي)?|للتواصل(?: الإعلامي)?|لتواصل وسائل الإعلام|(?:ال)?مكتب (?:ال)?إعلامي|مسؤولو? الإعلام|` +
		`(?:for |pour |para |per )?(?:further|more|additional|plus d['’]|más|mais|maggiori|ulteriori|weitere)\s?(?:information|informations|información|informações|informazioni|informationen)|للمزيد من المعلومات|за дополнительной информацией|дополнительная информация)` +
		`(?:\s+(?:in|at|à|en|a|em|в|bei|at the|der|des|iom|oim|of|de|for|при)\s+[^:.\n]{2,40})?\s*(?:\(s\))?\s*`)
	notes = regexp.MustCompile(`^(?:notes? (?:to|for) (?:the )?editors?|note aux rédact\p{L}+|nota (?:a|para) los editores)\s*[:.–-]?\s*`)
	about = regexp.MustCompile(`^(?:about |à propos|acerca |sobre (?:a|o|la|el|nós|nosotros|oim) |über |о мом|об? |informazioni su|chi siamo|نبذة|عن |حول |follow |subscribe|read more|read also|visit |related|background|disclaimer|the (?:international|un) )`)
)

// longest compiles an expression that takes the longest of its alternatives.
func longest(expr string) *regexp.Regexp {
	re := regexp.MustCompile(expr)
	re.Longest()
	return re
}

// start is where a cue begins, and whether it is a heading.
type start struct {
	at, line int
	end      int // of the phrase that makes it one
	heading  bool
	asks     bool
}

// cues finds where contact blocks may begin, in the order of the text.
func (p *page) cues() []start {
	var hits []int
	for _, a := range anchors {
		for i := 0; ; {
			n := strings.Index(p.low[i:], a)
			if n < 0 || len(hits) > 400 {
				break
			}
			hits = append(hits, i+n)
			i += n + len(a)
		}
	}
	if len(hits) == 0 {
		return nil
	}
	slices.Sort(hits)
	var out []start
	until := -1
	for _, h := range hits {
		if h < until {
			continue
		}
		line := p.lineOf(h)
		from := p.sentenceStart(line, h)
		end := p.sentenceEnd(line, from)
		s, ok := p.cueAt(line, from, end)
		if ok {
			out = append(out, s)
			until = end
		} else if from+300 < end { // a long sentence may hold several
			until = h + 1
		} else {
			until = end
		}
	}
	return out
}

const opening = " \t\u00a0*•·–—-#>_[(\"“”«»\u200e\u200f\u2028:|,;"

func (p *page) cueAt(line, from, end int) (start, bool) {
	for from < end && strings.HasPrefix(p.text[from:], " ") {
		from++
	}
	body := p.low[from:end]
	trimmed := strings.TrimLeft(body, opening)
	lead := len(body) - len(trimmed)
	if m := notes.FindString(trimmed); m != "" {
		if rest := strings.TrimLeft(trimmed[len(m):], opening); headings.MatchString(rest) || asks.MatchString(rest) && touches.MatchString(rest) {
			lead += len(trimmed) - len(rest)
			trimmed = rest
		}
	}
	if m := headings.FindString(trimmed); m != "" {
		rest := trimmed[len(m):]
		alone := strings.TrimLeft(rest, " :.–-") == ""
		marked := strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, "–") || strings.HasPrefix(rest, "- ") || strings.HasPrefix(rest, "—") || strings.HasPrefix(rest, "|")
		wordEnds := rest == "" || !unicode.IsLetter(firstRune(rest))
		if wordEnds && (alone || marked) {
			if strings.HasPrefix(m, "for ") && !alone && asks.MatchString(trimmed) && touches.MatchString(trimmed) {
				return start{at: from, line: line, end: from + lead + len(m), asks: true}, true
			}
			return start{at: from, line: line, end: from + lead + len(m), heading: true}, true
		}
	}
	window := body[:cutBytes(body, 360)]
	t := touches.FindStringIndex(window)
	if t == nil {
		return start{}, false
	}
	if asks.MatchString(window) || please.MatchString(window[:min(len(window), t[1]+1)]) {
		return start{at: from, line: line, end: from + t[1], asks: asks.MatchString(window)}, true
	}
	return start{}, false
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// cutBytes is at most n, at a character's beginning.
func cutBytes(s string, n int) int {
	if len(s) <= n {
		return len(s)
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return n
}

// sentenceStart is where the sentence begins that at is in, within its line.
func (p *page) sentenceStart(line, at int) int {
	from := p.lines[line].from
	for i := at - 1; i > from; i-- {
		if p.endsSentence(line, i) {
			return i
		}
	}
	return from
}

// sentenceEnd is where the sentence ends that begins at from.
func (p *page) sentenceEnd(line, from int) int {
	to := p.lines[line].to
	for i := from + 1; i < to; i++ {
		if p.endsSentence(line, i) {
			return i
		}
	}
	return to
}

// endsSentence says whether a sentence ends before text[i], a space.
func (p *page) endsSentence(line, i int) bool {
	if c := p.text[i]; c != ' ' && c != 0xC2 {
		return false
	}
	before := p.text[p.lines[line].from:i]
	trimmed := strings.TrimRight(before, ")\"'”’»] ")
	if trimmed == "" || len(before)-len(trimmed) > 6 {
		return false
	}
	after := strings.TrimLeft(p.text[i:p.lines[line].to], " \u00a0\"“«(*")
	next := firstRune(after)
	switch r, _ := utf8.DecodeLastRuneInString(trimmed); r {
	case '!', '?', '؟', '…', '۔', '*', '#':
		return unicode.IsUpper(next) || !unicode.IsLower(next) && unicode.IsLetter(next)
	case '.':
		if next == utf8.RuneError || !unicode.IsUpper(next) && (unicode.IsLower(next) || !unicode.IsLetter(next)) {
			return false
		}
		word, from := lastWord(strings.ToLower(trimmed[:len(trimmed)-1]))
		if from > 0 && strings.HasSuffix(trimmed[:min(from, len(trimmed))], ".") && utf8.RuneCountInString(word) <= 2 {
			return false // U.N.
		}
		return !slices.Contains(abbreviations, word) && (utf8.RuneCountInString(word) > 1 || word == "")
	}
	return false
}

var abbreviations = []string{"tel", "tél", "mr", "mrs", "ms", "dr", "mme", "mlle", "sr", "sra", "dra", "hr", "fr", "prof", "ext", "no", "nr", "st", "mob", "cell", "ph", "fax",
	"тел", "моб", "доб", "ул", "ph", "dott", "sig", "ing", "lic", "mag", "e.g", "i.e", "vgl", "bzw", "tlf", "د"}
