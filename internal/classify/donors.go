package classify

// How far, in words, the first donor stands from "funded by", and the next donors of a
// list from each other.
const (
	donorReach = 16
	donorGap   = 14
	armedReach = 6
)

// isDonor reports a country that stands right before "pays for", or after "funded by"
// with nothing between them that begins another thought. Lists are followed by
// spreadDonors.
func (d *document) isDonor(m *mention) bool {
	if m.pays = d.paysAfter(m) || d.adjectivesFirst && d.fundsBeside(m); m.pays || d.fundsBeside(m) {
		return true
	}
	if m.kind == kindPlace {
		return false
	}
	field := d.words[m.from].field
	for i := int(m.from) - 1; i >= 0 && i >= int(m.from)-donorReach; i-- {
		if d.words[i].field != field || d.words[i+1].flags&wordFirst != 0 && !d.colonAfter(i+1) {
			return false
		}
		if has(d.cues[i].end, cueFundedBy) {
			return !d.armed(i)
		}
		// "contribution financière de": one word between the noun and its preposition.
		if has(d.cues[i].end, cueFundNoun) && i+2 < int(m.from) && has(d.cues[i+2].end, cueOf, cueFrom) && !has(d.cues[i+1].end, cueOf, cueFrom) {
			return !d.armed(i)
		}
		if has(d.cues[i].begin, cueScope) && !has(d.cues[i].begin, cueOf, cueDiplomatic) && !d.inService(m, i) {
			return false
		}
	}
	return false
}

// inService reports a preposition within the name of an institution that an adjective
// behind belongs to: "le Secrétariat d'État aux migrations suisse".
func (d *document) inService(m *mention, word int) bool {
	if m.kind != kindDemonym || d.adjectivesFirst {
		return false
	}
	for i := word - 1; i >= 0 && i >= word-4; i-- {
		if has(d.cues[i].begin, cueService) {
			return true
		}
		if d.words[i].flags&wordFirst != 0 {
			break
		}
	}
	return false
}

// armed reports that what is supported are rebels or troops: their supporters are part
// of the story.
func (d *document) armed(cue int) bool {
	for i := cue; i >= 0 && i > cue-armedReach; i-- {
		if has(d.cues[i].begin, cueArmed) {
			return true
		}
		if d.words[i].flags&wordFirst != 0 {
			break
		}
	}
	return false
}

// fundsBeside reports "German funding", "financement allemand".
func (d *document) fundsBeside(m *mention) bool {
	if m.kind == kindName && d.adjacentAfter(m) { // "UK aid"
		switch string(d.foldedWord(int(m.to))) {
		case "aid", "funding", "taxpayers":
			return d.words[m.from].flags&wordAllCapitals != 0
		}
	}
	if m.kind != kindDemonym {
		return false
	}
	if d.adjacentAfter(m) && d.words[m.to].flags&wordCapital != 0 && string(d.foldedWord(int(m.to))) == "aid" { // "Irish Aid"
		return true
	}
	if d.peopleGive(m) {
		return true
	}
	if d.adjacentOrDash(m) && string(d.foldedWord(int(m.to))) == "support" && m.from > 0 && !d.broken(m) {
		switch string(d.foldedWord(int(m.from) - 1)) {
		case "with", "to", "through": // "with Japanese support", "thanks to Swiss support"
			return true
		}
	}
	return d.adjacentOrDash(m) && has(d.cues[m.to].begin, cueFundNoun) || m.from > 0 && !d.broken(m) && has(d.cues[m.from-1].end, cueFundNoun) &&
		d.words[m.from].flags&wordComma == 0 && d.source[d.words[m.from].field] != "" && d.words[m.from-1].field == d.words[m.from].field && !d.adjectivesFirst
}

// peopleGive reports "aid from the British people".
func (d *document) peopleGive(m *mention) bool {
	if m.from < 2 || !d.adjacentAfter(m) || string(d.foldedWord(int(m.to))) != "people" || string(d.foldedWord(int(m.from)-2)) != "from" {
		return false
	}
	return d.before(m, 5, cueFundNoun) || m.from > 2 && string(d.foldedWord(int(m.from)-3)) == "aid" || d.words[m.from-2].flags&wordBroken != 0
}

