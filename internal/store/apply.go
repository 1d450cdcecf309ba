package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"

	"tributary/feeds"
)

var (
	addStory = insert{into: "story", columns: []string{"id", "lead_entry_id", "published_ms", "updated_ms", "created_ms",
		"changed_ms", "version", "labelled", "founder"}, suffix: `ON CONFLICT (id) DO NOTHING`}
	addEntry = insert{into: "entry", columns: []string{"id", "source_id", "guid", "story_id", "revision", "hash",
		"text_hash", "url", "has_body", "published_ms", "first_seen_ms", "seen_ms", "withdrawn_ms", "taken", "taken_ms"}, suffix: `ON CONFLICT (id) DO NOTHING`}
	addRevision = insert{into: "revision", columns: []string{"entry_id", "number", "seen_ms", "document"},
		suffix: `ON CONFLICT (entry_id, number) DO NOTHING`}
	addLabel = insert{into: "label", columns: []string{"story_id", "kind", "value", "position", "score", "is_primary",
		"set_by", "evidence"}, suffix: `ON CONFLICT (story_id, kind, value) DO NOTHING`}
)

// ErrReadressed: what a poll brought is of an address that is no longer its source's.
var ErrReadressed = errors.New("the source was given another address meanwhile")

// Apply writes a change. It refuses one that contradicts what is kept: a new entry
// that is known, a new version of one that is not, a story that does not exist or is
// minted without a state; with ErrReadressed, one of a source that was given another
// address meanwhile (Polling.Of); with ErrRulesChanged, one that is labelled by former
// rules of sources. Applying an empty change saves the polling only.
func (tx *Tx) Apply(ctx context.Context, c Change) error {
	if err := tx.apply(ctx, &c); err != nil {
		return fmt.Errorf("apply change of %s: %w", c.Polling.SourceID, err)
	}
	return nil
}

func (tx *Tx) apply(ctx context.Context, c *Change) error {
	if len(c.New)+len(c.Revised)+len(c.Stories)+len(c.Withdrawn)+len(c.Moves)+len(c.Families)+len(c.Taken)+len(c.TakenStories)+len(c.Prints) > 0 {
		a := application{Change: c, r: tx.r, now: millis(c.Now), minted: map[string]bool{}}
		for _, step := range []func(context.Context) error{
			a.begin, a.unsaid, a.look, a.mint, a.revive, a.add, a.revise, a.withdraw, a.take, a.move, a.dropOriginals, a.print, a.update, a.label, a.derive,
		} {
			if err := step(ctx); err != nil {
				return err
			}
		}
	}
	if c.Desk {
		return nil
	}
	if c.Delivered {
		return confirmLater(ctx, tx.r, c)
	}
	return savePollings(ctx, tx.r, []feeds.Polling{c.Polling})
}

// confirmLater takes the mark of the last read body, without which a poll asks
// unconditionally.
func confirmLater(ctx context.Context, r runner, c *Change) error {
	if len(c.Revised)+len(c.Withdrawn) == 0 {
		return nil
	}
	_, err := r.exec(ctx, `UPDATE polling SET body_hash = '' WHERE source_id = $1`, c.Polling.SourceID)
	return err
}

// application is one Apply on its way.
type application struct {
	*Change
	r       runner
	now     int64
	version int64
	source  carrier // of all entries
	minted  map[string]bool
	before  map[string]*derived // kept stories that the change touches
	others  []string            // kept stories for which other corrections hold than before
}

func (a *application) begin(ctx context.Context) (err error) {
	if a.now == 0 {
		return errors.New("it has no time")
	}
	var address string
	var rules int64
	if a.Desk {
		if err := a.r.row(ctx, `SELECT value FROM meta WHERE name = 'rules'`).Scan(&rules); err != nil {
			return err
		}
		if rules != a.Rules && len(a.Stories) > 0 {
			return ErrRulesChanged
		}
		a.version, err = bump(ctx, a.r)
		return err
	}
	a.source.id = a.Polling.SourceID
	err = a.r.row(ctx, `SELECT kind, trial, url, (SELECT value FROM meta WHERE name = 'rules') FROM source WHERE id = $1`, a.source.id).
		Scan(&a.source.kind, &a.source.trial, &address, &rules)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("source: %w", feeds.ErrNotFound)
	}
	if err != nil {
		return err
	}
	if a.Polling.Of != "" && clean(a.Polling.Of) != address {
		return ErrReadressed
	}
	if rules != a.Rules && len(a.Stories) > 0 {
		return ErrRulesChanged
	}
	a.version, err = bump(ctx, a.r)
	return err
}

