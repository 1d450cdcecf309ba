package feedcheck_test

import (
	"bytes"
	"io"
	"slices"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/feeds/read"
	"tributary/feeds/write"
	"tributary/internal/feedcheck"
)

// told are findings about what somebody put into a feed, which no writer can mend: an id
// or an address that is none, markup in titles.
var told = []feedcheck.Code{feedcheck.RelativeAddress, feedcheck.InvalidTag, feedcheck.NonCanonicalID, feedcheck.LongID, feedcheck.ContainsHTML,
	feedcheck.BadCharacters, feedcheck.NotBlank, feedcheck.InvalidLanguage, feedcheck.NonASCIIAddress, feedcheck.MissingDirection, feedcheck.MissingTitle,
	feedcheck.MissingContent, feedcheck.MissingText, feedcheck.NotUnique, feedcheck.MissingImageText, feedcheck.MissingLabel, feedcheck.InvalidMediaMedium, feedcheck.DuplicateEntries}

// FuzzWritten holds what is written of hostile entries to the checker, which was written
// apart from the writer.
func FuzzWritten(f *testing.F) {
	f.Add("Title", "https://iom.example/1", "<p>Text</p>", "tag:a.example,2026:1", "Term", "https://iom.example/terms", "en", "image/jpeg")
	f.Add("R&D < 5 ]]> \x00\ufffe", "https://exämple.org/a b?f[0]=%zz#a#b", `<a href="/x">x<b>`, "urn:x:é", "\u2028", "news", "ar", "image")
	f.Add("", "javascript:alert(1)", "", "http://A.example", " ", "urn:", "x-y-", "a/b;c=\"")
	f.Fuzz(func(t *testing.T, title, link, markup, id, term, scheme, language, media string) {
		now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
		feed := &feeds.Feed{ID: "tag:feeds.example.org,2026:all", Title: "All", Description: "All", Link: "https://feeds.example.org/", Language: "en", Rights: "ours",
			Generator: "Tributary", TTL: time.Minute, Updated: now, Links: []feeds.Link{{Rel: "self", Href: "https://feeds.example.org/all"}},
			Entries: []feeds.Entry{{ID: id, Title: title, Link: link, Content: read.Sanitise(markup, "https://iom.example/"), Summary: title, Published: now, Updated: now,
				Authors: []feeds.Person{{Name: "IOM", URI: link, Email: title}}, Language: language, Rights: title,
				Categories: []feeds.Category{{Term: term, Scheme: scheme, Label: title}},
				Links:      []feeds.Link{{Rel: "related", Href: link, Type: media, Hreflang: language, Title: term}},
				Enclosures: []feeds.Enclosure{{URL: link, Type: media, Length: int64(len(title))}},
				Image:      &feeds.Image{URL: link, Type: media, Alt: title, Credit: term},
				Source:     &feeds.Origin{ID: link, Title: term, Link: link, Self: link, Updated: now}}},
		}
		for format, write := range map[string]func(io.Writer, *feeds.Feed) error{"atom": write.Atom, "rss": write.RSS, "json": write.JSON} {
			var b bytes.Buffer
			if err := write(&b, feed); err != nil {
				continue // no id
			}
			r := feedcheck.Check(feedcheck.Document{Body: b.Bytes()}, feedcheck.Options{Now: now})
			for _, x := range r.At(feedcheck.Warning) {
				if !slices.Contains(told, x.Code) {
					t.Errorf("%s: %s\n%s", format, x, b.String())
				}
			}
		}
	})
}
