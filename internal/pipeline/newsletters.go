package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"tributary/feeds"
	"tributary/internal/newsletter"
	"tributary/internal/publish"
	"tributary/internal/store"
)

// NewsletterStore is what issues are made from and kept in.
type NewsletterStore interface {
	// Version grows with every commit that may have changed what is published.
	Version(ctx context.Context) (int64, error)
	Stories(ctx context.Context, sel feeds.Selector, limit int) ([]feeds.Story, error)
	// StoriesByID reads stories, withdrawn ones too, by the ids asked for.
	StoriesByID(ctx context.Context, ids []string) (map[string]feeds.Story, error)
	NewsletterRuns(ctx context.Context) (map[string]store.NewsletterRun, error)
	BeginNewsletter(ctx context.Context, slug string, now time.Time) error
	// MakeIssue ends a scheduled moment once over all processes.
	MakeIssue(ctx context.Context, s store.NewsletterSlot, now time.Time) (number int, ended bool, err error)
	ToldStories(ctx context.Context, slug string) (map[string]bool, error)
	Issues(ctx context.Context, slug string, below, limit int) ([]feeds.Issue, error)
	Issue(ctx context.Context, slug string, number int) (feeds.Issue, error)
	Pins(ctx context.Context, slug string) ([]feeds.Pin, error)
	Pin(ctx context.Context, p feeds.Pin) error
	Unpin(ctx context.Context, slug, story string) error
}

// Teller gives stories as our feeds tell them. *publish.Publisher is one.
type Teller interface {
	Tell(ctx context.Context, stories []feeds.Story, language string) ([]publish.Telling, error)
	Letterhead(language string) publish.Letterhead
	Tag(specific string) string
	Made(ctx context.Context, key string, f publish.Format, compose func(ctx context.Context) (*feeds.Feed, error)) (*publish.Document, error)
}

// Newsletters makes digests of what is kept, on time, and shows their issues. It is safe for
// concurrent use by any number of processes.
type Newsletters struct {
	Definitions []feeds.Newsletter
	Offices     []feeds.Office
	Store       NewsletterStore
	Lists       SubscriberStore
	Publisher   Teller
	Writer      *newsletter.Writer
	// Next is the first moment of a schedule in a zone after another one.
	Next func(schedule, zone string, after time.Time) (time.Time, error)
	// Courier hands mails to a server; nil: nothing is mailed.
	Courier Courier
	Host    string // domain of ids of lists and mails
	Now     func() time.Time
}

const (
	// candidatesAtMost bounds the stories that an issue is chosen from: the newest.
	candidatesAtMost = 2000
	// issuesInFeed is how many issues a feed holds.
	issuesInFeed = 20
	// slotsAtMost bounds the missed moments that are looked at to find the last.
	slotsAtMost = 1000
)

// Definition finds a newsletter; feeds.ErrNotFound when there is none.
func (n *Newsletters) Definition(slug string) (*feeds.Newsletter, error) {
	for i := range n.Definitions {
		if n.Definitions[i].Slug == slug {
			return &n.Definitions[i], nil
		}
	}
	return nil, fmt.Errorf("newsletter %.80q: %w", slug, feeds.ErrNotFound)
}

// Language is the edition for a wish: that language where there is one, else the first.
func Language(d *feeds.Newsletter, wish string) string {
	for _, language := range d.Languages {
		if language == feeds.BaseLanguage(wish) {
			return language
		}
	}
	return d.Languages[0]
}

// IssueResult is how a scheduled moment of a newsletter ended.
type IssueResult struct {
	Newsletter string
	Number     int // 0: skipped
	Stories    int
	Period     string
	Detail     string
}

// Run ends the scheduled moments that have come, each once over all processes. Of those that
// were missed only the last has an issue. One newsletter's failure stops no other.
func (n *Newsletters) Run(ctx context.Context) ([]IssueResult, error) {
	runs, err := n.Store.NewsletterRuns(ctx)
	if err != nil {
		return nil, err
	}
	var out []IssueResult
	var failed []error
	for i := range n.Definitions {
		d := &n.Definitions[i]
		run, begun := runs[d.Slug]
		if !begun {
			failed = append(failed, n.Store.BeginNewsletter(ctx, d.Slug, n.Now()))
			continue
		}
		result, ended, err := n.slot(ctx, d, run)
		if err != nil {
			failed = append(failed, fmt.Errorf("newsletter %s: %w", d.Slug, err))
		}
		if ended {
			out = append(out, result)
		}
	}
	return out, errors.Join(failed...)
}

