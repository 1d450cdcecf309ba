package gazetteer

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

// What is laid out is found again, each thing that a payload says in its own way.
func TestBuilder(t *testing.T) {
	t.Parallel()
	build := func() []byte {
		b := NewBuilder()
		add := func(c Candidate, area, name string) uint32 {
			n, err := b.AddPlace(c, area, name)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		libya := add(Candidate{Country: "LY", Class: Country, Population: 7_000_000}, "", "Libya")
		sirte := add(Candidate{Country: "LY", Class: City, Population: 128_123}, "LY.76", "Sirte")
		paris := add(Candidate{Country: "US", Class: City, Population: 24_782}, "US.TX", "Paris")
		for _, f := range []Form{
			{Words: []string{"libya"}, Places: []FormPlace{{libya, LanguageOf("en")}}},
			{Words: []string{"great", "man", "made", "river"}, Places: []FormPlace{{sirte, 0}}},
			{Words: []string{"paris"}, Risk: Risk{Word: LanguageOf("fr"), GivenName: true}, Places: []FormPlace{{paris, LanguageOf("en")}, {sirte, 0}}},
			{Words: []string{"sirte"}, Risk: Risk{Surname: true}, Places: []FormPlace{{sirte, 0}}},
			{Words: []string{"利比亚"}, Run: true, Places: []FormPlace{{libya, LanguageOf("zh")}}},
		} {
			if err := b.AddForm(f); err != nil {
				t.Fatal(err)
			}
		}
		file, err := b.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	file := build()
	if !bytes.Equal(file, build()) {
		t.Error("the same calls give other bytes")
	}
	x, err := open(string(file))
	if err != nil {
		t.Fatal(err)
	}
	e, n := x.Longest([]string{"libya", "and"})
	if want := (Candidate{Country: "LY", Class: Country, Population: 7_000_064, Languages: LanguageOf("en"), place: 1}); n != 1 || e.Candidate(0) != want || e.Risk().Any() {
		t.Errorf("libya: %d %+v", n, e.Candidate(0))
	}
	if e, n := x.Longest(strings.Fields("great man made river project")); n != 4 || x.Name(e.Candidate(0)) != "Sirte" || x.AreaCode(e.Candidate(0).Area) != "LY.76" {
		t.Errorf("river: %d %+v", n, e.Candidate(0))
	}
	if _, n := x.Longest([]string{"great", "man", "made"}); n != 0 {
		t.Errorf("a part of a form: %d", n)
	}
	if e, _ := x.Longest([]string{"paris"}); e.Len() != 2 || e.Countries() != 2 || e.Risk() != (Risk{Word: LanguageOf("fr"), GivenName: true}) {
		t.Errorf("paris: %d, %+v", e.Len(), e.Risk())
	}
	if e, _ := x.Longest([]string{"sirte"}); e.Risk() != (Risk{Surname: true}) {
		t.Errorf("sirte: %+v", e.Risk())
	}
	if e, n := x.Run("利比·亚的"); n != len("利比·亚") || e.Candidate(0).Country != "LY" {
		t.Errorf("run: %d", n)
	}
}

// Populations keep eleven bits, whatever their size.
func TestPackPopulation(t *testing.T) {
	t.Parallel()
	for _, n := range []uint64{0, 1, 500, 2047, 2048, 4095, 15_001, 128_123, 24_870_895, 1<<32 - 1, 1 << 40} {
		p := packPopulation(n)
		got := uint64(p>>5) << (p & 31)
		if diff := max(got, n) - min(got, n); diff*1024 > n {
			t.Errorf("%d becomes %d", n, got)
		}
	}
}

func TestBuilderRefuses(t *testing.T) {
	t.Parallel()
	b := NewBuilder()
	place, err := b.AddPlace(Candidate{Country: "LY", Class: Country}, "", "Libya")
	if err != nil {
		t.Fatal(err)
	}
	good := Form{Words: []string{"libya"}, Places: []FormPlace{{place, 0}}}
	if err := b.AddForm(good); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]Form{
		"again":          good,
		"no words":       {Places: good.Places},
		"no places":      {Words: []string{"x"}},
		"too many words": {Words: make([]string, MaxWords+1), Places: good.Places},
		"too many":       {Words: []string{"y"}, Places: slices.Repeat(good.Places, MaxCandidates+1)},
		"no such place":  {Words: []string{"z"}, Places: []FormPlace{{place + 1, 0}}},
		"no place":       {Words: []string{"zz"}, Places: []FormPlace{{0, 0}}},
		"long run":       {Words: []string{strings.Repeat("的", MaxRunes+1)}, Run: true, Places: good.Places},
	} {
		if err := b.AddForm(f); !errors.Is(err, ErrFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]Candidate{"three letters": {Country: "LBY"}, "none": {}} {
		if _, err := b.AddPlace(c, "", "x"); !errors.Is(err, ErrFull) {
			t.Errorf("country of %s: %v", name, err)
		}
	}
	if _, err := b.AddPlace(Candidate{Country: "LY"}, "", strings.Repeat("x", 256)); !errors.Is(err, ErrFull) {
		t.Errorf("long name: %v", err)
	}
}

// A file of another kind or version is refused, and so is one that was cut off.
func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"", "TRBGAZ", "TRBGAZ00" + strings.Repeat("\x00", 200), magic + strings.Repeat("\x00", 200), embedded[:headerSize], embedded[:len(embedded)-1]} {
		if _, err := open(file); !errors.Is(err, ErrFormat) {
			t.Errorf("file of %d bytes: %v", len(file), err)
		}
	}
}
