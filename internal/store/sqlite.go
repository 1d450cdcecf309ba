package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/pressly/goose/v3"
	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteDialect is SQLite 3.51.3 or later: before it, a write-ahead log could be
// corrupted when it started anew.
type sqliteDialect struct{ path string }

var _ dialect = sqliteDialect{}

// openSQLite opens one connection that writes and several that only read. With one
// writer, goroutines queue in this process instead of polling for the file's lock.
func (db *DB) openSQLite(ctx context.Context, o Options) error {
	path, err := filepath.Abs(o.Path)
	if err != nil {
		return err
	}
	d := sqliteDialect{path: path}
	db.dialect = d
	// A pragma must be in the address: one that is executed reaches a single
	// connection of a pool.
	if db.write, err = sql.Open("sqlite", d.address(true)); err != nil {
		return err
	}
	db.write.SetMaxOpenConns(1)
	db.write.SetMaxIdleConns(1)
	if err := db.write.PingContext(ctx); err != nil {
		return errors.Join(fmt.Errorf("open %s: %w", path, err), db.write.Close())
	}
	if db.read, err = sql.Open("sqlite", d.address(false)); err != nil {
		return errors.Join(err, db.write.Close())
	}
	readers := o.MaxConns
	if readers <= 0 {
		readers = max(4, 2*runtime.GOMAXPROCS(0))
	}
	db.read.SetMaxOpenConns(readers)
	db.read.SetMaxIdleConns(readers)
	if err := db.read.PingContext(ctx); err != nil {
		return errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	db.writing, db.reading = newStatements(db.write), newStatements(db.read)
	return nil
}

// address is the file with what its connections are set to. Without a sync on every
// commit (synchronous=NORMAL) a power cut may lose the last commits but leaves the
// database whole, and a pull that is lost is made again.
func (d sqliteDialect) address(writes bool) string {
	q := url.Values{}
	pragma := func(name string, value any) { q.Add("_pragma", fmt.Sprintf("%s(%v)", name, value)) }
	pragma("busy_timeout", 15000)
	pragma("foreign_keys", 1)
	pragma("temp_store", "memory")
	pragma("mmap_size", 256<<20)
	if writes {
		pragma("journal_mode", "wal")
		pragma("synchronous", "normal")
		pragma("secure_delete", "on")        // what is deleted is overwritten: it may have been purged
		pragma("cache_size", -64<<10)        // KiB
		pragma("wal_autocheckpoint", 16000)  // pages: 64 MiB
		pragma("journal_size_limit", 64<<20) // bytes kept of a write-ahead log after a burst
		q.Set("_txlock", "immediate")
	} else {
		pragma("cache_size", -8<<10)
		pragma("query_only", 1)
	}
	u := url.URL{Scheme: "file", Path: d.path, RawQuery: q.Encode()}
	return u.String()
}

func (sqliteDialect) name() string { return SQLite }

func (sqliteDialect) remote() bool { return false }

func (sqliteDialect) listArgs(args []any) []any { return args }

// mark has no numbers: the driver looks up numbered parameters by name.
func (sqliteDialect) mark(b []byte, _ int) []byte { return append(b, '?') }

// migrate brings its own lock, since goose has none for SQLite.
func (d sqliteDialect) migrate(ctx context.Context, db *sql.DB) error {
	return d.exclusive(ctx, func(ctx context.Context) error {
		return migrate(ctx, goose.DialectSQLite3, db, "migrations/sqlite")
	})
}

// lockGrouping has nothing to do: an immediate transaction is the only one that writes.
func (sqliteDialect) lockGrouping(context.Context, *sql.Tx) error { return nil }

func (sqliteDialect) skipLocked() string { return "" }

// snapshot is what every transaction of SQLite has.
func (sqliteDialect) snapshot() sql.IsolationLevel { return sql.LevelDefault }

func (sqliteDialect) retryable(err error) bool {
	var e *driver.Error
	if !errors.As(err, &e) {
		return false
	}
	primary := e.Code() & 0xff
	return primary == sqlite3.SQLITE_BUSY || primary == sqlite3.SQLITE_LOCKED
}

// statementContext spares the driver a goroutine for every statement. A transaction
// still ends with its context, and each statement looks at it before it runs.
func (sqliteDialect) statementContext(ctx context.Context) context.Context {
	return context.WithoutCancel(ctx)
}

func (d sqliteDialect) matching(n int, s sought) (string, any) {
	// Words are letters and digits only, so that quoting them is all it takes. Words side
	// by side bind more tightly than NOT.
	match := `"` + strings.Join(s.words, `" "`) + `"`
	for _, without := range s.without {
		match += ` NOT "` + strings.Join(without, `" "`) + `"`
	}
	return `SELECT d.story_id FROM search_words w JOIN search d ON d.id = w.rowid WHERE search_words MATCH ` +
		string(d.mark(nil, n)), match
}

func (d sqliteDialect) index(ctx context.Context, r runner, stories []storyWords) error {
	ids := make([]string, len(stories))
	rows := make([]any, len(stories))
	for i, s := range stories {
		ids[i], rows[i] = s.id, s.id
	}
	add := insert{into: "search", columns: []string{"story_id"}, suffix: "ON CONFLICT (story_id) DO NOTHING"}
	if _, err := add.rows(ctx, r, rows); err != nil {
		return err
	}
	rowids := make(map[string]int64, len(ids))
	err := in(ctx, r, ids, func(scan func(...any) error) error {
		var id string
		var rowid int64
		err := scan(&id, &rowid)
		rowids[id] = rowid
		return err
	}, `SELECT story_id, id FROM search WHERE story_id IN (%s)`)
	if err != nil {
		return err
	}
	for _, s := range stories {
		_, err := r.exec(ctx, `INSERT OR REPLACE INTO search_words (rowid, words) VALUES (?, ?)`,
			rowids[s.id], strings.Join(s.words, " "))
		if err != nil {
			return err
		}
	}
	return nil
}

// mergePages is about how many pages of the search index one step of erase merges: some
// milliseconds, during which nobody else writes.
const mergePages = 64

// erase merges the search index into one, which leaves out what was deleted from it, and
// empties the write-ahead log. What is in free space is overwritten when it is freed
// (secure_delete).
func (sqliteDialect) erase(ctx context.Context, db *sql.DB) (bool, error) {
	for pages := -mergePages; ; pages = mergePages { // a negative number begins anew
		merged, err := mergeIndex(ctx, db, pages)
		if err != nil {
			return false, err
		}
		if !merged {
			break
		}
	}
	// busy is 1 when a reader still needs the log.
	var busy, pages, moved int
	if err := db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved); err != nil {
		return false, err
	}
	return busy == 0, nil
}

