package pipeline

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"tributary/feeds"
	"tributary/internal/classify"
	"tributary/internal/dedupe"
	"tributary/internal/fetch"
	"tributary/internal/redact"
	"tributary/internal/sites"
	"tributary/internal/store"
)

// Puller pulls sources. Its fields are set once, before the first Pull.
type Puller struct {
	Fetch    Fetcher
	Store    Store
	Classify Classifier
	// Labelling is the number of what Classify labels by (store.DB.Labelling).
	Labelling int64
	// Redact cuts personal data out of entries before anything else sees them; nil
	// cuts all there is.
	Redact *redact.Redactor
	// KeepOriginals is how long an entry out of which something was cut is kept as its
	// publisher said it, too; 0 is not at all.
	KeepOriginals time.Duration

	Retention Retention

	// Next says when a source is due after a moment, by its own schedule; the
	// zero time when it has none that can be read.
	Next func(source feeds.Source, after time.Time) time.Time
	// FollowUp, when not nil, adds to the transaction of a commit what has to be
	// done because of it.
	FollowUp func(ctx context.Context, tx *sql.Tx) error

	// Adaptive leaves a source alone for longer than its schedule does, MaxInterval at
	// most, when it publishes rarely.
	Adaptive    bool
	MaxInterval time.Duration
	// Backfill is how long ago at least the undated entries of an archive count as
	// published.
	Backfill time.Duration

	// Gate, when not nil, keeps the processes of one database from asking a host at
	// once; Shard numbers the shards of hosts for it.
	Gate  Gate
	Shard func(address string) int
	// Observe, when not nil, hears of each source as it ends, as progress of Pull does,
	// from any number of Pulls at once.
	Observe func(Result)

	Fetches int // requests at once over all hosts, one at least
	Now     func() time.Time

	Headquarters string // the code of the office that is headquarters
	Grouping

	Robots           *Robots // asked before pages and articles; nil asks nobody
	ReliefWebAppname string  // the installation's name at the ReliefWeb API, a secret
	// Pause, when not nil, waits instead of the wall clock, as Crawl-delay asks.
	Pause func(ctx context.Context, d time.Duration) error
	Push  *Push // WebSub; nil without

	// Apart are the ids of the sources that are asked with secrets of their own: nobody
	// else is served by what those bring.
	Apart map[string]bool
}

// Grouping is how entries are put into stories.
type Grouping struct {
	Windows dedupe.Windows
	Order   dedupe.Order // in which copies lead
	// LeadSettles is how long after its first sight a lead gives way to a better copy.
	LeadSettles time.Duration
}

// DefaultGrouping is how entries are put into stories without settings.
func DefaultGrouping() Grouping {
	return Grouping{Windows: dedupe.DefaultWindows, Order: dedupe.DefaultOrder, LeadSettles: 6 * time.Hour}
}

// Fetcher gets one document. Failures are *fetch.Error.
type Fetcher interface {
	Get(ctx context.Context, r fetch.Request) (*fetch.Response, error)
}

// Classifier labels one item, the same way each time.
type Classifier interface {
	Classify(it classify.Item) []feeds.Label
	// Language is the one language label that Classify gives, if any, at a fraction of
	// the cost.
	Language(it classify.Item) (feeds.Label, bool)
}

// Store keeps what a pull finds. Known and Alike may be a moment old; what a commit
// relies on it asks again inside its transaction.
type Store interface {
	Known(ctx context.Context, sourceID string, ids []int64) (map[int64]store.Known, error)
	Alike(ctx context.Context, sourceID string, keys []uint64) ([]store.Alike, error)
	Titles(ctx context.Context, entryIDs []int64) (map[int64]string, error)
	Commit(ctx context.Context, fn func(ctx context.Context, tx *store.Tx) error) error
	SavePollings(ctx context.Context, pollings []feeds.Polling) error
	Sources(ctx context.Context) ([]store.SourceState, error)
	RuleBook(ctx context.Context) (store.RuleBook, error)
}

// Gate is how processes take turns at a shard of hosts.
type Gate interface {
	// Enter says whether this process may ask the shard's hosts now. If so, leave must
	// be called once, when it has done.
	Enter(ctx context.Context, shard int) (leave func(), ok bool, err error)
}

// Pull runs the sources through once, several at a time, and tells what came of it.
// Sources of one address are asked once: whoever else is subscribed to it is served by
// the same answer, due or not. One bad source never stops another; the error is the
// store's or the context's, and the report then covers what was done before it, and
// names the sources that are left. progress, when not nil, hears of
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
	done := make(map[string]bool, len(sources))
	flush := newPollingBuffer(p.Store)
	for r := range results {
		if r.polling != nil && r.fatal == nil { // nothing but polling state changed
			r.fatal = flush.add(ctx, *r.polling, p.Now())
		}
		if r.fatal != nil && failure == nil {
			failure = r.fatal
			run.stop()
		}
		done[r.Source] = r.fatal == nil
		report.add(r)
		for _, hear := range []func(Result){progress, p.Observe} {
			if hear != nil && r.fatal == nil {
				hear(r)
			}
		}
	}
	if err := flush.done(ctx); err != nil && failure == nil {
		failure = err
	}
	if failure == nil {
		failure = ctx.Err()
	}
	for _, s := range sources {
		if !done[s.ID] {
			report.Left = append(report.Left, s.ID)
		}
	}
	report.Seconds = p.Now().Sub(started).Seconds()
	return report, failure
}

// answer is what one address said to one request.
type answer struct {
	address  string // asked
	response *fetch.Response
	err      error
}

