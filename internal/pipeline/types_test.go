package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tributary/config"
	"tributary/feeds"
	"tributary/internal/classify"
	"tributary/internal/fetch"
)

// at makes the desk pull from a site on loopback.
func (d *desk) at(s *site) {
	client := s.client(d.t)
	robots, err := NewRobots(client, d.Now)
	if err != nil {
		d.t.Fatal(err)
	}
	d.Fetch, d.Robots = client, robots
}

func pageSource(s *site) feeds.Source {
	src := source("office", "mena", feeds.KindIOM)
	src.URL, src.Type, src.Language = s.URL+"/press", feeds.TypePage, ""
	return src
}

func TestEntriesThatLeaveAPageStay(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		s := serveSite(t, map[string]string{"/press": press})
		d.at(s)
		d.catalogue(pageSource(s))
		if r := d.pull(); r.Entries.New != 2 || len(r.Failed) != 0 {
			t.Fatalf("first: %+v", r)
		}
		d.now = d.now.Add(time.Hour)
		s.says["/press"] = strings.ReplaceAll(strings.ReplaceAll(press, "/p/1", "/p/3"), "A first", "A third")
		if r := d.pull(); r.Entries.New != 1 || r.Entries.Same != 1 || r.Entries.Changed != 0 {
			t.Errorf("second: %+v", r)
		}
		if all := d.stories(); len(all) != 3 {
			t.Errorf("%d stories stand; an entry that left the page was taken for withdrawn", len(all))
		}
		if p := d.polling("office"); !strings.Contains(strings.Join(p.Problems, "\n"), "<article>") {
			t.Errorf("the rule is not told: %q", p.Problems)
		}
	})
}

func TestAPageThatRobotsTxtForbidsIsNotAskedFor(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		s := serveSite(t, map[string]string{"/press": press, "/robots.txt": "User-agent: *\nDisallow: /press"})
		d.at(s)
		d.catalogue(pageSource(s))
		if r := d.pull(); len(r.Failed) != 1 || !strings.Contains(r.Failed[0].Error, "robots.txt does not allow it") || len(s.requests("/press")) != 0 {
			t.Errorf("%+v, asked %v", r, s.asked)
		}
	})
}

// article is a page of one article with much around it.
func article(body string) string {
	return `<html lang="en"><head><title>An article</title></head><body><nav><a href="/">Home</a> <a href="/libya">LIBYA</a></nav><div class="sidebar">Subscribe to the newsletter about everything there is, every week, in your mailbox.</div><article><h1>An article</h1><p>` +
		body + `</p><p>` + strings.Repeat("The rest of the text says more of the same, at some length, so that it is an article. ", 6) + `</p></article><footer>Imprint of the site</footer></body></html>`
}

func TestFullTextOfNewEntries(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		s := serveSite(t, map[string]string{"/press": press, "/p/1": article("The words behind the teaser."), "/p/2": "!500"})
		d.at(s)
		src := pageSource(s)
		src.FullText = true
		d.catalogue(src)
		d.pull()
		got := d.stories()
		if len(got) != 2 || !strings.Contains(got[0].Lead().Entry.Content, "words behind the teaser") || strings.Contains(got[0].Lead().Entry.Content, "newsletter") {
			t.Fatalf("%+v", got)
		}
		if got[1].Lead().Entry.Content != "" {
			t.Errorf("content of an article that could not be read: %q", got[1].Lead().Entry.Content)
		}
		if p := d.polling("office"); p.Outcome != feeds.OutcomeFetched || !strings.Contains(strings.Join(p.Problems, "\n"), "pages of 1 entries could not be read") {
			t.Errorf("polling %+v", p)
		}
		d.now = d.now.Add(time.Hour)
		s.says["/press"] = press + "<!-- other bytes -->"
		if r := d.pull(); r.Entries.Same != 2 || r.Entries.Changed != 0 {
			t.Errorf("again: %+v", r)
		}
		if n := len(s.requests("/p/")); n != 2 {
			t.Errorf("%d articles were asked for, those known already too", n)
		}
	})
}

