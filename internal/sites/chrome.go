package sites

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// chromeWords are words of class names and ids of what stands around a page's text.
var chromeWords = []string{"nav", "navbar", "navigation", "menu", "menus", "submenu", "breadcrumb", "breadcrumbs", "sidebar", "footer", "masthead", "topbar",
	"pager", "pagination", "paging", "social", "share", "sharing", "cookie", "cookies", "language", "languages", "langswitch", "skip", "widget", "widgets",
	"toolbar", "search", "login", "newsletter", "subscribe", "banner", "advert", "copyright", "quicklinks", "facets", "filters", "exposed"}

// chrome finds what stands around a page's text: navigation, menus, footers and
// sidebars, by their elements and roles, and by the names people give them. Names
// count for less: what holds the page's main part is no sidebar, whatever its class.
func (p *page) chrome() map[*html.Node]bool {
	out := map[*html.Node]bool{}
	holdsMain := map[*html.Node]bool{}
	sizes := map[*html.Node]int{}
	total := measure(p.root, sizes)
	elementsOf(p.root, func(e *html.Node) bool {
		if e.DataAtom == atom.Main || e.DataAtom == atom.H1 || attr(e, "role") == "main" || e.DataAtom == atom.Body {
			for a := e; a != nil && !holdsMain[a]; a = a.Parent {
				holdsMain[a] = true
			}
		}
		return true
	})
	var walk func(n *html.Node, inItem bool)
	walk = func(n *html.Node, inItem bool) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode {
				continue
			}
			if isSilent(c) || isChrome(c, inItem) || namedChrome(c) && !inItem && !holdsMain[c] && 2*sizes[c] < total {
				out[c] = true
				continue
			}
			walk(c, inItem || c.DataAtom == atom.Article)
		}
	}
	walk(p.root, false)
	return out
}

func measure(n *html.Node, sizes map[*html.Node]int) int {
	size := 0
	switch n.Type {
	case html.TextNode:
		return len(strings.TrimSpace(n.Data))
	case html.ElementNode:
		if n.DataAtom == atom.Script || n.DataAtom == atom.Style {
			return 0
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		size += measure(c, sizes)
	}
	sizes[n] = size
	return size
}

// isChrome judges by element and role. Within an article, header and footer are its
// own.
func isChrome(n *html.Node, inItem bool) bool {
	switch n.DataAtom {
	case atom.Nav, atom.Aside:
		return true
	case atom.Header, atom.Footer:
		return !inItem && !underMain(n)
	}
	switch attr(n, "role") {
	case "navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar", "toolbar", "dialog":
		return true
	}
	return false
}

func underMain(n *html.Node) bool {
	for a := n.Parent; a != nil; a = a.Parent {
		if a.DataAtom == atom.Main || a.DataAtom == atom.Section || a.DataAtom == atom.Li || attr(a, "role") == "main" {
			return true
		}
	}
	return false
}

func namedChrome(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Form: // some sites stand in one form as a whole
		return true
	case atom.Div, atom.Ul, atom.Ol, atom.Section, atom.Td, atom.Table, atom.Span, atom.P:
		return classHas(n, chromeWords...)
	}
	return false
}
