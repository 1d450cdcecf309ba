package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"tributary/feeds"
)

// RulingQuery chooses rulings; empty fields choose all.
type RulingQuery struct {
	Story   string // those said about it, and those about its entries
	Office  string
	Action  feeds.RulingAction
	After   int64 // id: only later ones, for the next page
	Revoked bool  // those that were taken back, too
	Limit   int   // 1000 at most; 0 is that
}

const rulingColumns = `id, revoked_ms, revoked_by, purged_ms, purged_by, document`

// scanRuling fails with feeds.ErrNotFound where there is no row.
func scanRuling(scan func(...any) error) (feeds.Ruling, error) {
	var r feeds.Ruling
	var id, revoked, purged int64
	var by, purgedBy, document string
	err := scan(&id, &revoked, &by, &purged, &purgedBy, &document)
	if errors.Is(err, sql.ErrNoRows) {
		return r, feeds.ErrNotFound
	}
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal([]byte(document), &r); err != nil {
		return r, fmt.Errorf("read kept ruling %d: %w", id, err)
	}
	r.ID, r.Revoked, r.RevokedBy, r.Purged, r.PurgedBy = id, moment(revoked), by, moment(purged), purgedBy
	return r, nil
}

// Rulings lists rulings by their ids.
func (db *DB) Rulings(ctx context.Context, q RulingQuery) ([]feeds.Ruling, error) {
	w := writer{dialect: db.dialect}
	w.text(`SELECT `, rulingColumns, ` FROM ruling WHERE id > `)
	w.value(q.After)
	if q.Story != "" {
		w.text(` AND (story_id = `)
		w.value(clean(q.Story))
		w.text(` OR id IN (SELECT re.ruling_id FROM entry e JOIN ruling_entry re ON re.entry_id = e.id WHERE e.story_id = `)
		w.value(clean(q.Story))
		w.text(`))`)
	}
	for _, c := range []struct{ column, value string }{{"office", q.Office}, {"action", string(q.Action)}} {
		if c.value != "" {
			w.text(` AND `, c.column, ` = `)
			w.value(clean(c.value))
		}
	}
	if !q.Revoked {
		w.text(` AND revoked_ms = 0`)
	}
	w.page(q.Limit)
	var found []feeds.Ruling
	err := db.reader().query(ctx, func(scan func(...any) error) error {
		r, err := scanRuling(scan)
		found = append(found, r)
		return err
	}, w.b.String(), w.args...)
	if err != nil {
		return nil, fmt.Errorf("list rulings: %w", err)
	}
	return found, nil
}

// Ruling reads one, also one that was taken back; feeds.ErrNotFound when there is none.
func (db *DB) Ruling(ctx context.Context, id int64) (feeds.Ruling, error) {
	r, err := scanRuling(db.reader().row(ctx, `SELECT `+rulingColumns+` FROM ruling WHERE id = $1`, id).Scan)
	if err != nil {
		return r, fmt.Errorf("read ruling %d: %w", id, err)
	}
	return r, nil
}

// AddRuling keeps what a person decided about entries and returns it with its id. One that
// stands in the same words about the same is returned as it is, and added is false. It
// fails with feeds.ErrNotFound when an entry or a source does not exist.
func (tx *Tx) AddRuling(ctx context.Context, r feeds.Ruling) (kept feeds.Ruling, added bool, err error) {
	kept, added, err = tx.addRuling(ctx, r)
	if err != nil {
		return kept, false, fmt.Errorf("keep ruling: %w", err)
	}
	return kept, added, nil
}

