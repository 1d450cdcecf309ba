package store

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"tributary/feeds"
)

// storyCacheBytes bounds the stories kept in memory, by the bytes of their texts.
const storyCacheBytes = 24 << 20

// storyOverhead is about what a story takes beside its texts.
const storyOverhead = 4096

// storyCache keeps published stories as they were read. One story stands in many
// channels, each of which is selected by itself when it changes. A story is good as long
// as its version is the one that it was read with: whatever of it is published changes
// that. Nobody may change what the cache gave out, but for the story itself and its
// Copies and Labels as lists.
type storyCache struct {
	mu    sync.Mutex
	lru   *simplelru.LRU[string, cachedStory]
	bytes int
}

type cachedStory struct {
	version int64
	story   feeds.Story
	bytes   int
}

func newStoryCache() (*storyCache, error) {
	c := &storyCache{}
	var err error
	c.lru, err = simplelru.NewLRU(math.MaxInt, func(_ string, s cachedStory) { c.bytes -= s.bytes })
	if err != nil {
		return nil, fmt.Errorf("make cache of stories: %w", err)
	}
	return c, nil
}

func (c *storyCache) get(id string, version int64) (feeds.Story, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept, ok := c.lru.Get(id)
	if !ok || kept.version != version {
		return feeds.Story{}, false
	}
	out := kept.story
	out.Copies, out.Labels = slices.Clone(out.Copies), slices.Clone(out.Labels)
	return out, true
}

func (c *storyCache) put(s *feeds.Story, version int64) {
	kept := cachedStory{version: version, story: *s, bytes: storyOverhead}
	kept.story.Copies, kept.story.Labels = slices.Clone(s.Copies), slices.Clone(s.Labels)
	for i := range s.Copies {
		e := &s.Copies[i].Entry
		kept.bytes += storyOverhead + len(e.Title) + len(e.Summary) + len(e.Content)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lru.Remove(s.ID)
	c.lru.Add(s.ID, kept)
	c.bytes += kept.bytes
	for c.bytes > storyCacheBytes && c.lru.Len() > 0 {
		c.lru.RemoveOldest()
	}
}

// forget lets go of all stories: words were purged.
func (c *storyCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lru.Purge()
}

// published reads stories as Stories gives them, from memory as far as they are there.
func (db *DB) published(ctx context.Context, r runner, ids []string) ([]feeds.Story, error) {
	versions := make(map[string]int64, len(ids))
	err := in(ctx, r, ids, func(scan func(...any) error) error {
		var id string
		var version int64
		err := scan(&id, &version)
		versions[id] = version
		return err
	}, `SELECT id, version FROM story WHERE id IN (%s)`)
	if err != nil {
		return nil, err
	}
	found := make(map[string]feeds.Story, len(ids))
	var missing []string
	for _, id := range ids {
		if s, ok := db.cached.get(id, versions[id]); ok {
			found[id] = s
		} else {
			missing = append(missing, id)
		}
	}
	read, err := load(ctx, r, missing, publishedCopies)
	if err != nil {
		return nil, err
	}
	for i := range read {
		db.cached.put(&read[i], versions[read[i].ID])
		found[read[i].ID] = read[i]
	}
	out := make([]feeds.Story, 0, len(ids))
	for _, id := range ids {
		if s, ok := found[id]; ok {
			out = append(out, s)
		}
	}
	return out, nil
}
