package classify

// Cities with many offices are named as places where people meet and speak. Here it is
// found out when one of them is where the story happens.

// sceneReach is how far, in words, what happens stands before where it does.
const sceneReach = 5

// isScene reports "clashes in Dakar", "un tribunal de Londres". At the seats of
// international courts a court says nothing.
func (d *document) isScene(m *mention, seat bool) bool {
	cues := []cue{cueScene, cueCourt}
	if seat {
		cues = cues[:1]
	}
	if d.words[m.from].flags&wordFirst != 0 || d.unbroken(m, sceneReach, cueEvent, cueVenue, cueSeat, cueInstrument) {
		return false
	}
	if d.unbroken(m, 1, cues...) {
		return true
	}
	return d.placed(m) && d.unbroken(m, sceneReach, cues...)
}

// hosts reports the place of an event that is named a few words before: "the summit of
// heads of state in Kigali".
func (d *document) hosts(m *mention) bool {
	return d.words[m.from].field == fieldText && m.from > 0 && !d.broken(m) && has(d.cues[m.from-1].end, cueIn) && d.unbroken(m, sceneReach, cueEvent)
}

// headquarters reports a country of seats as dateline where the title names another:
// the office of the spokespersons is there.
func (c *Classifier) headquarters(d *document, m *mention) bool {
	if m.kind != kindName || m.n != 1 || !c.lexicon.hosts[m.targets[0]] {
		return false
	}
	other := false
	for i := range d.mentions {
		o := &d.mentions[i]
		if d.words[o.from].field != fieldTitle || o.kind >= kindTown || o.role != roleAbout {
			continue
		}
		if hasTarget(o, m.targets[0]) {
			return false
		}
		other = true
	}
	return other
}

// spreadSeats gives the country that is named right after its city the role of the city:
// "based in Abuja, Nigeria", "the summit in Kigali, capital of Rwanda".
func (c *Classifier) spreadSeats(d *document) {
	for i := 1; i < len(d.mentions); i++ {
		city, m := &d.mentions[i-1], &d.mentions[i]
		if m.kind != kindName || m.n != 1 || m.role != roleAbout || m.from < city.to || city.kind != kindPlace && city.kind != kindTown || !hasTarget(city, m.targets[0]) ||
			d.words[m.from].sentence != d.words[city.from].sentence || !d.apposed(city, m) {
			continue
		}
		switch {
		case city.role == roleSeat, city.role == roleVenue, city.role == roleNone && d.isInstrument(city):
			m.role = city.role
		case city.role == roleDuty && d.words[city.from].flags&wordDateline == 0 && (d.before(city, 1, cueSeat) || d.after(city, 1, cueBased)):
			m.role = roleSeat
		}
	}
}

// apposed reports "Abuja, Nigeria", "Abuja, au Nigeria", "Abuja, capital of Nigeria".
func (d *document) apposed(city, m *mention) bool {
	switch gap := m.from - city.to; {
	case gap == 0:
		return d.words[m.from].flags&wordComma != 0
	case gap <= 1:
		return has(d.cues[m.from-1].end, cueIn) || has(d.cues[m.from-1].begin, cueCapital)
	default:
		return gap <= 5 && d.before(m, 1, cueCapital)
	}
}
