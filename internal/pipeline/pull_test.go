package pipeline

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/classify"
	"tributary/internal/fetch"
	"tributary/internal/pgtest"
	"tributary/internal/store"
)

// desk is a pipeline over a store of its own, publishers that say what the test
// wants and a clock that the test moves.
type desk struct {
	asking sync.Mutex
	*Puller
	t     *testing.T
	db    *store.DB
	where store.Options // of db, to open it once more
	now   time.Time
	says  map[string]func(fetch.Request) (*fetch.Response, error) // by URL
	asked []fetch.Request
	dir   string // of a SQLite database
}

func (d *desk) Get(_ context.Context, r fetch.Request) (*fetch.Response, error) {
	d.asking.Lock()
	d.asked = append(d.asked, r)
	d.asking.Unlock()
	say, ok := d.says[r.URL]
	if !ok {
		return nil, &fetch.Error{URL: r.URL, Reason: fetch.ReasonDNS, Err: errors.New("no such host")}
	}
	return say(r)
}

// Classify labels with the capitals in the title: enough to see labels move.
func (d *desk) Classify(it classify.Item) []feeds.Label {
	if strings.Contains(it.Title, "faulty") {
		panic("a fault")
	}
	var out []feeds.Label
	for _, w := range strings.Fields(it.Title) {
		if len(w) == 2 && w == strings.ToUpper(w) {
			out = append(out, feeds.Label{Kind: feeds.LabelCountry, Value: w, Score: 1, By: feeds.ByRule, Evidence: []feeds.Evidence{{Rule: "test", Text: w, Field: "title"}}})
		}
	}
	return append(out, feeds.Label{Kind: feeds.LabelLanguage, Value: it.Language, Score: 1, By: feeds.ByRule, Evidence: []feeds.Evidence{{Rule: "test"}}})
}

// Language is the label of what is declared.
func (d *desk) Language(it classify.Item) (feeds.Label, bool) {
	return feeds.Label{Kind: feeds.LabelLanguage, Value: it.Language, Score: 1, By: feeds.ByRule, Evidence: []feeds.Evidence{{Rule: "test"}}}, it.Language != ""
}

func onBoth(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		test(t, newDesk(t, dir, store.Options{Path: filepath.Join(dir, "t.db")}))
	})
	t.Run("postgres", func(t *testing.T) { test(t, newDesk(t, "", store.Options{URL: pgtest.URL(t)})) })
}

func newDesk(t *testing.T, dir string, o store.Options) *desk {
	t.Helper()
	d := &desk{t: t, dir: dir, now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), where: o, says: map[string]func(fetch.Request) (*fetch.Response, error){}}
	var err error
	if d.db, err = store.Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := d.db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.Puller = &Puller{Fetch: d, Store: d.db, Classify: d, Fetches: 1, Now: func() time.Time { return d.now }, Headquarters: "hq", Grouping: DefaultGrouping(),
		Next: func(_ feeds.Source, after time.Time) time.Time { return after.Add(time.Hour) }}
	return d
}

func source(id, office string, kind feeds.Kind) feeds.Source {
	return feeds.Source{ID: id, Office: office, Title: id, Publisher: id, URL: "https://" + id + ".example/feed", Kind: kind,
		Language: "en", Schedule: "@hourly", Zone: "UTC", Rank: 100, Republish: feeds.RepublishSummary, Enabled: true}
}

func (d *desk) catalogue(sources ...feeds.Source) {
	d.t.Helper()
	if err := d.db.SyncSources(d.t.Context(), sources); err != nil {
		d.t.Fatal(err)
	}
}

// entry is an Atom entry.
func entry(id, title, link, text string) string {
	return fmt.Sprintf(`<entry><id>%s</id><title>%s</title><link href="%s"/><published>2026-11-19T08:00:00Z</published><updated>2026-11-19T08:00:00Z</updated><content type="html">%s</content></entry>`, id, title, link, text)
}

