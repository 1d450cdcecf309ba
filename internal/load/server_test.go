package load_test

import (
	"compress/gzip"
	"encoding/xml"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tributary/internal/load"
)

func start(t testing.TB, o load.Options) *load.Server {
	t.Helper()
	s := load.New(o)
	if _, err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func get(t testing.TB, address string, header http.Header) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(req.Header, header)
	if req.Header.Get("Accept-Encoding") == "" {
		req.Header.Set("Accept-Encoding", "identity")
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

// entry is what an independent reader sees of an item, RSS or Atom.
type entry struct{ Title, GUID, Link, HTML string }

func parse(t testing.TB, body string) []entry {
	t.Helper()
	if strings.Contains(body[:200], "<rss") {
		var doc struct {
			Items []struct {
				Title   string `xml:"title"`
				GUID    string `xml:"guid"`
				Link    string `xml:"link"`
				Encoded string `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
			} `xml:"channel>item"`
		}
		if err := xml.Unmarshal([]byte(body), &doc); err != nil {
			t.Fatal(err)
		}
		var out []entry
		for _, it := range doc.Items {
			out = append(out, entry{it.Title, it.GUID, it.Link, it.Encoded})
		}
		return out
	}
	var doc struct {
		Entries []struct {
			Title string `xml:"title"`
			ID    string `xml:"id"`
			Link  struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
			Content string `xml:"content"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatal(err)
	}
	var out []entry
	for _, e := range doc.Entries {
		out = append(out, entry{e.Title, e.ID, e.Link.Href, e.Content})
	}
	return out
}

// TestSameOptionsSameBytes: two servers cannot be told apart, before and after ticks.
func TestSameOptionsSameBytes(t *testing.T) {
	o := load.Options{Feeds: 40, Items: 10, Seed: 7}
	a, b := start(t, o), start(t, o)
	other := start(t, load.Options{Feeds: 40, Items: 10, Seed: 8})
	for tick := range 3 {
		differ := 0
		for i := range a.URLs() {
			resA, bodyA := get(t, a.URLs()[i], nil)
			resB, bodyB := get(t, b.URLs()[i], nil)
			_, bodyC := get(t, other.URLs()[i], nil)
			if bodyA != bodyB || resA.Header.Get("Etag") != resB.Header.Get("Etag") {
				t.Fatalf("tick %d, feed %d: equal options, different feeds", tick, i)
			}
			if bodyA != bodyC {
				differ++
			}
		}
		if differ != 40 {
			t.Errorf("tick %d: another seed changed %d feeds of 40", tick, differ)
		}
		if a.Entries() != b.Entries() || a.Stories() != b.Stories() {
			t.Errorf("tick %d: %d/%d and %d/%d entries/stories", tick, a.Entries(), a.Stories(), b.Entries(), b.Stories())
		}
		for _, s := range []*load.Server{a, b, other} {
			if n, err := s.Tick(); err != nil || n != 2 {
				t.Fatalf("tick changed %d of 40 feeds, want 2: %v", n, err)
			}
		}
	}
}

// TestWhatIsServedIsWhatIsCounted reads everything as a stranger would, through ten
// ticks, and compares with what the server says it published.
func TestWhatIsServedIsWhatIsCounted(t *testing.T) {
	s := start(t, load.Options{Feeds: 60, Items: 12, Seed: 3, Churn: 0.2})
	published := map[string]int{} // feed + guid -> story
	collect := func() {
		s.EachEntry(func(feedURL, guid string, story int) { published[feedURL+" "+guid] = story })
	}
	seen := map[string]entry{}
	for tick := range 10 {
		for _, u := range s.URLs() {
			_, body := get(t, u, nil)
			entries := parse(t, body)
			if len(entries) != 12 {
				t.Fatalf("%s: %d entries, want 12", u, len(entries))
			}
			for _, e := range entries {
				key := u + " " + e.GUID
				if before, ok := seen[key]; ok && before != e {
					t.Fatalf("%s changed", key)
				}
				seen[key] = e
			}
		}
		if tick < 9 {
			if _, err := s.Tick(); err != nil {
				t.Fatal(err)
			}
		}
	}
	collect()
	if len(seen) != s.Entries() || len(published) != s.Entries() {
		t.Errorf("%d entries served, %d listed, %d counted", len(seen), len(published), s.Entries())
	}

	copies := map[int]int{}
	text := map[int]string{}
	owner := map[string]int{}
	bytes := 0
	for key, e := range seen {
		story, ok := published[key]
		if !ok {
			t.Fatalf("%s was served but is not listed", key)
		}
		copies[story]++
		words := e.Title + "\n" + e.HTML
		bytes += len(e.HTML)
		if before, ok := text[story]; ok && before != words {
			t.Errorf("story %d has two texts", story)
		}
		text[story] = words
		if o, ok := owner[words]; ok && o != story {
			t.Errorf("stories %d and %d have one text", o, story)
		}
		owner[words] = story
	}
	if len(copies) != s.Stories() {
		t.Errorf("%d stories served, %d counted", len(copies), s.Stories())
	}
	share := float64(s.Entries()-s.Stories()) / float64(s.Entries())
	if share < 0.15 || share > 0.25 {
		t.Errorf("%.0f %% of the entries are cross-posted, want about 20", 100*share)
	}
	if average := bytes / len(seen); average < 1400 || average > 2000 {
		t.Errorf("%d bytes of HTML in an entry, want about 1,500", average)
	}
}

// TestCopiesComeInAllKinds: trackers, respelt addresses, reprints elsewhere.
func TestCopiesComeInAllKinds(t *testing.T) {
	s := start(t, load.Options{Feeds: 60, Items: 25, Seed: 1})
	kinds := map[string]int{}
	for _, u := range s.URLs() {
		_, body := get(t, u, nil)
		for _, e := range parse(t, body) {
			switch {
			case strings.Contains(e.Link, "?utm_source="):
				kinds["tracked"]++
			case strings.HasPrefix(e.Link, "http://www."):
				kinds["respelt"]++
			case strings.Contains(e.Link, "/reprints/"):
				kinds["reprint"]++
			default:
				kinds["original"]++
			}
		}
	}
	if kinds["original"] != s.Stories() {
		t.Errorf("%d originals for %d stories", kinds["original"], s.Stories())
	}
	for _, kind := range []string{"tracked", "respelt", "reprint"} {
		if kinds[kind] < 50 {
			t.Errorf("%d copies are %s, want a third of 300", kinds[kind], kind)
		}
	}
}

func TestValidators(t *testing.T) {
	s := start(t, load.Options{Feeds: 3, Items: 5, Seed: 1, Churn: 1, Gzip: true})
	u := s.URLs()[0]
	first, body := get(t, u, nil)
	etag, modified := first.Header.Get("Etag"), first.Header.Get("Last-Modified")
	if first.StatusCode != 200 || etag == "" || modified == "" || body == "" {
		t.Fatalf("first answer %d %q %q", first.StatusCode, etag, modified)
	}
	ask := func(header ...string) int {
		t.Helper()
		h := http.Header{}
		for i := 0; i < len(header); i += 2 {
			h.Set(header[i], header[i+1])
		}
		res, body := get(t, u, h)
		if res.StatusCode == 304 && (body != "" || res.Header.Get("Etag") == "") {
			t.Errorf("304 with %d bytes and ETag %q", len(body), res.Header.Get("Etag"))
		}
		return res.StatusCode
	}
	for _, tc := range []struct {
		name   string
		header []string
		want   int
	}{
		{"etag", []string{"If-None-Match", etag}, 304},
		{"date", []string{"If-Modified-Since", modified}, 304},
		{"both", []string{"If-None-Match", etag, "If-Modified-Since", modified}, 304},
		{"etag rules date out", []string{"If-None-Match", `"other"`, "If-Modified-Since", modified}, 200},
		{"etag, wrong date", []string{"If-None-Match", etag, "If-Modified-Since", "yesterday"}, 304},
		{"not byte for byte", []string{"If-None-Match", strings.Trim(etag, `"`)}, 200},
	} {
		if got := ask(tc.header...); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
	if _, err := s.Tick(); err != nil {
		t.Fatal(err)
	}
	if got := ask("If-None-Match", etag); got != 200 {
		t.Errorf("old etag after a tick: %d", got)
	}
	if got := ask("If-Modified-Since", modified); got != 200 {
		t.Errorf("old date after a tick: %d", got)
	}

	_, plain := get(t, u, nil)
	packed, body := get(t, u, http.Header{"Accept-Encoding": {"br, gzip"}})
	if packed.Header.Get("Content-Encoding") != "gzip" {
		t.Fatal("gzip was not used")
	}
	z, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if unpacked, err := io.ReadAll(z); err != nil || string(unpacked) != plain {
		t.Errorf("compressed and plain differ: %v", err)
	}
	if res, _ := get(t, u+"x", nil); res.StatusCode != 404 {
		t.Errorf("unknown feed: %d", res.StatusCode)
	}
	want := load.Counts{Requests: 12, Full: 6, Gzip: 1, NotModified: 4, Conditional: 8, NotFound: 1}
	got := s.Counts()
	got.Connections, got.BytesOut, got.MostAtOnce = 0, 0, 0
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

func TestSeveralHosts(t *testing.T) {
	s := start(t, load.Options{Feeds: 6, Items: 2, Hosts: 3})
	hosts := map[string]int{}
	for _, u := range s.URLs() {
		if res, _ := get(t, u, nil); res.StatusCode != 200 {
			t.Errorf("%s: %d", u, res.StatusCode)
		}
		hosts[strings.Split(strings.TrimPrefix(u, "http://"), ":")[0]]++
	}
	if diff := cmp.Diff(map[string]int{"127.0.0.1": 2, "127.0.0.2": 2, "127.0.0.3": 2}, hosts); diff != "" {
		t.Error(diff)
	}
	if addrs := s.Addrs(); len(addrs) != 3 || !slices.ContainsFunc(addrs, func(a string) bool { return strings.Contains(s.URLs()[2], a) }) {
		t.Errorf("addresses %v", addrs)
	}
}

func TestLifeOfAServer(t *testing.T) {
	s := load.New(load.Options{Feeds: 1, Items: 1})
	if s.URLs() != nil || s.Entries() != 1 || s.Stories() != 1 {
		t.Errorf("before the start: %v, %d entries, %d stories", s.URLs(), s.Entries(), s.Stories())
	}
	if _, err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Start(); err == nil {
		t.Error("started twice")
	}
	u := s.URLs()[0]
	get(t, u, nil) // leaves a connection open, which must not keep Close waiting
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := http.Get(u); err == nil {
		t.Error("a closed server answers")
	}
}
