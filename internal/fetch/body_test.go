package fetch_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"tributary/feeds"
	"tributary/internal/fetch"
)

// pack compresses with the reference writers of each encoding.
func pack(t testing.TB, coding string, body []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	var w io.WriteCloser
	var err error
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&buf)
	case "zlib":
		w = zlib.NewWriter(&buf)
	case "flate":
		w, err = flate.NewWriter(&buf, 6)
	case "br":
		w = brotli.NewWriter(&buf)
	case "zstd":
		w, err = zstd.NewWriter(&buf)
	default:
		return body
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// serve makes a site that answers with these bytes under this Content-Encoding.
func serve(t *testing.T, coding string, body []byte) *site {
	t.Helper()
	return newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if coding != "" {
			w.Header().Set("Content-Encoding", coding)
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		w.Write(body)
	})
}

func TestEncodings(t *testing.T) {
	text := []byte(strings.Repeat("<item><title>Tripoli: séminaire</title></item>\n", 2000))
	big := []byte(strings.Repeat("0123456789abcdef", 40000)) // 640 kB: past the reused buffers
	cases := []struct {
		name, coding string
		body, want   []byte
	}{
		{"none", "", text, text},
		{"identity", "identity", text, text},
		{"gzip", "gzip", pack(t, "gzip", text), text},
		{"x-gzip", "X-Gzip", pack(t, "gzip", text), text},
		{"brotli", "br", pack(t, "br", text), text},
		{"zstd", "zstd", pack(t, "zstd", text), text},
		{"deflate", "deflate", pack(t, "zlib", text), text},
		{"deflate without zlib", "deflate", pack(t, "flate", text), text},
		{"two codings", "gzip, br", pack(t, "br", pack(t, "gzip", text)), text},
		{"gzip in two members", "gzip", append(pack(t, "gzip", text[:100]), pack(t, "gzip", text[100:])...), text},
		{"gzip with padding", "gzip", append(pack(t, "gzip", text), 0, 0, 0, 0), text},
		{"gzip declared, plain sent", "gzip", text, text},
		{"gzip sent, not declared", "", pack(t, "gzip", text), text},
		{"a character set as encoding", "UTF-8", text, text},
		{"large and plain", "", big, big},
		{"large gzip", "gzip", pack(t, "gzip", big), big},
		{"large brotli", "br", pack(t, "br", big), big},
		{"large zstd", "zstd", pack(t, "zstd", big), big},
		{"empty", "", nil, nil},
		{"empty gzip", "gzip", nil, nil},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			s := serve(t, tc.coding, tc.body)
			c := newClient(t, fetch.Options{}, s)
			for range 2 { // the second time with used decoders and buffers
				got := mustGet(t, c, fetch.Request{URL: s.URL})
				if !bytes.Equal(got.Body, tc.want) || got.ContentType != "application/rss+xml" {
					t.Fatalf("%d bytes of %q, want %d", len(got.Body), got.ContentType, len(tc.want))
				}
			}
		})
	}
}

func TestBodiesAreTheCallersOwn(t *testing.T) {
	n := 0
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		n++
		w.Write(bytes.Repeat([]byte(strconv.Itoa(n%10)), 5000))
	})
	c := newClient(t, fetch.Options{}, s)
	first := mustGet(t, c, fetch.Request{URL: s.URL}).Body
	mustGet(t, c, fetch.Request{URL: s.URL})
	if !bytes.Equal(first, bytes.Repeat([]byte("1"), 5000)) {
		t.Error("the second fetch wrote into the first body")
	}
}

func TestBrokenEncodings(t *testing.T) {
	text := []byte(strings.Repeat("some text that is long enough ", 500))
	cut := func(b []byte) []byte { return b[:len(b)*2/3] }
	flip := func(b []byte) []byte { b = bytes.Clone(b); b[len(b)-6] ^= 0xff; return b }
	cases := []struct {
		name, coding string
		body         []byte
	}{
		{"half a gzip", "gzip", cut(pack(t, "gzip", text))},
		{"half a brotli", "br", cut(pack(t, "br", text))},
		{"half a zstd", "zstd", cut(pack(t, "zstd", text))},
		{"half a deflate", "deflate", cut(pack(t, "zlib", text))},
		{"wrong checksum", "gzip", flip(pack(t, "gzip", text))},
		{"no brotli", "br", text},
		{"no zstd", "zstd", text},
		{"unknown coding", "compress", text},
		{"too many codings", "gzip, gzip, gzip", pack(t, "gzip", text)},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			s := serve(t, tc.coding, tc.body)
			c := newClient(t, fetch.Options{}, s)
			wantError(t, c, fetch.Request{URL: s.URL}, fetch.ReasonDecode, "compression")
			// The decoder is fit for the next answer.
			good := serve(t, "br", pack(t, "br", text))
			if got := mustGet(t, newClient(t, fetch.Options{}, good), fetch.Request{URL: good.URL}); !bytes.Equal(got.Body, text) {
				t.Error("the next body is wrong")
			}
		})
	}
}

