package sites

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tributary/feeds"
)

// automatically finds the entries by the page's own markup: what is said for machines
// first, then what is built for people. The first account of two entries or more
// counts, and what it leaves out is taken from the others.
func (l *lister) automatically() {
	type account struct {
		rule    string
		entries []feeds.Entry
	}
	var accounts []account
	try := func(rule string, entries []feeds.Entry) {
		if len(entries) > 0 {
			accounts = append(accounts, account{rule, entries})
		}
	}
	try("schema.org data (JSON-LD)", l.jsonLD())
	try("schema.org markup", l.items(l.outermost(isMicrodata)))
	try("h-entry markup", l.items(l.outermost(func(e *html.Node) bool { return hasToken(attr(e, "class"), "h-entry", "hentry") })))
	try("its <article> elements", l.items(l.outermost(func(e *html.Node) bool { return e.DataAtom == atom.Article })))
	if group, shape := l.repeated(); len(group) > 0 {
		try(fmt.Sprintf("a structure that repeats, <%s>", shape), l.items(group))
	}
	best := -1
	for i, a := range accounts {
		// One entry is a list only when nothing longer is there: a page also describes
		// itself, and its highlight.
		if best < 0 || len(accounts[best].entries) < 2 && len(a.entries) > 1 || len(a.entries) > 3*len(accounts[best].entries) && titledAll(a.entries) {
			best = i
		}
	}
	if best < 0 {
		return
	}
	for _, e := range accounts[best].entries {
		l.add(e)
	}
	for i, a := range accounts {
		if i == best {
			continue
		}
		for j := range a.entries {
			if k, ok := l.seen[canonicalID(a.entries[j].Link)]; ok {
				complete(&l.feed.Entries[k], &a.entries[j])
			}
		}
	}
	l.note("Entries were found by " + accounts[best].rule + ".")
}

func titledAll(entries []feeds.Entry) bool {
	for i := range entries {
		if entries[i].Title == "" || entries[i].Published.IsZero() {
			return false
		}
	}
	return true
}

// items reads the entries of items, those without link or title left out.
func (l *lister) items(groups [][]*html.Node) (out []feeds.Entry) {
	seen := map[string]int{}
	for _, nodes := range groups {
		e := l.entry(nodes)
		if e.Link == "" || e.Title == "" {
			continue
		}
		id := canonicalID(e.Link)
		if i, ok := seen[id]; ok {
			complete(&out[i], &e)
			continue
		}
		seen[id] = len(out)
		out = append(out, e)
	}
	return out
}

// outermost lists the elements of a kind that stand in no other of it, chrome left out.
func (l *lister) outermost(wanted func(*html.Node) bool) (out [][]*html.Node) {
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		for c := n.FirstChild; c != nil && len(out) < 2*maxEntries; c = c.NextSibling {
			switch {
			case c.Type != html.ElementNode || l.chrome[c]:
			case wanted(c):
				if inner := l.innerItems(c, wanted); len(inner) > 1 { // an article that holds the list
					out = append(out, inner...)
				} else {
					out = append(out, []*html.Node{c})
				}
			default:
				walk(c)
			}
		}
	}
	walk(l.root)
	return out
}

// innerItems are the elements of a kind below one of the same kind.
func (l *lister) innerItems(n *html.Node, wanted func(*html.Node) bool) (out [][]*html.Node) {
	elementsOf(n, func(e *html.Node) bool {
		if wanted(e) && !l.chrome[e] && find(e, wanted) == nil && len(l.links([]*html.Node{e})) > 0 {
			out = append(out, []*html.Node{e})
		}
		return len(out) < 2*maxEntries
	})
	return out
}

// articleTypes are the types of schema.org that are entries.
var articleTypes = []string{"Article", "NewsArticle", "BlogPosting", "Report", "ReportageNewsArticle", "SocialMediaPosting", "PressRelease", "Event",
	"AnalysisNewsArticle", "BackgroundNewsArticle", "OpinionNewsArticle", "LiveBlogPosting", "ScholarlyArticle", "TechArticle", "VideoObject", "SpecialAnnouncement"}

func isArticleType(name string) bool {
	if i := strings.LastIndexAny(name, "/#:"); i >= 0 {
		name = name[i+1:]
	}
	for _, t := range articleTypes {
		if name == t {
			return true
		}
	}
	return false
}

// isMicrodata tells an element that microdata or RDFa says is an article.
func isMicrodata(e *html.Node) bool {
	for _, key := range []string{"itemtype", "typeof"} {
		for name := range strings.FieldsSeq(attr(e, key)) {
			if isArticleType(name) {
				return true
			}
		}
	}
	return false
}

// A group is elements of one shape in one kind of place.
type group struct {
	shape string
	items [][]*html.Node
	score float64
}

