package langid

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What is looked at and how it is weighed.
const (
	maxBytes      = 4 << 10 // of title and text together
	maxWord       = 64      // bytes of a word
	maxDateline   = 60      // bytes of the place at the beginning of a text
	maxParts      = 24      // paragraphs that are judged for themselves
	wordWeight    = 20      // of a small word, in twelfths of a nat
	letterWeight  = 72      // of a letter that one language of its script has alone
	ownLetter     = 25      // one letter in so many that a language has alone makes it sure
	tripleFloor   = 132     // cost of three letters that a language has not
	quadFloor     = 144     // of four
	earlyLetters  = 400     // letters that count in full; what follows counts half
	enoughLetters = 400     // letters that are looked at in rows; of the rest, small words count
	titleCase     = 36      // what capitals on nearly every word say for English, in twelfths of a nat
	foundWords    = 200     // small words remembered, of which evidence names the first few
	ofNotice      = 40      // letters of a paragraph from which it is said to be in another language
)

// Detector tells languages apart. It is safe for concurrent use and never changes.
type Detector struct {
	tags     []string
	scripts  []Script
	priors   []int32
	table    table
	expected []float64 // by language: the share of n-grams that the model explains of a text in it
	words    map[string]*smallWord
	letters  map[rune]uint8
	forms    map[rune]uint8
}

// Guess is what a text looks like. Language is a BCP 47 tag with a script only where the
// language has several (sr-Latn, zh-Hant); it is empty when there is nothing to go by.
// Score, 0 to 1, is how sure that is. Script is that of most letters.
type Guess struct {
	Language string
	Score    float64
	Next     string // the language that comes closest, if any
	Script   Script
	Letters  int
	Words    []string // small words of the language that were found, the first few
	Also     []string // languages of whole paragraphs that are not the guess's
	d        *Detector
	scores   [maxLanguages]int32
}

// Odds is by how many nats the guess is ahead of another language; it reports false for
// one that is not known, or not written in the script of the guess.
func (g *Guess) Odds(tag string) (float64, bool) {
	best, known, found := int32(0), int32(0), false
	if g.d == nil {
		return 0, false
	}
	for i, t := range g.d.tags {
		base, _, _ := strings.Cut(t, "-")
		if g.d.scripts[i] != g.Script {
			continue
		}
		if t == g.Language {
			best = g.scores[i]
		}
		if base == tag && (!found || g.scores[i] > known) {
			known, found = g.scores[i], true
		}
	}
	return float64(best-known) / 12, found
}

// Knows reports a language that the detector can find.
func (d *Detector) Knows(tag string) bool {
	switch tag {
	case "zh", "ja":
		return true
	}
	for _, t := range d.tags {
		if base, _, _ := strings.Cut(t, "-"); base == tag {
			return true
		}
	}
	for _, t := range only {
		if t == tag {
			return true
		}
	}
	return false
}

// part is one paragraph.
type part struct {
	letters int
	script  Script
	long    int // words of four letters and more
	titled  int // of these, those that begin with a capital
	scores  [maxLanguages]int32
}

// Detect guesses the language of an item by its title and text.
func (d *Detector) Detect(title, text string) Guess {
	s := scan{d: d, found: make([]*smallWord, 0, foundWords)}
	s.read(composed(clip(title, maxBytes/4)))
	s.endPart()
	s.read(composed(clip(text, maxBytes)))
	s.endPart()
	return s.guess()
}

// composed writes letters and the accents on them as one sign, as the model has them.
func composed(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return r >= 0x300 && r < 0x370 }) {
		return norm.NFC.String(s)
	}
	return s
}

func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// scan is a text under way.
type scan struct {
	d        *Detector
	part     part
	scores   [maxLanguages]int32
	byBlock  [len(blocks)]int
	letters  int
	taken    int   // words
	acronyms int   // words of capitals only
	grams    int32 // looked up
	known    [maxLanguages]int32
	own      [maxLanguages]int // letters that the language has alone
	found    []*smallWord
	han      [3]int // characters of the two ways of writing
	parts    []partGuess
}

// smallWord is a word that texts of some languages are full of.
type smallWord struct {
	text      string
	languages []uint8
}

type partGuess struct {
	letters  int
	language int
	script   Script
	sure     bool
}

