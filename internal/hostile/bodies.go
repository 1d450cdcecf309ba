package hostile

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// feed is a document of n items. salt goes into the ids.
func feed(n int, salt string) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>https://example.org/</link>`)
	for i := range n {
		fmt.Fprintf(&b, "<item><guid isPermaLink=\"false\">%s%d</guid><title>Entry %d</title><link>https://example.org/%d</link></item>", salt, i, i, i)
	}
	b.WriteString("</channel></rss>\n")
	return b.Bytes()
}

// pack compresses; flate is the deflate coding without zlib.
func pack(coding string, body []byte) []byte { return packed(coding, bytes.NewReader(body)) }

// zeros gives n bytes of zero, and more when they are needed.
func zeros(n int64) io.Reader { return io.LimitReader(zeroReader{}, n) }

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// packed compresses what r gives. Writing to memory does not fail, and a case that
// came out broken would fail its test.
func packed(coding string, r io.Reader) []byte {
	var buf bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&buf)
	case "zlib":
		w = zlib.NewWriter(&buf)
	case "flate":
		w, _ = flate.NewWriter(&buf, 6)
	case "br":
		w = brotli.NewWriterOptions(&buf, brotli.WriterOptions{Quality: 2, LGWin: 24})
	case "zstd":
		w, _ = zstd.NewWriter(&buf, zstd.WithEncoderConcurrency(1))
	}
	_, _ = io.Copy(w, r)
	_ = w.Close()
	return buf.Bytes()
}

// lazily sends a body that is made when the first request wants it.
func lazily(make func() []byte, header ...string) func(*Server, http.ResponseWriter, *http.Request) {
	body := sync.OnceValue(make)
	return func(s *Server, w http.ResponseWriter, r *http.Request) {
		with(http.StatusOK, body(), header...)(s, w, r)
	}
}

// bombs decode to hundreds of times what is sent.
func bombs() []Case {
	const size = 48 << 20
	items := func() io.Reader {
		return io.MultiReader(strings.NewReader("<rss><channel>"), io.LimitReader(repeater("<item><title>x</title></item>"), size))
	}
	bomb := func(name, declared string, make func() []byte) Case {
		return Case{Name: name, Want: TooLarge, serve: lazily(make, "Content-Encoding", declared, "Content-Type", "application/rss+xml")}
	}
	nested := func(coding string, times int) []byte {
		body := packed(coding, zeros(size))
		for range times - 1 {
			body = pack(coding, body)
		}
		return body
	}
	return []Case{
		bomb("bomb-gzip", "gzip", func() []byte { return nested("gzip", 1) }),
		bomb("bomb-deflate-zlib", "deflate", func() []byte { return nested("zlib", 1) }),
		bomb("bomb-deflate-raw", "deflate", func() []byte { return nested("flate", 1) }),
		bomb("bomb-br", "br", func() []byte { return nested("br", 1) }),
		bomb("bomb-zstd", "zstd", func() []byte { return nested("zstd", 1) }),
		bomb("bomb-gzip-in-gzip", "gzip, gzip", func() []byte { return nested("gzip", 2) }),
		bomb("bomb-br-in-br", "br, br", func() []byte { return nested("br", 2) }),
		bomb("bomb-gzip-in-zstd", "gzip, zstd", func() []byte { return pack("zstd", nested("gzip", 1)) }),
		bomb("bomb-gzip-members", "gzip", func() []byte { return bytes.Repeat(packed("gzip", zeros(8<<20)), 200) }),
		bomb("bomb-zstd-frames", "zstd", func() []byte { return bytes.Repeat(packed("zstd", zeros(8<<20)), 200) }),
		bomb("bomb-gzip-of-items", "gzip", func() []byte { return packed("gzip", items()) }),
		bomb("bomb-br-of-items", "br", func() []byte { return packed("br", items()) }),
		bomb("bomb-zstd-of-items", "zstd", func() []byte { return packed("zstd", items()) }),
		bomb("bomb-gzip-not-declared", "", func() []byte { return nested("gzip", 1) }),
		{Name: "bomb-gzip-three-times", Want: Decode, serve: lazily(func() []byte { return nested("gzip", 3) }, "Content-Encoding", "gzip, gzip, gzip")},
		{Name: "zstd-window-of-2-gib", Want: Decode, serve: with(200,
			// Magic, a header that declares a window of 2 GiB, and one empty raw block.
			[]byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3, 0x01, 0x00, 0x00}, "Content-Encoding", "zstd")},
		{Name: "gzip-of-empty-members", Want: Document, serve: lazily(func() []byte {
			return append(bytes.Repeat(pack("gzip", nil), 100_000), pack("gzip", feed(1, ""))...)
		}, "Content-Encoding", "gzip"), Items: 1},
		{Name: "gzip-endless", Want: TooLarge, serve: func(s *Server, w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z, _ := gzip.NewWriterLevel(w, gzip.NoCompression)
			_, _ = io.Copy(z, untilStopped{s, zeroReader{}})
		}},
	}
}

