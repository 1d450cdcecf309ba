package store

import (
	"context"
	"errors"
	"fmt"
)

// invariants are queries for what must not be; each names at most a few examples.
// They use only what both databases have.
var invariants = []struct{ broken, query string }{
	{"entry without a story", `SELECT id FROM entry WHERE NOT EXISTS (SELECT 1 FROM story s WHERE s.id = entry.story_id)`},
	{"entry without its standing version", `SELECT e.id FROM entry e WHERE NOT EXISTS
		(SELECT 1 FROM revision v WHERE v.entry_id = e.id AND v.number = e.revision)`},
	{"entry without a source", `SELECT id FROM entry WHERE NOT EXISTS (SELECT 1 FROM source s WHERE s.id = entry.source_id)`},
	{"guid twice in a source", `SELECT min(id) FROM entry GROUP BY source_id, guid HAVING count(*) > 1`},
	{"version without an entry, or beyond the standing one", `SELECT v.entry_id FROM revision v WHERE NOT EXISTS
		(SELECT 1 FROM entry e WHERE e.id = v.entry_id AND v.number <= e.revision)`},
	{"story whose lead is none of its entries", `SELECT s.id FROM story s WHERE s.merged_into = '' AND NOT EXISTS
		(SELECT 1 FROM entry e WHERE e.id = s.lead_entry_id AND e.story_id = s.id)`},
	{"merged story that has entries, stands or leads nowhere", `SELECT s.id FROM story s WHERE s.merged_into <> '' AND (s.withdrawn_ms = 0 OR EXISTS
		(SELECT 1 FROM entry e WHERE e.story_id = s.id) OR NOT EXISTS (SELECT 1 FROM story t WHERE t.id = s.merged_into))`},
	{"standing story without a standing copy", `SELECT s.id FROM story s WHERE s.withdrawn_ms = 0 AND NOT EXISTS
		(SELECT 1 FROM entry e WHERE e.story_id = s.id AND e.withdrawn_ms = 0)`},
	{"withdrawn story with a standing copy", `SELECT s.id FROM story s WHERE s.withdrawn_ms <> 0 AND EXISTS
		(SELECT 1 FROM entry e WHERE e.story_id = s.id AND e.withdrawn_ms = 0)`},
	{"standing story led by a withdrawn copy", `SELECT s.id FROM story s JOIN entry e ON e.id = s.lead_entry_id
		WHERE s.withdrawn_ms = 0 AND e.withdrawn_ms <> 0`},
	{"entry withdrawn by a ruling that does not stand", `SELECT id FROM entry WHERE taken <> 0 AND NOT EXISTS
		(SELECT 1 FROM ruling r WHERE r.id = entry.taken AND r.revoked_ms = 0)`},
	{"story withdrawn by a ruling that does not stand", `SELECT id FROM story WHERE merged_into = '' AND taken <> 0 AND NOT EXISTS
		(SELECT 1 FROM ruling r WHERE r.id = story.taken AND r.revoked_ms = 0)`},
	{"print of a missing entry", `SELECT p.entry_id FROM print p WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.id = p.entry_id)`},
	{"key of an entry without a print", `SELECT k.entry_id FROM print_key k WHERE NOT EXISTS (SELECT 1 FROM print p WHERE p.entry_id = k.entry_id)`},
	{"label of a missing story", `SELECT value FROM label WHERE NOT EXISTS (SELECT 1 FROM story s WHERE s.id = label.story_id)`},
	{"correction of a missing story", `SELECT id FROM correction WHERE NOT EXISTS (SELECT 1 FROM story s WHERE s.id = correction.story_id)`},
	{"rule of a missing source", `SELECT id FROM source_rule WHERE NOT EXISTS (SELECT 1 FROM source s WHERE s.id = source_rule.source_id)`},
	{"story that is corrected and does not know, or the other way round", `SELECT s.id FROM story s WHERE s.corrected <> EXISTS
		(SELECT 1 FROM correction c WHERE c.story_id = s.id AND c.revoked_ms = 0)`},
	{"label that a person removed", `SELECT c.id FROM correction c JOIN story s ON s.id = c.story_id JOIN label l ON l.story_id = c.story_id
		AND l.kind = c.kind AND l.value = c.value WHERE s.withdrawn_ms = 0 AND c.revoked_ms = 0 AND c.action = 'remove' AND ` + decides},
	{"label that a person gave and that is missing", `SELECT c.id FROM correction c JOIN story s ON s.id = c.story_id
		WHERE s.withdrawn_ms = 0 AND c.revoked_ms = 0 AND c.action <> 'remove'
		AND NOT EXISTS (SELECT 1 FROM label l WHERE l.story_id = c.story_id AND l.kind = c.kind AND l.value = c.value
			AND l.set_by = 'person') AND ` + decides},
	{"story with two primary countries", `SELECT story_id FROM label WHERE is_primary = TRUE GROUP BY story_id HAVING count(*) > 1`},
	{"story labelled by nothing known", `SELECT id FROM story s WHERE s.labelled > 0 AND NOT EXISTS
		(SELECT 1 FROM labelling g WHERE g.number = s.labelled)`},
	{"subscriber to whom something is due and who is not active", `SELECT id FROM hub_subscriber WHERE state <> 'active' AND due_ms <> 0`},
	{"subscriber who is to be asked nothing, or without a challenge", `SELECT id FROM hub_subscriber WHERE ask_next_ms <> 0 AND
		(ask = '' OR ask <> 'denied' AND challenge = '') OR state = 'denied' AND ask_next_ms = 0`},
	{"source without polling state", `SELECT id FROM source WHERE NOT EXISTS (SELECT 1 FROM polling p WHERE p.source_id = source.id)`},
	{"published story that is not listed", `SELECT s.id FROM story s JOIN entry e ON e.story_id = s.id
		JOIN source o ON o.id = e.source_id WHERE e.withdrawn_ms = 0 AND NOT o.trial AND NOT EXISTS
		(SELECT 1 FROM term t WHERE t.gone = FALSE AND t.kind = 'source' AND t.value = o.id AND t.at_ms = s.published_ms AND t.story_id = s.id)`},
	{"published story that is not selected by a label of it", `SELECT s.id FROM story s JOIN label l ON l.story_id = s.id
		WHERE EXISTS (SELECT 1 FROM entry e JOIN source o ON o.id = e.source_id
			WHERE e.story_id = s.id AND e.withdrawn_ms = 0 AND NOT o.trial)
		AND NOT EXISTS (SELECT 1 FROM term t WHERE t.gone = FALSE AND t.kind = l.kind AND t.value = l.value
			AND t.at_ms = s.published_ms AND t.story_id = s.id)`},
	{"listed story that is not published", `SELECT t.story_id FROM term t WHERE t.gone = FALSE AND NOT EXISTS
		(SELECT 1 FROM entry e JOIN source o ON o.id = e.source_id
			WHERE e.story_id = t.story_id AND e.withdrawn_ms = 0 AND NOT o.trial)`},
	{"story listed by a label it does not have", `SELECT t.story_id FROM term t
		WHERE t.kind NOT IN ('source', 'kind') AND NOT EXISTS (SELECT 1 FROM story m WHERE m.id = t.story_id AND m.merged_into <> '') AND NOT EXISTS
		(SELECT 1 FROM label l WHERE l.story_id = t.story_id AND l.kind = t.kind AND l.value = t.value)`},
	{"story listed by a source that does not carry it", `SELECT t.story_id FROM term t WHERE t.kind = 'source'
		AND NOT EXISTS (SELECT 1 FROM story m WHERE m.id = t.story_id AND m.merged_into <> '') AND NOT EXISTS
		(SELECT 1 FROM entry e WHERE e.story_id = t.story_id AND e.source_id = t.value)`},
	{"story listed at a time that is not its own", `SELECT t.story_id FROM term t JOIN story s ON s.id = t.story_id
		WHERE t.gone = FALSE AND t.at_ms <> s.published_ms`},
	{"story newer than the store", `SELECT id FROM story WHERE version > (SELECT value FROM meta WHERE name = 'version')`},
}

