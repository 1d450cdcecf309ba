package dedupe

import (
	"math"
	"slices"
	"time"
)

// Signals are what two prints have in common and what parts them.
type Signals struct {
	Apart       time.Duration `json:"-"`            // between their dates
	Containment float64       `json:"containment"`  // share of the shorter text's shingles in the longer
	Resemblance float64       `json:"resemblance"`  // shared shingles of all
	Shingles    int           `json:"shingles"`     // of the shorter text, at the common rate
	Shared      int           `json:"shared"`       // shingles of both, estimated from those of the common rate
	Words       float64       `json:"words"`        // share of what the words of the shorter text say, in the longer
	WordsBoth   float64       `json:"words_both"`   // of both together
	Title       float64       `json:"title"`        // share of what the titles say together, in both
	TitleIn     float64       `json:"title_in"`     // share of what the less found title says that is in the other entry
	TitleInMax  float64       `json:"title_in_max"` // of the better found one
	LongTitle   float64       `json:"long_title"`   // share of what the longer text's title says that is in the shorter entry
	Longer      float64       `json:"longer"`       // how many times longer it is
	HeadIn      float64       `json:"head_in"`      // share of the beginning of the longer text that is in the shorter one
	Numbers     float64       `json:"numbers"`      // what shared quantities say
	NumbersOnly float64       `json:"numbers_only"` // the smaller of what quantities of one alone say
	NumbersMin  float64       `json:"numbers_min"`  // what those of the one with fewer say
	Names       float64       `json:"names"`        // what shared names say
	NamesOnly   float64       `json:"names_only"`   // the smaller of what names of one alone say
	TextNames   float64       `json:"text_names"`   // the same of the texts alone, without the titles
	NamesMin    float64       `json:"names_min"`
	Countries   float64       `json:"countries"`   // shared of all, 0 when either has none
	OtherPlace  bool          `json:"other_place"` // primary countries differ, and neither is among the other's
	Topics      float64       `json:"topics"`
}

// weight is what the grade of a word or shingle says.
func weight(graded uint32) float64 { return float64(graded & 3) }

// Compare finds the signals of two prints. It is symmetric.
func Compare(a, b *Print) Signals {
	s := Signals{Apart: between(a, b)}
	s.shingles(a, b)
	s.rest(a, b)
	return s
}

// between is the time between two entries: none where one has no date, which then speaks
// neither for nor against.
func between(a, b *Print) time.Duration {
	if undated(a) || undated(b) {
		return 0
	}
	return a.Published.Sub(b.Published).Abs()
}

// rest finds all signals but those of the shingles.
func (s *Signals) rest(a, b *Print) {
	s.words(a, b)
	s.Numbers, s.NumbersOnly, s.NumbersMin = overlap(a.Numbers, b.Numbers, sayNumber)
	s.Names, s.NamesOnly, s.NamesMin = overlap(merged(a.Names, a.TitleNames), merged(b.Names, b.TitleNames), sayName)
	_, s.TextNames, _ = overlap(a.Names, b.Names, sayName)
	s.Countries = sharedOf(a.Countries, b.Countries)
	s.Topics = sharedOf(a.Topics, b.Topics)
	s.OtherPlace = otherPlace(a, b)
}

func otherPlace(a, b *Print) bool {
	return a.Primary != "" && b.Primary != "" && a.Primary != b.Primary && !slices.Contains(a.Countries, b.Primary) && !slices.Contains(b.Countries, a.Primary)
}

func merged(a, b []uint32) []uint32 {
	if !slices.ContainsFunc(b, func(x uint32) bool { _, ok := slices.BinarySearch(a, x); return !ok }) {
		return a // a text mostly has its title's names
	}
	out := append(slices.Clone(a), b...)
	slices.Sort(out)
	return slices.Compact(out)
}

func sharedOf(a, b []string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	n := 0
	for _, x := range a {
		if slices.Contains(b, x) {
			n++
		}
	}
	return float64(n) / float64(len(a)+len(b)-n)
}

func (s *Signals) shingles(a, b *Print) {
	x, y := atOneRate(a, b)
	s.shared(x, y, max(a.Rate, b.Rate))
}

// atOneRate are the shingles of two prints at the coarser rate of the two.
func atOneRate(a, b *Print) (x, y []uint32) {
	x, y = a.Shingles, b.Shingles
	if rate := max(a.Rate, b.Rate); rate > 0 {
		x, y = below(x, rate), below(y, rate)
	}
	return x, y
}

func (s *Signals) shared(x, y []uint32, rate uint8) {
	shared := common(x, y)
	s.Shingles = min(len(x), len(y))
	if s.Shingles > 0 {
		s.Shared = shared << rate
		s.Containment = float64(shared) / float64(s.Shingles)
		s.Resemblance = float64(shared) / float64(len(x)+len(y)-shared)
	}
}

