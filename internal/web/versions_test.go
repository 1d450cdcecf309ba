package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"tributary/feeds"
	"tributary/internal/publish"
)

// inLanguage makes the seminar's story one in two languages, its labels too.
func inLanguage(s *fakeStore) {
	story := s.stories[seminarID]
	story.Labels = append(slices.Clone(story.Labels), feeds.Label{Kind: feeds.LabelLanguage, Value: "ar", Score: 1, By: feeds.ByRule})
	s.stories[seminarID] = story
}

func spokenHandler(t testing.TB, change ...func(*Options)) *Handler {
	store := newStore()
	inLanguage(store)
	return newHandler(t, append([]func(*Options){func(o *Options) { o.Store, o.Counts = store, store.counts }}, change...)...)
}

const (
	seminarTitle = "Seminar in Tripoli on trafficking & protection"
	arabicTitle  = "ندوة في طرابلس حول مكافحة الاتجار"
)

func heading(t *testing.T, body string) (title, lang, dir string) {
	t.Helper()
	h1 := find(parse(t, body), func(n *html.Node) bool { return n.Data == "h1" })
	if h1 == nil {
		t.Fatal("no heading")
	}
	return text(h1), attr(h1, "lang"), attr(h1, "dir")
}

func TestAStoryIsShownInTheLanguageAsked(t *testing.T) {
	h := spokenHandler(t)
	for _, c := range []struct{ query, title, lang, dir, canonical string }{
		{"", seminarTitle, "en", "ltr", ""},
		{"?language=ar", arabicTitle, "ar", "rtl", "?language=ar"},
		{"?language=fr,AR,en", arabicTitle, "ar", "rtl", "?language=ar"},
		{"?language=en,ar", seminarTitle, "en", "ltr", ""},
		{"?language=fr", seminarTitle, "en", "ltr", ""},
		{"?language=", seminarTitle, "en", "ltr", ""},
		{"?language=ar&lang=fr", arabicTitle, "ar", "rtl", "?language=ar"},
		{"?language=ar&why=country:LY", arabicTitle, "ar", "rtl", "?language=ar"},
	} {
		w := get(h, "/stories/"+seminarID+c.query)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", c.query, w.Code)
		}
		if title, lang, dir := heading(t, w.Body.String()); title != c.title || lang != c.lang || dir != c.dir {
			t.Errorf("%s: %q lang %s dir %s", c.query, title, lang, dir)
		}
		canonical := find(parse(t, w.Body.String()), func(n *html.Node) bool { return n.Data == "link" && attr(n, "rel") == "canonical" })
		if got, want := attr(canonical, "href"), "https://feeds.example.org/stories/"+seminarID+c.canonical; got != want {
			t.Errorf("%s: canonical %s, want %s", c.query, got, want)
		}
		checkHTML(t, c.query, w.Body.String())
	}
	for _, query := range []string{"?language=%3Cb%3E", "?language=english", "?language=" + strings.Repeat("aa,ab,ac,", 3) + "ad,ae,af,ag,ah,ai"} {
		if w := get(h, "/stories/"+seminarID+query); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", query, w.Code)
		}
	}
}

// The switch and the links for machines name each language once, and the page by itself.
func TestVersionsAreLinked(t *testing.T) {
	doc := parse(t, get(spokenHandler(t), "/stories/"+seminarID+"?language=ar").Body.String())
	nav := find(doc, func(n *html.Node) bool { return n.Data == "nav" && attr(n, "class") == "versions" })
	if nav == nil {
		t.Fatal("no switch")
	}
	for lang, want := range map[string]string{"en": "English|false", "ar": "العربية|true"} {
		a := find(nav, func(n *html.Node) bool { return n.Data == "a" && attr(n, "hreflang") == lang })
		if a == nil || attr(a, "href") != "/stories/"+seminarID+"?language="+lang || fmt.Sprintf("%s|%t", text(a), attr(a, "aria-current") == "true") != want || attr(a, "lang") != lang {
			t.Errorf("%s: %v", lang, a)
		}
	}
	want := map[string]string{
		"en": "?language=en&lang=en", "ar": "?language=ar", "fr": "?lang=fr", "es": "?lang=es",
	}
	got := map[string]string{}
	find(doc, func(n *html.Node) bool {
		if n.Data == "link" && attr(n, "rel") == "alternate" && attr(n, "hreflang") != "" {
			if _, double := got[attr(n, "hreflang")]; double {
				t.Errorf("two links for %s", attr(n, "hreflang"))
			}
			got[attr(n, "hreflang")] = strings.TrimPrefix(attr(n, "href"), "https://feeds.example.org/stories/"+seminarID)
		}
		return false
	})
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("alternates %v, want %v", got, want)
	}
	// Each of them is a page that shows what it says.
	for lang, query := range want {
		if w := get(spokenHandler(t), "/stories/"+seminarID+query); w.Code != http.StatusOK || lang == "ar" && !strings.Contains(w.Body.String(), `lang="ar" dir="rtl">`+arabicTitle) {
			t.Errorf("%s: %d", query, w.Code)
		}
	}
	if page := get(newHandler(t), "/stories/"+arabicID).Body.String(); strings.Contains(page, `class="versions"`) {
		t.Error("a switch for one language")
	}
}

