package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"tributary/feeds"
)

// ClosedMonth is the last month whose archives are closed, zero for none, and the month in
// which archiving began: with it all before it were closed.
func (db *DB) ClosedMonth(ctx context.Context) (closed, since feeds.Month, err error) {
	err = db.reader().row(ctx, `SELECT c.value, s.value FROM meta c, meta s WHERE c.name = 'archive closed' AND s.name = 'archive since'`).Scan(&closed, &since)
	if err != nil {
		return 0, 0, fmt.Errorf("look up closed archives: %w", err)
	}
	return closed, since, nil
}

// ArchiveMonths lists the months after a given one under which a selector's stories are
// archived, the oldest first. Every story of the selector is under one month, whatever
// number of its terms select it: the first one in which all its groups did. The selector's
// words do not count. It fails with ErrTooManyTerms.
func (db *DB) ArchiveMonths(ctx context.Context, sel feeds.Selector, after feeds.Month) ([]feeds.ArchiveMonth, error) {
	var months []feeds.ArchiveMonth
	err := db.view(ctx, func(r runner) error {
		w, err := members(ctx, r, sel, " AND a.month > ", after)
		if err != nil {
			return err
		}
		w.head("SELECT m.month, count(*) FROM (")
		w.text(") AS m GROUP BY m.month ORDER BY m.month")
		r.statements = nil // its texts are too many to keep prepared
		return r.query(ctx, func(scan func(...any) error) error {
			var m feeds.ArchiveMonth
			err := scan(&m.Month, &m.Stories)
			months = append(months, m)
			return err
		}, w.b.String(), w.args...)
	})
	if err != nil {
		return nil, fmt.Errorf("list archives: %w", err)
	}
	return months, nil
}

