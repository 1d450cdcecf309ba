package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tributary/internal/load"
)

// channelsAsked is how many channels a change is published to.
const channelsAsked = 500

// askers is how many readers ask at one time.
const askers = 32

// BenchmarkPublishChange measures how long after a commit 500 channels are up to date
// for all who ask: with a change that is in all of them, and with one that is in few.
func BenchmarkPublishChange(b *testing.B) {
	for name, mix := range map[string]func(i int) string{
		"in-all": func(i int) string { // everything, five ways, by up to 100 entries
			return fmt.Sprintf("/feeds/all.atom?kind=%s&limit=%d", []string{"", "partner", "partner,iom", "partner,media", "iom,media,partner"}[i%5], 1+i/5)
		},
		"in-few": func(i int) string { return fmt.Sprintf("/feeds/source/s%04d.atom?limit=%d", i%100, 40+i/100) },
	} {
		b.Run(name, func(b *testing.B) { benchmarkPublishChange(b, mix) })
	}
}

func benchmarkPublishChange(b *testing.B, mix func(i int) string) {
	const published = 100
	world := load.New(load.Options{Feeds: published, Items: 25, Seed: 1, Churn: 0.1})
	if _, err := world.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := world.Close(); err != nil {
			b.Error(err)
		}
	}()
	g := &Globals{Data: b.TempDir(), Config: catalogue(b, world.Addrs(), world.URLs(), "@yearly"), LogLevel: "error"}
	a, err := g.open(b.Context(), &console{in: strings.NewReader(""), out: io.Discard, err: io.Discard}, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := a.close(); err != nil {
			b.Error(err)
		}
	}()
	pull := func() {
		if err := (&pullCmd{All: true}).pull(b.Context(), a); err != nil {
			b.Fatal(err)
		}
	}
	pull()
	site, err := a.newSite(a.config)
	if err != nil {
		b.Fatal(err)
	}
	paths := make([]string, channelsAsked)
	for i := range paths {
		paths[i] = mix(i)
	}
	ask := func() {
		var wg sync.WaitGroup
		for first := range askers {
			wg.Go(func() {
				for i := first; i < len(paths); i += askers {
					w := httptest.NewRecorder()
					site.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, paths[i], nil))
					if w.Code != http.StatusOK {
						b.Errorf("%s: %d %s", paths[i], w.Code, w.Body)
						return
					}
				}
			})
		}
		wg.Wait()
	}
	ask()
	var longest, busy time.Duration
	for b.Loop() {
		b.StopTimer()
		if _, err := world.Tick(); err != nil {
			b.Fatal(err)
		}
		pull()
		site.publisher.LookAgain()
		b.StartTimer()
		start, before := time.Now(), cpuTime(b)
		ask()
		longest, busy = max(longest, time.Since(start)), busy+cpuTime(b)-before
	}
	b.ReportMetric(longest.Seconds(), "longest-s")
	b.ReportMetric(busy.Seconds()/float64(b.N), "cpu-s/op") // shared by the cores; says more than the clock on a busy machine
}

// cpuTime is what this process has used, as the system counts it.
func cpuTime(t testing.TB) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
