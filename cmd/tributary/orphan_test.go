package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"syscall"
	"testing"

	"tributary/feeds"
	"tributary/internal/store"
)

// A job whose process is killed is taken over as soon as another process looks, not
// only when jobs.rescue_after, five minutes, is over.
func TestTheJobOfAKilledProcessIsTakenOver(t *testing.T) {
	databases(t, func(t *testing.T, base []string, open func(t *testing.T) *store.DB) {
		var asked atomic.Int64
		ended := make(chan struct{})
		source := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if asked.Add(1) == 1 {
				select { // the process that asks will not live to read it
				case <-r.Context().Done():
				case <-ended:
				}
				return
			}
			w.Header().Set("Content-Type", "application/rss+xml")
			_, _ = io.WriteString(w, `<rss version="2.0"><channel><title>S</title><link>https://s.example/</link><description>d</description>`+
				`<item><guid isPermaLink="false">1</guid><title>Read by another</title><link>https://s.example/1</link></item></channel></rss>`)
		}))
		defer source.Close()
		defer close(ended)
		file := catalogue(t, []string{source.Listener.Addr().String()}, []string{source.URL + "/feed.xml"}, "@every 24h")
		base = append(base, "--config", file, "--log-level", "debug")
		must(t, append(base, "migrate")...)

		first := command(t, append(append([]string{}, base...), "work")...)
		first.Stderr = &lines{}
		if err := first.Start(); err != nil {
			t.Fatal(err)
		}
		await(t, "the first request", func() bool { return asked.Load() == 1 })
		if err := first.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = first.Wait() // it was killed

		second, said := command(t, append(append([]string{}, base...), "work")...), &lines{}
		second.Stderr = said
		if err := second.Start(); err != nil {
			t.Fatal(err)
		}
		await(t, "the second request", func() bool { return asked.Load() == 2 })
		db := open(t)
		await(t, "the entry", func() bool {
			stories, err := db.Stories(t.Context(), feeds.Selector{}, 10)
			return err == nil && len(stories) == 1
		})
		if err := second.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := second.Wait(); err != nil {
			t.Errorf("work: %v\n%s", err, said)
		}
		if err := db.Check(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
