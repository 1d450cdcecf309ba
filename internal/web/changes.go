package web

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tributary/internal/diff"
)

// Bounds of what a page shows of two versions.
const (
	changeWork    = diff.DefaultWork / 2
	maxChanged    = 40 // paragraphs
	changeEdge    = 8  // unchanged words beside a change
	changeNearest = 2  // unchanged words between two changes that are shown within one
)

// The kinds of change.
const (
	changeSame    = "same"
	changeAdded   = "added"
	changeRemoved = "removed"
)

// change is a run of words that both versions have, or only one.
type change struct {
	Kind  string // same, added, removed
	Text  string
	Space bool // stands before it
}

// changedParagraph is a paragraph with its changes, or a number of paragraphs without any.
type changedParagraph struct {
	Changes   []change
	Unchanged int
}

// part is a word, or a sign that stands on one. Two are the same when their keys are.
type part struct {
	text, key string
	space     bool // stands before it
}

// lineEnd is the key of the end of a paragraph.
const lineEnd = "\n"

// split parts a paragraph into words, and signs off them. Scripts without spaces give a
// part for each letter.
func split(to []part, paragraph string) []part {
	for field := range strings.FieldsSeq(paragraph) {
		space := true
		add := func(s string) {
			if s != "" {
				to = append(to, part{text: s, key: plainSigns(s), space: space})
				space = false
			}
		}
		inner := strings.TrimLeftFunc(field, isSign)
		add(field[:len(field)-len(inner)])
		core := strings.TrimRightFunc(inner, isSign)
		start := 0
		for i, r := range core {
			if r >= 0xE00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
				add(core[start:i])
				start = i + utf8.RuneLen(r)
				add(core[i:start])
			}
		}
		add(core[start:])
		add(inner[len(core):])
	}
	return to
}

func isSign(r rune) bool {
	return unicode.IsPunct(r) && r != '%' && r != '#' && r != '@' && r != '&' && r != '-' && r != '/' && r != '_'
}

// plainSigns makes one of signs that differ in typography alone.
func plainSigns(s string) string {
	return strings.Map(plainSign, s)
}

func plainSign(r rune) rune {
	switch r {
	case '“', '”', '„', '‟', '«', '»', '″', '"':
		return '"'
	case '‘', '’', '‚', '‛', '′', '`', '´', '\'':
		return '\''
	case '‐', '‑', '‒', '–', '—', '―', '−', '-':
		return '-'
	case '\u00ad', '\u200b', '\u2060', '\ufeff':
		return -1
	}
	return r
}

// compare compares two texts, which are lists of paragraphs, word by word.
func compare(before, after []string) (edits []diff.Edit, a, b []part) {
	read := func(paragraphs []string) (parts []part, keys []string) {
		for _, p := range paragraphs {
			parts = split(parts, p)
			parts = append(parts, part{key: lineEnd})
		}
		keys = make([]string, len(parts))
		for i := range parts {
			keys[i] = parts[i].key
		}
		return parts, keys
	}
	a, x := read(before)
	b, y := read(after)
	edits = diff.Sequences(x, y, changeWork)
	slide(edits, x, y)
	return gather(edits, a), a, b
}

// slide has what was taken out or put in alone end with the end of a paragraph where it
// may as well: "one. ¶ two. ¶" less "two. ¶", not less ". ¶ two".
func slide(edits []diff.Edit, a, b []string) {
	for i := 1; i+1 < len(edits); i++ {
		before, e, behind := &edits[i-1], &edits[i], &edits[i+1]
		if e.Op == diff.Keep || before.Op != diff.Keep || behind.Op != diff.Keep {
			continue
		}
		list, from, to := a, e.FromA, e.ToA
		if e.Op == diff.Add {
			list, from, to = b, e.FromB, e.ToB
		}
		n := 0
		for ; list[to+n-1] != lineEnd && n < behind.ToA-behind.FromA && list[from+n] == list[to+n]; n++ {
		}
		if n == 0 || list[to+n-1] != lineEnd {
			continue
		}
		for _, at := range []*int{&before.ToA, &before.ToB, &e.FromA, &e.ToA, &e.FromB, &e.ToB, &behind.FromA, &behind.FromB} {
			*at += n
		}
	}
}

