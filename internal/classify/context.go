package classify

import "slices"

// role is why a country is mentioned.
type role uint8

const (
	roleAbout      role = iota
	roleDateline        // named in the dateline
	roleDuty            // a dateline or venue that only says where an office sits
	roleSeat            // the seat of an organisation or of a speaker
	roleVenue           // where an event was held
	roleDonor           // pays for it
	roleDiplomatic      // an embassy or a foreign ministry
	roleNone            // a treaty, a person, a language
)

// mention is a place, people or region named in the item.
type mention struct {
	from, to int32
	kind     kind
	role     role
	route    bool     // one end of a route or one side of a pair
	both     bool     // means all its countries, not one of them
	pays     bool     // stands before "pays for"
	border   bool     // a neighbour, "on the border with"
	scope    bool     // one of many countries that the first paragraph lists
	passing  bool     // named for comparison, as a source, as what somebody comes from
	beaten   bool     // lost a match
	departed bool     // people had to leave it
	scene    bool     // a duty station in which something happens
	list     uint8    // how many countries the list has that it stands in
	targets  [6]int32 // countries (or regions) it may mean
	n        uint8
	town     int32 // its place in document.towns, for kindTown
	key      string
}

// first part of a text in which the contact block is not looked for.
const (
	boilerplateAfterShare = 0.4
	boilerplateAfterWords = 40
)

// markContext turns the hits into mentions and decides the role of each.
func (c *Classifier) markContext(d *document) {
	if cap(d.cues) < len(d.words) {
		d.cues = make([]cueBits, len(d.words))
	}
	d.cues = d.cues[:len(d.words)]
	clear(d.cues)
	d.danish = false
	for _, h := range d.hits {
		p := &c.lexicon.phrases[h.phrase]
		if p.kind != kindCue {
			continue
		}
		if cue(p.target) == cueFundedBy && h.to-h.from == 1 && !d.colonAfter(int(h.to)) {
			continue // "funding" names a donor only in "Funding: ..."
		}
		d.danish = d.danish || cue(p.target) == cueDanish
		d.cues[h.from].begin |= 1 << p.target
		d.cues[h.to-1].end |= 1 << p.target
	}
	d.markBoilerplate()
	c.collectMentions(d)
	for i := range d.mentions {
		c.decideRole(d, &d.mentions[i])
	}
	c.spreadTongues(d)
	c.spreadDonors(d)
	c.dropDoubtful(d)
	d.dropPersons()
	c.spreadSeats(d)
	d.spreadPairs()
	c.markPassing(d)
	d.markLists()
	d.markRoutes()
}

// colonAfter reports a colon before the word.
func (d *document) colonAfter(word int) bool {
	if word >= len(d.words) || d.words[word].field != d.words[word-1].field {
		return false
	}
	between := d.source[d.words[word].field][d.words[word-1].end:d.words[word].start]
	return slices.Contains([]byte(between), ':')
}

// markBoilerplate marks the contact block and the words about the organisation, from
// where they begin to the end.
func (d *document) markBoilerplate() {
	count := len(d.words) - d.textFrom
	after := d.textFrom + min(int(boilerplateAfterShare*float64(count)), boilerplateAfterWords)
	for i := d.textFrom + 4; i < len(d.words); i++ {
		w := d.words[i]
		starts := w.para != d.words[i-1].para
		if w.flags&wordFirst == 0 || i < after && !starts {
			continue
		}
		if has(d.cues[i].begin, cueContact) || starts && has(d.cues[i].begin, cueHeading) && d.aloneOnLine(i) {
			for j := i; j < len(d.words); j++ {
				d.words[j].flags |= wordBoilerplate
			}
			return
		}
	}
}

// aloneOnLine reports a heading of at most four words: a cue that ends where the line
// does.
func (d *document) aloneOnLine(from int) bool {
	for i := from; i < len(d.words) && i < from+4; i++ {
		if has(d.cues[i].end, cueHeading) && (i+1 == len(d.words) || d.words[i+1].flags&wordBroken != 0) {
			return true
		}
	}
	return false
}

// collectMentions takes the longest name at each place; names of equal length that mean
// several countries make one mention.
func (c *Classifier) collectMentions(d *document) {
	end := int32(0)
	for i := 0; i < len(d.hits); {
		from, best := d.hits[i].from, int32(0)
		j := i
		for ; j < len(d.hits) && d.hits[j].from == from; j++ {
			if c.lexicon.phrases[d.hits[j].phrase].kind <= kindLookalike {
				best = max(best, d.hits[j].to)
			}
		}
		if best > 0 && from >= end && d.words[from].flags&wordBoilerplate == 0 {
			m := mention{from: from, to: best, kind: kindCue}
			for _, h := range d.hits[i:j] {
				m.add(&c.lexicon.phrases[h.phrase], h.to)
			}
			if m.n > 0 && !c.needsLead(d, &m) {
				d.mentions = append(d.mentions, m)
			}
			end = best
		}
		for k := from; k < best; k++ {
			d.words[k].flags |= wordTaken
		}
		i = j
	}
	c.addPlurals(d)
	c.addTowns(d)
}

