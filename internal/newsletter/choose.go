package newsletter

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"tributary/feeds"
)

// Candidate is what choosing looks at of a story.
type Candidate struct {
	Story      string
	Published  time.Time
	FirstSeen  time.Time
	Publishers int      // independent ones that carry it, 1 at least
	Source     string   // id of the one that leads it
	IOM        bool     // that one is IOM's
	Topics     []string // slugs
	Shown      []int64  // entries by which the editions would show it
}

// Input is what an issue is chosen from.
type Input struct {
	Newsletter *feeds.Newsletter
	Candidates []Candidate
	Pins       []string        // stories, in the order in which they come
	Told       map[string]bool // stories that issues before have told
	Since      time.Time       // when the issue before was made; zero for the first
	Now        time.Time
}

// Choice is the stories of an issue, or why there is none.
type Choice struct {
	Items []feeds.IssueItem
	// Skipped says in plain words why there is no issue; "" when there is one.
	Skipped string
	// Found is how many stories could have been told.
	Found int
}

// Choose decides the stories of an issue. It depends on nothing but its input.
func Choose(in Input) Choice {
	n := in.Newsletter
	pinned := make(map[string]int, len(in.Pins))
	for i, id := range in.Pins {
		if _, twice := pinned[id]; !twice {
			pinned[id] = i
		}
	}
	var pins, others []scored
	for i := range in.Candidates {
		c := &in.Candidates[i]
		_, wanted := pinned[c.Story]
		switch {
		case in.Told[c.Story]:
		case wanted:
			pins = append(pins, scored{c, Score(n, c, in.Now), true})
		case in.recent(c):
			others = append(others, scored{c, Score(n, c, in.Now), false})
		}
	}
	slices.SortFunc(pins, func(a, b scored) int { return cmp.Compare(pinned[a.Story], pinned[b.Story]) })
	slices.SortFunc(others, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), b.Published.Compare(a.Published), cmp.Compare(b.Story, a.Story))
	})
	out := Choice{Found: len(pins) + len(others)}
	of := map[string]int{}
	for _, s := range append(pins, others...) {
		if len(out.Items) == n.Stories {
			break
		}
		if !s.pinned && of[s.Source] >= n.PerSource {
			continue
		}
		of[s.Source]++
		out.Items = append(out.Items, feeds.IssueItem{Story: s.Story, Score: s.score, Pinned: s.pinned, Shown: s.Shown})
	}
	if len(out.Items) < n.Minimum {
		out.Skipped = fmt.Sprintf("%d of %d stories at least", len(out.Items), n.Minimum)
		out.Items = nil
	}
	return out
}

type scored struct {
	*Candidate
	score  float64
	pinned bool
}

// recent says whether a story is news for the issue. What arrives late counts by when it was
// first seen, unless it is old by then.
func (in *Input) recent(c *Candidate) bool {
	span := in.Newsletter.Cadence.Span()
	since := in.Since
	if oldest := in.Now.Add(-2 * span); since.IsZero() {
		since = in.Now.Add(-span)
	} else if since.Before(oldest) {
		since = oldest
	}
	return (c.Published.After(since) || c.FirstSeen.After(since)) && c.Published.After(in.Now.Add(-2*span))
}

// Score ranks a story by the formula of the package's documentation, to a thousandth.
func Score(n *feeds.Newsletter, c *Candidate, now time.Time) float64 {
	score := 2 * math.Log2(float64(max(c.Publishers, 1)))
	if c.IOM {
		score += 3
	}
	for _, topic := range c.Topics {
		score += float64(n.Weights[topic])
	}
	age := max(now.Sub(c.Published), 0)
	score += 2 * math.Exp2(-float64(age)/float64(n.Cadence.Span()/2))
	return math.Round(score*1000) / 1000
}