// gather takes a word or two that stay between longer changes into them: a passage that was
// rewritten is read as one, not as words with scraps of the former text between them.
func gather(edits []diff.Edit, a []part) []diff.Edit {
	size := func(i int, step int) (n int) {
		for ; i >= 0 && i < len(edits) && edits[i].Op != diff.Keep; i += step {
			n = max(n, edits[i].ToA-edits[i].FromA, edits[i].ToB-edits[i].FromB)
		}
		return n
	}
	var out []diff.Edit
	var open *diff.Edit // a passage that is being gathered: both ranges
	flush := func() {
		if open == nil {
			return
		}
		if open.FromA < open.ToA {
			out = append(out, diff.Edit{Op: diff.Remove, FromA: open.FromA, ToA: open.ToA, FromB: open.FromB, ToB: open.FromB})
		}
		if open.FromB < open.ToB {
			out = append(out, diff.Edit{Op: diff.Add, FromA: open.ToA, ToA: open.ToA, FromB: open.FromB, ToB: open.ToB})
		}
		open = nil
	}
	for i, e := range edits {
		if e.Op == diff.Keep {
			words, ends := 0, false
			for _, p := range a[e.FromA:e.ToA] {
				ends = ends || p.key == lineEnd
				words++
			}
			if between := min(size(i-1, -1), size(i+1, 1)); ends || words > changeNearest || between < 2*words || open == nil {
				flush()
				out = append(out, e)
				continue
			}
		}
		if open == nil {
			open = &diff.Edit{FromA: e.FromA, FromB: e.FromB}
		}
		open.ToA, open.ToB = e.ToA, e.ToB
	}
	flush()
	return out
}

// changes compares two versions of a line.
func changes(before, after string) []change {
	edits, a, b := compare([]string{before}, []string{after})
	var w changeWriter
	w.write(edits, a, b)
	if len(w.out) == 0 {
		return nil
	}
	return w.out[0].Changes
}

// textChanges compares two versions of a text: of what changed the paragraphs, abridged to
// the surroundings, else how many paragraphs stayed. more are the changed paragraphs beyond
// the bound. It is empty when nothing changed.
func textChanges(before, after []string) (out []changedParagraph, more int) {
	edits, a, b := compare(before, after)
	var w changeWriter
	w.write(edits, a, b)
	shown := 0
	for _, p := range w.out {
		if len(p.Changes) == 1 && p.Changes[0].Kind == changeSame {
			if n := len(out); n > 0 && out[n-1].Unchanged > 0 {
				out[n-1].Unchanged++
			} else {
				out = append(out, changedParagraph{Unchanged: 1})
			}
			continue
		}
		if shown == maxChanged {
			more++
			continue
		}
		shown++
		out = append(out, changedParagraph{Changes: abridge(p.Changes, changeEdge)})
	}
	if shown == 0 {
		return nil, 0
	}
	return out, more
}

// changeWriter puts edits into paragraphs.
type changeWriter struct {
	out  []changedParagraph
	open bool // the last paragraph is not at its end
}

func (w *changeWriter) write(edits []diff.Edit, a, b []part) {
	for _, e := range edits {
		switch e.Op {
		case diff.Keep: // as it is now
			w.run(changeSame, b[e.FromB:e.ToB])
		case diff.Remove:
			w.run(changeRemoved, a[e.FromA:e.ToA])
		case diff.Add:
			w.run(changeAdded, b[e.FromB:e.ToB])
		}
	}
}

func (w *changeWriter) run(kind string, parts []part) {
	for i := 0; i < len(parts); {
		if parts[i].key == lineEnd {
			w.open = false
			i++
			continue
		}
		var text strings.Builder
		first := parts[i].space
		for start := i; i < len(parts) && parts[i].key != lineEnd; i++ {
			if i > start && parts[i].space {
				text.WriteByte(' ')
			}
			text.WriteString(parts[i].text)
		}
		if !w.open {
			w.out = append(w.out, changedParagraph{})
			w.open, first = true, false
		}
		p := &w.out[len(w.out)-1]
		if n := len(p.Changes); n > 0 && p.Changes[n-1].Kind == kind {
			if first {
				p.Changes[n-1].Text += " "
			}
			p.Changes[n-1].Text += text.String()
		} else {
			p.Changes = append(p.Changes, change{Kind: kind, Text: text.String(), Space: first})
		}
	}
}

// abridge shortens long unchanged runs to their edges, so that what changed stands
// out. keep is the number of words left at an edge.
func abridge(list []change, keep int) []change {
	out := make([]change, 0, len(list))
	for i, c := range list {
		words := strings.Fields(c.Text)
		if c.Kind != changeSame || len(words) <= 2*keep+2 {
			out = append(out, c)
			continue
		}
		first, last := strings.Join(words[:keep], " "), strings.Join(words[len(words)-keep:], " ")
		switch {
		case i == 0:
			c.Text = "… " + last
		case i == len(list)-1:
			c.Text = first + " …"
		default:
			c.Text = first + " … " + last
		}
		out = append(out, c)
	}
	return out
}
