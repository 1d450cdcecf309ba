package read_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"

	"tributary/feeds"
	"tributary/feeds/read"
)

// unsafeIn is an independent judge of markup: it knows nothing of the policy's tables,
// parses the markup into a document as a page would hold it, and names everything
// outside a short list of what does no harm.
func unsafeIn(markup string) []string {
	doc, err := nethtml.Parse(strings.NewReader("<!DOCTYPE html><html><head></head><body><div>" + markup + "</div></body></html>"))
	if err != nil {
		return []string{err.Error()}
	}
	var found []string
	var walk func(n *nethtml.Node, depth int)
	walk = func(n *nethtml.Node, depth int) {
		if depth > 200 {
			found = append(found, "nested deeper than 200")
			return
		}
		switch n.Type {
		case nethtml.ElementNode:
			found = append(found, unsafeElement(n)...)
		case nethtml.CommentNode:
			found = append(found, "comment")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, depth+1)
		}
	}
	walk(doc, 0)
	return found
}

func unsafeElement(n *nethtml.Node) (found []string) {
	const harmless = " html head body div p br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd pre blockquote figure figcaption table caption thead tbody tfoot tr th td a abbr b bdi bdo cite code del dfn em i img ins kbd mark q s samp small span strong sub sup time u var wbr audio video "
	if n.Namespace != "" || !strings.Contains(harmless, " "+n.Data+" ") {
		found = append(found, "element "+n.Data)
	}
	seen := map[string]bool{}
	for _, a := range n.Attr {
		switch a.Key {
		case "href", "src", "cite":
			u, err := url.Parse(a.Val)
			schemes := " http https "
			if a.Key == "href" {
				schemes += "mailto tel "
			}
			if err != nil || !strings.Contains(schemes, " "+u.Scheme+" ") || strings.HasPrefix(u.Scheme, "http") && u.Host == "" {
				found = append(found, a.Key+"="+a.Val)
			}
		case "title", "alt", "width", "height", "lang", "dir", "hreflang", "start", "type", "reversed", "colspan", "rowspan", "scope", "datetime":
		case "controls", "preload":
			if n.Data != "audio" && n.Data != "video" {
				found = append(found, a.Key)
			}
		default:
			found = append(found, "attribute "+a.Key)
		}
		if seen[a.Key] || a.Namespace != "" {
			found = append(found, "again "+a.Key)
		}
		seen[a.Key] = true
	}
	return found
}

// checkSafe holds what must be true of all markup that leaves the package.
func checkSafe(t *testing.T, from, out string) {
	t.Helper()
	if found := unsafeIn(out); len(found) > 0 {
		t.Errorf("%.300q\nleft %q in\n%.300q", from, found, out)
	}
	if again := read.Sanitise(out, ""); again != out {
		t.Errorf("no fixed point: %.300q\nonce  %.300q\ntwice %.300q", from, out, again)
	}
	if strings.ContainsAny(out, "\u202d\u202e\ufeff\x00") {
		t.Errorf("%.300q: unseen characters in %.300q", from, out)
	}
}

// checkPlain holds what must be true of every text that is no markup.
func checkPlain(t *testing.T, from, field, text string) {
	t.Helper()
	if strings.ContainsAny(text, "\u202d\u202e\ufeff\x00\r") {
		t.Errorf("%.300q: unseen characters in %s %.300q", from, field, text)
	}
}

