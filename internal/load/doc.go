// Package load makes load over loopback for benchmarks: a Server that publishes
// many changing feeds very cheaply, and Hammer, which asks one address as fast as
// the other side answers.
//
// The Server knows what it has published, so a benchmark can tell entries that were
// lost from entries that were merged: Entries counts distinct (feed, guid), Stories
// the distinct things they tell. Everything it serves follows from Options alone:
// equal options give equal bytes on every machine and in every year.
//
// The package must not be imported by anything that ships, and never speaks to an
// address that is not loopback. Both halves speak HTTP/1.1 by hand, because
// net/http on both ends would cost more than what is being measured.
package load
