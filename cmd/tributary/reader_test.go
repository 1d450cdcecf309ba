package main

import (
	"database/sql"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite" // newsboat keeps its articles in SQLite

	"tributary/internal/demo"
)

// newsboat is a subscriber: a real feed reader with its own cache.
type newsboat struct {
	t    *testing.T
	dir  string
	urls []string
}

func (n *newsboat) file(name string) string { return filepath.Join(n.dir, name) }

func (n *newsboat) reload() {
	n.t.Helper()
	if err := os.WriteFile(n.file("urls"), []byte(strings.Join(n.urls, "\n")+"\n"), 0o600); err != nil {
		n.t.Fatal(err)
	}
	if err := os.WriteFile(n.file("config"), []byte("reload-threads 1\n"), 0o600); err != nil {
		n.t.Fatal(err)
	}
	cmd := exec.Command("newsboat", "-u", n.file("urls"), "-c", n.file("cache.db"), "-C", n.file("config"), "-x", "reload")
	cmd.Env = append(os.Environ(), "HOME="+n.dir, "LC_ALL=C.UTF-8")
	if out, err := cmd.CombinedOutput(); err != nil {
		n.t.Fatalf("newsboat: %v\n%s\n(make deps installs it)", err, out)
	}
}

// articles are the guids that the reader shows, in order, each as often as it does.
func (n *newsboat) articles() []string {
	n.t.Helper()
	db, err := sql.Open("sqlite", n.file("cache.db"))
	if err != nil {
		n.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT guid FROM rss_item WHERE deleted = 0 ORDER BY guid`)
	if err != nil {
		n.t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var guid string
		if err := rows.Scan(&guid); err != nil {
			n.t.Fatal(err)
		}
		out = append(out, guid)
	}
	if err := rows.Err(); err != nil {
		n.t.Fatal(err)
	}
	return out
}

// exchange is a request for a feed and how it was answered.
type exchange struct {
	path        string
	conditional bool
	status      int
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// record notes what is asked of the stage's web server from now on.
func (s *stage) record() func() []exchange {
	var mu sync.Mutex
	var log []exchange
	s.web.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sw := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		s.site.handler.ServeHTTP(sw, r)
		mu.Lock()
		defer mu.Unlock()
		log = append(log, exchange{r.URL.Path, r.Header.Get("If-None-Match") != "" || r.Header.Get("If-Modified-Since") != "", sw.status})
	})
	return func() []exchange {
		mu.Lock()
		defer mu.Unlock()
		out := log
		log = nil
		return out
	}
}

// A person who subscribes to three feeds that overlap sees each story once, is
// answered with 304 when nothing is new, and sees nothing twice after an update.
func TestARealReaderSeesEachStoryOnce(t *testing.T) {
	s := newStage(t)
	s.pull()
	exchanges := s.record()
	paths := []string{"/feeds/all.atom?limit=100", "/feeds/country/ly.rss", "/feeds/topic/counter-trafficking.atom"}
	reader := &newsboat{t: t, dir: t.TempDir()}
	want := func() []string {
		var all []string
		for _, p := range paths {
			all = append(all, ids(s.feed(p))...)
		}
		slices.Sort(all)
		exchanges() // our own requests do not count
		return slices.Compact(all)
	}
	for _, p := range paths {
		reader.urls = append(reader.urls, s.web.URL+p)
	}

	expected := want()
	reader.reload()
	if got := reader.articles(); !slices.Equal(got, expected) {
		t.Fatalf("the reader shows %d articles, our feeds hold %d stories\n%v\n%v", len(got), len(expected), got, expected)
	}
	for _, x := range exchanges() {
		if x.status != http.StatusOK || x.conditional {
			t.Errorf("first time: %+v", x)
		}
	}

	// newsboat keeps validators only for a feed that it has stored before.
	reader.reload()
	exchanges()
	reader.reload()
	second := exchanges()
	if len(second) != len(paths) {
		t.Errorf("the reader asked %d times, want %d", len(second), len(paths))
	}
	for _, x := range second {
		if !x.conditional || x.status != http.StatusNotModified {
			t.Errorf("nothing new: %+v", x)
		}
	}

	expect, err := demo.Expectations()
	if err != nil {
		t.Fatal(err)
	}
	var last time.Duration
	for _, e := range expect.Events {
		if e.What == "corrected" || e.What == "withdrawn" {
			last = max(last, e.After)
		}
	}
	s.at(last + time.Second)
	if r := s.pull(); r.Entries.Changed == 0 || r.Entries.New == 0 {
		t.Fatalf("the world did not move: %+v", r)
	}
	now := want()
	reader.reload()
	t.Logf("after the update: %+v", exchanges())
	got := reader.articles()
	if dup := slices.Compact(slices.Clone(got)); len(dup) != len(got) {
		t.Errorf("the reader shows %d articles, %d of them different", len(got), len(dup))
	}
	for _, id := range now {
		if !slices.Contains(got, id) {
			t.Errorf("the reader lacks %s", id)
		}
	}
	for _, id := range got {
		if !slices.Contains(now, id) && !slices.Contains(expected, id) {
			t.Errorf("the reader shows %s, which no feed holds", id)
		}
	}
}