// add joins a phrase to a mention of the same words. A country's name wins over a
// region's, so that "Panama" is no region.
func (m *mention) add(p *phrase, to int32) {
	if to != m.to || p.kind > kindRegion {
		return
	}
	if m.n > 0 && (p.kind == kindRegion) != (m.kind == kindRegion) {
		if p.kind == kindRegion {
			return
		}
		m.n = 0
	}
	if m.n == 0 || p.kind < m.kind {
		m.kind, m.key = p.kind, p.key
	}
	if int(m.n) < len(m.targets) && !slices.Contains(m.targets[:m.n], p.target) {
		m.targets[m.n] = p.target
		m.n++
		slices.Sort(m.targets[:m.n])
	}
}

// needsLead drops the Arabic for Mali, which is the word for "financial", where no word
// stands before it that leads to a place.
func (c *Classifier) needsLead(d *document, m *mention) bool {
	if m.key != "مالي" || m.to-m.from > 1 {
		return false
	}
	w := d.words[m.from]
	if text := d.text(int(m.from), int(m.to)); fold(text) != m.key || w.field == fieldDateline || w.flags&wordDateline != 0 {
		return false // "in Mali" and "to Mali" are written as one word
	}
	return m.from == 0 || w.flags&wordBroken == 0 && !has(d.cues[m.from-1].end, cueLead)
}

// addPlurals finds "both Sudans".
func (c *Classifier) addPlurals(d *document) {
	for i := range d.words {
		w := d.words[i]
		if w.flags&wordCapital == 0 || w.end-w.start > 6 || w.end-w.start < 6 {
			continue
		}
		codes, ok := bothCountries[fold(d.text(i, i+1))]
		if !ok {
			continue
		}
		m := mention{from: int32(i), to: int32(i + 1), kind: kindName, both: true}
		for _, code := range codes {
			if t, known := c.country[code]; known {
				m.targets[m.n] = int32(t)
				m.n++
			}
		}
		d.mentions = append(d.mentions, m)
	}
}

// decideRole looks at the words around a mention.
func (c *Classifier) decideRole(d *document, m *mention) {
	first := d.words[m.from]
	duty := m.kind != kindDemonym && m.kind != kindRegion && m.kind != kindTown && c.lexicon.duty[m.key]
	switch {
	case first.flags&wordDateline != 0:
		m.role = roleDateline
		if duty || c.headquarters(d, m) {
			m.role = roleDuty
		}
		return
	case d.isInstrument(m), c.isPerson(d, m), c.isTongue(d, m), d.near(m, cueCurrency), d.isCode(m), d.isFeature(m), d.isStreet(m):
		m.role = roleNone
		return
	case d.isDonor(m):
		m.role = roleDonor
		return
	case d.near(m, cueDiplomatic):
		m.role = roleDiplomatic
		return
	}
	m.border = d.before(m, 3, cueBorder)
	if m.kind != kindPlace && m.kind != kindTown {
		return
	}
	switch {
	case duty && d.isScene(m, c.lexicon.seats[m.key]):
		m.scene = true
	case duty:
		m.role = roleDuty
	case d.before(m, 1, cueSeat), d.after(m, 1, cueBased):
		m.role = roleSeat
	case d.before(m, 1, cueVenue), d.hosts(m):
		m.role = roleVenue
	}
}

// isCode reports an acronym that is part of something else: a currency ("US$"), a list
// of languages ("[EN/UK]"), or DRC where the text names the Danish Refugee Council.
func (d *document) isCode(m *mention) bool {
	w := d.words[m.from]
	if m.to-m.from > 1 || w.flags&wordAllCapitals == 0 {
		return false
	}
	if d.danish && (m.key == "drc" || m.key == "rdc") {
		return true
	}
	s := d.source[w.field]
	if w.end-w.start > 3 {
		return false
	}
	return int(w.end) < len(s) && (s[w.end] == '$' || s[w.end] == '/' || s[w.end] == ']') ||
		w.start > 0 && (s[w.start-1] == '/' || s[w.start-1] == '[')
}

