package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"tributary/config"
	"tributary/feeds"
	"tributary/internal/courier"
	"tributary/internal/jobs"
	"tributary/internal/newsletter"
	"tributary/internal/pipeline"
	"tributary/internal/publish"
)

// newNewsletters joins what makes, shows and mails the configured digests.
func (a *app) newNewsletters(cfg *config.Config, publisher *publish.Publisher) (*pipeline.Newsletters, error) {
	writer, err := newsletter.NewWriter()
	if err != nil {
		return nil, err
	}
	n := &pipeline.Newsletters{Offices: cfg.Offices, Store: a.db, Lists: a.db, Publisher: publisher, Writer: writer, Next: jobs.ScheduleNext,
		Host: mailHost(cfg), Now: time.Now}
	for i := range cfg.Newsletters {
		n.Definitions = append(n.Definitions, cfg.Newsletters[i].Definition())
	}
	if cfg.Mails() && cfg.SMTP.From != "" {
		s := &cfg.SMTP
		c, err := courier.New(courier.Options{Host: s.Host, Port: s.Port, Security: s.Security, User: s.User, Password: s.Password,
			From: s.From, ReplyTo: s.ReplyTo, PerMinute: s.PerMinute})
		if err != nil {
			return nil, err
		}
		n.Courier = c
	}
	return n, nil
}

// mailHost is the domain in the ids of lists and mails.
func mailHost(cfg *config.Config) string {
	if _, host, ok := strings.Cut(cfg.SMTP.From, "@"); ok {
		return host
	}
	return cfg.Authority[strings.LastIndexByte(cfg.Authority, '@')+1:]
}

// engineNewsletters are those of a process that works, whether or not it serves.
func (a *app) engineNewsletters(cfg *config.Config) (*pipeline.Newsletters, error) {
	publisher, err := a.publisher(cfg)
	if err != nil {
		return nil, err
	}
	return a.newNewsletters(cfg, publisher)
}

type newslettersCmd struct {
	List        newslettersListCmd    `cmd:"" help:"Where each newsletter stands: its latest issue, why one was skipped, the next one, its subscribers."`
	Preview     newslettersPreviewCmd `cmd:"" help:"Show the issue that would be made now; nothing is kept or mailed."`
	Once        newslettersRunCmd     `cmd:"" name:"run" help:"Make the issues whose time has come and mail what waits, once; serve and work do so by themselves."`
	Pin         newslettersPinCmd     `cmd:"" help:"Have the next issue begin with a story."`
	Unpin       newslettersUnpinCmd   `cmd:"" help:"Take a pin back."`
	Subscribers subscribersCmd        `cmd:"" help:"Import, export and forget the addresses that newsletters are mailed to."`
}

// atNewsletters runs fn with the newsletters on a store that is there.
func atNewsletters(ctx context.Context, con *console, g *Globals, fn func(a *app, n *pipeline.Newsletters) error) error {
	a, err := g.openThere(ctx, con)
	if err != nil {
		return err
	}
	n, err := a.engineNewsletters(a.config)
	if err == nil {
		err = fn(a, n)
	}
	return errors.Join(err, a.close())
}

// known refuses a newsletter that is not configured, with those that are.
func known(n *pipeline.Newsletters, slug string) error {
	if _, err := n.Definition(slug); err == nil {
		return nil
	}
	var slugs []string
	for _, d := range n.All() {
		slugs = append(slugs, d.Slug)
	}
	if len(slugs) == 0 {
		return usageError{fmt.Sprintf("no newsletter %q: none is configured; write one under newsletters", slug)}
	}
	return usageError{fmt.Sprintf("no newsletter %q; there are %s", slug, strings.Join(slugs, ", "))}
}

type newslettersListCmd struct{}

// Run lists the newsletters.
func (c *newslettersListCmd) Run(ctx context.Context, con *console, g *Globals) error {
	return atNewsletters(ctx, con, g, func(_ *app, n *pipeline.Newsletters) error {
		all, err := n.Status(ctx)
		if err != nil {
			return err
		}
		type line struct {
			Newsletter  string                        `json:"newsletter"`
			Issue       int                           `json:"issue"`
			Outcome     string                        `json:"outcome"`
			Detail      string                        `json:"detail"`
			At          time.Time                     `json:"at,omitzero"`
			Next        time.Time                     `json:"next"`
			Mailed      bool                          `json:"mailed"`
			Mails       map[feeds.MailState]int       `json:"mails"`
			Subscribers map[feeds.SubscriberState]int `json:"subscribers"`
		}
		for i := range all {
			s := &all[i]
			out := line{s.Newsletter.Slug, s.Run.Number, s.Run.Outcome, s.Run.Detail, s.Run.At, s.Next, s.Sends, s.Mails, s.People}
			if g.JSON {
				if err := json.NewEncoder(con.out).Encode(out); err != nil {
					return fmt.Errorf("print newsletters: %w", err)
				}
				continue
			}
			fmt.Fprintf(con.out, "%s: issue %d", out.Newsletter, out.Issue)
			if out.Outcome != "" {
				fmt.Fprintf(con.out, ", %s %s (%s)", out.Outcome, out.At.Format(time.DateTime), out.Detail)
			}
			fmt.Fprintf(con.out, ", next %s, %d subscribers\n", out.Next.Format(time.DateTime), out.Subscribers[feeds.SubscriberActive])
			for state, count := range out.Mails {
				fmt.Fprintf(con.out, "  mails %s: %d\n", state, count)
			}
		}
		return nil
	})
}

