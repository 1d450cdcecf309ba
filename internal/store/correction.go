package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"tributary/feeds"
)

// pageAtMost bounds the corrections or rules that one query gives.
const pageAtMost = 1000

// CorrectionQuery chooses corrections; empty fields choose all.
type CorrectionQuery struct {
	Story   string
	Office  string
	Since   time.Time // said or taken back then or later
	After   int64     // id: only later ones, for the next page
	Revoked bool      // those that were taken back, too
	Limit   int       // 1000 at most; 0 is that
}

const correctionColumns = `id, story_id, kind, value, action, said_by, office, why, at_ms, revoked_ms, revoked_by`

// Corrections lists corrections by their ids.
func (db *DB) Corrections(ctx context.Context, q CorrectionQuery) ([]feeds.Correction, error) {
	found, err := listCorrections(ctx, db.reader(), q)
	if err != nil {
		return nil, fmt.Errorf("list corrections: %w", err)
	}
	return found, nil
}

// Correction reads one, also one that was taken back; feeds.ErrNotFound when there is none.
func (db *DB) Correction(ctx context.Context, id int64) (feeds.Correction, error) {
	c, err := scanCorrection(db.reader().row(ctx, `SELECT `+correctionColumns+` FROM correction WHERE id = $1`, id).Scan)
	if err != nil {
		return c, fmt.Errorf("read correction %d: %w", id, err)
	}
	return c, nil
}

func listCorrections(ctx context.Context, r runner, q CorrectionQuery) ([]feeds.Correction, error) {
	w := writer{dialect: r.dialect}
	w.text(`SELECT `, correctionColumns, ` FROM correction WHERE id > `)
	w.value(q.After)
	if q.Story != "" {
		w.text(` AND story_id = `)
		w.value(clean(q.Story))
	}
	if q.Office != "" {
		w.text(` AND office = `)
		w.value(clean(q.Office))
	}
	if !q.Since.IsZero() {
		w.text(` AND (at_ms >= `)
		w.value(millis(q.Since))
		w.text(` OR revoked_ms >= `)
		w.value(millis(q.Since))
		w.text(`)`)
	}
	if !q.Revoked {
		w.text(` AND revoked_ms = 0`)
	}
	w.page(q.Limit)
	var found []feeds.Correction
	err := r.query(ctx, func(scan func(...any) error) error {
		c, err := scanCorrection(scan)
		found = append(found, c)
		return err
	}, w.b.String(), w.args...)
	return found, err
}

// page ends a query that lists rows by their ids.
func (w *writer) page(limit int) {
	if limit <= 0 || limit > pageAtMost {
		limit = pageAtMost
	}
	w.text(` ORDER BY id LIMIT `, strconv.Itoa(limit))
}

// scanCorrection fails with feeds.ErrNotFound where there is no row.
func scanCorrection(scan func(...any) error) (feeds.Correction, error) {
	var c feeds.Correction
	var said, revoked int64
	err := scan(&c.ID, &c.StoryID, &c.Kind, &c.Value, &c.Action, &c.By, &c.Office, &c.Why, &said, &revoked, &c.RevokedBy)
	c.At, c.Revoked = moment(said), moment(revoked)
	if errors.Is(err, sql.ErrNoRows) {
		err = feeds.ErrNotFound
	}
	return c, err
}

