package publish

import (
	"html"
	"slices"
	"strings"
	"time"

	"tributary/feeds"
	"tributary/feeds/read"
)

const maxSourceCategories = 30

// composer turns the stories of one channel into entries.
type composer struct {
	p         *Publisher
	catalogue *catalogue
	language  string
	prefer    []string // base languages
}

// copyOf is a copy with its source.
type copyOf struct {
	feeds.Copy
	source   *feeds.Source
	language string // BCP 47, empty when unknown
}

// entry makes the entry of a story and names its further publishers; ok is false when
// no copy may be published.
func (c *composer) entry(s *feeds.Story) (e feeds.Entry, contributors []feeds.Person, ok bool) {
	copies := c.copies(s)
	if len(copies) == 0 {
		return feeds.Entry{}, nil, false
	}
	lead := copies[0]
	e = feeds.Entry{
		ID: c.p.storyURI(s.ID), Title: headline(lead), Link: lead.Entry.Link, Language: lead.language,
		Authors: []feeds.Person{publisherOf(lead.source)}, Rights: lead.Entry.Rights,
	}
	if e.Link == "" {
		e.Link = c.p.storyPage(s.ID)
	}
	if e.Rights == "" {
		e.Rights = lead.source.Licence
	}
	e.Published, e.Updated = dates(s, lead)
	e.Links = links(e.Link, copies)
	e.Categories = c.categories(s, lead)
	e.Source = &feeds.Origin{ID: lead.source.URL, Title: sourceTitle(lead.source), Link: lead.source.Link, Self: lead.source.URL,
		Updated: e.Updated, Authors: e.Authors, Rights: lead.source.Licence}
	c.content(&e, s, lead)
	return e, credits(copies), true
}

// copies are those that may be published: first the one in the language that the channel
// prefers, of several the lead or the first seen, else the lead; then the others.
func (c *composer) copies(s *feeds.Story) []copyOf {
	out := make([]copyOf, 0, len(s.Copies))
	for _, kept := range s.Copies {
		source := c.catalogue.sources[kept.SourceID]
		if source == nil { // deleted since: its title may be said, no more is known
			source = &feeds.Source{ID: kept.SourceID, Title: kept.SourceID, Republish: feeds.RepublishTitle, Kind: feeds.KindPartner}
		}
		if kept.Withdrawn.IsZero() && !source.Trial {
			kept.Entry = c.p.pictures.Words(s, source, kept.Entry)
			out = append(out, copyOf{kept, source, languageOf(s, &kept, source)})
		}
	}
	for _, language := range c.prefer {
		if i := slices.IndexFunc(out, func(o copyOf) bool { return feeds.BaseLanguage(o.language) == language }); i >= 0 {
			return slices.Concat(out[i:i+1], out[:i], out[i+1:])
		}
	}
	return out
}

// headline is the publisher's, untouched. Publishers of short notes give none; readers
// and newsletter tools need one, so the first words stand for it, or the source's
// title when the source lets us publish no words.
func headline(lead copyOf) string {
	if strings.TrimSpace(lead.Entry.Title) != "" {
		return lead.Entry.Title
	}
	const most = 12
	text := lead.Entry.Summary
	if text == "" {
		text = lead.Entry.Content
	}
	words := strings.Fields(read.PlainText(text))
	switch {
	case lead.source.Republish == feeds.RepublishTitle || len(words) == 0:
		return sourceTitle(lead.source)
	case len(words) > most:
		return strings.Join(words[:most], " ") + "…"
	default:
		return strings.Join(words, " ")
	}
}

func publisherOf(s *feeds.Source) feeds.Person {
	name := s.Publisher
	if name == "" {
		name = sourceTitle(s)
	}
	return feeds.Person{Name: name, URI: s.Link}
}

func sourceTitle(s *feeds.Source) string {
	if s.Title != "" {
		return s.Title
	}
	return s.ID
}

// languageOf is the language of a copy, that of its source when nothing else is known.
func languageOf(s *feeds.Story, c *feeds.Copy, source *feeds.Source) string {
	if language := s.LanguageOf(c); language != "" || len(s.Values(feeds.LabelLanguage)) > 0 {
		return language
	}
	return source.Language
}

