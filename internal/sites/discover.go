package sites

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tributary/feeds"
	"tributary/feeds/read"
)

// Candidate is an address at which entries may be found.
type Candidate struct {
	URL    string           `json:"url"`
	Type   feeds.SourceType `json:"type"`
	Title  string           `json:"title,omitempty"`
	Reason string           `json:"reason"` // why it is one, a phrase
	Rank   int              `json:"-"`      // lower is better
	Guess  bool             `json:"-"`      // nothing on the site names it
	Spoken bool             `json:"-"`      // only its words are those of a feed: it may be a page about feeds
}

// Discovery is what a site's page says about where its entries are.
type Discovery struct {
	Title      string
	Language   string
	Generator  string      // "WordPress", "Drupal" ... when it can be told
	Candidates []Candidate // the best first
	Looks      []Candidate // pages of the site that may name more, the best first
}

// The ranks of candidates. Feeds of comments come last of all that the site names.
const (
	rankDeclared = 10
	rankLinked   = 20
	rankSpoken   = 30 // only its words are those of a feed
	rankComments = 40
	rankSystem   = 50 // usual for the site's software
	rankUsual    = 60
	rankSitemap  = 70
)

// Discover looks on a page for feeds: links that declare them, links that look like
// them, and addresses that are usual, by the site's software if that can be told. An
// error wraps feeds.ErrNotFeed when the document is no page.
func Discover(d Document) (*Discovery, error) {
	p, err := parsePage(d)
	if err != nil {
		return nil, err
	}
	about := p.feed()
	f := finder{page: p, found: map[string]int{}, out: &Discovery{Title: about.Title, Language: p.language, Generator: p.system(about.Generator)}}
	elementsOf(p.root, func(e *html.Node) bool {
		switch e.DataAtom {
		case atom.Link:
			f.declared(e)
		case atom.A, atom.Area:
			f.linked(e)
		}
		return len(f.out.Candidates) < maxCandidates
	})
	f.usual()
	byRank := func(a, b Candidate) int { return cmp.Compare(a.Rank, b.Rank) }
	slices.SortStableFunc(f.out.Candidates, byRank)
	slices.SortStableFunc(f.out.Looks, byRank)
	f.out.Looks = f.out.Looks[:min(len(f.out.Looks), maxLooks)]
	return f.out, nil
}

type finder struct {
	*page
	found map[string]int // address -> place in out.Candidates
	out   *Discovery
}

func (f *finder) add(c Candidate) {
	if c.URL == "" || canonicalID(c.URL) == canonicalID(f.url) {
		return
	}
	if i, ok := f.found[c.URL]; ok {
		if have := &f.out.Candidates[i]; c.Rank < have.Rank {
			c.Title = first(c.Title, have.Title)
			*have = c
		}
		return
	}
	f.found[c.URL] = len(f.out.Candidates)
	f.out.Candidates = append(f.out.Candidates, c)
}

// feedTypes are media types of feeds, as written in the wild.
var feedTypes = []string{"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/rss", "application/atom",
	"application/rss xml", "application/atom xml", "application/x-rss+xml", "application/x-atom+xml", "application/cdf", "application/x-cdf", "text/rss", "text/rss+xml", "text/atom+xml", "text/x-rss"}

// looseTypes are those of feeds and of much else.
var looseTypes = []string{"text/xml", "application/xml", "application/json", ""}

