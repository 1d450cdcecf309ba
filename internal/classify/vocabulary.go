package classify

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"tributary/feeds"
)

// vagueTheme is the number of topics from which on a category only supports what the
// text says itself.
const vagueTheme = 3

// What a category of a publisher means.
type meaningKind uint8

const (
	meansNothing meaningKind = iota // known, and of no account: a format, a language
	meansCountry
	meansRegion
	meansTopics
)

type meaning struct {
	kind   meaningKind
	place  int32 // index of the country or region
	topics []int32
}

// categoryIndex finds what a publisher's category means: in the vocabulary of its
// publisher, in those of every publisher, by name.
type categoryIndex struct {
	vocabularies []*feeds.CategoryVocabulary
	groups       [][]categoryGroup // by vocabulary
	countries    map[string]meaning
	codes        map[string]meaning // as written: ISO 3166-1 alpha-3 and short names such as UAE
	alpha2       map[string]meaning
	regions      map[string]meaning
	topics       map[string]meaning // by label, slug, IOM's theme
	themes       map[string]meaning // by ids and names of ReliefWeb's themes
}

// categoryGroup is a feeds.CategoryGroup by folded words.
type categoryGroup struct {
	*feeds.CategoryGroup
	name     string // for evidence
	prefixes []string
	listed   map[string]meaning
}

func indexCategories(t *feeds.Taxonomy, topics []*feeds.Topic, country map[string]int) *categoryIndex {
	x := &categoryIndex{
		countries: map[string]meaning{}, codes: map[string]meaning{}, alpha2: map[string]meaning{},
		regions: map[string]meaning{}, topics: map[string]meaning{}, themes: map[string]meaning{},
	}
	x.indexCountries(t)
	region := map[string]int{}
	for i := range t.Regions {
		r := &t.Regions[i]
		region[r.Slug] = i
		for _, s := range r.Label {
			x.regions[categoryKey(s)] = meaning{kind: meansRegion, place: int32(i)}
		}
	}
	topic := map[string]int{}
	for i, t := range topics {
		topic[t.Slug] = i
	}
	x.indexTopics(t, topics)
	for i := range t.Vocabularies {
		v := &t.Vocabularies[i]
		groups := make([]categoryGroup, len(v.Groups))
		for j := range v.Groups {
			groups[j] = indexGroup(v, &v.Groups[j], country, region, topic)
		}
		x.vocabularies, x.groups = append(x.vocabularies, v), append(x.groups, groups)
	}
	return x
}

// indexCountries takes labels before variant names: a label wins over another
// country's variant. A variant of two countries says nothing.
func (x *categoryIndex) indexCountries(t *feeds.Taxonomy) {
	for i := range t.Countries {
		c, m := &t.Countries[i], meaning{kind: meansCountry, place: int32(i)}
		x.codes[c.ISO3], x.alpha2[c.ISO2] = m, m
		for _, s := range c.Label {
			x.countries[categoryKey(s)] = m
		}
	}
	variants := map[string]meaning{}
	for i := range t.Countries {
		for _, list := range t.Countries[i].Names {
			for _, s := range list {
				m := meaning{kind: meansCountry, place: int32(i)}
				if key := categoryKey(s); len(key) <= 3 {
					if _, taken := x.codes[s]; !taken && strings.ToUpper(s) == s {
						x.codes[s] = m
					}
				} else if other, twice := variants[key]; twice && other.place != m.place {
					variants[key] = meaning{}
				} else {
					variants[key] = m
				}
			}
		}
	}
	for key, m := range variants {
		if _, taken := x.countries[key]; !taken && m.kind == meansCountry {
			x.countries[key] = m
		}
	}
}

func (x *categoryIndex) indexTopics(t *feeds.Taxonomy, topics []*feeds.Topic) {
	add := func(to map[string]meaning, s string, topic int32) {
		key := categoryKey(s)
		if m := to[key]; key != "" && !slices.Contains(m.topics, topic) {
			to[key] = meaning{kind: meansTopics, topics: append(m.topics, topic)}
		}
	}
	for i, topic := range topics {
		add(x.topics, topic.Slug, int32(i))
		for _, s := range topic.Label {
			add(x.topics, s, int32(i))
		}
		for _, s := range topic.IOMThemes {
			add(x.topics, s, int32(i))
		}
		for _, id := range topic.ReliefWebThemes {
			add(x.themes, strconv.Itoa(id), int32(i))
			for _, s := range t.ReliefWebThemes[id] {
				add(x.themes, s, int32(i))
			}
		}
	}
}

