package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"

	"tributary/feeds"
)

// Reason says in one word why a fetch brought nothing. The words are stable: they
// are stored and counted.
type Reason string

// The reasons.
const (
	ReasonRefused   Reason = "refused"   // our own policy: address, port, scheme; feeds.ErrRefused is in the chain
	ReasonDNS       Reason = "dns"       // the name has no address, or the name service failed
	ReasonTimeout   Reason = "timeout"   // not complete within Options.Timeout
	ReasonTLS       Reason = "tls"       // no trusted secure connection
	ReasonStatus    Reason = "status"    // a status that brings no document
	ReasonGone      Reason = "gone"      // 410 from the source's own address, no redirect between: polling ends
	ReasonTooLarge  Reason = "too_large" // over Options.MaxBytes; feeds.ErrTooLarge is in the chain
	ReasonDecode    Reason = "decode"    // the Content-Encoding cannot be undone
	ReasonRedirect  Reason = "redirect"  // a loop, too many hops, or no target
	ReasonNetwork   Reason = "network"   // no connection, or it broke before the end of the answer
	ReasonCancelled Reason = "cancelled" // the caller's context ended: says nothing about the source
)

// Error is how a fetch failed. Its text is a plain sentence for an office, without
// the URL, which may hold a secret key.
type Error struct {
	URL        string    // the address that failed: after redirects, the last one
	Status     int       // HTTP status, 0 when there was no answer
	RetryAfter time.Time // zero unless the site named a time; at most MaxRetryAfter ahead
	Reason     Reason
	Err        error // the cause; nil for a plain status
	text       string
}

// Error is the plain sentence.
func (e *Error) Error() string {
	switch {
	case e.text != "":
		return e.text
	case e.Err != nil:
		return string(e.Reason) + ": " + e.Err.Error()
	default:
		return string(e.Reason)
	}
}

// Unwrap gives the cause, so that errors.Is finds feeds.ErrRefused,
// feeds.ErrTooLarge and context.Canceled.
func (e *Error) Unwrap() error { return e.Err }

// refusal is an address that our policy forbids; its text completes "… is refused".
type refusal struct{ text string }

func (r *refusal) Error() string { return r.text }
func (r *refusal) Unwrap() error { return feeds.ErrRefused }

func refuse(format string, args ...any) error {
	return &refusal{text: fmt.Sprintf(format, args...)}
}

// decodeError is a Content-Encoding that cannot be undone.
type decodeError struct {
	coding string
	err    error
}

func (d *decodeError) Error() string {
	if d.err == nil {
		return fmt.Sprintf("the answer has a compression we do not read (%.40q)", d.coding)
	}
	return fmt.Sprintf("the answer's %s compression is broken: %v", d.coding, d.err)
}
func (d *decodeError) Unwrap() error { return d.err }

// redirectError is a redirect that leads nowhere; its text is the whole sentence.
type redirectError struct{ text string }

func (r *redirectError) Error() string { return r.text }

// statusError describes an answer whose status brings no document.
func statusError(u string, status int, retry time.Time, gone bool) *Error {
	e := &Error{URL: u, Status: status, RetryAfter: retry, Reason: ReasonStatus}
	e.text = fmt.Sprintf("the site answers %d", status)
	if name := http.StatusText(status); name != "" {
		e.text += " " + name
	}
	if gone {
		e.Reason = ReasonGone
		e.text += ": the feed has ended"
	}
	if !retry.IsZero() {
		e.text += ", and asks to be left alone until " + retry.UTC().Format("2006-01-02 15:04 MST")
	}
	return e
}

// fail turns whatever ended a hop into an Error. outer is the caller's context, so
// that its end is told from our own time limit.
func (c *Client) fail(outer context.Context, u, host string, status int, err error) *Error {
	e := &Error{URL: u, Status: status, Err: err}
	var (
		refused *refusal
		decode  *decodeError
		dns     *net.DNSError
		astray  *redirectError
	)
	switch {
	case errors.As(err, &refused):
		e.Reason, e.text = ReasonRefused, refused.text
		if status != 0 {
			e.text = "the site redirects, but " + e.text
		}
	case errors.As(err, &astray):
		e.Reason, e.text = ReasonRedirect, astray.text
	case outer.Err() != nil:
		e.Reason, e.text = ReasonCancelled, "fetching was stopped before it was done"
		e.Err = outer.Err()
	case errors.Is(err, feeds.ErrTooLarge):
		e.Reason, e.text = ReasonTooLarge, fmt.Sprintf("the answer is larger than %s", byteSize(c.maxBytes))
	case errors.As(err, &decode):
		e.Reason, e.text = ReasonDecode, decode.Error()
	case errors.As(err, &dns) && !dns.IsTimeout:
		e.Reason, e.text = ReasonDNS, fmt.Sprintf("no address is known for host %s (DNS)", host)
		if !dns.IsNotFound {
			e.text = fmt.Sprintf("the name service cannot say where host %s is (DNS)", host)
		}
	case isTimeout(err):
		e.Reason, e.text = ReasonTimeout, fmt.Sprintf("%s gave no complete answer within %s", host, c.timeout)
		if op := (*net.OpError)(nil); errors.As(err, &op) && op.Op == "dial" {
			e.text = fmt.Sprintf("no connection to %s came about within %s", host, min(c.timeout, maxConnectWait))
		}
	case isTLS(err):
		e.Reason, e.text = ReasonTLS, fmt.Sprintf("no secure connection to %s: %v", host, err)
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Reason, e.text = ReasonNetwork, host+" accepts no connections"
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Reason, e.text = ReasonNetwork, fmt.Sprintf("the answer of %s broke off before its end", host)
	default:
		e.Reason, e.text = ReasonNetwork, fmt.Sprintf("the connection to %s failed: %v", host, err)
	}
	return e
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.Is(err, context.DeadlineExceeded) || (errors.As(err, &t) && t.Timeout())
}

func isTLS(err error) bool {
	var (
		verify  *tls.CertificateVerificationError
		record  tls.RecordHeaderError
		alert   tls.AlertError
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		op      *net.OpError
	)
	if errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error") {
		return true // how crypto/tls reports alerts
	}
	return errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &verify) || errors.As(err, &record) || errors.As(err, &alert) ||
		errors.As(err, &unknown) || errors.As(err, &name) || errors.As(err, &invalid)
}

func byteSize(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%.4g MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.4g KiB", float64(n)/(1<<10))
}
