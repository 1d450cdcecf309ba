package pipeline

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/pgtest"
	"tributary/internal/publish"
	"tributary/internal/store"
)

// archived is a desk whose store has the desk's clock, with a publisher over it.
type archived struct {
	*desk
	publisher *publish.Publisher
	rnd       *rand.Rand
	entries   map[string][]string        // source -> what it lists
	closed    map[string]string          // archive address -> its bytes
	walked    map[string]map[string]bool // feed -> closed archives that it led to
}

var (
	entryIDs  = regexp.MustCompile(`(?s)<entry.*?<id>([^<]+)</id>`)
	deleted   = regexp.MustCompile(`<at:deleted-entry ref="([^"]+)"`)
	previous  = regexp.MustCompile(`<link href="https://feeds.example.org(/[^"]+)" rel="prev-archive"`)
	monthPart = regexp.MustCompile(`/(\d{4})/(\d{2})(-\d+)?\.`)
)

func newArchived(t *testing.T, seed uint64, dir string, o store.Options) *archived {
	t.Helper()
	a := &archived{rnd: rand.New(rand.NewPCG(seed, 5005)), entries: map[string][]string{}, closed: map[string]string{}, walked: map[string]map[string]bool{}} //nolint:gosec // a test's dice
	o.Now = func() time.Time {
		if a.desk == nil {
			return time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC)
		}
		return a.now
	}
	a.desk = newDesk(t, dir, o)
	a.now = time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC)
	a.catalogue(source("ly", "mena", feeds.KindIOM), source("press", "mena", feeds.KindMedia))
	var err error
	a.publisher, err = publish.New(publish.Options{Store: a.db, Archives: a.db, Touched: a.db.Touched, Taxonomy: &feeds.Taxonomy{Countries: []feeds.Country{{ISO2: "LY", Names: map[string][]string{"en": {"Libya"}}}}},
		BaseURL: "https://feeds.example.org", Authority: "example.org", AuthorityYear: 2026, Limit: 4, Now: func() time.Time { return a.now },
		Failed: func(err error) { t.Error(err) },
		Counts: func(context.Context) (map[feeds.Term]int, error) { return nil, nil },
		Sources: func(ctx context.Context) ([]feeds.Source, error) {
			states, err := a.db.Sources(ctx)
			var out []feeds.Source
			for _, s := range states {
				out = append(out, s.Source)
			}
			return out, err
		}})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (a *archived) word() string {
	var b strings.Builder
	for range 3 + a.rnd.IntN(3) {
		b.WriteByte("bdfgklmnprstvz"[a.rnd.IntN(14)])
		b.WriteByte("aeiou"[a.rnd.IntN(5)])
	}
	return b.String()
}

func (a *archived) words(n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = a.word()
	}
	return strings.Join(out, " ")
}

// publishes has a source say something new, dated up to two months ago.
func (a *archived) publishes() {
	id := []string{"ly", "press"}[a.rnd.IntN(2)]
	title := a.words(6)
	if a.rnd.IntN(2) == 0 {
		title += " LY"
	}
	when := a.now.Add(-time.Duration(a.rnd.IntN(24*60)) * time.Hour)
	if a.rnd.IntN(3) > 0 {
		when = a.now.Add(-time.Hour)
	}
	guid := fmt.Sprintf("%s-%d", id, len(a.entries[id]))
	e := strings.ReplaceAll(entry(guid, title, "https://"+id+".example/"+guid, a.words(40)), "2026-11-19T08:00:00Z", when.Format(time.RFC3339))
	a.entries[id] = append(a.entries[id], e)
	a.prints(id, "", a.entries[id]...)
	a.pull(id)
}

// step does something that happens to a newsroom, and says whether it may change archives
// that are closed.
func (a *archived) step() (touches bool) {
	all := a.stories()
	switch dice := a.rnd.IntN(12); {
	case dice == 0 && len(all) > 2: // a correction
		for id, list := range a.entries {
			if len(list) > 0 {
				i := a.rnd.IntN(len(list))
				list[i] = strings.Replace(list[i], `<content type="html">`, `<content type="html">`+a.words(3)+" ", 1)
				a.prints(id, "", list...)
				a.pull(id)
			}
		}
	case dice == 1 && len(all) > 4:
		i := a.rnd.IntN(len(all) - 1)
		a.merges(all[i], all[i+1])
		return true
	case dice == 2 && len(all) > 4:
		s := all[a.rnd.IntN(len(all))]
		a.decides(feeds.Ruling{Action: feeds.RulingWithdraw, Story: s.ID, Entries: []int64{s.Lead().EntryID}})
		return true
	case dice == 3:
		a.now = a.now.Add(time.Duration(1+a.rnd.IntN(25)) * 24 * time.Hour)
	default:
		for range 1 + a.rnd.IntN(4) {
			a.publishes()
		}
	}
	return false
}

