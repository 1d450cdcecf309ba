package classify

import (
	"math"
	"slices"

	"tributary/feeds"
)

// Weights of mentions. A name in the body is 1.
const (
	weightDemonym     = 0.7
	weightPlace       = 0.9
	weightTitle       = 3.0
	weightOpening     = 1.5 // first paragraph after the dateline
	weightDateline    = 1.0 // a city in the dateline
	weightCountry     = 2.0 // a country as dateline
	weightRoute       = 1.5
	weightVenue       = 0.15 // a duty station within the text
	weightCapital     = 0.8  // a duty station in the title
	weightOpeningDuty = 0.4  // a duty station in the first paragraph
	weightEvent       = 0.6  // the city of an event
	weightSeat        = 0.3  // "IOM Manila", "based in Kabul"
	weightDiplomatic  = 0.25
	weightBorder      = 0.7 // a neighbour
	listWeight        = 2.5 // what the countries of a long list share
	weightPublisher   = 2.5
	weightHint        = 1.0 // a category that confirms what the text says
	weightPassing     = 0.3 // in passing
	repeated          = 0.3 // how quickly further mentions count less
)

// Thresholds of countries.
const (
	leastScore      = 0.6  // below, nothing was said
	leastBelow      = 0.75 // the same below the first paragraph: a people in passing is not enough
	leastShare      = 0.2  // of the best country's score
	enoughScore     = 1.4  // whatever the best country has
	openingScore    = 1.0  // for one named in the first paragraph
	besideScore     = 0.9  // for a country named side by side with the best one
	leastShareAlone = 0.35 // the same for a country that only the dateline names
	longText        = 220  // words; in longer texts a passing mention weighs less
	onceText        = 130  // words; in longer texts one mention below the first paragraph is in passing
	moreThanOnce    = 1.2
	veryLongText    = 400
	peerGap         = 4   // words between two countries that "and" joins
	enoughLong      = 1.6 // instead of enoughScore in long and very long texts
	enoughVeryLong  = 2.0
)

// tally is what speaks for one country.
type tally struct {
	score, located float64 // located: without demonyms, which tell of people, not places
	mentions       int
	title, opening bool
	named          bool // by its name or a place in the title
	dateline       bool // nothing but the dateline so far
	support        bool // a duty station in the dateline
	placed         bool // named in the dateline, or a place of it is
	beaten         bool // lost a match
	departed       bool // people had to leave it
	publisher      bool
	scope          bool    // one of many that the first paragraph lists
	bordering      bool    // a neighbour, "the border with", and nothing else in the text
	inner          bool    // in the text, and no neighbour
	venue          bool    // an event was held there
	elsewhere      bool    // mentioned, and not as the place of an event
	equals         []int32 // those of them in the title
	beside         []int32 // countries named side by side with this one, "Libya and Morocco"
	peers          []int32 // those of them, and those a little apart, that "and" joins
	evidence       []feeds.Evidence
	wire           []feeds.Evidence // a duty station in capitals as dateline, as newswires write it
}

// countries scores the countries and keeps those that the item is about.
func (c *Classifier) countries(d *document, it Item, said publisherSays) []feeds.Label {
	tallies := map[int32]*tally{}
	of := func(country int32) *tally {
		t := tallies[country]
		if t == nil {
			t = &tally{dateline: true}
			tallies[country] = t
		}
		return t
	}
	c.settleByArea(d)
	for i := range d.mentions {
		if m := &d.mentions[i]; m.kind < kindTown && (m.n == 1 || m.both) {
			for _, country := range m.targets[:m.n] {
				d.trace.meant(country)
				c.count(d, m, of(country), 1)
			}
		}
	}
	c.countAmbiguous(d, it, tallies, of)
	c.countTowns(d, it, tallies, of)
	d.pair(tallies)
	for _, s := range said.countries {
		named := tallies[s.country]
		if named != nil && named.support && named.mentions == 0 && !named.title {
			continue // repeats the duty station of the dateline
		}
		if s.hint {
			if named != nil && named.score > 0 {
				named.score += weightHint
				named.located += weightHint
				named.dateline = false
				named.evidence = append(named.evidence, s.evidence)
			}
			continue
		}
		t := of(s.country)
		t.score += weightPublisher
		t.located += weightPublisher
		t.publisher, t.dateline = true, false
		t.evidence = append(t.evidence, s.evidence)
	}
	for _, code := range it.Area {
		if i, ok := c.country[code]; ok && tallies[int32(i)] != nil && tallies[int32(i)].mentions > 0 {
			tallies[int32(i)].score += 0.3
			tallies[int32(i)].located += 0.3
		}
	}
	return c.decide(d, tallies)
}

