package dedupe

import (
	"slices"
	"strings"
	"time"

	"tributary/feeds"
)

// Bounds of a print, which is kept for every entry.
const (
	textBytes     = 64 << 10 // of a text that are looked at
	titleBytes    = 2 << 10
	printWords    = 160 // different words of a text that say something
	printShingles = 128
	printNumbers  = 24
	printNames    = 48
	titleWords    = 24
	headWords     = 30
	headShingles  = 8
	leadWords     = 60 // words that the beginning of a text is recognised by
)

// Print is what an entry is compared by with others: nothing of its words can be read
// back from it.
type Print struct {
	Entry     int64
	Source    string
	Published time.Time // as the publisher says, else first seen
	Language  string    // base language of the text

	Title  []uint32 // words of the title that say something, in order, with their grade
	Words  []uint32 // those of the text, the first of them, ascending
	Length int      // words of the text, stop words too
	// Shingles are hashes of three words running, of title-less text, ascending. Of long
	// texts only those below 2^(32-Rate) are kept, so that two prints can be compared at
	// the coarser rate of the two.
	Shingles   []uint32
	Rate       uint8
	Head       []uint32 // the least shingles of the first words, of whatever rate
	Numbers    []uint64 // quantities in thousandths, ascending; bare years left out
	Names      []uint32 // skeletons of names in any script, ascending
	TitleNames []uint32
	Marks      []mark   // issue and date in the title
	TextMarks  []mark   // in the first lines of the text
	Updated    bool     // the publisher says that it updates or corrects something
	Cut        bool     // the text breaks off
	Digest     bool     // the title says that it holds several stories
	Reprint    bool     // the publisher says that it is from a feed of another site
	Countries  []string // ISO 3166-1 alpha-2, as labelled, the primary country first where there is one
	Primary    string
	Topics     []string
	Addresses  []uint64 // canonical addresses of its page and of its translations
	Slug       uint64   // of the last part of its address where that names the item
	Image      uint64
	Text       uint64 // of all words, 0 when too short
	Headline   uint64 // of the title alone
	Masked     uint64 // of the title without its numbers and dates
	Keys       Keys
}

// Labelled is what labelling says of an entry as far as grouping goes by it.
type Labelled struct {
	Language  string
	Countries []string
	Primary   string
	Topics    []string
}

// LabelledBy takes from labels what grouping goes by.
func LabelledBy(labels []feeds.Label) Labelled {
	var l Labelled
	for _, x := range labels {
		switch x.Kind {
		case feeds.LabelCountry:
			l.Countries = append(l.Countries, x.Value)
			if x.Primary {
				l.Primary = x.Value
			}
		case feeds.LabelTopic:
			l.Topics = append(l.Topics, x.Value)
		case feeds.LabelLanguage:
			if l.Language == "" {
				l.Language = x.Value
			}
		}
	}
	return l
}

// NewPrint makes the print of an entry. text is its plain text with paragraphs on lines
// of their own; boilerplate are paragraphs that its source has under many entries, as Boilerplate found
// them.
//
// h are the hashes that Fingerprint made of what the source itself says.
func NewPrint(sourceID string, h *Hashes, e *feeds.Entry, text string, published time.Time, l Labelled, boilerplate []uint64) Print {
	p := Print{Entry: h.ID, Source: sourceID, Published: published, Language: l.Language,
		Countries: l.Countries, Primary: l.Primary, Topics: l.Topics, Reprint: Reprint(e)}
	if p.Language == "" {
		p.Language = feeds.BaseLanguage(e.Language)
	}
	title := strings.ReplaceAll(stripSite(beginning(e.Title, titleBytes)), "\n", " ")
	body := own(beginning(text, textBytes), boilerplate)
	title, p.Updated = stripMark(title)
	body, marked := stripMark(body)
	p.Updated = p.Updated || marked
	body, dateline := stripDateline(body)
	p.Cut = cutShort(body) || cutShort(title)
	head := tokenize(title)
	tokens := tokenize(body)
	f := featurer{p: &p, seen: newWordSet(min(len(tokens), 2*printWords))}
	f.title(head)
	f.body(tokens)
	f.numbers(head, tokens)
	f.names(head, tokenize(dateline), tokens)
	p.Marks = marksOf(head, true)
	p.TextMarks = marksOf(tokens[:min(len(tokens), 24)], false)
	p.addresses(e)
	if size := letters(tokens); size >= minWords {
		p.Text = keyOf('t', runningHash(tokens))
	}
	if len(head) > 0 {
		p.Headline = keyOf('h', runningHash(head))
	}
	p.Masked = masked(head)
	p.Digest = saysDigest(head)
	p.Keys = p.keys(f.words, hash64("w", h.TextHash))
	return p
}