// prints makes a source answer with these entries under this ETag.
func (d *desk) prints(id, etag string, entries ...string) {
	url := "https://" + id + ".example/feed"
	body := `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"><id>` + url + `</id><title>` + id + `</title><updated>2026-11-19T08:00:00Z</updated>` + strings.Join(entries, "") + `</feed>`
	d.says[url] = func(r fetch.Request) (*fetch.Response, error) {
		if etag != "" && r.ETag == etag {
			return &fetch.Response{Status: 304, URL: url, NotModified: true, ETag: etag}, nil
		}
		return &fetch.Response{Status: 200, URL: url, Body: []byte(body), ContentType: "application/atom+xml", ETag: etag}, nil
	}
}

func (d *desk) fails(id string, err *fetch.Error) {
	d.says["https://"+id+".example/feed"] = func(fetch.Request) (*fetch.Response, error) { return nil, err }
}

// pull pulls the named sources, or all.
func (d *desk) pull(ids ...string) Report {
	d.t.Helper()
	states, err := d.db.Sources(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	if len(ids) > 0 {
		states = slices.DeleteFunc(states, func(s store.SourceState) bool { return !slices.Contains(ids, s.ID) })
	}
	r, err := d.Pull(d.t.Context(), states, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.db.Check(d.t.Context()); err != nil {
		d.t.Error(err)
	}
	return r
}

func (d *desk) stories() []feeds.Story {
	d.t.Helper()
	all, err := d.db.Stories(d.t.Context(), feeds.Selector{}, 100)
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

func (d *desk) polling(id string) feeds.Polling {
	d.t.Helper()
	states, err := d.db.Sources(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	for _, s := range states {
		if s.ID == id {
			return s.Polling
		}
	}
	d.t.Fatalf("no source %s", id)
	return feeds.Polling{}
}

const text = "Ninety-four people went home on Tuesday with a flight that the mission arranged together with the authorities of both countries."

func TestPullTwiceChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		d.prints("ly", `"1"`, entry("a", "Flight from LY", "https://ly.example/a", text), entry("b", "Training in LY", "https://ly.example/b", "Forty officers."))
		first := d.pull()
		if first.Entries.New != 2 || first.Stories.New != 2 || first.Fetched != 1 {
			t.Errorf("first: %+v", first)
		}
		version, err := d.db.Version(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		d.now = d.now.Add(time.Hour)
		if second := d.pull(); second.NotModified != 1 || second.Entries != (EntryCounts{}) {
			t.Errorf("second: %+v", second)
		}
		if last := d.asked[len(d.asked)-1]; last.ETag != `"1"` {
			t.Errorf("the second request was not conditional: %+v", last)
		}
		// The server forgets its validators and sends the same bytes.
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text), entry("b", "Training in LY", "https://ly.example/b", "Forty officers."))
		if third := d.pull(); third.Fetched != 1 || third.Entries.New+third.Entries.Changed != 0 {
			t.Errorf("third: %+v", third)
		}
		if now, err := d.db.Version(t.Context()); err != nil || now != version {
			t.Errorf("the version moved from %d to %d (%v)", version, now, err)
		}
	})
}

func TestLeadIsByRankWhateverTheOrder(t *testing.T) {
	for _, order := range [][]string{{"media", "ngo", "hq", "ly"}, {"ly", "hq", "ngo", "media"}, {"hq", "media", "ly", "ngo"}} {
		t.Run(strings.Join(order, " "), func(t *testing.T) {
			onBoth(t, func(t *testing.T, d *desk) {
				d.catalogue(source("media", "mena", feeds.KindMedia), source("ngo", "mena", feeds.KindPartner), source("hq", "hq", feeds.KindIOM), source("ly", "mena", feeds.KindIOM))
				for _, id := range order {
					d.prints(id, "", entry("urn:"+id, "Flight from LY", "https://"+id+".example/x", text))
				}
				for _, id := range order {
					d.pull(id)
				}
				stories := d.stories()
				if len(stories) != 1 || len(stories[0].Copies) != 4 || stories[0].Lead().SourceID != "ly" {
					t.Fatalf("%d stories; %+v", len(stories), stories)
				}
				if got := stories[0].Values(feeds.LabelCountry); !slices.Equal(got, []string{"LY"}) {
					t.Errorf("countries %v", got)
				}
			})
		})
	}
}

