package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"tributary/feeds"
)

// Document is a rendered channel or list with its validators. It is shared and must
// not be changed.
type Document struct {
	Body        []byte
	ContentType string
	Link        string    // value of a Link field with hub and self; empty without a hub
	ETag        string    // strong, of Body as it is; compressed forms have one of their own
	Modified    time.Time // when the bytes last changed; zero when unknown
	MaxAge      time.Duration
	Stale       bool     // the store cannot be read: this is the last good copy
	Stories     []string // ids of the stories in it, in order
	caching     *caching // headers for caches; nil: MaxAge alone
	keys        []string // by which a CDN may purge it

	served atomic.Pointer[served] // what serving it needs, made on first use
}

// errNoPages: HTML twins are made by the web package.
var errNoPages = errors.New("pages are not documents")

// slot is what the cache keeps of one document. It is replaced, never changed.
type slot struct {
	doc         *Document
	generation  generation // the newest in which the document is known to be right
	fingerprint uint64
	hash        string
	members     map[uint64]struct{} // stories and tombstones in it, hashed; nil when not known
	asked       *atomic.Int64       // how often, since KeepWarm looked; shared by the slots of a key
	late        *atomic.Bool        // its successor takes longer than a request should wait
	failed      time.Time           // of the last try to bring it up to date; zero after success
}

// Document gives a channel in a format, as bytes with their validators: from memory
// as long as no commit could have changed it. When the store cannot be read, the last
// good copy comes with Stale set; the error is for when there is none.
func (p *Publisher) Document(ctx context.Context, ch feeds.Channel, f Format) (*Document, error) {
	return p.documentAt(ctx, ch, spot{}, f)
}

// documentAt is Document for any document of a channel.
func (p *Publisher) documentAt(ctx context.Context, ch feeds.Channel, at spot, f Format) (*Document, error) {
	if f == FormatHTML || f.MediaType() == "" {
		return nil, fmt.Errorf("make document %s.%s: %w", ch.Path, f, errNoPages)
	}
	if at.month != 0 && (p.o.Archives == nil || ch.Selector.Query != "") {
		return nil, errSearched
	}
	return p.document(ctx, p.documentKey(ch, at, f), func(ctx context.Context, s *state, last *slot) (*slot, error) {
		if at.month != 0 {
			return p.renderArchive(ctx, s, last, ch, at, f)
		}
		return p.renderChannel(ctx, s, last, ch, at, f)
	})
}

// renderer brings a slot up to the generation of a state; last is nil at first.
type renderer func(ctx context.Context, s *state, last *slot) (*slot, error)

// document is the one way to what is cached: a hit, a stale copy, or a rendering that
// all who ask for the same document wait for together.
func (p *Publisher) document(ctx context.Context, key string, render renderer) (*Document, error) {
	s, err := p.current(ctx)
	kept := p.cache.get(key)
	switch {
	case err != nil && kept == nil:
		return nil, err
	case err != nil:
		return kept.doc.stale(), nil //nolint:nilerr // Options.Failed has been told; the last good copy is the answer
	case kept != nil && kept.generation == s.generation:
		return kept.doc, nil
	case kept != nil && !kept.failed.IsZero() && p.o.Now().Sub(kept.failed) < checkEvery:
		return kept.doc.stale(), nil
	}
	pardoned := kept != nil && s.pardons(kept, p.o.Grace, p.o.Now())
	if pardoned && kept.late.Load() {
		return kept.doc, nil // whoever found that out has set its rendering going
	}
	result := p.flight.DoChan(key, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storePatience)
		defer cancel()
		return p.refresh(ctx, key, s, render)
	})
	var impatient <-chan time.Time
	if pardoned {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		impatient = timer.C
	}
	select {
	case <-impatient:
		kept.late.Store(true)
		return kept.doc, nil // the rendering goes on without this request
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for document: %w", ctx.Err())
	case r := <-result:
		if r.Err != nil {
			return nil, r.Err
		}
		doc, _ := r.Val.(*Document) // refresh gives nothing else
		return doc, nil
	}
}

