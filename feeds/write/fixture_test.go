package write_test

import (
	"time"

	"tributary/feeds"
	"tributary/feeds/write"
)

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// libya is a merged feed as Tributary publishes it, with everything that can stand
// in one: copies, a translation, an image, an Arabic entry, awkward characters and a
// tombstone.
func libya() *feeds.Feed {
	const base = "https://feeds.example.org"
	return &feeds.Feed{
		ID:          "tag:feeds.example.org,2026:feed/country/ly",
		Title:       "Migration news: Libya & <neighbours>",
		Description: "Merged from the feeds of offices and partners.",
		Link:        base + "/feeds/country/ly.html",
		Links: []feeds.Link{
			{Rel: "self", Href: base + "/feeds/country/ly.atom", Type: "application/atom+xml"},
			{Rel: "alternate", Href: base + "/feeds/country/ly.html", Type: "text/html", Hreflang: "en"},
			{Rel: "hub", Href: "https://hub.example.org/"},
		},
		Language:  "en",
		Updated:   at("2026-11-20T09:30:00Z"),
		Rights:    "The designations employed do not imply the expression of any opinion.",
		Generator: "Tributary/0.1.0 (+https://example.org/tributary)",
		TTL:       15 * time.Minute,
		Entries:   []feeds.Entry{seminar(), seminarArabic(), bare()},
		Deleted:   []feeds.Tombstone{{Ref: "tag:feeds.example.org,2026:story/gone", When: at("2026-11-19T00:00:00Z"), By: "IOM Libya"}},
	}
}

func seminar() feeds.Entry {
	return feeds.Entry{
		ID:    "tag:feeds.example.org,2026:story/01a",
		Title: `Seminar in Tripoli: "R&D" < 5 years`,
		Link:  "https://iom.example/news/seminar?a=1&b=2",
		Links: []feeds.Link{
			{Rel: "alternate", Href: "https://iom.example/news/seminar?a=1&b=2", Type: "text/html", Hreflang: "en"},
			{Rel: "alternate", Href: "https://iom.example/fr/actualites/seminaire", Type: "text/html", Hreflang: "fr", Title: "OIM Libye"},
			{Rel: "related", Href: "https://partner.example/reprint one", Title: "Partner news"},
		},
		Summary:   "Officials met in Tripoli &amp; agreed: 1 &lt; 2.",
		Content:   `<p>Officials met in <a href="https://iom.example/tripoli?x=1&amp;y=2">Tripoli</a> &amp; agreed.</p><p>]]&gt; stays, so does 1 &lt; 2.</p>`,
		Published: at("2026-11-20T08:00:00+02:00"),
		Updated:   at("2026-11-20T09:30:00Z"),
		Authors:   []feeds.Person{{Name: "IOM Libya", URI: "https://iom.example/"}},
		Categories: []feeds.Category{
			{Term: "LY", Scheme: "urn:tributary:country", Label: "Libya"},
			{Term: "counter-trafficking", Scheme: "urn:tributary:topic", Label: "Counter-trafficking"},
			{Term: "Press release"},
		},
		Language:   "en",
		Enclosures: []feeds.Enclosure{{URL: "https://iom.example/seminar.pdf", Type: "application/pdf", Length: 1234}},
		Image: &feeds.Image{URL: "https://iom.example/seminar.jpg", Alt: "Two people at a table", Credit: "IOM 2026",
			Width: 800, Height: 600, Length: 90000},
		Rights: "© IOM 2026",
		Source: &feeds.Origin{ID: "https://iom.example/feed", Title: "IOM Libya news", Link: "https://iom.example/", Self: "https://iom.example/feed",
			Updated: at("2026-11-20T09:30:00Z"), Authors: []feeds.Person{{Name: "IOM Libya"}}, Rights: "© IOM"},
	}
}

func seminarArabic() feeds.Entry {
	return feeds.Entry{
		ID: "tag:feeds.example.org,2026:story/01b", Title: "ندوة في طرابلس", Link: "https://iom.example/ar/2",
		Summary: "ندوة IOM في طرابلس", Content: "<p>ندوة في طرابلس</p>", Language: "ar",
		Published: at("2026-11-19T10:00:00Z"), Updated: at("2026-11-19T10:00:00Z"),
		Authors: []feeds.Person{{Name: "المنظمة الدولية للهجرة"}},
		Source:  &feeds.Origin{ID: "https://iom.example/ar/feed", Title: "IOM Arabic", Self: "https://iom.example/ar/feed"},
	}
}

// bare has what a source that allows its titles alone leaves.
func bare() feeds.Entry {
	return feeds.Entry{ID: "tag:feeds.example.org,2026:story/01c", Title: "Title only", Link: "https://media.example/3",
		Published: at("2026-11-18T10:00:00Z"), Authors: []feeds.Person{{Name: "A newspaper"}}}
}

func credited() write.Writer {
	return write.Writer{Contributors: map[string][]feeds.Person{
		"tag:feeds.example.org,2026:story/01a": {{Name: "OIM Libye", URI: "https://iom.example/fr"}, {Name: "Partner"}},
	}}
}
