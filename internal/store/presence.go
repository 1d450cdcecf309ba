package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// Presence says to every process on the database that this one lives. It ends with the
// process, however that ends.
type Presence struct {
	db   *DB
	name string

	mu   sync.Mutex
	conn *sql.Conn    // PostgreSQL: the session that holds the lock
	file *flock.Flock // SQLite: a file beside the database, locked
}

// Announce makes a process known by a name that nobody else has ever had: letters,
// digits and hyphens.
func (db *DB) Announce(ctx context.Context, name string) (*Presence, error) {
	p := &Presence{db: db, name: name}
	if err := p.announce(ctx); err != nil {
		return nil, fmt.Errorf("announce process %s: %w", name, err)
	}
	return p, nil
}

func (p *Presence) announce(ctx context.Context) error {
	if d, ok := p.db.dialect.(sqliteDialect); ok {
		return d.exclusive(ctx, func(context.Context) (err error) {
			if err := d.sweepPresences(); err != nil {
				return err
			}
			p.file, _, err = tryFile(d.presence(p.name))
			return err
		})
	}
	conn, ok, err := p.db.tryPresence(ctx, p.name)
	if err == nil && !ok {
		err = errors.New("the name is taken")
	}
	p.conn = conn
	return err
}

// Keep says it again where the connection that said it was lost. It is to be called
// every few seconds: meanwhile others believe that this process is gone.
func (p *Presence) Keep(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.db.Dialect() != Postgres {
		return nil
	}
	if p.conn != nil {
		if p.conn.PingContext(ctx) == nil {
			return nil
		}
		discard(p.conn)
		p.conn = nil
	}
	if err := p.announce(ctx); err != nil {
		return fmt.Errorf("announce process %s: %w", p.name, err)
	}
	return nil
}

// End takes it back.
func (p *Presence) End() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conn != nil {
		p.db.endPresence(p.conn, p.name)
		p.conn = nil
	}
	if p.file == nil {
		return nil
	}
	file := p.file
	p.file = nil
	if err := endFile(file); err != nil {
		return fmt.Errorf("end process %s: %w", p.name, err)
	}
	return nil
}

// WhenGone runs fn if the process of a name is no longer there, and says whether. Of
// those who ask at once only one is told so.
func (db *DB) WhenGone(ctx context.Context, name string, fn func(ctx context.Context) error) (gone bool, err error) {
	fail := func(err error) error {
		if err != nil {
			return fmt.Errorf("look for process %s: %w", name, err)
		}
		return nil
	}
	if d, ok := db.dialect.(sqliteDialect); ok {
		file, ok, err := tryFile(d.presence(name))
		if err != nil || !ok {
			return false, fail(err)
		}
		defer func() { err = errors.Join(err, fail(endFile(file))) }()
		return true, fn(ctx)
	}
	conn, ok, err := db.tryPresence(ctx, name)
	if err != nil || !ok {
		return false, fail(err)
	}
	defer db.endPresence(conn, name)
	return true, fn(ctx)
}

// presenceClass sets the locks of presences apart from all others of the database.
const presenceClass = 0x74726970

// tryPresence takes the lock of a name on a session of its own; conn is nil when
// somebody else holds it.
func (db *DB) tryPresence(ctx context.Context, name string) (conn *sql.Conn, ok bool, err error) {
	if conn, err = db.write.Conn(ctx); err != nil {
		return nil, false, err
	}
	err = conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock($1::int, hashtext($2))`, presenceClass, name).Scan(&ok)
	if err == nil && ok {
		return conn, true, nil
	}
	if err != nil {
		discard(conn) // it may have the lock
		return nil, false, err
	}
	return nil, false, conn.Close()
}

// endPresence gives the lock of a name back, by itself or with the session.
func (db *DB) endPresence(conn *sql.Conn, name string) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_unlock($1::int, hashtext($2))`, presenceClass, name); err != nil {
		discard(conn)
		return
	}
	_ = conn.Close() // it only goes back to the pool, which finds a fault when it is next used
}

// discard ends a session and all that it holds.
func discard(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn }) // how a pool is told to throw it away
}

func (d sqliteDialect) presence(name string) string { return d.path + ".process-" + name }

// sweepPresences removes what dead processes have left. The caller is alone in it.
func (d sqliteDialect) sweepPresences() error {
	files, err := filepath.Glob(globQuote(d.path) + ".process-*")
	if err != nil {
		return fmt.Errorf("list processes: %w", err)
	}
	for _, name := range files {
		file, ok, err := tryFile(name)
		if err == nil && ok {
			err = endFile(file)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// globQuote makes a path mean itself in a pattern.
func globQuote(path string) string {
	var out []byte
	for i := range len(path) {
		switch path[i] {
		case '*', '?', '[', '\\':
			out = append(out, '\\')
		}
		out = append(out, path[i])
	}
	return string(out)
}

func tryFile(name string) (*flock.Flock, bool, error) {
	file := flock.New(name)
	ok, err := file.TryLock()
	if err != nil {
		return nil, false, fmt.Errorf("lock %s: %w", name, err)
	}
	return file, ok, nil
}

func endFile(file *flock.Flock) error {
	// Removed before it is let go, so that nobody locks a file that is no longer there.
	if err := os.Remove(file.Path()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return errors.Join(err, file.Unlock())
	}
	return file.Unlock()
}
