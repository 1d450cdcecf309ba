package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tributary/feeds"
)

// Sources lists every source, retired ones too, by id.
func (db *DB) Sources(ctx context.Context) ([]SourceState, error) {
	sources, err := allSources(ctx, db.reader())
	if err != nil {
		return nil, fmt.Errorf("list sources: %w", err)
	}
	return sources, nil
}

func allSources(ctx context.Context, r runner) ([]SourceState, error) {
	var all []SourceState
	err := r.query(ctx, func(scan func(...any) error) error {
		s, err := scanSource(scan)
		all = append(all, s)
		return err
	}, selectSources+` ORDER BY s.id`)
	return all, err
}

var saveSource = insert{into: "source",
	columns: []string{"id", "origin", "office", "kind", "url", "trial", "enabled", "settings", "retired_ms"},
	suffix: `ON CONFLICT (id) DO UPDATE SET origin = excluded.origin, office = excluded.office, kind = excluded.kind,
	url = excluded.url, trial = excluded.trial, enabled = excluded.enabled, settings = excluded.settings,
	retired_ms = excluded.retired_ms`}

var addPolling = insert{into: "polling", columns: []string{"source_id", "asked"}, suffix: `ON CONFLICT (source_id) DO NOTHING`}

// SyncSources makes the sources of origin config those of the catalogue. Sources that
// left it are retired: kept with their entries, but not polled; they are restored when
// they come back. Imported sources stay as they are, unless the catalogue has one of
// their ids: then it is the catalogue's from now on.
//
// A source whose address changed starts anew: its polling state belonged to the old
// one. A source whose schedule or zone changed is to be scheduled anew. One that was
// switched off and on again, or left and came back, is asked again even if it is gone.
func (db *DB) SyncSources(ctx context.Context, catalogue []feeds.Source) error {
	if err := distinct(catalogue); err != nil {
		return fmt.Errorf("sync sources: %w", err)
	}
	err := db.transact(ctx, true, func(r runner) error {
		kept, err := allSources(ctx, r)
		if err != nil {
			return err
		}
		before := make(map[string]*SourceState, len(kept))
		for i := range kept {
			before[kept[i].ID] = &kept[i]
		}
		var c sourceChange
		for _, s := range catalogue {
			err = errors.Join(err, c.upsert(s, OriginConfig, before[s.ID]))
			delete(before, s.ID)
		}
		for _, gone := range kept {
			if before[gone.ID] != nil && gone.Origin == OriginConfig && !gone.Retired {
				err = errors.Join(err, c.row(gone.Source, OriginConfig, millis(db.now())))
			}
		}
		if err != nil {
			return err
		}
		return c.save(ctx, r, millis(db.now()))
	})
	if err != nil {
		return fmt.Errorf("sync sources: %w", err)
	}
	return nil
}

// ImportSources adds sources of origin import and returns how many were added. A
// source is left out when its id is taken or another source has its address.
func (db *DB) ImportSources(ctx context.Context, sources []feeds.Source) (added int, err error) {
	err = db.transact(ctx, true, func(r runner) error {
		kept, err := allSources(ctx, r)
		if err != nil {
			return err
		}
		taken := make(map[string]bool, 2*len(kept))
		for _, s := range kept {
			taken["id "+s.ID], taken["url "+s.URL] = true, true
		}
		var c sourceChange
		for _, s := range sources {
			if s.ID == "" || taken["id "+s.ID] || taken["url "+s.URL] {
				continue
			}
			taken["id "+s.ID], taken["url "+s.URL] = true, true
			if err := c.upsert(s, OriginImport, nil); err != nil {
				return err
			}
		}
		added = len(c.added) / 2 // id and address of each
		return c.save(ctx, r, millis(db.now()))
	})
	if err != nil {
		return 0, fmt.Errorf("import sources: %w", err)
	}
	return added, nil
}

func distinct(sources []feeds.Source) error {
	seen := make(map[string]bool, len(sources))
	for _, s := range sources {
		switch {
		case s.ID == "":
			return fmt.Errorf("the source at %s has no id", s.URL)
		case seen[s.ID]:
			return fmt.Errorf("two sources have the id %s", s.ID)
		}
		seen[s.ID] = true
	}
	return nil
}

