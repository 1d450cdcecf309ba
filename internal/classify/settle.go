package classify

import (
	"cmp"
	"slices"

	"tributary/config/gazetteer"
)

// Rules for names of the gazetteer.
const (
	dominance       = 4      // how many times as many people the usual place has as the next
	passingPeople   = 15_000 // a town that stands beside a named country must have as many
	likelyPeople    = 50_000 // a town alone that stands where a place may stand
	famousPeople    = 100_000
	largeCity       = 1_000_000 // a place that no namesake takes the place of
	weightSupported = 0.5       // of a town in a country that the item names
	weightBeside    = 0.8       // of a town elsewhere
	weightRisky     = 0.5       // of a town alone that may be something else
)

func sortMentions(m []mention) {
	slices.SortStableFunc(m, func(a, b mention) int { return cmp.Compare(a.from, b.from) })
}

// settleByArea reads "Lebanon, Pennsylvania", "London, Ontario" and "Los Angeles in
// Chile" as what they say, and the same name as the same place in all of the item.
func (c *Classifier) settleByArea(d *document) {
	c.settleByCountry(d)
	var settled map[string]int32 // places by their folded name
	for i := range d.mentions {
		m := &d.mentions[i]
		if m.kind == kindDemonym || m.kind == kindRegion || m.both {
			continue
		}
		country, area, ok := c.behind(d, i)
		if !ok {
			continue
		}
		if m.kind == kindTown && c.liesIn(m.key, country, area) {
			t := &d.towns[m.town]
			t.risky, t.sure, t.strong = false, true, true
		}
		if m.kind == kindName {
			if us, known := c.country["US"]; !known || country != int32(us) || area == areaCountry {
				continue
			}
		} else if m.n == 1 && m.targets[0] == country || !c.liesIn(m.key, country, area) {
			continue
		}
		m.targets[0], m.n = country, 1
		if m.kind != kindName {
			if settled == nil {
				settled = map[string]int32{}
			}
			settled[m.key] = country
		}
	}
	for i := range d.mentions {
		m := &d.mentions[i]
		if country, ok := settled[m.key]; ok && (m.kind == kindPlace || m.kind == kindTown) {
			m.targets[0], m.n = country, 1
		}
	}
}

// settleByCountry reads a place that stands for one country as the place of that name in
// another, where the item names that other country and not the usual one: the Beni of
// Bolivia. Large cities are left what they are.
func (c *Classifier) settleByCountry(d *document) {
	var named map[int32]bool
	for i := range d.mentions {
		if m := &d.mentions[i]; m.kind <= kindDemonym && m.n == 1 && m.role != roleDonor {
			if named == nil {
				named = map[int32]bool{}
			}
			named[m.targets[0]] = true
		}
	}
	if named == nil || c.places == nil {
		return
	}
	for i := range d.mentions {
		m := &d.mentions[i]
		if m.kind != kindPlace || m.n != 1 || m.both || m.role != roleAbout && m.role != roleDateline && m.role != roleNone || named[m.targets[0]] || c.lexicon.duty[m.key] {
			continue
		}
		if other := c.namesake(m, named); other >= 0 {
			m.targets[0] = other
			if m.role == roleNone && c.lexicon.persons.doubtful[m.key] {
				m.role = roleAbout
			}
		}
	}
}

// namesake is the named country that has a subdivision of that name, or a place of at
// least a quarter of the people of the usual one; -1 when none or several have.
func (c *Classifier) namesake(m *mention, named map[int32]bool) int32 {
	e, ok := c.find(m.key)
	if !ok {
		return -1
	}
	usual := uint64(0)
	for i := range e.Len() {
		if a := e.Candidate(i); c.isCountry(a.Country, m.targets[0]) {
			usual = max(usual, a.Population)
		}
	}
	other := int32(-1)
	for i := range e.Len() {
		a := e.Candidate(i)
		at, known := c.country[a.Country]
		if !known || !named[int32(at)] || usual >= largeCity || a.Class != gazetteer.Subdivision && dominance*a.Population < usual {
			continue
		}
		if other >= 0 && other != int32(at) {
			return -1
		}
		other = int32(at)
	}
	return other
}

func (c *Classifier) isCountry(iso2 string, country int32) bool {
	at, known := c.country[iso2]
	return known && int32(at) == country
}

// Areas that are no numbers of the gazetteer.
const (
	areaCountry = 0      // a whole country
	areaAny     = 0xFFFF // some state of a country
)