// large are small as sent and just below what a fetcher may take for a feed when they
// are decoded, and cost a reader what it can cost.
func large() []Case {
	const size = 9 << 20
	var out []Case
	for name, document := range map[string][3]string{
		"items":       {"<rss version=\"2.0\"><channel><title>x</title>", "<item><title>x</title><link>https://example.org/</link></item>", "</channel></rss>"},
		"empty-items": {"<rss version=\"2.0\"><channel><title>x</title>", "<item/>", "</channel></rss>"},
		"text":        {"<rss version=\"2.0\"><channel><title>x</title><item><description>", "&lt;p&gt;hello &lt;/p&gt;", "</description></item></channel></rss>"},
		"nesting":     {"<rss version=\"2.0\"><channel>", "<a>", ""},
		"atom":        {"<feed xmlns=\"http://www.w3.org/2005/Atom\">", "<entry><title>x</title><content type=\"html\">&lt;b&gt;</content></entry>", "</feed>"},
		"json":        {`{"version":"https://jsonfeed.org/version/1.1","items":[`, `{"id":"x","content_text":"y"},`, `{"id":"z","content_text":"y"}]}`},
	} {
		for _, coding := range []string{"gzip", "br", "zstd"} {
			out = append(out, Case{Name: "large-" + name + "-" + coding, serve: lazily(func() []byte {
				middle := strings.Repeat(document[1], size/len(document[1]))
				return pack(coding, []byte(document[0]+middle+document[2]))
			}, "Content-Encoding", coding)})
		}
	}
	return out
}

// repeater gives one text for ever.
type repeater string

func (t repeater) Read(p []byte) (int, error) {
	n := 0
	for n+len(t) <= len(p) {
		n += copy(p[n:], t)
	}
	if n == 0 {
		n = copy(p, t)
	}
	return n, nil
}

// untilStopped ends a stream with the server.
type untilStopped struct {
	s *Server
	r io.Reader
}

func (u untilStopped) Read(p []byte) (int, error) {
	select {
	case <-u.s.stop:
		return 0, io.EOF
	default:
		return u.r.Read(p)
	}
}

// codings lie about compression, or break it.
func codings() []Case {
	doc := feed(200, "")
	cut := func(coding string) []byte { b := pack(coding, doc); return b[:len(b)*2/3] }
	flipped := pack("gzip", doc)
	flipped[len(flipped)-6] ^= 0xff
	ok := func(name, declared string, body []byte) Case {
		return Case{Name: name, Want: Document, Items: 200, serve: with(200, body, "Content-Encoding", declared)}
	}
	broken := func(name, declared string, body []byte) Case {
		return Case{Name: name, Want: Decode, serve: with(200, body, "Content-Encoding", declared)}
	}
	return []Case{
		ok("gzip", "gzip", pack("gzip", doc)),
		ok("br", "br", pack("br", doc)),
		ok("zstd", "zstd", pack("zstd", doc)),
		ok("deflate-zlib", "deflate", pack("zlib", doc)),
		ok("deflate-raw", "deflate", pack("flate", doc)),
		ok("gzip-then-garbage", "gzip", append(pack("gzip", doc), "garbage"...)),
		ok("gzip-of-members", "gzip", append(pack("gzip", doc[:500]), pack("gzip", doc[500:])...)),
		ok("gzip-declared-plain-sent", "gzip", doc),
		ok("br-declared-plain-sent", "br", doc),
		ok("zstd-declared-plain-sent", "zstd", doc),
		ok("deflate-declared-plain-sent", "deflate", doc),
		ok("br-declared-gzip-sent", "br", pack("gzip", doc)),
		ok("plain-declared-gzip-sent", "identity", pack("gzip", doc)),
		ok("nothing-declared-gzip-sent", "", pack("gzip", doc)),
		ok("charset-as-coding", "UTF-8", doc),
		broken("gzip-half", "gzip", cut("gzip")),
		broken("br-half", "br", cut("br")),
		broken("zstd-half", "zstd", cut("zstd")),
		broken("deflate-half", "deflate", cut("zlib")),
		broken("gzip-wrong-checksum", "gzip", flipped),
		broken("gzip-header-alone", "gzip", pack("gzip", doc)[:10]),
		broken("coding-unknown", "compress", doc),
		broken("coding-nonsense", strings.Repeat("gzip, ", 500), doc),
	}
}
