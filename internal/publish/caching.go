package publish

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tributary/feeds"
)

// Caching is what caches between us and readers are told. Zero values say nothing.
type Caching struct {
	// StaleWhileRevalidate and StaleIfError (RFC 5861) are how long beyond MaxAge a copy
	// may be shown while a newer one is fetched, or when we cannot be reached.
	StaleWhileRevalidate, StaleIfError time.Duration
	// CDNMaxAge is for CDNs alone (CDN-Cache-Control, RFC 9213), which may show a copy as
	// long again while they fetch: what is withdrawn is gone from them in twice the time.
	CDNMaxAge time.Duration
	// Keys are the headers that tell a CDN by which keys a document can be purged.
	Keys KeyHeaders
}

// KeyHeaders are the headers in which CDNs want the keys of a document.
type KeyHeaders struct {
	SurrogateKey bool // separated by spaces: Fastly, Varnish
	CacheTag     bool // separated by commas: Cloudflare, Akamai
}

// caching are the header values that follow from it, the same for all documents.
type caching struct {
	control, cdn []string
	keys         KeyHeaders
}

func newCaching(maxAge time.Duration, c Caching) caching {
	out := caching{control: []string{"public, max-age=" + seconds(maxAge) + c.stale(c.StaleWhileRevalidate)}, keys: c.Keys}
	if c.CDNMaxAge > 0 {
		out.cdn = []string{"public, max-age=" + seconds(c.CDNMaxAge) + c.stale(c.CDNMaxAge)}
	}
	return out
}

// stale writes the directives of RFC 5861.
func (c Caching) stale(whileRevalidate time.Duration) (s string) {
	if whileRevalidate > 0 {
		s += ", stale-while-revalidate=" + seconds(whileRevalidate)
	}
	if c.StaleIfError > 0 {
		s += ", stale-if-error=" + seconds(c.StaleIfError)
	}
	return s
}

func seconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }

const (
	keyFeeds     = "feeds"              // of all documents
	keysAtMost   = 8 << 10              // bytes of one header: CDNs take 16 KB of all together
	patience     = 5 * time.Millisecond // of a request that could have a document of before
	storyKeyText = "story-"
)

// headers writes keys into the headers that are wanted, as many as fit.
func (k KeyHeaders) headers(keys []string) (surrogate, tag []string) {
	total := 0
	for i, key := range keys {
		if total += len(key) + 1; total > keysAtMost {
			keys = keys[:i]
			break
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	if k.SurrogateKey {
		surrogate = []string{strings.Join(keys, " ")}
	}
	if k.CacheTag {
		tag = []string{strings.Join(keys, ",")}
	}
	return surrogate, tag
}

// purgeKeys name a channel's document: all feeds, each story in it, then what it selects.
// Whoever withdraws a story purges by the story's key alone.
func (p *Publisher) purgeKeys(ch feeds.Channel, sel selection) []string {
	if p.o.Caching.Keys == (KeyHeaders{}) {
		return nil
	}
	keys := make([]string, 0, 8+len(sel.stories))
	keys = append(keys, keyFeeds)
	for i := range sel.stories {
		keys = append(keys, storyKeyText+sel.stories[i].ID)
	}
	for _, group := range contract(ch.Selector) {
		for _, t := range group {
			keys = append(keys, string(t.Kind)+"-"+strings.ToLower(t.Value))
		}
	}
	return slices.Compact(keys)
}

// pardons says whether a document may be served for a moment more, although the store has
// moved on: not longer than the grace after the first commit that it does not know, and
// not when somebody who changed something wants to see it.
func (s *state) pardons(kept *slot, grace time.Duration, now time.Time) bool {
	if grace <= 0 || kept.generation.version < s.strict {
		return false
	}
	since := s.since
	if kept.generation != s.former {
		i := slices.IndexFunc(s.changes, func(b batch) bool { return b.upTo > kept.generation.version })
		if i < 0 || s.changes[i].after > kept.generation.version || kept.generation.catalogue != s.generation.catalogue {
			return false
		}
		since = s.changes[i].seen
	}
	age := now.Sub(since)
	return age >= 0 && age < grace
}
