package web

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"tributary/feeds"
	"tributary/internal/publish"
)

func savedWorld() []feeds.SavedChannel {
	places := feeds.Selector{All: [][]feeds.Term{{{Kind: feeds.TermRegion, Value: "mena"}, {Kind: feeds.TermCountry, Value: "LY"}}}, Without: []string{"daily"}}
	return []feeds.SavedChannel{
		{Slug: "coast", ID: "old", Office: "hq", Title: map[string]string{"en": "The coast & the sea", "fr": "La côte"}, Description: map[string]string{"en": "From Tripoli <to> Tangier."},
			Selector: places, Former: []string{"old"}},
		{Slug: "ending", ID: "ending", Office: "hq", Title: map[string]string{"en": "Ending"}, Selector: feeds.Selector{Query: "seminar"},
			Ends: now.Add(-time.Hour), Gone: now.Add(24 * time.Hour), Note: map[string]string{"en": "It is over."}, To: "coast"},
		{Slug: "gone", ID: "gone", Office: "hq", Title: map[string]string{"en": "Gone"}, Selector: places, Ends: now.Add(-2 * time.Hour), Gone: now.Add(-time.Hour)},
	}
}

// savedHandler is the door with saved channels.
func savedHandler(t testing.TB) *Handler {
	t.Helper()
	store := newStore()
	p, err := publish.New(publish.Options{
		Store: store, Counts: store.counts, Taxonomy: worldTaxonomy(), Offices: worldOffices(), Saved: savedWorld(), BaseURL: "https://feeds.example.org",
		Authority: "example.org", AuthorityYear: 2026, Now: func() time.Time { return now },
		Sources: func(context.Context) ([]feeds.Source, error) {
			var out []feeds.Source
			for _, s := range worldSources() {
				out = append(out, s.Source)
			}
			return out, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return newHandler(t, func(o *Options) { o.Store, o.Counts, o.Publisher, o.Saved = store, store.counts, p, savedWorld() })
}

func TestSavedChannelPages(t *testing.T) {
	h := savedHandler(t)
	for _, c := range []struct {
		address string
		holds   []string
		lacks   []string
	}{
		{"/feeds/channel/coast.html", []string{"<h1>The coast &amp; the sea</h1>", "From Tripoli &lt;to&gt; Tangier.", "Middle East and North Africa, Libya", "Places", "Without", "The Daily &lt;b&gt;", "Headquarters", "Seminar in Tripoli",
			`>https://feeds.example.org/feeds/channel/coast.atom</textarea>`}, []string{"A headline of the press", "retired"}},
		{"/feeds/channel/coast.html?lang=fr", []string{"<h1>La côte</h1>", `<p class="lead" lang="en">From Tripoli`, "Lieux", "Libye"}, nil},
		{"/feeds/channel/coast.html?topic=floods", []string{`>https://feeds.example.org/feeds/channel/coast.atom?topic=floods</textarea>`, "فيضانات"}, []string{"Seminar in Tripoli"}},
		{"/feeds/channel/ending.html", []string{"This channel was retired on 24 November 2026. Its feeds are answered until 25 November 2026.", "<span>It is over.</span>", `<a href="/feeds/channel/coast.html"><bdi>The coast &amp; the sea</bdi></a>`, "Seminar in Tripoli"}, []string{"<textarea", "<script"}},
		{"/", []string{`<h2 id="channels">Channels</h2>`, `<a href="/feeds/channel/coast.html">The coast &amp; the sea</a>`}, []string{"Ending", ">Gone<"}},
		{"/feeds", []string{`<h2 id="channels">Channels</h2>`, `href="https://feeds.example.org/feeds/channel/coast.rss"`}, []string{"channel/ending", "channel/gone"}},
		{"/feeds.opml", []string{`xmlUrl="https://feeds.example.org/feeds/channel/coast.atom"`}, []string{"channel/gone", "channel/ending"}},
	} {
		w := get(h, c.address)
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d", c.address, w.Code)
		}
		for _, text := range c.holds {
			if !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s lacks %q", c.address, text)
			}
		}
		for _, text := range c.lacks {
			if strings.Contains(w.Body.String(), text) {
				t.Errorf("%s holds %q", c.address, text)
			}
		}
		if strings.HasSuffix(c.address, ".html") || strings.Contains(c.address, ".html?") {
			checkHTML(t, c.address, w.Body.String())
		}
	}
}

// A former slug leads to the channel in every format, with its filters, for good.
func TestFormerSlugsRedirect(t *testing.T) {
	h := savedHandler(t)
	for from, to := range map[string]string{
		"/feeds/channel/old.atom":                           "/feeds/channel/coast.atom",
		"/feeds/channel/old.rss?topic=floods&country=ly":    "/feeds/channel/coast.rss?topic=floods&country=ly",
		"/feeds/channel/old.json?limit=5":                   "/feeds/channel/coast.json?limit=5",
		"/feeds/channel/old.html?topic=floods&lang=fr":      "/feeds/channel/coast.html?topic=floods&lang=fr",
		"/embed/channel/old.html?limit=3":                   "/embed/channel/coast.html?limit=3",
		"/embed/channel/old.frame.html":                     "/embed/channel/coast.frame.html",
		"/feeds/channel/COAST.html":                         "/feeds/channel/coast.html",
		"/feeds/channel/old.atom?q=%22%0D%0AX-Evil:%201%22": "/feeds/channel/coast.atom?q=%22%0D%0AX-Evil:%201%22",
	} {
		w := get(h, from)
		if got := w.Header().Get("Location"); w.Code != http.StatusMovedPermanently || got != to {
			t.Errorf("%s: %d to %q", from, w.Code, got)
		}
	}
}

// Unknown slugs are told what there is, and a channel that is gone where to go.
func TestChannelsThatAreNotThere(t *testing.T) {
	h := savedHandler(t)
	w := get(h, "/feeds/channel/coats.atom")
	if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "What would work: coast, ending") {
		t.Errorf("unknown: %d %s", w.Code, w.Body)
	}
	if page := get(h, "/feeds/channel/coats.html"); page.Code != http.StatusNotFound || !strings.Contains(page.Body.String(), `<a href="/feeds/channel/coast.html">coast – The coast &amp; the sea</a>`) {
		t.Errorf("unknown page: %d", page.Code)
	}
	for _, ext := range []string{"atom", "rss", "json", "html"} {
		w := get(h, "/feeds/channel/gone."+ext)
		if w.Code != http.StatusGone || !strings.Contains(w.Body.String(), "https://feeds.example.org/feeds") {
			t.Errorf("gone.%s: %d %s", ext, w.Code, w.Body)
		}
	}
	if w := get(h, "/feeds/channel/gone.atom"); w.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("gone: %v", w.Header())
	}
	if page := get(h, "/feeds/channel/gone.html?lang=fr"); !strings.Contains(page.Body.String(), "Ce canal n’est plus publié") {
		t.Errorf("gone in French: %s", page.Body)
	}
}

