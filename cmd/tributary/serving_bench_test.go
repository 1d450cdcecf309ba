package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"tributary/internal/load"
)

// Two hundred subscribers poll a hundred mixes.
const (
	mixesPolled = 100
	subscribers = 2 // of each
)

// BenchmarkServing asks the whole web handler over loopback, unchanged and in full: one
// feed, and a hundred mixes by two hundred subscribers while every source is pulled
// again and again. Client, publishers and server share the machine: what the server can
// do is about twice the requests a second. cpu-µs is of all of them, for one request.
func BenchmarkServing(b *testing.B) {
	s := newStage(b)
	s.pull()
	one := []string{s.web.URL + "/feeds/all.atom"}
	many := make([]string, mixesPolled)
	for i := range many {
		many[i] = fmt.Sprintf("%s/feeds/all.%s?kind=%s&limit=%d", s.web.URL, []string{"atom", "rss", "json"}[i%3], []string{"iom", "partner", "iom,partner", "media,iom"}[i%4], 1+i)
	}
	for name, c := range map[string]struct {
		header http.Header
		urls   []string
		conns  int
		pull   bool
	}{
		"304":         {http.Header{"If-None-Match": {"*"}}, one, 16, false},
		"200":         {http.Header{"Accept-Encoding": {"gzip"}}, one, 16, false},
		"304-pulling": {http.Header{"If-None-Match": {"*"}}, many, subscribers, true},
		"200-pulling": {http.Header{"Accept-Encoding": {"gzip"}}, many, subscribers, true},
	} {
		b.Run(name, func(b *testing.B) {
			keep, stop := context.WithCancel(b.Context())
			var warm sync.WaitGroup
			warm.Go(func() { s.site.publisher.KeepWarm(keep, s.db) })
			defer func() {
				stop()
				warm.Wait()
			}()
			for _, u := range c.urls { // as a server is that runs
				if r, err := load.Hammer(b.Context(), u, http.Header{"Accept-Encoding": {"gzip"}}, 1, 50*time.Millisecond); err != nil || r.Errors > 0 {
					b.Fatal(r, err)
				}
			}
			for b.Loop() {
				r, cpu := hammer(b, s, c.urls, c.header, c.conns, c.pull)
				b.ReportMetric(r.PerSecond, "requests/s")
				b.ReportMetric(float64(r.P99.Microseconds()), "p99-µs")
				b.ReportMetric(float64(cpu.Microseconds())/float64(r.Requests), "cpu-µs")
			}
		})
	}
}

// hammer asks all addresses at once. P99 is the worst address's.
func hammer(b *testing.B, s *stage, urls []string, header http.Header, conns int, pulling bool) (load.Report, time.Duration) {
	const lasting = 3 * time.Second
	ctx, stop := context.WithCancel(b.Context())
	var pulls sync.WaitGroup
	if pulling {
		puller, _, err := s.puller(ctx, s.config, s.schedules)
		if err != nil {
			b.Fatal(err)
		}
		sources, err := s.db.Sources(ctx)
		if err != nil {
			b.Fatal(err)
		}
		pulls.Go(func() {
			for n := 1; ctx.Err() == nil; n++ {
				s.at(time.Duration(n) * 10 * time.Minute) // the publishers' time goes on
				if _, err := puller.Pull(ctx, sources, nil); err != nil && ctx.Err() == nil {
					b.Error(err)
				}
			}
		})
	}
	before := cpuTime(b)
	var total load.Report
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, u := range urls {
		wg.Go(func() {
			r, err := load.Hammer(ctx, u, header, conns, lasting)
			mu.Lock()
			defer mu.Unlock()
			if err != nil || r.Errors > 0 || r.Status[http.StatusOK]+r.Status[http.StatusNotModified] != r.Requests {
				b.Error(u, r, err)
			}
			total.Requests += r.Requests
			total.PerSecond += r.PerSecond
			total.P99 = max(total.P99, r.P99)
		})
	}
	wg.Wait()
	cpu := cpuTime(b) - before
	stop()
	pulls.Wait()
	return total, cpu
}
