package web

import (
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// void elements have no end tag (HTML Living Standard, 13.1.2).
var void = []string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

// foreign elements of inline SVG may close themselves.
var foreign = []string{"path"}

// checkHTML reports what is wrong with a page: what a validator and an accessibility
// checker would say that can be said without a browser.
func checkHTML(t *testing.T, name, page string) *html.Node {
	t.Helper()
	checkNesting(t, name, page)
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	ids := make(map[string]int)
	labelled := make(map[string]bool)
	var fields, references []string
	var headings []int
	landmarks := make(map[string]int)
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if id := attr(n, "id"); id != "" {
			ids[id]++
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				t.Errorf("%s: <%s> has attribute %s", name, n.Data, a.Key)
			}
			if a.Key == "aria-labelledby" || a.Key == "aria-describedby" {
				references = append(references, strings.Fields(a.Val)...)
			}
			if (a.Key == "href" || a.Key == "src" || a.Key == "action") && (strings.HasPrefix(strings.ToLower(a.Val), "javascript:") || strings.Contains(a.Val, "ZgotmplZ")) {
				t.Errorf("%s: <%s %s=%q>", name, n.Data, a.Key, a.Val)
			}
		}
		switch n.Data {
		case "html":
			if attr(n, "lang") == "" {
				t.Errorf("%s: no language", name)
			}
		case "script":
			if u, err := url.Parse(attr(n, "src")); err != nil || u.Host != "" || !strings.HasSuffix(u.Path, "/static/copy.js") || text(n) != "" {
				t.Errorf("%s: holds another script than ours: %q", name, attr(n, "src"))
			}
		case "style", "iframe", "object", "img":
			t.Errorf("%s: holds <%s>", name, n.Data)
		case "title":
			if strings.TrimSpace(text(n)) == "" {
				t.Errorf("%s: empty title", name)
			}
		case "a":
			if attr(n, "href") == "" {
				t.Errorf("%s: a link without address: %q", name, text(n))
			}
			if strings.TrimSpace(text(n)) == "" && attr(n, "aria-label") == "" {
				t.Errorf("%s: a link without text: %q", name, attr(n, "href"))
			}
			if fragment, found := strings.CutPrefix(attr(n, "href"), "#"); found {
				references = append(references, fragment)
			}
		case "button":
			if strings.TrimSpace(text(n)) == "" {
				t.Errorf("%s: a button without text", name)
			}
		case "label":
			labelled[attr(n, "for")] = true
		case "input", "select", "textarea":
			if attr(n, "type") != "hidden" {
				fields = append(fields, attr(n, "id"))
			}
		case "h1", "h2", "h3", "h4", "h5", "h6":
			headings = append(headings, int(n.Data[1]-'0'))
			if strings.TrimSpace(text(n)) == "" {
				t.Errorf("%s: empty <%s>", name, n.Data)
			}
		case "main", "header", "footer", "nav":
			landmarks[n.Data]++
			if n.Data == "nav" && attr(n, "aria-label") == "" && attr(n, "aria-labelledby") == "" {
				t.Errorf("%s: a navigation without a name", name)
			}
		case "time":
			if attr(n, "datetime") == "" {
				t.Errorf("%s: <time> without datetime", name)
			}
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("%s: id %q %d times", name, id, n)
		}
	}
	for _, reference := range references {
		if ids[reference] == 0 {
			t.Errorf("%s: nothing has the id %q", name, reference)
		}
	}
	for _, id := range fields {
		if id == "" || !labelled[id] {
			t.Errorf("%s: field %q has no label", name, id)
		}
	}
	for i, level := range headings {
		if i == 0 && level != 1 || i > 0 && (level == 1 || level > headings[i-1]+1) {
			t.Errorf("%s: headings out of order: %v", name, headings)
			break
		}
	}
	if landmarks["main"] != 1 || landmarks["header"] != 1 || landmarks["footer"] != 1 {
		t.Errorf("%s: landmarks %v", name, landmarks)
	}
	return doc
}

// checkNesting sees to it that every start tag has its end tag in its place, which a
// parser would silently repair.
func checkNesting(t *testing.T, name, page string) {
	t.Helper()
	var open []string
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) {
				t.Fatalf("%s: %v", name, z.Err())
			}
			if len(open) > 0 {
				t.Errorf("%s: never closed: %v", name, open)
			}
			return
		case html.StartTagToken:
			tag, _ := z.TagName()
			if !slices.Contains(void, string(tag)) {
				open = append(open, string(tag))
			}
		case html.SelfClosingTagToken:
			if tag, _ := z.TagName(); !slices.Contains(foreign, string(tag)) {
				t.Errorf("%s: <%s/> closes itself", name, tag)
			}
		case html.EndTagToken:
			tag, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(tag) {
				t.Errorf("%s: </%s> where %v are open", name, tag, open)
				return
			}
			open = open[:len(open)-1]
		}
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// TestEveryPageIsSound walks all links from the front page in every language: each
// page is sound HTML and no link of ours is dead.
func TestEveryPageIsSound(t *testing.T) {
	h := newHandler(t)
	for _, lang := range []string{"en", "fr", "es"} {
		t.Run(lang, func(t *testing.T) {
			start := []string{"/?lang=" + lang, "/about/fetcher?lang=" + lang, "/feeds/all.html?country=ly,ma&topic=floods&q=%22x%22&lang=" + lang, "/feeds/all.html?lang=" + lang + "&q=zzz"}
			seen := map[string]bool{}
			for queue := start; len(queue) > 0; queue = queue[1:] {
				address := queue[0]
				if seen[address] {
					continue
				}
				seen[address] = true
				w := get(h, address)
				if w.Code != 200 {
					t.Errorf("%s: %d", address, w.Code)
					continue
				}
				if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") || strings.HasPrefix(address, "/embed/") { // those are no pages of ours
					continue
				}
				doc := checkHTML(t, address, w.Body.String())
				queue = append(queue, ours(t, doc, address, lang)...)
			}
			if len(seen) < 20 {
				t.Errorf("only %d pages were reached", len(seen))
			}
		})
	}
}

// ours are the addresses on our own site that a page links to, other languages of
// the same page aside.
func ours(t *testing.T, doc *html.Node, address, lang string) []string {
	t.Helper()
	var out []string
	for n := range doc.Descendants() {
		href := attr(n, "href")
		if href == "" || (n.Data != "a" && n.Data != "link") {
			continue
		}
		u, err := url.Parse(href)
		if err != nil {
			t.Errorf("address %q: %v", href, err)
			continue
		}
		if (u.Host != "" && u.Host != "feeds.example.org") || u.Path == "" || u.Scheme == "mailto" {
			continue
		}
		if n.Data == "a" && u.Host == "" && strings.Contains(address, "lang=") && strings.HasSuffix(u.Path, ".html") && u.Query().Get("lang") == "" {
			t.Errorf("%s: %s forgets the language that was asked for", address, href)
		}
		if l := u.Query().Get("lang"); l != "" && l != lang {
			continue
		}
		u.Scheme, u.Host, u.Fragment = "", "", ""
		out = append(out, u.String())
	}
	return out
}

func TestErrorPagesAreSound(t *testing.T) {
	h := newHandler(t)
	for _, address := range []string{"/nothing", "/stories/" + withdrawnID, "/feeds/country/zz.html", "/feeds/all.html?colour=red", "/feeds/all.html?country=%3Cscript%3E&lang=fr"} {
		checkHTML(t, address, get(h, address).Body.String())
	}
}
