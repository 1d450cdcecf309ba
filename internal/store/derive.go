package store

import (
	"context"
	"fmt"
	"slices"

	"tributary/feeds"
)

// termAll is the kind of the term that every published story has.
const termAll feeds.TermKind = "all"

// carrier is a source as far as stories are selected by it.
type carrier struct {
	id, office string
	kind       feeds.Kind
	trial      bool
	withdrawn  int64 // when this source's copy was, 0 while it stands
}

// derived is what a story's terms and standing follow from.
type derived struct {
	id        string
	published int64
	withdrawn int64 // as the story's row has it
	carriers  []carrier
	labels    []feeds.Term
}

// standing says whether any copy stands, that of a source on trial too.
func (d *derived) standing() bool {
	return slices.ContainsFunc(d.carriers, func(c carrier) bool { return c.withdrawn == 0 })
}

// terms are what the story is selected by. Sources on trial have no part in them: a
// story that only they carry has none. gone says that no published copy stands any
// more, at is the date the story is listed by, or that of its end.
func (d *derived) terms() (terms []feeds.Term, gone bool, at int64) {
	published := slices.DeleteFunc(slices.Clone(d.carriers), func(c carrier) bool { return c.trial })
	if len(published) == 0 {
		return nil, false, 0
	}
	at = d.published
	standing := slices.DeleteFunc(slices.Clone(published), func(c carrier) bool { return c.withdrawn != 0 })
	if len(standing) == 0 {
		gone, at = true, 0
		for _, c := range published {
			at = max(at, c.withdrawn)
		}
		standing = published
	}
	terms = append(terms, feeds.Term{Kind: termAll})
	terms = append(terms, d.labels...)
	for _, c := range standing {
		terms = append(terms, feeds.Term{Kind: feeds.TermSource, Value: c.id},
			feeds.Term{Kind: feeds.TermKindOf, Value: string(c.kind)})
		if c.kind == feeds.KindIOM {
			terms = append(terms, feeds.Term{Kind: feeds.TermOffice, Value: c.office})
		}
	}
	return terms, gone, at
}

var addTerm = insert{into: "term", columns: []string{"gone", "kind", "value", "at_ms", "story_id"}}

// termRows collects rows for the table term.
type termRows struct{ args []any }

func (t *termRows) add(d *derived) {
	terms, gone, at := d.terms()
	for i, term := range terms {
		if !slices.Contains(terms[:i], term) {
			t.args = append(t.args, gone, string(term.Kind), term.Value, at, d.id)
		}
	}
}

func (t *termRows) save(ctx context.Context, r runner) error {
	_, err := addTerm.rows(ctx, r, t.args)
	return err
}

// deriveAtOnce is how many stories are held in memory for it.
const deriveAtOnce = 256

// derive makes what follows from the other tables for stories of which something
// changed: whether they stand, and their terms; and marks them as changed.
func derive(ctx context.Context, r runner, ids []string, version, now int64) error {
	return chunks(ids, deriveAtOnce, func(ids []string) error {
		stories, err := derivation(ctx, r, ids)
		if err != nil {
			return fmt.Errorf("derive terms: %w", err)
		}
		if err := execIn(ctx, r, ids, `DELETE FROM term WHERE story_id IN (%s)`); err != nil {
			return fmt.Errorf("delete terms: %w", err)
		}
		var rows termRows
		var ended, back []string
		for _, id := range ids {
			d := stories[id]
			if d == nil {
				return fmt.Errorf("story %s: %w", id, feeds.ErrNotFound)
			}
			rows.add(d)
			switch standing := d.standing(); {
			case !standing && d.withdrawn == 0:
				ended = append(ended, id)
			case standing && d.withdrawn != 0:
				back = append(back, id)
			}
		}
		if err := rows.save(ctx, r); err != nil {
			return err
		}
		if err := execIn(ctx, r, ended, `UPDATE story SET withdrawn_ms = $1 WHERE id IN (%s)`, now); err != nil {
			return fmt.Errorf("withdraw stories: %w", err)
		}
		if err := execIn(ctx, r, back, `UPDATE story SET withdrawn_ms = 0 WHERE id IN (%s)`); err != nil {
			return fmt.Errorf("restore stories: %w", err)
		}
		err = execIn(ctx, r, ids, `UPDATE story SET changed_ms = $1, version = $2 WHERE id IN (%s)`, now, version)
		if err != nil {
			return fmt.Errorf("mark stories as changed: %w", err)
		}
		return nil
	})
}

// derivation reads what the terms of stories follow from.
func derivation(ctx context.Context, r runner, ids []string) (map[string]*derived, error) {
	stories := make(map[string]*derived, len(ids))
	err := in(ctx, r, ids, func(scan func(...any) error) error {
		d := &derived{}
		err := scan(&d.id, &d.published, &d.withdrawn)
		stories[d.id] = d
		return err
	}, `SELECT id, published_ms, withdrawn_ms FROM story WHERE id IN (%s)`)
	if err != nil {
		return nil, err
	}
	err = in(ctx, r, ids, func(scan func(...any) error) error {
		var id string
		var c carrier
		err := scan(&id, &c.id, &c.office, &c.kind, &c.trial, &c.withdrawn)
		if d := stories[id]; d != nil {
			d.carriers = append(d.carriers, c)
		}
		return err
	}, `SELECT e.story_id, s.id, s.office, s.kind, s.trial, e.withdrawn_ms
		FROM entry e JOIN source s ON s.id = e.source_id WHERE e.story_id IN (%s)`)
	if err != nil {
		return nil, err
	}
	err = in(ctx, r, ids, func(scan func(...any) error) error {
		var id string
		var t feeds.Term
		err := scan(&id, &t.Kind, &t.Value)
		if d := stories[id]; d != nil {
			d.labels = append(d.labels, t)
		}
		return err
	}, `SELECT story_id, kind, value FROM label WHERE story_id IN (%s) ORDER BY story_id, kind, value`)
	return stories, err
}