// repeated finds the structure of the page that repeats most like a list of entries:
// headings or long links, dates, summaries.
func (l *lister) repeated() (items [][]*html.Node, shape string) {
	groups := map[string]*group{}
	var order []*group
	paths := map[*html.Node]string{l.root: ""}
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode || l.chrome[c] {
				continue
			}
			paths[c] = paths[n] + ">" + signature(c)
			if len(paths[c]) > 2000 {
				continue
			}
			g := groups[paths[c]]
			if g == nil {
				g = &group{shape: signature(c)}
				groups[paths[c]] = g
				order = append(order, g)
			}
			if len(g.items) < 2*maxEntries {
				g.items = append(g.items, itemAt(c))
			}
			walk(c)
		}
	}
	walk(l.root)
	var best *group
	work := 0
	for _, g := range order {
		if len(g.items) < 2 || work > 40*maxEntries {
			continue
		}
		work += len(g.items)
		l.judge(g)
		// A shape within another has the same links; the outer one knows more of them.
		if g.score > 0 && (best == nil || g.score > 1.05*best.score) {
			best = g
		}
	}
	if best == nil {
		return nil, ""
	}
	return best.items, best.shape
}

// signature is an element's name and classes without what tells rows apart.
func signature(e *html.Node) string {
	var b strings.Builder
	b.WriteString(e.Data)
	kept := 0
	for token := range strings.FieldsSeq(attr(e, "class")) {
		if kept >= 2 || strings.ContainsFunc(token, unicode.IsDigit) || len(token) > 60 {
			continue
		}
		switch word := strings.ToLower(token); word[strings.LastIndexAny(word, "-_")+1:] {
		case "odd", "even", "first", "last", "active", "alt", "alternate", "featured", "current", "sticky", "new":
			continue
		}
		b.WriteString("." + token)
		kept++
	}
	return b.String()
}

// itemAt is the item that an element is. Headings and terms begin an item that goes on
// to the next one of their kind.
func itemAt(c *html.Node) []*html.Node {
	out := []*html.Node{c}
	if !isHeading(c) && c.DataAtom != atom.Dt {
		return out
	}
	for s := c.NextSibling; s != nil && len(out) < 12; s = s.NextSibling {
		if s.DataAtom == c.DataAtom || isHeading(s) && s.Data <= c.Data || s.DataAtom == atom.Hr {
			break
		}
		if s.Type == html.ElementNode || s.Type == html.TextNode {
			out = append(out, s)
		}
	}
	return out
}

// judge says how much a group looks like a list of entries: 0 when it does not.
func (l *lister) judge(g *group) {
	kept := g.items[:0]
	var bare [][]*html.Node // short, and neither dated nor headed
	seen := map[string]bool{}
	total, dated, headed, length := 0.0, 0, 0, 0
	for _, nodes := range g.items {
		links := l.links(nodes)
		if len(links) == 0 || len(links) >= 60 {
			continue
		}
		if l.isManyItems(nodes, links) {
			total -= 4
			continue
		}
		link := l.mainLink(nodes)
		id := canonicalID(l.address(attr(link, "href")))
		title, _ := l.itemTitle(nodes, link)
		n := utf8.RuneCountInString(title)
		if n < 4 || seen[id] {
			continue
		}
		seen[id] = true
		kept = append(kept, nodes)
		length += n
		points := 0.5
		if n >= 20 {
			points++
		}
		isHeaded := titled(link, nodes)
		if isHeaded {
			headed++
			points++
		}
		if when, _ := l.itemDate(l.order, nodes); !when.IsZero() {
			dated++
			points += 2
		} else if n < 20 && !isHeaded {
			bare = append(bare, nodes)
		}
		if s := utf8.RuneCountInString(textOf(600, nodes...)); s > n+60 {
			points += 0.5
		}
		total += points
	}
	if 3*dated >= 2*len(kept) { // a menu of the same make stands beside the list
		kept = slices.DeleteFunc(kept, func(nodes []*html.Node) bool {
			return slices.ContainsFunc(bare, func(b []*html.Node) bool { return b[0] == nodes[0] })
		})
	}
	g.items = kept
	if len(kept) < 2 || total <= 0 {
		return
	}
	// A menu has short words and neither dates nor headings.
	if average := length / len(kept); dated == 0 && (headed == 0 && average < 28 || average < 12) {
		return
	}
	g.score = total
}

// isManyItems tells an element that holds a list instead of being one of its items.
func (l *lister) isManyItems(nodes, links []*html.Node) bool {
	headed, long := map[string]bool{}, map[string]bool{}
	for _, a := range links {
		text := textOf(maxTitle, a)
		if isMore(text) {
			continue
		}
		to := canonicalID(l.address(attr(a, "href")))
		if utf8.RuneCountInString(text) >= 25 {
			long[to] = true
		}
		for n := a; n != nil && n != nodes[0].Parent; n = n.Parent {
			if isHeading(n) {
				headed[to] = true
			}
		}
		if find(a, isHeading) != nil {
			headed[to] = true
		}
	}
	return len(headed) > 1 || len(long) > 3 || len(headed) == 0 && len(long) > 1 && len(nodes) == 1 && countDates(nodes) > 1
}

func countDates(nodes []*html.Node) int {
	return len(datePattern.FindAllString(textOf(2000, nodes...), 5))
}
