package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"tributary/config"
	"tributary/feeds"
	"tributary/internal/fetch"
	"tributary/internal/pipeline"
	"tributary/internal/sites"
)

// Selectors are the CSS selectors of a page, as flags.
type Selectors struct {
	Items   string `help:"For a page: CSS selector of its entries." placeholder:"CSS"`
	Link    string `help:"Within an entry: its link." placeholder:"CSS"`
	Heading string `help:"Within an entry: its title." placeholder:"CSS"`
	Date    string `help:"Within an entry: its date." placeholder:"CSS"`
	Summary string `help:"Within an entry: its summary." placeholder:"CSS"`
	Author  string `help:"Within an entry: its author." placeholder:"CSS"`
	Image   string `help:"Within an entry: its image." placeholder:"CSS"`
}

func (s Selectors) rules() feeds.PageRules {
	return feeds.PageRules{Items: s.Items, Link: s.Link, Title: s.Heading, Date: s.Date, Summary: s.Summary, Author: s.Author, Image: s.Image}
}

type previewCmd struct {
	URL  string `arg:"" name:"url" help:"Address of a feed, a site or a page."`
	Type string `help:"Read the address as this and look for nothing else: feed, page, sitemap or reliefweb." enum:"feed,page,sitemap,reliefweb," default:""`

	Selectors `embed:""`
}

// Run shows what an address offers. It opens no database.
func (c *previewCmd) Run(ctx context.Context, con *console, g *Globals) error {
	cfg, err := g.load(nil, nil)
	if err != nil {
		return err
	}
	preview, err := look(ctx, cfg, c.URL, c.Type, c.rules())
	if g.JSON {
		if err := printPreview(con.out, preview, err); err != nil {
			return err
		}
		if err != nil || len(preview.Findings) == 0 {
			return errReported
		}
		return nil
	}
	showPreview(con.out, preview)
	switch {
	case err != nil:
		return fmt.Errorf("preview %s: %w", c.URL, err)
	case len(preview.Findings) == 0:
		return fmt.Errorf("preview %s: nothing was found that can be subscribed to", c.URL)
	}
	return nil
}

func printPreview(w io.Writer, p pipeline.Preview, failure error) error {
	form := struct {
		pipeline.Preview
		Error string `json:"error,omitempty"`
	}{Preview: p}
	if failure != nil {
		form.Error = failure.Error()
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	if err := out.Encode(form); err != nil {
		return fmt.Errorf("print preview: %w", err)
	}
	return nil
}

// look previews an address: as one type when it is given, else whatever it offers.
func look(ctx context.Context, cfg *config.Config, address, kind string, rules feeds.PageRules) (pipeline.Preview, error) {
	if err := sites.CheckRules(rules); err != nil {
		return pipeline.Preview{URL: address, Findings: []pipeline.Finding{}}, usageError{err.Error()}
	}
	client, err := fetch.New(fetchOptions(cfg))
	if err != nil {
		return pipeline.Preview{}, err
	}
	defer client.Close()
	robots, err := pipeline.NewRobots(client, time.Now)
	if err != nil {
		return pipeline.Preview{}, err
	}
	scout := &pipeline.Scout{Fetch: client, Robots: robots, ReliefWebAppname: cfg.ReliefWeb.Appname}
	if kind == "" && rules != (feeds.PageRules{}) {
		kind = string(feeds.TypePage)
	}
	if kind != "" {
		return scout.Read(ctx, feeds.Source{URL: address, Type: feeds.SourceType(kind), Page: rules})
	}
	return scout.Preview(ctx, address)
}

func showPreview(w io.Writer, p pipeline.Preview) {
	for i, f := range p.Findings {
		fmt.Fprintf(w, "%d. %s\n   %s, %s: %s\n", i+1, f.URL, f.Type, f.Format, f.Reason)
		fmt.Fprintf(w, "   %s\n", first(f.Title, "(without a title)"))
		about := []string{fmt.Sprintf("%d entries", f.Entries)}
		if f.Newest != nil {
			about = append(about, "the newest of "+f.Newest.UTC().Format("2006-01-02"))
		}
		if f.Language != "" {
			about = append(about, "language "+f.Language)
		}
		fmt.Fprintf(w, "   %s\n", strings.Join(about, ", "))
		for _, title := range f.Titles {
			fmt.Fprintf(w, "     - %s\n", title)
		}
		for _, problem := range f.Problems {
			fmt.Fprintf(w, "     ! %s\n", problem)
		}
	}
	for _, m := range p.Missed {
		fmt.Fprintf(w, "not usable: %s (%s): %s\n", m.URL, m.Reason, m.Error)
	}
}

// choose is the finding to subscribe to, or why a person must say which.
func choose(p pipeline.Preview) (pipeline.Finding, error) {
	best, ok := p.Best()
	switch {
	case ok:
		return best, nil
	case len(p.Findings) == 0:
		return best, errors.New("nothing was found that can be subscribed to")
	case best.Entries == 0:
		return best, fmt.Errorf("%s has no entries; to add it all the same, give its type with --type", best.URL)
	case best.Guess && best.Type == feeds.TypeSitemap:
		return best, usageError{"the best find is the whole site's sitemap; give its address, or the same address again with --type page"}
	}
	return best, usageError{"several feeds were found; give the address of the one that is meant"}
}
