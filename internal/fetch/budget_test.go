package fetch

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestBudget: however many bodies grow at once, what they hold is bounded, one can
// always go on, and everything is given back.
func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const pool, body = 4 << 20, 20 << 20
		var told []bool
		b := newBudget(pool, func(on bool) { told = append(told, on) })
		var mu sync.Mutex
		inUse, most, done := map[int]int64{}, int64(0), 0
		var wg sync.WaitGroup
		for i := range 32 {
			wg.Go(func() {
				l := &lease{budget: b}
				defer l.release()
				for size := int64(freeBody); size <= body; size += 1 << 20 {
					if err := l.cover(t.Context(), size, nil); err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					inUse[i] = size - freeBody
					sum := int64(0)
					for _, n := range inUse {
						sum += n
					}
					most = max(most, sum)
					mu.Unlock()
					time.Sleep(time.Millisecond)
				}
				mu.Lock()
				delete(inUse, i)
				done++
				mu.Unlock()
			})
		}
		wg.Wait()
		if done != 32 || most > pool+body {
			t.Errorf("%d of 32 bodies came through, %d MiB at once", done, most>>20)
		}
		if b.free != pool || b.holder != nil || b.held != 0 {
			t.Errorf("left behind: %d of the pool, %d leases", pool-b.free, b.held)
		}
		if len(told) < 2 || !told[0] || told[len(told)-1] {
			t.Errorf("told %v", told)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		first, second := &lease{budget: b}, &lease{budget: b}
		if err := first.cover(ctx, body, nil); err != nil {
			t.Fatal(err)
		}
		waited := 0
		if err := second.cover(ctx, body, func() func() { waited++; return func() { waited++ } }); err == nil || waited != 2 {
			t.Errorf("a second body of that size got in, or its clock ran: %d", waited)
		}
	})
}