// look reads the kept stories that the change touches, as they were.
func (a *application) look(ctx context.Context) error {
	touched := map[string]bool{}
	known := slices.Clone(a.Withdrawn)
	for i := range a.Revised {
		known = append(known, a.Revised[i].ID)
	}
	err := in(ctx, a.r, known, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		touched[id] = true
		return err
	}, `SELECT DISTINCT story_id FROM entry WHERE source_id = $1 AND id IN (%s)`, a.source.id)
	if err != nil {
		return fmt.Errorf("look up stories: %w", err)
	}
	var taken []int64
	for _, t := range a.Taken {
		taken = append(taken, t.EntryID)
	}
	err = in(ctx, a.r, taken, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		touched[id] = true
		return err
	}, `SELECT DISTINCT story_id FROM entry WHERE id IN (%s)`)
	if err != nil {
		return fmt.Errorf("look up stories: %w", err)
	}
	for id := range a.TakenStories {
		touched[id] = true
	}
	for i := range a.New {
		touched[a.New[i].StoryID] = true
	}
	for i := range a.Moves {
		touched[a.Moves[i].From], touched[a.Moves[i].To] = true, true
	}
	for id, into := range a.Merged {
		touched[id], touched[into] = true, true
	}
	for i := range a.Stories {
		touched[a.Stories[i].ID] = true
		if a.Stories[i].Mint {
			a.minted[a.Stories[i].ID] = true
		}
	}
	maps.DeleteFunc(touched, func(id string, _ bool) bool { return a.minted[id] })
	if a.before, err = derivation(ctx, a.r, slices.Sorted(maps.Keys(touched))); err != nil {
		return err
	}
	for id := range touched {
		if a.before[id] == nil {
			return fmt.Errorf("story %s: %w", id, feeds.ErrNotFound)
		}
	}
	return nil
}

// mint inserts the new stories.
func (a *application) mint(ctx context.Context) error {
	var args []any
	for i := range a.Stories {
		s := &a.Stories[i]
		if !a.minted[s.ID] {
			continue
		}
		args = append(args, s.ID, s.LeadEntryID, millis(s.Published), millis(s.Updated), a.now, a.now, a.version, a.Labelling, s.LeadEntryID)
	}
	n, err := addStory.rows(ctx, a.r, args)
	if err == nil && n != int64(len(a.minted)) {
		err = errors.New("a new story's id is taken")
	}
	return err
}

// add inserts the new entries with their first version.
func (a *application) add(ctx context.Context) error {
	entries := make([]any, 0, len(a.New)*len(addEntry.columns))
	revisions := make([]any, 0, len(a.New)*len(addRevision.columns))
	for i := range a.New {
		e := &a.New[i]
		document, err := encodeEntry(&e.Entry)
		if err != nil {
			return err
		}
		withdrawn := int64(0)
		if e.Taken != 0 {
			withdrawn = a.now
		}
		entries = append(entries, e.ID, a.source.id, clean(e.Entry.ID), e.StoryID, 1, clean(e.Hash), clean(e.TextHash),
			clean(e.CanonicalURL), e.Entry.Content != "", millis(e.Published), a.now, a.now, withdrawn, e.Taken, withdrawn)
		revisions = append(revisions, e.ID, 1, a.now, document)
	}
	n, err := addEntry.rows(ctx, a.r, entries)
	if err != nil {
		return err
	}
	if n != int64(len(a.New)) {
		return errors.New("an entry that is given as new is known")
	}
	for i := range a.New {
		if err := a.keepOriginal(ctx, &a.New[i], 1); err != nil {
			return err
		}
	}
	return a.keepVersions(ctx, revisions)
}

// keepVersions inserts rows of revision, which are written once and never again.
func (a *application) keepVersions(ctx context.Context, rows []any) error {
	n, err := addRevision.rows(ctx, a.r, rows)
	if err == nil && n != int64(len(rows)/len(addRevision.columns)) {
		err = errors.New("a version of an entry is kept already")
	}
	return err
}

// revise makes new versions of kept entries the standing ones.
func (a *application) revise(ctx context.Context) error {
	for i := range a.Revised {
		e := &a.Revised[i]
		document, err := encodeEntry(&e.Entry)
		if err != nil {
			return err
		}
		var number int
		err = a.r.row(ctx, `UPDATE entry SET revision = revision + 1, hash = $1, text_hash = $2, url = $3, has_body = $4,
			published_ms = $5, seen_ms = $6, expired_ms = 0, withdrawn_ms = CASE WHEN taken = 0 THEN 0 ELSE withdrawn_ms END WHERE id = $7 AND source_id = $8 RETURNING revision, story_id`,
			clean(e.Hash), clean(e.TextHash), clean(e.CanonicalURL), e.Entry.Content != "", millis(e.Published), a.now, e.ID, a.source.id).
			Scan(&number, &e.StoryID)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("new version of entry %d: %w", e.ID, feeds.ErrNotFound)
		}
		if err != nil {
			return fmt.Errorf("revise entry %d: %w", e.ID, err)
		}
		if err := a.keepVersions(ctx, []any{e.ID, number, a.now, document}); err != nil {
			return err
		}
		if err := a.keepOriginal(ctx, e, number); err != nil {
			return err
		}
	}
	return nil
}

