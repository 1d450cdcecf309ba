package demo_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/internal/demo"
)

func expectations(t *testing.T) demo.Expect {
	t.Helper()
	x, err := demo.Expectations()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestEventsKeepANewcomerWatching(t *testing.T) {
	events := expectations(t).Events
	if len(events) < 40 || events[0].After != 20*time.Second {
		t.Fatalf("%d events, the first after %s", len(events), events[0].After)
	}
	count := map[string]int{}
	for i, e := range events {
		count[e.What]++
		if i > 0 && e.After-events[i-1].After > 20*time.Second {
			t.Errorf("nothing happens between %s and %s", events[i-1].After, e.After)
		}
	}
	if count["corrected"] < 4 || count["withdrawn"] < 2 {
		t.Errorf("events: %v", count)
	}
}

// TestFeedsChangeExactlyAtTheirEvents looks at every feed at every event and a second
// before it.
func TestFeedsChangeExactlyAtTheirEvents(t *testing.T) {
	w, want := newWorld(t), map[string][]time.Duration{}
	moments := []time.Duration{0}
	for _, e := range expectations(t).Events {
		want[e.Source] = append(want[e.Source], e.After)
		moments = append(moments, e.After-time.Second, e.After)
	}
	for _, s := range w.Sources() {
		var got []time.Duration
		var tag string
		var body []byte
		for _, at := range moments {
			resp := w.at(at).get(path(s))
			now := resp.Body.Bytes()
			if body != nil && bytes.Equal(body, now) != (tag == resp.Header().Get("ETag")) {
				t.Fatalf("%s at %s: body and ETag do not change together", s.ID, at)
			}
			if body != nil && !bytes.Equal(body, now) {
				got = append(got, at)
				if m := resp.Header().Get("Last-Modified"); m != start.Add(at).Format(http.TimeFormat) {
					t.Errorf("%s changed at %s, Last-Modified says %s", s.ID, at, m)
				}
			}
			body, tag = now, resp.Header().Get("ETag")
		}
		if !slices.Equal(got, want[s.ID]) {
			t.Errorf("%s changed at %v, want %v", s.ID, got, want[s.ID])
		}
	}
}

func TestConditionalRequests(t *testing.T) {
	w := newWorld(t)
	for _, s := range w.Sources() {
		first := w.at(0).get(path(s))
		tag, modified := first.Header().Get("ETag"), first.Header().Get("Last-Modified")
		if tag == "" || modified == "" {
			t.Fatalf("%s: validators %q %q", s.ID, tag, modified)
		}
		for _, headers := range [][]string{{"If-None-Match", tag}, {"If-Modified-Since", modified}} {
			if resp := w.at(10*time.Second).get(path(s), headers...); resp.Code != http.StatusNotModified {
				t.Errorf("%s: %v is answered %d", s.ID, headers, resp.Code)
			}
		}
		if resp := w.at(2*time.Hour).get(path(s), "If-None-Match", `"other"`); resp.Code != http.StatusOK {
			t.Errorf("%s: another ETag is answered %d", s.ID, resp.Code)
		}
	}
}

func TestOneFeedIsCompressed(t *testing.T) {
	w := newWorld(t)
	target := path(w.source("iom-germany-en"))
	resp := w.get(target, "Accept-Encoding", "gzip, br")
	if resp.Header().Get("Content-Encoding") != "gzip" || resp.Header().Get("Vary") != "Accept-Encoding" {
		t.Fatalf("headers: %v", resp.Header())
	}
	z, err := gzip.NewReader(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(plain, w.body(target)) {
		t.Error("compressed and plain answers differ")
	}
	again := w.get(target, "Accept-Encoding", "gzip", "If-None-Match", resp.Header().Get("ETag"))
	if again.Code != http.StatusNotModified {
		t.Errorf("its own ETag is answered %d", again.Code)
	}
	if resp.Header().Get("ETag") == w.get(target).Header().Get("ETag") {
		t.Error("two representations share one ETag")
	}
}

func TestCorrectionsKeepIDAndDate(t *testing.T) {
	w, material := newWorld(t), 0
	for _, e := range expectations(t).Events {
		if e.What != "corrected" {
			continue
		}
		before, ok := w.at(e.After - time.Second).find(e.Ref)
		after, still := w.at(e.After).find(e.Ref)
		if !ok || !still {
			t.Errorf("%s at %s is not there before and after its correction", e.Release, e.Source)
			continue
		}
		if before.key() != after.key() || before.published != after.published || before.text == after.text {
			t.Errorf("%s at %s: %+v became %+v", e.Release, e.Source, before, after)
		}
		if format := w.source(e.Source).URL; (strings.Contains(format, "atom") || strings.Contains(format, ".json")) && before.updated == after.updated {
			t.Errorf("%s at %s: updated stays %q", e.Release, e.Source, after.updated)
		}
		if digits(before.text) != digits(after.text) {
			material++
		}
	}
	if material < 4 {
		t.Errorf("%d corrections change a figure", material)
	}
}

func TestWithdrawalsLeaveTombstones(t *testing.T) {
	w, n := newWorld(t), 0
	for _, e := range expectations(t).Events {
		if e.What != "withdrawn" {
			continue
		}
		n++
		if _, ok := w.at(e.After - time.Second).find(e.Ref); !ok {
			t.Errorf("%s was not there before its withdrawal", e.Release)
		}
		if _, ok := w.at(e.After).find(e.Ref); ok {
			t.Errorf("%s is still there", e.Release)
		}
		f, err := decodeXML(w.body(path(w.source(e.Source))), true)
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Deleted) != 1 || f.Deleted[0].Ref != e.GUID {
			t.Fatalf("%s: tombstones %+v, want %s", e.Source, f.Deleted, e.GUID)
		}
		if when, err := time.Parse(time.RFC3339, f.Deleted[0].When); err != nil || !when.Equal(start.Add(e.After)) {
			t.Errorf("%s: withdrawn at %s: %v", e.Source, f.Deleted[0].When, err)
		}
		page, ok := w.PageURL(e.Link)
		if !ok {
			t.Fatalf("no page for %s", e.Link)
		}
		if resp := w.get(page); resp.Code != http.StatusGone {
			t.Errorf("the page of %s answers %d", e.Release, resp.Code)
		}
	}
	if n < 2 {
		t.Errorf("%d withdrawals", n)
	}
}

func TestReportsGoOnForEver(t *testing.T) {
	w := newWorld(t)
	last := map[string]string{}
	for day := 1; day <= 5; day++ {
		fresh := 0
		for _, s := range w.at(time.Duration(day) * 24 * time.Hour).Sources() {
			entries := w.entries(s)
			if len(entries) > 30 {
				t.Fatalf("%s grew to %d entries", s.ID, len(entries))
			}
			if entries[0].title != last[s.ID] {
				fresh++
			}
			last[s.ID] = entries[0].title
			if page, ok := w.PageURL(entries[0].link); !ok || w.get(page).Code != http.StatusOK {
				t.Errorf("%s: the page of %q does not open", s.ID, entries[0].title)
			}
		}
		if day > 1 && fresh < 5 {
			t.Errorf("on day %d only %d sources have something new", day, fresh)
		}
	}
}

func TestEveryLinkLeadsToAPage(t *testing.T) {
	w := newWorld(t)
	for _, s := range w.at(12 * time.Minute).Sources() {
		for _, e := range w.entries(s) {
			page, ok := w.PageURL(e.link)
			if !ok {
				t.Errorf("%s: no page for %s", s.ID, e.link)
				continue
			}
			html := string(w.body(page))
			if !strings.Contains(html, `<link rel="canonical" href="https://`) || !strings.Contains(html, `hreflang="`) {
				t.Errorf("%s: the page of %s names no original or no language", s.ID, e.link)
			}
			for _, a := range e.alternates {
				_, href, _ := strings.Cut(a, " ")
				other, ok := w.PageURL(href)
				if !ok || w.get(other).Code != http.StatusOK {
					t.Errorf("%s: translation %s leads nowhere", s.ID, a)
				}
				if !strings.Contains(html, href) {
					t.Errorf("%s: the page of %s does not link %s", s.ID, e.link, a)
				}
			}
		}
	}
	if _, ok := w.PageURL("https://elsewhere.example/news/x"); ok {
		t.Error("a foreign link has a page")
	}
}

func TestReprintedPagesNameTheirOriginal(t *testing.T) {
	w := newWorld(t)
	html := string(w.body("/germany.iom.example/news/germany-ethiopia-iom-open-fourth-year-reintegration-support"))
	if !strings.Contains(html, `rel="canonical" href="https://www.iom.example/news/germany-ethiopia-iom-open-fourth-year-reintegration-support"`) {
		t.Error("a country site does not name headquarters' page as the original")
	}
}

func TestHomePagesAnnounceTheirFeeds(t *testing.T) {
	w := newWorld(t)
	for _, s := range w.Sources() {
		page, ok := w.PageURL(s.Link)
		if !ok {
			t.Fatalf("%s: no home page", s.ID)
		}
		if html := string(w.body(page)); !strings.Contains(html, `<link rel="alternate" type="application/`) && !strings.Contains(html, `<link rel="alternate" type="text/xml"`) ||
			!strings.Contains(html, `href="`+path(s)+`"`) {
			t.Errorf("%s: the home page does not announce %s", s.ID, path(s))
		}
		if !strings.Contains(string(w.body("/")), path(s)) {
			t.Errorf("%s is not on the demo's front page", s.ID)
		}
	}
}

func TestHostilePagesAreHarmless(t *testing.T) {
	w := newWorld(t)
	resp := w.get("/www.harbour-relief.example/updates/volunteers-handbook-second-edition/")
	if resp.Code != http.StatusOK || !strings.Contains(resp.Header().Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%d with policy %q", resp.Code, resp.Header().Get("Content-Security-Policy"))
	}
	rec := httptest.NewRecorder()
	w.Handler().ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/www.iom.example/rss.xml", strings.NewReader("x")))
	if rec.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST is answered %d", rec.Code)
	}
}
