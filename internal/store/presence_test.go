package store_test

import (
	"context"
	"path/filepath"
	"testing"

	"tributary/internal/pgtest"
	"tributary/internal/store"
)

// A process that has announced itself is there until it ends or its connections do;
// what it leaves is given to one asker.
func TestPresence(t *testing.T) {
	for name, o := range map[string]store.Options{
		"sqlite":   {Path: filepath.Join(t.TempDir(), "a[b]*.db")},
		"postgres": {URL: pgtest.URL(t)},
	} {
		t.Run(name, func(t *testing.T) {
			one, other := opened(t, o), opened(t, o)
			here, err := one.Announce(t.Context(), "first")
			if err != nil {
				t.Fatal(err)
			}
			look := func(want bool, fn func(ctx context.Context) error) {
				t.Helper()
				ran := false
				gone, err := other.WhenGone(t.Context(), "first", func(ctx context.Context) error {
					ran = true
					return fn(ctx)
				})
				if err != nil || gone != want || ran != want {
					t.Fatalf("gone %v, ran %v, %v; want %v", gone, ran, err, want)
				}
			}
			nothing := func(context.Context) error { return nil }
			look(false, nothing)
			if err := here.Keep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := other.Announce(t.Context(), "second"); err != nil { // sweeps what is dead, and only that
				t.Fatal(err)
			}
			look(false, nothing)
			if err := here.End(); err != nil {
				t.Fatal(err)
			}
			look(true, func(ctx context.Context) error {
				gone, err := one.WhenGone(ctx, "first", nothing)
				if err != nil || gone {
					t.Errorf("two are told that it is gone: %v, %v", gone, err)
				}
				return nil
			})
			look(true, nothing) // and nothing is left locked
		})
	}
}
