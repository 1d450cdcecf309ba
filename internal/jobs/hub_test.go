package jobs

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tributary/internal/hub"
	"tributary/internal/store"
)

// crier has something for two hosts at every Pass, one of which is slow.
type crier struct {
	on, awaited atomic.Bool
	passes      atomic.Int64
	verified    atomic.Int64
	mu          sync.Mutex
	running     map[string]int
	most        int
	delivered   map[string]int
	slow        chan struct{}
}

func (c *crier) On() bool      { return c.on.Load() }
func (c *crier) Awaited() bool { return c.awaited.Load() }

func (c *crier) Pass(context.Context) (hub.Due, error) {
	c.passes.Add(1)
	return hub.Due{Ask: []string{"asked.example"}, Deliver: []string{"quick.example", "slow.example"}}, nil
}

func (c *crier) Verify(_ context.Context, host string) (hub.Report, error) {
	c.verified.Add(1)
	return hub.Report{Host: host}, nil
}

func (c *crier) Deliver(ctx context.Context, host string) (hub.Report, error) {
	c.mu.Lock()
	c.running[host]++
	c.most = max(c.most, c.running[host])
	c.mu.Unlock()
	if host == "slow.example" {
		select {
		case <-c.slow:
		case <-ctx.Done():
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running[host]--
	c.delivered[host]++
	return hub.Report{Host: host, Counts: map[hub.Outcome]int{hub.OutcomeTaken: 1}}, nil
}

func (c *crier) to(host string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.delivered[host]
}

// What is due to a host is one job at a time over all processes, and a slow host holds up
// no other. A commit is told of at once where somebody waits, and costs nothing where
// nobody does.
func TestHubJobs(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(t *testing.T) *store.DB) {
		db := open(t)
		c := &crier{running: map[string]int{}, delivered: map[string]int{}, slow: make(chan struct{})}
		with := func(o *Options) { o.Hub, o.HubWorkers = c, 4 }
		e := engine(t, db, &press{asked: map[string]int{}}, with)
		if e.hubArgs() != nil {
			t.Error("without a hub there is a job")
		}
		count := func(kind string) (n int) {
			t.Helper()
			if err := db.SQL().QueryRowContext(t.Context(), "SELECT count(*) FROM river_job WHERE kind = '"+kind+"'").Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		commit := func() {
			t.Helper()
			tx, err := db.SQL().BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := e.followUp(t.Context(), tx); err != nil {
				t.Fatal(err)
			}
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
		}
		commit()
		if n := count("hub"); n != 0 {
			t.Errorf("%d jobs though nobody waits", n)
		}
		c.awaited.Store(true)
		commit()
		commit()
		if n := count("hub"); n < 1 || n > 2 { // a slot may have ended in between
			t.Errorf("%d jobs of two commits, want one", n)
		}
		c.on.Store(true)
		if err := e.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		other := engine(t, db, &press{asked: map[string]int{}}, with)
		if err := other.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(30 * time.Second); (c.to("quick.example") < 4 || c.verified.Load() < 4) && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
			if err := other.HubOnce(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if c.to("quick.example") < 4 || c.verified.Load() < 4 || c.to("slow.example") != 0 {
			t.Errorf("delivered %v, verified %d", c.delivered, c.verified.Load())
		}
		close(c.slow)
		if err := e.Stop(); err != nil {
			t.Error(err)
		}
		if err := other.Stop(); err != nil {
			t.Error(err)
		}
		if c.most != 1 {
			t.Errorf("one host was called by %d at once", c.most)
		}
	})
}