func TestArticlesAreAskedForWithinBounds(t *testing.T) {
	list := `<html lang="en"><body><main>`
	says := map[string]string{"/robots.txt": "User-agent: *\nCrawl-delay: 4\n"}
	for i := range 30 {
		list += fmt.Sprintf(`<article><h2><a href="/p/%d">Release number %d of the press office</a></h2></article>`, i, i)
		says["/p/"+strconv.Itoa(i)] = article("Text " + strconv.Itoa(i))
	}
	says["/press"] = list + "</main></body></html>"
	for name, c := range map[string]struct {
		robots string
		asked  int
		waited time.Duration
	}{
		"a delay that can be waited for": {"User-agent: *\nCrawl-delay: 4\n", articlesAtOnce, 4 * time.Second * (articlesAtOnce - 1)},
		"one that cannot":                {"User-agent: *\nCrawl-delay: 60\n", 1, 0},
		"forbidden":                      {"User-agent: *\nDisallow: /p/\n", 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, d *desk) {
				says["/robots.txt"] = c.robots
				s := serveSite(t, says)
				d.at(s)
				var waited time.Duration
				d.Pause = func(_ context.Context, w time.Duration) error { waited += w; d.now = d.now.Add(w); return nil }
				src := pageSource(s)
				src.FullText = true
				d.catalogue(src)
				if r := d.pull(); r.Entries.New != 30 {
					t.Errorf("%+v", r)
				}
				if n := len(s.requests("/p/")); n != c.asked || waited != c.waited {
					t.Errorf("%d articles asked for in %s, want %d in %s", n, waited, c.asked, c.waited)
				}
			})
		})
	}
}

func TestASitemapIndexIsFollowedWithinBounds(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		says := map[string]string{"/sm.xml": `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>SITE/pages.xml</loc></sitemap><sitemap><loc>SITE/loop.xml</loc></sitemap><sitemap><loc>SITE/news.xml</loc></sitemap></sitemapindex>`,
			"/news.xml": newsSitemap, "/pages.xml": `<urlset><url><loc>SITE/x</loc></url></urlset>`,
			"/loop.xml": `<sitemapindex><sitemap><loc>SITE/loop.xml</loc></sitemap><sitemap><loc>SITE/sm.xml</loc></sitemap></sitemapindex>`}
		s := serveSite(t, says)
		d.at(s)
		src := source("daily", "mena", feeds.KindMedia)
		src.URL, src.Type = s.URL+"/sm.xml", feeds.TypeSitemap
		d.catalogue(src)
		r := d.pull()
		if r.Entries.New != 1 || d.stories()[0].Lead().Entry.Title != "Ferry resumes" {
			t.Errorf("%+v", r)
		}
		if n := len(s.asked); n > 2+sitemapParts { // robots.txt and the index too
			t.Errorf("%d requests: %v", n, s.asked)
		}
	})
}

const secretName = "iom-tributary-9f3K+x"

// reliefWeb is a made-up API: it has as many reports as it is told and notes each call.
func reliefWeb(t *testing.T, total int, calls *[]*http.Request) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*calls = append(*calls, r)
		q := r.URL.Query()
		if q.Get("appname") != secretName {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `{"status":403,"error":{"type":"AccessDeniedHttpException","message":"You are not using an approved appname."}}`)
			return
		}
		limit, _ := strconv.Atoi(q.Get("limit"))
		offset, _ := strconv.Atoi(q.Get("offset"))
		var data []any
		for i := offset; i < min(offset+limit, total); i++ {
			id := strconv.Itoa(4_000_000 - i)
			data = append(data, map[string]any{"id": id, "score": 1, "href": ofRequest(r, "/v2/reports/"+id), "fields": map[string]any{
				"title": "Situation report " + id, "url_alias": "https://reliefweb.int/report/sudan/r" + id, "origin": "https://agency.example/" + id,
				"body-html": "<p>Families were moved to safer places in report " + id + ".</p>", "date": map[string]any{"original": "2026-11-18T00:00:00+00:00", "created": "2026-11-19T10:00:00+00:00", "changed": "2026-11-19T11:00:00+00:00"},
				"source":          []any{map[string]any{"name": "Agency of Examples", "shortname": "AoE", "homepage": "https://agency.example/"}},
				"primary_country": map[string]any{"name": "Sudan", "iso3": "sdn"}, "country": []any{map[string]any{"name": "Sudan", "iso3": "sdn"}, map[string]any{"name": "Chad", "iso3": "tcd"}},
				"theme": []any{map[string]any{"id": 4591, "name": "Disaster Management"}}, "language": []any{map[string]any{"id": 267, "name": "English", "code": "en"}},
			}})
		}
		if err := json.NewEncoder(w).Encode(map[string]any{"totalCount": total, "count": len(data), "data": append([]any{}, data...)}); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func ofRequest(r *http.Request, path string) string {
	return "http://" + r.Host + path + "?" + r.URL.RawQuery
}

