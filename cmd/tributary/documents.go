package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"tributary/feeds"
	"tributary/feeds/read"
	"tributary/internal/classify"
	"tributary/internal/fetch"
	"tributary/internal/sites"
)

type readCmd struct {
	Input       []string `arg:"" name:"input" help:"Files, http(s) addresses, or - for stdin."`
	Base        string   `help:"Base URL of relative references, for files." placeholder:"URL"`
	ContentType string   `help:"Content-Type as a server would have sent it, for files." placeholder:"CT" aliases:"ct"`
	Location    string   `name:"content-location" help:"Content-Location as a server would have sent it, for files." placeholder:"URL"`
	Language    string   `name:"content-language" help:"Content-Language as a server would have sent it, for files." placeholder:"TAG"`
	Type        string   `help:"What the documents are: feed, page, sitemap or reliefweb." enum:"feed,page,sitemap,reliefweb" default:"feed"`

	Source string `help:"Ask with the access (password, key) that the configuration has for this source, for addresses of its site." placeholder:"ID"`

	Selectors `embed:""`
}

// Run reads each input and prints what it says.
func (c *readCmd) Run(ctx context.Context, con *console, g *Globals) error {
	cfg, err := g.load(nil, nil)
	if err != nil {
		return err
	}
	if _, known := cfg.Access[c.Source]; c.Source != "" && !known {
		return usageError{fmt.Sprintf("read: the configuration has no access for a source %q", c.Source)}
	}
	client, err := fetch.New(fetchOptions(cfg))
	if err != nil {
		return err
	}
	out := json.NewEncoder(con.out)
	out.SetEscapeHTML(false)
	var failed error
	for _, input := range c.Input {
		form := readForm{Input: input, Entries: []entryForm{}}
		feed, err := c.parse(ctx, con, client, cfg.Fetch.MaxBytes, input)
		if err != nil {
			form.Error, failed = err.Error(), errReported
		} else {
			form.fill(feed)
		}
		if err := out.Encode(form); err != nil {
			return fmt.Errorf("print %s: %w", input, err)
		}
	}
	return failed
}

func (c *readCmd) parse(ctx context.Context, con *console, client *fetch.Client, most int64, input string) (*feeds.Feed, error) {
	d := sites.Document{ContentType: c.ContentType, URL: c.Base, ContentLocation: c.Location, ContentLanguage: c.Language}
	var err error
	switch u, perr := url.Parse(input); {
	case input == "-":
		d.Body, err = readBounded(con.in, most)
	case perr == nil && (u.Scheme == "http" || u.Scheme == "https"):
		var resp *fetch.Response
		if resp, err = client.Get(ctx, fetch.Request{URL: input, Source: c.Source}); err == nil {
			defer resp.Release()
			d = read.Document{Body: resp.Body, ContentType: resp.ContentType, URL: resp.URL, ContentLocation: resp.ContentLocation, ContentLanguage: resp.ContentLanguage}
		}
	default:
		d.Body, err = readFile(input, most)
	}
	if err != nil {
		return nil, err
	}
	return sites.Read(feeds.Source{Type: feeds.SourceType(c.Type), Page: c.rules(), FullText: true}, d)
}

func readFile(name string, most int64) (body []byte, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return readBounded(f, most)
}

func readBounded(r io.Reader, most int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(body)) > most {
		err = fmt.Errorf("over %d bytes: %w", most, feeds.ErrTooLarge)
	}
	return body, err
}

type classifyCmd struct {
	Why string `help:"Say why each item has a label, or why not: LY, counter-trafficking, or with its kind: topic:floods, region:sahel, language:fr." placeholder:"LABEL"`
}

type classifyIn struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Text     string `json:"text"`
	Lang     string `json:"lang"`
	URL      string `json:"url"`
	Source   string `json:"source"`
	Dateline string `json:"dateline"`
}

type classifyOut struct {
	ID        string        `json:"id"`
	Language  string        `json:"language"`
	Countries []string      `json:"countries"`
	Primary   string        `json:"primary,omitempty"`
	Regions   []string      `json:"regions"`
	Topics    []string      `json:"topics"`
	Labels    []feeds.Label `json:"labels"`
}

// Run labels items from stdin.
func (c *classifyCmd) Run(_ context.Context, con *console, g *Globals) error {
	cfg, err := configWith(con, g, "")
	if err != nil {
		return err
	}
	classifier, err := newClassifier(cfg)
	if err != nil {
		return err
	}
	if c.Why != "" {
		return explain(con, classifier, c.Why, g.JSON)
	}
	return eachLine(con, func(in classifyIn) (any, error) { return labelled(classifier, in), nil })
}

// item is what an input line says, as plain text.
func (in *classifyIn) item() classify.Item {
	text := in.Text
	if strings.ContainsAny(text, "<&") {
		text = read.PlainText(read.Sanitise(text, in.URL))
	}
	return classify.Item{Title: in.Title, Text: text, Language: in.Lang, Dateline: in.Dateline, URL: in.URL}
}

func labelled(c *classify.Classifier, in classifyIn) classifyOut {
	out := classifyOut{ID: in.ID, Countries: []string{}, Regions: []string{}, Topics: []string{}, Labels: []feeds.Label{}}
	for _, l := range c.Classify(in.item()) {
		out.Labels = append(out.Labels, l)
		switch l.Kind {
		case feeds.LabelCountry:
			out.Countries = append(out.Countries, l.Value)
			if l.Primary {
				out.Primary = l.Value
			}
		case feeds.LabelRegion:
			out.Regions = append(out.Regions, l.Value)
		case feeds.LabelTopic:
			out.Topics = append(out.Topics, l.Value)
		case feeds.LabelLanguage:
			out.Language = l.Value
		}
	}
	return out
}

// eachLine answers each JSON line of stdin with one on stdout.
func eachLine[In any](con *console, answer func(In) (any, error)) error {
	w := bufio.NewWriter(con.out)
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	err := decodeLines(con.in, func(in In) error {
		said, err := answer(in)
		if err != nil {
			return err
		}
		return out.Encode(said)
	})
	return errors.Join(err, w.Flush())
}

// decodeLines reads JSON lines; an error names the line.
func decodeLines[In any](r io.Reader, use func(In) error) error {
	return rawLines(r, func(_ int, line []byte) error {
		var in In
		if err := json.Unmarshal(line, &in); err != nil {
			return usageError{fmt.Sprintf("not a JSON item: %v", err)}
		}
		return use(in)
	})
}

// rawLines hands over the lines of r that are not blank, with their numbers. Its errors
// name the line.
func rawLines(r io.Reader, use func(n int, line []byte) error) error {
	const longest = 16 << 20
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, longest)
	n := 0
	for lines.Scan() {
		n++
		line := lines.Bytes()
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if err := use(n, line); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("line %d: %w", n+1, err)
	}
	return nil
}
