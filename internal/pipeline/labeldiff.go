package pipeline

import (
	"cmp"
	"slices"

	"tributary/feeds"
)

// labelDiffs collects what moves, by label. There are as many as the taxonomy has.
type labelDiffs map[feeds.Term]*labelTally

type labelTally struct {
	LabelDiff
	gains, losses int // samples kept of each
}

func (m labelDiffs) of(l *feeds.Label) *labelTally {
	key := feeds.Term{Kind: feeds.TermKind(l.Kind), Value: l.Value}
	if m[key] == nil {
		m[key] = &labelTally{LabelDiff: LabelDiff{Kind: l.Kind, Value: l.Value}}
	}
	return m[key]
}

func (m labelDiffs) add(c LabelChange) {
	for i := range c.After {
		l := &c.After[i]
		before := labelAmong(c.Before, l)
		if before == nil {
			t := m.of(l)
			t.Gained++
			if t.gains < samplesAtMost {
				t.gains++
				t.Samples = append(t.Samples, c)
			}
		}
		if l.Primary && (before == nil || !before.Primary) {
			m.of(l).PrimaryGained++
		}
	}
	for i := range c.Before {
		l := &c.Before[i]
		after := labelAmong(c.After, l)
		if after == nil {
			t := m.of(l)
			t.Lost++
			if t.losses < samplesAtMost {
				t.losses++
				t.Samples = append(t.Samples, c)
			}
		}
		if l.Primary && (after == nil || !after.Primary) {
			m.of(l).PrimaryLost++
		}
	}
}

func labelAmong(labels []feeds.Label, l *feeds.Label) *feeds.Label {
	for i := range labels {
		if labels[i].Kind == l.Kind && labels[i].Value == l.Value {
			return &labels[i]
		}
	}
	return nil
}

func (m labelDiffs) list() []LabelDiff {
	out := make([]LabelDiff, 0, len(m))
	for _, t := range m {
		out = append(out, t.LabelDiff)
	}
	slices.SortFunc(out, func(a, b LabelDiff) int {
		return cmp.Or(cmp.Compare(b.Gained+b.Lost, a.Gained+a.Lost),
			cmp.Compare(b.PrimaryGained+b.PrimaryLost, a.PrimaryGained+a.PrimaryLost),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
	})
	return out
}
