package hostile

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// What a good fetcher makes of a case: the word is its reason for bringing nothing.
const (
	Document = "" // a document, all of it
	Refused  = "refused"
	Timeout  = "timeout"
	TLS      = "tls"
	Status   = "status"
	Gone     = "gone"
	TooLarge = "too_large"
	Decode   = "decode"
	Redirect = "redirect"
	Network  = "network"
)

// Case is one way to misbehave.
type Case struct {
	Name string   // also the path it is served at
	Want string   // one of the words above
	Also []string // other words that are right too
	// Items is how many items the document has, when Want is Document.
	Items int
	// Slow cases end only by the client's own time limit.
	Slow  bool
	door  door
	serve func(s *Server, w http.ResponseWriter, r *http.Request)
}

// Accepts tells whether a fetch may end with this word.
func (c Case) Accepts(reason string) bool {
	for _, also := range c.Also {
		if reason == also {
			return true
		}
	}
	return reason == c.Want
}

// door is the listener that a case is behind.
type door int

const (
	plain      door = iota
	secure          // TLS and HTTP/2, by an authority that Server.CA gives
	selfSigned      // TLS by nobody
	expired         // TLS by our authority, out of date
	wrongName       // TLS by our authority, for another host
	garbage         // bytes that are no TLS
	silent          // accepts and says nothing
	doors
)

// Server is the hostile server. It listens on loopback, on each of its hosts.
type Server struct {
	hosts []string
	pairs [doors][]string
	cases []Case
	ca    []byte
	stop  chan struct{} // closed when the server ends: endless answers end then
	all   []io.Closer
	done  sync.WaitGroup

	mu  sync.Mutex
	log []*http.Request
}

// Start listens on the loopback addresses given, 127.0.0.1 without any. Several let a
// client that limits its requests to one host meet several cases at once.
func Start(hosts ...string) (*Server, error) {
	if len(hosts) == 0 {
		hosts = []string{"127.0.0.1"}
	}
	s := &Server{hosts: hosts, stop: make(chan struct{})}
	s.cases = allCases()
	certificates, ca, err := newCertificates(hosts)
	if err != nil {
		return nil, fmt.Errorf("make certificates: %w", err)
	}
	s.ca = ca
	web := &http.Server{Handler: s, ErrorLog: log.New(io.Discard, "", 0), MaxHeaderBytes: 1 << 20}
	for d := range doors {
		for _, host := range hosts {
			l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", net.JoinHostPort(host, "0"))
			if err != nil {
				return nil, errors.Join(fmt.Errorf("listen: %w", err), s.Close())
			}
			s.all = append(s.all, l)
			s.pairs[d] = append(s.pairs[d], l.Addr().String())
			switch d {
			case garbage, silent:
				s.done.Go(func() { s.noTLS(l, d) })
				continue
			case plain:
			default:
				l = tls.NewListener(l, &tls.Config{Certificates: certificates[d : d+1], NextProtos: []string{"h2", "http/1.1"}})
			}
			s.done.Go(func() {
				_ = web.Serve(l) // ends with the listener
			})
		}
	}
	s.all = append(s.all, web)
	return s, nil
}

// Close ends everything.
func (s *Server) Close() error {
	close(s.stop)
	var errs []error
	for _, c := range s.all {
		if err := c.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	s.done.Wait()
	return errors.Join(errs...)
}

// Cases lists all of them.
func (s *Server) Cases() []Case { return s.cases }

// URL is where a case is served. The i-th use of it is on the i-th host.
func (s *Server) URL(c Case, i int) string {
	scheme := "https"
	if c.door == plain {
		scheme = "http"
	}
	return scheme + "://" + s.pairs[c.door][i%len(s.hosts)] + "/" + c.Name
}

// Allow lists the host:port pairs that the client must be allowed to reach.
func (s *Server) Allow() []string {
	var out []string
	for _, pairs := range s.pairs {
		out = append(out, pairs...)
	}
	return out
}

// CA is the authority behind the good certificate, in PEM.
func (s *Server) CA() []byte { return s.ca }

// Requests lists those that came for a path and for what lies below it.
func (s *Server) Requests(path string) []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*http.Request
	for _, r := range s.log {
		if r.URL.Path == path || strings.HasPrefix(r.URL.Path, strings.TrimSuffix(path, "/")+"/") {
			out = append(out, r)
		}
	}
	return out
}

// ServeHTTP answers as the case of the path does. /NAME/more is the case's too.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.log = append(s.log, r.Clone(context.Background()))
	s.mu.Unlock()
	name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	for _, c := range s.cases {
		if c.Name == name {
			c.serve(s, w, r)
			return
		}
	}
	http.NotFound(w, r)
}

// noTLS accepts connections and says nothing, or nothing that makes sense.
func (s *Server) noTLS(l net.Listener, d door) {
	var open []net.Conn
	for {
		conn, err := l.Accept()
		if err != nil {
			break
		}
		open = append(open, conn)
		if d == garbage {
			_, _ = io.WriteString(conn, strings.Repeat("\x16\x03\x01garbage", 100))
			_ = conn.Close()
		}
	}
	for _, conn := range open {
		_ = conn.Close()
	}
}

// pause waits between two drips, shorter than any time limit. It is false when the
// server or the client has ended.
func (s *Server) pause(r *http.Request) bool {
	select {
	case <-s.stop:
		return false
	case <-r.Context().Done():
		return false
	case <-time.After(20 * time.Millisecond):
		return true
	}
}

// raw takes the connection over and lets write say what goes over it.
func raw(write func(s *Server, r *http.Request, conn net.Conn, out *bufio.Writer) error) func(*Server, http.ResponseWriter, *http.Request) {
	return func(s *Server, w http.ResponseWriter, r *http.Request) {
		conn, buf, err := http.NewResponseController(w).Hijack()
		if err != nil {
			http.Error(w, err.Error(), http.StatusHTTPVersionNotSupported)
			return
		}
		// A client that has seen enough hangs up: nobody's failure.
		if err := write(s, r, conn, buf.Writer); err == nil {
			_ = buf.Flush()
		}
		_ = conn.Close()
	}
}

// text sends these bytes and hangs up.
func text(answer string) func(*Server, http.ResponseWriter, *http.Request) {
	return raw(func(_ *Server, _ *http.Request, _ net.Conn, out *bufio.Writer) error {
		_, err := out.WriteString(answer)
		return err
	})
}

// again sends a beginning and then the same piece for ever; a pause lies between two
// when it drips.
func again(start, piece string, drips bool) func(*Server, http.ResponseWriter, *http.Request) {
	return raw(func(s *Server, r *http.Request, _ net.Conn, out *bufio.Writer) error {
		_, err := out.WriteString(start)
		for err == nil {
			if drips {
				if err = out.Flush(); err != nil || !s.pause(r) {
					return err
				}
			}
			select {
			case <-s.stop:
				return nil
			default:
			}
			_, err = out.WriteString(piece)
		}
		return err
	})
}

// with sets the header given as pairs and sends the body.
func with(status int, body []byte, header ...string) func(*Server, http.ResponseWriter, *http.Request) {
	return func(_ *Server, w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Add(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}
}
