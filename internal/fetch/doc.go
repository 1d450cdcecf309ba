// Package fetch is polite, bounded, SSRF-safe HTTP: one GET with the validators
// its caller kept, one Response or one Error in plain words.
//
// It owns the manners (conditional requests byte for byte, a User-Agent that says
// who asks, no cookies, no Referer, no HEAD, a limit for each host), the bounds
// (time, redirects, header bytes, compressed and decoded bytes) and the guard that
// decides which addresses may be reached at all.
//
// It must not know feeds' content, keep anything between requests except open
// connections, decide when to poll, or retry: the caller keeps validators and
// Response.RetryAfter, and asks Backoff how long to wait after failures.
//
// Address policy. The guard sits in the dialer, after name resolution, so redirects
// and names that change their address are caught too. Loopback, private, link-local,
// multicast, carrier-grade NAT, NAT64, documentation and every other address of
// IANA's special-purpose registries are refused. An exact host:port pair in
// Options.Allow, written as in the URL, may be private: a literal address then means
// that address; a name may resolve to loopback, RFC 1918, RFC 6598 or RFC 4193
// addresses, but never to link-local or multicast ones (cloud metadata services live
// there). "localhost:8080" does not allow "127.0.0.1:8080".
//
// Port policy. Public addresses are reached on 80, 443 and from 1024 upwards, except
// ports on which something other than HTTP usually listens (databases, chat, X11,
// container and cluster control, as listed in guard.go). Pairs in Options.Allow are
// free in their port.
//
// Proxy. None is taken from the environment: a proxy connects on our behalf and the
// dialer's guard only ever sees the proxy's address. With Options.Proxy the guard
// judges before the proxy is asked: the port, and every address that the host resolves
// to here. The proxy is asked with CONNECT for http too (or by SOCKS 5), so that it
// cannot rewrite. What remains: the proxy resolves the name again, and a name that
// changes its address in between reaches whatever the proxy can reach. The proxy itself
// may be private; it is the operator's.
//
// Access. What a source's server knows us by goes to the origin (scheme, host, port) of
// the source's own address, over redirects inside it, and ends where a redirect leaves
// it. No error and no printed value shows it.
//
// Memory. Bodies over 256 KiB share a pool of 4 MiB; when it is empty one body at a
// time goes on from a reserve as large as it needs, the others wait with their clocks
// stopped. Compressed bodies are decoded twice when they are large: the first time only
// to learn the size, so that a bomb costs no memory. Documents over 256 KiB are handed
// over one at a time, until Response.Release. A client must not be asked for a second
// large document by a caller that still holds one.
//
// Robots. robots.txt is not asked here: a feed is published to be fetched by programs,
// and its publisher's word to us is its status, Retry-After and Cache-Control.
// RFC 3229 (A-IM: feed) is not offered: a 226 is an error.
package fetch
