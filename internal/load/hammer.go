package load

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"
)

const (
	maxConns  = 1024
	maxHammer = 10 * time.Minute
	answerIn  = 10 * time.Second // for one answer
)

// Report is what Hammer saw.
type Report struct {
	Requests  int           // answered
	Status    map[int]int   // answers by status
	Bytes     int64         // received, heads included
	Errors    int           // connections that failed or answers that could not be read
	FirstErr  string        // one of them
	Elapsed   time.Duration // from the first request to the last answer
	PerSecond float64
	P50, P99  time.Duration // of the time from sending a request to the end of its answer; within 3 %
}

// String is one line for a benchmark's output.
func (r Report) String() string {
	return fmt.Sprintf("%d requests in %.1f s: %.0f/s, p50 %s, p99 %s, %v, %d errors",
		r.Requests, r.Elapsed.Seconds(), r.PerSecond, r.P50, r.P99, r.Status, r.Errors)
}

// Hammer asks for rawURL again and again over conns kept-alive connections, one
// request at a time on each, for d or until ctx ends. header goes with each request.
// It fails without sending anything when the URL is not plain HTTP on a literal
// loopback address ("localhost" counts), or when conns or d are out of bounds.
func Hammer(ctx context.Context, rawURL string, header http.Header, conns int, d time.Duration) (Report, error) {
	address, request, err := prepare(rawURL, header)
	if err != nil {
		return Report{}, fmt.Errorf("hammer: %w", err)
	}
	if conns < 1 || conns > maxConns || d <= 0 || d > maxHammer {
		return Report{}, fmt.Errorf("hammer: want 1 to %d connections and at most %s, got %d and %s", maxConns, maxHammer, conns, d)
	}
	start := time.Now()
	ctx, cancel := context.WithDeadline(ctx, start.Add(d))
	defer cancel()
	workers := make([]worker, conns)
	var wg sync.WaitGroup
	for i := range workers {
		w := &workers[i]
		*w = worker{address: address, request: request, status: map[int]int{}, latencies: make([]int, buckets)}
		wg.Go(func() { w.run(ctx) })
	}
	wg.Wait()
	return sum(workers, time.Since(start)), nil
}

// prepare checks the URL and writes the request.
func prepare(rawURL string, header http.Header) (address string, request []byte, err error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return "", nil, fmt.Errorf("read address: %w", err)
	}
	host, port := u.Hostname(), u.Port()
	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || !ip.IsLoopback() || u.Scheme != "http" || port == "" {
		return "", nil, fmt.Errorf("address %q is not http on a loopback address with a port", rawURL)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\n", u.RequestURI(), u.Host)
	if err := header.Write(&b); err != nil {
		return "", nil, fmt.Errorf("write header: %w", err)
	}
	b.WriteString("\r\n")
	return net.JoinHostPort(host, port), b.Bytes(), nil
}

// worker is one connection's tally.
type worker struct {
	address   string
	request   []byte
	requests  int
	bytes     int64
	status    map[int]int
	errors    int
	firstErr  error
	latencies []int // by bucket
}

// run asks until ctx ends, with a new connection when the old one ended. It gives up
// after a few failures without an answer between them.
func (w *worker) run(ctx context.Context) {
	deadline, _ := ctx.Deadline() // Hammer set one
	// A connection attempt can fail by the deadline a moment before ctx says so.
	over := func() bool { return ctx.Err() != nil || !time.Now().Before(deadline) }
	for fruitless := 0; fruitless < 3 && !over(); {
		before := w.requests
		if err := w.converse(ctx, deadline); err != nil && !over() {
			w.errors++
			if w.firstErr == nil {
				w.firstErr = err
			}
		}
		if w.requests == before {
			fruitless++
		} else {
			fruitless = 0
		}
	}
}

// converse uses one connection until the server ends it or ctx, whose deadline is
// given, does.
func (w *worker) converse(ctx context.Context, deadline time.Time) error {
	conn, err := (&net.Dialer{Timeout: answerIn}).DialContext(ctx, "tcp", w.address)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	err = conn.SetDeadline(deadline.Add(answerIn))
	stop := context.AfterFunc(ctx, func() {
		// Ends an answer that is still awaited; a failure leaves the deadline above.
		_ = conn.SetDeadline(time.Now().Add(100 * time.Millisecond))
	})
	defer stop()
	r := bufio.NewReaderSize(conn, 32<<10)
	last := false
	for start := time.Now(); err == nil && !last && ctx.Err() == nil; {
		if _, err = conn.Write(w.request); err != nil {
			break
		}
		var a reply
		if a, err = readReply(r); err != nil {
			break
		}
		now := time.Now()
		w.latencies[bucket(now.Sub(start))]++
		start, last = now, a.close
		w.requests++
		w.bytes += a.size
		w.status[a.status]++
	}
	return errors.Join(err, conn.Close())
}

