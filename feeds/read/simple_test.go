package read

import (
	"strings"
	"testing"
	"time"
)

// FuzzSimple holds the quick sanitiser to the thorough one: what it accepts, it must
// treat the same, byte for byte. This and the next test look inside the package,
// since from outside the two cannot be told apart.
func FuzzSimple(f *testing.F) {
	for _, s := range simpleMarkup {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, fragment string) {
		checkSimple(t, fragment)
	})
}

var simpleMarkup = []string{
	"plain text", "a &amp; b &mdash; c", "x & y", "<p>one</p>\n<p class=\"x\">two <b>three</b></p>", "<ul><li>a</li><li>b <i>c</i></li></ul>",
	`<a href="https://example.org/?a=1&amp;b=2" target="_blank">x</a>`, `<a href="/relative">x</a>`, `<a name="x">x</a>`, `<a href="mailto:a@example.org">x</a>`,
	`<img src="a b.jpg" alt="x &quot;y&quot;" width="100" height="50px">`, `<img src='https://example.org/p.gif' width='1' height='1'/>`, "a<br>b<br/>c<br />d", "<hr>",
	"<div><blockquote><p>x</p></blockquote></div>", "<h2>a</h2><h3>b <em>c</em></h3>", `<span lang="ar" dir="rtl">x</span><span class="y">z</span>`,
	"<figure><img src=\"https://example.org/a.jpg\"><figcaption>x</figcaption></figure>", "<b><b><b><b><b>x</b></b></b></b></b>", "<i><p>x</p></i>", "<b><div>x</div></b>",
	"<ol start=\"3\" type=\"a\" reversed=\"\"><li>x</li></ol>", "x &#8217; &#x202e; &#13; y", "<u><a href=\"https://example.org\"><sub>x</sub></a></u>", "<cite>x</cite><small>y</small><sup>z</sup>",
	"<li>x</li>", "<p><p>x</p></p>", "<h1><h1>x</h1></h1>", "<a><a>x</a></a>", "</p>", "<p>", "<p/>x", "a > b", "x &copy; &copy y &notit; z",
	"<code>a</code><s>b</s><del>c</del><ins>d</ins>", "<s><code><s><p>x</p></s></code></s>",
}

func checkSimple(t *testing.T, fragment string) bool {
	t.Helper()
	base := resolveBase(nil, "https://example.org/dir/")
	s := normaliseMarkup(cutMarkup(fragment, maxContent))
	quick, ok := sanitiseSimple(s, base)
	if !ok {
		return false
	}
	if thorough := sanitiseAny(s, base); quick != thorough {
		t.Errorf("%q\nquick:    %q\nthorough: %q", s, quick, thorough)
	}
	return true
}

// TestSimpleIsCommon: the quick path exists because most markup is of its grammar.
func TestSimpleIsCommon(t *testing.T) {
	taken := 0
	for _, s := range simpleMarkup {
		if checkSimple(t, s) {
			taken++
		}
	}
	if taken*10 < len(simpleMarkup)*6 {
		t.Errorf("%d of %d fragments were taken", taken, len(simpleMarkup))
	}
}

// TestGrowth: time must grow with the input and not faster, whatever the input. Each
// case takes seconds to hours when something is quadratic.
func TestGrowth(t *testing.T) {
	units := []string{"<", "</", "</a", "<a x=\"", "<a>", "<b><i>", "<!", "<![", "<!--", "<![CDATA[", "&", "&#", "&amp", "<p", "<script", "</script", "<x:a>", "<item>", "<title>", "<table>", "]]>", "<?", "'", "<a '", "<li><table>"}
	for _, u := range units {
		s := strings.Repeat(u, (256<<10)/len(u))
		started := time.Now()
		Sanitise(s, "")
		PlainText(s)
		plainTitle(s)
		looksLikeHTML(s)
		for _, wrap := range []string{"<rss><channel><item><description>%</description></item></channel></rss>", "<feed><entry><content type=\"html\">%</content></entry></feed>", "<rss %", "<!DOCTYPE %<rss>", "%<rss>"} {
			if _, err := Parse(Document{Body: []byte(strings.Replace(wrap, "%", s, 1))}); err != nil && len(err.Error()) > 1000 {
				t.Errorf("error of %d bytes", len(err.Error()))
			}
		}
		if took := time.Since(started); took > 20*time.Second { // a tenth of a second on a quiet machine
			t.Errorf("%q: %v", u, took)
		}
	}
}
