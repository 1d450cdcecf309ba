package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// handle is a pool or a transaction.
type handle interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// runner runs statements in a pool or a transaction, prepared where they are.
type runner struct {
	dialect    dialect
	handle     handle
	tx         *sql.Tx     // nil outside a transaction
	statements *statements // nil: the driver prepares by itself
	told       func(statement string)
}

func (db *DB) reader() runner {
	return runner{dialect: db.dialect, handle: db.read, statements: db.reading, told: db.told}
}

// within runs statements in a transaction of the writing pool.
func (db *DB) within(tx *sql.Tx) runner {
	return runner{dialect: db.dialect, handle: tx, tx: tx, statements: db.writing, told: db.told}
}

// tell says which statement is about to run.
func (r runner) tell(statement string) {
	if r.told != nil {
		r.told(statement)
	}
}

// prepared finds the statement in its prepared form; nil when there is none, and it
// runs as it is.
func (r runner) prepared(ctx context.Context, query string) *sql.Stmt {
	if r.statements == nil {
		return nil
	}
	stmt := r.statements.get(query)
	switch {
	case stmt != nil && r.tx != nil:
		return r.tx.StmtContext(ctx, stmt)
	case stmt == nil && r.tx == nil:
		if err := r.statements.prepare(ctx); err != nil {
			return nil // what is wrong with it shows when it runs
		}
		return r.statements.get(query)
	}
	return stmt
}

// uninterrupted is the context of a statement. Those worth preparing are short and run
// to their end.
func (r runner) uninterrupted(ctx context.Context) context.Context {
	if r.statements == nil {
		return ctx
	}
	return r.dialect.statementContext(ctx)
}

func (r runner) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.tell(query)
	ctx = r.uninterrupted(ctx)
	if stmt := r.prepared(ctx, query); stmt != nil { //nolint:sqlclosecheck // it stays prepared
		return stmt.ExecContext(ctx, args...)
	}
	return r.handle.ExecContext(ctx, query, args...)
}

// query runs a statement and calls each with every row of its result.
func (r runner) query(ctx context.Context, each func(scan func(...any) error) error, query string, args ...any) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	r.tell(query)
	ctx = r.uninterrupted(ctx)
	var rows *sql.Rows
	if stmt := r.prepared(ctx, query); stmt != nil { //nolint:sqlclosecheck // it stays prepared
		rows, err = stmt.QueryContext(ctx, args...)
	} else {
		rows, err = r.handle.QueryContext(ctx, query, args...)
	}
	if err != nil {
		return err
	}
	defer func() {
		if closing := rows.Close(); err == nil {
			err = closing
		}
	}()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (r runner) row(ctx context.Context, query string, args ...any) *sql.Row {
	r.tell(query)
	ctx = r.uninterrupted(ctx)
	if stmt := r.prepared(ctx, query); stmt != nil { //nolint:sqlclosecheck // it stays prepared
		return stmt.QueryRowContext(ctx, args...)
	}
	return r.handle.QueryRowContext(ctx, query, args...)
}

// inChunk is how many values an IN list takes at most.
const inChunk = 512

// in runs a query with an IN list for any number of values: %s in the text, after all
// other parameters, becomes the list. Lists are filled up to a power of two by repeating the last
// value, so that there are few statements to prepare.
func in[T any](ctx context.Context, r runner, values []T, each func(scan func(...any) error) error, query string, args ...any) error {
	return chunks(values, inChunk, func(part []T) error {
		text, all := inList(r.dialect, part, query, args)
		return r.query(ctx, each, text, all...)
	})
}

// execIn is in for a statement without a result.
func execIn[T any](ctx context.Context, r runner, values []T, query string, args ...any) error {
	return chunks(values, inChunk, func(part []T) error {
		text, all := inList(r.dialect, part, query, args)
		_, err := r.exec(ctx, text, all...)
		return err
	})
}

func inList[T any](d dialect, values []T, query string, args []any) (string, []any) {
	size := 1
	for size < len(values) {
		size *= 2
	}
	all := make([]any, 0, len(args)+size)
	all = append(all, args...)
	list := make([]byte, 0, 5*size)
	for i := range size {
		if i > 0 {
			list = append(list, ',')
		}
		all = append(all, values[min(i, len(values)-1)])
		list = d.mark(list, len(all))
	}
	return fmt.Sprintf(query, list), d.listArgs(all)
}

