package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tributary/internal/pgtest"
)

// What a server asked for holds in the next process, whatever that one is told to do;
// and two subscriptions of one address are one request.
func TestMannersOverProcesses(t *testing.T) {
	for name, where := range map[string]func(t *testing.T) []string{
		"sqlite":   func(t *testing.T) []string { return []string{"--data", filepath.Join(t.TempDir(), "d")} },
		"postgres": func(t *testing.T) []string { return []string{"--data", t.TempDir(), "--database", pgtest.URL(t)} },
	} {
		t.Run(name, func(t *testing.T) {
			var asked [3]atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/busy":
					asked[0].Add(1)
					w.Header().Set("Retry-After", "3600")
					w.WriteHeader(http.StatusTooManyRequests)
				case "/gone":
					asked[1].Add(1)
					w.WriteHeader(http.StatusGone)
				default:
					asked[2].Add(1)
					w.Header().Set("Content-Type", "application/rss+xml")
					fmt.Fprint(w, `<rss version="2.0"><channel><title>t</title><link>http://x.example/</link><description>d</description><item><guid>1</guid><title>One</title></item></channel></rss>`)
				}
			}))
			defer server.Close()
			host := strings.TrimPrefix(server.URL, "http://")
			config := catalogue(t, []string{host}, []string{server.URL + "/busy", server.URL + "/gone", server.URL + "/feed", server.URL + "/feed"}, "@hourly")
			run := func(args ...string) string {
				p := command(t, append(append(where(t), "--json", "--config", config), args...)...)
				_ = p.Run() // sources that fail make it end with 1
				return p.out.String()
			}
			if name == "sqlite" {
				dir := where(t)
				where = func(*testing.T) []string { return dir }
			} else {
				url := where(t)
				where = func(*testing.T) []string { return url }
			}
			first := run("pull")
			var report struct {
				Sources, Fetched int
				Failed           []struct{ Source string }
			}
			if err := json.Unmarshal([]byte(first), &report); err != nil || report.Sources != 4 || report.Fetched != 2 || len(report.Failed) != 2 {
				t.Fatalf("%v in %s", err, first)
			}
			run("pull")
			run("pull", "--all")
			run("pull", "s0000", "s0001", "s0002")
			for i, want := range []int64{1, 1, 3} {
				if got := asked[i].Load(); got != want {
					t.Errorf("path %d was asked %d times, want %d", i, got, want)
				}
			}
			list := run("sources", "list")
			for line := range strings.Lines(list) {
				var s struct {
					ID, Health string
					Next       string `json:"next_run"`
					Retry      string `json:"retry_after"`
				}
				if err := json.Unmarshal([]byte(line), &s); err != nil {
					t.Fatal(err)
				}
				if gone := s.ID == "s0001"; gone != (s.Next == "") || gone != (s.Health == "gone") {
					t.Errorf("%+v", s)
				}
				if busy := s.ID == "s0000"; busy != (s.Retry != "") {
					t.Errorf("%+v", s)
				}
			}
		})
	}
}

// /metrics counts polls, entries and sources by health; the page for webmasters tells
// the settings in force.
func TestMetricsAndFetcherPage(t *testing.T) {
	s := newStage(t)
	report := s.pull()
	if err := s.metrics.Register(newSourceGauge(s.db.Sources, time.Now)); err != nil {
		t.Fatal(err)
	}
	metrics := string(s.get("/metrics").body)
	for _, want := range []string{
		fmt.Sprintf(`tributary_polls_total{outcome="fetched"} %d`, report.Fetched),
		fmt.Sprintf(`tributary_entries_total{state="new"} %d`, report.Entries.New),
		`tributary_sources{health="failing"} 0`,
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	cfg := *s.config
	cfg.Fetch.MinInterval, cfg.Fetch.MaxInterval = 5*time.Minute, 7*time.Hour
	for adaptive, want := range map[bool]bool{true: true, false: false} {
		cfg.Fetch.Adaptive = adaptive
		site, err := s.newSite(&cfg)
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		site.handler.ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/about/fetcher?lang=en", nil))
		body, err := io.ReadAll(w.Result().Body)
		if err != nil || strings.Contains(string(body), "once in 7 hours") != want {
			t.Errorf("adaptive %v: the page says otherwise (%v)", adaptive, err)
		}
	}
}
