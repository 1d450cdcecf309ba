package eval

import (
	"cmp"
	"slices"
)

// LanguageStories says how good stories are among the items of one language: pairs are
// those of two such items; B-cubed is the mean over them, with all items of their stories.
type LanguageStories struct {
	Language string `json:"language"`
	Items    int    `json:"items"`
	Pairwise Score  `json:"pairwise"`
	BCubed   Score  `json:"b_cubed"`
}

// CrossLanguage counts the pairs of items in two languages. Found, Of and Rate are those
// of one story that were put together, all of one story, and the share; Score has the same
// as its recall, and how many of those put together are of one story as its precision.
type CrossLanguage struct {
	Found     int     `json:"found"`
	Of        int     `json:"of"`
	Rate      float64 `json:"rate"`
	Predicted int     `json:"predicted"` // put together
	Score
	// Pairs are the same by the two languages, most pairs first.
	Pairs []LanguagePair `json:"pairs"`
}

// LanguagePair is [CrossLanguage] of two languages, in order of the alphabet.
type LanguagePair struct {
	Languages [2]string `json:"languages"`
	Found     int       `json:"found"`
	Of        int       `json:"of"`
	Predicted int       `json:"predicted"`
	Score
}

// tongues counts items by cluster and language.
type tongues[K comparable] map[K]map[string]int

func (t tongues[K]) add(in K, lang string) {
	if t[in] == nil {
		t[in] = map[string]int{}
	}
	t[in][lang]++
}

// across calls each with the numbers of pairs in two languages.
func (t tongues[K]) across(each func(languages [2]string, n int)) {
	for _, by := range t {
		for x, n := range by {
			for y, m := range by {
				if x < y {
					each([2]string{x, y}, n*m)
				}
			}
		}
	}
}

func crossLanguage(items []placed) CrossLanguage {
	of, predicted, found := tongues[cluster]{}, tongues[cluster]{}, tongues[both]{}
	for _, it := range items {
		of.add(it.gold, it.item.Lang)
		predicted.add(it.pred, it.item.Lang)
		found.add(it.both, it.item.Lang)
	}
	pairs := map[[2]string]*LanguagePair{}
	at := func(languages [2]string) *LanguagePair {
		if pairs[languages] == nil {
			pairs[languages] = &LanguagePair{Languages: languages}
		}
		return pairs[languages]
	}
	of.across(func(l [2]string, n int) { at(l).Of += n })
	predicted.across(func(l [2]string, n int) { at(l).Predicted += n })
	found.across(func(l [2]string, n int) { at(l).Found += n })
	r := CrossLanguage{Pairs: []LanguagePair{}}
	for _, p := range pairs {
		p.Score = score(p.Found, p.Predicted-p.Found, p.Of-p.Found)
		r.Found, r.Of, r.Predicted = r.Found+p.Found, r.Of+p.Of, r.Predicted+p.Predicted
		r.Pairs = append(r.Pairs, *p)
	}
	slices.SortFunc(r.Pairs, func(a, b LanguagePair) int {
		return cmp.Or(cmp.Compare(b.Of, a.Of), cmp.Compare(b.Predicted, a.Predicted), slices.Compare(a.Languages[:], b.Languages[:]))
	})
	r.Rate = share(r.Found, r.Of)
	r.Score = score(r.Found, r.Predicted-r.Found, r.Of-r.Found)
	return r
}

// byLanguage takes the sizes of stories on both sides and of what they have in common.
func byLanguage(items []placed, g, p map[cluster]int, x map[both]int) []LanguageStories {
	type sums struct {
		n             int
		purity, whole float64
		g, p          map[cluster]int
		x             map[both]int
	}
	all := map[string]*sums{}
	for _, it := range items {
		s := all[it.item.Lang]
		if s == nil {
			s = &sums{g: map[cluster]int{}, p: map[cluster]int{}, x: map[both]int{}}
			all[it.item.Lang] = s
		}
		s.n++
		s.purity += share(x[it.both], p[it.pred])
		s.whole += share(x[it.both], g[it.gold])
		s.g[it.gold]++
		s.p[it.pred]++
		s.x[it.both]++
	}
	out := make([]LanguageStories, 0, len(all))
	for lang, s := range all {
		right := pairsIn(s.x)
		out = append(out, LanguageStories{Language: lang, Items: s.n, Pairwise: score(right, pairsIn(s.p)-right, pairsIn(s.g)-right),
			BCubed: harmonic(s.purity/float64(s.n), s.whole/float64(s.n))})
	}
	slices.SortFunc(out, func(a, b LanguageStories) int {
		return cmp.Or(cmp.Compare(b.Items, a.Items), cmp.Compare(a.Language, b.Language))
	})
	return out
}