func (tx *Tx) addRuling(ctx context.Context, r feeds.Ruling) (feeds.Ruling, bool, error) {
	for _, list := range []*[]int64{&r.Entries, &r.Others} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	about := slices.Concat(r.Entries, r.Others)
	there := 0
	if err := in(ctx, tx.r, about, func(scan func(...any) error) error {
		var id int64
		there++
		return scan(&id)
	}, `SELECT DISTINCT id FROM entry WHERE id IN (%s)`); err != nil {
		return r, false, err
	}
	if there != len(about) {
		return r, false, fmt.Errorf("entry: %w", feeds.ErrNotFound)
	}
	for _, id := range r.Sources {
		var one int
		err := tx.r.row(ctx, `SELECT 1 FROM source WHERE id = $1`, clean(id)).Scan(&one)
		if errors.Is(err, sql.ErrNoRows) {
			return r, false, fmt.Errorf("source %q: %w", id, feeds.ErrNotFound)
		}
		if err != nil {
			return r, false, err
		}
	}
	same, err := tx.repeated(ctx, &r, about)
	if err != nil || same != nil {
		if same != nil {
			r = *same
		}
		return r, false, err
	}
	r.By, r.Office, r.Why, r.Note, r.Story = clean(r.By), clean(r.Office), clean(r.Why), clean(r.Note), clean(r.Story)
	r.ID, r.Revoked, r.RevokedBy, r.Purged, r.PurgedBy, r.At = 0, time.Time{}, "", time.Time{}, "", moment(millis(r.At))
	document, err := encode(&r)
	if err != nil {
		return r, false, err
	}
	err = tx.r.row(ctx, `INSERT INTO ruling (action, story_id, office, at_ms, document) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
		string(r.Action), r.Story, r.Office, millis(r.At), document).Scan(&r.ID)
	if err != nil {
		return r, false, err
	}
	var rows []any
	for i, id := range about {
		rows = append(rows, id, r.ID, i >= len(r.Entries))
	}
	_, err = addRulingEntry.rows(ctx, tx.r, rows)
	return r, true, err
}

// repeated finds the standing ruling that says what r says and decides: nothing of its kind
// was said later about the same entries, or, of a lead, about its story.
func (tx *Tx) repeated(ctx context.Context, r *feeds.Ruling, about []int64) (*feeds.Ruling, error) {
	beside := slices.Clone(about)
	if r.Action == feeds.RulingLead {
		err := in(ctx, tx.r, about, func(scan func(...any) error) error {
			var id int64
			err := scan(&id)
			beside = append(beside, id)
			return err
		}, `SELECT e.id FROM entry e WHERE e.story_id IN (SELECT story_id FROM entry WHERE id IN (%s))`)
		if err != nil {
			return nil, err
		}
	}
	standing, err := tx.RulingsOf(ctx, beside)
	if err != nil {
		return nil, err
	}
	arranges := func(a feeds.RulingAction) bool { return a == feeds.RulingMerge || a == feeds.RulingSplit }
	for i := len(standing) - 1; i >= 0; i-- {
		s := &standing[i]
		switch {
		case s.Action == r.Action && s.Whole == r.Whole && slices.Equal(s.Entries, r.Entries) && slices.Equal(s.Others, r.Others) &&
			slices.Equal(s.Sources, r.Sources) && s.Translations == r.Translations:
			return s, nil
		case s.Action == r.Action && r.Action == feeds.RulingLead, arranges(s.Action) && arranges(r.Action):
			return nil, nil
		}
	}
	return nil, nil
}

var addRulingEntry = insert{into: "ruling_entry", columns: []string{"entry_id", "ruling_id", "other"}, suffix: `ON CONFLICT (entry_id, ruling_id) DO NOTHING`}

// RevokeRuling takes a ruling back. One that was taken back stays as it is, and done is
// false. It fails with feeds.ErrNotFound.
func (tx *Tx) RevokeRuling(ctx context.Context, id int64, by string, now time.Time) (r feeds.Ruling, done bool, err error) {
	r, err = scanRuling(tx.r.row(ctx, `SELECT `+rulingColumns+` FROM ruling WHERE id = $1`, id).Scan)
	if err == nil && r.Revoked.IsZero() {
		done = true
		r.Revoked, r.RevokedBy = moment(millis(now)), clean(by)
		_, err = tx.r.exec(ctx, `UPDATE ruling SET revoked_ms = $1, revoked_by = $2 WHERE id = $3`, millis(now), r.RevokedBy, id)
	}
	if err != nil {
		return r, false, fmt.Errorf("take back ruling %d: %w", id, err)
	}
	return r, done, nil
}

// TakenBy lists the entries that are withdrawn by a ruling: those that it names, and those
// that came to stand in a story that it withdrew whole.
func (tx *Tx) TakenBy(ctx context.Context, ruling int64) ([]int64, error) {
	var ids []int64
	err := tx.r.query(ctx, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT id FROM entry WHERE taken = $1 AND taken <> 0 ORDER BY id`, ruling)
	if err != nil {
		return nil, fmt.Errorf("list what ruling %d withdrew: %w", ruling, err)
	}
	return ids, nil
}

// TakenBack reads the merges and splits about entries that were taken back, by id.
func (tx *Tx) TakenBack(ctx context.Context, entryIDs []int64) ([]feeds.Ruling, error) {
	found := map[int64]feeds.Ruling{}
	err := in(ctx, tx.r, entryIDs, func(scan func(...any) error) error {
		r, err := scanRuling(scan)
		found[r.ID] = r
		return err
	}, `SELECT `+rulingColumns+` FROM ruling WHERE revoked_ms <> 0 AND action IN ('merge', 'split') AND id IN
		(SELECT ruling_id FROM ruling_entry WHERE entry_id IN (%s))`)
	if err != nil {
		return nil, fmt.Errorf("read rulings that were taken back: %w", err)
	}
	return byID(found), nil
}

func byID(found map[int64]feeds.Ruling) []feeds.Ruling {
	return slices.SortedFunc(maps.Values(found), func(a, b feeds.Ruling) int { return cmp.Compare(a.ID, b.ID) })
}

// RulingsOf reads the standing rulings about entries, by id, and those about sources.
func (tx *Tx) RulingsOf(ctx context.Context, entryIDs []int64) ([]feeds.Ruling, error) {
	found := map[int64]feeds.Ruling{}
	collect := func(scan func(...any) error) error {
		r, err := scanRuling(scan)
		found[r.ID] = r
		return err
	}
	err := in(ctx, tx.r, entryIDs, collect, `SELECT `+rulingColumns+` FROM ruling WHERE revoked_ms = 0 AND id IN
		(SELECT ruling_id FROM ruling_entry WHERE entry_id IN (%s))`)
	if err == nil {
		err = tx.r.query(ctx, collect, `SELECT `+rulingColumns+` FROM ruling WHERE revoked_ms = 0 AND action = 'apart'`)
	}
	if err != nil {
		return nil, fmt.Errorf("read rulings: %w", err)
	}
	return byID(found), nil
}
