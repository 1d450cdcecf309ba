package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/feeds/read"
	"tributary/internal/demo"
	"tributary/internal/pipeline"
	"tributary/internal/store"
)

// stage is the whole program over the demo world, with the world's clock in the
// test's hand.
type stage struct {
	*app
	t      testing.TB
	offset atomic.Int64 // of the world's clock from its start
	site   *site
	web    *httptest.Server
	asked  atomic.Pointer[http.Request] // the last request to the web server
}

func newStage(t testing.TB) *stage {
	t.Helper()
	return newStageOn(t, "", "")
}

// newStageOn is a stage on a database, SQLite when empty, with a configuration file, if any.
func newStageOn(t testing.TB, database, file string) *stage {
	t.Helper()
	s := &stage{t: t}
	start := time.Now().UTC().Truncate(time.Second)
	world, err := demo.New(start, func() time.Time { return start.Add(time.Duration(s.offset.Load())) })
	if err != nil {
		t.Fatal(err)
	}
	_, stop, err := world.Serve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	con := &console{in: strings.NewReader(""), out: io.Discard, err: io.Discard}
	g := &Globals{Data: t.TempDir(), LogLevel: "error", Database: database, Config: file}
	if s.app, err = g.open(t.Context(), con, world, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.site, err = s.newSite(s.config); err != nil {
		t.Fatal(err)
	}
	s.web = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked.Store(r)
		s.site.handler.ServeHTTP(w, r)
	}))
	t.Cleanup(s.web.Close)
	return s
}

