package dedupe

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
)

func TestCanonicalURL(t *testing.T) {
	for _, c := range []struct{ why, a, b string }{
		{"scheme", "http://www.iom.int/news/x", "https://www.iom.int/news/x"},
		{"www", "https://iom.int/news/x", "https://www.iom.int/news/x"},
		{"the old Geneva host", "http://www.iom.ch/es/node/84236", "https://iom.int/es/node/84236"},
		{"trailing slash", "https://iom.int/news/x/", "https://iom.int/news/x"},
		{"upper-case host", "https://IOM.int/news/x", "https://iom.int/news/x"},
		{"default port", "https://iom.int:443/news/x", "https://iom.int/news/x"},
		{"trackers", "https://iom.int/news/x?utm_source=rss&fbclid=1&id=3", "https://iom.int/news/x?id=3"},
		{"Piano's trackers", "https://a.example/x?at_medium=RSS&at_campaign=74", "https://a.example/x"},
		{"order of parameters", "https://a.example/x?b=2&a=1", "https://a.example/x?a=1&b=2"},
		{"tracking fragment", "https://a.example/x#utm_source=feed", "https://a.example/x"},
		{"text fragment", "https://a.example/x#:~:text=hello", "https://a.example/x"},
		{"index page", "https://a.example/x/index.html", "https://a.example/x"},
		{"escaped letters", "https://a.example/caf%C3%A9", "https://a.example/café"},
		{"doubled slashes", "https://a.example//news///x", "https://a.example/news/x"},
		{"a dot after the host", "https://a.example./x", "https://a.example/x"},
	} {
		if a, b := CanonicalURL(c.a), CanonicalURL(c.b); a != b || a == "" {
			t.Errorf("%s: %q is %q, %q is %q", c.why, c.a, a, c.b, b)
		}
	}
	for _, c := range []struct{ why, a, b string }{
		{"another node", "https://iom.int/es/node/84236", "https://iom.int/es/node/84228"},
		{"another language", "https://iom.int/es/node/84236", "https://iom.int/fr/node/84236"},
		{"another site of the organisation", "https://germany.iom.int/news/x", "https://ethiopia.iom.int/news/x"},
		{"a parameter that names the item", "https://a.example/item?id=1", "https://a.example/item?id=2"},
		{"an anchor that names the item", "https://a.example/digest#item-1", "https://a.example/digest#item-2"},
		{"upper and lower case in paths", "https://a.example/AbC", "https://a.example/abc"},
	} {
		if a, b := CanonicalURL(c.a), CanonicalURL(c.b); a == b {
			t.Errorf("%s: both are %q", c.why, a)
		}
	}
	for _, s := range []string{"", "mailto:a@b.example", "/news/x", "https://iom.int", "https://www.iom.int/", "urn:uuid:1", "http://[::1", "https://a.example/" + strings.Repeat("x", 5000)} {
		if got := CanonicalURL(s); got != "" {
			t.Errorf("CanonicalURL(%.40q) = %q, want nothing to go by", s, got)
		}
	}
}

const release = `Tripoli – Ninety-four migrants from Niger went home on Tuesday with a charter flight that the mission arranged together with the Libyan authorities. Before they boarded, a nurse saw each of them and a counsellor asked again whether they wished to go. In Niamey they were met with a meal, a telephone and the money for the bus. In the months to come they will choose a training, a tool set or a share in a cooperative. Since January the mission has helped 6,300 people to return to 23 countries.`

func item(id, source, title, link, text string) Item {
	return Item{ID: id, Source: source, Text: text, Published: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
		Entry: feeds.Entry{ID: id, Title: title, Link: link}}
}

func TestGroup(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b Item
		one  bool
	}{
		{"one guid in one source", item("g", "hq", "A", "https://a.example/1", release), item("g", "hq", "B", "https://a.example/2", "other"), true},
		{"one guid in two sources says nothing", item("1", "hq", "Flood in Beira", "https://a.example/1", "x"), item("1", "mz", "Training in Tete", "https://b.example/1", "y"), false},
		{"one page, two sources", item("a", "hq", "Return flight", "https://www.iom.int/news/x?utm_source=a", "teaser"), item("b", "ngo", "Return flight to Niger", "http://iom.int/news/x/", release), true},
		{"one page, one source, other text: a digest's items", item("a", "hq", "First item", "https://a.example/digest", release), item("b", "hq", "Second item", "https://a.example/digest", "Something else altogether."), false},
		{"one page, one source, one title, new guid", item("a", "hq", "Return flight", "https://a.example/x", release), item("b", "hq", "Return flight", "https://a.example/x", release+" More."), true},
		{"one text under two addresses", item("a", "hq", "Return flight", "https://a.example/x", release), item("b", "de", "Return flight", "https://b.example/y", release), true},
		{"one standing text under several headlines: a series", item("a", "hq", "Vacancy: driver, Tripoli", "https://a.example/x", release), item("b", "hq", "Vacancy: nurse, Dakar", "https://a.example/y", release), false},
		{"the same in another source", item("a", "hq", "Vacancy: driver, Tripoli", "https://a.example/x", release), item("b", "de", "Vacancy: nurse, Dakar", "https://b.example/y", release), false},
		{"typography and case", item("a", "hq", "Return flight", "https://a.example/x", release), item("b", "de", "RETURN  FLIGHT", "https://b.example/y", strings.ReplaceAll(release, "–", "-")), true},
		{"a serial report: one text, another number in the title", item("a", "hq", "Flow monitoring report No. 20", "https://a.example/20", release), item("b", "hq", "Flow monitoring report No. 21", "https://a.example/21", release), false},
		{"new figures are an update", item("a", "hq", "Return flight", "https://a.example/x", release), item("b", "de", "Return flight", "https://b.example/y", strings.Replace(release, "6,300", "6,400", 1)), true},
		{"one headline, other text", item("a", "hq", "Situation report", "https://a.example/x", release), item("b", "de", "Situation report", "https://b.example/y", "Nothing new."), false},
		{"very short entries", item("a", "hq", "Update", "https://a.example/x", "More soon."), item("b", "de", "Update", "https://b.example/y", "More soon."), false},
		{"no text at all", item("a", "hq", "A headline that is long enough to be recognised anywhere in the world", "https://a.example/x", ""), item("b", "de", "A headline that is long enough to be recognised anywhere in the world", "https://b.example/y", ""), false},
		{"front pages are no identity", item("a", "hq", "One thing", "https://a.example/", "Text one is here."), item("b", "de", "Another", "https://a.example", "Text two is here."), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Group([]Item{c.a, c.b}, DefaultWindows)
			if (got[0] == got[1]) != c.one {
				t.Errorf("stories %v, want one: %v", got, c.one)
			}
			back := Group([]Item{c.b, c.a}, DefaultWindows)
			if (back[0] == back[1]) != c.one {
				t.Errorf("the other way round: stories %v, want one: %v", back, c.one)
			}
		})
	}
}

