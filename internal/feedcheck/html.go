package feedcheck

import (
	"html"
	"regexp"
	"slices"
	"strings"

	xhtml "golang.org/x/net/html"
	"golang.org/x/text/language"
)

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

var (
	// htmlElements are all that HTML has or had.
	htmlElements = set(`a abbr acronym address applet area article aside audio b base basefont bdi bdo big blockquote body br button canvas
		caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure font
		footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li link main map mark
		menu meta meter nav noframes noscript object ol optgroup option output p param picture plaintext pre progress q rp rt ruby s samp
		script search section select slot small source span strike strong style sub summary sup svg table tbody td template textarea tfoot th
		thead time title tr track tt u ul var video wbr xmp`)
	// risky are those that readers strip: code, frames, forms, and what belongs to a whole page.
	risky = set(`applet base body button embed form frame frameset head html iframe input link meta noframes object param plaintext script
		select style svg textarea title xmp`)
	// void elements have no end tag.
	void = set(`area base br col embed hr img input link meta param source track wbr`)
	// closable elements may lack their end tag.
	closable = set(`p li dt dd tr td th thead tbody tfoot colgroup option optgroup rp rt`)
	// closesP are those whose start ends an open paragraph.
	closesP = set(`address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5
		h6 header hgroup hr li main menu nav ol p pre search section summary table ul dt dd`)
	// safeAttributes are those that readers let through, beside data-* and aria-*.
	safeAttributes = set(`abbr align alt axis border cellpadding cellspacing char charoff charset cite class clear color cols colspan compact
		controls coords crossorigin datetime decoding dir download face frame headers height href hreflang hspace id ismap itemid itemprop
		itemref itemscope itemtype kind label lang loading loop longdesc media muted name noshade nowrap open poster preload rel rev reversed
		role rows rowspan rules scope shape size sizes span src srclang srcset start style summary tabindex target title translate type
		usemap valign value vspace width xml:lang xmlns`)
	// addressed are the attributes that hold an address.
	addressed = set(`href src cite poster longdesc action data background`)
	// safeStyle is a list of declarations without addresses or functions.
	safeStyle = regexp.MustCompile(`(?i)^\s*([a-z-]+\s*:\s*[a-z0-9#%.,! '"-]+\s*(;\s*|$))*$`)
	entityRun = regexp.MustCompile(`&([a-zA-Z][a-zA-Z0-9]*);?`)
)

// markup looks at HTML: escaped in a feed, or the text of content_html.
func (c *checker) markup(where string, line int, fragment, lang string) {
	h := &htmlCheck{c: c, where: where, line: line}
	z := xhtml.NewTokenizer(strings.NewReader(fragment))
	directed := false
	for {
		kind := z.Next()
		if kind == xhtml.ErrorToken { // the end: reading from a string fails in no other way
			break
		}
		switch kind {
		case xhtml.TextToken:
			h.text(string(z.Raw()))
		case xhtml.StartTagToken, xhtml.SelfClosingTagToken:
			t := z.Token()
			h.start(t.Data, t.Attr)
			directed = directed || slices.ContainsFunc(t.Attr, func(a xhtml.Attribute) bool { return a.Key == "dir" })
		case xhtml.EndTagToken:
			name, _ := z.TagName()
			h.end(string(name))
		}
	}
	h.finish()
	if strings.TrimSpace(fragment) != "" && !directed && rightToLeft(lang) {
		c.add(MissingDirection, where, line, "the language is %s, and nothing says dir", quote(lang))
	}
}

// rightToLeft says whether a language is written from right to left, as far as its tag tells.
func rightToLeft(tag string) bool {
	t, err := language.Parse(tag)
	if err != nil {
		return false
	}
	script, _ := t.Script()
	return slices.Contains([]string{"Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg", "Samr", "Mand"}, script.String())
}

// htmlCheck follows a fragment's elements.
type htmlCheck struct {
	c     *checker
	where string
	line  int
	open  []string
	told  map[string]bool // one finding of a kind and name in a fragment
}

func (h *htmlCheck) add(code Code, key, format string, args ...any) {
	if h.told == nil {
		h.told = map[string]bool{}
	}
	if key = string(code) + " " + key; !h.told[key] {
		h.told[key] = true
		h.c.add(code, h.where, h.line, format, args...)
	}
}

