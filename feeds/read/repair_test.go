package read

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// The targets here look inside the package: each holds what the next step relies on,
// which from outside would be seen only when several go wrong at once.

// FuzzDecode holds that whatever the bytes and whatever is said about them, the text
// is UTF-8 that XML allows, within bounds.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("<?xml version='1.0' encoding='koi8-r'?><rss/>"), "text/xml; charset=utf-16")
	f.Add([]byte("\xff\xfe<\x00r\x00s\x00s\x00"), "")
	f.Add([]byte("\x4c\x6f\xa7\x94\x93"), "text/xml; charset=cp500")
	f.Add([]byte("caf\xe9 \xc3\xa9\xed\xa0\xbd\xed\xb8\x80\xc2\x93"), "x; charset=us-ascii")
	f.Add([]byte("\x1b$B9q\x1b(B ~{9z~}"), "text/xml; charset=hz")
	f.Add([]byte("<a>\xc3\x83\xc2\xa9\xc3\x83\xc2\xa8</a>&#xD83D;&#xDE00;"), "")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		var p problems
		text := decode(body, contentType, &p)
		if !utf8.Valid(text) {
			t.Errorf("%q of %q is not UTF-8", text, body)
		}
		if i := forbiddenAt(text, 0); i >= 0 {
			t.Errorf("%q has a forbidden character at %d", text, i)
		}
		if len(text) > maxText {
			t.Errorf("%d bytes of text", len(text))
		}
	})
}

// FuzzScan holds that tokens follow each other without gap and cover the document.
func FuzzScan(f *testing.F) {
	for _, s := range brokenMarkup {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		s := scanner{doc: doc}
		at := 0
		for {
			k := s.next()
			if k.kind == tokenEnd {
				break
			}
			if k.start != at || k.end <= at {
				t.Fatalf("token %+v at %d of %q", k, at, doc)
			}
			at = k.end
		}
		if at != len(doc) {
			t.Errorf("%d of %d bytes of %q", at, len(doc), doc)
		}
	})
}

// FuzzMend holds that a mended document is one that the XML decoder reads to its end
// in the way gofeed uses it, that the survey finds nothing more to mend in it, and
// that mending it again changes nothing.
func FuzzMend(f *testing.F) {
	for _, s := range brokenMarkup {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var p problems
		doc := decode(body, "text/xml; charset=utf-8", &p)
		at := rootAt(doc)
		if at < 0 {
			return
		}
		m := mend(doc, at)
		if len(m.doc) == 0 {
			return
		}
		d := xml.NewDecoder(bytes.NewReader(m.doc))
		d.Strict = false
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%v in %q of %q", err, m.doc, doc)
			}
		}
		if v := takeSurvey(m.doc); !v.sound && v.vast == 0 {
			t.Errorf("the survey finds a fault in %q of %q", m.doc, doc)
		}
		if again := mend(m.doc, 0); !bytes.Equal(again.doc, m.doc) {
			t.Errorf("mended again:\n%q\n%q", m.doc, again.doc)
		}
	})
}

var brokenMarkup = []string{
	"", "<", "<rss", "<rss>", "<rss><channel><item>", "<rss><channel><item><title>a", "<rss><channel><item><title>a</title><item><title>b</rss>",
	"<rss><title>x</title><channel></channel><channel><item/></channel></rss>", "<rss><channel><items><item><guid>1</items></rss>",
	"<feed><entry><content><div><p>x<br></content></entry><entry>", "<rss><channel><item><title><![CDATA[a</title></item><item><title><![CDATA[b]]></title></item></channel></rss>",
	"<rss><channel><item><title><![cdata[a]]>]]></title></item>", "<rss a=b c='d\" e=\"f><channel><item g=\"<h>\">", "<rss><!-- a --!><channel><!-- b <item>x</item></channel></rss>",
	"<rss><?a b><channel><?php x ?><item>a<?b ?></item></channel></rss>", "<rss><channel><item><title>x<title><link>y</ link></item></channel></rss>", "<rss:rss><a:b:c d:e:f='1'/><é x='1' é='2'>y</é></rss:rss>",
	"<!DOCTYPE rss [<!ENTITY a \"b\">]><rss>&a;</rss>", "<channel><channel><item/></channel></channel>", "<rss><channel><description>a < b <3 </description><x></y></channel>",
	"<script>a='<rss>'</script><rss/>", "<rdf:RDF><item/><item rdf:about='x'></rdf:RDF>",
}

