package read_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tributary/feeds"
	"tributary/feeds/read"
)

// FuzzParse holds what must be true of every document: no panic, and a feed that
// keeps the promises of feeds.Feed.
func FuzzParse(f *testing.F) {
	for _, name := range caseFiles(f) {
		document, _ := readCase(f, name)
		f.Add(document.Body, document.ContentType)
	}
	f.Add([]byte("{}"), "application/json; charset=utf-16")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		feed, err := read.Parse(read.Document{Body: body, ContentType: contentType, URL: "https://example.org/feed", MaxEntries: 50})
		if err != nil {
			return
		}
		checkFeed(t, feed)
	})
}

func checkFeed(t *testing.T, feed *feeds.Feed) {
	t.Helper()
	if len(feed.Entries) > 50 {
		t.Errorf("%d entries, more than asked for", len(feed.Entries))
	}
	ids := map[string]bool{}
	for _, e := range feed.Entries {
		if e.ID == "" || ids[e.ID] {
			t.Errorf("id %q is empty or there twice", e.ID)
		}
		ids[e.ID] = true
		for _, s := range []string{e.Title, e.Summary, e.Content, e.Rights} {
			if !utf8.ValidString(s) {
				t.Errorf("%q is not UTF-8", s)
			}
		}
		if strings.ContainsAny(e.Title, "\n\r\t") || len(e.Title) > 1024 {
			t.Errorf("title %q is no short line", e.Title)
		}
		if e.Link != "" && !strings.HasPrefix(e.Link, "http://") && !strings.HasPrefix(e.Link, "https://") {
			t.Errorf("link %q", e.Link)
		}
		for _, l := range e.Links {
			if l.Rel == "" || !strings.HasPrefix(l.Href, "http") {
				t.Errorf("link %+v", l)
			}
		}
		checkMarkup(t, e.Summary)
		checkMarkup(t, e.Content)
	}
	checkFeedSafe(t, "", feed)
}

// FuzzSanitise holds that whatever comes in, what goes out is read by a browser as
// allowed elements and attributes only.
func FuzzSanitise(f *testing.F) {
	for _, s := range []string{
		body, "", "a < b & c", "<p>one<p>two", "<a href='javascript:alert(1)'>x</a>", "<img src=x onerror=alert(1)>",
		"<svg><style><img src=x onerror=alert(1)></style></svg>", "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
		"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<a href=\"&#106;avascript:alert(1)\">x</a>", "<ul><li>a</li></ul>",
		"<b><b><b><b>x</b></b></b></b>", "<pre>\n\nx</pre>", "<table><tr><td>a<p>b</table>", "<a href=\"//example.org/?a=1&copy=2\">x</a>", "x&notit;y &amp;amp; &#0; &#x202e;",
		"<h1><h2>x</h2></h1>", "<p><ul><li>x</li></ul></p>", "<img width=\"1\" height=\"1\" src=\"https://example.org/p.gif\">", "<form><input><select><option>x</select>y</form>z",
	} {
		f.Add(s, "https://example.org/a/b")
	}
	for i, s := range attacks() {
		if i%20 == 0 {
			f.Add(s, "https://example.org/a/b")
		}
	}
	f.Fuzz(func(t *testing.T, fragment, base string) {
		out := read.Sanitise(fragment, base)
		checkMarkup(t, out)
		checkSafe(t, fragment, out)
		if !utf8.ValidString(out) {
			t.Errorf("%q is not UTF-8", out)
		}
		if !utf8.ValidString(read.PlainText(out)) {
			t.Errorf("text of %q is not UTF-8", out)
		}
	})
}

// allowed is written down a second time on purpose: the tests' own idea of what is
// safe.
var allowed = map[string]string{
	"p": "", "div": "", "blockquote": "cite", "h1": "", "h2": "", "h3": "", "h4": "", "h5": "", "h6": "", "ul": "", "ol": "start type reversed", "li": "",
	"dl": "", "dt": "", "dd": "", "pre": "", "figure": "", "figcaption": "", "table": "", "caption": "", "thead": "", "tbody": "", "tfoot": "",
	"tr": "", "th": "colspan rowspan scope", "td": "colspan rowspan", "br": "", "hr": "", "a": "href title hreflang", "abbr": "title", "b": "", "bdi": "",
	"cite": "", "code": "", "del": "", "dfn": "", "em": "", "i": "", "img": "src alt title width height", "ins": "", "kbd": "", "mark": "", "q": "cite",
	"s": "", "samp": "", "small": "", "span": "", "strong": "", "sub": "", "sup": "", "time": "datetime", "u": "", "var": "", "wbr": "",
	"bdo": "", "audio": "src title width height controls preload", "video": "src title width height controls preload",
}

// checkMarkup parses markup as a browser does and looks at everything in it.
func checkMarkup(t *testing.T, s string) {
	t.Helper()
	if !strings.Contains(s, "<") {
		return
	}
	nodes, err := html.ParseFragment(strings.NewReader(s), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		t.Errorf("parse %q: %v", s, err)
	}
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch n.Type {
		case html.TextNode:
		case html.ElementNode:
			names, ok := allowed[n.Data]
			if !ok || n.Namespace != "" {
				t.Errorf("element %q in %q", n.Data, s)
			}
			for _, a := range n.Attr {
				checkAttribute(t, n.Data, names, a)
			}
		default:
			t.Errorf("node of type %d in %q", n.Type, s)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	for _, n := range nodes {
		walk(n)
	}
}

func checkAttribute(t *testing.T, element, names string, a html.Attribute) {
	t.Helper()
	if !strings.Contains(" "+names+" lang dir ", " "+a.Key+" ") {
		t.Errorf("attribute %s=%q of %s", a.Key, a.Val, element)
	}
	if a.Key == "href" || a.Key == "src" {
		ok := strings.HasPrefix(a.Val, "https://") || strings.HasPrefix(a.Val, "http://") || a.Key == "href" && (strings.HasPrefix(a.Val, "mailto:") || strings.HasPrefix(a.Val, "tel:"))
		if !ok {
			t.Errorf("address %q", a.Val)
		}
	}
}
