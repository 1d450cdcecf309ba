package publish_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/publish"
)

// spoken is a world of one story in three languages: two copies each in French and Arabic
// beside the English lead.
func spoken() *world {
	w := newWorld()
	at := func(c feeds.Copy, title string, days int) feeds.Copy {
		c.Entry.Title = title
		c.FirstSeen = c.FirstSeen.AddDate(0, 0, days)
		return c
	}
	w.sources = append(w.sources,
		feeds.Source{ID: "daily-fr", Office: "hq", Title: "Le Quotidien", Publisher: "Presse", URL: "https://quotidien.example/feed", Kind: feeds.KindMedia, Language: "fr", Licence: "© Presse", Republish: feeds.RepublishTitle})
	lead := w.stories[0].Copies[0]
	w.stories = []feeds.Story{story("01seminar", slices.Concat(label(feeds.LabelCountry, "LY"), label(feeds.LabelLanguage, "en", "fr", "ar")), lead,
		at(copyFrom(10, "daily-fr", 1, feeds.Entry{Link: "https://quotidien.example/1", Language: "fr", Rights: "© Quotidien", Summary: "<p>Résumé du quotidien.</p>"}), "Un séminaire", -2),
		at(copyFrom(11, "iom-ly", 1, feeds.Entry{Link: "https://libya.iom.example/fr/seminaire", Language: "fr-FR", Summary: "<p>Résumé.</p>", Content: "<p>Le texte.</p>"}), "Séminaire à Tripoli", 0),
		at(copyFrom(12, "partner-ar", 1, feeds.Entry{Link: "https://partner.example/12", Language: "ar", Summary: "<p>ملخص</p>", Content: "<p>النص</p>"}), "ندوة في طرابلس", 0),
		at(copyFrom(13, "daily", 0, feeds.Entry{Link: "https://daily.example/1", Language: "en"}), "Tripoli seminar", 0))}
	return w
}

// iomFirst is the precedence that the program gives, in short.
func iomFirst(_ *feeds.Story, a, b publish.Voice) int {
	of := func(v publish.Voice) int {
		return slices.Index([]feeds.Kind{feeds.KindIOM, feeds.KindPartner, feeds.KindMedia}, v.Source.Kind)
	}
	return of(a) - of(b)
}

func bySpeaker(o *publish.Options) { o.Precedence = iomFirst }

type spokenItem struct {
	ID, Title, URL, Language string
	ContentHTML              string `json:"content_html"`
	ContentText              string `json:"content_text"`
	Published                string `json:"date_published"`
	Modified                 string `json:"date_modified"`
	Authors                  []struct{ Name string }
	Ext                      struct {
		Rights string
		Source struct{ Title string }
		Links  []struct{ Rel, Href, Hreflang, Title string }
	} `json:"_tributary"`
}

func items(t *testing.T, p *publish.Publisher, address string) []spokenItem {
	t.Helper()
	var feed struct{ Items []spokenItem }
	if err := json.Unmarshal(get(t, p, address).Body, &feed); err != nil {
		t.Fatal(err)
	}
	return feed.Items
}

