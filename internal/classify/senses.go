package classify

import "strings"

// labelIsNoName lists countries whose label alone is a common word, "reunion": their
// names are matched, their label is not.
var labelIsNoName = map[string]bool{"RE": true}

// sense is a surface form that may mean several countries. When nothing else in the
// item speaks for one of them, the default is taken with a reduced weight; without a
// default the form says nothing.
type sense struct {
	countries []string
	usual     string  // the default, empty for none
	weight    float64 // of the default
}

// senses are by folded form. Places that the taxonomy lists with two countries need no
// entry here unless one of them is usual.
var senses = map[string]sense{
	"congo":          {[]string{"CD", "CG"}, "CD", 0.6}, // the UN means CG, the press usually CD
	"kongo":          {[]string{"CD", "CG"}, "CD", 0.6},
	"конго":          {[]string{"CD", "CG"}, "CD", 0.6},
	"الكونغو":        {[]string{"CD", "CG"}, "CD", 0.6},
	"congolese":      {[]string{"CD", "CG"}, "CD", 0.8},
	"tripoli":        {[]string{"LY", "LB"}, "LY", 1},
	"tripolis":       {[]string{"LY", "LB"}, "LY", 1},
	"триполи":        {[]string{"LY", "LB"}, "LY", 1},
	"طرابلس":         {[]string{"LY", "LB"}, "LY", 1},
	"georgia":        {[]string{"GE", "US"}, "GE", 1},
	"korea":          {[]string{"KR", "KP"}, "KR", 0.5},
	"macedonia":      {[]string{"MK", "GR"}, "MK", 0.9},
	"dominican":      {[]string{"DO", "DM"}, "DO", 0.8},
	"dominicans":     {[]string{"DO", "DM"}, "DO", 0.8},
	"عمان":           {[]string{"JO", "OM"}, "JO", 0.5},
	"jersey":         {[]string{"JE", "US"}, "JE", 0.5},
	"rafah crossing": {[]string{"PS", "EG"}, "PS", 0.8},
	"abyei":          {[]string{"SD", "SS"}, "", 0},
	"ابيي":           {[]string{"SD", "SS"}, "", 0},
	"luxembourg":     {[]string{"LU", "BE"}, "LU", 1},
}

// usualOf gives the default for a form that the taxonomy lists with several countries:
// congolais, congoleño and so on share one entry.
func usualOf(key string) (sense, bool) {
	if s, ok := senses[key]; ok {
		return s, true
	}
	switch {
	case strings.HasPrefix(key, "congol"), strings.HasPrefix(key, "kongoles"), strings.HasPrefix(key, "конголез"), strings.HasPrefix(key, "كونغولي"):
		return senses["congolese"], true
	case strings.HasPrefix(key, "dominic"):
		return senses["dominican"], true
	}
	return sense{}, false
}

// addSenses gives forms that the taxonomy lists once their other countries.
func (b *builder) addSenses(country map[string]int) {
	for i := range len(b.phrases) {
		p := b.phrases[i]
		s, ok := senses[p.key]
		if !ok || p.kind > kindPlace {
			continue
		}
		for _, code := range s.countries {
			other, known := country[code]
			if !known || int32(other) == p.target {
				continue
			}
			for j := range languageCount {
				if p.languages&(1<<j) != 0 {
					b.add(strings.Join(p.written, " "), languageTags[j], p.kind, int32(other), true)
				}
			}
		}
	}
}

// bothCountries are plurals that name two countries at once.
var bothCountries = map[string][]string{"sudans": {"SD", "SS"}, "congos": {"CD", "CG"}, "koreas": {"KR", "KP"}}

// statesOfUS tell "Lebanon, Pennsylvania" from Lebanon.
var statesOfUS = makeSet(`alabama;alaska;arizona;arkansas;california;colorado;connecticut;delaware;florida;georgia;hawaii;idaho;illinois;indiana;iowa;
	kansas;kentucky;louisiana;maine;maryland;massachusetts;michigan;minnesota;mississippi;missouri;montana;nebraska;nevada;new hampshire;
	new jersey;new mexico;new york;north carolina;north dakota;ohio;oklahoma;oregon;pennsylvania;rhode island;south carolina;south dakota;
	tennessee;texas;utah;vermont;virginia;west virginia;wisconsin;wyoming`)

// stateInitials are those of them that newswires write as initials.
var stateInitials = makeSet(`NC;SC;ND;SD;NH;NJ;NM;NY;RI;DC`)

// tongues are demonyms that are languages too.
var tongues = map[string]bool{
	"FR": true, "ES": true, "PT": true, "DE": true, "IT": true, "RU": true, "CN": true, "TR": true, "NL": true, "JP": true, "GR": true,
	"UA": true, "PL": true, "RO": true, "SO": true, "SE": true, "VN": true, "TH": true, "KR": true, "BG": true, "HU": true, "FI": true, "KH": true,
}

func makeSet(list string) map[string]bool {
	set := map[string]bool{}
	for s := range strings.SplitSeq(list, ";") {
		set[strings.TrimSpace(s)] = true
	}
	return set
}