// Labels are given for the lead's words: those of another version are not marked, and the
// page says where the marked ones are.
func TestAnotherVersionIsNotMarked(t *testing.T) {
	h := spokenHandler(t, withDesk(&fakeDesk{}))
	page := get(h, "/stories/"+seminarID+"?language=ar").Body.String()
	if got := marked(t, page); len(got) > 0 {
		t.Errorf("marked %v", got)
	}
	if !strings.Contains(page, `<a href="/stories/`+seminarID+`?language=en">English</a>`) {
		t.Error("it does not lead to the version that the labels were given for")
	}
	if page := get(h, "/stories/"+seminarID).Body.String(); strings.Contains(page, "The labels were given for") {
		t.Error("the lead's page leads elsewhere")
	}
	// Why a label was given is told of the words that it was given for.
	if title, _, _ := heading(t, get(h, "/stories/"+seminarID+"?why=country:LY&lang=fr").Body.String()); title != seminarTitle {
		t.Errorf("why shows %q", title)
	}
}

// Lists show what the feed prefers, or the reader who chose a language, and lead to it.
func TestListsPreferALanguage(t *testing.T) {
	h := spokenHandler(t)
	for _, c := range []struct{ address, title, href string }{
		{"/feeds/all.html", seminarTitle, "/stories/" + seminarID},
		{"/feeds/language/ar.html", arabicTitle, "/stories/" + seminarID + "?language=ar"},
		{"/feeds/all.html?language=ar,en", arabicTitle, "/stories/" + seminarID + "?language=ar"},
		{"/feeds/all.html?language=en,ar", seminarTitle, "/stories/" + seminarID},
		{"/feeds/all.html?language=ar,en&lang=es", arabicTitle, "/stories/" + seminarID + "?language=ar&amp;lang=es"},
		{"/feeds/all.html?lang=es", seminarTitle, "/stories/" + seminarID + "?lang=es"},
		{"/", seminarTitle, "/stories/" + seminarID},
	} {
		page := get(h, c.address).Body.String()
		if !strings.Contains(page, `<a href="`+c.href+`">`+html.EscapeString(c.title)+`</a>`) {
			t.Errorf("%s does not lead to %s by %q", c.address, c.href, c.title)
		}
	}
	// The page's own language counts once the reader chose it.
	french := newStore()
	story := french.stories[seminarID]
	story.Copies = slices.Clone(story.Copies)
	story.Copies[1].Entry.Language, story.Copies[1].Entry.Title = "fr", "Séminaire à Tripoli"
	story.Labels = append(slices.Clone(story.Labels), feeds.Label{Kind: feeds.LabelLanguage, Value: "fr", Score: 1, By: feeds.ByRule})
	french.stories[seminarID] = story
	h = newHandler(t, func(o *Options) { o.Store, o.Counts = french, french.counts })
	for address, want := range map[string]bool{"/?lang=fr": true, "/feeds/all.html?lang=fr": true, "/stories/" + seminarID + "?lang=fr": true, "/": false, "/stories/" + seminarID: false} {
		if got := strings.Contains(get(h, address, "Accept-Language", "fr").Body.String(), `dir="ltr">Séminaire à Tripoli</h1>`) ||
			strings.Contains(get(h, address, "Accept-Language", "fr").Body.String(), `?lang=fr">Séminaire à Tripoli</a>`); got != want {
			t.Errorf("%s: in French %v, want %v", address, got, want)
		}
	}
}