// ArchiveIDs lists the ids of the stories that a selector has archived under a month, the
// least first, from the one after skip others on; withdrawn ones have their place, so that those of a
// closed month never move.
func (db *DB) ArchiveIDs(ctx context.Context, sel feeds.Selector, month feeds.Month, skip, limit int) (ids []string, err error) {
	err = db.view(ctx, func(r runner) (err error) {
		ids, err = archiveIDs(ctx, r, sel, month, skip, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list archive of %s: %w", month, err)
	}
	return ids, nil
}

func archiveIDs(ctx context.Context, r runner, sel feeds.Selector, month feeds.Month, skip, limit int) (ids []string, err error) {
	w, err := members(ctx, r, sel, " AND a.month = ", month)
	if err != nil {
		return nil, err
	}
	w.head("SELECT m.story_id FROM (")
	w.text(") AS m ORDER BY m.story_id LIMIT ")
	w.value(limit)
	w.text(" OFFSET ")
	w.value(skip)
	r.statements = nil
	err = r.query(ctx, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		ids = append(ids, id)
		return err
	}, w.b.String(), w.args...)
	return ids, err
}

// head puts a text without arguments before what is written.
func (w *writer) head(text string) {
	rest := w.b.String()
	w.b.Reset()
	w.text(text, rest)
}

// members writes the query of month and story_id of what a selector has archived under
// months that bound and month let pass. Each term of each group is walked for the stories
// that it was the last to let in: those that the group had not selected before, and every
// other group had by then.
func members(ctx context.Context, r runner, sel feeds.Selector, bound string, month feeds.Month) (*writer, error) {
	groups, err := expand(ctx, r, sel.Canonical().All)
	if err != nil {
		return nil, err
	}
	if len(groups) == 0 {
		groups = [][]feeds.Term{{everything}}
	}
	w := &writer{dialect: r.dialect}
	walks := 0
	for i, group := range groups {
		for _, t := range group {
			if walks++; walks > 1 {
				w.text(" UNION ")
			}
			w.text("SELECT a.month, a.story_id FROM archive_term a WHERE a.kind = ")
			w.value(string(t.Kind))
			w.text(" AND a.value = ")
			w.value(t.Value)
			w.text(bound)
			w.value(int64(month))
			if len(group) > 1 {
				w.text(" AND NOT ")
				w.filed(group, " < ")
			}
			for j, other := range groups {
				if j != i {
					w.text(" AND ")
					w.filed(other, " <= ")
				}
			}
		}
	}
	if walks == 0 { // an office without sources
		w.text("SELECT a.month, a.story_id FROM archive_term a WHERE FALSE")
	}
	return w, nil
}

// filed says that the walked story is archived by one of a group's terms under an earlier
// month, or under one no later.
func (w *writer) filed(group []feeds.Term, than string) {
	values := map[feeds.TermKind][]string{}
	for _, t := range group {
		values[t.Kind] = append(values[t.Kind], t.Value)
	}
	w.text("EXISTS (SELECT 1 FROM archive_term x WHERE x.story_id = a.story_id AND x.month", than, "a.month AND (FALSE")
	for _, kind := range slices.Sorted(maps.Keys(values)) {
		w.text(" OR x.kind = ")
		w.value(string(kind))
		w.text(" AND x.value IN (")
		for i, v := range values[kind] {
			if i > 0 {
				w.text(",")
			}
			w.value(v)
		}
		w.text(")")
	}
	w.text("))")
}

// Archived reads the stories that ArchiveIDs lists, by id: those of a closed month as they
// stood when it closed, or when a withdrawal, a merge or a split touched them last; of
// words that had their time, what is left. Withdrawn and merged ones come as tombstones
// (RFC 6721) instead; Ref is the story's id.
func (db *DB) Archived(ctx context.Context, sel feeds.Selector, month feeds.Month, skip, limit int) (stories []feeds.Story, gone []feeds.Tombstone, err error) {
	err = db.view(ctx, func(r runner) error {
		ids, err := archiveIDs(ctx, r, sel, month, skip, limit)
		if err != nil || len(ids) == 0 {
			return err
		}
		shown, err := frozenStories(ctx, r, month, ids)
		if err != nil {
			return err
		}
		missing := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return shown[id] != nil })
		standing, err := load(ctx, r, missing, publishedCopies)
		if err != nil {
			return err
		}
		for i := range standing {
			shown[standing[i].ID] = &standing[i]
		}
		for _, id := range ids {
			if s := shown[id]; s != nil {
				stories = append(stories, *s)
			}
		}
		gone, err = ends(ctx, r, slices.DeleteFunc(missing, func(id string) bool { return shown[id] != nil }))
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read archive of %s: %w", month, err)
	}
	return stories, gone, nil
}

// ends are the tombstones of stories of which nothing is published any more. A story that
// is out of sight for another reason, such as a source that is on trial again, has none.
func ends(ctx context.Context, r runner, ids []string) (gone []feeds.Tombstone, err error) {
	err = in(ctx, r, ids, func(scan func(...any) error) error {
		var id string
		var story, copies int64
		err := scan(&id, &story, &copies)
		if copies == 0 {
			copies = story
		}
		if copies != 0 {
			gone = append(gone, feeds.Tombstone{Ref: id, When: moment(copies)})
		}
		return err
	}, `SELECT t.id, t.withdrawn_ms, COALESCE((SELECT max(e.withdrawn_ms) FROM entry e JOIN source s ON s.id = e.source_id
		WHERE e.story_id = t.id AND NOT s.trial), 0) FROM story t WHERE t.id IN (%s)`)
	slices.SortFunc(gone, func(a, b feeds.Tombstone) int {
		if c := b.When.Compare(a.When); c != 0 {
			return c
		}
		if a.Ref < b.Ref {
			return -1
		}
		return 1
	})
	return gone, err
}

