package publish_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/feeds/read"
	"tributary/internal/publish"
)

const ourHub = "https://news.example.org/tributary/hub"

func withHub(o *publish.Options) { o.Hub = ourHub }

// Every spelling of a selection is one topic; what is no document of ours is none.
func TestTopics(t *testing.T) {
	p := newWorld().publisher(t)
	const base = "https://news.example.org/tributary/feeds/"
	for given, want := range map[string]string{
		base + "all.atom":                                       "all.atom",
		base + "country/LY.rss":                                 "country/ly.rss",
		base + "all.json?country=ly":                            "country/ly.json",
		base + "all.atom?country=ma,ly":                         "all.atom?country=ly,ma",
		base + "topic/floods.atom?country=LY":                   "country/ly.atom?topic=floods",
		base + "country/ly.atom?topic=floods&":                  "country/ly.atom?topic=floods",
		"HTTPS://NEWS.example.org:443/tributary/feeds/all.atom": "all.atom",
	} {
		got, err := p.Topic(t.Context(), given)
		if err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", given, got, err, want)
		}
		if d, err := p.TopicDocument(t.Context(), got); err != nil || d.Link != "" {
			t.Errorf("%s: %v", given, err)
		}
	}
	for _, given := range []string{"", "all.atom", base, base + "all.html", base + "country/zz.atom", base + "all.atom?nonsense=1", base + "all.atom?%zz",
		"http://news.example.org/tributary/feeds/all.atom", "https://evil.example/tributary/feeds/all.atom", "https://news.example.org/feeds/all.atom",
		"https://me@news.example.org/tributary/feeds/all.atom", "https://news.example.org/tributary/feeds.opml", "https://news.example.org/tributary/about"} {
		var invalid *publish.Invalid
		if got, err := p.Topic(t.Context(), given); !errors.As(err, &invalid) {
			t.Errorf("%q is a topic: %q, %v", given, got, err)
		}
	}
}

// Header and document name the same hub and the same canonical topic, whatever the
// address that was asked (WebSub, 4); so does a 304.
func TestHubAndSelfAgree(t *testing.T) {
	w := newWorld()
	p := w.publisher(t, withHub)
	for _, address := range []string{"all.atom", "all.atom?country=ly", "country/LY.rss?topic=floods", "all.json?country=ma,ly"} {
		path, query, _ := strings.Cut(address, "?")
		ask := func(etag string) *http.Response {
			r := httptest.NewRequest(http.MethodGet, "/feeds/"+address, nil)
			r.URL.RawQuery = query
			if etag != "" {
				r.Header.Set("If-None-Match", etag)
			}
			rec := httptest.NewRecorder()
			if err := p.ServeFeed(rec, r, path); err != nil {
				t.Fatal(err)
			}
			return rec.Result()
		}
		res := ask("")
		body := get(t, p, address).Body
		feed, err := read.Parse(read.Document{Body: body, ContentType: res.Header.Get("Content-Type")})
		if err != nil {
			t.Fatal(err)
		}
		self := feed.Link
		for _, l := range feed.Links {
			if l.Rel == "self" {
				self = l.Href
			}
		}
		if strings.Contains(path, ".json") {
			var doc struct {
				FeedURL string `json:"feed_url"`
				Hubs    []struct{ Type, URL string }
			}
			if err := json.Unmarshal(body, &doc); err != nil || len(doc.Hubs) != 1 || doc.Hubs[0].URL != ourHub || doc.Hubs[0].Type != "WebSub" {
				t.Errorf("%s: %v %+v", address, err, doc)
			}
			self = doc.FeedURL
		} else if !hasLink(feed, "hub", ourHub) {
			t.Errorf("%s: the document names no hub: %v", address, feed.Links)
		}
		topic, err := p.Topic(t.Context(), self)
		if err != nil || p.TopicAddress(topic) != self {
			t.Errorf("%s: self %s is not canonical: %s, %v", address, self, topic, err)
		}
		want := `<` + ourHub + `>; rel="hub", <` + self + `>; rel="self"`
		if got := res.Header.Values("Link"); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
		if not := ask(res.Header.Get("ETag")); not.StatusCode != http.StatusNotModified || not.Header.Get("Link") != want {
			t.Errorf("%s: %d %q", address, not.StatusCode, not.Header.Get("Link"))
		}
	}
	// Nor is it lost when the store is down.
	w.change(func(w *world) { w.fault = errDown })
	if d := get(t, p, "all.atom"); !d.Stale || d.Link == "" {
		t.Errorf("stale %v, %q", d.Stale, d.Link)
	}
}

func hasLink(f *feeds.Feed, rel, href string) bool {
	for _, l := range f.Links {
		if l.Rel == rel && l.Href == href {
			return true
		}
	}
	return false
}

// A hub that is told of the listed feeds alone stands in those alone.
func TestHubOfListedFeeds(t *testing.T) {
	p := newWorld().publisher(t, withHub, func(o *publish.Options) { o.HubListed = true })
	if d := get(t, p, "country/ly.atom"); !strings.Contains(string(d.Body), ourHub) || d.Link == "" {
		t.Error("a listed feed names no hub")
	}
	if d := get(t, p, "country/ly.atom?topic=floods"); strings.Contains(string(d.Body), ourHub) || d.Link != "" {
		t.Error("a feed that nobody watches names a hub")
	}
	topics, err := p.ListedTopics(t.Context())
	if err != nil || len(topics) < 6 || fmt.Sprint(topics[0]) != "[all.atom all.rss all.json]" {
		t.Errorf("%v %v", topics, err)
	}
	for _, topic := range slices.Concat(topics...) {
		if _, err := p.TopicDocument(t.Context(), topic); err != nil {
			t.Errorf("%s: %v", topic, err)
		}
	}
}

// A topic's document is that of the last commit, however short ago.
func TestTopicDocumentIsOfNow(t *testing.T) {
	w := newWorld()
	p := w.publisher(t)
	before, err := p.TopicDocument(t.Context(), "all.atom")
	if err != nil {
		t.Fatal(err)
	}
	w.change(func(w *world) { w.stories = w.stories[1:] })
	w.pass(-2 * time.Second)
	after, err := p.TopicDocument(t.Context(), "all.atom")
	if err != nil || after.ETag == before.ETag {
		t.Errorf("%v: the document is the former one", err)
	}
}