// correctionsOf reads the standing corrections of stories, by story.
func correctionsOf(ctx context.Context, r runner, ids []string) (map[string][]feeds.Correction, error) {
	found := make(map[string][]feeds.Correction, len(ids))
	err := in(ctx, r, ids, func(scan func(...any) error) error {
		c, err := scanCorrection(scan)
		found[c.StoryID] = append(found[c.StoryID], c)
		return err
	}, `SELECT `+correctionColumns+` FROM correction WHERE revoked_ms = 0 AND story_id IN (%s) ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("read corrections: %w", err)
	}
	return found, nil
}

// AddCorrection keeps what a person said about a label and returns it with its id.
// What is said already and decides is not kept twice: it is returned as it is, and
// added is false. The labels are to be brought in line by Relabel, in the same
// transaction. It fails with feeds.ErrNotFound without the story, and with
// feeds.ErrWithdrawn when that is withdrawn.
func (tx *Tx) AddCorrection(ctx context.Context, c feeds.Correction) (kept feeds.Correction, added bool, err error) {
	kept, added, err = tx.addCorrection(ctx, c)
	if err != nil {
		return kept, false, fmt.Errorf("keep correction of story %.40q: %w", c.StoryID, err)
	}
	return kept, added, nil
}

func (tx *Tx) addCorrection(ctx context.Context, c feeds.Correction) (feeds.Correction, bool, error) {
	var withdrawn int64
	err := tx.r.row(ctx, `SELECT withdrawn_ms FROM story WHERE id = $1`, clean(c.StoryID)).Scan(&withdrawn)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return c, false, feeds.ErrNotFound
	case err != nil:
		return c, false, err
	case withdrawn != 0:
		return c, false, feeds.ErrWithdrawn
	}
	said, err := correctionsOf(ctx, tx.r, []string{c.StoryID})
	if err != nil {
		return c, false, err
	}
	if same := repeats(said[c.StoryID], c); same != nil {
		return *same, false, nil
	}
	c.Revoked, c.RevokedBy = time.Time{}, ""
	c.By, c.Office, c.Why = clean(c.By), clean(c.Office), clean(c.Why)
	err = tx.r.row(ctx, `INSERT INTO correction (story_id, said_of, kind, value, action, said_by, office, why, at_ms)
		VALUES ($1, $1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`, c.StoryID, string(c.Kind), clean(c.Value), string(c.Action),
		c.By, c.Office, c.Why, millis(c.At)).Scan(&c.ID)
	if err != nil {
		return c, false, err
	}
	c.At = moment(millis(c.At))
	_, err = tx.r.exec(ctx, `UPDATE story SET corrected = TRUE WHERE id = $1`, c.StoryID)
	return c, true, err
}

// repeats finds the standing correction that says what c says and decides. said is in
// the order in which it was said.
func repeats(said []feeds.Correction, c feeds.Correction) *feeds.Correction {
	for i := len(said) - 1; i >= 0; i-- {
		old := &said[i]
		switch {
		case old.Kind == c.Kind && old.Value == c.Value:
			if old.Action == c.Action {
				return old
			}
			return nil
		case c.Action == feeds.ActionPrimary && old.Action == feeds.ActionPrimary:
			return nil // another country was made the primary one since
		}
	}
	return nil
}

// RevokeCorrection takes a correction back; what was said before it about the label
// decides again. The labels are to be brought in line by Relabel, in the same
// transaction. One that was taken back stays as it is, and done is false. It fails
// with feeds.ErrNotFound.
func (tx *Tx) RevokeCorrection(ctx context.Context, id int64, by string, now time.Time) (c feeds.Correction, done bool, err error) {
	c, err = scanCorrection(tx.r.row(ctx, `SELECT `+correctionColumns+` FROM correction WHERE id = $1`, id).Scan)
	if err == nil && c.Revoked.IsZero() {
		done = true
		c.Revoked, c.RevokedBy = moment(millis(now)), clean(by)
		_, err = tx.r.exec(ctx, `UPDATE correction SET revoked_ms = $1, revoked_by = $2 WHERE id = $3`, millis(now), c.RevokedBy, id)
		if err == nil {
			_, err = tx.r.exec(ctx, `UPDATE story SET corrected = EXISTS
				(SELECT 1 FROM correction c WHERE c.story_id = story.id AND c.revoked_ms = 0) WHERE id = $1`, c.StoryID)
		}
	}
	if err != nil {
		return c, false, fmt.Errorf("take back correction %d: %w", id, err)
	}
	return c, done, nil
}

// Corrected lists, by id, stories of which a correction stands, with all their copies:
// at most limit of them after the one given.
func (db *DB) Corrected(ctx context.Context, after string, limit int) ([]LabelledStory, error) {
	var found []LabelledStory
	err := db.view(ctx, func(r runner) error {
		ids, err := storyIDs(ctx, r, `SELECT id FROM story WHERE corrected = TRUE AND id > $1 ORDER BY id LIMIT $2`, clean(after), limit)
		if err != nil {
			return err
		}
		found, err = labelledStories(ctx, r, ids)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list corrected stories: %w", err)
	}
	return found, nil
}
