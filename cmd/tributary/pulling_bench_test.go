package main

import (
	"io"
	"strings"
	"testing"

	"tributary/internal/load"
)

// BenchmarkColdPull pulls 300 feeds of 25 items into an empty store, in process, so
// that it can be profiled; `make bench` measures the program as a whole.
func BenchmarkColdPull(b *testing.B) {
	world := load.New(load.Options{Feeds: 300, Items: 25, Seed: 1})
	if _, err := world.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := world.Close(); err != nil {
			b.Error(err)
		}
	}()
	config := catalogue(b, world.Addrs(), world.URLs(), "@yearly")
	for b.Loop() {
		b.StopTimer()
		g := &Globals{Data: b.TempDir(), Config: config, LogLevel: "error"}
		a, err := g.open(b.Context(), &console{in: strings.NewReader(""), out: io.Discard, err: io.Discard}, nil, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if err := (&pullCmd{All: true}).pull(b.Context(), a); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := a.close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(b.N*world.Entries())/b.Elapsed().Seconds(), "entries/s")
}
