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

	"tributary/feeds"
)

// Stories lists the published stories that a selector holds: the newest Published
// first, of one moment the greatest id first. Copies are those that stand, of sources
// not on trial; stories without one are not published and not listed. A query whose
// words have no letter or digit finds nothing. It fails with ErrTooManyTerms.
func (db *DB) Stories(ctx context.Context, sel feeds.Selector, limit int) ([]feeds.Story, error) {
	var stories []feeds.Story
	err := db.view(ctx, func(r runner) error {
		picked, err := choose(ctx, r, sel, false, limit)
		if err != nil {
			return err
		}
		ids := make([]string, len(picked))
		for i, p := range picked {
			ids[i] = p.id
		}
		stories, err = db.published(ctx, r, ids)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list stories: %w", err)
	}
	return stories, nil
}

// Story reads one story, a withdrawn one too, with all copies of sources not on
// trial, and the former versions of each by entry id, the oldest first. For one that has
// become part of another it reads that, which has another id. It fails with
// feeds.ErrNotFound when there is none or only sources on trial carry it.
func (db *DB) Story(ctx context.Context, id string) (feeds.Story, map[int64][]feeds.Revision, error) {
	var story feeds.Story
	var former map[int64][]feeds.Revision
	err := db.view(ctx, func(r runner) error {
		standing, taken := clean(id), int64(0)
		const query = `SELECT t.id, t.taken FROM story s JOIN story t ON t.id = CASE WHEN s.merged_into <> '' THEN s.merged_into ELSE s.id END WHERE s.id = $1`
		err := r.row(ctx, query, standing).Scan(&standing, &taken)
		if errors.Is(err, sql.ErrNoRows) {
			err = feeds.ErrNotFound
		}
		if err != nil {
			return err
		}
		found, err := load(ctx, r, []string{standing}, untriedCopies)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return feeds.ErrNotFound
		}
		story = found[0]
		if err := notes(ctx, r, &story, taken); err != nil {
			return err
		}
		former, err = revisions(ctx, r, &story)
		return err
	})
	if err != nil {
		return feeds.Story{}, nil, fmt.Errorf("read story %.40q: %w", id, err)
	}
	return story, former, nil
}

// notes puts in what people tell readers about what they withdrew. taken is the ruling by
// which the whole story went, 0 for none; a story whose copies went one by one has the
// note of the last.
func notes(ctx context.Context, r runner, s *feeds.Story, taken int64) error {
	if !slices.ContainsFunc(s.Copies, func(c feeds.Copy) bool { return !c.Withdrawn.IsZero() }) {
		return nil
	}
	took := map[int64]int64{} // entry -> ruling
	err := r.query(ctx, func(scan func(...any) error) error {
		var entry, ruling int64
		err := scan(&entry, &ruling)
		took[entry] = ruling
		return err
	}, `SELECT id, taken FROM entry WHERE taken <> 0 AND story_id = $1`, s.ID)
	if err != nil || len(took) == 0 {
		return err
	}
	said := map[int64]string{} // ruling -> note
	err = in(ctx, r, slices.Sorted(maps.Values(took)), func(scan func(...any) error) error {
		ruling, err := scanRuling(scan)
		said[ruling.ID] = ruling.Note
		return err
	}, `SELECT `+rulingColumns+` FROM ruling WHERE id IN (%s)`)
	for i := range s.Copies {
		s.Copies[i].Note = said[took[s.Copies[i].EntryID]]
	}
	if s.Withdrawn.IsZero() {
		return err
	}
	if taken == 0 {
		for id := range said {
			taken = max(taken, id)
		}
	}
	s.Note = said[taken]
	return err
}

// scope says which copies of a story are read.
type scope string

const (
	allCopies       scope = ``
	untriedCopies   scope = ` AND NOT s.trial`
	publishedCopies scope = ` AND NOT s.trial AND e.withdrawn_ms = 0`
)

