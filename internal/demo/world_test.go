package demo_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"tributary/feeds"
	"tributary/internal/demo"
)

// moments are the start, the middle, the end of the scripted events, and long after.
var moments = []time.Duration{0, 4 * time.Minute, 12 * time.Minute, 26 * time.Hour}

func TestFeedsAreWellFormed(t *testing.T) {
	w := newWorld(t)
	for _, m := range moments {
		for _, s := range w.at(m).Sources() {
			body := w.body(path(s))
			if body[0] == '{' {
				if !json.Valid(body) {
					t.Errorf("%s at %s: invalid JSON", s.ID, m)
				}
				continue
			}
			_, err := decodeXML(body, true)
			// One feed is broken on purpose: its title has a bare ampersand.
			broken := bytes.Contains(body, []byte("<title>Shelter & WASH"))
			if (err != nil) != broken {
				t.Errorf("%s at %s: broken on purpose %t, strict reading says %v", s.ID, m, broken, err)
			}
			if broken && s.ID != "displacement-observatory" {
				t.Errorf("%s at %s: an ampersand stands bare", s.ID, m)
			}
		}
	}
}

func TestTheWorldIsLargeAndVarious(t *testing.T) {
	w := newWorld(t)
	formats, kinds, officesSeen, total := map[string]int{}, map[feeds.Kind]int{}, map[string]bool{}, 0
	for _, s := range w.Sources() {
		n := len(w.entries(s))
		if n < 10 {
			t.Errorf("%s has %d entries at the start", s.ID, n)
		}
		total += n
		kinds[s.Kind]++
		officesSeen[s.Office] = true
		resp := w.get(path(s))
		media, _, _ := strings.Cut(resp.Header().Get("Content-Type"), ";")
		body := w.body(path(s))
		switch {
		case media == "application/feed+json" && body[0] == '{':
			formats["json"]++
		case media == "application/atom+xml" && bytes.Contains(body, []byte("<feed ")):
			formats["atom"]++
		case media == "application/rdf+xml" && bytes.Contains(body, []byte("<rdf:RDF ")):
			formats["rdf"]++
		case (media == "application/rss+xml" || media == "text/xml") && bytes.Contains(body, []byte(`<rss version="2.0"`)):
			formats["rss"]++
		default:
			t.Errorf("%s: %s does not fit the document", s.ID, media)
		}
		if !s.Enabled || s.Trial || s.Licence == "" || s.Publisher == "" || s.Rank == 0 {
			t.Errorf("%s: incomplete source %+v", s.ID, s)
		}
		if _, err := time.LoadLocation(s.Zone); err != nil {
			t.Errorf("%s: %v", s.ID, err)
		}
	}
	if len(w.Sources()) < 16 || total < 170 {
		t.Errorf("%d sources with %d entries, want 16 and 170 at least", len(w.Sources()), total)
	}
	for _, f := range []string{"json", "atom", "rdf", "rss"} {
		if formats[f] < 3 {
			t.Errorf("format %s is used %d times", f, formats[f])
		}
	}
	if kinds[feeds.KindIOM] < 10 || kinds[feeds.KindPartner] < 5 || kinds[feeds.KindMedia] < 2 {
		t.Errorf("kinds: %v", kinds)
	}
	for _, o := range []string{"hq", "amer", "eca", "mena", "ap", "wca", "ehsa"} {
		if !officesSeen[o] {
			t.Errorf("no source of office %s", o)
		}
	}
}