func TestHashes(t *testing.T) {
	base := feeds.Entry{ID: "1", Title: "Return flight", Link: "https://a.example/x", Content: "<p>Ninety-four went home.</p>"}
	prints := func(edit func(*feeds.Entry), text string) Hashes {
		e := base
		edit(&e)
		return Fingerprint("hq", &e, text)
	}
	was := prints(func(*feeds.Entry) {}, "Ninety-four went home.")
	for _, c := range []struct {
		name          string
		edit          func(*feeds.Entry)
		text          string
		change, words bool
	}{
		{"nothing", func(*feeds.Entry) {}, "Ninety-four went home.", false, false},
		{"a tracker in the link", func(e *feeds.Entry) { e.Link += "?utm_source=x" }, "Ninety-four went home.", false, false},
		{"dates that follow the request", func(e *feeds.Entry) { e.Published = time.Now() }, "Ninety-four went home.", false, false},
		{"markup", func(e *feeds.Entry) { e.Content = "<div>Ninety-four went home.</div>" }, "Ninety-four went home.", true, false},
		{"typography", func(e *feeds.Entry) { e.Title = "Return Flight" }, "Ninety-four went home.", true, false},
		{"a figure", func(e *feeds.Entry) { e.Content = "<p>Ninety-six went home.</p>" }, "Ninety-six went home.", true, true},
		{"a category", func(e *feeds.Entry) { e.Categories = []feeds.Category{{Term: "LY"}} }, "Ninety-four went home.", true, false},
	} {
		p := prints(c.edit, c.text)
		if (p.Hash != was.Hash) != c.change || (p.TextHash != was.TextHash) != c.words {
			t.Errorf("%s: changed %v, in words %v; want %v, %v", c.name, p.Hash != was.Hash, p.TextHash != was.TextHash, c.change, c.words)
		}
	}
}

func TestLeadIsTheSameInAnyOrder(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	copies := []Standing{ // best first
		{EntryID: 5, Kind: feeds.KindIOM, Rank: 100, Published: day(3)},
		{EntryID: 1, Kind: feeds.KindIOM, Rank: 100, Published: day(4)},
		{EntryID: 2, Kind: feeds.KindIOM, HQ: true, Rank: 10, Published: day(1)},
		{EntryID: 3, Kind: feeds.KindPartner, Rank: 50, Published: day(2)},
		{EntryID: 4, Kind: feeds.KindPartner, Rank: 100, Published: day(1)},
		{EntryID: 6, Kind: feeds.KindMedia, Rank: 1, Published: day(1)},
		{EntryID: 7, Kind: feeds.KindIOM, Rank: 1, Published: day(1), Trial: true},
	}
	for len(copies) > 0 {
		want := copies[0]
		for range 10 {
			shuffled := slices.Clone(copies)
			rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			if got, ok := DefaultOrder.Lead(shuffled); !ok || got != want {
				t.Fatalf("lead %+v, want %+v", got, want)
			}
		}
		copies = copies[1:]
	}
	if _, ok := DefaultOrder.Lead(nil); ok {
		t.Error("a lead out of nothing")
	}
}

func TestEntryIDIsForEver(t *testing.T) {
	if got := EntryID("hq", "https://www.iom.int/node/1"); got != 8227694667757195486 {
		t.Errorf("EntryID = %d: ids in existing stores would no longer be found", got)
	}
	if EntryID("a", "bc") == EntryID("ab", "c") {
		t.Error("source and guid run together")
	}
}

func FuzzCanonicalURL(f *testing.F) {
	f.Add("https://www.iom.int/news/x?utm_source=rss#top")
	f.Add("http://iom.ch/es/node/84236/")
	f.Fuzz(func(t *testing.T, raw string) {
		key := CanonicalURL(raw)
		if key == "" {
			return
		}
		if again := CanonicalURL(raw); again != key {
			t.Errorf("%q gives %q, then %q", raw, key, again)
		}
		if strings.Contains(key, "utm_source=") && !strings.ContainsAny(key, "/#") {
			t.Errorf("a tracker stays in %q", key)
		}
	})
}
