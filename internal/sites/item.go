package sites

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// titleWords are words of class names of an item's title.
var titleWords = []string{"title", "headline", "heading", "titre", "titulo"}

// moreWords are what a link says that repeats an item's link, folded.
var moreWords = []string{"read more", "more", "read", "view", "see more", "learn more", "details", "continue reading", "full story", "full text", "download", "pdf", "view more", "read full story",
	"lire la suite", "lire plus", "en savoir plus", "plus", "voir plus", "télécharger", "leer más", "leer mas", "ver más", "ver mas", "más", "seguir leyendo", "descargar",
	"ler mais", "saiba mais", "leia mais", "mehr", "weiterlesen", "mehr lesen", "mehr erfahren", "leggi tutto", "leggi di più", "continua", "continua a leggere",
	"читать далее", "подробнее", "далее", "اقرأ المزيد", "المزيد", "إقرأ المزيد", "للمزيد", "قراءة المزيد"}

// isMore tells a link text that names nothing.
func isMore(text string) bool {
	text = strings.ToLower(strings.TrimFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }))
	if text == "" {
		return true
	}
	for _, w := range moreWords {
		if text == w || strings.HasPrefix(text, w+" ") && utf8.RuneCountInString(w) > 6 {
			return true
		}
	}
	return false
}

