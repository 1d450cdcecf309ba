package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of what blocks may take.
const (
	shortText  = 800  // bytes; a text up to this may go whole
	maxShare   = 60   // per cent of a longer one
	blockLines = 40   // of one block
	blockBytes = 3000 // of one block
	apart      = 160  // bytes between the details of one block within a line
	lineLong   = 260  // bytes; a longer line is prose, whatever stands in it
	scrapBytes = 90   // a line that may belong to a block without a detail of its own
	scrapsRow  = 4    // such lines one after the other
)

// blocks cuts the press contacts and reports how many there were.
func (p *page) blocks(details []detail) int {
	var found []span
	until, total := -1, 0
	for _, c := range p.cues() {
		if c.at < until {
			continue
		}
		b, ok := p.block(c, details)
		if !ok {
			continue
		}
		found = append(found, b)
		total += b.to - b.from
		until = b.to
	}
	for _, l := range p.cards(details) {
		if !slices.ContainsFunc(found, func(b span) bool { return l.from < b.to && b.from < l.to }) {
			found = append(found, l)
			total += l.to - l.from
		}
	}
	if size := len(strings.TrimSpace(p.text)); size > shortText && total*100 > size*maxShare {
		return 0
	}
	for _, b := range found {
		p.cut(b.from, b.to)
	}
	return len(found)
}

// block finds how far a cue's block goes, and whether it is one.
func (p *page) block(c start, details []detail) (span, bool) {
	line := p.lines[c.line]
	b := span{c.at, c.at}
	if c.at-line.from > 0 && c.end-c.at > 300 { // no sentence of its own
		b.from = p.clauseStart(c.at, c.end)
	}
	end, found := p.withinLine(c, details)
	evidence := found
	if !found && !c.heading && p.nameAfter(c.end, end) {
		evidence = true
	}
	if !found && c.heading && strings.TrimLeft(p.text[c.end:end], " :.–-—|") != "" {
		if !p.nameAt(strings.TrimLeft(p.text[c.end:end], opening)) {
			return b, false // "Contacts: visits to families went on"
		}
		evidence = true
	}
	b.to = end
	alone := strings.TrimLeft(p.text[c.end:end], " :.–-—|") == "" || strings.HasSuffix(strings.TrimRight(p.text[b.from:end], " \u00a0"), ":")
	if end == line.to {
		if to, more := p.followingLines(c.line, details, alone, evidence); more {
			b.to, evidence = to, true
		} else if alone && !evidence {
			return b, false
		}
	}
	if b.to-b.from > blockBytes {
		return b, false
	}
	return b, evidence
}

// clauseStart is where a cue's clause begins within a sentence without an end.
func (p *page) clauseStart(from, end int) int {
	for i := end - 40; i > from; i-- {
		if strings.IndexByte(",;:\n", p.text[i]) >= 0 || strings.HasPrefix(p.text[i:], "–") {
			return i
		}
	}
	return from
}

// withinLine is where the block ends in the cue's own line, and whether a detail was
// found there.
func (p *page) withinLine(c start, details []detail) (end int, found bool) {
	line := p.lines[c.line]
	end = p.sentenceEnd(c.line, c.at)
	last := c.end
	for i := after(details, c.at); i < len(details) && details[i].from < line.to; i++ {
		d := details[i]
		if d.from-max(last, c.at) > apart {
			break
		}
		if d.from >= end && !p.fragmentary(end, d.from) {
			break
		}
		found = found || d.personal() || d.kind == kindHelp && c.heading
		last = max(last, d.to)
		end = max(end, p.sentenceEnd(c.line, max(d.to-1, c.at)))
	}
	// A sentence that goes on and on: what follows the last detail is not of the block.
	if found && end-last > apart {
		end = last
		for end < line.to && strings.IndexByte(" .,;)]>", p.text[end]) >= 0 {
			end++
		}
	}
	return end, found
}

// after is the index of the first detail that ends after a place.
func after(details []detail, at int) int {
	i, _ := slices.BinarySearchFunc(details, at, func(d detail, at int) int { return d.to - at - 1 })
	return i
}

// fragmentary says whether what stands between two places is no sentence of prose.
func (p *page) fragmentary(from, to int) bool {
	s := p.text[from:to]
	return len(strings.Fields(s)) <= 14 && len(s) <= apart && !about.MatchString(strings.TrimLeft(p.low[from:to], opening+"."))
}

