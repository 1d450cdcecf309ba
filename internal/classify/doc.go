// Package classify says what an item is about: its countries and regions, its topics
// and its language, each with the evidence that gave it.
//
// One pass over the words of title and text finds every phrase of the taxonomy and
// every cue (funded by, based in, from ... to) at once; the rest is judging what was
// found. In the order of reading: fold.go and words.go make words of text, lexicon.go
// and match.go find phrases in them, towns.go asks the gazetteer about the words that are
// left, dateline.go finds where the story begins, context.go, donors.go, lists.go and
// persons.go decide in what role a place is mentioned, settle.go which place it is,
// countries.go, regions.go, topics.go and language.go draw the conclusions, categories.go
// and vocabulary.go listen to the publisher.
//
// The package owns the rules of labelling; the names and terms it matches are data,
// handed in as feeds.Taxonomy, and the places of config/gazetteer, which only stand behind
// them: a town of the gazetteer may carry an item that names no country, and never
// overrules one that is named. It is pure: no files, no network, no clock, no log, and
// the same item always gives the same labels in the same order. It must not know
// stores, sources or how labels are shown.
package classify
