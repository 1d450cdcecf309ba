package courier

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/time/rate"
)

// Options say which server and as whom. Host and From are required.
type Options struct {
	Host     string
	Port     int    // 0: by Security
	Security string // starttls, tls or none
	User     string
	Password string
	From     string
	ReplyTo  string
	// PerMinute bounds the mails handed over.
	PerMinute int
	Timeout   time.Duration // of connecting and of each command; 30 s when 0
	Roots     *tls.Config   // nil: the system's authorities
}

// Courier hands over mails. It is safe for concurrent use; the rate holds over all sessions.
type Courier struct {
	o     Options
	limit *rate.Limiter
}

// Letter is one mail to one recipient.
type Letter struct {
	To       string
	FromName string
	Subject  string
	HTML     string
	Text     string
	Language string
	// MessageID without angle brackets, and Date: the same in every try.
	MessageID string
	Date      time.Time
	// ListID names the list, such as sahel.newsletter.example.org; "" for a mail that is no
	// list's.
	ListID   string
	ListName string
	// Leave is the address at which a POST ends the subscription (RFC 8058).
	Leave string
}

// Outcome is what became of a letter.
type Outcome int

// The outcomes.
const (
	Sent    Outcome = iota
	Later           // refused for now, or not reached the server: may be tried again
	Refused         // refused for good, for what it is or whom it comes from
	NoBox           // the server says for good that the mailbox takes none
	Unknown         // cut off when it was handed over: it may have gone
)

// Result is an outcome with the server's answer.
type Result struct {
	Outcome Outcome
	Code    int    // of RFC 5321; 0 for none
	Step    string // where it ended, without anything of the letter
}

// New checks the options. It does not connect.
func New(o Options) (*Courier, error) {
	if o.Host == "" || o.From == "" {
		return nil, errors.New("set up mail: smtp.host and smtp.from are required")
	}
	if o.PerMinute <= 0 {
		o.PerMinute = 120
	}
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	c := &Courier{o: o, limit: rate.NewLimiter(rate.Limit(float64(o.PerMinute)/60), 1)}
	if _, err := c.client(); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Courier) client() (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithTimeout(c.o.Timeout)}
	port := c.o.Port
	switch c.o.Security {
	case "tls":
		options = append(options, gomail.WithSSL())
		if port == 0 {
			port = 465
		}
	case "none":
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
		if port == 0 {
			port = 25
		}
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
		if port == 0 {
			port = 587
		}
	}
	options = append(options, gomail.WithPort(port))
	if c.o.Roots != nil {
		options = append(options, gomail.WithTLSConfig(c.o.Roots))
	}
	if c.o.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(c.o.User), gomail.WithPassword(c.o.Password))
	}
	client, err := gomail.NewClient(c.o.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("set up mail: %w", err)
	}
	return client, nil
}

// Session is a connection to the server. It is for one goroutine.
type Session struct {
	courier *Courier
	client  *gomail.Client
}

// Open connects and signs in.
func (c *Courier) Open(ctx context.Context) (*Session, error) {
	client, err := c.client()
	if err != nil {
		return nil, err
	}
	if err := client.DialWithContext(ctx); err != nil {
		return nil, fmt.Errorf("reach mail server %s: %w", c.o.Host, err)
	}
	return &Session{c, client}, nil
}

// Close ends the connection.
func (s *Session) Close() error {
	if err := s.client.Close(); err != nil {
		return fmt.Errorf("leave mail server %s: %w", s.courier.o.Host, err)
	}
	return nil
}

// Wait waits until one more mail is within the rate. It comes before a mail is taken, so
// that none waits half handed over.
func (c *Courier) Wait(ctx context.Context) error {
	if err := c.limit.Wait(ctx); err != nil {
		return fmt.Errorf("wait to mail: %w", err)
	}
	return nil
}

// Hand hands over a letter. An error is a defect of the letter, which is not handed over. After
// an outcome other than Sent with no Code the session is of no more use.
func (s *Session) Hand(l *Letter) (Result, error) {
	msg, err := s.courier.message(l)
	if err != nil {
		return Result{Outcome: Refused, Step: "write"}, err
	}
	return result(s.client.Send(msg), msg.IsDelivered()), nil
}

func (c *Courier) message(l *Letter) (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(gomail.EncodingQP))
	if err := m.FromFormat(oneLine(l.FromName), c.o.From); err != nil {
		return nil, errors.New("write mail: smtp.from is no address")
	}
	if err := m.To(l.To); err != nil {
		return nil, errors.New("write mail: the recipient's address is none") // which it is stays unsaid
	}
	if c.o.ReplyTo != "" {
		if err := m.ReplyTo(c.o.ReplyTo); err != nil {
			return nil, errors.New("write mail: smtp.reply_to is no address")
		}
	}
	m.Subject(oneLine(l.Subject))
	m.SetDateWithValue(l.Date)
	m.SetMessageIDWithValue(l.MessageID)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no vacation notes, please
	m.SetGenHeader("X-Auto-Response-Suppress", "All")
	if l.Language != "" {
		m.SetGenHeader("Content-Language", oneLine(l.Language))
	}
	if l.ListID != "" {
		m.SetGenHeaderPreformatted("List-Id", "<"+oneLine(l.ListID)+">")
		m.SetGenHeader("Precedence", "list")
	}
	if l.Leave != "" {
		m.SetGenHeaderPreformatted("List-Unsubscribe", "<"+oneLine(l.Leave)+">")
		m.SetGenHeaderPreformatted("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
	return m, nil
}

// oneLine keeps what comes from outside from becoming a header of its own.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// result says what an error of handing over means. Until the end of DATA nothing can have
// gone; an answer with a code is certain; the rest is not.
func result(err error, delivered bool) Result {
	if err == nil || delivered {
		return Result{Outcome: Sent, Code: 250}
	}
	var failed *gomail.SendError
	if !errors.As(err, &failed) {
		return Result{Outcome: Later, Step: "connection"}
	}
	out := Result{Code: failed.ErrorCode(), Step: failed.Reason.String()}
	switch {
	case out.Code >= 500 && mailboxGone(failed):
		out.Outcome = NoBox
	case out.Code >= 500:
		out.Outcome = Refused
	case out.Code >= 400:
		out.Outcome = Later
	case failed.Reason == gomail.ErrSMTPDataClose || failed.Reason == gomail.ErrAmbiguous:
		out.Outcome = Unknown
	default:
		out.Outcome = Later
	}
	return out
}

// mailboxGone tells an answer about the mailbox from one about the sender, the content or a
// policy, which are no fault of the recipient's (RFC 3463: 5.1 addressing, 5.2.1 disabled).
func mailboxGone(err *gomail.SendError) bool {
	enhanced := err.EnhancedStatusCode()
	switch {
	case strings.HasPrefix(enhanced, "5.1.8"), strings.HasPrefix(enhanced, "5.1.7"): // the sender's address
		return false
	case strings.HasPrefix(enhanced, "5.1."), enhanced == "5.2.1":
		return true
	case enhanced != "" && enhanced != "5.0.0":
		return false
	}
	return err.Reason == gomail.ErrSMTPRcptTo && (err.ErrorCode() == 550 || err.ErrorCode() == 551 || err.ErrorCode() == 553)
}
