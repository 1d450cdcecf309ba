package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"tributary/config"
	"tributary/internal/bucket"
	"tributary/internal/pipeline"
	"tributary/internal/publish"
)

type publishCmd struct {
	Out      string        `required:"" help:"Directory, or s3://bucket/prefix with the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; files that are not ours stay." placeholder:"DIR"`
	BaseURL  string        `name:"base-url" help:"Address under which it will be served." placeholder:"URL"`
	Watch    bool          `help:"Go on, and publish again whenever something changed."`
	Every    time.Duration `help:"How often --watch looks; shelf.every by default." placeholder:"DURATION"`
	Compress bool          `help:"Write .gz and .br files, too."`
	Gone     string        `help:"Say which addresses are gone for good: apache (.htaccess), nginx (gone.map)." enum:",none,apache,nginx" default:""`
	Demo     bool          `help:"Publish what the bundled demo world's database holds."`
}

// Run writes every channel as files.
func (c *publishCmd) Run(ctx context.Context, con *console, g *Globals) error {
	if c.BaseURL != "" {
		if u, err := url.Parse(c.BaseURL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return usageError{fmt.Sprintf("publish: --base-url %q is no http address", c.BaseURL)}
		}
	}
	flags := map[string]string{"base_url": c.BaseURL, "shelf.gone": c.Gone}
	if c.Compress {
		flags["shelf.compress"] = "true"
	}
	if c.Every != 0 {
		flags["shelf.every"] = c.Every.String()
	}
	a, stopWorld, err := g.openMaybeDemo(ctx, con, c.Demo, flags)
	if err != nil {
		return err
	}
	defer stopWorld()
	return errors.Join(c.publish(ctx, a), a.close())
}

func (c *publishCmd) publish(ctx context.Context, a *app) error {
	if err := a.sync(ctx); err != nil {
		return err
	}
	if a.config.HubWay() == config.HubOwn { // nothing answers subscribers on a shelf
		a.config.Hub.Mode = config.HubOff
	}
	made, err := a.newSite(a.config)
	if err != nil {
		return err
	}
	open := placeAt(c.Out)
	if !c.Watch {
		if err := pipeline.Publish(ctx, a.db, made.publisher, open, shelfOptions(a.config, made)); err != nil {
			return err
		}
		return a.tellHub(ctx, made.publisher)
	}
	place, err := open(ctx) // what cannot work at all is said at once
	if err != nil {
		return err
	}
	if err := place.Close(nil); err != nil {
		return err
	}
	a.keepShelf(ctx, c.Out, func() *site { return made }, func() {
		if err := a.tellHub(ctx, made.publisher); err != nil {
			a.log.Warn("hub not told of the files published", "error", err)
		}
	})
	return nil
}

// tellHub tells an external hub which feeds of the shelf have changed since it was last
// told. What it does not take is tried again after the next shelf.
func (a *app) tellHub(ctx context.Context, publisher *publish.Publisher) error {
	told, err := a.newDistribution(a.config, publisher)
	if err != nil || told.ping == nil {
		return err
	}
	told.ping.Wait = 0 // the files are in place
	for {
		taken, err := a.pingHub(ctx, told.ping)
		if err != nil || taken == 0 {
			return err
		}
	}
}

// placeAt opens a directory or a bucket; the keys of a bucket come from the environment
// variables that all tools of S3 know.
func placeAt(out string) func(ctx context.Context) (publish.Place, error) {
	return func(ctx context.Context) (publish.Place, error) {
		if !bucket.Is(out) {
			return publish.NewDirectory(out)
		}
		place, err := bucket.Open(ctx, bucket.Options{Address: out,
			Endpoint: first(os.Getenv("AWS_ENDPOINT_URL_S3"), os.Getenv("AWS_ENDPOINT_URL")),
			Region:   first(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")),
			Key:      os.Getenv("AWS_ACCESS_KEY_ID"), Secret: os.Getenv("AWS_SECRET_ACCESS_KEY"), Session: os.Getenv("AWS_SESSION_TOKEN")})
		if err != nil {
			return nil, err
		}
		return place, nil
	}
}

func shelfOptions(cfg *config.Config, s *site) publish.ShelfOptions {
	o := publish.ShelfOptions{Pages: s.handler, Compress: cfg.Shelf.Compress, More: []publish.Further{s.publisher.ShelveArchives}}
	if cfg.Shelf.Gone != "none" {
		o.Gone = publish.Gone(cfg.Shelf.Gone)
	}
	return o
}

// keepShelf keeps a shelf up until ctx ends; current is the site of the configuration
// that is in force. published is called after each time.
func (a *app) keepShelf(ctx context.Context, out string, current func() *site, published func()) {
	cfg := a.config // what says how the shelf looks needs a restart
	pipeline.KeepShelf(ctx, a.db, func() pipeline.Shelf { return current().publisher }, placeAt(out),
		func() publish.ShelfOptions { return shelfOptions(cfg, current()) }, cfg.Shelf.Every,
		func(took time.Duration, err error) {
			if err != nil {
				a.log.Error("files not published, they stay as they were", "to", out, "error", err)
				return
			}
			a.log.Info("files published", "to", out, "took", took)
			published()
		})
}

// besides keeps the shelf of the configuration, if it has one, beside what else runs; the
// function returned ends it.
func (a *app) besides(ctx context.Context, current *atomic.Pointer[site]) (stop func()) {
	if a.config.Shelf.Dir == "" {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { a.keepShelf(ctx, a.config.Shelf.Dir, current.Load, func() {}) })
	return func() {
		cancel()
		wg.Wait()
	}
}
