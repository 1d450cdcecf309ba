package fetch

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// maxPostAnswer is how much is read of the answer to a form, in bytes.
const maxPostAnswer = 4 << 10

// PostResponse is the answer to a form, whatever its status.
type PostResponse struct {
	Status     int
	Location   string    // absolute; empty without one
	Body       []byte    // its beginning, 4 KiB at most
	RetryAfter time.Time // zero unless asked for; at most MaxRetryAfter ahead
}

// Post sends a form (application/x-www-form-urlencoded) under the same address policy,
// limits and time as Get. No redirect is followed: whether a form may go elsewhere is
// the caller's to say. The error is always an *Error; an answer of any status is none.
func (c *Client) Post(ctx context.Context, address string, form []byte) (*PostResponse, error) {
	u, err := parseAddress(address)
	if err != nil {
		return nil, c.fail(ctx, address, "", 0, err)
	}
	host := u.Hostname()
	if err := c.limiter.acquire(ctx, host); err != nil {
		return nil, c.fail(ctx, address, host, 0, err)
	}
	defer c.limiter.release(host)

	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(limited, http.MethodPost, u.String(), bytes.NewReader(form))
	if err != nil {
		return nil, c.fail(ctx, address, host, 0, err)
	}
	req.Header = http.Header{"User-Agent": c.header["User-Agent"], "Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"*/*"}}
	res, err := c.transport.RoundTrip(req)
	if err != nil {
		return nil, c.fail(ctx, address, host, 0, err)
	}
	out := &PostResponse{Status: res.StatusCode, Location: location(u, res.Header.Get("Location")), RetryAfter: retryAfter(res.Header, c.now())}
	if res.StatusCode != http.StatusSwitchingProtocols {
		out.Body, err = io.ReadAll(io.LimitReader(res.Body, maxPostAnswer))
	}
	if closing := res.Body.Close(); err == nil && closing != nil {
		err = fmt.Errorf("close body: %w", closing)
	}
	if err != nil {
		return nil, c.fail(ctx, address, host, out.Status, err)
	}
	return out, nil
}

// location is where an answer points to, "" when that is no address.
func location(from *url.URL, field string) string {
	if field == "" || len(field) > maxURL {
		return ""
	}
	ref, err := url.Parse(field)
	if err != nil {
		return ""
	}
	return from.ResolveReference(ref).String()
}