// decides says of a standing correction that none about the same label came after it.
const decides = `NOT EXISTS (SELECT 1 FROM correction n WHERE n.story_id = c.story_id AND n.kind = c.kind
	AND n.value = c.value AND n.revoked_ms = 0 AND n.id > c.id)`

// ErrBroken: the database contradicts itself.
var ErrBroken = errors.New("the store is broken")

// Check looks for damage to the files (SQLite) and for rows that contradict each
// other (both). It reads the whole database. What it finds is ErrBroken, with
// examples.
func (db *DB) Check(ctx context.Context) error {
	damage, err := db.dialect.integrity(ctx, db.read)
	if err != nil {
		return fmt.Errorf("check store: %w", err)
	}
	err = db.view(ctx, func(r runner) error {
		r.statements = nil
		for _, inv := range invariants {
			err := r.query(ctx, func(scan func(...any) error) error {
				var example string
				err := scan(&example)
				damage = append(damage, inv.broken+": "+example)
				return err
			}, inv.query+` LIMIT 5`)
			if err != nil {
				return fmt.Errorf("look for %s: %w", inv.broken, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("check store: %w", err)
	}
	if len(damage) == 0 {
		return nil
	}
	all := make([]error, len(damage))
	for i, d := range damage {
		all[i] = errors.New(d)
	}
	return fmt.Errorf("check store: %w: %w", ErrBroken, errors.Join(all...))
}