func (p *Publisher) refresh(ctx context.Context, key string, s *state, render renderer) (*Document, error) {
	last := p.cache.get(key)
	if last != nil && last.generation == s.generation {
		return last.doc, nil // another flight landed in between
	}
	next, err := render(ctx, s, last)
	if invalid := (*Invalid)(nil); errors.As(err, &invalid) { // it was there and is no more
		p.cache.drop(key)
		return nil, err
	}
	if err != nil {
		return p.lastGood(key, last, err)
	}
	p.cache.put(key, next)
	return next.doc, nil
}

func (p *Publisher) lastGood(key string, last *slot, err error) (*Document, error) {
	if last == nil {
		return nil, err
	}
	p.o.Failed(err)
	failed := *last
	failed.failed = p.o.Now()
	p.cache.put(key, &failed)
	return last.doc.stale(), nil
}

// renderChannel selects; only a new fingerprint is written out, and only new bytes are
// a new document.
func (p *Publisher) renderChannel(ctx context.Context, s *state, last *slot, ch feeds.Channel, at spot, f Format) (*slot, error) {
	if last != nil && s.untouched(last, ch.Selector) {
		return last.at(s.generation), nil
	}
	leave, err := p.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	chosen, err := p.choose(ctx, s, ch, at)
	if err != nil {
		return nil, err
	}
	fingerprint := chosen.fingerprint(s.catalogue)
	if last != nil && last.fingerprint == fingerprint {
		next := last.at(s.generation)
		next.members = chosen.members() // what the limit cut off may be in it now
		return next, nil
	}
	made := p.compose(ch, s.catalogue, chosen)
	made.at = at
	var b bytes.Buffer
	if err := made.write(&b, p, ch, f); err != nil {
		return nil, fmt.Errorf("render %s.%s: %w", ch.Path, f, err)
	}
	leave() // what follows is waiting for others to be dated with
	next, err := p.newSlot(ctx, s, last, p.documentKey(ch, at, f), fingerprint, &Document{Body: b.Bytes(), ContentType: f.contentType(),
		MaxAge: p.o.MaxAge, Stories: made.stories, Link: p.linksAt(ch, at, f), keys: p.purgeKeys(ch, chosen)})
	if err == nil {
		next.members = chosen.members()
	}
	return next, err
}

// enter waits for a place among those that render at one time; leave may be called twice.
func (p *Publisher) enter(ctx context.Context) (leave func(), err error) {
	select {
	case p.renders <- struct{}{}:
		return sync.OnceFunc(func() { <-p.renders }), nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to render: %w", ctx.Err())
	}
}

// at is the same slot, known to be right in a newer generation.
func (s *slot) at(g generation) *slot {
	next := *s
	next.generation, next.failed = g, time.Time{}
	return &next
}

func (c composed) write(w io.Writer, p *Publisher, ch feeds.Channel, f Format) error {
	feed := c.in(p, ch, f)
	switch f {
	case FormatRSS:
		return c.writer.RSS(w, feed)
	case FormatJSON:
		return c.writer.JSON(w, feed)
	default:
		return c.writer.Atom(w, feed)
	}
}

// newSlot gives a document its validators, or keeps the last one when the bytes are
// the same.
func (p *Publisher) newSlot(ctx context.Context, s *state, last *slot, key string, fingerprint uint64, doc *Document) (*slot, error) {
	next := &slot{doc: doc, generation: s.generation, fingerprint: fingerprint, hash: contentHash(doc.Body)}
	if last != nil && last.hash == next.hash {
		next.doc = last.doc
		return next, nil
	}
	modified, err := p.o.Store.Rendition(ctx, keptKey(key), next.hash, p.o.Now())
	if err != nil {
		return nil, fmt.Errorf("date document: %w", err)
	}
	if doc.caching == nil {
		doc.caching = &p.caching
	}
	doc.Modified, doc.ETag = modified, `"`+next.hash+`"`
	return next, nil
}

// contentHash names content: 32 hexadecimal digits of SHA-256.
func contentHash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// stale is the same document with the flag; what serving it needs is shared.
func (d *Document) stale() *Document {
	if d.Stale {
		return d
	}
	copied := &Document{Body: d.Body, ContentType: d.ContentType, Link: d.Link, ETag: d.ETag, Modified: d.Modified, MaxAge: d.MaxAge,
		Stale: true, Stories: d.Stories, caching: d.caching, keys: d.keys}
	copied.served.Store(d.serving())
	return copied
}
