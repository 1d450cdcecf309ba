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

// Way says by which links two members are one story, or what keeps their stories apart.
type Way struct {
	// Chain are the fewest links from the one to the other: one where they are linked
	// themselves, none when they are not one story.
	Chain []Step
	// Against are pairs of entries, one of each story, that are apart, when they are not.
	Against []Step
}

// againstAtMost bounds how many pairs are named that keep stories apart.
const againstAtMost = 3

// Between finds the way between two members, as Regroup decides about all of them; what was
// compared before is compared again, to say why.
func Between(members []Member, r *Rulings, w Windows, from, to int64) Way {
	members = slices.Clone(members)
	prints := make([]*Print, len(members))
	place := make(map[int64]int, len(members))
	for i := range members {
		members[i].Fresh = true
		prints[i] = &members[i].Print
		place[members[i].Entry] = i
	}
	a, ok1 := place[from]
	b, ok2 := place[to]
	if !ok1 || !ok2 || a == b {
		return Way{}
	}
	links, roots := parted(members, prints, r, w, true)
	var way Way
	step := func(l *Link, i, j int) Step {
		return Step{From: members[i].Entry, To: members[j].Entry, Reason: l.Reason, Strength: l.Strength}
	}
	if roots[a] != roots[b] {
		for i := range links {
			l := &links[i]
			switch {
			case !l.Apart || len(way.Against) == againstAtMost:
			case roots[l.A] == roots[a] && roots[l.B] == roots[b]:
				way.Against = append(way.Against, step(l, l.A, l.B))
			case roots[l.A] == roots[b] && roots[l.B] == roots[a]:
				way.Against = append(way.Against, step(l, l.B, l.A))
			}
		}
		return way
	}
	by := shortest(links, roots, a)
	for i := b; i != a; {
		l := by[i]
		if l == nil {
			return Way{}
		}
		j := l.A + l.B - i // its other end
		way.Chain = append(way.Chain, step(l, j, i))
		i = j
	}
	slices.Reverse(way.Chain)
	return way
}

// shortest finds for each entry of one's story the last link of the shortest way to it. Of
// links between the same entries it takes the strongest, and that they were kept together
// only where nothing else is known.
func shortest(links []Link, roots []int, from int) map[int]*Link {
	next := map[int][]*Link{}
	for i := range links {
		if l := &links[i]; l.Same && roots[l.A] == roots[from] && roots[l.B] == roots[from] {
			next[l.A], next[l.B] = append(next[l.A], l), append(next[l.B], l)
		}
	}
	believed := func(l *Link) float64 {
		if l.Reason == Kept {
			return 0
		}
		return l.Strength
	}
	for _, list := range next {
		slices.SortStableFunc(list, func(x, y *Link) int { return cmp.Compare(believed(y), believed(x)) })
	}
	by := map[int]*Link{from: nil}
	for queue := []int{from}; len(queue) > 0; queue = queue[1:] {
		for _, l := range next[queue[0]] {
			j := l.A + l.B - queue[0]
			if _, seen := by[j]; !seen {
				by[j] = l
				queue = append(queue, j)
			}
		}
	}
	return by
}
