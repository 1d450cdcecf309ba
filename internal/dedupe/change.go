package dedupe

import (
	"slices"
	"strings"

	"tributary/feeds"
	"tributary/internal/diff"
)

// Version is an entry as it is compared with another version of itself: plain text, the
// paragraphs on lines of their own.
type Version struct {
	Title string
	Text  string
}

// Bounds of a comparison. What a text has beyond them is compared as a whole.
const (
	versionBytes  = 256 << 10
	changeWork    = diff.DefaultWork
	figuresAtMost = 5 // that are told
	passageWords  = 8 // running, that are a passage
)

// CompareVersions says what a new version of an entry changes, and whether a reader would
// want to know of it. It looks at words and figures alone: spaces, typography, case,
// accents, invisible signs, the order of paragraphs, tracking parameters of addresses and
// contact blocks are no change. Nor is a publisher's own mark of a correction or update
// that appears or vanishes without another change, nor more or less of one text when a
// version says that it breaks off.
func CompareVersions(before, after Version) feeds.Change {
	was, is := readVersion(before), readVersion(after)
	c := comparison{kinds: map[feeds.ChangeKind]bool{}}
	c.hunks(was.title, is.title, true)
	inTitle := len(c.kinds) > 0
	a, b := apart(was.paragraphs, is.paragraphs)
	cut := !inTitle && (was.cut && startsWith(is.all(), was.all()) || is.cut && startsWith(was.all(), is.all()))
	if !cut {
		c.hunks(a, b, false)
		if fold(was.rest) != fold(is.rest) {
			c.kinds[feeds.ChangeWording] = true
		}
	}
	out := feeds.Change{Material: len(c.kinds) > 0, Kinds: []feeds.ChangeKind{}, Figures: c.figures}
	if is.marked && !was.marked || was.marked && !is.marked && !out.Material {
		c.kinds[feeds.ChangeCorrection] = true
	}
	for _, kind := range changeKinds {
		if c.kinds[kind] {
			out.Kinds = append(out.Kinds, kind)
		}
	}
	out.Reason = reasonOf(out, cut && (len(a) > 0 || len(b) > 0))
	return out
}

// changeKinds is the order in which they are told.
var changeKinds = []feeds.ChangeKind{feeds.ChangeTitle, feeds.ChangeFigures, feeds.ChangeNames, feeds.ChangeWording,
	feeds.ChangeAdded, feeds.ChangeRemoved, feeds.ChangeCorrection}

func reasonOf(c feeds.Change, cut bool) string {
	if !c.Material {
		switch {
		case len(c.Kinds) > 0:
			return "Nothing but the publisher’s mark of a correction or update came or went."
		case cut:
			return "One version breaks off, and says the same as far as it goes."
		}
		return "The words and figures are the same."
	}
	words := map[feeds.ChangeKind]string{feeds.ChangeTitle: "the title changed", feeds.ChangeFigures: "figures changed",
		feeds.ChangeNames: "names changed", feeds.ChangeWording: "words changed", feeds.ChangeAdded: "a passage was added",
		feeds.ChangeRemoved: "a passage was removed", feeds.ChangeCorrection: "its publisher marks it as corrected or updated"}
	said := make([]string, 0, len(c.Kinds))
	for _, kind := range c.Kinds {
		w := words[kind]
		if kind == feeds.ChangeFigures && len(c.Figures) > 0 {
			pairs := make([]string, len(c.Figures))
			for i, f := range c.Figures {
				pairs[i] = f.Before + " → " + f.After
			}
			w += ": " + strings.Join(pairs, ", ")
		}
		said = append(said, w)
	}
	sentence := strings.Join(said, "; ") + "."
	return strings.ToUpper(sentence[:1]) + sentence[1:]
}

// apart leaves of two lists of paragraphs those that the other does not have, wherever it
// has them, as one run of words each.
func apart(a, b [][]word) (x, y []word) {
	counts := make(map[string]int, len(a))
	keys := make([]string, len(a))
	for i, p := range a {
		keys[i] = keysOf(p)
		counts[keys[i]]++
	}
	for _, p := range b {
		if key := keysOf(p); counts[key] > 0 {
			counts[key]--
		} else {
			y = append(y, p...)
		}
	}
	for i, p := range a { // those that are left over, the last of equal ones
		if counts[keys[i]] > 0 {
			counts[keys[i]]--
			x = append(x, p...)
		}
	}
	return x, y
}

