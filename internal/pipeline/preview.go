package pipeline

import (
	"context"
	"fmt"
	"math"
	"time"

	"tributary/feeds"
	"tributary/internal/store"
)

// LabelChange is a story with its labels before and after something.
type LabelChange struct {
	StoryID   string
	Title     string // of the lead
	Published time.Time
	Before    []feeds.Label
	After     []feeds.Label
}

// RulePreview is a page of what a rule would change.
type RulePreview struct {
	Changes []LabelChange
	Looked  int    // stories of the source that this page looked at
	Next    string // what to give as after for the next page; "" at the end
}

// Bounds of one page of a preview.
const (
	previewLooksAt = 500
	previewShows   = 100
)

// Preview shows which kept stories a rule would change, the oldest first, without
// writing anything. limit bounds the changes of a page; 0 is 100, which is the most.
// What people said about a story holds against the rule here too.
//
// It fails with feeds.ErrInvalid and feeds.ErrNotFound (no such source).
func (d *Desk) Preview(ctx context.Context, rule feeds.SourceRule, after string, limit int) (RulePreview, error) {
	p, err := d.preview(ctx, rule, after, limit)
	if err != nil {
		return RulePreview{}, fmt.Errorf("preview rule: %w", err)
	}
	return p, nil
}

func (d *Desk) preview(ctx context.Context, rule feeds.SourceRule, after string, limit int) (RulePreview, error) {
	if err := rule.Check(d.Taxonomy); err != nil {
		return RulePreview{}, err
	}
	without, err := newLabeller(ctx, d.Store, d.Classify)
	if err != nil {
		return RulePreview{}, err
	}
	if _, ok := without.sources[rule.SourceID]; !ok {
		return RulePreview{}, fmt.Errorf("source %q: %w", rule.SourceID, feeds.ErrNotFound)
	}
	if limit <= 0 || limit > previewShows {
		limit = previewShows
	}
	rule.ID, rule.Revoked = math.MaxInt64, time.Time{} // later than all others
	with := without.with(without.book.With(rule))
	stories, err := d.Store.ToRelabel(ctx, store.RelabelQuery{All: true, Source: rule.SourceID, After: after, Limit: previewLooksAt})
	if err != nil {
		return RulePreview{}, err
	}
	p := RulePreview{Changes: []LabelChange{}}
	for i := range stories {
		s := &stories[i]
		p.Looked++
		is, err := without.would(s)
		if err != nil {
			return p, err
		}
		// The story as it would stand now, so that a change is of the rule alone.
		s.Labels = is
		r, err := with.relabelled(s)
		if err != nil {
			return p, err
		}
		if will, changed := s.Would(r.Labels, r.AddLabels); changed {
			p.Changes = append(p.Changes, LabelChange{StoryID: s.ID, Title: s.Lead().Entry.Title, Published: s.Published, Before: is, After: will})
		}
		if len(p.Changes) == limit && i+1 < len(stories) {
			p.Next = s.ID
			return p, nil
		}
	}
	if len(stories) == previewLooksAt {
		p.Next = stories[len(stories)-1].ID
	}
	return p, nil
}

// would are the labels that a story would have now, as people have corrected them.
func (l *labeller) would(s *store.LabelledStory) ([]feeds.Label, error) {
	r, err := l.relabelled(s)
	if err != nil {
		return nil, err
	}
	labels, _ := s.Would(r.Labels, r.AddLabels)
	return labels, nil
}
