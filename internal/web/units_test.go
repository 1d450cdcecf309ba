package web

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestChanges(t *testing.T) {
	cases := []struct{ name, before, after, want string }{
		{"equal", "a b", "a b", "=a b"},
		{"replaced", "met on Monday in Tripoli", "met on Tuesday in Tripoli", "=met on|-Monday|+Tuesday|=in Tripoli"},
		{"added at the end", "a", "a b c", "=a|+b c"},
		{"removed at the start", "a b", "b", "-a|=b"},
		{"from nothing", "", "a", "+a"},
		{"to nothing", "a", "", "-a"},
		{"interleaved", "a b c d e", "a x c y e", "=a|-b|+x|=c|-d|+y|=e"},
		{"very long", "s " + strings.Repeat("a ", 5000) + "e", "s b e", "=s|-" + strings.TrimSpace(strings.Repeat("a ", 5000)) + "|+b|=e"},
		{"a figure beside a sign", "of 6,300, they say.", "of 6,400, they say.", "=of|-6,300|+6,400|=, they say."},
		{"typography", "“We – here”", "\"We — here\"", "=\"We — here\""},
		{"Arabic", "وصل 94 مهاجراً إلى طرابلس.", "وصل 96 مهاجراً إلى طرابلس.", "=وصل|-94|+96|=مهاجراً إلى طرابلس."},
		{"without spaces", "帮助了六千人。", "帮助了七千人。", "=帮助了|-六|+七|=千人。"},
		{"a rewritten passage", "the boat sank off the coast near Zuwara", "a ship went down off Sabratha this week", "-the boat sank off the coast near Zuwara|+a ship went down off Sabratha this week"},
	}
	signs := map[string]string{"same": "=", "added": "+", "removed": "-"}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, change := range changes(c.before, c.after) {
				got = append(got, signs[change.Kind]+change.Text)
			}
			if joined := strings.Join(got, "|"); joined != c.want {
				t.Errorf("%.200q, want %.200q", joined, c.want)
			}
		})
	}
}

func TestAbridge(t *testing.T) {
	before := "a b c d e f g OLD h i j k l m n o OLD p q r s t u v"
	got := ""
	for _, c := range abridge(changes(before, strings.ReplaceAll(before, "OLD", "NEW")), 2) {
		got += "[" + c.Text + "]"
	}
	if want := "[… f g][OLD][NEW][h i … n o][OLD][NEW][p q …]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestExcerpt(t *testing.T) {
	cases := []struct {
		fragment, want string
		limit          int
	}{
		{"<p>Short.</p>", "Short.", 20},
		{"<p>One two three.</p><p>Four five</p>", "One two…", 9},
		{"<p>One, two</p>", "One…", 5},
		{"Ununterbrochen", "Ununt…", 5},
		{"移民组织今天说", "移民组…", 3},
		{"", "", 5},
	}
	for _, c := range cases {
		if got := excerpt(c.fragment, c.limit); got != c.want {
			t.Errorf("excerpt(%q, %d) = %q, want %q", c.fragment, c.limit, got, c.want)
		}
	}
}

func TestClipKeepsCharactersWhole(t *testing.T) {
	for limit := range 10 {
		if got := clip("aéع移", limit); !utf8.ValidString(got) || len(got) > limit {
			t.Errorf("clip to %d: %q", limit, got)
		}
	}
}

func TestWebAddress(t *testing.T) {
	cases := map[string]bool{"https://iom.example/a": true, "http://iom.example": true, "javascript:alert(1)": false, "JavaScript:alert(1)": false, "data:text/html,x": false, "/relative": false, "//host/x": false, "https:///x": false, "mailto:a@b.example": false, "": false, "https://a b/": false}
	for address, want := range cases {
		if got := webAddress(address) != ""; got != want {
			t.Errorf("webAddress(%q): %v", address, got)
		}
	}
}

func TestAddressesAreCanonical(t *testing.T) {
	query := url.Values{"q": {"deux mots"}, "topic": {"x,y"}, "country": {"ly,ma"}, "zebra": {"1"}}
	if got, want := encodeFilters(query), "country=ly,ma&topic=x,y&q=deux+mots&zebra=1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := encodeFilters(without(query, "country", "ly")); !strings.HasPrefix(got, "country=ma&topic=x,y&") {
		t.Errorf("without one of two: %s", got)
	}
	if got := encodeFilters(without(without(query, "country", "ly"), "country", "ly")); !strings.HasPrefix(got, "country=ma&") {
		t.Errorf("without one that is not there: %s", got)
	}
	if got := encodeFilters(without(query, "q", "deux mots")); strings.Contains(got, "q=") {
		t.Errorf("without words: %s", got)
	}
}

func TestTidyFilters(t *testing.T) {
	cases := []struct {
		query, want string
		changed     bool
	}{
		{"country=ly&topic=x", "country=ly&topic=x", false},
		{"country=ly,ma", "country=ly,ma", false},
		{"country=ly&country=ma", "country=ly,ma", true},
		{"country=ly&country=ly", "country=ly", true},
		{"country=&topic=", "", true},
		{"q=++a++b++", "q=a+b", false},
		{"q=a,b", "q=a,b", false},
		{"lang=fr", "", false},
	}
	for _, c := range cases {
		query, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		tidy, changed := tidyFilters(query)
		if got := encodeFilters(tidy); got != c.want || changed != c.changed {
			t.Errorf("%s: %s (changed %v), want %s (%v)", c.query, got, changed, c.want, c.changed)
		}
	}
}

func BenchmarkDocument(b *testing.B) {
	h := newHandler(b)
	b.ReportAllocs()
	for b.Loop() {
		if w := get(h, "/feeds/all.atom"); w.Code != 200 {
			b.Fatal(w.Code)
		}
	}
}

func BenchmarkNotModified(b *testing.B) {
	h := newHandler(b)
	etag := get(h, "/feeds/all.atom").Header().Get("ETag")
	b.ReportAllocs()
	for b.Loop() {
		if w := get(h, "/feeds/all.atom", "If-None-Match", etag); w.Code != 304 {
			b.Fatal(w.Code)
		}
	}
}

func BenchmarkCachedPage(b *testing.B) {
	h := newHandler(b)
	b.ReportAllocs()
	for b.Loop() {
		if w := get(h, "/", "Accept-Encoding", "gzip"); w.Code != 200 {
			b.Fatal(w.Code)
		}
	}
}

func BenchmarkRenderPage(b *testing.B) {
	store := newStore()
	h := newHandler(b, func(o *Options) { o.Store = store })
	b.ReportAllocs()
	for b.Loop() {
		store.version.Add(1)
		if w := get(h, "/feeds/all.html"); w.Code != 200 {
			b.Fatal(w.Code)
		}
	}
	b.ReportMetric(float64(len(fmt.Sprint(get(h, "/feeds/all.html").Body))), "bytes/page")
}
