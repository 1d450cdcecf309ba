package dedupe

import (
	"math"
	"slices"
	"time"
)

// Verdict says whether two entries tell one story, and why.
type Verdict struct {
	// Same: they do. Apart: they do not, whatever others they have in common with. Neither:
	// nothing says that they do.
	Same, Apart bool
	Reason      Reason
	Strength    float64 // of Same: 1 is certain; of links the stronger is believed first
	Signals     Signals
}

// Reason names what decided.
type Reason string

// The reasons, those for one story by strength.
const (
	ByGUID        Reason = "one guid of one source"
	ByAddress     Reason = "one address"
	ByTranslation Reason = "one is linked as the other's translation"
	ByText        Reason = "the same text"
	BySlug        Reason = "one slug on two sites"
	ByCopy        Reason = "most of one text is in the other"
	ByRewrite     Reason = "much of the text, the title, and what is named and counted"
	ByHeadline    Reason = "one rare headline, and nothing against it"
	ByFigures     Reason = "in two languages the same figures, names and labels"

	OtherIssue    Reason = "two issues of a series"
	OtherPlace    Reason = "one template, other places"
	OtherFigures  Reason = "one template, other figures"
	OtherNames    Reason = "one template, other names"
	OtherText     Reason = "one headline, another text"
	OtherHeadline Reason = "one text under several headlines"
	OtherParts    Reason = "one holds several stories"
	OtherEntry    Reason = "several entries of one page"
	TooShort      Reason = "too short to be recognised by"
	TooFar        Reason = "too long between them"
	Nothing       Reason = "nothing in common"
	Kept          Reason = "kept as one story"
	People        Reason = "people decided"
)

// Windows bounds how far apart in time entries may be that are put together by what they
// say. What is one by its address or its whole text has no bound.
type Windows struct {
	Copy        time.Duration // copies and rewritten copies
	Update      time.Duration // a copy in which most figures are others
	Translation time.Duration
}

// DefaultWindows are the windows as they are without settings.
var DefaultWindows = Windows{Copy: 60 * 24 * time.Hour, Update: 4 * 24 * time.Hour, Translation: 6 * 24 * time.Hour}

// Verify decides about two prints. It is symmetric, and looks at nothing else.
func Verify(a, b *Print, w Windows) Verdict {
	s := Compare(a, b)
	v := Verdict{Signals: s}
	same := func(r Reason, strength float64) Verdict {
		v.Same, v.Reason, v.Strength = true, r, strength
		return v
	}
	apart := func(r Reason) Verdict { v.Apart, v.Reason = true, r; return v }
	neither := func(r Reason) Verdict { v.Reason = r; return v }
	if otherIssue(a, b, &s) {
		return apart(OtherIssue)
	}
	page := common64(a.Addresses, b.Addresses)
	oneText := a.Text != 0 && a.Text == b.Text
	translated := a.Language != "" && b.Language != "" && a.Language != b.Language
	switch {
	case page && a.Source == b.Source && a.Headline != b.Headline && !oneText && !translated:
		return apart(OtherEntry)
	case page && translated && s.Shingles > 0 && a.Addresses[0] != b.Addresses[0]:
		return same(ByTranslation, 1)
	case page:
		return same(ByAddress, 1)
	case oneText && (s.TitleInMax >= 0.7 && s.NamesOnly == 0 || a.Headline == b.Headline || len(a.Title) == 0 || len(b.Title) == 0):
		return same(ByText, 0.98)
	case oneText:
		return apart(OtherHeadline)
	}
	if translated && s.Containment < 0.2 && s.Words < 0.5 {
		return verifyTranslation(a, b, &s, w, v)
	}
	slug := a.Slug != 0 && a.Slug == b.Slug
	if s.Shingles < 8 { // one of them is hardly more than its title
		switch {
		case slug && s.TitleIn >= 0.6:
			return same(BySlug, 0.9)
		case a.Headline != 0 && a.Headline == b.Headline && a.Source != b.Source && sum(a.Title) >= 12 && max(a.Length, b.Length) >= 25 && s.Apart <= w.Update:
			return same(ByHeadline, 0.7)
		case s.Shingles >= 5 && s.Containment >= 0.9 && s.TitleInMax >= 0.7 && s.NamesOnly+s.NumbersOnly == 0 && s.Apart <= w.Update:
			return same(ByCopy, 0.7)
		}
		return neither(TooShort)
	}
	if holdsOther(a, b, &s) {
		return apart(OtherParts)
	}
	if r := template(a, b, &s, w); r != "" {
		return apart(r)
	}
	switch {
	case s.Apart > w.Copy:
		return neither(TooFar)
	case slug && (s.Containment >= 0.25 || s.Title >= 0.5):
		return same(BySlug, 0.95)
	case s.Containment >= 0.5 && s.Words >= 0.5:
		return same(ByCopy, 0.5+0.4*s.Containment)
	case s.Containment >= 0.12 && rewrite(&s) >= 1:
		return same(ByRewrite, min(0.85, 0.4+0.1*rewrite(&s)))
	case a.Headline != 0 && a.Headline == b.Headline && s.Containment < 0.1 && s.Words < 0.35:
		return apart(OtherText)
	}
	return neither(Nothing)
}

