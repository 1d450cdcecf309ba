package publish

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// served is a document made ready to be sent: header values are slices that go into
// header maps as they are, so that an answer allocates nothing for them.
type served struct {
	contentType, cacheControl, lastModified []string
	link                                    []string // nil without a hub
	cdnControl, surrogateKey, cacheTag      []string // nil where there is none
	identity, gzip, brotli                  variant
	modified                                time.Time
}

// variant is a document in one content coding.
type variant struct {
	coding []string // of Content-Encoding; nil for the text as it is
	etag   []string
	once   sync.Once
	body   []byte
	length []string
}

// Header values that are the same for all documents.
var (
	varyEncoding = []string{"Accept-Encoding"}
	allOrigins   = []string{"*"}
	exposedToAll = []string{"ETag"}
	codingGzip   = []string{"gzip"}
	codingBrotli = []string{"br"}
)

// brotliQuality is where time and size are in proportion: 11 takes fifty times as long
// for a tenth less.
const brotliQuality = 6

// serving gives what serving needs; the first caller's is kept.
func (d *Document) serving() *served {
	if s := d.served.Load(); s != nil {
		return s
	}
	s := &served{
		contentType:  []string{d.ContentType},
		cacheControl: []string{"public, max-age=" + strconv.FormatInt(int64(d.MaxAge/time.Second), 10)},
		modified:     d.Modified.Truncate(time.Second),
	}
	if d.Link != "" {
		s.link = []string{d.Link}
	}
	if d.caching != nil {
		s.cacheControl, s.cdnControl = d.caching.control, d.caching.cdn
		s.surrogateKey, s.cacheTag = d.caching.keys.headers(d.keys)
	}
	if !d.Modified.IsZero() {
		s.lastModified = []string{d.Modified.UTC().Format(http.TimeFormat)}
	}
	s.identity = variant{etag: []string{d.ETag}, body: d.Body, length: []string{strconv.Itoa(len(d.Body))}}
	s.gzip = variant{coding: codingGzip, etag: []string{tagged(d.ETag, "gz")}}
	s.brotli = variant{coding: codingBrotli, etag: []string{tagged(d.ETag, "br")}}
	if d.served.CompareAndSwap(nil, s) {
		return s
	}
	return d.served.Load()
}

// tagged is the ETag of another coding: "x" becomes "x-gz".
func tagged(etag, coding string) string {
	if body, ok := strings.CutSuffix(etag, `"`); ok {
		return body + "-" + coding + `"`
	}
	return etag
}

// fill compresses on first use. A body that compression does not make smaller, or
// cannot make at all, stays as it is.
func (v *variant) fill(text []byte, compress func([]byte) ([]byte, error)) bool {
	v.once.Do(func() {
		if body, err := compress(text); err == nil && len(body) < len(text) {
			v.body, v.length = body, []string{strconv.Itoa(len(body))}
		}
	})
	return v.body != nil
}

func (s *served) choose(c coding) *variant {
	switch {
	case c == codedBrotli && s.brotli.fill(s.identity.body, compressBrotli):
		return &s.brotli
	case c == codedGzip && s.gzip.fill(s.identity.body, compressGzip):
		return &s.gzip
	default:
		return &s.identity
	}
}

// Gzip is Body compressed, nil when that does not make it smaller. It is made once.
func (d *Document) Gzip() []byte {
	s := d.serving()
	s.gzip.fill(d.Body, compressGzip)
	return s.gzip.body
}

// Brotli is Body compressed, nil when that does not make it smaller. It is made once.
func (d *Document) Brotli() []byte {
	s := d.serving()
	s.brotli.fill(d.Body, compressBrotli)
	return s.brotli.body
}

func compressGzip(text []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.DefaultCompression)
	if err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if _, err := z.Write(text); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	return b.Bytes(), nil
}

func compressBrotli(text []byte) ([]byte, error) {
	var b bytes.Buffer
	z := brotli.NewWriterLevel(&b, brotliQuality)
	if _, err := z.Write(text); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	return b.Bytes(), nil
}
