package publish_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/publish"
)

var start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// world is a store in memory with a clock that moves when told.
type world struct {
	mu         sync.Mutex
	now        time.Time
	version    int64
	stories    []feeds.Story
	tombstones []feeds.Tombstone
	sources    []feeds.Source
	renditions map[string]rendition
	fault      error
	calls      map[string]int
	selected   []feeds.Selector
}

type rendition struct {
	hash string
	at   time.Time
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// pass moves the clock.
func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// change edits the world as a commit does, and lets more than a second pass.
func (w *world) change(edit func(*world)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if edit != nil {
		edit(w)
	}
	w.version++
	w.now = w.now.Add(2 * time.Second)
}

func (w *world) called(name string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls[name]
}

func (w *world) call(name string) error {
	w.calls[name]++
	return w.fault
}

func (w *world) Version(context.Context) (int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.version, w.call("Version")
}

func (w *world) Stories(_ context.Context, sel feeds.Selector, limit int) ([]feeds.Story, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.selected = append(w.selected, sel)
	if err := w.call("Stories"); err != nil {
		return nil, err
	}
	var out []feeds.Story
	for _, s := range w.stories {
		if w.holds(s, sel) && len(out) < limit {
			out = append(out, s)
		}
	}
	return out, nil
}

func (w *world) holds(s feeds.Story, sel feeds.Selector) bool {
	terms := w.termsOf(s)
	for _, group := range sel.All {
		if !slices.ContainsFunc(group, func(t feeds.Term) bool { return slices.Contains(terms, t) }) {
			return false
		}
	}
	if len(sel.Without) > 0 && len(s.Except(sel.Without).Copies) == 0 {
		return false
	}
	return sel.Query == "" || strings.Contains(strings.ToLower(s.Lead().Entry.Title), sel.Query)
}

func (w *world) termsOf(s feeds.Story) (out []feeds.Term) {
	for _, l := range s.Labels {
		out = append(out, feeds.Term{Kind: feeds.TermKind(l.Kind), Value: l.Value})
	}
	for _, c := range s.Copies {
		for _, source := range w.sources {
			if source.ID == c.SourceID {
				out = append(out, feeds.Term{Kind: feeds.TermSource, Value: source.ID}, feeds.Term{Kind: feeds.TermKindOf, Value: string(source.Kind)})
				if source.Kind == feeds.KindIOM {
					out = append(out, feeds.Term{Kind: feeds.TermOffice, Value: source.Office})
				}
			}
		}
	}
	return out
}

func (w *world) Tombstones(context.Context, feeds.Selector, int) ([]feeds.Tombstone, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.tombstones), w.call("Tombstones")
}

func (w *world) Rendition(_ context.Context, key, hash string, now time.Time) (time.Time, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.call("Rendition"); err != nil {
		return time.Time{}, err
	}
	if w.renditions[key].hash != hash {
		w.renditions[key] = rendition{hash, now}
	}
	return w.renditions[key].at, nil
}

func (w *world) counts(context.Context) (map[feeds.Term]int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make(map[feeds.Term]int)
	for _, s := range w.stories {
		for _, t := range w.termsOf(s) {
			out[t]++
		}
	}
	return out, w.call("Counts")
}

func (w *world) catalogue(context.Context) ([]feeds.Source, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.sources), w.call("Sources")
}