// A story is shown by the best copy of the first language that it has, with all that is
// that copy's: text as far as its source permits, author, rights, address. Its id and its
// dates are the same everywhere.
func TestLanguagesAreAnOrderOfPreference(t *testing.T) {
	p := spoken().publisher(t, bySpeaker)
	const english, french, arabic = "Seminar in Tripoli & <beyond>", "Séminaire à Tripoli", "ندوة في طرابلس"
	first := items(t, p, "all.json")[0]
	for _, c := range []struct{ address, title, language, author, rights, canonical string }{
		{"all.json", english, "en", "IOM", "© IOM", "all.json"},
		{"all.json?language=fr,en", french, "fr-FR", "IOM Libya", "", "all.json?language=fr,en"},
		{"all.json?language=fr&language=en", french, "fr-FR", "IOM Libya", "", "all.json?language=fr,en"},
		{"all.json?language=en,fr", english, "en", "IOM", "© IOM", "all.json?language=en,fr"},
		{"all.json?language=AR,en,fr", arabic, "ar", "Partner", "", "all.json?language=ar,en,fr"},
		{"all.json?language=fr", french, "fr-FR", "IOM Libya", "", "language/fr.json"},
		{"language/fr.json", french, "fr-FR", "IOM Libya", "", "language/fr.json"},
		{"language/fr.json?language=fr", french, "fr-FR", "IOM Libya", "", "language/fr.json"},
		{"language/fr.json?language=en", english, "en", "IOM", "© IOM", "language/fr.json?language=en"},
		{"language/en.json?language=fr", french, "fr-FR", "IOM Libya", "", "language/en.json?language=fr"},
		{"language/ar.json?language=fr,en", french, "fr-FR", "IOM Libya", "", "language/ar.json?language=fr,en"},
		{"country/ly.json?language=ar", arabic, "ar", "Partner", "", "country/ly.json?language=ar"},
	} {
		ch, f := parse(t, p, c.address)
		at := p.Address(ch, f)
		if !strings.HasSuffix(at, "/feeds/"+c.canonical) {
			t.Errorf("%s: address %s, want ...%s", c.address, at, c.canonical)
		}
		list := items(t, p, c.address)
		if len(list) != 1 {
			t.Fatalf("%s: %+v", c.address, list)
		}
		it := list[0]
		if it.Title != c.title || it.Language != c.language || it.Authors[0].Name != c.author || it.Ext.Rights != c.rights {
			t.Errorf("%s: %+v", c.address, it)
		}
		if it.ID != first.ID || it.Published != first.Published || it.Modified != first.Modified {
			t.Errorf("%s: id and dates %s %s %s, want %s %s %s", c.address, it.ID, it.Published, it.Modified, first.ID, first.Published, first.Modified)
		}
		if c.title == arabic && it.ContentHTML != "" { // its source permits a summary
			t.Errorf("%s: more of the text than its source permits: %s", c.address, it.ContentHTML)
		}
		// The canonical address, asked for, is the same document.
		_, path, _ := strings.Cut(at, "/feeds/")
		if again, asked := get(t, p, path), get(t, p, c.address); again.ETag != asked.ETag {
			t.Errorf("%s: its canonical address %s gives another document", c.address, path)
		}
	}
	if one, other := get(t, p, "all.atom?language=fr,en"), get(t, p, "all.atom?language=en,fr"); one.ETag == other.ETag {
		t.Error("two orders are one document")
	}
}

// Without a precedence the first seen copy of a language speaks; the lead always does for
// its own language, and for readers of none that the story has.
func TestWhoSpeaksInALanguage(t *testing.T) {
	w := spoken()
	for _, c := range []struct {
		edit  func(*publish.Options)
		query string
		title string
	}{
		{nil, "language=fr,en", "Un séminaire"},
		{bySpeaker, "language=fr,en", "Séminaire à Tripoli"},
		{func(o *publish.Options) {
			o.Precedence = func(_ *feeds.Story, a, b publish.Voice) int { return int(b.Copy.EntryID - a.Copy.EntryID) }
		}, "language=en,fr", "Seminar in Tripoli & <beyond>"},
	} {
		var edits []func(*publish.Options)
		if c.edit != nil {
			edits = append(edits, c.edit)
		}
		if got := items(t, w.publisher(t, edits...), "all.json?"+c.query)[0].Title; got != c.title {
			t.Errorf("%s: %q, want %q", c.query, got, c.title)
		}
	}
	// A withdrawn copy and one on trial speak for nobody.
	w.stories[0].Copies[2].Withdrawn = start
	w.sources[slices.IndexFunc(w.sources, func(s feeds.Source) bool { return s.ID == "daily-fr" })].Trial = true
	if got := items(t, w.publisher(t, bySpeaker), "all.json?language=fr,en")[0]; got.Language != "en" {
		t.Errorf("shown %+v", got)
	}
}

