package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"tributary/internal/pipeline"
)

// NewsletterArgs is the job that makes the issues whose time has come.
type NewsletterArgs struct{}

// Kind names the job.
func (NewsletterArgs) Kind() string { return "newsletter" }

// InsertOpts keeps it to one at a time over all processes. That is for thrift: the store sees
// to it that an issue is made once.
func (NewsletterArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueNewsletter, MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByState: active}}
}

// MailArgs is the job that hands over the mails that wait.
type MailArgs struct{}

// Kind names the job.
func (MailArgs) Kind() string { return "mail" }

// InsertOpts keeps it to one at a time over all processes, so that the rate holds.
func (MailArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueNewsletter, MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByState: active}}
}

const (
	queueNewsletter = "newsletter"
	newsletterEvery = 20 * time.Second
	mailEvery       = 5 * time.Second
	mailPause       = time.Minute // after a failure of the mail server's or the store's
	// mailWithin is how long one run hands over mails: it ends long before it counts as
	// stuck, and the next goes on.
	mailWithin = time.Minute
)

// newsletterJobs are the two jobs' periods.
func (e *Engine) newsletterJobs() []*river.PeriodicJob {
	return []*river.PeriodicJob{
		river.NewPeriodicJob(river.PeriodicInterval(newsletterEvery), func() (river.JobArgs, *river.InsertOpts) {
			return NewsletterArgs{}, nil
		}, &river.PeriodicJobOpts{ID: "newsletter", RunOnStart: true}),
		river.NewPeriodicJob(river.PeriodicInterval(mailEvery), func() (river.JobArgs, *river.InsertOpts) {
			return MailArgs{}, nil
		}, &river.PeriodicJobOpts{ID: "mail", RunOnStart: true}),
	}
}

// UseNewsletters makes the jobs that start from now on work with these; nil: there are none.
func (e *Engine) UseNewsletters(n *pipeline.Newsletters) { e.newsletters.Store(n) }

type newsletterWorker struct {
	river.WorkerDefaults[NewsletterArgs]
	engine *Engine
}

func (w *newsletterWorker) Work(ctx context.Context, _ *river.Job[NewsletterArgs]) error {
	e := w.engine
	n := e.newsletters.Load()
	if n == nil {
		return nil
	}
	results, err := n.Run(ctx)
	for _, r := range results {
		if r.Number == 0 {
			e.Log.Warn("newsletter has no issue for its period", "newsletter", r.Newsletter, "period", r.Period, "why", r.Detail)
			continue
		}
		e.Log.Info("made an issue", "newsletter", r.Newsletter, "number", r.Number, "period", r.Period, "stories", r.Stories)
		// Sooner than the periodic job would; if one is just ending this is none, and the next does it.
		if _, inserting := e.client.Insert(ctx, MailArgs{}, nil); inserting != nil {
			err = errors.Join(err, fmt.Errorf("insert mail job: %w", inserting))
		}
	}
	return cut(ctx, err)
}

type mailWorker struct {
	river.WorkerDefaults[MailArgs]
	engine *Engine
}

func (w *mailWorker) Work(ctx context.Context, _ *river.Job[MailArgs]) error {
	e := w.engine
	n := e.newsletters.Load()
	if n == nil || e.Now().UnixMilli() < e.mailPause.Load() {
		return nil
	}
	r, err := n.Mail(ctx, mailWithin)
	if r.Sent+r.Confirmations > 0 {
		e.Log.Info("mailed", "issues", r.Sent, "confirmations", r.Confirmations)
	}
	if r.Later+r.Failed+r.Bounced+r.Unknown+r.Dropped > 0 {
		e.Log.Warn("mails not delivered", "later", r.Later, "failed", r.Failed, "bounced", r.Bounced, "unknown", r.Unknown, "dropped", r.Dropped, "codes", fmt.Sprint(r.Codes))
	}
	if err != nil && ctx.Err() == nil {
		e.mailPause.Store(e.Now().Add(mailPause).UnixMilli())
		e.Log.Warn("mails wait", "error", err, "again in", mailPause)
		return nil
	}
	return cut(ctx, err)
}

// cut leaves a job that was told to stop to whoever is next.
func cut(ctx context.Context, err error) error {
	if errors.Is(err, context.Canceled) || ctx.Err() != nil {
		return river.JobSnooze(time.Second)
	}
	return err
}

// ScheduleNext is the first moment of a schedule in a zone after another one; zero when there
// is none.
func ScheduleNext(expr, zone string, after time.Time) (time.Time, error) {
	s, err := ParseSchedule(expr, zone, 0)
	if err != nil {
		return time.Time{}, err
	}
	return s.Next(after), nil
}
