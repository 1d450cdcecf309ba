package pipeline

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"tributary/feeds"
	"tributary/internal/courier"
	"tributary/internal/newsletter"
	"tributary/internal/store"
)

// SubscriberStore keeps who is sent newsletters and what became of each mail. What it is
// given of tokens are digests.
type SubscriberStore interface {
	AskToSubscribe(ctx context.Context, s feeds.Subscriber, now time.Time) error
	ClaimConfirmation(ctx context.Context, tokenHash string, now time.Time) (s feeds.Subscriber, ok bool, err error)
	SettleConfirmation(ctx context.Context, id int64, sent bool, later time.Time) error
	Confirmable(ctx context.Context, tokenHash string, now time.Time) (feeds.Subscriber, error)
	Confirm(ctx context.Context, tokenHash string, now time.Time) (feeds.Subscriber, error)
	LeaveToken(ctx context.Context, tokenHash string) (feeds.Subscriber, error)
	Leave(ctx context.Context, tokenHash string, now time.Time) (feeds.Subscriber, error)
	ClaimMail(ctx context.Context, tokenHash string, now time.Time) (m store.Mail, ok bool, err error)
	SettleMail(ctx context.Context, m store.Mail, state feeds.MailState, next time.Time, code int, now time.Time) error
	DropMails(ctx context.Context, slug string, number int, now time.Time) error
	MailWaits(ctx context.Context, now time.Time) (bool, error)
	TidySubscribers(ctx context.Context, now time.Time) error
	CountSubscribers(ctx context.Context, slug string) (map[feeds.SubscriberState]int, error)
	CountMails(ctx context.Context, slug string, number int) (map[feeds.MailState]int, error)
}

// Courier hands mails to a server. *courier.Courier is one.
type Courier interface {
	// Open connects; nothing is taken to be handed over before it succeeds.
	Open(ctx context.Context) (*courier.Session, error)
	// Wait waits until one more is within the rate.
	Wait(ctx context.Context) error
}

var _ Courier = (*courier.Courier)(nil)

// retries are the times after which a mail is tried again that was refused for now.
var retries = [...]time.Duration{5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour}

// MailReport counts what became of mails.
type MailReport struct {
	Confirmations                                  int
	Sent, Later, Failed, Bounced, Unknown, Dropped int
	Codes                                          map[int]int // of refusals
}

// Mail hands over what waits: confirmations first, then issues, until nothing is due or the
// time is up. Each mail counts as being handed over before it is; whatever happens then, it
// is handed over again only if the server has refused it or was not reached. Before each, the
// issue is looked at anew when anything has changed: what was withdrawn meanwhile is not sent.
func (n *Newsletters) Mail(ctx context.Context, within time.Duration) (MailReport, error) {
	report := MailReport{Codes: map[int]int{}}
	if n.Courier == nil {
		return report, nil
	}
	if err := n.Lists.TidySubscribers(ctx, n.Now()); err != nil {
		return report, err
	}
	waits, err := n.Lists.MailWaits(ctx, n.Now())
	if err != nil || !waits {
		return report, err
	}
	p := &postman{Newsletters: n, report: &report, parts: map[string]*newsletter.Edition{}}
	if p.session, err = n.Courier.Open(ctx); err != nil {
		return report, err
	}
	defer func() { _ = p.session.Close() }() // the server may have hung up: what it took, it took
	for start := n.Now(); n.Now().Sub(start) < within && ctx.Err() == nil; {
		if err := n.Courier.Wait(ctx); err != nil {
			return report, err
		}
		more, err := p.confirmation(ctx)
		if err == nil && !more {
			more, err = p.issue(ctx)
		}
		if err != nil || !more {
			return report, err
		}
	}
	return report, nil
}

// postman is one connection's work.
type postman struct {
	*Newsletters
	session *courier.Session
	report  *MailReport
	version int64
	parts   map[string]*newsletter.Edition // by issue and language, of the version
}

// digest is how tokens are kept.
func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// errHungUp ends a connection that is of no more use; what waits is taken by the next.
var errHungUp = errors.New("mail server hung up")

