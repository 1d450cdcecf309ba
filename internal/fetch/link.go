package fetch

import (
	"net/http"
	"net/url"
	"strings"
)

const (
	maxLinkHeader = 8 << 10 // bytes of a Link header that are read
	maxLinks      = 32
)

// Link is one of the Link header's (RFC 8288), with its address made absolute.
type Link struct {
	Rel  string // one relation in small letters; a link with several stands once for each
	Href string
	Type string // media type, when given
}

// Hub is the first WebSub hub that the answer names in its Link header; empty for none.
func (r *Response) Hub() string { return r.link("hub") }

// Self is the topic address that the answer names in its Link header; empty for none.
func (r *Response) Self() string { return r.link("self") }

func (r *Response) link(rel string) string {
	for _, l := range r.Links {
		if l.Rel == rel {
			return l.Href
		}
	}
	return ""
}

// links reads the Link headers. A link about another document (its anchor says so) is
// left out; so is what cannot be read, up to the next link.
func links(h http.Header, base *url.URL) []Link {
	var out []Link
	for _, line := range h.Values("Link") {
		rest := line[:min(len(line), maxLinkHeader)]
		for len(out) < maxLinks {
			_, after, found := strings.Cut(rest, "<")
			if !found {
				break
			}
			target, after, found := strings.Cut(after, ">")
			if !found {
				break
			}
			var params map[string]string
			params, rest = linkParams(after)
			if anchor, given := params["anchor"]; given && resolve(base, anchor) != base.String() {
				continue
			}
			href := resolve(base, strings.TrimSpace(target))
			if href == "" {
				continue
			}
			for rel := range strings.FieldsSeq(params["rel"]) {
				if len(out) < maxLinks {
					out = append(out, Link{Rel: strings.ToLower(rel), Href: href, Type: strings.ToLower(params["type"])})
				}
			}
		}
	}
	return out
}

// linkParams reads ;name=value pairs up to the comma that ends the link. The first of
// two with one name counts (RFC 8288, 3.3).
func linkParams(s string) (params map[string]string, rest string) {
	params = map[string]string{}
	for {
		s = strings.TrimLeft(s, " \t;")
		if s == "" || s[0] == ',' {
			return params, s
		}
		end := strings.IndexAny(s, "=;,")
		if end < 0 {
			return params, ""
		}
		name := strings.ToLower(strings.TrimRight(s[:end], " \t"))
		value := ""
		if s = s[end:]; s[0] == '=' {
			value, s = linkValue(strings.TrimLeft(s[1:], " \t"))
		}
		if _, given := params[name]; !given {
			params[name] = value
		}
	}
}

// linkValue reads a token or a quoted string.
func linkValue(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, ";,")
		if end < 0 {
			end = len(s)
		}
		return strings.TrimSpace(s[:end]), s[end:]
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == '"':
			return b.String(), s[i+1:]
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), ""
}

// resolve makes a reference from a header absolute; empty when it is none that could
// be fetched.
func resolve(base *url.URL, ref string) string {
	if ref == "" || len(ref) > maxURL {
		return ""
	}
	u, err := url.Parse(ref)
	if err != nil {
		return ""
	}
	abs, err := parseAddress(base.ResolveReference(u).String())
	if err != nil {
		return ""
	}
	return abs.String()
}