// TestBombs: what would decode to far more than the bound is stopped at the bound,
// at a cost in memory that has nothing to do with the bomb's size.
func TestBombs(t *testing.T) {
	zeros := make([]byte, 16<<20)
	const bound = 256 << 10
	for _, tc := range []struct {
		coding, packer string
		memory         uint64 // allocated in all, measured with ample room; the window rules it
	}{
		{"gzip", "gzip", 4 << 20},
		{"br", "br", 24 << 20},
		{"zstd", "zstd", 24 << 20},
		{"deflate", "zlib", 4 << 20},
		{"gzip, gzip", "gzip", 4 << 20},
	} {
		t.Run(tc.coding, func(t *testing.T) {
			body := pack(t, tc.packer, zeros)
			if tc.coding == "gzip, gzip" {
				body = pack(t, "gzip", body)
			}
			if len(body) > bound {
				t.Fatalf("the bomb has %d bytes: the test would measure the wrong bound", len(body))
			}
			s := serve(t, tc.coding, body)
			c := newClient(t, fetch.Options{MaxBytes: bound}, s)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			e := wantError(t, c, fetch.Request{URL: s.URL}, fetch.ReasonTooLarge, "larger than 256 KiB")
			runtime.ReadMemStats(&after)
			if !errors.Is(e, feeds.ErrTooLarge) {
				t.Errorf("%v is not feeds.ErrTooLarge", e)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > tc.memory {
				t.Errorf("allocated %d KiB, want at most %d", used>>10, tc.memory>>10)
			}
		})
	}
}

func TestBound(t *testing.T) {
	const bound = 10_000
	for _, tc := range []struct {
		size    int
		chunked bool
		fits    bool
	}{{bound, false, true}, {bound, true, true}, {bound + 1, false, false}, {bound + 1, true, false}} {
		s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
			if !tc.chunked {
				w.Header().Set("Content-Length", strconv.Itoa(tc.size))
			}
			w.Write(bytes.Repeat([]byte("x"), tc.size))
		})
		c := newClient(t, fetch.Options{MaxBytes: bound}, s)
		if tc.fits {
			if got := mustGet(t, c, fetch.Request{URL: s.URL}); len(got.Body) != tc.size {
				t.Errorf("%+v: %d bytes", tc, len(got.Body))
			}
			continue
		}
		wantError(t, c, fetch.Request{URL: s.URL}, fetch.ReasonTooLarge, "larger than 9.766 KiB")
	}
}

// TestEndlessBody: the server would never stop by itself.
func TestEndlessBody(t *testing.T) {
	stopped := make(chan struct{})
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		defer close(stopped)
		for {
			if _, err := w.Write(bytes.Repeat([]byte("x"), 4096)); err != nil {
				return
			}
		}
	})
	wantError(t, newClient(t, fetch.Options{MaxBytes: 1 << 20}, s), fetch.Request{URL: s.URL}, fetch.ReasonTooLarge, "1 MiB")
	<-stopped
}

func TestSlowDripEndsByTheWholeTimeout(t *testing.T) {
	for _, headers := range []bool{true, false} {
		s := rawSite(t, func(conn net.Conn) error {
			text := "HTTP/1.1 200 OK\r\nX-Filler: "
			if headers {
				text = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
			}
			_, err := io.WriteString(conn, text)
			for err == nil {
				time.Sleep(10 * time.Millisecond) // each pause far below the limit
				_, err = io.WriteString(conn, "x")
			}
			return nil // the client hung up, as it should
		})
		c := newClient(t, fetch.Options{Timeout: 150 * time.Millisecond, Allow: []string{s}})
		wantError(t, c, fetch.Request{URL: "http://" + s}, fetch.ReasonTimeout, "127.0.0.1 gave no complete answer within 150ms")
	}
}

// TestTimeIsForAllHops: redirects do not start the clock anew.
func TestTimeIsForAllHops(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(60 * time.Millisecond)
		http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
	})
	c := newClient(t, fetch.Options{Timeout: 200 * time.Millisecond, MaxRedirects: 50}, s)
	wantError(t, c, fetch.Request{URL: s.URL + "/"}, fetch.ReasonTimeout, "200ms")
	if n := len(s.requests()); n > 4 {
		t.Errorf("%d hops of 60 ms within 200 ms", n)
	}
}

