package classify

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tributary/feeds"
)

// What a phrase of the lexicon stands for.
type kind uint8

const (
	kindName      kind = iota // a country's name; target: index of the country
	kindDemonym               // its people or its adjective
	kindPlace                 // a place that stands for it
	kindTown                  // a place that only the gazetteer knows
	kindRegion                // target: index of the region
	kindLookalike             // a phrase that only looks like a place
	kindTerm                  // target: index of the topic
	kindBeside                // a word of a topic that has other meanings
	kindWeak                  // a weak term of a topic
	kindNot                   // a phrase that cancels terms of a topic
	kindAnchor                // a word about people on the move or relief
	kindCue                   // target: a cue
)

// Rules for the writing of one word of a phrase.
const (
	anyCase   uint8 = iota
	capital         // the word must begin with a capital
	sameStart       // an acronym: the word must begin with these very letters
)

// phrase is one entry of the lexicon.
type phrase struct {
	kind      kind
	languages languageSet
	target    int32
	cases     []uint8  // by word; nil when case does not matter
	written   []string // by word, as the taxonomy writes it; only for sameStart
	key       string   // the folded phrase, for tables by surface form
}

// lexicon is the compiled taxonomy: a trie of words and a trie of phrases over them.
// It never changes after compile.
type lexicon struct {
	phrases []phrase
	words   wordTrie
	first   []int32          // by word id: the state after that word, 0 when no phrase begins with it
	next    map[uint64]int32 // state and word id -> state
	more    []bool           // by state: some phrase goes on
	out     [][]int32        // by state: the phrases that end here
	duty    map[string]bool  // folded duty stations
	seats   map[string]bool  // folded cities that stand for the organisations seated there
	hosts   map[int32]bool   // the countries of the seats
	named   languageSet      // languages that countries have names in
	persons persons
}

// builder holds what is needed only while compiling.
type builder struct {
	*lexicon
	ids  map[string]int32
	trie *trieNode
}

func compile(t *feeds.Taxonomy, topics []*feeds.Topic, country map[string]int, stations []string) *lexicon {
	b := &builder{
		lexicon: &lexicon{next: map[uint64]int32{}, more: make([]bool, 1), out: make([][]int32, 1), duty: map[string]bool{}},
		ids:     map[string]int32{},
		trie:    &trieNode{},
	}
	for _, s := range stations {
		b.duty[strings.Join(foldedWords(s), " ")] = true
	}
	b.persons = readPersons(&t.Lookalikes)
	b.seats = foldedPhrases(t.Lookalikes.Seats)
	for i := range t.Countries {
		b.addCountry(&t.Countries[i], int32(i))
	}
	b.addStandFor(t, country)
	b.addSenses(country)
	for i := range t.Regions {
		r := &t.Regions[i]
		b.addLabels(r.Label, kindRegion, int32(i))
		b.addAll(r.Names, kindRegion, int32(i), true)
	}
	for i, topic := range topics {
		b.addAll(topic.Terms, kindTerm, int32(i), false)
		b.addAll(topic.Beside, kindBeside, int32(i), false)
		b.addAll(topic.Weak, kindWeak, int32(i), false)
		b.addAll(topic.Not, kindNot, int32(i), false)
	}
	b.addAll(t.Lookalikes.Phrases, kindLookalike, 0, true)
	b.addTongues(t)
	b.addAll(t.Anchors, kindAnchor, 0, false)
	b.addCues()
	b.words = b.trie.flatten()
	b.hosts = map[int32]bool{}
	for i := range b.phrases {
		if p := &b.phrases[i]; p.kind == kindPlace && b.seats[p.key] {
			b.hosts[p.target] = true
		}
	}
	return b.lexicon
}

func (b *builder) addCountry(c *feeds.Country, target int32) {
	if !labelIsNoName[c.ISO2] {
		b.addLabels(c.Label, kindName, target)
	}
	b.addAll(c.Names, kindName, target, true)
	b.addAll(c.Demonyms, kindDemonym, target, true)
	b.addAll(c.Places, kindPlace, target, true)
}

func (b *builder) addAll(texts map[string][]string, k kind, target int32, cased bool) {
	for _, language := range slices.Sorted(maps.Keys(texts)) {
		for _, s := range texts[language] {
			b.add(s, language, k, target, cased)
		}
	}
}

func (b *builder) addLabels(labels map[string]string, k kind, target int32) {
	for _, language := range slices.Sorted(maps.Keys(labels)) {
		b.add(labels[language], language, k, target, true)
	}
}