// followingLines is where the block ends that goes on after a line; ok is false when
// nothing after it belongs to the block.
func (p *page) followingLines(line int, details []detail, alone, evidence bool) (end int, ok bool) {
	scraps, bare := 0, 0
	any := false
	lastLine := line
	for j := line + 1; j < len(p.lines) && j <= line+blockLines; j++ {
		l := p.lines[j]
		text := strings.TrimSpace(p.text[l.from:l.to])
		if text == "" {
			continue
		}
		i := after(details, l.from)
		has := i < len(details) && details[i].from < l.to
		low := strings.TrimLeft(p.low[l.from:l.to], opening)
		switch {
		case about.MatchString(low) && !has, len(text) > lineLong:
			return p.lineEnd(lastLine), any
		case has && (alone || evidence || any) && !p.isProse(l, details):
			for ; i < len(details) && details[i].from < l.to; i++ {
				any = any || details[i].personal()
			}
			lastLine, scraps = j, 0
		case p.isScrap(text):
			if scraps++; scraps > scrapsRow {
				return p.lineEnd(lastLine), any
			}
			if !any && alone && !evidence {
				bare++
			}
		default:
			return p.lineEnd(lastLine), any
		}
	}
	if !any && alone && !evidence && bare > 0 && bare <= 3 && lastLine == line && p.nameAt(strings.TrimLeft(p.text[p.lines[line].to:], "\n"+opening)) {
		return len(p.text), true // "Media contact", a name, and the end
	}
	return p.lineEnd(lastLine), any
}

func (p *page) lineEnd(j int) int { return p.lines[j].to }

// isScrap reports a short line that is no sentence: a name, an office, a label.
func (p *page) isScrap(text string) bool {
	if len(text) > scrapBytes || len(strings.Fields(text)) > 10 {
		return false
	}
	if strings.Trim(text, "*#-–—_=. ") == "" || strings.EqualFold(strings.Trim(text, "-–—[] *"), "end") || strings.EqualFold(strings.Trim(text, "-–—[] *"), "ends") {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(text)
	if r != '.' {
		return r != '!' && r != '?' && r != '؟' && r != '…' && r != '”' && r != '"'
	}
	word, _ := lastWord(strings.ToLower(strings.TrimRight(text, ".")))
	return utf8.RuneCountInString(word) <= 3 || slices.Contains(abbreviations, word)
}

// isProse says whether a line is a sentence in which a detail happens to stand.
func (p *page) isProse(l span, details []detail) bool {
	if touches.MatchString(p.low[l.from:l.to]) {
		return false
	}
	return len(strings.Fields(p.without(l, details))) > 16
}

// without is a line less its details and their labels.
func (p *page) without(l span, details []detail) string {
	var b strings.Builder
	at := l.from
	for i := after(details, l.from); i < len(details) && details[i].from < l.to; i++ {
		d := p.widened(details[i].span, l)
		if d.from > at {
			b.WriteString(p.text[at:d.from])
		}
		b.WriteByte(' ')
		at = max(at, d.to)
	}
	if at < l.to {
		b.WriteString(p.text[at:l.to])
	}
	return b.String()
}

// cards finds lines that are somebody's card without any cue: a name with an address or
// number beside its label.
func (p *page) cards(details []detail) []span {
	if len(p.lines) < 2 {
		return nil
	}
	var out []span
	for i := 0; i < len(details); {
		line := p.lines[p.lineOf(details[i].from)]
		n, labels := 0, 0
		from := i
		for ; i < len(details) && details[i].from < line.to; i++ {
			if details[i].personal() {
				n++
				if d := p.widened(details[i].span, line); d.from < details[i].from {
					labels++
				}
			}
		}
		if i == from {
			i++
			continue
		}
		if n == 0 || n+labels < 2 || line.to-line.from > lineLong || p.helpsToo(line) {
			continue
		}
		rest := strings.TrimSpace(p.without(line, details))
		if rest != "" && (len(strings.Fields(rest)) > 12 || !p.isScrap(rest) || !p.cardlike(rest)) {
			continue
		}
		out = append(out, line)
	}
	return out
}

// cardlike says whether words are those of a name, a post and an office: most of them
// begin with a capital, or the script has none and they are few.
func (p *page) cardlike(rest string) bool {
	capitals, words := 0, 0
	if strings.IndexFunc(rest, unicode.IsLetter) < 0 {
		return true
	}
	for _, w := range strings.FieldsFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' && !unicode.IsMark(r) }) {
		r := firstRune(w)
		if utf8.RuneCountInString(w) <= 3 && !unicode.IsUpper(r) {
			continue // of, de, for
		}
		words++
		if unicode.IsUpper(r) {
			capitals++
		} else if !unicode.IsLower(r) && words <= 6 {
			capitals++
		}
	}
	return words > 0 && capitals*3 >= words*2
}