func TestReliefWeb(t *testing.T) {
	cfg, err := config.Load(config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	classifier, err := classify.New(cfg.Taxonomy, classify.Options{DutyStations: cfg.DutyStations})
	if err != nil {
		t.Fatal(err)
	}
	onBoth(t, func(t *testing.T, d *desk) {
		var calls []*http.Request
		api := reliefWeb(t, 130, &calls)
		client, err := fetch.New(fetch.Options{Allow: []string{strings.TrimPrefix(api.URL, "http://")}, Version: "test"})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		d.Fetch, d.Puller.Classify, d.ReliefWebAppname = client, classifier, secretName
		src := source("rw", "ehsa", feeds.KindPartner)
		src.URL, src.Type, src.Language = api.URL+"/v2/reports?query[value]=displacement&limit=9999&offset=70&appname=stray", feeds.TypeReliefWeb, ""
		d.catalogue(src)
		if r := d.pull(); r.Entries.New != 130 || len(r.Failed) != 0 {
			t.Fatalf("%+v", r)
		}
		if len(calls) != 2 {
			t.Errorf("%d calls", len(calls))
		}
		for i, c := range calls {
			q := c.URL.Query()
			if q.Get("appname") != secretName || q.Get("limit") != "100" || q.Get("offset") != strconv.Itoa(100*i) || q.Get("query[value]") != "displacement" ||
				!slices.Contains(q["fields[include][]"], "country.iso3") || !strings.HasPrefix(c.UserAgent(), "Tributary/") || c.Header.Get("Cookie")+c.Header.Get("Referer") != "" {
				t.Errorf("call %d: %s %v", i, c.URL, c.Header)
			}
		}
		story := d.stories()[0]
		e := story.Lead().Entry
		if e.Authors[0].Name != "Agency of Examples" || e.Source.Link != "https://agency.example/" || !strings.HasPrefix(e.ID, "https://reliefweb.int/node/") {
			t.Errorf("entry %+v", e)
		}
		if got := story.Values(feeds.LabelCountry); !slices.Contains(got, "SD") || !slices.Contains(got, "TD") {
			t.Errorf("countries %v", got)
		}
		byPublisher := 0
		for _, l := range story.Labels {
			if l.By == feeds.ByPublisher && (l.Kind == feeds.LabelCountry || l.Kind == feeds.LabelTopic) {
				byPublisher++
			}
		}
		if byPublisher < 3 {
			t.Errorf("labels of the publisher: %+v", story.Labels)
		}
		noSecret(t, d)
		d.now = d.now.Add(time.Hour)
		if r := d.pull(); r.Entries.New+r.Entries.Changed != 0 {
			t.Errorf("again: %+v", r)
		}
	})
}

// noSecret looks for the appname in everything that is kept.
func noSecret(t *testing.T, d *desk) {
	t.Helper()
	states, err := d.db.Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("%+v %+v", states, d.stories())
	for _, form := range []string{secretName, url.QueryEscape(secretName), url.PathEscape(secretName)} {
		if strings.Contains(text, form) {
			t.Errorf("the appname is kept: %s", text)
		}
	}
}

func TestReliefWebRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		appname string
		answer  http.HandlerFunc
		says    string
		calls   int
	}{
		"no appname":   {"", nil, "ask for one at https://apidoc.reliefweb.int/parameters#appname and set reliefweb.appname", 0},
		"not approved": {secretName, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, "does not know the appname", 1},
		"quota": {secretName, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(429)
		}, "quota", 1},
		"a query of ours": {secretName, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(400) }, "does not understand the query", 1},
		"an error that repeats the address": {secretName, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "http://%zz/?"+r.URL.RawQuery)
			w.WriteHeader(302)
		}, "no valid address", 1},
		"an answer of another kind": {secretName, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>maintenance</html>") }, "not a feed", 1},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, d *desk) {
				calls := 0
				s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { calls++; c.answer(w, r) }))
				defer s.Close()
				client, err := fetch.New(fetch.Options{Allow: []string{strings.TrimPrefix(s.URL, "http://")}})
				if err != nil {
					t.Fatal(err)
				}
				defer client.Close()
				d.Fetch, d.ReliefWebAppname = client, c.appname
				src := source("rw", "ehsa", feeds.KindPartner)
				src.URL, src.Type = s.URL+"/v2/reports", feeds.TypeReliefWeb
				d.catalogue(src)
				r := d.pull()
				if len(r.Failed) != 1 || !strings.Contains(r.Failed[0].Error, c.says) || calls != c.calls {
					t.Errorf("%+v after %d calls", r.Failed, calls)
				}
				if text := fmt.Sprintf("%+v", r); strings.Contains(text, secretName) || strings.Contains(text, url.QueryEscape(secretName)) {
					t.Errorf("the report shows the appname: %s", text)
				}
				if p := d.polling("rw"); (name == "quota") != !p.RetryAfter.IsZero() {
					t.Errorf("retry after %s", p.RetryAfter)
				}
				noSecret(t, d)
			})
		})
	}
}