// declared reads a link element.
func (f *finder) declared(e *html.Node) {
	rel := attr(e, "rel")
	kind, _, _ := strings.Cut(strings.ToLower(attr(e, "type")), ";")
	kind = strings.TrimSpace(kind)
	u := f.feedAddress(attr(e, "href"))
	isFeed := hasToken(rel, "feed") || hasToken(rel, "alternate") && (slices.Contains(feedTypes, kind) ||
		slices.Contains(looseTypes, kind) && kind != "" && looksLikeFeed(u) || kind == "" && attr(e, "hreflang") == "" && looksLikeFeed(u))
	if !isFeed && slices.Contains(feedTypes, kind) && !hasToken(rel, "stylesheet", "self", "search", "edituri") {
		isFeed = rel == "" || hasToken(rel, "alternative", "alternate", "rss", "atom", "syndication")
	}
	if !isFeed || strings.Contains(u, "/oembed") || strings.Contains(u, "/wp-json/") {
		return
	}
	c := Candidate{URL: u, Type: feeds.TypeFeed, Title: read.Line(attr(e, "title"), maxTitle), Rank: rankDeclared, Reason: "declared by the page"}
	if isComments(c.URL, c.Title) {
		c.Rank, c.Reason = rankComments, "declared by the page, but of comments"
	}
	f.add(c)
}

// feedAddress resolves an address that may be written for a feed reader.
func (f *finder) feedAddress(ref string) string {
	if rest, ok := strings.CutPrefix(ref, "feed:"); ok {
		if ref = rest; strings.HasPrefix(rest, "//") {
			ref = "https:" + rest
		}
	}
	return f.address(ref)
}

// linked reads a link in the page's text.
func (f *finder) linked(e *html.Node) {
	ref := attr(e, "href")
	u := f.feedAddress(ref)
	if u == "" || isSharing(u) {
		return
	}
	said := strings.ToLower(textOf(120, e))
	words := []string{said, strings.ToLower(attr(e, "title")), strings.ToLower(attr(e, "aria-label")), strings.ToLower(attr(e, "class"))}
	if img := find(e, func(i *html.Node) bool { return i.DataAtom == atom.Img }); img != nil {
		words = append(words, strings.ToLower(attr(img, "alt")), strings.ToLower(attr(img, "src")))
	}
	kind, _, _ := strings.Cut(strings.ToLower(attr(e, "type")), ";")
	speaks := slices.ContainsFunc(words, speaksOfFeeds)
	c := Candidate{URL: u, Type: feeds.TypeFeed, Title: read.Line(first(textOf(120, e), attr(e, "title")), maxTitle)}
	switch {
	case slices.Contains(feedTypes, strings.TrimSpace(kind)) || strings.HasPrefix(ref, "feed:"):
		c.Rank, c.Reason = rankLinked, "linked as a feed"
	case looksLikeFeed(u) && (speaks || f.near(u)):
		c.Rank, c.Reason = rankLinked, "linked, with an address like a feed's"
	case speaks && f.near(u) && !isDocument(u):
		c.Rank, c.Spoken, c.Reason = rankSpoken, true, "linked with the words of a feed"
		f.look(u, c.Title, 1, "it speaks of feeds")
	default:
		if f.near(u) && !isDocument(u) {
			if place := speaksOfNews(said, u); place > 0 {
				f.look(u, c.Title, place+1, "it may list the news")
			}
		}
		return
	}
	if isComments(u, c.Title) {
		c.Rank, c.Reason = rankComments, "linked, but of comments"
	}
	f.add(c)
}

func (f *finder) look(u, title string, rank int, reason string) {
	id := canonicalID(u)
	if id == canonicalID(f.url) || len(f.out.Looks) >= 4*maxLooks || slices.ContainsFunc(f.out.Looks, func(c Candidate) bool { return canonicalID(c.URL) == id }) {
		return
	}
	f.out.Looks = append(f.out.Looks, Candidate{URL: u, Type: feeds.TypePage, Title: title, Rank: rank, Reason: reason})
}

// near tells an address of the same site, or of a host below its domain.
func (f *finder) near(u string) bool {
	a, err := url.Parse(u)
	b, err2 := url.Parse(f.base)
	if err != nil || err2 != nil {
		return false
	}
	x, y := strings.TrimPrefix(strings.ToLower(a.Hostname()), "www."), strings.TrimPrefix(strings.ToLower(b.Hostname()), "www.")
	return x == y || strings.HasSuffix(x, "."+y) || strings.HasSuffix(y, "."+x)
}