// read takes the words of a text.
func (s *scan) read(text string) {
	start := -1
	for i := dateline(text); i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if IsLetter(r) {
			if start < 0 {
				start = i
			}
			i += size
			continue
		}
		if start >= 0 {
			if skip := address(text, start, i); skip > i {
				i, start = skip, -1
				continue
			}
			s.word(text[start:i])
			start = -1
		}
		i += size
		if r == '\n' {
			s.endPart()
			i += dateline(text[i:])
		}
	}
	if start >= 0 {
		s.word(text[start:])
	}
}

// dateline is the length of the names of places at the beginning of a paragraph.
func dateline(text string) int {
	head := clip(text, maxDateline)
	if i := strings.IndexByte(head, '\n'); i >= 0 {
		head = head[:i]
	}
	for _, dash := range []string{" – ", " - ", " — "} {
		before, _, ok := strings.Cut(head, dash)
		if !ok {
			continue
		}
		for word := range strings.FieldsSeq(before) {
			if r, _ := utf8.DecodeRuneInString(word); unicode.IsLower(r) && utf8.RuneCountInString(word) > 3 {
				return 0
			}
		}
		return len(before)
	}
	return 0
}

// address is the end of the web or mail address that a word is the beginning of.
func address(text string, start, end int) int {
	rest := text[end:]
	if !strings.HasPrefix(rest, "://") && !strings.HasPrefix(rest, "@") && (text[start:end] != "www" || rest[0] != '.') {
		return end
	}
	if i := strings.IndexAny(rest, " \t\r\n"); i >= 0 {
		return end + i
	}
	return len(text)
}

// word weighs one word.
func (s *scan) word(w string) {
	letters, capitals, small := 0, 0, 0
	var buffer [maxWord]byte
	low := buffer[:0]
	block := noScript
	for _, r := range w {
		at := blockOf(r)
		if at == noScript {
			continue
		}
		l := r
		if r < 'a' || r > 'z' {
			l = lower(r)
			if language, ok := s.d.letters[l]; ok {
				s.part.scores[language] += letterWeight
				s.own[language]++
			}
		}
		if l == 0 {
			continue
		}
		if letters == 0 {
			block = at
		}
		letters++
		if l != r {
			capitals++
		} else {
			small++
		}
		if sc := blocks[at].script; sc == han || sc == kana {
			s.count(at, 3)
			if f := s.d.forms[r]; sc == han && f < 3 {
				s.han[f]++
			}
		}
		if len(low) < maxWord-utf8.UTFMax {
			low = utf8.AppendRune(low, l)
		}
	}
	if letters == 0 || block == noScript {
		return
	}
	script := blocks[block].script
	if script == han || script == kana {
		return
	}
	s.count(block, letters)
	if script == latin && capitals > 1 && small == 0 && letters <= 6 {
		s.acronyms++
		if s.acronyms*2 <= s.taken {
			return
		}
	}
	s.taken++
	if letters >= 4 {
		s.part.long++
		if capitals > 0 {
			s.part.titled++
		}
	}
	// A capital within a sentence begins a name, which may be of any language.
	weight := int32(2)
	if capitals > 0 && (script == latin || script == cyrillic) {
		weight = 1
	}
	s.weigh(low, weight)
}

// count notes letters of a block.
func (s *scan) count(block, letters int) {
	s.part.letters += letters
	s.part.script = blocks[block].script
	s.letters += letters
	s.byBlock[block] += letters
}

// of is the number of letters of a script.
func (s *scan) of(script Script) int {
	n := 0
	for i, letters := range s.byBlock {
		if blocks[i].script == script {
			n += letters
		}
	}
	return n
}

