package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"tributary/feeds"
)

const (
	scratchSize = 64 << 10  // a usual feed fits
	handOver    = 256 << 10 // bodies from here on are given away with their buffer instead of copied
	maxCodings  = 2         // Content-Encodings on one answer
)

// scratch holds reusable read buffers of scratchSize to handOver bytes.
type scratch struct{ pool sync.Pool }

func (s *scratch) get() []byte {
	if b, ok := s.pool.Get().(*[]byte); ok {
		return (*b)[:0]
	}
	return make([]byte, 0, scratchSize)
}

func (s *scratch) put(b []byte) {
	if cap(b) >= scratchSize && cap(b) < handOver {
		s.pool.Put(&b)
	}
}

// body is one answer's body on its way to the caller.
type body struct {
	client *Client
	ctx    context.Context
	lease  *lease
	clock  *clock
}

// read reads an answer whole, within the bound, and undoes its encodings. It reads
// everything before it decodes anything: a half answer is found first, and no decoder
// waits for a slow network.
func (b *body) read(res *http.Response) ([]byte, error) {
	c := b.client
	if res.ContentLength > c.maxBytes {
		return nil, fmt.Errorf("read body of %d bytes: %w", res.ContentLength, feeds.ErrTooLarge)
	}
	raw, err := b.receive(c.scratch.get(), res.Body, res.ContentLength)
	if err != nil {
		c.scratch.put(raw)
		return nil, fmt.Errorf("read body: %w", err)
	}
	codings, err := contentCodings(res.Header)
	if err != nil {
		c.scratch.put(raw)
		return nil, err
	}
	declared := len(codings) > 0
	for len(codings) > 0 {
		last := codings[len(codings)-1]
		codings = codings[:len(codings)-1]
		if raw, err = b.undo(last, raw); err != nil {
			return nil, err
		}
	}
	if !declared && isGzip(raw) {
		// A stored .xml.gz sent as it is, or an encoding that was not declared.
		if raw, err = b.undo("gzip", raw); err != nil {
			return nil, err
		}
	}
	if cap(raw) >= handOver {
		b.lease.keep(int64(cap(raw)))
		return raw, nil
	}
	out := bytes.Clone(raw)
	c.scratch.put(raw)
	return out, nil
}

// receive appends r to dst until its end, which one byte over the bound is too. Each
// time dst must grow the lease is asked first. declared is the length that the answer
// claims, or negative; nothing is made ready for it before some of it has come.
func (b *body) receive(dst []byte, r io.Reader, declared int64) ([]byte, error) {
	limit := b.client.maxBytes
	for {
		if len(dst) == cap(dst) {
			size := min(2*int64(cap(dst)), limit+1)
			if declared >= 0 && size > freeBody {
				size = max(declared+1, int64(cap(dst))+1)
			}
			if err := b.lease.cover(b.ctx, size, b.clock.pause); err != nil {
				return dst, err
			}
			grown := make([]byte, len(dst), size)
			copy(grown, dst)
			b.client.scratch.put(dst)
			dst = grown
		}
		n, err := r.Read(dst[len(dst):cap(dst)])
		dst = dst[:len(dst)+n]
		if int64(len(dst)) > limit {
			return dst, feeds.ErrTooLarge
		}
		if errors.Is(err, io.EOF) {
			return dst, nil
		}
		if err != nil {
			return dst, err
		}
	}
}

// undo decodes raw, which it takes over, into another buffer.
func (b *body) undo(coding string, raw []byte) ([]byte, error) {
	if len(raw) == 0 || (coding == "gzip" && !isGzip(raw)) {
		// Servers that declare gzip and send plain text are common behind proxies.
		return raw, nil
	}
	c := b.client
	out, size, err := c.decoders.decode(coding, c.scratch.get(), raw, c.maxBytes)
	if err == nil && size > int64(len(out)) {
		// Now that the size is known, and is no bomb's, the place for it is made once.
		c.scratch.put(out)
		if err := b.lease.cover(b.ctx, int64(cap(raw))+size, b.clock.pause); err != nil {
			return nil, err
		}
		out, _, err = c.decoders.decode(coding, make([]byte, 0, size), raw, c.maxBytes)
	}
	if err == nil {
		c.scratch.put(raw)
		b.lease.keep(int64(cap(out)))
		return out, nil
	}
	c.scratch.put(out)
	switch {
	case errors.Is(err, feeds.ErrTooLarge):
		c.scratch.put(raw)
		return nil, err
	case coding != "gzip" && isGzip(raw):
		return b.undo("gzip", raw)
	case isText(raw):
		return raw, nil
	}
	c.scratch.put(raw)
	return nil, &decodeError{coding: coding, err: err}
}

// isText tells what was never compressed, whatever its header says: it starts as XML,
// HTML or JSON does and goes on without control characters.
func isText(b []byte) bool {
	b = bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(b) < 16 || (b[0] != '<' && b[0] != '{') {
		return false
	}
	return !bytes.ContainsFunc(b[:min(len(b), 512)], func(r rune) bool { return r < ' ' && r != '\t' && r != '\r' && r != '\n' })
}

func isGzip(b []byte) bool { return len(b) > 2 && b[0] == 0x1f && b[1] == 0x8b && b[2] == 8 }

// contentCodings lists the encodings in the order they were applied, plain ones and
// the character sets that some servers write here left out.
func contentCodings(h http.Header) ([]string, error) {
	var out []string
	for _, line := range h.Values("Content-Encoding") {
		for name := range strings.SplitSeq(line, ",") {
			switch name = strings.ToLower(strings.TrimSpace(name)); name {
			case "", "identity", "none", "utf-8", "utf8":
			case "gzip", "x-gzip":
				out = append(out, "gzip")
			case "br", "zstd", "deflate":
				out = append(out, name)
			default:
				return nil, &decodeError{coding: name}
			}
			if len(out) > maxCodings {
				return nil, &decodeError{coding: line}
			}
		}
	}
	return out, nil
}
