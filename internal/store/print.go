package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// Print is what an entry is grouped by. Document is its caller's own; Keys find it.
type Print struct {
	EntryID  int64
	Document []byte
	Keys     []uint64 // below 2^63, each once
	Dropped  []uint64 // keys of its former version that it has no more
	// Held: the entry stays with the lead of its story whatever its print says.
	Held bool
}

// Member is a kept entry with its print and the story it is in.
type Member struct {
	EntryID   int64
	SourceID  string
	StoryID   string
	Lead      bool // of the story
	Held      bool
	Withdrawn bool
	Document  []byte // nil for one without a print
	Copy      LeadInfo
	Family    string // of the story, "" for none
	StoryGone bool   // no copy of it stands
	Taken     int64  // the ruling by which people withdrew it, 0 for none
	// TakenAt is when people did; zero also where its publisher did before, or did, too.
	TakenAt time.Time
	// StoryTaken is the same of the whole story: what joins it is withdrawn with it.
	StoryTaken int64
}

// Postings finds the entries that have keys, by key, at most limit of each, by id.
func (db *DB) Postings(ctx context.Context, keys []uint64, limit int) (map[uint64][]int64, error) {
	return postings(ctx, db.reader(), keys, limit)
}

// Postings is DB.Postings as of the transaction.
func (tx *Tx) Postings(ctx context.Context, keys []uint64, limit int) (map[uint64][]int64, error) {
	return postings(ctx, tx.r, keys, limit)
}

func postings(ctx context.Context, r runner, keys []uint64, limit int) (map[uint64][]int64, error) {
	asked := make([]int64, len(keys))
	for i, k := range keys {
		asked[i] = int64(k) //nolint:gosec // below 2^63
	}
	slices.Sort(asked)
	found := make(map[uint64][]int64)
	err := in(ctx, r, slices.Compact(asked), func(scan func(...any) error) error {
		var key, entry int64
		err := scan(&key, &entry)
		if list := found[uint64(key)]; len(list) < limit { //nolint:gosec // written so
			found[uint64(key)] = append(list, entry) //nolint:gosec // written so
		}
		return err
	}, `SELECT key, entry_id FROM print_key WHERE key IN (%s)`)
	if err != nil {
		return nil, fmt.Errorf("look up keys: %w", err)
	}
	return found, nil
}

// Prints calls each with the prints of entries, in whatever order, and nothing for those that
// have none. The document is its callee's until it returns.
func (tx *Tx) Prints(ctx context.Context, entryIDs []int64, each func(entryID int64, document []byte)) error {
	err := in(ctx, tx.r, entryIDs, func(scan func(...any) error) error {
		var id int64
		var document sql.RawBytes
		if err := scan(&id, &document); err != nil {
			return err
		}
		each(id, document)
		return nil
	}, `SELECT entry_id, document FROM print WHERE entry_id IN (%s)`)
	if err != nil {
		return fmt.Errorf("look up prints: %w", err)
	}
	return nil
}

