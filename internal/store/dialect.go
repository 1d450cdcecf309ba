package store

import (
	"context"
	"database/sql"
)

// The databases, as Dialect names them.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// dialect is what differs between the databases.
type dialect interface {
	name() string
	// mark writes the placeholder of the nth parameter of a generated statement.
	// Parameters stand in the statement in their order.
	mark(b []byte, n int) []byte
	// remote says whether every statement is a journey to a server.
	remote() bool
	// listArgs are the arguments of a statement with a list of values.
	listArgs(args []any) []any
	// migrate brings the schema up to date, one process at a time.
	migrate(ctx context.Context, db *sql.DB) error
	// lockGrouping makes a transaction wait for all others that write stories.
	lockGrouping(ctx context.Context, tx *sql.Tx) error
	// skipLocked ends a query for rows to work on, within a transaction.
	skipLocked() string
	// snapshot is the isolation in which a transaction reads as of one moment.
	snapshot() sql.IsolationLevel
	// retryable says whether a transaction failed only because of another one.
	retryable(err error) bool
	// statementContext is the context for a short statement.
	statementContext(ctx context.Context) context.Context
	// matching is a query for the ids of the stories that hold what is sought, with the
	// value of its one parameter, the nth of the statement it becomes part of.
	matching(n int, s sought) (query string, arg any)
	// index replaces the words that a story is found by.
	index(ctx context.Context, r runner, stories []storyWords) error
	// erase has the database's files forget what was deleted from its tables, as far as it
	// can; done is false when others were in the way.
	erase(ctx context.Context, db *sql.DB) (done bool, err error)
	// integrity lists what the database itself finds wrong with its files.
	integrity(ctx context.Context, db *sql.DB) ([]string, error)
	// backup writes a copy of the database to a file that does not exist yet.
	backup(ctx context.Context, db *sql.DB, file string) error
}

// storyWords is the content of the search index for one story.
type storyWords struct {
	id    string
	words []string // each once
}
