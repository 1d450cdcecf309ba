package pipeline

import (
	"context"
	"fmt"

	"tributary/feeds"
)

// Pin has the next issue begin with a story. feeds.ErrNotFound when there is no such story,
// feeds.ErrWithdrawn, feeds.ErrInvalid when an issue has told it already.
func (n *Newsletters) Pin(ctx context.Context, slug, story, by string) (feeds.Pin, error) {
	if _, err := n.Definition(slug); err != nil {
		return feeds.Pin{}, err
	}
	found, err := n.Store.StoriesByID(ctx, []string{story})
	if err != nil {
		return feeds.Pin{}, err
	}
	s, ok := found[story]
	switch {
	case !ok:
		return feeds.Pin{}, fmt.Errorf("story %.40q: %w", story, feeds.ErrNotFound)
	case !s.Withdrawn.IsZero():
		return feeds.Pin{}, fmt.Errorf("story %s: %w", s.ID, feeds.ErrWithdrawn)
	}
	told, err := n.Store.ToldStories(ctx, slug)
	if err != nil {
		return feeds.Pin{}, err
	}
	if told[s.ID] {
		return feeds.Pin{}, fmt.Errorf("an issue of %s has told the story %s, and none is told twice: %w", slug, s.ID, feeds.ErrInvalid)
	}
	p := feeds.Pin{Newsletter: slug, Story: s.ID, By: by, At: n.Now()}
	return p, n.Store.Pin(ctx, p)
}

// Unpin takes a pin back. feeds.ErrNotFound when there is none.
func (n *Newsletters) Unpin(ctx context.Context, slug, story string) error {
	if _, err := n.Definition(slug); err != nil {
		return err
	}
	return n.Store.Unpin(ctx, slug, story)
}

// Pins lists what is pinned.
func (n *Newsletters) Pins(ctx context.Context, slug string) ([]feeds.Pin, error) {
	if _, err := n.Definition(slug); err != nil {
		return nil, err
	}
	return n.Store.Pins(ctx, slug)
}
