package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/demo"
	"tributary/internal/feedcheck"
)

// examined is one of our feeds as it was read, with what was found.
type examined struct {
	path   string
	report *feedcheck.Report
	body   []byte
}

// address makes a path of the handler one that stands in its documents.
func (s *stage) address(path string) string { return baseURL(s.config) + path }

// examine reads a feed as a subscriber does and checks it.
func (s *stage) examine(path string) examined {
	s.t.Helper()
	a := s.get(path)
	if a.status != http.StatusOK {
		s.t.Fatalf("GET %s: %d\n%.500s", path, a.status, a.body)
	}
	return examined{path: path, body: a.body, report: feedcheck.Check(
		feedcheck.Document{Body: a.body, Header: a.header, Status: a.status, URL: s.address(path)},
		feedcheck.Options{Now: time.Now(), Merged: true})}
}

// channels are the paths of every feed that the list has, without base and extension.
func (s *stage) channels() []string {
	s.t.Helper()
	list := s.examine("/feeds.opml")
	var out []string
	for _, o := range list.report.Feed.Outlines {
		path := strings.TrimPrefix(o, baseURL(s.config))
		out = append(out, strings.TrimSuffix(path, ".atom"))
	}
	slices.Sort(out)
	return out
}

// mixes are feeds that no list has: filters, searches, preferences of language.
func mixes() []string {
	out := []string{
		"/feeds/all.%s?country=ly,ma&topic=counter-trafficking", "/feeds/all.%s?limit=3", "/feeds/all.%s?q=Tripoli",
		"/feeds/region/mena.%s?kind=iom", "/feeds/country/ly.%s?source=iom-libya-en", "/feeds/all.%s?limit=100&kind=iom,partner,media",
	}
	for _, language := range []string{"en", "fr", "es", "ar"} {
		out = append(out, "/feeds/all.%s?language="+language, "/feeds/country/ly.%s?language="+language)
	}
	return out
}

var twins = []string{"atom", "rss", "json"}

// checkEveryFeed checks every channel and mix in every format, and that the formats
// agree. The names of Atom files for jing come back.
func (s *stage) checkEveryFeed(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	found := map[string]int{}
	tell := func(x examined) {
		for _, f := range x.report.Findings {
			key := x.path[strings.LastIndexByte(x.path, '.'):] + " " + string(f.Code)
			if found[key]++; found[key] <= 3 {
				t.Errorf("%s: %s", x.path, f)
			}
		}
	}
	var patterns []string
	for _, ch := range s.channels() {
		patterns = append(patterns, ch+".%s")
	}
	if len(patterns) < 60 {
		t.Errorf("only %d feeds are listed", len(patterns))
	}
	for _, pattern := range append(patterns, mixes()...) {
		var reports []examined
		for _, twin := range twins {
			path := fmt.Sprintf(pattern, twin)
			x := s.examine(path)
			// A mix may be asked for in many spellings; its own is the one that it stands under.
			x = s.examine(strings.TrimPrefix(x.report.Feed.Self, baseURL(s.config)))
			if string(x.report.Format) != twin {
				t.Errorf("%s is %s", path, x.report.Format)
			}
			tell(x)
			reports = append(reports, x)
			for _, archive := range s.archives(x) {
				tell(archive)
			}
		}
		agree(t, reports)
		name := filepath.Join(dir, fmt.Sprintf("%03d.atom", len(files)))
		if err := os.WriteFile(name, reports[0].body, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, name)
	}
	for _, query := range []string{"", "?language=fr", "?country=ly", "?language=es"} {
		tell(s.examine("/feeds.opml" + query))
	}
	for key, n := range found {
		if n > 3 {
			t.Errorf("%s: %d times", key, n)
		}
	}
	return files
}

// archives walks from a feed through its archive documents (RFC 5005, 4).
func (s *stage) archives(x examined) []examined {
	s.t.Helper()
	const most = 600 // months
	var out []examined
	for next := x.report.Feed.PrevArchive; next != ""; {
		a := s.examine(strings.TrimPrefix(next, baseURL(s.config)))
		if !a.report.Feed.Archive || len(out) > most {
			s.t.Errorf("%s is no archive of %s, or there is no end of them", a.path, x.path)
			return out
		}
		out = append(out, a)
		next = a.report.Feed.PrevArchive
	}
	return out
}

