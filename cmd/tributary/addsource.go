package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"tributary/config"
	"tributary/feeds"
	"tributary/internal/pipeline"
	"tributary/internal/store"
)

type addCmd struct {
	URL        string   `arg:"" name:"url" help:"Address of a feed, a site or a page."`
	Office     string   `help:"Code of the office that takes the source on." required:"" placeholder:"CODE"`
	ID         string   `name:"id" help:"Id of the source, permanent; made from title and address when left out." placeholder:"ID"`
	Title      string   `help:"Title; what the source calls itself when left out."`
	Kind       string   `help:"iom, partner or media." enum:"iom,partner,media" default:"partner"`
	Language   string   `help:"BCP 47 language, when the whole source has one; what it declares when left out." placeholder:"TAG"`
	Country    []string `help:"ISO 3166-1 alpha-2 codes of the countries it is about." placeholder:"CC"`
	Type       string   `help:"Take the address as this and look for nothing else: feed, page, sitemap or reliefweb." enum:"feed,page,sitemap,reliefweb," default:""`
	FullText   bool     `help:"Read the page of each new entry too, for labelling."`
	Categories string   `help:"How far its own categories are believed: trust, hint or ignore; by kind and publisher when left out." enum:"trust,hint,ignore," default:""`
	DryRun     bool     `help:"Change nothing; print the source as a configuration file has it."`

	Selectors `embed:""`
}

// Run looks what the address offers and adds the best of it. The source starts on
// trial with titles and summaries, since nobody has looked at it for long.
func (c *addCmd) Run(ctx context.Context, con *console, g *Globals) error {
	cfg, err := g.load(nil, nil)
	if err != nil {
		return err
	}
	preview, err := look(ctx, cfg, c.URL, c.Type, c.rules())
	if err != nil {
		return fmt.Errorf("add %s: %w", c.URL, err)
	}
	found, err := choose(preview)
	if err != nil && c.Type == "" {
		showPreview(con.err, preview)
		if usage := (usageError{}); errors.As(err, &usage) {
			return usage
		}
		return fmt.Errorf("add %s: %w", c.URL, err)
	}
	source, err := g.judged(c.source(found))
	if err != nil {
		return err
	}
	if c.DryRun {
		return printSource(con.out, g.JSON, source)
	}
	a, err := g.open(ctx, con, nil, nil)
	if err != nil {
		return err
	}
	if err := errors.Join(c.add(ctx, a, source), a.close()); err != nil {
		return err
	}
	if g.JSON {
		return json.NewEncoder(con.out).Encode(map[string]any{"added": source})
	}
	fmt.Fprintf(con.out, "%s added on trial for %s: %s\n", source.ID, source.Office, source.URL)
	return nil
}

// source is the source that a finding makes. What it leaves out, the configuration's
// check completes.
func (c *addCmd) source(f pipeline.Finding) feeds.Source {
	title := first(c.Title, f.Title, hostOf(f.URL))
	s := feeds.Source{ID: first(c.ID, sourceID(title, f.URL)), Office: c.Office, Title: title, URL: f.URL, Kind: feeds.Kind(c.Kind),
		Language: first(c.Language, f.Language), Countries: c.Country, Rank: 100, Republish: feeds.RepublishSummary, Trial: true, Enabled: true,
		FullText: c.FullText, Categories: feeds.CategoryTrust(c.Categories), Page: c.rules(), Evidence: "found at " + c.URL + ": " + f.Reason, Status: "live"}
	if f.Type != feeds.TypeFeed {
		s.Type = f.Type
	}
	if f.Site != f.URL {
		s.Link = f.Site
	}
	return s
}

// printSource prints a source, as JSON or as a configuration file has it.
func printSource(w io.Writer, asJSON bool, s feeds.Source) error {
	if asJSON {
		return json.NewEncoder(w).Encode(map[string]any{"source": s})
	}
	p := s.Page
	source := table("id", s.ID, "office", s.Office, "title", s.Title, "url", s.URL, "link", s.Link, "kind", s.Kind, "language", s.Language,
		"countries", s.Countries, "schedule", s.Schedule, "type", s.Type,
		"page", table("items", p.Items, "link", p.Link, "title", p.Title, "date", p.Date, "summary", p.Summary, "author", p.Author, "image", p.Image),
		"full_text", s.FullText, "categories", s.Categories, "trial", s.Trial, "status", s.Status, "evidence", s.Evidence)
	out, err := yaml.Marshal(map[string]any{"sources": []any{source}})
	if err != nil {
		return fmt.Errorf("write source: %w", err)
	}
	_, err = w.Write(out)
	return err
}

// table is a table of a configuration file: keys keep their order, and what is empty
// is left out.
func table(pairs ...any) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}
	for i := 0; i+1 < len(pairs); i += 2 {
		value := &yaml.Node{Kind: yaml.ScalarNode}
		switch v := pairs[i+1].(type) {
		case *yaml.Node:
			value = v
		case bool:
			if v {
				value.Value = "true"
			}
		case []string:
			value = &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
			for _, s := range v {
				value.Content = append(value.Content, text(s))
			}
		default:
			value = text(fmt.Sprint(v))
		}
		if value.Value != "" || len(value.Content) > 0 {
			out.Content = append(out.Content, text(fmt.Sprint(pairs[i])), value)
		}
	}
	return out
}

// text is a text of a configuration file, in quotes where it would be read as
// something else.
func text(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Hostname()
}

// judged checks and completes a source as the configuration does.
func (g *Globals) judged(s feeds.Source) (feeds.Source, error) {
	o := g.options(nil)
	o.Sources = []feeds.Source{s}
	cfg, err := config.Load(o)
	var problems config.Problems
	if errors.As(err, &problems) {
		texts := make([]string, len(problems))
		for i, p := range problems {
			texts[i] = strings.TrimSuffix("add: "+p.Message+"; "+p.Instead, "; ")
		}
		return s, usageError{strings.Join(texts, "\n")}
	}
	if err != nil {
		return s, err
	}
	return cfg.Sources[0], nil
}

func (c *addCmd) add(ctx context.Context, a *app, s feeds.Source) error {
	states, err := a.synced(ctx)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(states, func(k store.SourceState) bool { return k.ID == s.ID || k.URL == s.URL }); i >= 0 {
		return usageError{fmt.Sprintf("add: %s is a source already: %s of the office %s, at %s", c.URL, states[i].ID, states[i].Office, states[i].URL)}
	}
	n, err := a.db.ImportSources(ctx, []feeds.Source{s})
	if err == nil && n != 1 {
		err = fmt.Errorf("add %s: another process added it meanwhile", s.ID)
	}
	return err
}