// FuzzEntities holds that expansion leaves a document without declared names as it
// is, and never makes one longer than its bound.
func FuzzEntities(f *testing.F) {
	f.Add([]byte(`<!DOCTYPE rss [<!ENTITY a "b"><!ENTITY % c "d"><!ENTITY e SYSTEM "f"><!ENTITY g '&a;'>]>`), []byte("<rss>&a;<![CDATA[&a;]]>&g;&a</rss>"))
	f.Add([]byte("<!ENTITY a '<b>'><!ENTITY"), []byte("&a;<![CDATA["))
	f.Fuzz(func(t *testing.T, prolog, doc []byte) {
		plain, _ := declaredEntities(prolog)
		out, all := expand(doc, plain)
		if len(plain) == 0 && (!bytes.Equal(out, doc) || !all) {
			t.Errorf("%q became %q", doc, out)
		}
		if len(out) > len(doc)+maxExpansion {
			t.Errorf("%d bytes of %d", len(out), len(doc))
		}
		for name, text := range plain {
			if bytes.ContainsAny([]byte(text), "<>") || isPredefined(name) {
				t.Errorf("entity %q is %q", name, text)
			}
		}
	})
}

// FuzzMendJSON holds that mending leaves the meaning of JSON that is sound alone.
func FuzzMendJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2,{"b":"c\"d"}]}`, "{\"a\":\"b\nc\",}", `[1,2,],`, `{/* x */"a":"http://b" // c`, `"`, `{"a":"\`, "]", `{"a":1}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if n := boundJSON(text); n < 0 || n > len(text) {
			t.Errorf("%d of %d bytes", n, len(text))
		}
		mended := mendJSON(text)
		var before, after any
		if json.Unmarshal(text, &before) != nil {
			return
		}
		if err := json.Unmarshal(mended, &after); err != nil || !reflect.DeepEqual(before, after) {
			t.Errorf("%q became %q: %v", text, mended, err)
		}
	})
}

// TestLarge holds the bounds that small case files cannot reach: what is too long or
// too much is cut before gofeed sees it, and said.
func TestLarge(t *testing.T) {
	const before, after = "<rss><channel><title>F</title><item><guid>1</guid><description>", "</description></item><item><guid>2</guid></item></channel></rss>"
	for _, c := range []struct{ name, before, unit, after, problem string }{
		{"text", before, "word &lt;b&gt; ", after, "field is longer"},
		{"references", before, "&amp;", after, "field is longer"},
		{"CDATA", before + "<![CDATA[", "<b>x</b> ", "]]>" + after, "field is longer"},
		{"sections", before, "<![CDATA[x]]>", after, "field is longer"},
		{"less-than signs", before, "< ", after, "field is longer"},
		{"entries", "<rss><channel><title>F</title>", "<item><guid>1</guid></item>", "</channel></rss>", "tags or"},
		{"extensions", before[:len(before)-len("<description>")], `<media:x url="a"/>`, after[len("</description>"):], "tags or"},
		{"one attribute", "<rss><channel><title>F</title><item a=\"", "<", "\"/><item><guid>2</guid></item></channel></rss>", "attributes"},
		{"characters", `<?xml version="1.0" encoding="iso-8859-1"?>` + before, "\x80\x85\x93", after, "longer than 32 MiB"},
		{"JSON", `{"version":"https://jsonfeed.org/version/1","title":"F","items":[{"id":"1","tags":[`, `"a",`, `"b"]}]}`, "values"},
	} {
		t.Run(c.name, func(t *testing.T) {
			size := 12 << 20
			doc := append([]byte(c.before), bytes.Repeat([]byte(c.unit), size/len(c.unit))...)
			f, err := Parse(Document{Body: append(doc, c.after...)})
			if err != nil {
				t.Fatal(err)
			}
			if f.Title != "F" || !strings.Contains(strings.Join(f.Problems, "\n"), c.problem) {
				t.Errorf("title %q, problems %q", f.Title, f.Problems)
			}
			if len(f.Entries) > defaultMaxEntries {
				t.Errorf("%d entries", len(f.Entries))
			}
		})
	}
}
