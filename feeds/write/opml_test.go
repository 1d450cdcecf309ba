package write_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tributary/feeds"
	"tributary/feeds/write"
)

func TestOPMLRoundTrip(t *testing.T) {
	list := []write.Outline{
		{Title: "Everything", FeedURL: "https://a.example/all.atom?x=1&y=2", PageURL: "https://a.example/", Language: "en", Format: "atom"},
		{Title: "Countries", Children: []write.Outline{
			{Title: "Côte d'Ivoire <ci>", FeedURL: "https://a.example/ci.rss", Language: "fr", Format: "rss"},
			{Title: "ليبيا", FeedURL: "https://a.example/ly.json", Language: "ar", Format: "json"},
		}},
	}
	var b bytes.Buffer
	if err := write.OPML(&b, "All feeds", at("2026-11-20T00:00:00Z"), list); err != nil {
		t.Fatal(err)
	}
	golden(t, "list.opml", b.Bytes())
	got, err := write.ReadOPML(&b)
	if err != nil {
		t.Fatal(err)
	}
	list[0].Format, list[1].Children[1].Format = "", "" // OPML has a version of RSS alone
	if diff := cmp.Diff(list, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadOPML(t *testing.T) {
	feed := []write.Outline{{Title: "A", FeedURL: "https://a.example/"}}
	cases := []struct {
		name, in string
		want     []write.Outline
		err      error
	}{
		{"attribute names in any case", `<OPML version="1.1"><body><outline TEXT="A" xmlurl="https://a.example/" type="rss"/></body></OPML>`, feed, nil},
		{"title wins over text", `<opml><body><outline text="B" title="A" xmlUrl="https://a.example/"/></body></opml>`, feed, nil},
		{"unknown elements are passed over", `<opml><head><x/></head><body><y><outline/></y><outline text="A" xmlUrl="https://a.example/"/></body></opml>`, feed, nil},
		{"notes and empty folders are left out", `<opml><body><outline text="note"/><outline text="A" xmlUrl="https://a.example/"/></body></opml>`, feed, nil},
		{"cut off in the middle", `<opml><body><outline text="A" xmlUrl="https://a.example/"/><outline text="f">`, nil, write.ErrNotOPML},
		{"bare ampersands", `<opml><body><outline text="A" xmlUrl="https://a.example/?a&b"/></body></opml>`, []write.Outline{{Title: "A", FeedURL: "https://a.example/?a&b"}}, nil},
		{"another charset", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><opml><body><outline text=\"\xe9\" xmlUrl=\"https://a.example/\"/></body></opml>", []write.Outline{{Title: "é", FeedURL: "https://a.example/"}}, nil},
		{"no body", `<opml version="2.0"></opml>`, nil, nil},
		{"a feed", `<rss><channel/></rss>`, nil, write.ErrNotOPML},
		{"nothing", ``, nil, write.ErrNotOPML},
		{"text", `hello`, nil, write.ErrNotOPML},
		{"too deep", `<opml><body>` + strings.Repeat(`<outline text="x">`, 40), nil, feeds.ErrTooLarge},
		{"too many", `<opml><body>` + strings.Repeat(`<outline/>`, 50_001), nil, feeds.ErrTooLarge},
		{"too long", `<opml><head><title>` + strings.Repeat("x", 9<<20), nil, feeds.ErrTooLarge},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := write.ReadOPML(strings.NewReader(c.in))
			if !errors.Is(err, c.err) {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
