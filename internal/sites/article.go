package sites

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	readability "codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tributary/feeds"
	"tributary/feeds/read"
)

// Article is the main text of a page.
type Article struct {
	Title    string // plain
	Content  string // sanitised HTML
	Language string // BCP 47, empty when the page does not say
}

// minArticle is the least text, in bytes, that is taken for an article's.
const minArticle = 140

// ReadArticle finds the main text of an article's page: what stands around it, menus,
// related links, calls to subscribe, is left out. An error wraps feeds.ErrNotFeed.
func ReadArticle(d Document) (Article, error) {
	p, err := parsePage(d)
	if err != nil {
		return Article{}, fmt.Errorf("read article: %w", err)
	}
	for n := range p.chrome() { // what the library judges by length alone goes first
		if n.Parent != nil {
			n.Parent.RemoveChild(n)
		}
	}
	if p.nodes > maxArticle {
		return Article{}, fmt.Errorf("read article: %w: the page has more than %d nodes", feeds.ErrNotFeed, maxArticle)
	}
	heading := ""
	if h := find(p.root, func(e *html.Node) bool { return e.DataAtom == atom.H1 }); h != nil {
		heading = textOf(maxTitle, h)
	}
	base, err := url.Parse(p.base)
	if err != nil {
		return Article{}, fmt.Errorf("read article: %w", err)
	}
	parser := readability.NewParser()
	parser.MaxElemsToParse = maxArticle
	found, err := parser.ParseAndMutate(p.root, base)
	if err != nil {
		return Article{}, fmt.Errorf("read article: %w: %w", feeds.ErrNotFeed, err)
	}
	if found.Node == nil {
		return Article{}, fmt.Errorf("read article: %w: no main text was found", feeds.ErrNotFeed)
	}
	var b bytes.Buffer
	if err := found.RenderHTML(&b); err != nil {
		return Article{}, fmt.Errorf("read article: %w: %w", feeds.ErrNotFeed, err)
	}
	a := Article{Title: read.Line(found.Title(), maxTitle), Content: read.Sanitise(b.String(), p.base), Language: p.language}
	if len(heading) > 3 && strings.Contains(a.Title, heading) { // the rest is the site's name
		a.Title = heading
	}
	if text := read.PlainText(a.Content); len(strings.TrimSpace(text)) < minArticle {
		return Article{}, fmt.Errorf("read article: %w: no main text was found", feeds.ErrNotFeed)
	}
	return a, nil
}
