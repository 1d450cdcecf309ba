package pipeline

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/fetch"
	"tributary/internal/hubtest"
)

// newsroom is a desk whose sources have a hub, and callbacks that the hub reaches.
type newsroom struct {
	*desk
	hub   *hubtest.Hub
	door  *httptest.Server
	mu    sync.Mutex // holds the clock still while hubs call
	queue int
}

func withHub(t *testing.T, test func(t *testing.T, n *newsroom)) {
	onBoth(t, func(t *testing.T, d *desk) {
		n := &newsroom{desk: d, hub: hubtest.New()}
		t.Cleanup(n.hub.Close)
		n.door = httptest.NewServer(http.HandlerFunc(n.answer))
		t.Cleanup(n.door.Close)
		client, err := fetch.New(fetch.Options{Allow: []string{n.hub.Listener.Addr().String()}, Timeout: 300 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(client.Close)
		n.Push = &Push{Store: d.db, Fetch: d, Hubs: Poster{client}, Base: n.door.URL + "/", Lease: 10 * 24 * time.Hour, MaxBody: 64 << 10,
			MinInterval: 5 * time.Minute, Now: n.clock, Random: rand.Float64,
			Queue: func(context.Context, *sql.Tx, string) error { n.queue++; return nil }}
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		test(t, n)
	})
}

// answer is what internal/web does with a hub's call, and no more.
func (n *newsroom) answer(w http.ResponseWriter, r *http.Request) {
	token := r.URL.Path[1:]
	if r.Method == http.MethodGet {
		echo, err := n.Push.Verify(r.Context(), token, r.URL.RawQuery)
		if err != nil {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = io.WriteString(w, echo)
		return
	}
	switch err := n.Push.Receive(r.Context(), token, r.Header, r.Body); {
	case errors.Is(err, feeds.ErrNotFound):
		w.WriteHeader(http.StatusGone)
	case errors.Is(err, feeds.ErrTooLarge):
		w.WriteHeader(http.StatusRequestEntityTooLarge)
	case err != nil:
		w.WriteHeader(http.StatusServiceUnavailable)
	default:
		w.WriteHeader(http.StatusAccepted)
	}
}

func (n *newsroom) clock() time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.now
}

func (n *newsroom) after(d time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.now = n.now.Add(d)
}

const topic = "https://ly.example/feed"

// document is the feed with links to the hub and itself.
func (n *newsroom) document(self string, entries ...string) string {
	return `<feed xmlns="http://www.w3.org/2005/Atom"><id>` + self + `</id><title>ly</title><updated>2026-11-19T08:00:00Z</updated><link rel="hub" href="` +
		n.hub.URL + `"/><link rel="self" href="` + self + `"/>` + strings.Join(entries, "") + `</feed>`
}

// offers makes the source answer with its feed, which names self as its own address.
func (n *newsroom) offers(self string, entries ...string) {
	body := n.document(self, entries...)
	n.says[topic] = func(fetch.Request) (*fetch.Response, error) {
		return &fetch.Response{Status: 200, URL: topic, Body: []byte(body), ContentType: "application/atom+xml", ETag: `"1"`}, nil
	}
}

func (n *newsroom) upkeep() UpkeepReport {
	n.t.Helper()
	r, err := n.Push.Upkeep(n.t.Context())
	if err != nil {
		n.t.Fatal(err)
	}
	n.hub.Idle()
	return r
}

// state is the source's standing subscription as "state failures".
func (n *newsroom) state() string {
	n.t.Helper()
	s := n.standing()
	return fmt.Sprintf("%s %d", s.State, s.Failures)
}

func (n *newsroom) standing() feeds.Subscription {
	n.t.Helper()
	all, err := n.Push.standing(n.t.Context())
	if err != nil {
		n.t.Fatal(err)
	}
	return all["ly"]
}

func (n *newsroom) want(what, state string) {
	n.t.Helper()
	if got := n.state(); got != state {
		n.t.Fatalf("%s: %s, want %s (%s)", what, got, state, n.standing().Error)
	}
}

// work reads what has been delivered, as the job does.
func (n *newsroom) work() (out []Result) {
	n.t.Helper()
	for {
		d, err := n.db.NextDelivery(n.t.Context(), "ly")
		if errors.Is(err, feeds.ErrNotFound) {
			return out
		}
		if err == nil {
			var r Result
			r, err = n.Deliver(n.t.Context(), d)
			out = append(out, r)
		}
		if err := errors.Join(err, n.db.DropDelivery(n.t.Context(), d.ID)); err != nil {
			n.t.Fatal(err)
		}
	}
}

// subscribed is a newsroom with an active subscription and one entry.
func (n *newsroom) subscribed() hubtest.Subscription {
	n.t.Helper()
	n.offers(topic, entry("a", "Flight from LY", "https://ly.example/a", text))
	n.pull()
	n.upkeep()
	n.want("subscribed", "active 0")
	return n.hub.Subscribers(topic)[0]
}

func (n *newsroom) publish(content string) []int {
	return n.hub.Publish(topic, "application/atom+xml", content)
}
