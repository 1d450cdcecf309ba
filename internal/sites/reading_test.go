package sites_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/feeds/read"
	"tributary/internal/sites"
)

func TestArticles(t *testing.T) {
	cases(t, "article", func(t *testing.T, keys, files map[string]string) {
		a, err := sites.ReadArticle(sites.Document{Body: []byte(files["page.html"]), URL: keys["url"]})
		for line := range strings.Lines(files["want"]) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			ok := false
			switch key {
			case "error":
				ok = errors.Is(err, feeds.ErrNotFeed) && strings.Contains(err.Error(), value)
			case "title":
				ok = a.Title == value
			case "language":
				ok = a.Language == value
			case "has":
				ok = strings.Contains(a.Content, value)
			case "not":
				ok = !strings.Contains(strings.ToLower(a.Content), strings.ToLower(value))
			}
			if !ok {
				t.Errorf("not so: %s\n%v\n%+v", line, err, a)
			}
		}
	})
}

const sitemapHead = `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml">`

const newsURL = `<url><loc>/n/%d</loc><lastmod>2026-11-0%d</lastmod><n:news><n:publication><n:name>The Daily</n:name><n:language>en</n:language></n:publication><n:publication_date>2026-11-0%dT08:00:00+02:00</n:publication_date><n:title>Ferry &amp; storm %d</n:title><n:keywords>ferry, storm</n:keywords></n:news>
<image:image><image:loc>/i/%d.jpg</image:loc><image:title>A ferry</image:title></image:image><xhtml:link rel="alternate" hreflang="fr" href="/fr/n/%d"/><xhtml:link rel="alternate" hreflang="en" href="/n/%d"/></url>`

func newsAt(i int) string { return fmt.Sprintf(newsURL, i, i, i, i, i, i, i) }

