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

// Detail says more closely what is wrong, where the reason alone would not tell an
// office what to do. The words are stable.
type Detail string

// The details, each below the reason that it belongs to.
const (
	DetailNoSuchHost   Detail = "no_such_host"      // dns: the name does not exist
	DetailConnect      Detail = "connect"           // timeout: not even a connection came about
	DetailExpired      Detail = "expired"           // tls: the certificate is out of date
	DetailUntrusted    Detail = "untrusted"         // tls: self-signed, or by an authority that we do not know
	DetailWrongName    Detail = "wrong_name"        // tls: the certificate is for another host
	DetailNoTLS        Detail = "no_tls"            // tls: what answers does not speak TLS
	DetailNoneListens  Detail = "refused"           // network: nothing accepts connections there
	DetailBrokeOff     Detail = "broke_off"         // network: the answer ended before its end
	DetailReset        Detail = "reset"             // network: the site hung up
	DetailNoAccess     Detail = "access_missing"    // status 401, 403: we sent nothing to identify us
	DetailAccessDenied Detail = "access_denied"     // status 401, 403: what we sent was not accepted
	DetailProxy        Detail = "proxy"             // network, timeout, tls: our own proxy failed, not the site
	DetailUnsolicited  Detail = "unasked_condition" // status 304 without a condition
)

// Error is how a fetch failed. Its text is a plain sentence for an office, without
// the URL, which may hold a secret key.
type Error struct {
	URL        string    // the address that failed: after redirects, the last one
	Status     int       // HTTP status, 0 when there was no answer
	RetryAfter time.Time // zero unless the site named a time; at most MaxRetryAfter ahead
	Reason     Reason
	Detail     Detail // what is known beyond Reason and Status; often empty
	Err        error  // the cause; nil for a plain status
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
	return fmt.Sprintf("the answer's %s compression is broken: %.200s", d.coding, d.err)
}
func (d *decodeError) Unwrap() error { return d.err }

// redirectError is a redirect that leads nowhere; its text is the whole sentence.
type redirectError struct{ text string }

func (r *redirectError) Error() string { return r.text }

// statusMeans is what a status says to an office, after its name.
func statusMeans(status int, known bool) string {
	switch {
	case status == http.StatusUnauthorized && known:
		return "it does not accept the user name, password or key that this source is fetched with"
	case status == http.StatusUnauthorized:
		return "it wants a user name and password, or a key"
	case status == http.StatusForbidden && known:
		return "it refuses us, though we say who we are"
	case status == http.StatusForbidden:
		return "it refuses us"
	case status == http.StatusNotFound:
		return "there is nothing at this address"
	case status == http.StatusNotAcceptable:
		return "it has the document in no form that we ask for"
	case status == http.StatusUnavailableForLegalReasons:
		return "it may not show this for legal reasons"
	case status == http.StatusTooManyRequests:
		return "we ask it too often"
	case status == http.StatusNoContent, status == http.StatusResetContent:
		return "the answer is empty"
	case status == http.StatusPartialContent:
		return "it sends a part, and we asked for the whole"
	case status == http.StatusIMUsed:
		return "it sends only what has changed, and we asked for the whole"
	case status == http.StatusServiceUnavailable:
		return "it is not available at the moment"
	case status >= 500 && status < 600:
		return "something is broken at their end"
	case status > 599:
		return "HTTP knows no such answer"
	}
	return ""
}

// statusError describes an answer whose status brings no document. known: the request
// carried a credential.
func statusError(u string, status int, retry time.Time, gone, known bool) *Error {
	e := &Error{URL: u, Status: status, RetryAfter: retry, Reason: ReasonStatus}
	e.text = fmt.Sprintf("the site answers %d", status)
	if name := http.StatusText(status); name != "" {
		e.text += " " + name
	}
	if meaning := statusMeans(status, known); meaning != "" {
		e.text += ": " + meaning
	}
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		e.Detail = DetailNoAccess
		if known {
			e.Detail = DetailAccessDenied
		}
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
		proxy   *proxyError
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
		} else {
			e.Detail = DetailNoSuchHost
		}
	case errors.As(err, &proxy):
		e.Reason, e.Detail, e.text = ReasonNetwork, DetailProxy, proxy.Error()
		if isTimeout(err) {
			e.Reason = ReasonTimeout
		}
	case isTimeout(err):
		e.Reason, e.text = ReasonTimeout, fmt.Sprintf("%s gave no complete answer within %s", host, c.timeout)
		if op := (*net.OpError)(nil); errors.As(err, &op) && op.Op == "dial" {
			e.Detail = DetailConnect
			e.text = fmt.Sprintf("no connection to %s came about within %s", host, min(c.timeout, maxConnectWait))
		}
	case isTLS(err):
		e.Reason, e.text = ReasonTLS, fmt.Sprintf("no secure connection to %s: %.200s", host, err)
		if detail, words := tlsDetail(err); detail != "" {
			e.Detail, e.text = detail, fmt.Sprintf("no secure connection to %s: %s", host, words)
		}
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Reason, e.Detail, e.text = ReasonNetwork, DetailNoneListens, host+" accepts no connections"
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Reason, e.Detail, e.text = ReasonNetwork, DetailBrokeOff, fmt.Sprintf("the answer of %s broke off before its end", host)
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF):
		e.Reason, e.Detail, e.text = ReasonNetwork, DetailReset, fmt.Sprintf("the connection to %s failed: the site hung up", host)
	default:
		e.Reason, e.text = ReasonNetwork, fmt.Sprintf("the connection to %s failed: %.200s", host, err)
	}
	return e
}

// tlsDetail says what is wrong with a certificate, in plain words.
func tlsDetail(err error) (Detail, string) {
	var (
		invalid x509.CertificateInvalidError
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		record  tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return DetailExpired, "its certificate is out of date"
	case errors.As(err, &unknown):
		return DetailUntrusted, "its certificate is by an authority that is not trusted here"
	case errors.As(err, &name):
		return DetailWrongName, "its certificate is for another host"
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return DetailNoTLS, "what answers there does not speak TLS"
	}
	return "", ""
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
