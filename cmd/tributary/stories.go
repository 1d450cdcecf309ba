package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tributary/feeds"
	"tributary/internal/pipeline"
	"tributary/internal/store"
)

type storiesCmd struct {
	Show     storiesShowCmd     `cmd:"" help:"A story with its entries and what people decided about it."`
	Why      storiesWhyCmd      `cmd:"" help:"Why two entries are one story, or are not: the reason, and all that was compared."`
	Merge    storiesMergeCmd    `cmd:"" help:"Make several stories one. The eldest keeps its id, the others redirect to it."`
	Split    storiesSplitCmd    `cmd:"" help:"Make entries of a story a story of their own."`
	Lead     storiesLeadCmd     `cmd:"" help:"Choose the entry that speaks for a story."`
	Withdraw storiesWithdrawCmd `cmd:"" help:"Take a story, or some entries of it, out of every feed, page and search, whatever its publishers say."`
	Apart    storiesApartCmd    `cmd:"" help:"Never take entries of two sources for one story, or those of one source for a story with any other."`
	Rulings  storiesRulingsCmd  `cmd:"" help:"What people decided about stories, one JSON line each, with their names."`
	Undo     storiesUndoCmd     `cmd:"" help:"Take a ruling back."`
	Purge    storiesPurgeCmd    `cmd:"" help:"Erase the words of what a ruling withdrew from the database. There is no way back."`
}

// said is who decides, and why.
type said struct {
	Why    string `help:"Why, for those who read it later." required:""`
	By     string `help:"Who decides it." default:"operator"`
	Office string `help:"Office for which they speak; headquarters when left out." placeholder:"CODE"`
}

func (s *said) ruling(cfg string, action feeds.RulingAction) feeds.Ruling {
	return feeds.Ruling{Action: action, Why: strings.TrimSpace(s.Why), By: s.By, Office: first(s.Office, cfg)}
}

// atDesk runs fn with a desk on the store.
func atDesk(ctx context.Context, con *console, g *Globals, fn func(a *app, d *pipeline.Desk) error) error {
	a, err := g.openThere(ctx, con)
	if err != nil {
		return err
	}
	desk, err := a.newDesk(ctx, a.config)
	if err == nil {
		err = fn(a, desk)
	}
	return errors.Join(err, a.close())
}

// rulingOut is a ruling as it is printed. Ids of entries are texts, as in the API.
type rulingOut struct {
	feeds.Ruling
	Entries []string `json:"entries,omitempty"`
	Others  []string `json:"others,omitempty"`
	Parts   any      `json:"parts,omitempty"` // of no use outside
	Now     string   `json:"now,omitempty"`
}

func texts(ids []int64) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = strconv.FormatInt(id, 10)
	}
	return out
}

func printRuling(ctx context.Context, a *app, r feeds.Ruling) error {
	out := rulingOut{Ruling: r, Entries: texts(r.Entries), Others: texts(r.Others)}
	if r.Story != "" {
		if s, _, err := a.db.Story(ctx, r.Story); err == nil {
			out.Now = s.ID
		}
	}
	if err := json.NewEncoder(a.con.out).Encode(out); err != nil {
		return fmt.Errorf("print ruling: %w", err)
	}
	return nil
}

func rule(ctx context.Context, a *app, d *pipeline.Desk, r feeds.Ruling) error {
	kept, _, err := d.Decide(ctx, r)
	if err != nil {
		return err
	}
	return printRuling(ctx, a, kept)
}

// entriesIn reads ids of entries that a story has.
func entriesIn(s *feeds.Story, ids []string) ([]int64, error) {
	out := make([]int64, 0, len(ids))
	for _, text := range ids {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || !slices.ContainsFunc(s.Copies, func(c feeds.Copy) bool { return c.EntryID == id }) {
			return nil, usageError{fmt.Sprintf("story %s has no entry %q; tributary stories show %s lists them", s.ID, text, s.ID)}
		}
		out = append(out, id)
	}
	return out, nil
}

type storiesShowCmd struct {
	ID string `arg:"" help:"Id of the story." placeholder:"ID"`
}

