package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tributary/feeds"
	"tributary/internal/dedupe"
	"tributary/internal/store"
)

// Verdict says what two entries say of being one story.
type Verdict = dedupe.Verdict

// Signals are what two entries have in common and what parts them.
type Signals = dedupe.Signals

// Way says by which links two entries are one story, or what keeps their stories apart.
type Way = dedupe.Way

// SharedKeys are keys of one kind that two entries both have.
type SharedKeys = dedupe.SharedKeys

// Pair says why two entries are one story, or are not.
type Pair struct {
	Entries [2]int64
	Stories [2]string
	Verdict Verdict
	// Together and Apart say what people have decided about the two, which stands above the
	// verdict; Rulings are the standing ones about either, or about their sources.
	Together, Apart bool
	Rulings         []feeds.Ruling
	// Alone are sources of theirs whose entries are stories of their own by the catalogue.
	Alone []string
	// Through are the entries by which the two are one story although nothing says so of
	// themselves, from the one to the other.
	Through []int64
	Way                  // the links by which they are one story, or what keeps them apart
	Keys    []SharedKeys // by which they find each other
}

// Why says why two kept entries are one story, or are not. It changes nothing, and waits
// for nobody. It fails with feeds.ErrNotFound.
func (d *Desk) Why(ctx context.Context, one, other int64) (p Pair, err error) {
	p.Entries = [2]int64{one, other}
	err = d.look(ctx, []int64{one, other}, func(g *grouping) error {
		var sources [2]string
		for i, id := range p.Entries {
			k, ok := g.kept[id]
			if !ok {
				return fmt.Errorf("entry %d: %w", id, feeds.ErrNotFound)
			}
			p.Stories[i], sources[i] = k.StoryID, k.SourceID
			if g.run.sources[k.SourceID].Group == feeds.GroupAlone && !slices.Contains(p.Alone, k.SourceID) {
				p.Alone = append(p.Alone, k.SourceID)
			}
		}
		for i := range g.rulings {
			if concerns(&g.rulings[i], p.Entries, sources) {
				p.Rulings = append(p.Rulings, g.rulings[i])
			}
		}
		ruled := g.ruled()
		p.Together, p.Apart = ruled.Says(g.prints(), one, other)
		a, b := &g.members[g.place[one]], &g.members[g.place[other]]
		p.Verdict = dedupe.Verify(&a.Print, &b.Print, d.Grouping.Windows)
		p.Keys = dedupe.Shared(&a.Print, &b.Print)
		p.Way = dedupe.Between(g.members, ruled, d.Grouping.Windows, one, other)
		for _, s := range p.Chain[:max(0, len(p.Chain)-1)] {
			p.Through = append(p.Through, s.To)
		}
		return nil
	})
	if err != nil {
		return p, fmt.Errorf("explain grouping: %w", err)
	}
	return p, nil
}

// concerns says whether a ruling is about one of two entries, or about their sources.
func concerns(r *feeds.Ruling, entries [2]int64, sources [2]string) bool {
	if r.Action == feeds.RulingApart {
		return !slices.ContainsFunc(r.Sources, func(s string) bool { return !slices.Contains(sources[:], s) })
	}
	return slices.ContainsFunc(slices.Concat(r.Entries, r.Others), func(id int64) bool { return slices.Contains(entries[:], id) })
}

// Reason says why a copy is part of its story.
type Reason struct {
	Entry   int64
	With    int64 // the copy that it is one story with: the lead, where that is so
	Verdict Verdict
	Code    string // of the verdict's reason, or that it is kept, or that people said so
}

// Reasons says of the standing copies of a story why they are part of it, those but the
// lead, by their ids. It changes nothing, and waits for nobody.
func (d *Desk) Reasons(ctx context.Context, lead int64) (reasons []Reason, err error) {
	err = d.look(ctx, []int64{lead}, func(g *grouping) error {
		first, ok := g.kept[lead]
		if !ok {
			return nil
		}
		ruled := g.ruled()
		var copies []int
		for i := range g.members {
			if k := g.kept[g.members[i].Entry]; k.StoryID == first.StoryID && !k.Withdrawn && len(copies) < reasonsAtMost {
				copies = append(copies, i)
			}
		}
		for _, i := range copies {
			if m := &g.members[i]; m.Entry != lead {
				reasons = append(reasons, d.reason(g, ruled, copies, i, g.place[lead]))
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("explain story of entry %d: %w", lead, err)
	}
	return reasons, nil
}

// reasonsAtMost bounds the copies of one story that are compared with each other.
const reasonsAtMost = 100

func (d *Desk) reason(g *grouping, ruled *dedupe.Rulings, copies []int, i, lead int) Reason {
	m := &g.members[i]
	best := Reason{Entry: m.Entry, With: g.members[lead].Entry, Verdict: dedupe.Verify(&m.Print, &g.members[lead].Print, d.Grouping.Windows)}
	if best.Verdict.Same {
		best.Code = best.Verdict.Reason.Code()
		return best
	}
	if together, _ := ruled.Says(g.prints(), m.Entry, best.With); together {
		best.Code = dedupe.People.Code()
		return best
	}
	best.Code = dedupe.Kept.Code()
	for _, j := range copies {
		if j == i || j == lead {
			continue
		}
		v := dedupe.Verify(&m.Print, &g.members[j].Print, d.Grouping.Windows)
		if v.Same && cmp.Compare(v.Strength, best.Verdict.Strength) > 0 {
			best.With, best.Verdict, best.Code = g.members[j].Entry, v, v.Reason.Code()
		}
	}
	return best
}

// look shows how entries and their neighbourhood are grouped.
func (d *Desk) look(ctx context.Context, near []int64, show func(g *grouping) error) error {
	l, err := newLabeller(ctx, d.Store, d.Classify)
	if err != nil {
		return err
	}
	return d.Store.Look(ctx, func(ctx context.Context, tx *store.Tx) error {
		r := &run{Puller: &Puller{Now: d.Now, Headquarters: d.Headquarters, Grouping: d.Grouping}, sources: l.sources}
		g, err := r.group(ctx, tx, &batch{now: d.Now(), labeller: l}, nil, near)
		if err != nil {
			return err
		}
		return show(g)
	})
}

func (g *grouping) prints() []*dedupe.Print {
	out := make([]*dedupe.Print, len(g.members))
	for i := range g.members {
		out[i] = &g.members[i].Print
	}
	return out
}
