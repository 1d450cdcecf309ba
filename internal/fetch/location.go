package fetch

import (
	"net/url"
	"strings"
)

// contentLocation is the address that an answer says it is of (RFC 9110, 8.7), made
// absolute; empty when it is on another host than the one that answered, in which case
// it is no word about the answer.
func contentLocation(address, header string) string {
	if header = strings.TrimSpace(header); header == "" {
		return ""
	}
	from, err := url.Parse(address)
	if err != nil {
		return ""
	}
	to, err := from.Parse(header)
	if err != nil || !strings.EqualFold(to.Host, from.Host) || to.Scheme != from.Scheme {
		return ""
	}
	return to.String()
}
