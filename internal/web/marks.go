package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tributary/feeds"
	"tributary/feeds/read"
)

// Evidence gives offsets in the plain text that was labelled. What a page shows is often
// another text: an excerpt, lines without the space around them, a text without its
// picture captions. A mark is set only where the shown text is certainly the same as the
// one labelled; elsewhere there is none.

// piece is a run of shown text, marked when it has an id.
type piece struct {
	Text string
	ID   string // of the mark, for links to it
	Href string // the first of the labels that it gave, in the list below
	Of   string // ids of the names of all those labels
	Kind string // country, region, topic, several; counted or left for an explanation
}

// claim is a run of the labelled text that gave a label.
type claim struct {
	field  string
	text   string
	offset int
	anchor string // id of the label's name on the page
	kind   string
	mark   *string // takes the id of the mark, when one is set
}

// span is a claim found in a shown text.
type span struct {
	from, to int
	claim    *claim
}

// squeezed is a text without its white space, and where each byte of it stood.
type squeezed struct {
	text string
	at   []int32
	end  int // length of the whole text
}

func squeeze(s string) squeezed {
	var b strings.Builder
	b.Grow(len(s))
	at := make([]int32, 0, len(s))
	for i, r := range s {
		if unicode.IsSpace(r) {
			continue
		}
		size := utf8.RuneLen(r)
		if r == utf8.RuneError { // one byte of broken text, or a real U+FFFD
			_, size = utf8.DecodeRuneInString(s[i:])
		}
		b.WriteString(s[i : i+size])
		for k := range size {
			at = append(at, int32(i+k))
		}
	}
	return squeezed{text: b.String(), at: at, end: len(s)}
}

// index finds the first byte at or after an offset of the whole text.
func (q *squeezed) index(offset int) int {
	i, _ := slices.BinarySearch(q.at, int32(offset))
	return i
}

// placer finds in a shown text what stands in a labelled one.
type placer struct {
	said         string
	saidSqueezed squeezed
	shown        squeezed
	shift        int // of the shown text within the labelled one, squeezed; -1 when it is not one run of it
	length       int // of that run
}

func newPlacer(said, shown string) *placer {
	p := &placer{said: said, saidSqueezed: squeeze(said), shown: squeeze(shown), shift: -1}
	run := strings.TrimSuffix(p.shown.text, "…")
	p.length = len(run)
	switch all := p.saidSqueezed.text; {
	case run == "":
	case strings.HasPrefix(all, run):
		p.shift = 0
	case strings.Count(all, run) == 1:
		p.shift = strings.Index(all, run)
	}
	return p
}

// surroundings is how many bytes of text before and after some words must be the same,
// where the shown text is not one run of the labelled one.
const surroundings = 24

// place finds the words at an offset of the labelled text in the shown one.
func (p *placer) place(offset int, text string) (from, to int, ok bool) {
	if text == "" || offset < 0 || offset > len(p.said) || !strings.HasPrefix(p.said[offset:], text) {
		return 0, 0, false // another version of the text was labelled
	}
	first, last := p.saidSqueezed.index(offset), p.saidSqueezed.index(offset+len(text))
	if first >= last {
		return 0, 0, false
	}
	if p.shift >= 0 {
		first, last = first-p.shift, last-p.shift
		if first < 0 || last > p.length {
			return 0, 0, false
		}
		return p.found(first, last)
	}
	all := p.saidSqueezed.text
	begin, end := max(0, first-surroundings), min(len(all), last+surroundings)
	for begin > 0 && !utf8.RuneStart(all[begin]) {
		begin--
	}
	for end < len(all) && !utf8.RuneStart(all[end]) {
		end++
	}
	window := all[begin:end]
	if len(window) < last-first+surroundings || strings.Count(all, window) != 1 || strings.Count(p.shown.text, window) != 1 {
		return 0, 0, false
	}
	at := strings.Index(p.shown.text, window) + first - begin
	return p.found(at, at+last-first)
}

// found brings a run of the squeezed text back to the whole one.
func (p *placer) found(first, last int) (from, to int, ok bool) {
	from = int(p.shown.at[first])
	return from, int(p.shown.at[last-1]) + 1, true
}

// marker numbers the marks of a page.
type marker struct{ n int }

// mark cuts a shown text, of one field, into pieces. said is the text as labelled.
func (m *marker) mark(field, said, shown string, claims []claim) []piece {
	var spans []span
	var p *placer
	for i := range claims {
		c := &claims[i]
		if c.field != field {
			continue
		}
		if p == nil {
			p = newPlacer(said, shown)
		}
		if from, to, ok := p.place(c.offset, c.text); ok {
			spans = append(spans, span{from, to, c})
		}
	}
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
	var out []piece
	at := 0
	for i := 0; i < len(spans); {
		from, to := spans[i].from, spans[i].to
		j := i + 1
		for ; j < len(spans) && spans[j].from < to; j++ { // what overlaps is one mark
			to = max(to, spans[j].to)
		}
		if from > at {
			out = append(out, piece{Text: shown[at:from]})
		}
		out = append(out, m.marked(shown[from:to], spans[i:j]))
		at, i = to, j
	}
	if at < len(shown) || len(out) == 0 {
		out = append(out, piece{Text: shown[at:]})
	}
	return out
}

// marked makes one mark for the labels of some spans.
func (m *marker) marked(text string, spans []span) piece {
	m.n++
	p := piece{Text: text, ID: "m" + strconv.Itoa(m.n), Href: "#" + spans[0].claim.anchor, Kind: spans[0].claim.kind}
	var of []string
	for _, s := range spans {
		if !slices.Contains(of, s.claim.anchor) {
			of = append(of, s.claim.anchor)
		}
		if s.claim.kind != p.Kind {
			p.Kind = "several"
		}
		if s.claim.mark != nil && *s.claim.mark == "" {
			*s.claim.mark = "#" + p.ID
		}
	}
	p.Of = strings.Join(of, " ")
	return p
}

// markParagraphs marks a text that is shown as paragraphs.
func (m *marker) markParagraphs(said string, paragraphs []string, claims []claim) [][]piece {
	const between = "\n"
	pieces := m.mark("text", said, strings.Join(paragraphs, between), claims)
	out := make([][]piece, 0, len(paragraphs))
	var line []piece
	for _, p := range pieces {
		if p.ID != "" { // words do not reach over the end of a paragraph, as a rule
			p.Text = strings.ReplaceAll(p.Text, between, " ")
			line = append(line, p)
			continue
		}
		for i, part := range strings.Split(p.Text, between) {
			if i > 0 {
				out = append(out, line)
				line = nil
			}
			if part != "" {
				line = append(line, piece{Text: part})
			}
		}
	}
	if len(line) > 0 {
		out = append(out, line)
	}
	return out
}

// labelledText is the plain text of an entry that its labels were made from.
func labelledText(e *feeds.Entry) string { return read.PlainText(firstText(e.Content, e.Summary)) }
