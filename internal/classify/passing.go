package classify

import "strings"

// Countries that an item names without being about them: the nationality of an expert,
// the institute that measured, the war that came before, the name of a street.

// How far, in words, the words stand that say so.
const (
	backdropReach = 3 // "since Russia's"
	backdropGap   = 5 // from one country of the background to the next, "since Russia's invasion of Ukraine"
	functionReach = 4 // a name between a nationality and what the person is
	opened        = 2 // sentences that open an item
	pairLimit     = 4 // places between two countries that are looked for
)

// opening reports a word of the first sentences of the first paragraph.
func (d *document) opening(word int32) bool {
	if d.textFrom >= len(d.words) {
		return false
	}
	first, w := &d.words[d.textFrom], &d.words[word]
	return w.field == first.field && w.para == first.para && w.sentence >= first.sentence && w.sentence < first.sentence+opened
}

// isStreet reports a street, square or quarter that is named after a country.
func (d *document) isStreet(m *mention) bool {
	if m.kind != kindName {
		return false
	}
	return !d.broken(m) && d.before(m, 1, cueStreet) || d.adjacentAfter(m) && has(d.cues[m.to].begin, cueStreetEnd) && d.words[m.to].field == d.words[m.from].field
}

// markPassing marks what is named in passing. Nothing is where the item names no other
// country: what is left then is what it is about.
func (c *Classifier) markPassing(d *document) {
	marked, others := false, false
	for i := range d.mentions {
		m := &d.mentions[i]
		if m.role != roleAbout && m.role != roleDateline || m.kind == kindRegion {
			continue
		}
		m.beaten = d.before(m, 1, cueBeat) || m.kind == kindDemonym && d.unbroken(m, 3, cueBeat) || m.from > 0 && !d.broken(m) && len(d.foldedWord(int(m.from)-1)) <= 3 && d.before(m, 2, cueBeat)
		m.departed = d.departed(m)
		if m.role == roleAbout && d.words[m.from].field == fieldText && m.kind != kindTown && d.inPassing(i) {
			m.passing, marked = true, true
			continue
		}
		others = others || m.kind != kindTown
	}
	if marked && !others {
		for i := range d.mentions {
			d.mentions[i].passing = false
		}
	}
	c.markPayers(d)
}

// departed reports a place right behind "expelled from", with at most an article between.
func (d *document) departed(m *mention) bool {
	return d.before(m, 1, cueDepart) || m.from > 0 && !d.broken(m) && len(d.foldedWord(int(m.from)-1)) <= 3 && d.before(m, 2, cueDepart)
}

func (d *document) inPassing(i int) bool {
	m := &d.mentions[i]
	if m.kind == kindDemonym && (d.isNationality(m) || d.inName(m)) {
		return true
	}
	if d.adjacentAfter(m) && has(d.cues[m.to].begin, cueSource) || !d.broken(m) && d.before(m, 1, cueSourceOf) {
		return true
	}
	if i > 0 { // "U.S. Federal Reserve" names one thing
		if p := &d.mentions[i-1]; p.to == m.from && d.adjacentAfter(p) && m.kind == kindDemonym && m.n == 1 && p.n == 1 && m.targets[0] == p.targets[0] {
			return true
		}
	}
	if d.words[m.from].sentence == d.words[d.textFrom].sentence {
		return false // the first sentence is the story
	}
	if d.unbroken(m, backdropReach, cueBackdrop) {
		return true
	}
	if i == 0 {
		return false
	}
	before := &d.mentions[i-1]
	if !before.passing || m.from < before.to || m.from-before.to >= backdropGap || !d.unbroken(before, backdropReach, cueBackdrop) {
		return false
	}
	for k := before.to; k <= m.from; k++ {
		if d.words[k].flags&(wordComma|wordBroken|wordFirst) != 0 {
			return false
		}
	}
	return true
}

// unbroken reports a cue that ends within the given number of words before the mention,
// with no comma between.
func (d *document) unbroken(m *mention, distance int, cues ...cue) bool {
	for i := int(m.from) - 1; i >= 0 && i >= int(m.from)-distance; i-- {
		if d.words[i+1].flags&(wordFirst|wordBroken|wordComma|wordDash) != 0 || d.words[i].field != d.words[m.from].field {
			return false
		}
		if has(d.cues[i].end, cues...) {
			return true
		}
	}
	return false
}

