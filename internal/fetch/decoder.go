package fetch

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"

	"tributary/feeds"
)

const (
	maxZstdWindow = 8 << 20 // what RFC 9659 grants the zstd content coding
	maxNarrow     = 8       // bodies decoded at once whose windows are 32 KiB
	maxWide       = 1       // and of those whose windows are large
)

// decoders are all that a Client has. Their fixed number bounds the windows that
// hostile streams can make us allocate. Those of brotli (up to 16 MiB) and zstd are
// wide, so there are fewer of them.
type decoders struct {
	narrow, wide chan *decoder // idle ones
}

func newDecoders() decoders {
	d := decoders{narrow: make(chan *decoder, maxNarrow), wide: make(chan *decoder, maxWide)}
	for range min(runtime.GOMAXPROCS(0), maxNarrow) {
		d.narrow <- new(decoder)
	}
	for range min(runtime.GOMAXPROCS(0), maxWide) {
		d.wide <- new(decoder)
	}
	return d
}

// decode appends to dst what raw decodes to, as far as dst may grow to handOver bytes
// or has room already, and tells the whole size. More than limit is an error.
func (ds decoders) decode(coding string, dst, raw []byte, limit int64) (out []byte, size int64, err error) {
	idle := ds.narrow
	if coding == "br" || coding == "zstd" {
		idle = ds.wide
	}
	d := <-idle
	defer func() { idle <- d }()
	return d.decode(coding, dst, raw, limit)
}

// decoder undoes encodings, one body at a time.
type decoder struct {
	src   bytes.Reader
	gzip  *gzip.Reader
	br    *brotli.Reader
	zstd  *zstd.Decoder
	spill []byte
}

func (d *decoder) decode(coding string, dst, raw []byte, limit int64) ([]byte, int64, error) {
	d.src.Reset(raw)
	defer d.src.Reset(nil)
	if d.spill == nil {
		d.spill = make([]byte, 16<<10)
	}
	s := &sink{dst: dst, room: max(cap(dst), handOver-1), limit: limit, spill: d.spill}
	var err error
	switch coding {
	case "gzip":
		err = d.gunzip(s, raw)
	case "br":
		err = d.unbrotli(s)
	case "zstd":
		err = d.unzstd(s)
	default:
		err = d.inflate(s, raw)
	}
	return s.dst, s.size, err
}

// sink takes a decoded stream: its beginning into dst, and of the rest the size.
type sink struct {
	dst   []byte
	room  int   // what dst may grow to
	size  int64 // of all that came
	limit int64
	spill []byte
}

// drain reads r to its end. One byte over the limit ends it with feeds.ErrTooLarge.
func (s *sink) drain(r io.Reader) error {
	for {
		into := s.spill
		if len(s.dst) == cap(s.dst) && len(s.dst) < s.room {
			s.dst = slices.Grow(s.dst, min(max(cap(s.dst), 4096), s.room-len(s.dst)))
		}
		keeps := s.size == int64(len(s.dst)) && len(s.dst) < cap(s.dst)
		if keeps {
			into = s.dst[len(s.dst):cap(s.dst)]
		}
		if most := s.limit + 1 - s.size; int64(len(into)) > most {
			into = into[:most]
		}
		n, err := r.Read(into)
		s.size += int64(n)
		if keeps {
			s.dst = s.dst[:len(s.dst)+n]
		}
		switch {
		case s.size > s.limit:
			return feeds.ErrTooLarge
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// gunzip reads all members (RFC 1952, 2.2) and ignores what follows the last one,
// which is padding of careless servers.
func (d *decoder) gunzip(s *sink, raw []byte) error {
	if d.gzip == nil {
		d.gzip = new(gzip.Reader)
	}
	for {
		if err := d.gzip.Reset(&d.src); err != nil {
			return fmt.Errorf("read gzip header: %w", err)
		}
		d.gzip.Multistream(false)
		if err := s.drain(d.gzip); err != nil {
			return err
		}
		if !isGzip(raw[len(raw)-d.src.Len():]) {
			return nil
		}
	}
}

func (d *decoder) unbrotli(s *sink) error {
	if d.br == nil {
		d.br = brotli.NewReader(&d.src)
	} else if err := d.br.Reset(&d.src); err != nil {
		return fmt.Errorf("reset brotli: %w", err)
	}
	err := s.drain(d.br)
	if err != nil || s.size > handOver {
		d.br = nil // do not keep the window of a large or hostile stream
	}
	return err
}

func (d *decoder) unzstd(s *sink) error {
	if d.zstd == nil {
		z, err := zstd.NewReader(nil,
			zstd.WithDecoderConcurrency(1), // decode in the caller: no goroutines to end
			zstd.WithDecoderMaxWindow(maxZstdWindow),
			zstd.WithDecoderLowmem(true),
			zstd.WithDecodeBuffersBelow(0), // never decode ahead of the bound
		)
		if err != nil {
			return fmt.Errorf("start zstd: %w", err)
		}
		d.zstd = z
	}
	if err := d.zstd.Reset(&d.src); err != nil {
		return fmt.Errorf("reset zstd: %w", err)
	}
	err := s.drain(d.zstd)
	if err != nil || s.size > handOver {
		d.zstd.Close()
		d.zstd = nil
	}
	return err
}

// inflate reads both things that servers call deflate: zlib (RFC 9110, 8.4.1.2) and
// the bare stream. We never ask for it.
func (d *decoder) inflate(s *sink, raw []byte) error {
	var r io.ReadCloser
	if len(raw) >= 2 && raw[0]&0x0f == 8 && (uint(raw[0])<<8|uint(raw[1]))%31 == 0 {
		z, err := zlib.NewReader(&d.src)
		if err != nil {
			return fmt.Errorf("read zlib header: %w", err)
		}
		r = z
	} else {
		r = flate.NewReader(&d.src)
	}
	if err := s.drain(r); err != nil {
		return err
	}
	return r.Close()
}
