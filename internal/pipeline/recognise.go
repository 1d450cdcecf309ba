package pipeline

import (
	"context"
	"fmt"

	"tributary/internal/dedupe"
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
	var keys []uint64
	present := make(map[int64]bool, len(items))
	links := make(map[string]int, len(items))
	for i := range items {
		it := &items[i]
		present[it.ID] = true
		links[it.URL]++
		if _, ok := known[it.ID]; !ok {
			it.fresh = true
			page, words := it.IdentityKeys()
			keys = append(keys, page, words)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	alike, err := r.Store.Alike(ctx, b.source.ID, keys)
	if err != nil {
		return fmt.Errorf("%w: %w", errStore, err)
	}
	if len(alike) == 0 {
		return nil
	}
	byKey := make(map[uint64][]store.Alike, len(alike))
	for _, a := range alike {
		byKey[a.Key] = append(byKey[a.Key], a)
	}
	byLink := b.learnt.GUIDChanges >= guidsUnstable
	titles, err := r.titles(ctx, alike, items, byLink)
	if err != nil {
		return err
	}
	changed := 0
	for i := range items {
		it := &items[i]
		if !it.fresh {
			continue
		}
		page, words := it.IdentityKeys()
		was, ok := store.Alike{}, false
		for _, a := range byKey[words] {
			if !ok && !present[a.ID] && a.TextHash == it.TextHash {
				was, ok = a, true
			}
		}
		// A page that holds several entries names none.
		if alone := it.URL != "" && links[it.URL] == 1 && !r.part; alone {
			for _, a := range byKey[page] {
				if !ok && !present[a.ID] && a.URL == it.URL && (byLink || titles[a.ID] == dedupe.FoldTitle(it.entry.Title)) {
					was, ok = a, true
				}
			}
		}
		if !ok {
			continue
		}
		it.ID, it.fresh = was.ID, false
		known[it.ID], present[it.ID] = was.Known, true
		changed++
	}
	if changed > 0 {
		b.learnt.GUIDChanges++
		b.problems = append(b.problems, fmt.Sprintf("Entries under other guids than before, with the same link or the same words: %d. They were taken as the entries that are kept.", changed))
	}
	return nil
}

// titles are the folded titles of kept entries that stand on the page of an item.
func (r *run) titles(ctx context.Context, alike []store.Alike, items []item, byLink bool) (map[int64]string, error) {
	if byLink {
		return nil, nil
	}
	pages := make(map[string]bool, len(items))
	for i := range items {
		if items[i].fresh && items[i].URL != "" {
			pages[items[i].URL] = true
		}
	}
	var ids []int64
	for _, a := range alike {
		if pages[a.URL] {
			ids = append(ids, a.ID)
		}
	}
	found, err := r.Store.Titles(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errStore, err)
	}
	for id, title := range found {
		found[id] = dedupe.FoldTitle(title)
	}
	return found, nil
}
