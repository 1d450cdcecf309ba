package classify

import (
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

// look finds the dictionary words of every word.
func (l *lexicon) look(d *document) {
	bare := l.words.child(0, bareSpace[0])
	d.folded = d.folded[:0]
	for i := range d.words {
		w := &d.words[i]
		w.ids = int32(len(d.ids))
		w.folded = int32(len(d.folded))
		for _, r := range d.source[w.field][w.start:w.end] {
			d.folded = appendFolded(d.folded, r)
		}
		w.foldedEnd = int32(len(d.folded))
		folded := d.folded[w.folded:]
		w.hash = hashWord(folded)
		if len(folded) > 1 && folded[0] >= 0xD8 && folded[0] <= 0xDB { // Arabic in UTF-8
			arabicForms(string(folded), func(form string, withoutArticle bool) {
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
			d.ids = l.words.find(d.ids, 0, folded)
		}
		w.idsEnd = int32(len(d.ids))
	}
}

// match finds every phrase. Names are read in the language of the item, in the one that
// it is declared to be in, in English and in the best known language of its script; terms
// of topics in the language of the item only: hunger is "fame" in Italian.
func (l *lexicon) match(d *document, language, declared string) {
	own, known := languageBit(language)
	if !known {
		own, _ = languageBit("en")
	}
	named := own
	for _, tag := range []string{"en", declared, d.scriptLanguage()} {
		bit, _ := languageBit(baseLanguage(tag))
		named |= bit
	}
	for from := range d.words {
		for _, id := range d.ids[d.words[from].ids:d.words[from].idsEnd] {
			if state := l.first[id]; state != 0 {
				l.follow(d, from, state, own, named)
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

// scriptLanguage is the language whose names most texts in the item's script write
// alike; empty for Latin and others.
func (d *document) scriptLanguage() string {
	switch {
	case d.arabic > d.latin:
		return "ar"
	case d.cyrillic > d.latin:
		return "ru"
	}
	return ""
}

// baseLanguage is the language of a tag of BCP 47, "pt" of "pt-BR" and "pt_BR".
func baseLanguage(tag string) string {
	if i := strings.IndexAny(tag, "-_"); i >= 0 {
		tag = tag[:i]
	}
	return strings.ToLower(strings.TrimSpace(tag))
}
