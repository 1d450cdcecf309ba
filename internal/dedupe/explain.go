package dedupe

import (
	"cmp"
	"slices"
)

// KeyKind says what a key is of.
type KeyKind string

// The kinds of keys; the last three hold for days around a date.
const (
	KeyAddress  KeyKind = "address"
	KeyText     KeyKind = "whole text"
	KeyHeadline KeyKind = "headline"
	KeyRun      KeyKind = "run of three words"
	KeyFigure   KeyKind = "figure of these days"
	KeyName     KeyKind = "name of these days"
	KeyLabel    KeyKind = "label of these days"
)

var keyKinds = []KeyKind{KeyAddress, KeyText, KeyHeadline, KeyRun, KeyFigure, KeyName, KeyLabel}

// SharedKeys are keys of one kind that two entries both have.
type SharedKeys struct {
	Kind  KeyKind `json:"kind"`
	Count int     `json:"count"`
}

// Shared says by which keys two entries find each other, surest kinds first. Entries that
// share none are never compared, whatever Verify would say of them; of those that share
// only keys that many others have too, not all are.
func Shared(a, b *Print) []SharedKeys {
	askedA, askedB := a.Keys.Asked(), b.Keys.Asked()
	counts := map[KeyKind]int{}
	seen := map[uint64]bool{}
	count := func(p *Print, keys, asked []uint64) {
		for i, key := range keys {
			if !seen[key] && slices.Contains(asked, key) {
				seen[key] = true
				counts[p.kindOf(i)]++
			}
		}
	}
	count(a, a.Keys.Kept, askedB)
	count(b, b.Keys.Kept, askedA)
	out := []SharedKeys{}
	for _, kind := range keyKinds {
		if counts[kind] > 0 {
			out = append(out, SharedKeys{kind, counts[kind]})
		}
	}
	return out
}

// kindOf is the kind of a print's key at a place.
func (p *Print) kindOf(at int) KeyKind {
	key := p.Keys.Kept[at]
	switch {
	case at >= p.Keys.Dated:
		for _, d := range p.datedKeys() {
			switch {
			case d.key != key:
			case d.domain == 'w':
				return KeyName
			case d.domain == 'l':
				return KeyLabel
			}
		}
		return KeyFigure
	case at >= p.Keys.Sure:
		return KeyRun
	case slices.Contains(p.Addresses, key):
		return KeyAddress
	case key == p.Headline:
		return KeyHeadline
	}
	return KeyText
}

// Step is a link on the way from one entry to another.
type Step struct {
	From, To int64
	Reason   Reason
	Strength float64
}

// Chain finds the links by which two members are one story, from the one to the other, the
// fewest that do: one where they are linked themselves, none when they are not one story.
func Chain(members []Member, r *Rulings, w Windows, from, to int64) []Step {
	prints := make([]*Print, len(members))
	place := make(map[int64]int, len(members))
	for i := range members {
		prints[i] = &members[i].Print
		place[members[i].Entry] = i
	}
	a, ok1 := place[from]
	b, ok2 := place[to]
	if !ok1 || !ok2 {
		return nil
	}
	links := memberLinks(members, prints, r, w)
	roots := Partition(prints, links)
	if a == b || roots[a] != roots[b] {
		return nil
	}
	// The strongest link of two is the one that was followed.
	next := map[int][]*Link{}
	for i := range links {
		if l := &links[i]; l.Same && roots[l.A] == roots[l.B] && roots[l.A] == roots[a] {
			next[l.A], next[l.B] = append(next[l.A], l), append(next[l.B], l)
		}
	}
	for _, list := range next {
		slices.SortStableFunc(list, func(x, y *Link) int { return cmp.Compare(y.Strength, x.Strength) })
	}
	by := map[int]*Link{a: nil}
	other := func(l *Link, i int) int { return l.A + l.B - i } // its other end
	for queue := []int{a}; len(queue) > 0; queue = queue[1:] {
		for _, l := range next[queue[0]] {
			j := other(l, queue[0])
			if _, seen := by[j]; !seen {
				by[j] = l
				queue = append(queue, j)
			}
		}
	}
	var out []Step
	for i := b; i != a; {
		l := by[i]
		if l == nil { // they are one story by more links than are looked at
			return nil
		}
		j := other(l, i)
		out = append(out, Step{From: members[j].Entry, To: members[i].Entry, Reason: l.Reason, Strength: l.Strength})
		i = j
	}
	slices.Reverse(out)
	return out
}
