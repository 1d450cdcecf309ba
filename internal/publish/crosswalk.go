package publish

import (
	"slices"
	"strconv"

	"tributary/feeds"
)

// Schemes of further categories, after the base.
const (
	schemeReliefWebTheme = "reliefweb-theme"
	schemeGCMObjective   = "gcm-objective"
)

// crosswalk says what topics are in the schemes of others: ReliefWeb's themes by their
// ids, the objectives of the Global Compact for Migration by their numbers.
type crosswalk struct {
	topics map[string]*feeds.Topic
	others []otherScheme
}

type otherScheme struct {
	uri   string
	names map[int]map[string]string
	of    func(*feeds.Topic) []int
}

func newCrosswalk(t *feeds.Taxonomy, base string) crosswalk {
	x := crosswalk{topics: map[string]*feeds.Topic{}, others: []otherScheme{
		{base + schemeReliefWebTheme, t.ReliefWebThemes, func(t *feeds.Topic) []int { return t.ReliefWebThemes }},
		{base + schemeGCMObjective, t.GCMObjectives, func(t *feeds.Topic) []int { return t.GCM }},
	}}
	for i := range t.Groups {
		for j := range t.Groups[i].Topics {
			topic := &t.Groups[i].Topics[j]
			x.topics[topic.Slug] = topic
		}
	}
	return x
}

// append adds what a story's topics are in the other schemes, each once, in the order
// of its topics. What has no name is left out.
func (x crosswalk) append(out []feeds.Category, labels []feeds.Label, lang string) []feeds.Category {
	for _, scheme := range x.others {
		var seen []int
		for i := range labels {
			topic := x.topics[labels[i].Value]
			if labels[i].Kind != feeds.LabelTopic || topic == nil {
				continue
			}
			for _, number := range scheme.of(topic) {
				if slices.Contains(seen, number) || len(scheme.names[number]) == 0 {
					continue
				}
				seen = append(seen, number)
				term := strconv.Itoa(number)
				out = append(out, feeds.Category{Term: term, Scheme: scheme.uri, Label: feeds.In(scheme.names[number], lang, term)})
			}
		}
	}
	return out
}