// frozenStories reads the stories of a closed month of which every copy that they were
// frozen with stands.
func frozenStories(ctx context.Context, r runner, month feeds.Month, ids []string) (map[string]*feeds.Story, error) {
	shown := make(map[string]*feeds.Story, len(ids))
	var closed feeds.Month
	if err := r.row(ctx, `SELECT value FROM meta WHERE name = 'archive closed'`).Scan(&closed); err != nil {
		return nil, err
	}
	if month > closed {
		return shown, nil
	}
	kept := make(map[string]frozen, len(ids))
	wanted := make(map[int64]int) // entry -> version
	err := in(ctx, r, ids, func(scan func(...any) error) error {
		id, _, f, err := scanFrozen(scan)
		kept[id] = f
		for _, c := range f.Copies {
			wanted[c.Entry] = c.Revision
		}
		return err
	}, frozenColumns+` WHERE month = $1 AND story_id IN (%s)`, int64(month))
	if err != nil {
		return nil, err
	}
	entries := slices.Sorted(maps.Keys(wanted))
	copies := make(map[int64]feeds.Copy, len(entries))
	storyOf := make(map[int64]string, len(entries))
	var revised []int64
	if err := in(ctx, r, entries, func(scan func(...any) error) error {
		c, story, err := scanCopy(scan)
		copies[c.EntryID], storyOf[c.EntryID] = c, story
		if c.Revision != wanted[c.EntryID] {
			revised = append(revised, c.EntryID)
		}
		return err
	}, copyColumns+` AND e.id IN (%s)`+string(publishedCopies)); err != nil {
		return nil, err
	}
	if err := former(ctx, r, revised, wanted, copies); err != nil {
		return nil, err
	}
	for id, f := range kept {
		if s, ok := f.thaw(id, copies, storyOf); ok {
			shown[id] = s
		}
	}
	return shown, nil
}

// former puts former versions in the place of the standing ones. Of a version that had its
// time the standing one stays.
func former(ctx context.Context, r runner, revised []int64, wanted map[int64]int, copies map[int64]feeds.Copy) error {
	return in(ctx, r, revised, func(scan func(...any) error) error {
		var id, seen int64
		var number int
		var document string
		err := scan(&id, &number, &seen, &document)
		if err != nil || number != wanted[id] {
			return err
		}
		c := copies[id]
		c.Revision, c.Seen = number, moment(seen)
		c.Entry, err = decodeEntry(document)
		copies[id] = c
		return err
	}, `SELECT entry_id, number, seen_ms, document FROM revision WHERE entry_id IN (%s)`)
}

// thaw makes a story of its frozen form. ok is false when one of its copies is gone.
func (f *frozen) thaw(id string, copies map[int64]feeds.Copy, storyOf map[int64]string) (*feeds.Story, bool) {
	s := &feeds.Story{ID: id, Published: f.Published, Updated: f.Updated, Created: f.Created, Changed: f.Changed}
	for _, kept := range f.Copies {
		if storyOf[kept.Entry] != id {
			return nil, false
		}
		s.Copies = append(s.Copies, copies[kept.Entry])
	}
	for _, l := range f.Labels {
		label := feeds.Label{Kind: l.Kind, Value: l.Value, Score: l.Score, Primary: l.Primary, By: l.By}
		if l.Script != "" {
			label.Evidence = []feeds.Evidence{{Rule: feeds.RuleScript, Text: l.Script}}
		}
		s.Labels = append(s.Labels, label)
	}
	return s, len(s.Copies) > 0
}

// Found lists a page of the published stories that a selector holds, as Stories does, and
// how many there are in all; beyond most it does not look. It fails with ErrTooManyTerms.
func (db *DB) Found(ctx context.Context, sel feeds.Selector, skip, limit, most int) (stories []feeds.Story, total int, err error) {
	err = db.view(ctx, func(r runner) error {
		picked, err := choose(ctx, r, sel, false, most)
		if err != nil {
			return err
		}
		total = len(picked)
		picked = picked[min(max(skip, 0), total):min(max(skip, 0)+max(limit, 0), total)]
		ids := make([]string, len(picked))
		for i, p := range picked {
			ids[i] = p.id
		}
		stories, err = load(ctx, r, ids, publishedCopies)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list page of stories: %w", err)
	}
	return stories, total, nil
}
