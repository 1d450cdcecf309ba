package pipeline

import (
	"context"
	"slices"

	"tributary/feeds"
	"tributary/internal/classify"
	"tributary/internal/store"
)

// labeller makes the labels of items and stories as machines see them: by the
// classifier, then by the rules of their sources. A pull, the relabelling of what is
// kept and a correction all go through it, so that one story has the same labels
// whichever of them came last. It does not change once it is made.
type labeller struct {
	classify Classifier
	sources  map[string]feeds.Source
	book     store.RuleBook
}

// ruleStore is where labellers get what they need.
type ruleStore interface {
	Sources(ctx context.Context) ([]store.SourceState, error)
	RuleBook(ctx context.Context) (store.RuleBook, error)
}

func newLabeller(ctx context.Context, s ruleStore, c Classifier) (*labeller, error) {
	states, err := s.Sources(ctx)
	if err != nil {
		return nil, err
	}
	book, err := s.RuleBook(ctx)
	if err != nil {
		return nil, err
	}
	l := &labeller{classify: c, sources: make(map[string]feeds.Source, len(states)), book: book}
	for _, state := range states {
		l.sources[state.ID] = state.Source
	}
	return l, nil
}

// with is the labeller under other rules.
func (l *labeller) with(book store.RuleBook) *labeller {
	return &labeller{classify: l.classify, sources: l.sources, book: book}
}

// labels are an item's labels, made when first asked for.
func (l *labeller) labels(s feeds.Source, it *item) []feeds.Label {
	if it.labels == nil {
		asked := asked(s, it)
		it.labels = classify.ApplyRules(l.classify.Classify(asked), asked, l.book.BySource[s.ID])
		if it.labels == nil {
			it.labels = []feeds.Label{} // asked for, and none
		}
	}
	return it.labels
}

// asked is an item as the classifier takes it.
func asked(s feeds.Source, it *item) classify.Item {
	return classify.Item{Title: it.entry.Title, Text: it.text, Language: it.entry.Language, URL: it.entry.Link,
		Categories: it.entry.Categories, Trust: s.Categories, Kind: s.Kind, Feed: s.VocabularyAddress(), Source: s.Title, Area: s.Countries}
}

// languages are the labels of the languages of a copy that does not lead: a story is
// in those of all its published copies. Nothing else of a copy is asked for.
func (l *labeller) languages(s feeds.Source, it *item) []feeds.Label {
	if it.tongues != nil {
		return it.tongues
	}
	it.tongues = []feeds.Label{}
	if it.labels != nil {
		for _, label := range it.labels {
			if label.Kind == feeds.LabelLanguage {
				it.tongues = append(it.tongues, label)
			}
		}
		return it.tongues
	}
	asked := asked(s, it)
	if label, ok := l.classify.Language(asked); ok {
		it.tongues = append(it.tongues, label)
	}
	it.tongues = append([]feeds.Label{}, classify.ApplyRules(it.tongues, asked, ofLanguage(l.book.BySource[s.ID]))...)
	return it.tongues
}

func ofLanguage(rules []feeds.SourceRule) []feeds.SourceRule {
	var out []feeds.SourceRule
	for _, r := range rules {
		if r.Kind == feeds.LabelLanguage {
			out = append(out, r)
		}
	}
	return out
}

// story labels a story from its copies as they are kept, the lead first. When the text of
// the lead has had its time, the story's labels outlive it: they are given back as they
// are, but for those by people, which are made anew from what those said.
func (l *labeller) story(st *feeds.Story) (labels, added []feeds.Label) {
	if !st.Lead().Expired.IsZero() {
		return slices.DeleteFunc(slices.Clone(st.Labels), func(l feeds.Label) bool { return l.By == feeds.ByPerson }), nil
	}
	labels = l.labels(l.sources[st.Lead().SourceID], kept(st.Lead()))
	for i := range st.Copies[1:] {
		c := &st.Copies[i+1]
		if s := l.sources[c.SourceID]; c.Withdrawn.IsZero() && !s.Trial {
			added = append(added, l.languages(s, kept(c))...)
		}
	}
	return labels, added
}

// kept is a kept copy as an item.
func kept(c *feeds.Copy) *item { return &item{entry: c.Entry, text: plainText(&c.Entry)} }
