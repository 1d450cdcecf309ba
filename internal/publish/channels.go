package publish

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"tributary/feeds"
)

// folderKinds are the kinds of channel in the order in which lists show them.
var folderKinds = []feeds.TermKind{feeds.TermRegion, feeds.TermCountry, feeds.TermTopic, feeds.TermLanguage, feeds.TermOffice, feeds.TermSource}

// Channels lists what can be subscribed to without filters: everything, each region,
// country, topic, language, office and source that has stories, and the saved channels, by
// path.
func (p *Publisher) Channels(ctx context.Context) ([]feeds.Channel, error) {
	s, err := p.current(ctx)
	if err != nil {
		return nil, err
	}
	counts, err := p.o.Counts(ctx)
	if err != nil {
		return nil, fmt.Errorf("count stories: %w", err)
	}
	return p.channels(s.catalogue, counts, feeds.Channel{})
}

// channels are those of terms with stories, each narrowed by the filter's selector and
// shown in the languages that it prefers. Titles are in its language, or in that of each
// channel when it has none.
func (p *Publisher) channels(c *catalogue, counts map[feeds.Term]int, filter feeds.Channel) ([]feeds.Channel, error) {
	terms := []feeds.Term{{}} // the zero Term is everything
	for kind, f := range c.vocab {
		if !slices.Contains(folderKinds, kind) {
			continue
		}
		for _, form := range slices.Concat(f.forms, f.rare) {
			t := feeds.Term{Kind: kind, Value: f.values[form]}
			if p.names.shows(t) && p.holdsAny(t, counts) {
				terms = append(terms, t)
			}
		}
	}
	seen := make(map[string]bool, len(terms))
	out := make([]feeds.Channel, 0, len(terms))
	for _, t := range terms {
		ch := feeds.Channel{Path: "all", Limit: p.o.Limit, Prefer: filter.Prefer,
			Selector: feeds.Selector{All: slices.Clone(filter.Selector.All), Query: filter.Selector.Query}}
		if t.Kind != "" {
			ch.Path = termPath(t)
			ch.Selector.All = append(ch.Selector.All, expand([]feeds.Term{t}, p.o.Taxonomy))
		}
		ch.Selector = ch.Selector.Canonical()
		if key := ch.Selector.String(); seen[key] {
			continue // the filter itself as a channel
		} else {
			seen[key] = true
		}
		if ch.Language = filter.Language; ch.Language == "" {
			ch.Language = channelLanguage(ch.Selector, ch.Prefer)
		}
		ch.Title = p.names.title(ch.Language, ch.Selector, c)
		out = append(out, ch)
	}
	filtered := len(filter.Selector.All) > 0 || filter.Selector.Query != ""
	out = append(out, p.savedList(c, filter, func(own feeds.Selector) bool {
		return !filtered || !slices.ContainsFunc(own.All, func(group []feeds.Term) bool {
			return !slices.ContainsFunc(group, func(t feeds.Term) bool { return counts[t] > 0 })
		})
	})...)
	slices.SortFunc(out, func(a, b feeds.Channel) int { return strings.Compare(a.Path, b.Path) })
	return out, nil
}

// holdsAny says whether a term selects a story; a region does through its countries.
func (p *Publisher) holdsAny(t feeds.Term, counts map[feeds.Term]int) bool {
	return slices.ContainsFunc(expand([]feeds.Term{t}, p.o.Taxonomy), func(t feeds.Term) bool { return counts[t] > 0 })
}

// countTerms counts what given stories would be selected by, as Options.Counts does
// for all stories.
func countTerms(stories []feeds.Story, c *catalogue) map[feeds.Term]int {
	counts := make(map[feeds.Term]int)
	for i := range stories {
		for _, l := range stories[i].Labels {
			counts[feeds.Term{Kind: feeds.TermKind(l.Kind), Value: l.Value}]++
		}
		for _, kept := range stories[i].Copies {
			s := c.sources[kept.SourceID]
			if s == nil || s.Trial || !kept.Withdrawn.IsZero() {
				continue
			}
			counts[feeds.Term{Kind: feeds.TermSource, Value: s.ID}]++
			counts[feeds.Term{Kind: feeds.TermKindOf, Value: string(s.Kind)}]++
			if s.Kind == feeds.KindIOM {
				counts[feeds.Term{Kind: feeds.TermOffice, Value: s.Office}]++
			}
		}
	}
	return counts
}

// byName sorts as people of a language look names up.
func byName[T any](list []T, lang string, name func(T) string) {
	tag, err := language.Parse(lang)
	if err != nil {
		tag = language.English
	}
	order := collate.New(tag, collate.IgnoreCase)
	slices.SortStableFunc(list, func(a, b T) int { return order.CompareString(name(a), name(b)) })
}
