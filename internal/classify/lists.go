package classify

// Lists of countries.
const (
	longList = 4 // from which on the countries of a list are named one by one, not written about
	listGap  = 2 // words between two countries of a list: "and the"
)

// isFeature reports a sea, river or bay that is named after a country.
func (d *document) isFeature(m *mention) bool {
	if m.kind != kindName && m.kind != kindDemonym {
		return false
	}
	return d.adjacentAfter(m) && has(d.cues[m.to].begin, cueFeatureEnd) && d.words[m.to].field == d.words[m.from].field ||
		!d.broken(m) && d.before(m, 1, cueFeature)
}

// markLists finds runs of countries. In the text, names that stand alone on lines of
// their own are a menu and mean nothing; names in a row are worth less each, but those
// of the first paragraph, which say whom the story is about.
func (d *document) markLists() {
	for i := 0; i < len(d.mentions); {
		j, menu := i+1, true
		for ; j < len(d.mentions); j++ {
			a, b := &d.mentions[j-1], &d.mentions[j]
			if b.from < a.to || b.from-a.to > listGap || d.words[a.from].field != d.words[b.from].field || a.kind == kindRegion || b.kind == kindRegion {
				break
			}
			apart := d.words[b.from].flags&wordBroken != 0 && b.from == a.to
			if !apart && d.words[a.from].sentence != d.words[b.from].sentence && b.from != a.to {
				break
			}
			menu = menu && apart
		}
		if n := j - i; n >= longList && d.words[d.mentions[i].from].field == fieldText {
			for k := i; k < j; k++ {
				m := &d.mentions[k]
				switch {
				case menu && m.role == roleAbout:
					m.role = roleNone
				case d.words[m.from].para != d.openingPara():
					m.list = uint8(min(n, 100))
				}
			}
		}
		i = j
	}
}
