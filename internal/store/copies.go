package store

import (
	"context"
	"fmt"
)

// Held is an entry of a source within a story.
type Held struct {
	Known
	URL string // canonical
}

// Held lists a source's entries in stories, by id, withdrawn ones too.
func (db *DB) Held(ctx context.Context, sourceID string, storyIDs []string) ([]Held, error) {
	var held []Held
	err := in(ctx, db.reader(), storyIDs, func(scan func(...any) error) error {
		var h Held
		var withdrawn int64
		err := scan(&h.ID, &h.StoryID, &h.Revision, &h.Hash, &h.TextHash, &h.URL, &withdrawn)
		h.Withdrawn = withdrawn != 0
		held = append(held, h)
		return err
	}, `SELECT id, story_id, revision, hash, text_hash, url, withdrawn_ms FROM entry
		WHERE source_id = $1 AND story_id IN (%s) ORDER BY id`, sourceID)
	if err != nil {
		return nil, fmt.Errorf("look up entries in stories: %w", err)
	}
	return held, nil
}
