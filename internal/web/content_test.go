package web

import (
	"context"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"tributary/feeds"
	"tributary/internal/publish"
)

func parse(t *testing.T, page string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// find gives the first element for which match holds.
func find(doc *html.Node, match func(*html.Node) bool) *html.Node {
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && match(n) {
			return n
		}
	}
	return nil
}

func TestHostileTextStaysText(t *testing.T) {
	h := newHandler(t)
	for _, address := range []string{"/", "/feeds/all.html", "/stories/" + hostileID, "/sources", "/feeds/all.html?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/feeds/country/%3Cscript%3E.html", "/%3Cscript%3E"} {
		page := strings.ReplaceAll(get(h, address).Body.String(), `<script src="/static/copy.js?v=`, "")
		for _, bad := range []string{"<script", "<img", "onerror=alert(1)>", "<i>rule", "<b>", `href="javascript`} {
			if strings.Contains(page, bad) {
				t.Errorf("%s holds %q", address, bad)
			}
		}
	}
	heading := find(parse(t, get(h, "/stories/"+hostileID).Body.String()), func(n *html.Node) bool { return n.Data == "h1" })
	if got := text(heading); got != hostileTitle {
		t.Errorf("title %q, want %q", got, hostileTitle)
	}
	box := find(parse(t, get(h, "/feeds/all.html?q=%22%3E%26").Body.String()), func(n *html.Node) bool { return attr(n, "id") == "search" })
	if got := attr(box, "value"); got != `">&` {
		t.Errorf("query shown back as %q", got)
	}
}

func TestTextCarriesItsOwnLanguageAndDirection(t *testing.T) {
	h := newHandler(t)
	doc := parse(t, get(h, "/stories/"+arabicID).Body.String())
	root := find(doc, func(n *html.Node) bool { return n.Data == "html" })
	if attr(root, "lang") != "en" || attr(root, "dir") != "ltr" {
		t.Errorf("page: lang %q dir %q", attr(root, "lang"), attr(root, "dir"))
	}
	for _, match := range []func(*html.Node) bool{
		func(n *html.Node) bool { return n.Data == "h1" },
		func(n *html.Node) bool { return attr(n, "class") == "text" },
	} {
		n := find(doc, match)
		if n == nil || attr(n, "lang") != "ar" || attr(n, "dir") != "rtl" {
			t.Errorf("Arabic text: %+v", n)
		}
	}
	list := parse(t, get(h, "/feeds/language/ar.html").Body.String())
	item := find(list, func(n *html.Node) bool { return n.Data == "h3" && strings.Contains(text(n), "درنة") })
	if item == nil || attr(item, "dir") != "rtl" {
		t.Errorf("Arabic title in a list: %+v", item)
	}
	meta := find(list, func(n *html.Node) bool { return n.Data == "bdi" && text(n) == "UN News" })
	if meta == nil {
		t.Error("a publisher's name is not isolated")
	}
}

func TestDirections(t *testing.T) {
	cases := map[string]string{"ar": "rtl", "ar-EG": "rtl", "fa": "rtl", "ps": "rtl", "ur": "rtl", "he": "rtl", "ku-Arab": "rtl", "ku-IQ": "rtl", "uz-AF": "rtl", "uz": "ltr", "ckb": "rtl", "sd-Deva": "ltr", "rhg": "rtl", "dv": "rtl", "en": "ltr", "az": "ltr", "zh-Hant": "ltr", "": "auto", "und": "auto", "not a tag": "auto"}
	for tag, want := range cases {
		if got := direction(tag); got != want {
			t.Errorf("direction(%q) = %s, want %s", tag, got, want)
		}
	}
}