// attacks are generated: elements, attributes, addresses and their disguises, and the
// contexts in which parsers part ways, in all combinations that mean something.
func attacks() []string {
	const run = "alert(1)"
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, e := range strings.Fields("script style iframe frame frameset object embed applet form input button select textarea option keygen isindex meta link base svg math template noscript noembed noframes xmp plaintext listing title marquee blink bgsound layer ilayer audio video source track canvas dialog details slot portal fencedframe image animate set foreignObject custom-tag x:script") {
		add(`safe <%s src="javascript:%s" onload="%s" href="data:text/html,x" id="a" name="b" style="x:expression(%s)">inside</%s> text`, e, run, run, run, e)
		add(`safe <%s onerror=%s/> text`, strings.ToUpper(e), run)
		add(`<p>one<%s><img src=x onerror=%s></%s>two</p>`, e, run, e)
	}
	for _, a := range strings.Fields("onabort onafterprint onanimationend onauxclick onbeforeinput onbegin onblur onchange onclick oncut ondblclick ondrag onend onerror onfocus onformdata onhashchange oninput onkeydown onkeypress onkeyup onload onmessage onmousedown onmouseenter onmousemove onmouseout onmouseover onpaste onpointerrawupdate onrepeat onreset onresize onscroll onscrollend onsubmit ontoggle ontouchstart ontransitionend onunload onwheel style class id name srcset sizes background dynsrc lowsrc formaction action xlink:href ping target rel data-x accesskey autofocus tabindex contenteditable is slot part nonce integrity http-equiv srcdoc usemap ismap poster manifest longdesc profile codebase classid archive") {
		for _, e := range []string{"p", "a href=\"https://example.org/\"", "img src=\"https://example.org/i.png\"", "td", "b", "div"} {
			add(`<%s %s="javascript:%s">x`, e, a, run)
		}
		add("<b %s=%s>x</b>", strings.ToUpper(a), run)
		add("<b/%s\n=\n'%s'/>x</b>", a, run)
		add("<b\x0c%s\u00a0=\"%s\">x</b>", a, run)
	}
	addresses := []string{"javascript:" + run, "vbscript:msgbox(1)", "data:text/html,<script>" + run + "</script>", "data:image/svg+xml;base64,PHN2Zz4=", "file:///etc/passwd", "blob:https://example.org/1", "filesystem:https://example.org/x", "about:blank", "view-source:https://example.org", "livescript:x", "mocha:x", "feed:javascript:" + run, "jar:http://example.org!/x", "ms-settings:x", "intent://x#Intent;end", "chrome://settings", "ftp://example.org/x"}
	disguises := []func(string) string{
		func(s string) string { return s },
		strings.ToUpper,
		func(s string) string { return "  \t\n" + s },
		func(s string) string { return "\x01\x1f" + s },
		func(s string) string { return "&#1;&#x1f;" + s },
		func(s string) string { return s[:2] + "&Tab;" + s[2:] },
		func(s string) string { return s[:2] + "&NewLine;&#13;&#x0a;" + s[2:] },
		func(s string) string { return s[:2] + "\x00" + s[2:] },
		func(s string) string { return s[:2] + "\u200b" + s[2:] },
		func(s string) string { return "\ufeff\u00a0\u3000" + s },
		func(s string) string { return strings.Replace(s, ":", "&colon;", 1) },
		func(s string) string { return strings.Replace(s, ":", "&#0000058", 1) },
		func(s string) string { return strings.Replace(s, ":", "：", 1) },
		func(s string) string { return strings.Replace(s, ":", "%3a", 1) },
		func(s string) string {
			var b strings.Builder
			for i := 0; i < len(s); i++ {
				fmt.Fprintf(&b, "&#x%x;", s[i])
			}
			return b.String()
		},
		func(s string) string {
			var b strings.Builder
			for i := 0; i < len(s); i++ {
				fmt.Fprintf(&b, "&#%07d", s[i])
			}
			return b.String()
		},
		func(s string) string { return html.EscapeString(html.EscapeString(s)) },
	}
	holders := []string{`<a href="%s">x</a>`, `<img src="%s">`, `<video src="%s"></video>`, `<audio><source src="%s"></audio>`, `<blockquote cite="%s">x</blockquote>`, `<a href='%s' title=">">x`}
	for _, a := range addresses {
		for _, d := range disguises {
			for _, h := range holders {
				add(h, strings.ReplaceAll(d(a), `"`, "&quot;"))
			}
		}
	}
	payload := `<img src=x onerror=` + run + `>`
	for _, context := range []string{
		"<noscript><p title=\"</noscript>%s\">", "<style><!--</style>%s-->", "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;%s\">",
		"<svg></p><style><a id=\"</style>%s\">", "<svg><p><style><g title=\"</style>%s\">", "<math><annotation-xml encoding=\"text/html\"><style>%s</style></annotation-xml></math>",
		"<form><math><mtext></form><form><mglyph><style></math>%s", "<svg><foreignObject><p>%s</p></foreignObject></svg>", "<svg><desc><title>%s</title></desc></svg>",
		"<template><p>%s</p></template>", "<title></title>%s", "<textarea></textarea>%s<textarea>", "<xmp></xmp>%s", "<iframe srcdoc=\"%s\"></iframe>", "<noembed></noembed>%s",
		"<!-- --!>%s -->", "<!--><p>%s-->", "<![CDATA[>%s]]>", "<svg><![CDATA[><p>%s]]></svg>", "<?xml >%s?>", "<!DOCTYPE x [>%s]>", "</>%s", "</ p>%s", "<a href=\"x\">a<a href=\"y\">%s</a>",
		"<table><p>%s<tr><td>", "<table><a><td>%s</a>", "<select><option>%s</select>", "<p><button><p>%s</button>", "<b><i><u><p></b>%s</i>", "<details open ontoggle=alert(1)>%s", "<plaintext>%s",
		"<svg><script>%s</script></svg>", "<math href=\"javascript:alert(1)\">%s</math>", "<img title=\"a`b\" alt=\"``onerror=alert(1)\">%s", "<<script>%s//<</script>", "<scr<script>ipt>%s</script>",
		"<img src=\"x` `<script>%s</script>\"` `>", "<div><!--[if gte IE 4]>%s<![endif]-->", "<a title=\"--&gt;&lt;/title&gt;%s\" href=https://example.org>x</a>", "<listing>&lt;img src=x onerror=alert(1)&gt;</listing>%s", "<caption><p>%s<col>", "<h1><table><h1>%s</table></h1>", "<pre>\n\n%s</pre>",
	} {
		add("%s", strings.Replace(context, "%s", payload, 1))
		add("<div>%s</div>", strings.Replace(context, "%s", "<script>"+run+"</script>", 1))
		add("<table><tr><td>%s</table>", strings.Replace(context, "%s", "<svg/onload="+run+">", 1))
	}
	add("%s%s", strings.Repeat("<div>", 600), payload)
	add("%s%s", strings.Repeat("<b>", 200), payload)
	add("%s%s", strings.Repeat("<table><tr><td>", 60), payload)
	add("%s%s%s", strings.Repeat("<form><div>", 120), payload, strings.Repeat("</form>", 120))
	return out
}

