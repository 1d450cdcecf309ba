package web

import (
	"strings"
	"testing"
	"unicode/utf8"

	"tributary/feeds"
)

// shownMarks writes pieces with their marks in brackets.
func shownMarks(pieces []piece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.ID == "" {
			b.WriteString(p.Text)
			continue
		}
		b.WriteString("[" + p.Text + "]")
	}
	return b.String()
}

func TestMarks(t *testing.T) {
	said := func(html string) string { return labelledText(&feeds.Entry{Content: html}) }
	for _, test := range []struct {
		name        string
		said, shown string
		words       string // marked at its nth place in said
		nth         int
		want        string
	}{
		{"the same text", "Talks in Libya on Libya", "Talks in Libya on Libya", "Libya", 1, "Talks in Libya on [Libya]"},
		{"an excerpt", "Talks in Libya. More on Libya and Chad.", "Talks in Libya. More on…", "Libya", 0, "Talks in [Libya]. More on…"},
		{"beyond the excerpt", "Talks in Libya. More on Libya and Chad.", "Talks in Libya. More on…", "Libya", 1, "Talks in Libya. More on…"},
		{"cut within the words", "Talks in South Sudan", "Talks in South…", "South Sudan", 0, "Talks in South…"},
		{"lines and spaces", said("<p> Talks\u00a0 in </p><p>  Libya &amp; Chad</p>"), "Talks in\nLibya & Chad", "Libya", 0, "Talks in\n[Libya] & Chad"},
		{"entities", said("<p>Caf&eacute; &lt;b&gt; in C&ocirc;te d&#8217;Ivoire</p>"), "Café <b> in Côte d’Ivoire", "Côte d’Ivoire", 0, "Café <b> in [Côte d’Ivoire]"},
		{"emoji", "🌍🏽‍🚀 Aid for Chad 🇹🇩", "🌍🏽‍🚀 Aid for Chad 🇹🇩", "Chad", 0, "🌍🏽‍🚀 Aid for [Chad] 🇹🇩"},
		{"Arabic", "فيضانات في درنة شرق ليبيا", "فيضانات في درنة شرق ليبيا", "ليبيا", 0, "فيضانات في درنة شرق [ليبيا]"},
		{"Chinese, without spaces", "国际移民组织在苏丹提供援助。", "国际移民组织在苏丹提供…", "苏丹", 0, "国际移民组织在[苏丹]提供…"},
		{"a caption left out before it", "Families wait. Photo: IOM 2026. All of them had to leave their homes in Libya on Monday with nothing at all in their hands.",
			"Families wait. All of them had to leave their homes in Libya on Monday with nothing at all in their hands.", "Libya", 0, "Families wait. All of them had to leave their homes in [Libya] on Monday with nothing at all in their hands."},
		{"the same words in another sentence", "The Georgia office of the company opened in Tbilisi, capital of Georgia, on Monday morning.",
			"A summary by the publisher on Georgia.", "Georgia", 1, "A summary by the publisher on Georgia."},
		{"twice in the same surroundings", strings.Repeat("For thirty long years they have lived in Libya, far away from where they were born. ", 2), strings.Repeat("x For thirty long years they have lived in Libya, far away from where they were born. ", 2), "Libya", 0,
			strings.Repeat("x For thirty long years they have lived in Libya, far away from where they were born. ", 2)},
		{"nothing is shown", "Talks in Libya", "", "Libya", 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			offset := -1
			for range test.nth + 1 {
				offset += 1 + strings.Index(test.said[offset+1:], test.words)
			}
			mark := ""
			m := marker{}
			got := shownMarks(m.mark("text", test.said, test.shown, []claim{{field: "text", text: test.words, offset: offset, anchor: "a", kind: "country", mark: &mark}}))
			if got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
			if (mark != "") != strings.Contains(test.want, "[") {
				t.Errorf("mark %q", mark)
			}
		})
	}
}

// Evidence of a text that has changed since is not marked, wherever its offset leads.
func TestMarksOfAnotherVersion(t *testing.T) {
	m := marker{}
	for _, c := range []claim{{field: "text", text: "Chad", offset: 9}, {field: "text", text: "Libya", offset: 90}, {field: "text", text: "Libya", offset: -1}, {field: "text", offset: 3}} {
		if got := shownMarks(m.mark("text", "Talks in Libya", "Talks in Libya", []claim{c})); got != "Talks in Libya" {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestMarksOverlap(t *testing.T) {
	m := marker{}
	text := "Aid for South Sudan's displaced"
	pieces := m.mark("title", text, text, []claim{
		{field: "title", text: "South Sudan", offset: 8, anchor: "a", kind: "country"},
		{field: "title", text: "Sudan's displaced", offset: 14, anchor: "b", kind: "topic"},
		{field: "text", text: "Aid", offset: 0, anchor: "c", kind: "topic"},
	})
	if got := shownMarks(pieces); got != "Aid for [South Sudan's displaced]" {
		t.Errorf("%q", got)
	}
	if p := pieces[1]; p.Of != "a b" || p.Kind != "several" || p.Href != "#a" {
		t.Errorf("%+v", p)
	}
}

// FuzzMarks: whatever is shown, the pieces are the shown text, and what is marked is the
// words that were asked for.
func FuzzMarks(f *testing.F) {
	f.Add("Talks in Libya on Libya", "Talks in Libya", 9, 5)
	f.Add("a\u00a0b \xff 🌍", "b\xff🌍", 3, 1)
	f.Add(strings.Repeat("ab ", 40), strings.Repeat("ba ", 40), 30, 4)
	f.Fuzz(func(t *testing.T, said, shown string, offset, length int) {
		if offset < 0 || length < 0 || offset > len(said) || length > len(said)-offset {
			return
		}
		words := said[offset : offset+length]
		m := marker{}
		pieces := m.mark("text", said, shown, []claim{{field: "text", text: words, offset: offset, anchor: "a"}})
		all, marks := "", 0
		for _, p := range pieces {
			all += p.Text
			if p.ID != "" {
				marks++
				if squeeze(p.Text).text != squeeze(words).text && utf8.ValidString(said) {
					t.Fatalf("marked %q for %q", p.Text, words)
				}
			}
		}
		if all != shown || marks > 1 {
			t.Fatalf("%d marks, %q for %q", marks, all, shown)
		}
	})
}
