package dedupe

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tributary/feeds"
)

// odd are texts that have been or could be trouble.
var odd = []string{
	"", " ", "\n\n\n", "a", "1", "1,2,3,4", "1.2.3.4", "1 250 000,5", "٨٬٥٤٢", "١٬٢٥٠٫٥", "０１２", "1'000'000", "1\u202f250", "99999999999999999999999999",
	"5-12 May 2026", "May 12", "12/05/2024", "2024-05-12", "No. XIV", "Round lxxxx", "Q3 2025", "KW 7", "12 de mayo", "mayo de 12", "#12", "v2.0", "0.0.0",
	"UPDATE: x", "x (corrected)", "x [", ")", "(]", ": : :", "Correction: it was wrong\nThe text", "تحديث: السيول", "x – updated", "–", "a | b | c | d",
	"Tripoli, 12 May (Reuters) – The text", "TRIPOLI - - -", "ends\nends\nends", "###", "About IOM\n" + "x", "Contact: a\nContact: b", "国际移民组织 99 人", "กรุงเทพ 12", "e\u0301\u0301\u0301", "\ufdfa\ufdfa",
	"\xff\xfe", "a\xc3", "\u202e12\u202c", "ß ẞ œ ﬁ", "İstanbul", "l'OIM d’un", "…", "...", "a\u200bb", "12\u0300 3",
}

func FuzzTokenize(f *testing.F) {
	for _, s := range odd {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tokens := tokenize(text)
		if len(tokens) > wordsAtMost {
			t.Fatalf("%d words", len(tokens))
		}
		para := 0
		for i := range tokens {
			tok := &tokens[i]
			switch {
			case len(tok.form) == 0, tok.letters <= 0, tok.para < para:
				t.Fatalf("%q: word %d is %+v", text, i, tok)
			case tok.digits != (tok.form[0] >= '0' && tok.form[0] <= '9' && tok.digits):
				t.Fatalf("%q: %q is a number: %v", text, tok.form, tok.digits)
			case bytes.ContainsAny(tok.form, " \n\tABCDEFGHIJKLMNOPQRSTUVWXYZ"):
				t.Fatalf("%q: %q is not folded", text, tok.form)
			case utf8.ValidString(text) && !utf8.Valid(tok.form):
				t.Fatalf("%q: half a letter in %q", text, tok.form)
			}
			para = tok.para
		}
	})
}

func FuzzMarks(f *testing.F) {
	for _, s := range odd {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tokens := tokenize(text)
		for _, title := range []bool{true, false} {
			marks := marksOf(tokens, title)
			if len(marks) > marksAtMost {
				t.Fatalf("%q: %d marks", text, len(marks))
			}
			for i, m := range marks {
				day := m.value >= 101 && m.value <= 1231 && m.value%100 >= 1 && m.value%100 <= 31
				if slices.Contains(marks[:i], m) || !map[byte]bool{
					markIssue: true, markWeek: m.value <= 53, markDay: day, markRange: day, markMonth: m.value >= 1 && m.value <= 12,
					markYear: m.value >= 1990 && m.value <= 2100, markTerm: m.value >= 1 && m.value <= 4,
				}[m.kind] {
					t.Fatalf("%q: mark %c %d of %v", text, m.kind, m.value, marks)
				}
			}
			if !slices.Equal(marks, marksOf(tokens, title)) {
				t.Fatalf("%q: other marks the second time", text)
			}
		}
	})
}

// What is taken off a text leaves a part of it, and no half letters.
func FuzzStrip(f *testing.F) {
	for _, s := range odd {
		f.Add(s)
		f.Add(release + "\n" + s + "\n" + release)
	}
	f.Fuzz(func(t *testing.T, text string) {
		whole := func(what, left string) {
			if !strings.Contains(text, left) || utf8.ValidString(text) && !utf8.ValidString(left) {
				t.Fatalf("%s leaves %q of %q", what, left, text)
			}
		}
		unmarked, updated := stripMark(text)
		whole("stripMark", unmarked)
		if updated && unmarked == "" || !updated && unmarked != strings.TrimSpace(text) {
			t.Fatalf("stripMark of %q: %q, %v", text, unmarked, updated)
		}
		whole("stripSite", stripSite(text))
		body, dateline := stripDateline(text)
		whole("stripDateline", body)
		whole("the dateline", dateline)
		if len(dateline) > datelineAtMost {
			t.Fatalf("a dateline of %d bytes", len(dateline))
		}
		lines := map[string]bool{}
		for line := range strings.SplitSeq(text, "\n") {
			lines[strings.TrimSpace(line)] = true
		}
		for _, known := range [][]uint64{nil, {paragraph(strings.TrimSpace(firstLine(text)))}} {
			for line := range strings.SplitSeq(own(text, known), "\n") {
				if !lines[line] && line != "" {
					t.Fatalf("own of %q has the line %q", text, line)
				}
			}
		}
	})
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// Texts that are made to cost much, or to be kept in full, are looked at in part.
func TestPrintsOfHostileTextsAreSmall(t *testing.T) {
	const size = 2 * textBytes
	for _, unit := range append(slices.Clone(odd), "###\n", "ends\n", "A – ", "a1b2 ", "1.", "1,", "(", "Contact: x\n", "Abc 1234 ", "\u0300", "ا", "字", "x|", "May 12 ", "No. 1 ") {
		if unit == "" {
			continue
		}
		text := strings.Repeat(unit, size/len(unit))
		e := feeds.Entry{ID: "g", Title: text, Link: "https://a.example/" + strings.Repeat("x", 1000)}
		h := Fingerprint("ly", &e, text)
		p := NewPrint("ly", &h, &e, text, time.Unix(1e9, 0).UTC(), Labelled{Language: "en"}, []uint64{1, 2, 3})
		if len(p.Keys.Kept) > 40 || len(p.Encode()) > 4096 || p.Length > wordsAtMost {
			t.Errorf("%q again and again: %d keys, %d bytes, %d words", unit, len(p.Keys.Kept), len(p.Encode()), p.Length)
		}
		roundTrip(t, &p)
	}
}
