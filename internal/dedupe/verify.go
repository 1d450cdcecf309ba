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
	OneSource     Reason = "alike, but of one source under two titles"
	OtherLead     Reason = "a part in common, under a lead of its own in each"
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
	s := Signals{Apart: between(a, b)}
	s.shingles(a, b)
	if plainlyOther(a, b, &s) {
		return Verdict{Reason: Nothing, Signals: s}
	}
	s.rest(a, b)
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
	case page && a.Source == b.Source && a.Headline != b.Headline && !oneText && !translated && s.Containment < 0.8:
		return apart(OtherEntry)
	case page && translated && s.Shingles > 0 && a.Addresses[0] != b.Addresses[0]:
		return same(ByTranslation, 1)
	case page && a.Source != b.Source && !translated && s.Apart > w.Update && s.Shingles >= 8 && s.Containment < 0.05 && s.Words < 0.15:
		return apart(OtherText) // the address has been used again
	case page:
		return same(ByAddress, 1)
	case oneText && (s.TitleInMax >= 0.9 || s.TitleInMax >= 0.7 && s.NamesOnly == 0 || a.Headline == b.Headline || len(a.Title) == 0 || len(b.Title) == 0):
		return same(ByText, 0.98)
	case oneText && retitled(a, b, &s, w):
		return same(ByText, 0.9)
	case oneText:
		return apart(OtherHeadline)
	}
	if digestBeside(a, b, &s) && !page && !oneText {
		return apart(OtherParts)
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
		case teaser(a, b, &s, w):
			return same(ByCopy, 0.65)
		}
		return neither(TooShort)
	}
	switch holdsOther(a, b, &s) {
	case bySaying:
		return apart(OtherParts)
	case byLooks:
		return neither(OtherParts)
	}
	if r, surely := template(a, b, &s, w); surely && s.Longer < oneLength {
		return apart(r)
	} else if r != "" {
		return neither(r)
	}
	if a.Source == b.Source && !oneRelease(a, b, &s) {
		return neither(OneSource)
	}
	switch {
	case s.Apart > w.Copy:
		return neither(TooFar)
	case s.Containment < 0.97 && (s.TitleInMax < 0.9 || s.Apart > w.Update) && disjoint(a.TextMarks, b.TextMarks, "d"),
		s.Containment < 0.97 && s.Apart > 3*w.Update && disjoint(a.TextMarks, b.TextMarks, "m"):
		return neither(OtherIssue) // both begin with a date, and it is not the same
	case slug && (s.Containment >= 0.25 || s.Title >= 0.5):
		return same(BySlug, 0.95)
	case followUp(&s):
		return neither(OtherLead)
	case s.Containment >= 0.5 && s.Words >= 0.5:
		return same(ByCopy, 0.5+0.4*s.Containment)
	case s.Containment >= 0.1 && rewrite(&s)-lateness(a, b, &s) >= rewritten:
		return same(ByRewrite, min(0.85, 0.5+0.05*rewrite(&s)))
	case a.Headline != 0 && a.Headline == b.Headline && s.Containment < 0.1 && s.Words < 0.35:
		return apart(OtherText)
	}
	return neither(Nothing)
}

// teaser says that one of two texts is a sentence or two that the other one begins with.
func teaser(a, b *Print, s *Signals, w Windows) bool {
	return a.Source != b.Source && min(a.Length, b.Length) >= 15 && s.Shingles >= 3 && s.Containment >= 0.99 && s.HeadIn >= 0.35 && s.Words >= 0.95 &&
		s.NumbersOnly == 0 && s.NamesOnly <= 0.5 && s.TitleInMax >= 0.5 && s.Apart <= w.Update
}

// retitled says that one text stands under two headlines because a desk wrote one of its
// own: it names and counts too much to be a form that is filled in.
func retitled(a, b *Print, s *Signals, w Windows) bool {
	return a.Source != b.Source && s.Apart <= w.Update && s.Numbers >= 3 && s.Names >= 6 && !s.OtherPlace
}

// How sure it is that an entry is a digest: by what its title says, or only by its looks.
const (
	notAtAll = iota
	byLooks
	bySaying
)

// plainlyOther says, at little cost, that two texts of one language have nothing to do with
// each other.
func plainlyOther(a, b *Print, s *Signals) bool {
	return a.Language == b.Language && s.Shingles >= 8 && s.Containment < 0.1 && a.Headline != b.Headline && a.Masked != b.Masked &&
		(a.Slug == 0 || a.Slug != b.Slug) && !common64(a.Addresses, b.Addresses)
}

// digestBeside says that one of two entries is a digest by its title and that title is not
// the other's: whatever of the other it holds, it holds more.
func digestBeside(a, b *Print, s *Signals) bool {
	return a.Digest != b.Digest && s.Title < 0.5 && s.TitleIn < 0.5 && a.Headline != b.Headline
}