// Run shows a story.
func (c *storiesShowCmd) Run(ctx context.Context, con *console, g *Globals) error {
	return atDesk(ctx, con, g, func(a *app, d *pipeline.Desk) error {
		s, _, err := a.db.Story(ctx, c.ID)
		if err != nil {
			return err
		}
		rulings, err := a.db.Rulings(ctx, store.RulingQuery{Story: s.ID})
		if err != nil {
			return err
		}
		type entry struct {
			Entry     string    `json:"entry"`
			Source    string    `json:"source"`
			Title     string    `json:"title"`
			Link      string    `json:"link,omitempty"`
			Published time.Time `json:"published,omitzero"`
			Withdrawn time.Time `json:"withdrawn,omitzero"`
			Why       string    `json:"why,omitempty"`  // code of the reason why it is part of the story
			With      string    `json:"with,omitempty"` // the entry that it is one story with
		}
		out := struct {
			ID        string      `json:"id"`
			Published time.Time   `json:"published"`
			Updated   time.Time   `json:"updated"`
			Withdrawn time.Time   `json:"withdrawn,omitzero"`
			Entries   []entry     `json:"entries"` // the lead first
			Former    []string    `json:"former"`  // ids of stories that have become part of it
			Rulings   []rulingOut `json:"rulings"` // also about its entries
		}{ID: s.ID, Published: s.Published, Updated: s.Updated, Withdrawn: s.Withdrawn, Rulings: []rulingOut{}}
		if out.Former, err = a.db.Former(ctx, s.ID); err != nil {
			return err
		}
		reasons, err := d.Reasons(ctx, s.Lead().EntryID)
		if err != nil {
			return err
		}
		for i := range s.Copies {
			e := &s.Copies[i]
			line := entry{Entry: strconv.FormatInt(e.EntryID, 10), Source: e.SourceID, Title: e.Entry.Title, Link: e.Entry.Link, Published: e.Entry.Published, Withdrawn: e.Withdrawn}
			for j := range reasons {
				if r := &reasons[j]; r.Entry == e.EntryID {
					line.Why, line.With = r.Code, strconv.FormatInt(r.With, 10)
				}
			}
			out.Entries = append(out.Entries, line)
		}
		for _, r := range rulings {
			out.Rulings = append(out.Rulings, rulingOut{Ruling: r, Entries: texts(r.Entries), Others: texts(r.Others)})
		}
		if g.JSON {
			return json.NewEncoder(con.out).Encode(out)
		}
		fmt.Fprintf(con.out, "story %s, published %s\n", out.ID, out.Published.UTC().Format(time.DateTime))
		for i, e := range out.Entries {
			mark := " "
			if i == 0 {
				mark = "*"
			}
			fmt.Fprintf(con.out, "%s %-20s %-24s %s\n", mark, e.Entry, e.Source, e.Title)
			if e.Why != "" {
				fmt.Fprintf(con.out, "      %s, with %s\n", e.Why, e.With)
			}
		}
		for _, id := range out.Former {
			fmt.Fprintf(con.out, "formerly %s\n", id)
		}
		for _, r := range out.Rulings {
			fmt.Fprintf(con.out, "ruling %d: %s, by %s for %s: %s\n", r.ID, r.Action, r.By, r.Office, r.Why)
		}
		return nil
	})
}

type storiesWhyCmd struct {
	One   int64 `arg:"" help:"Id of an entry." placeholder:"ENTRY"`
	Other int64 `arg:"" help:"Id of another one." placeholder:"ENTRY"`
}

// Run explains a pair.
func (c *storiesWhyCmd) Run(ctx context.Context, con *console, g *Globals) error {
	return atDesk(ctx, con, g, func(_ *app, d *pipeline.Desk) error {
		p, err := d.Why(ctx, c.One, c.Other)
		if err != nil {
			return err
		}
		return printPair(con, g, &pairOut{one: c.One, other: c.Other, oneStory: p.Stories[0] == p.Stories[1], verdict: p.Verdict, keys: p.Keys, way: p.Way,
			together: p.Together, apart: p.Apart, alone: p.Alone, rulings: p.Rulings,
			name: func(id int64) string { return strconv.FormatInt(id, 10) }})
	})
}

type storiesMergeCmd struct {
	IDs []string `arg:"" name:"id" help:"Ids of stories, two or more." placeholder:"ID"`
	said
}

// Run merges stories.
func (c *storiesMergeCmd) Run(ctx context.Context, con *console, g *Globals) error {
	return atDesk(ctx, con, g, func(a *app, d *pipeline.Desk) error {
		r := c.ruling(a.config.Desk.Headquarters, feeds.RulingMerge)
		for _, id := range c.IDs {
			s, _, err := a.db.Story(ctx, id)
			if err != nil {
				return err
			}
			entry := s.Lead().EntryID
			if r.Story == s.ID && len(s.Copies) > 1 { // they are one already, and are to stay so
				entry = s.Copies[1].EntryID
			}
			r.Story = first(r.Story, s.ID)
			if !slices.Contains(r.Entries, entry) {
				r.Entries = append(r.Entries, entry)
			}
		}
		return rule(ctx, a, d, r)
	})
}

type storiesSplitCmd struct {
	ID    string   `arg:"" help:"Id of the story." placeholder:"ID"`
	Entry []string `help:"Entries that are no part of it, by their ids." required:"" placeholder:"ENTRY"`
	said
}

// Run splits a story.
func (c *storiesSplitCmd) Run(ctx context.Context, con *console, g *Globals) error {
	return atDesk(ctx, con, g, func(a *app, d *pipeline.Desk) error {
		s, _, err := a.db.Story(ctx, c.ID)
		if err != nil {
			return err
		}
		r := c.ruling(a.config.Desk.Headquarters, feeds.RulingSplit)
		r.Story = s.ID
		if r.Entries, err = entriesIn(&s, c.Entry); err != nil {
			return err
		}
		for i := range s.Copies {
			if id := s.Copies[i].EntryID; !slices.Contains(r.Entries, id) {
				r.Others = append(r.Others, id)
			}
		}
		return rule(ctx, a, d, r)
	})
}