// behind says which country and area is written behind a mention: after a comma, after
// "in", as an abbreviation of a state.
func (c *Classifier) behind(d *document, i int) (country int32, area uint16, ok bool) {
	m := &d.mentions[i]
	us, hasUS := c.country["US"]
	if int(m.to) < len(d.words) {
		w := &d.words[m.to]
		if hasUS && w.flags&wordComma != 0 && w.flags&wordCapital != 0 && w.flags&wordTaken == 0 && w.field == d.words[m.from].field &&
			c.lexicon.persons.states[string(d.foldedWord(int(m.to)))] && d.stopAfter(int(m.to)) {
			return int32(us), areaAny, true
		}
	}
	if hasUS && d.initials(int(m.to)) {
		return int32(us), areaAny, true
	}
	if hasUS && m.kind == kindName && d.adjacentAfter(m) && string(d.foldedWord(int(m.to))) == "county" && d.words[m.to].flags&wordCapital != 0 {
		return int32(us), areaAny, true // no country has counties named after another
	}
	if i+1 >= len(d.mentions) {
		return 0, 0, false
	}
	next := &d.mentions[i+1]
	if next.kind == kindDemonym || next.kind == kindRegion || next.from < m.to || d.words[next.from].sentence != d.words[m.from].sentence {
		return 0, 0, false
	}
	gap := next.from - m.to
	comma := gap == 0 && d.words[next.from].flags&wordComma != 0
	in := gap == 1 && d.words[m.to].flags&(wordBroken|wordComma) == 0 && has(d.cues[m.to].end, cueIn) && m.kind != kindName
	if !comma && !in {
		return 0, 0, false
	}
	if statesOfUS[next.key] && hasUS && next.key != "georgia" {
		return int32(us), c.areaOf(next.key, "US"), true
	}
	switch {
	case next.key == "georgia" || next.key == "washington":
		// A state only behind a town that lies in it, as Atlanta does and Tbilisi does not.
		if area := c.areaOf(next.key, "US"); hasUS && comma && m.kind != kindName && c.liesIn(m.key, int32(us), area) && !hasTarget(m, next.targets[0]) {
			next.targets[0], next.n = int32(us), 1
			return int32(us), area, true
		}
		return 0, 0, false
	case next.n != 1 || next.kind == kindTown && !c.isArea(next):
		return 0, 0, false
	case next.kind == kindName:
		return next.targets[0], areaCountry, true
	}
	area = c.areaOf(next.key, c.taxonomy.Countries[next.targets[0]].ISO2)
	return next.targets[0], area, area != 0
}

// initials reports a state of the US behind a comma as two initials, "N.C.", "W. Va." not
// among them.
func (d *document) initials(word int) bool {
	if word+1 >= len(d.words) {
		return false
	}
	a, b := &d.words[word], &d.words[word+1]
	return a.field == d.words[word-1].field && b.field == a.field && a.flags&wordComma != 0 && a.end-a.start == 1 && b.end-b.start == 1 && b.start == a.end+1 &&
		d.stopAfter(word) && d.stopAfter(word+1) && stateInitials[d.source[a.field][a.start:a.end]+d.source[b.field][b.start:b.end]]
}

// stopAfter reports a full stop right after a word: "Ala."
func (d *document) stopAfter(word int) bool {
	w := &d.words[word]
	s := d.source[w.field]
	return int(w.end) < len(s) && s[w.end] == '.'
}

// find looks a folded phrase up.
func (c *Classifier) find(key string) (gazetteer.Entry, bool) {
	if c.places == nil {
		return gazetteer.Entry{}, false
	}
	k := gazetteer.Key(0)
	for from := 0; from < len(key); {
		to := from
		for to < len(key) && key[to] != ' ' {
			to++
		}
		k = gazetteer.AddWord(k, key[from:to])
		from = to + 1
	}
	return c.places.Find(k)
}

// areaOf is the number of a first-level subdivision of a country; 0 when it is none.
func (c *Classifier) areaOf(key, iso2 string) uint16 {
	e, ok := c.find(key)
	for i := 0; ok && i < e.Len(); i++ {
		if a := e.Candidate(i); a.Class == gazetteer.Subdivision && a.Country == iso2 {
			return a.Area
		}
	}
	return 0
}

func (c *Classifier) isArea(m *mention) bool {
	return c.areaOf(m.key, c.taxonomy.Countries[m.targets[0]].ISO2) != 0
}

// liesIn reports whether a place of that name lies in the country and area.
func (c *Classifier) liesIn(key string, country int32, area uint16) bool {
	e, ok := c.find(key)
	for i := 0; ok && i < e.Len(); i++ {
		a := e.Candidate(i)
		if at, known := c.country[a.Country]; known && int32(at) == country && (area == areaCountry || area == areaAny || a.Area == area) && a.Class != gazetteer.Demonym {
			return true
		}
	}
	return false
}

