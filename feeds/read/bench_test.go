package read_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"

	"tributary/feeds/read"
)

// body is about 1.5 KiB of the markup that offices publish.
var body = strings.Repeat(`<p class="lead">The team said <strong>on Monday</strong> that 1,200 people &mdash; many of them children &mdash; had arrived in the port. See <a href="https://example.org/news/a?b=1&amp;c=2" target="_blank" rel="noopener">the full report</a>.</p>
<ul><li>one thing that was given out</li><li>another thing</li></ul>
`, 5)

// clean is a feed without faults: 25 items of 1.5 KiB.
func clean(zone string) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>News</title><link>https://example.org/</link><description>All of it</description>`)
	for i := range 25 {
		fmt.Fprintf(&b, `<item><title>Item %d &amp; more</title><link>https://example.org/%d</link><guid isPermaLink="false">id-%d</guid><pubDate>Mon, 02 Jan 2006 15:04:05 %s</pubDate><dc:creator>A B</dc:creator><category>Migration</category><description><![CDATA[%s]]></description></item>`, i, i, i, zone, body)
	}
	b.WriteString(`</channel></rss>`)
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	doc := clean("+0000")
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := read.Parse(read.Document{Body: doc, URL: "https://example.org/feed"}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("gofeed alone", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := gofeed.NewParser().ParseString(string(doc)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkSanitise(b *testing.B) {
	for name, fragment := range map[string]string{"simple": body, "any": strings.ReplaceAll(body, "</li>", "")} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(fragment)))
			b.ReportAllocs()
			for b.Loop() {
				read.Sanitise(fragment, "https://example.org/")
			}
		})
	}
}

func BenchmarkPlainText(b *testing.B) {
	fragment := read.Sanitise(body, "")
	b.SetBytes(int64(len(fragment)))
	b.ReportAllocs()
	for b.Loop() {
		read.PlainText(fragment)
	}
}
