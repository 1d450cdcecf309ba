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
	"net/url"
	"time"

	"golang.org/x/net/http/httpguts"
)

// Options is how a Client behaves. Zero values mean the defaults named.
type Options struct {
	Allow        []string      // exact host:port pairs on private addresses that may be reached
	Timeout      time.Duration // for one Get from its first connection to the last byte, redirects included, waiting for a free slot not; 30 s
	MaxBytes     int64         // of a body, as sent and as decoded; 16 MiB
	PerHost      int           // requests at once to one host; 2
	Concurrency  int           // requests at once in all; 32
	MaxRedirects int           // hops after the first request; 5. Negative: none are followed
	UserAgent    string        // the whole field; by default made from Version and Contact
	Contact      string        // URL (or address) where a webmaster learns who we are
	Version      string        // "dev"
	Now          func() time.Time
	Resolver     *net.Resolver  // the system's
	RootCAs      *x509.CertPool // the system's
	CAs          []byte         // PEM certificates of authorities trusted besides RootCAs
	Proxy        string         // http, https or socks5 URL; everything but Access.Direct goes through it. None
	// Large, when not nil, is told when bodies over 256 KiB begin to be in memory, and
	// when there are none any more. It must not block.
	Large func(bool)
	// Access is how servers know us, by source: see Request.Source.
	Access map[string]Access
}

const (
	maxHeaderBytes = 64 << 10
	maxConnectWait = 10 * time.Second
	idleTimeout    = 15 * time.Second // connections are for one round of polling
	maxValidator   = 4 << 10          // an ETag longer than this is not kept

	accept = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, " +
		"application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
	acceptEncoding = "gzip, br, zstd"
)

// Client fetches. It is safe for concurrent use.
type Client struct {
	transport    *http.Transport // the usual way, through the proxy if there is one
	direct       *http.Transport
	limiter      *limiter
	guard        *guard
	scratch      scratch
	decoders     decoders
	budget       *budget
	turn         chan struct{} // of who holds a large document
	header       http.Header   // of an unconditional request; never changed
	access       map[string]*credential
	timeout      time.Duration
	maxBytes     int64
	maxRedirects int
	now          func() time.Time
}

// New makes a Client. It fails on an option that cannot be meant.
func New(o Options) (*Client, error) {
	if o.Timeout < 0 || o.MaxBytes < 0 || o.PerHost < 0 || o.Concurrency < 0 {
		return nil, fmt.Errorf("set up fetching: timeout, max_bytes, per_host and concurrency cannot be negative")
	}
	orDefault(&o.Timeout, 30*time.Second)
	orDefault(&o.MaxBytes, 16<<20)
	orDefault(&o.PerHost, 2)
	orDefault(&o.Concurrency, 32)
	orDefault(&o.MaxRedirects, 5)
	if o.Now == nil {
		o.Now = time.Now
	}
	userAgent := UserAgent(o)
	if !httpguts.ValidHeaderFieldValue(userAgent) {
		return nil, fmt.Errorf("set up fetching: user agent %q cannot stand in a header", userAgent)
	}
	connect := min(o.Timeout, maxConnectWait)
	g, err := newGuard(o.Allow, connect, o.Resolver)
	if err != nil {
		return nil, fmt.Errorf("set up fetching: %w", err)
	}
	roots, err := trusted(o.RootCAs, o.CAs)
	if err != nil {
		return nil, fmt.Errorf("set up fetching: %w", err)
	}
	secure := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	direct := newTransport(g.dial, secure, connect, o)
	usual := direct
	if o.Proxy != "" {
		t, err := newTunnel(o.Proxy, g, secure, connect)
		if err != nil {
			return nil, fmt.Errorf("set up fetching: %w", err)
		}
		usual = newTransport(t.dial, secure, connect, o)
	}
	c := &Client{
		transport: usual,
		direct:    direct,
		limiter:   newLimiter(o.Concurrency, o.PerHost),
		guard:     g,
		decoders:  newDecoders(),
		turn:      make(chan struct{}, 1),
		budget:    newBudget(poolBytes, o.Large),
		header: http.Header{
			"User-Agent":      {userAgent},
			"Accept":          {accept},
			"Accept-Encoding": {acceptEncoding},
		},
		access:       make(map[string]*credential, len(o.Access)),
		timeout:      o.Timeout,
		maxBytes:     o.MaxBytes,
		maxRedirects: max(o.MaxRedirects, 0),
		now:          o.Now,
	}
	for id, a := range o.Access {
		if c.access[id], err = newCredential(a); err != nil {
			return nil, fmt.Errorf("set up fetching: access of source %.80q: %w", id, err)
		}
	}
	return c, nil
}