func (h *htmlCheck) text(raw string) {
	if slices.Contains(h.open, "script") || slices.Contains(h.open, "style") {
		return
	}
	for _, m := range entityRun.FindAllString(raw, -1) {
		switch decoded := html.UnescapeString(m); {
		case decoded == m && strings.HasSuffix(m, ";"):
			h.add(NotHTML, m, "%s is no character reference", quote(m))
		case decoded != m && !strings.HasSuffix(m, ";"):
			h.add(NotHTML, m, "%s lacks its semicolon", quote(m))
		}
	}
}

// openAtMost bounds the elements that are followed.
const openAtMost = 256

func (h *htmlCheck) start(name string, attrs []xhtml.Attribute) {
	switch {
	case !htmlElements[name]:
		h.add(NotHTML, name, "<%s> is no element of HTML", shorten(name))
	case risky[name]:
		h.add(SecurityRisk, name, "<%s>", name)
	}
	seen := map[string]bool{}
	for _, a := range attrs {
		if seen[a.Key] {
			h.add(NotHTML, name+"@"+a.Key, "%s stands twice in <%s>", quote(a.Key), shorten(name))
		}
		seen[a.Key] = true
		h.attribute(name, a)
	}
	if name == "img" && !seen["alt"] && h.c.Merged {
		h.add(MissingImageText, "img", "an <img> without alt")
	}
	if void[name] {
		return
	}
	if closesP[name] {
		h.close("p", "table", "td", "th", "blockquote", "div", "section", "article", "li")
	}
	switch name {
	case "li":
		h.close("li", "ul", "ol", "menu")
	case "dt", "dd":
		h.close("dt", "dl")
		h.close("dd", "dl")
	case "tr":
		h.close("tr", "table")
	case "td", "th":
		h.close("td", "table", "tr")
		h.close("th", "table", "tr")
	case "thead", "tbody", "tfoot":
		for _, part := range []string{"thead", "tbody", "tfoot"} {
			h.close(part, "table")
		}
	}
	if len(h.open) < openAtMost {
		h.open = append(h.open, name)
	}
}

// close ends the innermost open element of a name, unless one of others stands within
// which it is not to be looked for.
func (h *htmlCheck) close(name string, within ...string) {
	for i := len(h.open) - 1; i >= 0; i-- {
		if h.open[i] == name {
			h.open = h.open[:i]
			return
		}
		if slices.Contains(within, h.open[i]) {
			return
		}
	}
}

func (h *htmlCheck) end(name string) {
	if void[name] || !htmlElements[name] {
		return
	}
	at := len(h.open) - 1
	for at >= 0 && h.open[at] != name && closable[h.open[at]] {
		at--
	}
	if at >= 0 && h.open[at] == name {
		h.open = h.open[:at]
		return
	}
	h.add(NotHTML, "/"+name, "</%s> ends nothing that is open, or another element is open within", name)
	for i := len(h.open) - 1; i >= 0; i-- {
		if h.open[i] == name {
			h.open = h.open[:i]
			return
		}
	}
}

func (h *htmlCheck) finish() {
	for _, name := range h.open {
		if !closable[name] && htmlElements[name] {
			h.add(NotHTML, name+" open", "<%s> is not closed", name)
		}
	}
}

func (h *htmlCheck) attribute(element string, a xhtml.Attribute) {
	value := strings.TrimSpace(a.Val)
	scheme, _, hasScheme := strings.Cut(strings.ToLower(value), ":")
	switch {
	case a.Key == "style":
		if !safeStyle.MatchString(value) || strings.Contains(strings.ToLower(value), "expression") {
			h.add(DangerousStyle, value, "style=%s", quote(value))
		}
	case strings.HasPrefix(a.Key, "data-") || strings.HasPrefix(a.Key, "aria-"):
	case !safeAttributes[a.Key] && !addressed[a.Key]:
		h.add(SecurityRiskAttr, a.Key, "%s of <%s>", quote(a.Key), shorten(element))
	case hasScheme && addressed[a.Key] && (scheme == "javascript" || scheme == "vbscript" || scheme == "data" && a.Key == "href"):
		h.add(SecurityRiskAttr, value, "%s=%s", a.Key, quote(value))
	case addressed[a.Key] && !schemeForm.MatchString(value):
		h.add(RelativeRef, value, "%s=%s", a.Key, quote(value))
	case a.Key == "srcset":
		for _, candidate := range strings.Split(value, ", ") {
			if candidate = strings.TrimSpace(candidate); candidate != "" && !schemeForm.MatchString(candidate) {
				h.add(RelativeRef, value, "srcset=%s", quote(value))
			}
		}
	}
}

func shorten(s string) string { return strings.Trim(quote(s), `"`) }