func (w *world) publisher(t testing.TB, edit ...func(*publish.Options)) *publish.Publisher {
	t.Helper()
	o := publish.Options{
		Store: w, Counts: w.counts, Sources: w.catalogue, Taxonomy: taxonomy(), Offices: offices(),
		BaseURL: "https://news.example.org/tributary/", Authority: "news.example.org", AuthorityYear: 2026,
		Title:      map[string]string{"en": "Migration news", "fr": "Actualités de la migration"},
		Disclaimer: map[string]string{"en": "The designations employed imply no opinion.", "fr": "Les appellations n’impliquent aucune opinion."},
		MaxAge:     5 * time.Minute, Version: "1.2.3", Now: w.clock,
	}
	for _, e := range edit {
		e(&o)
	}
	p, err := publish.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func label(kind feeds.LabelKind, values ...string) (out []feeds.Label) {
	for _, v := range values {
		out = append(out, feeds.Label{Kind: kind, Value: v, Score: 1, By: feeds.ByRule})
	}
	return out
}

func copyFrom(id int64, source string, hoursAgo int, e feeds.Entry) feeds.Copy {
	seen := start.Add(-time.Duration(hoursAgo) * time.Hour)
	e.Published = seen.Add(-time.Hour)
	return feeds.Copy{EntryID: id, SourceID: source, Entry: e, FirstSeen: seen, Seen: seen, Revision: 1}
}

func story(id string, labels []feeds.Label, copies ...feeds.Copy) feeds.Story {
	lead := copies[0]
	return feeds.Story{ID: id, Copies: copies, Labels: labels, Published: lead.Entry.Published, Updated: lead.Entry.Published,
		Created: lead.FirstSeen, Changed: lead.FirstSeen}
}

func newWorld() *world {
	seminar := story("01seminar", slices.Concat(label(feeds.LabelCountry, "LY", "MA"), label(feeds.LabelTopic, "counter-trafficking"), label(feeds.LabelLanguage, "en")),
		copyFrom(1, "iom-hq", 1, feeds.Entry{Title: "Seminar in Tripoli & <beyond>", Link: "https://iom.example/seminar", Language: "en",
			Summary: "<p>Officials met.</p>", Content: `<p>Officials met in Tripoli.</p><img src="https://iom.example/p.jpg">`,
			Image:      &feeds.Image{URL: "https://iom.example/p.jpg", Type: "image/jpeg", Alt: "People"},
			Categories: []feeds.Category{{Term: "Press release"}, {Term: "XX", Scheme: "urn:tributary:country", Label: "Forged"}}}),
		copyFrom(2, "iom-ly", 1, feeds.Entry{Title: "Séminaire à Tripoli", Link: "https://libya.iom.example/fr/seminaire", Language: "fr"}),
		copyFrom(3, "daily", 0, feeds.Entry{Title: "Tripoli seminar", Link: "https://daily.example/1", Language: "en"}),
		copyFrom(4, "secret", 0, feeds.Entry{Title: "On trial", Link: "https://secret.example/1", Language: "es"}))
	floods := story("01floods", slices.Concat(label(feeds.LabelCountry, "MA"), label(feeds.LabelTopic, "floods"), label(feeds.LabelLanguage, "ar")),
		copyFrom(5, "partner-ar", 5, feeds.Entry{Title: "فيضانات في المغرب", Link: "https://partner.example/5", Language: "ar",
			Summary: strings.Repeat("جملة قصيرة عن الفيضانات في البلاد. ", 40), Rights: "© Partner", Content: "<p>النص الكامل</p>"}))
	headline := story("01headline", slices.Concat(label(feeds.LabelRegion, "mena"), label(feeds.LabelLanguage, "en")),
		copyFrom(6, "daily", 9, feeds.Entry{Title: "A headline", Link: "https://daily.example/2", Language: "en", Summary: "<p>Not to be copied.</p>", Content: "<p>Nor this.</p>"}))
	return &world{
		now: start, version: 1, stories: []feeds.Story{seminar, floods, headline},
		tombstones: []feeds.Tombstone{{Ref: "01gone", When: start.Add(-3 * time.Hour)}},
		sources: []feeds.Source{
			{ID: "iom-hq", Office: "hq", Title: "IOM news", Publisher: "IOM", URL: "https://iom.example/feed", Link: "https://iom.example/", Kind: feeds.KindIOM, Language: "en", Licence: "© IOM", Republish: feeds.RepublishFull},
			{ID: "iom-ly", Office: "ly", Title: "OIM Libye", Publisher: "IOM Libya", URL: "https://libya.iom.example/feed", Link: "https://libya.iom.example/", Kind: feeds.KindIOM, Republish: feeds.RepublishFull},
			{ID: "partner-ar", Office: "ly", Title: "Partner in Arabic", Publisher: "Partner", URL: "https://partner.example/feed", Kind: feeds.KindPartner, Republish: feeds.RepublishSummary},
			{ID: "daily", Office: "hq", Title: "The Daily", Publisher: "Daily Press", URL: "https://daily.example/feed", Link: "https://daily.example/", Kind: feeds.KindMedia, Republish: feeds.RepublishTitle},
			{ID: "secret", Office: "hq", Title: "Secret", URL: "https://secret.example/feed", Kind: feeds.KindPartner, Trial: true, Republish: feeds.RepublishFull},
		},
		renditions: make(map[string]rendition), calls: make(map[string]int),
	}
}

func taxonomy() *feeds.Taxonomy {
	t := &feeds.Taxonomy{Version: 1,
		Countries: []feeds.Country{
			{ISO2: "LY", ISO3: "LBY", Label: map[string]string{"en": "Libya", "fr": "Libye", "ar": "ليبيا"}},
			{ISO2: "MA", ISO3: "MAR", Label: map[string]string{"en": "Morocco", "fr": "Maroc"}},
			{ISO2: "TN", ISO3: "TUN", Label: map[string]string{"en": "Tunisia", "fr": "Tunisie"}},
		},
		Regions: []feeds.Region{{Slug: "mena", Scheme: "iom", Label: map[string]string{"en": "Middle East and North Africa", "fr": "Moyen-Orient et Afrique du Nord"}, Countries: []string{"LY", "MA"}},
			{Slug: "sahel", Scheme: "named", Label: map[string]string{"en": "Sahel"}}},
		Groups: []feeds.TopicGroup{{Slug: "protection", Topics: []feeds.Topic{
			{Slug: "counter-trafficking", Label: map[string]string{"en": "Counter-trafficking", "fr": "Lutte contre la traite"}, ReliefWebThemes: []int{4600, 9}, GCM: []int{10, 7}},
			{Slug: "floods", Label: map[string]string{"en": "Floods", "fr": "Inondations"}, ReliefWebThemes: []int{4600, 4591}, GCM: []int{7}}}}},
		ReliefWebThemes: map[int]map[string]string{4591: {"en": "Disaster Management"}, 4600: {"en": "Protection and Human Rights", "fr": "Protection et droits humains"}},
		GCMObjectives:   map[int]map[string]string{7: {"en": "Vulnerabilities", "fr": "Vulnérabilités"}, 10: {"en": "Trafficking in persons", "fr": "Traite des personnes"}},
	}
	for i := range 20 { // enough that errors name the nearest only
		t.Countries = append(t.Countries, feeds.Country{ISO2: fmt.Sprintf("Q%c", 'A'+i), Label: map[string]string{"en": fmt.Sprintf("Quarter %c", 'A'+i)}})
	}
	return t
}

func offices() []feeds.Office {
	return []feeds.Office{{Code: "hq", Name: map[string]string{"en": "Headquarters", "fr": "Siège"}, City: "Geneva"},
		{Code: "ly", Name: map[string]string{"en": "IOM Libya"}, Aliases: []string{"tripoli"}}}
}

var errDown = errors.New("database is down")

// get makes the document at an address below /feeds/.
func get(t testing.TB, p *publish.Publisher, address string) *publish.Document {
	t.Helper()
	ch, f := parse(t, p, address)
	d, err := p.Document(t.Context(), ch, f)
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	return d
}
