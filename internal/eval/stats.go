package eval

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Range holds a figure with 95 % confidence, by resampling the items.
type Range struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Resampling. The seed is fixed: the same data always give the same range.
const (
	resamples    = 1000
	resampleWork = 20_000_000 // draws at most: large data need fewer resamples to be as sure
	fewResamples = 200
)

// resampled gives the range of a figure of n items, of which figure counts each as
// often as times says. Items are drawn with replacement. Nil when there are none.
func resampled(n int, figure func(times []int) float64) *Range {
	if n == 0 {
		return nil
	}
	rounds := max(fewResamples, min(resamples, resampleWork/n))
	rnd := rand.New(rand.NewPCG(20261125, uint64(n)))
	times := make([]int, n)
	values := make([]float64, rounds)
	for i := range values {
		clear(times)
		for range n {
			times[rnd.IntN(n)]++
		}
		values[i] = figure(times)
	}
	slices.Sort(values)
	return &Range{Low: values[rounds*25/1000], High: values[rounds-1-rounds*25/1000]}
}

// microF1 counts the labels of the items, each so many times.
func microF1(outs []*Outcome, times []int, of func(*Outcome) *Found) float64 {
	var tp, fp, fn int
	for i, o := range outs {
		if k := times[i]; k > 0 {
			f := of(o)
			tp, fp, fn = tp+k*len(f.Right), fp+k*len(f.Wrong), fn+k*len(f.Missed)
		}
	}
	return score(tp, fp, fn).F1
}

// signTest is how likely better and worse are so far apart, or further, if neither were
// likelier than the other: the exact two-sided test. Without a difference it is 1.
func signTest(better, worse int) float64 {
	n := better + worse
	if n == 0 {
		return 1
	}
	tail := 0.0
	for k := range min(better, worse) + 1 {
		tail += math.Exp(logChoose(n, k) - float64(n)*math.Ln2)
	}
	return min(1, 2*tail)
}

func logChoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}
