package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"tributary/config"
	"tributary/feeds"
	"tributary/internal/fetch"
	"tributary/internal/jobs"
	"tributary/internal/publish"
	"tributary/internal/selfcheck"
	"tributary/internal/web"
)

// dispatchEvery is how often due sources are looked for.
const dispatchEvery = 5 * time.Second

type serveCmd struct {
	Listen string `help:"Address to listen on (default 127.0.0.1:8080)." placeholder:"ADDR"`
	Demo   bool   `help:"Replace the catalogue by the bundled demo world, in a database of its own."`
}

// Run serves until it is told to stop.
func (c *serveCmd) Run(ctx context.Context, con *console, g *Globals) error {
	a, stopWorld, err := g.openMaybeDemo(ctx, con, c.Demo, map[string]string{"listen": c.Listen})
	if err != nil {
		return err
	}
	defer stopWorld()
	return errors.Join(a.serve(ctx), a.close())
}

type workCmd struct{}

// Run works until it is told to stop.
func (c *workCmd) Run(ctx context.Context, con *console, g *Globals) error {
	a, err := g.open(ctx, con, nil, nil)
	if err != nil {
		return err
	}
	return errors.Join(a.work(ctx), a.close())
}

// openMaybeDemo opens the program as usual, or over the demo world with a database
// of its own below the data directory.
func (g *Globals) openMaybeDemo(ctx context.Context, con *console, wanted bool, flags map[string]string) (*app, func(), error) {
	if !wanted {
		a, err := g.open(ctx, con, nil, flags)
		return a, func() {}, err
	}
	world, stop, err := startDemo(ctx, g)
	if err != nil {
		return nil, nil, err
	}
	a, err := g.open(ctx, con, world, flags)
	if err != nil {
		stop()
		return nil, nil, err
	}
	return a, stop, nil
}

func (a *app) serve(ctx context.Context) error {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", a.config.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w; choose another address with --listen", err)
	}
	a.config.Listen = listener.Addr().String() // port 0 has become one
	err = a.serveOn(ctx, listener)
	if closing := listener.Close(); !errors.Is(closing, net.ErrClosed) { // the server has closed it, as a rule
		err = errors.Join(err, closing)
	}
	return err
}

func (a *app) serveOn(ctx context.Context, listener net.Listener) error {
	hangup := hangups()
	defer signal.Stop(hangup)
	if err := a.sync(ctx); err != nil {
		return err
	}
	if err := errors.Join(a.metrics.Register(newSourceGauge(a.db.Sources, time.Now)), a.metrics.Register(newAlarmGauge(a.db.Watched))); err != nil {
		return fmt.Errorf("set up counters: %w", err)
	}
	first, err := a.newSite(a.config)
	if err != nil {
		return err
	}
	var current atomic.Pointer[site]
	current.Store(first)
	if err := a.metrics.Register(newSubscriberGauge(a.db.CountHubSubscribers)); err != nil {
		return fmt.Errorf("set up counters: %w", err)
	}
	a.watcher.Store(first.watcher)
	warm := a.warmer(ctx)
	defer warm(nil)
	engine, err := a.newEngine(ctx, first.publisher)
	if err != nil {
		return err
	}
	server := web.NewServer(a.config.Listen, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		current.Load().handler.ServeHTTP(w, r)
	}), a.log)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	if err := engine.Start(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(err, server.Close())
	}
	a.welcome()
	warm(first)
	stopShelf := a.besides(ctx, &current)
	defer stopShelf()
	err = a.untilStopped(ctx, hangup, served, engine, func(cfg *config.Config) (func(), error) {
		next, err := a.newSite(cfg)
		if err != nil {
			return nil, err
		}
		told, err := a.newDistribution(cfg, next.publisher)
		return func() {
			current.Store(next)
			a.distribution.Store(told)
			a.watcher.Store(next.watcher)
			warm(next)
		}, err
	})
	grace, cancel := context.WithTimeout(context.Background(), a.config.Jobs.ShutdownGrace)
	defer cancel()
	return errors.Join(err, server.Shutdown(grace), engine.Stop())
}

