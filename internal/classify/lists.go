package classify

// Lists of countries.
const (
	breakdown   = 3 // countries of origin in a row
	originReach = 7 // words between "come from" and the first of them
	longList    = 4 // from which on the countries of a list are named one by one, not written about
	rowGap      = 9 // words between two countries of a sentence that lists them
)

// isFeature reports a sea, river or bay that is named after a country.
func (d *document) isFeature(m *mention) bool {
	if m.kind != kindName && m.kind != kindDemonym {
		return false
	}
	return d.adjacentAfter(m) && has(d.cues[m.to].begin, cueFeatureEnd) && d.words[m.to].field == d.words[m.from].field ||
		!d.broken(m) && d.before(m, 1, cueFeature)
}

// markLists finds runs of countries in the text. Names that stand alone on lines of
// their own are a menu and mean nothing. Names in a row within a sentence are worth less
// each, but those of the first paragraph, which say whom the story is about, unless they break down
// where people come from.
func (d *document) markLists() {
	d.runs(func(a, b *mention) bool {
		return b.from == a.to && d.words[b.from].flags&wordBroken != 0
	}, longList, func(run []mention) {
		for i := range run {
			if run[i].role == roleAbout {
				run[i].role = roleNone
			}
		}
	})
	d.runs(func(a, b *mention) bool {
		return b.from-a.to <= rowGap && d.words[a.from].sentence == d.words[b.from].sentence
	}, breakdown, func(run []mention) {
		switch origin := d.before(&run[0], originReach, cueOrigin) || d.before(&run[1], originReach, cueOrigin); {
		case len(run) < longList && !origin:
			return
		case d.words[run[0].from].para == d.openingPara() && !origin:
			for i := range run {
				run[i].scope = true
			}
			return
		}
		for i := range run {
			run[i].list = uint8(min(len(run), 100))
		}
	})
}

// runs calls visit with the mentions of text that follow each other as joined says, when
// they are so many.
func (d *document) runs(joined func(a, b *mention) bool, least int, visit func([]mention)) {
	for i := 0; i < len(d.mentions); {
		j := i + 1
		for ; j < len(d.mentions); j++ {
			a, b := &d.mentions[j-1], &d.mentions[j]
			if a.kind >= kindTown || b.kind >= kindTown || b.from < a.to || d.words[a.from].field != fieldText || d.words[b.from].field != fieldText || !joined(a, b) {
				break
			}
		}
		if j-i >= least {
			visit(d.mentions[i:j])
		}
		i = j
	}
}
