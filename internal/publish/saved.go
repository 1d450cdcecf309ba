package publish

import (
	"context"
	"fmt"
	"html"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"tributary/feeds"
)

// channelKind stands for saved channels where terms have their kinds: in paths, errors and
// lists. No story is selected by it.
const channelKind feeds.TermKind = "channel"

// Moved says that a path is a former one of a channel: the same feed, in every format and
// with every filter, is at another for good.
type Moved struct {
	Path string // below /feeds/, without an extension
}

// Error implements error.
func (e *Moved) Error() string { return "This feed has moved to " + e.Path + "." }

// savedChannel is a channel that an office saved, made ready to be asked for.
type savedChannel struct {
	*feeds.SavedChannel
	own feeds.Selector // with the countries of its regions
}

// path is where it is published.
func (s *savedChannel) path() string { return savedPath(s.Slug) }

func savedPath(slug string) string { return string(channelKind) + "/" + slug }

// savedChannels are all of an installation's. They do not change.
type savedChannels struct {
	bySlug map[string]*savedChannel
	former map[string]string // former slug -> slug
	slugs  []string          // sorted
}

func newSavedChannels(list []feeds.SavedChannel, t *feeds.Taxonomy) (savedChannels, error) {
	out := savedChannels{bySlug: make(map[string]*savedChannel, len(list)), former: map[string]string{}}
	for i := range list {
		c := &list[i]
		s := &savedChannel{SavedChannel: c, own: feeds.Selector{Without: c.Selector.Without}}
		for _, group := range c.Selector.All {
			s.own.All = append(s.own.All, expand(group, t))
		}
		var err error
		if s.own.Query, err = searchWords([]string{c.Selector.Query}); err != nil {
			return savedChannels{}, fmt.Errorf("channel %s: %w", c.Slug, err)
		}
		s.own = s.own.Canonical()
		out.bySlug[c.Slug] = s
		out.slugs = append(out.slugs, c.Slug)
		for _, slug := range c.Former {
			out.former[slug] = c.Slug
		}
	}
	slices.Sort(out.slugs)
	return out, nil
}

// phases says where each channel is in its life at a time; those that are active are left
// out.
func (s savedChannels) phases(now time.Time) map[string]feeds.Phase {
	var out map[string]feeds.Phase
	for slug, c := range s.bySlug {
		if phase := c.PhaseAt(now); phase != feeds.PhaseActive {
			if out == nil {
				out = make(map[string]feeds.Phase)
			}
			out[slug] = phase
		}
	}
	return out
}

// digest differs when a channel has entered another phase: what is known of addresses and
// documents is then no longer right.
func (s savedChannels) digest(h *xxhash.Digest, phases map[string]feeds.Phase) {
	for _, slug := range s.slugs {
		if phase := phases[slug]; phase != feeds.PhaseActive {
			hashText(h, slug)
			hashInt(h, int64(phase))
		}
	}
}

// savedAt makes the channel of a slug. A former slug is Moved, one that is gone an
// Invalid with status 410.
func (p *Publisher) savedAt(c *catalogue, ch *feeds.Channel, slug string) error {
	slug = strings.ToLower(slug)
	if now, moved := p.saved.former[slug]; moved {
		return &Moved{Path: savedPath(now)}
	}
	s := p.saved.bySlug[slug]
	switch {
	case s == nil:
		return p.noChannel(c, slug)
	case c.phases[slug] == feeds.PhaseGone:
		return &Invalid{Parameter: string(channelKind), Value: slug, Status: http.StatusGone, sentence: p.farewell(s, channelLanguage(s.own, s.Prefer))}
	}
	ch.Path, ch.Saved, ch.Own, ch.Prefer = s.path(), slug, s.own, s.Prefer
	ch.Selector = feeds.Selector{All: slices.Clone(s.own.All), Query: s.own.Query, Without: s.own.Without}
	if s.Limit > 0 {
		ch.Limit = min(s.Limit, p.o.MaxLimit)
	}
	return nil
}

func (p *Publisher) noChannel(c *catalogue, slug string) error {
	f := newFacet()
	for _, known := range p.saved.slugs {
		if c.phases[known] != feeds.PhaseGone {
			f.add(known, texts(p.saved.bySlug[known].Title)...)
		}
	}
	e := &Invalid{Parameter: string(channelKind), Value: slug, Valid: f.suggest(slug), Total: len(f.forms), Status: http.StatusNotFound}
	if len(f.forms) == 0 {
		e.sentence = "No channel has been saved under this name."
	}
	return e
}

// filters are the groups that an address adds to what a saved channel selects by itself.
func filters(ch feeds.Channel) feeds.Selector {
	if ch.Saved == "" {
		return ch.Selector
	}
	sel, own := ch.Selector.Canonical(), ch.Own.Canonical()
	sel.All = slices.DeleteFunc(sel.All, func(group []feeds.Term) bool {
		return slices.ContainsFunc(own.All, func(o []feeds.Term) bool { return slices.Equal(group, o) })
	})
	sel.Query = strings.TrimSpace(strings.TrimPrefix(sel.Query, own.Query))
	return sel
}

// defaultLimit is the limit of a channel when its address names none.
func (p *Publisher) defaultLimit(ch feeds.Channel) int {
	if s := p.saved.bySlug[ch.Saved]; s != nil && s.Limit > 0 {
		return min(s.Limit, p.o.MaxLimit)
	}
	return p.o.Limit
}

