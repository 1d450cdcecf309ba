package pipeline

import (
	"context"
	"fmt"
	"slices"

	"tributary/feeds"
	"tributary/internal/dedupe"
	"tributary/internal/store"
)

// Verdict says what two entries say of being one story.
type Verdict = dedupe.Verdict

// Pair says why two entries are one story, or are not.
type Pair struct {
	Entries [2]int64
	Stories [2]string
	Verdict Verdict
	// Through are the entries by which the two are one story although nothing says so of
	// themselves, from the one to the other.
	Through []int64
	Rulings []feeds.Ruling // standing ones about either
}

// Why says why two kept entries are one story, or are not. It changes nothing. It fails
// with feeds.ErrNotFound.
func (d *Desk) Why(ctx context.Context, one, other int64) (p Pair, err error) {
	p.Entries = [2]int64{one, other}
	l, err := newLabeller(ctx, d.Store, d.Classify)
	if err != nil {
		return p, fmt.Errorf("explain grouping: %w", err)
	}
	err = d.Store.Look(ctx, func(ctx context.Context, tx *store.Tx) error {
		r := &run{Puller: &Puller{Now: d.Now, Headquarters: d.Headquarters, Grouping: d.Grouping}, sources: l.sources}
		g, err := r.group(ctx, tx, &batch{now: d.Now(), labeller: l}, nil, []int64{one, other})
		if err != nil {
			return err
		}
		for i, id := range p.Entries {
			k, ok := g.kept[id]
			if !ok {
				return fmt.Errorf("entry %d: %w", id, feeds.ErrNotFound)
			}
			p.Stories[i] = k.StoryID
		}
		for i := range g.rulings {
			said := slices.Concat(g.rulings[i].Entries, g.rulings[i].Others)
			if slices.Contains(said, one) || slices.Contains(said, other) {
				p.Rulings = append(p.Rulings, g.rulings[i])
			}
		}
		a, b := &g.members[g.place[one]], &g.members[g.place[other]]
		p.Verdict = dedupe.Verify(&a.Print, &b.Print, d.Grouping.Windows)
		p.Through = dedupe.Chain(g.members, g.ruled(), d.Grouping.Windows, one, other)
		return nil
	})
	if err != nil {
		return p, fmt.Errorf("explain grouping: %w", err)
	}
	return p, nil
}
