package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"text/tabwriter"
	"time"

	"tributary/feeds"
)

type hubCmd struct {
	List   hubListCmd   `cmd:"" help:"Who subscribes to our feeds at our own hub, by host, and how deliveries go."`
	Remove hubRemoveCmd `cmd:"" help:"End subscriptions: one by its number, or all of a host. The subscribers are told."`
}

type hubListCmd struct {
	Host string `help:"Only callbacks on a host, as the list shows it." placeholder:"HOST"`
}

// subscriberForm is a subscription in the list's JSON. Of the callback nothing is shown but its
// host: whoever knows the rest can speak to the subscriber.
type subscriberForm struct {
	ID           int64      `json:"id"`
	Topic        string     `json:"topic"`
	Host         string     `json:"host"`
	State        string     `json:"state"`
	Signed       bool       `json:"signed"` // deliveries are, since it gave a secret
	Asked        string     `json:"asked,omitempty"`
	LeaseEnd     *time.Time `json:"lease_end,omitempty"`
	Deliveries   int        `json:"deliveries"`
	LastDelivery *time.Time `json:"last_delivery,omitempty"` // or attempt at one
	LastStatus   int        `json:"last_status,omitempty"`
	Error        string     `json:"error,omitempty"`
	Failures     int        `json:"failures,omitempty"`
	FailingSince *time.Time `json:"failing_since,omitempty"`
	Next         *time.Time `json:"next,omitempty"` // when something is to be delivered
}

// Run lists subscriptions.
func (c *hubListCmd) Run(ctx context.Context, con *console, g *Globals) error {
	a, err := g.openThere(ctx, con)
	if err != nil {
		return err
	}
	return errors.Join(c.list(ctx, a, g.JSON), a.close())
}

func (c *hubListCmd) list(ctx context.Context, a *app, asJSON bool) error {
	table := tabwriter.NewWriter(a.con.out, 0, 0, 2, ' ', 0)
	lines := json.NewEncoder(a.con.out)
	lines.SetEscapeHTML(false)
	n := 0
	for after := int64(0); ; {
		page, err := a.db.HubSubscribers(ctx, after, 500)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		for i := range page {
			s := &page[i]
			if after = s.ID; c.Host != "" && s.Host != c.Host {
				continue
			}
			if n++; n == 1 && !asJSON {
				fmt.Fprintln(table, "ID\tHOST\tFEED\tSTATE\tLEASE UNTIL\tTAKEN\tLAST")
			}
			if asJSON {
				err = lines.Encode(newSubscriberForm(s, baseURL(a.config)))
			} else {
				_, err = fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%d\t%s\n", s.ID, s.Host, s.Topic, s.State, day(s.LeaseEnd), s.Deliveries, lastWords(s))
			}
			if err != nil {
				return fmt.Errorf("print subscriptions: %w", err)
			}
		}
	}
	if n == 0 && !asJSON {
		fmt.Fprintln(a.con.err, "Nobody subscribes.")
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print subscriptions: %w", err)
	}
	return nil
}

func newSubscriberForm(s *feeds.HubSubscriber, base string) subscriberForm {
	return subscriberForm{ID: s.ID, Topic: base + "/feeds/" + s.Topic, Host: s.Host, State: string(s.State), Signed: s.Secret != "", Asked: string(s.Ask),
		LeaseEnd: date(s.LeaseEnd), Deliveries: s.Deliveries, LastDelivery: date(s.Last), LastStatus: s.LastStatus, Error: s.LastError,
		Failures: s.Failures, FailingSince: date(s.Failing), Next: date(s.Due)}
}

func day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04")
}

// lastWords say how the last delivery went.
func lastWords(s *feeds.HubSubscriber) string {
	switch {
	case s.Failures > 0:
		return fmt.Sprintf("failed %d times since %s: %s", s.Failures, day(s.Failing), s.LastError)
	case s.LastError != "":
		return s.LastError
	case s.Last.IsZero():
		return "-"
	default:
		return "taken " + day(s.Last)
	}
}

type hubRemoveCmd struct {
	Which string `arg:"" help:"Number of a subscription or host of callbacks, as the list shows them." placeholder:"ID|HOST"`
}

// Run ends subscriptions.
func (c *hubRemoveCmd) Run(ctx context.Context, con *console, g *Globals) error {
	a, err := g.openThere(ctx, con)
	if err != nil {
		return err
	}
	return errors.Join(c.remove(ctx, a, g.JSON), a.close())
}

func (c *hubRemoveCmd) remove(ctx context.Context, a *app, asJSON bool) error {
	var n int
	id, err := strconv.ParseInt(c.Which, 10, 64)
	if err == nil {
		n, err = a.db.EndHubSubscriber(ctx, id, time.Now())
	} else {
		n, err = a.db.EndHubSubscribers(ctx, c.Which, time.Now())
	}
	if err != nil {
		return err
	}
	if asJSON {
		if err := json.NewEncoder(a.con.out).Encode(map[string]int{"ended": n}); err != nil {
			return fmt.Errorf("print result: %w", err)
		}
	} else {
		fmt.Fprintf(a.con.out, "ended %d\n", n)
	}
	if n == 0 {
		return fmt.Errorf("hub remove: no subscription has the number or host %q; tributary hub list shows them", c.Which)
	}
	return nil
}
