// Package read makes a feeds.Feed of the bytes that a publisher served: RSS 0.90 to
// 2.0, RDF Site Summary (RSS 1.0), Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1.
//
// Reading goes in one direction:
//
//	bytes -> decode (UTF-8)            encoding.go, wide.go, labels.go, guess.go
//	      -> find the root             root.go, entities.go
//	      -> survey (structure, bases) scan.go, survey.go
//	      -> repair, when broken       repair.go, jsonrepair.go
//	      -> gofeed's format parser    rss.go, atom.go, jsonfeed.go
//	      -> feeds.Feed                the same, with text.go, date.go, url.go ...
//
// gofeed always reads the document; its format parsers are used and not its
// universal feed, because that one drops category schemes, most links, atom:source
// and languages, and costs as much again. The survey is a light pass over the same
// bytes that bounds depth and attributes before anything recursive sees them, tells
// whether tags are balanced, and collects what gofeed does not keep: xml:base,
// xml:lang, rdf:about and the types of Atom texts.
//
// Whatever had to be repaired or guessed is a sentence in Feed.Problems, for the
// office that subscribes to the source. Everything read is hostile until bounded:
// see limits.go. Markup leaves the package only through Sanitise.
//
// The package must not fetch, store, log or know the time: equal bytes give equal
// feeds. It is the only package that imports gofeed.
package read
