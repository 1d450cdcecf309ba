package pipeline

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/fetch"
)

// site is a publisher's site on loopback: path and query -> what is said there.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
	says  map[string]string // a body, or "!404" and the like; SITE stands for its address
}

func serveSite(t *testing.T, says map[string]string) *site {
	s := &site{says: says}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.URL.RequestURI())
		s.mu.Unlock()
		body, ok := s.says[r.URL.RequestURI()]
		switch {
		case !ok:
			http.NotFound(w, r)
		case strings.HasPrefix(body, "!"):
			code := 0
			fmt.Sscan(body[1:], &code)
			w.WriteHeader(code)
		case strings.HasPrefix(body, ">"):
			http.Redirect(w, r, body[1:], http.StatusFound)
		default:
			if strings.HasPrefix(body, "<html") {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
			}
			fmt.Fprint(w, strings.ReplaceAll(body, "SITE", s.URL))
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) requests(prefix string) (out []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.asked {
		if strings.HasPrefix(a, prefix) {
			out = append(out, a)
		}
	}
	return out
}

func (s *site) client(t *testing.T) *fetch.Client {
	c, err := fetch.New(fetch.Options{Allow: []string{strings.TrimPrefix(s.URL, "http://")}, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func (s *site) scout(t *testing.T) *Scout {
	client := s.client(t)
	robots, err := NewRobots(client, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return &Scout{Fetch: client, Robots: robots}
}

func rssOf(title string, items ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<rss version="2.0"><channel><title>%s</title><link>SITE/</link><description>d</description>`, title)
	for i, it := range items {
		fmt.Fprintf(&b, `<item><title>%s</title><link>SITE/%s/%d</link><guid>%s%d</guid><pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate></item>`, it, title, i, title, i)
	}
	return b.String() + `</channel></rss>`
}

const press = `<html lang="en"><head><title>Press</title></head><body><main>
<article><h2><a href="/p/1">A first release of the press office</a></h2><time datetime="2026-11-02">2 Nov</time></article>
<article><h2><a href="/p/2">A second release of the press office</a></h2><time datetime="2026-11-01">1 Nov</time></article></main></body></html>`

func TestScout(t *testing.T) {
	page := func(head, body string) string {
		return "<html lang=\"en\"><head><title>A site</title>" + head + "</head><body>" + body + "</body></html>"
	}
	news := rssOf("news", "One", "Two")
	for name, c := range map[string]struct {
		says  map[string]string
		at    string
		best  string           // path of what is chosen; "" when a person must choose or nothing was found
		kind  feeds.SourceType // of it
		found int              // findings
		fails bool
	}{
		"the address is a feed": {says: map[string]string{"/f": news}, at: "/f", best: "/f", kind: feeds.TypeFeed, found: 1},
		"declared, relative to a base": {says: map[string]string{"/": page(`<base href="/en/"><link rel="alternate" type="application/rss+xml" href="rss.xml">`, ""), "/en/rss.xml": news},
			best: "/en/rss.xml", kind: feeds.TypeFeed, found: 1},
		"declared in the body, with the wrong quotes": {says: map[string]string{"/": page("", `<p>x<link rel=”alternate” type=“application/atom+xml” href='/a.atom'>`), "/a.atom": news},
			best: "/a.atom", kind: feeds.TypeFeed, found: 1},
		"comments come last": {says: map[string]string{"/": page(`<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/"><link rel="alternate" type="application/rss+xml" title="Posts" href="/feed/">`, ""),
			"/comments/feed/": rssOf("comments", "Re: One"), "/feed/": news}, best: "/feed/", kind: feeds.TypeFeed, found: 2},
		"twins are one, the first": {says: map[string]string{"/": page(`<link rel="alternate" type="application/rss+xml" href="/rss"><link rel="alternate" type="application/atom+xml" href="/atom">`, ""),
			"/rss": news, "/atom": news}, best: "/rss", kind: feeds.TypeFeed, found: 2},
		"two languages: a person chooses": {says: map[string]string{"/": page(`<link rel="alternate" type="application/rss+xml" href="/en.xml"><link rel="alternate" type="application/rss+xml" href="/fr.xml">`, ""),
			"/en.xml": news, "/fr.xml": rssOf("fr", "Un", "Deux")}, found: 2},
		"linked by an image": {says: map[string]string{"/": page("", `<a href="feed:SITE/out/news.rss"><img src="/rss-icon.png" alt="RSS"></a>`), "/out/news.rss": news},
			best: "/out/news.rss", kind: feeds.TypeFeed, found: 1},
		"behind a page about feeds": {says: map[string]string{"/": page("", `<a href="/service/rss-feeds">RSS feeds</a>`),
			"/service/rss-feeds": page("", `<ul><li><a href="/xml/press_rss.xml">Press</a></li></ul>`), "/xml/press_rss.xml": news}, best: "/xml/press_rss.xml", kind: feeds.TypeFeed, found: 1},
		"usual for WordPress": {says: map[string]string{"/": page(`<script src="/wp-includes/js/x.js"></script>`, ""), "/?feed=rss2": news},
			best: "/?feed=rss2", kind: feeds.TypeFeed, found: 1},
		"usual for Drupal": {says: map[string]string{"/": page(`<meta name="Generator" content="Drupal 10">`, ""), "/en/rss.xml": news}, best: "/en/rss.xml", kind: feeds.TypeFeed, found: 1},
		"declared but gone; a usual address answers": {says: map[string]string{"/": page(`<link rel="alternate" type="application/rss+xml" href="/old">`, ""), "/feed.xml": news},
			best: "/feed.xml", kind: feeds.TypeFeed, found: 1},
		"no feed: the page itself":                                     {says: map[string]string{"/press": press}, at: "/press", best: "/press", kind: feeds.TypePage, found: 1},
		"no feed: the page of press":                                   {says: map[string]string{"/": page("", `<nav><a href="/about">About</a><a href="/press-releases">Press releases</a></nav>`), "/press-releases": press}, best: "/press-releases", kind: feeds.TypePage, found: 1},
		"no feed: a sitemap of news":                                   {says: map[string]string{"/": page("", ""), "/robots.txt": "Sitemap: SITE/sm.xml\n", "/sm.xml": newsSitemap}, best: "/sm.xml", kind: feeds.TypeSitemap, found: 1},
		"a page that is no feed, and the site's sitemap of other news": {says: map[string]string{"/press": press, "/robots.txt": "Sitemap: SITE/sm.xml\n", "/sm.xml": newsSitemap}, at: "/press", found: 2},
		"robots.txt forbids the usual":                                 {says: map[string]string{"/": page("", ""), "/robots.txt": "User-agent: *\nDisallow: /\n", "/feed": news}, found: 0},
		"a page instead of the feed":                                   {says: map[string]string{"/": page(`<link rel="alternate" type="application/rss+xml" href="/feed">`, ""), "/feed": page("", "not found")}, found: 0},
		"nothing is there":                                             {says: map[string]string{}, fails: true},
		"an image":                                                     {says: map[string]string{"/": "\x89PNG\x00\x00"}, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := serveSite(t, c.says)
			at := c.at
			if at == "" {
				at = "/"
			}
			p, err := s.scout(t).Preview(t.Context(), s.URL+at)
			if (err != nil) != c.fails {
				t.Fatalf("error %v", err)
			}
			best, ok := p.Best()
			if want := c.best != ""; ok != want || len(p.Findings) != c.found || ok && (best.URL != s.URL+c.best || best.Type != c.kind || best.Reason == "" || best.Entries == 0 || len(best.Titles) == 0) {
				t.Errorf("best %+v, %v\nof %+v\nmissed %+v", best, ok, p.Findings, p.Missed)
			}
			if p.Requests > scoutRequests {
				t.Errorf("%d requests", p.Requests)
			}
		})
	}
}

