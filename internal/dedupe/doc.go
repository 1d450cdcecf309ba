// Package dedupe decides what an entry is to the entries we already keep: the
// same, a new version of one, another copy of a story, or a story of its own; and
// which copy of a story leads.
//
// It is pure: it reads values, returns decisions with a stated reason, and touches
// no database, clock or network. It must not import its siblings. An entry becomes a
// print (print.go) with keys that find its candidates (keys.go, meet.go); Compare
// says what two prints have in common, Verify what that means, Partition and Regroup
// which stories follow (partition.go, plan.go), Between why (explain.go). docs/stories.md
// says what each signal is worth.
package dedupe
