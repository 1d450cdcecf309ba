package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"tributary/internal/feedcheck"
	"tributary/internal/fetch"
	"tributary/internal/selfcheck"
)

type feedsCmd struct {
	Check feedsCheckCmd `cmd:"" help:"Say what is wrong with feeds: of anybody by file or address, or with --own all of ours. Exit code 1: something is."`
}

type feedsCheckCmd struct {
	Input       []string `arg:"" optional:"" name:"input" help:"Files, http(s) addresses, or - for stdin: Atom, RSS 2.0, JSON Feed or OPML."`
	Own         bool     `help:"Every feed of this installation, as a subscriber reads it."`
	Merged      bool     `help:"Hold the feed to what a merged one owes: the source of each entry, labels, rights."`
	Least       string   `help:"Leave out what is less grave: error, warning or advice." enum:"error,warning,advice" default:"warning"`
	Base        string   `help:"Address that the feed is meant to be served at, for files." placeholder:"URL"`
	ContentType string   `help:"Content-Type as a server would send it, for files." placeholder:"CT" aliases:"ct"`
}

// Run checks each input and prints what was found.
func (c *feedsCheckCmd) Run(ctx context.Context, con *console, g *Globals) error {
	switch {
	case c.Own && len(c.Input) > 0:
		return usageError{"feeds check: name either inputs or --own"}
	case c.Own:
		return c.checkOwn(ctx, con, g)
	case len(c.Input) == 0:
		return usageError{"feeds check: name a file or an address, - for stdin, or --own"}
	}
	cfg, err := g.load(nil, nil)
	if err != nil {
		return err
	}
	client, err := fetch.New(fetchOptions(cfg))
	if err != nil {
		return err
	}
	out := newFindings(con, g.JSON)
	var failed error
	for _, input := range c.Input {
		d, err := c.document(ctx, con, client, cfg.Fetch.MaxBytes, input)
		if err != nil {
			failed = errReported
			if err := out.unread(input, err); err != nil {
				return err
			}
			continue
		}
		r := feedcheck.Check(d, feedcheck.Options{Now: time.Now(), Merged: c.Merged})
		found := r.At(feedcheck.Severity(c.Least))
		if len(found) > 0 {
			failed = errReported
		}
		if err := out.report(input, r.Format, found, r.Omitted); err != nil {
			return err
		}
	}
	return failed
}

func (c *feedsCheckCmd) document(ctx context.Context, con *console, client *fetch.Client, most int64, input string) (feedcheck.Document, error) {
	if u, err := url.Parse(input); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		resp, err := client.Get(ctx, fetch.Request{URL: input})
		if err != nil {
			return feedcheck.Document{}, err
		}
		defer resp.Release()
		return feedcheck.Document{Body: resp.Body, Header: resp.Header, Status: resp.Status, URL: resp.URL}, nil
	}
	d := feedcheck.Document{URL: c.Base}
	if c.ContentType != "" { // nothing is said about the other headers
		d.Header = http.Header{"Content-Type": {c.ContentType}, "Etag": {`"-"`}, "Last-Modified": {"-"}, "Cache-Control": {"max-age=0"}, "Access-Control-Allow-Origin": {"*"}}
	}
	var err error
	if input == "-" {
		d.Body, err = readBounded(con.in, most)
	} else {
		d.Body, err = readFile(input, most)
	}
	return d, err
}

// findings prints what was found, for people or as one JSON object an input.
type findings struct {
	out  io.Writer
	json *json.Encoder // nil: for people
}

func newFindings(con *console, asJSON bool) *findings {
	f := &findings{out: con.out}
	if asJSON {
		f.json = json.NewEncoder(con.out)
		f.json.SetEscapeHTML(false)
	}
	return f
}

type findingsForm struct {
	Input    string              `json:"input"`
	Format   feedcheck.Format    `json:"format,omitempty"`
	Error    string              `json:"error,omitempty"`
	Findings []feedcheck.Finding `json:"findings"`
	Omitted  int                 `json:"omitted,omitempty"`
}

func (f *findings) report(input string, format feedcheck.Format, found []feedcheck.Finding, omitted int) error {
	if f.json != nil {
		return f.json.Encode(findingsForm{Input: input, Format: format, Findings: append([]feedcheck.Finding{}, found...), Omitted: omitted})
	}
	if len(found) == 0 {
		_, err := fmt.Fprintf(f.out, "%s: %s without findings\n", input, format)
		return err
	}
	for _, x := range found {
		fmt.Fprintf(f.out, "%s: %s\n", input, x)
	}
	if omitted > 0 {
		fmt.Fprintf(f.out, "%s: and %d more\n", input, omitted)
	}
	return nil
}

func (f *findings) unread(input string, err error) error {
	if f.json != nil {
		return f.json.Encode(findingsForm{Input: input, Error: err.Error(), Findings: []feedcheck.Finding{}})
	}
	_, failed := fmt.Fprintf(f.out, "%s: cannot be read: %v\n", input, err)
	return failed
}

func (f *findings) alarm(c selfcheck.Change) error {
	if f.json != nil {
		return f.json.Encode(map[string]any{"feed": c.Channel, "alarm": c.Alarm})
	}
	_, err := fmt.Fprintf(f.out, "%s: alarm %s since %s: %s\n", c.Channel, c.Alarm.Kind, c.Alarm.Since.UTC().Format(time.RFC3339), c.Alarm.Detail)
	return err
}
