package sites

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/language"

	"tributary/feeds"
	"tributary/feeds/read"
)

var errNotHTML = errors.New("it is no HTML page")

// page is a parsed HTML document.
type page struct {
	root     *html.Node
	url      string // as fetched
	base     string // of relative references
	language string // BCP 47 as declared, empty when it is not
	nodes    int
	cut      bool // longer than is read
}

// parsePage reads HTML as browsers do. An error wraps feeds.ErrNotFeed.
func parsePage(d Document) (*page, error) {
	p := &page{url: d.URL, base: d.URL}
	body := d.Body
	if len(body) > maxPage {
		body, p.cut = body[:maxPage], true
	}
	text := decodeHTML(body, d.ContentType)
	if !looksLikeHTML(text) {
		return nil, fmt.Errorf("%w: %w", feeds.ErrNotFeed, errNotHTML)
	}
	var err error
	if p.root, err = html.Parse(bytes.NewReader(text)); err != nil {
		return nil, fmt.Errorf("%w: parse HTML: %w", feeds.ErrNotFeed, err)
	}
	for n := range p.root.Descendants() {
		if p.nodes++; p.nodes > maxNodes {
			return nil, fmt.Errorf("%w: the page has more than %d nodes", feeds.ErrNotFeed, maxNodes)
		}
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.Base:
			if href := attr(n, "href"); href != "" && p.base == d.URL {
				if u := read.Address(d.URL, href); u != "" {
					p.base = u
				}
			}
		case atom.Html:
			p.language = languageTag(first(attr(n, "lang"), attr(n, "xml:lang")))
		case atom.Meta:
			if p.language == "" && strings.EqualFold(attr(n, "http-equiv"), "content-language") {
				p.language = languageTag(attr(n, "content"))
			}
		}
	}
	return p, nil
}

// looksLikeHTML refuses what is surely none: empty, JSON, XML of another kind, binary.
func looksLikeHTML(text []byte) bool {
	start := bytes.TrimLeft(text, " \t\r\n\uFEFF")
	if len(start) == 0 || bytes.IndexByte(start[:min(len(start), 1024)], 0) >= 0 {
		return false
	}
	head := bytes.ToLower(start[:min(len(start), 4096)])
	for _, mark := range []string{"<html", "<!doctype html", "<body", "<head", "<div", "<p", "<a ", "<table", "<ul", "<title", "<h1", "<main", "<article"} {
		if bytes.Contains(head, []byte(mark)) {
			return true
		}
	}
	return false
}

// decodeHTML gives the text as UTF-8. A declared charset that the bytes contradict
// counts less than the bytes.
func decodeHTML(body []byte, contentType string) []byte {
	enc, name, _ := charset.DetermineEncoding(body, contentType)
	if name != "utf-8" && !strings.HasPrefix(name, "utf-16") && utf8.Valid(body) {
		return bytes.TrimPrefix(body, []byte("\xEF\xBB\xBF"))
	}
	out, err := enc.NewDecoder().Bytes(body)
	if err != nil { // decoders replace instead of failing, but their interface allows it
		return bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	return bytes.ToValidUTF8(bytes.TrimPrefix(out, []byte("\xEF\xBB\xBF")), []byte("\uFFFD"))
}

// languageTag gives a declared language as BCP 47; empty when it is none.
func languageTag(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), ",")
	if s == "" || len(s) > 35 {
		return ""
	}
	t, err := language.Parse(strings.ReplaceAll(s, "_", "-"))
	if err != nil || t == language.Und {
		return ""
	}
	return t.String()
}

// attr is an attribute of an element, trimmed of space and of the quotes that word
// processors put around values; empty when it has none.
func attr(n *html.Node, key string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			return strings.Trim(n.Attr[i].Val, " \t\r\n\f\"'“”„‘’«»")
		}
	}
	return ""
}

func hasAttr(n *html.Node, key string) bool {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			return true
		}
	}
	return false
}

// hasToken tells whether a list of words, such as rel or class, has one of the words.
func hasToken(list string, words ...string) bool {
	for token := range strings.FieldsSeq(list) {
		for _, w := range words {
			if strings.EqualFold(token, w) {
				return true
			}
		}
	}
	return false
}

