package dedupe

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"strconv"
	"testing"
)

// Every reason has a code of its own, so that whoever adds one gives it words.
func TestEveryReasonHasACode(t *testing.T) {
	file, err := parser.ParseFile(gotoken.NewFileSet(), "verify.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]Reason{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Reason" {
			return true
		}
		for _, value := range spec.Values {
			text, err := strconv.Unquote(value.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			code := Reason(text).Code()
			if code == "" || seen[code] != "" {
				t.Errorf("%q has the code %q, as has %q", text, code, seen[code])
			}
			seen[code] = Reason(text)
		}
		return true
	})
	if len(seen) < 20 {
		t.Errorf("%d reasons", len(seen))
	}
}

// of makes prints of a source in a language, by their numbers.
func of(source, language string, entry int64) Print {
	p := Print{Entry: entry, Source: source}
	p.Language = language
	return p
}

func TestBars(t *testing.T) {
	r := &Rulings{Sources: map[[2]string]Bar{{"a", "b"}: BarCopies, {"a", "c"}: BarAll}, Alone: map[string]bool{"z": true}}
	for _, test := range []struct {
		a, b Print
		want bool
	}{
		{of("a", "en", 1), of("b", "en", 2), true},
		{of("b", "en", 1), of("a", "", 2), true}, // who knows
		{of("a", "en", 1), of("b", "fr", 2), false},
		{of("a", "en", 1), of("c", "fr", 2), true},
		{of("b", "en", 1), of("c", "en", 2), false},
		{of("a", "en", 1), of("a", "en", 2), false},
		{of("z", "en", 1), of("z", "en", 2), true},
		{of("z", "en", 1), of("b", "fr", 2), true},
	} {
		if got := r.bars(&test.a, &test.b); got != test.want {
			t.Errorf("%s %s and %s %s: %v", test.a.Source, test.a.Language, test.b.Source, test.b.Language, got)
		}
		if (*Rulings)(nil).bars(&test.a, &test.b) {
			t.Error("nobody has said anything")
		}
	}
}

// Of two entries that people have put together, copies of either come together, and what
// speaks against others stays.
func TestOverrule(t *testing.T) {
	prints := make([]*Print, 5)
	for i := range prints {
		p := of("s", "en", int64(i+1))
		prints[i] = &p
	}
	same := func(a, b int) Link { return Link{A: a, B: b, Same: true, Strength: 0.9} }
	apart := func(a, b int) Link { return Link{A: a, B: b, Apart: true} }
	merged := &Rulings{Together: [][2]int64{{1, 2}}}
	for name, test := range map[string]struct {
		rulings *Rulings
		links   []Link
		want    int // links that are apart afterwards
	}{
		"what is put together":            {merged, []Link{apart(0, 1)}, 0},
		"a copy of one of them":           {merged, []Link{apart(0, 1), same(1, 2), apart(0, 2)}, 0},
		"copies of both":                  {merged, []Link{apart(0, 1), same(1, 2), same(0, 3), apart(2, 3), apart(0, 2), apart(1, 3)}, 0},
		"two that are like the same one":  {merged, []Link{same(1, 2), same(1, 3), apart(2, 3)}, 1},
		"one that is like neither":        {merged, []Link{apart(0, 4), apart(1, 4)}, 2},
		"nobody has said anything":        {nil, []Link{apart(0, 1)}, 1},
		"what others have put together":   {&Rulings{Together: [][2]int64{{4, 5}}}, []Link{apart(0, 1), same(1, 2), apart(0, 2)}, 2},
		"what is kept together by people": {&Rulings{Kept: [][2]int64{{1, 2}}}, []Link{apart(0, 1)}, 0},
	} {
		n := 0
		for _, l := range test.rulings.overrule(prints, test.links) {
			if l.Apart {
				n++
			}
		}
		if n != test.want {
			t.Errorf("%s: %d, want %d", name, n, test.want)
		}
	}
}
