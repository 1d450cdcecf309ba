package fetch

import (
	"bytes"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// maxZstdWindow is what RFC 9659 grants the zstd content coding.
const maxZstdWindow = 8 << 20

// decoder undoes encodings, one body at a time. A Client has a fixed few of them:
// that bounds the windows that hostile streams can make us allocate (brotli: 16 MiB).
type decoder struct {
	src  bytes.Reader
	gzip *gzip.Reader
	br   *brotli.Reader
	zstd *zstd.Decoder
}

// decode appends what raw decodes to onto dst, at most limit bytes in all.
func (d *decoder) decode(coding string, dst, raw []byte, limit int64) ([]byte, error) {
	d.src.Reset(raw)
	defer d.src.Reset(nil)
	switch coding {
	case "gzip":
		return d.gunzip(dst, raw, limit)
	case "br":
		return d.unbrotli(dst, limit)
	case "zstd":
		return d.unzstd(dst, limit)
	default:
		return d.inflate(dst, raw, limit)
	}
}

// gunzip reads all members (RFC 1952, 2.2) and ignores what follows the last one,
// which is padding of careless servers.
func (d *decoder) gunzip(dst, raw []byte, limit int64) ([]byte, error) {
	if d.gzip == nil {
		d.gzip = new(gzip.Reader)
	}
	for {
		if err := d.gzip.Reset(&d.src); err != nil {
			return dst, fmt.Errorf("read gzip header: %w", err)
		}
		d.gzip.Multistream(false)
		var err error
		if dst, err = readAll(dst, d.gzip, limit); err != nil {
			return dst, err
		}
		if !isGzip(raw[len(raw)-d.src.Len():]) {
			return dst, nil
		}
	}
}

func (d *decoder) unbrotli(dst []byte, limit int64) ([]byte, error) {
	if d.br == nil {
		d.br = brotli.NewReader(&d.src)
	} else if err := d.br.Reset(&d.src); err != nil {
		return dst, fmt.Errorf("reset brotli: %w", err)
	}
	dst, err := readAll(dst, d.br, limit)
	if err != nil {
		d.br = nil // do not keep the window of a hostile stream
	}
	return dst, err
}

func (d *decoder) unzstd(dst []byte, limit int64) ([]byte, error) {
	if d.zstd == nil {
		z, err := zstd.NewReader(nil,
			zstd.WithDecoderConcurrency(1), // decode in the caller: no goroutines to end
			zstd.WithDecoderMaxWindow(maxZstdWindow),
			zstd.WithDecodeBuffersBelow(0), // never decode ahead of the bound
		)
		if err != nil {
			return dst, fmt.Errorf("start zstd: %w", err)
		}
		d.zstd = z
	}
	if err := d.zstd.Reset(&d.src); err != nil {
		return dst, fmt.Errorf("reset zstd: %w", err)
	}
	dst, err := readAll(dst, d.zstd, limit)
	if err != nil {
		d.zstd.Close()
		d.zstd = nil
	}
	return dst, err
}

// inflate reads both things that servers call deflate: zlib (RFC 9110, 8.4.1.2) and
// the bare stream. We never ask for it.
func (d *decoder) inflate(dst, raw []byte, limit int64) ([]byte, error) {
	var r io.ReadCloser
	if len(raw) >= 2 && raw[0]&0x0f == 8 && (uint(raw[0])<<8|uint(raw[1]))%31 == 0 {
		z, err := zlib.NewReader(&d.src)
		if err != nil {
			return dst, fmt.Errorf("read zlib header: %w", err)
		}
		r = z
	} else {
		r = flate.NewReader(&d.src)
	}
	dst, err := readAll(dst, r, limit)
	if err != nil {
		return dst, err
	}
	return dst, r.Close()
}
