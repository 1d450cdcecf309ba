package publish

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// documentCache keeps the documents used last, bounded by their bytes.
type documentCache struct {
	mu    sync.Mutex
	lru   *simplelru.LRU[string, *slot]
	bytes int64
	limit int64
}

// slotOverhead is about what a slot takes beside its document's bytes.
const slotOverhead = 6144

func newDocumentCache(limit int64) (*documentCache, error) {
	c := &documentCache{limit: limit}
	var err error
	c.lru, err = simplelru.NewLRU(math.MaxInt, func(key string, s *slot) { c.bytes -= cost(key, s) })
	if err != nil {
		return nil, fmt.Errorf("make document cache: %w", err)
	}
	return c, nil
}

// cost counts compressed forms as if they were there: they come with the first reader
// and take less than half of the text.
func cost(key string, s *slot) int64 {
	return int64(len(key)) + int64(len(s.doc.Body))*2 + slotOverhead
}

func (c *documentCache) get(key string) *slot {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, _ := c.lru.Get(key)
	return s
}

// put keeps the slot and lets go of those used longest ago. A document that alone is
// over the limit is not kept.
func (c *documentCache) put(key string, s *slot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if last, ok := c.lru.Peek(key); ok {
		s.asked = last.asked
	}
	if s.asked == nil {
		s.asked = new(atomic.Int64)
	}
	s.late = new(atomic.Bool)
	c.lru.Remove(key)
	c.lru.Add(key, s)
	c.bytes += cost(key, s)
	for c.bytes > c.limit && c.lru.Len() > 0 {
		c.lru.RemoveOldest()
	}
}

// drop lets go of a document.
func (c *documentCache) drop(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lru.Remove(key)
}

// size is the bytes counted and the number of documents.
func (c *documentCache) size() (bytes int64, documents int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes, c.lru.Len()
}

// CacheSize says what is kept in memory: bytes as counted against
// Options.CacheBytes, and documents. For metrics.
func (p *Publisher) CacheSize() (bytes int64, documents int) { return p.cache.size() }
