package fetch

import (
	"net/http"
	"time"
)

// Request is one conditional GET.
type Request struct {
	URL string
	// Source is the id of the source that is asked. What Options.Access has for it is
	// sent as far as the address has the origin that it is for; empty: nothing is.
	Source string
	// ETag and LastModified are the validators kept from an earlier Response, byte
	// for byte; empty when there are none.
	ETag, LastModified string
	// ValidatorsOf is the URL that gave the validators, an earlier Response.URL. They
	// are sent to that URL only, whether it is asked first or after redirects. Empty
	// means URL.
	ValidatorsOf string
}

// Response is a complete answer: a document, or the word that it has not changed.
// Its caller calls Release when done with Body.
type Response struct {
	Status      int    // 200, 203 or 304
	URL         string // the one that answered, after redirects, in the form it was asked
	Body        []byte // whole and decoded, the caller's own; nil when NotModified
	ContentType string // as received
	// ContentLocation is the address that the body says it is of (RFC 9110, 8.7); empty
	// unless it is on the host that answered: behind a proxy servers tell their inner
	// names.
	ContentLocation string
	ContentLanguage string   // as received: language tags, separated by commas
	Link            []string // Link fields as received (RFC 8288)
	// ETag and LastModified are what to keep, byte for byte: of a 304 without them,
	// those that were sent.
	ETag, LastModified string
	NotModified        bool
	Header             http.Header   // as received
	RetryAfter         time.Time     // zero unless asked for; at most MaxRetryAfter ahead
	MaxAge             time.Duration // how long it stays fresh, 0 to MaxFreshness
	// MovedTo is where the leading 301 and 308 hops went; empty without such hops.
	// One answer is not enough to move a source for good.
	MovedTo string

	lease *lease
}

// Release says that Body is no longer in memory because of the caller. The bytes of
// all bodies together are bounded, so a large body that is not released makes others
// wait until the garbage collector finds the Response unused. It may be called more
// than once.
func (r *Response) Release() {
	if r.lease != nil {
		r.lease.release()
	}
}