// isNationality reports "Greek trainers", "la experta chilena", "El portugués Rui Matos,
// director": where somebody comes from who is no part of the story.
func (d *document) isNationality(m *mention) bool {
	if d.adjacentAfter(m) && has(d.cues[m.to].begin, cueExpert) || !d.adjectivesFirst && !d.broken(m) && d.before(m, 1, cueExpert) {
		return true
	}
	at := int(m.to)
	for at < len(d.words) && at < int(m.to)+functionReach && d.words[at].flags&wordCapital != 0 && d.words[at].flags&(wordTaken|wordFirst|wordBroken|wordComma) == 0 {
		at++
	}
	return at >= int(m.to)+2 && at < len(d.words) && d.words[at].flags&wordComma != 0 && d.words[at].flags&wordFirst == 0 && has(d.cues[at].begin, cueFunction)
}

// inName reports an adjective in capitals, which Romance languages write only within
// names: "Equipo Argentino de Antropología".
func (d *document) inName(m *mention) bool {
	switch d.language {
	case "es", "pt", "fr", "it":
	default:
		return false
	}
	w := &d.words[m.from]
	if d.broken(m) || w.flags&(wordCapital|wordAllCapitals|wordComma) != wordCapital || m.from == 0 {
		return false
	}
	p := &d.words[m.from-1]
	return p.flags&(wordCapital|wordAllCapitals|wordTaken) == wordCapital && p.flags&wordFirst == 0 && p.field == w.field &&
		d.adjacentAfter(m) && has(d.cues[m.to].begin, cueOf) && !has(d.cues[m.from-1].begin, cueService)
}

// markPayers leaves a donor a donor where the item names it again without saying that
// anything happens there: "Japan is proud to help".
func (c *Classifier) markPayers(d *document) {
	var gave, named map[int32]int
	for i := range d.mentions {
		m := &d.mentions[i]
		if m.role == roleDonor && m.n == 1 && m.kind <= kindDemonym {
			if gave == nil {
				gave, named = map[int32]int{}, map[int32]int{}
			}
			gave[m.targets[0]]++
		}
	}
	if gave == nil {
		return
	}
	payer := func(m *mention) bool { return m.role == roleAbout && m.n == 1 && gave[m.targets[0]] > 0 }
	for i := range d.mentions {
		if m := &d.mentions[i]; payer(m) {
			if d.words[m.from].field == fieldTitle || m.kind == kindPlace || d.follows(int(m.from), cueIn, cueFrom, cueTo, cueNear, cueContains) {
				gave[m.targets[0]] = 0
				continue
			}
			if m.kind <= kindDemonym {
				named[m.targets[0]]++
			}
		}
	}
	for i := range d.mentions {
		if m := &d.mentions[i]; payer(m) && named[m.targets[0]] <= gave[m.targets[0]] {
			m.passing = true
		}
	}
}

// spreadPairs reads "the Darién, a forest between Colombia and Panama" as what it says:
// that place is both countries', wherever the item names it.
func (d *document) spreadPairs() {
	pairs := 0
	for i := range d.mentions {
		if pairs >= pairLimit {
			return
		}
		m := &d.mentions[i]
		if m.kind < kindPlace || m.kind > kindRegion || m.role != roleAbout || i+2 >= len(d.mentions) {
			continue
		}
		a, b := &d.mentions[i+1], &d.mentions[i+2]
		if a.kind != kindName || b.kind != kindName || a.n != 1 || b.n != 1 || a.from-m.to > 6 || b.from-a.to > 2 || a.from < m.to || b.from < a.to ||
			d.words[b.from].sentence != d.words[m.from].sentence || !d.before(a, 2, cueBetween) {
			continue
		}
		pairs++
		for k := range d.mentions {
			if o := &d.mentions[k]; (o.kind == kindPlace || o.kind == kindTown) && (strings.Contains(o.key, m.key) || strings.Contains(m.key, o.key)) {
				o.share(a.targets[0], b.targets[0])
			}
		}
	}
}

// share makes a mention mean two countries at once.
func (m *mention) share(a, b int32) {
	m.kind, m.both, m.n, m.targets[0], m.targets[1] = kindPlace, true, 2, a, b
}
