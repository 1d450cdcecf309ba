package pipeline

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"tributary/feeds"
	"tributary/internal/store"
)

// Desk is where people say which labels are right, and where what is kept is labelled
// anew. Its fields are set once, before its first use; it is safe for concurrent use.
type Desk struct {
	Store     DeskStore
	Classify  Classifier
	Explainer Explainer // what Classify does, in words
	Labelling int64     // the number of what Classify labels by (store.DB.Labelling)
	Taxonomy  *feeds.Taxonomy
	Now       func() time.Time

	Headquarters string // the code of the office that is headquarters
	Grouping

	// FollowUp, when not nil, adds to the transaction in which rules of sources changed
	// the job that labels their stories anew. rules is the number of the new rule book.
	FollowUp func(ctx context.Context, tx *sql.Tx, rules int64) error
	// Pause, when not nil, waits between two batches instead of the wall clock.
	Pause func(ctx context.Context, d time.Duration) error
}

// DeskStore keeps corrections, rules and labels.
type DeskStore interface {
	ruleStore
	Commit(ctx context.Context, fn func(ctx context.Context, tx *store.Tx) error) error
	ToRelabel(ctx context.Context, q store.RelabelQuery) ([]store.LabelledStory, error)
	CountToRelabel(ctx context.Context, q store.RelabelQuery) (int, error)
	AskRelabel(ctx context.Context, q store.RelabelQuery) (int, error)
	Corrected(ctx context.Context, after string, limit int) ([]store.LabelledStory, error)
	RegroupAsked(ctx context.Context) (bool, error)
	Look(ctx context.Context, fn func(ctx context.Context, tx *store.Tx) error) error
	Unprinted(ctx context.Context, after int64, limit int) ([]int64, error)
	Purge(ctx context.Context, ruling int64, by string, now time.Time) (feeds.Ruling, error)
	Erase(ctx context.Context) (done bool, err error)
}

var _ DeskStore = (*store.DB)(nil)

// Correct keeps what a person said about a label of a story and changes the story's
// labels with it, in one transaction: feeds, search and pages show it with their next
// look. Its updated does not move: labels are no words of the publisher. What is said
// already is returned as it is, and added is false. c comes back with id and moment.
//
// It fails with feeds.ErrInvalid, feeds.ErrNotFound (no such story) and
// feeds.ErrWithdrawn.
func (d *Desk) Correct(ctx context.Context, c feeds.Correction) (kept feeds.Correction, added bool, err error) {
	if err := c.Check(d.Taxonomy); err != nil {
		return c, false, fmt.Errorf("correct story: %w", err)
	}
	c.At = d.Now()
	err = d.change(ctx, func(ctx context.Context, tx *store.Tx) (story string, err error) {
		kept, added, err = tx.AddCorrection(ctx, c)
		if err != nil || !added {
			return "", err
		}
		return kept.StoryID, nil
	})
	if err != nil {
		return c, false, fmt.Errorf("correct story: %w", err)
	}
	return kept, added, nil
}

// Revoke takes a correction back. What was said before it about the label decides
// again, else the machine, which looks at the story anew. One that was taken back
// before is returned as it is. It fails with feeds.ErrNotFound.
func (d *Desk) Revoke(ctx context.Context, id int64, by string) (c feeds.Correction, err error) {
	err = d.change(ctx, func(ctx context.Context, tx *store.Tx) (string, error) {
		var done bool
		if c, done, err = tx.RevokeCorrection(ctx, id, by, d.Now()); err != nil || !done {
			return "", err
		}
		return c.StoryID, nil
	})
	if err != nil {
		return c, fmt.Errorf("take back correction: %w", err)
	}
	return c, nil
}

// change does something about a story's corrections and then labels it by them. fn
// names no story when there is nothing to do.
func (d *Desk) change(ctx context.Context, fn func(ctx context.Context, tx *store.Tx) (story string, err error)) error {
	l, err := newLabeller(ctx, d.Store, d.Classify)
	if err != nil {
		return err
	}
	return d.Store.Commit(ctx, func(ctx context.Context, tx *store.Tx) error {
		id, err := fn(ctx, tx)
		if err != nil || id == "" {
			return err
		}
		book, err := tx.RuleBook(ctx)
		if err != nil {
			return err
		}
		stories, err := tx.LabelledStories(ctx, []string{id})
		if err != nil {
			return err
		}
		g := store.Relabelling{Now: d.Now(), Labelling: d.Labelling, Rules: book.Number}
		for i := range stories {
			r, err := l.with(book).relabelled(&stories[i])
			if err != nil {
				return err
			}
			g.Stories = append(g.Stories, r)
		}
		_, err = tx.Relabel(ctx, g)
		return err
	})
}

// errFault: labelling a story brought out a fault of our own.
var errFault = errors.New("a fault of Tributary itself")

// relabelled is a story with the labels that machines give it now.
func (l *labeller) relabelled(s *store.LabelledStory) (r store.Relabelled, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("label story %s: %w, please report it: %v", s.ID, errFault, fault)
		}
	}()
	r = store.Relabelled{ID: s.ID, Version: s.Version, Labelled: s.Labelled}
	r.Labels, r.AddLabels = l.story(&s.Story)
	return r, nil
}

// AddRule keeps a rule of a source. What is pulled from now on is labelled by it; what
// is kept is asked to be labelled anew, which FollowUp or Relabel does. A rule that
// stands already is returned as it is, and added is false.
//
// It fails with feeds.ErrInvalid, feeds.ErrNotFound (no such source) and
// feeds.ErrTooLarge (the source has too many rules).
func (d *Desk) AddRule(ctx context.Context, rule feeds.SourceRule) (kept feeds.SourceRule, added bool, err error) {
	if err := rule.Check(d.Taxonomy); err != nil {
		return rule, false, fmt.Errorf("add rule: %w", err)
	}
	rule.At = d.Now()
	err = d.Store.Commit(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if kept, added, err = tx.AddRule(ctx, rule); err != nil || !added {
			return err
		}
		return d.followUp(ctx, tx)
	})
	if err != nil {
		return rule, false, fmt.Errorf("add rule: %w", err)
	}
	return kept, added, nil
}

// RevokeRule takes a rule back, and asks for the source's stories to be labelled
// without it. One that was taken back before is returned as it is. It fails with
// feeds.ErrNotFound.
func (d *Desk) RevokeRule(ctx context.Context, id int64, by string) (rule feeds.SourceRule, err error) {
	err = d.Store.Commit(ctx, func(ctx context.Context, tx *store.Tx) error {
		var done bool
		if rule, done, err = tx.RevokeRule(ctx, id, by, d.Now()); err != nil || !done {
			return err
		}
		return d.followUp(ctx, tx)
	})
	if err != nil {
		return rule, fmt.Errorf("take back rule: %w", err)
	}
	return rule, nil
}

func (d *Desk) followUp(ctx context.Context, tx *store.Tx) error {
	if d.FollowUp == nil {
		return nil
	}
	book, err := tx.RuleBook(ctx)
	if err != nil {
		return err
	}
	return d.FollowUp(ctx, tx.SQL(), book.Number)
}
