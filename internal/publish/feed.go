package publish

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"tributary/feeds"
	"tributary/feeds/write"
)

// Feed selects a channel's stories and makes the feed that all formats are written
// from. It asks the store each time; Document does not.
func (p *Publisher) Feed(ctx context.Context, ch feeds.Channel) (*feeds.Feed, error) {
	s, err := p.current(ctx)
	if err != nil {
		return nil, err
	}
	sel, err := p.choose(ctx, s, ch, spot{})
	if err != nil {
		return nil, err
	}
	return p.compose(ch, s.catalogue, sel).feed, nil
}

// selection is what a channel holds at one time.
type selection struct {
	stories    []feeds.Story
	tombstones []feeds.Tombstone
	relations  []relation // to other documents of the channel
}

// relation is a link of a document to another one of the same channel, in the same format.
type relation struct {
	rel string
	to  spot
}

func (p *Publisher) choose(ctx context.Context, s *state, ch feeds.Channel, at spot) (sel selection, err error) {
	limit := ch.Limit
	if limit <= 0 {
		limit = p.o.Limit
	}
	switch {
	case p.o.Archives == nil:
		sel.stories, err = p.o.Store.Stories(ctx, ch.Selector, limit)
	case ch.Selector.Query != "":
		if sel, err = p.page(ctx, ch, at, limit); at.page > 1 || err != nil {
			return sel, err
		}
	default: // one more than is shown says whether there is any beyond
		sel.stories, err = p.o.Store.Stories(ctx, ch.Selector, limit+1)
	}
	if err != nil {
		return selection{}, fmt.Errorf("select stories of %s: %w", ch.Path, err)
	}
	if len(sel.stories) > limit {
		sel.stories = sel.stories[:limit]
		before, err := p.beyond(ctx, s, ch, sel.stories)
		if err != nil {
			return selection{}, err
		}
		if before.month != 0 {
			sel.relations = []relation{{"prev-archive", before}}
		}
	}
	if sel.tombstones, err = p.o.Store.Tombstones(ctx, ch.Selector, limit); err != nil {
		return selection{}, fmt.Errorf("select withdrawals of %s: %w", ch.Path, err)
	}
	return sel, nil
}

// fingerprint is cheap to make and differs when the feed could.
func (s selection) fingerprint(c *catalogue) uint64 {
	h := xxhash.New()
	hashInt(h, int64(c.digest))
	for i := range s.stories {
		story := &s.stories[i]
		hashText(h, story.ID)
		for _, t := range []int64{story.Changed.UnixMilli(), story.Updated.UnixMilli(), story.Published.UnixMilli()} {
			hashInt(h, t)
		}
		for _, c := range story.Copies {
			hashInt(h, c.EntryID)
			hashInt(h, int64(c.Revision))
		}
		for _, l := range story.Labels {
			hashText(h, string(l.Kind))
			hashText(h, l.Value)
		}
	}
	for _, r := range s.relations {
		hashText(h, r.rel)
		for _, n := range []int{int(r.to.month), r.to.part, r.to.page} {
			hashInt(h, int64(n))
		}
	}
	for _, t := range s.tombstones {
		hashText(h, t.Ref)
		hashInt(h, t.When.UnixMilli())
	}
	return h.Sum64()
}

// composed is a feed with what the writers want beside it.
type composed struct {
	feed    *feeds.Feed
	writer  write.Writer
	at      spot
	others  []relation
	stories []string // ids of the stories in it, in order
}