func TestQuirksAreThere(t *testing.T) {
	w := newWorld(t)
	cases := []struct{ name, source, want string }{
		{"CDATA and content:encoded", "iom-libya-en", "<content:encoded><![CDATA[<!-- wp:paragraph -->"},
		{"escaped Drupal markup", "iom-hq-en", "&lt;div class=&quot;clearfix text-formatted field"},
		{"dc:creator", "iom-hq-en", "<dc:creator>"},
		{"media:content", "iom-hq-en", "<media:content "},
		{"guid that is no permalink", "iom-hq-en", `<guid isPermaLink="false">`},
		{"guid that is a permalink", "iom-drcongo-fr", `<guid isPermaLink="true">`},
		{"another charset declared", "iom-drcongo-fr", `encoding="windows-1252"`},
		{"and used", "iom-drcongo-fr", "R\xe9publique d\xe9mocratique"},
		{"script", "harbour-relief", "&lt;script&gt;"},
		{"event handler", "harbour-relief", "onclick="},
		{"tracking pixel", "harbour-relief", "pixel.gif"},
		{"relative link", "harbour-relief", "href=&quot;/downloads/"},
		{"odd date", "displacement-observatory", "<pubDate>Sunday, 15 November 2026 04:00:00 GMT</pubDate>"},
		{"bare ampersand", "displacement-observatory", "<title>Shelter & WASH"},
		{"entry in another language", "iom-mena-ar", `<entry xml:lang="en">`},
		{"translation links", "iom-hq-fr", `hreflang="ar" href="https://libya.iom.example/ar/news/nadwa`},
		{"a wrong category of the publisher", "iom-hq-en", "<category>Switzerland</category>"},
		{"press contact", "iom-libya-en", "press.tripoli@iom.example"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if !bytes.Contains(w.body(path(w.source(c.source))), []byte(c.want)) {
				t.Errorf("%s lacks %q", c.source, c.want)
			}
		})
	}
	if bytes.Contains(w.body(path(w.source("difaf-ar"))), []byte("<guid")) {
		t.Error("difaf-ar should give no guid")
	}
	for _, e := range w.entries(w.source("mediterranean-wire")) {
		if len(e.text) > 700 || strings.Contains(e.text, "<p>") {
			t.Errorf("mediterranean-wire gives more than a teaser: %q", e.text)
		}
	}
}

func TestStateIsAFunctionOfStartAndTime(t *testing.T) {
	walked, restarted := newWorld(t), newWorld(t)
	for at := time.Duration(0); at <= 14*time.Minute; at += 13 * time.Second {
		walked.at(at)
		for _, s := range walked.Sources() {
			walked.body(path(s))
		}
	}
	for _, m := range []time.Duration{11 * time.Minute, 0, 26 * time.Hour, 61 * time.Second} {
		for _, s := range walked.Sources() {
			if !bytes.Equal(walked.at(m).body(path(s)), restarted.at(m).body(path(s))) {
				t.Errorf("%s at %s depends on what was asked before", s.ID, m)
			}
		}
	}
}

func TestGUIDsAndDatesNeverChange(t *testing.T) {
	w := newWorld(t)
	dates, links := map[string]string{}, map[string]string{}
	for _, at := range append(eventMoments(t), time.Hour) {
		for _, s := range w.at(at).Sources() {
			inFeed := map[string]bool{}
			for _, e := range w.entries(s) {
				k := s.ID + " " + e.key()
				if e.key() == "" || inFeed[k] {
					t.Fatalf("%s at %s: id %q is empty or stands twice", s.ID, at, e.key())
				}
				inFeed[k] = true
				if before, ok := dates[k]; ok && (before != e.published || links[k] != e.link) {
					t.Fatalf("%s at %s: was %s %s, is %s %s", k, at, before, links[k], e.published, e.link)
				}
				dates[k], links[k] = e.published, e.link
				if e.published == "" || e.link == "" || e.title == "" || e.text == "" {
					t.Fatalf("%s at %s: incomplete: %+v", s.ID, at, e)
				}
			}
		}
	}
}

