package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tributary/config"
	"tributary/feeds"
	"tributary/internal/classify"
	"tributary/internal/classify/topicmodel"
	"tributary/internal/dedupe"
	"tributary/internal/demo"
	"tributary/internal/fetch"
	"tributary/internal/jobs"
	"tributary/internal/pipeline"
	"tributary/internal/publish"
	"tributary/internal/redact"
	"tributary/internal/selfcheck"
	"tributary/internal/store"
)

// headquarters is the office code of IOM's headquarters in the office data.
const headquarters = "hq"

// demoMinimum is the least interval between two pulls in the demo world, which is
// asked over loopback and minds nothing.
const demoMinimum = time.Second

// app is the program with its parts joined.
type app struct {
	con       *console
	globals   *Globals
	flags     map[string]string // of the command, by configuration key; a reload keeps them
	config    *config.Config
	loaded    config.Config // as it was loaded, to compare the next one with
	world     *demo.World   // nil outside the demo
	log       *slog.Logger
	level     *slog.LevelVar
	db        *store.DB
	schedules *jobs.Schedules
	metrics   *prometheus.Registry
	push      atomic.Pointer[pipeline.Push] // what hubs' calls are answered with
	desk      atomic.Pointer[pipeline.Desk] // where people correct labels
	polls     *pollCounters

	engine       atomic.Pointer[jobs.Engine]  // nil until it is made
	distribution atomic.Pointer[distribution] // how subscribers hear of changes
	hubCounters  *hubCounters
	watcher      atomic.Pointer[selfcheck.Watcher] // of our own feeds, as they are served now
}

// load reads the configuration as a command's flags have it. world, when not nil,
// replaces the catalogue.
func (g *Globals) load(world *demo.World, flags map[string]string) (*config.Config, error) {
	o := g.options(flags)
	if world != nil {
		o.Sources = world.Sources()
	}
	cfg, err := config.Load(o)
	if err != nil {
		return nil, err
	}
	if world != nil {
		cfg.Fetch.Allow = append(cfg.Fetch.Allow, world.Allow()...)
		cfg.Fetch.MinInterval, cfg.Fetch.Proxy = demoMinimum, "" // the world is on loopback
		cfg.Jobs.Jitter = 0
	}
	return cfg, nil
}

// options are where the configuration of a command with these flags comes from.
func (g *Globals) options(flags map[string]string) config.Options {
	overrides := map[string]string{}
	for key, value := range map[string]string{"data": g.Data, "database": g.Database, "log.level": g.LogLevel, "log.format": g.LogFormat} {
		if value != "" {
			overrides[key] = value
		}
	}
	for key, value := range flags {
		if value != "" {
			overrides[key] = value
		}
	}
	o := config.Options{Path: g.Config, Environ: os.Environ(), Overrides: overrides}
	o.CheckSchedule = func(expr, zone string) error {
		_, err := jobs.ParseSchedule(expr, zone, time.Second) // fetch.min_interval slows down, it does not refuse
		return err
	}
	return o
}

// open loads the configuration, opens the store and brings it up to date.
func (g *Globals) open(ctx context.Context, con *console, world *demo.World, flags map[string]string) (*app, error) {
	cfg, err := g.load(world, flags)
	if err != nil {
		return nil, err
	}
	level := &slog.LevelVar{}
	a := &app{con: con, globals: g, flags: flags, config: cfg, loaded: *cfg, world: world, log: newLogger(con, cfg, level), level: level,
		schedules: jobs.NewSchedules(cfg.Fetch.MinInterval, cfg.Jobs.Jitter), metrics: prometheus.NewRegistry()}
	if a.polls, err = newPollCounters(a.metrics); err != nil {
		return nil, err
	}
	if a.hubCounters, err = newHubCounters(a.metrics); err != nil {
		return nil, err
	}
	if a.db, err = openStore(ctx, cfg); err != nil {
		return nil, err
	}
	if err := a.prepare(ctx); err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}

func openStore(ctx context.Context, cfg *config.Config) (*store.DB, error) {
	o := store.Options{URL: cfg.Database}
	if cfg.Database == "" {
		if err := os.MkdirAll(cfg.Data, 0o750); err != nil {
			return nil, fmt.Errorf("make data directory: %w", err)
		}
		o.Path = filepath.Join(cfg.Data, "tributary.db")
	}
	return store.Open(ctx, o)
}

// openKept opens a store that must be there: a mistyped --data is no empty database.
func openKept(ctx context.Context, cfg *config.Config) (*store.DB, error) {
	if err := there(cfg); err != nil {
		return nil, err
	}
	return openStore(ctx, cfg)
}

