package jobs

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"tributary/internal/pipeline"
	"tributary/internal/store"
)

// Options set up an Engine. All fields without a note are required.
type Options struct {
	DB        *store.DB
	Puller    *pipeline.Puller
	Schedules *Schedules
	Index     func(ctx context.Context) error // brings the search index up to date
	Desk      *pipeline.Desk
	Hub       Distributor // nil: nobody is told of changes
	Relabel   bool        // label kept stories anew that are labelled by another taxonomy

	Watch      func(ctx context.Context) error // looks at our own feeds; may be nil
	WatchEvery time.Duration                   // 0: never

	Workers     int           // pull jobs at once in this process
	HubWorkers  int           // hosts delivered to at once; 1 at least
	Batch       int           // sources in one pull job at most
	Dispatch    time.Duration // how often due sources are looked for
	RescueAfter time.Duration // a job held longer is given to another process
	Grace       time.Duration // how long a stop waits for running jobs
	Now         func() time.Time
	Log         *slog.Logger
}

// Engine is this process's share in the work.
type Engine struct {
	Options
	tools    atomic.Pointer[tools]
	process  string // this process's name among those on the database
	driver   riverdriver.Driver[*sql.Tx]
	client   *river.Client[*sql.Tx]
	listener *pgxpool.Pool // PostgreSQL only
	here     *store.Presence
	untend   context.CancelFunc
	tended   chan struct{} // closed when tend has ended

	newsletters atomic.Pointer[pipeline.Newsletters]
	mailPause   atomic.Int64 // milliseconds: until when the mail server is left alone
}

// tools are what a reload of the configuration replaces.
type tools struct {
	puller     *pipeline.Puller
	schedules  *Schedules
	desk       *pipeline.Desk
	relabelAll bool // not only what was asked for
}

// Use makes the jobs that start from now on work with these; those under way end with
// what they have.
func (e *Engine) Use(puller *pipeline.Puller, schedules *Schedules, desk *pipeline.Desk, relabel bool) {
	puller.FollowUp, desk.FollowUp = e.followUp, e.followRules
	if puller.Push != nil {
		puller.Push.Queue = e.queueDelivery
	}
	e.tools.Store(&tools{puller, schedules, desk, relabel})
}

// Migrate brings River's own tables up to date. Processes that do so at once wait for
// each other.
func Migrate(ctx context.Context, db *store.DB) error {
	migrator, err := rivermigrate.New(driver(db, nil), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("migrate job tables: %w", err)
	}
	err = db.Exclusive(ctx, func(ctx context.Context) error {
		_, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
		return err
	})
	if err != nil {
		return fmt.Errorf("migrate job tables: %w", err)
	}
	return nil
}

func driver(db *store.DB, listener *pgxpool.Pool) riverdriver.Driver[*sql.Tx] {
	switch {
	case db.Dialect() == store.SQLite:
		return riversqlite.New(db.SQL())
	case listener != nil:
		return riverdatabasesql.NewWithPgxListener(db.SQL(), listener)
	default:
		return riverdatabasesql.New(db.SQL())
	}
}

// New makes an engine; Start sets it to work.
func New(ctx context.Context, o Options) (*Engine, error) {
	e := &Engine{Options: o, process: rand.Text(), tended: make(chan struct{})}
	e.Use(o.Puller, o.Schedules, o.Desk, o.Relabel)
	if o.DB.Dialect() == store.Postgres {
		// River keeps one connection of its own for LISTEN.
		cfg, err := pgxpool.ParseConfig(o.DB.PGURL())
		if err != nil {
			return nil, fmt.Errorf("open job listener: the database URL cannot be read")
		}
		cfg.MinConns, cfg.MaxConns = 0, 1
		if e.listener, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
			return nil, fmt.Errorf("open job listener: %w", err)
		}
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &dispatchWorker{engine: e})
	river.AddWorker(workers, &pullWorker{engine: e})
	river.AddWorker(workers, &indexWorker{engine: e})
	river.AddWorker(workers, &purgeWorker{engine: e})
	river.AddWorker(workers, &websubWorker{engine: e})
	river.AddWorker(workers, &deliverWorker{engine: e})
	river.AddWorker(workers, &relabelWorker{engine: e})
	river.AddWorker(workers, &hubWorker{engine: e})
	river.AddWorker(workers, &hubVerifyWorker{engine: e})
	river.AddWorker(workers, &hubDeliverWorker{engine: e})
	river.AddWorker(workers, &newsletterWorker{engine: e})
	river.AddWorker(workers, &mailWorker{engine: e})
	river.AddWorker(workers, &watchWorker{engine: e})
	e.driver = driver(o.DB, e.listener)
	client, err := river.NewClient(e.driver, &river.Config{
		ID: e.process,
		Queues: map[string]river.QueueConfig{
			river.QueueDefault: {MaxWorkers: o.Workers},
			queueUpkeep:        {MaxWorkers: 2}, // never behind a slow host
			queuePush:          {MaxWorkers: 3}, // the upkeep may wait for slow hubs
			queueRelabel:       {MaxWorkers: 1},
			queueHub:           {MaxWorkers: max(o.HubWorkers, 1)},
			queueHubVerify:     {MaxWorkers: hubVerifiers},
			queueNewsletter:    {MaxWorkers: 2},
			queueWatch:         {MaxWorkers: 1},
		},
		Workers:                     workers,
		PeriodicJobs:                append(e.periodic(), e.watching()...),
		JobTimeout:                  o.RescueAfter * 3 / 4, // before it counts as stuck
		RescueStuckJobsAfter:        o.RescueAfter,
		CompletedJobRetentionPeriod: time.Hour,
		MaxAttempts:                 maxAttempts,
		Logger:                      slog.New(quiet{o.Log.Handler()}),
	})
	if err != nil {
		e.close()
		return nil, fmt.Errorf("set up jobs: %w", err)
	}
	e.client = client
	return e, nil
}

