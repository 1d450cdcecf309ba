package classify

import (
	"strings"
	"unicode/utf8"

	"tributary/config/gazetteer"
)

// What a word must be for the gazetteer to be asked.
const (
	townLetters   = 4 // letters of a name of one word
	acronymLength = 5 // words in capitals up to this length are acronyms
)

// town is a name that the gazetteer knows and the lexicon does not.
type town struct {
	entry  gazetteer.Entry
	risky  bool // may be a word or a person: counts only beside other evidence
	word   bool // may be a word of some language: "in March"
	single bool // of one word
	strong bool // stands where a place stands: after "in", in the dateline
	sure   bool // more: before "Province", in the dateline
	likely bool // stands where a place may stand: after "from", "to", before a colon of the title
}

// addTowns finds names of the gazetteer among the words that the lexicon left.
func (c *Classifier) addTowns(d *document) {
	if c.places == nil {
		return
	}
	before := len(d.mentions)
	for i := 0; i < len(d.words); {
		if n := c.addTown(d, i); n > 0 {
			i += n
			continue
		}
		i++
	}
	if before < len(d.mentions) {
		sortMentions(d.mentions)
	}
}

// addTown looks for the longest name that begins at a word and returns of how many
// words it is; zero when there is none.
func (c *Classifier) addTown(d *document, at int) int {
	w := &d.words[at]
	if w.flags&wordCapital == 0 || w.flags&(wordTaken|wordBoilerplate) != 0 || w.end-w.start < 3 {
		return 0
	}
	var found gazetteer.Entry
	words := 0
	arabic := false
	try := func(form []byte) {
		if e, n := c.longest(d, at, form); n > words {
			found, words = e, n
		}
	}
	folded := d.foldedWord(at)
	switch {
	case len(folded) > 1 && folded[0] >= 0xD8 && folded[0] <= 0xDB: // Arabic in UTF-8
		arabic = true
		if c.lexiconReads(d) && !d.expectsPlace(at) && w.flags&wordDateline == 0 {
			return 0
		}
		arabicForms(string(folded), func(form string, bare bool) {
			if !bare || words == 0 {
				try([]byte(form))
			}
		})
	default:
		try(folded)
		if words == 0 && (d.language == "ru" || d.language == "uk") {
			for _, form := range russianBases(string(folded)) {
				try([]byte(form))
			}
		}
		if words == 0 && d.language == "de" && len(folded) > 5 && folded[len(folded)-1] == 's' {
			try(folded[:len(folded)-1])
		}
	}
	if words == 0 {
		return 0
	}
	return c.keepTown(d, at, words, found, arabic)
}

// longest finds the longest name from a word on, that word being read as form.
func (c *Classifier) longest(d *document, at int, form []byte) (best gazetteer.Entry, words int) {
	key := gazetteer.AddWord(0, form)
	lengths := c.places.Lengths(key)
	for n := 1; lengths != 0; n++ {
		last := &d.words[at+n-1]
		if lengths&1 != 0 && last.flags&wordCapital != 0 {
			if e, ok := c.places.Find(key); ok {
				best, words = e, n
			}
		}
		if lengths >>= 1; lengths == 0 || at+n >= len(d.words) {
			break
		}
		next := &d.words[at+n]
		if next.field != last.field || next.flags&(wordBroken|wordDash|wordComma|wordFirst|wordBoilerplate) != 0 {
			break
		}
		key = gazetteer.AddWord(key, d.foldedWord(at+n))
	}
	return best, words
}

// keepTown makes a mention of a name, unless it is likely to be something else.
func (c *Classifier) keepTown(d *document, at, words int, e gazetteer.Entry, arabic bool) int {
	w := &d.words[at]
	m := mention{from: int32(at), to: int32(at + words), kind: kindTown}
	for k := at + 1; k < at+words; k++ {
		if d.words[k].flags&wordTaken != 0 {
			return 0 // a name of the lexicon begins within
		}
	}
	if top := e.Candidate(0); top.Class == gazetteer.Country || top.Class == gazetteer.Demonym {
		return c.keepCountry(d, m, top, words)
	}
	for k := range e.Len() {
		candidate := e.Candidate(k)
		if candidate.Class == gazetteer.Country || candidate.Class == gazetteer.Demonym {
			continue
		}
		if i, ok := c.country[candidate.Country]; ok && int(m.n) < len(m.targets) && !hasTarget(&m, int32(i)) {
			m.targets[m.n] = int32(i)
			m.n++
		}
	}
	if m.n == 0 {
		return words
	}
	risk := e.Risk()
	sure := w.flags&wordDateline != 0 || d.containedAfter(&m) || d.follows(at, cueContains)
	t := town{entry: e, word: risk.Word != 0, single: words == 1, sure: sure, strong: sure || d.expectsPlace(at), likely: d.follows(at, cueFrom, cueTo) || d.heads(&m)}
	if words == 1 {
		letters := utf8.RuneCountInString(d.text(at, at+1))
		acronym := w.flags&wordAllCapitals != 0 && letters <= acronymLength && w.flags&wordDateline == 0
		if letters < townLetters || acronym {
			return 0
		}
		t.risky = risk.Any() || d.partOfName(&m) || arabic && !t.strong
	} else {
		t.risky = risk.Word != 0 || risk.GivenName && risk.Surname
	}
	m.town = int32(len(d.towns))
	m.key = strings.Join(foldedWords(d.text(at, at+words)), " ")
	d.towns = append(d.towns, t)
	d.mentions = append(d.mentions, m)
	return words
}

