package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"tributary/feeds"
)

var (
	addPrint = insert{into: "print", columns: []string{"entry_id", "held", "document"},
		suffix: `ON CONFLICT (entry_id) DO UPDATE SET held = excluded.held, document = excluded.document`}
	addPrintKey = insert{into: "print_key", columns: []string{"key", "entry_id"}, suffix: `ON CONFLICT (key, entry_id) DO NOTHING`}
)

// take withdraws entries and stories by rulings of people, and gives them back. What its
// publisher had withdrawn before stays withdrawn.
func (a *application) take(ctx context.Context) error {
	for _, t := range a.Taken {
		query := `UPDATE entry SET taken = $1, taken_ms = CASE WHEN withdrawn_ms = 0 THEN $2 ELSE taken_ms END,
			withdrawn_ms = CASE WHEN withdrawn_ms = 0 THEN $3 ELSE withdrawn_ms END WHERE id = $4`
		args := []any{t.Ruling, a.now, a.now, t.EntryID}
		if t.Ruling == 0 {
			query = `UPDATE entry SET taken = 0, taken_ms = 0, withdrawn_ms = CASE WHEN taken_ms <> 0 THEN 0 ELSE withdrawn_ms END WHERE id = $1 AND taken <> 0`
			if t.Wordless {
				query = `UPDATE entry SET taken = 0, taken_ms = 0 WHERE id = $1 AND taken <> 0`
			}
			args = []any{t.EntryID}
		}
		if _, err := a.r.exec(ctx, query, args...); err != nil {
			return fmt.Errorf("withdraw entry %d: %w", t.EntryID, err)
		}
		if t.Ruling == 0 { // its source is read again, though nothing of it may have changed
			_, err := a.r.exec(ctx, `UPDATE polling SET body_hash = '', etag = $1, last_modified = $2 WHERE source_id = (SELECT e.source_id FROM entry e WHERE e.id = $3)`,
				[]byte{}, []byte{}, t.EntryID)
			if err != nil {
				return fmt.Errorf("ask for the source of entry %d again: %w", t.EntryID, err)
			}
		}
		if _, err := a.r.exec(ctx, `DELETE FROM original WHERE entry_id = $1`, t.EntryID); err != nil {
			return fmt.Errorf("delete original of entry %d: %w", t.EntryID, err)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(a.TakenStories)) {
		if _, err := a.r.exec(ctx, `UPDATE story SET taken = $1 WHERE id = $2`, a.TakenStories[id], id); err != nil {
			return fmt.Errorf("withdraw story %s: %w", id, err)
		}
	}
	return nil
}

// move takes kept entries to other stories, and ends the stories that became part of
// others: what people said about their labels goes with the entries.
func (a *application) move(ctx context.Context) error {
	for i := range a.Moves {
		m := &a.Moves[i]
		result, err := a.r.exec(ctx, `UPDATE entry SET story_id = $1 WHERE id = $2 AND story_id = $3`, m.To, m.EntryID, m.From)
		if err != nil {
			return fmt.Errorf("move entry %d: %w", m.EntryID, err)
		}
		n, err := result.RowsAffected()
		if err == nil && n != 1 {
			err = feeds.ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("move entry %d out of story %s: %w", m.EntryID, m.From, err)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(a.Merged)) {
		if _, err := a.r.exec(ctx, `UPDATE story SET merged_into = $1, family = '' WHERE id = $2`, a.Merged[id], id); err != nil {
			return fmt.Errorf("merge story %s into %s: %w", id, a.Merged[id], err)
		}
		if _, err := a.r.exec(ctx, `DELETE FROM label WHERE story_id = $1`, id); err != nil {
			return fmt.Errorf("drop labels of merged story %s: %w", id, err)
		}
	}
	if err := a.lead(ctx); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(a.Families)) {
		if _, err := a.r.exec(ctx, `UPDATE story SET family = $1 WHERE id = $2`, a.Families[id], id); err != nil {
			return fmt.Errorf("name family of story %s: %w", id, err)
		}
	}
	return nil
}

// revive gives stories that had become part of others their own life back.
func (a *application) revive(ctx context.Context) error {
	for i := range a.Stories {
		s := &a.Stories[i]
		if !s.Revive {
			continue
		}
		for _, query := range []string{
			`UPDATE story SET merged_into = '', taken = 0 WHERE id = $1`,
			`DELETE FROM term WHERE gone = TRUE AND story_id = $1`, // its tombstones
		} {
			if _, err := a.r.exec(ctx, query, s.ID); err != nil {
				return fmt.Errorf("part story %s: %w", s.ID, err)
			}
		}
	}
	return nil
}

// lead has the ids of former stories lead to where their leads are now, in one step, and
// what people said about the labels of a story hold for the story that its id leads to.
func (a *application) lead(ctx context.Context) error {
	touched := map[string]bool{}
	parted := map[string]bool{}
	for id, into := range a.Merged {
		touched[id], touched[into] = true, true
	}
	for i := range a.Moves {
		touched[a.Moves[i].From] = true
	}
	for i := range a.Stories {
		if a.Stories[i].Revive {
			touched[a.Stories[i].ID], parted[a.Stories[i].ID] = true, true
		}
	}
	for i := range a.Moves {
		if m := &a.Moves[i]; parted[m.To] {
			parted[m.From] = true
		}
	}
	if len(touched) == 0 {
		return nil
	}
	ids := slices.Sorted(maps.Keys(touched))
	for _, query := range []string{
		`UPDATE story SET merged_into = (SELECT e.story_id FROM entry e WHERE e.id = story.lead_entry_id) WHERE merged_into <> '' AND merged_into IN (%s)`,
		`UPDATE correction SET story_id = (SELECT CASE WHEN s.merged_into <> '' THEN s.merged_into ELSE s.id END FROM story s WHERE s.id = correction.said_of)
			WHERE story_id IN (%s)`,
		`UPDATE story SET corrected = EXISTS (SELECT 1 FROM correction c WHERE c.story_id = story.id AND c.revoked_ms = 0) WHERE id IN (%s)`,
	} {
		if err := execIn(ctx, a.r, ids, query); err != nil {
			return fmt.Errorf("lead former stories on: %w", err)
		}
	}
	err := in(ctx, a.r, ids, func(scan func(...any) error) error {
		var id string
		var corrected bool
		if err := scan(&id, &corrected); err != nil {
			return err
		}
		if d := a.before[id]; d != nil {
			d.corrected = corrected
		}
		return nil
	}, `SELECT id, corrected FROM story WHERE id IN (%s)`)
	if err != nil {
		return fmt.Errorf("look up corrections of merged stories: %w", err)
	}
	for i := range a.Stories {
		if s := &a.Stories[i]; parted[s.ID] && s.Labels != nil {
			a.others = append(a.others, s.ID)
		}
	}
	return nil
}

// print writes what entries are grouped by. A new version's keys replace those of the
// former one.
func (a *application) print(ctx context.Context) error {
	var all []*Print
	for _, list := range [][]NewEntry{a.New, a.Revised} {
		for i := range list {
			if p := list[i].Print; p != nil {
				all = append(all, p)
			}
		}
	}
	for i := range a.Prints {
		all = append(all, &a.Prints[i])
	}
	var prints []any
	var keys [][2]int64
	for _, p := range all {
		prints = append(prints, p.EntryID, p.Held, p.Document)
		for _, key := range p.Keys {
			keys = append(keys, [2]int64{int64(key), p.EntryID}) //nolint:gosec // below 2^63
		}
		for _, key := range p.Dropped {
			//nolint:gosec // below 2^63
			if _, err := a.r.exec(ctx, `DELETE FROM print_key WHERE key = $1 AND entry_id = $2`, int64(key), p.EntryID); err != nil {
				return fmt.Errorf("replace keys: %w", err)
			}
		}
	}
	slices.SortFunc(keys, func(x, y [2]int64) int { return cmp.Compare(x[0], y[0]) }) // pages of the index, one after the other
	rows := make([]any, 0, 2*len(keys))
	for _, row := range keys {
		rows = append(rows, row[0], row[1])
	}
	if _, err := addPrint.rows(ctx, a.r, prints); err != nil {
		return err
	}
	_, err := addPrintKey.rows(ctx, a.r, rows)
	return err
}