func TestRevision(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		d.prints("ly", `"1"`, entry("a", "Flight from LY", "https://ly.example/a", text))
		d.pull()
		was := d.stories()[0]

		d.now = d.now.Add(time.Hour)
		d.prints("ly", `"2"`, entry("a", "Flight from LY", "https://ly.example/a", "&lt;p&gt;"+text+"&lt;/p&gt;"))
		if r := d.pull(); r.Entries.Changed != 1 || r.Stories.New != 0 {
			t.Errorf("other markup: %+v", r)
		}
		if is := d.stories()[0]; !is.Updated.Equal(was.Updated) || !is.Published.Equal(was.Published) {
			t.Errorf("updated moved for markup: %s -> %s", was.Updated, is.Updated)
		}

		d.now = d.now.Add(time.Hour)
		d.prints("ly", `"3"`, entry("a", "Flight from TN", "https://ly.example/a", strings.Replace(text, "Ninety-four", "Ninety-six", 1)))
		d.pull()
		is := d.stories()[0]
		if is.ID != was.ID || !is.Updated.Equal(d.now) || !is.Published.Equal(was.Published) {
			t.Errorf("corrected: %s updated %s published %s; was %s %s %s", is.ID, is.Updated, is.Published, was.ID, was.Updated, was.Published)
		}
		if got := is.Values(feeds.LabelCountry); !slices.Equal(got, []string{"TN"}) {
			t.Errorf("countries after the correction: %v", got)
		}
		_, revisions, err := d.db.Story(t.Context(), is.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(revisions[is.Lead().EntryID]); got != 2 || is.Lead().Revision != 3 {
			t.Errorf("%d former versions, revision %d", got, is.Lead().Revision)
		}
	})
}

func TestWithdrawalByItsOwnSourceOnly(t *testing.T) {
	tombstone := func(ref string) string { return `<at:deleted-entry ref="` + ref + `" when="2026-11-20T12:30:00Z"/>` }
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM), source("ngo", "mena", feeds.KindPartner))
		d.prints("ly", "", entry("a", "Flight from LY", "https://ly.example/a", text))
		d.prints("ngo", "", entry("b", "Flight from LY", "https://ngo.example/b", text), entry("c", "Training", "https://ngo.example/c", "Forty officers."))
		d.pull("ly", "ngo")
		if n := len(d.stories()); n != 2 {
			t.Fatalf("%d stories, want 2", n)
		}
		d.prints("ngo", "", entry("c", "Training", "https://ngo.example/c", "Forty officers."), tombstone("a"))
		d.pull("ngo")
		if lead := find(t, d, "Flight"); lead.Lead().SourceID != "ly" || len(lead.Copies) != 2 {
			t.Errorf("another source's tombstone counted: %+v", lead.Copies)
		}
		d.prints("ly", "", tombstone("a"))
		d.pull("ly")
		story := find(t, d, "Flight")
		if len(story.Copies) != 1 || story.Lead().SourceID != "ngo" {
			t.Errorf("after the withdrawal the copy should lead: %+v", story.Copies)
		}
		d.prints("ngo", "", entry("c", "Training", "https://ngo.example/c", "Forty officers."), tombstone("b"))
		d.pull("ngo")
		if n := len(d.stories()); n != 1 {
			t.Errorf("%d stories stand, want 1", n)
		}
		gone, err := d.db.Tombstones(t.Context(), feeds.Selector{}, 10)
		if err != nil || len(gone) != 1 || gone[0].Ref != story.ID {
			t.Errorf("tombstones %+v, %v", gone, err)
		}
		// An entry that leaves its source's window is not withdrawn.
		d.prints("ngo", "")
		d.pull("ngo")
		if n := len(d.stories()); n != 1 {
			t.Errorf("%d stories stand after an empty feed, want 1", n)
		}
	})
}

func find(t *testing.T, d *desk, title string) feeds.Story {
	t.Helper()
	for _, s := range d.stories() {
		if strings.Contains(s.Lead().Entry.Title, title) {
			return s
		}
	}
	t.Fatalf("no story %q", title)
	return feeds.Story{}
}

