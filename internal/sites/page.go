package sites

import (
	"errors"
	"fmt"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tributary/feeds"
	"tributary/feeds/read"
)

// ReadPage reads the entries that an HTML page lists, in the page's order. What rules
// leave out is found by the page's own markup. An entry has a link at least; its id is
// made of that link. An error wraps feeds.ErrNotFeed, also when no entries were found.
func ReadPage(d Document, rules feeds.PageRules) (*feeds.Feed, error) {
	p, err := parsePage(d)
	if err != nil {
		return nil, fmt.Errorf("read page: %w", err)
	}
	sel, err := compile(rules)
	if err != nil {
		return nil, fmt.Errorf("read page: %w", err)
	}
	f := p.feed()
	if p.cut {
		f.Problems = append(f.Problems, fmt.Sprintf("The page is longer than %d MiB; the rest was left out.", maxPage>>20))
	}
	l := lister{page: p, sel: sel, chrome: p.chrome(), order: orderOf(textOf(maxPage/8, p.root), p.language), feed: f, seen: map[string]int{}}
	if sel.items != nil {
		l.bySelector()
	} else {
		l.automatically()
	}
	if len(f.Entries) == 0 {
		if sel.items != nil {
			return nil, fmt.Errorf("read page: %w: the selector %q finds no element with a link", feeds.ErrNotFeed, rules.Items)
		}
		return nil, fmt.Errorf("read page: %w: no list of entries was found; say by selectors under page where they are", feeds.ErrNotFeed)
	}
	if l.linkless > 0 {
		f.Problems = append(f.Problems, fmt.Sprintf("Items without a link: %d. They were left out.", l.linkless))
	}
	if l.over {
		f.Problems = append(f.Problems, fmt.Sprintf("The page lists more than %d entries; the first were read.", maxEntries))
	}
	undated := 0
	for i := range f.Entries {
		if f.Entries[i].Published.IsZero() {
			undated++
		}
	}
	if undated > 0 {
		f.Problems = append(f.Problems, fmt.Sprintf("Entries without a date that can be read: %d of %d.", undated, len(f.Entries)))
	}
	return f, nil
}

// CheckRules says which of a page's selectors cannot be used, by its key.
func CheckRules(r feeds.PageRules) error {
	_, err := compile(r)
	return err
}

// selectors are compiled rules; nil for what is left to the page's markup.
type selectors struct {
	items, link, title, date, summary, author, image cascadia.SelectorGroup
}

func compile(r feeds.PageRules) (selectors, error) {
	var s selectors
	var errs []error
	for _, x := range []struct {
		key, text string
		to        *cascadia.SelectorGroup
	}{
		{"items", r.Items, &s.items}, {"link", r.Link, &s.link}, {"title", r.Title, &s.title}, {"date", r.Date, &s.date},
		{"summary", r.Summary, &s.summary}, {"author", r.Author, &s.author}, {"image", r.Image, &s.image},
	} {
		if x.text == "" {
			continue
		}
		group, err := cascadia.ParseGroup(x.text)
		if err != nil {
			errs = append(errs, fmt.Errorf("selector page.%s %q: %w", x.key, x.text, err))
			continue
		}
		*x.to = group
	}
	return s, errors.Join(errs...)
}

// one finds the first element of an item that a selector matches, the item's own
// elements included.
func one(s cascadia.SelectorGroup, nodes []*html.Node) *html.Node {
	if s == nil {
		return nil
	}
	var out *html.Node
	each(nodes, func(e *html.Node) bool {
		if s.Match(e) {
			out = e
		}
		return out == nil
	})
	return out
}

// feed is what the page says about itself.
func (p *page) feed() *feeds.Feed {
	f := &feeds.Feed{Format: "page", Language: p.language, Link: p.url}
	var title, site, heading string
	elementsOf(p.root, func(e *html.Node) bool {
		switch e.DataAtom {
		case atom.Title:
			if title == "" {
				title = textOf(maxTitle, e)
			}
		case atom.H1:
			if heading == "" {
				heading = textOf(maxTitle, e)
			}
		case atom.Link:
			if hasToken(attr(e, "rel"), "canonical") {
				if u := p.address(attr(e, "href")); u != "" {
					f.Link = u
				}
			}
		case atom.Meta:
			content := read.Line(attr(e, "content"), maxSummary)
			switch strings.ToLower(first(attr(e, "property"), attr(e, "name"))) {
			case "og:site_name":
				site = read.Line(content, maxTitle)
			case "description", "og:description":
				f.Description = first(f.Description, content)
			case "og:image":
				if u := p.address(content); u != "" && f.Image == nil {
					f.Image = &feeds.Image{URL: u}
				}
			case "og:locale":
				f.Language = first(f.Language, languageTag(content))
			case "generator":
				f.Generator = first(f.Generator, read.Line(content, maxName))
			}
		}
		return true
	})
	f.Title = first(title, heading, site)
	return f
}

// lister collects the entries of one page.
type lister struct {
	*page
	sel      selectors
	chrome   map[*html.Node]bool
	order    dateOrder
	feed     *feeds.Feed
	seen     map[string]int // id -> place in feed.Entries
	linkless int
	over     bool
}

func (l *lister) bySelector() {
	for _, n := range cascadia.QueryAll(l.root, l.sel.items) {
		l.add(l.entry([]*html.Node{n}))
	}
	l.note("Entries were found by the selectors of the source.")
}

func (l *lister) note(text string) { l.feed.Problems = append(l.feed.Problems, text) }

