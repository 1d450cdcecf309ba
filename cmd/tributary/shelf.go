package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"tributary/internal/pipeline"
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
	site, err := a.newSite(a.config)
	if err != nil {
		return err
	}
	return pipeline.Publish(ctx, a.db, site.publisher, c.Out, site.handler)
}