// holdsOther says that the longer of two entries is a digest: it has the shorter one's text
// beside others, under a title that is not about it.
func holdsOther(a, b *Print, s *Signals) bool {
	long := a
	if b.Length > a.Length {
		long = b
	}
	switch {
	case s.Longer < 1.4 || a.Digest && b.Digest:
		return false
	case long.Digest:
		return s.LongTitle < 0.7
	default:
		return s.Longer >= 1.8 && s.LongTitle < 0.34 && s.TitleInMax >= 0.5 && len(long.Title) > 1
	}
}

// rewrite says how much speaks for one of two texts being made of the other: 1 is enough.
func rewrite(s *Signals) float64 {
	return 1.6*s.Containment + 1.0*s.Words + 0.5*s.TitleInMax + 0.25*s.TitleIn + 0.12*min(s.Numbers, 4) + 0.06*min(s.Names, 6) -
		0.12*min(s.NumbersOnly, 4) - 0.1*min(s.NamesOnly, 4) - 0.6
}

// template says that two texts share their words because they are made from one pattern,
// for two things: each has its own names, places or figures.
func template(a, b *Print, s *Signals, w Windows) Reason {
	if s.Containment < 0.12 {
		return ""
	}
	update := a.Updated || b.Updated
	newTitle := s.TitleInMax < 0.72
	switch {
	case s.OtherPlace && newTitle:
		return OtherPlace
	case s.NamesOnly >= 1 && newTitle && s.Countries == 0 && len(a.Countries) > 0 && len(b.Countries) > 0:
		return OtherPlace
	case s.NamesOnly >= 1.5 && newTitle && s.NamesOnly >= 0.25*s.NamesMin:
		return OtherNames
	case s.NumbersMin >= 2 && s.Numbers < 0.34*s.NumbersMin && !(update && s.Apart <= w.Update) && !restated(a, b, s, w):
		return OtherFigures
	case s.NumbersOnly >= 2 && s.NumbersOnly > 0.5*s.NumbersMin && newTitle:
		return OtherFigures
	case s.NumbersOnly >= 0.7 && s.Apart > w.Update && s.Numbers < s.NumbersOnly && s.Resemblance > 0.5:
		return OtherFigures
	}
	return ""
}

// restated says that one entry is the other with a few new figures: one headline, most of
// one text, soon after.
func restated(a, b *Print, s *Signals, w Windows) bool {
	if s.Apart > w.Update || s.Containment < 0.7 {
		return false
	}
	return a.Headline != 0 && a.Headline == b.Headline && s.NumbersOnly <= 3.5 || s.TitleInMax >= 0.9 && s.NumbersOnly <= 2 && s.Containment >= 0.85
}

// otherIssue says that two entries are issues of one series: alike, and numbered or dated
// differently.
func otherIssue(a, b *Print, s *Signals) bool {
	alike := a.Masked != 0 && a.Masked == b.Masked
	if !alike && s.Title < 0.45 && s.Containment < 0.3 {
		return false
	}
	conflict := func(x, y []mark, kinds string) bool {
		for _, kind := range []byte(kinds) {
			found, shared := [2]bool{}, false
			for _, m := range x {
				if m.kind != kind {
					continue
				}
				found[0] = true
				for _, n := range y {
					shared = shared || n == m
				}
			}
			for _, n := range y {
				found[1] = found[1] || n.kind == kind
			}
			if found[0] && found[1] && !shared {
				return true
			}
		}
		return false
	}
	if conflict(a.Marks, b.Marks, "nwdmyq") {
		return true
	}
	return (alike || s.Title >= 0.6) && s.Containment >= 0.2 && conflict(both(a), both(b), "nw")
}

func both(p *Print) []mark { return append(slices.Clone(p.Marks), p.TextMarks...) }

func common64(a, b []uint64) bool {
	for _, x := range a {
		if slices.Contains(b, x) {
			return true
		}
	}
	return false
}

// verifyTranslation decides about entries in two languages: by what every language writes
// alike.
func verifyTranslation(a, b *Print, s *Signals, w Windows, v Verdict) Verdict {
	score := translation(a, b, s)
	switch {
	case s.Apart > w.Translation:
		v.Reason = TooFar
	case score >= translated:
		v.Same, v.Reason, v.Strength = true, ByFigures, min(0.8, 0.3+score/20)
	default:
		v.Reason = Nothing
	}
	return v
}

// translated is the score from which two entries are translations.
const translated = 3.0

func translation(a, b *Print, s *Signals) float64 {
	score := min(s.Numbers, 6) - 0.6*s.NumbersOnly + min(s.Names, 4) + 1.5*s.Countries + s.Topics
	if s.OtherPlace {
		score -= 2
	}
	if a.Image != 0 && a.Image == b.Image {
		score += 3
	}
	return score - 0.15*math.Max(0, s.Apart.Hours()/24-1)
}