// add keeps an entry. One that is there already is completed: cards often link twice.
func (l *lister) add(e feeds.Entry) {
	if e.Link == "" {
		l.linkless++
		return
	}
	e.ID, e.IDDerived = canonicalID(e.Link), true
	if i, ok := l.seen[e.ID]; ok {
		complete(&l.feed.Entries[i], &e)
		return
	}
	if len(l.feed.Entries) >= maxEntries {
		l.over = true
		return
	}
	l.seen[e.ID] = len(l.feed.Entries)
	l.feed.Entries = append(l.feed.Entries, e)
}

// complete fills what an entry lacks from another account of it.
func complete(e, from *feeds.Entry) {
	e.Title = first(e.Title, from.Title)
	e.Summary = first(e.Summary, from.Summary)
	e.Language = first(e.Language, from.Language)
	if e.Published.IsZero() {
		e.Published, e.DateText = from.Published, from.DateText
	}
	if e.Image == nil {
		e.Image = from.Image
	}
	if len(e.Authors) == 0 {
		e.Authors = from.Authors
	}
	if len(e.Categories) == 0 {
		e.Categories = from.Categories
	}
}

// entry reads one item, given as the nodes that it consists of.
func (l *lister) entry(nodes []*html.Node) feeds.Entry {
	var e feeds.Entry
	link := one(l.sel.link, nodes)
	if link != nil && link.DataAtom != atom.A { // what holds the link
		if inner := find(link, isLink); inner != nil {
			link = inner
		}
	}
	if link == nil && l.sel.link == nil {
		link = l.mainLink(nodes)
	}
	if link != nil {
		e.Link = l.address(first(attr(link, "href"), attr(link, "data-href")))
	}
	if l.samePage(e.Link) {
		e.Link = ""
	}
	if e.Link == "" {
		return e
	}
	title := one(l.sel.title, nodes)
	if title != nil {
		e.Title = textOf(maxTitle, title)
	} else {
		e.Title, title = l.itemTitle(nodes, link)
	}
	if n := one(l.sel.date, nodes); n != nil {
		e.Published, e.DateText = l.itemDate(l.order, []*html.Node{n})
	} else if l.sel.date == nil {
		e.Published, e.DateText = l.itemDate(l.order, nodes)
	}
	e.DateText = read.Line(e.DateText, 120)
	if n := one(l.sel.summary, nodes); n != nil {
		e.Summary = l.markupOf(maxSummary, withoutMore([]*html.Node{n})...)
	} else if l.sel.summary == nil {
		e.Summary = l.itemSummary(nodes, title, e.DateText)
	}
	if name := l.itemAuthor(nodes); name != "" {
		e.Authors = []feeds.Person{{Name: name}}
	}
	e.Image = l.itemImage(nodes)
	e.Categories = itemTags(nodes)
	e.Language = l.itemLanguage(nodes, link)
	return e
}

func isLink(e *html.Node) bool { return e.DataAtom == atom.A && attr(e, "href") != "" }

// samePage tells a link to the list itself.
func (l *lister) samePage(link string) bool {
	id := canonicalID(link)
	return link != "" && (id == canonicalID(l.url) || id == canonicalID(l.feed.Link))
}

func (l *lister) itemAuthor(nodes []*html.Node) string {
	n := one(l.sel.author, nodes)
	if n == nil && l.sel.author == nil {
		each(nodes, func(e *html.Node) bool {
			if hasToken(attr(e, "rel"), "author") || hasToken(attr(e, "itemprop"), "author") || hasToken(attr(e, "class"), "author", "byline", "p-author") {
				n = e
			}
			return n == nil
		})
	}
	if n == nil {
		return ""
	}
	name := textOf(maxName, n)
	if by, rest, ok := strings.Cut(name, " "); ok && hasToken("by par por", by) && !hasToken(attr(n, "rel"), "author") {
		name = strings.TrimSpace(rest)
	}
	return name
}

func (l *lister) itemImage(nodes []*html.Node) *feeds.Image {
	var out *feeds.Image
	use := func(e *html.Node) bool {
		if e.DataAtom != atom.Img {
			return true
		}
		for _, key := range []string{"data-src", "data-lazy-src", "data-original", "src"} {
			if u := l.address(attr(e, key)); u != "" && !strings.HasPrefix(attr(e, key), "data:") {
				if w, h := attr(e, "width"), attr(e, "height"); w == "1" || h == "1" {
					return true // counts readers
				}
				out = &feeds.Image{URL: u, Alt: read.Line(attr(e, "alt"), maxTitle)}
				return false
			}
		}
		return true
	}
	if l.sel.image == nil {
		each(nodes, use)
	} else if n := one(l.sel.image, nodes); n != nil {
		each([]*html.Node{n}, use)
	}
	return out
}

// itemTags are the categories that an item links to.
func itemTags(nodes []*html.Node) (out []feeds.Category) {
	each(nodes, func(e *html.Node) bool {
		if hasToken(attr(e, "rel"), "tag") || hasToken(attr(e, "itemprop"), "articleSection", "keywords") || hasToken(attr(e, "class"), "p-category") {
			if term := textOf(maxName, e); term != "" {
				out = append(out, feeds.Category{Term: term})
			}
		}
		return len(out) < maxTags
	})
	return out
}

// itemLanguage is what an item's link or the elements around it say, when that is
// another language than the page's.
func (l *lister) itemLanguage(nodes []*html.Node, link *html.Node) string {
	said := languageTag(attr(link, "hreflang"))
	for n := nodes[0]; said == "" && n != nil; n = n.Parent {
		said = languageTag(first(attr(n, "lang"), attr(n, "xml:lang")))
	}
	return first(said, l.language)
}