// load reads stories with copies and labels, in the order of their ids. Stories
// without a copy in scope are left out.
func load(ctx context.Context, r runner, ids []string, which scope) ([]feeds.Story, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	stories := make(map[string]*feeds.Story, len(ids))
	leads := make(map[string]int64, len(ids))
	err := in(ctx, r, ids, func(scan func(...any) error) error {
		s := &feeds.Story{}
		var lead, published, updated, created, changed, withdrawn int64
		err := scan(&s.ID, &lead, &published, &updated, &created, &changed, &withdrawn)
		s.Published, s.Updated, s.Created = moment(published), moment(updated), moment(created)
		s.Changed, s.Withdrawn = moment(changed), moment(withdrawn)
		stories[s.ID], leads[s.ID] = s, lead
		return err
	}, `SELECT id, lead_entry_id, published_ms, updated_ms, created_ms, changed_ms, withdrawn_ms FROM story WHERE id IN (%s)`)
	if err != nil {
		return nil, err
	}
	if err := loadCopies(ctx, r, ids, which, stories); err != nil {
		return nil, err
	}
	if err := loadLabels(ctx, r, ids, stories); err != nil {
		return nil, err
	}
	out := make([]feeds.Story, 0, len(ids))
	for _, id := range ids {
		s := stories[id]
		if s == nil || len(s.Copies) == 0 {
			continue
		}
		sortCopies(s.Copies, leads[id])
		out = append(out, *s)
	}
	return out, nil
}

// sortCopies puts the lead first and the others by first sight. Should the lead not be
// among them, that of the first seen speaks for the story.
func sortCopies(copies []feeds.Copy, lead int64) {
	slices.SortFunc(copies, func(a, b feeds.Copy) int {
		switch {
		case a.EntryID == b.EntryID:
			return 0
		case a.EntryID == lead:
			return -1
		case b.EntryID == lead:
			return 1
		}
		return cmp.Or(a.FirstSeen.Compare(b.FirstSeen), cmp.Compare(a.EntryID, b.EntryID))
	})
}

// copyColumns reads copies by scanCopy. A condition follows.
const copyColumns = `SELECT e.story_id, e.id, e.source_id, e.revision, e.first_seen_ms, e.seen_ms, e.withdrawn_ms, e.expired_ms, v.document
		FROM entry e JOIN source s ON s.id = e.source_id
		JOIN revision v ON v.entry_id = e.id AND v.number = e.revision WHERE TRUE`

func scanCopy(scan func(...any) error) (c feeds.Copy, story string, err error) {
	var document string
	var first, seen, withdrawn, expired int64
	if err = scan(&story, &c.EntryID, &c.SourceID, &c.Revision, &first, &seen, &withdrawn, &expired, &document); err != nil {
		return
	}
	c.FirstSeen, c.Seen, c.Withdrawn, c.Expired = moment(first), moment(seen), moment(withdrawn), moment(expired)
	c.Entry, err = decodeEntry(document)
	return
}

func loadCopies(ctx context.Context, r runner, ids []string, which scope, stories map[string]*feeds.Story) error {
	return in(ctx, r, ids, func(scan func(...any) error) error {
		c, story, err := scanCopy(scan)
		if s := stories[story]; s != nil && err == nil {
			s.Copies = append(s.Copies, c)
		}
		return err
	}, copyColumns+` AND e.story_id IN (%s)`+string(which))
}

func loadLabels(ctx context.Context, r runner, ids []string, stories map[string]*feeds.Story) error {
	return in(ctx, r, ids, func(scan func(...any) error) error {
		var l feeds.Label
		var story, evidence string
		if err := scan(&story, &l.Kind, &l.Value, &l.Score, &l.Primary, &l.By, &evidence); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(evidence), &l.Evidence); err != nil {
			return fmt.Errorf("read kept evidence: %w", err)
		}
		if s := stories[story]; s != nil {
			s.Labels = append(s.Labels, l)
		}
		return nil
	}, `SELECT story_id, kind, value, score, is_primary, set_by, evidence FROM label WHERE story_id IN (%s)
		ORDER BY story_id, position, kind, value`)
}

// revisions reads the versions of a story's copies that do not stand any more.
func revisions(ctx context.Context, r runner, story *feeds.Story) (map[int64][]feeds.Revision, error) {
	standing := make(map[int64]int)
	var revised []int64
	for i := range story.Copies {
		if c := &story.Copies[i]; c.Revision > 1 {
			standing[c.EntryID] = c.Revision
			revised = append(revised, c.EntryID)
		}
	}
	former := make(map[int64][]feeds.Revision, len(revised))
	err := in(ctx, r, revised, func(scan func(...any) error) error {
		var id, seen int64
		var v feeds.Revision
		var document string
		err := scan(&id, &v.Number, &seen, &document)
		if err != nil || v.Number == standing[id] {
			return err
		}
		v.Seen = moment(seen)
		v.Entry, err = decodeEntry(document)
		former[id] = append(former[id], v)
		return err
	}, `SELECT entry_id, number, seen_ms, document FROM revision WHERE entry_id IN (%s) ORDER BY entry_id, number`)
	if err != nil {
		return nil, fmt.Errorf("read revisions: %w", err)
	}
	return former, nil
}
