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
// No proxy is taken from the environment: a proxy would connect on our behalf and
// the guard would only ever see the proxy's address.
package fetch
