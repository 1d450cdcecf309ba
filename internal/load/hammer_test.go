package load_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tributary/internal/load"
)

func TestHammerCountsWhatTheServerCounts(t *testing.T) {
	var asked atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := asked.Add(1)
		if r.Header.Get("If-None-Match") != `"x"` || r.URL.RequestURI() != "/feeds/all.atom?q=a%20b" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		switch n % 5 {
		case 0:
			w.WriteHeader(http.StatusNotModified)
		case 1:
			io.WriteString(w, "short") // Content-Length
		case 2:
			for range 3 { // chunked
				io.WriteString(w, strings.Repeat("long ", 2000))
				w.(http.Flusher).Flush()
			}
		case 3:
			w.Header().Set("Connection", "close")
			io.WriteString(w, "bye")
		default:
			http.NotFound(w, r)
		}
	}))
	defer srv.Close()
	r, err := load.Hammer(t.Context(), srv.URL+"/feeds/all.atom?q=a%20b", http.Header{"If-None-Match": {`"x"`}}, 3, 300*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	// Up to one answer a connection may still have been under way at the end.
	if n := int(asked.Load()); r.Requests < n-3 || r.Requests > n || r.Requests < 50 {
		t.Errorf("%d answers counted, %d requests served", r.Requests, n)
	}
	if r.Errors != 0 || r.Status[400] != 0 {
		t.Errorf("%v; first error %s", r, r.FirstErr)
	}
	for _, status := range []int{200, 304, 404} {
		if r.Status[status] < r.Requests/6 {
			t.Errorf("status %d: %d of %d", status, r.Status[status], r.Requests)
		}
	}
	if r.P50 <= 0 || r.P99 < r.P50 || r.PerSecond <= 0 || r.Bytes == 0 || !strings.Contains(r.String(), "p99") {
		t.Errorf("report %+v", r)
	}
}

func TestHammerQuantiles(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(20 * time.Millisecond)
	}))
	defer srv.Close()
	r, err := load.Hammer(t.Context(), srv.URL, nil, 1, 250*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if r.P50 < 19*time.Millisecond || r.P50 > 200*time.Millisecond {
		t.Errorf("p50 %s for answers that take 20 ms", r.P50)
	}
}

func TestHammerStaysOnLoopback(t *testing.T) {
	for _, u := range []string{
		"http://192.0.2.1:80/", "http://example.org:80/", "https://127.0.0.1:443/", "http://10.0.0.1:8080/", "http://0.0.0.0:80/",
		"http://[2001:db8::1]:80/", "http://127.0.0.1/", "http://localhost.example.org:80/", "ftp://127.0.0.1:21/", "", "http://%zz",
	} {
		if _, err := load.Hammer(t.Context(), u, nil, 1, time.Second); err == nil {
			t.Errorf("%q was hammered", u)
		}
	}
	for _, tc := range []struct {
		conns int
		d     time.Duration
	}{{0, time.Second}, {1, 0}, {5000, time.Second}, {1, time.Hour}} {
		if _, err := load.Hammer(t.Context(), "http://127.0.0.1:1/", nil, tc.conns, tc.d); err == nil {
			t.Errorf("%+v was accepted", tc)
		}
	}
}

func TestHammerReportsFailures(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			io.WriteString(conn, "220 mail.example.org ESMTP\r\n")
			conn.Close()
		}
	}()
	r, err := load.Hammer(t.Context(), "http://"+l.Addr().String()+"/", nil, 2, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if r.Requests != 0 || r.Errors != 6 || r.FirstErr == "" || r.Elapsed > 4*time.Second {
		t.Errorf("a server that speaks no HTTP: %+v", r)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	<-done
}

func TestHammerEndsWithContext(t *testing.T) {
	block := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-block }))
	defer srv.Close()
	defer close(block)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	r, err := load.Hammer(ctx, srv.URL, nil, 2, time.Minute)
	if err != nil || r.Requests != 0 || time.Since(began) > 5*time.Second {
		t.Errorf("%+v, %v after %s", r, err, time.Since(began))
	}
}

// cpu is the processor time this process has used: what a busy machine does not
// distort.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkHammer is the ceiling of what can be measured: both sides on one machine,
// against a handler that does nothing and against the load server's prepared bytes.
func BenchmarkHammer(b *testing.B) {
	trivial := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusNotModified)
	}))
	defer trivial.Close()
	s := start(b, load.Options{Feeds: 1})
	for name, u := range map[string]string{"net-http": trivial.URL, "load": s.URLs()[0]} {
		b.Run(name, func(b *testing.B) {
			res, _ := get(b, u, nil)
			for b.Loop() {
				before := cpu(b)
				r, err := load.Hammer(b.Context(), u, http.Header{"If-None-Match": {res.Header.Get("Etag")}}, 32, 2*time.Second)
				if err != nil || r.Errors > 0 || r.Status[304] != r.Requests && name == "load" {
					b.Fatal(r, err)
				}
				b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(r.Requests), "cpu-µs/304")
				b.ReportMetric(r.PerSecond, "304/s")
				b.ReportMetric(float64(r.P50.Microseconds()), "p50-µs")
				b.ReportMetric(float64(r.P99.Microseconds()), "p99-µs")
			}
		})
	}
}

// BenchmarkStart composes and renders the world of the standard benchmark.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		s := load.New(load.Options{})
		if _, err := s.Start(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(s.Size())/1e6, "MB")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