// sourceChange collects what a new catalogue changes, so that one that changes
// nothing writes nothing.
type sourceChange struct {
	rows       []any    // for saveSource
	added      []any    // need a polling row: id and address of each
	restart    []string // have another address
	revive     []string // were switched on again
	reschedule []string // have another schedule
	reread     []string // make other entries of the same document
	regroup    []string // carry their stories under other terms
	apart      []string // have entries that are stories of their own from now on
	together   []string // have entries that may be copies of others again
}

func (c *sourceChange) upsert(s feeds.Source, origin string, before *SourceState) error {
	if before == nil {
		c.added = append(c.added, s.ID, clean(s.URL))
		return c.row(s, origin, 0)
	}
	was, err := encode(before.Source)
	if err != nil {
		return err
	}
	is, err := encode(s)
	if err != nil {
		return err
	}
	if was == is && before.Origin == origin && !before.Retired {
		return nil
	}
	if s.URL != before.URL {
		c.restart = append(c.restart, s.ID)
		c.added = append(c.added, s.ID, clean(s.URL))
	} else if s.Schedule != before.Schedule || s.Zone != before.Zone {
		c.reschedule = append(c.reschedule, s.ID)
	}
	if s.Type != before.Type || s.Contacts != before.Contacts || s.FullText != before.FullText ||
		!slices.Equal(s.Mailboxes, before.Mailboxes) || s.Page != before.Page {
		c.reread = append(c.reread, s.ID)
	}
	if s.Enabled && (!before.Enabled || before.Retired) {
		c.revive = append(c.revive, s.ID)
	}
	switch s.Group {
	case before.Group:
	case feeds.GroupAlone:
		c.apart = append(c.apart, s.ID)
	default:
		c.together = append(c.together, s.ID)
	}
	if s.Kind != before.Kind || s.Trial != before.Trial {
		c.regroup = append(c.regroup, s.ID)
	}
	return c.row(s, origin, 0)
}

func (c *sourceChange) row(s feeds.Source, origin string, retired int64) error {
	settings, err := encode(s)
	if err != nil {
		return err
	}
	c.rows = append(c.rows, s.ID, origin, clean(s.Office), clean(string(s.Kind)), clean(s.URL), s.Trial, s.Enabled,
		settings, retired)
	return nil
}

func (c *sourceChange) save(ctx context.Context, r runner, now int64) error {
	if len(c.rows) == 0 {
		return nil
	}
	stories, err := carried(ctx, r, c.regroup)
	if err != nil {
		return err
	}
	if _, err := saveSource.rows(ctx, r, c.rows); err != nil {
		return err
	}
	if err := execIn(ctx, r, c.restart, `DELETE FROM polling WHERE source_id IN (%s)`); err != nil {
		return err
	}
	for _, q := range []string{`DELETE FROM delivery WHERE source_id IN (%s)`, `DELETE FROM subscription WHERE source_id IN (%s)`} {
		if err := execIn(ctx, r, c.restart, q); err != nil { // its hub finds nobody, and ends it
			return err
		}
	}
	if err := execIn(ctx, r, c.reread, `UPDATE polling SET body_hash = '' WHERE source_id IN (%s)`); err != nil {
		return err
	}
	if _, err := addPolling.rows(ctx, r, c.added); err != nil {
		return err
	}
	err = execIn(ctx, r, c.revive, `UPDATE polling SET outcome = '', reason = '', status = 0, error = '', failures = 0,
		since_ms = 0, next_run_ms = 0 WHERE outcome = 'gone' AND source_id IN (%s)`)
	if err != nil {
		return err
	}
	if err := execIn(ctx, r, c.reschedule, `UPDATE polling SET next_run_ms = 0 WHERE source_id IN (%s)`); err != nil {
		return err
	}
	if err := errors.Join(askRegroup(ctx, r, c.apart, true), askRegroup(ctx, r, c.together, false)); err != nil {
		return err
	}
	// Names, ranks and permissions are published too.
	version, err := bump(ctx, r)
	if err != nil {
		return err
	}
	return derive(ctx, r, stories, version, now)
}

// carried reads the stories that sources carry or did, as they are.
func carried(ctx context.Context, r runner, sources []string) (map[string]*derived, error) {
	var ids []string
	err := in(ctx, r, sources, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT DISTINCT story_id FROM entry WHERE source_id IN (%s)`)
	if err != nil {
		return nil, err
	}
	return derivation(ctx, r, ids)
}
