package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tributary/internal/store"
)

// guidsUnstable is after how many documents with changed guids a source's entries are
// known by their links alone.
const guidsUnstable = 3

// recognise finds the kept entries that stand in the document under another guid than
// before: those with the link and title, or the words, of one whose own guid is gone
// from it. They become versions of the kept ones: a source that makes new guids for
// each request would otherwise pile up copies for ever. Once a source is known for it,
// the link alone is enough. What is left is fresh.
func (r *run) recognise(ctx context.Context, b *batch, items []item, known map[int64]store.Known) error {
	var keys []string
	present := make(map[int64]bool, len(items))
	links := make(map[string]int, len(items))
	for i := range items {
		it := &items[i]
		present[it.ID] = true
		links[it.URL]++
		if _, ok := known[it.ID]; !ok {
			it.fresh = true
			keys = append(keys, it.Keys...)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	var err error
	if b.near, err = r.Store.Neighbours(ctx, keys); err != nil {
		return fmt.Errorf("%w: look up neighbours: %w", errStore, err)
	}
	byLink := b.learnt.GUIDChanges >= guidsUnstable
	// similar is the story that holds an entry like this one of the same source, and how
	// they are to be compared.
	similar := func(it *item, prefix string) (story string) {
		for _, key := range it.Keys {
			n, ok := b.near[key]
			if ok && strings.HasPrefix(key, prefix) && slices.Contains(n.Sources, b.source.ID) {
				return n.StoryID
			}
		}
		return ""
	}
	var stories []string
	for i := range items {
		if items[i].fresh {
			for _, prefix := range []string{"v:", "t:", "u:"} {
				if story := similar(&items[i], prefix); story != "" {
					stories = append(stories, story)
				}
			}
		}
	}
	if len(stories) == 0 {
		return nil
	}
	slices.Sort(stories)
	held, err := r.Store.Held(ctx, b.source.ID, slices.Compact(stories))
	if err != nil {
		return fmt.Errorf("%w: look up entries of %s: %w", errStore, b.source.ID, err)
	}
	changed := 0
	for i := range items {
		it := &items[i]
		if !it.fresh {
			continue
		}
		alone := it.URL != "" && links[it.URL] == 1 // a page that holds several entries names none
		at := slices.IndexFunc(held, func(h store.Held) bool {
			if present[h.ID] {
				return false
			}
			switch h.StoryID {
			case similar(it, "t:"):
				return h.TextHash == it.TextHash
			case similar(it, "v:"):
				return !r.part && alone && h.URL == it.URL
			case similar(it, "u:"):
				return !r.part && byLink && alone && h.URL == it.URL
			}
			return false
		})
		if at < 0 {
			continue
		}
		it.ID, it.fresh = held[at].ID, false
		known[it.ID], present[it.ID] = held[at].Known, true
		changed++
	}
	if changed > 0 {
		b.learnt.GUIDChanges++
		b.problems = append(b.problems, fmt.Sprintf("Entries under other guids than before, with the same link or the same words: %d. They were taken as the entries that are kept.", changed))
	}
	return nil
}