// adjacentOrDash reports that the next word belongs to the mention, "German-funded".
func (d *document) adjacentOrDash(m *mention) bool {
	return int(m.to) < len(d.words) && d.words[m.to].field == d.words[m.from].field && d.words[m.to].flags&(wordBroken|wordComma|wordFirst) == 0
}

// paysAfter reports "Norway pays for", "the Japan-funded", "Suiza financia".
func (d *document) paysAfter(m *mention) bool {
	if int(m.to) >= len(d.words) || d.words[m.to].flags&(wordBroken|wordFirst) != 0 {
		return false
	}
	bits := d.cues[m.to].begin
	if m.kind == kindDemonym && int(m.to)+1 < len(d.words) && d.words[m.to+1].flags&(wordBroken|wordFirst) == 0 { // "The Dutch government provided EUR 2 million"
		switch string(d.foldedWord(int(m.to))) {
		case "government", "people", "embassy":
			after := d.cues[m.to+1].begin
			return has(after, cueFunds) && !has(after, cueFundedBy)
		}
		return false
	}
	return has(bits, cueFunds) && !has(bits, cueFundedBy) && (m.kind == kindName || m.kind == kindRegion)
}

// spreadDonors follows lists: after one donor, "Japan, Norway and the Kingdom of the
// Netherlands" are donors too, until a word begins another thought.
func (c *Classifier) spreadDonors(d *document) {
	for i := 1; i < len(d.mentions); i++ {
		previous, m := &d.mentions[i-1], &d.mentions[i]
		if m.role != roleAbout && m.role != roleDuty || previous.role != roleDonor || m.from < previous.to {
			continue
		}
		if d.listed(previous, m) {
			m.role = roleDonor
		}
	}
	for i := len(d.mentions) - 2; i >= 0; i-- { // "Sweden and Canada fund the work"
		m, next := &d.mentions[i], &d.mentions[i+1]
		if m.role == roleAbout && m.kind == kindName && next.role == roleDonor && next.pays && next.from-m.to <= 2 && next.from >= m.to &&
			d.words[m.from].sentence == d.words[next.from].sentence && d.listed(m, next) {
			m.role, m.pays = roleDonor, true
		}
	}
}

// listed reports two mentions of one list.
func (d *document) listed(a, b *mention) bool {
	if b.from-a.to > donorGap || d.words[a.from].sentence != d.words[b.from].sentence || d.words[a.from].field != d.words[b.from].field {
		return false
	}
	for i := int(a.to); i < int(b.from); i++ {
		if has(d.cues[i].begin, cueFunds) || has(d.cues[i].begin, cueScope) && !has(d.cues[i].begin, cueOf, cueDiplomatic) {
			return false
		}
	}
	return true
}

// routeReach is how far apart, in words, the two ends of a route may stand.
const routeReach = 12

// markRoutes finds both ends of "from A to B" and both sides of "between A and B".
func (d *document) markRoutes() {
	for i := range d.mentions {
		a := &d.mentions[i]
		if a.role > roleDateline && !d.travels(a) {
			continue
		}
		from, between := d.before(a, 2, cueFrom), d.before(a, 2, cueBetween)
		if !from && !between {
			continue
		}
		for j := i + 1; j < len(d.mentions); j++ {
			b := &d.mentions[j]
			if b.from-a.to > routeReach || d.words[b.from].sentence != d.words[a.from].sentence || d.words[b.from].field != d.words[a.from].field {
				break
			}
			if (b.role == roleAbout || d.travels(b)) && (between || d.before(b, 2, cueTo)) {
				a.route, b.route = true, true
				a.arrive()
				b.arrive()
			}
		}
	}
}

// travels reports a duty station within the text, which may be one end of a journey.
func (d *document) travels(m *mention) bool {
	return m.role == roleDuty && d.words[m.from].flags&wordDateline == 0
}

// arrive makes a duty station that is one end of a journey part of the story.
func (m *mention) arrive() {
	if m.role == roleDuty {
		m.role = roleAbout
	}
}