func chunks[T any](values []T, size int, do func(part []T) error) error {
	for len(values) > 0 {
		n := min(size, len(values))
		if err := do(values[:n]); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

// insert is a statement that inserts any number of rows.
type insert struct {
	into    string   // table
	columns []string // in the order of the arguments
	suffix  string   // ON CONFLICT ...
}

// doNothing is the end of a suffix with which rows that are there stay as they are and
// are not counted.
const doNothing = "DO NOTHING"

// parameters bounds those of one statement; both databases take many more.
const parameters = 2048

// rows inserts the rows whose columns stand one after the other in args, and returns
// how many were inserted or updated. The rows go out in powers of two, so that there
// are few statements to prepare: in several of them, or, where every statement is a
// journey to a server and a row that is there is no matter, in one that repeats its
// last row.
func (ins insert) rows(ctx context.Context, r runner, args []any) (int64, error) {
	width := len(ins.columns)
	repeat := r.dialect.remote() && strings.HasSuffix(ins.suffix, doNothing)
	var done int64
	for len(args) > 0 {
		rows, size := len(args)/width, 1
		for size*2*width <= parameters && (size*2 <= rows || repeat && size < rows) {
			size *= 2
		}
		part := args[:min(size, rows)*width]
		args = args[len(part):]
		if size > rows {
			part = slices.Clone(part)
			for range size - rows {
				part = append(part, part[(rows-1)*width:rows*width]...)
			}
		}
		result, err := r.exec(ctx, ins.text(r.dialect, size), part...)
		if err != nil {
			return done, fmt.Errorf("insert %s: %w", ins.into, err)
		}
		n, err := result.RowsAffected()
		if err != nil {
			return done, fmt.Errorf("insert %s: %w", ins.into, err)
		}
		done += n
	}
	return done, nil
}

func (ins insert) text(d dialect, rows int) string {
	b := make([]byte, 0, 128+rows*len(ins.columns)*4)
	b = append(b, "INSERT INTO "...)
	b = append(b, ins.into...)
	b = append(b, " ("...)
	b = append(b, strings.Join(ins.columns, ", ")...)
	b = append(b, ") VALUES "...)
	n := 0
	for row := range rows {
		if row > 0 {
			b = append(b, ',')
		}
		for column := range ins.columns {
			b = append(b, "(,"[min(column, 1)])
			n++
			b = d.mark(b, n)
		}
		b = append(b, ')')
	}
	b = append(b, ' ')
	return string(append(b, ins.suffix...))
}

// statements keeps the prepared statements of a pool.
//
// On the single connection that writes to SQLite nothing can be prepared for good
// while a transaction holds it: a statement met there for the first time runs as it
// is and is prepared before the next transaction.
type statements struct {
	pool   *sql.DB
	mu     sync.RWMutex
	ready  map[string]*sql.Stmt
	wanted map[string]bool // met, but not prepared yet
	some   atomic.Bool     // wanted is not empty
}

// prepareAtMost bounds the statements of a pool. Their texts are few by construction;
// those of selections, which are not, are never prepared.
const prepareAtMost = 256

func newStatements(pool *sql.DB) *statements {
	return &statements{pool: pool, ready: map[string]*sql.Stmt{}, wanted: map[string]bool{}}
}

// get returns a prepared statement, or nil and takes note that it is wanted.
func (s *statements) get(query string) *sql.Stmt {
	s.mu.RLock()
	stmt, wanted := s.ready[query], s.wanted[query]
	s.mu.RUnlock()
	if stmt == nil && !wanted {
		s.mu.Lock()
		if len(s.ready)+len(s.wanted) < prepareAtMost {
			s.wanted[query] = true
			s.some.Store(true)
		}
		s.mu.Unlock()
	}
	return stmt
}

// prepare prepares what is wanted. The calling goroutine must hold no transaction of
// the pool. The lock is not held while it waits for a connection, since whoever has
// that one asks for statements.
func (s *statements) prepare(ctx context.Context) error {
	if s == nil || !s.some.Swap(false) {
		return nil
	}
	s.mu.RLock()
	wanted := slices.Collect(maps.Keys(s.wanted))
	s.mu.RUnlock()
	for _, query := range wanted {
		stmt, err := s.pool.PrepareContext(ctx, query) //nolint:sqlclosecheck // kept for as long as the pool
		if err != nil {
			s.some.Store(true)
			return fmt.Errorf("prepare statement: %w", err)
		}
		s.mu.Lock()
		if s.ready[query] == nil {
			s.ready[query], stmt = stmt, nil
			delete(s.wanted, query)
		}
		s.mu.Unlock()
		if stmt != nil { // another goroutine was quicker
			if err := stmt.Close(); err != nil {
				return fmt.Errorf("close statement: %w", err)
			}
		}
	}
	return nil
}
