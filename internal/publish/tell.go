package publish

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"tributary/feeds"
	"tributary/feeds/write"
)

// Telling is a story as a digest shows it: the entry of our feeds, with as much of its text
// as its source permits.
type Telling struct {
	Story      string
	Entry      feeds.Entry
	Credits    []string // names of further publishers
	Source     string   // id of the one whose copy is shown
	Kind       feeds.Kind
	Mark       string // that it is not IOM's, in the language asked for; "" where it is
	LeadSource string
	LeadKind   feeds.Kind
	Shown      int64 // the entry that is shown
	Publishers int   // organisations that carry it
	Topics     []string
	FirstSeen  time.Time // the story
}

// Tell gives stories as entries in a language, in their order, each shown by its copy in that
// language where it has one. Stories that may not be published are left out.
func (p *Publisher) Tell(ctx context.Context, stories []feeds.Story, language string) ([]Telling, error) {
	s, err := p.current(ctx)
	if s == nil || s.catalogue == nil {
		return nil, fmt.Errorf("tell stories: %w", err)
	}
	entries := composer{p: p, catalogue: s.catalogue, language: language, prefer: []string{language}, bare: true}
	out := make([]Telling, 0, len(stories))
	for i := range stories {
		story := &stories[i]
		if !story.Withdrawn.IsZero() {
			continue
		}
		e, contributors, ok := entries.entry(story)
		if !ok {
			continue
		}
		all := entries.copies(story)
		shown, lead := all.voices[all.shown], all.voices[0]
		t := Telling{Story: story.ID, Entry: e, Source: shown.Source.ID, Kind: shown.Source.Kind, LeadSource: lead.Source.ID, LeadKind: lead.Source.Kind,
			Shown: shown.Copy.EntryID, Publishers: publishers(all.voices), Topics: story.Values(feeds.LabelTopic),
			FirstSeen: story.Created, Mark: wordsIn(language).marks[shown.Source.Kind]}
		for _, person := range contributors {
			t.Credits = append(t.Credits, person.Name)
		}
		out = append(out, t)
	}
	return out, nil
}

// publishers counts the organisations that speak independently of each other: IOM is one,
// whichever of its offices speak, and so is any other, however many sources it has.
func publishers(voices []Voice) int {
	seen := map[string]bool{}
	for i := range voices {
		source := voices[i].Source
		name := strings.ToLower(strings.TrimSpace(publisherOf(source).Name))
		if source.Kind == feeds.KindIOM {
			name = string(feeds.KindIOM)
		}
		seen[name] = true
	}
	return len(seen)
}

// Made is a document of a feed that is made elsewhere, kept and dated like those of channels.
// key names it among all documents. compose is asked again when the store's version or the
// catalogue has moved.
func (p *Publisher) Made(ctx context.Context, key string, f Format, compose func(ctx context.Context) (*feeds.Feed, error)) (*Document, error) {
	if f == FormatHTML || f.MediaType() == "" {
		return nil, fmt.Errorf("make document %s.%s: %w", key, f, errNoPages)
	}
	key += "." + string(f)
	return p.document(ctx, key, func(ctx context.Context, s *state, last *slot) (*slot, error) {
		feed, err := compose(ctx)
		if err != nil {
			return nil, err
		}
		var b strings.Builder
		if err := writeFeed(&b, feed, f); err != nil {
			return nil, fmt.Errorf("render %s: %w", key, err)
		}
		return p.newSlot(ctx, s, last, key, xxhash.Sum64String(b.String()), &Document{Body: []byte(b.String()), ContentType: f.contentType(), MaxAge: p.o.MaxAge})
	})
}

func writeFeed(w io.Writer, feed *feeds.Feed, f Format) error {
	switch f {
	case FormatRSS:
		return write.RSS(w, feed)
	case FormatJSON:
		return write.JSON(w, feed)
	default:
		return write.Atom(w, feed)
	}
}

// Letterhead is what our own feeds say of themselves, for feeds that are made elsewhere.
type Letterhead struct {
	Base        string // our address, without a slash at the end
	Scheme      string // of our categories
	Generator   string
	Site        string // name of the installation
	Description string
	Disclaimer  string
	Epoch       time.Time     // of a feed that never held anything
	MaxAge      time.Duration // how long caches may keep our feeds
}

// Letterhead gives it in a language.
func (p *Publisher) Letterhead(language string) Letterhead {
	return Letterhead{Base: p.base, Scheme: p.o.SchemeBase, Generator: p.generator(), Site: feeds.In(p.o.Title, language, "Tributary"),
		Description: wordsIn(language).description, Disclaimer: feeds.In(p.o.Disclaimer, language, ""), Epoch: p.epoch(), MaxAge: p.o.MaxAge}
}

// Tag makes a tag: URI (RFC 4151) of ours.
func (p *Publisher) Tag(specific string) string { return p.tag(specific) }
