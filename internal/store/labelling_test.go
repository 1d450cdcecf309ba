package store_test

import (
	"sync"
	"testing"

	"tributary/internal/store"
)

// Processes that start together meet a new labelling at the same moment: it gets one
// number, and none of them fails.
func exerciseLabellingAtOnce(t *testing.T, p place) {
	options := p.migrated(t)
	const processes = 8
	handles := make([]*store.DB, processes)
	for i := range handles {
		db, err := store.Open(t.Context(), options)
		must(t, err)
		t.Cleanup(func() { _ = db.Close() })
		handles[i] = db
	}
	for _, name := range []string{"taxonomy 1", "taxonomy 2", "taxonomy 3"} {
		start := make(chan struct{})
		numbers, errs := make([]int64, processes), make([]error, processes)
		var running sync.WaitGroup
		for i, db := range handles {
			running.Go(func() {
				<-start
				numbers[i], errs[i] = db.Labelling(t.Context(), name)
			})
		}
		close(start)
		running.Wait()
		for i := range handles {
			if errs[i] != nil || numbers[i] != numbers[0] {
				t.Errorf("%s: process %d has number %d (%v), process 0 has %d", name, i, numbers[i], errs[i], numbers[0])
			}
		}
	}
}
