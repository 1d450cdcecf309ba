// Package langid says in which language a short text is written.
//
// The script decides first (script.go): most scripts have one language. Where several
// share one, the frequencies of three and four letters in a row (model.go, made by
// generate from published models) and frequent small words (words.go) decide between
// them (detect.go). What cannot be told is not guessed: the score of a guess says how
// far the next language is behind, and how much of the text the winner explains.
//
// The package is pure: no files, no network, no clock; a detector never changes and the
// same text always gives the same guess. It must not know what was declared, nor labels.
package langid
