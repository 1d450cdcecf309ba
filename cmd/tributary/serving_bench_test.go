package main

import (
	"context"
	"net/http"
	"testing"
	"time"

	"tributary/internal/load"
)

// BenchmarkServing asks the whole web handler for one feed over loopback, unchanged
// and in full; client and server share the machine.
func BenchmarkServing(b *testing.B) {
	s := newStage(b)
	s.pull()
	for name, header := range map[string]http.Header{"304": {"If-None-Match": {"*"}}, "200": {"Accept-Encoding": {"gzip"}}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r, err := load.Hammer(context.Background(), s.web.URL+"/feeds/all.atom", header, 16, 2*time.Second)
				if err != nil || r.Errors > 0 {
					b.Fatal(r, err)
				}
				b.ReportMetric(r.PerSecond, "requests/s")
				b.ReportMetric(float64(r.P99.Microseconds()), "p99-µs")
			}
		})
	}
}