// withdraw marks entries that their own source took back; others it must not touch.
func (a *application) withdraw(ctx context.Context) error {
	err := execIn(ctx, a.r, a.Withdrawn,
		`UPDATE entry SET withdrawn_ms = $1 WHERE source_id = $2 AND withdrawn_ms = 0 AND id IN (%s)`, a.now, a.source.id)
	if err == nil { // of what people withdrew, too: it does not come back when they give it back
		err = execIn(ctx, a.r, a.Withdrawn, `UPDATE entry SET taken_ms = 0 WHERE source_id = $1 AND taken <> 0 AND id IN (%s)`, a.source.id)
	}
	if err != nil {
		return fmt.Errorf("withdraw entries: %w", err)
	}
	return nil
}

// update writes how kept stories stand now.
func (a *application) update(ctx context.Context) error {
	for i := range a.Stories {
		s := &a.Stories[i]
		if a.minted[s.ID] {
			continue
		}
		query := `UPDATE story SET lead_entry_id = $1, published_ms = $2, updated_ms = $3 WHERE id = $4`
		args := []any{s.LeadEntryID, millis(s.Published), millis(s.Updated), s.ID}
		if s.Labels != nil {
			query, args = `UPDATE story SET lead_entry_id = $1, published_ms = $2, updated_ms = $3, labelled = $4 WHERE id = $5`,
				[]any{s.LeadEntryID, millis(s.Published), millis(s.Updated), a.Labelling, s.ID}
		}
		if _, err := a.r.exec(ctx, query, args...); err != nil {
			return fmt.Errorf("update story %s: %w", s.ID, err)
		}
	}
	return nil
}

// addedPosition is where labels stand that other copies than the lead add: behind its own.
const addedPosition = 1000

// label writes the labels as people have corrected them: no machine's word replaces a
// person's.
func (a *application) label(ctx context.Context) error {
	var replaced, corrected []string
	for i := range a.Stories {
		s := &a.Stories[i]
		if a.minted[s.ID] {
			continue
		}
		if a.before[s.ID].corrected {
			corrected = append(corrected, s.ID)
		}
		if s.Labels != nil {
			replaced = append(replaced, s.ID)
		}
	}
	corrections, err := correctionsOf(ctx, a.r, corrected)
	if err != nil {
		return err
	}
	// Those of corrected stories are written anew, those by people too.
	err = execIn(ctx, a.r, replaced, `DELETE FROM label WHERE (set_by <> $1 OR EXISTS
		(SELECT 1 FROM story s WHERE s.id = label.story_id AND s.corrected = TRUE)) AND story_id IN (%s)`, string(feeds.ByPerson))
	if err != nil {
		return fmt.Errorf("replace labels: %w", err)
	}
	// What people had said about a story that is parted from one goes with it.
	if err := execIn(ctx, a.r, a.others, `DELETE FROM label WHERE story_id IN (%s)`); err != nil {
		return fmt.Errorf("replace labels by people: %w", err)
	}
	var args []any
	for i := range a.Stories {
		s := &a.Stories[i]
		if args, err = appendLabels(args, s.ID, labelRows(s.Labels, s.AddLabels, corrections[s.ID])); err != nil {
			return err
		}
	}
	_, err = addLabel.rows(ctx, a.r, args)
	return err
}

// derive makes the terms. A new story needs nothing from the database for it.
func (a *application) derive(ctx context.Context) error {
	var fresh []any
	for i := range a.Moves {
		if to := a.Moves[i].To; a.minted[to] {
			a.before[to] = &derived{id: to} // it has copies of other sources than this one
		}
	}
	for i := range a.Stories {
		s := &a.Stories[i]
		if !a.minted[s.ID] || a.before[s.ID] != nil {
			continue
		}
		d := derived{id: s.ID, published: millis(s.Published), carriers: []carrier{a.source}}
		for _, l := range slices.Concat(s.Labels, s.AddLabels) {
			d.labels = append(d.labels, feeds.Term{Kind: feeds.TermKind(l.Kind), Value: clean(l.Value)})
		}
		for row := range d.rows() {
			fresh = append(fresh, row.gone, string(row.term.Kind), row.term.Value, row.at, s.ID)
		}
	}
	if _, err := addTerm.rows(ctx, a.r, fresh); err != nil {
		return err
	}
	return derive(ctx, a.r, a.before, a.version, a.now)
}

func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// keyAtMost is the longest key kept as it is, in bytes: PostgreSQL indexes no
// arbitrarily long texts.
const keyAtMost = 200

// keyColumn is a key as the database has it.
func keyColumn(key string) string {
	if len(key) <= keyAtMost {
		return clean(key)
	}
	sum := sha256.Sum256([]byte(key))
	return "sha256:" + hex.EncodeToString(sum[:])
}
