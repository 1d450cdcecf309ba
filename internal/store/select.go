package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
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
		counts = append(counts, c)
		return err
	}, `SELECT kind, value, count(*) FROM term WHERE gone = FALSE GROUP BY kind, value
		UNION ALL SELECT 'office', s.office, count(DISTINCT t.story_id) FROM term t JOIN source s ON s.id = t.value
		WHERE t.gone = FALSE AND t.kind = 'source' AND s.kind = 'iom' GROUP BY s.office`)
	if err != nil {
		return nil, fmt.Errorf("count stories: %w", err)
	}
	slices.SortFunc(counts, func(a, b Count) int {
		return cmp.Or(cmp.Compare(a.Term.Kind, b.Term.Kind), cmp.Compare(a.Term.Value, b.Term.Value))
	})
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
	words := seek(sel.Query)
	if len(words.words) == 0 && strings.TrimSpace(sel.Query) != "" {
		return nil, nil // nothing that could be found
	}
	if len(sel.Without) > termsAtMost {
		return nil, fmt.Errorf("%d sources left out of %d at most: %w", len(sel.Without), termsAtMost, ErrTooManyTerms)
	}
	groups, err := expand(ctx, r, sel.Canonical().All)
	if err != nil {
		return nil, err
	}
	query, args := selection(r.dialect, groups, words, sel.Without, gone, limit)
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

// expand replaces an office by its sources, and checks that the terms are not too many.
func expand(ctx context.Context, r runner, groups [][]feeds.Term) ([][]feeds.Term, error) {
	total := 0
	out := make([][]feeds.Term, len(groups))
	for i, group := range groups {
		if total += len(group); total > termsAtMost {
			return nil, fmt.Errorf("%d of %d at most: %w", total, termsAtMost, ErrTooManyTerms)
		}
		for _, t := range group {
			t.Value = clean(t.Value)
			if t.Kind != feeds.TermOffice {
				out[i] = append(out[i], t)
				continue
			}
			err := r.query(ctx, func(scan func(...any) error) error {
				source := feeds.Term{Kind: feeds.TermSource}
				err := scan(&source.Value)
				out[i] = append(out[i], source)
				return err
			}, `SELECT id FROM source WHERE office = $1 AND kind = 'iom' ORDER BY id`, t.Value)
			if err != nil {
				return nil, fmt.Errorf("look up sources of office: %w", err)
			}
		}
	}
	return out, nil
}

// walkAtMost is for how many terms the index is walked. Both databases would take
// more, but then one walk over everything is the shorter way.
const walkAtMost = 100

// selection writes the query of a selector's groups. One group is walked: for each of
// its terms the index is read from the newest story on, as far as the limit; the
// other groups and the words are conditions on the way.
func selection(d dialect, groups [][]feeds.Term, words sought, without []string, gone bool, limit int) (string, []any) {
	walk := kinds
	slices.SortStableFunc(groups, func(a, b []feeds.Term) int { return cmp.Compare(breadth(a), breadth(b)) })
	if len(groups) > 0 && len(groups[0]) <= walkAtMost {
		walk, groups = groups[0], groups[1:]
	}
	if len(walk) == 0 { // an office without sources
		walk = []feeds.Term{{Kind: feeds.TermSource}}
	}
	w := writer{dialect: d}
	if len(words.words) > 0 {
		query, arg := d.matching(1, words)
		w.args = append(w.args, arg)
		w.text("WITH hit AS (", query, ") ")
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
			w.condition(group, gone)
		}
		if len(words.words) > 0 {
			w.text(" AND t.story_id IN (SELECT story_id FROM hit)")
		}
		w.except(without, gone)
		w.text(" ORDER BY t.at_ms DESC, t.story_id DESC LIMIT ")
		w.value(limit)
		w.text(") AS walked")
	}
	w.text(" ORDER BY 2 DESC, 1 DESC LIMIT ")
	w.value(limit)
	return w.b.String(), w.args
}

// breadth orders groups by how many stories they are likely to hold.
func breadth(group []feeds.Term) int {
	widest := 0
	for _, t := range group {
		switch t.Kind {
		case feeds.TermSource:
		case feeds.TermCountry:
			widest = max(widest, 10)
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

// except says that the walked story has a copy of another source than these, a standing
// one as long as the story stands. It looks at the few entries of the story: the index of
// terms finds sources by their ids alone.
func (w *writer) except(without []string, gone bool) {
	if len(without) == 0 {
		return
	}
	w.text(" AND EXISTS (SELECT 1 FROM entry e JOIN source s ON s.id = e.source_id WHERE e.story_id = t.story_id AND NOT s.trial")
	if !gone {
		w.text(" AND e.withdrawn_ms = 0")
	}
	w.text(" AND e.source_id NOT IN (")
	for i, id := range without {
		if i > 0 {
			w.text(",")
		}
		w.value(clean(id))
	}
	w.text("))")
}

// condition says that the walked story has one of a group's terms. Each kind is a look
// into the index of its own: SQLite would read all of it for kinds that are
// alternatives within one.
func (w *writer) condition(group []feeds.Term, gone bool) {
	values := map[feeds.TermKind][]string{}
	for _, t := range group {
		values[t.Kind] = append(values[t.Kind], t.Value)
	}
	w.text(" AND (")
	for i, kind := range slices.Sorted(maps.Keys(values)) {
		if i > 0 {
			w.text(" OR ")
		}
		w.text("EXISTS (SELECT 1 FROM term x WHERE x.gone = ", boolean(gone), " AND x.kind = ")
		w.value(string(kind))
		w.text(" AND x.value IN (")
		for j, v := range values[kind] {
			if j > 0 {
				w.text(",")
			}
			w.value(v)
		}
		w.text(") AND x.at_ms = t.at_ms AND x.story_id = t.story_id)")
	}
	if len(values) == 0 {
		w.text("FALSE") // an office without sources
	}
	w.text(")")
}
