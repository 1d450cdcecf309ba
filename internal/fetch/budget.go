package fetch

import (
	"context"
	"sync"
	"time"
)

// freeBody is what a body may take without asking: most feeds are smaller.
const freeBody = handOver

const (
	poolBytes = 4 << 20  // for the bodies of all requests beyond freeBody each
	largeBody = freeBody // documents from here on are handed over one at a time
)

// budget bounds the bytes of all bodies together, from the moment they arrive until
// their Response is released. What a body needs beyond freeBody comes from a pool.
// When the pool is empty one body, and no other, may go on from a reserve as large as
// a body may get; so some body can always be finished, and the others wait for what it
// gives back.
type budget struct {
	mu      sync.Mutex
	free    int64 // of the pool
	holder  *lease
	changed chan struct{} // closed when something was given back
	held    int           // leases that hold anything
	large   func(bool)    // told when there begin to be any, and when there are none
}

func newBudget(pool int64, large func(bool)) *budget {
	if large == nil {
		large = func(bool) {}
	}
	return &budget{free: pool, changed: make(chan struct{}), large: large}
}

// count keeps held true to a lease that held before bytes. The budget is locked.
func (b *budget) count(before, after int64) {
	switch {
	case before == 0 && after > 0:
		if b.held++; b.held == 1 {
			b.large(true)
		}
	case before > 0 && after == 0:
		if b.held--; b.held == 0 {
			b.large(false)
		}
	}
}

// lease is what one Get holds. It is used by one goroutine at a time.
type lease struct {
	budget  *budget
	pooled  int64
	reserve int64
	turn    chan struct{} // given back with the rest; nil when the body is not large
}

// cover waits until the lease covers total bytes. meanwhile, when not nil, is told
// that waiting starts; what it returns, that it has ended.
func (l *lease) cover(ctx context.Context, total int64, meanwhile func() func()) error {
	var resume func()
	defer func() {
		if resume != nil {
			resume()
		}
	}()
	for {
		changed, ok := l.try(total)
		if ok {
			return nil
		}
		if resume == nil && meanwhile != nil {
			resume = meanwhile()
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (l *lease) try(total int64) (changed <-chan struct{}, ok bool) {
	b := l.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	before := l.pooled + l.reserve
	want := total - freeBody - before
	defer func() { b.count(before, l.pooled+l.reserve) }()
	switch {
	case want <= 0:
	case b.holder == l:
		l.reserve += want
	case b.free >= want:
		b.free -= want
		l.pooled += want
	case b.holder == nil:
		b.holder = l
		l.reserve += want
	default:
		return b.changed, false
	}
	return nil, true
}

// keep gives back what goes beyond total bytes, the reserve first.
func (l *lease) keep(total int64) {
	b := l.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	before := l.pooled + l.reserve
	defer func() { b.count(before, l.pooled+l.reserve) }()
	over := before - max(total-freeBody, 0)
	if over <= 0 && (l.reserve == 0 || b.free < l.reserve) {
		return
	}
	given := min(max(over, 0), l.reserve)
	l.reserve -= given
	back := max(over, 0) - given
	l.pooled -= back
	b.free += back
	if l.reserve > 0 && b.free >= l.reserve { // the reserve is for who cannot go on without
		b.free -= l.reserve
		l.pooled += l.reserve
		l.reserve = 0
	}
	if l.reserve == 0 && b.holder == l {
		b.holder = nil
	}
	close(b.changed)
	b.changed = make(chan struct{})
}

// release gives everything back. It may be called more than once.
func (l *lease) release() {
	if l.pooled+l.reserve > 0 {
		l.keep(0)
	}
	if l.turn != nil {
		<-l.turn
		l.turn = nil
	}
}

// clock ends a request when its time is up. Time in which the request waits for
// memory of ours does not count: the site is not to blame for it.
type clock struct {
	timer *time.Timer
	since time.Time
	left  time.Duration
}

func startClock(left time.Duration, up func()) *clock {
	return &clock{timer: time.AfterFunc(left, up), since: time.Now(), left: left}
}

// pause stops the clock; what it returns starts it again.
func (k *clock) pause() func() {
	if !k.timer.Stop() {
		return func() {} // it is up already
	}
	k.left -= time.Since(k.since)
	return func() {
		k.since = time.Now()
		k.timer.Reset(k.left)
	}
}

// stop ends the clock and tells what is left.
func (k *clock) stop() time.Duration {
	k.timer.Stop()
	return k.left - time.Since(k.since)
}
