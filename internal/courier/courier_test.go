package courier_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"tributary/internal/courier"
)

// post is a mail server of its own: what it answers at each step is the test's choice.
type post struct {
	mu       sync.Mutex
	mails    []string
	password string
	rcpt     error
	data     error
	hangUp   bool // in the middle of what is handed over
}

func (p *post) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &postSession{post: p, conn: c, signedIn: p.password == ""}, nil
}

type postSession struct {
	post     *post
	conn     *smtp.Conn
	signedIn bool
}

func (s *postSession) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *postSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "office" || password != s.post.password {
			return errors.New("wrong")
		}
		s.signedIn = true
		return nil
	}), nil
}
func (s *postSession) Reset()        {}
func (s *postSession) Logout() error { return nil }
func (s *postSession) Mail(string, *smtp.MailOptions) error {
	if !s.signedIn {
		return smtp.ErrAuthRequired
	}
	return nil
}
func (s *postSession) Rcpt(string, *smtp.RcptOptions) error { return s.post.rcpt }
func (s *postSession) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	if s.post.hangUp {
		return s.conn.Conn().Close()
	}
	if s.post.data != nil {
		return s.post.data
	}
	s.post.mails = append(s.post.mails, string(text))
	return nil
}

// open starts the server; tlsFrom is none, start (STARTTLS) or first.
func (p *post) open(t *testing.T, tlsFrom string) courier.Options {
	t.Helper()
	certificate, roots := certify(t)
	server := smtp.NewServer(p)
	server.Domain, server.AllowInsecureAuth = "mail.test", true
	settings := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	switch tlsFrom {
	case "start":
		server.TLSConfig = settings
	case "first":
		listener = tls.NewListener(listener, settings)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return courier.Options{Host: "127.0.0.1", Port: number, Security: "starttls", From: "news@example.org", PerMinute: 6000, Timeout: 5 * time.Second,
		Roots: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12, ServerName: "127.0.0.1"}}
}

func certify(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

var letter = courier.Letter{To: "reader@example.org", FromName: "Ünited\r\nBcc: all@example.org", Subject: "Issue 1\r\nX-Evil: yes", HTML: "<p>Grüße</p>", Text: "Grüße",
	Language: "en", MessageID: "week.1.2@example.org", Date: time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC), ListID: "week.newsletter.example.org", Leave: "https://news.example.org/leave/x"}

func hand(t *testing.T, o courier.Options) (courier.Result, error) {
	t.Helper()
	c, err := courier.New(o)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Open(t.Context())
	if err != nil {
		return courier.Result{}, err
	}
	defer func() { _ = s.Close() }()
	l := letter
	return s.Hand(&l)
}

func TestEncryptionAndSigningIn(t *testing.T) {
	for _, c := range []struct {
		name, server, security, password string
		reached                          bool
	}{
		{"STARTTLS", "start", "starttls", "right", true},
		{"TLS from the start", "first", "tls", "right", true},
		{"a relay without", "none", "none", "", true},
		{"a wrong password", "start", "starttls", "wrong", false},
		{"no STARTTLS where it is asked for", "none", "starttls", "right", false},
		{"no TLS where it is asked for", "none", "tls", "right", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &post{}
			if c.password != "" {
				p.password = "right"
			}
			o := p.open(t, c.server)
			o.Security = c.security
			if c.password != "" {
				o.User, o.Password = "office", c.password
			}
			r, err := hand(t, o)
			if (err == nil) != c.reached || c.reached && r.Outcome != courier.Sent {
				t.Fatalf("%+v, %v", r, err)
			}
			if err != nil && strings.Contains(err.Error(), "wrong") && strings.Contains(err.Error(), c.password+"!") {
				t.Errorf("the error has the password: %v", err)
			}
			if c.reached && len(p.mails) != 1 {
				t.Errorf("%d mails", len(p.mails))
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	p := &post{}
	o := p.open(t, "start")
	o.ReplyTo = "answers@example.org"
	if r, err := hand(t, o); err != nil || r.Outcome != courier.Sent {
		t.Fatal(r, err)
	}
	head, _, _ := strings.Cut(p.mails[0], "\r\n\r\n")
	for _, want := range []string{"Date: Mon, 23 Nov 2026 07:00:00 +0000", "Message-ID: <week.1.2@example.org>", "List-Id: <week.newsletter.example.org>",
		"List-Unsubscribe: <https://news.example.org/leave/x>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click", "Precedence: list", "Auto-Submitted: auto-generated",
		"Reply-To: <answers@example.org>", "Content-Language: en", "To: <reader@example.org>"} {
		if !strings.Contains(head, want) {
			t.Errorf("no %s in\n%s", want, head)
		}
	}
	for _, never := range []string{"\nBcc:", "\nX-Evil:", "go-mail"} {
		if strings.Contains(head, never) {
			t.Errorf("%q in\n%s", never, head)
		}
	}
}

func TestOutcomes(t *testing.T) {
	refusal := func(code int, enhanced ...int) error {
		e := &smtp.SMTPError{Code: code, EnhancedCode: smtp.NoEnhancedCode, Message: "no"}
		if len(enhanced) == 3 {
			e.EnhancedCode = smtp.EnhancedCode{enhanced[0], enhanced[1], enhanced[2]}
		}
		return e
	}
	for _, c := range []struct {
		name       string
		rcpt, data error
		hangUp     bool
		want       courier.Outcome
	}{
		{"no such user", refusal(550, 5, 1, 1), nil, false, courier.NoBox},
		{"a disabled mailbox", refusal(550, 5, 2, 1), nil, false, courier.NoBox},
		{"no user, said in the old way", refusal(550), nil, false, courier.NoBox},
		{"a policy against us", refusal(550, 5, 7, 1), nil, false, courier.Refused},
		{"a full mailbox", refusal(552, 5, 2, 2), nil, false, courier.Refused},
		{"greylisting", refusal(451, 4, 7, 1), nil, false, courier.Later},
		{"content that looks like spam", nil, refusal(554, 5, 7, 1), false, courier.Refused},
		{"no such user, said late", nil, refusal(550, 5, 1, 1), false, courier.NoBox},
		{"busy at the end", nil, refusal(452, 4, 3, 1), false, courier.Later},
		{"cut off at the end", nil, nil, true, courier.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &post{rcpt: c.rcpt, data: c.data, hangUp: c.hangUp}
			r, err := hand(t, p.open(t, "start"))
			if err != nil || r.Outcome != c.want {
				t.Errorf("%+v, %v; want %d", r, err, c.want)
			}
			if strings.Contains(r.Step, "@") {
				t.Errorf("an address in %q", r.Step)
			}
		})
	}
}
