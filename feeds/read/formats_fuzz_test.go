package read_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tributary/feeds/read"
)

// namespaces declares what the frames below may hold.
const namespaces = ` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:content="http://purl.org/rss/1.0/modules/content/"` +
	` xmlns:itunes="http://www.itunes.com/DTDs/PodCast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/" xmlns:a="http://www.w3.org/2005/Atom"` +
	` xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:xh="http://www.w3.org/1999/xhtml"`

// frames are documents of every format around a head, what stands in the feed, and an
// entry.
var frames = map[string]string{
	"rss":      `<rss version="2.0"` + namespaces + `><channel>HEAD<item>ENTRY</item></channel></rss>`,
	"rdf":      `<rdf:RDF xmlns="http://purl.org/rss/1.0/"` + namespaces + `><channel rdf:about="urn:f">HEAD</channel><item rdf:about="urn:1">ENTRY</item></rdf:RDF>`,
	"atom":     `<feed xmlns="http://www.w3.org/2005/Atom"` + namespaces + ` xml:base="https://example.org/a/">HEAD<entry>ENTRY</entry></feed>`,
	"atom 0.3": `<feed version="0.3" xmlns="http://purl.org/atom/ns#"` + namespaces + `>HEAD<entry>ENTRY</entry></feed>`,
	"cdf":      `<CHANNEL HREF="http://example.org/"` + namespaces + `>HEAD<ITEM HREF="/1">ENTRY</ITEM></CHANNEL>`,
	"rss 1.1":  `<Channel xmlns="http://purl.org/net/rss1.1#"` + namespaces + `>HEAD<items><item rdf:about="1">ENTRY</item></items></Channel>`,
}

// fuzzFrame holds what must be true of every document in one format, however strange
// what stands in its feed and its entry is.
func fuzzFrame(f *testing.F, format string) {
	for _, s := range [][2]string{
		{"<title>F</title><link>/</link>", "<title>One &amp; two</title><guid>1</guid><description>&lt;p&gt;x&lt;/p&gt;</description>"},
		{`<a:link rel="self" href="x"/><image><url>i</url></image>`, `<author><name>A</name><uri xml:base="b/">u</uri></author><content type="xhtml" xml:base="c/"><div xml:lang="fr"><a href="d">e</a><br/></div></content>`},
		{`<itunes:category text="a"><itunes:category text="b"/></itunes:category>`, `<media:group><media:content url="u" type="image/png"><media:thumbnail url="t"/></media:content></media:group>`},
		{`<CHANNEL><ITEM HREF="x"/></CHANNEL><LOGO HREF="l"/>`, `<ABSTRACT>a</ABSTRACT><A HREF="h"/>`},
		{`<language>fr</language><dc:date>2004</dc:date>`, `<content type="application/octet-stream">PHA+</content><source url="s">t</source><source><title>x</title></source>`},
		{`<ttl>5</ttl><skipHours><hour>1</hour></skipHours>`, `<content:encoded><![CDATA[<b>x]]></content:encoded><dc:creator>a@b.example (c)</dc:creator><enclosure url="e" length="-1"/>`},
	} {
		f.Add(s[0], s[1])
	}
	frame := frames[format]
	f.Fuzz(func(t *testing.T, head, entry string) {
		doc := strings.NewReplacer("HEAD", head, "ENTRY", entry).Replace(frame)
		feed, err := read.Parse(read.Document{Body: []byte(doc), URL: "https://example.org/feed", MaxEntries: 50})
		if err != nil {
			return
		}
		checkFeed(t, feed)
		for _, p := range feed.Authors {
			if p.URI != "" && !strings.HasPrefix(p.URI, "http") {
				t.Errorf("author %+v", p)
			}
		}
		if feed.Image != nil && !strings.HasPrefix(feed.Image.URL, "http") {
			t.Errorf("image %+v", feed.Image)
		}
	})
}

func FuzzRSS(f *testing.F)    { fuzzFrame(f, "rss") }
func FuzzRDF(f *testing.F)    { fuzzFrame(f, "rdf") }
func FuzzAtom(f *testing.F)   { fuzzFrame(f, "atom") }
func FuzzAtom03(f *testing.F) { fuzzFrame(f, "atom 0.3") }
func FuzzCDF(f *testing.F)    { fuzzFrame(f, "cdf") }
func FuzzRSS11(f *testing.F)  { fuzzFrame(f, "rss 1.1") }

// FuzzJSONFeed holds it of JSON.
func FuzzJSONFeed(f *testing.F) {
	files, err := filepath.Glob("testdata/cases/json/*.case")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		document, _ := readCase(f, name)
		f.Add(string(document.Body))
	}
	f.Fuzz(func(t *testing.T, body string) {
		feed, err := read.Parse(read.Document{Body: []byte("{" + strings.TrimPrefix(body, "{")), URL: "https://example.org/feed", MaxEntries: 50})
		if err == nil {
			checkFeed(t, feed)
		}
	})
}

// TestNestedGrowth: elements that are looked into must not be looked into again at
// every depth. Each case takes minutes when they are.
func TestNestedGrowth(t *testing.T) {
	started := time.Now()
	for _, unit := range [][2]string{
		{"<media:group>", "</media:group>"}, {`<itunes:category text="x">`, "</itunes:category>"}, {"<categories>", "</categories>"}, {"<media:content>", "</media:content>"},
		{"<author>", "</author>"}, {"<source>", "</source>"}, {"<image>", "</image>"}, {`<content type="xhtml">`, "</content>"}, {"<CHANNEL>", "</CHANNEL>"}, {"<items>", "</items>"},
		{`<content:items>`, `</content:items>`}, {`<link xml:base="a/">`, "</link>"}, {`<p xmlns:q="r">`, "</p>"},
	} {
		text := strings.Repeat("x <b>y</b>", 4_000)
		deep := strings.Repeat(unit[0], 150) + text + strings.Repeat(unit[1], 150)
		wide := strings.Repeat(unit[0]+"x"+unit[1], 2_000)
		for name, frame := range frames {
			for _, inner := range []string{deep, wide} {
				doc := strings.NewReplacer("HEAD", inner, "ENTRY", inner).Replace(frame)
				if _, err := read.Parse(read.Document{Body: []byte(doc)}); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
	t.Logf("%v", time.Since(started))
}