// Due is the scheduled moment that waits to be dealt with, zero for none, and the next one.
func (n *Newsletters) Due(d *feeds.Newsletter, last, now time.Time) (due, next time.Time, err error) {
	at := last
	if oldest := now.Add(-2 * d.Cadence.Span()); at.Before(oldest) {
		at = oldest // what was missed before has nothing to tell any more
	}
	for range slotsAtMost {
		if next, err = n.Next(d.Schedule, d.Zone, at); err != nil {
			return time.Time{}, time.Time{}, fmt.Errorf("schedule %q: %w", d.Schedule, err)
		}
		if next.IsZero() || next.After(now) {
			return due, next, nil
		}
		due, at = next, next
	}
	return due, next, nil
}

func (n *Newsletters) slot(ctx context.Context, d *feeds.Newsletter, run store.NewsletterRun) (IssueResult, bool, error) {
	now := n.Now()
	due, _, err := n.Due(d, run.Slot, now)
	if err != nil || due.IsZero() {
		return IssueResult{}, false, err
	}
	choice, pins, err := n.choose(ctx, d, now)
	if err != nil {
		return IssueResult{}, false, err
	}
	slot := store.NewsletterSlot{Slug: d.Slug, Before: run.Slot, Slot: due, Detail: choice.Skipped, Mail: n.sends(d)}
	period := d.Cadence.Period(due.In(zone(d)))
	out := IssueResult{Newsletter: d.Slug, Period: period, Detail: choice.Skipped}
	if choice.Skipped == "" {
		slot.Issue = &feeds.Issue{Newsletter: d.Slug, Period: period, Made: now, Items: choice.Items}
		slot.Detail = fmt.Sprintf("%d of %d stories", len(choice.Items), choice.Found)
		for _, item := range choice.Items {
			if item.Pinned {
				slot.Pins = append(slot.Pins, pins[item.Story]...)
			}
		}
	}
	number, ended, err := n.Store.MakeIssue(ctx, slot, now)
	switch {
	case err != nil || !ended: // another process was quicker
		return IssueResult{}, false, err
	case slot.Issue != nil && number == 0:
		out.Detail = "the period has an issue"
	case slot.Issue != nil:
		out.Number, out.Stories, out.Detail = number, len(choice.Items), slot.Detail
	}
	return out, true, nil
}

func zone(d *feeds.Newsletter) *time.Location {
	if loc, err := time.LoadLocation(d.Zone); err == nil {
		return loc
	}
	return time.UTC // the configuration's check has refused other names
}

// choose works out the next issue. pins gives the ids that editors pinned, by the stories they are now.
func (n *Newsletters) choose(ctx context.Context, d *feeds.Newsletter, now time.Time) (newsletter.Choice, map[string][]string, error) {
	in := newsletter.Input{Newsletter: d, Now: now}
	var err error
	if in.Told, err = n.Store.ToldStories(ctx, d.Slug); err != nil {
		return newsletter.Choice{}, nil, err
	}
	latest, err := n.Store.Issues(ctx, d.Slug, 0, 1)
	if err != nil {
		return newsletter.Choice{}, nil, err
	}
	if len(latest) > 0 {
		in.Since = latest[0].Made
	}
	stories, err := n.Store.Stories(ctx, d.Selector, candidatesAtMost)
	if err != nil {
		return newsletter.Choice{}, nil, err
	}
	pinned, err := n.Store.Pins(ctx, d.Slug)
	if err != nil {
		return newsletter.Choice{}, nil, err
	}
	wanted := make([]string, len(pinned))
	for i, p := range pinned {
		wanted[i] = p.Story
	}
	found, err := n.Store.StoriesByID(ctx, wanted)
	if err != nil {
		return newsletter.Choice{}, nil, err
	}
	pins, there := map[string][]string{}, map[string]bool{}
	var considered []feeds.Story
	for _, id := range wanted {
		if s, ok := found[id]; ok {
			in.Pins = append(in.Pins, s.ID)
			pins[s.ID] = append(pins[s.ID], id)
			if !there[s.ID] {
				considered = append(considered, s)
			}
			there[s.ID] = true
		}
	}
	oldest := now.Add(-2 * d.Cadence.Span())
	for i := range stories {
		if !there[stories[i].ID] && stories[i].Published.After(oldest) {
			considered = append(considered, stories[i])
		}
	}
	if in.Candidates, err = n.candidates(ctx, d, considered); err != nil {
		return newsletter.Choice{}, nil, err
	}
	return newsletter.Choose(in), pins, nil
}

