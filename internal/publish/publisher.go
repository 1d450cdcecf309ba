package publish

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"tributary/feeds"
)

// Store is what documents are made from. All methods are safe for concurrent use and
// give the same answers to every process on one database.
type Store interface {
	// Version grows with every commit that may have changed what is published.
	Version(ctx context.Context) (int64, error)
	// Stories lists the published stories of a selector, newest Published first, with
	// their standing copies, lead first.
	Stories(ctx context.Context, sel feeds.Selector, limit int) ([]feeds.Story, error)
	// Tombstones lists withdrawn stories of a selector, the latest first; Ref is the
	// story's id.
	Tombstones(ctx context.Context, sel feeds.Selector, limit int) ([]feeds.Tombstone, error)
	// Rendition remembers the hash of a document and says when it last changed.
	Rendition(ctx context.Context, key, hash string, now time.Time) (time.Time, error)
}

// Options are what a Publisher is made of. Store, Counts, Sources, Taxonomy, BaseURL,
// Authority and AuthorityYear are required; the rest has defaults.
type Options struct {
	Store Store
	// Archives is what archives and pages of searches are made from; nil: there are none.
	Archives Archives
	// Counts says how many published stories each term selects; terms without any
	// are absent.
	Counts func(ctx context.Context) (map[feeds.Term]int, error)
	// Sources lists the catalogue, with sources on trial and those that left it.
	Sources  func(ctx context.Context) ([]feeds.Source, error)
	Taxonomy *feeds.Taxonomy
	Offices  []feeds.Office
	// Saved are the channels that offices keep under names of their own, retired ones
	// included.
	Saved []feeds.SavedChannel
	// Touched says which stories changed after a version of the store and by what terms
	// they are selected now, with the version up to which it holds; nil stories when more
	// than limit changed. A story with the zero Term may be in every channel. With it,
	// channels that a commit cannot have touched are not selected again. It may be nil.
	Touched func(ctx context.Context, since int64, limit int) (version int64, stories map[string][]feeds.Term, err error)
	// Precedence chooses among several copies in the language that a feed prefers; nil: the
	// first seen.
	Precedence Precedence

	BaseURL       string // absolute, as readers reach us; feeds are below it at /feeds/
	Authority     string // of tag: URIs (RFC 4151): a domain name or e-mail address
	AuthorityYear int
	SchemeBase    string            // of our categories; urn:tributary: by default
	Title         map[string]string // of the installation, by language
	Disclaimer    map[string]string // rights of every feed, by language

	Limit    int // entries of a feed by default; 50
	MaxLimit int // what ?limit= may ask for; 100, at least Limit
	// SensitiveTopics are those whose stories are shown without pictures.
	SensitiveTopics []string
	// Hub is the address of the WebSub hub that distributes the feeds; none when empty.
	// HubListed: it is told only of those without filters, which alone name it then.
	Hub       string
	HubListed bool
	MaxAge    time.Duration // Cache-Control max-age; 5 minutes when negative
	Caching   Caching       // what caches on the way are told beside MaxAge
	// Grace is how long a document that changed may still be served as it was, to requests
	// that would otherwise wait for its rendering longer than a moment. 0: they wait.
	Grace time.Duration
	// ArchiveMaxAge is MaxAge for the archives of closed months: as long as a withdrawal may
	// take to reach those who have a copy. MaxAge counts when it is longer.
	ArchiveMaxAge time.Duration
	// CacheBytes bounds the rendered documents in memory, compressed forms included;
	// 64 MiB by default.
	CacheBytes int64
	Version    string // of the program, for the generator element
	// Failed is told why a document could not be brought up to date while its last
	// good copy is served; once a second at most for each. It may be nil.
	Failed func(err error)
	Now    func() time.Time
}

