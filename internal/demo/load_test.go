package demo

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

const (
	onePublisher = `publishers:
- {id: a, office: hq, title: A, about: About, publisher: A, host: a.example, feed: /f, home: /, article: "/n/{slug}", kind: iom,
   language: en, schedule: "@hourly", zone: UTC, rank: 1, licence: None, republish: full, format: rss-2.0, style: plain, guid: node}
`
	oneSeries = `endless: {after: 1m, every: 1m}
series:
- {id: s, at: a, first: 1, ago: [2d, 1d], slug: s, title: "No. {n}", body: "There are {x} of them.", figures: {x: {base: 1, step: 1, wobble: 0}}}
`
	oneRelease = `releases:
- id: r
  texts: {en: {slug: r, title: R, body: "Some text."}}
  copies: [{at: a, ago: 1h}]
`
)

// TestLoadRefuses: each case breaks sound data in one place and names what the error
// must say.
func TestLoadRefuses(t *testing.T) {
	cases := []struct{ name, file, from, to, want string }{
		{"sound data", "", "", "", ""},
		{"unknown key", "publishers", "rank: 1", "rank: 1, colour: red", "colour"},
		{"unknown format", "publishers", "rss-2.0", "rss-3.0", "format has no valid value"},
		{"unknown office", "publishers", "office: hq", "office: moon", "office has no valid value"},
		{"real host", "publishers", "a.example", "a.com", "not below .example"},
		{"unknown zone", "publishers", "zone: UTC", "zone: Moon/Sea", "Moon/Sea"},
		{"article without slug", "publishers", "/n/{slug}", "/n/", "{slug}"},
		{"no licence", "publishers", "licence: None", `licence: ""`, "licence is empty"},
		{"Atom without ids", "publishers", "format: rss-2.0, style: plain, guid: node", "format: atom-1.0, style: plain, guid: none", "cannot do without an id"},
		{"RDF with other ids", "publishers", "rss-2.0", "rss-1.0", "rdf:about"},
		{"series without a number", "series", "No. {n}", "Report", "lacks {n}"},
		{"series at nobody's", "series", "at: a", "at: b", `no publisher "b"`},
		{"unknown figure", "series", "{x} of", "{y} of", `no figure "y"`},
		{"series out of order", "series", "[2d, 1d]", "[1d, 2d]", "order of time"},
		{"endless without pause", "series", "every: 1m", "every: 0s", "endless"},
		{"bad span", "releases", "ago: 1h", "ago: 1 week", "read span"},
		{"neither ago nor after", "releases", ", ago: 1h", "", "either ago or after"},
		{"copy at nobody's", "releases", "at: a", "at: b", `no publisher "b"`},
		{"missing language", "releases", "{en:", "{fr:", `no text in "en"`},
		{"two texts in one", "releases", `body: "Some text."`, `body: B, html: H`, "either body or html"},
		{"no copy", "releases", "[{at: a, ago: 1h}]", "[]", "no publisher carries it"},
		{"twice at one publisher", "releases", "[{at: a, ago: 1h}]", "[{at: a, ago: 1h}, {at: a, ago: 2h}]", "stands twice"},
		{"edit of nothing", "releases", "ago: 1h", "ago: 1h, edits: [{from: absent, to: x}]", "not in the text"},
		{"revision before its time", "releases", "ago: 1h", "after: 1h, revise: [{after: 30m, title: T}]", "not later"},
		{"withdrawn too early", "releases", "ago: 1h", "after: 1h, withdraw: 30m", "withdrawn before it appears"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			data := map[string]string{"publishers": onePublisher, "series": oneSeries, "releases": oneRelease}
			if c.file != "" {
				broken := strings.Replace(data[c.file], c.from, c.to, 1)
				if broken == data[c.file] {
					t.Fatalf("%q is not in the data", c.from)
				}
				data[c.file] = broken
			}
			err := settle(fstest.MapFS{
				"world/publishers.yaml":      {Data: []byte(data["publishers"])},
				"world/series.yaml":          {Data: []byte(data["series"])},
				"world/releases/region.yaml": {Data: []byte(data["releases"])},
			})
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("error %v does not say %q", err, c.want)
			}
		})
	}
}

// settle loads data and sets it in time, as New does with the bundled files.
func settle(fsys fs.FS) error {
	d, err := load(fsys)
	if err != nil {
		return err
	}
	w := &World{publishers: d.publishers, series: d.series, endless: d.endless, pages: map[string]*item{}}
	return w.fill(d)
}

func TestLoadReportsEverythingAtOnce(t *testing.T) {
	err := settle(fstest.MapFS{
		"world/publishers.yaml": {Data: []byte(strings.Replace(strings.Replace(onePublisher, "rank: 1", "rank: 0", 1), "zone: UTC", "zone: No", 1))},
		"world/series.yaml":     {Data: []byte(strings.Replace(oneSeries, "{n}", "", 1))},
	})
	for _, want := range []string{"rank", "zone", "lacks {n}"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
}

func TestSpan(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"20s": 20 * time.Second, "3d": 72 * time.Hour, "3d4h30m": 76*time.Hour + 30*time.Minute, "11m30s": 690 * time.Second,
	} {
		var s span
		if err := s.UnmarshalText([]byte(text)); err != nil || time.Duration(s) != want {
			t.Errorf("%s is read as %s: %v", text, time.Duration(s), err)
		}
	}
}

func FuzzSpan(f *testing.F) {
	for _, seed := range []string{"3d4h", "20s", "", "d", "-1h", "999d2562047h", "1h1h"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var s span
		if s.UnmarshalText([]byte(text)) == nil && s < 0 {
			t.Errorf("%q is read as %s", text, time.Duration(s))
		}
	})
}