func TestDatesLieInTheLastThreeWeeks(t *testing.T) {
	x, err := demo.Expectations()
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	for _, s := range w.Sources() {
		if strings.Contains(path(s), ".json") {
			for _, e := range w.entries(s) {
				d, err := time.Parse(time.RFC3339, e.published)
				if err != nil || d.After(start) || d.Before(start.Add(-21*24*time.Hour)) {
					t.Errorf("%s: %s: %v", s.ID, e.published, err)
				}
			}
		}
	}
	for _, it := range x.Items {
		if it.Appears < -21*24*time.Hour {
			t.Errorf("%s at %s is %s old", it.Release, it.Source, -it.Appears)
		}
	}
}

// TestLanguagesAreWritten looks at scripts and at the commonest little words.
func TestLanguagesAreWritten(t *testing.T) {
	little := map[string][]string{
		"en": {"the", "and", "of", "in", "that"},
		"fr": {"les", "des", "une", "est", "dans"},
		"es": {"los", "las", "una", "que", "con"},
	}
	w, seen := newWorld(t), map[string]int{}
	for _, s := range w.at(12 * time.Minute).Sources() {
		for _, e := range w.entries(s) {
			language := e.language
			if s.Language == "" && language == "" {
				language = "ar" // the mixed feed declares the language of the rest
			}
			seen[language]++
			text := strings.ToLower(e.title + " " + e.text)
			arabic, letters := 0, 0
			for _, r := range stripTags(text) {
				if unicode.IsLetter(r) {
					letters++
					if unicode.Is(unicode.Arabic, r) {
						arabic++
					}
				}
			}
			if share := float64(arabic) / float64(letters); (language == "ar" && share < 0.8) || (language != "ar" && arabic > 0) {
				t.Errorf("%s %q: claims %s, %.0f %% Arabic letters", s.ID, e.title, language, 100*share)
			}
			if language == "ar" {
				continue
			}
			best, most := "", 0
			for _, l := range []string{"en", "fr", "es"} {
				n := 0
				for _, word := range strings.FieldsFunc(stripTags(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
					if slices.Contains(little[l], word) {
						n++
					}
				}
				if n > most {
					best, most = l, n
				}
			}
			if best != language {
				t.Errorf("%s %q: claims %s, reads like %s", s.ID, e.title, language, best)
			}
		}
	}
	for _, l := range []string{"en", "fr", "es", "ar"} {
		if seen[l] < 35 {
			t.Errorf("%d entries in %s", seen[l], l)
		}
	}
}

func TestTextsHaveTheLengthOfReleases(t *testing.T) {
	// The logs and notices are short by nature, and the agency gives first lines.
	w := newWorld(t)
	short, all := 0, 0
	for _, s := range w.at(12 * time.Minute).Sources() {
		if s.Kind == feeds.KindMedia && s.Republish == feeds.RepublishTitle {
			continue
		}
		for _, e := range w.entries(s) {
			n := len(strings.Fields(stripTags(e.text)))
			all++
			if n < 80 {
				short++
			}
			if n < 60 || n > 270 {
				t.Errorf("%s %q has %d words", s.ID, e.title, n)
			}
		}
	}
	if short*20 > all {
		t.Errorf("%d of %d texts have less than 80 words", short, all)
	}
}

func TestHandlerAnswersOnlyReaders(t *testing.T) {
	w := newWorld(t)
	cases := []struct {
		target string
		want   int
	}{
		{"/", http.StatusOK},
		{"/www.iom.example/rss.xml", http.StatusOK},
		{"/www.iom.example/", http.StatusOK},
		{"/www.iom.example/nothing", http.StatusNotFound},
		{"/nobody.example/", http.StatusNotFound},
		{"/www.iom.example/images/x.png", http.StatusOK},
		{"/www.iom.example/images/../x.png", http.StatusNotFound},
		{"http://www.iom.example/rss.xml", http.StatusOK},
		{"http://iom.example/rss.xml", http.StatusOK},
	}
	for _, c := range cases {
		if resp := w.get(c.target); resp.Code != c.want {
			t.Errorf("GET %s: %d, want %d", c.target, resp.Code, c.want)
		}
	}
}
