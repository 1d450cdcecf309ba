package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"tributary/feeds"
	"tributary/feeds/read"
	"tributary/internal/fetch"
	"tributary/internal/sites"
)

const (
	scoutRequests = 24 // to one site for one preview, robots.txt not counted
	scoutGuesses  = 10 // of them at addresses that nothing on the site names
	scoutPages    = 4  // further pages that are looked at
	scoutFindings = 20
)

// Scout looks what can be subscribed to at an address.
type Scout struct {
	Fetch  Fetcher
	Robots *Robots // asked before every address but the given one; nil asks nobody

	ReliefWebAppname string // a secret
}

// Finding is something that can be subscribed to, and what was read of it.
type Finding struct {
	sites.Candidate
	Format   string     `json:"format"`
	Language string     `json:"language,omitempty"`
	Site     string     `json:"site,omitempty"` // the publisher's page
	Entries  int        `json:"entries"`
	Newest   *time.Time `json:"newest,omitempty"`
	Titles   []string   `json:"titles"` // the first three
	Problems []string   `json:"problems,omitempty"`
}

// Miss is an address that the site names and that brought nothing.
type Miss struct {
	URL    string `json:"url"`
	Reason string `json:"reason"` // why it was tried
	Error  string `json:"error"`
}

// Preview is what a scout found, the best first.
type Preview struct {
	URL       string    `json:"url"`
	Generator string    `json:"generator,omitempty"`
	Findings  []Finding `json:"findings"`
	Missed    []Miss    `json:"missed,omitempty"`
	Requests  int       `json:"requests"`
}

// Preview reads what stands at an address: a feed, a sitemap or a page. A page is read
// as a list of entries, and for where the site's feeds are. The error says why the
// address itself brought nothing at all.
func (s *Scout) Preview(ctx context.Context, address string) (Preview, error) {
	if sites.IsReliefWeb(address) {
		return s.Read(ctx, feeds.Source{URL: address, Type: feeds.TypeReliefWeb})
	}
	l := lookout{Scout: s, out: Preview{URL: address, Findings: []Finding{}}, asked: map[string]bool{}, pages: map[string]sites.Document{}}
	response, err := l.get(ctx, address, false)
	if err != nil {
		return l.out, err
	}
	d := sites.Document{Body: response.Body, ContentType: response.ContentType, URL: response.URL}
	given := sites.Candidate{URL: address, Reason: "the address given"}
	if err := l.document(given, d); err == nil && l.out.Findings[0].Type != feeds.TypePage {
		return l.out, nil
	}
	if len(l.out.Findings) > 0 && s.Robots != nil { // a person may look at a page that a pull must not ask for
		if err := s.Robots.Allowed(ctx, address); err != nil {
			f := &l.out.Findings[0]
			f.Problems = append(f.Problems, "A pull of this page would be refused: "+plainError(err)+".")
		}
	}
	found, err := sites.Discover(d)
	if err != nil {
		if len(l.out.Findings) > 0 {
			return l.out, nil
		}
		return l.out, fmt.Errorf("find feeds: %w", err)
	}
	l.out.Generator = found.Generator
	l.named(ctx, found.Candidates)
	if !l.hasFeed() {
		l.guesses(ctx, found.Candidates)
	}
	if !l.hasFeed() {
		l.further(ctx, found.Looks)
		l.sitemaps(ctx, found.Candidates)
	}
	l.order()
	return l.out, ctx.Err()
}

// Read reads an address as a source of its type would be pulled, and finds that alone.
func (s *Scout) Read(ctx context.Context, source feeds.Source) (Preview, error) {
	l := lookout{Scout: s, out: Preview{URL: source.URL, Findings: []Finding{}, Requests: 1}}
	r := &run{Puller: &Puller{Fetch: s.Fetch, Robots: s.Robots, ReliefWebAppname: s.ReliefWebAppname}}
	response, err := r.get(ctx, source.Type, fetch.Request{URL: source.URL})
	if err != nil {
		return l.out, err
	}
	defer response.Release()
	feed, err := sites.Read(source, sites.Document{Body: response.Body, ContentType: response.ContentType, URL: response.URL})
	if err != nil {
		return l.out, err
	}
	l.keep(sites.Candidate{URL: source.URL, Type: source.Type, Reason: "the address given"}, feed)
	return l.out, nil
}