// weigh adds what a word says for each language.
func (s *scan) weigh(low []byte, weight int32) {
	if s.letters > earlyLetters {
		weight = (weight + 1) / 2
	}
	if small := s.d.words[string(low)]; small != nil {
		gain := int32(wordWeight * 2)
		if s.letters > earlyLetters {
			gain = wordWeight
		}
		for _, l := range small.languages {
			s.part.scores[l] += gain
		}
		if len(s.found) < cap(s.found) {
			s.found = append(s.found, small)
		}
	}
	if s.letters > enoughLetters {
		return
	}
	// As in Grams, without its calls: this is where the time goes.
	var g gram
	n := 0
	for i := 0; i < len(low); {
		r, size := rune(low[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(low[i:])
		}
		i += size
		if r > 0xFFFF {
			continue
		}
		g = g<<letter | gram(r)
		if n++; n >= 3 {
			s.gain(uint64(g&triple), tripleFloor, weight)
		}
		if n >= 4 {
			s.gain(uint64(g), quadFloor, weight-1) // half as much: the three letters said most of it
		}
	}
}

// gain adds what letters in a row say, for the whole word when weight is 2.
func (s *scan) gain(g uint64, floor, weight int32) {
	s.grams++
	for _, e := range s.d.table.find(g) {
		s.known[e.language]++
		if gain := floor - int32(e.cost); gain > 0 {
			s.part.scores[e.language] += gain * weight / 2
		}
	}
}

// endPart closes a paragraph.
func (s *scan) endPart() {
	p := &s.part
	if p.letters == 0 {
		return
	}
	best, next := -1, -1
	if p.long >= 4 && p.titled*5 >= p.long*4 && s.d.tags[0] == "en" {
		p.scores[0] += titleCase // French, Spanish and most others write titles like sentences
	}
	for i := range s.d.tags {
		s.scores[i] += p.scores[i]
		if s.d.scripts[i] != p.script {
			continue
		}
		switch {
		case best < 0 || p.scores[i] > p.scores[best]:
			best, next = i, best
		case next < 0 || p.scores[i] > p.scores[next]:
			next = i
		}
	}
	if p.letters >= ofNotice && len(s.parts) < maxParts {
		g := partGuess{letters: p.letters, language: best, script: p.script}
		g.sure = best >= 0 && (next < 0 || p.scores[best]-p.scores[next] > 60)
		s.parts = append(s.parts, g)
	}
	*p = part{}
}

// guess draws the conclusion.
func (s *scan) guess() Guess {
	g := Guess{Letters: s.letters}
	most := 0
	for i, b := range blocks {
		if s.byBlock[i] == 0 {
			continue
		}
		if n := s.of(b.script); n > most {
			g.Script, most = b.script, n
		}
	}
	switch {
	case g.Script == "":
		return g
	case g.Script == han || g.Script == kana:
		return s.eastAsian(g)
	case only[g.Script] != "":
		g.Language = only[g.Script]
		g.Score = min(0.99, 0.8+0.02*float64(most))
		return g
	}
	best, next := -1, -1
	value := func(i int) int32 { return s.scores[i] + s.d.priors[i] }
	for i := range s.d.tags {
		if s.d.scripts[i] != g.Script {
			continue
		}
		switch {
		case best < 0 || value(i) > value(best):
			best, next = i, best
		case next < 0 || value(i) > value(next):
			next = i
		}
	}
	if best < 0 || s.scores[best] <= 0 {
		return g
	}
	g.Language, g.Next = s.d.tags[best], s.d.tags[next]
	margin := float64(value(best)-value(next)) / 12
	g.Score = 1 / (1 + math.Exp(-0.3*margin))
	// Letters that the language does not put together are names, or another language.
	if s.grams > 0 && s.own[best]*ownLetter < most {
		explained := float64(s.known[best]) / float64(s.grams)
		g.Score *= min(1, explained/s.d.expected[best])
	}
	g.Score = min(0.99, g.Score)
	for _, f := range s.found {
		if slices.Contains(f.languages, uint8(best)) && !slices.Contains(g.Words, f.text) {
			if g.Words = append(g.Words, f.text); len(g.Words) == 6 {
				break
			}
		}
	}
	for _, p := range s.parts {
		if p.sure && p.script == g.Script && p.language != best {
			if tag := s.d.tags[p.language]; !slices.Contains(g.Also, tag) {
				g.Also = append(g.Also, tag)
			}
		} else if p.script != g.Script && only[p.script] != "" && !slices.Contains(g.Also, only[p.script]) {
			g.Also = append(g.Also, only[p.script])
		}
	}
	g.d, g.scores = s.d, s.scores
	return g
}

// eastAsian tells Japanese, which mixes its own signs among the characters, from the two
// ways of writing Chinese.
func (s *scan) eastAsian(g Guess) Guess {
	characters, own := s.of(han), s.of(kana)
	g.Script = han
	g.Score = min(0.99, 0.7+0.01*float64(characters+own))
	switch {
	case own*8 > characters+own:
		g.Language, g.Script = "ja", "Jpan"
	case s.han[2] > s.han[1]:
		g.Language = "zh-Hant"
	case s.han[1] > 0:
		g.Language = "zh-Hans"
	default:
		g.Language = "zh"
	}
	return g
}