// looksLikeFeed judges an address alone.
func looksLikeFeed(address string) bool {
	u, err := url.Parse(strings.ToLower(address))
	if err != nil || address == "" {
		return false
	}
	host := u.Hostname()
	if strings.HasPrefix(host, "feeds.") || strings.HasPrefix(host, "rss.") || strings.HasPrefix(host, "feed.") || strings.HasSuffix(host, ".feedburner.com") {
		return strings.Trim(u.Path, "/") != ""
	}
	if q := u.Query(); q.Has("feed") && q.Get("feed") != "" || q.Get("format") == "feed" || q.Get("format") == "rss" || q.Get("format") == "atom" ||
		q.Get("type") == "rss" || q.Get("type") == "atom" || q.Get("output") == "rss" || q.Get("_format") == "rss" {
		return true
	}
	path := strings.TrimSuffix(u.Path, "/")
	last := path[strings.LastIndexByte(path, '/')+1:]
	name, extension, _ := cutLast(last, ".")
	switch extension {
	case "rss", "atom", "rdf":
		return true
	case "xml", "json", "php", "aspx", "ashx", "asp", "cfm", "jsp":
		return slices.ContainsFunc(nameWords(name), func(w string) bool { return slices.Contains(feedWords, w) }) || extension == "xml" && (name == "index" || name == "news")
	}
	return slices.Contains(feedWords, last)
}

var feedWords = []string{"rss", "feed", "feeds", "atom", "rdf", "rss2", "rss20", "newsfeed", "rssfeed", "feed1", "syndication", "xmlfeed"}

func nameWords(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '_' || r == '.' })
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// isDocument tells an address of a file that holds no entries.
func isDocument(u string) bool {
	u, _, _ = strings.Cut(strings.ToLower(u), "?")
	for _, e := range []string{".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".zip", ".jpg", ".jpeg", ".png", ".gif", ".svg", ".mp3", ".mp4", ".ics", ".css", ".js"} {
		if strings.HasSuffix(u, e) {
			return true
		}
	}
	return false
}

// speaksOfFeeds tells words with which pages link to feeds, in eight languages.
func speaksOfFeeds(s string) bool {
	for w := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(" -_/.,:()[]|\n\t", r) }) {
		switch w {
		case "rss", "atom", "feed", "feeds", "rss2", "syndication", "syndicate", "sindicación", "sindicacion", "syndizierung", "newsfeed", "خلاصات", "خلاصة", "лента", "рассылка":
			return true
		}
	}
	return false
}

// speaksOfNews ranks words with which sites link to their news: 1 for press releases,
// 2 for news; 0 for others.
func speaksOfNews(said, address string) int {
	u, err := url.Parse(strings.ToLower(address))
	if err != nil {
		return 0
	}
	for place, words := range [][]string{
		{"press", "presse", "prensa", "stampa", "imprensa", "пресс", "media centre", "media center", "communiqu", "comunicado", "pressemitteilung", "salle-de-presse", "newsroom", "صحفية", "صحافة"},
		{"news", "actualité", "actualite", "noticia", "notícia", "nachrichten", "aktuell", "notizie", "новости", "أخبار", "الأخبار", "blog", "stories", "updates"},
	} {
		for _, w := range words {
			if strings.Contains(said, w) && len(said) < 60 || strings.Contains(u.Path, w) && strings.Count(strings.Trim(u.Path, "/"), "/") < 2 && len(u.Path) < 40 {
				return place + 1
			}
		}
	}
	return 0
}

func isComments(u, title string) bool {
	s := strings.ToLower(u + " " + title)
	for _, w := range []string{"comment", "kommentar", "comentario", "комментари", "تعليقات"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// isSharing tells addresses of services that only pass a feed or page on.
func isSharing(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return true
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	for _, h := range []string{"feedly.com", "inoreader.com", "netvibes.com", "add.my.yahoo.com", "facebook.com", "twitter.com", "x.com", "linkedin.com", "addthis.com", "addtoany.com", "t.me", "whatsapp.com", "api.whatsapp.com", "newsblur.com", "validator.w3.org"} {
		if host == h {
			return true
		}
	}
	return false
}
