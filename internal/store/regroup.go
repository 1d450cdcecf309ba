package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tributary/feeds"
)

var addRegroup = insert{into: "regroup", columns: []string{"source_id", "after", "shared"},
	suffix: `ON CONFLICT (source_id) DO UPDATE SET after = excluded.after, shared = (excluded.shared = TRUE AND regroup.shared = TRUE)`}

// AskRegroup asks for the entries of sources to be grouped anew: all of them, or, when
// shared, those whose story has other entries. NextToRegroup gives them.
func (tx *Tx) AskRegroup(ctx context.Context, sources []string, shared bool) error {
	if err := askRegroup(ctx, tx.r, sources, shared); err != nil {
		return fmt.Errorf("ask for entries to be grouped anew: %w", err)
	}
	return nil
}

func askRegroup(ctx context.Context, r runner, sources []string, shared bool) error {
	var rows []any
	for _, id := range sources {
		rows = append(rows, clean(id), int64(-1), shared)
	}
	_, err := addRegroup.rows(ctx, r, rows)
	return err
}

// RegroupAsked says whether there are entries to be grouped anew.
func (db *DB) RegroupAsked(ctx context.Context) (bool, error) {
	var id string
	err := db.reader().row(ctx, `SELECT source_id FROM regroup ORDER BY source_id LIMIT 1`).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for entries to group anew: %w", err)
	}
	return true, nil
}

// NextToRegroup takes the next entries to be grouped anew, at most limit of one source; with
// the transaction they count as done. There are none when nothing is left.
func (tx *Tx) NextToRegroup(ctx context.Context, limit int) ([]int64, error) {
	for {
		ids, err := tx.nextToRegroup(ctx, limit)
		if errors.Is(err, feeds.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("list entries to group anew: %w", err)
		}
		if len(ids) > 0 {
			return ids, nil
		}
	}
}

func (tx *Tx) nextToRegroup(ctx context.Context, limit int) ([]int64, error) {
	var source string
	var after int64
	var shared bool
	err := tx.r.row(ctx, `SELECT source_id, after, shared FROM regroup ORDER BY source_id LIMIT 1`).Scan(&source, &after, &shared)
	if errors.Is(err, sql.ErrNoRows) {
		err = feeds.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	query := `SELECT e.id FROM entry e WHERE e.source_id = $1 AND e.id > $2`
	if shared {
		query += ` AND EXISTS (SELECT 1 FROM entry o WHERE o.story_id = e.story_id AND o.id <> e.id)`
	}
	var ids []int64
	err = tx.r.query(ctx, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		ids = append(ids, id)
		return err
	}, query+` ORDER BY e.id LIMIT $3`, source, after, limit)
	if err != nil {
		return nil, err
	}
	if len(ids) < limit {
		_, err = tx.r.exec(ctx, `DELETE FROM regroup WHERE source_id = $1`, source)
	} else {
		_, err = tx.r.exec(ctx, `UPDATE regroup SET after = $1 WHERE source_id = $2`, ids[len(ids)-1], source)
	}
	return ids, err
}