// inFeeds puts a text into every construct of every format that holds one.
func inFeeds(s string) map[string][]byte {
	escaped, quoted := html.EscapeString(s), strings.ReplaceAll(s, "]]>", "]]&gt;")
	escaped = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, escaped)
	list := map[string][]byte{}
	rss := `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:xhtml="http://www.w3.org/1999/xhtml"><channel><title>%[1]s</title><link>https://example.org/</link><description>%[1]s</description><copyright>%[1]s</copyright><generator>%[1]s</generator><managingEditor>%[1]s</managingEditor><item><title>%[1]s</title><author>%[1]s</author><dc:creator>%[1]s</dc:creator><category>%[1]s</category><guid>1</guid><description>%[1]s</description><content:encoded>%[1]s</content:encoded><source url="https://example.org/s">%[1]s</source></item><item><guid>2</guid><dc:description>%[1]s</dc:description><xhtml:body>%[1]s</xhtml:body></item><item><guid>3</guid><itunes:summary>%[1]s</itunes:summary></item><item><guid>4</guid><media:description type="html">%[1]s</media:description><media:title>%[1]s</media:title></item></channel></rss>`
	list["rss escaped"] = fmt.Appendf(nil, rss, escaped)
	list["rss cdata"] = fmt.Appendf(nil, rss, "<![CDATA["+quoted+"]]>")
	list["rss raw"] = fmt.Appendf(nil, rss, s)
	list["rdf"] = fmt.Appendf(nil, `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://example.org/"><title>%[1]s</title><description>%[1]s</description></channel><item rdf:about="https://example.org/1"><title>%[1]s</title><description>%[1]s</description></item></rdf:RDF>`, escaped)
	atom := `<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:f</id><title %[1]s>%[2]s</title><subtitle %[1]s>%[2]s</subtitle><rights %[1]s>%[2]s</rights><author><name>%[3]s</name></author><entry><id>urn:1</id><title %[1]s>%[2]s</title><summary %[1]s>%[2]s</summary><content %[1]s>%[2]s</content><rights %[1]s>%[2]s</rights><category term="x" label="%[3]s"/></entry></feed>`
	for _, typ := range []string{"", `type="text"`, `type="html"`, `type="text/html"`, `type="text/plain"`} {
		list["atom "+typ] = fmt.Appendf(nil, atom, typ, escaped, escaped)
	}
	list["atom xhtml"] = fmt.Appendf(nil, atom, `type="xhtml"`, `<div xmlns="http://www.w3.org/1999/xhtml">`+s+`</div>`, escaped)
	old := strings.NewReplacer("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#", "<feed ", `<feed version="0.3" `, "subtitle", "tagline", "rights", "copyright").Replace(atom)
	list["atom 0.3 escaped"] = fmt.Appendf(nil, old, `type="text/html" mode="escaped"`, escaped, escaped)
	list["atom 0.3 xml"] = fmt.Appendf(nil, old, `type="application/xhtml+xml" mode="xml"`, `<div xmlns="http://www.w3.org/1999/xhtml">`+s+`</div>`, escaped)
	list["atom 0.3 base64"] = fmt.Appendf(nil, old, `type="text/html" mode="base64"`, base64.StdEncoding.EncodeToString([]byte(s)), escaped)
	items, err := json.Marshal(map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": s, "description": s, "items": []map[string]any{
		{"id": "1", "title": s, "content_html": s, "summary": s, "tags": []string{s}, "authors": []map[string]string{{"name": s, "url": s}}}, {"id": "2", "content_text": s, "url": s, "image": s},
	}})
	if err == nil {
		list["json"] = items
	}
	return list
}

