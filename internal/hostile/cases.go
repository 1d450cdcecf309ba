package hostile

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func allCases() []Case {
	cases := slices.Concat(slow(), bombs(), large(), codings(), lengths(), protocols(), redirects(), statuses(), contents(), tlsCases())
	slices.SortFunc(cases, func(a, b Case) int { return strings.Compare(a.Name, b.Name) })
	return cases
}

// slow never end by themselves.
func slow() []Case {
	const ok = "HTTP/1.1 200 OK\r\n"
	filler := strings.Repeat("a", 4096)
	drip := func(name, start, piece string) Case {
		return Case{Name: name, Want: Timeout, Slow: true, serve: again(start, piece, true)}
	}
	flood := func(name, want, start, piece string, also ...string) Case {
		return Case{Name: name, Want: want, Also: also, serve: again(start, piece, false)}
	}
	return []Case{
		{Name: "silence", Want: Timeout, Slow: true, serve: func(s *Server, _ http.ResponseWriter, r *http.Request) {
			for s.pause(r) {
				continue
			}
		}},
		drip("drip-status", "HT", "T"),
		drip("drip-headers", ok+"X-Filler: ", "x"),
		drip("drip-header-lines", ok, "X: y\r\n"),
		drip("drip-body", ok+"Content-Length: 100000\r\n\r\n<rss>", " "),
		drip("drip-body-to-close", ok+"\r\n<rss>", " "),
		drip("drip-chunks", ok+"Transfer-Encoding: chunked\r\n\r\n", "1\r\n<\r\n"),
		drip("drip-gzip", ok+"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00", "\x00"),
		drip("drip-1xx", "", "HTTP/1.1 103 Early Hints\r\n\r\n"),
		drip("body-that-stops", ok+"Content-Length: 100000\r\n\r\n"+filler, ""),
		flood("endless-body", TooLarge, ok+"\r\n<rss>", filler),
		flood("endless-body-of-items", TooLarge, ok+"\r\n<rss><channel>", "<item><title>x</title></item>\n"),
		flood("endless-chunks", TooLarge, ok+"Transfer-Encoding: chunked\r\n\r\n", "1000\r\n"+filler+"\r\n"),
		flood("endless-tiny-chunks", TooLarge, ok+"Transfer-Encoding: chunked\r\n\r\n", "1\r\n<\r\n", Network, Timeout),
		flood("endless-chunk-extension", Network, ok+"Transfer-Encoding: chunked\r\n\r\n1;x=", filler),
		flood("endless-trailers", Network, ok+"Transfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n0\r\n", "X-T: "+filler+"\r\n"),
		flood("endless-headers", Network, ok, "X-A: "+filler+"\r\n"),
		flood("endless-header-line", Network, ok+"X-A: ", filler),
		flood("endless-status-line", Network, "HTTP/1.1 200 ", filler),
		flood("endless-folding", Network, ok+"X-A: a\r\n", " "+filler+"\r\n"),
		flood("endless-1xx", Network, "", "HTTP/1.1 102 Processing\r\nX-A: "+filler+"\r\n\r\n"),
		flood("endless-100-continue", Network, "", "HTTP/1.1 100 Continue\r\n\r\n", Timeout),
		flood("endless-redirect-body", Redirect, "HTTP/1.1 302 Found\r\nLocation: /endless-redirect-body\r\n\r\n", filler),
		flood("endless-404-body", Status, "HTTP/1.1 404 Not Found\r\n\r\n", filler),
	}
}

// lengths lie about where the answer ends.
func lengths() []Case {
	const ok = "HTTP/1.1 200 OK\r\n"
	doc := string(feed(3, ""))
	n := strconv.Itoa(len(doc))
	bad := func(name, want, answer string) Case { return Case{Name: name, Want: want, serve: text(answer)} }
	good := func(name string, items int, answer string) Case {
		return Case{Name: name, Items: items, serve: text(answer)}
	}
	return []Case{
		good("length-short", 1, ok+"Content-Length: "+strconv.Itoa(strings.Index(doc, "</item>")+7)+"\r\n\r\n"+doc),
		good("length-twice-the-same", 3, ok+"Content-Length: "+n+"\r\nContent-Length: "+n+"\r\n\r\n"+doc),
		good("length-beside-chunks", 3, ok+"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"+fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(doc), doc)),
		good("no-length", 3, ok+"\r\n"+doc),
		bad("length-long", Network, ok+"Content-Length: 100000\r\n\r\n"+doc),
		bad("length-negative", Network, ok+"Content-Length: -5\r\n\r\n"+doc),
		bad("length-no-number", Network, ok+"Content-Length: many\r\n\r\n"+doc),
		bad("length-overflow", Network, ok+"Content-Length: 99999999999999999999999\r\n\r\n"+doc),
		bad("length-two-different", Network, ok+"Content-Length: "+n+"\r\nContent-Length: 7\r\n\r\n"+doc),
		bad("length-of-a-terabyte", TooLarge, ok+"Content-Length: 1099511627776\r\n\r\n"+doc),
		bad("half-answer", Network, ok+"Content-Length: "+n+"\r\n\r\n"+doc[:len(doc)/2]),
		bad("half-headers", Network, ok+"Content-Type: text/x"),
		bad("half-chunk", Network, ok+"Transfer-Encoding: chunked\r\n\r\n64\r\n<rss>"),
		bad("no-last-chunk", Network, ok+"Transfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n"),
		bad("chunk-garbage", Network, ok+"Transfer-Encoding: chunked\r\n\r\nhello\r\n<rss>\r\n"),
		bad("chunk-negative", Network, ok+"Transfer-Encoding: chunked\r\n\r\n-5\r\n<rss>\r\n0\r\n\r\n"),
		bad("chunk-overflow", Network, ok+"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n<rss>\r\n"),
		bad("transfer-coding-unknown", Network, ok+"Transfer-Encoding: gzip\r\n\r\n"+doc),
		bad("no-answer", Network, ""),
		{Name: "reset", Want: Network, serve: raw(func(_ *Server, _ *http.Request, conn net.Conn, _ *bufio.Writer) error {
			return linger(conn)
		})},
		{Name: "reset-in-body", Want: Network, serve: raw(func(_ *Server, _ *http.Request, conn net.Conn, out *bufio.Writer) error {
			if _, err := out.WriteString(ok + "Content-Length: 100000\r\n\r\n" + doc); err != nil {
				return err
			}
			return linger(conn)
		})},
	}
}

