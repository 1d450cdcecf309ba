package jobs

import (
	"context"
	"testing"
	"time"

	"tributary/internal/store"
)

// An engine at work has our own feeds looked at.
func TestEngineWatches(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(t *testing.T) *store.DB) {
		looked := make(chan struct{}, 100)
		e := engine(t, open(t), &press{asked: map[string]int{}}, func(o *Options) {
			o.WatchEvery = time.Second
			o.Watch = func(context.Context) error {
				looked <- struct{}{}
				return nil
			}
		})
		if err := e.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := e.Stop(); err != nil {
				t.Error(err)
			}
		}()
		for range 2 {
			select {
			case <-looked:
			case <-time.After(30 * time.Second):
				t.Fatal("nobody looked")
			}
		}
	})
}