type newslettersPreviewCmd struct {
	Slug     string `arg:"" help:"Slug of the newsletter." placeholder:"SLUG"`
	Language string `help:"Language of the edition; the first one when left out." placeholder:"LANG"`
	HTML     string `name:"html" help:"Write the mail's HTML part to a file." placeholder:"FILE" type:"path"`
}

// Run shows the next issue.
func (c *newslettersPreviewCmd) Run(ctx context.Context, con *console, g *Globals) error {
	return atNewsletters(ctx, con, g, func(_ *app, n *pipeline.Newsletters) error {
		if err := known(n, c.Slug); err != nil {
			return err
		}
		e, items, err := n.Preview(ctx, c.Slug, c.Language)
		if err != nil {
			return err
		}
		m, err := n.Write(&e, "")
		if err != nil {
			return err
		}
		if c.HTML != "" {
			if err := os.WriteFile(c.HTML, []byte(m.HTML), 0o644); err != nil { //nolint:gosec // it is for anybody to read
				return fmt.Errorf("write preview: %w", err)
			}
		}
		if !g.JSON {
			fmt.Fprintf(con.out, "Subject: %s\n\n%s", m.Subject, m.Text)
			return nil
		}
		type story struct {
			Story  string  `json:"story"`
			Score  float64 `json:"score"`
			Pinned bool    `json:"pinned"`
		}
		out := struct {
			Subject string  `json:"subject"`
			Period  string  `json:"period"`
			Stories []story `json:"stories"`
			Text    string  `json:"text"`
		}{Subject: m.Subject, Period: e.Period, Text: m.Text}
		for _, item := range items {
			out.Stories = append(out.Stories, story{item.Story, item.Score, item.Pinned})
		}
		return json.NewEncoder(con.out).Encode(out)
	})
}

type newslettersRunCmd struct{}

// Run makes and mails what is due.
func (c *newslettersRunCmd) Run(ctx context.Context, con *console, g *Globals) error {
	return atNewsletters(ctx, con, g, func(_ *app, n *pipeline.Newsletters) error {
		results, err := n.Run(ctx)
		for _, r := range results {
			if r.Number == 0 {
				fmt.Fprintf(con.out, "%s: no issue for %s (%s)\n", r.Newsletter, r.Period, r.Detail)
				continue
			}
			fmt.Fprintf(con.out, "%s: issue %d for %s, %d stories\n", r.Newsletter, r.Number, r.Period, r.Stories)
		}
		report, mailing := n.Mail(ctx, mailAtOnce)
		fmt.Fprintf(con.out, "mailed %d issues and %d confirmations; later %d, failed %d, bounced %d, unknown %d, dropped %d\n",
			report.Sent, report.Confirmations, report.Later, report.Failed, report.Bounced, report.Unknown, report.Dropped)
		return errors.Join(err, mailing)
	})
}

// mailAtOnce bounds how long one command hands over mails.
const mailAtOnce = time.Hour

type newslettersPinCmd struct {
	Slug  string `arg:"" help:"Slug of the newsletter." placeholder:"SLUG"`
	Story string `arg:"" help:"Id of the story." placeholder:"ID"`
	By    string `help:"Who wants it." default:"operator"`
}

// Run pins a story.
func (c *newslettersPinCmd) Run(ctx context.Context, con *console, g *Globals) error {
	return atNewsletters(ctx, con, g, func(_ *app, n *pipeline.Newsletters) error {
		if err := known(n, c.Slug); err != nil {
			return err
		}
		p, err := n.Pin(ctx, c.Slug, c.Story, c.By)
		if err != nil {
			return err
		}
		return json.NewEncoder(con.out).Encode(p)
	})
}

type newslettersUnpinCmd struct {
	Slug  string `arg:"" help:"Slug of the newsletter." placeholder:"SLUG"`
	Story string `arg:"" help:"Id of the story." placeholder:"ID"`
}

// Run takes a pin back.
func (c *newslettersUnpinCmd) Run(ctx context.Context, con *console, g *Globals) error {
	return atNewsletters(ctx, con, g, func(_ *app, n *pipeline.Newsletters) error {
		if err := known(n, c.Slug); err != nil {
			return err
		}
		return n.Unpin(ctx, c.Slug, c.Story)
	})
}

