package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"tributary/internal/hub"
)

// Distributor tells the subscribers of our feeds that they have changed: our own WebSub
// hub, or what pings another's. Which it is may change while we run.
type Distributor interface {
	// On says whether there is anything to distribute to at all.
	On() bool
	// Awaited says whether somebody is known to wait for what a commit changes.
	Awaited() bool
	// Pass looks for what has changed, and names the hosts for which Verify and Deliver
	// are to be called.
	Pass(ctx context.Context) (hub.Due, error)
	Verify(ctx context.Context, host string) (hub.Report, error)
	Deliver(ctx context.Context, host string) (hub.Report, error)
}

const (
	hubEvery       = 5 * time.Second // besides after commits
	queueHubVerify = "hub_verify"    // never before deliveries to those who were verified
	queueHub       = "hub"
	hubVerifiers   = 4
	hubSlot        = 250 // milliseconds in which commits share a job
)

// HubArgs is the job that looks whether documents have changed that somebody subscribes
// to, and finds what is due at our own hub.
type HubArgs struct {
	// Slot is when the commit was that it follows, in quarters of a second; 0 of the
	// periodic one. It is part of what makes the job unique: one that is running, or has
	// just ended and is not noted as such, may have looked too early for this commit.
	Slot int64 `json:"slot" river:"unique"`
}

// Kind names the job.
func (HubArgs) Kind() string { return "hub" }

// InsertOpts keeps it to one for each slot over all processes.
func (HubArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queuePush, MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: active}}
}

// HubVerifyArgs is the job that asks the callbacks on one host whether they meant it.
type HubVerifyArgs struct {
	Host string `json:"host"`
}

// Kind names the job.
func (HubVerifyArgs) Kind() string { return "hub_verify" }

// InsertOpts keeps it to one at a time for each host, over all processes: whoever asks us
// to call somebody else's server cannot make us do it more than one call at a time.
func (HubVerifyArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueHubVerify, MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: active}}
}

// HubDeliverArgs is the job that delivers to the callbacks on one host. When to try again
// stands with each subscription, since the others of its host may have taken theirs.
type HubDeliverArgs struct {
	Host string `json:"host"`
}

// Kind names the job.
func (HubDeliverArgs) Kind() string { return "hub_deliver" }

// InsertOpts keeps it to one at a time for each host, over all processes.
func (HubDeliverArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueHub, MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: active}}
}

// QueueVerify adds to the transaction that notes a subscriber's request the job that
// verifies it.
func (e *Engine) QueueVerify(ctx context.Context, tx *sql.Tx, host string) error {
	if _, err := e.client.InsertTx(ctx, tx, HubVerifyArgs{Host: host}, nil); err != nil {
		return fmt.Errorf("insert verify job: %w", err)
	}
	return nil
}

// hubArgs is the periodic job; nil, which inserts none, when there is no hub.
func (e *Engine) hubArgs() river.JobArgs {
	if e.Hub == nil || !e.Hub.On() {
		return nil
	}
	return HubArgs{}
}

// lookAtOnce looks for what a process that died had committed and told nobody of, before
// one of those that live leads and inserts periodic jobs.
func (e *Engine) lookAtOnce(ctx context.Context) {
	if e.Hub == nil || !e.Hub.On() {
		return
	}
	if _, err := e.client.Insert(ctx, HubArgs{}, nil); err != nil {
		e.Log.Warn("subscribers are told a little later", "error", err)
	}
}

// followHub adds to a commit's transaction the job that tells subscribers of it. Without
// any it costs nothing.
func (e *Engine) followHub(ctx context.Context, tx *sql.Tx) error {
	if e.Hub == nil || !e.Hub.Awaited() {
		return nil
	}
	if _, err := e.client.InsertTx(ctx, tx, HubArgs{Slot: e.Now().UnixMilli() / hubSlot}, nil); err != nil {
		return fmt.Errorf("insert hub job: %w", err)
	}
	return nil
}

type hubWorker struct {
	river.WorkerDefaults[HubArgs]
	engine *Engine
}

func (w *hubWorker) Work(ctx context.Context, _ *river.Job[HubArgs]) error {
	return w.engine.HubOnce(ctx)
}

// HubOnce looks for what has changed and makes jobs of what is due.
func (e *Engine) HubOnce(ctx context.Context) error {
	if e.Hub == nil {
		return nil
	}
	due, err := e.Hub.Pass(ctx)
	for _, fault := range due.Faults {
		e.Log.Warn("subscribers are not told yet", "error", fault)
	}
	if due.Expired+due.Denied > 0 {
		e.Log.Info("subscriptions to our feeds ended", "leases", due.Expired, "feeds gone", due.Denied)
	}
	if err != nil {
		return err
	}
	var params []river.InsertManyParams
	for _, host := range due.Ask {
		params = append(params, river.InsertManyParams{Args: HubVerifyArgs{Host: host}})
	}
	for _, host := range due.Deliver {
		params = append(params, river.InsertManyParams{Args: HubDeliverArgs{Host: host}})
	}
	if len(params) == 0 {
		return nil
	}
	if _, err := e.client.InsertMany(ctx, params); err != nil {
		return fmt.Errorf("insert jobs of the hub: %w", err)
	}
	return nil
}

type hubVerifyWorker struct {
	river.WorkerDefaults[HubVerifyArgs]
	engine *Engine
}

func (w *hubVerifyWorker) Work(ctx context.Context, job *river.Job[HubVerifyArgs]) error {
	r, err := w.engine.Hub.Verify(ctx, job.Args.Host)
	return w.engine.hubReport(ctx, "callbacks asked", r, err)
}

type hubDeliverWorker struct {
	river.WorkerDefaults[HubDeliverArgs]
	engine *Engine
}

func (w *hubDeliverWorker) Work(ctx context.Context, job *river.Job[HubDeliverArgs]) error {
	r, err := w.engine.Hub.Deliver(ctx, job.Args.Host)
	return w.engine.hubReport(ctx, "delivered to subscribers", r, err)
}

// hubReport logs what became of a host's callbacks; of their addresses it knows no more.
// Told to stop, the job ends: what it held is due again when its claim runs out.
func (e *Engine) hubReport(ctx context.Context, what string, r hub.Report, err error) error {
	args := []any{"host", r.Host}
	for _, o := range []hub.Outcome{hub.OutcomeTaken, hub.OutcomeVerified, hub.OutcomeRefused, hub.OutcomeSilent, hub.OutcomeTold,
		hub.OutcomeGone, hub.OutcomeFailed, hub.OutcomeGivenUp, hub.OutcomeTooLarge} {
		if n := r.Counts[o]; n > 0 {
			args = append(args, string(o), n)
		}
	}
	switch {
	case r.Error != "":
		e.Log.Warn(what, append(args, "error", r.Error)...)
	case len(args) > 2:
		e.Log.Info(what, args...)
	}
	if ctx.Err() != nil {
		return nil //nolint:nilerr // the store remembers what is left
	}
	return err
}
