package dedupe

import "slices"

// NeverSame says of two prints, at a fraction of the cost, that Verify does not find them
// one story. Where it says nothing, only Verify knows. Entries of one pattern share their
// words, and so their keys: of a pair that meets most are told by their places, figures and
// dates.
func NeverSame(a, b *Print, w Windows) bool {
	if a.Language != b.Language && a.Language != "" && b.Language != "" || a.Slug != 0 && a.Slug == b.Slug ||
		a.Text != 0 && a.Text == b.Text || common64(a.Addresses, b.Addresses) {
		return false
	}
	x, y := atOneRate(a, b)
	if min(len(x), len(y)) < 8 {
		return false
	}
	s := Signals{Apart: between(a, b)}
	if s.Apart > w.Copy {
		return true
	}
	place := otherPlace(a, b)
	release := a.Source == b.Source && a.Headline != b.Headline && (a.Masked == 0 || a.Masked != b.Masked)
	if place || release {
		s.titles(a, b)
		if place && s.TitleInMax < otherTitle || release && s.TitleIn < 0.85 && s.TitleInMax < 0.9 {
			return true // the latter are two releases of one source: see oneRelease
		}
	}
	s.Numbers, s.NumbersOnly, s.NumbersMin = overlap(a.Numbers, b.Numbers, sayNumber)
	few := s.NumbersMin >= 2 && s.Numbers < 0.34*s.NumbersMin
	next := s.NumbersOnly >= 0.7 && s.Numbers < s.NumbersOnly && (s.Apart > w.Update || undated(a) || undated(b))
	others := s.NumbersOnly >= 2.5 && s.Numbers < s.NumbersOnly
	s.shared(x, y, max(a.Rate, b.Rate))
	switch {
	case s.Containment < 0.1:
		return true
	case few && s.Containment >= 0.4, others && s.Containment < 0.5, next && s.Resemblance > 0.5:
		if s.Apart > w.Update {
			return true // it restates nothing
		}
		s.titles(a, b)
		return !restated(a, b, &s, w)
	}
	return false
}

// Sieve tells kept prints that may be one story with fresh ones from those that never are,
// without making a print of each. It is for one goroutine.
type Sieve struct{ scratch Print }

// May says whether what Encode wrote may be one story with one of some prints, as far as can
// be told at little cost and without its source.
func (s *Sieve) May(document []byte, fresh []*Print, w Windows) bool {
	if s.scratch.decode(document) != nil {
		return true // whoever reads it whole says what is wrong with it
	}
	return slices.ContainsFunc(fresh, func(p *Print) bool { return !NeverSame(&s.scratch, p, w) })
}

// unsettled are pairs that are not one story, but of which nobody has asked yet whether they
// are apart: that matters only where others bring the two together.
type unsettled struct {
	pairs  [][2]int32
	decide func(i, j int)
}

// settle decides about the pairs that heads, by place, or links bring together.
func (u *unsettled) settle(heads []int, links ...[]Link) {
	if len(u.pairs) == 0 {
		return
	}
	f := forest(slices.Clone(heads))
	for _, list := range links {
		for i := range list {
			if list[i].Same {
				f.join(list[i].A, list[i].B)
			}
		}
	}
	left := u.pairs[:0]
	for _, p := range u.pairs {
		if i, j := int(p[0]), int(p[1]); f.find(i) == f.find(j) {
			u.decide(i, j)
		} else {
			left = append(left, p)
		}
	}
	u.pairs = left
}

// forest are sets of places: each leads to one of its set, in the end to the least, which
// leads to itself.
type forest []int

func (f forest) find(i int) int {
	for f[i] != i {
		f[i] = f[f[i]]
		i = f[i]
	}
	return i
}

func (f forest) join(i, j int) {
	if x, y := f.find(i), f.find(j); x != y {
		f[max(x, y)] = min(x, y)
	}
}