// pull pulls every source once.
func (s *stage) pull() pipeline.Report {
	s.t.Helper()
	puller, desk, err := s.puller(s.t.Context(), s.config, s.schedules)
	if err != nil {
		s.t.Fatal(err)
	}
	s.desk.Store(desk)
	sources, err := s.db.Sources(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	sources = slices.DeleteFunc(sources, func(x store.SourceState) bool { return !x.Enabled || x.Retired })
	// In one order: exact keys do not yet bring two stories together that a third copy
	// belongs to both of, so the order in which copies come counts.
	puller.Fetches = 1
	report, err := puller.Pull(s.t.Context(), sources, nil)
	if err != nil || len(report.Failed) > 0 {
		s.t.Fatalf("pull: %v, failed: %v", err, report.Failed)
	}
	if err := s.index(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	// A new site stands for the moment after which a running one looks again.
	if s.site, err = s.newSite(s.config); err != nil {
		s.t.Fatal(err)
	}
	return report
}

// at sets the world's clock to a moment after its start.
func (s *stage) at(d time.Duration) { s.offset.Store(int64(d)) }

type answer struct {
	status int
	header http.Header
	body   []byte
}

func (s *stage) get(path string, header ...string) answer {
	s.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.web.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, body}
}

// feed reads one of our feeds with our own reader.
func (s *stage) feed(path string) *feeds.Feed {
	s.t.Helper()
	a := s.get(path)
	if a.status != http.StatusOK {
		s.t.Fatalf("GET %s: %d\n%s", path, a.status, a.body)
	}
	f, err := read.Parse(read.Document{Body: a.body, ContentType: a.header.Get("Content-Type"), URL: s.web.URL + path})
	if err != nil {
		s.t.Fatalf("read %s: %v", path, err)
	}
	return f
}

func ids(f *feeds.Feed) (out []string) {
	for _, e := range f.Entries {
		out = append(out, e.ID)
	}
	return out
}

func titled(f *feeds.Feed, part string) *feeds.Entry {
	for i := range f.Entries {
		if strings.Contains(f.Entries[i].Title, part) {
			return &f.Entries[i]
		}
	}
	return nil
}

func TestTheWholeJobOverTheDemoWorld(t *testing.T) {
	s := newStage(t)
	first := s.pull()
	if first.Entries.New < 150 || first.Stories.Joined < 5 || first.Entries.Dropped > 0 {
		t.Fatalf("the first pull: %+v", first)
	}

	t.Run("one entry a story, its sources credited", func(t *testing.T) {
		all := s.feed("/feeds/all.atom?limit=100")
		seen := map[string]bool{}
		for _, e := range all.Entries {
			if seen[e.ID] {
				t.Errorf("%s twice", e.ID)
			}
			seen[e.ID] = true
			if e.Source == nil || e.Source.Title == "" || e.Source.ID == "" {
				t.Errorf("%q credits no source", e.Title)
			}
			if len(e.Authors) == 0 || e.Authors[0].Name == "" {
				t.Errorf("%q has no author", e.Title)
			}
			if e.Published.IsZero() || e.Published.After(time.Now()) || e.Updated.Before(e.Published) {
				t.Errorf("%q: published %s, updated %s", e.Title, e.Published, e.Updated)
			}
		}
	})

	t.Run("twins carry the same ids in the same order", func(t *testing.T) {
		for _, path := range []string{"/feeds/all", "/feeds/topic/counter-trafficking", "/feeds/country/ly", "/feeds/language/ar", "/feeds/region/wca"} {
			atom, rss, json := s.feed(path+".atom"), s.feed(path+".rss"), s.feed(path+".json")
			if len(atom.Entries) == 0 || !slices.Equal(ids(atom), ids(rss)) || !slices.Equal(ids(atom), ids(json)) {
				t.Errorf("%s: atom %v\nrss %v\njson %v", path, ids(atom), ids(rss), ids(json))
			}
		}
	})

	t.Run("labels are right where the demo lays its traps", func(t *testing.T) {
		checkExpectedLabels(t, s)
	})
	t.Run("copies are one story and others stay apart", func(t *testing.T) {
		checkExpectedStories(t, s)
	})

	t.Run("a donor is not the subject", func(t *testing.T) {
		if titled(s.feed("/feeds/country/ly.atom?limit=100"), "Tripoli") == nil {
			t.Error("the seminar in Tripoli is not under Libya")
		}
		for _, e := range s.feed("/feeds/country/it.atom?limit=100").Entries {
			if strings.Contains(e.Title, "Tripoli") {
				t.Errorf("%q is under Italy, which only pays", e.Title)
			}
		}
	})

	paths := []string{"/feeds/all.atom", "/feeds/all.rss", "/feeds/all.json", "/feeds/country/ly.atom", "/feeds/topic/counter-trafficking.rss",
		"/feeds/region/mena.json", "/feeds/office/hq.atom", "/feeds/all.atom?language=fr&limit=10", "/feeds.opml"}
	t.Run("a second pull changes no byte and no validator", func(t *testing.T) {
		before := map[string]answer{}
		for _, p := range paths {
			before[p] = s.get(p)
		}
		second := s.pull()
		if second.NotModified != second.Sources || second.Entries != (pipeline.EntryCounts{}) {
			t.Errorf("the second pull: %+v", second)
		}
		for _, p := range paths {
			was, is := before[p], s.get(p)
			if was.status != http.StatusOK || !bytes.Equal(was.body, is.body) || was.header.Get("Etag") != is.header.Get("Etag") || was.header.Get("Last-Modified") != is.header.Get("Last-Modified") {
				t.Errorf("%s: %d, bytes %d and %d, ETag %s and %s, Last-Modified %s and %s", p, was.status, len(was.body), len(is.body),
					was.header.Get("Etag"), is.header.Get("Etag"), was.header.Get("Last-Modified"), is.header.Get("Last-Modified"))
			}
			if again := s.get(p, "If-None-Match", was.header.Get("Etag")); again.status != http.StatusNotModified || len(again.body) > 0 {
				t.Errorf("%s: asked with its ETag: %d with %d bytes", p, again.status, len(again.body))
			}
		}
	})

	t.Run("an unknown value is answered with the valid ones", func(t *testing.T) {
		for path, status := range map[string]int{"/feeds/country/xx.atom": 404, "/feeds/topic/nothing.atom": 404, "/feeds/all.atom?country=xx": 400,
			"/feeds/all.atom?colour=red": 400, "/feeds/all.pdf": 404} {
			if a := s.get(path); a.status != status || len(a.body) < 20 {
				t.Errorf("%s: %d %q, want %d with a sentence", path, a.status, a.body, status)
			}
		}
	})

	t.Run("words are searched whatever their accents", func(t *testing.T) {
		plain, accented := s.feed("/feeds/all.atom?q=migrants+deplaces"), s.feed("/feeds/all.atom?q=Migrants+d%C3%A9plac%C3%A9s")
		if !slices.Equal(ids(plain), ids(accented)) {
			t.Errorf("with and without accents: %d and %d", len(plain.Entries), len(accented.Entries))
		}
		if f := s.feed("/feeds/all.atom?q=Tripoli"); titled(f, "Tripoli") == nil {
			t.Error("q=Tripoli does not find Tripoli")
		}
	})
}

func TestCorrectionAndWithdrawal(t *testing.T) {
	s := newStage(t)
	expect, err := demo.Expectations()
	if err != nil {
		t.Fatal(err)
	}
	s.pull()
	all := s.stories(t)
	// A correction shows when it is the lead's: another copy's is a revision of that
	// copy and does not touch what the lead says.
	event := func(what string) demo.ExpectEvent {
		i := slices.IndexFunc(expect.Events, func(e demo.ExpectEvent) bool {
			story := s.kept(t, all, e.Ref)
			return e.What == what && story != nil && story.Lead().SourceID == e.Source && (what == "corrected" || len(story.Copies) == 1)
		})
		if i < 0 {
			t.Fatalf("the demo has no story that is %s", what)
		}
		return expect.Events[i]
	}
	corrected, withdrawn := event("corrected"), event("withdrawn")
	find := func(ref demo.Ref) *feeds.Entry {
		return titled(s.feed("/feeds/source/"+ref.Source+".atom?limit=100"), ref.Title)
	}

	before, doomed := find(corrected.Ref), find(withdrawn.Ref)
	if before == nil || doomed == nil {
		t.Fatalf("not there before the events: %v, %v", before, doomed)
	}

	s.at(max(corrected.After, withdrawn.After) + time.Second)
	s.pull()
	var after *feeds.Entry
	f := s.feed("/feeds/source/" + corrected.Source + ".atom?limit=100")
	for i := range f.Entries {
		if f.Entries[i].ID == before.ID {
			after = &f.Entries[i]
		}
	}
	if after == nil {
		t.Fatalf("the corrected story left its id %s", before.ID)
	}
	if !after.Updated.After(before.Updated) || !after.Published.Equal(before.Published) {
		t.Errorf("corrected: updated %s -> %s, published %s -> %s", before.Updated, after.Updated, before.Published, after.Published)
	}
	if after.Content == before.Content && after.Summary == before.Summary && after.Title == before.Title {
		t.Error("the correction does not show")
	}

	gone := s.get("/feeds/source/" + withdrawn.Source + ".atom?limit=100")
	if find(withdrawn.Ref) != nil {
		t.Error("the withdrawn story is still in the feed")
	}
	if !bytes.Contains(gone.body, []byte(`deleted-entry`)) || !bytes.Contains(gone.body, []byte(`ref="`+doomed.ID+`"`)) {
		t.Errorf("no tombstone for %s", doomed.ID)
	}
	story := "/stories/" + doomed.ID[strings.LastIndexByte(doomed.ID, '/')+1:]
	if a := s.get(story); a.status != http.StatusGone {
		t.Errorf("%s: %d, want 410", story, a.status)
	}
}

func TestStoryPageShowsEvidence(t *testing.T) {
	s := newStage(t)
	s.pull()
	f := s.feed("/feeds/country/ly.json")
	if len(f.Entries) == 0 {
		t.Fatal("nothing about Libya")
	}
	id := f.Entries[0].ID
	page := s.get("/stories/" + id[strings.LastIndexByte(id, '/')+1:])
	if page.status != http.StatusOK || !bytes.Contains(page.body, []byte("Libya")) {
		t.Errorf("story page: %d\n%s", page.status, page.body)
	}
	var health map[string]any
	if a := s.get("/readyz"); a.status != http.StatusOK {
		t.Errorf("/readyz: %d %s", a.status, a.body)
	} else if err := json.Unmarshal(a.body, &health); err != nil && len(a.body) == 0 {
		t.Errorf("/readyz says nothing: %v", err)
	}
	for _, path := range []string{"/", "/feeds", "/sources", "/about", "/about/fetcher", "/feeds/country/ly.html", "/healthz", "/metrics"} {
		if a := s.get(path); a.status != http.StatusOK || len(a.body) == 0 {
			t.Errorf("%s: %d with %d bytes", path, a.status, len(a.body))
		}
	}
}