func (a *app) work(ctx context.Context) error {
	hangup := hangups()
	defer signal.Stop(hangup)
	if err := a.sync(ctx); err != nil {
		return err
	}
	own, err := a.newSite(a.config) // nobody asks it but the watch over our feeds
	if err != nil {
		return err
	}
	a.watcher.Store(own.watcher)
	engine, err := a.newEngine(ctx, own.publisher)
	if err != nil {
		return err
	}
	if err := engine.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	a.log.Info("working", "database", a.db.Dialect(), "sources", len(a.config.Sources))
	var current atomic.Pointer[site]
	current.Store(own)
	stopShelf := a.besides(ctx, &current)
	defer stopShelf()
	err = a.untilStopped(ctx, hangup, nil, engine, func(cfg *config.Config) (func(), error) {
		next, err := a.newSite(cfg)
		if err != nil {
			return nil, err
		}
		told, err := a.newDistribution(cfg, next.publisher)
		return func() {
			current.Store(next)
			a.distribution.Store(told)
			a.watcher.Store(next.watcher)
		}, err
	})
	return errors.Join(err, engine.Stop())
}

// warmer keeps the documents of one site ready at a time: that of the last call, none
// after a call with nil, which waits until all is remembered.
func (a *app) warmer(ctx context.Context) func(s *site) {
	stop := func() {}
	return func(s *site) {
		stop()
		if s == nil {
			return
		}
		within, cancel := context.WithCancel(ctx)
		var wg sync.WaitGroup
		wg.Go(func() { s.publisher.KeepWarm(within, a.db) })
		stop = func() {
			cancel()
			wg.Wait()
		}
	}
}

// hangups takes SIGHUP from now on. It comes first: what comes while things start waits
// its turn instead of ending the process.
func hangups() chan os.Signal {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	return hangup
}

// untilStopped waits for the end and reloads the configuration on SIGHUP meanwhile.
// A configuration that cannot be used is named and the running one stays.
func (a *app) untilStopped(ctx context.Context, hangup <-chan os.Signal, served <-chan error, engine *jobs.Engine, apply func(*config.Config) (func(), error)) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-served:
			if errors.Is(err, http.ErrServerClosed) {
				return nil
			}
			return fmt.Errorf("serve: %w", err)
		case <-hangup:
			if err := a.reload(ctx, engine, apply); err != nil {
				a.log.Error("configuration not reloaded, the running one stays", "error", err)
			}
		}
	}
}

// reload makes everything new first and puts it in place together, so that a failure
// leaves all as it was.
func (a *app) reload(ctx context.Context, engine *jobs.Engine, apply func(*config.Config) (func(), error)) error {
	cfg, err := a.globals.load(a.world, a.flags)
	if err != nil {
		return err
	}
	loaded := *cfg
	cfg.Listen = a.config.Listen // an open door stays where it is
	if loaded.BaseURL == a.loaded.BaseURL || loaded.Listen != a.loaded.Listen && loaded.BaseURL == "http://"+loaded.Listen {
		cfg.BaseURL = a.config.BaseURL // and with it every address in the feeds
	}
	schedules := jobs.NewSchedules(cfg.Fetch.MinInterval, cfg.Jobs.Jitter)
	puller, desk, err := a.puller(ctx, cfg, schedules)
	if err != nil {
		return err
	}
	newsletters, err := a.engineNewsletters(cfg)
	if err != nil {
		return err
	}
	inPlace, err := apply(cfg)
	if err != nil {
		return err
	}
	if err := a.db.SyncSources(ctx, cfg.Sources); err != nil {
		return err
	}
	if err := desk.Realign(ctx); err != nil {
		return err
	}
	engine.Use(puller, schedules, desk, relabels(cfg))
	engine.UseNewsletters(newsletters)
	a.push.Store(puller.Push)
	a.desk.Store(desk)
	inPlace()
	setLevel(a.level, cfg)
	if restart := config.NeedRestart(loaded.Changed(&a.loaded)); len(restart) > 0 {
		a.log.Warn("these settings take effect at the next start", "keys", strings.Join(restart, ", "))
	}
	a.config, a.loaded, a.schedules = cfg, loaded, schedules
	a.log.Info("configuration reloaded", "sources", len(cfg.Sources))
	return nil
}

func (a *app) newEngine(ctx context.Context, publisher *publish.Publisher) (*jobs.Engine, error) {
	told, err := a.newDistribution(a.config, publisher)
	if err != nil {
		return nil, err
	}
	puller, desk, err := a.puller(ctx, a.config, a.schedules)
	if err != nil {
		return nil, err
	}
	newsletters, err := a.engineNewsletters(a.config)
	if err != nil {
		return nil, err
	}
	every := dispatchEvery
	if a.world != nil {
		every = time.Second
	}
	engine, err := jobs.New(ctx, jobs.Options{DB: a.db, Puller: puller, Schedules: a.schedules, Index: a.index,
		Desk: desk, Relabel: relabels(a.config), Hub: topicHub{a}, HubWorkers: a.config.Hub.Concurrency,
		Workers: a.config.Jobs.Workers, Batch: a.config.Jobs.Batch, Dispatch: every, RescueAfter: a.config.Jobs.RescueAfter,
		Grace: a.config.Jobs.ShutdownGrace, Now: time.Now, Log: a.log,
		Watch: a.watchFeeds, WatchEvery: a.config.SelfCheck.Every})
	if err == nil {
		engine.UseNewsletters(newsletters)
		a.push.Store(puller.Push)
		a.desk.Store(desk)
		a.distribution.Store(told)
		a.engine.Store(engine)
	}
	return engine, err
}