type storiesLeadCmd struct {
	ID    string `arg:"" help:"Id of the story." placeholder:"ID"`
	Entry string `arg:"" help:"Id of the entry." placeholder:"ENTRY"`
	said
}

// Run chooses a lead.
func (c *storiesLeadCmd) Run(ctx context.Context, con *console, g *Globals) error {
	return atDesk(ctx, con, g, func(a *app, d *pipeline.Desk) error {
		s, _, err := a.db.Story(ctx, c.ID)
		if err != nil {
			return err
		}
		r := c.ruling(a.config.Desk.Headquarters, feeds.RulingLead)
		r.Story = s.ID
		if r.Entries, err = entriesIn(&s, []string{c.Entry}); err != nil {
			return err
		}
		return rule(ctx, a, d, r)
	})
}

type storiesWithdrawCmd struct {
	ID    string   `arg:"" help:"Id of the story." placeholder:"ID"`
	Entry []string `help:"Only these entries of it; the others stay." placeholder:"ENTRY"`
	Note  string   `help:"What readers are told on its page."`
	said
}

// Run withdraws.
func (c *storiesWithdrawCmd) Run(ctx context.Context, con *console, g *Globals) error {
	return atDesk(ctx, con, g, func(a *app, d *pipeline.Desk) error {
		s, _, err := a.db.Story(ctx, c.ID)
		if err != nil {
			return err
		}
		r := c.ruling(a.config.Desk.Headquarters, feeds.RulingWithdraw)
		r.Story, r.Note, r.Whole = s.ID, strings.TrimSpace(c.Note), len(c.Entry) == 0
		if r.Entries, err = entriesIn(&s, c.Entry); err != nil {
			return err
		}
		if r.Whole {
			for i := range s.Copies {
				r.Entries = append(r.Entries, s.Copies[i].EntryID)
			}
		}
		return rule(ctx, a, d, r)
	})
}

type storiesApartCmd struct {
	One          string `arg:"" help:"A source." placeholder:"SOURCE"`
	Other        string `arg:"" optional:"" help:"Another one; without it every entry of the first is a story of its own." placeholder:"SOURCE"`
	Translations bool   `help:"Entries in two languages may still be one story."`
	said
}

// Run keeps two sources apart.
func (c *storiesApartCmd) Run(ctx context.Context, con *console, g *Globals) error {
	return atDesk(ctx, con, g, func(a *app, d *pipeline.Desk) error {
		r := c.ruling(a.config.Desk.Headquarters, feeds.RulingApart)
		r.Sources, r.Translations = []string{c.One}, c.Translations
		if c.Other != "" {
			r.Sources = []string{min(c.One, c.Other), max(c.One, c.Other)}
		}
		return rule(ctx, a, d, r)
	})
}

type storiesRulingsCmd struct {
	Story  string `help:"Only those said about a story." placeholder:"ID"`
	Office string `help:"Only those of an office." placeholder:"CODE"`
	All    bool   `help:"Those that were taken back, too."`
}

// Run lists rulings.
func (c *storiesRulingsCmd) Run(ctx context.Context, con *console, g *Globals) error {
	return atDesk(ctx, con, g, func(a *app, _ *pipeline.Desk) error {
		q := store.RulingQuery{Story: c.Story, Office: c.Office, Revoked: c.All}
		for {
			page, err := a.db.Rulings(ctx, q)
			if err != nil || len(page) == 0 {
				return err
			}
			for i := range page {
				out := rulingOut{Ruling: page[i], Entries: texts(page[i].Entries), Others: texts(page[i].Others)}
				if err := json.NewEncoder(con.out).Encode(out); err != nil {
					return fmt.Errorf("print rulings: %w", err)
				}
			}
			q.After = page[len(page)-1].ID
		}
	})
}

type storiesUndoCmd struct {
	Ruling int64  `arg:"" help:"Number of the ruling." placeholder:"N"`
	By     string `help:"Who takes it back." default:"operator"`
}

// Run takes a ruling back.
func (c *storiesUndoCmd) Run(ctx context.Context, con *console, g *Globals) error {
	return atDesk(ctx, con, g, func(a *app, d *pipeline.Desk) error {
		r, err := d.RevokeRuling(ctx, c.Ruling, c.By)
		if err != nil {
			return err
		}
		return printRuling(ctx, a, r)
	})
}

type storiesPurgeCmd struct {
	Ruling int64  `arg:"" help:"Number of the ruling that withdrew it." placeholder:"N"`
	By     string `help:"Who has it erased." default:"operator"`
}

// Run erases what was withdrawn.
func (c *storiesPurgeCmd) Run(ctx context.Context, con *console, g *Globals) error {
	return atDesk(ctx, con, g, func(a *app, d *pipeline.Desk) error {
		r, erased, err := d.Purge(ctx, c.Ruling, c.By)
		if err != nil {
			return err
		}
		if !erased {
			fmt.Fprintln(con.err, "purged; the database's files still hold it: a running serve or work erases it there within the hour, and so does this command when it is called again")
		}
		return printRuling(ctx, a, r)
	})
}
