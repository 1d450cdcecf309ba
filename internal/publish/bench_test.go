package publish_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/publish"
)

// large is a world in which a feed is full: 50 stories of 1.5 KiB HTML, two copies each.
func large() *world {
	w := newWorld()
	w.stories = nil
	text := strings.Repeat("<p>Officials met in Tripoli &amp; agreed on a plan of action.</p>", 24)
	for i := range 50 {
		w.stories = append(w.stories, story(fmt.Sprintf("%026d", 99-i), label(feeds.LabelCountry, "LY", "MA"),
			copyFrom(int64(2*i), "iom-hq", i, feeds.Entry{Title: fmt.Sprintf("Story %d", i), Link: fmt.Sprintf("https://iom.example/%d", i), Language: "en", Summary: text, Content: text}),
			copyFrom(int64(2*i+1), "daily", i, feeds.Entry{Title: "Copy", Link: fmt.Sprintf("https://daily.example/%d", i), Language: "en"})))
	}
	return w
}

// BenchmarkServe304 is the answer alone, without a network.
func BenchmarkServe304(b *testing.B) { benchmarkServe(b, true) }

// BenchmarkServe200 sends a gzipped document of 50 entries.
func BenchmarkServe200(b *testing.B) { benchmarkServe(b, false) }

// quiet is a response writer that keeps nothing.
type quiet struct{ h http.Header }

func (q quiet) Header() http.Header         { return q.h }
func (q quiet) Write(b []byte) (int, error) { return len(b), nil }
func (q quiet) WriteHeader(int)             {}

func benchmarkServe(b *testing.B, conditional bool) {
	p := large().publisher(b)
	etag := get(b, p, "country/ly.atom").ETag
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		r := httptest.NewRequest(http.MethodGet, "/feeds/country/ly.atom", nil)
		r.Header.Set("Accept-Encoding", "gzip")
		if conditional {
			r.Header.Set("If-None-Match", etag)
		}
		w := quiet{make(http.Header)}
		for pb.Next() {
			clear(w.h)
			if err := p.ServeFeed(w, r, "country/ly.atom"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkHTTP304 goes through net/http on loopback with connections kept alive; the
// clients share the machine with the server. It reports requests a second.
func BenchmarkHTTP304(b *testing.B) {
	p := large().publisher(b, func(o *publish.Options) { o.Now = time.Now })
	etag := get(b, p, "country/ly.atom").ETag
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := p.ServeFeed(w, r, strings.TrimPrefix(r.URL.Path, "/feeds/")); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
	defer server.Close()
	request := []byte("GET /feeds/country/ly.atom HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nIf-None-Match: " + etag + "\r\n\r\n")
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			b.Error(err)
			return
		}
		defer conn.Close()
		reader := bufio.NewReader(conn)
		for pb.Next() {
			if _, err := conn.Write(request); err != nil {
				b.Error(err)
				return
			}
			if err := readNotModified(reader); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}

// readNotModified reads an answer as cheaply as a load generator does.
func readNotModified(r *bufio.Reader) error {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !strings.HasPrefix(string(line), "HTTP/1.1 304") {
		return fmt.Errorf("got %q", line)
	}
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			return nil
		}
	}
}

// BenchmarkRender is a change of content: select, compose, write, hash.
func BenchmarkRender(b *testing.B) {
	for _, f := range []string{"atom", "rss", "json"} {
		b.Run(f, func(b *testing.B) {
			w := large()
			p := w.publisher(b)
			b.ReportAllocs()
			for b.Loop() {
				w.change(func(w *world) { w.stories[0].Changed = w.now; w.stories[0].Updated = w.now })
				if _, err := io.Discard.Write(get(b, p, "country/ly."+f).Body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRevalidate is a commit that did not touch the channel.
func BenchmarkRevalidate(b *testing.B) {
	w := large()
	p := w.publisher(b)
	b.ReportAllocs()
	for b.Loop() {
		w.change(nil)
		get(b, p, "country/ly.atom")
	}
}