// Publisher makes feeds of stories and keeps them rendered. It is safe for concurrent
// use.
type Publisher struct {
	o        Options
	base     string // BaseURL without a trailing slash
	names    names
	vocab    vocabulary // of what does not change while we run
	saved    savedChannels
	state    atomic.Pointer[state]
	checks   sync.Mutex // held by the one that looks for a new state
	flight   singleflight.Group
	renders  chan struct{} // bounds renderings at one time
	cache    *documentCache
	aliases  *lru.Cache[string, *alias]
	pictures *Pictures
	archives *lru.Cache[string, *monthList] // by selector
	// crosswalk says what topics are in the schemes of others.
	crosswalk crosswalk
	caching   caching
	lasting   caching // of archives that are closed
}

const (
	defaultLimit      = 50
	defaultMaxLimit   = 100
	defaultMaxAge     = 5 * time.Minute
	defaultCacheBytes = 64 << 20
	rendersAtOnce     = 4
	aliasesAtMost     = 8192
	monthListsAtMost  = 4096
)

// New checks the options and builds a Publisher; nothing is asked of the store yet.
func New(o Options) (*Publisher, error) {
	if o.Store == nil || o.Counts == nil || o.Sources == nil || o.Taxonomy == nil {
		return nil, errors.New("build publisher: Store, Counts, Sources and Taxonomy are required")
	}
	u, err := url.Parse(o.BaseURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("build publisher: base URL %q is no http address", o.BaseURL)
	}
	if o.Authority == "" || o.AuthorityYear < 1000 || o.AuthorityYear > 9999 {
		return nil, errors.New("build publisher: ids need an authority and its year of four digits")
	}
	if o.SchemeBase == "" {
		o.SchemeBase = "urn:tributary:"
	}
	if o.Limit <= 0 {
		o.Limit = defaultLimit
	}
	if o.MaxLimit <= 0 {
		o.MaxLimit = defaultMaxLimit
	}
	o.MaxLimit = max(o.MaxLimit, o.Limit)
	if o.MaxAge < 0 {
		o.MaxAge = defaultMaxAge
	}
	if o.CacheBytes <= 0 {
		o.CacheBytes = defaultCacheBytes
	}
	if o.Failed == nil {
		o.Failed = func(error) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	p := &Publisher{o: o, base: strings.TrimRight(o.BaseURL, "/"), names: newNames(o.Taxonomy, o.Offices, o.Title),
		vocab: newVocabulary(o.Taxonomy, o.Offices), pictures: NewPictures(o.Taxonomy, o.SensitiveTopics), renders: make(chan struct{}, rendersAtOnce)}
	if p.saved, err = newSavedChannels(o.Saved, o.Taxonomy); err != nil {
		return nil, fmt.Errorf("build publisher: %w", err)
	}
	p.caching, p.lasting = newCaching(o.MaxAge, o.Caching), newCaching(max(o.MaxAge, o.ArchiveMaxAge), o.Caching)
	p.crosswalk = newCrosswalk(o.Taxonomy, o.SchemeBase)
	if p.cache, err = newDocumentCache(o.CacheBytes); err != nil {
		return nil, fmt.Errorf("build publisher: %w", err)
	}
	if p.aliases, err = lru.New[string, *alias](aliasesAtMost); err != nil {
		return nil, fmt.Errorf("build publisher: %w", err)
	}
	if p.archives, err = lru.New[string, *monthList](monthListsAtMost); err != nil {
		return nil, fmt.Errorf("build publisher: %w", err)
	}
	return p, nil
}

// storyURI is the atom:id of a story: permanent, the same in every feed.
func (p *Publisher) storyURI(id string) string { return p.tag("story/" + id) }

// tag makes a tag: URI (RFC 4151) of ours.
func (p *Publisher) tag(specific string) string {
	return fmt.Sprintf("tag:%s,%d:%s", p.o.Authority, p.o.AuthorityYear, specific)
}

// storyPage is our own page of a story.
func (p *Publisher) storyPage(id string) string { return p.base + "/stories/" + url.PathEscape(id) }

// epoch is the date of a feed that never held anything. It does not move.
func (p *Publisher) epoch() time.Time {
	return time.Date(p.o.AuthorityYear, time.January, 1, 0, 0, 0, 0, time.UTC)
}
