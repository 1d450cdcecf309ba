package gazetteer_test

import (
	"testing"
	"unicode/utf8"

	"tributary/config/gazetteer"
)

// FuzzFind looks any text up in every way: what is found has candidates, a country and
// a name, and takes no more of the text than there is.
func FuzzFind(f *testing.F) {
	for _, s := range []string{"Port-au-Prince", "利比亚·的黎波里", "ประเทศไทย", "\xff\xfe", "a b c d e f g h i j", "٣", "ㅤ", "İstanbul"} {
		f.Add(s)
	}
	x, err := gazetteer.Open()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		words := gazetteer.Words(s)
		e, n := x.Longest(words)
		check(t, x, e, n, len(words))
		e, n = x.Run(s)
		check(t, x, e, n, len(s))
		if n > 0 && !utf8.ValidString(s[:n]) {
			t.Errorf("Run cuts %q at %d", s, n)
		}
	})
}

func check(t *testing.T, x *gazetteer.Index, e gazetteer.Entry, n, limit int) {
	t.Helper()
	if n < 0 || n > limit || (n == 0) != (e.Len() == 0) || e.Len() > gazetteer.MaxCandidates {
		t.Fatalf("%d of %d, %d candidates", n, limit, e.Len())
	}
	for i := range e.Len() {
		c := e.Candidate(i)
		if len(c.Country) != 2 || c.Class.String() == "" || x.Name(c) == "" {
			t.Fatalf("candidate %+v", c)
		}
		if c.Area != 0 && x.AreaCode(c.Area)[:2] != c.Country {
			t.Fatalf("area %s of %s", x.AreaCode(c.Area), c.Country)
		}
	}
}
