package fetch

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"time"
)

// Get fetches r.URL. The error is always an *Error. Nothing is retried here.
func (c *Client) Get(ctx context.Context, r Request) (*Response, error) {
	u, err := parseAddress(r.URL)
	if err != nil {
		return nil, c.fail(ctx, r.URL, "", 0, err)
	}
	owner := u.String()
	etag, lastModified := sendable(r.ETag), sendable(r.LastModified)
	if r.ValidatorsOf != "" && r.ValidatorsOf != owner {
		v, err := parseAddress(r.ValidatorsOf)
		if err != nil {
			return nil, c.fail(ctx, r.ValidatorsOf, "", 0, err)
		}
		owner = v.String()
	}
	g := c.newGet(r.Source)
	defer g.close()
	for {
		address := u.String()
		g.seen = append(g.seen, address)
		g.etag, g.lastModified = "", ""
		if address == owner {
			g.etag, g.lastModified = etag, lastModified
		}
		a, err := g.ask(ctx, u, g.header(u))
		if err != nil {
			return nil, c.fail(ctx, address, u.Hostname(), a.status, err)
		}
		switch a.status {
		case http.StatusOK, http.StatusNonAuthoritativeInfo, http.StatusNotModified:
			return g.finish(ctx, u, a)
		case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
			http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
			next, err := g.follow(u, a)
			if err != nil {
				return nil, c.fail(ctx, address, u.Hostname(), a.status, err)
			}
			u = next
		default:
			// Only the source's own address can say that the source has ended; where a
			// redirect leads, somebody else may speak.
			gone := a.status == http.StatusGone && len(g.seen) == 1
			return nil, statusError(address, a.status, retryAfter(a.header, c.now()), gone, g.known.fits(u))
		}
	}
}

// get is the state of one Get between its hops.
type get struct {
	client             *Client
	transport          *http.Transport
	lease              *lease
	known              *credential   // nil when there is none, or the way has left its origin
	left               time.Duration // for all hops together
	seen               []string      // every address asked, this one last
	etag, lastModified string        // sent on this hop
	permanent          bool          // every hop so far was 301 or 308
	movedTo            string
	kept               bool // the lease is the Response's now
}

func (c *Client) newGet(source string) *get {
	g := &get{client: c, transport: c.transport, lease: &lease{budget: c.budget}, left: c.timeout, permanent: true}
	if g.known = c.access[source]; g.known != nil && g.known.direct {
		g.transport = c.direct
	}
	return g
}

func (g *get) close() {
	if !g.kept {
		g.lease.release()
	}
}

// header is that of the request for this hop.
func (g *get) header(u *url.URL) http.Header {
	if !g.known.fits(u) {
		// Who leads us away from the origin may not say, by leading us back, what is
		// asked in our name.
		g.known = nil
	}
	return g.client.requestHeader(g.etag, g.lastModified, g.known)
}

// finish makes the Response of a 200, 203 or 304.
func (g *get) finish(ctx context.Context, u *url.URL, a answer) (*Response, error) {
	now, address := g.client.now(), u.String()
	res := &Response{
		Status: a.status, URL: address,
		Body:            a.body,
		ContentType:     a.header.Get("Content-Type"),
		ContentLocation: contentLocation(address, a.header.Get("Content-Location")),
		ContentLanguage: a.header.Get("Content-Language"),
		ETag:            sendable(a.header.Get("Etag")),
		LastModified:    sendable(a.header.Get("Last-Modified")),
		NotModified:     a.status == http.StatusNotModified,
		Header:          a.header,
		RetryAfter:      retryAfter(a.header, now),
		MaxAge:          freshFor(a.header, now),
		MovedTo:         g.movedTo,
		Link:            a.header.Values("Link"),
	}
	if !res.NotModified {
		if err := g.hand(ctx, res); err != nil {
			return nil, g.client.fail(ctx, address, u.Hostname(), a.status, err)
		}
		return res, nil
	}
	if g.etag == "" && g.lastModified == "" {
		e := statusError(address, a.status, res.RetryAfter, false, false)
		e.Detail = DetailUnsolicited
		e.text = "the site answers 304 Not Modified to a request that named no earlier version"
		return nil, e
	}
	orDefault(&res.ETag, g.etag)
	orDefault(&res.LastModified, g.lastModified)
	return res, nil
}

// hand gives the lease of a large body to its Response, and to the garbage collector
// when the Response is forgotten. Documents of more than largeBody are handed over one
// at a time, because reading them costs many times their size; a caller that keeps one
// too long holds the others up for as long as a request may take, not for ever.
func (g *get) hand(ctx context.Context, res *Response) error {
	if g.lease.pooled+g.lease.reserve == 0 {
		return nil
	}
	if cap(res.Body) > largeBody {
		patience := time.NewTimer(g.client.timeout)
		defer patience.Stop()
		select {
		case g.client.turn <- struct{}{}:
			g.lease.turn = g.client.turn
		case <-patience.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	res.lease, g.kept = g.lease, true
	runtime.AddCleanup(res, func(l *lease) { l.release() }, g.lease)
	return nil
}

// follow reads where a redirect leads and whether it may be learnt.
func (g *get) follow(from *url.URL, a answer) (*url.URL, error) {
	location := a.header.Get("Location")
	if location == "" {
		return nil, &redirectError{fmt.Sprintf("the site answers %d and does not say where to go", a.status)}
	}
	if len(g.seen) > g.client.maxRedirects {
		return nil, &redirectError{fmt.Sprintf("the site redirects more than %d times", g.client.maxRedirects)}
	}
	if len(location) > maxURL {
		return nil, refuse("the site redirects to an address of %d bytes, which is refused", len(location))
	}
	ref, err := url.Parse(location)
	if err != nil {
		return nil, &redirectError{fmt.Sprintf("the site redirects to %.200q, which is no valid address", location)}
	}
	to, err := parseAddress(from.ResolveReference(ref).String())
	if err != nil {
		return nil, fmt.Errorf("follow redirect: %w", err)
	}
	address := to.String()
	if slices.Contains(g.seen, address) {
		return nil, &redirectError{"the site redirects in a circle"}
	}
	// A step down to plain http is followed, for it carries no secret, but it is no
	// better address to keep.
	downgrade := from.Scheme == "https" && to.Scheme == "http"
	lasting := a.status == http.StatusMovedPermanently || a.status == http.StatusPermanentRedirect
	g.permanent = g.permanent && lasting && !downgrade
	if g.permanent {
		g.movedTo = address
	}
	return to, nil
}
