package fetch

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// SendRequest is a request to an address that somebody else named and that is no feed: a
// callback, for instance.
type SendRequest struct {
	Method string
	URL    string
	Header http.Header // besides User-Agent, which is ours; not changed
	Body   []byte
}

// Send makes one request under the same address policy, limits and time as Get. No
// redirect is followed and no cookie or Referer sent. The error is always an *Error; an
// answer of any status is none.
func (c *Client) Send(ctx context.Context, r SendRequest) (*PostResponse, error) {
	u, err := parseAddress(r.URL)
	if err != nil {
		return nil, c.fail(ctx, r.URL, "", 0, err)
	}
	host := u.Hostname()
	if err := c.limiter.acquire(ctx, host); err != nil {
		return nil, c.fail(ctx, r.URL, host, 0, err)
	}
	defer c.limiter.release(host)

	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(limited, r.Method, u.String(), bytes.NewReader(r.Body))
	if err != nil {
		return nil, c.fail(ctx, r.URL, host, 0, err)
	}
	req.Header = r.Header.Clone()
	if req.Header == nil {
		req.Header = http.Header{}
	}
	req.Header["User-Agent"] = c.header["User-Agent"]
	res, err := c.transport.RoundTrip(req)
	if err != nil {
		return nil, c.fail(ctx, r.URL, host, 0, err)
	}
	out := &PostResponse{Status: res.StatusCode, Location: location(u, res.Header.Get("Location")), RetryAfter: retryAfter(res.Header, c.now())}
	if res.StatusCode != http.StatusSwitchingProtocols {
		out.Body, err = io.ReadAll(io.LimitReader(res.Body, maxPostAnswer))
	}
	if closing := res.Body.Close(); err == nil && closing != nil {
		err = fmt.Errorf("close body: %w", closing)
	}
	if err != nil {
		return nil, c.fail(ctx, r.URL, host, out.Status, err)
	}
	return out, nil
}

// Refuses says whether the address policy refuses an address on sight, without asking
// for its name: nil means that only a connection can tell. The error is an *Error.
func (c *Client) Refuses(ctx context.Context, address string) error {
	u, err := parseAddress(address)
	if err != nil {
		return c.fail(ctx, address, "", 0, err)
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	target := net.JoinHostPort(u.Hostname(), port)
	if c.guard.allow[target] {
		return nil
	}
	if err := checkPort(target); err != nil {
		return c.fail(ctx, address, u.Hostname(), 0, err)
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if err != nil {
		return nil //nolint:nilerr // a name, which only a connection can judge
	}
	network := "tcp4"
	if ip.Is6() {
		network = "tcp6"
	}
	if err := c.guard.judgePublic(network, target, nil); err != nil {
		return c.fail(ctx, address, u.Hostname(), 0, err)
	}
	return nil
}

// Post sends a form (application/x-www-form-urlencoded), as Send does: whether a form may
// go elsewhere is the caller's to say.
func (c *Client) Post(ctx context.Context, address string, form []byte) (*PostResponse, error) {
	return c.Send(ctx, SendRequest{Method: http.MethodPost, URL: address, Body: form,
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"*/*"}}})
}

// PostResponse is the answer to what was sent, whatever its status.
type PostResponse struct {
	Status     int
	Location   string    // absolute; empty without one
	Body       []byte    // its beginning, 4 KiB at most
	RetryAfter time.Time // zero unless asked for; at most MaxRetryAfter ahead
}