// count adds one mention to a country's tally.
func (c *Classifier) count(d *document, m *mention, t *tally, factor float64) {
	weight, rule := 1.0, "country name"
	switch m.kind {
	case kindDemonym:
		weight, rule = weightDemonym, "people or adjective"
	case kindPlace:
		weight, rule = weightPlace, "place"
	case kindTown:
		weight, rule = weightPlace, "town of the gazetteer"
	}
	first := d.words[m.from]
	switch m.role {
	case roleDonor, roleNone:
		return
	case roleDuty:
		if first.flags&wordDateline != 0 {
			t.support = true
			if m.kind == kindName || m.kind == kindPlace && first.flags&wordAllCapitals != 0 && !c.lexicon.seats[m.key] {
				t.wire = append(t.wire, d.evidence("dateline of a newswire", int(m.from), int(m.to)))
			}
			return
		}
		weight, rule = weightVenue, "venue"
		switch {
		case c.lexicon.seats[m.key] || d.placed(m):
			if first.field == fieldTitle && !c.lexicon.seats[m.key] && !d.unbroken(m, sceneReach, cueEvent, cueVenue, cueInstrument) {
				t.wire = append(t.wire, d.evidence("place of the title", int(m.from), int(m.to)))
			}
		case first.field == fieldTitle: // "Rome Closes Camp": the story's place, or a government
			weight, rule, t.title = weightTitle*weightCapital, "capital", true
		case d.opening(m.from):
			weight = weightOpeningDuty
		}
	case roleSeat:
		weight, rule = weightSeat, "seat"
	case roleDiplomatic:
		weight, rule = weightDiplomatic, "embassy or ministry"
		if first.field == fieldTitle && d.near(m, cueEnvoy) {
			weight, t.title = weight*weightTitle, true
		}
	case roleDateline:
		rule, t.placed = "dateline", true
		if weight = weightDateline; m.kind == kindName {
			weight = weightCountry
			t.dateline = false
		}
	default:
		if m.role == roleVenue {
			weight *= weightEvent
		}
		switch {
		case first.field == fieldTitle:
			weight *= weightTitle
			t.title = true
			t.named = t.named || m.kind != kindDemonym
		case m.passing:
			weight *= weightPassing
			rule = "in passing"
		case d.opening(m.from):
			weight *= weightOpening
			t.opening = true
		}
		if m.route {
			weight *= weightRoute
		}
		t.dateline = false
	}
	switch {
	case m.border:
		weight *= weightBorder
		t.bordering = true
	case first.field == fieldText && m.role == roleAbout:
		t.inner = true
	}
	t.scope = t.scope || m.scope
	t.beaten = t.beaten || m.beaten
	t.departed = t.departed || m.departed
	t.placed = t.placed || m.scene
	t.venue = t.venue || m.role == roleVenue
	t.elsewhere = t.elsewhere || m.role != roleVenue && m.role != roleDuty
	if m.list > 0 {
		weight *= listWeight / float64(m.list)
	}
	weight *= factor
	if first.field != fieldTitle {
		weight /= 1 + repeated*float64(t.mentions)
		t.mentions++
	}
	t.score += weight
	d.trace.counted(m, rule, weight)
	if m.kind != kindDemonym {
		t.located += weight
	} else {
		t.located += weight / 2
	}
	if len(t.evidence) < evidenceLimit {
		t.evidence = append(t.evidence, d.evidence(rule, int(m.from), int(m.to)))
	}
}

// openingPara is the number of the first paragraph after the dateline.
func (d *document) openingPara() int32 {
	if d.textFrom < len(d.words) {
		return d.words[d.textFrom].para
	}
	return -1
}

// countAmbiguous settles mentions that may mean several countries: by the other
// evidence of the item, by the source's area, by what is usual.
func (c *Classifier) countAmbiguous(d *document, it Item, tallies map[int32]*tally, of func(int32) *tally) {
	settled := map[int32]float64{}
	for country, t := range tallies {
		settled[country] = t.score
		if t.support {
			settled[country] += 0.1
		}
	}
	for i := range d.mentions {
		m := &d.mentions[i]
		if m.kind >= kindTown || m.n < 2 || m.both {
			continue
		}
		best, bestScore := int32(-1), 0.0
		for _, country := range m.targets[:m.n] {
			score := settled[country]
			if slices.Contains(it.Area, c.taxonomy.Countries[country].ISO2) {
				score += 0.2
			}
			if score > bestScore {
				best, bestScore = country, score
			}
		}
		factor := 1.0
		if best < 0 {
			s, ok := usualOf(m.key)
			at, known := c.country[s.usual]
			if !ok || !known {
				continue
			}
			best, factor = int32(at), s.weight
		}
		d.trace.meant(best)
		c.count(d, m, of(best), factor)
	}
}