func TestFailuresAreToldAndBackedOff(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ok", "hq", feeds.KindIOM), source("busy", "hq", feeds.KindIOM), source("gone", "hq", feeds.KindIOM), source("html", "hq", feeds.KindIOM))
		d.prints("ok", `"1"`, entry("a", "A", "https://ok.example/a", text))
		d.fails("busy", &fetch.Error{URL: "https://busy.example/feed", Status: 503, Reason: fetch.ReasonStatus, RetryAfter: d.now.Add(48 * time.Hour)})
		d.fails("gone", &fetch.Error{URL: "https://gone.example/feed", Status: 410, Reason: fetch.ReasonGone})
		d.says["https://html.example/feed"] = func(fetch.Request) (*fetch.Response, error) {
			return &fetch.Response{Status: 200, URL: "https://html.example/feed", Body: []byte("<html><body>Sign in</body></html>"), ETag: `"x"`}, nil
		}
		r := d.pull()
		if len(r.Failed) != 3 || r.Entries.New != 1 {
			t.Fatalf("report %+v", r)
		}
		if p := d.polling("busy"); p.Outcome != feeds.OutcomeFailed || p.Status != 503 || p.Failures != 1 || p.NextRun.Before(d.now.Add(48*time.Hour)) || p.Error == "" {
			t.Errorf("busy: %+v", p)
		}
		if p := d.polling("gone"); p.Outcome != feeds.OutcomeGone {
			t.Errorf("gone: %+v", p)
		}
		if p := d.polling("html"); p.ETag != "" || p.Outcome != feeds.OutcomeFailed {
			t.Errorf("a page in place of a feed must leave no validator: %+v", p)
		}
		due, err := d.db.Due(t.Context(), nil, d.now.Add(365*24*time.Hour), 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range due {
			if s.ID == "gone" {
				t.Error("a source that is gone is still due")
			}
		}
		var waits []time.Duration
		d.fails("ok", &fetch.Error{URL: "https://ok.example/feed", Status: 500, Reason: fetch.ReasonStatus})
		for range 8 {
			d.pull("ok")
			waits = append(waits, d.polling("ok").NextRun.Sub(d.now))
		}
		if waits[0] > 2*time.Hour || waits[7] < 8*time.Hour {
			t.Errorf("waits after failures in a row: %v", waits)
		}
		d.prints("ok", `"1"`)
		if r := d.pull("ok"); r.NotModified != 1 {
			t.Errorf("the validator was lost by failures: %+v", r)
		}
		if p := d.polling("ok"); p.Failures != 0 || p.Error != "" {
			t.Errorf("a 304 must clear failures: %+v", p)
		}
	})
}

func TestAWholePullOfManySourcesEndsWhenStopped(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ok", "hq", feeds.KindIOM), source("next", "hq", feeds.KindIOM))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for _, id := range []string{"ok", "next"} {
			d.says["https://"+id+".example/feed"] = func(fetch.Request) (*fetch.Response, error) {
				cancel()
				return nil, &fetch.Error{URL: "https://" + id + ".example/feed", Reason: fetch.ReasonCancelled, Err: context.Canceled}
			}
		}
		states, err := d.db.Sources(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if r, err := d.Pull(ctx, states, nil); !errors.Is(err, context.Canceled) || len(r.Failed) != 0 {
			t.Errorf("%+v, %v", r, err)
		}
		if p := d.polling("ok"); p.Failures != 0 || !p.LastRun.IsZero() {
			t.Errorf("being stopped counts as a failure: %+v", p)
		}
	})
}

// A fault of our own that one document brings out must not end the process, nor keep
// the others from being read.
func TestAFaultFailsItsSourceAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("bad", "mena", feeds.KindIOM), source("ly", "mena", feeds.KindIOM))
		d.prints("bad", `"1"`, entry("a", "A faulty title", "https://bad.example/a", "Words of its own."))
		d.prints("ly", `"1"`, entry("b", "Training in LY", "https://ly.example/b", text))
		r := d.pull()
		if r.Fetched != 1 || len(r.Failed) != 1 || r.Failed[0].Source != "bad" || !strings.Contains(r.Failed[0].Error, "fault of Tributary itself") {
			t.Errorf("report %+v", r)
		}
		if all := d.stories(); len(all) != 1 {
			t.Errorf("%d stories, want that of the other source", len(all))
		}
		if p := d.polling("bad"); p.ETag != "" {
			t.Errorf("validator %q kept of a document that was not read", p.ETag)
		}
	})
}
