package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/internal/feedcheck"
	"tributary/internal/pgtest"
)

// miniflux is a full reader: a server with a database of its own, asked over its API.
type miniflux struct {
	t    *testing.T
	base string
	out  bytes.Buffer
}

const minifluxUser, minifluxPassword = "reader", "read-every-day"

func newMiniflux(t *testing.T) *miniflux {
	t.Helper()
	var lc net.ListenConfig
	free, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	m := &miniflux{t: t, base: "http://" + address}
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "../../bin/miniflux")
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "DATABASE_URL=" + pgtest.URL(t), "RUN_MIGRATIONS=1", "CREATE_ADMIN=1",
		"ADMIN_USERNAME=" + minifluxUser, "ADMIN_PASSWORD=" + minifluxPassword, "LISTEN_ADDR=" + address, "BASE_URL=" + m.base,
		"DISABLE_SCHEDULER_SERVICE=1", "FETCHER_ALLOW_PRIVATE_NETWORKS=1", "LOG_LEVEL=warning"}
	cmd.Stdout, cmd.Stderr = &m.out, &m.out
	if err := cmd.Start(); err != nil {
		stop()
		t.Fatalf("miniflux: %v (make deps builds it)", err)
	}
	t.Cleanup(func() {
		stop()
		_ = cmd.Wait() // it was killed, and says so
		if t.Failed() {
			t.Logf("miniflux:\n%.4000s", m.out.String())
		}
	})
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if resp, err := http.Get(m.base + "/healthcheck"); err == nil { //nolint:noctx // bounded by the loop
			ok := resp.StatusCode == http.StatusOK
			if err := resp.Body.Close(); err == nil && ok {
				return m
			}
		}
		if time.Now().After(deadline) {
			t.Fatal("miniflux does not answer")
		}
	}
}

// call asks the API; answer may be nil.
func (m *miniflux) call(method, path string, body, answer any) {
	m.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		m.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(m.t.Context(), method, m.base+"/v1/"+path, bytes.NewReader(text))
	if err != nil {
		m.t.Fatal(err)
	}
	req.SetBasicAuth(minifluxUser, minifluxPassword)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		m.t.Fatal(err)
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= http.StatusBadRequest {
		m.t.Fatalf("miniflux %s %s: %d %s %v", method, path, resp.StatusCode, said, err)
	}
	if answer != nil {
		if err := json.Unmarshal(said, answer); err != nil {
			m.t.Fatalf("miniflux %s: %v\n%s", path, err, said)
		}
	}
}

// subscribe adds a feed and returns its id.
func (m *miniflux) subscribe(address string) int64 {
	m.t.Helper()
	var made struct {
		ID int64 `json:"feed_id"`
	}
	m.call(http.MethodPost, "feeds", map[string]any{"feed_url": address}, &made)
	return made.ID
}

func (m *miniflux) refresh(feed int64) {
	m.t.Helper()
	m.call(http.MethodPut, fmt.Sprintf("feeds/%d/refresh", feed), nil, nil)
}

// minifluxEntry is an entry as the reader shows it; Hash is SHA-256 of the id that it read.
type minifluxEntry struct {
	ID        int64     `json:"id"`
	Hash      string    `json:"hash"`
	Title     string    `json:"title"`
	URL       string    `json:"url"`
	Content   string    `json:"content"`
	Published time.Time `json:"published_at"`
}

func (m *miniflux) entries(feed int64) map[string]minifluxEntry {
	m.t.Helper()
	var list struct {
		Entries []minifluxEntry `json:"entries"`
	}
	m.call(http.MethodGet, fmt.Sprintf("feeds/%d/entries?limit=1000", feed), nil, &list)
	out := map[string]minifluxEntry{}
	for _, e := range list.Entries {
		if _, twice := out[e.Hash]; twice {
			m.t.Errorf("miniflux shows %q twice", e.Title)
		}
		out[e.Hash] = e
	}
	return out
}

// untracked is an address as Miniflux shows it: it takes campaign parameters out.
func untracked(address string) string {
	page, query, _ := strings.Cut(address, "?")
	if strings.HasPrefix(query, "utm_") || strings.HasPrefix(query, "mc_") {
		return page
	}
	return address
}

// A full reader follows our feeds in all three formats: it shows each story once with our
// title, page and date, is answered with 304 when nothing is new, takes up what is new
// and what is edited, and keeps its entries while stories are withdrawn.
func TestAFullReaderFollowsOurFeeds(t *testing.T) {
	s := newStage(t)
	s.pull()
	exchanges := s.record()
	m := newMiniflux(t)
	paths := []string{"/feeds/all.atom?limit=100", "/feeds/all.rss?limit=100", "/feeds/all.json?limit=100"}
	subscribed := make([]int64, len(paths))
	same := func(when string, feed int64, want feedcheck.Feed, lasting map[string]bool) {
		t.Helper()
		shown := m.entries(feed)
		for _, e := range want.Entries {
			sum := sha256.Sum256([]byte(e.ID))
			lasting[hex.EncodeToString(sum[:])] = true
			got, there := shown[hex.EncodeToString(sum[:])]
			if !there || got.Title != e.Title || got.URL != untracked(e.Link) || !got.Published.Equal(e.Published) {
				t.Errorf("%s: %+v\nwant %+v", when, got, e)
			}
		}
		for hash, e := range shown {
			if !lasting[hash] {
				t.Errorf("%s: %q, which our feed never held", when, e.Title)
			}
		}
	}
	lasting := make([]map[string]bool, len(paths))
	before := make([]map[string]minifluxEntry, len(paths))
	for i, path := range paths {
		lasting[i] = map[string]bool{}
		subscribed[i] = m.subscribe(s.web.URL + path)
		same(path+" first", subscribed[i], s.examine(path).report.Feed, lasting[i])
		before[i] = m.entries(subscribed[i])
	}
	exchanges()
	for i, path := range paths {
		m.refresh(subscribed[i])
		if x := exchanges(); len(x) != 1 || x[0].status != http.StatusNotModified || !x[0].conditional {
			t.Errorf("%s: nothing new: %+v", path, x)
		}
	}
	s.at(moved(t))
	s.pull()
	for i, path := range paths {
		m.refresh(subscribed[i])
		now := s.examine(path).report.Feed
		same(path+" after the world has moved", subscribed[i], now, lasting[i])
		fresh, edited := 0, 0
		for hash, e := range m.entries(subscribed[i]) {
			was, known := before[i][hash]
			switch {
			case !known:
				fresh++
			case was.ID != e.ID:
				t.Errorf("%s: %q is another entry than before", path, e.Title)
			case was.Title != e.Title || was.Content != e.Content:
				edited++
			}
		}
		if fresh == 0 || edited == 0 {
			t.Errorf("%s: %d new and %d edited entries show", path, fresh, edited)
		}
		if strings.HasSuffix(path, ".atom?limit=100") && !slices.ContainsFunc(now.Deleted, func(d feedcheck.Deleted) bool { return d.Ref != "" }) {
			t.Error("nothing was withdrawn")
		}
	}
}
