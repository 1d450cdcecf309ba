package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"syscall"
	"testing"
	"time"

	"tributary/internal/pgtest"
)

// Two workers and one server on one PostgreSQL: no source is fetched twice in a slot,
// and none is forgotten.
func TestThreeProcessesFetchEachSourceOnceInASlot(t *testing.T) {
	const sources = 30
	const slot = 6 * time.Second // longer than the interval at which due sources are looked for
	var mu sync.Mutex
	asked := map[string][]time.Time{}
	agents := map[string]bool{}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.URL.Path] = append(asked[r.URL.Path], time.Now())
		agents[r.UserAgent()] = true
		mu.Unlock()
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>%[1]s</title><link>http://%[2]s%[1]s</link><description>d</description>`+
			`<item><guid isPermaLink="false">%[1]s-1</guid><title>A story of %[1]s</title><link>http://%[2]s%[1]s/1</link><description>Text of %[1]s</description></item></channel></rss>`, r.URL.Path, r.Host)
	})
	// Many hosts, so that there are many shards to share.
	var hosts, urls []string
	for i := range 15 {
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.%d:0", i+1)) // Linux: all of 127/8 is loopback
		if err != nil {
			t.Fatal(err)
		}
		server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: handler}}
		server.Start()
		defer server.Close()
		hosts = append(hosts, server.Listener.Addr().String())
	}
	for i := range sources {
		urls = append(urls, fmt.Sprintf("http://%s/%02d", hosts[i%len(hosts)], i))
	}
	base := []string{"--database", pgtest.URL(t), "--log-level", "error", "--config", catalogue(t, hosts, urls, "@every "+slot.String())}
	must(t, append(base, "migrate")...)

	var running []*program
	for _, args := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"work"}, {"work"}} {
		p := command(t, append(append([]string{}, base...), args...)...)
		p.Env = append(p.Env, fmt.Sprintf("TRIBUTARY_FETCH_USER_AGENT=Process/%d", len(running)))
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, p)
	}
	deadline := time.Now().Add(90 * time.Second)
	for {
		time.Sleep(200 * time.Millisecond)
		mu.Lock()
		done := len(asked) == sources
		for _, times := range asked {
			done = done && len(times) >= 3
		}
		done = done && len(agents) == 3
		mu.Unlock()
		if done || time.Now().After(deadline) {
			break
		}
	}
	for _, p := range running {
		if err := p.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
	}
	for _, p := range running {
		if err := p.Wait(); err != nil {
			t.Errorf("%v: %v\n%s", p.Args, err, p.err.String())
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(asked) != sources {
		t.Errorf("%d sources were asked, want %d", len(asked), sources)
	}
	for path, times := range asked {
		if len(times) < 3 {
			t.Errorf("%s was asked %d times in 90 s", path, len(times))
		}
		for i := 1; i < len(times); i++ {
			if gap := times[i].Sub(times[i-1]); gap < slot-time.Second {
				t.Errorf("%s was asked twice within %s: a slot is %s", path, gap, slot)
			}
		}
	}
	if len(agents) < 2 {
		t.Errorf("only %v fetched: the work was not shared", agents)
	}
}