// mergeIndex makes a step of merging the index and says whether there was something to do
// (FTS5, 6.8: less than two changes say that there was not).
func mergeIndex(ctx context.Context, db *sql.DB, pages int) (merged bool, err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer func() {
		if rollback := tx.Rollback(); rollback != nil && !errors.Is(rollback, sql.ErrTxDone) {
			err = errors.Join(err, rollback)
		}
	}()
	var before, after int64
	const changes = `SELECT total_changes()`
	if err := tx.QueryRowContext(ctx, changes).Scan(&before); err != nil {
		return false, err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO search_words (search_words, rank) VALUES ('merge', ?)`, pages); err != nil {
		return false, err
	}
	if err := tx.QueryRowContext(ctx, changes).Scan(&after); err != nil {
		return false, err
	}
	return after-before >= 2, tx.Commit()
}

func (sqliteDialect) integrity(ctx context.Context, db *sql.DB) ([]string, error) {
	var found []string
	for _, pragma := range []string{`PRAGMA integrity_check(20)`, `PRAGMA foreign_key_check`} {
		lines, err := texts(ctx, db, pragma)
		if err != nil {
			return found, err
		}
		for _, line := range lines {
			if line != "ok" {
				found = append(found, pragma+": "+line)
			}
		}
	}
	return found, nil
}

// texts runs a query and returns its rows as text, columns separated by spaces.
func texts(ctx context.Context, db *sql.DB, query string) (lines []string, err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		values := make([]sql.NullString, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		line := make([]string, len(values))
		for i, v := range values {
			line[i] = v.String
		}
		lines = append(lines, strings.Join(line, " "))
	}
	return lines, rows.Err()
}

// backup copies to a file beside the wanted one first, so that a name is only taken
// by a whole copy.
func (d sqliteDialect) backup(ctx context.Context, _ *sql.DB, file string) (err error) {
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("%s exists: %w", file, os.ErrExist)
	} else if !errors.Is(err, os.ErrNotExist) {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(file), ".backup-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	// A connection of its own, that reads while others write.
	reader, err := sql.Open("sqlite", d.address(false))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	conn, err := reader.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	// VACUUM INTO counts as writing, though not to this database.
	if _, err := conn.ExecContext(ctx, `PRAGMA query_only = 0`); err != nil {
		return err
	}
	copied := filepath.Join(dir, "copy.db")
	if _, err := conn.ExecContext(ctx, `VACUUM INTO ?`, copied); err != nil {
		return err
	}
	if err := persist(copied); err != nil {
		return err
	}
	// A link fails when the name was taken in the meantime; a rename would not.
	if err := os.Link(copied, file); err != nil {
		return fmt.Errorf("name the copy: %w", err)
	}
	return persist(filepath.Dir(file))
}

// persist brings a file or directory to the disk.
func persist(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
