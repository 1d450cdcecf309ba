package load

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Options shape the published world. Zero values mean the defaults named.
type Options struct {
	Feeds  int       // 1,000
	Items  int       // in a feed's window; 25
	Seed   uint64    // any number, 0 included
	Churn  float64   // share of feeds that a tick changes; 0.05
	Newest time.Time // date of the newest items at the start; 2026-10-01 06:00 UTC
	Gzip   bool      // keep compressed answers too, for clients that accept them
	// Hosts is how many loopback addresses the feeds are spread over, from 127.0.0.1
	// upwards; 1. More than one needs a system whose loopback is all of 127/8 (Linux).
	Hosts int
}

// Server publishes feeds over loopback. Its methods are safe for concurrent use.
type Server struct {
	o         Options
	mu        sync.Mutex // guards world and the fields up to the next blank line
	world     *world
	listeners []net.Listener
	conns     map[net.Conn]bool
	closed    bool

	feeds    []served
	byPath   map[string]*served // read-only after New
	counters counters
	wg       sync.WaitGroup
}

// served is a feed's address and what it answers now.
type served struct {
	path    string
	current atomic.Pointer[rendition]
}

// Counts is what a Server has been asked and has answered since it was made.
type Counts struct {
	Connections, Requests   int64
	Full, Gzip, NotModified int64 // 200 plain, 200 compressed, 304
	Conditional             int64 // requests that carried a validator
	NotFound, Bad           int64 // 404; 400 and 405
	BytesOut                int64
	MostAtOnce              int64 // connections open at one time
}

type counters struct {
	connections, requests, full, gzip, notModified, conditional, notFound, bad, bytes, open, most atomic.Int64
}

// New composes the world; Start serves it.
func New(o Options) *Server {
	if o.Feeds <= 0 {
		o.Feeds = 1000
	}
	if o.Items <= 0 {
		o.Items = 25
	}
	if o.Churn <= 0 {
		o.Churn = 0.05
	}
	if o.Newest.IsZero() {
		o.Newest = time.Date(2026, 10, 1, 6, 0, 0, 0, time.UTC)
	}
	o.Hosts = min(max(o.Hosts, 1), 250)
	s := &Server{
		o: o, world: newWorld(o), conns: make(map[net.Conn]bool),
		feeds: make([]served, o.Feeds), byPath: make(map[string]*served, o.Feeds),
	}
	for i := range s.feeds {
		f := &s.feeds[i]
		f.path = fmt.Sprintf("/feeds/%04d.xml", i)
		s.byPath[f.path] = f
	}
	return s
}

// Start renders every feed and listens. It returns the base URL of the first host.
func (s *Server) Start() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.listeners) > 0 || s.closed {
		return "", errors.New("start load server: it was started before")
	}
	for i := range s.feeds {
		r, err := s.world.render(i, s.o.Gzip)
		if err != nil {
			return "", fmt.Errorf("start load server: %w", err)
		}
		s.feeds[i].current.Store(r)
	}
	for i := range s.o.Hosts {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.%d:0", i+1))
		if err != nil {
			for _, open := range s.listeners {
				err = errors.Join(err, open.Close())
			}
			s.listeners = nil
			return "", fmt.Errorf("start load server: %w", err)
		}
		s.listeners = append(s.listeners, l)
	}
	for _, l := range s.listeners {
		s.wg.Go(func() { s.accept(l) })
	}
	return "http://" + s.listeners[0].Addr().String(), nil
}

func (s *Server) accept(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return // closed
		}
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			// Nothing was promised on this connection yet; its end needs no report.
			_ = conn.Close()
			return
		}
		s.conns[conn] = true
		s.counters.connections.Add(1)
		s.counters.most.Store(max(s.counters.most.Load(), s.counters.open.Add(1)))
		s.mu.Unlock()
		s.wg.Go(func() {
			s.talk(conn)
			s.mu.Lock()
			delete(s.conns, conn)
			s.counters.open.Add(-1)
			s.mu.Unlock()
		})
	}
}

// URLs lists the feeds' addresses, by feed. Empty before Start.
func (s *Server) URLs() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.listeners) == 0 {
		return nil
	}
	out := make([]string, len(s.feeds))
	for i := range s.feeds {
		out[i] = s.url(i)
	}
	return out
}

// url needs s.mu and a started server.
func (s *Server) url(feed int) string {
	return "http://" + s.listeners[feed%len(s.listeners)].Addr().String() + s.feeds[feed].path
}

// Addrs lists the host:port pairs that it listens on, as fetch.allow wants them.
func (s *Server) Addrs() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]string, len(s.listeners))
	for i, l := range s.listeners {
		out[i] = l.Addr().String()
	}
	return out
}

// Tick changes the share Options.Churn of the feeds: one or two new items on top,
// the oldest drop out. It returns how many feeds changed.
func (s *Server) Tick() (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := s.world.tick()
	for _, i := range changed {
		r, err := s.world.render(i, s.o.Gzip)
		if err != nil {
			return 0, fmt.Errorf("tick load server: %w", err)
		}
		s.feeds[i].current.Store(r)
	}
	return len(changed), nil
}

// Entries is how many distinct (feed, guid) have been published, all ticks included.
func (s *Server) Entries() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.entries
}

// Stories is how many distinct stories those entries tell.
func (s *Server) Stories() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.world.stories)
}

// EachEntry reports every entry ever published: its feed's address, its guid or
// atom:id, and the story it tells. fn must not call the Server.
func (s *Server) EachEntry(fn func(feedURL, guid string, story int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.world.feeds {
		f, address := &s.world.feeds[i], s.feeds[i].path
		if len(s.listeners) > 0 {
			address = s.url(i)
		}
		for number, told := range f.told {
			id := guid(i, number)
			if f.atom {
				id = atomID(i, number)
			}
			fn(address, id, told)
		}
	}
}

// Size is how many bytes the documents served now have together, uncompressed.
func (s *Server) Size() int64 {
	n := int64(0)
	for i := range s.feeds {
		if r := s.feeds[i].current.Load(); r != nil {
			n += int64(r.size)
		}
	}
	return n
}

// Counts is what has been asked and answered so far.
func (s *Server) Counts() Counts {
	c := &s.counters
	return Counts{
		Connections: c.connections.Load(), Requests: c.requests.Load(),
		Full: c.full.Load(), Gzip: c.gzip.Load(), NotModified: c.notModified.Load(), Conditional: c.conditional.Load(),
		NotFound: c.notFound.Load(), Bad: c.bad.Load(), BytesOut: c.bytes.Load(), MostAtOnce: c.most.Load(),
	}
}

// Requests is how many requests were answered, of any kind.
func (s *Server) Requests() int { return int(s.counters.requests.Load()) }

// Close stops listening, ends all connections and waits for them. It may be called
// twice.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	var errs []error
	for _, l := range s.listeners {
		if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	for conn := range s.conns {
		if err := conn.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	s.mu.Unlock()
	s.wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close load server: %w", err)
	}
	return nil
}

func plain(status int, text string) []byte {
	return []byte("HTTP/1.1 " + strconv.Itoa(status) + " " + text + "\r\nContent-Length: 0\r\n\r\n")
}