// dates are the source's own as far as they can be true: published no later than we
// first saw the story, updated no earlier than published and no later than we last
// changed the story. The clock has no say, or bytes would change with it.
func dates(s *feeds.Story, lead copyOf) (published, updated time.Time) {
	published = s.Published
	for _, seen := range []time.Time{s.Created, lead.FirstSeen} {
		if published.IsZero() || !seen.IsZero() && seen.Before(published) {
			published = seen
		}
	}
	updated = s.Updated
	if !s.Changed.IsZero() && updated.After(s.Changed) {
		updated = s.Changed
	}
	if updated.Before(published) {
		updated = published
	}
	return published, updated
}

// links are the lead's page, then the other copies: the first in each further
// language as a translation, the others as related.
func links(page string, copies []copyOf) []feeds.Link {
	lead := copies[0]
	out := []feeds.Link{{Rel: "alternate", Href: page, Type: "text/html", Hreflang: lead.language}}
	languages := []string{feeds.BaseLanguage(lead.language)}
	seen := []string{page}
	for _, c := range copies[1:] {
		if c.Entry.Link == "" || slices.Contains(seen, c.Entry.Link) {
			continue
		}
		seen = append(seen, c.Entry.Link)
		l := feeds.Link{Rel: "related", Href: c.Entry.Link, Type: "text/html", Hreflang: c.language, Title: sourceTitle(c.source)}
		if base := feeds.BaseLanguage(l.Hreflang); base != "" && languages[0] != "" && !slices.Contains(languages, base) {
			languages = append(languages, base)
			l.Rel = "alternate"
		}
		out = append(out, l)
	}
	return out
}

// credits names the publishers of the other copies, and whoever the lead's source
// itself took the entry from.
func credits(copies []copyOf) []feeds.Person {
	author := publisherOf(copies[0].source)
	var out []feeds.Person
	add := func(person feeds.Person) {
		same := func(other feeds.Person) bool { return other.Name == person.Name }
		if person.Name != "" && !same(author) && !slices.ContainsFunc(out, same) {
			out = append(out, person)
		}
	}
	if origin := copies[0].Entry.Source; origin != nil {
		add(feeds.Person{Name: origin.Title, URI: origin.Link})
	}
	for _, c := range copies[1:] {
		add(publisherOf(c.source))
	}
	return out
}

// categories are what we say of the story, under our schemes, then what its source
// says, under its own. A source cannot speak under ours.
func (c *composer) categories(s *feeds.Story, lead copyOf) []feeds.Category {
	out := make([]feeds.Category, 0, len(s.Labels)+len(lead.Entry.Categories)+1)
	for _, l := range s.Labels {
		if l.Kind == feeds.LabelLanguage && l.Value == "und" {
			continue // of a store of before: no language is no category
		}
		if t := (feeds.Term{Kind: feeds.TermKind(l.Kind), Value: l.Value}); c.p.names.shows(t) {
			out = append(out, feeds.Category{Term: l.Value, Scheme: c.p.o.SchemeBase + string(l.Kind), Label: c.p.names.term(c.language, t, c.catalogue)})
		}
	}
	out = c.p.crosswalk.append(out, s.Labels, c.language)
	if mark := wordsIn(c.language).marks[lead.source.Kind]; mark != "" {
		out = append(out, feeds.Category{Term: string(lead.source.Kind), Scheme: c.p.o.SchemeBase + "kind", Label: mark})
	}
	theirs := 0
	for _, category := range lead.Entry.Categories {
		if theirs < maxSourceCategories && !strings.HasPrefix(category.Scheme, c.p.o.SchemeBase) {
			out = append(out, category)
			theirs++
		}
	}
	return out
}

// content puts in as much of the lead's text, files and picture as its source allows.
func (c *composer) content(e *feeds.Entry, s *feeds.Story, lead copyOf) {
	republish := lead.source.Republish
	if republish != feeds.RepublishSummary && republish != feeds.RepublishFull {
		return
	}
	text := read.PlainText(lead.Entry.Summary)
	if strings.TrimSpace(text) == "" {
		text = read.PlainText(lead.Entry.Content)
	}
	e.Summary = html.EscapeString(excerpt(text))
	pictures := c.p.pictures.Show(s, lead.source)
	for _, f := range lead.Entry.Enclosures {
		if !IsPicture(f) || pictures && (republish == feeds.RepublishFull || !strings.HasPrefix(f.Type, "image/")) {
			e.Enclosures = append(e.Enclosures, f)
		}
	}
	if republish != feeds.RepublishFull {
		return
	}
	e.Content = lead.Entry.Content
	if e.Content == "" { // many sources have their whole text in the summary
		e.Content = lead.Entry.Summary
	}
	if pictures {
		e.Image = lead.Entry.Image
	}
}