// spreadTongues follows lists of languages: "speak Portuguese, Turkish and Russian".
func (c *Classifier) spreadTongues(d *document) {
	for i := 1; i < len(d.mentions); i++ {
		previous, m := &d.mentions[i-1], &d.mentions[i]
		if previous.role == roleNone && previous.kind == kindDemonym && m.kind == kindDemonym && m.from >= previous.to && m.from-previous.to <= 1 &&
			tongues[c.taxonomy.Countries[m.targets[0]].ISO2] && d.words[m.from].sentence == d.words[previous.from].sentence {
			m.role = roleNone
		}
	}
	// A word that is a language once is one everywhere but before a noun.
	var tongue map[string]bool
	for i := range d.mentions {
		if m := &d.mentions[i]; m.role == roleNone && m.kind == kindDemonym {
			if tongue == nil {
				tongue = map[string]bool{}
			}
			tongue[m.key] = true
		}
	}
	for i := range d.mentions {
		m := &d.mentions[i]
		if m.role == roleAbout && m.kind == kindDemonym && tongue[m.key] && (!d.adjacentAfter(m) || has(d.cues[m.to].begin, cueScope, cueTo, cueFrom, cueIn)) {
			m.role = roleNone
		}
	}
}

// before reports a cue that ends within the given number of words before the mention,
// in the same sentence.
func (d *document) before(m *mention, distance int, cues ...cue) bool {
	for i := int(m.from) - 1; i >= 0 && i >= int(m.from)-distance; i-- {
		if d.words[i+1].flags&wordFirst != 0 || d.words[i].field != d.words[m.from].field {
			return false
		}
		if has(d.cues[i].end, cues...) {
			return true
		}
	}
	return false
}

// after reports a cue that begins within the given number of words after the mention,
// in the same sentence.
func (d *document) after(m *mention, distance int, cues ...cue) bool {
	for i := int(m.to); i < len(d.words) && i < int(m.to)+distance; i++ {
		if d.words[i].flags&wordFirst != 0 || d.words[i].field != d.words[m.from].field {
			return false
		}
		if has(d.cues[i].begin, cues...) {
			return true
		}
	}
	return false
}

// placed reports a mention right after a word for "in": where something was held.
func (d *document) placed(m *mention) bool {
	if m.from == 0 || d.words[m.from].flags&wordFirst != 0 {
		return false
	}
	return d.before(m, 1, cueSeat, cueVenue) || has(d.cues[m.from-1].end, cueIn)
}

// near reports a cue right before or right after.
func (d *document) near(m *mention, cues ...cue) bool {
	return d.before(m, 1, cues...) || d.after(m, 1, cues...)
}

// isInstrument reports "Rome Statute", "Convention de Genève", "Khartoum Process".
func (d *document) isInstrument(m *mention) bool {
	if m.kind == kindDemonym || m.kind == kindRegion {
		return false
	}
	if m.kind != kindName && d.adjacentAfter(m) && has(d.cues[m.to].begin, cueInstrument) {
		return true
	}
	if m.from >= 1 && m.kind != kindName && !d.broken(m) {
		if has(d.cues[m.from-1].end, cueInstrument) && d.words[m.from-1].flags&wordCapital != 0 {
			return true
		}
		if m.from >= 2 && has(d.cues[m.from-1].end, cueOf) && has(d.cues[m.from-2].end, cueInstrument) {
			return true
		}
	}
	return false
}

// adjacentAfter reports that the next word belongs together with the mention.
func (d *document) adjacentAfter(m *mention) bool {
	return int(m.to) < len(d.words) && d.words[m.to].flags&(wordBroken|wordDash|wordComma|wordFirst) == 0
}

// broken reports that the mention begins a clause.
func (d *document) broken(m *mention) bool {
	return d.words[m.from].flags&(wordBroken|wordDash|wordFirst) != 0
}

// isTongue reports a demonym that is a language here: "in French", "Spanish classes".
func (c *Classifier) isTongue(d *document, m *mention) bool {
	if m.kind != kindDemonym || !tongues[c.taxonomy.Countries[m.targets[0]].ISO2] {
		return false
	}
	if d.after(m, 1, cueTongue) || d.before(m, 3, cueTongue) || d.before(m, 2, cueOther) || d.after(m, 2, cueOther) {
		return true
	}
	if m.from == 0 || d.broken(m) {
		return false
	}
	switch fold(d.text(int(m.from)-1, int(m.from))) {
	case "in", "en", "into", "auf", "em":
		// "in French." but not "in French towns".
		return int(m.to) >= len(d.words) || d.words[m.to].flags&(wordBroken|wordComma|wordFirst) != 0 || fold(d.text(int(m.to), int(m.to)+1)) == "and"
	}
	return false
}