// agree holds the formats of one feed to the same entries in the same order, with the
// same dates and the same categories.
func agree(t *testing.T, reports []examined) {
	t.Helper()
	atom := reports[0].report.Feed
	for _, x := range reports[1:] {
		twin := x.report.Feed
		if len(twin.Entries) != len(atom.Entries) {
			t.Errorf("%s has %d entries, its Atom twin %d", x.path, len(twin.Entries), len(atom.Entries))
			continue
		}
		for i, e := range twin.Entries {
			a := atom.Entries[i]
			if e.ID != a.ID || e.Title != a.Title || e.Link != a.Link || !e.Published.Equal(a.Published) || !e.Updated.IsZero() && !e.Updated.Equal(a.Updated) {
				t.Errorf("%s, entry %d:\n%+v\n%+v", x.path, i+1, e, a)
			}
			if !slices.Equal(terms(e), terms(a)) || x.report.Format == feedcheck.JSON && !slices.Equal(e.Categories, a.Categories) {
				t.Errorf("%s, entry %d: categories %v, in Atom %v", x.path, i+1, e.Categories, a.Categories)
			}
		}
	}
}

func terms(e feedcheck.Entry) (out []string) {
	for _, c := range e.Categories {
		out = append(out, c.Scheme+c.Term)
	}
	return out
}

// jing holds Atom documents to RFC 4287's schema.
func jing(t *testing.T, files []string) {
	t.Helper()
	args := append([]string{"-c", "../../feeds/write/testdata/atom.rnc"}, files...)
	if out, err := exec.Command("jing", args...).CombinedOutput(); err != nil {
		t.Errorf("jing: %v (make deps installs it)\n%.4000s", err, out)
	}
}

// Every feed that the demo world gives, in every format, after every kind of change, is
// without any finding of ours and valid by the schema.
func TestEveryFeedIsWithoutFindings(t *testing.T) {
	s := newStage(t)
	expect, err := demo.Expectations()
	if err != nil {
		t.Fatal(err)
	}
	var last time.Duration
	for _, e := range expect.Events {
		last = max(last, e.After)
	}
	s.pull()
	t.Run("after the first pull", func(t *testing.T) { jing(t, s.checkEveryFeed(t, t.TempDir())) })
	s.at(last + time.Second)
	s.pull()
	t.Run("after updates and withdrawals by publishers", func(t *testing.T) {
		jing(t, s.checkEveryFeed(t, t.TempDir()))
		if a := s.get("/feeds/all.atom"); !bytes.Contains(a.body, []byte("deleted-entry")) {
			t.Error("nothing was withdrawn")
		}
	})
	all := s.stories(t)
	decide := func(r feeds.Ruling) {
		r.By, r.Office, r.Why = "jane", "hq", "test"
		if _, added, err := s.desk.Load().Decide(t.Context(), r); err != nil || !added {
			t.Fatalf("%s: %v, %v", r.Action, added, err)
		}
	}
	decide(feeds.Ruling{Action: feeds.RulingMerge, Entries: []int64{all[0].Lead().EntryID, all[1].Lead().EntryID}})
	decide(feeds.Ruling{Action: feeds.RulingWithdraw, Entries: []int64{all[2].Lead().EntryID}, Story: all[2].ID, Whole: true})
	if s.site, err = s.newSite(s.config); err != nil {
		t.Fatal(err)
	}
	t.Run("after a merge and a withdrawal by people", func(t *testing.T) { jing(t, s.checkEveryFeed(t, t.TempDir())) })
}

// What we say stands in the feed's language: names of countries and topics, the mark of
// what is not IOM's, the words about the feed.
func TestWhatWeSayIsInTheFeedsLanguage(t *testing.T) {
	s := newStage(t)
	s.pull()
	names := map[string]map[string]string{} // scheme and term -> language -> name
	for _, c := range s.config.Taxonomy.Countries {
		names["urn:tributary:country"+c.ISO2] = c.Label
	}
	for _, g := range s.config.Taxonomy.Groups {
		for _, topic := range g.Topics {
			names["urn:tributary:topic"+topic.Slug] = topic.Label
		}
	}
	marks := map[string]string{"en": "Partner content", "fr": "Contenu d’un partenaire", "es": "Contenido de un socio", "ar": "محتوى من شريك"}
	rights := map[string]bool{}
	for language, mark := range marks {
		x := s.examine("/feeds/language/" + language + ".atom?limit=100")
		named, marked := 0, 0
		for _, e := range x.report.Feed.Entries {
			for _, c := range e.Categories {
				if want := names[c.Scheme+c.Term][language]; want != "" {
					named++
					if c.Label != want {
						t.Errorf("%s: %s is called %q, not %q", x.path, c.Term, c.Label, want)
					}
				}
				if c.Scheme == "urn:tributary:kind" && c.Term == "partner" {
					marked++
					if !strings.HasPrefix(c.Label, mark) {
						t.Errorf("%s: the mark is %q", x.path, c.Label)
					}
				}
			}
		}
		if named < 10 || marked == 0 {
			t.Errorf("%s: %d names, %d marks", x.path, named, marked)
		}
		f := s.feed(x.path)
		if f.Rights == "" || rights[f.Rights] || f.Language != language {
			t.Errorf("%s in %s: rights %q", x.path, f.Language, f.Rights)
		}
		rights[f.Rights] = true
	}
}
