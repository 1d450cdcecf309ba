package diff_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tributary/internal/diff"
)

// apply makes the second sequence of the first, and checks on the way that edits are in
// order and say the truth.
func apply[T comparable](t testing.TB, a, b []T, edits []diff.Edit) {
	t.Helper()
	i, j := 0, 0
	last := diff.Edit{Op: 99}
	for _, e := range edits {
		if e.FromA != i || e.FromB != j || e.ToA < i || e.ToB < j || e.ToA-i+e.ToB-j == 0 {
			t.Fatalf("edit %+v after %d and %d", e, i, j)
		}
		switch e.Op {
		case diff.Keep:
			if !slices.Equal(a[e.FromA:e.ToA], b[e.FromB:e.ToB]) {
				t.Fatalf("%+v keeps what differs", e)
			}
		case diff.Remove:
			if e.FromB != e.ToB {
				t.Fatalf("%+v removes of both", e)
			}
		case diff.Add:
			if e.FromA != e.ToA {
				t.Fatalf("%+v adds of both", e)
			}
		}
		if e.Op == last.Op || e.Op == diff.Remove && last.Op == diff.Add {
			t.Fatalf("%+v after %+v", e, last)
		}
		i, j, last = e.ToA, e.ToB, e
	}
	if i != len(a) || j != len(b) {
		t.Fatalf("edits end at %d of %d and %d of %d", i, len(a), j, len(b))
	}
}

func cost(edits []diff.Edit) (n int) {
	for _, e := range edits {
		if e.Op != diff.Keep {
			n += e.ToA - e.FromA + e.ToB - e.FromB
		}
	}
	return n
}

// shortest is the number of steps by the plain table.
func shortest(a, b []byte) int {
	row := make([]int, len(b)+1)
	for i := len(a) - 1; i >= 0; i-- {
		diagonal := 0
		for j := len(b) - 1; j >= 0; j-- {
			was := row[j]
			if row[j] = max(row[j], row[j+1]); a[i] == b[j] {
				row[j] = diagonal + 1
			}
			diagonal = was
		}
	}
	return len(a) + len(b) - 2*row[0]
}

func TestSequencesIsTheShortestWay(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		letters := 1 + random.IntN(6)
		word := func() []byte {
			b := make([]byte, random.IntN(30))
			for i := range b {
				b[i] = byte('a' + random.IntN(letters))
			}
			return b
		}
		a, b := word(), word()
		edits := diff.Sequences(a, b, diff.DefaultWork)
		apply(t, a, b, edits)
		if got, want := cost(edits), shortest(a, b); got != want {
			t.Fatalf("%s -> %s: %d steps, want %d: %+v", a, b, got, want, edits)
		}
	}
}

// Whatever the work allows, the answer is right, and two texts that have nothing in
// common cost no more than is allowed.
func TestWorkIsBounded(t *testing.T) {
	a, b := make([]int, 200_000), make([]int, 200_000)
	for i := range a {
		a[i], b[i] = i%1000, -1-i%999
	}
	b[100_000] = 5
	for _, work := range []int{0, 1, 100, 50_000, diff.DefaultWork} {
		apply(t, a, b, diff.Sequences(a, b, work))
	}
}

func TestRunsReadAsPeopleWouldSay(t *testing.T) {
	a, b := strings.Fields("IOM helped 6,300 people in Beira"), strings.Fields("IOM helped 6,400 people in Beira today")
	want := []diff.Edit{{diff.Keep, 0, 2, 0, 2}, {diff.Remove, 2, 3, 2, 2}, {diff.Add, 3, 3, 2, 3}, {diff.Keep, 3, 6, 3, 6}, {diff.Add, 6, 6, 6, 7}}
	if got := diff.Sequences(a, b, diff.DefaultWork); !slices.Equal(got, want) {
		t.Errorf("edits %+v, want %+v", got, want)
	}
	if got := diff.Sequences(a, a, 0); len(got) != 1 || got[0].Op != diff.Keep {
		t.Errorf("of equal sequences %+v", got)
	}
	if got := diff.Sequences[string](nil, nil, 0); len(got) != 0 {
		t.Errorf("of nothing %+v", got)
	}
}

func FuzzSequences(f *testing.F) {
	f.Add([]byte("abcabba"), []byte("cbabac"), 100)
	f.Add([]byte(""), []byte("x"), 0)
	f.Fuzz(func(t *testing.T, a, b []byte, work int) {
		apply(t, a, b, diff.Sequences(a, b, work))
	})
}

func BenchmarkSequences(b *testing.B) {
	random := rand.New(rand.NewPCG(3, 4))
	before := make([]int, 5000)
	for i := range before {
		before[i] = random.IntN(2000)
	}
	after := slices.Clone(before)
	for range 200 {
		after[random.IntN(len(after))] = random.IntN(2000)
	}
	for b.Loop() {
		diff.Sequences(before, after, diff.DefaultWork)
	}
}
