package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/publish"
)

// now is the tests' clock.
var now = time.Date(2026, time.November, 24, 9, 30, 0, 0, time.UTC)

const (
	seminarID   = "01ja000000000000000000sem1"
	arabicID    = "01ja000000000000000000ara1"
	hostileID   = "01ja000000000000000000bad1"
	withdrawnID = "01ja000000000000000000gone"
	movedID     = "01ja000000000000000000old1"
	trialID     = "01ja000000000000000000tri1"
	titleOnlyID = "01ja000000000000000000tit1"
)

const hostileTitle = `<script>alert("x")</script> & "quotes" <img src=x onerror=alert(1)>`

// fakeStore holds a handful of stories; fault makes every method fail.
type fakeStore struct {
	stories   map[string]feeds.Story
	order     []string
	revisions map[int64][]feeds.Revision
	version   atomic.Int64
	reads     atomic.Int64
	fault     error
}

func (s *fakeStore) Version(context.Context) (int64, error) { return s.version.Load(), s.fault }

func (s *fakeStore) Stories(_ context.Context, sel feeds.Selector, limit int) ([]feeds.Story, error) {
	s.reads.Add(1)
	var out []feeds.Story
	for _, id := range s.order {
		story := s.stories[id]
		if story.Withdrawn.IsZero() && matches(story, sel) && len(out) < limit {
			out = append(out, story)
		}
	}
	return out, s.fault
}

func matches(story feeds.Story, sel feeds.Selector) bool {
	if sel.Query != "" && !strings.Contains(strings.ToLower(story.Lead().Entry.Title), strings.ToLower(sel.Query)) {
		return false
	}
	for _, group := range sel.All {
		if !slices.ContainsFunc(group, func(t feeds.Term) bool { return slices.Contains(termsOf(story), t) }) {
			return false
		}
	}
	return true
}

func termsOf(story feeds.Story) []feeds.Term {
	var out []feeds.Term
	for _, l := range story.Labels {
		out = append(out, feeds.Term{Kind: feeds.TermKind(l.Kind), Value: l.Value})
	}
	for _, c := range story.Copies {
		source := worldSources()[slices.IndexFunc(worldSources(), func(s SourceStatus) bool { return s.Source.ID == c.SourceID })].Source
		out = append(out, feeds.Term{Kind: feeds.TermSource, Value: c.SourceID}, feeds.Term{Kind: feeds.TermKindOf, Value: string(source.Kind)})
		if source.Kind == feeds.KindIOM {
			out = append(out, feeds.Term{Kind: feeds.TermOffice, Value: source.Office})
		}
	}
	return out
}

func (s *fakeStore) Story(_ context.Context, id string) (feeds.Story, map[int64][]feeds.Revision, error) {
	s.reads.Add(1)
	if s.fault != nil {
		return feeds.Story{}, nil, s.fault
	}
	story, ok := s.stories[id]
	if !ok {
		return feeds.Story{}, nil, fmt.Errorf("read story %s: %w", id, feeds.ErrNotFound)
	}
	return story, s.revisions, nil
}

func (s *fakeStore) counts(context.Context) (map[feeds.Term]int, error) {
	out := make(map[feeds.Term]int)
	for _, story := range s.stories {
		if story.Withdrawn.IsZero() && story.ID != trialID {
			for _, t := range termsOf(story) {
				out[t]++
			}
		}
	}
	return out, s.fault
}

// Tombstones and Rendition are what the publisher asks besides.
func (s *fakeStore) Tombstones(context.Context, feeds.Selector, int) ([]feeds.Tombstone, error) {
	return nil, s.fault
}

func (s *fakeStore) Rendition(context.Context, string, string, time.Time) (time.Time, error) {
	return now.Add(-time.Hour), s.fault
}

