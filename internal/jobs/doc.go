// Package jobs runs the pipeline on time: on one machine with SQLite or on many with
// PostgreSQL, by the same code.
//
// It owns schedules and the kinds of job, and is the only importer of cron and of
// River. It must not know what a pull does.
//
// # States
//
// A source's next run is a column of its polling. The dispatch job, which runs every
// few seconds on whichever process leads, takes the sources that are due, inserts
// pull jobs for them and moves their next run on, in one transaction: a slot becomes
// a job exactly once. A pull job carries the due sources of one shard of hosts, and
// a shard has one job at a time over all processes, so that a host is never asked
// by two. The store is authoritative; what River remembers can be lost without
// losing a source.
//
// The relabel job labels kept stories anew. It works in turns of some hundred stories;
// what is left stands in the stories themselves, so that a lost job loses nothing.
//
// The hub job looks, after commits and every few seconds, whether documents have changed
// that somebody subscribes to, and makes jobs of what is due at the hub's callbacks, one
// for each host. When to try again is a column of the subscription, not an attempt of a
// job.
//
// # Failure
//
// Every process says that it lives, for as long as it does (store.Presence). A job
// whose process is gone is handed back by another within seconds; one that is stuck in
// a living process after RescueAfter. It skips the sources it had already pulled in
// its slot. A process told to stop finishes
// what it holds within its grace, then hands the rest back.
package jobs