// elementsOf yields the elements below n in document order.
func elementsOf(n *html.Node, use func(*html.Node) bool) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && !use(d) {
			return
		}
	}
}

// find is the first element below n that is wanted; nil when there is none.
func find(n *html.Node, wanted func(*html.Node) bool) *html.Node {
	var out *html.Node
	elementsOf(n, func(e *html.Node) bool {
		if wanted(e) {
			out = e
		}
		return out == nil
	})
	return out
}

func within(n, ancestor *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == ancestor {
			return true
		}
	}
	return false
}

// textOf is the text of nodes as a person reads it, in one line of at most limit
// bytes; scripts, styles and what is hidden from sight are left out.
func textOf(limit int, nodes ...*html.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		writeText(&b, n, 4*limit)
	}
	return read.Line(b.String(), limit)
}

func writeText(b *strings.Builder, n *html.Node, most int) {
	if b.Len() > most {
		return
	}
	switch n.Type {
	case html.TextNode:
		b.WriteString(n.Data)
		return
	case html.ElementNode:
		if isSilent(n) {
			return
		}
		if !isInline(n) {
			b.WriteByte(' ')
			defer b.WriteByte(' ')
		}
	case html.DocumentNode:
	default:
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		writeText(b, c, most)
	}
}

// isSilent tells the elements whose text nobody reads.
func isSilent(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Svg, atom.Iframe, atom.Object, atom.Select, atom.Textarea, atom.Button:
		return true
	}
	return hasAttr(n, "hidden") || attr(n, "aria-hidden") == "true" ||
		hasToken(attr(n, "class"), "visually-hidden", "sr-only", "screen-reader-text", "element-invisible", "visuallyhidden")
}

func isInline(n *html.Node) bool {
	switch n.DataAtom {
	case atom.A, atom.B, atom.Strong, atom.I, atom.Em, atom.Span, atom.U, atom.Font, atom.Abbr, atom.Mark, atom.Small, atom.Sub, atom.Sup,
		atom.Bdi, atom.Bdo, atom.Cite, atom.Q, atom.Code, atom.S:
		return true
	}
	return false
}

// markupOf is the sanitised markup of nodes, at most limit bytes of plain text or so.
func (p *page) markupOf(limit int, nodes ...*html.Node) string {
	var b bytes.Buffer
	for _, n := range nodes {
		if err := html.Render(&b, n); err != nil || b.Len() > 16*limit {
			return escape(textOf(limit, nodes...))
		}
	}
	out := read.Sanitise(b.String(), p.base)
	if len(out) > limit {
		return escape(textOf(limit, nodes...))
	}
	return out
}

func escape(s string) string { return html.EscapeString(s) }

// address resolves a link of the page; empty for what leads nowhere on the web.
func (p *page) address(ref string) string {
	ref = strings.TrimSpace(ref)
	if ref == "" || strings.HasPrefix(ref, "#") {
		return ""
	}
	return read.Address(p.base, ref)
}

// dropped are query parameters that say how a reader came, not what is shown.
var dropped = []string{"utm_", "fbclid", "gclid", "phpsessid", "jsessionid", "mc_cid", "mc_eid"}

// canonicalID is an id made of a link that stays when the site moves to https, adds
// trackers or a fragment.
func canonicalID(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return link
	}
	u.Scheme, u.Fragment, u.RawFragment = "https", "", ""
	u.Host = strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(u.Host), ":80"), ":443")
	if before, _, ok := strings.Cut(u.Path, ";jsessionid="); ok {
		u.Path, u.RawPath = before, ""
	}
	if u.RawQuery != "" {
		var kept []string
		for part := range strings.SplitSeq(u.RawQuery, "&") {
			if part != "" && !isDropped(part) {
				kept = append(kept, part)
			}
		}
		u.RawQuery = strings.Join(kept, "&")
	}
	return u.String()
}

func isDropped(parameter string) bool {
	name, _, _ := strings.Cut(strings.ToLower(parameter), "=")
	for _, d := range dropped {
		if name == d || strings.HasSuffix(d, "_") && strings.HasPrefix(name, d) {
			return true
		}
	}
	return false
}

func first(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}