// linger makes the end of a connection a reset.
func linger(conn net.Conn) error {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return io.ErrClosedPipe
	}
	return tcp.SetLinger(0)
}

// protocols are no HTTP, or bad HTTP.
func protocols() []Case {
	bad := func(name, want, answer string, also ...string) Case {
		return Case{Name: name, Want: want, Also: also, serve: text(answer)}
	}
	doc := string(feed(1, ""))
	return []Case{
		bad("http-0.9", Network, doc),
		bad("smtp", Network, "220 mail.example.org ESMTP\r\n"),
		bad("binary", Network, strings.Repeat("\x00\xff\x80\x01", 500)),
		bad("tls-alert-on-plain", Network, "\x15\x03\x01\x00\x02\x02\x16"),
		bad("http-9.9", Network, "HTTP/9.9 200 OK\r\n\r\n"+doc, Document),
		bad("small-letters", Network, "http/1.1 200 ok\r\n\r\n"+doc),
		bad("status-of-two-digits", Network, "HTTP/1.1 99 Odd\r\n\r\n"),
		bad("status-no-number", Network, "HTTP/1.1 OK\r\n\r\n"),
		bad("status-negative", Network, "HTTP/1.1 -20 Odd\r\n\r\n"),
		bad("header-without-colon", Network, "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n"+doc),
		bad("header-name-with-space", Network, "HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n"+doc, Document),
		bad("header-with-nul", Network, "HTTP/1.1 200 OK\r\nX-A: a\x00b\r\n\r\n"+doc, Document),
		bad("headers-by-the-thousand", Network, "HTTP/1.1 200 OK\r\n"+strings.Repeat("X-A: "+strings.Repeat("a", 50)+"\r\n", 10_000)+"\r\n"),
		bad("switching-protocols", Status, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", Network),
		{Name: "line-ends-of-unix", Items: 1, serve: text("HTTP/1.1 200 OK\nContent-Type: text/xml\n\n" + doc)},
		{Name: "header-folded", Items: 1, serve: text("HTTP/1.1 200 OK\r\nContent-Type: text/xml;\r\n charset=utf-8\r\n\r\n" + doc)},
		{Name: "early-hints", Items: 1, serve: text("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + doc)},
	}
}

// tlsCases are behind doors with something wrong, or come over HTTP/2.
func tlsCases() []Case {
	document := with(200, feed(2, ""))
	return []Case{
		{Name: "tls-self-signed", Want: TLS, door: selfSigned, serve: document},
		{Name: "tls-expired", Want: TLS, door: expired, serve: document},
		{Name: "tls-wrong-name", Want: TLS, door: wrongName, serve: document},
		{Name: "tls-garbage", Want: TLS, Also: []string{Network}, door: garbage, serve: document},
		{Name: "tls-silence", Want: Timeout, Also: []string{Network, TLS}, Slow: true, door: silent, serve: document},
		{Name: "h2", Items: 2, door: secure, serve: document},
		{Name: "h2-endless-body", Want: TooLarge, door: secure, serve: func(s *Server, w http.ResponseWriter, _ *http.Request) {
			_, _ = io.Copy(w, untilStopped{s, zeroReader{}})
		}},
		{Name: "h2-bomb", Want: TooLarge, door: secure, serve: lazily(func() []byte { return packed("gzip", zeros(48<<20)) }, "Content-Encoding", "gzip")},
		{Name: "h2-headers", Want: Network, door: secure, serve: func(_ *Server, w http.ResponseWriter, _ *http.Request) {
			for i := range 2000 {
				w.Header().Set("X-"+strconv.Itoa(i), strings.Repeat("a", 1000))
			}
		}},
		{Name: "h2-drip", Want: Timeout, Slow: true, door: secure, serve: func(s *Server, w http.ResponseWriter, r *http.Request) {
			for s.pause(r) {
				_, _ = io.WriteString(w, " ")
				_ = http.NewResponseController(w).Flush()
			}
		}},
		{Name: "h2-reset", Want: Network, door: secure, serve: func(_ *Server, w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "<rss>")
			_ = http.NewResponseController(w).Flush()
			time.Sleep(time.Millisecond)
			panic(http.ErrAbortHandler)
		}},
	}
}