// worldPublisher is the real publisher over the fake store.
func worldPublisher(t testing.TB, s *fakeStore, base string) *publish.Publisher {
	t.Helper()
	p, err := publish.New(publish.Options{
		Store: s, Counts: s.counts, Taxonomy: worldTaxonomy(), Offices: worldOffices(), BaseURL: base,
		Authority: "example.org", AuthorityYear: 2026, MaxAge: 5 * time.Minute, Now: func() time.Time { return now },
		Sources: func(context.Context) ([]feeds.Source, error) {
			var out []feeds.Source
			for _, s := range worldSources() {
				out = append(out, s.Source)
			}
			return out, s.fault
		},
	})
	if err != nil {
		t.Fatalf("publish.New: %v", err)
	}
	return p
}

// panicking is a publisher with a defect.
type panicking struct{ Publisher }

func (panicking) ServeFeed(http.ResponseWriter, *http.Request, string) error {
	panic("publisher is broken")
}

func worldTaxonomy() *feeds.Taxonomy {
	return &feeds.Taxonomy{
		Version: 1,
		Countries: []feeds.Country{
			{ISO2: "LY", Label: map[string]string{"en": "Libya", "fr": "Libye", "es": "Libia"}, Region: "mena"},
			{ISO2: "MA", Label: map[string]string{"en": "Morocco", "fr": "Maroc", "es": "Marruecos"}, Region: "mena"},
		},
		Regions: []feeds.Region{{Slug: "mena", Scheme: "iom", Label: map[string]string{"en": "Middle East and North Africa", "fr": "Moyen-Orient et Afrique du Nord", "es": "Oriente Medio y Norte de África"}, Countries: []string{"LY", "MA"}}},
		Groups: []feeds.TopicGroup{{Slug: "protection", Label: map[string]string{"en": "Protection"}, Topics: []feeds.Topic{
			{Slug: "counter-trafficking", Label: map[string]string{"en": "Counter-trafficking", "fr": "Lutte contre la traite", "es": "Lucha contra la trata"}},
			{Slug: "floods", Label: map[string]string{"en": "Floods", "fr": "Inondations", "es": "Inundaciones"}},
		}}},
	}
}

func worldOffices() []feeds.Office {
	return []feeds.Office{{Code: "hq", Name: map[string]string{"en": "Headquarters", "fr": "Siège", "es": "Sede"}, City: "Geneva", Aliases: []string{"geneva-hq"}}}
}

func worldSources() []SourceStatus {
	return []SourceStatus{
		{
			Source: feeds.Source{ID: "iom-hq", Office: "hq", Title: "IOM news", Publisher: "IOM Headquarters", URL: "https://iom.example/rss.xml", Link: "https://iom.example/",
				Kind: feeds.KindIOM, Language: "en", Schedule: "*/30 * * * *", Zone: "Europe/Zurich", Licence: "© IOM", Republish: feeds.RepublishFull, Enabled: true},
			Polling: feeds.Polling{Outcome: feeds.OutcomeFetched, LastRun: now.Add(-12 * time.Minute), NextRun: now.Add(18 * time.Minute), NewestEntry: now.Add(-26 * time.Hour), Status: 200},
		},
		{
			Source: feeds.Source{ID: "un-news-ar", Office: "hq", Title: "أخبار الأمم المتحدة", Publisher: "UN News", URL: "https://news.example/ar.xml", Link: "https://news.example/",
				Kind: feeds.KindPartner, Language: "ar", Schedule: "5 */2 * * *", Zone: "UTC", Republish: feeds.RepublishSummary, Enabled: true},
			Polling: feeds.Polling{Outcome: feeds.OutcomeFailed, Failures: 3, Error: "the server answered 403 Forbidden", Status: 403, LastRun: now.Add(-2 * time.Hour), RetryAfter: now.Add(5 * time.Hour), NextRun: now},
		},
		{
			Source: feeds.Source{ID: "daily", Office: "hq", Title: "The Daily <b>", Publisher: "The Daily", Link: "javascript:alert(1)", Kind: feeds.KindMedia,
				Schedule: "0 7 * * 1-5", Zone: "Africa/Tunis", Republish: feeds.RepublishTitle, Enabled: true},
			Polling: feeds.Polling{Outcome: feeds.OutcomeGone, Status: 410, LastRun: now.Add(-time.Hour)},
		},
		{Source: feeds.Source{ID: "on-trial", Office: "hq", Title: "On trial", Kind: feeds.KindPartner, Schedule: "@hourly", Trial: true, Enabled: true}},
		{Source: feeds.Source{ID: "switched-off", Office: "hq", Title: "Switched off", Kind: feeds.KindPartner, Schedule: "@daily"}},
		{Source: feeds.Source{ID: "retired", Office: "hq", Title: "Left the catalogue", Kind: feeds.KindPartner, Enabled: true}, Retired: true},
	}
}