// reply is what Hammer notices of an answer.
type reply struct {
	status int
	size   int64
	close  bool
}

// readReply reads an HTTP/1.1 answer to a GET and throws its body away.
func readReply(r *bufio.Reader) (reply, error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return reply{}, fmt.Errorf("read status line: %w", err)
	}
	a := reply{size: int64(len(line))}
	if len(line) < 12 || string(line[:7]) != "HTTP/1." {
		return reply{}, fmt.Errorf("read status line: no HTTP in %.40q", line)
	}
	if a.status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return reply{}, fmt.Errorf("read status line: %w", err)
	}
	a.close = line[7] == '0'
	length, chunked := int64(-1), false
	for {
		if line, err = r.ReadSlice('\n'); err != nil {
			return reply{}, fmt.Errorf("read header: %w", err)
		}
		a.size += int64(len(line))
		if line = bytes.TrimRight(line, "\r\n"); len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch {
		case is(name, "content-length"):
			if length, err = strconv.ParseInt(string(bytes.TrimSpace(value)), 10, 64); err != nil || length < 0 {
				return reply{}, fmt.Errorf("read header: bad length %.40q", value)
			}
		case is(name, "transfer-encoding"):
			chunked = bytes.Contains(value, []byte("chunked"))
		case is(name, "connection"):
			a.close = a.close || is(bytes.TrimSpace(value), "close")
		}
	}
	switch {
	case a.status == 304 || a.status == 204 || a.status < 200:
		return a, nil
	case chunked:
		n, err := skipChunks(r)
		a.size += n
		return a, err
	case length < 0:
		a.close = true
		n, err := io.Copy(io.Discard, r)
		a.size += n
		return a, err
	}
	n, err := io.CopyN(io.Discard, r, length)
	a.size += n
	if err != nil {
		return reply{}, fmt.Errorf("read body: %w", err)
	}
	return a, nil
}

func skipChunks(r *bufio.Reader) (int64, error) {
	total := int64(0)
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return total, fmt.Errorf("read chunk: %w", err)
		}
		total += int64(len(line))
		digits, _, _ := bytes.Cut(bytes.TrimRight(line, "\r\n"), []byte(";"))
		size, err := strconv.ParseInt(string(digits), 16, 32)
		if err != nil || size < 0 {
			return total, fmt.Errorf("read chunk: bad size %.20q", digits)
		}
		n, err := io.CopyN(io.Discard, r, size+2) // with the line end; no trailers are expected
		total += n
		if err != nil {
			return total, fmt.Errorf("read chunk: %w", err)
		}
		if size == 0 {
			return total, nil
		}
	}
}

// Latencies are counted in buckets that grow by a factor of 2 every 32.
const (
	perDoubling = 32
	buckets     = 40 * perDoubling
)

func bucket(d time.Duration) int {
	n := uint64(max(d, 0))
	shift := 0
	for n >= 2*perDoubling {
		n >>= 1
		shift++
	}
	return min(shift*perDoubling+int(n), buckets-1)
}

// middle is the duration in the middle of a bucket.
func middle(b int) time.Duration {
	if b < 2*perDoubling {
		return time.Duration(b)
	}
	shift := b/perDoubling - 1
	return time.Duration((uint64(b%perDoubling+perDoubling)<<shift + uint64(1)<<shift/2))
}

func sum(workers []worker, elapsed time.Duration) Report {
	r := Report{Status: map[int]int{}, Elapsed: elapsed}
	all := make([]int, buckets)
	for i := range workers {
		w := &workers[i]
		r.Requests += w.requests
		r.Bytes += w.bytes
		r.Errors += w.errors
		if w.firstErr != nil && r.FirstErr == "" {
			r.FirstErr = w.firstErr.Error()
		}
		for status, n := range w.status {
			r.Status[status] += n
		}
		for b, n := range w.latencies {
			all[b] += n
		}
	}
	r.PerSecond = float64(r.Requests) / elapsed.Seconds()
	quantile := func(q float64) time.Duration {
		rank, seen := int(q*float64(r.Requests)), 0
		return middle(slices.IndexFunc(all, func(n int) bool { seen += n; return seen > rank }))
	}
	if r.Requests > 0 {
		r.P50, r.P99 = quantile(0.50), quantile(0.99)
	}
	return r
}
