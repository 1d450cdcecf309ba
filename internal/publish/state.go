package publish

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"tributary/feeds"
)

// state is what we know of the store. It is replaced, never changed.
type state struct {
	generation generation
	catalogue  *catalogue  // nil as long as it could not be read
	closed     feeds.Month // the last one whose archives are closed
	together   feeds.Month // up to here they closed together
	checked    time.Time   // when the version was last asked for
	loaded     time.Time   // when the catalogue was last read
	err        error       // why the last look failed; the rest is then as before
	former     generation  // the one before
	since      time.Time   // when this one was first seen
	strict     int64       // the last version that whoever made it wants to see at once
	changes    []batch     // the last ones, by version
}

// generation moves when a document may have changed: with a commit to the store or
// with what the catalogue says of sources.
type generation struct {
	version   int64
	catalogue uint64
}

// catalogue is the sources with what addresses may name because of them.
type catalogue struct {
	sources map[string]*feeds.Source
	vocab   vocabulary             // all kinds
	phases  map[string]feeds.Phase // of saved channels, active ones left out
	digest  uint64
}

const (
	// checkEvery bounds how often the store's version is asked for, and with it how
	// late a document may be.
	checkEvery = time.Second
	// reloadEvery bounds how late an edited source shows; edits do not move the version.
	reloadEvery = 15 * time.Second
	// storePatience bounds what one look at the store may take. Looks are shared by
	// requests and do not end with one of them.
	storePatience = 10 * time.Second
)

// current gives the state, looking at the store when the last look was a while ago.
// One caller looks; the others go on with the state as it is. The error is the
// state's: a state comes with it as soon as there ever was one.
func (p *Publisher) current(ctx context.Context) (*state, error) {
	now := p.o.Now()
	s := p.state.Load()
	if s != nil && fresh(s, now) {
		return s, s.err
	}
	if s == nil || s.catalogue == nil { // nothing to go on with
		p.checks.Lock()
	} else if !p.checks.TryLock() {
		return s, s.err
	}
	defer p.checks.Unlock()
	now = p.o.Now() // waiting may have taken long
	if again := p.state.Load(); again != s && fresh(again, now) {
		return again, again.err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storePatience)
	defer cancel()
	next := p.look(ctx, s, now)
	next.checked = p.o.Now() // after a look that took long, or those who wait would all look
	p.state.Store(next)
	if next.err != nil {
		p.o.Failed(next.err)
	}
	return next, next.err
}

// LookAgain makes the next request look at the store, however short ago the last look
// was: something has changed just now, and whoever changed it wants to see it.
func (p *Publisher) LookAgain() {
	p.checks.Lock() // a look under way may have come too early
	defer p.checks.Unlock()
	if s := p.state.Load(); s != nil {
		next := *s
		next.checked = time.Time{}
		p.state.Store(&next)
	}
}

func fresh(s *state, now time.Time) bool {
	age := now.Sub(s.checked)
	return age >= 0 && age < checkEvery
}

// look makes the next state. Whatever fails leaves the former knowledge in place.
func (p *Publisher) look(ctx context.Context, last *state, now time.Time) *state {
	next := &state{}
	if last != nil {
		next.generation, next.catalogue, next.loaded, next.changes = last.generation, last.catalogue, last.loaded, last.changes
		next.former, next.since, next.strict, next.closed, next.together = last.former, last.since, last.strict, last.closed, last.together
	}
	version, err := p.o.Store.Version(ctx)
	if err != nil {
		next.err = fmt.Errorf("look at store: %w", err)
		return next
	}
	if last != nil && last.catalogue != nil && version != last.generation.version {
		if version, next.changes, err = p.follow(ctx, last, version); err != nil {
			next.err, next.changes = fmt.Errorf("look at store: %w", err), last.changes
			return next
		}
	}
	if next.catalogue == nil || version != next.generation.version || now.Sub(next.loaded) >= reloadEvery {
		sources, err := p.o.Sources(ctx)
		if err != nil {
			next.err = fmt.Errorf("read sources: %w", err)
			return next
		}
		next.catalogue, next.loaded = p.newCatalogue(sources, next.catalogue, now), now
	}
	if p.o.Archives != nil && (last == nil || version != last.generation.version) {
		if next.closed, next.together, err = p.o.Archives.ClosedMonth(ctx); err != nil {
			next.err = fmt.Errorf("look at archives: %w", err)
			return next
		}
	}
	next.generation = generation{version: version, catalogue: next.catalogue.digest}
	if last != nil && next.generation != last.generation {
		next.former, next.since = last.generation, now
		if last.checked.IsZero() { // LookAgain was called
			next.strict = version
		}
	}
	return next
}

// newCatalogue keeps the last one when nothing in it changed.
func (p *Publisher) newCatalogue(sources []feeds.Source, last *catalogue, now time.Time) *catalogue {
	phases := p.saved.phases(now)
	h := xxhash.New()
	digestSources(h, sources)
	p.saved.digest(h, phases)
	digest := h.Sum64()
	if last != nil && last.digest == digest {
		return last
	}
	c := &catalogue{sources: make(map[string]*feeds.Source, len(sources)), vocab: maps.Clone(p.vocab), phases: phases, digest: digest}
	for i := range sources {
		c.sources[sources[i].ID] = &sources[i]
	}
	maps.Copy(c.vocab, sourceVocabulary(p.o.Taxonomy, sources))
	return c
}

// digestSources covers what of a source stands in a document.
func digestSources(h *xxhash.Digest, sources []feeds.Source) {
	for i := range sources {
		s := &sources[i]
		trial := "published"
		if s.Trial {
			trial = "trial"
		}
		for _, text := range []string{s.ID, s.Office, s.Title, s.Publisher, s.URL, s.Link, string(s.Kind), s.Language, s.Licence, string(s.Republish), string(s.Images), trial} {
			hashText(h, text)
		}
		hashInt(h, int64(s.Rank)) // which of several copies speaks goes by it, and by the countries
		hashText(h, strings.Join(s.Countries, ","))
	}
}

// hashText writes a text so that no two lists of texts run into each other. Writing
// to a digest cannot fail.
func hashText(h *xxhash.Digest, s string) {
	hashInt(h, int64(len(s)))
	_, _ = h.WriteString(s)
}

func hashInt(h *xxhash.Digest, n int64) {
	var b [8]byte
	for i := range b {
		b[i] = byte(n >> (8 * i))
	}
	_, _ = h.Write(b[:])
}
