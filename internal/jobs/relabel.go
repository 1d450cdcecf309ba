package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"tributary/internal/pipeline"
)

// RelabelArgs is the job that labels kept stories anew: those of which it was asked,
// and, where the configuration wants it, those that are labelled by another taxonomy.
type RelabelArgs struct {
	Labelling int64 `json:"labelling" river:"unique"` // by which it shall be done
	// Rules moves with the rules of sources: a job for new ones does not count as the
	// one that is still at work with the former.
	Rules int64 `json:"rules" river:"unique"`
	// Process is when the process began that wants it: one that follows a killed one
	// does not wait until that one's job is rescued. Two at once do no harm.
	Process int64 `json:"process" river:"unique"`
}

// Kind names the job.
func (RelabelArgs) Kind() string { return "relabel" }

// InsertOpts keeps it to one at a time, in a queue of its own: it may take long.
func (RelabelArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueRelabel, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: active}}
}

const (
	queueRelabel = "relabel"
	relabelEvery = 5 * time.Minute // besides at the start and after new rules
	// relabelStories is how many stories one run takes on: it ends in time for a process
	// that is told to stop, and long before it counts as stuck.
	relabelStories = 1000
	// relabelElsewhere is how long a job waits for a process with its labelling. Then
	// there is none any more.
	relabelElsewhere = 10 * time.Minute
)

type relabelWorker struct {
	river.WorkerDefaults[RelabelArgs]
	engine *Engine
}

// Work labels some stories and asks for another turn as long as there are more. What
// is done is done: a run that is killed is gone on with.
func (w *relabelWorker) Work(ctx context.Context, job *river.Job[RelabelArgs]) error {
	e := w.engine
	t := e.tools.Load()
	if t.desk.Labelling != job.Args.Labelling { // another version of the program wants it
		if e.Now().Sub(job.CreatedAt) > relabelElsewhere {
			return nil
		}
		return river.JobSnooze(10 * time.Second)
	}
	p, err := t.desk.Relabel(ctx, pipeline.RelabelScope{Asked: !t.relabelAll, Most: relabelStories}, nil)
	for _, fault := range p.Faults {
		e.Log.Error("story not labelled", "error", fault)
	}
	if p.Done > 0 {
		e.Log.Info("labelled stories anew", "stories", p.Done, "changed", p.Changed, "total", p.Total)
	}
	switch {
	case err != nil:
		return err
	case p.Left:
		return river.JobSnooze(0)
	}
	return nil
}

// relabelArgs are those of the job that this process would run now.
func (e *Engine) relabelArgs(rules int64) RelabelArgs {
	return RelabelArgs{Labelling: e.tools.Load().desk.Labelling, Rules: rules, Process: e.began}
}

// followRules adds to the transaction in which rules of sources changed the job that
// labels their stories anew.
func (e *Engine) followRules(ctx context.Context, tx *sql.Tx, rules int64) error {
	if _, err := e.client.InsertTx(ctx, tx, e.relabelArgs(rules), nil); err != nil {
		return fmt.Errorf("insert relabel job: %w", err)
	}
	return nil
}
