package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"tributary/feeds"
)

// WebSubArgs is the job that brings WebSub subscriptions on their way, and finds the
// deliveries whose own job was lost.
type WebSubArgs struct{}

// Kind names the job.
func (WebSubArgs) Kind() string { return "websub" }

// InsertOpts keeps it to one at a time over all processes.
func (WebSubArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queuePush, MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByState: active}}
}

// DeliverArgs is the job that reads what hubs have delivered for one source.
type DeliverArgs struct {
	Source string `json:"source"`
}

// Kind names the job.
func (DeliverArgs) Kind() string { return "deliver" }

// InsertOpts keeps it to one at a time for each source: deliveries are read in their
// order. One that arrives while the job ends is found by the next websub job.
func (DeliverArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queuePush, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: active}}
}

// queueDelivery adds to a transaction that keeps a delivery the job that reads it.
func (e *Engine) queueDelivery(ctx context.Context, tx *sql.Tx, sourceID string) error {
	if _, err := e.client.InsertTx(ctx, tx, DeliverArgs{Source: sourceID}, nil); err != nil {
		return fmt.Errorf("insert deliver job: %w", err)
	}
	return nil
}

type websubWorker struct {
	river.WorkerDefaults[WebSubArgs]
	engine *Engine
}

func (w *websubWorker) Work(ctx context.Context, _ *river.Job[WebSubArgs]) error {
	return w.engine.WebSubOnce(ctx)
}

// WebSubOnce does what is due about subscriptions.
func (e *Engine) WebSubOnce(ctx context.Context) error {
	push := e.tools.Load().puller.Push
	if push == nil {
		return nil
	}
	left, err := e.DB.DeliverySources(ctx)
	if err != nil {
		return err
	}
	for _, id := range left {
		if _, err := e.client.Insert(ctx, DeliverArgs{Source: id}, nil); err != nil {
			return fmt.Errorf("insert deliver job: %w", err)
		}
	}
	report, err := push.Upkeep(ctx)
	for _, f := range report.Failed {
		e.Log.Warn("hub failed, polling goes on", "source", f.Source, "hub", f.URL, "error", f.Error)
	}
	if report.Requested+report.Ended > 0 {
		e.Log.Info("subscriptions kept up", "requested", report.Requested, "ended", report.Ended)
	}
	return err
}

type deliverWorker struct {
	river.WorkerDefaults[DeliverArgs]
	engine *Engine
}

// Work reads the source's deliveries until there are none. One is forgotten after it
// is committed: after a crash in between it is read again, and brings nothing new.
func (w *deliverWorker) Work(ctx context.Context, job *river.Job[DeliverArgs]) error {
	e := w.engine
	for {
		d, err := e.DB.NextDelivery(ctx, job.Args.Source)
		if errors.Is(err, feeds.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		puller := e.tools.Load().puller
		if puller.Push != nil { // switched off meanwhile: polling has it
			res, err := puller.Deliver(ctx, d)
			switch {
			case errors.Is(err, context.Canceled):
				return river.JobSnooze(time.Second)
			case err != nil:
				return err
			case res.Error != "":
				e.Log.Warn("delivery not used, the source is pulled instead", "source", res.Source, "error", res.Error)
			case res.Entries.New+res.Entries.Changed > 0:
				e.Log.Info("delivered", "source", res.Source, "new", res.Entries.New, "changed", res.Entries.Changed, "stories", res.Stories.New)
			}
		}
		if err := e.DB.DropDelivery(ctx, d.ID); err != nil {
			return err
		}
	}
}
