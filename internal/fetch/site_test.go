package fetch_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"tributary/internal/fetch"
)

// site is a server that keeps the requests it got, which is what manners are judged
// from.
type site struct {
	*httptest.Server
	mu  sync.Mutex
	log []*http.Request
}

func newSite(t *testing.T, h http.HandlerFunc) *site {
	t.Helper()
	s := &site{}
	s.Server = httptest.NewServer(s.logged(h))
	t.Cleanup(s.Close)
	return s
}

func (s *site) logged(h http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.log = append(s.log, r.Clone(context.Background()))
		s.mu.Unlock()
		h(w, r)
	})
}

func (s *site) requests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*http.Request(nil), s.log...)
}

// pair is the site's host:port, as fetch.allow wants it.
func (s *site) pair() string {
	return strings.TrimPrefix(strings.TrimPrefix(s.URL, "https://"), "http://")
}

func (s *site) port() string {
	_, port, _ := net.SplitHostPort(s.pair())
	return port
}

// newClient makes a client that may reach the sites.
func newClient(t *testing.T, o fetch.Options, sites ...*site) *fetch.Client {
	t.Helper()
	for _, s := range sites {
		o.Allow = append(o.Allow, s.pair())
	}
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	c, err := fetch.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func mustGet(t *testing.T, c *fetch.Client, r fetch.Request) *fetch.Response {
	t.Helper()
	res, err := c.Get(t.Context(), r)
	if err != nil {
		t.Fatalf("get %s: %v", r.URL, err)
	}
	return res
}

// wantError gets and demands an *Error with that reason and these words.
func wantError(t *testing.T, c *fetch.Client, r fetch.Request, reason fetch.Reason, words string) *fetch.Error {
	t.Helper()
	res, err := c.Get(t.Context(), r)
	if err == nil {
		t.Fatalf("get %s: answer %d with %d bytes, want an error with reason %s", r.URL, res.Status, len(res.Body), reason)
	}
	var e *fetch.Error
	if !errors.As(err, &e) {
		t.Fatalf("get %s: error %T, want *fetch.Error", r.URL, err)
	}
	if e.Reason != reason {
		t.Errorf("get %s: reason %s, want %s (%v, cause %v)", r.URL, e.Reason, reason, e, e.Err)
	}
	if !strings.Contains(e.Error(), words) {
		t.Errorf("get %s: error %q does not say %q", r.URL, e.Error(), words)
	}
	return e
}

// fakeDNS answers from a table by host name; a name with several addresses gives
// them one after the other, a question each. Names not in the table do not exist.
type fakeDNS struct {
	mu    sync.Mutex
	table map[string][]string
	asked map[string]int
}

func (f *fakeDNS) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f.asked = map[string]int{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if reply := f.reply(buf[:n]); reply != nil {
				if _, err := conn.WriteTo(reply, from); err != nil {
					return
				}
			}
		}
	}()
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (f *fakeDNS) reply(question []byte) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	m.Response, m.Additionals = true, nil
	addresses, known := f.table[strings.TrimSuffix(q.Name.String(), ".")]
	if !known {
		m.RCode = dnsmessage.RCodeNameError
	} else if q.Type == dnsmessage.TypeA {
		f.mu.Lock()
		n := min(f.asked[q.Name.String()], len(addresses)-1)
		f.asked[q.Name.String()]++
		f.mu.Unlock()
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
			Body:   &dnsmessage.AResource{A: netip.MustParseAddr(addresses[n]).As4()},
		}}
	}
	out, err := m.Pack()
	if err != nil {
		return nil
	}
	return out
}