func TestLanguageOfThePage(t *testing.T) {
	h := newHandler(t)
	cases := []struct{ address, accept, lang, holds string }{
		{"/", "", "en", "Latest stories"},
		{"/", "fr-CA, en;q=0.5", "fr", "Derniers articles"},
		{"/", "ar, es;q=0.9", "es", "Últimas noticias"},
		{"/", "ja", "en", "Latest stories"},
		{"/", "???", "en", "Latest stories"},
		{"/", strings.Repeat("fr,", 200), "en", "Latest stories"},
		{"/?lang=fr", "es", "fr", "Libye"},
		{"/?lang=es-MX", "", "es", "Libia"},
		{"/?lang=xx", "fr", "fr", "Libye"},
		{"/stories/" + seminarID + "?lang=fr", "", "fr", "23 novembre 2026 à 09:30 UTC"},
		{"/stories/" + seminarID + "?lang=es", "", "es", "23 de noviembre de 2026"},
	}
	for _, c := range cases {
		w := get(h, c.address, "Accept-Language", c.accept)
		root := find(parse(t, w.Body.String()), func(n *html.Node) bool { return n.Data == "html" })
		if attr(root, "lang") != c.lang || w.Header().Get("Content-Language") != c.lang {
			t.Errorf("%s (%s): language %q", c.address, c.accept, attr(root, "lang"))
		}
		if !strings.Contains(w.Body.String(), c.holds) {
			t.Errorf("%s (%s): lacks %q", c.address, c.accept, c.holds)
		}
		if !slices.Contains(w.Header().Values("Vary"), "Accept-Encoding, Accept-Language") {
			t.Errorf("%s: Vary %q", c.address, w.Header().Values("Vary"))
		}
	}
}

func TestLanguageSwitchKeepsThePlace(t *testing.T) {
	doc := parse(t, get(newHandler(t), "/feeds/country/ly.html?topic=floods&lang=es").Body.String())
	want := map[string]string{
		"en": "/feeds/country/ly.html?topic=floods&lang=en",
		"fr": "/feeds/country/ly.html?topic=floods&lang=fr",
		"es": "/feeds/country/ly.html?topic=floods&lang=es",
	}
	for lang, href := range want {
		n := find(doc, func(n *html.Node) bool { return n.Data == "a" && attr(n, "hreflang") == lang })
		if n == nil || attr(n, "href") != href {
			t.Errorf("%s: %+v", lang, n)
			continue
		}
		if current := attr(n, "aria-current") == "true"; current != (lang == "es") {
			t.Errorf("%s: current %v", lang, current)
		}
	}
}

func TestStoryShowsWhatChanged(t *testing.T) {
	doc := parse(t, get(newHandler(t), "/stories/"+seminarID).Body.String())
	added := find(doc, func(n *html.Node) bool { return n.Data == "ins" && strings.Contains(text(n), "Tuesday") })
	removed := find(doc, func(n *html.Node) bool { return n.Data == "del" && strings.Contains(text(n), "Monday") })
	title := find(doc, func(n *html.Node) bool { return n.Data == "ins" && strings.Contains(text(n), "& protection") })
	if added == nil || removed == nil || title == nil {
		t.Errorf("changes are missing: added %v, removed %v, title %v", added, removed, title)
	}
}

func TestFormKeepsFiltersAndLanguage(t *testing.T) {
	doc := parse(t, get(newHandler(t), "/feeds/country/ly.html?topic=floods&limit=10&lang=fr").Body.String())
	for name, value := range map[string]string{"topic": "floods", "limit": "10", "lang": "fr"} {
		n := find(doc, func(n *html.Node) bool {
			return n.Data == "input" && attr(n, "type") == "hidden" && attr(n, "name") == name && attr(n.Parent, "class") == "narrow"
		})
		if n == nil || attr(n, "value") != value {
			t.Errorf("%s: %+v", name, n)
		}
	}
	if n := find(doc, func(n *html.Node) bool { return attr(n, "id") == "narrow-country" }); n != nil {
		t.Error("the form offers a second country for a country's feed")
	}
}

