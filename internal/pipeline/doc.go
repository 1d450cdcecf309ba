// Package pipeline tells the program's two stories, each in one file.
//
//	Pull(source):     fetch -> read -> plan (dedupe) -> label (classify) -> commit
//	Publish(channel): select stories -> write -> cache -> the static shelf
//
// It owns their order and what is counted on the way. It must not know SQL, cron or
// HTTP serving; deciding is left to dedupe and classify, which are pure.
//
// Beside them stands the Desk, where people correct labels and what is kept is labelled
// anew, by the same code as in a pull.
//
// What one pull of one source changes is committed in one transaction, validators
// together with the entries they stand for: a crash at any moment leaves either all
// of it or nothing, and running the same pull again changes nothing.
package pipeline