// Members reads the entries of all stories that entries or stories are in, and of the
// stories' families, by id. It is two reads at most.
func (tx *Tx) Members(ctx context.Context, entryIDs []int64, storyIDs []string) ([]Member, error) {
	found := map[int64]Member{}
	families := map[string]bool{}
	collect := func(scan func(...any) error) error {
		var m Member
		var withdrawn, taken, gone, published, seen, storyPublished, storyUpdated int64
		err := scan(&m.EntryID, &m.SourceID, &m.StoryID, &m.Lead, &m.Family, &withdrawn, &gone, &published, &seen, &m.Copy.HasBody,
			&storyPublished, &storyUpdated, &m.Taken, &taken, &m.StoryTaken, &m.Held, &m.Document)
		m.Withdrawn, m.TakenAt, m.StoryGone = withdrawn != 0, moment(taken), gone != 0
		m.Copy.EntryID, m.Copy.SourceID = m.EntryID, m.SourceID
		m.Copy.Published, m.Copy.FirstSeen = moment(published), moment(seen)
		m.Copy.StoryPublished, m.Copy.StoryUpdated = moment(storyPublished), moment(storyUpdated)
		found[m.EntryID] = m
		if m.Family != "" {
			families[m.Family] = true
		}
		return err
	}
	const columns = `SELECT e.id, e.source_id, e.story_id, e.id = s.lead_entry_id, s.family, e.withdrawn_ms, s.withdrawn_ms, e.published_ms,
		e.first_seen_ms, e.has_body, s.published_ms, s.updated_ms, e.taken, e.taken_ms, s.taken, COALESCE(p.held, TRUE), p.document
		FROM entry e JOIN story s ON s.id = e.story_id LEFT JOIN print p ON p.entry_id = e.id `
	if err := in(ctx, tx.r, entryIDs, collect, columns+`WHERE e.story_id IN (SELECT story_id FROM entry WHERE id IN (%s))`); err != nil {
		return nil, fmt.Errorf("look up entries of stories: %w", err)
	}
	if err := in(ctx, tx.r, storyIDs, collect, columns+`WHERE e.story_id IN (%s)`); err != nil {
		return nil, fmt.Errorf("look up entries of stories: %w", err)
	}
	if len(families) > 0 {
		names := make([]string, 0, len(families))
		for name := range families {
			names = append(names, name)
		}
		slices.Sort(names)
		if err := in(ctx, tx.r, names, collect, columns+`WHERE s.family IN (%s) AND s.family <> ''`); err != nil {
			return nil, fmt.Errorf("look up entries of families: %w", err)
		}
	}
	out := make([]Member, 0, len(found))
	for _, m := range found {
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b Member) int { return cmp.Compare(a.EntryID, b.EntryID) })
	return out, nil
}

// Alike is a source's entry that has one of the keys asked for.
type Alike struct {
	Known
	Key uint64
	URL string // canonical
}

// Alike finds the entries of one source that have keys, by key and id, withdrawn ones too.
func (db *DB) Alike(ctx context.Context, sourceID string, keys []uint64) ([]Alike, error) {
	asked := make([]int64, len(keys))
	for i, k := range keys {
		asked[i] = int64(k) //nolint:gosec // below 2^63
	}
	slices.Sort(asked)
	var found []Alike
	err := in(ctx, db.reader(), slices.Compact(asked), func(scan func(...any) error) error {
		var a Alike
		var key, withdrawn int64
		err := scan(&key, &a.ID, &a.StoryID, &a.Revision, &a.Hash, &a.TextHash, &a.URL, &withdrawn, &a.Taken)
		a.Key, a.Withdrawn = uint64(key), withdrawn != 0 && a.Taken == 0 //nolint:gosec // written so
		found = append(found, a)
		return err
	}, `SELECT k.key, e.id, e.story_id, e.revision, e.hash, e.text_hash, e.url, e.withdrawn_ms, e.taken
		FROM print_key k JOIN entry e ON e.id = k.entry_id WHERE e.source_id = $1 AND k.key IN (%s) ORDER BY k.key, e.id`, sourceID)
	if err != nil {
		return nil, fmt.Errorf("look up entries of %s by key: %w", sourceID, err)
	}
	return found, nil
}

// Titles reads the titles of kept entries as they stand. Unknown ids are left out.
func (db *DB) Titles(ctx context.Context, entryIDs []int64) (map[int64]string, error) {
	found := make(map[int64]string, len(entryIDs))
	err := in(ctx, db.reader(), entryIDs, func(scan func(...any) error) error {
		var id int64
		var document string
		if err := scan(&id, &document); err != nil {
			return err
		}
		e, err := decodeEntry(document)
		found[id] = e.Title
		return err
	}, `SELECT e.id, v.document FROM entry e JOIN revision v ON v.entry_id = e.id AND v.number = e.revision WHERE e.id IN (%s)`)
	if err != nil {
		return nil, fmt.Errorf("read titles: %w", err)
	}
	return found, nil
}

// Unprinted lists entries without a print, by id: at most limit of them after the one given.
func (db *DB) Unprinted(ctx context.Context, after int64, limit int) ([]int64, error) {
	var ids []int64
	err := db.reader().query(ctx, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT e.id FROM entry e WHERE e.id > $1 AND NOT EXISTS (SELECT 1 FROM print p WHERE p.entry_id = e.id) ORDER BY e.id LIMIT $2`, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list entries without a print: %w", err)
	}
	return ids, nil
}
