package pipeline

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"tributary/feeds"
	"tributary/internal/fetch"
	"tributary/internal/sites"
)

const (
	robotsKept    = 24 * time.Hour // RFC 9309, 2.4
	robotsRetried = time.Hour      // after a failure, which forbids everything
	robotsHosts   = 2000
	// longestDelay is the longest Crawl-delay that is waited for; a site that asks for
	// more gets one request of a kind in a pull.
	longestDelay = 10 * time.Second
)

// Robots keeps what sites' robots.txt say, for the addresses that a site did not make
// for programs: pages, articles, what discovery tries. Feeds are asked for without it;
// docs/decisions/0006 says why. It is safe for concurrent use.
type Robots struct {
	fetch Fetcher
	now   func() time.Time
	mu    sync.Mutex
	sites *lru.Cache[string, *robotsSite]
}

// robotsSite is what one origin says; ready is closed once that is known.
type robotsSite struct {
	ready  chan struct{}
	rules  *sites.Robots // nil when everything is forbidden
	reason string        // why, then
	until  time.Time
	next   time.Time // by Crawl-delay, not before; guarded by Robots.mu
}

// NewRobots makes an empty cache.
func NewRobots(f Fetcher, now func() time.Time) (*Robots, error) {
	cache, err := lru.New[string, *robotsSite](robotsHosts)
	if err != nil {
		return nil, fmt.Errorf("set up robots.txt cache: %w", err)
	}
	return &Robots{fetch: f, now: now, sites: cache}, nil
}

// errRobots is that a site does not want an address to be asked for.
var errRobots = errors.New("the site's robots.txt")

// Allowed is nil when the address may be asked for; otherwise the error says why not
// in plain words and wraps feeds.ErrRefused, or is the context's.
func (r *Robots) Allowed(ctx context.Context, address string) error {
	s, err := r.site(ctx, address)
	if err != nil {
		return err
	}
	switch {
	case s.rules == nil:
		return fmt.Errorf("%w cannot be read (%s), so nothing but feeds may be asked for: %w", errRobots, s.reason, feeds.ErrRefused)
	case !s.rules.Allowed(address):
		return fmt.Errorf("%w does not allow it (for %s): %w", errRobots, sites.ProductToken, feeds.ErrRefused)
	}
	return nil
}

// Sitemaps are those that the robots.txt of an address's site names.
func (r *Robots) Sitemaps(ctx context.Context, address string) []string {
	s, err := r.site(ctx, address)
	if err != nil || s.rules == nil {
		return nil
	}
	return s.rules.Sitemaps
}

// turn books the next request to an address's site and says how long to wait for it
// by its Crawl-delay; false when that is longer than is reasonable.
func (r *Robots) turn(ctx context.Context, address string) (wait time.Duration, ok bool) {
	s, err := r.site(ctx, address)
	if err != nil || s.rules == nil || s.rules.Delay == 0 {
		return 0, err == nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if wait = s.next.Sub(now); wait > longestDelay {
		return 0, false
	}
	wait = max(wait, 0)
	s.next = now.Add(wait + s.rules.Delay)
	return wait, true
}

// site is what an address's origin says, asked for once in a day at most.
func (r *Robots) site(ctx context.Context, address string) (*robotsSite, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%w: the address is none: %w", errRobots, feeds.ErrRefused)
	}
	origin := u.Scheme + "://" + u.Host
	for {
		r.mu.Lock()
		s, known := r.sites.Get(origin)
		if known && isReady(s) && !r.now().Before(s.until) {
			known = false
		}
		if !known {
			s = &robotsSite{ready: make(chan struct{})}
			r.sites.Add(origin, s)
		}
		r.mu.Unlock()
		if !known {
			err := r.ask(ctx, origin, s)
			close(s.ready)
			return s, err
		}
		select {
		case <-s.ready:
			if !s.until.IsZero() {
				return s, nil
			}
			if err := ctx.Err(); err != nil { // whoever asked was stopped; ask ourselves
				return nil, err
			}
			r.forget(origin, s)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (r *Robots) forget(origin string, s *robotsSite) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now, ok := r.sites.Peek(origin); ok && now == s {
		r.sites.Remove(origin)
	}
}

func isReady(s *robotsSite) bool {
	select {
	case <-s.ready:
		return true
	default:
		return false
	}
}

// ask reads a robots.txt. None (4xx) allows everything; a site that cannot say (5xx,
// no answer) forbids everything for a while (RFC 9309, 2.3.1).
func (r *Robots) ask(ctx context.Context, origin string, s *robotsSite) error {
	response, err := r.fetch.Get(ctx, fetch.Request{URL: origin + "/robots.txt"})
	if ctx.Err() != nil {
		return ctx.Err() // s.until stays zero: nothing is known
	}
	s.until = r.now().Add(robotsKept)
	var fe *fetch.Error
	switch {
	case err == nil:
		defer response.Release()
		s.rules = sites.ParseRobots(response.Body, sites.ProductToken)
	case errors.As(err, &fe) && fe.Status >= 400 && fe.Status < 500 && fe.Status != http.StatusTooManyRequests,
		errors.As(err, &fe) && fe.Reason == fetch.ReasonRedirect:
		s.rules = &sites.Robots{}
	default:
		s.reason, s.until = plainError(err), r.now().Add(robotsRetried)
	}
	return nil
}