func there(cfg *config.Config) error {
	if cfg.Database == "" {
		name := filepath.Join(cfg.Data, "tributary.db")
		if _, err := os.Stat(name); err != nil {
			return usageError{fmt.Sprintf("no database: %v; nothing was pulled yet, or --data names another directory", err)}
		}
	}
	return nil
}

// openThere is open for a database that must be there.
func (g *Globals) openThere(ctx context.Context, con *console) (*app, error) {
	cfg, err := g.load(nil, nil)
	if err != nil {
		return nil, err
	}
	if err := there(cfg); err != nil {
		return nil, err
	}
	return g.open(ctx, con, nil, nil)
}

func (a *app) prepare(ctx context.Context) error {
	if err := a.db.Migrate(ctx); err != nil {
		return err
	}
	return jobs.Migrate(ctx, a.db)
}

// sync brings the configuration's sources into the store. A server does so only once
// it has its address: one that cannot start must not change what another works with.
func (a *app) sync(ctx context.Context) error { return a.db.SyncSources(ctx, a.config.Sources) }

func (a *app) close() error { return a.db.Close() }

// puller makes what pulls, with the desk that labels just as it does.
func (a *app) puller(ctx context.Context, cfg *config.Config, schedules *jobs.Schedules) (*pipeline.Puller, *pipeline.Desk, error) {
	client, err := fetch.New(fetchOptions(cfg))
	if err != nil {
		return nil, nil, err
	}
	desk, err := a.newDesk(ctx, cfg)
	if err != nil {
		return nil, nil, err
	}
	if err := desk.Reprint(ctx, func(done int) { a.log.Info("entries of a former version are made ready for grouping", "done", done) }); err != nil {
		return nil, nil, err
	}
	if err := desk.Realign(ctx); err != nil {
		return nil, nil, err
	}
	robots, err := pipeline.NewRobots(client, time.Now)
	if err != nil {
		return nil, nil, err
	}
	return &pipeline.Puller{Fetch: client, Store: a.db, Classify: desk.Classify, Labelling: desk.Labelling, Next: schedules.Next,
		Adaptive: adaptive(cfg), MaxInterval: cfg.Fetch.MaxInterval, Backfill: cfg.Publish.Backfill,
		Gate: a.db, Shard: jobs.Shard, Observe: a.polls.observe,
		Fetches: cfg.Fetch.Concurrency, Now: time.Now, Headquarters: headquarters, Grouping: grouping(cfg), Retention: pipeline.Retention(cfg.Retention),
		Redact: newRedactor(cfg), KeepOriginals: cfg.Privacy.KeepOriginals,
		Robots: robots, ReliefWebAppname: cfg.ReliefWeb.Appname, Push: a.pusher(cfg, client), Apart: apart(cfg)}, desk, nil
}

func grouping(cfg *config.Config) pipeline.Grouping {
	g := pipeline.Grouping{LeadSettles: cfg.Grouping.LeadSettles,
		Windows: dedupe.Windows{Copy: cfg.Grouping.CopyWindow, Update: cfg.Grouping.UpdateWindow, Translation: cfg.Grouping.TranslationWindow}}
	for _, tier := range cfg.Grouping.LeadOrder {
		g.Order = append(g.Order, dedupe.Tier(tier))
	}
	return g
}

// precedence is the order in which copies lead, for feeds and pages that prefer a language.
func precedence(cfg *config.Config) publish.Precedence {
	return pipeline.Precedence(grouping(cfg).Order, headquarters)
}

// adaptive says whether sources that publish rarely are left alone for longer. Who lowers
// the floor below a minute wants them asked at the pace of their schedules.
func adaptive(cfg *config.Config) bool {
	return cfg.Fetch.Adaptive && cfg.Fetch.MinInterval >= time.Minute
}

func fetchOptions(cfg *config.Config) fetch.Options {
	return fetch.Options{Allow: cfg.Fetch.Allow, Timeout: cfg.Fetch.Timeout, MaxBytes: cfg.Fetch.MaxBytes,
		PerHost: cfg.Fetch.PerHost, Concurrency: cfg.Fetch.Concurrency, MaxRedirects: cfg.Fetch.MaxRedirects,
		UserAgent: cfg.Fetch.UserAgent, Contact: first(cfg.Contact, baseURL(cfg)+"/about/fetcher"), Version: version(), Now: time.Now,
		Proxy: cfg.Fetch.Proxy, CAs: cfg.Fetch.CAs, Access: access(cfg), Large: thrift}
}

// apart are the sources that are fetched with secrets of their own.
func apart(cfg *config.Config) map[string]bool {
	out := make(map[string]bool, len(cfg.Access))
	for id := range cfg.Access {
		out[id] = true
	}
	return out
}

