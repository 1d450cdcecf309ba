package gazetteer

// Class is what kind of place a name means.
type Class uint8

// Classes of places.
const (
	Country     Class = iota + 1
	Subdivision       // first level: state, region, governorate
	District          // second level, and what ISO 3166-2 lists besides the first
	Capital
	City
	Demonym // of a country's people
)

var classNames = [...]string{"", "country", "subdivision", "district", "capital", "city", "demonym"}

// String returns the class in words; it is empty for a number that is no class.
func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return ""
}

// Risk is what a form is besides the name of a place. Zero: nothing known.
type Risk struct {
	Word      Languages // an ordinary word of these languages
	GivenName bool
	Surname   bool
}

// Any reports whether the form is anything besides a place's name.
func (r Risk) Any() bool { return r.Word != 0 || r.GivenName || r.Surname }

// Candidate is one place that a form may mean.
type Candidate struct {
	Country    string // ISO 3166-1 alpha-2, or XK
	Class      Class
	Population uint64    // of cities; of countries and subdivisions the sum of their cities. Zero: not known
	Area       uint16    // number of its first-level subdivision, the same for all in it; zero: not known
	Languages  Languages // in which the form is known to be its name; zero: not known
	place      uint32
}

// Entry is what the index knows of a form.
type Entry struct {
	index   *Index
	payload uint32
}

const (
	inPostings   = 1 << 31
	givenNameBit = 1 << (placeBits + languageBits)
	surnameBit   = givenNameBit << 1

	riskGivenName = 1
	riskSurname   = 2

	postingHeader = 6
	postingSize   = 5
)

// posting returns the posting of an entry that has one.
func (e Entry) posting() string { return e.index.part[sectionPostings][e.payload&^inPostings:] }

// Len returns the number of candidates.
func (e Entry) Len() int {
	if e.index == nil {
		return 0
	}
	if e.payload&inPostings == 0 {
		return 1
	}
	return int(e.posting()[0])
}

// Candidate returns the place of rank i, from 0, the likeliest first: countries and
// nationalities, then by population, with the best of each country before the second
// best of any. Out of range it is the zero Candidate.
func (e Entry) Candidate(i int) Candidate {
	if i < 0 || i >= e.Len() {
		return Candidate{}
	}
	place, languages := e.payload&(1<<placeBits-1), e.payload>>placeBits&(1<<languageBits-1)
	if e.payload&inPostings != 0 {
		p := e.posting()[postingHeader+i*postingSize:]
		place = uint32(p[0]) | uint32(p[1])<<8 | uint32(p[2])<<16
		languages = uint32(number16(p, 3))
	}
	p := e.index.part[sectionPlaces][place*placeSize:][:placeSize]
	population := number16(p, 4)
	return Candidate{
		Country:    p[:2],
		Class:      Class(p[2]),
		Population: uint64(population>>5) << (population & 31),
		Area:       number16(p, 6),
		Languages:  Languages(number32(e.index.part[sectionLanguages], int(languages)*4)),
		place:      place,
	}
}

// Risk returns what the form is besides the name of a place.
func (e Entry) Risk() Risk {
	if e.index == nil {
		return Risk{}
	}
	if e.payload&inPostings == 0 {
		return Risk{GivenName: e.payload&givenNameBit != 0, Surname: e.payload&surnameBit != 0}
	}
	p := e.posting()
	return Risk{Word: Languages(number32(p, 2)), GivenName: p[1]&riskGivenName != 0, Surname: p[1]&riskSurname != 0}
}

// Countries returns how many countries the candidates lie in.
func (e Entry) Countries() int {
	var seen [MaxCandidates]string
	n := 0
next:
	for i := range e.Len() {
		country := e.Candidate(i).Country
		for _, s := range seen[:n] {
			if s == country {
				continue next
			}
		}
		seen[n] = country
		n++
	}
	return n
}
