package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"tributary/feeds"
)

// carrier is a source as far as stories are selected by it.
type carrier struct {
	id        string
	kind      feeds.Kind
	trial     bool
	withdrawn int64 // when this source's copy was, 0 while it stands
}

// derived is what a story's terms and standing follow from.
type derived struct {
	id        string
	published int64
	withdrawn int64 // as the story's row has it
	corrected bool  // people have said something about its labels
	merged    bool  // into another one: nothing is left of it but its id
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
	terms = slices.Clone(d.labels)
	for _, c := range standing {
		terms = append(terms, feeds.Term{Kind: feeds.TermSource, Value: c.id}, kindTerm(c.kind))
	}
	return terms, gone, at
}

// kindTerm is the term of a kind of publisher. Every listed story has one of kinds, so
// that together they list all; a kind we do not know counts as "".
func kindTerm(k feeds.Kind) feeds.Term {
	for _, t := range kinds {
		if t.Value == string(k) {
			return t
		}
	}
	return feeds.Term{Kind: feeds.TermKindOf}
}

var kinds = []feeds.Term{
	{Kind: feeds.TermKindOf, Value: string(feeds.KindIOM)},
	{Kind: feeds.TermKindOf, Value: string(feeds.KindPartner)},
	{Kind: feeds.TermKindOf, Value: string(feeds.KindMedia)},
	{Kind: feeds.TermKindOf},
}

var addTerm = insert{into: "term", columns: []string{"gone", "kind", "value", "at_ms", "story_id"},
	suffix: `ON CONFLICT (gone, kind, value, at_ms, story_id) DO NOTHING`}

// termRow is a row of the table term.
type termRow struct {
	gone bool
	term feeds.Term
	at   int64
}

// rows are the story's rows of the table term, each once. A nil story has none.
func (d *derived) rows() map[termRow]bool {
	if d == nil {
		return nil
	}
	terms, gone, at := d.terms()
	rows := make(map[termRow]bool, len(terms))
	for _, t := range terms {
		rows[termRow{gone: gone, term: t, at: at}] = true
	}
	return rows
}

// derive writes what follows from the other tables for stories of which something
// changed: their terms and whether they stand; and marks them as changed. before is
// how they were, from which only the difference is written: an index that needs no
// second one to find a story's rows in it costs half.
func derive(ctx context.Context, r runner, before map[string]*derived, version, now int64) error {
	ids := slices.Sorted(maps.Keys(before))
	after, err := derivation(ctx, r, ids)
	if err != nil {
		return err
	}
	var added []any
	var ended, back []string
	for _, id := range ids {
		d := after[id]
		if d == nil {
			return fmt.Errorf("story %s: %w", id, feeds.ErrNotFound)
		}
		was, is := before[id].rows(), d.rows()
		if d.merged { // a tombstone in every feed that had it
			is = make(map[termRow]bool, len(was))
			for row := range was {
				if !row.gone {
					row.gone, row.at = true, now
				}
				is[row] = true
			}
		}
		for row := range was {
			if is[row] {
				delete(is, row)
				continue
			}
			_, err := r.exec(ctx, `DELETE FROM term WHERE gone = $1 AND kind = $2 AND value = $3 AND at_ms = $4 AND story_id = $5`,
				row.gone, string(row.term.Kind), row.term.Value, row.at, id)
			if err != nil {
				return fmt.Errorf("delete term: %w", err)
			}
		}
		for row := range is {
			added = append(added, row.gone, string(row.term.Kind), row.term.Value, row.at, id)
		}
		switch standing := d.standing(); {
		case !standing && d.withdrawn == 0:
			ended = append(ended, id)
		case standing && d.withdrawn != 0:
			back = append(back, id)
		}
	}
	if _, err := addTerm.rows(ctx, r, added); err != nil {
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
}

// derivation reads what the terms of stories follow from, as it is at the moment.
func derivation(ctx context.Context, r runner, ids []string) (map[string]*derived, error) {
	stories := make(map[string]*derived, len(ids))
	err := in(ctx, r, ids, func(scan func(...any) error) error {
		d := &derived{}
		err := scan(&d.id, &d.published, &d.withdrawn, &d.corrected, &d.merged)
		stories[d.id] = d
		return err
	}, `SELECT id, published_ms, withdrawn_ms, corrected, merged_into <> '' FROM story WHERE id IN (%s)`)
	if err != nil {
		return nil, fmt.Errorf("read stories: %w", err)
	}
	err = in(ctx, r, ids, func(scan func(...any) error) error {
		var id string
		var c carrier
		err := scan(&id, &c.id, &c.kind, &c.trial, &c.withdrawn)
		if d := stories[id]; d != nil {
			d.carriers = append(d.carriers, c)
		}
		return err
	}, `SELECT e.story_id, s.id, s.kind, s.trial, e.withdrawn_ms
		FROM entry e JOIN source s ON s.id = e.source_id WHERE e.story_id IN (%s)`)
	if err != nil {
		return nil, fmt.Errorf("read copies: %w", err)
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
	if err != nil {
		return nil, fmt.Errorf("read labels: %w", err)
	}
	return stories, nil
}
