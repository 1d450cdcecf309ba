package fetch

import (
	"net/url"
)

// maxPostAnswer is how much is read of the answer to what was sent, in bytes.
const maxPostAnswer = 4 << 10

// location is where an answer points to, "" when that is no address.
func location(from *url.URL, field string) string {
	if field == "" || len(field) > maxURL {
		return ""
	}
	ref, err := url.Parse(field)
	if err != nil {
		return ""
	}
	return from.ResolveReference(ref).String()
}
