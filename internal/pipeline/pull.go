package pipeline

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"runtime"
	"sync"
	"time"

	"tributary/feeds"
	"tributary/feeds/read"
	"tributary/internal/classify"
	"tributary/internal/fetch"
	"tributary/internal/store"
)

// Puller pulls sources. Its fields are set once, before the first Pull.
type Puller struct {
	Fetch    Fetcher
	Store    Store
	Classify Classifier

	// Next says when a source is due after a moment, by its own schedule; the
	// zero time when it has none that can be read.
	Next func(source feeds.Source, after time.Time) time.Time
	// FollowUp, when not nil, adds to the transaction of a commit what has to be
	// done because of it.
	FollowUp func(ctx context.Context, tx *sql.Tx) error

	Fetches int // requests at once over all hosts, one at least
	Now     func() time.Time

	Headquarters string // the code of the office that is headquarters
}

// Fetcher gets one document. Failures are *fetch.Error.
type Fetcher interface {
	Get(ctx context.Context, r fetch.Request) (*fetch.Response, error)
}

// Classifier labels one item, the same way each time.
type Classifier interface {
	Classify(it classify.Item) []feeds.Label
}

// Store keeps what a pull finds. Known and Neighbours may be a moment old; what a
// commit relies on it asks again inside its transaction.
type Store interface {
	Known(ctx context.Context, sourceID string, ids []int64) (map[int64]store.Known, error)
	Neighbours(ctx context.Context, keys []string) (map[string]store.Neighbour, error)
	Commit(ctx context.Context, fn func(ctx context.Context, tx *store.Tx) error) error
	SavePollings(ctx context.Context, pollings []feeds.Polling) error
	Sources(ctx context.Context) ([]store.SourceState, error)
}

// Pull runs the sources through once, several at a time, and tells what came of it.
// One bad source never stops another; the error is the store's or the context's, and
// the report then covers what was done before it. progress, when not nil, hears of
// each source as it ends, one at a time.
func (p *Puller) Pull(ctx context.Context, sources []store.SourceState, progress func(Result)) (Report, error) {
	started := p.Now()
	run, err := p.newRun(ctx)
	if err != nil {
		return Report{}, err
	}
	results := make(chan Result)
	go func() {
		defer close(results)
		run.each(ctx, sources, results)
	}()

	var report Report
	var failure error
	flush := newPollingBuffer(p.Store)
	for r := range results {
		if r.polling != nil && r.fatal == nil { // nothing but polling state changed
			r.fatal = flush.add(ctx, *r.polling, p.Now())
		}
		if r.fatal != nil && failure == nil {
			failure = r.fatal
			run.stop()
		}
		report.add(r)
		if progress != nil {
			progress(r)
		}
	}
	if err := flush.done(ctx); err != nil && failure == nil {
		failure = err
	}
	if failure == nil {
		failure = ctx.Err()
	}
	report.Seconds = p.Now().Sub(started).Seconds()
	return report, failure
}

// pull is the story of one source.
func (r *run) pull(ctx context.Context, s store.SourceState) Result {
	res := Result{Source: s.ID, URL: s.URL}
	response, err := r.Fetch.Get(ctx, conditional(s))
	now := r.Now()
	if err != nil {
		if ctx.Err() != nil {
			res.fatal = ctx.Err() // stopped, not failed: the source is due as before
			return res
		}
		return r.failed(res, s, err, now)
	}
	defer response.Release() // its bytes count against all others' until they are read
	polling := r.answered(s, response, now)
	if response.NotModified {
		res.Outcome, polling.Outcome = feeds.OutcomeNotModified, feeds.OutcomeNotModified
		res.polling = &polling
		return res
	}
	sum := sha256.Sum256(response.Body)
	hash := hex.EncodeToString(sum[:])
	res.Outcome, polling.Outcome = feeds.OutcomeFetched, feeds.OutcomeFetched
	if hash == s.Polling.BodyHash && s.Polling.URL == polling.URL {
		res.polling = &polling // the same bytes under new validators, or none
		return res
	}

	r.cpu <- struct{}{} // reading and labelling are bounded by processors, not by requests
	batch, err := r.read(ctx, s, response)
	if err == nil {
		err = r.label(ctx, batch)
	}
	<-r.cpu
	if err != nil {
		if errors.Is(err, errStore) {
			res.fatal = err
			return res
		}
		return r.failed(res, s, err, now)
	}
	polling.BodyHash, polling.Problems, polling.NewestEntry = hash, batch.problems, batch.newest
	res.Entries = batch.counts
	if batch.unchanged() {
		res.polling = &polling
		return res
	}
	switch err := r.commit(ctx, batch, polling, &res); {
	case err != nil && ctx.Err() != nil:
		res.fatal = err
	case err != nil:
		// It may be this source's data. A store that is out of order shows when the
		// failure itself is saved.
		res.Entries, res.Stories = EntryCounts{}, StoryCounts{}
		return r.failed(res, s, err, now)
	}
	return res
}

// conditional asks with the validators that belong to the source's address.
func conditional(s store.SourceState) fetch.Request {
	req := fetch.Request{URL: s.URL, Source: s.ID}
	if s.Polling.BodyHash != "" { // validators count only for a body that was read
		req.ETag, req.LastModified, req.ValidatorsOf = s.Polling.ETag, s.Polling.LastModified, s.Polling.URL
	}
	return req
}

// run is one call of Pull: the Puller with what all its sources share.
type run struct {
	*Puller
	cpu     chan struct{}
	sources map[string]feeds.Source
	halt    chan struct{}
	once    sync.Once
}

func (p *Puller) newRun(ctx context.Context) (*run, error) {
	states, err := p.Store.Sources(ctx)
	if err != nil {
		return nil, err
	}
	r := &run{Puller: p, cpu: make(chan struct{}, runtime.GOMAXPROCS(0)+1), halt: make(chan struct{}),
		sources: make(map[string]feeds.Source, len(states))}
	for _, s := range states {
		r.sources[s.ID] = s.Source
	}
	return r, nil
}

func (r *run) stop() { r.once.Do(func() { close(r.halt) }) }

// each pulls the sources, Fetches at a time, until all are done or the run halts.
func (r *run) each(ctx context.Context, sources []store.SourceState, results chan<- Result) {
	var wg sync.WaitGroup
	next := make(chan store.SourceState)
	for range min(max(r.Fetches, 1), len(sources)) {
		wg.Go(func() {
			for s := range next {
				results <- r.pull(ctx, s)
			}
		})
	}
feed:
	for _, s := range sources {
		select {
		case next <- s:
		case <-r.halt:
			break feed
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	wg.Wait()
}

func (r *run) read(ctx context.Context, s store.SourceState, response *fetch.Response) (*batch, error) {
	feed, err := read.Parse(read.Document{Body: response.Body, ContentType: response.ContentType, URL: response.URL})
	if err != nil {
		return nil, err
	}
	return r.prepare(ctx, s, feed)
}