// holdsOther says that the longer of two entries is a digest: it has the shorter one's text
// beside others, under a title that is not about it.
func holdsOther(a, b *Print, s *Signals) int {
	long := a
	if b.Length > a.Length {
		long = b
	}
	switch {
	case a.Digest && b.Digest && s.Containment < 0.9 && s.Title < 0.34 && s.TitleIn < 0.34:
		return bySaying // two digests that share an item
	case s.Longer < 1.4 || a.Digest && b.Digest && (s.Title >= 0.34 || s.Longer < 1.8):
		return notAtAll
	case long.Digest && s.LongTitle < 0.7 && s.HeadIn < 0.6:
		return bySaying
	case s.Longer >= 1.8 && s.LongTitle < 0.34 && s.HeadIn < 0.3 && s.TitleInMax >= 0.5 && len(long.Title) > 1:
		return byLooks
	}
	return notAtAll
}

// rewrite says how much speaks for one of two texts of two sources being made of the
// other, although most of its words running are others: 0 is as much as against it. The
// weights are those of a logistic regression over pairs of real entries and of copies of
// them that were cut, re-ordered, retitled and misread; see docs/stories.md.
func rewrite(s *Signals) float64 {
	return 0.16*min(float64(s.Shared), 40) + 4*s.Words + 3.8*s.TitleInMax - s.TitleIn + 2.4*s.HeadIn + 0.35*min(s.Numbers, 4) + 0.36*min(s.Names, 8) -
		1.1*min(s.NumbersOnly, 4) - 7.1
}

// lateness speaks against a text being made of one that is days older: by then there is
// news, and what the two share is its background.
func lateness(a, b *Print, s *Signals) float64 {
	if undated(a) || undated(b) {
		return 0.5
	}
	return 0.25 * math.Max(0, s.Apart.Hours()/24-4)
}

// rewritten is the score from which one text is made of the other.
const rewritten = 0.6

// rewrittenLead says that two entries of one day report the same figures and names: a desk
// has written a lead and a title of its own.
func rewrittenLead(s *Signals) bool {
	return s.Apart <= 48*time.Hour && s.Numbers >= 2 && s.NumbersOnly <= 0.7 && s.Names >= 3
}

// followUp says that two texts share a part and each has news of its own: the later one
// repeats what the former said under a lead of its own.
func followUp(s *Signals) bool {
	switch {
	case rewrittenLead(s):
		return false
	case s.HeadIn < 0.2 && s.TitleInMax < 0.5:
		return s.Containment < 0.95 // what they share may be their publisher's standing text
	case s.HeadIn < 0.2 && s.TitleInMax < 0.8:
		return s.Containment < 0.75 && (s.TextNames > 0 || s.NumbersOnly >= 0.7 || s.Containment < 0.5)
	}
	return s.Containment < 0.2 && s.TitleInMax < 0.8 || s.HeadIn < 0.2 && s.Containment < 0.75 && s.Apart > 4*24*time.Hour
}

// otherTitle is the share of a title's words in the other entry below which it is another.
const otherTitle = 0.72

// template says that two texts share their words because they are made from one pattern,
// for two things: each has its own names, places or figures. It is sure where ordinary
// words are the same; in a text that was rewritten or misread they are others too.
func template(a, b *Print, s *Signals, w Windows) (r Reason, surely bool) {
	if s.Containment < 0.1 {
		return "", false
	}
	pattern := s.Words >= 0.8 && s.Containment >= 0.5
	newTitle := s.TitleInMax < otherTitle
	switch {
	case s.OtherPlace && (newTitle || pattern && s.TitleInMax < 1 && !rewrittenLead(s)):
		return OtherPlace, s.Words >= 0.7
	case s.OtherPlace && s.Countries == 0 && s.TitleIn >= 0.99 && s.Words >= 0.5 && s.Containment >= 0.5 && s.Containment < 0.9:
		return OtherPlace, true // a statement for each country under one title
	case pattern && s.NamesOnly >= 1 && newTitle && s.Countries == 0 && len(a.Countries) > 0 && len(b.Countries) > 0:
		return OtherPlace, true
	case pattern && s.TextNames >= 1 && s.NamesOnly >= 1.5 && newTitle && s.NamesOnly > s.Names && !rewrittenLead(s):
		return OtherNames, s.Words >= 0.9
	case restated(a, b, s, w):
		return "", false
	case s.Words >= 0.9 && s.Longer < 1.2 && a.Headline != b.Headline &&
		(s.Title < 0.7 && s.NumbersOnly >= 1 && 2*s.NumbersOnly > s.Numbers || s.Title < 0.5 && s.NumbersOnly >= 0.7 && s.NumbersOnly >= s.Numbers):
		return OtherFigures, true // one form for two things
	case s.NumbersMin >= 1.2 && s.Numbers < 0.2*s.NumbersMin && s.TitleIn < 0.7 && s.Containment < 0.9:
		return OtherFigures, false
	case s.NumbersMin >= 2 && s.Numbers < 0.34*s.NumbersMin && (s.Containment >= 0.4 || s.Words >= 0.7):
		return OtherFigures, pattern
	case s.NumbersOnly >= 2.5 && s.Numbers < s.NumbersOnly && s.Containment < 0.5:
		return OtherFigures, false
	case s.NumbersOnly >= 2 && s.NumbersOnly > 0.5*s.NumbersMin && newTitle && pattern:
		return OtherFigures, true
	case s.NumbersOnly >= 0.7 && (s.Apart > w.Update || undated(a) || undated(b)) && s.Numbers < s.NumbersOnly && s.Resemblance > 0.5:
		return OtherFigures, true
	}
	return "", false
}

