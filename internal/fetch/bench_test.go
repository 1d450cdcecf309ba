package fetch_test

import (
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tributary/internal/fetch"
	"tributary/internal/load"
)

// cpu is the processor time this process has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkGet polls one load server from eight goroutines; the server's cost is in
// the figures.
func BenchmarkGet(b *testing.B) {
	for _, warm := range []bool{true, false} {
		b.Run(map[bool]string{true: "304", false: "200"}[warm], func(b *testing.B) {
			s := load.New(load.Options{Feeds: 100, Items: 25, Seed: 1})
			if _, err := s.Start(); err != nil {
				b.Fatal(err)
			}
			defer func() {
				if err := s.Close(); err != nil {
					b.Error(err)
				}
			}()
			c, err := fetch.New(fetch.Options{Allow: s.Addrs(), PerHost: 16, Concurrency: 16})
			if err != nil {
				b.Fatal(err)
			}
			defer c.Close()
			var requests []fetch.Request
			for _, u := range s.URLs() {
				res, err := c.Get(b.Context(), fetch.Request{URL: u})
				if err != nil {
					b.Fatal(err)
				}
				r := fetch.Request{URL: u}
				if warm {
					r.ETag, r.LastModified, r.ValidatorsOf = res.ETag, res.LastModified, res.URL
				}
				requests = append(requests, r)
			}
			var next atomic.Int64
			b.SetParallelism(4)
			b.ReportAllocs()
			b.ResetTimer()
			before := cpu(b)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					r := requests[int(next.Add(1))%len(requests)]
					if res, err := c.Get(b.Context(), r); err != nil || res.NotModified != warm {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
		})
	}
}
