package publish_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/publish"
)

func parse(t testing.TB, p *publish.Publisher, address string) (feeds.Channel, publish.Format) {
	t.Helper()
	ch, f, err := tryParse(p, address)
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	return ch, f
}

func tryParse(p *publish.Publisher, address string) (feeds.Channel, publish.Format, error) {
	path, rawQuery, _ := strings.Cut(address, "?")
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		return feeds.Channel{}, "", err
	}
	return p.Parse(path, query)
}

func TestParse(t *testing.T) {
	p := newWorld().publisher(t)
	cases := []struct{ address, path, selector, canonical, title, language string }{
		{"all.atom", "all", "", "all.atom", "Migration news", "en"},
		{"country/ly.rss", "country/ly", "country=LY", "country/ly.rss", "Libya – Migration news", "en"},
		{"country/LY.atom", "country/ly", "country=LY", "country/ly.atom", "Libya – Migration news", "en"},
		{"region/mena.json", "region/mena", "country=LY,country=MA,region=mena", "region/mena.json", "Middle East and North Africa – Migration news", "en"},
		{"region/sahel.json", "region/sahel", "region=sahel", "region/sahel.json", "Sahel – Migration news", "en"},
		{"topic/counter-trafficking.atom?language=fr", "topic/counter-trafficking", "language=fr&topic=counter-trafficking",
			"topic/counter-trafficking.atom?language=fr", "français · Lutte contre la traite – Actualités de la migration", "fr"},
		{"language/fr.atom", "language/fr", "language=fr", "language/fr.atom", "français – Actualités de la migration", "fr"},
		{"language/fr.atom?language=en,fr", "language/fr", "language=en,language=fr&language=fr", "language/fr.atom?language=en,fr", "anglais, français · français – Actualités de la migration", "fr"},
		{"office/tripoli.atom", "office/ly", "office=ly", "office/ly.atom", "IOM Libya – Migration news", "en"},
		{"source/daily.atom", "source/daily", "source=daily", "source/daily.atom", "The Daily – Migration news", "en"},
		{"all.atom?kind=iom,partner", "all", "kind=iom,kind=partner", "all.atom?kind=iom,partner", "IOM, Partners – Migration news", "en"},
		{"all.atom?kind=iom", "all", "kind=iom", "all.atom?kind=iom", "IOM – Migration news", "en"},
		// One selection, however it is spelled, is one address.
		{"all.atom?country=ly", "all", "country=LY", "country/ly.atom", "Libya – Migration news", "en"},
		{"country/ma.atom?country=ly", "country/ma", "country=LY&country=MA", "country/ly.atom?country=ma", "Libya · Morocco – Migration news", "en"},
		{"country/ly.atom?country=ma", "country/ly", "country=LY&country=MA", "country/ly.atom?country=ma", "Libya · Morocco – Migration news", "en"},
		{"topic/floods.atom?topic=counter-trafficking&country=ly", "topic/floods", "country=LY&topic=counter-trafficking&topic=floods",
			"topic/counter-trafficking.atom?country=ly&topic=floods", "Libya · Counter-trafficking · Floods – Migration news", "en"},
		{"country/ly.atom?country=ly", "country/ly", "country=LY", "country/ly.atom", "Libya – Migration news", "en"},
		{"all.atom?topic=floods&country=ma,ly,,ma", "all", "country=LY,country=MA&topic=floods", "topic/floods.atom?country=ly,ma", "Libya, Morocco · Floods – Migration news", "en"},
		{"all.atom?country=ma&country=ly", "all", "country=LY,country=MA", "all.atom?country=ly,ma", "Libya, Morocco – Migration news", "en"},
		{"all.atom?region=&source=&country=&limit=", "all", "", "all.atom", "Migration news", "en"},
		{"all.atom?q=++Boats%20AT+sea", "all", "&q=boats at sea", "all.atom?q=boats+at+sea", "“boats at sea” – Migration news", "en"},
		{"all.atom?limit=7", "all", "", "all.atom?limit=7", "Migration news", "en"},
		{"all.atom?limit=50", "all", "", "all.atom", "Migration news", "en"},
		{"region/mena.atom?country=ma", "region/mena", "country=LY,country=MA,region=mena&country=MA", "country/ma.atom?region=mena", "Middle East and North Africa · Morocco – Migration news", "en"},
	}
	for _, c := range cases {
		t.Run(c.address, func(t *testing.T) {
			ch, f := parse(t, p, c.address)
			if ch.Path != c.path {
				t.Errorf("path %q, want %q", ch.Path, c.path)
			}
			if got := ch.Selector.String(); got != c.selector {
				t.Errorf("selector %q, want %q", got, c.selector)
			}
			if got, want := p.Address(ch, f), "https://news.example.org/tributary/feeds/"+c.canonical; got != want {
				t.Errorf("address %q, want %q", got, want)
			}
			if ch.Title != c.title || ch.Language != c.language {
				t.Errorf("title %q in %s, want %q in %s", ch.Title, ch.Language, c.title, c.language)
			}
			again, _ := parse(t, p, strings.TrimPrefix(p.Address(ch, f), "https://news.example.org/tributary/feeds/"))
			if again.Selector.String() != ch.Selector.String() || again.Limit != ch.Limit {
				t.Errorf("the canonical address means %q, not %q", again.Selector, ch.Selector)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	p := newWorld().publisher(t)
	cases := []struct {
		address, parameter, value string
		status                    int
		valid                     string // one of Valid, or "" for none
	}{
		{"country/libya.atom", "country", "libya", 404, "ly"},
		{"country/lby.atom", "country", "lby", 404, "ly"},
		{"country/xx.atom", "country", "xx", 404, "qa"},
		{"topic/trafficking.atom", "topic", "trafficking", 404, "counter-trafficking"},
		{"region/mars.atom", "region", "mars", 404, "sahel"},
		{"language/tlh.atom", "language", "tlh", 404, "fr"},
		{"office/moon.atom", "office", "moon", 404, "hq"},
		{"source/nope.atom", "source", "nope", 404, "daily"},
		{"source/secret.atom", "source", "secret", 404, "daily"}, // on trial
		{"kind/iom.atom", "path", "", 404, ""},
		{"channel/sahel.atom", "channel", "sahel", 404, ""},
		{"country/ly/2026/11.atom", "path", "", 404, ""},
		{"nonsense.atom", "path", "", 404, ""},
		{"country/.atom", "country", "", 404, "qa"},
		{"all", "format", "", 404, "atom"},
		{"all.xml", "format", "xml", 404, "rss"},
		{strings.Repeat("a", 400) + ".atom", "path", "", 404, ""},
		{"all.atom?country=xx", "country", "xx", 400, "qa"},
		{"all.atom?topic=floods,x", "topic", "x", 400, "floods"},
		{"all.atom?kind=blog", "kind", "blog", 400, "media"},
		{"all.atom?colour=red", "colour", "", 400, "country"},
		{"all.atom?limit=0", "limit", "0", 400, ""},
		{"all.atom?limit=101", "limit", "101", 400, ""},
		{"all.atom?limit=ten", "limit", "ten", 400, ""},
		{"all.atom?limit=1&limit=2", "limit", "1,2", 400, ""},
		{"all.atom?q=%FF", "q", "\xff", 400, ""},
		{"all.atom?q=%21%3F", "q", "!?", 400, ""},
		{"all.atom?q=" + strings.Repeat("w+", 13), "q", strings.Repeat("w ", 13), 400, ""},
		{"all.atom?q=a%00b", "q", "a\x00b", 400, ""},
	}
	for _, c := range cases {
		t.Run(c.address[:min(len(c.address), 60)], func(t *testing.T) {
			_, _, err := tryParse(p, c.address)
			var invalid *publish.Invalid
			if !errors.As(err, &invalid) {
				t.Fatalf("got %v", err)
			}
			if invalid.Parameter != c.parameter || invalid.Value != c.value || invalid.Status != c.status {
				t.Errorf("got %+v", invalid)
			}
			if c.valid != "" && !slices.Contains(invalid.Valid, c.valid) || c.valid == "" && len(invalid.Valid) > 0 {
				t.Errorf("valid values %q, want %q among them", invalid.Valid, c.valid)
			}
			if len(invalid.Valid) > 12 || !strings.HasSuffix(invalid.Error(), ".") {
				t.Errorf("%d values, sentence %q", len(invalid.Valid), invalid)
			}
		})
	}
	if _, _, err := tryParse(p, "country/xx.atom"); !strings.Contains(err.Error(), "23") {
		t.Errorf("the sentence does not say how many there are: %v", err)
	}
}

// TestTooManyTerms: a filter cannot make the database walk without bound.
func TestTooManyTerms(t *testing.T) {
	w := newWorld()
	for range 60 {
		w.sources = append(w.sources, feeds.Source{ID: "s-" + string(rune('a'+len(w.sources)%26)) + string(rune('a'+len(w.sources)/26))})
	}
	p := w.publisher(t)
	var ids []string
	for _, s := range w.sources[5:] {
		ids = append(ids, s.ID)
	}
	_, _, err := tryParse(p, "all.atom?source="+strings.Join(ids, ","))
	var invalid *publish.Invalid
	if !errors.As(err, &invalid) || invalid.Status != http.StatusBadRequest {
		t.Errorf("60 sources: %v", err)
	}
	if _, _, err := tryParse(p, "all.atom?source="+strings.Join(ids[:40], ",")); err != nil {
		t.Errorf("40 sources: %v", err)
	}
}

func TestStoreGetsRegionsExpanded(t *testing.T) {
	w := newWorld()
	p := w.publisher(t)
	if d := get(t, p, "region/mena.atom"); len(d.Stories) != 3 {
		t.Errorf("stories %q", d.Stories)
	}
	if got := w.selected[0].String(); got != "country=LY,country=MA,region=mena" {
		t.Errorf("the store was asked for %q", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"all.atom", "country/ly.rss?country=ma", "region/mena.json?q=x&limit=3", "a/b/c.d", "?q=%ff", "all.atom?country=,,&kind=iom"} {
		f.Add(s)
	}
	p := newWorld().publisher(f)
	f.Fuzz(func(t *testing.T, address string) {
		ch, format, err := tryParse(p, address)
		if err != nil {
			return
		}
		again, _, err := tryParse(p, strings.TrimPrefix(p.Address(ch, format), "https://news.example.org/tributary/feeds/"))
		if err != nil {
			t.Fatalf("our own address %s: %v", p.Address(ch, format), err)
		}
		if again.Selector.String() != ch.Selector.String() || p.Address(again, format) != p.Address(ch, format) {
			t.Errorf("%q became %q", ch.Selector, again.Selector)
		}
	})
}