func newStore() *fakeStore {
	day := func(n int) time.Time { return now.Add(-time.Duration(n) * 24 * time.Hour) }
	label := func(kind feeds.LabelKind, value, text, field string) feeds.Label {
		return feeds.Label{Kind: kind, Value: value, Score: .86, By: feeds.ByRule, Evidence: []feeds.Evidence{{Rule: "name", Text: text, Field: field}}}
	}
	libya := label(feeds.LabelCountry, "LY", "Tripoli", "title")
	libya.Primary = true
	english := feeds.Label{Kind: feeds.LabelLanguage, Value: "en", Score: 1, By: feeds.ByPublisher}
	stories := []feeds.Story{
		{
			ID: seminarID, Published: day(1), Updated: now.Add(-2 * time.Hour),
			Labels: []feeds.Label{libya, label(feeds.LabelCountry, "MA", "Morocco", "text"), label(feeds.LabelRegion, "mena", "North Africa", "text"), label(feeds.LabelTopic, "counter-trafficking", "trafficking", "title"), english},
			Copies: []feeds.Copy{
				{EntryID: 1, SourceID: "iom-hq", FirstSeen: day(1), Seen: now.Add(-2 * time.Hour), Revision: 2, Entry: feeds.Entry{
					ID: "a", Title: "Seminar in Tripoli on trafficking & protection", Link: "https://iom.example/news/seminar", Language: "en",
					Summary: "<p>Officials of <b>two</b> countries met.</p>", Content: "<h1>Loud</h1><p>Officials of two countries met in Tripoli on Tuesday.</p><p>They agreed on 12 measures.</p>", Published: day(1), Updated: now.Add(-2 * time.Hour),
					Enclosures: []feeds.Enclosure{{URL: "https://iom.example/report.pdf", Type: "application/pdf", Length: 2048000}, {URL: "javascript:alert(1)", Type: "text/html"}},
				}},
				{EntryID: 2, SourceID: "un-news-ar", FirstSeen: day(1), Seen: day(1), Revision: 1, Entry: feeds.Entry{
					ID: "b", Title: "ندوة في طرابلس حول مكافحة الاتجار", Link: "https://news.example/ar/1", Language: "ar", Summary: "<p>اجتمع مسؤولون من بلدين.</p>", Published: day(1)}},
				{EntryID: 3, SourceID: "daily", FirstSeen: day(1), Seen: day(1), Revision: 1, Withdrawn: now.Add(-time.Hour), Entry: feeds.Entry{
					ID: "c", Title: "Secret name of a child", Link: "https://daily.example/1", Language: "en", Published: day(1)}},
			},
		},
		{
			ID: arabicID, Published: day(2), Updated: day(2), Labels: []feeds.Label{libya, label(feeds.LabelTopic, "floods", "فيضانات", "title"), {Kind: feeds.LabelLanguage, Value: "ar", Score: 1, By: feeds.ByPublisher}},
			Copies: []feeds.Copy{{EntryID: 4, SourceID: "un-news-ar", FirstSeen: day(2), Seen: day(2), Revision: 1, Entry: feeds.Entry{
				ID: "d", Title: "فيضانات في درنة: 12,000 شخص نزحوا (IOM)", Link: "https://news.example/ar/2", Language: "ar",
				Summary: "<p>قالت المنظمة الدولية للهجرة (IOM) إن أكثر من 12,000 شخص نزحوا منذ يوم الاثنين.</p>", Published: day(2)}}},
		},
		{
			ID: hostileID, Published: day(3), Updated: day(3), Labels: []feeds.Label{{Kind: feeds.LabelCountry, Value: "MA", Score: .5, By: feeds.ByRule, Evidence: []feeds.Evidence{{Rule: "<i>rule</i>", Text: `"><script>`, Field: "text"}}}, english},
			Copies: []feeds.Copy{{EntryID: 5, SourceID: "iom-hq", FirstSeen: day(3), Seen: day(3), Revision: 1, Entry: feeds.Entry{
				ID: "e", Title: hostileTitle, Link: "javascript:alert(1)", Language: "en",
				Summary: "<p>Body</p>", Content: `<p>Body <script>alert(2)</script><a href="javascript:alert(3)">click</a></p>`, Published: day(3)}}},
		},
		{
			ID: titleOnlyID, Published: day(4), Updated: day(4), Labels: []feeds.Label{english},
			Copies: []feeds.Copy{{EntryID: 6, SourceID: "daily", FirstSeen: day(4), Seen: day(4), Revision: 1, Entry: feeds.Entry{
				ID: "f", Title: "A headline of the press", Link: "https://daily.example/2", Language: "en", Summary: "<p>Text that may not be shown.</p>", Published: day(4)}}},
		},
		{ID: withdrawnID, Published: day(5), Withdrawn: day(1), Copies: []feeds.Copy{{EntryID: 7, SourceID: "iom-hq", Revision: 1, Withdrawn: day(1), Entry: feeds.Entry{ID: "g", Title: "Taken back"}}}},
		{ID: trialID, Published: day(5), Copies: []feeds.Copy{{EntryID: 8, SourceID: "on-trial", Revision: 1, Entry: feeds.Entry{ID: "h", Title: "Not yet public"}}}},
	}
	s := &fakeStore{stories: make(map[string]feeds.Story), revisions: map[int64][]feeds.Revision{
		1: {{Number: 1, Seen: day(1), Entry: feeds.Entry{ID: "a", Title: "Seminar in Tripoli on trafficking", Language: "en", Content: "<p>Officials of two countries met in Tripoli on Monday.</p><p>They agreed on 12 measures.</p>"}}},
	}}
	for _, story := range stories {
		s.stories[story.ID] = story
		if story.ID != trialID { // as the real store, which leaves these out of lists
			s.order = append(s.order, story.ID)
		}
	}
	s.stories[movedID] = s.stories[seminarID]
	s.version.Store(1)
	return s
}