const newsSitemap = `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>SITE/n/1</loc><news:news><news:publication><news:name>The Daily</news:name><news:language>en</news:language></news:publication><news:publication_date>2026-11-02T08:00:00Z</news:publication_date><news:title>Ferry resumes</news:title></news:news></url>
<url><loc>SITE/about</loc></url></urlset>`

func TestRobots(t *testing.T) {
	for name, c := range map[string]struct {
		robots string
		path   string
		ok     bool
	}{
		"allowed":              {"User-agent: *\nDisallow: /private/\n", "/press", true},
		"disallowed":           {"User-agent: *\nDisallow: /press\n", "/press", false},
		"ours counts":          {"User-agent: *\nDisallow: /\n\nUser-agent: tributary/1.0\nAllow: /\n", "/press", true},
		"not found":            {"!404", "/press", true},
		"forbidden to read":    {"!403", "/press", true},
		"out of order":         {"!500", "/press", false},
		"huge, rule within":    {"User-agent: *\nDisallow: /press\n" + strings.Repeat("# padding of a huge file\n", 40_000), "/press", false},
		"huge, rule after":     {"User-agent: *\n" + strings.Repeat("# padding of a huge file\n", 40_000) + "Disallow: /press\n", "/press", true},
		"a page in its place":  {"<html><body>Disallow nothing</body></html>", "/press", true},
		"redirects to another": {">/other-robots", "/press", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := serveSite(t, map[string]string{"/robots.txt": c.robots, "/other-robots": "User-agent: *\nDisallow: /press"})
			robots := s.scout(t).Robots
			for range 2 {
				if err := robots.Allowed(t.Context(), s.URL+c.path); (err == nil) != c.ok || err != nil && !errors.Is(err, feeds.ErrRefused) {
					t.Errorf("allowed: %v", err)
				}
			}
			if n := len(s.requests("/robots.txt")); n != 1 {
				t.Errorf("robots.txt was asked for %d times", n)
			}
		})
	}
}

func TestRobotsAreAskedForAgainAfterADay(t *testing.T) {
	s := serveSite(t, map[string]string{"/robots.txt": "User-agent: *\nDisallow: /a"})
	now := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	robots, err := NewRobots(s.client(t), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		after time.Duration
		asked int
	}{{0, 1}, {23 * time.Hour, 1}, {2 * time.Hour, 2}} {
		now = now.Add(step.after)
		if err := robots.Allowed(t.Context(), s.URL+"/a"); err == nil {
			t.Error("allowed")
		}
		if n := len(s.requests("/robots.txt")); n != step.asked {
			t.Errorf("after %s asked %d times, want %d", step.after, n, step.asked)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	now = now.Add(48 * time.Hour)
	if err := robots.Allowed(ctx, s.URL+"/a"); !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped request says about the site: %v", err)
	}
	if err := robots.Allowed(t.Context(), s.URL+"/b"); err != nil {
		t.Errorf("after a stopped request: %v", err)
	}
}
