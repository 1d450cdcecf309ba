package classify

import (
	"strconv"
	"strings"

	"tributary/feeds"
)

// themesOfReliefWeb are the names of ReliefWeb's themes by the ids that topics carry.
var themesOfReliefWeb = map[int]string{
	4587: "Agriculture", 49458: "Camp Coordination and Camp Management", 4588: "Climate Change and Environment", 4589: "Contributions",
	4590: "Coordination", 4591: "Disaster Management", 4592: "Education", 4593: "Food and Nutrition", 4594: "Gender", 4595: "Health",
	4596: "HIV/Aids", 4597: "Humanitarian Financing", 4598: "Logistics and Telecommunications", 12033: "Mine Action",
	4599: "Peacekeeping and Peacebuilding", 4600: "Protection and Human Rights", 4601: "Recovery and Reconstruction",
	4602: "Safety and Security", 4603: "Shelter and Non-Food Items", 4604: "Water Sanitation Hygiene",
}

// vagueTheme is the number of topics from which on a theme only supports what the text
// says itself.
const vagueTheme = 3

// categoryIndex finds what a publisher's category means, by its folded words.
type categoryIndex struct {
	countries map[string]int32
	regions   map[string]int32
	topics    map[string][]int32
	themes    map[string][]int32 // by the ids of ReliefWeb's themes
}

// schemeOfReliefWebThemes is the scheme of categories whose terms are those ids.
const schemeOfReliefWebThemes = "https://reliefweb.int/taxonomy/theme"

// topicsOf are the topics that a category means, given one of its texts by its words.
func (x *categoryIndex) topicsOf(c *feeds.Category, key string) []int32 {
	if c.Scheme == schemeOfReliefWebThemes {
		if topics := x.themes[c.Term]; len(topics) > 0 {
			return topics
		}
	}
	return x.topics[key]
}

func indexCategories(t *feeds.Taxonomy, topics []*feeds.Topic) *categoryIndex {
	x := &categoryIndex{countries: map[string]int32{}, regions: map[string]int32{}, topics: map[string][]int32{}, themes: map[string][]int32{}}
	for i := range t.Countries {
		c := &t.Countries[i]
		x.countries[strings.ToLower(c.ISO3)] = int32(i)
		for _, s := range c.Label {
			x.countries[categoryKey(s)] = int32(i)
		}
	}
	for i := range t.Countries { // after all labels: a label wins over another's variant name
		for _, list := range t.Countries[i].Names {
			for _, s := range list {
				if key := categoryKey(s); len(key) > 3 {
					if _, taken := x.countries[key]; !taken {
						x.countries[key] = int32(i)
					}
				}
			}
		}
	}
	for i := range t.Regions {
		for _, s := range t.Regions[i].Label {
			x.regions[categoryKey(s)] = int32(i)
		}
	}
	for i, topic := range topics {
		add := func(s string) { x.topics[categoryKey(s)] = append(x.topics[categoryKey(s)], int32(i)) }
		add(topic.Slug)
		for _, tag := range languageTags {
			if s := topic.Label[tag]; s != "" && categoryKey(s) != categoryKey(topic.Slug) {
				add(s)
			}
		}
		for _, s := range topic.IOMThemes {
			add(s)
		}
		for _, id := range topic.ReliefWebThemes {
			x.themes[strconv.Itoa(id)] = append(x.themes[strconv.Itoa(id)], int32(i))
			if s := themesOfReliefWeb[id]; s != "" {
				add(s)
			}
		}
	}
	return x
}

func categoryKey(s string) string { return strings.Join(foldedWords(s), " ") }

// countrySaid is a country or region that the publisher names as category.
type countrySaid struct {
	country  int32
	evidence feeds.Evidence
}

// topicSaid is a topic that a category of the publisher means.
type topicSaid struct {
	topic    int32
	support  bool // the category is shared by many topics
	evidence feeds.Evidence
}

// publisherSays is what the categories of an item mean to us.
type publisherSays struct {
	countries, regions []countrySaid
	topics             []topicSaid
}

// categoryLimit bounds how many categories are read.
const categoryLimit = 64

// readCategories looks the publisher's categories up. The offset of the evidence is the
// number of the category.
func (c *Classifier) readCategories(it Item) publisherSays {
	var said publisherSays
	for i, category := range it.Categories[:min(len(it.Categories), categoryLimit)] {
		for _, text := range []string{category.Label, category.Term} {
			if text = clip(strings.TrimSpace(text), 200); text == "" {
				continue
			}
			key := categoryKey(text)
			e := feeds.Evidence{Rule: "publisher's category", Text: printable(text), Field: "category", Offset: i}
			if country, ok := c.trusted.countries[key]; ok {
				said.countries = append(said.countries, countrySaid{country, e})
				break
			}
			if region, ok := c.trusted.regions[key]; ok {
				said.regions = append(said.regions, countrySaid{region, e})
				break
			}
			if topics := c.trusted.topicsOf(&category, key); len(topics) > 0 {
				for _, t := range topics {
					said.topics = append(said.topics, topicSaid{t, len(topics) >= vagueTheme, e})
				}
				break
			}
		}
	}
	return said
}