func TestSitemaps(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write([]byte(sitemapHead + newsAt(2) + "</urlset>")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	var bomb bytes.Buffer
	z = gzip.NewWriter(&bomb)
	for range 40 {
		if _, err := z.Write(bytes.Repeat([]byte(" "), 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	plain := `<url><loc>/page</loc><lastmod>2026-10-01</lastmod></url>`
	for name, c := range map[string]struct {
		body     string
		untitled bool
		links    string
		problem  string
		fails    bool
	}{
		"news, the newest first":        {body: sitemapHead + newsAt(1) + newsAt(3) + "</urlset>", links: "/n/3 /n/1"},
		"gzip":                          {body: zipped.String(), links: "/n/2"},
		"gzip bomb":                     {body: bomb.String(), fails: true},
		"two, one behind the other":     {body: sitemapHead + newsAt(1) + "</urlset>\n" + sitemapHead + newsAt(2) + "</urlset>", links: "/n/2 /n/1"},
		"pages without a title":         {body: sitemapHead + plain + newsAt(1) + "</urlset>", links: "/n/1", problem: "Addresses without a news title: 1"},
		"pages whose text will be read": {body: sitemapHead + plain + "</urlset>", untitled: true, links: "/page", problem: "The newest 1 were kept"},
		"breaks off":                    {body: sitemapHead + newsAt(1) + `<url><loc>/n/2</lo`, links: "/n/1", problem: "damaged"},
		"tags left open":                {body: sitemapHead + `<url><loc>/page</loc><n:news><n:title>Open</n:title></url>` + newsAt(1) + "</urlset>", links: "/n/1 /page"},
		"addresses of another kind":     {body: sitemapHead + `<url><loc>javascript:x</loc></url><url><loc>ftp://x/y</loc></url></urlset>`, links: ""},
		"an index":                      {body: `<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>`, fails: true},
		"a feed":                        {body: `<rss version="2.0"></rss>`, fails: true},
		"entities":                      {body: `<!DOCTYPE u [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>` + sitemapHead + `<url><loc>/e</loc><n:news><n:title>&b; caf&eacute;</n:title></n:news></url></urlset>`, links: "/e"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := sites.ReadSitemap(sites.Document{Body: []byte(c.body), URL: "https://daily.example/sm.xml"}, c.untitled)
			if (err != nil) != c.fails || err != nil && !errors.Is(err, feeds.ErrNotFeed) {
				t.Fatalf("error %v", err)
			}
			if err != nil {
				return
			}
			var links []string
			for _, e := range f.Entries {
				links = append(links, strings.TrimPrefix(e.Link, "https://daily.example"))
			}
			if got := strings.Join(links, " "); got != c.links || !strings.Contains(strings.Join(f.Problems, "\n"), c.problem) {
				t.Errorf("links %q, problems %q", got, f.Problems)
			}
		})
	}
	f, err := sites.ReadSitemap(sites.Document{Body: []byte(sitemapHead + newsAt(1) + "</urlset>"), URL: "https://daily.example/sm.xml"}, false)
	if err != nil {
		t.Fatal(err)
	}
	e := f.Entries[0]
	if e.Title != "Ferry & storm 1" || !e.Published.Equal(time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC)) || e.Language != "en" || len(e.Categories) != 2 || e.Image == nil || e.Image.Alt != "A ferry" ||
		len(e.Links) != 1 || e.Links[0].Href != "https://daily.example/fr/n/1" || e.Links[0].Hreflang != "fr" || f.Title != "The Daily" {
		t.Errorf("%+v of %+v", e, f)
	}
}

func TestSitemapParts(t *testing.T) {
	parts := sites.SitemapParts(sites.Document{URL: "https://daily.example/", Body: []byte(`<sitemapindex><sitemap><loc>/pages.xml</loc><lastmod>2026-11-09</lastmod></sitemap><sitemap><loc>/news-1.xml</loc><lastmod>2026-10-01</lastmod></sitemap><sitemap><loc>/news-2.xml</loc><lastmod>2026-11-01</lastmod></sitemap></sitemapindex>`)})
	var got []string
	for _, p := range parts {
		got = append(got, strings.TrimPrefix(p.URL, "https://daily.example"))
	}
	if s := strings.Join(got, " "); s != "/news-2.xml /news-1.xml /pages.xml" {
		t.Error(s)
	}
}

func TestReliefWebAnswers(t *testing.T) {
	one := func(fields string) string {
		return `{"totalCount":1,"count":1,"data":[{"id":7,"fields":{` + fields + `}}]}`
	}
	for name, c := range map[string]struct {
		body  string
		check func(f *feeds.Feed) bool
	}{
		"id as a number, script in the body": {one(`"title":"T","url":"https://reliefweb.int/node/7","body-html":"<p onclick=x>B<script>x</script></p>","date":{"created":"2026-11-01T00:00:00+00:00"}`),
			func(f *feeds.Feed) bool {
				e := f.Entries[0]
				return e.ID == "https://reliefweb.int/node/7" && e.Content == "<p>B</p>" && e.Published.Day() == 1
			}},
		"plain body": {one(`"title":"T","body":"One & two\n\nThree"`), func(f *feeds.Feed) bool { return f.Entries[0].Content == "<p>One &amp; two</p><p>Three</p>" }},
		"another shape of one field": {one(`"title":"T","theme":"Health","country":[{"name":"Mali","iso3":"mli"}]`),
			func(f *feeds.Feed) bool { return f.Entries[0].Categories[0].Term == "MLI" && len(f.Problems) == 1 }},
		"categories": {one(`"title":"T","primary_country":{"name":"Niger","iso3":"ner"},"country":[{"name":"Mali","iso3":"mli"},{"name":"Niger","iso3":"ner"}],"theme":[{"id":4600,"name":"Protection and Human Rights"}],"disaster":[{"id":5,"name":"Mali: Floods","glide":"FL-1"}],"vulnerable_groups":[{"id":9,"name":"IDPs"}],"format":[{"id":10,"name":"Situation Report"}],"language":[{"code":"fr","name":"French"}]`),
			func(f *feeds.Feed) bool {
				c := f.Entries[0].Categories
				return len(c) == 7 && c[0] == feeds.Category{Scheme: sites.SchemeReliefWebCountry, Term: "NER", Label: "Niger"} &&
					c[2] == feeds.Category{Scheme: sites.SchemeReliefWebTheme, Term: "4600", Label: "Protection and Human Rights"} && f.Entries[0].Language == "fr"
			}},
		"files and image": {one(`"title":"T","file":[{"url":"https://reliefweb.int/a.pdf","mimetype":"application/pdf","filesize":"1200"}],"image":{"url":"https://reliefweb.int/i.jpg","caption":"Tents","copyright":"Agency"}`),
			func(f *feeds.Feed) bool {
				e := f.Entries[0]
				return e.Enclosures[0] == feeds.Enclosure{URL: "https://reliefweb.int/a.pdf", Type: "application/pdf", Length: 1200} && e.Image.Credit == "Agency"
			}},
		"two answers, a report in both": {one(`"title":"T"`) + "\n" + one(`"title":"T"`), func(f *feeds.Feed) bool { return len(f.Entries) == 1 }},
		"the second breaks off":         {one(`"title":"T"`) + "\n{\"data\":[", func(f *feeds.Feed) bool { return len(f.Entries) == 1 && len(f.Problems) == 1 }},
		"nothing matches":               {`{"totalCount":0,"count":0,"data":[]}`, func(f *feeds.Feed) bool { return len(f.Entries) == 0 }},
		"an error":                      {`{"status":400,"error":{"type":"X","message":"Invalid limit"}}`, nil},
		"no JSON":                       {`<html>`, nil},
		"another JSON":                  {`{"version":"https://jsonfeed.org/version/1.1"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := sites.ReadReliefWeb(sites.Document{Body: []byte(c.body)})
			if c.check == nil {
				if !errors.Is(err, feeds.ErrNotFeed) {
					t.Errorf("error %v", err)
				}
			} else if err != nil || !c.check(f) {
				t.Errorf("%v\n%+v", err, f)
			}
		})
	}
}

func TestRobotsRules(t *testing.T) {
	for _, c := range []struct {
		robots, path string
		ok           bool
	}{
		{"", "/", true},
		{"user-agent: *\ndisallow: /a", "/a/b", false},
		{"user-agent: *\ndisallow: /a", "/b/a", true},
		{"user-agent: *\ndisallow: /a\nallow: /a/b", "/a/b/c", true},
		{"user-agent: *\nallow: /a\ndisallow: /a", "/a", true},                                        // of equals, the one that allows
		{"user-agent: *\ndisallow: /*/rss.xml", "/en/rss.xml", false},                                 // wildcards
		{"user-agent: *\ndisallow: /foo*bar", "/x/foo/bar", true},                                     // from the beginning
		{"user-agent: *\ndisallow: /*.pdf$", "/a.pdf?x", true},                                        // to the end
		{"user-agent: *\ndisallow: /*.pdf$", "/a.pdf", false},                                         //
		{"user-agent: *\ndisallow: /*a$", "/banana", false},                                           //
		{"user-agent: *\ndisallow: /%7euser/é", "/~user/%C3%A9", false},                               // escapes
		{"user-agent: *\ndisallow:", "/", true},                                                       // an empty rule is none
		{"disallow: /", "/", true},                                                                    // outside any group
		{"user-agent: other\ndisallow: /", "/", true},                                                 //
		{"user-agent: other\nuser-agent: Tributary\ndisallow: /", "/", false},                         // one group for two
		{"user-agent: tributary\ndisallow: /a\nuser-agent: *\ndisallow: /b", "/b", true},              // ours alone
		{"user-agent: tributary\ndisallow: /a\n\nuser-agent: TRIBUTARY/2\ndisallow: /b", "/b", false}, // groups add up
		{"user-agent: trib\ndisallow: /\n", "/", true},                                                // another's name
		{"user-agent: *\nsitemap: /s\ndisallow: /a # why", "/a", false},
		{"\xEF\xBB\xBFuser-agent: *\rdisallow: /a\r", "/a", false},
		{"user-agent: *\ndisallow: /?p=", "/?p=1", false},
		{"user-agent: *\ndisallow: /", "/robots.txt", true},
	} {
		if got := sites.ParseRobots([]byte(c.robots), sites.ProductToken).Allowed("https://x.example" + c.path); got != c.ok {
			t.Errorf("%q allows %s: %v", c.robots, c.path, got)
		}
	}
	r := sites.ParseRobots([]byte("User-agent: *\nCrawl-delay: 2.5\nSitemap: https://x.example/s.xml\nUser-agent: b\nCrawl-delay: 9"), sites.ProductToken)
	if r.Delay != 2500*time.Millisecond || len(r.Sitemaps) != 1 {
		t.Errorf("%+v", r)
	}
}

func TestDiscoverTellsFeedsFromTheRest(t *testing.T) {
	for link, rank := range map[string]string{
		`<link rel="alternate" type="application/rss+xml; charset=utf-8" href="/f">`: "declared by the page",
		`<link rel="feed" href="/f">`:                                                              "declared by the page",
		`<link rel="alternate" type="application/feed+json" href="/f">`:                            "declared by the page",
		`<link rel="alternate" type="text/xml" href="/f/rss.xml">`:                                 "declared by the page",
		`<link rel="alternate" type="application/rss+xml" title="Blog » Comments Feed" href="/f">`: "declared by the page, but of comments",
		`<link rel="alternate" hreflang="fr" href="/fr/">`:                                         "",
		`<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts">`:               "",
		`<link rel="alternate" type="application/json+oembed" href="/oembed?x">`:                   "",
		`<link rel="search" type="application/opensearchdescription+xml" href="/search.xml">`:      "",
		`<link rel="stylesheet" href="/feed.css">`:                                                 "",
		`<a href="/news/feed/">News</a>`:                                                           "linked, with an address like a feed's",
		`<a href="https://feeds.feedburner.com/example">Subscribe</a>`:                             "",
		`<a href="https://feeds.feedburner.com/example">RSS</a>`:                                   "linked, with an address like a feed's",
		`<a href="/index.php?format=feed&type=rss">x</a>`:                                          "linked, with an address like a feed's",
		`<a href="/rss-info" title="Syndication">i</a>`:                                            "linked with the words of a feed",
		`<a href="https://feedly.com/i/subscription/feed/https://x/rss.xml">RSS in Feedly</a>`:     "",
		`<a href="/annual-feed-report.pdf">Animal feed report</a>`:                                 "",
		`<a href="javascript:rss()">RSS</a>`:                                                       "",
		`<a href="/about">About us</a>`:                                                            "",
	} {
		d, err := sites.Discover(sites.Document{URL: "https://x.example/", Body: []byte("<html><body>" + link + "</body></html>")})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, c := range d.Candidates {
			if !c.Guess {
				got = c.Reason
			}
		}
		if got != rank {
			t.Errorf("%s: %q, want %q", link, got, rank)
		}
	}
}

func FuzzReadPage(f *testing.F) {
	f.Add([]byte(`<article><h2><a href="/a">A title that is long</a></h2><time datetime="2026-01-02"></article>`), "", "a")
	f.Add([]byte(`<script type="application/ld+json">{"@type":"ItemList","itemListElement":["/a",{"item":"/b"}]}</script><a href=/a>x</a>`), "div > a", ".t")
	f.Fuzz(func(t *testing.T, body []byte, items, title string) {
		feed, err := sites.ReadPage(sites.Document{Body: body, URL: "https://x.example/p"}, feeds.PageRules{Items: items, Title: title})
		soundFeed(t, feed, err)
	})
}

func FuzzReadSitemap(f *testing.F) {
	f.Add([]byte(sitemapHead + newsAt(1) + "</urlset>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		d := sites.Document{Body: body, URL: "https://x.example/s.xml"}
		feed, err := sites.ReadSitemap(d, true)
		soundFeed(t, feed, err)
		sites.SitemapParts(d)
		sites.IsSitemap(body)
	})
}

func FuzzReadReliefWeb(f *testing.F) {
	f.Add([]byte(`{"data":[{"id":"1","fields":{"title":"T","body-html":"<p>x","country":[{"iso3":"mli","name":"Mali"}],"primary_country":[]}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		feed, err := sites.ReadReliefWeb(sites.Document{Body: body})
		soundFeed(t, feed, err)
		sites.ReliefWebCount(body)
	})
}

func FuzzReadArticle(f *testing.F) {
	f.Add([]byte("<html><body><article><p>" + strings.Repeat("Words of a text. ", 40) + "</p></article></body></html>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := sites.ReadArticle(sites.Document{Body: body, URL: "https://x.example/p"})
		if err == nil && a.Content != read.Sanitise(a.Content, "") {
			t.Errorf("content is not sanitised: %q", a.Content)
		}
	})
}

func FuzzDiscover(f *testing.F) {
	f.Add([]byte(`<html><base href="/en/"><link rel=alternate type=application/rss+xml href=rss><a href="feed://x/y">RSS</a>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := sites.Discover(sites.Document{Body: body, URL: "https://x.example/p"})
		if err != nil {
			return
		}
		for _, c := range append(d.Candidates, d.Looks...) {
			if !strings.HasPrefix(c.URL, "http") || c.Reason == "" {
				t.Errorf("candidate %+v", c)
			}
		}
	})
}

func FuzzParseRobots(f *testing.F) {
	f.Add([]byte("User-agent: *\nDisallow: /*a*b$\nAllow: /%zz\nCrawl-delay: 1e9"), "/xaxb?q=%41")
	f.Fuzz(func(t *testing.T, body []byte, path string) {
		r := sites.ParseRobots(body, sites.ProductToken)
		if r.Delay < 0 || r.Delay > 24*time.Hour {
			t.Errorf("delay %s", r.Delay)
		}
		r.Allowed("https://x.example/" + path)
	})
}

// soundFeed is what holds of every feed that is read.
func soundFeed(t *testing.T, f *feeds.Feed, err error) {
	t.Helper()
	if (f == nil) == (err == nil) {
		t.Fatalf("feed %v with error %v", f != nil, err)
	}
	if f == nil {
		return
	}
	seen := map[string]bool{}
	for _, e := range f.Entries {
		if e.ID == "" || seen[e.ID] || e.Link == "" || strings.ContainsAny(e.Title, "\n\x00") {
			t.Errorf("entry %+v", e)
		}
		seen[e.ID] = true
		for _, text := range []string{e.Summary, e.Content} {
			if again := read.Sanitise(text, ""); again != text {
				t.Errorf("%q is not sanitised: %q", text, again)
			}
		}
		for _, u := range []string{e.Link} {
			if !strings.HasPrefix(u, "http://") && !strings.HasPrefix(u, "https://") {
				t.Errorf("address %q", u)
			}
		}
	}
}