func (p *Publisher) compose(ch feeds.Channel, c *catalogue, sel selection) composed {
	if ch.Language == "" {
		ch.Language = channelLanguage(ch.Selector, ch.Prefer)
	}
	if ch.Title == "" {
		ch.Title = p.title(ch, c)
	}
	at := p.canonicalAddress(ch)
	page := at.in(p.base, FormatHTML)
	f := &feeds.Feed{
		ID: p.feedURI(ch), Title: ch.Title, Description: p.description(ch), Link: page,
		Language: ch.Language, Updated: p.epoch(), Rights: feeds.In(p.o.Disclaimer, ch.Language, ""),
		Generator: p.generator(), TTL: p.o.MaxAge,
		Links: []feeds.Link{
			{Rel: "alternate", Href: page, Type: FormatHTML.MediaType(), Hreflang: ch.Language},
			{Rel: "self", Href: at.in(p.base, FormatAtom), Type: FormatAtom.MediaType()},
		},
	}
	if hub := p.hub(ch); hub != "" {
		f.Links = append(f.Links, feeds.Link{Rel: "hub", Href: hub})
	}
	out := composed{feed: f, others: sel.relations, writer: write.Writer{Contributors: make(map[string][]feeds.Person)}}
	entries := composer{p: p, catalogue: c, language: ch.Language, prefer: Preference(&ch), without: ch.Selector.Without}
	storyOf := make(map[string]string, len(sel.stories))
	for i := range sel.stories {
		e, contributors, ok := entries.entry(&sel.stories[i])
		if _, double := storyOf[e.ID]; !ok || double {
			continue
		}
		storyOf[e.ID] = sel.stories[i].ID
		if len(contributors) > 0 {
			out.writer.Contributors[e.ID] = contributors
		}
		f.Entries = append(f.Entries, e)
		if e.Updated.After(f.Updated) {
			f.Updated = e.Updated
		}
	}
	slices.SortStableFunc(f.Entries, func(a, b feeds.Entry) int {
		return cmp.Or(b.Published.Compare(a.Published), strings.Compare(b.ID, a.ID))
	})
	f.Rights = p.names.rights(f.Rights, ch.Language, f, p.o.SchemeBase+string(feeds.LabelCountry), ch.Selector)
	ending := c.phases[ch.Saved] == feeds.PhaseEnding
	if ending {
		p.dropAfter(f, ch)
	}
	for i := range f.Entries {
		out.stories = append(out.stories, storyOf[f.Entries[i].ID])
	}
	for _, t := range sel.tombstones {
		uri := p.storyURI(t.Ref)
		if _, stands := storyOf[uri]; stands { // an entry is never beside its tombstone
			continue
		}
		f.Deleted = append(f.Deleted, feeds.Tombstone{Ref: uri, When: t.When})
		if t.When.After(f.Updated) {
			f.Updated = t.When
		}
	}
	if ending {
		p.endFeed(f, ch)
	}
	return out
}

const generatorName = "Tributary"

// generator names the program as write.Atom takes it apart.
func (p *Publisher) generator() string {
	name := generatorName
	if p.o.Version != "" {
		name += "/" + strings.ReplaceAll(p.o.Version, " ", "-")
	}
	return name
}

// in gives the feed its own address in one format.
func (c composed) in(p *Publisher, ch feeds.Channel, f Format) *feeds.Feed {
	feed := *c.feed
	feed.Links = slices.Clone(feed.Links)
	if c.at != (spot{}) { // the feed itself is the topic, and not its archives or pages
		feed.Links = slices.DeleteFunc(feed.Links, func(l feeds.Link) bool { return l.Rel == "hub" })
	}
	for i := range feed.Links {
		if feed.Links[i].Rel == "self" {
			feed.Links[i].Href, feed.Links[i].Type = p.addressAt(ch, c.at).in(p.base, f), f.MediaType()
		}
	}
	for _, r := range c.others {
		feed.Links = append(feed.Links, feeds.Link{Rel: r.rel, Href: p.addressAt(ch, r.to).in(p.base, f), Type: f.MediaType()})
	}
	return &feed
}

// Preference are the base languages in which a channel's stories are shown, first choice first:
// as it was asked for, else those that its stories are in.
func Preference(ch *feeds.Channel) []string {
	if len(ch.Prefer) > 0 {
		return ch.Prefer
	}
	var out []string
	for _, group := range ch.Selector.All {
		for _, t := range group {
			if t.Kind == feeds.TermLanguage {
				out = append(out, t.Value)
			}
		}
	}
	return out
}