func (a *archived) read(address string) (body string, status int) {
	path := strings.TrimPrefix(address, "/feeds/")
	r := httptest.NewRequest(http.MethodGet, address, nil)
	w := httptest.NewRecorder()
	name, _, _ := strings.Cut(path, "?")
	if err := a.publisher.ServeFeed(w, r, name); err != nil {
		a.t.Fatalf("%s: %v", address, err)
	}
	return w.Body.String(), w.Code
}

// walk reads a feed and its archives from the latest to the first.
func (a *archived) walk(feed string, sel feeds.Selector, touched bool) {
	a.t.Helper()
	body, _ := a.read(feed)
	head := map[string]bool{}
	for _, m := range entryIDs.FindAllStringSubmatch(body, -1) {
		head[m[1]] = true
	}
	seen := map[string]string{}
	gone := map[string]bool{}
	next := previous.FindStringSubmatch(body)
	for documents := 0; next != nil; documents++ {
		address := next[1]
		if documents > 100 {
			a.t.Fatalf("%s: the walk does not end", feed)
		}
		if body, _ = a.read(address); !strings.Contains(body, "<fh:archive>") {
			a.t.Fatalf("%s is no archive:\n%s", address, body)
		}
		if !strings.Contains(body, `href="https://feeds.example.org`+feed+`" rel="current"`) {
			a.t.Errorf("%s does not lead back to %s", address, feed)
		}
		for _, m := range entryIDs.FindAllStringSubmatch(body, -1) {
			if before := seen[m[1]]; before != "" {
				a.t.Errorf("%s: %s is in %s and %s", feed, m[1], before, address)
			}
			seen[m[1]] = address
		}
		for _, m := range deleted.FindAllStringSubmatch(body, -1) {
			gone[m[1]] = true
		}
		a.stays(address, body, touched)
		next = previous.FindStringSubmatch(body)
	}
	standing, err := a.db.Stories(a.t.Context(), sel, 10_000)
	if err != nil {
		a.t.Fatal(err)
	}
	want := map[string]bool{}
	for _, s := range standing {
		id := "tag:example.org,2026:story/" + s.ID
		want[id] = true
		if !head[id] && seen[id] == "" {
			a.t.Errorf("%s: %s, published %s, is nowhere", feed, s.ID, s.Published)
		}
	}
	for id, address := range seen {
		if !want[id] || gone[id] {
			a.t.Errorf("%s holds %s, which does not stand", address, id)
		}
	}
}

// stays holds the archives of closed months to their bytes.
func (a *archived) stays(address, body string, touched bool) {
	a.t.Helper()
	closed, _, err := a.db.ClosedMonth(a.t.Context())
	if err != nil {
		a.t.Fatal(err)
	}
	m := monthPart.FindStringSubmatch(address)
	if m == nil {
		a.t.Fatalf("%s names no month", address)
	}
	if m[1]+m[2] > fmt.Sprint(int(closed)) {
		return
	}
	if before, ok := a.closed[address]; ok && before != body && !touched {
		a.t.Errorf("%s has changed after its month was closed:\n%s\n---\n%s", address, before, body)
	}
	a.closed[address] = body
}

