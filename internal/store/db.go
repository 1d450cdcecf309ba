package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// Options say which database to open. URL wins when both are given.
type Options struct {
	Path     string           // SQLite: the file, made when missing
	URL      string           // PostgreSQL: postgres://user:password@host/name
	Now      func() time.Time // time.Now when nil
	MaxConns int              // connections to PostgreSQL, or readers of SQLite; 0: a sound default
	// Told, when not nil, hears of each statement before it runs, values left out: for
	// measuring what a task costs. It is called by several goroutines at once.
	Told func(statement string)
}

// DB is the store. All its methods are safe for concurrent use by any number of
// goroutines; on PostgreSQL any number of processes may share a database.
type DB struct {
	dialect  dialect
	write    *sql.DB
	read     *sql.DB // the same as write on PostgreSQL
	writing  *statements
	reading  *statements
	now      func() time.Time
	told     func(statement string)
	url      string
	gate     chan struct{} // held while this process is in Commit
	gates    gates
	rendered atomic.Int64 // renditions remembered since the table was last trimmed
	dating   dating       // renditions that wait to be remembered together
	cached   *storyCache
}

// Open connects to a database. It makes no tables: that is Migrate.
func Open(ctx context.Context, o Options) (*DB, error) {
	db := &DB{now: o.Now, told: o.Told, url: o.URL, gate: make(chan struct{}, 1)}
	if db.now == nil {
		db.now = time.Now
	}
	var err error
	if db.cached, err = newStoryCache(); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	switch {
	case o.URL != "":
		err = db.openPostgres(ctx, o)
	case o.Path != "":
		err = db.openSQLite(ctx, o)
	default:
		err = errors.New("neither a file nor a database URL is given")
	}
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	return db, nil
}

// Migrate brings the schema up to date. Processes that call it at once wait for each
// other. It refuses a database that a newer Tributary has migrated.
func (db *DB) Migrate(ctx context.Context) error {
	if err := db.dialect.migrate(ctx, db.write); err != nil {
		return fmt.Errorf("migrate store: %w", err)
	}
	return nil
}

// Close ends all connections.
func (db *DB) Close() error {
	err := db.write.Close()
	if db.read != db.write {
		err = errors.Join(db.read.Close(), err)
	}
	if err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// Dialect is SQLite or Postgres.
func (db *DB) Dialect() string { return db.dialect.name() }

// SQL is the pool that writes, for the job engine's own tables and for transactions
// that Due and Advance take part in. On SQLite it is a single connection: whoever
// holds a transaction of it must not call a writing method of DB.
func (db *DB) SQL() *sql.DB { return db.write }

// PGURL is the address of the PostgreSQL database, "" on SQLite. It holds the
// password, if there is one.
func (db *DB) PGURL() string { return db.url }

// Backup writes a copy of the database to a new file while others go on writing. It
// refuses to overwrite. On PostgreSQL it fails and names the tool to use.
func (db *DB) Backup(ctx context.Context, file string) error {
	if err := db.dialect.backup(ctx, db.write, file); err != nil {
		return fmt.Errorf("back up store: %w", err)
	}
	return nil
}

// Version grows with every commit that may have changed what is published. It is the
// same for all processes on one database.
func (db *DB) Version(ctx context.Context) (int64, error) {
	var v int64
	if err := db.reader().row(ctx, `SELECT value FROM meta WHERE name = 'version'`).Scan(&v); err != nil {
		return 0, fmt.Errorf("read store version: %w", err)
	}
	return v, nil
}

// bump makes a new version within a transaction that holds the grouping lock or the
// row, and returns it.
func bump(ctx context.Context, r runner) (int64, error) {
	var v int64
	err := r.row(ctx, `UPDATE meta SET value = value + 1 WHERE name = 'version' RETURNING value`).Scan(&v)
	if err != nil {
		return 0, fmt.Errorf("count store version: %w", err)
	}
	return v, nil
}

// attempts bounds how often a transaction is tried again that failed because of
// another one.
const attempts = 5

// transact runs fn in a transaction of the writing pool. fn may run more than once.
func (db *DB) transact(ctx context.Context, grouping bool, fn func(r runner) error) error {
	for try := 1; ; try++ {
		err := db.once(ctx, grouping, fn)
		if err != nil && ctx.Err() != nil {
			// A transaction that its context has rolled back says only that it is over.
			return errors.Join(ctx.Err(), err)
		}
		if err == nil || try == attempts || !db.dialect.retryable(err) {
			return err
		}
		select {
		case <-time.After(time.Duration(try*try) * 10 * time.Millisecond):
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		}
	}
}

func (db *DB) once(ctx context.Context, grouping bool, fn func(r runner) error) (err error) {
	if err := db.writing.prepare(ctx); err != nil {
		return err
	}
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() {
		// Also after a panic: the one connection that writes must come back.
		if rollback := tx.Rollback(); rollback != nil && !errors.Is(rollback, sql.ErrTxDone) {
			err = errors.Join(err, fmt.Errorf("roll back: %w", rollback))
		}
	}()
	if grouping {
		if err := db.dialect.lockGrouping(ctx, tx); err != nil {
			return fmt.Errorf("lock stories: %w", err)
		}
	}
	if err := fn(db.within(tx)); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// view runs fn in a transaction that only reads, so that all it reads is of one
// moment.
func (db *DB) view(ctx context.Context, fn func(r runner) error) (err error) {
	if err := db.reading.prepare(ctx); err != nil {
		return err
	}
	tx, err := db.read.BeginTx(ctx, &sql.TxOptions{Isolation: db.dialect.snapshot(), ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin reading: %w", err)
	}
	defer func() {
		if rollback := tx.Rollback(); rollback != nil && !errors.Is(rollback, sql.ErrTxDone) {
			err = errors.Join(err, fmt.Errorf("end reading: %w", rollback))
		}
	}()
	return fn(runner{dialect: db.dialect, handle: tx, tx: tx, statements: db.reading, told: db.told})
}
