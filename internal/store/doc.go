// Package store keeps what Tributary knows, in SQLite or PostgreSQL (15 or later)
// behind one DB: sources and their polling, entries with every version of them,
// stories with keys, labels and copies, and what is derived from those: the terms
// that channels select by and the search index.
//
// It owns the schema, its migrations and every line of SQL in the program, and the
// rule that what one pull of one source brings is one transaction. It must not
// decide: which entry joins which story, which copy leads and which labels stand
// reaches it decided. What people said about labels it holds against every writer, by
// feeds.Correct. It must not speak HTTP, read feeds or know the job engine,
// which only borrows its transactions.
//
// SQL is written by hand. Most of it is portable and stands once; a generator would
// need it twice, and cannot write the statements with a number of rows known only
// when they run, which is where the time goes. What differs between the databases is
// in sqlite.go, postgres.go and the migrations.
//
// Times are milliseconds since 1970 UTC in the database. Stories are written under
// one lock for all processes, so that two of them never make two stories of one thing.
package store
