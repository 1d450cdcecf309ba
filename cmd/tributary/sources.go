package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"tributary/feeds"
	"tributary/feeds/write"
	"tributary/internal/store"
)

type sourcesCmd struct {
	List    listCmd    `cmd:"" help:"List the sources with their health."`
	Show    showCmd    `cmd:"" help:"Show how one source is doing, what to do about it, and a letter to its webmaster."`
	Preview previewCmd `cmd:"" help:"Show what can be subscribed to at the address of a feed, a site or a page."`
	Add     addCmd     `cmd:"" help:"Add what an address offers as a source of an office, on trial."`
	Import  importCmd  `cmd:"" help:"Import the feeds of an OPML file as sources of an office, on trial."`
	Export  exportCmd  `cmd:"" help:"Write the sources as OPML to stdout."`
}

// synced are the sources, those of the configuration as it is now.
func (a *app) synced(ctx context.Context) ([]store.SourceState, error) {
	if err := a.sync(ctx); err != nil {
		return nil, err
	}
	return a.db.Sources(ctx)
}

type importCmd struct {
	File   string `arg:"" name:"file.opml" help:"OPML file, or - for stdin."`
	Office string `help:"Office that takes the sources on." default:"hq"`
	Kind   string `help:"iom, partner or media." enum:"iom,partner,media" default:"partner"`
}

// Run imports the feeds of an OPML file. They start on trial, titles and summaries
// only, since nobody has looked at them yet.
func (c *importCmd) Run(ctx context.Context, con *console, g *Globals) error {
	outlines, err := c.read(con)
	if err != nil {
		return err
	}
	a, err := g.open(ctx, con, nil, nil)
	if err != nil {
		return err
	}
	added, skipped, err := c.add(ctx, a, outlines)
	if err := errors.Join(err, a.close()); err != nil {
		return err
	}
	if g.JSON {
		return json.NewEncoder(con.out).Encode(map[string]any{"added": added, "skipped": append([]string{}, skipped...)})
	}
	fmt.Fprintf(con.out, "%d sources added on trial, %d skipped\n", added, len(skipped))
	for _, s := range skipped {
		fmt.Fprintln(con.out, "skipped:", s)
	}
	return nil
}

func (c *importCmd) read(con *console) (out []write.Outline, err error) {
	if c.File == "-" {
		return write.ReadOPML(con.in)
	}
	f, err := os.Open(c.File)
	if err != nil {
		return nil, usageError{err.Error()}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if out, err = write.ReadOPML(f); err != nil {
		return nil, fmt.Errorf("import %s: %w", c.File, err)
	}
	return out, nil
}

func (c *importCmd) add(ctx context.Context, a *app, outlines []write.Outline) (added int, skipped []string, err error) {
	if !slices.ContainsFunc(a.config.Offices, func(o feeds.Office) bool { return o.Code == c.Office }) {
		return 0, nil, usageError{fmt.Sprintf("import: no office %q", c.Office)}
	}
	states, err := a.synced(ctx)
	if err != nil {
		return 0, nil, err
	}
	known := map[string]bool{}
	for _, s := range states {
		known[s.URL] = true
	}
	var fresh []feeds.Source
	for _, o := range flatten(outlines) {
		u, err := url.Parse(o.FeedURL)
		switch {
		case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
			skipped = append(skipped, fmt.Sprintf("%q: %q is no http address", o.Title, o.FeedURL))
		case u.User != nil: // shown with the password left out
			skipped = append(skipped, fmt.Sprintf("%q: %s holds a user name; addresses are published and must not", o.Title, u.Redacted()))
		case known[o.FeedURL]:
			skipped = append(skipped, o.FeedURL+": already a source")
		default:
			known[o.FeedURL] = true
			fresh = append(fresh, c.source(o, u))
		}
	}
	added, err = a.db.ImportSources(ctx, fresh)
	return added, skipped, err
}

func (c *importCmd) source(o write.Outline, u *url.URL) feeds.Source {
	title := first(o.Title, u.Host)
	return feeds.Source{ID: sourceID(title, o.FeedURL), Office: c.Office, Title: title, Publisher: title, URL: o.FeedURL, Link: o.PageURL,
		Kind: feeds.Kind(c.Kind), Language: o.Language, Schedule: "23 */3 * * *", Zone: "UTC", Rank: 100,
		Republish: feeds.RepublishSummary, Trial: true, Enabled: true, Evidence: "imported from OPML", Status: "unprobed"}
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// sourceID is a slug of the title with four letters of the address, so that two
// feeds of one title stay two.
func sourceID(title, address string) string {
	slug := strings.Trim(notSlug.ReplaceAllString(strings.ToLower(title), "-"), "-")
	if len(slug) > 40 {
		slug = strings.Trim(slug[:40], "-")
	}
	h := fnv.New32a()
	h.Write([]byte(address)) // a hash's Write never fails
	return strings.Trim(fmt.Sprintf("%s-%08x", slug, h.Sum32()), "-")
}

func flatten(outlines []write.Outline) (out []write.Outline) {
	for _, o := range outlines {
		if o.FeedURL != "" {
			out = append(out, o)
		}
		out = append(out, flatten(o.Children)...)
	}
	return out
}

type exportCmd struct {
	Office string `help:"Only this office's." placeholder:"CODE"`
}

// Run writes the enabled sources as OPML, one group an office.
func (c *exportCmd) Run(ctx context.Context, con *console, g *Globals) error {
	a, err := g.open(ctx, con, nil, nil)
	if err != nil {
		return err
	}
	states, err := a.synced(ctx)
	if err := errors.Join(err, a.close()); err != nil {
		return err
	}
	var outlines []write.Outline
	for _, office := range a.config.Offices {
		group := write.Outline{Title: feeds.In(office.Name, "en", office.Code)}
		for _, s := range states {
			if s.Office == office.Code && s.Enabled && !s.Retired && (c.Office == "" || c.Office == s.Office) {
				group.Children = append(group.Children, write.Outline{Title: s.Title, FeedURL: s.URL, PageURL: s.Link, Language: s.Language})
			}
		}
		if len(group.Children) > 0 {
			outlines = append(outlines, group)
		}
	}
	return write.OPML(con.out, "Tributary sources", time.Now(), outlines)
}
