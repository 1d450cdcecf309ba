package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
)

// gates are this process's locks on shards of hosts, all held by one connection of
// their own, which a shard costs nothing of.
type gates struct {
	mu   sync.Mutex
	conn *sql.Conn // nil while no shard is held
	held int
}

// Enter says whether this process may ask the hosts of a shard now; if so, no other
// process on the database may until leave, which must be called once. The goroutines
// of one process share what it holds. A process that dies holds nothing any more. On
// SQLite, which one process works on, the answer is always yes.
func (db *DB) Enter(ctx context.Context, shard int) (leave func(), ok bool, err error) {
	if db.Dialect() != Postgres {
		return func() {}, true, nil
	}
	g := &db.gates
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.conn == nil {
		conn, err := db.write.Conn(ctx)
		if err != nil {
			return nil, false, fmt.Errorf("enter shard %d: %w", shard, err)
		}
		g.conn = conn
	}
	// A cancelled statement would take the connection with it, and all that it holds.
	err = g.conn.QueryRowContext(context.WithoutCancel(ctx), `SELECT pg_try_advisory_lock($1)`, hostsLock+int64(shard)).Scan(&ok)
	if err != nil {
		g.discard()
		return nil, false, fmt.Errorf("enter shard %d: %w", shard, err)
	}
	if !ok {
		g.rest()
		return nil, false, nil
	}
	g.held++
	conn := g.conn
	return func() { g.leave(context.WithoutCancel(ctx), conn, shard) }, true, nil
}

// leave gives a shard back. A connection that broke has given back all it held.
func (g *gates) leave(ctx context.Context, conn *sql.Conn, shard int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.conn != conn {
		return
	}
	g.held--
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_unlock($1)`, hostsLock+int64(shard)); err != nil {
		g.discard()
		return
	}
	g.rest()
}

// discard ends the session, and with it all that it may still hold: in the pool it
// would keep others out for good.
func (g *gates) discard() {
	discard(g.conn)
	g.conn, g.held = nil, 0
}

// rest hands the connection back when it holds nothing.
func (g *gates) rest() {
	if g.held == 0 {
		_ = g.conn.Close() // it only goes back to the pool, which finds a fault when it is next used
		g.conn = nil
	}
}
