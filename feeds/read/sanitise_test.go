package read_test

import (
	"reflect"
	"strings"
	"sync"
	"testing"

	"tributary/feeds/read"
)

func TestPlainText(t *testing.T) {
	for name, c := range map[string]struct{ fragment, want string }{
		"empty":           {"", ""},
		"text":            {"one two", "one two"},
		"paragraphs":      {"<p>one</p>\n<p>two <b>three</b></p>", "one\ntwo three"},
		"no space added":  {"one<b>two</b>three", "onetwothree"},
		"line break":      {"one<br>two", "one\ntwo"},
		"list":            {"<ul><li>a</li><li>b</li></ul>c", "a\nb\nc"},
		"table":           {"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
		"white space":     {" one \n\t two&nbsp;\u00a0three ", "one two three"},
		"references once": {"AT&amp;T &amp;lt;b&amp;gt; caf&eacute;", "AT&T &lt;b&gt; café"},
		"less than":       {"1 &lt; 2, 1 < 2", "1 < 2, 1 < 2"},
		"script":          {"a<script>if (1 < 2) {}</script>b", "ab"},
		"style unclosed":  {"a<style>p {}", "a"},
		"comment":         {"a<!-- <p>x</p> -->b", "ab"},
		"image":           {`a<img alt="x > y">b`, "ab"},
		"tag unclosed":    {"a<b", "a"},
		"heading":         {"<h2>News</h2>text", "News\ntext"},
		"empty blocks":    {"<p>a</p><p></p><div><div>b</div></div>", "a\nb"},
		"arabic":          {"<p dir=\"rtl\">وصل <b>المهاجرون</b></p>", "وصل المهاجرون"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := read.PlainText(c.fragment); got != c.want {
				t.Errorf("PlainText(%q) = %q, want %q", c.fragment, got, c.want)
			}
		})
	}
}

func TestSanitise(t *testing.T) {
	for name, c := range map[string]struct{ fragment, base, want string }{
		"base":             {`<a href="x">x</a>`, "https://example.org/a/b", `<a href="https://example.org/a/x">x</a>`},
		"base of a script": {`<a href="x">x</a>`, "javascript:alert(1)", "x"},
		"base unreadable":  {`<a href="x">x</a>`, "%zz", "x"},
		"line ends":        {"<p>a\r\nb\rc</p>", "", "<p>a\nb\nc</p>"},
		"not UTF-8":        {"a\xffb", "", "a\uFFFDb"},
		"cut in a tag":     {strings.Repeat("x ", 512<<10-1) + "<b>yy</b>", "", strings.TrimSpace(strings.Repeat("x ", 512<<10-1))},
	} {
		t.Run(name, func(t *testing.T) {
			if got := read.Sanitise(c.fragment, c.base); got != c.want {
				t.Errorf("got %.200q, want %.200q", got, c.want)
			}
		})
	}
}

// TestSanitiseTwice: what was sanitised passes unchanged, so that reading our own
// feeds changes nothing.
func TestSanitiseTwice(t *testing.T) {
	once := read.Sanitise(body, "https://example.org/")
	if twice := read.Sanitise(once, "https://other.example/"); twice != once {
		t.Errorf("once  %q\ntwice %q", once, twice)
	}
}

// TestParseIsPure: equal bytes give equal feeds, also when read at the same time.
func TestParseIsPure(t *testing.T) {
	doc := read.Document{URL: "https://example.org/feed", Body: []byte(`{"version":"https://jsonfeed.org/version/1.1","title":1,"items":[
		{"id":"1","title":2,"url":3,"tags":4,"summary":5,"image":6,"content_html":"<p>a<p>b","date_published":"soon"}]}`)}
	want, err := read.Parse(doc)
	if err != nil {
		t.Fatal(err)
	}
	if len(want.Problems) < 5 {
		t.Fatalf("problems %q", want.Problems)
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 20 {
				got, err := read.Parse(doc)
				if err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("got %+v, %v", got, err)
				}
			}
		})
	}
	wait.Wait()
}

// TestParseKeepsItsInput: the body belongs to the caller, who hashes it.
func TestParseKeepsItsInput(t *testing.T) {
	doc := clean("GMT")
	before := string(doc)
	feed, err := read.Parse(read.Document{Body: doc, URL: "https://example.org/feed"})
	if err != nil {
		t.Fatal(err)
	}
	if string(doc) != before {
		t.Error("the body was changed")
	}
	if len(feed.Entries) != 25 || len(feed.Problems) > 0 {
		t.Errorf("%d entries, problems %q", len(feed.Entries), feed.Problems)
	}
}

// TestVast: a document of nothing but tags or objects is read up to its bound.
func TestVast(t *testing.T) {
	for name, doc := range map[string]string{
		"rss":  "<rss><channel><title>x</title>" + strings.Repeat("<item/>", 400_000) + "</channel></rss>",
		"json": `{"version":"https://jsonfeed.org/version/1.1","items":[` + strings.Repeat(`{},`, 400_000) + `{"id":"1"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			feed, err := read.Parse(read.Document{Body: []byte(doc), MaxEntries: 10})
			if err != nil {
				t.Fatal(err)
			}
			if len(feed.Entries) == 0 || len(feed.Entries) > 10 || len(feed.Problems) == 0 {
				t.Errorf("%d entries, problems %q", len(feed.Entries), feed.Problems)
			}
		})
	}
}
