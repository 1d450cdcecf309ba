package classify

import (
	"cmp"
	"math"
	"slices"

	"tributary/feeds"
)

// Weights of mentions. A name in the body is 1.
const (
	weightDemonym    = 0.7
	weightPlace      = 0.9
	weightTitle      = 3.0
	weightOpening    = 1.5 // first paragraph after the dateline
	weightDateline   = 1.0 // a city in the dateline
	weightCountry    = 2.0 // a country as dateline
	weightRoute      = 1.5
	weightVenue      = 0.15 // a duty station within the text
	weightEvent      = 0.6  // the city of an event
	weightSeat       = 0.3  // "IOM Manila", "based in Kabul"
	weightDiplomatic = 0.2
	weightPublisher  = 2.5
	repeated         = 0.3 // how quickly further mentions count less
)

// Thresholds of countries.
const (
	leastScore      = 0.6  // below, nothing was said
	leastShare      = 0.2  // of the best country's score
	enoughScore     = 1.4  // whatever the best country has
	besideScore     = 0.9  // for a country named side by side with the best one
	leastShareAlone = 0.35 // the same for a country that only the dateline names
	primaryMargin   = 1.4  // how far ahead the one primary country must be
	longText        = 220  // words; in longer texts a passing mention weighs less
)

// tally is what speaks for one country.
type tally struct {
	score, located float64 // located: without demonyms, which tell of people, not places
	mentions       int
	title          bool
	dateline       bool // nothing but the dateline so far
	support        bool // a duty station in the dateline
	publisher      bool
	beside         []int32 // countries named side by side with this one, "Libya and Morocco"
	evidence       []feeds.Evidence
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
	c.applyStates(d)
	for i := range d.mentions {
		if m := &d.mentions[i]; m.kind != kindRegion && (m.n == 1 || m.both) {
			for _, country := range m.targets[:m.n] {
				d.trace.meant(country)
				c.count(d, m, of(country), 1)
			}
		}
	}
	c.countAmbiguous(d, it, tallies, of)
	d.pair(tallies)
	for _, s := range said.countries {
		if t := tallies[s.country]; t != nil && t.support && t.mentions == 0 {
			continue // repeats the duty station of the dateline
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
	}
	first := d.words[m.from]
	switch m.role {
	case roleDonor, roleNone:
		return
	case roleDuty:
		if first.flags&wordDateline != 0 {
			t.support = true
			return
		}
		weight, rule = weightVenue, "venue"
	case roleSeat:
		weight, rule = weightSeat, "seat"
	case roleDiplomatic:
		weight, rule = weightDiplomatic, "embassy or ministry"
	case roleDateline:
		rule = "dateline"
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
		case first.para == d.openingPara():
			weight *= weightOpening
		}
		if m.route {
			weight *= weightRoute
		}
		t.dateline = false
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

// applyStates reads "Lebanon, Pennsylvania" as a place of the United States.
func (c *Classifier) applyStates(d *document) {
	us, ok := c.country["US"]
	if !ok {
		return
	}
	for i := 0; i+1 < len(d.mentions); i++ {
		m, next := &d.mentions[i], &d.mentions[i+1]
		if next.from != m.to || d.words[next.from].flags&wordComma == 0 || !statesOfUS[next.key] || m.kind > kindPlace || m.kind == kindDemonym {
			continue
		}
		if m.kind == kindName && statesOfUS[next.key] && next.key == "georgia" {
			continue // "Armenia, Georgia and Azerbaijan"
		}
		m.targets[0], m.n = int32(us), 1
		next.targets[0], next.n = int32(us), 1
	}
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
		if m.kind == kindRegion || m.n < 2 || m.both {
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
			b.from < a.to || b.from-a.to > 1 || d.words[a.from].sentence != d.words[b.from].sentence {
			continue
		}
		if x, y := tallies[a.targets[0]], tallies[b.targets[0]]; x != nil && y != nil {
			x.beside, y.beside = append(x.beside, b.targets[0]), append(y.beside, a.targets[0])
		}
	}
}

// decide keeps the countries that clear the thresholds and chooses the primary one.
func (c *Classifier) decide(d *document, tallies map[int32]*tally) []feeds.Label {
	top, best := 0.0, int32(-1)
	for country, t := range tallies {
		if t.score > top || t.score == top && country < best {
			top, best = t.score, country
		}
	}
	share := leastShare
	if len(d.words) > longText {
		share += 0.05
	}
	type chosen struct {
		country int32
		*tally
	}
	var kept []chosen
	for country, t := range tallies {
		if t.support && t.score > 0 {
			t.located += 0.3
		}
		need := min(share*top, enoughScore)
		if slices.Contains(t.beside, best) {
			need = min(need, besideScore)
		}
		if t.dateline {
			need = leastShareAlone * top
		}
		d.trace.judged(feeds.LabelCountry, country, t.score, max(leastScore, need))
		if len(t.evidence) == 0 || !t.title && !t.publisher && (t.score < leastScore || t.score < need) || t.score < leastScore {
			continue
		}
		kept = append(kept, chosen{country, t})
	}
	slices.SortFunc(kept, func(a, b chosen) int {
		return cmp.Or(cmp.Compare(b.located, a.located), cmp.Compare(b.score, a.score), cmp.Compare(a.country, b.country))
	})
	var labels []feeds.Label
	for i, k := range kept {
		label := feeds.Label{
			Kind: feeds.LabelCountry, Value: c.taxonomy.Countries[k.country].ISO2,
			Score: certainty(k.score), By: feeds.ByRule, Evidence: k.evidence,
		}
		if k.publisher {
			label.By = feeds.ByPublisher
		}
		label.Primary = i == 0 && (len(kept) == 1 || k.located >= primaryMargin*kept[1].located)
		labels = append(labels, label)
	}
	return labels
}

// certainty brings a score into (0, 1), two digits.
func certainty(score float64) float64 {
	return max(0.01, math.Round(100*(1-math.Exp(-score/3)))/100)
}