// pair notes the countries that stand side by side in the text, two names with one word
// or a comma between them: what is done in one is done in the other.
func (d *document) pair(tallies map[int32]*tally) {
	for i := 1; i < len(d.mentions); i++ {
		a, b := &d.mentions[i-1], &d.mentions[i]
		if a.role != roleAbout || b.role != roleAbout || a.kind != kindName || b.kind != kindName || a.n != 1 || b.n != 1 ||
			b.from < a.to || b.from-a.to > peerGap || d.words[a.from].sentence != d.words[b.from].sentence {
			continue
		}
		if x, y := tallies[a.targets[0]], tallies[b.targets[0]]; x != nil && y != nil {
			if d.joined(a, b) {
				x.peers, y.peers = append(x.peers, b.targets[0]), append(y.peers, a.targets[0])
			}
			if b.from-a.to > 1 {
				continue
			}
			x.beside, y.beside = append(x.beside, b.targets[0]), append(y.beside, a.targets[0])
			if d.words[a.from].field == fieldTitle {
				x.equals, y.equals = append(x.equals, b.targets[0]), append(y.equals, a.targets[0])
			}
		}
	}
}

// joined reports two countries with "and" right after the first, or a comma or dash between.
func (d *document) joined(a, b *mention) bool {
	word := d.foldedWord(int(a.to))
	switch string(word) {
	case "and", "et", "y", "e", "und", "и":
		return true
	}
	return a.to == b.from && a.to < int32(len(d.words)) || len(word) > 2 && string(word[:2]) == "و"
}

// decide keeps the countries that clear the thresholds and chooses the primary one.
func (c *Classifier) decide(d *document, tallies map[int32]*tally) []feeds.Label {
	top, best := 0.0, int32(-1)
	for country, t := range tallies {
		if t.score > top || t.score == top && country < best {
			top, best = t.score, country
		}
	}
	share, enough, once := leastShare, enoughScore, 0.0
	if len(d.words) > onceText {
		once = moreThanOnce
	}
	switch {
	case len(d.words) > veryLongText:
		share, enough = share+0.05, enoughVeryLong
	case len(d.words) > longText:
		share, enough = share+0.05, enoughLong
	}
	var kept []chosen
	for country, t := range tallies {
		if t.support && t.score > 0 {
			t.located += 0.3
		}
		if t.bordering && !t.inner {
			t.located *= weightBorder
		}
		need := max(min(share*top, enough), min(once, top))
		if slices.Contains(t.beside, best) {
			need = min(need, besideScore)
		}
		if t.opening {
			need = min(need, openingScore)
		}
		if t.dateline {
			need = leastShareAlone * top
		}
		least := leastScore
		if !t.opening && !t.dateline && !t.support {
			least = leastBelow
		}
		d.trace.judged(feeds.LabelCountry, country, t.score, max(least, need))
		if len(t.evidence) == 0 || !t.title && !t.publisher && (t.score < least || t.score < need) || t.score < leastScore {
			continue
		}
		kept = append(kept, chosen{country, t})
	}
	if slices.ContainsFunc(kept, func(k chosen) bool { return k.elsewhere || k.publisher }) {
		// Where an event was held says nothing once the item says what it was about.
		kept = slices.DeleteFunc(kept, func(k chosen) bool { return !k.elsewhere && !k.publisher && k.venue })
	}
	if len(kept) == 0 {
		for country, t := range tallies {
			if len(t.wire) > 0 && (len(kept) == 0 || country < kept[0].country) { // "LONDON – Chelsea won": nothing else says where
				t.evidence, t.score, t.located = t.wire, leastScore, leastScore
				kept = []chosen{{country, t}}
			}
		}
	}
	primary := choosePrimary(kept)
	var labels []feeds.Label
	for i, k := range kept {
		label := feeds.Label{
			Kind: feeds.LabelCountry, Value: c.taxonomy.Countries[k.country].ISO2,
			Score: certainty(k.score), By: feeds.ByRule, Evidence: k.evidence,
		}
		if k.publisher {
			label.By = feeds.ByPublisher
		}
		label.Primary = i == 0 && primary
		labels = append(labels, label)
	}
	return labels
}

// certainty brings a score into (0, 1), two digits.
func certainty(score float64) float64 {
	return max(0.01, math.Round(100*(1-math.Exp(-score/3)))/100)
}
