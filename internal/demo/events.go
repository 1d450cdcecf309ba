package demo

import (
	"cmp"
	"slices"
)

// events lists the scripted changes after the start, in the order of time.
func (w *World) events() []ExpectEvent {
	var out []ExpectEvent
	for _, p := range w.publishers {
		for _, it := range p.items {
			for i, v := range it.versions {
				what := "corrected"
				if i == 0 {
					what = "appears"
				}
				if v.since.After(w.start) {
					out = append(out, ExpectEvent{it.ref(w.start), what, v.since.Sub(w.start)})
				}
			}
			if it.withdrawn.After(w.start) {
				out = append(out, ExpectEvent{it.ref(w.start), "withdrawn", it.withdrawn.Sub(w.start)})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b ExpectEvent) int {
		return cmp.Or(cmp.Compare(a.After, b.After), cmp.Compare(a.Source, b.Source))
	})
	return out
}
