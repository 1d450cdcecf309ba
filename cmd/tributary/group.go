package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tributary/feeds"
	"tributary/feeds/read"
	"tributary/internal/classify"
	"tributary/internal/dedupe"
)

// Bounds of what is grouped at once, without a store. Prints of as many items take some
// hundred megabytes.
const (
	groupItems  = 1 << 18
	groupTexts  = 256 << 20 // bytes of titles and texts
	groupNaming = 10        // lines that are named when they are wrong
	groupLong   = 2000      // items from which progress is worth showing
)

type groupCmd struct {
	Why   string `help:"Say why two items are one story, or are not, by their ids: --why A B." placeholder:"ID"`
	Other string `arg:"" optional:"" name:"id" help:"The other item of --why." placeholder:"ID"`
}

type groupIn struct {
	ID        string
	Source    string
	Lang      string
	Title     string
	Text      string
	URL       string
	Published time.Time // zero when the line has none that can be read
	undated   bool      // it has one that cannot
}

// UnmarshalJSON takes what is not the date or language expected for none: an item has a
// story without them.
func (in *groupIn) UnmarshalJSON(b []byte) error {
	var line struct {
		ID        string          `json:"id"`
		Source    string          `json:"source"`
		Lang      json.RawMessage `json:"lang"`
		Title     string          `json:"title"`
		Text      string          `json:"text"`
		URL       string          `json:"url"`
		Published json.RawMessage `json:"published"`
	}
	if err := json.Unmarshal(b, &line); err != nil {
		return err
	}
	*in = groupIn{ID: line.ID, Source: line.Source, Title: line.Title, Text: line.Text, URL: line.URL}
	var lang, published string
	if json.Unmarshal(line.Lang, &lang) == nil {
		in.Lang = lang
	}
	none := len(line.Published) == 0 || string(line.Published) == "null"
	if json.Unmarshal(line.Published, &published) == nil && published == "" {
		none = true
	}
	when, ok := read.Date(published)
	if ok {
		in.Published = when
	}
	in.undated = !ok && !none
	return nil
}

type groupOut struct {
	ID    string `json:"id"`
	Story string `json:"story"`
}