// Addresses can be taken without scripts, and by the button with them.
func TestAddressesCanBeCopied(t *testing.T) {
	h := savedHandler(t)
	w := get(h, "/feeds/channel/coast.html")
	if got := w.Header().Get("Content-Security-Policy"); !strings.HasSuffix(got, "; script-src 'self'") || strings.Contains(got, "unsafe") || !strings.Contains(got, "frame-ancestors 'none'") {
		t.Errorf("policy %q", got)
	}
	doc := parse(t, w.Body.String())
	ids := map[string]bool{}
	for n := range doc.Descendants() {
		if n.Data == "textarea" && hasAttr(n, "readonly") && attr(n, "dir") == "ltr" {
			ids[attr(n, "id")] = true
		}
	}
	buttons := 0
	for n := range doc.Descendants() {
		if n.Data == "button" && attr(n, "data-copies") != "" {
			buttons++
			if !ids[attr(n, "data-copies")] || !hasAttr(n, "hidden") {
				t.Errorf("button for %q", attr(n, "data-copies"))
			}
		}
	}
	if buttons != 5 {
		t.Errorf("%d buttons", buttons)
	}
	script := find(doc, func(n *html.Node) bool { return n.Data == "script" })
	if got := get(h, attr(script, "src")); got.Code != http.StatusOK || !strings.HasPrefix(got.Header().Get("Content-Type"), "text/javascript") {
		t.Errorf("script: %d %s", got.Code, got.Header().Get("Content-Type"))
	}
}

func hasAttr(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}
