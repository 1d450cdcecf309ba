package fetch

import (
	"context"
	"sync"
)

// limiter bounds requests at once, over all and for each host. A host is known only
// while somebody wants it, so the map is as large as the requests under way.
type limiter struct {
	all     chan struct{}
	perHost int
	mu      sync.Mutex
	hosts   map[string]*hostSlots
}

type hostSlots struct {
	slots chan struct{}
	users int // holding or waiting; guarded by limiter.mu
}

func newLimiter(concurrency, perHost int) *limiter {
	return &limiter{
		all:     make(chan struct{}, concurrency),
		perHost: perHost,
		hosts:   make(map[string]*hostSlots),
	}
}

// acquire waits for a slot of the host and then for one of all, so that requests
// queueing for a slow host do not keep others out. On success the caller must
// release exactly once, and must not acquire again before.
func (l *limiter) acquire(ctx context.Context, host string) error {
	l.mu.Lock()
	h := l.hosts[host]
	if h == nil {
		h = &hostSlots{slots: make(chan struct{}, l.perHost)}
		l.hosts[host] = h
	}
	h.users++
	l.mu.Unlock()

	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		l.leave(host, h)
		return ctx.Err()
	}
	select {
	case l.all <- struct{}{}:
		return nil
	case <-ctx.Done():
		<-h.slots
		l.leave(host, h)
		return ctx.Err()
	}
}

func (l *limiter) release(host string) {
	<-l.all
	l.mu.Lock()
	h := l.hosts[host]
	l.mu.Unlock()
	<-h.slots
	l.leave(host, h)
}

func (l *limiter) leave(host string, h *hostSlots) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h.users--; h.users == 0 {
		delete(l.hosts, host)
	}
}
