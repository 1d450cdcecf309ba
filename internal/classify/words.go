package classify

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tributary/internal/classify/topicmodel"
)

// A field of an item.
const (
	fieldTitle = iota
	fieldText
	fieldDateline
	fields
)

var fieldNames = [fields]string{"title", "text", "dateline"}

// word is one word of an item. Offsets are bytes of its field.
type word struct {
	start, end        int32
	ids, idsEnd       int32  // dictionary words it may be, in document.ids
	folded, foldedEnd int32  // its folded form, in document.folded
	hash              uint32 // of its folded form
	sentence, para    int32
	flags             uint16
	field             uint8
}

// What a word looks like and what stands before it.
const (
	wordCapital     uint16 = 1 << iota // begins with a capital, or its script has none
	wordAllCapitals                    // every letter is a capital, two at least
	wordFirst                          // first of its sentence
	wordBroken                         // a stop, bracket, colon or new paragraph stands before it
	wordComma                          // a comma stands before it
	wordDash                           // a dash with spaces, or a slash, stands before it
	wordBoilerplate                    // within the contact block or the words about the organisation
	wordDateline                       // within the dateline
	wordTaken                          // within a name of the lexicon
)

// document is an item as words, with everything that was found in it. It is reused.
type document struct {
	trace                   *trace // nil but for Explain
	source                  [fields]string
	words                   []word
	ids                     []int32
	folded                  []byte // of all words, one after the other
	hits                    []hit
	cues                    []cueBits
	paths                   []path
	mentions                []mention
	tallies                 []topicTally
	input                   topicmodel.Input
	scores                  []float64
	towns                   []town
	language                string
	textFrom                int // first word of the text after its dateline
	shouted                 bool
	adjectivesFirst         bool     // adjectives stand before their nouns
	danish                  bool     // the Danish Refugee Council is named
	introduced              []string // family names of persons, folded
	latin, cyrillic, arabic int      // words by the script of their first letter
}

// read makes words of an item.
func (d *document) read(it Item) {
	d.words, d.ids, d.hits, d.mentions, d.towns = d.words[:0], d.ids[:0], d.hits[:0], d.mentions[:0], d.towns[:0]
	d.latin, d.cyrillic, d.arabic, d.introduced = 0, 0, 0, d.introduced[:0]
	d.source = [fields]string{clip(it.Title, maxTitle), clip(it.Text, maxText), clip(strings.TrimSpace(it.Dateline), maxTitle)}
	d.split(fieldTitle)
	d.shouted = shouted(d.source[fieldTitle])
	if d.source[fieldDateline] != "" && !strings.HasPrefix(strings.TrimSpace(d.source[fieldText]), d.source[fieldDateline]) {
		from := len(d.words)
		d.split(fieldDateline)
		for i := from; i < len(d.words); i++ {
			d.words[i].flags |= wordDateline
		}
	}
	d.textFrom = len(d.words)
	d.split(fieldText)
	d.markDateline()
}

// split makes words of one field.
func (d *document) split(field uint8) {
	s := d.source[field]
	var sentence, para int32
	if n := len(d.words); n > 0 {
		sentence, para = d.words[n-1].sentence+1, d.words[n-1].para+1
	}
	flags := wordFirst | wordBroken
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		if isWord(r) {
			i = d.take(field, i, flags, sentence, para)
			flags = 0
			continue
		}
		switch r {
		case '.', '!', '?', '؟', '。', '।', '…':
			if d.endsSentence(s, i, size, r) {
				sentence++
				flags |= wordFirst | wordBroken
			}
		case '\n':
			if newParagraph(s, i) {
				sentence++
				para++
				flags |= wordFirst | wordBroken
			}
		case ';', '؛', ':', '(', ')', '[', ']', '«', '»', '“', '”', '"', '|', '•':
			flags |= wordBroken
		case ',', '،', '、':
			flags |= wordComma
		case '/':
			flags |= wordDash
		case '-', '–', '—':
			if i > 0 && s[i-1] == ' ' || r != '-' {
				flags |= wordDash
			}
		}
		i += size
	}
}

// take reads the word that begins at i and returns where it ends.
func (d *document) take(field uint8, i int, flags uint16, sentence, para int32) int {
	s := d.source[field]
	w := word{start: int32(i), field: field, flags: flags, sentence: sentence, para: para}
	capitals, letters := 0, 0
	for i < len(s) {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		if !isWord(r) {
			break
		}
		letters++
		upper := r >= 'A' && r <= 'Z' || r >= utf8.RuneSelf && unicode.IsUpper(r)
		if upper {
			capitals++
		}
		if letters == 1 {
			if upper || r >= 0x590 && r < 0x780 { // Arabic and its neighbours have no capitals
				w.flags |= wordCapital
			}
			switch {
			case r < 0x250:
				d.latin++
			case r >= 0x400 && r < 0x530:
				d.cyrillic++
			case r >= 0x600 && r < 0x780:
				d.arabic++
			}
		}
		i += size
	}
	if capitals == letters && letters > 1 {
		w.flags |= wordAllCapitals
	}
	w.end = int32(i)
	d.words = append(d.words, w)
	return i
}

// endsSentence reports whether the mark at i ends a sentence: a full stop does not
// after one or two letters ("U.S.", "St.") or before anything but a space.
func (d *document) endsSentence(s string, i, size int, mark rune) bool {
	if mark != '.' {
		return true
	}
	if next := i + size; next < len(s) && s[next] != ' ' && s[next] != '\n' && s[next] != '"' && s[next] != ')' && s[next] < utf8.RuneSelf {
		return false
	}
	n := len(d.words)
	if n == 0 {
		return true
	}
	last := d.words[n-1]
	return int(last.end) != i || last.end-last.start > 2 || last.flags&wordCapital == 0
}

// shortLine is what a hard-wrapped line is longer than, in bytes.
const shortLine = 40

// newParagraph reports whether the line break at i ends a paragraph. Hard-wrapped
// lines do not: they are long and end in the middle of a sentence. Short ones are
// headings and items of lists.
func newParagraph(s string, i int) bool {
	if i+1 < len(s) && s[i+1] == '\n' || i+2 < len(s) && s[i+1] == '\r' && s[i+2] == '\n' {
		return true
	}
	before := strings.TrimRight(s[:i], " \t\r")
	if i-strings.LastIndexByte(before, '\n') <= shortLine {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(before)
	return !isWord(r) && r != ',' && r != '،'
}

// text is what a run of words looks like in the item.
func (d *document) text(from, to int) string {
	first, last := d.words[from], d.words[to-1]
	return d.source[first.field][first.start:last.end]
}

// shouted reports a title in capitals only, in which short acronyms mean nothing.
func shouted(title string) bool {
	letters := 0
	for _, r := range title {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return letters > 6
}

// clip cuts a text at a rune border.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
