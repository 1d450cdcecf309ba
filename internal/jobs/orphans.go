package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"

	"tributary/internal/store"
)

// orphansEvery is how often the jobs of dead processes are looked for.
const orphansEvery = 5 * time.Second

// orphansAtOnce bounds how many running jobs are looked at in one turn.
const orphansAtOnce = 1000

// tend says that this process lives and takes over the jobs of those that do not, until
// ctx ends. Without it a job held by a process that was killed would keep its
// successors out until RescueAfter.
func (e *Engine) tend(ctx context.Context, here *store.Presence) {
	defer close(e.tended)
	tick := time.NewTicker(orphansEvery)
	defer tick.Stop()
	for {
		if err := here.Keep(ctx); err != nil && ctx.Err() == nil {
			e.Log.Warn("others believe that this process is gone", "error", err)
		}
		if err := e.adopt(ctx); err != nil && ctx.Err() == nil {
			e.Log.Warn("jobs of dead processes stay where they are", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// adopt hands back the running jobs whose process is gone.
func (e *Engine) adopt(ctx context.Context) error {
	running, err := e.runningElsewhere(ctx)
	if err != nil {
		return err
	}
	for process := range running {
		_, err := e.DB.WhenGone(ctx, process, func(ctx context.Context) error {
			// Looked at again: whoever held the process's name before us has taken them.
			jobs, err := e.runningElsewhere(ctx)
			if err != nil || len(jobs[process]) == 0 {
				return err
			}
			e.Log.Info("taking over the jobs of a process that is gone", "process", process, "jobs", len(jobs[process]))
			return e.handBack(ctx, jobs[process])
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// runningElsewhere are the running jobs that this process does not hold, by the process
// that does.
func (e *Engine) runningElsewhere(ctx context.Context) (map[string][]*rivertype.JobRow, error) {
	list, err := e.client.JobList(ctx, river.NewJobListParams().States(rivertype.JobStateRunning).First(orphansAtOnce))
	if err != nil {
		return nil, fmt.Errorf("list running jobs: %w", err)
	}
	out := map[string][]*rivertype.JobRow{}
	for _, job := range list.Jobs {
		if n := len(job.AttemptedBy); n > 0 && job.AttemptedBy[n-1] != e.process {
			out[job.AttemptedBy[n-1]] = append(out[job.AttemptedBy[n-1]], job)
		}
	}
	return out, nil
}

// handBack makes jobs wait for a worker again; those that had their last attempt end,
// and what is periodic comes again by itself.
func (e *Engine) handBack(ctx context.Context, jobs []*rivertype.JobRow) error {
	now := time.Now().UTC()
	params := &riverdriver.JobRescueManyParams{StuckHorizon: now}
	for _, job := range jobs {
		why, err := json.Marshal(rivertype.AttemptError{At: now, Attempt: job.Attempt, Error: "its process is gone"})
		if err != nil {
			return fmt.Errorf("describe attempt: %w", err)
		}
		state, ended := rivertype.JobStateAvailable, (*time.Time)(nil)
		if job.Attempt >= job.MaxAttempts {
			state, ended = rivertype.JobStateDiscarded, &now
		}
		params.ID = append(params.ID, job.ID)
		params.Error = append(params.Error, why)
		params.FinalizedAt = append(params.FinalizedAt, ended)
		params.ScheduledAt = append(params.ScheduledAt, now)
		params.State = append(params.State, string(state))
	}
	if _, err := e.driver.GetExecutor().JobRescueMany(ctx, params); err != nil {
		return fmt.Errorf("hand back jobs: %w", err)
	}
	return nil
}