// headIn is the share of the shingles of the beginning of one text that the other has, at
// its own beginning too where it keeps only some of the others.
func headIn(long, short *Print) float64 {
	if len(long.Head) == 0 {
		return 0
	}
	n := 0
	for _, h := range long.Head {
		if _, ok := slices.BinarySearch(short.Shingles, h); ok || slices.Contains(short.Head, h) {
			n++
		}
	}
	return float64(n) / float64(len(long.Head))
}

func below(list []uint32, rate uint8) []uint32 {
	n, _ := slices.BinarySearch(list, 1<<(32-rate))
	return list[:n]
}

func common[T uint32 | uint64](a, b []T) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n++
			i++
			j++
		}
	}
	return n
}

// words compares the words that say something.
func (s *Signals) words(a, b *Print) {
	s.titles(a, b)
	if a.Length >= b.Length {
		s.HeadIn = headIn(a, b)
	}
	if b.Length >= a.Length {
		s.HeadIn = max(s.HeadIn, headIn(b, a))
	}
	s.Longer = float64(max(a.Length, b.Length)) / float64(max(1, min(a.Length, b.Length)))
	wa, wb := sum(a.Words), sum(b.Words)
	w := sumShared(a.Words, b.Words)
	if least := min(wa, wb); least > 0 {
		s.Words = w / least
		s.WordsBoth = w / (wa + wb - w)
	}
}

// titles compares the titles. Their words count in both: a copy may have its headline's
// words in the text alone.
func (s *Signals) titles(a, b *Print) {
	ta, tb := sum(a.Title), sum(b.Title)
	shared := sumIn(a.Title, b.Title)
	if both := ta + tb - shared; both > 0 {
		s.Title = shared / both
	}
	if a.Headline == 0 || b.Headline == 0 { // nothing that could be missing
		s.TitleIn, s.TitleInMax, s.LongTitle = 1, 1, 1
	}
	if ta > 0 && tb > 0 {
		in := (shared + sumIn2(a.Title, b.Words, b.Title)) / ta
		ni := (shared + sumIn2(b.Title, a.Words, a.Title)) / tb
		s.TitleIn, s.TitleInMax = min(in, ni), max(in, ni)
		switch {
		case a.Length == b.Length: // either may be taken for the longer one: the better found is
			s.LongTitle = s.TitleInMax
		case a.Length > b.Length:
			s.LongTitle = in
		default:
			s.LongTitle = ni
		}
	}
}

func sum(words []uint32) (total float64) {
	for _, w := range words {
		total += weight(w)
	}
	return total
}

// sumIn is what words of a short list say that are in another short one.
func sumIn(a, b []uint32) (total float64) {
	for _, w := range a {
		if slices.Contains(b, w) {
			total += weight(w)
		}
	}
	return total
}

// sumIn2 is what words of a short list say that are in an ascending one and not in c.
func sumIn2(a, b, c []uint32) (total float64) {
	for _, w := range a {
		if _, ok := slices.BinarySearch(b, w); ok && !slices.Contains(c, w) {
			total += weight(w)
		}
	}
	return total
}

// sumShared is what words say that two ascending lists share.
func sumShared(a, b []uint32) (total float64) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			total += weight(a[i])
			i++
			j++
		}
	}
	return total
}

// overlap says what shared values of two ascending lists say, the smaller of what those
// of one alone say, and the smaller of what all of one say.
func overlap[T uint32 | uint64](a, b []T, say func(T) float64) (shared, only, least float64) {
	var oa, ob float64
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case j == len(b) || i < len(a) && a[i] < b[j]:
			oa += say(a[i])
			i++
		case i == len(a) || a[i] > b[j]:
			ob += say(b[j])
			j++
		default:
			shared += say(a[i])
			i++
			j++
		}
	}
	return shared, min(oa, ob), shared + min(oa, ob)
}

// sayNumber is what a quantity says: large and odd ones much, small and round ones little.
func sayNumber(milli uint64) float64 {
	if milli%1000 != 0 {
		return 1.5
	}
	v := milli / 1000
	switch {
	case v <= 10:
		return 0.3
	case v <= 31:
		return 0.7
	}
	zeros := 0
	digits := int(math.Log10(float64(v))) + 1
	for v%10 == 0 {
		v /= 10
		zeros++
	}
	significant := digits - zeros
	switch significant {
	case 1:
		return 0.7
	case 2:
		return 1.2
	case 3:
		return 2
	default:
		return 3
	}
}

// sayName is what a name says: the more consonants, the more.
func sayName(n uint32) float64 {
	switch n & 7 {
	case 3:
		return 0.5
	case 4:
		return 1
	default:
		return 1.5
	}
}