func TestBasePathPrefixesEveryLink(t *testing.T) {
	h := newHandler(t, func(o *Options) { o.BaseURL = "https://example.org/news/" })
	for _, address := range []string{"/", "/feeds", "/feeds/country/ly.html?topic=floods", "/stories/" + seminarID, "/nothing"} {
		doc := parse(t, get(h, address).Body.String())
		for n := range doc.Descendants() {
			for _, key := range []string{"href", "action"} {
				if v := attr(n, key); strings.HasPrefix(v, "/") && !strings.HasPrefix(v, "/news/") {
					t.Errorf("%s: %s=%q leaves the prefix", address, key, v)
				}
			}
		}
	}
}

func TestRegionsSelectThroughTheirCountries(t *testing.T) {
	store := newStore()
	story := store.stories[seminarID]
	story.Labels = slices.DeleteFunc(slices.Clone(story.Labels), func(l feeds.Label) bool { return l.Kind == feeds.LabelRegion })
	store.stories[seminarID] = story
	page := get(newHandler(t, func(o *Options) { o.Store, o.Counts = store, store.counts }), "/").Body.String()
	if !strings.Contains(page, `href="/feeds/region/mena.html"`) {
		t.Error("a region whose countries have stories is not listed")
	}
}

func TestLabelsWithoutAFeedAreNotLinked(t *testing.T) {
	store := newStore()
	story := store.stories[seminarID]
	story.Labels = append(slices.Clone(story.Labels), feeds.Label{Kind: feeds.LabelLanguage, Value: "tlh", Score: 1, By: feeds.ByModel}, feeds.Label{Kind: feeds.LabelTopic, Value: "dropped-topic", Score: 1, By: feeds.ByPerson})
	store.stories[seminarID] = story
	h := newHandler(t, func(o *Options) { o.Store, o.Counts = store, store.counts })
	for _, path := range []string{"/stories/" + seminarID, "/feeds", "/"} {
		page := get(h, path).Body.String()
		if strings.Contains(page, "/feeds/language/tlh") || strings.Contains(page, "/feeds/topic/dropped-topic") {
			t.Errorf("%s links to a feed that does not exist", path)
		}
	}
	if !strings.Contains(get(h, "/stories/"+seminarID).Body.String(), "dropped-topic") {
		t.Error("the label itself is hidden")
	}
}

func TestErrorsSayWhatWouldWork(t *testing.T) {
	many := worldTaxonomy()
	for _, code := range []string{"AF", "BD", "BO", "TD", "CO", "CD", "ET", "HT", "LB", "NE", "NG", "SD", "SY"} {
		many.Countries = append(many.Countries, feeds.Country{ISO2: code, Label: map[string]string{"en": "Country " + code}})
	}
	h := newHandler(t, func(o *Options) {
		o.Taxonomy = many
		p, err := publish.New(publish.Options{Store: newStore(), Counts: newStore().counts, Taxonomy: many, BaseURL: o.BaseURL, Authority: "example.org", AuthorityYear: 2026,
			Sources: func(context.Context) ([]feeds.Source, error) { return nil, nil }})
		if err != nil {
			t.Fatal(err)
		}
		o.Publisher = p
	})
	for address, words := range map[string][]string{
		"/feeds/country/lybia.html":         {"Did you mean", "ly – Libya", "/feeds/country/ly.html"},
		"/feeds/country/lybia.html?lang=fr": {"Vouliez-vous dire", "ly – Libye", `lang="en">There is no country`},
		"/feeds/all.html?limit=1000":        {"The limit is one number from 1 to 100."},
		"/feeds/all.html?kind=blog":         {"What would work", "partner – Partner"},
		"/feeds/2026/nonsense.html":         {"There are no feeds by"},
	} {
		w := get(h, address)
		if w.Code != 404 && w.Code != 400 {
			t.Errorf("%s: %d", address, w.Code)
		}
		for _, text := range words {
			if !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s lacks %q", address, text)
			}
		}
		checkHTML(t, address, w.Body.String())
	}
}