type subscribersCmd struct {
	Import subscribersImportCmd `cmd:"" help:"Take over subscribers from a CSV file (address,language). Who has left here or bounced stays away."`
	Export subscribersExportCmd `cmd:"" help:"Print the subscribers of a newsletter as CSV: address, language, state, asked, confirmed."`
	Forget subscribersForgetCmd `cmd:"" help:"Delete all that is kept of addresses, of every newsletter; read from stdin, one a line."`
}

type subscribersImportCmd struct {
	Slug      string `arg:"" help:"Slug of the newsletter." placeholder:"SLUG"`
	File      string `arg:"" help:"CSV file, - for stdin: address and, if any, language." placeholder:"FILE"`
	Confirmed bool   `help:"Their consent is on record elsewhere: they are subscribed at once. Without it each is mailed a confirmation first."`
}

// maxImport bounds the rows of one import.
const maxImport = 1_000_000

// Run imports subscribers. Rows that cannot be read are named by number, never by address.
func (c *subscribersImportCmd) Run(ctx context.Context, con *console, g *Globals) error {
	return atNewsletters(ctx, con, g, func(a *app, n *pipeline.Newsletters) error {
		if err := known(n, c.Slug); err != nil {
			return err
		}
		d, err := n.Definition(c.Slug)
		if err != nil {
			return err
		}
		if !c.Confirmed && !n.Mailed(d) {
			return usageError{"confirmations cannot be mailed: configure smtp and send: true, or say --confirmed when consent is on record elsewhere"}
		}
		in := con.in
		if c.File != "-" {
			f, err := os.Open(c.File)
			if err != nil {
				return fmt.Errorf("open import: %w", err)
			}
			defer func() { _ = f.Close() }() // it was only read
			in = f
		}
		rows := csv.NewReader(in)
		rows.FieldsPerRecord, rows.TrimLeadingSpace = -1, true
		var added, there, wrong int
		for row := 1; row <= maxImport; row++ {
			record, err := rows.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return fmt.Errorf("read row %d: it is no CSV", row)
			}
			address, err := pipeline.Address(record[0])
			if err != nil {
				if row > 1 || strings.Contains(record[0], "@") { // the first row may be names of columns
					wrong++
					fmt.Fprintf(con.err, "row %d: no e-mail address\n", row)
				}
				continue
			}
			s := feeds.Subscriber{Newsletter: c.Slug, Address: address, Language: d.Languages[0], State: feeds.SubscriberPending}
			if len(record) > 1 {
				s.Language = pipeline.Language(d, record[1])
			}
			if c.Confirmed {
				s.State = feeds.SubscriberActive
			}
			ok, err := a.db.ImportSubscriber(ctx, s, time.Now())
			if err != nil {
				return err
			}
			if added++; !ok {
				added, there = added-1, there+1
			}
		}
		return json.NewEncoder(con.out).Encode(map[string]int{"added": added, "known": there, "refused": wrong})
	})
}

type subscribersExportCmd struct {
	Slug string `arg:"" help:"Slug of the newsletter." placeholder:"SLUG"`
}

// Run exports subscribers.
func (c *subscribersExportCmd) Run(ctx context.Context, con *console, g *Globals) error {
	return atNewsletters(ctx, con, g, func(a *app, n *pipeline.Newsletters) error {
		w := csv.NewWriter(con.out)
		if err := w.Write([]string{"address", "language", "state", "asked", "confirmed"}); err != nil {
			return fmt.Errorf("print subscribers: %w", err)
		}
		for after := int64(0); ; {
			page, err := a.db.Subscribers(ctx, c.Slug, after, 1000)
			if err != nil {
				return err
			}
			for i := range page {
				s := &page[i]
				if err := w.Write([]string{s.Address, s.Language, string(s.State), stamp(s.Asked), stamp(s.Confirmed)}); err != nil {
					return fmt.Errorf("print subscribers: %w", err)
				}
				after = s.ID
			}
			if len(page) == 0 {
				break
			}
		}
		w.Flush()
		if err := w.Error(); err != nil {
			return fmt.Errorf("print subscribers: %w", err)
		}
		return nil
	})
}

// stamp is a moment as RFC 3339 writes it, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

type subscribersForgetCmd struct{}

// Run forgets addresses. They come by stdin, because arguments stand in the shell's history
// and in the list of processes.
func (c *subscribersForgetCmd) Run(ctx context.Context, con *console, g *Globals) error {
	return atNewsletters(ctx, con, g, func(a *app, _ *pipeline.Newsletters) error {
		text, err := io.ReadAll(io.LimitReader(con.in, 16<<20))
		if err != nil {
			return fmt.Errorf("read addresses: %w", err)
		}
		var forgotten int64
		for i, line := range strings.Split(string(text), "\n") {
			if strings.TrimSpace(line) == "" {
				continue
			}
			address, err := pipeline.Address(line)
			if err != nil {
				return usageError{"line " + strconv.Itoa(i+1) + " is no e-mail address"}
			}
			count, err := a.db.ForgetSubscriber(ctx, address)
			if err != nil {
				return err
			}
			forgotten += count
		}
		return json.NewEncoder(con.out).Encode(map[string]int64{"forgotten": forgotten})
	})
}