// Of several copies in a language the page shows the one that feeds show.
func TestPagesKeepThePrecedenceOfFeeds(t *testing.T) {
	store := newStore()
	inLanguage(store)
	story := store.stories[seminarID]
	story.Copies = append(slices.Clone(story.Copies), feeds.Copy{EntryID: 99, SourceID: "iom-hq", FirstSeen: now, Seen: now, Revision: 1,
		Entry: feeds.Entry{ID: "z", Title: "ندوة للمنظمة", Link: "https://iom.example/ar/z", Language: "ar"}})
	store.stories[seminarID] = story
	h := newHandler(t, func(o *Options) {
		o.Store, o.Counts = store, store.counts
		o.Precedence = func(_ *feeds.Story, a, b publish.Voice) int { return int(b.Copy.EntryID - a.Copy.EntryID) }
	})
	if title, _, _ := heading(t, get(h, "/stories/"+seminarID+"?language=ar").Body.String()); title != "ندوة للمنظمة" {
		t.Errorf("shown %q", title)
	}
}

// versionsOf gives a source's copy former versions.
func versionsOf(permission feeds.Republish, entries ...feeds.Entry) func(*Options) {
	return func(o *Options) {
		store := newStore()
		story := store.stories[seminarID]
		story.Copies = slices.Clone(story.Copies[:1])
		c := &story.Copies[0]
		c.Revision, c.Entry = len(entries), entries[len(entries)-1]
		story.Labels = append(slices.DeleteFunc(slices.Clone(story.Labels), func(l feeds.Label) bool { return l.Kind == feeds.LabelLanguage }),
			feeds.Label{Kind: feeds.LabelLanguage, Value: c.Entry.Language, Score: 1, By: feeds.ByRule})
		store.revisions = map[int64][]feeds.Revision{}
		for i, e := range entries[:len(entries)-1] {
			store.revisions[c.EntryID] = append(store.revisions[c.EntryID], feeds.Revision{Number: i + 1, Seen: now.Add(time.Duration(i-len(entries)) * time.Hour), Entry: e})
		}
		store.stories[seminarID] = story
		o.Store, o.Counts = store, store.counts
		sources := worldSources()
		sources[0].Source.Republish = permission
		o.Sources = sourcesOf(sources)
	}
}

func said(title, language string, paragraphs ...string) feeds.Entry {
	return feeds.Entry{ID: "a", Title: title, Link: "https://iom.example/news/seminar", Language: language, Content: "<p>" + strings.Join(paragraphs, "</p><p>") + "</p>"}
}

type revisionsBody struct {
	Story     string
	Revisions []struct {
		Entry, Source, Publisher, Language, Reason, Republish string
		Number                                                int
		Seen                                                  time.Time
		Material                                              bool
		Kinds                                                 []string
		Figures                                               []feeds.Figure
		Title                                                 []apiChange
		Text                                                  []apiParagraph
		More                                                  int
	}
}

func revisionsFrom(t *testing.T, h http.Handler, query string) revisionsBody {
	t.Helper()
	w := get(h, "/api/stories/"+seminarID+"/revisions"+query)
	var out revisionsBody
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d, %v: %s", w.Code, err, w.Body)
	}
	return out
}

