package load

import (
	"bufio"
	"bytes"
	"net"
	"time"
)

const (
	maxLine    = 8 << 10
	maxHeaders = 100
	idleLimit  = time.Minute
)

// request is what the server looks at. Slices are into the reader's buffer or hold
// copies in buf.
type request struct {
	feed          *served
	get           bool
	noneMatch     []byte
	modifiedSince []byte
	gzip, close   bool
	buf           []byte
}

// talk answers one connection's requests until it ends. A client that hangs up or
// talks nonsense ends it; there is nobody to report that to.
func (s *Server) talk(conn net.Conn) {
	// The peer sees the end of the connection in any case.
	defer func() { _ = conn.Close() }()
	r := bufio.NewReaderSize(conn, maxLine)
	req := request{buf: make([]byte, 0, 512)}
	for {
		if err := conn.SetDeadline(time.Now().Add(idleLimit)); err != nil {
			return
		}
		if !s.read(r, &req) {
			return
		}
		out := s.answer(&req)
		s.counters.requests.Add(1)
		s.counters.bytes.Add(int64(len(out)))
		if _, err := conn.Write(out); err != nil || req.close {
			return
		}
	}
}

// read reads a request's head; false when the connection is over.
func (s *Server) read(r *bufio.Reader, req *request) bool {
	*req = request{buf: req.buf[:0]}
	line, err := r.ReadSlice('\n')
	if err != nil {
		return false
	}
	method, rest, _ := bytes.Cut(line, []byte(" "))
	path, version, ok := bytes.Cut(rest, []byte(" "))
	req.get = string(method) == "GET"
	req.close = !ok || !bytes.HasPrefix(version, []byte("HTTP/1.1"))
	req.feed = s.byPath[string(path)]
	for range maxHeaders {
		if line, err = r.ReadSlice('\n'); err != nil {
			return false
		}
		if line = bytes.TrimRight(line, "\r\n"); len(line) == 0 {
			return true
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.Trim(value, " \t")
		switch {
		case is(name, "if-none-match"):
			req.noneMatch = req.keep(value)
		case is(name, "if-modified-since"):
			req.modifiedSince = req.keep(value)
		case is(name, "accept-encoding"):
			req.gzip = bytes.Contains(value, []byte("gzip"))
		case is(name, "connection"):
			req.close = req.close || is(value, "close")
		}
	}
	return false
}

// keep copies a header's value, which the next line may overwrite.
func (q *request) keep(value []byte) []byte {
	start := len(q.buf)
	q.buf = append(q.buf, value...)
	return q.buf[start:len(q.buf):len(q.buf)]
}

// is compares ASCII names; lower is in lower case.
func is(name []byte, lower string) bool {
	if len(name) != len(lower) {
		return false
	}
	for i := range name {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// answer chooses the prepared bytes. Validators count when they come back byte for
// byte; If-None-Match rules If-Modified-Since out (RFC 9110, 13.1.3).
func (s *Server) answer(req *request) []byte {
	c := &s.counters
	if !req.get {
		c.bad.Add(1)
		return plain(405, "Method Not Allowed")
	}
	if req.feed == nil {
		c.notFound.Add(1)
		return plain(404, "Not Found")
	}
	now := req.feed.current.Load()
	same := false
	switch {
	case req.noneMatch != nil:
		c.conditional.Add(1)
		same = string(req.noneMatch) == now.etag
	case req.modifiedSince != nil:
		c.conditional.Add(1)
		same = string(req.modifiedSince) == now.modified
	}
	switch {
	case same:
		c.notModified.Add(1)
		return now.notModified
	case req.gzip && now.gzip != nil:
		c.gzip.Add(1)
		return now.gzip
	default:
		c.full.Add(1)
		return now.full
	}
}
