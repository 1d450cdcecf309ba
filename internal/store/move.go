package store

import (
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
		query := `UPDATE entry SET taken = $1, withdrawn_ms = CASE WHEN withdrawn_ms = 0 THEN $2 ELSE withdrawn_ms END WHERE id = $3`
		args := []any{t.Ruling, a.now, t.EntryID}
		if t.Ruling == 0 {
			// Of what was purged nothing is left to show: it stands again when it is published again.
			query = `UPDATE entry SET taken = 0, withdrawn_ms = CASE WHEN (SELECT r.purged_ms FROM ruling r WHERE r.id = entry.taken) <> 0 THEN withdrawn_ms
				WHEN withdrawn_ms = (SELECT r.at_ms FROM ruling r WHERE r.id = entry.taken)
				OR first_seen_ms = withdrawn_ms THEN 0 ELSE withdrawn_ms END WHERE id = $1 AND taken <> 0`
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
		into := a.Merged[id]
		for _, query := range []string{
			`UPDATE story SET merged_into = $1, family = '' WHERE id = $2`,
			`UPDATE story SET merged_into = $1 WHERE merged_into = $2 AND merged_into <> ''`, // one step leads there, whatever came before
			`UPDATE correction SET story_id = $1 WHERE story_id = $2`,
		} {
			if _, err := a.r.exec(ctx, query, into, id); err != nil {
				return fmt.Errorf("merge story %s into %s: %w", id, into, err)
			}
		}
		_, err := a.r.exec(ctx, `UPDATE story SET corrected = EXISTS (SELECT 1 FROM correction c WHERE c.story_id = story.id AND c.revoked_ms = 0)
			WHERE id IN ($1, $2)`, id, into)
		if err != nil {
			return fmt.Errorf("merge corrections of %s into %s: %w", id, into, err)
		}
		for _, touched := range []string{id, into} {
			if d := a.before[touched]; d != nil {
				d.corrected = d.corrected || a.before[id] != nil && a.before[id].corrected
			}
		}
		if _, err := a.r.exec(ctx, `DELETE FROM label WHERE story_id = $1`, id); err != nil {
			return fmt.Errorf("drop labels of merged story %s: %w", id, err)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(a.Families)) {
		if _, err := a.r.exec(ctx, `UPDATE story SET family = $1 WHERE id = $2`, a.Families[id], id); err != nil {
			return fmt.Errorf("name family of story %s: %w", id, err)
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
	var prints, keys []any
	for _, p := range all {
		prints = append(prints, p.EntryID, p.Held, p.Document)
		for _, key := range p.Keys {
			keys = append(keys, int64(key), p.EntryID) //nolint:gosec // below 2^63
		}
		for _, key := range p.Dropped {
			//nolint:gosec // below 2^63
			if _, err := a.r.exec(ctx, `DELETE FROM print_key WHERE key = $1 AND entry_id = $2`, int64(key), p.EntryID); err != nil {
				return fmt.Errorf("replace keys: %w", err)
			}
		}
	}
	if _, err := addPrint.rows(ctx, a.r, prints); err != nil {
		return err
	}
	_, err := addPrintKey.rows(ctx, a.r, keys)
	return err
}
