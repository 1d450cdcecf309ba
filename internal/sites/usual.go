package sites

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tributary/feeds"
)

// system is the software of a site: what its generator says, else what its addresses
// give away; empty when neither does.
func (p *page) system(generator string) string {
	g := strings.ToLower(generator)
	for _, s := range [][2]string{{"wordpress", "WordPress"}, {"drupal", "Drupal"}, {"joomla", "Joomla"}, {"typo3", "TYPO3"}, {"spip", "SPIP"},
		{"hugo", "Hugo"}, {"jekyll", "Jekyll"}, {"ghost", "Ghost"}, {"squarespace", "Squarespace"}, {"wix", "Wix"}, {"blogger", "Blogger"}, {"plone", "Plone"}} {
		if strings.Contains(g, s[0]) {
			return s[1]
		}
	}
	out := ""
	elementsOf(p.root, func(e *html.Node) bool {
		var ref string
		switch e.DataAtom {
		case atom.Link, atom.A:
			ref = attr(e, "href")
		case atom.Script, atom.Img:
			ref = attr(e, "src")
		}
		switch {
		case strings.Contains(ref, "/wp-content/") || strings.Contains(ref, "/wp-includes/") || strings.Contains(ref, "/wp-json/"):
			out = "WordPress"
		case strings.Contains(ref, "/sites/default/files/") || strings.Contains(ref, "/sites/all/") || hasAttr(e, "data-drupal-selector") || hasAttr(e, "data-drupal-link-system-path"):
			out = "Drupal"
		case strings.Contains(ref, "/media/jui/") || strings.Contains(ref, "option=com_content"):
			out = "Joomla"
		case strings.Contains(ref, "/typo3conf/") || strings.Contains(ref, "/typo3temp/"):
			out = "TYPO3"
		}
		return out == ""
	})
	return out
}

// usualOf are the usual addresses of feeds by the site's software, relative to the
// site's top ("/x") or to the page ("x").
var usualOf = map[string][]string{
	"WordPress":   {"/feed/", "feed/", "/?feed=rss2", "/?feed=atom"},
	"Drupal":      {"/rss.xml", "LANG/rss.xml", "/rss.xml/all", "/feed", "/news/rss.xml", "/news/feed", "/taxonomy/term/1/feed"},
	"Joomla":      {"?format=feed&type=rss", "?format=feed&type=atom", "/index.php?format=feed&type=rss"},
	"TYPO3":       {"/rss.xml", "/?type=9818", "/?type=100"},
	"SPIP":        {"/spip.php?page=backend"},
	"Hugo":        {"/index.xml", "index.xml"},
	"Jekyll":      {"/feed.xml", "/atom.xml"},
	"Ghost":       {"/rss/"},
	"Squarespace": {"?format=rss"},
	"Wix":         {"/blog-feed.xml", "/feed.xml"},
	"Blogger":     {"/feeds/posts/default"},
	"Plone":       {"RSS", "/news/RSS"},
}

// usualOfAny are those worth trying anywhere.
var usualOfAny = []string{"/feed", "/rss.xml", "LANG/rss.xml", "/rss", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json", "/news/rss.xml", "/news/feed", "/?feed=rss2"}

// usual adds what nothing on the page names.
func (f *finder) usual() {
	top, err := url.Parse(f.base)
	if err != nil {
		return
	}
	lang, _, _ := strings.Cut(first(f.language, "en"), "-")
	at := func(ref string) string {
		ref = strings.Replace(ref, "LANG/", "/"+lang+"/", 1)
		if strings.HasPrefix(ref, "/") || strings.HasPrefix(ref, "?") {
			return f.address(ref)
		}
		page := *top
		page.RawQuery, page.Fragment = "", ""
		return strings.TrimSuffix(page.String(), "/") + "/" + ref
	}
	for i, ref := range usualOf[f.out.Generator] {
		f.guess(Candidate{URL: at(ref), Type: feeds.TypeFeed, Rank: rankSystem + min(i, 9), Reason: "usual for " + f.out.Generator})
	}
	for i, ref := range usualOfAny {
		f.guess(Candidate{URL: at(ref), Type: feeds.TypeFeed, Rank: rankUsual + min(i, 9), Reason: "an address that is usual for feeds"})
	}
	for _, ref := range []string{"/news-sitemap.xml", "/sitemap-news.xml", "/sitemap.xml"} {
		f.guess(Candidate{URL: at(ref), Type: feeds.TypeSitemap, Rank: rankSitemap, Reason: "an address that is usual for sitemaps"})
	}
}

func (f *finder) guess(c Candidate) {
	c.Guess = true
	f.add(c)
}
