package read

import (
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Sanitise makes a fragment of HTML from outside safe to stand in a page or feed of
// ours. It is the one policy:
//
//   - Structure, emphasis, lists, tables, links and images stay, and audio and video
//     as players that load nothing by themselves. Scripts, styles, frames, objects,
//     fields, SVG and MathML go with their content; other elements go and leave theirs.
//   - Attributes are href, src, alt, title, width, height, lang, dir, cell spans and
//     the like; no class, style, id, name, srcset, target, rel or handler. Links open
//     where they stand; what a page tells the link's server is the page's to say, by
//     its Referrer-Policy.
//   - Addresses are http or https, in links also mailto and tel, made absolute against
//     base. A link without a usable address leaves its text; an image without one goes,
//     and so does one that only counts readers: of a pixel or less, hidden, or from
//     where counters are (images.go).
//   - Characters that turn text around, and unseen ones, go by the rules of tidy.
//   - The result is what a browser would make of the fragment, written anew: tags are
//     balanced, text is escaped, elements are nested at most 100 deep. It is a fixed
//     point: parsed again it is the same, and so is what Sanitise makes of it.
//
// base is an absolute URL; empty or unreadable when unknown, then relative addresses
// are dropped. Fragments over 1 MiB are cut.
func Sanitise(htmlFragment, base string) string {
	return sanitise(htmlFragment, resolveBase(nil, base))
}

func sanitise(fragment string, base *url.URL) string {
	fragment = normaliseMarkup(cutMarkup(fragment, maxContent))
	if out, ok := sanitiseSimple(fragment, base); ok {
		return out
	}
	return sanitiseAny(fragment, base)
}

// normaliseMarkup does what browsers do before they parse, and trims.
func normaliseMarkup(s string) string {
	s = validText(s)
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	return strings.TrimSpace(s)
}

// attributes are the attributes of elements besides lang and dir, in the order in
// which they are written.
var attributes = map[string][]string{
	"a":          {"href", "title", "hreflang"},
	"abbr":       {"title"},
	"blockquote": {"cite"},
	"img":        {"src", "alt", "title", "width", "height"},
	"ol":         {"start", "type", "reversed"},
	"td":         {"colspan", "rowspan"},
	"th":         {"colspan", "rowspan", "scope"},
	"q":          {"cite"},
	"time":       {"datetime"},
}

var (
	datePattern   = regexp.MustCompile(`^[0-9A-Za-z:., +-]{1,40}$`)
	numberPattern = regexp.MustCompile(`^[0-9]{1,5}$`)
	wordPattern   = regexp.MustCompile(`^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,4}$`)
)

// mostRounds bounds how often markup is parsed and written until it stays the same.
// Two rounds do, unless somebody worked at it.
const mostRounds = 6

// sanitiseAny parses the fragment as browsers do and writes what is allowed of it,
// until that is what a browser reads of it.
func sanitiseAny(fragment string, base *url.URL) string {
	out, ok := rewrite(withoutSelfClosed(fragment), base)
	for range mostRounds {
		if !ok {
			break
		}
		if again, simple := sanitiseSimple(out, base); simple && again == out {
			return out
		}
		again, parsed := rewrite(out, base)
		if parsed && again == out {
			return out
		}
		out, ok = again, parsed
	}
	// Nested over 512 deep, or never the same: its text is all that can be kept.
	text := strings.TrimSpace(string(appendText(nil, tidy(PlainText(fragment)))))
	return strings.TrimSpace(cutMarkup(text, maxContent))
}

// rewrite parses markup and writes what is allowed of it; false when it cannot be
// parsed.
func rewrite(fragment string, base *url.URL) (string, bool) {
	nodes, err := html.ParseFragment(strings.NewReader(fragment), &html.Node{
		Type: html.ElementNode, Data: "body", DataAtom: atom.Body,
	})
	if err != nil {
		return "", false
	}
	w := markupWriter{base: base, out: make([]byte, 0, len(fragment)+len(fragment)/16)}
	for _, n := range nodes {
		w.node(n)
	}
	return strings.TrimSpace(string(w.out)), true
}

// withoutSelfClosed drops elements that XHTML may close in their opening tag and that
// HTML then takes for open: all that follows would go with them.
func withoutSelfClosed(s string) string {
	if !strings.Contains(s, "/>") {
		return s
	}
	var b strings.Builder
	rest := s
	for {
		i := strings.IndexByte(rest, '<')
		if i < 0 {
			break
		}
		name, end := tagAt(rest[i:])
		if end == 0 && name != "" {
			break // no tag ends behind here
		}
		if end == 0 {
			end = 1
		}
		kind := elements[name]
		b.WriteString(rest[:i])
		if kind&elementSkipped == 0 || kind&elementKept != 0 || rest[i+1] == '/' || !strings.HasSuffix(rest[:i+end], "/>") {
			b.WriteString(rest[i : i+end])
		}
		rest = rest[i+end:]
	}
	b.WriteString(rest)
	return b.String()
}
