package read

import (
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// absolute resolves a reference against base (RFC 3986, 5) and gives it when it is an
// http or https address with a host; empty otherwise. Spaces and the like, which
// publishers leave in addresses, are escaped; user names in them are dropped, and
// names of hosts are written in ASCII (RFC 5891).
func absolute(base *url.URL, ref string) string {
	if plainAddress(ref) {
		return ref
	}
	u := parseReference(ref)
	if u == nil {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Opaque != "" {
		return ""
	}
	u.User = nil
	if strings.IndexFunc(u.Host, func(c rune) bool { return c >= 0x80 }) >= 0 {
		host, err := idna.Lookup.ToASCII(u.Hostname())
		if err != nil {
			return ""
		}
		if port := u.Port(); port != "" {
			host += ":" + port
		}
		u.Host = host
	}
	if s := u.String(); len(s) <= maxURL {
		return s
	}
	return ""
}

// plainAddress recognises the common absolute address that needs no parsing.
func plainAddress(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "http://"); !ok {
			return false
		}
	}
	if rest == "" || rest[0] == '/' || rest[0] == '?' || rest[0] == '#' || rest[0] == ':' || len(s) > maxURL {
		return false
	}
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '/' || c == '-' || c == '.' || c == '_' || c == '~' || c == '?' || c == '=' || c == '&' || c == '+' || c == '#' || c == ',' || c == ';':
		default:
			return false
		}
	}
	return true
}

// parseReference reads a reference the way browsers do where net/url is stricter; nil
// when nothing helps.
func parseReference(ref string) *url.URL {
	ref = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' || r < ' ' || r == 0x7F {
			return -1
		}
		return r
	}, strings.TrimSpace(ref))
	if ref == "" || len(ref) > maxURL {
		return nil
	}
	ref = strings.ReplaceAll(ref, `\`, "/")
	u, err := url.Parse(ref)
	if err != nil {
		u, err = url.Parse(escapeReference(ref))
	}
	if err != nil {
		return nil
	}
	return u
}

// escapeReference escapes what stops net/url: spaces and lone percent signs.
func escapeReference(ref string) string {
	var b strings.Builder
	for i := 0; i < len(ref); i++ {
		switch c := ref[i]; {
		case c == ' ':
			b.WriteString("%20")
		case c == '%' && (i+2 >= len(ref) || !isHex(ref[i+1]) || !isHex(ref[i+2])):
			b.WriteString("%25")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// resolveBase is a base declared within the scope of another; nil when it is none.
func resolveBase(outer *url.URL, ref string) *url.URL {
	s := absolute(outer, ref)
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil {
		return nil
	}
	return u
}
