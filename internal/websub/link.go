package websub

import (
	"net/url"
	"strings"

	"tributary/feeds"
)

// maxLinks bounds the links read from one header; honest ones have a handful.
const maxLinks = 64

// ParseLink reads Link fields (RFC 8288, 3) of an answer from base, with absolute
// addresses and one link for each relation. Links that say they are about something
// else (anchor) are left out, and so is the rest of a field from its first slip on.
func ParseLink(fields []string, base string) []feeds.Link {
	context, err := url.Parse(base)
	if err != nil {
		return nil
	}
	var out []feeds.Link
	for _, field := range fields {
		p := linkParser{rest: field}
		for len(out) < maxLinks {
			target, params, ok := p.next()
			if !ok {
				break
			}
			ref, err := url.Parse(target)
			if err != nil || params["anchor"] != "" {
				continue
			}
			link := feeds.Link{Href: context.ResolveReference(ref).String(), Type: params["type"],
				Hreflang: params["hreflang"], Title: params["title"]}
			for _, rel := range strings.Fields(strings.ToLower(params["rel"])) {
				link.Rel = rel
				out = append(out, link)
			}
		}
	}
	return out
}

// linkParser goes through one Link field.
type linkParser struct{ rest string }

// next reads one link-value: its target and parameters by lower-case name, of which
// the first of a name counts.
func (p *linkParser) next() (target string, params map[string]string, ok bool) {
	p.rest = strings.TrimLeft(p.rest, ", \t") // empty elements of the list
	if !strings.HasPrefix(p.rest, "<") {
		return "", nil, false
	}
	end := strings.IndexByte(p.rest, '>')
	if end < 0 {
		return "", nil, false
	}
	target, p.rest = strings.TrimSpace(p.rest[1:end]), p.rest[end+1:]
	params = map[string]string{}
	for {
		p.space()
		if !strings.HasPrefix(p.rest, ";") {
			break
		}
		p.rest = p.rest[1:]
		p.space()
		name := strings.ToLower(p.token())
		p.space()
		value := ""
		if strings.HasPrefix(p.rest, "=") {
			p.rest = p.rest[1:]
			p.space()
			if value, ok = p.value(); !ok {
				return "", nil, false
			}
		}
		if _, twice := params[name]; name != "" && !twice {
			params[name] = value
		}
	}
	// What follows must be the next value or the end.
	if p.rest != "" && p.rest[0] != ',' {
		p.rest = ""
	}
	return target, params, true
}

func (p *linkParser) space() { p.rest = strings.TrimLeft(p.rest, " \t") }

// token takes what stands before the next sign that ends a name or a bare value.
func (p *linkParser) token() string {
	end := strings.IndexAny(p.rest, "=;, \t\"")
	if end < 0 {
		end = len(p.rest)
	}
	out := p.rest[:end]
	p.rest = p.rest[end:]
	return out
}

// value is a token or a quoted string with its escapes undone.
func (p *linkParser) value() (string, bool) {
	if !strings.HasPrefix(p.rest, `"`) {
		return p.token(), true
	}
	var b strings.Builder
	for i := 1; i < len(p.rest); i++ {
		switch c := p.rest[i]; c {
		case '"':
			p.rest = p.rest[i+1:]
			return b.String(), true
		case '\\':
			if i++; i < len(p.rest) {
				b.WriteByte(p.rest[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", false
}
