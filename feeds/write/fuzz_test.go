package write_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"tributary/feeds"
	"tributary/feeds/write"
)

// hostile is a feed with the fuzzed text in every place that text can reach.
func hostile(s string) *feeds.Feed {
	p := []feeds.Person{{Name: s, Email: s, URI: s}}
	c := []feeds.Category{{Term: s, Scheme: s, Label: s}}
	l := []feeds.Link{{Rel: s, Href: s, Type: s, Hreflang: s, Title: s}, {Rel: "hub", Href: s}}
	image := &feeds.Image{URL: s, Type: s, Alt: s, Credit: s}
	when := at("2026-01-01T00:00:00Z")
	return &feeds.Feed{ID: "tag:a,2026:f" + s, Title: s, Description: s, Link: s, Links: l, Language: s, Updated: when, Authors: p,
		Rights: s, Image: image, Categories: c, Generator: s, Deleted: []feeds.Tombstone{{Ref: s, When: when, By: s}},
		Entries: []feeds.Entry{{ID: "tag:a,2026:1" + s, Title: s, Link: s, Links: l, Summary: s, Content: s, Authors: p, Categories: c,
			Language: s, Enclosures: []feeds.Enclosure{{URL: s, Type: s}}, Image: image, Rights: s,
			Source: &feeds.Origin{ID: s, Title: s, Link: s, Self: s, Authors: p, Rights: s}}}}
}

var seeds = []string{"", "plain", "a & b < c > d \" '", "]]>", "<![CDATA[", "\x00\x01\x0b\x1f", "\xed\xa0\x80 lone", "\ufffe\uffff", "\r\n\r", "&#1;&#xFFFE;",
	"<p>x", "<script>alert(1)</script>", "ar", "a b", "\u2028", "ندوة", "text/html", "x@y", "<!--", "?>", "&amp;amp;"}

// check: every document parses and its texts are the cleaned ones.
func check(t *testing.T, s string, titles []seen) {
	t.Helper()
	if len(titles) != 1 {
		t.Fatalf("%d entries", len(titles))
	}
	if !utf8.ValidString(titles[0].Title) {
		t.Errorf("title %q", titles[0].Title)
	}
	for _, r := range s {
		if r < 0x20 || r == utf8.RuneError || r == '\ufffe' || r == '\uffff' {
			return
		}
	}
	if titles[0].Title != s {
		t.Errorf("title %q, want %q", titles[0].Title, s)
	}
}

func FuzzAtom(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		check(t, s, readAtom(t, render(t, format{"atom", write.Atom}, hostile(s))))
	})
}

func FuzzRSS(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		feed := hostile(s)
		check(t, s, readRSS(t, render(t, format{"rss", write.RSS}, feed)))
		check(t, s, readJSON(t, render(t, format{"json", write.JSON}, feed)))
	})
}

func FuzzReadOPML(f *testing.F) {
	f.Add([]byte(`<opml version="1.0"><body><outline text="a" xmlUrl="https://a.example/"/></body></opml>`))
	f.Add([]byte(`<opml><head><title>x</title></head><body><outline text="folder"><outline title="b" XMLURL="b"/></outline>`))
	f.Add([]byte(`<opml>` + strings.Repeat(`<outline>`, 40)))
	f.Add([]byte("\xff\xfe<\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		outlines, err := write.ReadOPML(bytes.NewReader(b))
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := write.OPML(&out, "again", at("2026-01-01T00:00:00Z"), outlines); err != nil {
			t.Fatal(err)
		}
		if _, err := write.ReadOPML(&out); err != nil {
			t.Errorf("what was written cannot be read: %v", err)
		}
	})
}