func (p *postman) confirmation(ctx context.Context) (more bool, err error) {
	token := rand.Text()
	s, ok, err := p.Lists.ClaimConfirmation(ctx, digest(token), p.Now())
	if err != nil || !ok {
		return false, err
	}
	d, err := p.Definition(s.Newsletter)
	if err != nil {
		return true, p.Lists.SettleConfirmation(ctx, s.ID, true, time.Time{}) // no such newsletter any more
	}
	language := Language(d, s.Language)
	title := feeds.In(d.Title, language, d.Slug)
	link := p.Publisher.Letterhead(language).Base + "/newsletters/confirm/" + token + "?lang=" + language
	m := newsletter.Confirmation(title, language, link)
	result, err := p.session.Hand(&courier.Letter{To: s.Address, FromName: title, Subject: m.Subject, HTML: m.HTML, Text: m.Text, Language: language,
		MessageID: fmt.Sprintf("confirm.%s.%d.%s@%s", d.Slug, s.ID, digest(token)[:16], p.Host), Date: p.Now()})
	if err != nil { // the address is none: the request is let go
		return true, p.Lists.SettleConfirmation(ctx, s.ID, true, time.Time{})
	}
	gone := result.Outcome != courier.Later
	if result.Outcome == courier.Sent {
		p.report.Confirmations++
	}
	// Settled whatever became of ctx: it has been handed over.
	if err := p.Lists.SettleConfirmation(context.WithoutCancel(ctx), s.ID, gone, p.Now().Add(retries[1])); err != nil {
		return false, err
	}
	return true, usable(result)
}

// usable says whether the connection can take another mail.
func usable(r courier.Result) error {
	if r.Outcome != courier.Sent && r.Code == 0 {
		return fmt.Errorf("%w during %s", errHungUp, r.Step)
	}
	return nil
}

func (p *postman) issue(ctx context.Context) (more bool, err error) {
	token := rand.Text()
	m, ok, err := p.Lists.ClaimMail(ctx, digest(token), p.Now())
	if err != nil || !ok {
		return false, err
	}
	settle := func(state feeds.MailState, next time.Time, code int) error {
		return p.Lists.SettleMail(context.WithoutCancel(ctx), m, state, next, code, p.Now())
	}
	e, err := p.edition(ctx, &m)
	switch {
	case errors.Is(err, feeds.ErrNotFound): // nothing left to tell, or sent no more
		p.report.Dropped++
		return true, errors.Join(settle(feeds.MailDropped, time.Time{}, 0), p.Lists.DropMails(ctx, m.Newsletter, m.Number, p.Now()))
	case err != nil:
		// Nothing was handed over: the mail waits as before.
		return false, errors.Join(err, settle(feeds.MailQueued, p.Now().Add(retries[0]), 0))
	}
	leave := p.Publisher.Letterhead(e.Language).Base + "/newsletters/unsubscribe/" + token
	parts, err := p.Writer.Mail(e, leave)
	if err != nil {
		return false, errors.Join(err, settle(feeds.MailFailed, time.Time{}, 0))
	}
	result, err := p.session.Hand(&courier.Letter{To: m.Subscriber.Address, FromName: e.Title(), Subject: parts.Subject, HTML: parts.HTML, Text: parts.Text,
		Language: e.Language, Date: e.Made, Leave: leave, ListID: m.Newsletter + ".newsletter." + p.Host,
		MessageID: fmt.Sprintf("%s.%d.%d.%s@%s", m.Newsletter, m.Number, m.Subscriber.ID, digest(fmt.Sprintf("%s/%d/%d", m.Newsletter, m.Number, m.Subscriber.ID))[:16], p.Host)})
	if err != nil { // an address that no mail can carry
		p.report.Failed++
		return true, settle(feeds.MailFailed, time.Time{}, 0)
	}
	state, next := p.became(result, m.Attempts)
	if err := settle(state, next, result.Code); err != nil {
		return false, err
	}
	return true, usable(result)
}

// became counts an outcome and says what follows.
func (p *postman) became(r courier.Result, attempts int) (feeds.MailState, time.Time) {
	if r.Code >= 400 {
		p.report.Codes[r.Code]++
	}
	switch r.Outcome {
	case courier.Sent:
		p.report.Sent++
		return feeds.MailSent, time.Time{}
	case courier.NoBox:
		p.report.Bounced++
		return feeds.MailBounced, time.Time{}
	case courier.Unknown:
		p.report.Unknown++
		return feeds.MailUnknown, time.Time{}
	case courier.Later:
		if attempts <= len(retries) {
			p.report.Later++
			return feeds.MailQueued, p.Now().Add(retries[attempts-1])
		}
	}
	p.report.Failed++
	return feeds.MailFailed, time.Time{}
}

