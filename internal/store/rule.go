package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"tributary/feeds"
)

// RuleQuery chooses rules of sources; empty fields choose all.
type RuleQuery struct {
	Source  string
	Office  string
	After   int64 // id: only later ones, for the next page
	Revoked bool  // those that were taken back, too
	Limit   int   // 1000 at most; 0 is that
}

const ruleColumns = `id, source_id, kind, value, action, field, contains, said_by, office, why, correction_id, at_ms, revoked_ms, revoked_by`

// Rules lists rules by their ids.
func (db *DB) Rules(ctx context.Context, q RuleQuery) ([]feeds.SourceRule, error) {
	found, err := listRules(ctx, db.reader(), q)
	if err != nil {
		return nil, fmt.Errorf("list rules: %w", err)
	}
	return found, nil
}

// Rule reads one, also one that was taken back; feeds.ErrNotFound when there is none.
func (db *DB) Rule(ctx context.Context, id int64) (feeds.SourceRule, error) {
	rule, err := scanRule(db.reader().row(ctx, `SELECT `+ruleColumns+` FROM source_rule WHERE id = $1`, id).Scan)
	if err != nil {
		return rule, fmt.Errorf("read rule %d: %w", id, err)
	}
	return rule, nil
}

// RuleBook is the standing rules of sources at one moment.
type RuleBook struct {
	Number   int64 // moves with every change of the rules
	BySource map[string][]feeds.SourceRule
}

// RuleBook reads the standing rules.
func (db *DB) RuleBook(ctx context.Context) (RuleBook, error) { return ruleBook(ctx, db.reader()) }

// RuleBook is DB.RuleBook as of the transaction.
func (tx *Tx) RuleBook(ctx context.Context) (RuleBook, error) { return ruleBook(ctx, tx.r) }

func ruleBook(ctx context.Context, r runner) (RuleBook, error) {
	// The number first: should the rules change in between, it is too low, and what is
	// labelled by them is refused.
	b := RuleBook{BySource: map[string][]feeds.SourceRule{}}
	if err := r.row(ctx, `SELECT value FROM meta WHERE name = 'rules'`).Scan(&b.Number); err != nil {
		return b, fmt.Errorf("read rules: %w", err)
	}
	q := RuleQuery{Limit: pageAtMost}
	for {
		page, err := listRules(ctx, r, q)
		if err != nil {
			return b, fmt.Errorf("read rules: %w", err)
		}
		for _, rule := range page {
			b.BySource[rule.SourceID] = append(b.BySource[rule.SourceID], rule)
		}
		if len(page) < pageAtMost {
			return b, nil
		}
		q.After = page[len(page)-1].ID
	}
}

func listRules(ctx context.Context, r runner, q RuleQuery) ([]feeds.SourceRule, error) {
	w := writer{dialect: r.dialect}
	w.text(`SELECT `, ruleColumns, ` FROM source_rule WHERE id > `)
	w.value(q.After)
	if q.Source != "" {
		w.text(` AND source_id = `)
		w.value(clean(q.Source))
	}
	if q.Office != "" {
		w.text(` AND office = `)
		w.value(clean(q.Office))
	}
	if !q.Revoked {
		w.text(` AND revoked_ms = 0`)
	}
	w.page(q.Limit)
	var found []feeds.SourceRule
	err := r.query(ctx, func(scan func(...any) error) error {
		rule, err := scanRule(scan)
		found = append(found, rule)
		return err
	}, w.b.String(), w.args...)
	return found, err
}

// scanRule fails with feeds.ErrNotFound where there is no row.
func scanRule(scan func(...any) error) (feeds.SourceRule, error) {
	var s feeds.SourceRule
	var said, revoked int64
	err := scan(&s.ID, &s.SourceID, &s.Kind, &s.Value, &s.Action, &s.Field, &s.Contains, &s.By, &s.Office, &s.Why,
		&s.Correction, &said, &revoked, &s.RevokedBy)
	s.At, s.Revoked = moment(said), moment(revoked)
	if errors.Is(err, sql.ErrNoRows) {
		err = feeds.ErrNotFound
	}
	return s, err
}

// rulesAtMost bounds the standing rules of one source: each is looked for in every
// entry of it.
const rulesAtMost = 200