// Walking from a feed over prev-archive gives every story that stands once, whatever
// happened; and an archive of a closed month changes for withdrawals, merges and splits
// alone (RFC 5005, 4).
func TestArchivesHoldEveryStoryOnce(t *testing.T) {
	run := func(t *testing.T, a *archived) {
		touched := false
		for range 45 {
			touched = a.step() || touched
			a.now = a.now.Add(time.Minute)
			if a.rnd.IntN(3) == 0 {
				continue // before the index has come to it
			}
			if err := Index(t.Context(), a.db); err != nil {
				t.Fatal(err)
			}
			a.now = a.now.Add(time.Minute)
			a.walk("/feeds/all.atom", feeds.Selector{}, touched)
			a.walk("/feeds/country/ly.atom", feeds.Selector{All: [][]feeds.Term{{{Kind: feeds.TermCountry, Value: "LY"}}}}, touched)
			a.walk("/feeds/source/press.atom", feeds.Selector{All: [][]feeds.Term{{{Kind: feeds.TermSource, Value: "press"}}}}, touched)
			touched = false
			if t.Failed() {
				return
			}
		}
		if months := len(a.closed); months < 3 {
			t.Errorf("%d closed archives: the history is too short", months)
		}
	}
	for _, seed := range []uint64{1, 2, 3} {
		t.Run(fmt.Sprintf("sqlite/%d", seed), func(t *testing.T) {
			dir := t.TempDir()
			run(t, newArchived(t, seed, dir, store.Options{Path: filepath.Join(dir, "t.db")}))
		})
	}
	t.Run("postgres", func(t *testing.T) { run(t, newArchived(t, 4, "", store.Options{URL: pgtest.URL(t)})) })
}

// Archives are documents like others: formats, validators, sentences for what is not there.
func TestArchiveDocuments(t *testing.T) {
	dir := t.TempDir()
	a := newArchived(t, 7, dir, store.Options{Path: filepath.Join(dir, "t.db")})
	for range 12 {
		a.publishes()
	}
	a.now = a.now.Add(40 * 24 * time.Hour)
	a.publishes()
	if err := Index(t.Context(), a.db); err != nil {
		t.Fatal(err)
	}
	ch, _, err := a.publisher.Parse("all.atom", nil)
	if err != nil {
		t.Fatal(err)
	}
	months, err := a.publisher.Months(t.Context(), ch)
	if err != nil || len(months) < 2 {
		t.Fatalf("%v (%v)", months, err)
	}
	for _, format := range []string{"atom", "rss", "json"} {
		address := "/feeds/all/" + months[0].Month.String() + "." + format
		get := func(header ...string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(http.MethodGet, address, nil)
			if len(header) == 2 {
				r.Header.Set(header[0], header[1])
			}
			w := httptest.NewRecorder()
			if err := a.publisher.ServeFeed(w, r, strings.TrimPrefix(address, "/feeds/")); err != nil {
				t.Fatal(err)
			}
			return w
		}
		w := get()
		if w.Code != http.StatusOK || w.Header().Get("ETag") == "" || w.Header().Get("Last-Modified") == "" {
			t.Errorf("%s: %d %v", address, w.Code, w.Header())
		}
		if again := get("If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%s: %d for its own ETag", address, again.Code)
		}
	}
	for path, want := range map[string]string{"all/2019/01.atom": "No story of this feed is archived under 2019/01", "all/2026/13.atom": "", "all/2026/03-9.atom": "no part 9"} {
		err := a.publisher.ServeFeed(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/feeds/"+path, nil), path)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	var names []string
	emit := func(name string, _ []byte) error { names = append(names, name); return nil }
	if err := a.publisher.ShelveArchives(t.Context(), []feeds.Channel{ch}, emit); err != nil || !slices.Contains(names, "feeds/all/"+months[0].Month.String()+".atom") {
		t.Errorf("%v (%v)", names, err)
	}
}

// A month has closed and the next has no story yet: on a shelf, too, what an archive leads
// to is there.
func TestShelvedArchivesLeadNowhereMissing(t *testing.T) {
	a := newArchived(t, 1, t.TempDir(), store.Options{Path: filepath.Join(t.TempDir(), "tributary.db")})
	for range 6 {
		a.publishes()
	}
	a.now = time.Date(2026, 6, 5, 12, 0, 0, 0, time.UTC)
	if err := Index(t.Context(), a.db); err != nil {
		t.Fatal(err)
	}
	channel, _, err := a.publisher.Parse("all.atom", nil)
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	if err := a.publisher.ShelveArchives(t.Context(), []feeds.Channel{channel}, func(name string, body []byte) error {
		files["/"+name] = string(body)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	links := regexp.MustCompile(`<link href="https://feeds.example.org(/[^"]+)" rel="(?:next|prev)-archive"`)
	led := false
	for name, body := range files {
		for _, m := range links.FindAllStringSubmatch(body, -1) {
			if led = true; files[m[1]] == "" {
				t.Errorf("%s leads to %s, which is not on the shelf", name, m[1])
			}
		}
	}
	if !led {
		t.Errorf("no archive leads to another: %d files", len(files))
	}
}
