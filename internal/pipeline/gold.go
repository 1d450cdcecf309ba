package pipeline

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tributary/feeds"
	"tributary/internal/store"
)

// CorrectedStory is a story that people have corrected, with what the machine says.
type CorrectedStory struct {
	feeds.Story                    // Labels are what people let stand
	Text        string             // plain text of the lead, as it was classified
	Machine     []feeds.Label      // without corrections, made anew; by the rules of sources too
	Corrections []feeds.Correction // standing, by id; the last about a label decides
}

// CorrectedScope chooses corrected stories; empty fields choose all.
type CorrectedScope struct {
	Office string    // some standing correction is of this office
	Since  time.Time // the last standing correction is of then or later
}

// EachCorrected gives every story with a standing correction to fn, by id, until fn
// fails.
func (d *Desk) EachCorrected(ctx context.Context, scope CorrectedScope, fn func(CorrectedStory) error) error {
	l, err := newLabeller(ctx, d.Store, d.Classify)
	if err != nil {
		return fmt.Errorf("read corrected stories: %w", err)
	}
	after := ""
	for {
		stories, err := d.Store.Corrected(ctx, after, relabelAtOnce)
		if err != nil {
			return fmt.Errorf("read corrected stories: %w", err)
		}
		if len(stories) == 0 {
			return nil
		}
		after = stories[len(stories)-1].ID
		for i := range stories {
			s := &stories[i]
			if !scope.holds(s) {
				continue
			}
			machine, err := l.machine(s)
			if err != nil {
				return err
			}
			if err := fn(CorrectedStory{Story: s.Story, Text: plainText(&s.Lead().Entry), Machine: machine, Corrections: s.Corrections}); err != nil {
				return err
			}
		}
	}
}

func (c CorrectedScope) holds(s *store.LabelledStory) bool {
	if len(s.Corrections) == 0 || s.Corrections[len(s.Corrections)-1].At.Before(c.Since) {
		return false
	}
	return c.Office == "" || slices.ContainsFunc(s.Corrections, func(said feeds.Correction) bool { return said.Office == c.Office })
}

// machine are a story's labels as if nobody had corrected them.
func (l *labeller) machine(s *store.LabelledStory) ([]feeds.Label, error) {
	uncorrected := *s
	uncorrected.Corrections = nil
	return l.would(&uncorrected)
}
