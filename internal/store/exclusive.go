package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gofrs/flock"
)

// Exclusive runs fn while no other process is inside an Exclusive or a Migrate of the
// same database: for tables that others keep in it and bring up to date themselves.
func (db *DB) Exclusive(ctx context.Context, fn func(ctx context.Context) error) error {
	if d, ok := db.dialect.(sqliteDialect); ok {
		return d.exclusive(ctx, fn)
	}
	return db.exclusivePostgres(ctx, fn)
}

// exclusive holds a file lock beside the database.
func (d sqliteDialect) exclusive(ctx context.Context, fn func(ctx context.Context) error) (err error) {
	lock := flock.New(d.path + ".lock")
	const retry = 50 * time.Millisecond
	if _, err := lock.TryLockContext(ctx, retry); err != nil {
		return fmt.Errorf("lock %s: %w", lock.Path(), err)
	}
	defer func() {
		if unlock := lock.Unlock(); unlock != nil {
			err = errors.Join(err, fmt.Errorf("unlock %s: %w", lock.Path(), unlock))
		}
	}()
	return fn(ctx)
}

// exclusivePostgres holds a session's advisory lock, on a connection of its own.
func (db *DB) exclusivePostgres(ctx context.Context, fn func(ctx context.Context) error) (err error) {
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("lock database: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, migrateLock); err != nil {
		return fmt.Errorf("lock database: %w", err)
	}
	defer func() {
		// Also when ctx has ended: the connection goes back to the pool.
		if _, unlock := conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, migrateLock); unlock != nil {
			err = errors.Join(err, fmt.Errorf("unlock database: %w", unlock))
		}
	}()
	return fn(ctx)
}
