package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"
)

// WatchArgs is the job that looks at our own feeds as a subscriber would.
type WatchArgs struct{}

// Kind names the job.
func (WatchArgs) Kind() string { return "watch" }

// InsertOpts keeps it to one at a time over all processes. A turn that fails is not tried
// again: the next one is due soon.
func (WatchArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueWatch, MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByState: active}}
}

// queueWatch is a queue of its own: a turn renders feeds and may take some seconds.
const queueWatch = "watch"

type watchWorker struct {
	river.WorkerDefaults[WatchArgs]
	engine *Engine
}

func (w *watchWorker) Work(ctx context.Context, _ *river.Job[WatchArgs]) error {
	if w.engine.Watch == nil {
		return nil
	}
	return w.engine.Watch(ctx)
}

// watching is the periodic job, if there is one.
func (e *Engine) watching() []*river.PeriodicJob {
	if e.WatchEvery <= 0 || e.Watch == nil {
		return nil
	}
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(max(e.WatchEvery, time.Second)), func() (river.JobArgs, *river.InsertOpts) {
		return WatchArgs{}, nil
	}, &river.PeriodicJobOpts{ID: "watch"})}
}
