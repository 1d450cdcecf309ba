package main

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"tributary/internal/feedcheck"
)

// Our feeds are watched as they are served: what is well raises nothing; a fault is told
// once in the log, and stands in /metrics and /readyz until it is gone.
func TestOurFeedsAreWatched(t *testing.T) {
	s := newStage(t)
	s.pull()
	var log bytes.Buffer
	s.log = slog.New(slog.NewTextHandler(&log, nil))
	if err := s.metrics.Register(newAlarmGauge(s.db.Watched)); err != nil {
		t.Fatal(err)
	}
	turn := func() string {
		t.Helper()
		log.Reset()
		if err := s.watchFeeds(t.Context()); err != nil {
			t.Fatal(err)
		}
		return log.String()
	}
	holds := func(path, text string) {
		t.Helper()
		if a := s.get(path); a.status != http.StatusOK || !strings.Contains(string(a.body), text) {
			t.Errorf("%s: %d without %q\n%.2000s", path, a.status, text, a.body)
		}
	}
	s.watcher.Store(s.site.watcher)
	for range 3 {
		if said := turn(); said != "" {
			t.Fatalf("nothing is wrong: %s", said)
		}
	}
	holds("/readyz", "feeds: ok")
	holds("/metrics", `tributary_feed_alarms{alarm="empty"} 0`)

	broken, well := *s.site.watcher, s.site.watcher
	broken.Read = func(ctx context.Context, path string) (feedcheck.Document, error) {
		d, err := well.Read(ctx, path)
		if strings.HasPrefix(path, "/feeds/all.") {
			d.Status = http.StatusInternalServerError
		}
		return d, err
	}
	s.watcher.Store(&broken)
	if said := turn(); strings.Count(said, "\n") != 1 || !strings.Contains(said, "level=WARN") || !strings.Contains(said, "feed=all alarm=unread") {
		t.Errorf("the fault: %s", said)
	}
	if said := turn(); said != "" {
		t.Errorf("told again: %s", said)
	}
	holds("/readyz", "feeds: alarm")
	holds("/readyz", "ready")
	holds("/metrics", `tributary_feed_alarms{alarm="unread"} 1`)

	s.watcher.Store(well)
	if said := turn(); strings.Count(said, "\n") != 1 || !strings.Contains(said, "feed=all alarm=unread") || !strings.Contains(said, "well again") {
		t.Errorf("mended: %s", said)
	}
	holds("/readyz", "feeds: ok")
}