func isHeading(e *html.Node) bool {
	switch e.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// isTitle tells an element that holds an item's title, by its name or role.
func isTitle(e *html.Node) bool {
	return isHeading(e) || attr(e, "role") == "heading" || hasToken(attr(e, "itemprop"), "headline", "name") ||
		hasToken(attr(e, "class"), "p-name", "entry-title") || classHas(e, titleWords...)
}

// links are the links of an item that lead away from the page: around it, or in it.
func (l *lister) links(nodes []*html.Node) (out []*html.Node) {
	use := func(e *html.Node) bool {
		if isLink(e) && !l.chrome[e] && !hasToken(attr(e, "rel"), "tag", "author") {
			if u := l.address(attr(e, "href")); u != "" && !l.samePage(u) {
				out = append(out, e)
			}
		}
		return len(out) < 60
	}
	for n := nodes[0].Parent; n != nil && len(nodes) == 1; n = n.Parent {
		if isLink(n) { // a card that is a link as a whole
			use(n)
			break
		}
	}
	each(nodes, use)
	return out
}

// mainLink is the link to the item's own page: the one in its title, else the one
// that says most, else the first.
func (l *lister) mainLink(nodes []*html.Node) *html.Node {
	links := l.links(nodes)
	var best *html.Node
	most := -1
	for _, a := range links {
		weight := min(utf8.RuneCountInString(textOf(maxTitle, a)), 60)
		if isMore(textOf(maxTitle, a)) {
			weight = 0
		}
		switch {
		case hasToken(attr(a, "rel"), "bookmark") || hasToken(attr(a, "itemprop"), "url", "mainEntityOfPage") || hasToken(attr(a, "class"), "u-url"):
			weight += 300
		case titled(a, nodes):
			weight += 200
		}
		if weight > most {
			best, most = a, weight
		}
	}
	return best
}

// titled tells whether a link stands in a title of the item or holds one.
func titled(a *html.Node, nodes []*html.Node) bool {
	for n := a; n != nil; n = n.Parent {
		if isHeading(n) || n != nodes[0] && isTitle(n) {
			return true
		}
		if n == nodes[0] {
			break
		}
	}
	return find(a, isHeading) != nil
}

// itemTitle is the title of an item and the element that holds it.
func (l *lister) itemTitle(nodes []*html.Node, link *html.Node) (string, *html.Node) {
	text := textOf(maxTitle, link)
	holder := link
	if h := find(link, isTitle); h != nil { // a card: its heading, not all of its words
		if t := textOf(maxTitle, h); t != "" {
			return t, h
		}
	}
	var heading *html.Node
	each(nodes, func(e *html.Node) bool {
		if isHeading(e) && textOf(maxTitle, e) != "" {
			heading = e
		}
		return heading == nil
	})
	switch {
	case heading != nil && (isMore(text) || utf8.RuneCountInString(text) > 150 || !within(link, heading)):
		if t := textOf(maxTitle, heading); !isMore(t) {
			return t, heading
		}
	case isMore(text):
		each(nodes, func(e *html.Node) bool {
			if t := textOf(maxTitle, e); e != nodes[0] && (isTitle(e) || e.DataAtom == atom.Strong || e.DataAtom == atom.B) && !isMore(t) {
				text, holder = t, e
				return false
			}
			return true
		})
	}
	if isMore(text) {
		text = first(attr(link, "title"), attr(link, "aria-label"))
		if isMore(text) {
			text = l.otherLinkText(nodes, link)
		}
		if img := find(link, func(e *html.Node) bool { return e.DataAtom == atom.Img }); text == "" && img != nil {
			text = attr(img, "alt")
		}
	}
	return textLine(text), holder
}

// otherLinkText is the text of another link to the same address.
func (l *lister) otherLinkText(nodes []*html.Node, link *html.Node) string {
	to := canonicalID(l.address(attr(link, "href")))
	for _, a := range l.links(nodes) {
		if t := textOf(maxTitle, a); !isMore(t) && canonicalID(l.address(attr(a, "href"))) == to {
			return t
		}
	}
	return ""
}

func textLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// summaryWords are words of class names of an item's summary.
var summaryWords = []string{"summary", "excerpt", "teaser", "description", "intro", "lead", "abstract", "desc", "snippet", "body", "text", "chapo", "resumen"}

// itemSummary is what an item says besides its title, date and links to more.
func (l *lister) itemSummary(nodes []*html.Node, title *html.Node, dateText string) string {
	var out, named []*html.Node
	wanted := func(e *html.Node) bool {
		text := textOf(maxSummary, e)
		if utf8.RuneCountInString(text) < 30 || dateText != "" && len(text) < len(dateText)+20 && strings.Contains(text, dateText) {
			return false
		}
		return title == nil || !within(title, e) && !within(e, title)
	}
	each(nodes, func(e *html.Node) bool {
		switch {
		case len(named) > 0 && within(e, named[0]):
		case hasToken(attr(e, "itemprop"), "description", "abstract", "articleBody"), hasToken(attr(e, "class"), "p-summary", "e-content"):
			if wanted(e) {
				named = []*html.Node{e}
				return false
			}
		case len(named) == 0 && e != nodes[0] && classHas(e, summaryWords...):
			if wanted(e) {
				named = []*html.Node{e}
			}
		}
		return true
	})
	if len(named) > 0 {
		return l.markupOf(maxSummary, withoutMore(named)...)
	}
	each(nodes, func(e *html.Node) bool {
		switch e.DataAtom {
		case atom.P, atom.Dd, atom.Td, atom.Blockquote, atom.Div:
			if e.DataAtom == atom.Div && find(e, func(c *html.Node) bool { return !isInline(c) && c.DataAtom != atom.Br }) != nil || (e.DataAtom == atom.Td && e == nodes[0]) {
				return true // a container, not a text
			}
			if len(out) > 0 && within(e, out[len(out)-1]) {
				return true
			}
			if wanted(e) && !onlyLinks(e) {
				out = append(out, e)
			}
		}
		return len(out) < 5
	})
	return l.markupOf(maxSummary, withoutMore(out)...)
}

// onlyLinks tells an element whose words are nearly all links.
func onlyLinks(e *html.Node) bool {
	linked := 0
	elementsOf(e, func(a *html.Node) bool {
		if a.DataAtom == atom.A {
			linked += len(textOf(maxSummary, a))
		}
		return true
	})
	return 10*linked > 8*len(textOf(maxSummary, e))
}

// withoutMore copies nodes without the links that only lead on.
func withoutMore(nodes []*html.Node) []*html.Node {
	out := make([]*html.Node, 0, len(nodes))
	for _, n := range nodes {
		if c := copyWithoutMore(n); c != nil {
			out = append(out, c)
		}
	}
	return out
}

func copyWithoutMore(n *html.Node) *html.Node {
	if n.Type != html.TextNode && n.Type != html.ElementNode || n.DataAtom == atom.A && isMore(textOf(maxTitle, n)) {
		return nil
	}
	out := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: n.Attr}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if below := copyWithoutMore(c); below != nil {
			out.AppendChild(below)
		}
	}
	return out
}