// newTransport makes the one way to the network. No proxy is taken from the
// environment: see the package comment.
func newTransport(dial func(context.Context, string, string) (net.Conn, error), secure *tls.Config, connect time.Duration, o Options) *http.Transport {
	return &http.Transport{
		DialContext:            dial,
		TLSClientConfig:        secure.Clone(),
		TLSHandshakeTimeout:    connect,
		MaxResponseHeaderBytes: maxHeaderBytes,
		DisableCompression:     true, // we offer more, and bound what is decoded
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           o.Concurrency,
		MaxIdleConnsPerHost:    o.PerHost,
		IdleConnTimeout:        idleTimeout,
		// A body that waits for its turn must not pile up below us.
		HTTP2: &http.HTTP2Config{MaxReceiveBufferPerConnection: 2 * freeBody, MaxReceiveBufferPerStream: freeBody},
	}
}

// trusted is the pool of authorities: roots, or the system's, and those of extra (PEM).
func trusted(roots *x509.CertPool, extra []byte) (*x509.CertPool, error) {
	if len(extra) == 0 {
		return roots, nil
	}
	if roots == nil {
		var err error
		if roots, err = x509.SystemCertPool(); err != nil {
			return nil, fmt.Errorf("read the system's certificates: %w", err)
		}
	} else {
		roots = roots.Clone()
	}
	if !roots.AppendCertsFromPEM(extra) {
		return nil, errors.New("no certificate (PEM) in the bundle of further authorities")
	}
	return roots, nil
}

// UserAgent is the field that a Client with these options sends.
func UserAgent(o Options) string {
	if o.UserAgent != "" {
		return o.UserAgent
	}
	orDefault(&o.Version, "dev")
	name := "Tributary/" + o.Version
	if o.Contact != "" {
		name += " (+" + o.Contact + ")"
	}
	return name
}

func orDefault[T comparable](v *T, fallback T) {
	var zero T
	if *v == zero {
		*v = fallback
	}
}

// Close ends idle connections. Requests under way finish.
func (c *Client) Close() {
	c.transport.CloseIdleConnections()
	c.direct.CloseIdleConnections()
}

// answer is what one hop brought, its body read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// ask makes one request and reads what is needed of its answer, holding the slots
// of the host meanwhile.
func (g *get) ask(ctx context.Context, u *url.URL, header http.Header) (a answer, err error) {
	c, host := g.client, u.Hostname()
	if err := c.limiter.acquire(ctx, host); err != nil {
		return answer{}, err
	}
	defer c.limiter.release(host)

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	clock := startClock(g.left, func() { cancel(context.DeadlineExceeded) })
	defer func() {
		g.left = clock.stop()
		if err != nil && errors.Is(context.Cause(ctx), context.DeadlineExceeded) && !isTimeout(err) {
			err = fmt.Errorf("%w: %w", context.DeadlineExceeded, err)
		}
	}()
	req := (&http.Request{
		Method: http.MethodGet, URL: u, Host: u.Host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	// The transport and not an http.Client: no cookies, no Referer, redirects ours.
	res, err := g.transport.RoundTrip(req)
	if err != nil {
		return answer{}, err
	}
	a = answer{status: res.StatusCode, header: res.Header}
	switch a.status {
	case http.StatusOK, http.StatusNonAuthoritativeInfo:
		a.body, err = (&body{client: c, ctx: ctx, lease: g.lease, clock: clock}).read(res)
	case http.StatusNotModified:
	case http.StatusSwitchingProtocols:
		// The body is the bare connection now and would not heed our time limit.
	default:
		// A short rest is read so that the connection can be used again; whether that
		// works out does not change the answer.
		_, _ = io.CopyN(io.Discard, res.Body, 4<<10)
	}
	if closeErr := res.Body.Close(); err == nil && closeErr != nil && a.body != nil {
		err = fmt.Errorf("close body: %w", closeErr)
	}
	return a, err
}

// requestHeader is the header of a request that sends these validators and this
// credential, which may be nil.
func (c *Client) requestHeader(etag, lastModified string, known *credential) http.Header {
	if etag == "" && lastModified == "" && known == nil {
		return c.header
	}
	h := make(http.Header, len(c.header)+4)
	for name, values := range c.header {
		h[name] = values
	}
	if etag != "" {
		h["If-None-Match"] = []string{etag}
	}
	if lastModified != "" {
		h["If-Modified-Since"] = []string{lastModified}
	}
	if known != nil {
		for name, values := range known.header {
			h[name] = values
		}
	}
	return h
}

// sendable drops a validator that no request could carry back.
func sendable(validator string) string {
	if len(validator) > maxValidator || !httpguts.ValidHeaderFieldValue(validator) {
		return ""
	}
	return validator
}
