package jobs

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"tributary/internal/fetch"
	"tributary/internal/pipeline"
	"tributary/internal/store"
)

// active are the states of a job that is still to be done or being done. Completed
// jobs must not count: they are kept for a while and would block their successors.
var active = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
	rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

// DispatchArgs is the job that makes pull jobs of due sources.
type DispatchArgs struct{}

// Kind names the job.
func (DispatchArgs) Kind() string { return "dispatch" }

// InsertOpts keeps it to one at a time.
func (DispatchArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueUpkeep, MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByState: active}}
}

// PullArgs is the job that pulls the due sources of one shard of hosts.
type PullArgs struct {
	Shard   int      `json:"shard" river:"unique"`
	Sources []string `json:"sources"`
	Slot    int64    `json:"slot"` // milliseconds: when the sources were found due
}

// Kind names the job.
func (PullArgs) Kind() string { return "pull" }

// InsertOpts keeps it to one at a time for each shard, over all processes.
func (PullArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: active}}
}

// IndexArgs is the job that brings the search index up to date.
type IndexArgs struct{}

// Kind names the job.
func (IndexArgs) Kind() string { return "index" }

// InsertOpts keeps it to one at a time. A commit beside a running one adds none and is
// found by that one's next look, or by the periodic job's.
func (IndexArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueUpkeep, UniqueOpts: river.UniqueOpts{ByState: active}}
}

// PurgeArgs is the job that deletes what has had its time, and has the database's files
// forget what was purged.
type PurgeArgs struct{}

// Kind names the job.
func (PurgeArgs) Kind() string { return "purge" }

// InsertOpts keeps it to one at a time.
func (PurgeArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueUpkeep, UniqueOpts: river.UniqueOpts{ByState: active}}
}

// shards is how many pull jobs there can be at once. A host is always of the same
// shard, which is what holds its limit over all processes.
const shards = 64

// dueAtOnce bounds what one dispatch takes on; the next one takes the rest.
const dueAtOnce = 2000

type dispatchWorker struct {
	river.WorkerDefaults[DispatchArgs]
	engine *Engine
}

func (w *dispatchWorker) Work(ctx context.Context, _ *river.Job[DispatchArgs]) error {
	_, err := w.engine.DispatchOnce(ctx)
	return err
}

// DispatchOnce inserts pull jobs for the sources that are due, moves their next run
// on, and returns how many it was.
func (e *Engine) DispatchOnce(ctx context.Context) (int, error) {
	now, schedules := e.Now(), e.tools.Load().schedules
	tx, err := e.DB.SQL().BeginTx(ctx, nil)
	if err != nil {
		return 0, fmt.Errorf("dispatch: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it says so, and nothing else can be done here
	due, err := e.DB.Due(ctx, tx, now, dueAtOnce)
	if err != nil {
		return 0, fmt.Errorf("dispatch: %w", err)
	}
	next := map[string]time.Time{}
	byShard := map[int][]store.SourceState{}
	for _, s := range due {
		if at := schedules.begin(s, now); at.After(now) {
			next[s.ID] = at
			continue
		}
		shard := Shard(s.Address())
		if len(byShard[shard]) < e.Batch {
			byShard[shard] = append(byShard[shard], s)
		}
	}
	dispatched, err := e.insertPulls(ctx, tx, byShard, now)
	if err != nil {
		return 0, err
	}
	for _, s := range dispatched {
		next[s.ID] = schedules.Next(s.Source, now)
	}
	if err := e.DB.Advance(ctx, tx, next); err != nil {
		return 0, fmt.Errorf("dispatch: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return 0, fmt.Errorf("dispatch: %w", err)
	}
	return len(dispatched), nil
}

// insertPulls returns the sources whose job was inserted: those of a shard that is
// still at work stay due.
func (e *Engine) insertPulls(ctx context.Context, tx *sql.Tx, byShard map[int][]store.SourceState, now time.Time) ([]store.SourceState, error) {
	if len(byShard) == 0 {
		return nil, nil
	}
	var params []river.InsertManyParams
	var order []int
	for shard, sources := range byShard {
		ids := make([]string, len(sources))
		for i, s := range sources {
			ids[i] = s.ID
		}
		params = append(params, river.InsertManyParams{Args: PullArgs{Shard: shard, Sources: ids, Slot: now.UnixMilli()}})
		order = append(order, shard)
	}
	results, err := e.client.InsertManyTx(ctx, tx, params)
	if err != nil {
		return nil, fmt.Errorf("dispatch: insert pull jobs: %w", err)
	}
	var dispatched []store.SourceState
	for i, r := range results {
		if !r.UniqueSkippedAsDuplicate {
			dispatched = append(dispatched, byShard[order[i]]...)
		}
	}
	return dispatched, nil
}

// Shard is the number of an address's shard of hosts.
func Shard(url string) int {
	h := fnv.New32a()
	h.Write([]byte(fetch.Host(url))) // a hash's Write never fails
	return int(h.Sum32() % shards)
}

type pullWorker struct {
	river.WorkerDefaults[PullArgs]
	engine *Engine
}

// Work pulls what an earlier attempt at this job has not pulled already.
func (w *pullWorker) Work(ctx context.Context, job *river.Job[PullArgs]) error {
	e := w.engine
	states, err := e.DB.Sources(ctx)
	if err != nil {
		return err
	}
	slot := time.UnixMilli(job.Args.Slot)
	states = slices.DeleteFunc(states, func(s store.SourceState) bool {
		return !slices.Contains(job.Args.Sources, s.ID) || !s.Enabled || s.Retired || !s.Polling.LastRun.Before(slot)
	})
	// One host's sources stand together, so that its limit is spent on one after
	// the other and not on waiting.
	slices.SortStableFunc(states, func(a, b store.SourceState) int {
		return cmp.Compare(fetch.Host(a.Address()), fetch.Host(b.Address()))
	})
	report, err := e.tools.Load().puller.Pull(ctx, states, nil)
	for _, f := range report.Failed {
		e.Log.Warn("source failed", "source", f.Source, "url", f.URL, "error", f.Error)
	}
	if report.Entries.New+report.Entries.Changed > 0 {
		e.Log.Info("pulled", "sources", report.Sources, "new", report.Entries.New, "changed", report.Entries.Changed, "stories", report.Stories.New)
	}
	if errors.Is(err, context.Canceled) {
		return river.JobSnooze(time.Second) // told to stop: whoever is next goes on
	}
	return err
}

type indexWorker struct {
	river.WorkerDefaults[IndexArgs]
	engine *Engine
}

func (w *indexWorker) Work(ctx context.Context, _ *river.Job[IndexArgs]) error {
	return w.engine.Index(ctx)
}

type purgeWorker struct {
	river.WorkerDefaults[PurgeArgs]
	engine *Engine
}

func (w *purgeWorker) Work(ctx context.Context, _ *river.Job[PurgeArgs]) error {
	e := w.engine
	puller := e.tools.Load().puller
	f, err := puller.Retention.Forget(ctx, e.DB, e.Now(), puller.KeepOriginals)
	if f != (pipeline.Forgotten{}) {
		e.Log.Info("deleted what has had its time", "originals", f.Originals, "versions, prints and texts", f.Expired)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return river.JobSnooze(time.Second) // much has had its time: whoever is next goes on
	}
	if err != nil {
		return err
	}
	return e.tools.Load().desk.Realign(ctx) // what was stopped, or synced by a command
}