// Each entry leads to one copy in each other language, the best, and to all further ones.
func TestOtherLanguagesAreLinked(t *testing.T) {
	p := spoken().publisher(t, bySpeaker)
	for address, want := range map[string]string{
		"all.json":                "alternate fr-FR libya.iom.example/fr/seminaire OIM Libye, alternate ar partner.example/12 Partner in Arabic, related fr quotidien.example/1 Le Quotidien, related en daily.example/1 The Daily",
		"all.json?language=fr,en": "alternate en iom.example/seminar IOM news, alternate ar partner.example/12 Partner in Arabic, related fr quotidien.example/1 Le Quotidien, related en daily.example/1 The Daily",
		"all.json?language=ar":    "alternate en iom.example/seminar IOM news, alternate fr-FR libya.iom.example/fr/seminaire OIM Libye, related fr quotidien.example/1 Le Quotidien, related en daily.example/1 The Daily",
	} {
		var got []string
		for _, l := range items(t, p, address)[0].Ext.Links {
			got = append(got, fmt.Sprintf("%s %s %s %s", l.Rel, l.Hreflang, strings.TrimPrefix(l.Href, "https://"), l.Title))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s links\n%s, want\n%s", address, strings.Join(got, ", "), want)
		}
		atom := string(get(t, p, strings.Replace(address, ".json", ".atom", 1)).Body)
		for _, l := range items(t, p, address)[0].Ext.Links {
			if !strings.Contains(atom, fmt.Sprintf(`rel="%s" type="text/html" hreflang="%s" title="%s"`, l.Rel, l.Hreflang, l.Title)) {
				t.Errorf("%s: Atom lacks %+v in %s", address, l, atom)
			}
		}
		rss := string(get(t, p, strings.Replace(address, ".json", ".rss", 1)).Body)
		if n := strings.Count(rss, "<dc:relation>"); n != 4 || strings.Count(rss, "<atom:link") != 1 {
			t.Errorf("%s: RSS names %d other copies: %s", address, n, rss)
		}
		file := filepath.Join(t.TempDir(), "f.atom")
		if err := os.WriteFile(file, []byte(atom), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("jing", "-c", "../../feeds/write/testdata/atom.rnc", file).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", address, err, out)
		}
	}
}

// However many copies a story has, an entry stays of a size that readers bear.
func TestLinksAreBounded(t *testing.T) {
	w := spoken()
	for i := range 3000 {
		w.stories[0].Copies = append(w.stories[0].Copies, copyFrom(int64(1000+i), "daily", 0, feeds.Entry{Title: "Copy", Link: fmt.Sprintf("https://daily.example/%d", 1000+i), Language: "en"}))
	}
	links := items(t, w.publisher(t, bySpeaker), "all.json")[0].Ext.Links
	if len(links) > 100 || links[0].Rel != "alternate" || links[1].Rel != "alternate" {
		t.Errorf("%d links, the first %+v", len(links), links[:2])
	}
}

// What makes another copy speak makes another document: the order of copies goes by a
// source's rank and countries.
func TestARankThatChangesShows(t *testing.T) {
	w := spoken()
	p := w.publisher(t, func(o *publish.Options) {
		o.Precedence = func(_ *feeds.Story, a, b publish.Voice) int { return a.Source.Rank - b.Source.Rank }
	})
	before := items(t, p, "language/fr.json")[0].Title
	w.change(func(w *world) {
		w.sources[slices.IndexFunc(w.sources, func(s feeds.Source) bool { return s.ID == "daily-fr" })].Rank = 7
	})
	w.pass(time.Minute)
	if after := items(t, p, "language/fr.json")[0].Title; before == after {
		t.Errorf("still %q", after)
	}
}

// The list of feeds keeps the order of languages for the feeds in it.
func TestOPMLKeepsTheOrder(t *testing.T) {
	list, err := spoken().publisher(t).OPML(t.Context(), map[string][]string{"language": {"fr,en"}})
	if err != nil {
		t.Fatal(err)
	}
	if body := string(list.Body); !strings.Contains(body, "country/ly.atom?language=fr,en") || strings.Contains(body, "language=en,fr") {
		t.Errorf("list of feeds: %s", body)
	}
}
