package fetch

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
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

// readBody reads an answer whole, within the bound, and undoes its encodings.
// It reads everything before it decodes anything: a half answer is found first, and
// no decoder waits for a slow network.
func (c *Client) readBody(res *http.Response) ([]byte, error) {
	if res.ContentLength > c.maxBytes {
		return nil, fmt.Errorf("read body of %d bytes: %w", res.ContentLength, feeds.ErrTooLarge)
	}
	raw, err := readAll(c.scratch.get(), res.Body, c.maxBytes)
	if err != nil {
		c.scratch.put(raw)
		return nil, fmt.Errorf("read body: %w", err)
	}
	codings, err := contentCodings(res.Header)
	if err != nil {
		c.scratch.put(raw)
		return nil, err
	}
	for len(codings) > 0 {
		last := codings[len(codings)-1]
		codings = codings[:len(codings)-1]
		if raw, err = c.undo(last, raw); err != nil {
			return nil, err
		}
	}
	if res.Header.Get("Content-Encoding") == "" && isGzip(raw) {
		// A stored .xml.gz sent as it is, or an encoding that was not declared.
		if raw, err = c.undo("gzip", raw); err != nil {
			return nil, err
		}
	}
	if cap(raw) >= handOver {
		return raw, nil
	}
	body := bytes.Clone(raw)
	c.scratch.put(raw)
	return body, nil
}

// undo decodes raw, which it takes over, into another buffer.
func (c *Client) undo(coding string, raw []byte) ([]byte, error) {
	if len(raw) == 0 || (coding == "gzip" && !isGzip(raw)) {
		// Servers that declare gzip and send plain text are common behind proxies.
		return raw, nil
	}
	d := <-c.decoders
	out, err := d.decode(coding, c.scratch.get(), raw, c.maxBytes)
	c.decoders <- d
	c.scratch.put(raw)
	if err == nil {
		return out, nil
	}
	c.scratch.put(out)
	if errors.Is(err, feeds.ErrTooLarge) {
		return nil, err
	}
	return nil, &decodeError{coding: coding, err: err}
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

// readAll appends r to dst until its end. One byte over limit ends it with
// feeds.ErrTooLarge. It returns dst, grown or not, also with an error.
func readAll(dst []byte, r io.Reader, limit int64) ([]byte, error) {
	for {
		if len(dst) == cap(dst) {
			dst = slices.Grow(dst, 4096)
		}
		room := dst[len(dst):cap(dst)]
		if most := limit + 1 - int64(len(dst)); int64(len(room)) > most {
			room = room[:most]
		}
		n, err := r.Read(room)
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
