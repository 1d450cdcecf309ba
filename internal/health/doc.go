// Package health says in plain words how a source is doing and what its office can do
// about it: from what its polling has kept, by stated thresholds.
//
// It is pure: it reads values and returns words. It owns the words for why a poll
// failed, as they are stored and counted. It must not ask a database, a network or a
// clock, and must not import its siblings.
package health
