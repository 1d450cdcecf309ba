// Package write turns a feeds.Feed into a document that readers, newsletter tools
// and content management systems live on: Atom 1.0 (RFC 4287, with the tombstones of
// RFC 6721), RSS 2.0 (with the RSS Advisory Board's profile) and JSON Feed 1.1. It
// also writes and reads lists of feeds in OPML 2.0.
//
// The three formats are made from one tidied copy of the feed, so that ids, order,
// dates and categories are the same in all of them. Equal feeds give equal bytes:
// nothing is taken from the clock, and nothing is random.
//
// Text in feeds.Feed is plain text, except Summary and Content of entries, which are
// HTML: each is escaped exactly once for its format. A summary without markup is
// written as type="text". Content in a script that runs from right to left is put
// into <div dir="rtl" lang="...">, since Atom has no direction of its own; titles,
// which are plain text, rely on xml:lang. Characters that XML 1.0 cannot hold are
// dropped, and broken UTF-8 becomes U+FFFD, in JSON too.
//
// The package is the only importer of gorilla/feeds. Its structs are embedded in ours,
// which shadow the fields that say too little; nobody outside sees either.
//
// It must not decide what stands in a feed, invent ids or dates, sanitise HTML or
// know HTTP.
package write
