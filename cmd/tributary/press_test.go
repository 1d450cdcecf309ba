package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"tributary/feeds"
	"tributary/internal/pgtest"
	"tributary/internal/pipeline"
)

// mailServer is an SMTP server that keeps what it is handed.
type mailServer struct {
	mu      sync.Mutex
	mails   []received
	refuse  map[string]*smtp.SMTPError // by recipient
	address string
}

type received struct {
	to         string
	header     mail.Header
	text, html string
	raw        string
}

func newMailServer(t *testing.T) *mailServer {
	t.Helper()
	m := &mailServer{refuse: map[string]*smtp.SMTPError{}}
	server := smtp.NewServer(m)
	server.Domain = "mail.test"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.address = listener.Addr().String()
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return m
}

// NewSession implements smtp.Backend.
func (m *mailServer) NewSession(*smtp.Conn) (smtp.Session, error) {
	return &mailSession{server: m}, nil
}

type mailSession struct {
	server *mailServer
	to     string
}

func (s *mailSession) Reset()                               {}
func (s *mailSession) Logout() error                        { return nil }
func (s *mailSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if refused := s.server.refuse[to]; refused != nil {
		return refused
	}
	s.to = to
	return nil
}

func (s *mailSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	got := received{to: s.to, raw: string(raw)}
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	got.header = msg.Header
	_, parameters, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	for parts := multipart.NewReader(msg.Body, parameters["boundary"]); ; {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			return err
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			got.html = string(body)
		} else {
			got.text = string(body)
		}
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mails = append(s.server.mails, got)
	return nil
}

// taken is what was handed over since the last look.
func (m *mailServer) taken() []received {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := m.mails
	m.mails = nil
	return out
}

// press is a stage with a newsletter and a mail server, with the newsletters' clock in the
// test's hand.
type press struct {
	*stage
	mailServer *mailServer
	n          *pipeline.Newsletters
	now        time.Time
}

func newPress(t *testing.T, database string) *press {
	t.Helper()
	server := newMailServer(t)
	host, port, err := net.SplitHostPort(server.address)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "tributary.yaml")
	text := fmt.Sprintf(`base_url: http://news.example.org
smtp: {host: %q, port: %s, security: none, from: news@example.org, per_minute: 6000}
newsletters:
  - slug: week
    office: hq
    languages: [en, ar]
    title: {en: Migration this week, ar: الهجرة هذا الأسبوع}
    zone: Europe/Zurich
    stories: 5
    minimum: 1
    send: true
`, host, port)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &press{stage: newStageOn(t, database, file), mailServer: server}
	p.pull()
	if p.n, err = p.newNewsletters(p.config, p.site.publisher); err != nil {
		t.Fatal(err)
	}
	p.now = time.Now()
	p.n.Now = func() time.Time { return p.now }
	return p
}

func (p *press) run() []pipeline.IssueResult {
	p.t.Helper()
	out, err := p.n.Run(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

func (p *press) mail() ([]received, pipeline.MailReport) {
	p.t.Helper()
	report, err := p.n.Mail(p.t.Context(), time.Minute)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.mailServer.taken(), report
}

// untilIssue moves the clock to the next Monday at eight, and makes the issue.
func (p *press) untilIssue() pipeline.IssueResult {
	p.t.Helper()
	p.nextMonday()
	results := p.run()
	if len(results) != 1 {
		p.t.Fatalf("results %+v", results)
	}
	return results[0]
}

func (p *press) nextMonday() {
	p.t.Helper()
	zurich, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		p.t.Fatal(err)
	}
	at := p.now.In(zurich)
	for {
		at = time.Date(at.Year(), at.Month(), at.Day()+1, 8, 0, 0, 0, zurich)
		if at.Weekday() == time.Monday {
			break
		}
	}
	p.now = at
}

// issueNow has a newsletter that began a week ago make its first issue now.
func (p *press) issueNow() {
	p.t.Helper()
	p.now = p.now.Add(-8 * 24 * time.Hour)
	p.run()
	p.now = p.now.Add(8 * 24 * time.Hour)
	if results := p.run(); len(results) != 1 || results[0].Number != 1 {
		p.t.Fatalf("results %+v", results)
	}
}

func (p *press) post(path string, form url.Values) (int, string) {
	p.t.Helper()
	resp, err := http.PostForm(p.web.URL+path, form)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// link is the path of the first address of ours in a text that begins with prefix.
func link(t *testing.T, text, prefix string) string {
	t.Helper()
	found := regexp.MustCompile(`http://news\.example\.org(` + regexp.QuoteMeta(prefix) + `[^\s"<>]*)`).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no address %s in\n%s", prefix, text)
	}
	return found[1]
}

// join subscribes an address and confirms it.
func (p *press) join(address, language string) {
	p.t.Helper()
	if status, body := p.post("/newsletters/week", url.Values{"address": {address}, "language": {language}}); status != http.StatusOK {
		p.t.Fatalf("subscribe: %d\n%s", status, body)
	}
	p.now = time.Now()
	mails, _ := p.mail()
	if len(mails) != 1 || mails[0].to != address {
		p.t.Fatalf("confirmations: %d", len(mails))
	}
	if status, _ := p.post(link(p.t.(*testing.T), mails[0].text, "/newsletters/confirm/"), nil); status != http.StatusOK {
		p.t.Fatalf("confirm: %d", status)
	}
}

func (p *press) people() map[feeds.SubscriberState]int {
	p.t.Helper()
	out, err := p.db.CountSubscribers(p.t.Context(), "week")
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

// onPresses runs a test on both databases.
func onPresses(t *testing.T, test func(t *testing.T, p *press)) {
	t.Run("SQLite", func(t *testing.T) { test(t, newPress(t, "")) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, newPress(t, pgtest.URL(t))) })
}

// pullLater pulls what the demo world has published two days later.
func (p *press) pullLater() {
	p.at(49 * time.Hour)
	p.pull()
	p.n.Publisher = p.site.publisher
}

func (p *press) importActive(address string) {
	p.t.Helper()
	s := feeds.Subscriber{Newsletter: "week", Address: address, Language: "en", State: feeds.SubscriberActive}
	if added, err := p.db.ImportSubscriber(context.Background(), s, p.now); err != nil || !added {
		p.t.Fatal(added, err)
	}
}
