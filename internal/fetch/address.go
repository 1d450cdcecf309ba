package fetch

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// maxURL bounds addresses, configured ones and those of redirects.
const maxURL = 8 << 10

// hostNames maps international host names to their ASCII form as browsers do
// (UTS 46, non-transitional), without refusing the underscores some hosts have.
var hostNames = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

// Host is the key by which requests are limited and sources grouped: the URL's host
// in lower-case ASCII without port and final dots. Empty when the URL cannot be
// fetched.
func Host(rawURL string) string {
	u, err := parseAddress(rawURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// parseAddress reads an absolute http or https URL into the form that is sent:
// ASCII host, no fragment, nothing raw in the query that a request line cannot
// carry. Its errors are refusals.
func parseAddress(raw string) (*url.URL, error) {
	if len(raw) > maxURL {
		return nil, refuse("an address of %d bytes is refused: more than %d", len(raw), maxURL)
	}
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return nil, refuse("the address is no valid URL")
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return nil, refuse("the scheme %.40q is refused: only http and https are fetched", u.Scheme)
	}
	if u.User != nil {
		return nil, refuse("a user name or password inside an address is refused")
	}
	if u.Opaque != "" || u.Hostname() == "" {
		return nil, refuse("the address has no host")
	}
	if err := normaliseHost(u); err != nil {
		return nil, err
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u.Fragment, u.RawFragment = "", ""
	u.RawQuery = escapeQuery(u.RawQuery)
	return u, nil
}

func normaliseHost(u *url.URL) error {
	host, port := u.Hostname(), u.Port()
	literal6 := strings.Contains(host, ":")
	if !literal6 {
		var err error
		if host, err = asciiHost(host); err != nil {
			return refuse("the host name %.100q is not valid", u.Hostname())
		}
		if host == "" {
			return refuse("the address has no host")
		}
		if oddIPv4(host) {
			return refuse("the host %.100q is refused: it is an address in a form that nobody writes", host)
		}
	}
	if (u.Scheme == "http" && port == "80") || (u.Scheme == "https" && port == "443") {
		port = ""
	}
	if literal6 {
		ip, err := netip.ParseAddr(host)
		if err != nil || ip.Zone() != "" {
			return refuse("the host address %.100q is not valid", host)
		}
		host = "[" + ip.String() + "]"
	}
	if port != "" {
		host += ":" + port
	}
	u.Host = host
	return nil
}

// oddIPv4 finds hosts that some resolvers take for an IPv4 address though they are
// none in dotted decimals: 2130706433, 0x7f.1, 0177.0.0.1 (WHATWG URL, "ends in a
// number"). No name on the public internet ends in a number.
func oddIPv4(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	digits, hex := last, "0123456789"
	if rest, ok := strings.CutPrefix(last, "0x"); ok {
		digits, hex = rest, "0123456789abcdef"
	}
	if strings.Trim(digits, hex) != "" {
		return false
	}
	_, err := netip.ParseAddr(host)
	return err != nil
}

func asciiHost(host string) (string, error) {
	ascii := true
	for i := range len(host) {
		ascii = ascii && host[i] < 0x80
	}
	if ascii {
		host = strings.ToLower(host)
	} else {
		var err error
		if host, err = hostNames.ToASCII(host); err != nil {
			return "", fmt.Errorf("map host name: %w", err)
		}
	}
	// What browsers forbid in a host (WHATWG URL, "forbidden domain code points").
	if i := strings.IndexFunc(host, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("#%/:<>?@[\\]^|", r) }); i >= 0 {
		return "", fmt.Errorf("map host name: forbidden character at byte %d", i)
	}
	return strings.TrimRight(host, "."), nil
}

// escapeQuery percent-encodes the bytes that url.Parse lets through in a query but
// that must not stand in a request line. Everything else is sent as it was written.
func escapeQuery(q string) string {
	const hex = "0123456789ABCDEF"
	unsafe := func(c byte) bool { return c <= ' ' || c >= 0x7f || c == '"' || c == '<' || c == '>' }
	n := 0
	for i := range len(q) {
		if unsafe(q[i]) {
			n++
		}
	}
	if n == 0 {
		return q
	}
	out := make([]byte, 0, len(q)+2*n)
	for i := range len(q) {
		if c := q[i]; unsafe(c) {
			out = append(out, '%', hex[c>>4], hex[c&15])
		} else {
			out = append(out, c)
		}
	}
	return string(out)
}