// add puts one phrase into the lexicon. A phrase in a language that the package does
// not know is matched in texts of every language.
func (b *builder) add(text, language string, k kind, target int32, cased bool) {
	set, known := languageBit(language)
	if !known {
		set = everyLanguage
	}
	if k == kindName && known {
		b.named |= set
	}
	p := phrase{kind: k, languages: set, target: target}
	state := int32(0)
	var keys []string
	for i, w := range phraseWords(text) {
		rule := caseRule(w.text, cased)
		p.cases = append(p.cases, rule)
		p.written = append(p.written, w.text)
		keys = append(keys, fold(w.text))
		id := b.wordID(w, language, k)
		if i == 0 {
			state = b.start(id)
		} else {
			state = b.step(state, id)
		}
	}
	if state == 0 {
		return
	}
	lowerHead(&p, language)
	if !slices.ContainsFunc(p.cases, func(r uint8) bool { return r != anyCase }) {
		p.cases = nil
	}
	p.key = strings.Join(keys, " ")
	for _, i := range b.out[state] {
		q := &b.phrases[i]
		if q.kind == k && q.target == target && slices.Equal(q.cases, p.cases) {
			q.languages |= set
			return
		}
	}
	b.phrases = append(b.phrases, p)
	b.out[state] = append(b.out[state], int32(len(b.phrases)-1))
}

// lowerHead lets the first word of "Golfe de Guinée" begin with a small letter, as running
// text in Romance languages writes it, but no article: "la Paz" is peace.
func lowerHead(p *phrase, language string) {
	switch language {
	case "fr", "es", "pt", "it":
	default:
		return
	}
	if p.kind != kindName && p.kind != kindPlace && p.kind != kindRegion || len(p.cases) < 2 || p.cases[0] != capital || isArticle(p.written[0]) {
		return
	}
	if slices.Contains(p.cases[1:], capital) {
		p.cases[0] = anyCase
	}
}

func isArticle(w string) bool {
	switch strings.ToLower(w) {
	case "los", "las", "les", "san":
		return true
	}
	return utf8.RuneCountInString(w) <= 2
}

func (b *builder) newState() int32 {
	b.more = append(b.more, false)
	b.out = append(b.out, nil)
	return int32(len(b.out) - 1)
}

func (b *builder) start(id int32) int32 {
	if b.first[id] == 0 {
		b.first[id] = b.newState()
	}
	return b.first[id]
}

func (b *builder) step(state, id int32) int32 {
	key := uint64(state)<<32 | uint64(id)
	if b.next[key] == 0 {
		b.next[key] = b.newState()
		b.more[state] = true
	}
	return b.next[key]
}

// wordID finds or makes the dictionary word for one word of a phrase and puts its
// forms into the trie.
func (b *builder) wordID(w phraseWord, language string, k kind) int32 {
	folded := fold(w.text)
	forms, space := []string{folded}, ""
	geographic := k == kindName || k == kindPlace || k == kindRegion
	switch {
	case isArabic(folded) && !geographic:
		space, forms = bareSpace, []string{bareSpace + bareArabic(folded)}
	case language == "ru" && geographic && utf8.RuneCountInString(folded) > 3 && !w.prefix:
		forms = russianForms(folded)
	case language == "de" && geographic && len(folded) > 3 && !w.prefix:
		forms = germanForms(folded)
	}
	key := space + folded
	if w.prefix {
		key += "*"
	}
	if len(forms) > 1 {
		key += "~" + language
	}
	id, ok := b.ids[key]
	if !ok {
		id = int32(len(b.first))
		b.ids[key] = id
		b.first = append(b.first, 0)
		for _, form := range forms {
			b.trie.insert(form, id, w.prefix)
		}
	}
	return id
}

// phraseWord is one word of a phrase as the taxonomy writes it.
type phraseWord struct {
	text   string
	prefix bool // a '*' followed
}

// phraseWords splits a phrase of the taxonomy into words, as texts are split.
func phraseWords(s string) []phraseWord {
	var out []phraseWord
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !isWord(r) {
			if r == '*' && len(out) > 0 && i > 0 {
				out[len(out)-1].prefix = true
			}
			i += size
			continue
		}
		from := i
		for i < len(s) {
			r, size := utf8.DecodeRuneInString(s[i:])
			if !isWord(r) {
				break
			}
			i += size
		}
		out = append(out, phraseWord{text: s[from:i]})
	}
	return out
}

func foldedWords(s string) []string {
	var out []string
	for _, w := range phraseWords(s) {
		out = append(out, fold(w.text))
	}
	return out
}

// caseRule says how a word must be written in a text to be this one. Words with
// capitals after the first letter are acronyms.
func caseRule(w string, cased bool) uint8 {
	first, size := utf8.DecodeRuneInString(w)
	if strings.ContainsFunc(w[size:], unicode.IsUpper) {
		return sameStart
	}
	if cased && unicode.IsUpper(first) {
		return capital
	}
	return anyCase
}
