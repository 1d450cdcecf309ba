package publish

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"tributary/feeds"
)

// PageRenderer makes the HTML of a static shelf.
type PageRenderer interface {
	// RenderShelf calls emit once for every file of the pages: the index, the page of
	// each channel at feeds/PATH.html, the page of each story at stories/ID.html,
	// style sheets. Names are relative, with slashes. It stops at emit's first error
	// and returns it.
	RenderShelf(ctx context.Context, channels []feeds.Channel, stories []string, emit func(name string, body []byte) error) error
}

// Export writes the static shelf: every channel of Channels in three formats, the list
// feeds.opml and, unless pages is nil, the pages. Files are replaced one by one, each
// whole at any moment; those whose bytes did not change keep their times, those of
// channels that are gone are removed. Files in dir that are not ours are never
// touched: one that stands where ours would be is an error, before anything is written
// over it.
func (p *Publisher) Export(ctx context.Context, dir string, pages PageRenderer) (err error) {
	shelf, err := openShelf(dir)
	if err != nil {
		return fmt.Errorf("export to %s: %w", dir, err)
	}
	defer func() { err = shelf.close(err) }()
	if err := p.fill(ctx, shelf, pages); err != nil {
		return fmt.Errorf("export to %s: %w", dir, err)
	}
	if err := shelf.finish(); err != nil {
		return fmt.Errorf("export to %s: %w", dir, err)
	}
	return nil
}

func (p *Publisher) fill(ctx context.Context, s *shelf, pages PageRenderer) error {
	channels, err := p.Channels(ctx)
	if err != nil {
		return err
	}
	var stories []string
	for _, ch := range channels {
		for _, f := range documentFormats {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("stop: %w", err)
			}
			doc, err := p.Document(ctx, ch, f)
			if err != nil {
				return err
			}
			if doc.Stale {
				return fmt.Errorf("make %s.%s: the store cannot be read", ch.Path, f)
			}
			if err := s.put("feeds/"+ch.Path+"."+string(f), doc.Body); err != nil {
				return err
			}
			if f == FormatAtom {
				stories = append(stories, doc.Stories...)
			}
		}
	}
	if err := p.shelveFormer(ctx, s); err != nil {
		return err
	}
	list, err := p.OPML(ctx, url.Values{})
	if err != nil {
		return err
	}
	if err := s.put("feeds.opml", list.Body); err != nil {
		return err
	}
	if pages == nil {
		return nil
	}
	slices.Sort(stories)
	if err := pages.RenderShelf(ctx, channels, slices.Compact(stories), s.put); err != nil {
		return fmt.Errorf("render pages: %w", err)
	}
	return nil
}
