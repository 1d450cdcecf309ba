package feedcheck_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/internal/feedcheck"
)

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func file(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// types are what the good documents are served as.
var types = map[string]string{"good.atom": "application/atom+xml; charset=utf-8", "good.rss": "application/rss+xml; charset=utf-8",
	"good.json": "application/feed+json", "good.opml": "text/x-opml; charset=utf-8"}

// document is one of the good documents as a good server serves it.
func document(t testing.TB, name string) feedcheck.Document {
	h := http.Header{"Content-Type": {types[name]}, "Etag": {`"1"`}, "Last-Modified": {"Fri, 20 Nov 2026 09:30:00 GMT"},
		"Cache-Control": {"public, max-age=300"}, "Vary": {"Accept-Encoding"}, "Access-Control-Allow-Origin": {"*"}}
	if name == "good.atom" || name == "good.json" {
		h["Link"] = []string{`<https://hub.example.org/>; rel="hub", <https://feeds.example.org/all` + filepath.Ext(name) + `>; rel="self"`}
	}
	d := feedcheck.Document{Body: []byte(file(t, name)), Header: h, Status: http.StatusOK, URL: "https://feeds.example.org/all" + filepath.Ext(name)}
	return d
}

func check(d feedcheck.Document) *feedcheck.Report {
	return feedcheck.Check(d, feedcheck.Options{Now: now, Merged: true})
}

func codes(r *feedcheck.Report) []feedcheck.Code {
	var out []feedcheck.Code
	for _, f := range r.Findings {
		if !slices.Contains(out, f.Code) {
			out = append(out, f.Code)
		}
	}
	return out
}

func TestGoodDocumentsHaveNoFindings(t *testing.T) {
	for name := range types {
		if r := check(document(t, name)); len(r.Findings) > 0 || string(r.Format) != filepath.Ext(name)[1:] {
			t.Errorf("%s is %s: %v", name, r.Format, r.Findings)
		}
	}
}

// bad is a good document with one thing wrong.
type bad struct {
	code      feedcheck.Code
	base      string // of the good documents
	old, next string // what is written in place of what, once
	also      string // further codes that follow, with spaces
}

// Every code is found in a document that is good but for one change, and nowhere else:
// the good document itself has no finding.
func TestEachCode(t *testing.T) {
	tested := map[feedcheck.Code]bool{}
	for _, b := range slices.Concat(badAtom, badRSS, badJSON, badOPML) {
		tested[b.code] = true
		t.Run(string(b.code)+" "+b.base+" "+b.next[:min(len(b.next), 24)], func(t *testing.T) {
			d := document(t, b.base)
			if !strings.Contains(string(d.Body), b.old) {
				t.Fatalf("%s does not hold %q", b.base, b.old)
			}
			d.Body = []byte(strings.Replace(string(d.Body), b.old, b.next, 1))
			want := append([]feedcheck.Code{b.code}, also(b.also)...)
			got := codes(check(d))
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%v, want %v\n%v", got, want, check(d).Findings)
			}
		})
	}
	for _, b := range badServing {
		tested[b.code] = true
		t.Run(string(b.code)+" "+b.header, func(t *testing.T) {
			d := document(t, b.base)
			if b.header == "status" {
				d.Status = http.StatusInternalServerError
			} else if b.value == "" {
				delete(d.Header, b.header)
			} else {
				d.Header[b.header] = []string{b.value}
			}
			if b.code == feedcheck.MissingVary {
				d.Header["Content-Encoding"] = []string{"gzip"}
			}
			if got := codes(check(d)); !slices.Equal(got, []feedcheck.Code{b.code}) {
				t.Errorf("%v\n%v", got, check(d).Findings)
			}
		})
	}
	for _, code := range feedcheck.Codes() {
		if !tested[code] && code != feedcheck.TooLarge {
			t.Errorf("no document shows %s", code)
		}
	}
}

func also(s string) (out []feedcheck.Code) {
	for _, w := range strings.Fields(s) {
		out = append(out, feedcheck.Code(w))
	}
	return out
}

func TestFindingsSayWhereAndWhatToDo(t *testing.T) {
	d := document(t, "good.atom")
	d.Body = []byte(strings.Replace(string(d.Body), `hreflang="ar"/>`, `hreflang="arabic-1234567890"/>`, 1))
	r := check(d)
	if len(r.Findings) != 1 {
		t.Fatal(r.Findings)
	}
	f := r.Findings[0]
	if f.Where != "feed/entry[1]/link[1]/@hreflang" || f.Line != 18 || f.Severity != feedcheck.Error || f.Do == "" || f.Rule != "BCP 47" ||
		!strings.Contains(f.What, "arabic-1234567890") || !strings.HasPrefix(f.String(), "error InvalidLanguage at line 18, feed/entry[1]") {
		t.Errorf("%+v", f)
	}
}

func TestDocumentsAreBounded(t *testing.T) {
	deep := strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100)
	for name, body := range map[string]string{
		"deep":         deep,
		"wide":         "<rss>" + strings.Repeat("<x/>", 600_000) + "</rss>",
		"attributes":   "<rss " + strings.Repeat(`a`, 10) + attributes(300) + "/>",
		"deep JSON":    strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100),
		"too many":     strings.Replace(file(t, "good.rss"), "<item>", strings.Repeat("<item><guid>1</guid></item>", 5000)+"<item>", 1),
		"lols":         `<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><feed xmlns="http://www.w3.org/2005/Atom">&lol2;</feed>`,
		"many pieces":  `<feed xmlns="http://www.w3.org/2005/Atom"><title>` + strings.Repeat("<![CDATA[a]]><!-- -->", 200_000) + `</title></feed>`,
		"a long value": strings.Replace(file(t, "good.atom"), "tag:feeds.example.org,2026:story/01a", strings.Repeat("x", 1<<20), 1),
	} {
		start := time.Now()
		r := check(feedcheck.Document{Body: []byte(body)})
		if len(r.Findings) == 0 || len(r.Findings) > 300 {
			t.Errorf("%s: %d findings", name, len(r.Findings))
		}
		for _, f := range r.Findings {
			if len(f.What) > 2000 {
				t.Errorf("%s: a finding of %d bytes", name, len(f.What))
			}
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s took %s", name, took)
		}
	}
	if r := check(feedcheck.Document{Body: make([]byte, 33<<20)}); !slices.Equal(codes(r), []feedcheck.Code{feedcheck.TooLarge}) {
		t.Errorf("33 MiB: %v", r.Findings)
	}
}

func attributes(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(` a` + strings.Repeat("b", i) + `="1"`)
	}
	return b.String()
}

func FuzzCheck(f *testing.F) {
	for name := range types {
		f.Add([]byte(file(f, name)), types[name], "https://feeds.example.org/all")
	}
	for _, b := range slices.Concat(badAtom, badRSS, badJSON, badOPML) {
		f.Add([]byte(strings.Replace(file(f, b.base), b.old, b.next, 1)), types[b.base], "")
	}
	f.Fuzz(func(t *testing.T, body []byte, contentType, address string) {
		d := feedcheck.Document{Body: body, Header: http.Header{"Content-Type": {contentType}, "Link": {contentType}}, URL: address}
		r := check(d)
		for _, x := range r.Findings {
			if x.Severity == "" || x.Do == "" || x.Rule == "" || x.Where == "" || len(x.What) > 2000 {
				t.Errorf("an incomplete finding: %+v", x)
			}
		}
		if again := check(d); !slices.Equal(again.Findings, r.Findings) {
			t.Errorf("twice the same document: %v and %v", r.Findings, again.Findings)
		}
	})
}
