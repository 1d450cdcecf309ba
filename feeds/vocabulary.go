package feeds

import (
	"net/url"
	"slices"
	"strings"
)

// CategoryVocabulary is what the categories of one publisher's entries mean. Groups
// are asked in their order; the first that knows a category decides.
type CategoryVocabulary struct {
	ID     string          `yaml:"publisher"`  // slug; stands in evidence
	Hosts  []string        `yaml:"hosts"`      // of its feeds and pages, those below them included; none: every publisher
	Trust  CategoryTrust   `yaml:"categories"` // how far they are believed; empty: by the kind of source
	Groups []CategoryGroup `yaml:"groups"`
}

// Meaning is what the categories of a group name, besides those that it lists.
type Meaning string

// The meanings. Names are known in every language of the taxonomy.
const (
	MeansListed  Meaning = ""        // nothing but what is listed
	MeansCountry Meaning = "country" // names, ISO 3166-1 codes of two and three letters in capitals
	MeansRegion  Meaning = "region"
	MeansTopic   Meaning = "topic"  // labels and slugs of topics, IOM's themes
	MeansTheme   Meaning = "theme"  // ids and names of ReliefWeb's themes
	MeansIgnore  Meaning = "ignore" // whatever the group covers says nothing
)

// CategoryGroup is one sort of category that a publisher has. With a scheme or
// prefixes it covers the categories that have them, and no other group is asked about
// those; otherwise it is asked about all.
type CategoryGroup struct {
	ID        string              `yaml:"id"` // slug; stands in evidence
	Basis     string              `yaml:"basis"`
	Scheme    string              `yaml:"scheme"`
	Prefixes  []string            `yaml:"prefixes"` // "Country:", taken off before a category is looked up
	Means     Meaning             `yaml:"means"`
	Countries map[string][]string `yaml:"countries"` // ISO 3166-1 alpha-2 -> categories
	Regions   map[string][]string `yaml:"regions"`   // slug -> categories
	Topics    map[string][]string `yaml:"topics"`    // slug -> categories; one may stand under several
	Ignore    []string            `yaml:"ignore"`    // categories that say nothing
}

// Speaks reports whether the vocabulary is the one of a host, and not of every
// publisher.
func (v *CategoryVocabulary) Speaks(host string) bool {
	return host != "" && slices.ContainsFunc(v.Hosts, func(own string) bool {
		return host == own || strings.HasSuffix(host, "."+own)
	})
}

// HostOf is the host of an address as vocabularies know it; empty where it has none.
func HostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// TrustOf is how far the categories of a source of this kind at an address are
// believed: as the source says, else as the vocabulary of the address, else IOM's own
// fully and those of others as a hint.
func (t *Taxonomy) TrustOf(said CategoryTrust, kind Kind, address string) CategoryTrust {
	if said != "" {
		return said
	}
	host := HostOf(address)
	for i := range t.Vocabularies {
		if v := &t.Vocabularies[i]; v.Trust != "" && v.Speaks(host) {
			return v.Trust
		}
	}
	if kind == KindPartner || kind == KindMedia {
		return CategoriesHint
	}
	return CategoriesTrust
}

// VocabularyAddress is the address by which the vocabulary of the source's categories
// is found: its own, or ReliefWeb's for a query of the API, wherever that is asked.
func (s *Source) VocabularyAddress() string {
	if s.Type == TypeReliefWeb {
		return "https://reliefweb.int/"
	}
	return s.URL
}
