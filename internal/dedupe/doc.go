// Package dedupe decides what an entry is to the entries we already keep: the
// same, a new version of one, another copy of a story, or a story of its own; and
// which copy of a story leads.
//
// It is pure: it reads values, returns decisions with a stated reason, and touches
// no database, clock or network. It must not import its siblings. What it decides
// by, in this version, is identity: one guid within a source, one canonical URL
// across sources, one normalised text across sources.
package dedupe