func keysOf(words []word) string {
	var b strings.Builder
	for i := range words {
		b.WriteString(words[i].key)
		b.WriteByte(' ')
	}
	return b.String()
}

// startsWith says that a text goes on where another one breaks off; its last word may be
// cut.
func startsWith(long, short []word) bool {
	n := len(short)
	if n < passageWords || len(long) < n {
		return false
	}
	for i := range n - 1 {
		if long[i].key != short[i].key {
			return false
		}
	}
	return strings.HasPrefix(long[n-1].key, short[n-1].key) && !short[n-1].number
}

// comparison gathers what differs.
type comparison struct {
	kinds   map[feeds.ChangeKind]bool
	figures []feeds.Figure
}

// hunks compares two runs of words and judges each place where they differ.
func (c *comparison) hunks(a, b []word, title bool) {
	x, y := make([]string, len(a)), make([]string, len(b))
	for i := range a {
		x[i] = a[i].key
	}
	for i := range b {
		y[i] = b[i].key
	}
	edits := diff.Sequences(x, y, changeWork)
	for i := 0; i < len(edits); i++ {
		e := edits[i]
		if e.Op == diff.Keep {
			continue
		}
		if e.Op == diff.Remove && i+1 < len(edits) && edits[i+1].Op == diff.Add {
			i++
			e.FromB, e.ToB = edits[i].FromB, edits[i].ToB
		}
		c.judge(a, b, e, title)
	}
}

// judge says of words that stand in one another's place in what way they differ.
func (c *comparison) judge(a, b []word, e diff.Edit, title bool) {
	removed, added := a[e.FromA:e.ToA], b[e.FromB:e.ToB]
	if spacing(removed, added) {
		return
	}
	switch more := len(added) - len(removed); {
	case more >= passageWords && 4*len(removed) <= len(added):
		c.kinds[feeds.ChangeAdded] = true
		return
	case -more >= passageWords && 4*len(added) <= len(removed):
		c.kinds[feeds.ChangeRemoved] = true
		return
	}
	// Of a figure of several words perhaps only one differs: "1.2 million", "ninety-four".
	isSign := func(w word) bool { return w.sign }
	sign := slices.ContainsFunc(removed, isSign) || slices.ContainsFunc(added, isSign)
	before, behind := 0, 0
	for before < min(e.FromA, e.FromB) && a[e.FromA-before-1].ofFigure(sign) {
		before++
	}
	for behind < min(len(a)-e.ToA, len(b)-e.ToB) && a[e.ToA+behind].ofFigure(sign) {
		behind++
	}
	was, is := quantities(a[e.FromA-before:e.ToA+behind]), quantities(b[e.FromB-before:e.ToB+behind])
	found := false
	if valuesOf(was) != valuesOf(is) {
		c.kinds[feeds.ChangeFigures], found = true, true
		for i := range min(len(was), len(is)) {
			f := feeds.Figure{Before: was[i].text, After: is[i].text}
			if len(was) == len(is) && was[i].value != is[i].value && len(c.figures) < figuresAtMost && !slices.Contains(c.figures, f) {
				c.figures = append(c.figures, f)
			}
		}
	} else if len(was) > 0 && len(plainWords(removed)) == 0 && len(plainWords(added)) == 0 {
		return // the same number, in words or in figures
	}
	if !title && namesOf(removed) != namesOf(added) {
		c.kinds[feeds.ChangeNames], found = true, true
	}
	switch {
	case title:
		c.kinds[feeds.ChangeTitle] = true
	case !found:
		c.kinds[feeds.ChangeWording] = true
	}
}

// spacing says that two runs are one but for how their words are parted: "counter
// trafficking" and "countertrafficking". Of figures that would be another figure.
func spacing(removed, added []word) bool {
	if len(removed) == 0 || len(added) == 0 || slices.ContainsFunc(removed, word.isFigure) || slices.ContainsFunc(added, word.isFigure) {
		return false
	}
	joined := func(words []word) string { return strings.ReplaceAll(keysOf(words), " ", "") }
	return joined(removed) == joined(added)
}

// plainWords are those that are no figures and no words for figures.
func plainWords(words []word) []word {
	return slices.DeleteFunc(slices.Clone(words), func(w word) bool { return w.isFigure() || w.isNumeral() || joins[w.key] })
}

// namesOf are the words that look like names: with a capital, where not all have one.
func namesOf(words []word) string {
	var b strings.Builder
	for i := range words {
		if words[i].name {
			b.WriteString(words[i].key + " ")
		}
	}
	return b.String()
}
