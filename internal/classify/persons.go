package classify

import (
	"maps"
	"slices"
	"strings"

	"tributary/feeds"
)

// persons are the words that make a person of a place beside them, folded.
type persons struct {
	given, family map[string]bool
	states        map[string]bool // abbreviations of states of the US
	doubtful      map[string]bool // places that are more often something else
}

func readPersons(l *feeds.Lookalikes) persons {
	return persons{given: foldedSet(l.GivenNames), family: foldedSet(l.FamilyNames), states: foldedSet(l.USStates), doubtful: foldedSet(l.Doubtful)}
}

func foldedSet(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[fold(w)] = true
	}
	return set
}

// foldedPhrases is a set of phrases in any language.
func foldedPhrases(byLanguage map[string][]string) map[string]bool {
	set := map[string]bool{}
	for _, phrases := range byLanguage {
		for _, s := range phrases {
			set[strings.Join(foldedWords(s), " ")] = true
		}
	}
	return set
}

// addStandFor puts what stands for a country into the lexicon, as its people are.
func (b *builder) addStandFor(t *feeds.Taxonomy, country map[string]int) {
	for _, code := range slices.Sorted(maps.Keys(t.Lookalikes.StandFor)) {
		for _, name := range t.Lookalikes.StandFor[code] {
			if target, ok := country[code]; ok {
				b.add(name, "", kindDemonym, int32(target), true)
			}
		}
	}
}

// addTongues puts the names of languages that are no demonyms into the lexicon.
func (b *builder) addTongues(t *feeds.Taxonomy) {
	for _, language := range languageTags {
		for _, tongue := range t.Lookalikes.Tongues[language] {
			b.add(tongue, language, kindCue, int32(cueOther), true)
		}
	}
}

// isPerson reports "Michael Jordan", "Chad Johnson" and "President Georgia".
func (c *Classifier) isPerson(d *document, m *mention) bool {
	names := &c.lexicon.persons
	if m.kind == kindDemonym || m.to-m.from > 1 || !names.given[m.key] && !names.family[m.key] {
		return false
	}
	if names.given[m.key] && d.adjacentAfter(m) {
		if next := d.words[m.to]; next.flags&wordCapital != 0 && next.field == d.words[m.from].field && names.family[string(d.foldedWord(int(m.to)))] {
			return true
		}
	}
	if m.from == 0 || d.broken(m) || d.words[m.from].flags&wordComma != 0 {
		return false
	}
	previous := d.words[m.from-1]
	if has(d.cues[m.from-1].end, cuePerson) {
		return true
	}
	if names.family[m.key] && previous.flags&wordCapital != 0 && previous.flags&wordAllCapitals == 0 && previous.field == d.words[m.from].field &&
		names.given[string(d.foldedWord(int(m.from)-1))] {
		if !slices.Contains(d.introduced, m.key) {
			d.introduced = append(d.introduced, m.key)
		}
		return true
	}
	return false
}

// dropPersons takes the family name of a person who has been introduced for that person
// wherever it comes again alone, but where a place stands.
func (d *document) dropPersons() {
	if len(d.introduced) == 0 {
		return
	}
	for i := range d.mentions {
		m := &d.mentions[i]
		if m.kind <= kindTown && m.kind != kindDemonym && m.role == roleAbout && slices.Contains(d.introduced, m.key) && !d.expectsPlace(int(m.from)) && !d.follows(int(m.from), cueFrom, cueTo) {
			m.role = roleNone
		}
	}
}

// foldedWord is one word of the item, folded.
func (d *document) foldedWord(i int) []byte { return d.folded[d.words[i].folded:d.words[i].foldedEnd] }

// quoted reports a mention right after a quotation, before a verb of speech: Jordan
// who is named nowhere else has a family name.
func (d *document) quoted(m *mention) bool {
	if m.from == 0 || !d.adjacentAfter(m) || !has(d.cues[m.to].begin, cueSaid) {
		return false
	}
	w := d.words[m.from]
	return w.field == fieldText && d.words[m.from-1].field == fieldText && strings.ContainsAny(d.source[fieldText][d.words[m.from-1].end:w.start], "\"”’»")
}

// dropDoubtful takes a name that only stands after a quotation for a person's, and a
// doubtful place that nothing beside it makes one for something else, where nothing else
// in the item speaks of that country.
func (c *Classifier) dropDoubtful(d *document) {
	var spoken map[int32]bool // countries that something certain speaks of
	for pass := range 2 {
		for i := range d.mentions {
			m := &d.mentions[i]
			if m.n != 1 || m.kind >= kindTown || m.role == roleNone {
				continue
			}
			switch doubtful := c.doubtful(d, m); {
			case pass == 0 && !doubtful:
				if spoken == nil {
					spoken = map[int32]bool{}
				}
				spoken[m.targets[0]] = true
			case pass == 1 && doubtful && !spoken[m.targets[0]]:
				m.role = roleNone
			}
		}
	}
}

func (c *Classifier) doubtful(d *document, m *mention) bool {
	names := &c.lexicon.persons
	switch m.kind {
	case kindName:
		return m.role == roleAbout && (names.given[m.key] || names.family[m.key]) && d.quoted(m)
	case kindPlace:
		return names.doubtful[m.key] && m.role == roleAbout && !d.expectsPlace(int(m.from)) && !d.containedAfter(m)
	}
	return false
}