// rawSite answers each connection's first request with whatever write says.
func rawSite(t *testing.T, write func(net.Conn) error) (pair string) {
	t.Helper()
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
			if _, err = conn.Read(make([]byte, 4096)); err == nil {
				err = write(conn)
			}
			if closeErr := conn.Close(); err != nil || closeErr != nil {
				t.Logf("raw server: %v, %v", err, closeErr)
			}
		}
	}()
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	return l.Addr().String()
}

// TestHostileAnswers sends bytes no decent server would.
func TestHostileAnswers(t *testing.T) {
	cases := []struct {
		name, answer string
		reason       fetch.Reason
		words        string
	}{
		{"half answer", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<rss>", fetch.ReasonNetwork, "broke off before its end"},
		{"half a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n<rss>", fetch.ReasonNetwork, "broke off before its end"},
		{"no last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n", fetch.ReasonNetwork, "broke off before its end"},
		{"no answer", "", fetch.ReasonNetwork, "the connection to 127.0.0.1 failed"},
		{"no HTTP", "220 mail.example.org ESMTP\r\n", fetch.ReasonNetwork, "the connection to 127.0.0.1 failed"},
		{"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n<rss>", fetch.ReasonNetwork, "failed"},
		{"claims a terabyte", "HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n<rss>", fetch.ReasonTooLarge, "larger than 16 MiB"},
		{"header bomb", "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-A: "+strings.Repeat("a", 1000)+"\r\n", 1000) + "\r\n", fetch.ReasonNetwork, "failed"},
		{"one endless header", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("a", 1<<20), fetch.ReasonNetwork, "failed"},
		{"switches protocols", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", fetch.ReasonStatus, "101"},
		{"status out of range", "HTTP/1.1 99 Odd\r\n\r\n", fetch.ReasonNetwork, "failed"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			s := rawSite(t, func(conn net.Conn) error {
				// A client that has seen enough hangs up on us: not this server's failure.
				if _, err := io.WriteString(conn, tc.answer); err != nil {
					t.Logf("write: %v", err)
				}
				return nil
			})
			c := newClient(t, fetch.Options{Allow: []string{s}, Timeout: 5 * time.Second})
			wantError(t, c, fetch.Request{URL: "http://" + s + "/"}, tc.reason, tc.words)
		})
	}
}

func TestSwitchingProtocolsDoesNotHang(t *testing.T) {
	release := make(chan struct{})
	s := rawSite(t, func(conn net.Conn) error {
		_, err := io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")
		<-release // says nothing more and keeps the connection
		return err
	})
	c := newClient(t, fetch.Options{Allow: []string{s}, Timeout: 30 * time.Second})
	wantError(t, c, fetch.Request{URL: "http://" + s + "/"}, fetch.ReasonStatus, "101")
	close(release)
}

func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	pair := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	c := newClient(t, fetch.Options{Allow: []string{pair}})
	wantError(t, c, fetch.Request{URL: "http://" + pair}, fetch.ReasonNetwork, "127.0.0.1 accepts no connections")
}

// TestBrotliWindowIsBounded: a stream that declares the largest window and fails must
// not leave it in memory for each fetch that met it.
func TestBrotliWindowIsBounded(t *testing.T) {
	var buf bytes.Buffer
	w := brotli.NewWriterOptions(&buf, brotli.WriterOptions{Quality: 1, LGWin: 24})
	noise := make([]byte, 1<<20)
	for i := range noise {
		noise[i] = byte(i * i >> 7)
	}
	if _, err := w.Write(noise); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil { // no end
		t.Fatal(err)
	}
	s := serve(t, "br", buf.Bytes())
	c := newClient(t, fetch.Options{PerHost: 16}, s)
	errs := make(chan error, 16)
	for range cap(errs) {
		go func() {
			_, err := c.Get(t.Context(), fetch.Request{URL: s.URL})
			errs <- err
		}()
	}
	for range cap(errs) {
		var e *fetch.Error
		if err := <-errs; !errors.As(err, &e) || e.Reason != fetch.ReasonDecode {
			t.Errorf("error %v, want decode", err)
		}
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.HeapAlloc > 48<<20 {
		t.Errorf("%d MiB on the heap after 16 hostile streams", m.HeapAlloc>>20)
	}
}

func ExampleBackoff() {
	for failures := range 6 {
		fmt.Println(failures, fetch.Backoff(failures, time.Minute, 10*time.Minute, 1))
	}
	// Output:
	// 0 0s
	// 1 1m0s
	// 2 2m0s
	// 3 4m0s
	// 4 8m0s
	// 5 10m0s
}
