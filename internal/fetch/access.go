package fetch

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Access is how a source's server knows us. It is sent to one origin (scheme, host
// and port), over the first request and over redirects that stay there, and never
// elsewhere: not to a subdomain, another port, or the same host over plain http.
type Access struct {
	URL            string            // of the source: its origin may see the rest
	User, Password string            // HTTP basic (RFC 7617)
	Bearer         string            // a bearer token (RFC 6750)
	Headers        map[string]string // any other secret, by header name
	Direct         bool              // not through Options.Proxy
}

// String hides what must not be printed.
func (Access) String() string { return "[access]" }

// GoString hides it from %#v too.
func (Access) GoString() string { return "[access]" }

// ownHeaders are the fields that are ours to set, or the connection's.
var ownHeaders = []string{
	"Accept", "Accept-Encoding", "Connection", "Content-Length", "Content-Type", "Cookie", "Expect", "Host",
	"If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Keep-Alive",
	"Range", "Referer", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "User-Agent",
}

// AccessHeader says whether a header of this name may carry a secret.
func AccessHeader(name string) bool {
	canonical := http.CanonicalHeaderKey(name)
	return httpguts.ValidHeaderFieldName(name) && !slices.Contains(ownHeaders, canonical) &&
		!strings.HasPrefix(canonical, "Proxy-") && !strings.HasPrefix(canonical, "Sec-")
}

// credential is an Access ready to be sent.
type credential struct {
	origin string
	header http.Header
	direct bool
}

// newCredential checks an Access. Its errors do not show what is secret.
func newCredential(a Access) (*credential, error) {
	u, err := parseAddress(a.URL)
	if err != nil {
		return nil, fmt.Errorf("the address it is for: %w", err)
	}
	c := &credential{origin: originOf(u), header: http.Header{}, direct: a.Direct}
	for name, value := range a.Headers {
		if !AccessHeader(name) {
			return nil, fmt.Errorf("the header %.60q cannot carry a secret", name)
		}
		c.header.Set(name, value)
	}
	if a.Bearer != "" {
		c.header.Set("Authorization", "Bearer "+a.Bearer)
	}
	if a.User != "" || a.Password != "" {
		if strings.Contains(a.User, ":") {
			return nil, fmt.Errorf("a user name cannot contain a colon")
		}
		c.header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(a.User+":"+a.Password)))
	}
	for name, values := range c.header {
		if len(values) != 1 || !httpguts.ValidHeaderFieldValue(values[0]) {
			return nil, fmt.Errorf("the secret for header %s has characters that a header cannot carry", name)
		}
	}
	return c, nil
}

// originOf is the origin of a parsed address (RFC 6454): scheme, host and port.
func originOf(u *url.URL) string { return u.Scheme + "://" + u.Host }

// fits tells whether this address may see the credential.
func (c *credential) fits(u *url.URL) bool {
	return c != nil && len(c.header) > 0 && originOf(u) == c.origin
}