// site is what answers requests under one configuration.
type site struct {
	handler   *web.Handler
	publisher *publish.Publisher
	watcher   *selfcheck.Watcher
}

func (a *app) newSite(cfg *config.Config) (*site, error) {
	publisher, err := a.publisher(cfg)
	if err != nil {
		return nil, err
	}
	newsletters, err := a.newNewsletters(cfg, publisher)
	if err != nil {
		return nil, err
	}
	var callbacks web.Hubs
	if cfg.Subscribes() {
		callbacks = hubs{a}
	}
	var ours web.TopicHub
	if cfg.HubWay() == config.HubOwn {
		ours = topicHub{a}
	}
	handler, err := web.New(web.Options{
		Hubs: callbacks, TopicHub: ours, Newsletters: newsletters,
		Desk: labelDesk{a}, Records: records{a.db}, Editors: editors(cfg), Headquarters: cfg.Desk.Headquarters,
		Store: a.db, Publisher: publisher, Counts: a.counts, Sources: a.sourceStatus, Taxonomy: cfg.Taxonomy, Offices: cfg.Offices, Saved: cfg.Channels, Precedence: precedence(cfg),
		Ready:   []web.Check{{Name: "database", Do: a.reachable}},
		Notes:   []web.Check{{Name: "feeds", Do: a.feedsAreWell}},
		BaseURL: baseURL(cfg), Title: cfg.Publish.Title, Disclaimer: cfg.Publish.Disclaimer, Contact: cfg.Contact,
		SensitiveTopics: cfg.Privacy.SensitiveTopics,
		Fetcher:         aboutFetcher(cfg),
		Version:         version(), Metrics: a.metrics, Log: a.log, Now: time.Now,
	})
	if err != nil {
		return nil, err
	}
	return &site{handler: handler, publisher: publisher, watcher: a.newWatcher(cfg, handler, publisher)}, nil
}

// aboutFetcher is what webmasters are told about our requests.
func aboutFetcher(cfg *config.Config) web.Fetcher {
	f := web.Fetcher{UserAgent: fetch.UserAgent(fetchOptions(cfg)), MinInterval: int(cfg.Fetch.MinInterval / time.Minute),
		PerHost: cfg.Fetch.PerHost, MaxBytes: cfg.Fetch.MaxBytes}
	if adaptive(cfg) {
		f.MaxInterval = cfg.Fetch.MaxInterval
	}
	f.Pages = slices.ContainsFunc(cfg.Sources, func(s feeds.Source) bool {
		return s.Enabled && (s.FullText || s.Type == feeds.TypePage || s.Type == feeds.TypeSitemap)
	})
	return f
}

// reachable asks the database for something that only a migrated one can answer.
func (a *app) reachable(ctx context.Context) error {
	_, err := a.db.Version(ctx)
	return err
}

func (a *app) counts(ctx context.Context) (map[feeds.Term]int, error) {
	counts, err := a.db.Counts(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[feeds.Term]int, len(counts))
	for _, c := range counts {
		out[c.Term] = c.N
	}
	return out, nil
}

func (a *app) sourceStatus(ctx context.Context) ([]web.SourceStatus, error) {
	states, err := a.db.Sources(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]web.SourceStatus, len(states))
	for i, s := range states {
		out[i] = web.SourceStatus{Source: s.Source, Polling: s.Polling, Retired: s.Retired}
	}
	return out, nil
}

func (a *app) welcome() {
	base := baseURL(a.config)
	fmt.Fprintf(a.con.err, "Tributary %s is at %s/\n  all stories  %s/feeds/all.atom\n  every feed   %s/feeds.opml\n  sources      %s/sources\n", version(), base, base, base, base)
	if a.world != nil {
		fmt.Fprintf(a.con.err, "  the demo's publishers  http://%s/\n", a.world.Allow()[0])
	}
}
