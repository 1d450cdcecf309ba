package classify

import (
	"strings"

	"tributary/feeds"
)

// countrySaid is a country or region that the publisher names as category.
type countrySaid struct {
	country  int32
	hint     bool // confirms what the text says, and says nothing by itself
	evidence feeds.Evidence
}

// topicSaid is a topic that a category of the publisher means.
type topicSaid struct {
	topic    int32
	support  bool // the category is shared by many topics
	hint     bool
	evidence feeds.Evidence
}

// publisherSays is what the categories of an item mean to us.
type publisherSays struct {
	countries, regions []countrySaid
	topics             []topicSaid
}

const (
	categoryLimit = 64  // categories that are read
	categoryBytes = 200 // of one of them
)

// readCategories looks the publisher's categories up. The offset of the evidence is the
// number of the category.
func (c *Classifier) readCategories(it Item) publisherSays {
	var said publisherSays
	if len(it.Categories) == 0 {
		return said
	}
	trust := c.taxonomy.TrustOf(it.Trust, it.Kind, firstOf(it.Feed, it.URL))
	if trust == feeds.CategoriesIgnore {
		return said
	}
	own := " " + categoryKey(clip(it.Source, categoryBytes)) + " "
	vocabularies := c.trusted.speaking(it)
	for i := range it.Categories[:min(len(it.Categories), categoryLimit)] {
		category := &it.Categories[i]
		for _, text := range []string{category.Label, category.Term} {
			if text = clip(strings.TrimSpace(text), categoryBytes); text == "" {
				continue
			}
			m, where, known := c.trusted.meaning(vocabularies, category.Scheme, text)
			if !known {
				continue
			}
			e := feeds.Evidence{Rule: "publisher's category, " + where, Text: printable(text), Field: "category", Offset: i}
			// What the source says of every entry tells them not apart.
			hint := trust == feeds.CategoriesHint || strings.Contains(own, " "+categoryKey(text)+" ")
			said.add(m, hint, e)
			break
		}
	}
	c.doubtArea(&said, it.Area)
	return said
}

// add notes what one category means. What two categories say counts once.
func (s *publisherSays) add(m meaning, hint bool, e feeds.Evidence) {
	place := func(list []countrySaid) []countrySaid {
		for i := range list {
			if list[i].country == m.place {
				list[i].hint = list[i].hint && hint
				return list
			}
		}
		return append(list, countrySaid{m.place, hint, e})
	}
	switch m.kind {
	case meansCountry:
		s.countries = place(s.countries)
	case meansRegion:
		s.regions = place(s.regions)
	case meansTopics:
		for _, t := range m.topics {
			s.topic(topicSaid{t, len(m.topics) >= vagueTheme, hint, e})
		}
	}
}

func (s *publisherSays) topic(said topicSaid) {
	for i := range s.topics {
		if known := &s.topics[i]; known.topic == said.topic {
			if known.support && !said.support || known.hint && !said.hint && known.support == said.support {
				*known = said
			}
			return
		}
	}
	s.topics = append(s.topics, said)
}

// doubtArea makes hints of categories that only repeat the source's own area.
func (c *Classifier) doubtArea(said *publisherSays, area []string) {
	for _, code := range area {
		own, ok := c.country[code]
		for i := range said.countries {
			if ok && said.countries[i].country == int32(own) {
				said.countries[i].hint = true
			}
		}
	}
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