// newHandler is the door over the fake world; change adjusts its options.
func newHandler(t testing.TB, change ...func(*Options)) *Handler {
	t.Helper()
	store := newStore()
	o := Options{
		Store: store, Counts: store.counts,
		Sources:  func(context.Context) ([]SourceStatus, error) { return worldSources(), nil },
		Taxonomy: worldTaxonomy(), Offices: worldOffices(), BaseURL: "https://feeds.example.org",
		Title: map[string]string{"en": "Migration news", "fr": "Nouvelles des migrations", "es": "Noticias sobre migración"}, Contact: "feeds@example.org",
		Fetcher: Fetcher{UserAgent: "Tributary/1.0 (+https://feeds.example.org/about/fetcher; feeds@example.org)", MinInterval: 15, PerHost: 2, MaxBytes: 10 << 20},
		Version: "1.0.0", Now: func() time.Time { return now },
		Ready: []Check{{Name: "database", Do: func(context.Context) error { return nil }}},
	}
	for _, f := range change {
		f(&o)
	}
	if o.Publisher == nil {
		if fake, ok := o.Store.(*fakeStore); ok {
			store = fake
		}
		o.Publisher = worldPublisher(t, store, o.BaseURL)
	}
	h, err := New(o)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return h
}

// get asks the door; headers are pairs.
func get(h http.Handler, target string, headers ...string) *httptest.ResponseRecorder {
	return ask(h, http.MethodGet, target, headers...)
}

func ask(h http.Handler, method, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

var errDatabase = errors.New("connection refused by 10.0.0.7")