// AddRule keeps a rule of a source and asks for the source's stories to be labelled
// anew. A standing rule that says the same is returned instead, and added is false. It
// fails with feeds.ErrNotFound without the source, and with feeds.ErrTooLarge when the
// source has as many rules as it may.
func (tx *Tx) AddRule(ctx context.Context, rule feeds.SourceRule) (kept feeds.SourceRule, added bool, err error) {
	kept, added, err = tx.addRule(ctx, rule)
	if err != nil {
		return kept, false, fmt.Errorf("keep rule of source %.40q: %w", rule.SourceID, err)
	}
	return kept, added, nil
}

func (tx *Tx) addRule(ctx context.Context, rule feeds.SourceRule) (feeds.SourceRule, bool, error) {
	var found string
	err := tx.r.row(ctx, `SELECT id FROM source WHERE id = $1`, clean(rule.SourceID)).Scan(&found)
	if errors.Is(err, sql.ErrNoRows) {
		return rule, false, feeds.ErrNotFound
	}
	if err != nil {
		return rule, false, err
	}
	said, err := listRules(ctx, tx.r, RuleQuery{Source: rule.SourceID})
	if err != nil {
		return rule, false, err
	}
	for i := len(said) - 1; i >= 0; i-- {
		old := said[i]
		if old.Kind == rule.Kind && old.Value == rule.Value && old.Field == rule.Field && old.Contains == rule.Contains {
			if old.Action == rule.Action {
				return old, false, nil
			}
			break
		}
	}
	if len(said) >= rulesAtMost {
		return rule, false, fmt.Errorf("it has %d rules: %w", len(said), feeds.ErrTooLarge)
	}
	rule.Revoked, rule.RevokedBy = time.Time{}, ""
	rule.Contains, rule.By, rule.Office, rule.Why = clean(rule.Contains), clean(rule.By), clean(rule.Office), clean(rule.Why)
	err = tx.r.row(ctx, `INSERT INTO source_rule (source_id, kind, value, action, field, contains, said_by, office, why, correction_id, at_ms)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`, rule.SourceID, string(rule.Kind), clean(rule.Value),
		string(rule.Action), rule.Field, rule.Contains, rule.By, rule.Office, rule.Why, rule.Correction, millis(rule.At)).Scan(&rule.ID)
	if err != nil {
		return rule, false, err
	}
	rule.At = moment(millis(rule.At))
	return rule, true, tx.rulesChanged(ctx, rule.SourceID)
}

// RevokeRule takes a rule back and asks for the source's stories to be labelled anew.
// One that was taken back stays as it is, and done is false. It fails with
// feeds.ErrNotFound.
func (tx *Tx) RevokeRule(ctx context.Context, id int64, by string, now time.Time) (rule feeds.SourceRule, done bool, err error) {
	rule, err = scanRule(tx.r.row(ctx, `SELECT `+ruleColumns+` FROM source_rule WHERE id = $1`, id).Scan)
	if err == nil && rule.Revoked.IsZero() {
		done = true
		rule.Revoked, rule.RevokedBy = moment(millis(now)), clean(by)
		_, err = tx.r.exec(ctx, `UPDATE source_rule SET revoked_ms = $1, revoked_by = $2 WHERE id = $3`, millis(now), rule.RevokedBy, id)
		if err == nil {
			err = tx.rulesChanged(ctx, rule.SourceID)
		}
	}
	if err != nil {
		return rule, false, fmt.Errorf("take back rule %d: %w", id, err)
	}
	return rule, done, nil
}

// rulesChanged makes labels of former rules unacceptable to Apply and Relabel.
func (tx *Tx) rulesChanged(ctx context.Context, source string) error {
	if _, err := tx.r.exec(ctx, `UPDATE meta SET value = value + 1 WHERE name = 'rules'`); err != nil {
		return err
	}
	_, err := tx.r.exec(ctx, `UPDATE story SET labelled = -1 WHERE withdrawn_ms = 0
		AND id IN (SELECT story_id FROM entry WHERE source_id = $1)`, source)
	return err
}

// With is the book with one rule more.
func (b RuleBook) With(rule feeds.SourceRule) RuleBook {
	more := RuleBook{Number: b.Number, BySource: maps.Clone(b.BySource)}
	more.BySource[rule.SourceID] = append(slices.Clone(b.BySource[rule.SourceID]), rule)
	return more
}
