package feeds

// Taxonomy is the versioned data that labels are made from. It is data, not code:
// config loads it, classify matches with it, publish takes names from it.
type Taxonomy struct {
	Version   int
	Countries []Country
	Regions   []Region
	Groups    []TopicGroup
	Anchors   map[string][]string // words that say an item is about people on the move or relief, by BCP 47 language
}

// Country is a country or territory of ISO 3166-1 (plus XK). Maps are by BCP 47
// language.
type Country struct {
	ISO2     string              `yaml:"iso2"`
	ISO3     string              `yaml:"iso3"`
	M49      string              `yaml:"m49"`      // empty where M49 has none (XK, TW)
	Label    map[string]string   `yaml:"label"`    // as the UN writes it; shown
	Names    map[string][]string `yaml:"names"`    // matched besides the label: short, former and variant names
	Demonyms map[string][]string `yaml:"demonyms"` // Libyan, libyen*, ...; '*' at the end: a prefix
	Places   map[string][]string `yaml:"places"`   // capital and places that stand for it alone
	Region   string              `yaml:"region"`   // slug of the IOM region that serves it
	Note     string              `yaml:"note"`
}

// Region is a region with a feed of its own: an IOM regional office's area, an M49
// region, or a region without fixed countries (Sahel).
type Region struct {
	Slug      string              `yaml:"slug"`
	Scheme    string              `yaml:"scheme"` // iom, m49 or named
	M49       string              `yaml:"m49"`
	Label     map[string]string   `yaml:"label"`
	Names     map[string][]string `yaml:"names"`     // matched in text; a match gives a region label, never its countries
	Countries []string            `yaml:"countries"` // ISO2: stories about these belong to the region's feed
}

// TopicGroup is the upper level of the topic scheme.
type TopicGroup struct {
	Slug   string            `yaml:"slug"`
	Label  map[string]string `yaml:"label"`
	Topics []Topic           `yaml:"topics"`
}

// Topic is the lower level. Terms follow the matching notes of the taxonomy file:
// '*' ends a word that is a prefix, capitals are acronyms and match by case, a Not
// phrase cancels a hit in its language.
type Topic struct {
	Slug            string              `yaml:"slug"`
	Label           map[string]string   `yaml:"label"`
	IOMThemes       []string            `yaml:"iom_themes"`
	ReliefWebThemes []int               `yaml:"reliefweb_themes"`
	GCM             []int               `yaml:"gcm"`
	SDG             []string            `yaml:"sdg"`
	Terms           map[string][]string `yaml:"terms"`
	Beside          map[string][]string `yaml:"beside"` // words with other meanings: terms beside an anchor of the taxonomy, weak elsewhere
	Weak            map[string][]string `yaml:"weak"`   // generic terms: count only beside another hit or in the title
	Not             map[string][]string `yaml:"not"`
}

// CountryByCode finds a country by its ISO 3166-1 alpha-2 code, upper case.
func (t *Taxonomy) CountryByCode(iso2 string) (*Country, bool) {
	for i := range t.Countries {
		if t.Countries[i].ISO2 == iso2 {
			return &t.Countries[i], true
		}
	}
	return nil, false
}

// RegionBySlug finds a region.
func (t *Taxonomy) RegionBySlug(slug string) (*Region, bool) {
	for i := range t.Regions {
		if t.Regions[i].Slug == slug {
			return &t.Regions[i], true
		}
	}
	return nil, false
}

// TopicBySlug finds a topic.
func (t *Taxonomy) TopicBySlug(slug string) (*Topic, bool) {
	for i := range t.Groups {
		for j := range t.Groups[i].Topics {
			if t.Groups[i].Topics[j].Slug == slug {
				return &t.Groups[i].Topics[j], true
			}
		}
	}
	return nil, false
}

// In takes the text of a language from a map by language, English when that
// language is missing, fallback when both are.
func In(texts map[string]string, language, fallback string) string {
	if s := texts[language]; s != "" {
		return s
	}
	if s := texts["en"]; s != "" {
		return s
	}
	return fallback
}
