package web

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"tributary/feeds"
	"tributary/internal/publish"
)

// storyItem is a story in a list.
type storyItem struct {
	Href      string
	Title     string
	Lang      string // of title and excerpt; empty when unknown
	Language  string // its name, when it is not the page's language
	Excerpt   string
	Original  string // the publisher's page
	Publisher string
	Kind      feeds.Kind
	KindName  string
	Published time.Time
	Revised   bool
	Others    int // standing copies besides the lead
	Labels    []anchor
}

// catalogue is the sources by id.
func (v *viewer) catalogue(ctx context.Context) (map[string]SourceStatus, error) {
	if v.sources != nil {
		return v.sources, nil
	}
	return v.h.sourceMap(ctx)
}

// sourceMap reads the sources by id.
func (h *Handler) sourceMap(ctx context.Context) (map[string]SourceStatus, error) {
	list, err := h.o.Sources(ctx)
	if err != nil {
		return nil, fmt.Errorf("list sources: %w", err)
	}
	m := make(map[string]SourceStatus, len(list))
	for _, s := range list {
		m[s.Source.ID] = s
	}
	return m, nil
}

// storyList reads what a selector holds and makes it fit for a list.
func (v *viewer) storyList(ctx context.Context, sel feeds.Selector, limit int, sources map[string]SourceStatus, prefer []string) ([]storyItem, error) {
	stories, err := v.h.o.Store.Stories(ctx, sel, limit)
	if err != nil {
		return nil, fmt.Errorf("list stories: %w", err)
	}
	items := make([]storyItem, 0, len(stories))
	for i := range stories {
		if counting := stories[i].Except(sel.Without); len(counting.Copies) > 0 {
			s, isLead := v.turn(&counting, sources, prefer)
			item := v.storyItem(&s, sources)
			if base := feeds.BaseLanguage(item.Lang); !isLead && base != v.l.lang { // its page shows the same
				item.Href = v.l.version(s.ID, base)
			}
			items = append(items, item)
		}
	}
	return items, nil
}

func (v *viewer) storyItem(s *feeds.Story, sources map[string]SourceStatus) storyItem {
	lead := s.Lead()
	source := sources[lead.SourceID].Source
	words := v.h.pictures.Words(s, &source, lead.Entry)
	item := storyItem{
		Href:      v.l.story(s.ID),
		Title:     v.titleOf(&words, source.Republish),
		Lang:      publish.LanguageOf(s, lead, &source),
		Original:  webAddress(lead.Entry.Link),
		Publisher: publisherName(source, lead.SourceID),
		Kind:      source.Kind,
		KindName:  kindName(v.p, source.Kind),
		Published: s.Published,
		Revised:   lead.Revision > 1,
	}
	if item.Lang != "" && !sameLanguage(item.Lang, v.p.lang) {
		item.Language = v.p.languageName(item.Lang)
	}
	if source.Republish == feeds.RepublishSummary || source.Republish == feeds.RepublishFull {
		item.Excerpt = excerpt(firstText(words.Summary, words.Content), maxExcerpt)
	}
	for i := range s.Copies {
		if i > 0 && s.Copies[i].Withdrawn.IsZero() {
			item.Others++
		}
	}
	for _, kind := range []feeds.LabelKind{feeds.LabelCountry, feeds.LabelTopic} {
		for _, l := range v.h.names.shown(s.Labels) {
			if l.Kind == kind {
				item.Labels = append(item.Labels, v.labelLink(l, sources))
			}
		}
	}
	return item
}

// titleOf is an entry's title, or words that stand for it where its source lets us
// publish words.
func (v *viewer) titleOf(e *feeds.Entry, republish feeds.Republish) string {
	if e.Title != "" {
		return e.Title
	}
	if republish != feeds.RepublishSummary && republish != feeds.RepublishFull {
		return v.p.t("story.untitled")
	}
	if text := excerpt(firstText(e.Summary, e.Content), 100); text != "" {
		return text
	}
	return v.p.t("story.untitled")
}

// labelLink leads to the feed page of what a label says.
func (v *viewer) labelLink(l feeds.Label, sources map[string]SourceStatus) anchor {
	return v.termLink(feeds.Term{Kind: feeds.TermKind(l.Kind), Value: l.Value}, sources)
}

func (v *viewer) termLink(t feeds.Term, sources map[string]SourceStatus) anchor {
	v.named(t)
	a := anchor{Text: v.h.names.of(v.p, t, sources)}
	if _, href, ok := v.linkable(t); ok {
		a.Href = href
	}
	return a
}

// publisherName is the organisation to credit.
func publisherName(s feeds.Source, fallback string) string {
	switch {
	case s.Publisher != "":
		return s.Publisher
	case s.Title != "":
		return s.Title
	default:
		return fallback
	}
}

func firstText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// webAddress is s when it is an absolute http or https URL, else empty: entries come
// from outside and may link to anything.
func webAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return ""
	}
	return s
}
