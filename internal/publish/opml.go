package publish

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/cespare/xxhash/v2"

	"tributary/feeds"
	"tributary/feeds/write"
)

// narrowedStories is how many of the newest stories of a filter decide which feeds a
// filtered list names.
const narrowedStories = 1000

// OPML lists the feeds that have stories, in folders by kind. The filters of query
// are those of feeds; each feed of the list is narrowed by them, and feeds that would
// be empty are left out. A single language also chooses the language of the list.
func (p *Publisher) OPML(ctx context.Context, query url.Values) (*Document, error) {
	s, err := p.current(ctx)
	if s == nil || s.catalogue == nil {
		return nil, err
	}
	filter, at, _, err := p.parse(s.catalogue, "all."+string(FormatAtom), query)
	if err == nil && at != (spot{}) {
		err = &Invalid{Parameter: "page", Valid: parameters, Status: http.StatusBadRequest}
	}
	if err != nil {
		return nil, err
	}
	key := "feeds.opml?" + p.canonicalAddress(filter).path + "?" + p.canonicalAddress(filter).query
	return p.document(ctx, key, func(ctx context.Context, s *state, last *slot) (*slot, error) {
		return p.renderList(ctx, s, last, key, filter)
	})
}

func (p *Publisher) renderList(ctx context.Context, s *state, last *slot, key string, filter feeds.Channel) (*slot, error) {
	leave, err := p.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	counts, err := p.listCounts(ctx, s.catalogue, filter)
	if err != nil {
		return nil, err
	}
	channels, err := p.channels(s.catalogue, counts, filter)
	if err != nil {
		return nil, err
	}
	for i := range channels {
		if channels[i].Saved == "" || filter.Limit != p.o.Limit {
			channels[i].Limit = filter.Limit
		}
	}
	var b bytes.Buffer
	// No date: the list would change with every rendering.
	if err := write.OPML(&b, filter.Title, time.Time{}, p.outlines(s.catalogue, channels, filter)); err != nil {
		return nil, fmt.Errorf("render list of feeds: %w", err)
	}
	doc := &Document{Body: b.Bytes(), ContentType: contentTypeOPML, MaxAge: p.o.MaxAge, keys: []string{keyFeeds}}
	return p.newSlot(ctx, s, last, key, xxhash.Sum64(doc.Body), doc)
}

func (p *Publisher) listCounts(ctx context.Context, c *catalogue, filter feeds.Channel) (map[feeds.Term]int, error) {
	if len(filter.Selector.All) == 0 && filter.Selector.Query == "" {
		counts, err := p.o.Counts(ctx)
		if err != nil {
			return nil, fmt.Errorf("count stories: %w", err)
		}
		return counts, nil
	}
	stories, err := p.o.Store.Stories(ctx, filter.Selector, narrowedStories)
	if err != nil {
		return nil, fmt.Errorf("select stories: %w", err)
	}
	return countTerms(stories, c), nil
}

// outlines puts everything first, then a folder for each kind with its feeds by name.
func (p *Publisher) outlines(c *catalogue, channels []feeds.Channel, filter feeds.Channel) []write.Outline {
	byKind := make(map[feeds.TermKind][]write.Outline)
	out := make([]write.Outline, 0, len(folderKinds)+1)
	for _, ch := range channels {
		o := write.Outline{Title: ch.Title, FeedURL: p.Address(ch, FormatAtom), PageURL: p.Address(ch, FormatHTML),
			Language: channelLanguage(ch.Selector, ch.Prefer), Format: string(FormatAtom)}
		if c.phases[ch.Saved] == feeds.PhaseEnding {
			continue // nobody subscribes to what has ended
		}
		if ch.Saved != "" {
			byKind[channelKind] = append(byKind[channelKind], o)
			continue
		}
		if term, err := pathTerm(c.vocab, ch.Path); err == nil && term.Kind != "" {
			byKind[term.Kind] = append(byKind[term.Kind], o)
			continue
		}
		out = append(out, o)
	}
	if list := byKind[channelKind]; len(list) > 0 {
		byName(list, filter.Language, func(o write.Outline) string { return o.Title })
		out = append(out, write.Outline{Title: farewellIn(filter.Language).folder, Children: list})
	}
	for _, kind := range folderKinds {
		if list := byKind[kind]; len(list) > 0 {
			byName(list, filter.Language, func(o write.Outline) string { return o.Title })
			out = append(out, write.Outline{Title: wordsIn(filter.Language).folders[kind], Children: list})
		}
	}
	return out
}
