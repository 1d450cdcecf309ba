package classify

import (
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hit is a phrase found: words from (included) to (excluded).
type hit struct {
	phrase   int32
	from, to int32
}

// path is a phrase under way while matching.
type path struct {
	state int32
	at    int32
}

// look finds the dictionary words of every word and counts function words.
func (l *lexicon) look(d *document) {
	bare := l.words.child(0, bareSpace[0])
	for i := range d.words {
		w := &d.words[i]
		w.ids = int32(len(d.ids))
		d.folded = d.folded[:0]
		for _, r := range d.source[w.field][w.start:w.end] {
			d.folded = appendFolded(d.folded, r)
		}
		w.hash = hashWord(d.folded)
		if len(d.folded) > 1 && d.folded[0] >= 0xD8 && d.folded[0] <= 0xDB { // Arabic in UTF-8
			arabicForms(string(d.folded), func(form string, withoutArticle bool) {
				node := int32(0)
				if withoutArticle {
					if node = bare; bare == 0 {
						return
					}
				}
				d.ids = l.words.find(d.ids, node, []byte(form))
			})
			slices.Sort(d.ids[w.ids:])
			d.ids = d.ids[:int(w.ids)+len(slices.Compact(d.ids[w.ids:]))]
		} else {
			d.ids = l.words.find(d.ids, 0, d.folded)
		}
		w.idsEnd = int32(len(d.ids))
		for _, id := range d.ids[w.ids:w.idsEnd] {
			for set := uint16(l.stops[id]); set != 0; set &= set - 1 {
				d.counts[bits.TrailingZeros16(set)]++
			}
		}
	}
}

// match finds every phrase. Names are read in the language of the item and in English,
// terms of topics in the language of the item only: hunger is "fame" in Italian.
func (l *lexicon) match(d *document, language string) {
	own, known := languageBit(language)
	if !known {
		own, _ = languageBit("en")
	}
	english, _ := languageBit("en")
	for from := range d.words {
		for _, id := range d.ids[d.words[from].ids:d.words[from].idsEnd] {
			if state := l.first[id]; state != 0 {
				l.follow(d, from, state, own, own|english)
			}
		}
	}
}

// follow goes on with a phrase from its first word, in every way the next words allow.
func (l *lexicon) follow(d *document, from int, state int32, own, named languageSet) {
	d.paths = append(d.paths[:0], path{state: state, at: int32(from + 1)})
	for len(d.paths) > 0 {
		p := d.paths[len(d.paths)-1]
		d.paths = d.paths[:len(d.paths)-1]
		for _, i := range l.out[p.state] {
			ph := &l.phrases[i]
			set := own
			if ph.kind < kindTerm || ph.kind == kindCue {
				set = named
			}
			if ph.languages&set != 0 && l.written(d, ph, from) {
				d.hits = append(d.hits, hit{phrase: i, from: int32(from), to: p.at})
			}
		}
		if !l.more[p.state] || int(p.at) >= len(d.words) {
			continue
		}
		w := &d.words[p.at]
		if w.flags&(wordBroken|wordDash) != 0 {
			continue
		}
		for _, id := range d.ids[w.ids:w.idsEnd] {
			if next := l.next[uint64(p.state)<<32|uint64(id)]; next != 0 {
				d.paths = append(d.paths, path{state: next, at: p.at + 1})
			}
		}
	}
}

// written checks capitals and acronyms.
func (l *lexicon) written(d *document, ph *phrase, from int) bool {
	for i, rule := range ph.cases {
		w := &d.words[from+i]
		switch rule {
		case capital:
			if w.flags&wordCapital == 0 {
				return false
			}
		case sameStart:
			text := d.source[w.field][w.start:w.end]
			if !strings.HasPrefix(text, ph.written[i]) || d.shouted && w.field == fieldTitle && utf8.RuneCountInString(text) <= 3 {
				return false
			}
			// The rest of the word is an ending: "IDPs", never another acronym.
			if rest := text[len(ph.written[i]):]; strings.ContainsFunc(rest, unicode.IsUpper) {
				return false
			}
		}
	}
	return true
}
