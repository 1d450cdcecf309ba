package hub_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/fetch"
	"tributary/internal/hub"
	"tributary/internal/pgtest"
	"tributary/internal/store"
)

const (
	ourHub = "https://news.example/hub"
	base   = "https://news.example/feeds/"
)

// stage is a hub over a real store, with a clock and documents in the test's hand and
// subscribers on loopback.
type stage struct {
	t       *testing.T
	db      *store.DB
	clock   atomic.Int64 // milliseconds since start
	version atomic.Int64
	mu      sync.Mutex
	docs    map[string]string // text by topic; absent topics are none
	gone    map[string]bool
	fault   error
	looked  int
	slow    time.Duration // that making a document takes
	queued  []string
	bounds  feeds.HubBounds
	subs    *subscribers
	hub     *hub.Hub
}

var start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func (s *stage) now() time.Time       { return start.Add(time.Duration(s.clock.Load())) }
func (s *stage) pass(d time.Duration) { s.clock.Add(int64(d)) }

// Version, AskHub: the store's, but for what the jobs do.
type stageStore struct {
	*store.DB
	s *stage
}

func (x stageStore) Version(context.Context) (int64, error) { return x.s.version.Load(), nil }

func (x stageStore) AskHub(ctx context.Context, q feeds.HubRequest) (feeds.HubBound, error) {
	return x.DB.AskHub(ctx, q, x.s.bounds, func(_ context.Context, _ *sql.Tx, host string) error {
		x.s.mu.Lock()
		defer x.s.mu.Unlock()
		x.s.queued = append(x.s.queued, host)
		return nil
	})
}

func (x stageStore) DueHubPings(ctx context.Context, now time.Time, limit int) ([]hub.Ping, error) {
	list, err := x.DB.DueHubPings(ctx, now, limit)
	var out []hub.Ping
	for _, p := range list {
		out = append(out, hub.Ping(p))
	}
	return out, err
}

func (x stageStore) SaveHubPing(ctx context.Context, p hub.Ping) error {
	return x.DB.SaveHubPing(ctx, store.HubPing(p))
}

// Topic takes addresses below base, whichever their case.
func (s *stage) Topic(_ context.Context, address string) (string, error) {
	topic, ok := strings.CutPrefix(strings.ToLower(address), base)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, there := s.docs[topic]; !ok || !there {
		return "", &hub.NoTopic{Text: "There is no feed at this address."}
	}
	return topic, nil
}

func (s *stage) Document(_ context.Context, topic string) (hub.Document, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looked++
	s.pass(s.slow)
	text, there := s.docs[topic]
	if s.fault != nil {
		return hub.Document{}, s.fault
	}
	if !there {
		return hub.Document{}, &hub.NoTopic{Text: "gone", Gone: s.gone[topic]}
	}
	return hub.Document{Body: []byte(text), ContentType: "application/atom+xml; charset=utf-8", ETag: `"` + text + `"`,
		Link: "<" + ourHub + `>; rel="hub", <` + base + topic + `>; rel="self"`}, nil
}

func (s *stage) ListedTopics(context.Context) ([][]string, error) {
	return [][]string{{"all.atom", "all.rss"}}, nil
}

func (s *stage) TopicAddress(topic string) string { return base + topic }

// publish changes a topic's document as a commit does.
func (s *stage) publish(topic, text string) {
	s.mu.Lock()
	s.docs[topic] = text
	s.mu.Unlock()
	s.version.Add(1)
}

type client struct{ *fetch.Client }

func (c client) Send(ctx context.Context, method, address string, header http.Header, body []byte) (hub.Answer, error) {
	r, err := c.Client.Send(ctx, fetch.SendRequest{Method: method, URL: address, Header: header, Body: body})
	if err != nil {
		return hub.Answer{}, err
	}
	return hub.Answer{Status: r.Status, Body: r.Body, RetryAfter: r.RetryAfter}, nil
}

var terms = hub.Terms{Lease: 24 * time.Hour, LeastLease: time.Hour, MostLease: 48 * time.Hour, Method: "sha256", MaxBody: 1000,
	GiveUp: 72 * time.Hour, Hold: time.Minute}

