package fetch_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"tributary/feeds"
	"tributary/internal/fetch"
)

// proxy is an HTTP proxy that only knows CONNECT, leads every way to one server and
// keeps what it was asked.
type proxy struct {
	net.Listener
	mu    sync.Mutex
	asked []*http.Request
}

func newProxy(t *testing.T, target, refuse string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{Listener: l}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { p.serve(conn, target, refuse) })
		}
	})
	t.Cleanup(func() { l.Close(); wg.Wait() })
	return p
}

func (p *proxy) serve(conn net.Conn, target, refuse string) {
	defer conn.Close()
	r, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	p.mu.Lock()
	p.asked = append(p.asked, r)
	p.mu.Unlock()
	if refuse != "" {
		io.WriteString(conn, refuse)
		return
	}
	onward, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer onward.Close()
	io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() { io.Copy(onward, conn); onward.Close() }()
	io.Copy(conn, onward)
}

func (p *proxy) requests() []*http.Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*http.Request(nil), p.asked...)
}

// TestProxy: everything goes through CONNECT, the guard judges first, and the proxy's
// password stays between it and us.
func TestProxy(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/inner" {
			http.Redirect(w, r, "http://ten.test/", http.StatusFound)
			return
		}
		io.WriteString(w, "<rss/>")
	})
	p := newProxy(t, s.pair(), "")
	dns := &fakeDNS{table: map[string][]string{
		"public.test": {"93.184.216.34"}, "ten.test": {"10.0.0.1"}, "metadata.test": {"169.254.169.254"}, "intranet.test": {"127.0.0.1"},
	}}
	c := newClient(t, fetch.Options{
		Resolver: dns.resolver(t), Proxy: "http://iom:hunter2@" + p.Addr().String(), Allow: []string{"intranet.test:80"},
		Access: map[string]fetch.Access{"inside": {URL: s.URL, Direct: true}},
	}, s)
	mustGet(t, c, fetch.Request{URL: "http://public.test/feed"})
	mustGet(t, c, fetch.Request{URL: "http://intranet.test/feed"})
	for _, address := range []string{"http://ten.test/", "http://metadata.test/", "http://10.0.0.1/", "https://[::1]/", "http://169.254.169.254/", "http://public.test:25/", "http://public.test/inner"} {
		if e := wantError(t, c, fetch.Request{URL: address}, fetch.ReasonRefused, "refused"); !errors.Is(e, feeds.ErrRefused) {
			t.Errorf("%s: %v", address, e)
		}
	}
	wantError(t, c, fetch.Request{URL: "http://nowhere.test/"}, fetch.ReasonDNS, "nowhere.test")
	var asked []string
	for _, r := range p.requests() {
		asked = append(asked, r.Method+" "+r.RequestURI)
		if got := r.Header.Get("Proxy-Authorization"); got != "Basic aW9tOmh1bnRlcjI=" {
			t.Errorf("the proxy got %q", got)
		}
	}
	for _, a := range asked {
		if a != "CONNECT public.test:80" && a != "CONNECT intranet.test:80" {
			t.Errorf("the proxy was asked for %s", a)
		}
	}
	if len(asked) < 2 {
		t.Errorf("the proxy was asked %q", asked)
	}
	before := len(asked)
	mustGet(t, c, fetch.Request{URL: s.URL, Source: "inside"})
	if n := len(p.requests()); n != before {
		t.Error("a source that is fetched directly went through the proxy")
	}
	for _, r := range s.requests() {
		if r.Header.Get("Proxy-Authorization") != "" {
			t.Error("the site saw the proxy's password")
		}
	}
}

func TestProxyThatFails(t *testing.T) {
	dns := &fakeDNS{table: map[string][]string{"public.test": {"93.184.216.34"}}}
	resolver := dns.resolver(t)
	for _, tc := range []struct{ answer, words string }{
		{"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "answers 407 Proxy Authentication Required: it does not accept the user name and password in fetch.proxy"},
		{"HTTP/1.1 403 Forbidden\r\n\r\n", "it does not let us reach this host"},
		{"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<rss/>", "speaks before it is asked"},
		{"nonsense\r\n\r\n", "does not open a way"},
		{"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20), "hung up"},
	} {
		p := newProxy(t, "", tc.answer)
		c := newClient(t, fetch.Options{Resolver: resolver, Proxy: "http://iom:hunter2@" + p.Addr().String()})
		e := wantError(t, c, fetch.Request{URL: "http://public.test/"}, fetch.ReasonNetwork, tc.words)
		if e.Detail != fetch.DetailProxy || strings.Contains(e.Error(), "hunter2") {
			t.Errorf("%s: %s %s", tc.words, e.Detail, e)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	for _, scheme := range []string{"http", "https", "socks5"} {
		c := newClient(t, fetch.Options{Resolver: resolver, Proxy: scheme + "://iom:hunter2@" + l.Addr().String()})
		e := wantError(t, c, fetch.Request{URL: "http://public.test/"}, fetch.ReasonNetwork, "the proxy that we fetch through cannot be used: it accepts no connections")
		if strings.Contains(e.Error(), "hunter2") {
			t.Error(e)
		}
	}
	for _, bad := range []string{"ftp://iom:hunter2@x", "http://", "iom:hunter2@proxy", "http://iom:hunter2@proxy/path", "http://iom:hunt%zz@x"} {
		if _, err := fetch.New(fetch.Options{Proxy: bad}); err == nil || strings.Contains(err.Error(), "hunt") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestSOCKS: the other kind of proxy gets the name and its password.
func TestSOCKS(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {})
	var got []byte
	done := make(chan struct{})
	pair := rawSOCKS(t, s.pair(), &got, done)
	dns := &fakeDNS{table: map[string][]string{"public.test": {"93.184.216.34"}, "ten.test": {"10.0.0.1"}}}
	c := newClient(t, fetch.Options{Resolver: dns.resolver(t), Proxy: "socks5://" + pair})
	wantError(t, c, fetch.Request{URL: "http://ten.test/"}, fetch.ReasonRefused, "10.0.0.1 is refused")
	mustGet(t, c, fetch.Request{URL: "http://public.test/"})
	<-done
	if !strings.Contains(string(got), "public.test") {
		t.Errorf("the proxy was asked for %q", got)
	}
	if n := len(s.requests()); n != 1 || s.requests()[0].Host != "public.test" {
		t.Errorf("%d requests arrived", n)
	}
}

// rawSOCKS serves one client of SOCKS 5 (RFC 1928) without a password.
func rawSOCKS(t *testing.T, target string, asked *[]byte, done chan struct{}) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		buf := make([]byte, 300)
		conn.Read(buf)
		conn.Write([]byte{5, 0})
		n, _ := conn.Read(buf)
		*asked = append(*asked, buf[:n]...)
		close(done)
		onward, err := net.Dial("tcp", target)
		if err != nil {
			return
		}
		defer onward.Close()
		conn.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
		go func() { io.Copy(onward, conn); onward.Close() }()
		io.Copy(conn, onward)
	}()
	return l.Addr().String()
}