func (n *Newsletters) candidates(ctx context.Context, d *feeds.Newsletter, stories []feeds.Story) ([]newsletter.Candidate, error) {
	var out []newsletter.Candidate
	place := map[string]int{}
	for _, language := range d.Languages {
		tellings, err := n.Publisher.Tell(ctx, stories, language)
		if err != nil {
			return nil, err
		}
		for i := range tellings {
			t := &tellings[i]
			at, known := place[t.Story]
			if !known {
				at = len(out)
				place[t.Story] = at
				out = append(out, newsletter.Candidate{Story: t.Story, Published: t.Entry.Published, FirstSeen: t.FirstSeen, Publishers: t.Publishers,
					Source: t.LeadSource, IOM: t.LeadKind == feeds.KindIOM, Topics: t.Topics})
			}
			out[at].Shown = append(out[at].Shown, t.Shown)
		}
	}
	return out, nil
}

// Preview is the edition that an issue made now would have; its number is 0 and nothing is
// kept. An error of feeds.ErrNotFound says that there would be none, and why.
func (n *Newsletters) Preview(ctx context.Context, slug, language string) (newsletter.Edition, []feeds.IssueItem, error) {
	d, err := n.Definition(slug)
	if err != nil {
		return newsletter.Edition{}, nil, err
	}
	now := n.Now()
	choice, _, err := n.choose(ctx, d, now)
	if err != nil {
		return newsletter.Edition{}, nil, err
	}
	if choice.Skipped != "" {
		return newsletter.Edition{}, nil, fmt.Errorf("newsletter %s would have no issue now, %s: %w", slug, choice.Skipped, feeds.ErrNotFound)
	}
	all, err := n.editions(ctx, d, []feeds.Issue{{Newsletter: slug, Period: d.Cadence.Period(now.In(zone(d))), Made: now, Items: choice.Items}}, Language(d, language))
	if err != nil {
		return newsletter.Edition{}, nil, err
	}
	all[0].Page = ""
	return all[0], choice.Items, nil
}

// Edition reads an issue in a language. Stories that were withdrawn since are not in it.
// feeds.ErrNotFound when there is none.
func (n *Newsletters) Edition(ctx context.Context, slug string, number int, language string) (newsletter.Edition, error) {
	d, err := n.Definition(slug)
	if err != nil {
		return newsletter.Edition{}, err
	}
	issue, err := n.Store.Issue(ctx, slug, number)
	if err != nil {
		return newsletter.Edition{}, err
	}
	all, err := n.editions(ctx, d, []feeds.Issue{issue}, Language(d, language))
	if err != nil {
		return newsletter.Edition{}, err
	}
	return all[0], nil
}

// Editions reads issues in a language, the latest first; below bounds their numbers, 0 for
// none.
func (n *Newsletters) Editions(ctx context.Context, slug, language string, below, limit int) ([]newsletter.Edition, error) {
	d, err := n.Definition(slug)
	if err != nil {
		return nil, err
	}
	issues, err := n.Store.Issues(ctx, slug, below, limit)
	if err != nil {
		return nil, err
	}
	return n.editions(ctx, d, issues, Language(d, language))
}

func (n *Newsletters) editions(ctx context.Context, d *feeds.Newsletter, issues []feeds.Issue, language string) ([]newsletter.Edition, error) {
	var ids []string
	for i := range issues {
		for _, item := range issues[i].Items {
			ids = append(ids, item.Story)
		}
	}
	found, err := n.Store.StoriesByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	head := n.Publisher.Letterhead(language)
	out := make([]newsletter.Edition, 0, len(issues))
	for i := range issues {
		issue := &issues[i]
		e := newsletter.Edition{Newsletter: d, Language: language, Number: issue.Number, Period: issue.Period, Made: issue.Made, Site: head.Site,
			Office: n.office(d.Office, language), Disclaimer: head.Disclaimer, Home: n.Home(d, language), Page: n.Page(d, issue.Number, language)}
		var stories []feeds.Story
		seen := map[string]bool{}
		for _, item := range issue.Items {
			s, ok := found[item.Story]
			if !ok || seen[s.ID] {
				continue // gone, or one with a story that stands before
			}
			seen[s.ID] = true
			if s.Withdrawn.After(e.Changed) {
				e.Changed = s.Withdrawn
			}
			stories = append(stories, s)
		}
		tellings, err := n.Publisher.Tell(ctx, stories, language)
		if err != nil {
			return nil, err
		}
		for j := range tellings {
			t := &tellings[j]
			e.Stories = append(e.Stories, newsletter.Story{ID: t.Story, Entry: t.Entry, Mark: t.Mark, Credits: t.Credits})
		}
		out = append(out, e)
	}
	return out, nil
}

