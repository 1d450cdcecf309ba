package publish

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

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
	without   []string // ids of sources whose copies do not count
	bare      bool     // nothing stands in for a text that may not be shown
}

// copies are those of a story that may be published.
type copies struct {
	voices []Voice // the lead first, if it is among them, then by first sight
	shown  int     // the one that the entry is made of
	// spoken are the places of those that speak in a further language each.
	spoken []int
}

// linksAtMost bounds the copies that an entry links to and credits; translations go first.
const linksAtMost = 100

// entry makes the entry of a story and names its further publishers; ok is false when
// no copy may be published.
func (c *composer) entry(s *feeds.Story) (e feeds.Entry, contributors []feeds.Person, ok bool) {
	all := c.copies(s)
	if len(all.voices) == 0 {
		return feeds.Entry{}, nil, false
	}
	shown := all.voices[all.shown]
	words := c.p.pictures.Words(s, shown.Source, shown.Copy.Entry)
	e = feeds.Entry{
		ID: c.p.storyURI(s.ID), Title: headline(&words, shown.Source), Link: words.Link, Language: shown.Language,
		Authors: []feeds.Person{publisherOf(shown.Source)}, Rights: words.Rights,
	}
	if !webLink(e.Link) {
		e.Link = c.p.storyPage(s.ID)
	}
	if e.Rights == "" {
		e.Rights = shown.Source.Licence
	}
	e.Published, e.Updated = dates(s, all.voices[0].Copy)
	e.Links = all.links(e.Link)
	e.Categories = c.categories(s, &words, shown.Source)
	e.Source = &feeds.Origin{ID: shown.Source.URL, Title: sourceTitle(shown.Source), Link: shown.Source.Link, Self: shown.Source.URL,
		Updated: e.Updated, Authors: e.Authors, Rights: shown.Source.Licence}
	c.content(&e, s, &words, shown.Source)
	if e.Summary == "" && e.Content == "" && !c.bare {
		e.Summary = html.EscapeString(c.attribution(shown))
	}
	return e, all.credits(), true
}

// copies chooses among those that may be published the one that speaks to the channel's
// readers, and one for each further language.
func (c *composer) copies(s *feeds.Story) copies {
	out := copies{voices: make([]Voice, 0, len(s.Copies))}
	for i := range s.Copies {
		kept := &s.Copies[i]
		source := c.catalogue.sources[kept.SourceID]
		if source == nil { // deleted since: its title may be said, no more is known
			source = &feeds.Source{ID: kept.SourceID, Title: kept.SourceID, Republish: feeds.RepublishTitle, Kind: feeds.KindPartner}
		}
		if kept.Withdrawn.IsZero() && !source.Trial && !slices.Contains(c.without, kept.SourceID) {
			out.voices = append(out.voices, Voice{kept, source, LanguageOf(s, kept, source)})
		}
	}
	if len(out.voices) < 2 {
		return out
	}
	out.shown = c.p.o.Precedence.Choose(s, out.voices, c.prefer)
	seen := []string{feeds.BaseLanguage(out.voices[out.shown].Language)}
	for i := range out.voices {
		language := feeds.BaseLanguage(out.voices[i].Language)
		if seen[0] == "" || slices.Contains(seen, language) { // beside an unknown language none is another
			continue
		}
		if best := c.p.o.Precedence.best(s, out.voices, language); best >= 0 {
			out.spoken = append(out.spoken, best)
			seen = append(seen, language)
		}
	}
	return out
}