// lookout is one Preview on its way.
type lookout struct {
	*Scout
	out   Preview
	asked map[string]bool
	pages map[string]sites.Document // what came where a link only spoke of feeds
}

func (l *lookout) get(ctx context.Context, address string, ask bool) (*fetch.Response, error) {
	l.asked[address] = true
	if ask && l.Robots != nil {
		if err := l.Robots.Allowed(ctx, address); err != nil {
			return nil, err
		}
	}
	l.out.Requests++
	response, err := l.Fetch.Get(ctx, fetch.Request{URL: address})
	if err == nil {
		response.Release() // a look asks for one address after the other
	}
	return response, err
}

// document reads what came as whatever it is, and keeps it as a finding.
func (l *lookout) document(c sites.Candidate, d sites.Document) error {
	feed, err := read.Parse(read.Document{Body: d.Body, ContentType: d.ContentType, URL: d.URL})
	c.Type = feeds.TypeFeed
	if err != nil && sites.IsSitemap(d.Body) {
		c.Type = feeds.TypeSitemap
		feed, err = sites.ReadSitemap(d, false)
	} else if err != nil {
		c.Type = feeds.TypePage
		feed, err = sites.ReadPage(d, feeds.PageRules{})
	}
	if err != nil {
		return err
	}
	if len(feed.Entries) == 0 && c.Type != feeds.TypeFeed {
		return fmt.Errorf("%w: it has no entries", feeds.ErrNotFeed)
	}
	l.keep(c, feed)
	return nil
}

// keep adds a finding.
func (l *lookout) keep(c sites.Candidate, feed *feeds.Feed) {
	f := Finding{Candidate: c, Format: feed.Format, Language: feed.Language, Site: feed.Link, Entries: len(feed.Entries), Titles: []string{}, Problems: feed.Problems}
	f.Title = first(feed.Title, c.Title)
	var newest time.Time
	for i := range feed.Entries {
		e := &feed.Entries[i]
		newest = latest(newest, latest(e.Published, e.Updated))
		if len(f.Titles) < 3 {
			f.Titles = append(f.Titles, first(e.Title, e.Link))
		}
	}
	if !newest.IsZero() {
		f.Newest = &newest
	}
	if len(l.out.Findings) < scoutFindings {
		l.out.Findings = append(l.out.Findings, f)
	}
}

func (l *lookout) hasFeed() bool {
	return slices.ContainsFunc(l.out.Findings, func(f Finding) bool { return f.Type == feeds.TypeFeed && f.Entries > 0 && !isOfComments(f) })
}

// isOfComments tells a feed of comments, which no office wants before another.
func isOfComments(f Finding) bool { return strings.Contains(f.Reason, "of comments") }

// try asks for one candidate. A page found where a feed was promised is left alone.
func (l *lookout) try(ctx context.Context, c sites.Candidate) {
	if l.asked[c.URL] || l.out.Requests >= scoutRequests || ctx.Err() != nil {
		return
	}
	response, err := l.get(ctx, c.URL, true)
	if err == nil {
		d := sites.Document{Body: response.Body, ContentType: response.ContentType, URL: response.URL}
		if c.Type == feeds.TypePage || sites.IsSitemap(d.Body) && c.Type == feeds.TypeSitemap {
			err = l.document(c, d)
		} else if _, err = read.Parse(read.Document{Body: d.Body, ContentType: d.ContentType, URL: d.URL, MaxEntries: 1}); err == nil {
			err = l.document(c, d)
		} else if c.Spoken {
			l.pages[c.URL] = d
			return
		}
	}
	if err != nil && !c.Guess && len(l.out.Missed) < scoutFindings {
		l.out.Missed = append(l.out.Missed, Miss{URL: c.URL, Reason: c.Reason, Error: plainError(err)})
	}
}