// countTowns counts the names that only the gazetteer knows. Where the item names a
// country in which such a place lies, that is the place and speaks for the country a
// little; where it does not, the places carry the item together if it names no other
// country, and beside named countries only those that stand where the story happens.
func (c *Classifier) countTowns(d *document, it Item, tallies map[int32]*tally, of func(int32) *tally) {
	if len(d.towns) == 0 {
		return
	}
	named := map[int32]float64{}
	for country, t := range tallies {
		if t.score > 0 || t.support {
			named[country] = t.score + 0.1
		}
	}
	covers := c.coverage(d)
	for i := range d.mentions {
		m := &d.mentions[i]
		if m.kind != kindTown || !counted(m) {
			continue
		}
		t := &d.towns[m.town]
		if best := bestOf(m, func(c int32) float64 { return named[c] }); best >= 0 {
			if !t.risky || t.strong && (t.sure || !t.word) {
				c.count(d, m, of(best), weightSupported)
			}
			continue
		}
		best := c.usualPlace(m, t, covers, it)
		if best < 0 {
			continue
		}
		first := d.words[m.from]
		switch {
		case len(named) == 0 && c.carries(d, m, t, best, covers):
			c.count(d, m, of(best), 1)
		case len(named) == 0 && t.risky && t.sure:
			c.count(d, m, of(best), weightRisky)
		case len(named) > 0 && !t.risky && t.strong && (first.field == fieldTitle || first.para == d.openingPara() || m.role == roleDateline) && c.people(m, t, best) >= passingPeople:
			c.count(d, m, of(best), weightBeside)
		}
	}
}

// coverage counts the different names of the item that each country has a place of.
func (c *Classifier) coverage(d *document) map[int32]int {
	covers, seen := map[int32]int{}, map[string]bool{}
	for i := range d.mentions {
		m := &d.mentions[i]
		if m.kind != kindTown || !counted(m) || d.towns[m.town].risky || seen[m.key] {
			continue
		}
		seen[m.key] = true
		for _, t := range m.targets[:m.n] {
			covers[t]++
		}
	}
	return covers
}

// carries reports a town that may say alone where the story happens. The larger the
// place, the less the words around it must say so; a name that is a word or a person's
// never does.
func (c *Classifier) carries(d *document, m *mention, t *town, country int32, covers map[int32]int) bool {
	if t.risky {
		return false
	}
	people := c.people(m, t, country)
	if t.single && d.language == "de" { // every noun begins with a capital
		return (t.strong || t.likely) && people >= likelyPeople
	}
	return t.strong || !t.single || covers[country] > 1 || t.likely && people >= likelyPeople || people >= famousPeople && d.words[m.from].flags&wordFirst == 0
}

// counted reports a mention in a role that counts.
func counted(m *mention) bool {
	return m.role == roleAbout || m.role == roleDateline || m.role == roleVenue
}

// bestOf is the target with the highest score above zero; -1 for none.
func bestOf(m *mention, score func(int32) float64) int32 {
	best, top := int32(-1), 0.0
	for _, t := range m.targets[:m.n] {
		if s := score(t); s > top {
			best, top = t, s
		}
	}
	return best
}

// usualPlace chooses among the countries of a name when the item names none of them:
// the source's own area, the country in which most of the item's names lie, the place
// with by far the most people; -1 when none is likelier than the others.
func (c *Classifier) usualPlace(m *mention, t *town, covers map[int32]int, it Item) int32 {
	if m.n == 1 {
		return m.targets[0]
	}
	for _, target := range m.targets[:m.n] {
		if slices.Contains(it.Area, c.taxonomy.Countries[target].ISO2) {
			return target
		}
	}
	most, second, best := 0, 0, int32(-1)
	for _, target := range m.targets[:m.n] {
		switch n := covers[target]; {
		case n > most:
			most, second, best = n, most, target
		case n > second:
			second = n
		}
	}
	if most > second && most > 1 {
		return best
	}
	first := m.targets[0]
	for _, target := range m.targets[1:m.n] {
		if c.people(m, t, first) < dominance*c.people(m, t, target) {
			return -1
		}
	}
	return first
}

// people is the population of the largest place of that name in a country.
func (c *Classifier) people(_ *mention, t *town, country int32) uint64 {
	most := uint64(0)
	for i := range t.entry.Len() {
		a := t.entry.Candidate(i)
		if at, ok := c.country[a.Country]; ok && int32(at) == country {
			most = max(most, a.Population)
		}
	}
	return most
}
