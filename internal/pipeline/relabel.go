package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tributary/feeds"
	"tributary/internal/store"
)

// relabelAtOnce is how many stories one transaction labels: few, so that no pull waits
// long for it.
const relabelAtOnce = 50

// passesAtMost bounds how often stories are looked for that others changed while they
// were labelled.
const passesAtMost = 5

// RelabelScope chooses the stories to label anew: those that are labelled by something
// else than the desk's labelling, and those of which that was asked.
type RelabelScope struct {
	Asked  bool      // only those of which it was asked
	Source string    // only those that a source carries
	Since  time.Time // only those published then or later
	Most   int       // stop after about so many stories; 0: never
}

// RelabelProgress is how far a relabelling is.
type RelabelProgress struct {
	Total   int      // stories in the scope when it began
	Done    int      // labelled
	Changed int      // of which the labels changed
	Left    bool     // it stopped at RelabelScope.Most
	Faults  []string // what kept stories from being labelled, at most ten
}

const faultsAtMost = 10

func (p *RelabelProgress) fault(err error) {
	if len(p.Faults) < faultsAtMost {
		p.Faults = append(p.Faults, err.Error())
	}
}

func (d *Desk) query(scope RelabelScope) store.RelabelQuery {
	return store.RelabelQuery{Labelling: d.Labelling, Asked: scope.Asked, Source: scope.Source, Since: scope.Since, Limit: relabelAtOnce}
}

// Ask marks all stories of a scope, so that a relabelling takes on those too that are
// labelled by the desk's labelling already. It returns how many there are.
func (d *Desk) Ask(ctx context.Context, scope RelabelScope) (int, error) {
	q := d.query(scope)
	q.All = true
	return d.Store.AskRelabel(ctx, q)
}

// Relabel labels kept stories anew, from their standing versions and just as a pull
// would, in batches of one short transaction each; between two it waits as long as the
// last one took, so that pulls have their turn. Only a story whose labels differ changes. What
// people said holds. Each story keeps the number of what it was labelled by: a
// relabelling that was killed goes on where it was when it is called again, and any
// number of them may run at once. progress, when not nil, hears of each batch.
func (d *Desk) Relabel(ctx context.Context, scope RelabelScope, progress func(RelabelProgress)) (RelabelProgress, error) {
	p, err := d.relabel(ctx, scope, progress)
	if err != nil {
		return p, fmt.Errorf("relabel: %w", err)
	}
	return p, nil
}

func (d *Desk) relabel(ctx context.Context, scope RelabelScope, progress func(RelabelProgress)) (p RelabelProgress, err error) {
	q := d.query(scope)
	if p.Total, err = d.Store.CountToRelabel(ctx, q); err != nil || p.Total == 0 {
		return p, err
	}
	l, err := newLabeller(ctx, d.Store, d.Classify)
	if err != nil {
		return p, err
	}
	for range passesAtMost {
		q.After = ""
		for {
			stories, err := d.Store.ToRelabel(ctx, q)
			if err != nil {
				return p, err
			}
			if len(stories) == 0 {
				break
			}
			took, err := d.relabelBatch(ctx, &l, stories, &p)
			if err != nil {
				return p, err
			}
			q.After = stories[len(stories)-1].ID
			if progress != nil {
				progress(p)
			}
			if scope.Most > 0 && p.Done >= scope.Most {
				p.Left = true
				return p, nil
			}
			if err := d.pause(ctx, took); err != nil {
				return p, err
			}
		}
		left, err := d.Store.CountToRelabel(ctx, q)
		if err != nil || left == 0 || len(p.Faults) > 0 {
			return p, err
		}
	}
	return p, nil
}

// relabelBatch labels stories and returns how long its transaction took. The labeller
// is replaced when the rules of sources have changed.
func (d *Desk) relabelBatch(ctx context.Context, l **labeller, stories []store.LabelledStory, p *RelabelProgress) (time.Duration, error) {
	for range ruleChangesAtMost {
		g := store.Relabelling{Labelling: d.Labelling, Rules: (*l).book.Number}
		faults := RelabelProgress{}
		for i := range stories {
			r, err := (*l).relabelled(&stories[i])
			if err != nil {
				faults.fault(err)
				continue
			}
			g.Stories = append(g.Stories, r)
		}
		var changed int
		began := d.Now()
		g.Now = began
		err := d.Store.Commit(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			changed, err = tx.Relabel(ctx, g)
			return err
		})
		if errors.Is(err, store.ErrRulesChanged) {
			book, err := d.Store.RuleBook(ctx)
			if err != nil {
				return 0, err
			}
			*l = (*l).with(book)
			continue
		}
		if err != nil {
			return 0, err
		}
		p.Done += len(g.Stories)
		p.Changed += changed
		for _, f := range faults.Faults {
			p.fault(errors.New(f))
		}
		return d.Now().Sub(began), nil
	}
	return 0, store.ErrRulesChanged
}

// pause lets others write.
func (d *Desk) pause(ctx context.Context, took time.Duration) error {
	if d.Pause != nil {
		return d.Pause(ctx, took)
	}
	return giveWay(ctx, took)
}

// LabelDiff is what a relabelling would do to one label.
type LabelDiff struct {
	Kind          feeds.LabelKind
	Value         string
	Gained        int // stories that would have it and have not
	Lost          int
	PrimaryGained int // stories of which it would become the primary country
	PrimaryLost   int
	Samples       []LabelChange // at most three stories that gain it and three that lose it
}

// RelabelDiff is what a relabelling would do.
type RelabelDiff struct {
	Stories int         // looked at
	Changed int         // that would have other labels
	Labels  []LabelDiff // those that would move, the most moved first
	Faults  []string
}

const samplesAtMost = 3

// Compare says what Relabel would do, and writes nothing. all looks at every story of
// the scope, also those that are labelled by the desk's labelling.
func (d *Desk) Compare(ctx context.Context, scope RelabelScope, all bool, progress func(RelabelProgress)) (RelabelDiff, error) {
	diff, err := d.compare(ctx, scope, all, progress)
	if err != nil {
		return diff, fmt.Errorf("compare labels: %w", err)
	}
	return diff, nil
}

func (d *Desk) compare(ctx context.Context, scope RelabelScope, all bool, progress func(RelabelProgress)) (RelabelDiff, error) {
	var diff RelabelDiff
	q := d.query(scope)
	q.All = all
	var p RelabelProgress
	var err error
	if p.Total, err = d.Store.CountToRelabel(ctx, q); err != nil {
		return diff, err
	}
	l, err := newLabeller(ctx, d.Store, d.Classify)
	if err != nil {
		return diff, err
	}
	moved := labelDiffs{}
	for {
		stories, err := d.Store.ToRelabel(ctx, q)
		if err != nil {
			return diff, err
		}
		if len(stories) == 0 {
			diff.Labels, diff.Faults = moved.list(), p.Faults
			return diff, nil
		}
		for i := range stories {
			s := &stories[i]
			diff.Stories++
			r, err := l.relabelled(s)
			if err != nil {
				p.fault(err)
				continue
			}
			if after, changed := s.Would(r.Labels, r.AddLabels); changed {
				diff.Changed++
				moved.add(LabelChange{StoryID: s.ID, Title: s.Lead().Entry.Title, Published: s.Published, Before: s.Labels, After: after})
			}
		}
		q.After = stories[len(stories)-1].ID
		p.Done, p.Changed = diff.Stories, diff.Changed
		if progress != nil {
			progress(p)
		}
	}
}