func (l *lookout) named(ctx context.Context, candidates []sites.Candidate) {
	for _, c := range candidates {
		if !c.Guess {
			l.try(ctx, c)
		}
	}
}

// guesses tries usual addresses until one of them is a feed.
func (l *lookout) guesses(ctx context.Context, candidates []sites.Candidate) {
	left := scoutGuesses
	for _, c := range candidates {
		if !c.Guess || c.Type != feeds.TypeFeed || left == 0 || l.hasFeed() {
			continue
		}
		left--
		l.try(ctx, c)
	}
}

// further looks at further pages of the site, for the feeds they name and as lists.
func (l *lookout) further(ctx context.Context, looks []sites.Candidate) {
	left := scoutPages
	for _, look := range looks {
		d, had := l.pages[look.URL]
		if left == 0 || l.hasFeed() || l.asked[look.URL] && !had || l.out.Requests >= scoutRequests {
			continue
		}
		left--
		if !had {
			response, err := l.get(ctx, look.URL, true)
			if err != nil {
				continue
			}
			d = sites.Document{Body: response.Body, ContentType: response.ContentType, URL: response.URL}
		}
		found, err := sites.Discover(d)
		if err != nil {
			continue
		}
		for i := range found.Candidates {
			if c := &found.Candidates[i]; !c.Guess {
				c.Reason += ", on " + look.URL
			}
		}
		l.named(ctx, found.Candidates)
		if err := l.document(look, d); err != nil {
			continue // no list, and no harm
		}
	}
}

// sitemaps tries those that robots.txt names, then the usual ones.
func (l *lookout) sitemaps(ctx context.Context, candidates []sites.Candidate) {
	var tries []sites.Candidate
	if l.Robots != nil {
		for _, u := range l.Robots.Sitemaps(ctx, l.out.URL) {
			if u = read.Address(l.out.URL, u); u != "" && len(tries) < 3 {
				tries = append(tries, sites.Candidate{URL: u, Type: feeds.TypeSitemap, Reason: "named by robots.txt", Rank: 65, Guess: true})
			}
		}
	}
	for _, c := range candidates {
		if c.Type == feeds.TypeSitemap {
			tries = append(tries, c)
		}
	}
	for _, c := range tries {
		l.try(ctx, c)
	}
}

// order puts the best first: feeds, sitemaps of news, pages; comments and what is
// empty last.
func (l *lookout) order() {
	class := func(f Finding) int {
		switch {
		case isOfComments(f):
			return 5
		case f.Entries == 0:
			return 4
		case f.Type == feeds.TypeFeed:
			return 0
		case f.Type == feeds.TypeSitemap:
			return 1
		case f.Reason == "the address given":
			return 2
		}
		return 3
	}
	slices.SortStableFunc(l.out.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(class(a), class(b)), cmp.Compare(a.Rank, b.Rank))
	})
}

// isRoot tells a site's front page.
func isRoot(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Path == "" || u.Path == "/") && u.RawQuery == ""
}

// Best is the finding to subscribe to; ok is false when several are as good and say
// different things, when it was guessed for the whole site and somebody asked for a part
// of that, or when nothing was found.
func (p *Preview) Best() (best Finding, ok bool) {
	if len(p.Findings) == 0 {
		return Finding{}, false
	}
	best = p.Findings[0]
	if best.Guess && best.Type == feeds.TypeSitemap && !isRoot(p.URL) {
		return best, false
	}
	for _, f := range p.Findings[1:] {
		if f.Type == feeds.TypeFeed && best.Type == feeds.TypeFeed && f.Entries > 0 && !isOfComments(f) && !slices.Equal(f.Titles, best.Titles) {
			return best, false
		}
	}
	return best, best.Entries > 0
}
