package store_test

import (
	"testing"

	"tributary/internal/pgtest"
	"tributary/internal/store"
)

// A shard of hosts is one process's at a time; its goroutines share it.
func TestOneProcessInAShard(t *testing.T) {
	o := store.Options{URL: pgtest.URL(t)}
	one, other := opened(t, o), opened(t, o)
	enter := func(db *store.DB, shard int, want bool) func() {
		t.Helper()
		leave, ok, err := db.Enter(t.Context(), shard)
		if err != nil || ok != want {
			t.Fatalf("enter shard %d: %v, %v; want %v", shard, ok, err, want)
		}
		return leave
	}
	first := enter(one, 7, true)
	second := enter(one, 7, true)
	enter(other, 7, false)
	eighth := enter(other, 8, true)
	enter(one, 8, false)
	first()
	enter(other, 7, false)
	second()
	seventh := enter(other, 7, true)
	seventh()
	eighth()
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	enter(one, 8, true)()
}

func opened(t *testing.T, o store.Options) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // the test closes one itself
	return db
}
