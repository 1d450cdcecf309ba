package topicmodel

import (
	"cmp"
	"slices"
)

// labelLimit is the largest number of topics of an item.
const labelLimit = 4

// Label gives the topics of an item by the model alone, best first, four at most.
func (m *Model) Label(in *Input) []string {
	scores := m.Score(in, make([]float64, len(m.Topics)))
	var chosen []int
	for t, p := range scores {
		if p >= m.Threshold {
			chosen = append(chosen, t)
		}
	}
	slices.SortStableFunc(chosen, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	var out []string
	for _, t := range chosen[:min(len(chosen), labelLimit)] {
		out = append(out, m.Topics[t])
	}
	return out
}

// Count is how often labels were right, wrong and missing.
type Count struct{ Right, Wrong, Missed int }

// F1 is the harmonic mean of precision and recall; 1 when there was nothing to find and
// nothing was given.
func (c Count) F1() float64 {
	if c.Right+c.Wrong+c.Missed == 0 {
		return 1
	}
	return 2 * float64(c.Right) / float64(2*c.Right+c.Wrong+c.Missed)
}

func (c *Count) add(wanted, got []string) {
	for _, t := range got {
		if slices.Contains(wanted, t) {
			c.Right++
		} else {
			c.Wrong++
		}
	}
	for _, t := range wanted {
		if !slices.Contains(got, t) {
			c.Missed++
		}
	}
}

// Report is how good labels are, against those of the examples.
type Report struct {
	All        Count
	ByTopic    map[string]Count
	ByLanguage map[string]Count
}

// Macro is the mean F1 of the topics that the examples have.
func (r *Report) Macro() float64 {
	sum, n := 0.0, 0
	for _, c := range r.ByTopic {
		if c.Right+c.Missed > 0 {
			sum += c.F1()
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// Add counts one item.
func (r *Report) Add(language string, wanted, got []string) {
	if r.ByTopic == nil {
		r.ByTopic, r.ByLanguage = map[string]Count{}, map[string]Count{}
	}
	r.All.add(wanted, got)
	c := r.ByLanguage[language]
	c.add(wanted, got)
	r.ByLanguage[language] = c
	for _, t := range got {
		c := r.ByTopic[t]
		if slices.Contains(wanted, t) {
			c.Right++
		} else {
			c.Wrong++
		}
		r.ByTopic[t] = c
	}
	for _, t := range wanted {
		if !slices.Contains(got, t) {
			c := r.ByTopic[t]
			c.Missed++
			r.ByTopic[t] = c
		}
	}
}

// Evaluate judges the model alone on examples that it was not trained on.
func Evaluate(m *Model, examples []Example) Report {
	var r Report
	for i := range examples {
		r.Add(examples[i].Language, examples[i].Topics, m.Label(&examples[i].Input))
	}
	return r
}