const (
	indexEvery  = 30 * time.Second // besides after commits
	purgeEvery  = time.Hour
	websubEvery = 15 * time.Second
	queueUpkeep = "upkeep"
	queuePush   = "push"
	maxAttempts = 5
)

func (e *Engine) periodic() []*river.PeriodicJob {
	return append(e.newsletterJobs(), []*river.PeriodicJob{
		river.NewPeriodicJob(river.PeriodicInterval(e.Dispatch), func() (river.JobArgs, *river.InsertOpts) {
			return DispatchArgs{}, nil
		}, &river.PeriodicJobOpts{ID: "dispatch", RunOnStart: true}),
		river.NewPeriodicJob(river.PeriodicInterval(indexEvery), func() (river.JobArgs, *river.InsertOpts) {
			return IndexArgs{}, nil
		}, &river.PeriodicJobOpts{ID: "index", RunOnStart: true}),
		river.NewPeriodicJob(river.PeriodicInterval(purgeEvery), func() (river.JobArgs, *river.InsertOpts) {
			return PurgeArgs{}, nil
		}, &river.PeriodicJobOpts{ID: "purge", RunOnStart: true}),
		river.NewPeriodicJob(river.PeriodicInterval(websubEvery), func() (river.JobArgs, *river.InsertOpts) {
			return WebSubArgs{}, nil
		}, &river.PeriodicJobOpts{ID: "websub", RunOnStart: true}),
		river.NewPeriodicJob(river.PeriodicInterval(relabelEvery), func() (river.JobArgs, *river.InsertOpts) {
			return e.relabelArgs(0), nil
		}, &river.PeriodicJobOpts{ID: "relabel", RunOnStart: true}),
		river.NewPeriodicJob(river.PeriodicInterval(hubEvery), func() (river.JobArgs, *river.InsertOpts) {
			return e.hubArgs(), nil
		}, &river.PeriodicJobOpts{ID: "hub", RunOnStart: true}),
	}...)
}

// Start begins to work. ctx ends what runs at once; Stop ends it in order.
func (e *Engine) Start(ctx context.Context) error {
	// Announced first: whoever holds a job is known to be there.
	here, err := e.DB.Announce(ctx, e.process)
	if err != nil {
		return fmt.Errorf("start jobs: %w", err)
	}
	if err := e.client.Start(ctx); err != nil {
		return errors.Join(fmt.Errorf("start jobs: %w", err), here.End())
	}
	e.here = here
	// Not with ctx: while jobs are being ended they are still held.
	tending, untend := context.WithCancel(context.WithoutCancel(ctx))
	e.untend = untend
	go e.tend(tending, here)
	e.lookAtOnce(ctx)
	return nil
}

// Stop takes no more jobs, waits out its grace for the running ones, then hands
// back what is left.
func (e *Engine) Stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), e.Grace)
	defer cancel()
	err := e.client.Stop(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		last, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		err = e.client.StopAndCancel(last)
	}
	if e.here != nil {
		e.untend()
		<-e.tended
		err = errors.Join(err, e.here.End())
	}
	e.close()
	if err != nil {
		return fmt.Errorf("stop jobs: %w", err)
	}
	return nil
}

func (e *Engine) close() {
	if e.listener != nil {
		e.listener.Close()
	}
}

// followUp adds to a commit's transaction the jobs that bring the search index up to
// date with it and tell subscribers of it.
func (e *Engine) followUp(ctx context.Context, tx *sql.Tx) error {
	_, err := e.client.InsertTx(ctx, tx, IndexArgs{}, nil)
	if err != nil {
		return fmt.Errorf("insert index job: %w", err)
	}
	return e.followHub(ctx, tx)
}

// quiet passes on River's warnings and errors; its running commentary is of no use
// to who runs Tributary.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}

func (q quiet) WithAttrs(a []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(a)} }
func (q quiet) WithGroup(g string) slog.Handler      { return quiet{q.Handler.WithGroup(g)} }
