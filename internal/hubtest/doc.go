// Package hubtest is a WebSub hub to test a subscriber against, written from the text
// of the Recommendation (sections 5 to 8) and nothing else.
//
// It owns subscribing, verification of intent, leases, content distribution and
// signatures as a hub does them, and switches that make it fail in the ways hubs do.
// It must not share a line with internal/websub, or the two would agree in their
// mistakes; only tests import it, and it imports the standard library only.
package hubtest