func TestRevisionsAreReadable(t *testing.T) {
	h := newHandler(t, withDesk(&fakeDesk{}), versionsOf(feeds.RepublishFull,
		said("Aid reaches Beira", "en", "IOM helped 6,300 people in Beira.", "The roads are open.", "They need tents, blankets, stoves and lamps before the winter comes."),
		said("Aid reaches Beira", "en", "IOM helped “6,300” people in Beira.", "The roads are open.", "They need tents, blankets, stoves and lamps before the winter comes."),
		said("Corrected: Aid reaches Beira", "en", "IOM helped 6,400 people in Beira.", "The roads are open.")))
	page := get(h, "/stories/"+seminarID).Body.String()
	for _, want := range []string{
		`<strong>Figures changed:</strong> <bdi>6,300</bdi> <span aria-hidden="true">→</span><span class="vh"> became </span> <bdi>6,400</bdi>.`,
		"A passage was removed.", "The publisher’s mark of a correction or update came or went.",
		`<del><span class="vh">removed: </span>“6,300”</del> <ins><span class="vh">added: </span>6,400</ins> people`,
		`<ins><span class="vh">added: </span>Corrected:</ins> Aid`, "1 unchanged paragraph", "It says the same as before.",
		`datetime="2026-11-24T07:30:00Z"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	checkHTML(t, "revisions", page)
	body := revisionsFrom(t, h, "")
	if len(body.Revisions) != 2 || body.Story != seminarID {
		t.Fatalf("%+v", body)
	}
	newest := body.Revisions[0]
	if newest.Number != 3 || !newest.Material || strings.Join(newest.Kinds, " ") != "figures removed correction" ||
		len(newest.Figures) != 1 || newest.Figures[0] != (feeds.Figure{Before: "6,300", After: "6,400"}) || newest.Entry != "1" || newest.Source != "iom-hq" || newest.Republish != "full" {
		t.Errorf("%+v", newest)
	}
	if older := body.Revisions[1]; older.Material || len(older.Kinds) != 0 || older.Kinds == nil || older.Reason == "" || older.Title != nil {
		t.Errorf("%+v", older)
	}
	var after strings.Builder
	for _, c := range newest.Text[0].Changes {
		if c.Op != "removed" {
			after.WriteString(c.Text)
		}
	}
	if after.String() != "IOM helped 6,400 people in Beira." {
		t.Errorf("runs give %q", after.String())
	}
	if got := revisionsFrom(t, h, "?limit=1"); len(got.Revisions) != 1 || got.Revisions[0].Number != 3 {
		t.Errorf("one: %+v", got)
	}
	for query, status := range map[string]int{"?limit=0": 400, "?limit=x": 400, "?limit=21": 400, "?page=2": 400} {
		if w := get(h, "/api/stories/"+seminarID+"/revisions"+query); w.Code != status {
			t.Errorf("%s: %d", query, w.Code)
		}
	}
	if w := get(h, "/api/stories/"+withdrawnID+"/revisions"); w.Code != http.StatusGone {
		t.Errorf("of a withdrawn story: %d", w.Code)
	}
}

func TestRevisionsRunRightToLeft(t *testing.T) {
	h := newHandler(t, versionsOf(feeds.RepublishFull,
		said("ندوة", "ar", "وصل 94 مهاجراً إلى طرابلس."), said("ندوة", "ar", "وصل 96 مهاجراً إلى طرابلس.")))
	if page := get(h, "/stories/"+seminarID).Body.String(); !strings.Contains(page, `<p lang="ar" dir="rtl">وصل <del><span class="vh">`) ||
		!strings.Contains(page, `<bdi>94</bdi>`) {
		t.Error("no Arabic paragraph with its direction")
	}
}

// What a publisher does not let us show is not shown by way of its former versions.
func TestRevisionsKeepPermissions(t *testing.T) {
	for _, permission := range []feeds.Republish{feeds.RepublishTitle, feeds.RepublishSummary} {
		h := newHandler(t, withDesk(&fakeDesk{}), versionsOf(permission,
			said("Aid", "en", strings.Repeat("Many words of a summary. ", 40), "Secret 6,300 words."), said("Aid", "en", strings.Repeat("Many words of a summary. ", 40), "Secret 6,400 words.")))
		for _, address := range []string{"/stories/" + seminarID, "/api/stories/" + seminarID + "/revisions"} {
			if body := get(h, address).Body.String(); strings.Contains(body, "Secret") || strings.Contains(body, "6,400") {
				t.Errorf("%s shows what %s does not permit: %s", address, permission, body)
			}
		}
		if got := revisionsFrom(t, h, "").Revisions[0]; !got.Material || strings.Join(got.Kinds, "") != "figures" || got.Text != nil {
			t.Errorf("%s: %+v", permission, got)
		}
	}
}

// A publisher that changes everything all the time costs no more than a page may.
func TestRevisionsAreBounded(t *testing.T) {
	var entries []feeds.Entry
	for i := range 60 {
		var paragraphs []string
		for j := range 600 {
			paragraphs = append(paragraphs, fmt.Sprintf("w%d x%d y%d z%d", i*j, i+j, i*7+j, (i+1)*(j+3)))
		}
		entries = append(entries, said(fmt.Sprintf("Title %d", i), "en", paragraphs...))
	}
	h := newHandler(t, withDesk(&fakeDesk{}), versionsOf(feeds.RepublishFull, entries...))
	page := get(h, "/stories/"+seminarID)
	if page.Code != http.StatusOK || page.Body.Len() > 2<<20 || !strings.Contains(page.Body.String(), "further changed paragraphs") {
		t.Errorf("%d, %d bytes", page.Code, page.Body.Len())
	}
	if got := revisionsFrom(t, h, "").Revisions; len(got) != maxRevisions || got[0].Number != 60 || got[0].More == 0 {
		t.Errorf("%d revisions", len(got))
	}
}

func sourcesOf(list []SourceStatus) func(context.Context) ([]SourceStatus, error) {
	return func(context.Context) ([]SourceStatus, error) { return list, nil }
}
