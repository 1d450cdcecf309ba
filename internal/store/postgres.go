package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// postgresDialect is PostgreSQL 15 or later with UTF-8.
type postgresDialect struct{}

var _ dialect = postgresDialect{}

// Advisory locks are numbers that everybody who uses the database must agree on.
const (
	groupingLock int64 = 0x7472696275740001
	migrateLock  int64 = 0x7472696275740002
	hostsLock    int64 = 0x7472696275741000 // and the shards' numbers after it
)

func (db *DB) openPostgres(ctx context.Context, o Options) error {
	config, err := pgx.ParseConfig(o.URL)
	if err != nil {
		return fmt.Errorf("read database URL: %w", err) // pgx leaves the password out
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "tributary"
	}
	pool := stdlib.OpenDB(*config)
	conns := o.MaxConns
	if conns <= 0 {
		conns = 16
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	if err := suitable(ctx, pool); err != nil {
		return errors.Join(err, pool.Close())
	}
	db.dialect = postgresDialect{}
	// pgx prepares and keeps statements on each connection by itself.
	db.write, db.read = pool, pool
	return nil
}

func suitable(ctx context.Context, pool *sql.DB) error {
	var version int
	var encoding string
	err := pool.QueryRowContext(ctx,
		`SELECT current_setting('server_version_num')::int, current_setting('server_encoding')`).Scan(&version, &encoding)
	switch {
	case err != nil:
		return fmt.Errorf("connect: %w", err)
	case version < 150000:
		return fmt.Errorf("PostgreSQL %d is too old: 15 or later is needed", version/10000)
	case encoding != "UTF8":
		return fmt.Errorf("the database's encoding is %s: UTF8 is needed", encoding)
	}
	return nil
}

func (postgresDialect) name() string { return Postgres }

func (postgresDialect) remote() bool { return true }

// listArgs has a statement with a list planned for each list. A plan kept from when the
// tables were empty, as they are in an installation's first minute, would read them
// whole ever after.
func (postgresDialect) listArgs(args []any) []any {
	return append([]any{pgx.QueryExecModeCacheDescribe}, args...)
}

func (postgresDialect) mark(b []byte, n int) []byte {
	return strconv.AppendInt(append(b, '$'), int64(n), 10)
}

func (postgresDialect) migrate(ctx context.Context, db *sql.DB) error {
	const period, times = 1, 600 // seconds between tries, tries
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockID(migrateLock), lock.WithLockTimeout(period, times))
	if err != nil {
		return err
	}
	return migrate(ctx, goose.DialectPostgres, db, "migrations/postgres", goose.WithSessionLocker(locker))
}

func (postgresDialect) lockGrouping(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, groupingLock)
	return err
}

func (postgresDialect) skipLocked() string { return ` FOR UPDATE OF p SKIP LOCKED` }

func (postgresDialect) snapshot() sql.IsolationLevel { return sql.LevelRepeatableRead }

// The error codes of PostgreSQL's appendix A that say: try again.
const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	lockNotAvailable     = "55P03"
)

func (postgresDialect) retryable(err error) bool {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return false
	}
	return e.Code == serializationFailure || e.Code == deadlockDetected || e.Code == lockNotAvailable
}

func (postgresDialect) statementContext(ctx context.Context) context.Context { return ctx }

func (d postgresDialect) matching(n int, s sought) (string, any) {
	// Words are letters and digits only, so that quoting them is all it takes.
	query := `'` + strings.Join(s.words, `' & '`) + `'`
	for _, without := range s.without {
		query += ` & !('` + strings.Join(without, `' & '`) + `')`
	}
	return `SELECT story_id FROM search WHERE words @@ ` + string(d.mark(nil, n)) + `::tsquery`, query
}

func (d postgresDialect) index(ctx context.Context, r runner, stories []storyWords) error {
	for _, s := range stories {
		_, err := r.exec(ctx, `INSERT INTO search (story_id, words) VALUES ($1, array_to_tsvector($2))
			ON CONFLICT (story_id) DO UPDATE SET words = excluded.words`, s.id, nonNil(s.words))
		if err != nil {
			return err
		}
	}
	return nil
}

// erase takes dead rows out of the tables and indexes that words are in, beside others at
// work. Their bytes stay in the pages until other rows are written there.
func (postgresDialect) erase(ctx context.Context, db *sql.DB) (bool, error) {
	_, err := db.ExecContext(ctx, `VACUUM (INDEX_CLEANUP ON) revision, original, entry, label, correction, search`)
	return err == nil, err
}

// integrity has nothing to add: PostgreSQL checks its pages and keys as it goes.
func (postgresDialect) integrity(context.Context, *sql.DB) ([]string, error) { return nil, nil }

func (postgresDialect) backup(context.Context, *sql.DB, string) error {
	return errors.New("a PostgreSQL database is backed up with its own tool: pg_dump --format=custom --file=FILE URL")
}
