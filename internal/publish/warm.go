package publish

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Demand remembers across restarts, for all processes together, which documents are asked
// for most. Keys are those of this package.
type Demand interface {
	// Remember adds how often each was asked for.
	Remember(ctx context.Context, asked map[string]float64, now time.Time) error
	// Most lists the first of them, at most limit.
	Most(ctx context.Context, limit int, now time.Time) ([]string, error)
}

const (
	warmAtMost    = 500
	warmAtOnce    = 16 // rendersAtOnce of them render, the others wait to be dated together
	rememberEvery = time.Minute
	// hotFor is how long after it was last asked for a document is kept up unasked.
	hotFor = 10 * time.Minute
)

// KeepWarm makes the documents in most demand ready, and then brings those that are asked
// for up to date as soon as a commit has changed them, before anybody asks again; until
// ctx ends. What goes wrong is told to Options.Failed.
func (p *Publisher) KeepWarm(ctx context.Context, d Demand) {
	hot := make(map[string]time.Time) // key -> when it was last asked for
	keys, err := d.Most(ctx, warmAtMost, p.o.Now())
	if err != nil {
		p.o.Failed(err)
	}
	for _, key := range keys {
		hot[key] = p.o.Now()
	}
	asked := make(map[string]float64)
	var done generation
	remembered := p.o.Now()
	look := time.NewTicker(checkEvery)
	defer look.Stop()
	for {
		now := p.o.Now()
		for key, n := range p.asked() {
			asked[key] += n
			hot[key] = now
		}
		for key, at := range hot {
			if now.Sub(at) > hotFor || len(hot) > warmAtMost && asked[key] == 0 {
				delete(hot, key)
			}
		}
		if s, err := p.current(ctx); err == nil && s.generation != done {
			p.warm(ctx, hot)
			done = s.generation
		}
		if now.Sub(remembered) >= rememberEvery && len(asked) > 0 {
			if err := d.Remember(ctx, asked, now); err != nil && ctx.Err() == nil {
				p.o.Failed(err)
			}
			asked, remembered = make(map[string]float64), now
		}
		select {
		case <-ctx.Done():
			if len(asked) > 0 {
				last, cancel := context.WithTimeout(context.WithoutCancel(ctx), storePatience)
				defer cancel()
				if err := d.Remember(last, asked, p.o.Now()); err != nil {
					p.o.Failed(err)
				}
			}
			return
		case <-look.C:
		}
	}
}

// warm brings documents up to date.
func (p *Publisher) warm(ctx context.Context, hot map[string]time.Time) {
	var wg sync.WaitGroup
	places := make(chan struct{}, warmAtOnce)
	for key := range hot {
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			wg.Wait()
			return
		}
		wg.Go(func() {
			defer func() { <-places }()
			if err := p.ready(ctx, key); err != nil && ctx.Err() == nil {
				p.o.Failed(err)
			}
		})
	}
	wg.Wait()
}

// ready makes the document of a key and the compressed form that nearly all ask for. A
// key that means nothing any more, because its source is gone, is no error.
func (p *Publisher) ready(ctx context.Context, key string) error {
	path, query, _ := strings.Cut(key, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil //nolint:nilerr // a key that another version of the program remembered
	}
	ch, f, err := p.Parse(path, values)
	var invalid *Invalid
	var moved *Moved
	if errors.As(err, &invalid) || errors.As(err, &moved) || err == nil && f == FormatHTML {
		return nil // it is not there any more, or at another address
	}
	if err != nil {
		return err
	}
	doc, err := p.Document(ctx, ch, f)
	if err == nil {
		doc.Gzip()
	}
	return err
}

// asked says how often each document in memory was asked for since it last said so, but for
// searches.
func (p *Publisher) asked() map[string]float64 {
	out := make(map[string]float64)
	p.cache.mu.Lock()
	defer p.cache.mu.Unlock()
	for _, key := range p.cache.lru.Keys() {
		if s, ok := p.cache.lru.Peek(key); ok && s.asked != nil {
			if n := s.asked.Swap(0); n > 0 && key == keptKey(key) { // searches are not remembered
				out[key] = float64(n)
			}
		}
	}
	return out
}