// edition is the issue as it is now. feeds.ErrNotFound when it is not to be sent any more.
func (p *postman) edition(ctx context.Context, m *store.Mail) (*newsletter.Edition, error) {
	d, err := p.Definition(m.Newsletter)
	if err != nil {
		return nil, err
	}
	if !p.sends(d) {
		return nil, fmt.Errorf("newsletter %s is mailed no more: %w", d.Slug, feeds.ErrNotFound)
	}
	version, err := p.Store.Version(ctx)
	if err != nil {
		return nil, err
	}
	if version != p.version {
		clear(p.parts)
		p.version = version
	}
	language := Language(d, m.Subscriber.Language)
	key := fmt.Sprintf("%s/%d/%s", m.Newsletter, m.Number, language)
	if e, ok := p.parts[key]; ok {
		return e, nil
	}
	e, err := p.Edition(ctx, m.Newsletter, m.Number, language)
	if err != nil {
		return nil, err
	}
	if len(e.Stories) == 0 {
		return nil, fmt.Errorf("issue %d of %s has lost its stories: %w", m.Number, m.Newsletter, feeds.ErrNotFound)
	}
	p.parts[key] = &e
	return &e, nil
}

// Subscribe takes a request to be sent a newsletter, to be confirmed by mail. What it returns
// does not depend on who is subscribed. feeds.ErrInvalid when the address is none,
// feeds.ErrNotFound when the newsletter is not mailed from here.
func (n *Newsletters) Subscribe(ctx context.Context, slug, address, language string) error {
	d, err := n.Definition(slug)
	if err != nil {
		return err
	}
	if !n.sends(d) {
		return fmt.Errorf("newsletter %s is not mailed from here: %w", slug, feeds.ErrNotFound)
	}
	if address, err = Address(address); err != nil {
		return err
	}
	return n.Lists.AskToSubscribe(ctx, feeds.Subscriber{Newsletter: slug, Address: address, Language: Language(d, language)}, n.Now())
}

// Address reads an e-mail address as people type it; feeds.ErrInvalid, without the address in
// it, when it is none that mail can be sent to.
func Address(text string) (string, error) {
	text = strings.TrimSpace(text)
	a, err := mail.ParseAddress(text)
	if err == nil && a.Name == "" && a.Address == text && len(text) <= 254 {
		local, host, _ := strings.Cut(text, "@")
		ascii := !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
		if ascii && len(local) <= 64 && !strings.ContainsAny(local, "\"\\@,;:<>()[]") && strings.Contains(host, ".") && !strings.ContainsAny(host, "[]@:") {
			return local + "@" + strings.ToLower(host), nil
		}
	}
	return "", fmt.Errorf("no e-mail address: %w", feeds.ErrInvalid)
}

// Confirmable finds which newsletter a confirmation is about; feeds.ErrNotFound.
func (n *Newsletters) Confirmable(ctx context.Context, token string) (*feeds.Newsletter, error) {
	s, err := n.Lists.Confirmable(ctx, digest(token), n.Now())
	if err != nil {
		return nil, err
	}
	return n.Definition(s.Newsletter)
}

// Confirm makes a subscription stand; twice is once. feeds.ErrNotFound.
func (n *Newsletters) Confirm(ctx context.Context, token string) (*feeds.Newsletter, error) {
	s, err := n.Lists.Confirm(ctx, digest(token), n.Now())
	if err != nil {
		return nil, err
	}
	return n.Definition(s.Newsletter)
}

// Leaving finds which newsletter a mail's way out is of, its slug at least;
// feeds.ErrNotFound.
func (n *Newsletters) Leaving(ctx context.Context, token string) (feeds.Newsletter, error) {
	s, err := n.Lists.LeaveToken(ctx, digest(token))
	return n.named(s.Newsletter), err
}

// Leave ends a subscription; twice is once. feeds.ErrNotFound.
func (n *Newsletters) Leave(ctx context.Context, token string) (feeds.Newsletter, error) {
	s, err := n.Lists.Leave(ctx, digest(token), n.Now())
	return n.named(s.Newsletter), err
}

// named is a newsletter, also one that the configuration has no more: who wants to leave it
// can.
func (n *Newsletters) named(slug string) feeds.Newsletter {
	if d, err := n.Definition(slug); err == nil {
		return *d
	}
	return feeds.Newsletter{Slug: slug, Languages: []string{"en"}}
}
