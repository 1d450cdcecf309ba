package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"tributary/config"
	"tributary/internal/pipeline"
	"tributary/internal/publish"
)

type publishCmd struct {
	Out     string `required:"" help:"Directory to write to; files that are not ours stay." type:"path" placeholder:"DIR"`
	BaseURL string `name:"base-url" help:"Address under which the directory will be served." placeholder:"URL"`
	Demo    bool   `help:"Publish what the bundled demo world's database holds."`
}

// Run writes every channel as files.
func (c *publishCmd) Run(ctx context.Context, con *console, g *Globals) error {
	if c.BaseURL != "" {
		if u, err := url.Parse(c.BaseURL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return usageError{fmt.Sprintf("publish: --base-url %q is no http address", c.BaseURL)}
		}
	}
	a, stopWorld, err := g.openMaybeDemo(ctx, con, c.Demo, map[string]string{"base_url": c.BaseURL})
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
	site, err := a.newSite(a.config)
	if err != nil {
		return err
	}
	if err := pipeline.Publish(ctx, a.db, site.publisher, c.Out, site.handler); err != nil {
		return err
	}
	return a.tellHub(ctx, site.publisher)
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
