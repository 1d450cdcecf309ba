package dedupe

import (
	"math/rand/v2"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func FuzzDecompose(f *testing.F) {
	for _, s := range []string{"", "plain", "Crédits : l’« été » … à suivre", "e\u0301\u0323x", "ﷺ أحمد العربيّة", "й Йод", "한국어", "a\xffb", "\u0f73x", "½ ﬁ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := decompose(s), norm.NFKD.String(s); got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	})
}

func TestDecompose(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 200_000 {
		var s []rune
		for range rnd.IntN(8) {
			s = append(s, rune(rnd.IntN([]int{0x80, 0x180, 0x400, 0x700, 0x2200, 0x11000}[rnd.IntN(6)])))
		}
		if got, want := decompose(string(s)), norm.NFKD.String(string(s)); got != want {
			t.Fatalf("%q: got %q, want %q", string(s), got, want)
		}
	}
}