// webLink tells whether an address is one that readers may be sent to. Reading drops the
// others; this is for what was kept before it did.
func webLink(address string) bool {
	scheme, rest, found := strings.Cut(address, "://")
	return found && rest != "" && (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http"))
}

// headline is the publisher's, untouched. Publishers of short notes give none; readers
// and newsletter tools need one, so the first words stand for it, or the source's
// title when the source lets us publish no words.
func headline(e *feeds.Entry, source *feeds.Source) string {
	if strings.TrimSpace(e.Title) != "" {
		return e.Title
	}
	const most = 12
	text := e.Summary
	if text == "" {
		text = e.Content
	}
	words := strings.Fields(read.PlainText(text))
	switch {
	case source.Republish == feeds.RepublishTitle || len(words) == 0:
		return sourceTitle(source)
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

// dates are the story's, whichever copy it is shown by, so that they are the same in every
// feed: the lead's own as far as they can be true, published no later than we first saw the
// story, updated no earlier than published and no later than we last changed the story. The
// clock has no say, or bytes would change with it.
func dates(s *feeds.Story, lead *feeds.Copy) (published, updated time.Time) {
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
	return published, distinct(updated, s.ID)
}

// distinct gives a moment of whole seconds a fraction that is the story's own: publishers
// often date several entries alike, and of entries with one updated, readers and validators
// take the second for a copy of the first (docs/decisions/0019).
func distinct(t time.Time, story string) time.Time {
	if t.IsZero() {
		return t
	}
	const microseconds = 1_000_000
	return t.Truncate(time.Second).Add(time.Duration(xxhash.Sum64String(story)%microseconds) * time.Microsecond)
}

// links are the page of the copy that is shown, then one in each further language as a
// translation, then the other copies as related.
func (c *copies) links(page string) []feeds.Link {
	out := make([]feeds.Link, 1, min(len(c.voices), linksAtMost)+1)
	out[0] = feeds.Link{Rel: "alternate", Href: page, Type: "text/html", Hreflang: c.voices[c.shown].Language}
	add := func(i int, rel string) {
		v := &c.voices[i]
		href := v.Copy.Entry.Link
		if !webLink(href) || len(out) > linksAtMost || slices.ContainsFunc(out, func(l feeds.Link) bool { return l.Href == href }) {
			return
		}
		out = append(out, feeds.Link{Rel: rel, Href: href, Type: "text/html", Hreflang: v.Language, Title: sourceTitle(v.Source)})
	}
	for _, i := range c.spoken {
		add(i, "alternate")
	}
	for i := range c.voices {
		if i != c.shown {
			add(i, "related")
		}
	}
	return out
}

// credits names the publishers of the other copies, and whoever the source of the one that
// is shown itself took the entry from.
func (c *copies) credits() []feeds.Person {
	shown := &c.voices[c.shown]
	author := publisherOf(shown.Source)
	var out []feeds.Person
	add := func(person feeds.Person) {
		same := func(other feeds.Person) bool { return other.Name == person.Name }
		if person.Name != "" && !same(author) && len(out) < linksAtMost && !slices.ContainsFunc(out, same) {
			out = append(out, person)
		}
	}
	if origin := shown.Copy.Entry.Source; origin != nil {
		add(feeds.Person{Name: origin.Title, URI: origin.Link})
	}
	for i := range c.voices {
		if i != c.shown {
			add(publisherOf(c.voices[i].Source))
		}
	}
	return out
}

// categories are what we say of the story, under our schemes, then what its source
// says, under its own. A source cannot speak under ours.
func (c *composer) categories(s *feeds.Story, shown *feeds.Entry, source *feeds.Source) []feeds.Category {
	out := make([]feeds.Category, 0, len(s.Labels)+len(shown.Categories)+1)
	for _, l := range s.Labels {
		if l.Kind == feeds.LabelLanguage && l.Value == "und" {
			continue // of a store of before: no language is no category
		}
		if t := (feeds.Term{Kind: feeds.TermKind(l.Kind), Value: l.Value}); c.p.names.shows(t) {
			out = append(out, feeds.Category{Term: l.Value, Scheme: c.p.o.SchemeBase + string(l.Kind), Label: c.p.names.term(c.language, t, c.catalogue)})
		}
	}
	out = c.p.crosswalk.append(out, s.Labels, c.language)
	if mark := wordsIn(c.language).marks[source.Kind]; mark != "" {
		out = append(out, feeds.Category{Term: string(source.Kind), Scheme: c.p.o.SchemeBase + "kind", Label: mark})
	}
	theirs := 0
	for _, category := range shown.Categories {
		if theirs < maxSourceCategories && !strings.HasPrefix(category.Scheme, c.p.o.SchemeBase) {
			out = append(out, category)
			theirs++
		}
	}
	return out
}

// attribution stands for the text of an entry of which the title alone may be shown, or
// that has none: an entry without any text is of little use to readers (RFC 4287,
// 4.1.1.1), and stops the campaigns of newsletter tools. It is in the entry's language, or
// in the feed's where we do not speak that.
func (c *composer) attribution(v Voice) string {
	language := feeds.BaseLanguage(v.Language)
	if _, spoken := wordsByLanguage[language]; !spoken {
		language = c.language
	}
	return fmt.Sprintf(wordsIn(language).source, publisherOf(v.Source).Name)
}

// content puts in as much of the shown copy's text, files and picture as its source allows.
func (c *composer) content(e *feeds.Entry, s *feeds.Story, shown *feeds.Entry, source *feeds.Source) {
	republish := source.Republish
	if republish != feeds.RepublishSummary && republish != feeds.RepublishFull {
		return
	}
	text := read.PlainText(shown.Summary)
	if strings.TrimSpace(text) == "" {
		text = read.PlainText(shown.Content)
	}
	e.Summary = html.EscapeString(excerpt(text))
	pictures := c.p.pictures.Show(s, source)
	for _, f := range shown.Enclosures {
		if !IsPicture(f) || pictures && (republish == feeds.RepublishFull || !strings.HasPrefix(f.Type, "image/")) {
			e.Enclosures = append(e.Enclosures, f)
		}
	}
	if republish != feeds.RepublishFull {
		return
	}
	e.Content = shown.Content
	if e.Content == "" { // many sources have their whole text in the summary
		e.Content = shown.Summary
	}
	if pictures && shown.Image != nil {
		e.Image = described(*shown.Image, e.Title, publisherOf(source).Name)
	}
}

// described is an image with a text that stands for it and with whom it is from, for
// those that say neither: the headline and the publisher.
func described(image feeds.Image, title, publisher string) *feeds.Image {
	if strings.TrimSpace(image.Alt) == "" {
		image.Alt = title
	}
	if strings.TrimSpace(image.Credit) == "" {
		image.Credit = publisher
	}
	return &image
}
