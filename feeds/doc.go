// Package feeds is Tributary's vocabulary: what a publisher's feed says (Feed,
// Entry), where it comes from (Source, Office) and how its polling stands
// (Polling), what we say about it (Label), which entries tell one thing (Story)
// and which merged feeds are published from that (Selector, Channel), with the
// countries, regions and topics they are named by (Taxonomy).
//
// The package owns names and shapes, and the small rules that belong to a single
// value. It must not read or write bytes, know a database, speak HTTP or import
// anything outside the standard library. Names follow RFC 4287 (Atom), RFC 6721
// (tombstones), ISO 3166-1, UN M49 and BCP 47.
package feeds
