// Package feedcheck says what is wrong with a feed: bytes, HTTP headers and the
// address they came from go in, findings come out, each with a code, how grave it is,
// where it stands and what to do.
//
// It knows Atom 1.0 (RFC 4287) with archives (RFC 5005) and tombstones (RFC 6721),
// RSS 2.0 by its specification and the RSS Advisory Board's profile, JSON Feed 1.1,
// OPML 2.0 lists, Media RSS, the HTML within any of them, the headers a feed is served
// with, and whether what WebSub needs is equal in headers and document. It is written
// from the specifications and shares no line with feeds/write: what one gets wrong the
// other must notice. Codes that the W3C feed validator knows too have its names.
//
// An error breaks a specification, a warning will trouble some readers, an advice is
// what good publishers do. Options.Merged adds what only a merged feed owes: the
// source of each entry, labels of categories, rights.
//
// Documents are hostile: size, depth, number of elements and of findings are bounded,
// entities are not expanded, quoted values are shortened.
//
// It must not fetch, know a clock, log or import feeds/write.
package feedcheck