func checkFeedSafe(t *testing.T, from string, feed *feeds.Feed) {
	t.Helper()
	checkPlain(t, from, "title", feed.Title)
	checkPlain(t, from, "description", feed.Description)
	checkPlain(t, from, "rights", feed.Rights)
	for _, e := range feed.Entries {
		checkSafe(t, from, e.Summary)
		checkSafe(t, from, e.Content)
		checkPlain(t, from, "title", e.Title)
		for _, a := range e.Authors {
			checkPlain(t, from, "author", a.Name)
		}
		for _, c := range e.Categories {
			checkPlain(t, from, "category", c.Term+c.Label)
		}
		links := []string{e.Link}
		for _, l := range e.Links {
			links = append(links, l.Href)
		}
		for _, l := range e.Enclosures {
			links = append(links, l.URL)
		}
		if e.Image != nil {
			links = append(links, e.Image.URL)
		}
		for _, l := range links {
			if l != "" && !strings.HasPrefix(l, "http://") && !strings.HasPrefix(l, "https://") {
				t.Errorf("%.300q: address %q", from, l)
			}
		}
	}
}

// TestAttacks: nothing of thousands of attacks is left by Sanitise, with any base.
func TestAttacks(t *testing.T) {
	list := attacks()
	if len(list) < 2000 {
		t.Fatalf("%d attacks; there were more", len(list))
	}
	condemned := 0
	for _, s := range list {
		if len(unsafeIn(s)) > 0 {
			condemned++
		}
		checkSafe(t, s, read.Sanitise(s, "https://example.org/a/"))
		checkSafe(t, s, read.Sanitise(html.UnescapeString(s), ""))
	}
	if condemned*10 < len(list)*9 { // the judge must be able to find something
		t.Errorf("%d of %d attacks are found as they stand", condemned, len(list))
	}
	t.Logf("%d attacks, %d found as they stand", len(list), condemned)
}

// TestAttacksInFeeds: nor in any text of any format. One attack in nine is put through
// all of them, so that the test stays quick; each kind is among them.
func TestAttacksInFeeds(t *testing.T) {
	read9 := 0
	for i, s := range attacks() {
		if i%9 != 0 {
			continue
		}
		for name, doc := range inFeeds(s) {
			feed, err := read.Parse(read.Document{Body: doc, URL: "https://example.org/feed"})
			if err != nil {
				if !strings.HasSuffix(name, "raw") && !strings.HasSuffix(name, "xhtml") && !strings.HasSuffix(name, "xml") {
					t.Errorf("%s: %v\n%.300q", name, err, s)
				}
				continue
			}
			read9++
			checkFeedSafe(t, name+": "+s, feed)
		}
	}
	if read9 < 3000 {
		t.Errorf("%d documents were read", read9)
	}
}

// TestScriptIsNoText: what a script or style says is nobody's text, in any construct
// that is markup.
func TestScriptIsNoText(t *testing.T) {
	for name, doc := range inFeeds(`safe<script type="text/javascript">stolen()</script><style>stolen {}</style> <b>description</b>`) {
		feed, err := read.Parse(read.Document{Body: doc})
		if err != nil {
			t.Fatal(name, err)
		}
		plain := name == "atom type=\"text\"" || name == "atom type=\"text/plain\""
		for i, e := range feed.Entries {
			for field, text := range map[string]string{"title": e.Title, "summary": e.Summary, "content": e.Content} {
				if name == "rss raw" && i > 0 {
					continue // an extension's text ends where its first element begins
				}
				literal := plain || name == "json" && (field != "content" || i == 1) || name == "atom " && field == "title"
				if text != "" && !strings.Contains(text, "description") || strings.Contains(text, "stolen") != (literal && text != "") {
					t.Errorf("%s, entry %d: %s %q", name, i, field, text)
				}
			}
		}
	}
}

// TestCasesAreSafe judges what is read of every case file.
func TestCasesAreSafe(t *testing.T) {
	for _, name := range caseFiles(t) {
		document, _ := readCase(t, name)
		if feed, err := read.Parse(document); err == nil {
			checkFeedSafe(t, name, feed)
		}
	}
}
