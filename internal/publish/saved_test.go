package publish_test

import (
	"errors"
	"net/http"
	"net/url"
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

// saved are the channels of the tests' installation: one of Morocco and the region, without
// a newspaper, one that was renamed, one that ends in an hour and one that ended long ago.
func saved(o *publish.Options) {
	country := func(iso2 string) feeds.Term { return feeds.Term{Kind: feeds.TermCountry, Value: iso2} }
	o.Saved = []feeds.SavedChannel{
		{Slug: "maghreb", ID: "maghreb", Office: "hq", Title: map[string]string{"en": "Maghreb", "fr": "Le Maghreb"},
			Description: map[string]string{"en": "North-west Africa."},
			Selector:    feeds.Selector{All: [][]feeds.Term{{{Kind: feeds.TermRegion, Value: "mena"}, country("TN")}}, Without: []string{"daily"}},
			Limit:       10},
		{Slug: "tripoli", ID: "tarabulus", Office: "ly", Title: map[string]string{"en": "Tripoli"}, Former: []string{"tarabulus", "old-tripoli"},
			Selector: feeds.Selector{Query: "Tripoli"}, Prefer: []string{"fr"}},
		{Slug: "ending", ID: "ending", Office: "ly", Title: map[string]string{"en": "Floods"}, Selector: feeds.Selector{All: [][]feeds.Term{{country("MA")}}},
			Ends: start.Add(time.Hour), Gone: start.Add(25 * time.Hour), Note: map[string]string{"en": "The waters <have> gone."}, To: "maghreb"},
		{Slug: "gone", ID: "gone", Office: "ly", Title: map[string]string{"en": "Gone"}, Selector: feeds.Selector{All: [][]feeds.Term{{country("LY")}}},
			Ends: start.Add(-48 * time.Hour), Gone: start.Add(-24 * time.Hour), To: "https://iom.example/next"},
	}
}

func feedAt(t *testing.T, p *publish.Publisher, address string) *feeds.Feed {
	t.Helper()
	ch, _ := parse(t, p, address)
	f, err := p.Feed(t.Context(), ch)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func titles(f *feeds.Feed) []string {
	out := make([]string, len(f.Entries))
	for i := range f.Entries {
		out[i] = f.Entries[i].Title
	}
	return out
}

// A saved channel is a feed like the others: one address for a selection however it was
// asked for, an id that follows neither host nor selection, filters beside its own.
func TestSavedChannelAddresses(t *testing.T) {
	p := newWorld().publisher(t, saved)
	const base = "https://news.example.org/tributary/feeds/channel/"
	for _, c := range []struct{ asked, address, id, title string }{
		{"channel/maghreb.atom", "maghreb.atom", "channel/maghreb", "Maghreb – Migration news"},
		{"channel/MAGHREB.atom", "maghreb.atom", "channel/maghreb", "Maghreb – Migration news"},
		{"channel/maghreb.atom?limit=10&language=", "maghreb.atom", "channel/maghreb", "Maghreb – Migration news"},
		{"channel/maghreb.atom?limit=50", "maghreb.atom?limit=50", "channel/maghreb", "Maghreb – Migration news"},
		{"channel/maghreb.atom?topic=floods&country=ma", "maghreb.atom?country=ma&topic=floods", "channel/maghreb?country=ma&topic=floods", "Maghreb · Morocco · Floods – Migration news"},
		{"channel/maghreb.atom?language=fr", "maghreb.atom?language=fr", "channel/maghreb?language=fr", "Le Maghreb · français – Actualités de la migration"},
		{"channel/maghreb.atom?q=Rabat", "maghreb.atom?q=rabat", "channel/maghreb?q=rabat", "Maghreb · “rabat” – Migration news"},
		{"channel/tripoli.atom", "tripoli.atom", "channel/tarabulus", "Tripoli – Actualités de la migration"},
		{"channel/tripoli.atom?q=seminar", "tripoli.atom?q=seminar", "channel/tarabulus?q=seminar", "Tripoli · “seminar” – Actualités de la migration"},
	} {
		ch, f := parse(t, p, c.asked)
		if got := p.Address(ch, f); got != base+c.address {
			t.Errorf("%s: address %s", c.asked, got)
		}
		again, f := parse(t, p, "channel/"+c.address)
		if got := p.Address(again, f); got != base+c.address {
			t.Errorf("%s: read again: %s", c.address, got)
		}
		feed := feedAt(t, p, c.asked)
		if got := feed.ID; got != "tag:news.example.org,2026:feed/"+c.id {
			t.Errorf("%s: id %s", c.asked, got)
		}
		if feed.Title != c.title {
			t.Errorf("%s: title %q, want %q", c.asked, feed.Title, c.title)
		}
	}
	if f := feedAt(t, p, "channel/maghreb.atom"); !strings.HasPrefix(f.Description, "North-west Africa. ") {
		t.Errorf("description %q", f.Description)
	}
}

// A source that an office excluded neither brings stories nor speaks in others; whatever
// else is told of a story is as everywhere.
func TestSavedChannelExcludesSources(t *testing.T) {
	w := newWorld()
	p := w.publisher(t, saved)
	f := feedAt(t, p, "channel/maghreb.atom")
	if got, want := titles(f), []string{"Seminar in Tripoli & <beyond>", "فيضانات في المغرب"}; !slices.Equal(got, want) {
		t.Errorf("titles %q, want %q", got, want)
	}
	all := feedAt(t, p, "all.atom")
	for i := range f.Entries {
		j := slices.IndexFunc(all.Entries, func(e feeds.Entry) bool { return e.ID == f.Entries[i].ID })
		if j < 0 || !all.Entries[j].Published.Equal(f.Entries[i].Published) || !all.Entries[j].Updated.Equal(f.Entries[i].Updated) {
			t.Errorf("%s is another one in the channel", f.Entries[i].Title)
		}
		for _, l := range f.Entries[i].Links {
			if strings.Contains(l.Href, "daily.example") {
				t.Errorf("links to %s", l.Href)
			}
		}
	}
	if body := string(get(t, p, "channel/maghreb.json").Body); strings.Contains(body, "Daily") {
		t.Error("the excluded source is credited")
	}
	w.change(func(w *world) { // now nobody else carries it
		w.stories[0].Copies = w.stories[0].Copies[2:3]
	})
	if got := titles(feedAt(t, p, "channel/maghreb.atom")); len(got) != 1 {
		t.Errorf("titles %q", got)
	}
}

// Former slugs lead to the channel in every format; unknown ones are told what there is.
func TestSavedChannelNames(t *testing.T) {
	p := newWorld().publisher(t, saved)
	for _, format := range []string{"atom", "rss", "json", "html"} {
		_, _, err := p.Parse("channel/old-tripoli."+format, url.Values{"country": {"ly"}})
		var moved *publish.Moved
		if !errors.As(err, &moved) || moved.Path != "channel/tripoli" {
			t.Errorf("%s: %v", format, err)
		}
	}
	_, _, err := p.Parse("channel/magreb.atom", nil)
	var invalid *publish.Invalid
	if !errors.As(err, &invalid) || invalid.Status != http.StatusNotFound || !slices.Equal(invalid.Valid, []string{"ending", "maghreb", "tripoli"}) {
		t.Errorf("unknown: %#v", err)
	}
}

// A retired channel says so once, with an id that does not move, then is gone. Its time
// comes without a restart.
func TestSavedChannelEnds(t *testing.T) {
	w := newWorld()
	p := w.publisher(t, saved)
	before := get(t, p, "channel/ending.atom")
	w.pass(2 * time.Hour)
	f := feedAt(t, p, "channel/ending.atom")
	last := f.Entries[0]
	if last.ID != "tag:news.example.org,2026:channel/ending/retired" || last.Title != "“Floods” has ended" || !last.Published.Equal(start.Add(time.Hour)) {
		t.Errorf("last entry %+v", last)
	}
	if want := "https://news.example.org/tributary/feeds/channel/maghreb.html"; last.Link != want {
		t.Errorf("leads to %s", last.Link)
	}
	if !strings.Contains(last.Summary, "The waters &lt;have&gt; gone.") || !strings.Contains(last.Summary, "/feeds/channel/maghreb.atom") {
		t.Errorf("summary %q", last.Summary)
	}
	if len(f.Entries) != 3 || !f.Updated.Equal(start.Add(time.Hour)) {
		t.Errorf("%d entries, updated %v", len(f.Entries), f.Updated)
	}
	during := get(t, p, "channel/ending.atom")
	if during.ETag == before.ETag || get(t, p, "channel/ending.rss").ContentType != "application/rss+xml; charset=utf-8" {
		t.Error("the last entry does not show")
	}
	if body := string(get(t, p, "channel/ending.json").Body); !strings.Contains(body, `"expired": true`) {
		t.Error("JSON Feed does not say that it has expired")
	}
	w.change(func(w *world) { // what comes later is not in it, and nothing of it moves
		later := w.stories[1]
		later.ID = "01later"
		later.Published, later.Created, later.Copies = w.now, w.now, slices.Clone(later.Copies)
		later.Copies[0].FirstSeen = w.now
		w.stories = append([]feeds.Story{later}, w.stories...)
	})
	if after := get(t, p, "channel/ending.atom"); string(after.Body) != string(during.Body) {
		t.Errorf("the feed went on:\n%s", after.Body)
	}
	w.pass(24 * time.Hour)
	for address, leads := range map[string]string{"channel/ending.json": "/feeds/channel/maghreb.atom", "channel/gone.atom": "https://iom.example/next"} {
		_, _, err := p.Parse(address, nil)
		var invalid *publish.Invalid
		for range 20 { // the catalogue is looked at again every fifteen seconds
			if errors.As(err, &invalid) {
				break
			}
			w.pass(time.Second)
			_, _, err = p.Parse(address, nil)
		}
		if invalid == nil || invalid.Status != http.StatusGone || !strings.Contains(invalid.Error(), leads) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// Saved channels are listed: on the shelf and in OPML, where a filter leaves out those that
// would be empty.
func TestSavedChannelsAreListed(t *testing.T) {
	p := newWorld().publisher(t, saved)
	channels, err := p.Channels(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, ch := range channels {
		if ch.Saved != "" {
			paths = append(paths, ch.Path)
		}
	}
	if want := []string{"channel/ending", "channel/maghreb", "channel/tripoli"}; !slices.Equal(paths, want) {
		t.Errorf("listed %v, want %v", paths, want)
	}
	list, err := p.OPML(t.Context(), url.Values{})
	if err != nil {
		t.Fatal(err)
	}
	if body := string(list.Body); !strings.Contains(body, `<outline text="Saved channels">`) || !strings.Contains(body, `xmlUrl="https://news.example.org/tributary/feeds/channel/maghreb.atom"`) {
		t.Errorf("list:\n%s", body)
	}
	list, err = p.OPML(t.Context(), url.Values{"topic": {"counter-trafficking"}})
	if err != nil {
		t.Fatal(err)
	}
	if body := string(list.Body); !strings.Contains(body, "/feeds/channel/maghreb.atom?topic=counter-trafficking") {
		t.Errorf("narrowed list:\n%s", body)
	}
}

// A channel that cannot be asked for is refused when the program starts.
func TestSavedChannelRefused(t *testing.T) {
	o := publish.Options{Store: newWorld(), Counts: newWorld().counts, Sources: newWorld().catalogue, Taxonomy: taxonomy(), BaseURL: "https://news.example.org",
		Authority: "news.example.org", AuthorityYear: 2026, Saved: []feeds.SavedChannel{{Slug: "bad", Selector: feeds.Selector{Query: "!!"}}}}
	if _, err := publish.New(o); err == nil || !strings.Contains(err.Error(), "channel bad") {
		t.Errorf("%v", err)
	}
}

// What saved channels publish, the last entry too, is held to RFC 4287's RELAX NG schema.
func TestSavedChannelsAreValid(t *testing.T) {
	w := newWorld()
	p := w.publisher(t, saved)
	w.pass(2 * time.Hour)
	for _, slug := range []string{"maghreb", "tripoli", "ending"} {
		file := filepath.Join(t.TempDir(), slug+".atom")
		if err := os.WriteFile(file, get(t, p, "channel/"+slug+".atom").Body, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("jing", "-c", "../../feeds/write/testdata/atom.rnc", file).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", slug, err, out)
		}
	}
}