func indexGroup(v *feeds.CategoryVocabulary, g *feeds.CategoryGroup, country, region, topic map[string]int) categoryGroup {
	out := categoryGroup{CategoryGroup: g, name: v.ID + " " + g.ID, listed: map[string]meaning{}}
	for _, s := range g.Prefixes {
		out.prefixes = append(out.prefixes, strings.ToLower(s))
	}
	for _, s := range g.Ignore {
		out.listed[categoryKey(s)] = meaning{}
	}
	places := func(lists map[string][]string, index map[string]int, kind meaningKind) {
		for code, list := range lists {
			if i, ok := index[code]; ok {
				for _, s := range list {
					out.listed[categoryKey(s)] = meaning{kind: kind, place: int32(i)}
				}
			}
		}
	}
	places(g.Countries, country, meansCountry)
	places(g.Regions, region, meansRegion)
	for slug, list := range g.Topics {
		i, ok := topic[slug]
		for _, s := range list {
			if key := categoryKey(s); ok {
				m := out.listed[key]
				m.kind, m.topics = meansTopics, append(m.topics, int32(i))
				slices.Sort(m.topics)
				out.listed[key] = m
			}
		}
	}
	return out
}

// speaking are the places of the vocabularies to ask about an item: its publisher's,
// then those of every publisher.
func (x *categoryIndex) speaking(it Item) []int {
	var own, common []int
	feed, page := feeds.HostOf(it.Feed), feeds.HostOf(it.URL)
	for i, v := range x.vocabularies {
		switch {
		case v.Speaks(feed) || v.Speaks(page):
			own = append(own, i)
		case len(v.Hosts) == 0:
			common = append(common, i)
		}
	}
	return append(own, common...)
}

// meaning looks a text of a category up. where names what knew it; known is false when
// nothing did.
func (x *categoryIndex) meaning(vocabularies []int, scheme, text string) (m meaning, where string, known bool) {
	for _, v := range vocabularies {
		for i := range x.groups[v] {
			g := &x.groups[v][i]
			rest, covered, alone := g.covers(scheme, text)
			if !covered {
				continue
			}
			if m, known = x.within(g, rest); known || alone {
				return m, g.name, known
			}
		}
	}
	for _, key := range categoryKeys(text) {
		for _, names := range []map[string]meaning{x.countries, x.regions, x.topics, x.themes} {
			if m, known = names[key]; known {
				return m, "by name", true
			}
		}
	}
	m, known = x.codes[text]
	return m, "by code", known
}

// covers reports whether the group speaks of a category, what of the text is to be
// looked up, and whether no other group does.
func (g *categoryGroup) covers(scheme, text string) (rest string, covered, alone bool) {
	if g.Scheme != "" {
		return text, scheme == g.Scheme, true
	}
	if len(g.prefixes) == 0 {
		return text, true, false
	}
	for _, p := range g.prefixes {
		if len(text) > len(p) && strings.EqualFold(text[:len(p)], p) {
			return strings.TrimSpace(text[len(p):]), true, true
		}
	}
	return "", false, false
}

// within looks a text up in a group.
func (x *categoryIndex) within(g *categoryGroup, text string) (meaning, bool) {
	keys := categoryKeys(text)
	for _, key := range keys {
		if m, ok := g.listed[key]; ok {
			return m, true
		}
	}
	var names map[string]meaning
	switch g.Means {
	case feeds.MeansIgnore:
		return meaning{}, true
	case feeds.MeansCountry:
		for _, codes := range []map[string]meaning{x.codes, x.alpha2} {
			if m, ok := codes[text]; ok {
				return m, true
			}
		}
		names = x.countries
	case feeds.MeansRegion:
		names = x.regions
	case feeds.MeansTopic:
		names = x.topics
	case feeds.MeansTheme:
		names = x.themes
	}
	for _, key := range keys {
		if m, ok := names[key]; ok {
			return m, true
		}
	}
	return meaning{}, false
}

func categoryKey(s string) string { return strings.Join(foldedWords(s), " ") }

// categoryKeys are the words by which a category is looked up: as they stand and, of
// what is written as one word (#SouthSudan, south_sudan), taken apart.
func categoryKeys(text string) []string {
	keys := []string{categoryKey(text)}
	if strings.ContainsRune(strings.TrimSpace(text), ' ') {
		return keys
	}
	var b strings.Builder
	lower := false
	for _, r := range text {
		if r == '_' || unicode.IsUpper(r) && lower {
			b.WriteByte(' ')
		}
		if r != '_' {
			b.WriteRune(r)
		}
		lower = unicode.IsLower(r)
	}
	if apart := categoryKey(b.String()); apart != keys[0] {
		keys = append(keys, apart)
	}
	return keys
}
