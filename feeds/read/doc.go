// Package read makes a feeds.Feed of the bytes that a publisher served: RSS 0.90 to
// 2.0, RDF Site Summary (RSS 1.0), RSS 1.1, Atom 0.3 and 1.0, Channel Definition Format,
// JSON Feed 1.0 and 1.1.
//
// Reading goes in one direction:
//
//	bytes -> decode (UTF-8)            encoding.go, wide.go, labels.go, guess.go
//	      -> find the root             root.go, entities.go
//	      -> survey (structure)        scan.go, survey.go
//	      -> repair, when broken       repair.go, jsonrepair.go
//	      -> gofeed's format parser    rss.go, atom.go, jsonfeed.go
//	      -> outline (what stands where, in which vocabulary)
//	                                   outline.go, vocabulary.go, cdf.go
//	      -> feeds.Feed                describe.go with construct.go, media.go,
//	                                   person.go, extension.go, text.go, date.go, url.go
//
// gofeed always reads RSS and Atom first: it says whether the document is one, of which
// version, and what the elements of the format itself mean that depend on nothing else.
// Its format parsers are used and not its universal feed, because that one drops
// category schemes, most links, atom:source and languages, and costs as much again.
//
// The survey is a light pass over the same bytes that bounds depth and attributes before
// anything recursive sees them and tells whether tags are balanced. The outline gives
// the elements with what gofeed does not keep: their order, xml:base and xml:lang in
// force, the type and mode of a text, and their vocabulary by namespace rather than by
// prefix, slips forgiven. So one description serves all formats: RSS's elements in
// Atom, Atom's in RSS, Dublin Core in both.
//
// Precedence, where several elements say one thing: the format's own element before
// those of other vocabularies, whatever stands first; the first of equals; one that is
// empty or cannot be read gives way. Relative references are resolved against xml:base,
// else in an item of RSS the feed's page, else Content-Location, else where the document
// was found. Ids are names and never resolved.
//
// Whatever had to be repaired or guessed is a sentence in Feed.Problems, for the
// office that subscribes to the source. Everything read is hostile until bounded:
// see limits.go. Markup leaves the package only through Sanitise.
//
// The package must not fetch, store, log or know the time: equal bytes give equal
// feeds. It is the only package that imports gofeed.
package read