// lexiconReads reports a text in a language that the lexicon has country names in.
func (c *Classifier) lexiconReads(d *document) bool {
	bit, known := languageBit(d.language)
	return known && c.lexicon.named&bit != 0
}

// keepCountry takes a country's name or people in a language that the lexicon does not
// have; in the others the lexicon decides.
func (c *Classifier) keepCountry(d *document, m mention, name gazetteer.Candidate, words int) int {
	country, ok := c.country[name.Country]
	if !ok || c.lexiconReads(d) || !name.Languages.Has(gazetteer.LanguageOf(d.language)) {
		return words
	}
	m.kind, m.targets[0], m.n = kindName, int32(country), 1
	if name.Class == gazetteer.Demonym {
		m.kind = kindDemonym
	}
	m.key = strings.Join(foldedWords(d.text(int(m.from), int(m.to))), " ")
	d.mentions = append(d.mentions, m)
	return words
}

func hasTarget(m *mention, country int32) bool {
	for _, t := range m.targets[:m.n] {
		if t == country {
			return true
		}
	}
	return false
}

// expectsPlace reports a word before which "in", "near", "the city of" stands.
func (d *document) expectsPlace(at int) bool {
	return d.follows(at, cueIn, cueLead, cueNear, cueContains)
}

// follows reports a word that stands right after one of the cues.
func (d *document) follows(at int, cues ...cue) bool {
	if at == 0 || d.words[at].field != d.words[at-1].field || d.words[at].flags&(wordBroken|wordFirst|wordComma) != 0 {
		return false
	}
	return has(d.cues[at-1].end, cues...)
}

// heads reports a name before a colon or dash at the beginning of the title: "Bobigny :
// three policemen hurt".
func (d *document) heads(m *mention) bool {
	return m.from == 0 && d.words[0].field == fieldTitle && int(m.to) < len(d.words) && d.words[m.to].field == fieldTitle &&
		d.words[m.to].flags&(wordBroken|wordDash) != 0
}

// containedAfter reports "Salima District".
func (d *document) containedAfter(m *mention) bool {
	return d.adjacentAfter(m) && d.words[m.to].field == d.words[m.from].field && has(d.cues[m.to].begin, cueContainsEnd)
}

// partOfName reports a word beside another one in capitals that is no place: a person's
// family name, part of an institution's name. In titles that capitalise everything it
// says nothing.
func (d *document) partOfName(m *mention) bool {
	if d.expectsPlace(int(m.from)) || d.containedAfter(m) {
		return false
	}
	w := &d.words[m.from]
	if w.field == fieldTitle && d.language == "en" {
		return w.flags&wordFirst == 0
	}
	if m.from > 0 {
		p := &d.words[m.from-1]
		if p.field == w.field && w.flags&(wordBroken|wordFirst|wordComma|wordDash) == 0 && p.flags&(wordCapital|wordTaken) == wordCapital && p.flags&wordFirst == 0 {
			return true
		}
	}
	if d.adjacentAfter(m) {
		n := &d.words[m.to]
		return n.field == w.field && n.flags&wordCapital != 0 && n.flags&wordTaken == 0
	}
	return false
}

// russianBases gives the nominatives that a case form of a Russian or Ukrainian name may
// come from.
func russianBases(w string) []string {
	r := []rune(w)
	if len(r) < 5 || r[0] < 0x400 || r[0] >= 0x500 {
		return nil
	}
	stem := string(r[:len(r)-1])
	switch r[len(r)-1] {
	case 'е':
		return []string{stem, stem + "а", stem + "я", stem + "о"}
	case 'а':
		return []string{stem, stem + "о"}
	case 'у':
		return []string{stem, stem + "а"}
	case 'ы':
		return []string{stem + "а"}
	case 'и':
		return []string{stem + "ь", stem + "я", stem + "а", stem}
	case 'ї':
		return []string{stem + "я", stem + "й"}
	case 'я':
		return []string{stem + "ь", stem + "й"}
	case 'ю':
		return []string{stem + "я", stem + "ь", stem + "й"}
	case 'й':
		if r[len(r)-2] == 'о' || r[len(r)-2] == 'е' {
			base := string(r[:len(r)-2])
			return []string{base + "а", base + "я"}
		}
	case 'м':
		if r[len(r)-2] == 'о' || r[len(r)-2] == 'е' {
			base := string(r[:len(r)-2])
			return []string{base, base + "ь", base + "й"}
		}
	}
	return nil
}