// Run groups items from stdin.
func (c *groupCmd) Run(ctx context.Context, con *console, g *Globals) error {
	pair, err := c.pair()
	if err != nil {
		return err
	}
	items, err := readGroup(ctx, con)
	if err != nil {
		return err
	}
	stories, err := newGrouper(con, g)
	if err != nil {
		return err
	}
	if pair != nil {
		return stories.why(ctx, con, g, items, pair)
	}
	prints, err := stories.prints(ctx, con, items)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(con.out)
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for i, story := range dedupe.GroupPrints(prints, stories.windows) {
		if err := out.Encode(groupOut{ID: items[i].ID, Story: story}); err != nil {
			return fmt.Errorf("print stories: %w", err)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print stories: %w", err)
	}
	return nil
}

// pair are the two ids of --why, nil without it. "--why A,B" names two as well.
func (c *groupCmd) pair() ([]string, error) {
	switch {
	case c.Why == "" && c.Other == "":
		return nil, nil
	case c.Why == "":
		return nil, usageError{fmt.Sprintf("group reads stdin; %q is none of its arguments without --why", c.Other)}
	case c.Other != "":
		return []string{c.Why, c.Other}, nil
	}
	if pair := strings.Split(c.Why, ","); len(pair) == 2 {
		return pair, nil
	}
	return nil, usageError{"--why takes the ids of two items: --why A B"}
}

// readGroup reads all items. Lines that are none are named by their numbers, all at once.
func readGroup(ctx context.Context, con *console) ([]groupIn, error) {
	var items []groupIn
	var bad []string
	wrong, undated, held := 0, 0, 0
	err := rawLines(con.in, func(n int, line []byte) error {
		var in groupIn
		err := json.Unmarshal(line, &in)
		if err == nil && in.ID == "" {
			err = errors.New("it has no id")
		}
		if err != nil {
			if wrong++; wrong <= groupNaming {
				bad = append(bad, fmt.Sprintf("line %d: not a JSON item: %v", n, err))
			}
			return ctx.Err()
		}
		if held += len(in.Title) + len(in.Text); held > groupTexts || len(items) == groupItems {
			return fmt.Errorf("over %d items or %d bytes of text: %w", groupItems, groupTexts, feeds.ErrTooLarge)
		}
		if in.undated {
			undated++
		}
		items = append(items, in)
		return ctx.Err()
	})
	switch {
	case errors.Is(err, feeds.ErrTooLarge), errors.Is(err, bufio.ErrTooLong):
		return nil, usageError{err.Error()}
	case err != nil:
		return nil, err
	case wrong > groupNaming:
		bad = append(bad, fmt.Sprintf("and %d more", wrong-groupNaming))
	}
	if wrong > 0 {
		return nil, usageError{strings.Join(bad, "\n  ")}
	}
	if undated > 0 {
		fmt.Fprintf(con.err, "note: the dates of %d items cannot be read; they are grouped as if they had none\n", undated)
	}
	return items, nil
}

// grouper puts items into stories as a pull would.
type grouper struct {
	classifier *classify.Classifier
	windows    dedupe.Windows
}

func newGrouper(con *console, g *Globals) (*grouper, error) {
	cfg, err := configWith(con, g, "")
	if err != nil {
		return nil, err
	}
	classifier, err := newClassifier(cfg)
	if err != nil {
		return nil, err
	}
	return &grouper{classifier, grouping(cfg).Windows}, nil
}

// prints labels items and makes their prints, and shows how far it is where that takes
// long. The items have no texts afterwards: they are not needed any more.
func (g *grouper) prints(ctx context.Context, con *console, items []groupIn) ([]dedupe.Print, error) {
	step := func() {}
	if len(items) >= groupLong {
		step = bar(con, "labelling", len(items))
	}
	in := make([]dedupe.Item, len(items))
	for i := range items {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		it := &items[i]
		text := it.Text
		if strings.ContainsAny(text, "<&") {
			text = read.PlainText(read.Sanitise(text, it.URL))
		}
		labels := g.classifier.Classify(classify.Item{Title: it.Title, Text: text, Language: it.Lang, URL: it.URL})
		in[i] = dedupe.Item{ID: it.ID, Source: it.Source, Text: text, Published: it.Published, Labelled: dedupe.LabelledBy(labels),
			Entry: feeds.Entry{ID: it.ID, Title: it.Title, Link: it.URL, Language: it.Lang}}
		it.Text = ""
		step()
	}
	return dedupe.Prints(in), nil
}

// why explains one pair of items.
func (g *grouper) why(ctx context.Context, con *console, globals *Globals, items []groupIn, pair []string) error {
	var at [2]int
	for i, id := range pair {
		at[i] = slices.IndexFunc(items, func(it groupIn) bool { return it.ID == id })
		if at[i] < 0 {
			return usageError{fmt.Sprintf("--why: no item has the id %q", id)}
		}
	}
	prints, err := g.prints(ctx, con, items)
	if err != nil {
		return err
	}
	stories := dedupe.GroupPrints(prints, g.windows)
	members := make([]dedupe.Member, len(prints))
	ids := make(map[int64]string, len(prints))
	for i := range prints {
		members[i] = dedupe.Member{Print: prints[i], Fresh: true}
		ids[prints[i].Entry] = items[i].ID
	}
	one, other := &prints[at[0]], &prints[at[1]]
	return printPair(con, globals, &pairOut{one: one.Entry, other: other.Entry, oneStory: stories[at[0]] == stories[at[1]],
		verdict: dedupe.Verify(one, other, g.windows), keys: dedupe.Shared(one, other),
		way: dedupe.Between(members, nil, g.windows, one.Entry, other.Entry), name: func(entry int64) string { return ids[entry] }})
}
