package gazetteer_test

import (
	"strings"
	"testing"

	"tributary/config/gazetteer"
)

// text has 250 words, some of them places, one in three a word some place begins with.
var text = strings.Repeat("More than two hundred people left Sabha and Al Qatrun for Tripoli on the coast, where IOM and the Libyan Red Crescent "+
	"met them with water, blankets and care; others from Cox's Bazar, Dire Dawa and San Pedro Sula wait in Tapachula, the new site is near Port-au-Prince. ", 5)

// BenchmarkItem looks up all of an item of 250 words, folding included.
func BenchmarkItem(b *testing.B) {
	x := open(b)
	var folded []byte
	var ends []int
	found := 0
	for b.Loop() {
		folded, ends = folded[:0], ends[:0]
		in := false
		for _, r := range text {
			if gazetteer.IsWord(r) {
				folded, in = gazetteer.AppendFold(folded, r), true
			} else if in {
				ends, in = append(ends, len(folded)), false
			}
		}
		from := 0
		for i, end := range ends {
			k := gazetteer.AddWord(0, folded[from:end])
			from = end
			lengths := x.Lengths(k)
			for n := i; lengths != 0; lengths >>= 1 {
				if lengths&1 != 0 {
					if _, ok := x.Find(k); ok {
						found++
					}
				}
				if n++; n >= len(ends) {
					break
				}
				k = gazetteer.AddWord(k, folded[ends[n-1]:ends[n]])
			}
		}
	}
	b.ReportMetric(float64(len(ends)), "words")
	if found == 0 {
		b.Fatal("nothing found")
	}
}

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		open(b)
	}
}

// Looking up allocates nothing, or an item would.
func TestLookUpAllocatesNothing(t *testing.T) {
	x := open(t)
	words := gazetteer.Words("Port-au-Prince and Springfield")
	if n := testing.AllocsPerRun(100, func() {
		e, _ := x.Longest(words)
		e.Candidate(0)
		e.Risk()
		e.Countries()
		x.Run("利比亚的黎波里")
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Opening costs no heap: the file stays where the program was loaded.
func TestOpenAllocatesLittle(t *testing.T) {
	if n := testing.AllocsPerRun(10, func() { open(t) }); n > 2 {
		t.Errorf("%v allocations", n)
	}
}