// title names a channel: a saved one by its own title and the filters.
func (p *Publisher) title(ch feeds.Channel, c *catalogue) string {
	s := p.saved.bySlug[ch.Saved]
	if s == nil {
		return p.names.title(ch.Language, ch.Selector, c)
	}
	name := feeds.In(s.Title, ch.Language, s.Slug)
	if sel := filters(ch); len(sel.All) > 0 || sel.Query != "" {
		return name + " · " + p.names.title(ch.Language, sel, c)
	}
	return name + " – " + feeds.In(p.names.site, ch.Language, "Tributary")
}

// description says what a feed is.
func (p *Publisher) description(ch feeds.Channel) string {
	text := wordsIn(ch.Language).description
	if s := p.saved.bySlug[ch.Saved]; s != nil {
		if own := feeds.In(s.Description, ch.Language, ""); own != "" {
			return own + " " + text
		}
	}
	return text
}

// farewell is what is said of a channel that is retired: that it is, why, where to go.
func (p *Publisher) farewell(s *savedChannel, lang string) string {
	parts := []string{farewellIn(lang).said(feeds.In(s.Title, lang, s.Slug), s.Ends.Format(time.DateOnly))}
	if note := feeds.In(s.Note, lang, ""); note != "" {
		parts = append(parts, note)
	}
	return strings.Join(append(parts, farewellIn(lang).leads(p.successor(s, FormatAtom))), " ")
}

// successor is where the readers of a retired channel may go: another channel in a format,
// an address, or the list of all feeds.
func (p *Publisher) successor(s *savedChannel, f Format) string {
	to := p.saved.bySlug[s.To]
	switch {
	case to != nil:
		return p.base + "/feeds/" + to.path() + "." + string(f)
	case s.To != "":
		return s.To
	default:
		return p.base + "/feeds"
	}
}

// dropAfter lets go of the stories that came after a channel was retired.
func (p *Publisher) dropAfter(f *feeds.Feed, ch feeds.Channel) {
	if s := p.saved.bySlug[ch.Saved]; s != nil {
		f.Entries = slices.DeleteFunc(f.Entries, func(e feeds.Entry) bool { return !e.Published.Before(s.Ends) })
	}
}

// endFeed adds the last entry of a retired channel to its feed. The entry's id is made of
// the channel's, and nothing of it moves: a reader shows it once.
func (p *Publisher) endFeed(f *feeds.Feed, ch feeds.Channel) {
	s := p.saved.bySlug[ch.Saved]
	if s == nil {
		return
	}
	page := p.successor(s, FormatHTML)
	last := feeds.Entry{
		ID: p.tag("channel/" + s.ID + "/retired"), Title: farewellIn(ch.Language).titled(feeds.In(s.Title, ch.Language, s.Slug)),
		Link: page, Links: []feeds.Link{{Rel: "alternate", Href: page, Type: FormatHTML.MediaType()}},
		Summary: html.EscapeString(p.farewell(s, ch.Language)), Published: s.Ends, Updated: s.Ends, Language: ch.Language,
		Authors: []feeds.Person{{Name: feeds.In(p.names.offices[s.Office], ch.Language, feeds.In(p.names.site, ch.Language, "Tributary"))}},
	}
	last.Source = &feeds.Origin{ID: f.ID, Title: f.Title, Link: f.Link, Self: p.Address(ch, FormatAtom), Updated: s.Ends, Authors: last.Authors}
	f.Entries = slices.Insert(f.Entries, 0, last)
	f.Updated, f.Expired = s.Ends, true
	for i := range f.Entries { // corrections and withdrawals of what is there come later
		if f.Entries[i].Updated.After(f.Updated) {
			f.Updated = f.Entries[i].Updated
		}
	}
	for _, gone := range f.Deleted {
		if gone.When.After(f.Updated) {
			f.Updated = gone.When
		}
	}
}

// savedList lists the channels that offices saved and that are still published, each
// narrowed by a filter; holds says which of them are wanted by what they select themselves.
func (p *Publisher) savedList(c *catalogue, filter feeds.Channel, holds func(own feeds.Selector) bool) []feeds.Channel {
	var out []feeds.Channel
	for _, slug := range p.saved.slugs {
		ch := feeds.Channel{Limit: p.o.Limit}
		if err := p.savedAt(c, &ch, slug); err != nil || !holds(ch.Own) {
			continue
		}
		ch.Selector.All = append(ch.Selector.All, filter.Selector.All...)
		ch.Selector.Query = strings.TrimSpace(ch.Selector.Query + " " + filter.Selector.Query)
		ch.Selector = ch.Selector.Canonical()
		if len(filter.Prefer) > 0 {
			ch.Prefer = filter.Prefer
		}
		if ch.Language = filter.Language; ch.Language == "" {
			ch.Language = channelLanguage(ch.Selector, ch.Prefer)
		}
		ch.Title = p.title(ch, c)
		out = append(out, ch)
	}
	return out
}

// shelveFormer writes the feeds of saved channels at their former addresses, too: a static
// host cannot redirect. They name the address of now as their own.
func (p *Publisher) shelveFormer(ctx context.Context, emit func(name string, body []byte) error) error {
	state, err := p.current(ctx)
	if err != nil {
		return err
	}
	for _, former := range slices.Sorted(maps.Keys(p.saved.former)) {
		ch := feeds.Channel{Limit: p.o.Limit}
		if err := p.savedAt(state.catalogue, &ch, p.saved.former[former]); err != nil {
			continue // gone: its addresses are, too
		}
		ch.Selector = ch.Selector.Canonical()
		for _, f := range documentFormats {
			doc, err := p.Document(ctx, ch, f)
			if err != nil {
				return err
			}
			if err := emit("feeds/"+savedPath(former)+"."+string(f), doc.Body); err != nil {
				return err
			}
		}
	}
	return nil
}