// pull is the story of the sources of one address. Where a learnt address fails, their
// own is asked; what that one says counts only if it is better.
func (r *run) pull(ctx context.Context, u unit) []Result {
	now := r.Now()
	if until := r.asleep(u); until.After(now) {
		return r.wait(u, until)
	}
	var results []Result
	for _, address := range addresses(u[0], now) {
		a := answer{address: address}
		a.response, a.err = r.get(ctx, u[0].Type, u.conditional(address, now))
		again := make([]Result, len(u))
		for i, s := range u {
			again[i] = r.take(ctx, s, a)
		}
		if a.err == nil {
			a.response.Release() // its bytes count against all others' until they are read
		}
		if results == nil || again[0].Outcome != feeds.OutcomeFailed {
			results = again
		}
		if res := again[0]; !res.failed() || res.polling.RetryAfter.After(now) {
			break
		}
	}
	return results
}

// take is the story of one source, once there is an answer.
func (r *run) take(ctx context.Context, s store.SourceState, a answer) Result {
	res := Result{Source: s.ID, URL: s.URL}
	now := r.Now()
	if a.err != nil {
		if ctx.Err() != nil {
			res.fatal = ctx.Err() // stopped, not failed: the source is due as before
			return res
		}
		return r.failed(res, s, a, a.err, now)
	}
	if a.response.NotModified {
		polling := r.answered(s, a, s.Polling.Learnt, now)
		res.Outcome, res.polling = polling.Outcome, &polling
		return res
	}
	sum := sha256.Sum256(a.response.Body)
	hash := hex.EncodeToString(sum[:])
	if hash == s.Polling.BodyHash && s.Polling.URL == a.response.URL {
		polling := r.answered(s, a, s.Polling.Learnt, now)
		res.Outcome, res.polling = polling.Outcome, &polling // the same bytes under new validators, or none
		return res
	}

	batch, err := r.digest(ctx, s, a.response)
	if err != nil {
		if errors.Is(err, errStore) {
			res.fatal = err
			return res
		}
		return r.failed(res, s, a, err, now)
	}
	polling := r.answered(s, a, batch.learnt, now)
	polling.BodyHash, polling.Problems, polling.NewestEntry = hash, batch.problems, batch.newest
	if batch.again {
		polling.BodyHash = ""
	}
	res.Outcome, res.Entries, res.Cut = polling.Outcome, batch.counts, batch.cut
	if err := r.offered(ctx, s, a.response, batch); err != nil {
		res.fatal = err
		return res
	}
	if batch.unchanged() {
		res.polling = &polling
		return res
	}
	polling.Learnt.Document.Changed = now
	switch err := r.commit(ctx, batch, polling, &res); {
	case errors.Is(err, store.ErrReadressed):
		return Result{Source: s.ID, URL: s.URL} // what its former address says is of no interest
	case err != nil && ctx.Err() != nil:
		res.fatal = err
	case err != nil:
		// It may be this source's data. A store that is out of order shows when the
		// failure itself is saved.
		res.Entries, res.Stories, res.Cut = EntryCounts{}, StoryCounts{}, redact.Cut{}
		return r.failed(res, s, a, err, now)
	}
	return res
}

// digest reads and labels a document. A fault of our own that its bytes bring out fails
// this source alone: nothing of the document is kept or shown, and the others go on.
func (r *run) digest(ctx context.Context, s store.SourceState, response *fetch.Response) (b *batch, err error) {
	r.cpu <- struct{}{} // reading and labelling are bounded by processors, not by requests
	defer func() { <-r.cpu }()
	defer func() {
		if fault := recover(); fault != nil {
			b, err = nil, fmt.Errorf("read %s: a fault of Tributary itself, please report it with this address: %v", s.ID, fault)
		}
	}()
	if b, err = r.read(ctx, s, response); err != nil {
		return nil, err
	}
	if s.FullText {
		response.Release() // before other documents are asked for
		r.fullText(ctx, b)
	}
	r.label(b)
	return b, nil
}

// run is one call of Pull: the Puller with what all its sources share.
type run struct {
	*Puller
	cpu      chan struct{}
	labeller atomic.Pointer[labeller] // replaced when people change rules meanwhile
	sources  map[string]feeds.Source
	pushes   map[string]feeds.Subscription // the standing ones, by source
	part     bool                          // documents may be parts of their feed: a guid that one lacks is not gone
	wanted   map[string]bool               // sources whose hubs may deliver
	shared   map[string]unit               // enabled sources, by what is asked for them
	halt     chan struct{}
	once     sync.Once
	leaving  sync.WaitGroup // shards that are still to be left
}

func (p *Puller) newRun(ctx context.Context) (*run, error) {
	states, err := p.Store.Sources(ctx)
	if err != nil {
		return nil, err
	}
	r := &run{Puller: p, cpu: make(chan struct{}, runtime.GOMAXPROCS(0)+1), halt: make(chan struct{}), wanted: map[string]bool{},
		sources: make(map[string]feeds.Source, len(states)), shared: p.subscriptions(states)}
	for _, s := range states {
		r.sources[s.ID] = s.Source
		r.wanted[s.ID] = s.Enabled && !s.Retired && s.Push != feeds.PushOff
	}
	book, err := p.Store.RuleBook(ctx)
	if err != nil {
		return nil, err
	}
	r.labeller.Store(&labeller{classify: p.Classify, sources: r.sources, book: book})
	if p.Push != nil {
		if r.pushes, err = p.Push.standing(ctx); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r *run) stop() { r.once.Do(func() { close(r.halt) }) }

func (r *run) read(ctx context.Context, s store.SourceState, response *fetch.Response) (*batch, error) {
	feed, err := sites.Read(s.Source, sites.Document{Body: response.Body, ContentType: response.ContentType, URL: response.URL,
		ContentLocation: response.ContentLocation, MaxEntries: readMost})
	if err != nil {
		return nil, err
	}
	return r.prepare(ctx, s, feed)
}