// beginning is the first n bytes of a text, without half a letter.
func beginning(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// featurer fills a print.
type featurer struct {
	p     *Print
	seen  wordSet
	words []uint32 // hashes of all words of the text
}

// A word of a print carries its grade in its two lowest bits.
func graded(h uint32, g uint8) uint32 { return h&^3 | uint32(g) }

func (f *featurer) title(tokens []token) {
	for i := range tokens {
		t := &tokens[i]
		h := hashWord(stem(t.form))
		g := grade(h, t)
		if g == stopWord || t.digits || len(f.p.Title) >= titleWords || !f.seen.add(h) {
			continue
		}
		f.p.Title = append(f.p.Title, graded(h, g))
	}
	f.seen.clear()
}

func (f *featurer) body(tokens []token) {
	p := f.p
	p.Length = len(tokens)
	f.words = make([]uint32, len(tokens))
	p.Words = make([]uint32, 0, min(len(tokens), printWords))
	for i := range tokens {
		t := &tokens[i]
		h := hashWord(stem(t.form))
		f.words[i] = h
		if len(p.Words) >= printWords || !f.seen.add(h) {
			continue
		}
		if g := grade(h, t); g != stopWord && !t.digits {
			p.Words = append(p.Words, graded(h, g))
		}
	}
	slices.Sort(p.Words)
	p.Words = slices.Clip(p.Words)
	p.Shingles = make([]uint32, 0, max(0, len(f.words)-2))
	for i := 0; i+2 < len(f.words); i++ {
		p.Shingles = append(p.Shingles, shingle(f.words[i], f.words[i+1], f.words[i+2]))
	}
	p.Head = least(f.words[:min(len(f.words), headWords)], headShingles)
	slices.Sort(p.Shingles)
	p.Shingles = slices.Compact(p.Shingles)
	for len(p.Shingles) > printShingles {
		p.Rate++
		n, _ := slices.BinarySearch(p.Shingles, 1<<(32-p.Rate))
		p.Shingles = p.Shingles[:n]
	}
	p.Shingles = slices.Clone(p.Shingles) // and let the long list go
}

func shingle(a, b, c uint32) uint32 { return mix(a ^ mix(b^mix(c+0x9e3779b9)+0x85ebca6b)) }

func (f *featurer) numbers(head, tokens []token) {
	var found []number
	found = numbersOf(head, found)
	found = numbersOf(tokens, found)
	for _, n := range found {
		if whole := n.milli / 1000; n.milli%1000 == 0 && whole >= 1950 && whole <= 2060 {
			continue // a year
		}
		f.p.Numbers = append(f.p.Numbers, n.milli)
	}
	if len(f.p.Numbers) > printNumbers {
		f.p.Numbers = f.p.Numbers[:printNumbers]
	}
	slices.Sort(f.p.Numbers)
	f.p.Numbers = slices.Compact(f.p.Numbers)
}

// names finds words that look like names: in scripts with capitals those that have one
// within a sentence, elsewhere every rare word.
func (f *featurer) names(head, dateline, tokens []token) {
	var buf []byte
	var found [printNames]uint32
	n := 0
	collect := func(tokens []token, title bool) {
		mostly := title && mostlyCapital(tokens)
		for i := range tokens {
			t := &tokens[i]
			if !t.arabic && !t.capital || t.digits || t.letters < 3 || n >= printNames {
				continue
			}
			if g := grade(hashWord(stem(t.form)), t); g == stopWord || g == commonWord && (t.first || mostly || t.arabic) {
				continue
			}
			form := t.form
			if t.arabic {
				form = stemArabic(form)
			}
			buf = skeleton(buf[:0], form)
			if len(buf) < skeletonAtLeast {
				continue
			}
			found[n] = hashWord(buf)&^7 | uint32(min(len(buf), 7)) //nolint:gosec // at most 7
			n++
		}
	}
	ascending := func() []uint32 {
		slices.Sort(found[:n])
		return slices.Clone(slices.Compact(found[:n]))
	}
	collect(head, true)
	f.p.TitleNames = ascending()
	n = 0
	collect(dateline, false)
	collect(tokens, false)
	f.p.Names = ascending()
}

// wordSet is a set of hashes of words: half its places at least are free.
type wordSet struct {
	places []uint32 // 0 is free
	n      int
	zero   bool // 0 is in it
}

func newWordSet(words int) wordSet {
	size := 64
	for size < 2*words {
		size *= 2
	}
	return wordSet{places: make([]uint32, size)}
}

// add says whether a word was not in the set.
func (s *wordSet) add(h uint32) bool {
	if h == 0 {
		was := s.zero
		s.zero = true
		return !was
	}
	if 2*s.n >= len(s.places) {
		bigger := wordSet{places: make([]uint32, 2*len(s.places)), zero: s.zero}
		for _, old := range s.places {
			if old != 0 {
				bigger.add(old)
			}
		}
		*s = bigger
	}
	at := int(h) & (len(s.places) - 1)
	for s.places[at] != 0 {
		if s.places[at] == h {
			return false
		}
		at = (at + 1) & (len(s.places) - 1)
	}
	s.places[at] = h
	s.n++
	return true
}

func (s *wordSet) clear() {
	clear(s.places)
	s.n, s.zero = 0, false
}

// digestWords are titles' words for what holds several stories.
var digestWords = set(`digest roundup newsdesk newsletter highlights headlines recap bulletin briefing briefings newswire diary
	revue bref actualites infolettre synthese resumen boletin titulares noticias resumo destaques noticiario rassegna sintesi notiziario
	uberblick presseschau nachrichten обзор дайджест новости موجز نشره اخبار ملخص`)

func saysDigest(title []token) bool {
	for i := range title {
		if digestWords[string(title[i].form)] || digestWords[string(stem(title[i].form))] {
			return true
		}
		if i > 0 && string(title[i].form) == "review" && string(title[i-1].form) == "press" {
			return true
		}
	}
	return false
}

func mostlyCapital(tokens []token) bool {
	capital, all := 0, 0
	for i := range tokens {
		if tokens[i].letters >= 4 && !tokens[i].digits {
			all++
			if tokens[i].capital {
				capital++
			}
		}
	}
	return all >= 3 && 4*capital > 3*all
}

func letters(tokens []token) (n int) {
	for i := range tokens {
		n += tokens[i].letters
	}
	return n
}

// runningHash is of all words in their order.
func runningHash(tokens []token) uint64 {
	h := uint64(14695981039346656037)
	for i := range tokens {
		for _, c := range tokens[i].form {
			h = (h ^ uint64(c)) * 1099511628211
		}
		h = (h ^ ' ') * 1099511628211
	}
	return h
}

// masked is the hash of a title without numbers, names of months and marks of issues.
func masked(tokens []token) uint64 {
	var b []byte
	words := 0
	for i := range tokens {
		t := &tokens[i]
		if _, month := monthWords[string(t.form)]; t.digits || month {
			b = append(b, '#')
			continue
		}
		words++
		b = append(append(b, stem(t.form)...), ' ')
	}
	if words < 2 {
		return 0
	}
	return hash64("m", string(b))
}
