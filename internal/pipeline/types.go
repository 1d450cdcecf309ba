package pipeline

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"tributary/feeds"
	"tributary/internal/fetch"
	"tributary/internal/sites"
)

const (
	sitemapLevels = 2 // of indexes below the source's address
	sitemapParts  = 5 // sitemaps read in one pull
	sitemapBytes  = 32 << 20
)

// get asks for what stands at an address, by the type of its sources. What takes
// several requests comes as one body, one document behind the other.
func (r *run) get(ctx context.Context, t feeds.SourceType, request fetch.Request) (*fetch.Response, error) {
	switch t {
	case feeds.TypePage:
		if err := r.allowed(ctx, request.URL); err != nil {
			return nil, err
		}
	case feeds.TypeSitemap:
		return r.getSitemap(ctx, request)
	case feeds.TypeReliefWeb:
		return r.getReliefWeb(ctx, request)
	case feeds.TypeFeed:
	}
	return r.Fetch.Get(ctx, request)
}

// allowed asks the site's robots.txt.
func (p *Puller) allowed(ctx context.Context, address string) error {
	if p.Robots == nil {
		return nil
	}
	return p.Robots.Allowed(ctx, address)
}

// getSitemap follows indexes down to the sitemaps that seem to hold the news.
func (p *Puller) getSitemap(ctx context.Context, request fetch.Request) (*fetch.Response, error) {
	if err := p.allowed(ctx, request.URL); err != nil {
		return nil, err
	}
	response, err := p.Fetch.Get(ctx, request)
	if err != nil || response.NotModified {
		return response, err
	}
	parts := sites.SitemapParts(sites.Document{Body: response.Body, URL: response.URL})
	if len(parts) == 0 {
		return response, nil
	}
	response.Release()
	g := sitemapWalk{Puller: p, source: request.Source, left: sitemapParts}
	g.follow(ctx, parts, sitemapLevels)
	if g.body == nil {
		if g.err == nil {
			g.err = fmt.Errorf("read sitemap: %w: its index names none that holds addresses", feeds.ErrNotFeed)
		}
		return nil, g.err
	}
	// The index may stand still while its parts move: no validators.
	response.Body, response.ETag, response.LastModified = g.body, "", ""
	return response, nil
}

type sitemapWalk struct {
	*Puller
	source string
	left   int // requests
	body   []byte
	err    error // why the last part could not be had
}

func (g *sitemapWalk) follow(ctx context.Context, parts []sites.Part, levels int) {
	for _, part := range parts {
		if g.left == 0 || ctx.Err() != nil {
			return
		}
		if err := g.allowed(ctx, part.URL); err != nil {
			g.err = err
			continue
		}
		g.left--
		response, err := g.Fetch.Get(ctx, fetch.Request{URL: part.URL, Source: g.source})
		if err != nil {
			g.err = err
			continue
		}
		response.Release() // before the next is asked for; bounded by sitemapBytes
		if below := sites.SitemapParts(sites.Document{Body: response.Body, URL: response.URL}); len(below) > 0 {
			if levels > 1 {
				g.follow(ctx, below, levels-1)
			}
			continue
		}
		if sites.IsSitemap(response.Body) && len(g.body)+len(response.Body) < sitemapBytes {
			g.body = append(append(g.body, response.Body...), '\n')
		}
	}
}

// errAppname is that the installation has no name at the ReliefWeb API.
var errAppname = errors.New("the ReliefWeb API needs an appname that ReliefWeb approved for this installation: ask for one at " +
	sites.ReliefWebAsk + " and set reliefweb.appname")

// getReliefWeb asks the API page by page. The appname, which goes with the address,
// stays within this function: neither answers nor errors hold it.
func (p *Puller) getReliefWeb(ctx context.Context, request fetch.Request) (*fetch.Response, error) {
	if p.ReliefWebAppname == "" {
		return nil, errAppname
	}
	addresses, err := sites.ReliefWebRequests(request.URL, p.ReliefWebAppname)
	if err != nil {
		return nil, err
	}
	if request.ValidatorsOf != "" {
		request.ValidatorsOf = addresses[0] // they belong to the first page
	}
	var out *fetch.Response
	for i, address := range addresses {
		ask := fetch.Request{URL: address, Source: request.Source}
		if i == 0 {
			ask.ETag, ask.LastModified, ask.ValidatorsOf = request.ETag, request.LastModified, request.ValidatorsOf
		}
		response, err := p.Fetch.Get(ctx, ask)
		if err != nil {
			if out != nil && ctx.Err() == nil {
				out.ETag, out.LastModified = "", "" // or a 304 to the first page would hide the rest
				break
			}
			return nil, p.reliefWebError(err, request.URL)
		}
		response.Release() // before the next is asked for
		if i == 0 {
			out = response
			out.URL, out.MovedTo = request.URL, ""
			if response.NotModified {
				break
			}
		} else {
			out.Body = append(append(out.Body, '\n'), response.Body...)
			out.ETag, out.LastModified = "", "" // of one page, not of all
		}
		if sites.ReliefWebCount(response.Body) < limitOf(address) {
			break
		}
	}
	return out, nil
}

func limitOf(address string) int {
	u, err := url.Parse(address)
	if err != nil {
		return 0
	}
	n := 0
	if _, err := fmt.Sscan(u.Query().Get("limit"), &n); err != nil {
		return 0
	}
	return n
}

// reliefWebError says what to do about a refusal, without the appname.
func (p *Puller) reliefWebError(err error, address string) error {
	var fe *fetch.Error
	if !errors.As(err, &fe) {
		return withoutSecret{p.clean(err.Error()), nil}
	}
	kept := *fe
	kept.URL = address
	text := p.clean(fe.Error())
	switch fe.Status {
	case http.StatusForbidden, http.StatusUnauthorized:
		text += ": ReliefWeb does not know the appname in reliefweb.appname; ask for an approved one at " + sites.ReliefWebAsk
	case http.StatusTooManyRequests:
		text += ": the quota of calls is used up (ReliefWeb allows 1,000 a day); pull less often"
	case http.StatusBadRequest:
		text += ": ReliefWeb does not understand the query in the source's address"
	}
	return withoutSecret{text, &kept}
}

func (p *Puller) clean(text string) string {
	for _, form := range []string{p.ReliefWebAppname, url.QueryEscape(p.ReliefWebAppname), url.PathEscape(p.ReliefWebAppname)} {
		text = strings.ReplaceAll(text, form, "…")
	}
	return text
}

// withoutSecret is an error with a text that may be shown.
type withoutSecret struct {
	text  string
	cause *fetch.Error
}

func (e withoutSecret) Error() string { return e.text }

// Unwrap gives what is known of the answer.
func (e withoutSecret) Unwrap() error {
	if e.cause == nil {
		return nil
	}
	return e.cause
}
