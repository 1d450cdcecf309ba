package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tributary/feeds"
)

// ErrTooManyTerms: a selector beyond what is reasonable to ask a database.
var ErrTooManyTerms = errors.New("too many terms in one selection")

// termsAtMost bounds the terms of a selector.
const termsAtMost = 200

// Tombstones lists the withdrawals of published stories that a selector held, the
// latest first. Ref is the story's id.
func (db *DB) Tombstones(ctx context.Context, sel feeds.Selector, limit int) ([]feeds.Tombstone, error) {
	picked, err := choose(ctx, db.reader(), sel, true, limit)
	if err != nil {
		return nil, fmt.Errorf("list tombstones: %w", err)
	}
	out := make([]feeds.Tombstone, len(picked))
	for i, p := range picked {
		out[i] = feeds.Tombstone{Ref: p.id, When: p.at}
	}
	return out, nil
}

// Counts says of every label value, source, office and kind of publisher how many
// published stories it selects, by kind and value. Those with none are left out.
func (db *DB) Counts(ctx context.Context) ([]Count, error) {
	var counts []Count
	err := db.reader().query(ctx, func(scan func(...any) error) error {
		var c Count
		err := scan(&c.Term.Kind, &c.Term.Value, &c.N)
		if c.Term.Kind != termAll {
			counts = append(counts, c)
		}
		return err
	}, `SELECT kind, value, count(*) FROM term WHERE gone = FALSE GROUP BY kind, value ORDER BY kind, value`)
	if err != nil {
		return nil, fmt.Errorf("count stories: %w", err)
	}
	return counts, nil
}

// pick is a selected story with the time that it is listed by.
type pick struct {
	id string
	at time.Time
}

// choose selects stories, the newest first and of one time those with the greatest id.
func choose(ctx context.Context, r runner, sel feeds.Selector, gone bool, limit int) ([]pick, error) {
	if limit <= 0 {
		return nil, nil
	}
	words := foldWords(sel.Query, wordsAtMost)
	if len(words) == 0 && strings.TrimSpace(sel.Query) != "" {
		return nil, nil // nothing that could be found
	}
	query, args, err := selection(r.dialect, sel, words, gone, limit)
	if err != nil {
		return nil, err
	}
	var picked []pick
	r.statements = nil // its texts are too many to keep prepared
	err = r.query(ctx, func(scan func(...any) error) error {
		var p pick
		var at int64
		err := scan(&p.id, &at)
		p.at = moment(at)
		picked = append(picked, p)
		return err
	}, query, args...)
	return picked, err
}

// selection writes the query of a selector. Of its groups one is walked: for each of
// its terms the index is read from the newest story on, as far as the limit; the
// other groups and the words are conditions on the way.
func selection(d dialect, sel feeds.Selector, words []string, gone bool, limit int) (string, []any, error) {
	groups := sel.Canonical().All
	total := 0
	for _, g := range groups {
		total += len(g)
	}
	if total > termsAtMost {
		return "", nil, fmt.Errorf("%d, of %d at most: %w", total, termsAtMost, ErrTooManyTerms)
	}
	walk := []feeds.Term{{Kind: termAll}}
	if len(groups) > 0 {
		slices.SortStableFunc(groups, func(a, b []feeds.Term) int { return cmp.Compare(breadth(a), breadth(b)) })
		walk, groups = groups[0], groups[1:]
	}
	w := writer{dialect: d}
	if len(words) > 0 {
		query, arg := d.matching(1, words)
		w.args = append(w.args, arg)
		w.text("WITH hit AS MATERIALIZED (", query, ") ")
	}
	for i, t := range walk {
		if i > 0 {
			w.text(" UNION ")
		}
		w.text("SELECT * FROM (SELECT t.story_id, t.at_ms FROM term t WHERE t.gone = ", boolean(gone), " AND t.kind = ")
		w.value(string(t.Kind))
		w.text(" AND t.value = ")
		w.value(t.Value)
		for _, group := range groups {
			w.text(" AND EXISTS (SELECT 1 FROM term x WHERE x.gone = ", boolean(gone), " AND (")
			for j, term := range group {
				if j > 0 {
					w.text(" OR ")
				}
				w.text("(x.kind = ")
				w.value(string(term.Kind))
				w.text(" AND x.value = ")
				w.value(term.Value)
				w.text(")")
			}
			w.text(") AND x.at_ms = t.at_ms AND x.story_id = t.story_id)")
		}
		if len(words) > 0 {
			w.text(" AND t.story_id IN (SELECT story_id FROM hit)")
		}
		w.text(" ORDER BY t.at_ms DESC, t.story_id DESC LIMIT ")
		w.value(limit)
		w.text(") AS walked")
	}
	w.text(" ORDER BY 2 DESC, 1 DESC LIMIT ")
	w.value(limit)
	return w.b.String(), w.args, nil
}

// breadth orders groups by how many stories they are likely to hold.
func breadth(group []feeds.Term) int {
	widest := 0
	for _, t := range group {
		switch t.Kind {
		case feeds.TermSource:
		case feeds.TermCountry:
			widest = max(widest, 10)
		case feeds.TermOffice:
			widest = max(widest, 20)
		case feeds.TermRegion:
			widest = max(widest, 40)
		case feeds.TermTopic:
			widest = max(widest, 50)
		default:
			widest = max(widest, 100)
		}
	}
	return widest + len(group)
}

func boolean(b bool) string {
	if b {
		return "TRUE"
	}
	return "FALSE"
}

// writer puts a statement together with its arguments.
type writer struct {
	dialect dialect
	b       strings.Builder
	args    []any
}

func (w *writer) text(parts ...string) {
	for _, p := range parts {
		w.b.WriteString(p)
	}
}

func (w *writer) value(v any) {
	w.args = append(w.args, v)
	w.b.Write(w.dialect.mark(nil, len(w.args)))
}
