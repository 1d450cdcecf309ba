package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/internal/load"
)

// channelsAsked is how many channels a change is published to.
const channelsAsked = 500

// BenchmarkPublishChange measures how long after a commit 500 channels are up to date
// for all who ask: with a change that is in all of them, and with one that is in few.
func BenchmarkPublishChange(b *testing.B) {
	for name, sources := range map[string]int{"in-all": 50, "in-few": 1} {
		b.Run(name, func(b *testing.B) { benchmarkPublishChange(b, sources) })
	}
}

func benchmarkPublishChange(b *testing.B, sources int) {
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
	rnd := rand.New(rand.NewPCG(1, 2))
	paths := make([]string, channelsAsked)
	for i := range paths {
		picked := make([]string, sources)
		for j, s := range rnd.Perm(published)[:sources] {
			picked[j] = fmt.Sprintf("s%04d", s)
		}
		paths[i] = fmt.Sprintf("/feeds/all.atom?source=%s&limit=%d", strings.Join(picked, ","), 40+i%20)
	}
	ask := func() {
		var wg sync.WaitGroup
		for half := range 2 {
			wg.Go(func() {
				for i := half; i < len(paths); i += 2 {
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
	var longest time.Duration
	for b.Loop() {
		b.StopTimer()
		if _, err := world.Tick(); err != nil {
			b.Fatal(err)
		}
		pull()
		site.publisher.LookAgain()
		b.StartTimer()
		start := time.Now()
		ask()
		longest = max(longest, time.Since(start))
	}
	b.ReportMetric(longest.Seconds(), "longest-s")
}
