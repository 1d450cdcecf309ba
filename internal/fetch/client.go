package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
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
}

const (
	maxHeaderBytes = 64 << 10
	maxConnectWait = 10 * time.Second
	idleTimeout    = 15 * time.Second // connections are for one round of polling
	maxDecoders    = 8
	maxValidator   = 4 << 10 // an ETag longer than this is not kept

	accept = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, " +
		"application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
	acceptEncoding = "gzip, br, zstd"
)

// Client fetches. It is safe for concurrent use.
type Client struct {
	transport    *http.Transport
	limiter      *limiter
	scratch      scratch
	decoders     chan *decoder // idle ones
	header       http.Header   // of an unconditional request; never changed
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
	c := &Client{
		transport: &http.Transport{
			Proxy:                  nil, // see the package comment
			DialContext:            g.dial,
			TLSClientConfig:        &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    connect,
			MaxResponseHeaderBytes: maxHeaderBytes,
			DisableCompression:     true, // we offer more, and bound what is decoded
			ForceAttemptHTTP2:      true,
			MaxIdleConns:           o.Concurrency,
			MaxIdleConnsPerHost:    o.PerHost,
			IdleConnTimeout:        idleTimeout,
		},
		limiter:  newLimiter(o.Concurrency, o.PerHost),
		decoders: make(chan *decoder, maxDecoders),
		header: http.Header{
			"User-Agent":      {userAgent},
			"Accept":          {accept},
			"Accept-Encoding": {acceptEncoding},
		},
		timeout:      o.Timeout,
		maxBytes:     o.MaxBytes,
		maxRedirects: max(o.MaxRedirects, 0),
		now:          o.Now,
	}
	for range min(runtime.GOMAXPROCS(0), maxDecoders) {
		c.decoders <- new(decoder)
	}
	return c, nil
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
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Request is one conditional GET.
type Request struct {
	URL string
	// ETag and LastModified are the validators kept from an earlier Response, byte
	// for byte; empty when there are none.
	ETag, LastModified string
	// ValidatorsOf is the URL that gave the validators, an earlier Response.URL. They
	// are sent to that URL only, whether it is asked first or after redirects. Empty
	// means URL.
	ValidatorsOf string
}

// Response is a complete answer: a document, or the word that it has not changed.
type Response struct {
	Status      int    // 200, 203 or 304
	URL         string // the one that answered, after redirects, in the form it was asked
	Body        []byte // whole and decoded, the caller's own; nil when NotModified
	ContentType string // as received
	// ContentLocation is the address that the body says it is of; empty unless it is
	// on the host that answered: behind a proxy servers tell their inner names.
	ContentLocation string
	// ETag and LastModified are what to keep, byte for byte: of a 304 without them,
	// those that were sent.
	ETag, LastModified string
	NotModified        bool
	RetryAfter         time.Time     // zero unless asked for; at most MaxRetryAfter ahead
	MaxAge             time.Duration // how long it stays fresh, 0 to MaxFreshness
	// MovedTo is where the leading 301 and 308 hops went; empty without such hops.
	// One answer is not enough to move a source for good.
	MovedTo string
	Link    []string // Link fields as received (RFC 8288)
}

// answer is what one hop brought, its body read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// ask makes one request and reads what is needed of its answer, holding the slots
// of the host meanwhile. left is the time this Get still has; ask takes off what it
// used.
func (c *Client) ask(ctx context.Context, u *url.URL, header http.Header, left *time.Duration) (answer, error) {
	host := u.Hostname()
	if err := c.limiter.acquire(ctx, host); err != nil {
		return answer{}, err
	}
	defer c.limiter.release(host)

	start := time.Now()
	defer func() { *left -= time.Since(start) }()
	ctx, cancel := context.WithTimeout(ctx, *left)
	defer cancel()
	req := (&http.Request{
		Method: http.MethodGet, URL: u, Host: u.Host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	// The transport and not an http.Client: no cookies, no Referer, redirects ours.
	res, err := c.transport.RoundTrip(req)
	if err != nil {
		return answer{}, err
	}
	a := answer{status: res.StatusCode, header: res.Header}
	switch a.status {
	case http.StatusOK, http.StatusNonAuthoritativeInfo:
		a.body, err = c.readBody(res)
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

// requestHeader is the header of a request that sends these validators.
func (c *Client) requestHeader(etag, lastModified string) http.Header {
	if etag == "" && lastModified == "" {
		return c.header
	}
	h := make(http.Header, len(c.header)+2)
	for name, values := range c.header {
		h[name] = values
	}
	if etag != "" {
		h["If-None-Match"] = []string{etag}
	}
	if lastModified != "" {
		h["If-Modified-Since"] = []string{lastModified}
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