// oneLength is how many times longer one text from a pattern may be than another one.
const oneLength = 1.6

// oneRelease says that two entries of one source may be one: a source corrects and updates
// what it has published under much the same title, and what else is alike in it is a series.
func oneRelease(a, b *Print, s *Signals) bool {
	switch {
	case a.Headline == b.Headline || a.Masked != 0 && a.Masked == b.Masked:
		return true
	case s.TitleIn >= 0.85 || s.TitleIn >= 0.5 && s.TitleInMax >= 0.99:
		return true
	}
	return s.Containment >= 0.85 && s.TitleInMax >= 0.9 && s.NamesOnly+s.NumbersOnly == 0
}

// restated says that one entry is the other with new figures: its publisher says so, or it
// has one headline, most of one text and few other figures; and it comes soon after.
func restated(a, b *Print, s *Signals, w Windows) bool {
	switch {
	case s.Apart > w.Update:
		return false
	case a.Updated || b.Updated:
		return true
	case s.Containment < 0.7, undated(a), undated(b): // nobody knows how soon
		return false
	}
	return a.Headline != 0 && a.Headline == b.Headline && s.NumbersOnly <= 3.5 || s.TitleInMax >= 0.9 && s.NumbersOnly <= 2 && s.Containment >= 0.85
}

// otherIssue says that two entries are issues of one series: alike, and numbered or dated
// differently.
func otherIssue(a, b *Print, s *Signals) bool {
	alike := a.Masked != 0 && a.Masked == b.Masked
	switch {
	case alike || s.Title >= 0.45:
	case s.Containment < 0.3, s.Containment >= 0.9 && s.Words >= 0.95 && s.NumbersOnly == 0:
		return false // the whole of one text is in the other, the numbers too
	}
	if disjoint(a.Marks, b.Marks, "nwdmyq") || disjoint(both(a), both(b), "c") {
		return true
	}
	return (alike || s.Title >= 0.6) && s.Containment >= 0.2 && disjoint(both(a), both(b), "nw")
}

// disjoint says that two entries both have marks of one of some kinds, and none in common.
func disjoint(x, y []mark, kinds string) bool {
	for _, kind := range []byte(kinds) {
		inX, inY, shared := false, false, false
		for _, m := range x {
			if m.kind == kind {
				inX = true
				shared = shared || slices.Contains(y, m)
			}
		}
		for _, n := range y {
			inY = inY || n.kind == kind
		}
		if inX && inY && !shared {
			return true
		}
	}
	return false
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
	least := translated
	if min(a.Length, b.Length) < 25 {
		least += 0.5 // little was there to differ
	}
	specific := s.Numbers >= 0.7 || s.Names >= 2.5 && s.Topics > 0
	switch {
	case s.Apart > w.Translation:
		v.Reason = TooFar
	case specific && score >= least, s.Numbers >= 2.7 && score >= 2:
		v.Same, v.Reason, v.Strength = true, ByFigures, min(0.45, 0.1+score/30) // below any copy
	default:
		v.Reason = Nothing
	}
	return v
}

// translated is the score from which two entries are translations.
const translated = 2.8

// translation says how much speaks for two entries being translations. Figures and names
// count by how many there are in common and by how many there could be.
func translation(a, b *Print, s *Signals) float64 {
	score := s.Countries + s.Topics - 0.6*s.NumbersOnly
	if s.NumbersMin > 0 {
		score += min(s.Numbers, 6) * s.Numbers / s.NumbersMin
	}
	if s.NamesMin > 0 {
		score += min(s.Names, 4) * s.Names / s.NamesMin
	}
	if s.OtherPlace {
		score -= 2
	}
	if a.Image != 0 && a.Image == b.Image {
		score += 2.5
	}
	return score - 0.2*math.Max(0, s.Apart.Hours()/24-2)
}