// nameAfter says whether a person's name follows the words that ask to get in touch.
func (p *page) nameAfter(at, end int) bool {
	s := strings.TrimLeft(p.text[min(at, end):end], " \u00a0:,")
	for range 3 {
		word, rest, found := strings.Cut(s, " ")
		if !found || !slices.Contains(titles, strings.ToLower(strings.Trim(word, ".,:"))) {
			break
		}
		s = rest
	}
	return p.nameAt(s)
}

var titles = []string{"ms", "mr", "mrs", "dr", "mme", "m", "mlle", "sr", "sra", "dra", "frau", "herrn", "herr", "our", "iom's", "spokesperson", "spokesman", "press", "officer",
	"madame", "monsieur", "señor", "señora", "senhor", "senhora", "dott", "dott.ssa", "г-же", "г-ну", "к", "a", "à", "an", "con", "com", "mit", "with", "sich", "sie", "bitte", "media", "at", "with"}

// nameAt says whether a text begins with a person's name: two or three words in
// capitals that are no organisation's, and then an end, a comma, or where they sit.
func (p *page) nameAt(s string) bool {
	words := 0
	for words < 4 {
		end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' && r != '\'' && r != '’' && r != '.' })
		if end < 0 {
			end = len(s)
		}
		w := strings.TrimRight(s[:end], ".")
		runes := []rune(w)
		if len(runes) < 1 || !unicode.IsUpper(runes[0]) || len(runes) > 1 && !unicode.IsLower(runes[1]) && runes[1] != '\'' && runes[1] != '’' || slices.Contains(bodies, strings.ToLower(w)) {
			break
		}
		if len(runes) == 1 && words == 0 {
			break
		}
		words++
		s = s[end:]
		if !strings.HasPrefix(s, " ") && !strings.HasPrefix(s, "\u00a0") {
			break
		}
		s = strings.TrimLeft(s, " \u00a0")
	}
	if words < 2 {
		return false
	}
	s = strings.TrimLeft(s, " \u00a0")
	if s == "" || strings.IndexByte(".,;:(-|/\n", s[0]) >= 0 || strings.HasPrefix(s, "–") || strings.HasPrefix(s, "—") {
		return true
	}
	word, _, _ := strings.Cut(s, " ")
	return slices.Contains([]string{"at", "of", "in", "from", "à", "de", "en", "chez", "da", "do", "of", "bei", "в", "из", "iom", "IOM", "OIM", "МОМ", "UNHCR", "on", "by", "via", "au", "al", "unter", "по", "на", "no", "under", "или", "or", "ou", "und", "et", "and", "y", "и", "und"}, word)
}

// bodies are words of organisations' and places' names.
var bodies = []string{"iom", "oim", "office", "ministry", "international", "organization", "organisation", "migration", "united", "nations", "press",
	"media", "unit", "department", "embassy", "mission", "world", "north", "south", "east", "west", "central", "new", "saudi", "sierra", "costa", "el", "san", "santa", "sri",
	"puerto", "burkina", "national", "government", "centre", "center", "ministère", "ministerio", "ministério", "ministerium", "bureau", "oficina", "escritório", "ufficio",
	"organización", "organização", "organisation", "internationale", "internacional", "internazionale", "das", "die", "der", "the", "la", "le", "los", "les", "il", "your", "our"}

var mailLabels = []string{"email", "e-mail", "mail", "courriel", "correo", "e-mails", "emails", "mél", "почта", "эл", "البريد", "إيميل", "ايميل"}