func (s *stage) newHub(edit func(o *hub.Options)) *hub.Hub {
	s.t.Helper()
	c, err := fetch.New(fetch.Options{Allow: []string{s.subs.Listener.Addr().String()}, Timeout: 5 * time.Second, Now: s.now})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(c.Close)
	o := hub.Options{Store: stageStore{s.db, s}, Client: client{c}, Topics: s, Terms: terms, Now: s.now, Random: func() float64 { return 0 }}
	if edit != nil {
		edit(&o)
	}
	h, err := hub.New(o)
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

// onBoth runs a test over both databases.
func onBoth(t *testing.T, test func(t *testing.T, s *stage)) {
	run := func(t *testing.T, o store.Options) {
		db, err := store.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		s := &stage{t: t, db: db, docs: map[string]string{"all.atom": "one", "all.rss": "one"}, gone: map[string]bool{}, subs: newSubscribers(t),
			bounds: feeds.HubBounds{All: 1000, PerHost: 1000, PerTopic: 1000, Topics: 1000}}
		s.hub = s.newHub(nil)
		test(t, s)
		if err := db.Check(t.Context()); err != nil {
			t.Error(err)
		}
	}
	t.Run("sqlite", func(t *testing.T) { run(t, store.Options{Path: filepath.Join(t.TempDir(), "hub.db")}) })
	t.Run("postgres", func(t *testing.T) { run(t, store.Options{URL: pgtest.URL(t)}) })
}

// subscribers answer questions and take deliveries, each path as it is told.
type subscribers struct {
	*httptest.Server
	mu        sync.Mutex
	echo      map[string]func(challenge string) (status int, body string)
	status    map[string][]int // of the next deliveries; 200 when there are none left
	header    map[string]http.Header
	before    atomic.Pointer[func()] // the next delivery is answered
	questions []url.Values
	bodies    map[string][]string // by path
	headers   map[string]http.Header
	running   atomic.Int64
	most      atomic.Int64
}

func newSubscribers(t *testing.T) *subscribers {
	s := &subscribers{echo: map[string]func(string) (int, string){}, status: map[string][]int{}, header: map[string]http.Header{},
		bodies: map[string][]string{}, headers: map[string]http.Header{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *subscribers) serve(w http.ResponseWriter, r *http.Request) {
	n := s.running.Add(1)
	defer s.running.Add(-1)
	for most := s.most.Load(); n > most && !s.most.CompareAndSwap(most, n); most = s.most.Load() {
	}
	body, _ := io.ReadAll(r.Body)
	if r.Method == http.MethodPost {
		if before := s.before.Swap(nil); before != nil {
			(*before)()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Method == http.MethodGet {
		s.questions = append(s.questions, r.URL.Query())
		challenge := r.URL.Query().Get("hub.challenge")
		if answer := s.echo[r.URL.Path]; answer != nil {
			status, body := answer(challenge)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
			return
		}
		_, _ = io.WriteString(w, challenge)
		return
	}
	s.bodies[r.URL.Path] = append(s.bodies[r.URL.Path], string(body))
	s.headers[r.URL.Path] = r.Header.Clone()
	for name, values := range s.header[r.URL.Path] {
		w.Header()[name] = values
	}
	if list := s.status[r.URL.Path]; len(list) > 0 {
		s.status[r.URL.Path] = list[1:]
		w.WriteHeader(list[0])
	}
}

// interrupt does something before the next delivery is answered.
func (s *subscribers) interrupt(do func()) { s.before.Store(&do) }

func (s *subscribers) got(path string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.bodies[path]...)
}

func (s *subscribers) asked() []url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]url.Values(nil), s.questions...)
}

// host is that of all callbacks.
func (s *stage) host() string { return s.subs.Listener.Addr().String() }

// form is a request of the callback at a path.
func (s *stage) form(mode, topic, path string, more ...string) url.Values {
	f := url.Values{"hub.mode": {mode}, "hub.topic": {base + topic}, "hub.callback": {s.subs.URL + path}}
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

// take sends a form and has it verified.
func (s *stage) take(f url.Values) {
	s.t.Helper()
	if err := s.hub.Take(s.t.Context(), f); err != nil {
		s.t.Fatal(err)
	}
	s.verify()
}

func (s *stage) verify() hub.Report {
	s.t.Helper()
	r, err := s.hub.Verify(s.t.Context(), s.host())
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// run does one Pass and all it finds, as the jobs do, and returns what was delivered.
func (s *stage) run() (hub.Due, hub.Report) {
	s.t.Helper()
	due, err := s.hub.Pass(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for range due.Ask {
		s.verify()
	}
	var r hub.Report
	for _, host := range due.Deliver {
		if r, err = s.hub.Deliver(s.t.Context(), host); err != nil {
			s.t.Fatal(err)
		}
	}
	return due, r
}

// all are the subscriptions there are.
func (s *stage) all() []feeds.HubSubscriber {
	s.t.Helper()
	page, err := s.db.HubSubscribers(s.t.Context(), 0, 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	return page
}

func want[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