func (n *Newsletters) office(code, language string) string {
	for i := range n.Offices {
		if n.Offices[i].Code == code {
			return feeds.In(n.Offices[i].Name, language, code)
		}
	}
	return code
}

// Home is the newsletter's page, Page that of an issue; both absolute.
func (n *Newsletters) Home(d *feeds.Newsletter, language string) string {
	return n.Publisher.Letterhead(language).Base + "/newsletters/" + d.Slug + ask(d, "lang", language)
}

// Page is the address of an issue in a language.
func (n *Newsletters) Page(d *feeds.Newsletter, number int, language string) string {
	return fmt.Sprintf("%s/newsletters/%s/%d%s", n.Publisher.Letterhead(language).Base, d.Slug, number, ask(d, "language", language))
}

// FeedAddress is that of a newsletter's feed in a language and format.
func (n *Newsletters) FeedAddress(d *feeds.Newsletter, language string, f publish.Format) string {
	return n.Publisher.Letterhead(language).Base + "/feeds/newsletter/" + d.Slug + "." + string(f) + ask(d, "language", language)
}

// ask leaves the first language out: it is what is given without a choice.
func ask(d *feeds.Newsletter, key, language string) string {
	if language == d.Languages[0] {
		return ""
	}
	return "?" + key + "=" + language
}

// Document is the feed of a newsletter's issues in a language, kept like those of channels.
func (n *Newsletters) Document(ctx context.Context, slug, language string, f publish.Format) (*publish.Document, error) {
	d, err := n.Definition(slug)
	if err != nil {
		return nil, err
	}
	language = Language(d, language)
	return n.Publisher.Made(ctx, "newsletter/"+slug+"/"+language, f, func(ctx context.Context) (*feeds.Feed, error) {
		editions, err := n.Editions(ctx, slug, language, 0, issuesInFeed)
		if err != nil {
			return nil, err
		}
		head := n.Publisher.Letterhead(language)
		return newsletter.Feed(newsletter.FeedInfo{Newsletter: d, Language: language, Tag: n.Publisher.Tag, Scheme: head.Scheme, Description: head.Description,
			Rights: head.Disclaimer, Generator: head.Generator, Home: n.Home(d, language), Self: n.FeedAddress(d, language, f), Type: f.MediaType(),
			Epoch: head.Epoch, TTL: head.MaxAge}, editions), nil
	})
}

// NewsletterStatus is where a newsletter stands.
type NewsletterStatus struct {
	Newsletter *feeds.Newsletter
	Run        store.NewsletterRun
	Next       time.Time // zero before it has begun
	Sends      bool
	Mails      map[feeds.MailState]int // of the latest issue
	People     map[feeds.SubscriberState]int
}

// Status says where each newsletter stands.
func (n *Newsletters) Status(ctx context.Context) ([]NewsletterStatus, error) {
	runs, err := n.Store.NewsletterRuns(ctx)
	if err != nil {
		return nil, err
	}
	var out []NewsletterStatus
	for i := range n.Definitions {
		d := &n.Definitions[i]
		s := NewsletterStatus{Newsletter: d, Run: runs[d.Slug], Sends: n.sends(d)}
		if _, s.Next, err = n.Due(d, cmp.Or(s.Run.Slot, n.Now()), n.Now()); err != nil {
			return nil, err
		}
		if s.People, err = n.Lists.CountSubscribers(ctx, d.Slug); err != nil {
			return nil, err
		}
		if s.Mails, err = n.Lists.CountMails(ctx, d.Slug, s.Run.Number); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (n *Newsletters) sends(d *feeds.Newsletter) bool { return d.Send && n.Courier != nil }

// All lists the newsletters in the order of the configuration.
func (n *Newsletters) All() []feeds.Newsletter { return n.Definitions }

// Mailed says whether a newsletter is mailed from here to those who subscribe.
func (n *Newsletters) Mailed(d *feeds.Newsletter) bool { return n.sends(d) }

// Write makes an edition's mail; leave is the address of its way out, or "".
func (n *Newsletters) Write(e *newsletter.Edition, leave string) (newsletter.Mail, error) {
	return n.Writer.Mail(e, leave)
}