// access binds what each source is fetched with to the address it is configured for:
// what the store has learnt since, such as a redirect, does not move a secret.
func access(cfg *config.Config) map[string]fetch.Access {
	out := make(map[string]fetch.Access, len(cfg.Access))
	for _, s := range cfg.Sources {
		a, ok := cfg.Access[s.ID]
		if !ok {
			continue
		}
		f := fetch.Access{URL: s.URL, User: a.User, Password: a.Password, Bearer: a.Bearer, Direct: a.Direct, Headers: map[string]string{}}
		for _, h := range a.Headers {
			f.Headers[h.Name] = h.Value
		}
		out[s.ID] = f
	}
	return out
}

func newClassifier(cfg *config.Config) (*classify.Classifier, error) {
	o := classify.Options{DutyStations: cfg.DutyStations}
	if len(cfg.TopicModel) > 0 {
		model, err := topicmodel.Decode(cfg.TopicModel)
		if err != nil {
			return nil, err
		}
		o.Model = model
	}
	return classify.New(cfg.Taxonomy, o)
}

func newRedactor(cfg *config.Config) *redact.Redactor {
	cut := make([]redact.Kind, len(cfg.Privacy.Cut))
	for i, kind := range cfg.Privacy.Cut {
		cut[i] = redact.Kind(kind)
	}
	return redact.New(redact.Options{Mailboxes: cfg.Privacy.Mailboxes, Cut: cut})
}

func (a *app) publisher(cfg *config.Config) (*publish.Publisher, error) {
	return publish.New(publish.Options{Store: a.db, Archives: a.db, ArchiveMaxAge: cfg.Publish.ArchiveMaxAge, Touched: a.db.Touched, Counts: a.counts, Sources: a.sources, Taxonomy: cfg.Taxonomy, Offices: cfg.Offices, Saved: cfg.Channels, Precedence: precedence(cfg),
		BaseURL: baseURL(cfg), Hub: hubAddress(cfg), HubListed: cfg.HubWay() == config.HubExternal, Authority: cfg.Authority, AuthorityYear: cfg.AuthorityYear,
		SchemeBase: cfg.SchemeBase, Title: cfg.Publish.Title, Disclaimer: cfg.Publish.Disclaimer,
		Limit: cfg.Publish.Limit, MaxLimit: cfg.Publish.MaxLimit, MaxAge: cfg.Publish.MaxAge, SensitiveTopics: cfg.Privacy.SensitiveTopics, Version: version(), Now: time.Now,
		Caching: caching(cfg), Grace: servingGrace,
		Failed: func(err error) {
			a.log.Error("feed not brought up to date, its last good copy is served", "error", err)
		}})
}

// servingGrace is how long a request that would wait is answered with a document as it
// was before the last commit. What is withdrawn is gone well within a minute.
const servingGrace = 20 * time.Second

func caching(cfg *config.Config) publish.Caching {
	p := cfg.Publish
	return publish.Caching{StaleWhileRevalidate: p.Stale, StaleIfError: p.StaleError, CDNMaxAge: p.CDNMaxAge, Keys: publish.KeyHeaders{
		SurrogateKey: p.Keys == "surrogate-key" || p.Keys == "both", CacheTag: p.Keys == "cache-tag" || p.Keys == "both"}}
}

// baseURL is the public address; without one, that of this machine.
func baseURL(cfg *config.Config) string {
	if cfg.BaseURL != "" {
		return cfg.BaseURL
	}
	return "http://" + cfg.Listen // port 0, which only the listener can tell
}

// sources are the sources as the store has them, imported ones included.
func (a *app) sources(ctx context.Context) ([]feeds.Source, error) {
	states, err := a.db.Sources(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]feeds.Source, len(states))
	for i, s := range states {
		out[i] = s.Source
	}
	return out, nil
}

// index brings the search index up to date.
func (a *app) index(ctx context.Context) error { return pipeline.Index(ctx, a.db) }

func newLogger(con *console, cfg *config.Config, level *slog.LevelVar) *slog.Logger {
	setLevel(level, cfg)
	o := &slog.HandlerOptions{Level: level}
	if strings.EqualFold(cfg.Log.Format, "json") {
		return slog.New(slog.NewJSONHandler(con.err, o))
	}
	return slog.New(slog.NewTextHandler(con.err, o))
}

func setLevel(level *slog.LevelVar, cfg *config.Config) {
	if err := level.UnmarshalText([]byte(cfg.Log.Level)); err != nil {
		level.Set(slog.LevelInfo) // the configuration's check has refused other words
	}
}

func first(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}
