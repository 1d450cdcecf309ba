package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"tributary/feeds"
)

// ErrRulesChanged: labels were made by rules of sources that changed meanwhile.
var ErrRulesChanged = errors.New("the rules of sources changed meanwhile")

// Labelling gives the number of what labels are made by, a taxonomy and the program's
// rules under one name. A name that was never met gets a new one; of several processes
// that meet it at once, one gives the number and the others find it.
func (db *DB) Labelling(ctx context.Context, name string) (int64, error) {
	name = clean(name)
	var number int64
	find := func(r runner) error {
		return r.row(ctx, `SELECT number FROM labelling WHERE name = $1`, name).Scan(&number)
	}
	err := find(db.reader())
	if errors.Is(err, sql.ErrNoRows) {
		err = db.transact(ctx, true, func(r runner) error {
			// Nobody else numbers while the lock is held, but somebody may have just before.
			if err := find(r); !errors.Is(err, sql.ErrNoRows) {
				return err
			}
			_, err := r.exec(ctx, `INSERT INTO labelling (number, name, since_ms)
				SELECT COALESCE(MAX(number), 0) + 1, $1, $2 FROM labelling`, name, millis(db.now()))
			if err != nil {
				return err
			}
			return find(r)
		})
	}
	if err != nil {
		return 0, fmt.Errorf("number labelling: %w", err)
	}
	return number, nil
}

// LabelledStory is a story with what its labels came of.
type LabelledStory struct {
	feeds.Story       // with all copies, also those of sources on trial
	Version     int64 // moves with every change of the story
	Labelled    int64 // number of the labelling; 0 unknown, -1 asked for anew
	Corrections []feeds.Correction
}

// RelabelQuery chooses stories to label anew. Withdrawn stories are never among them:
// their tombstones stay in the feeds that had them.
type RelabelQuery struct {
	Labelling int64     // stories with another number
	Asked     bool      // only those that were asked for, whatever their number
	All       bool      // whatever their number
	Source    string    // only those that it carries
	Since     time.Time // only those published then or later
	After     string    // id: only later ones
	Limit     int
}

// ToRelabel reads the next stories to label anew, by id.
func (db *DB) ToRelabel(ctx context.Context, q RelabelQuery) ([]LabelledStory, error) {
	var found []LabelledStory
	err := db.view(ctx, func(r runner) error {
		w := writer{dialect: r.dialect}
		w.text(`SELECT id FROM story WHERE `)
		w.relabel(q)
		w.text(` AND id > `)
		w.value(clean(q.After))
		w.text(` ORDER BY id LIMIT `)
		w.value(q.Limit)
		ids, err := storyIDs(ctx, r, w.b.String(), w.args...)
		if err != nil {
			return err
		}
		found, err = labelledStories(ctx, r, ids)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list stories to label: %w", err)
	}
	return found, nil
}

// CountToRelabel says how many stories ToRelabel would give in all.
func (db *DB) CountToRelabel(ctx context.Context, q RelabelQuery) (int, error) {
	var n int
	r := db.reader()
	w := writer{dialect: r.dialect}
	w.text(`SELECT count(*) FROM story WHERE `)
	w.relabel(q)
	if err := r.row(ctx, w.b.String(), w.args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count stories to label: %w", err)
	}
	return n, nil
}

// AskRelabel asks for the stories of a query to be labelled anew and returns how many.
func (db *DB) AskRelabel(ctx context.Context, q RelabelQuery) (int, error) {
	var n int64
	err := db.transact(ctx, true, func(r runner) error {
		w := writer{dialect: r.dialect}
		w.text(`UPDATE story SET labelled = -1 WHERE `)
		w.relabel(q)
		done, err := r.exec(ctx, w.b.String(), w.args...)
		if err != nil {
			return err
		}
		n, err = done.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("ask for stories to be labelled: %w", err)
	}
	return int(n), nil
}

func (w *writer) relabel(q RelabelQuery) {
	w.text(`withdrawn_ms = 0`)
	switch {
	case q.All:
	case q.Asked:
		w.text(` AND labelled = -1`)
	default:
		w.text(` AND labelled <> `)
		w.value(q.Labelling)
	}
	if q.Source != "" {
		w.text(` AND id IN (SELECT story_id FROM entry WHERE source_id = `)
		w.value(clean(q.Source))
		w.text(`)`)
	}
	if !q.Since.IsZero() {
		w.text(` AND published_ms >= `)
		w.value(millis(q.Since))
	}
}

func storyIDs(ctx context.Context, r runner, query string, args ...any) ([]string, error) {
	var ids []string
	err := r.query(ctx, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		ids = append(ids, id)
		return err
	}, query, args...)
	return ids, err
}

// LabelledStories reads stories as of the transaction, by id. Unknown ids are left out.
func (tx *Tx) LabelledStories(ctx context.Context, ids []string) ([]LabelledStory, error) {
	found, err := labelledStories(ctx, tx.r, ids)
	if err != nil {
		return nil, fmt.Errorf("read stories to label: %w", err)
	}
	return found, nil
}

func labelledStories(ctx context.Context, r runner, ids []string) ([]LabelledStory, error) {
	stories, err := load(ctx, r, ids, allCopies)
	if err != nil {
		return nil, err
	}
	corrections, err := correctionsOf(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	out := make([]LabelledStory, len(stories))
	place := make(map[string]int, len(stories))
	for i := range stories {
		out[i].Story, out[i].Corrections = stories[i], corrections[stories[i].ID]
		place[stories[i].ID] = i
	}
	err = in(ctx, r, ids, func(scan func(...any) error) error {
		var id string
		var version, labelled int64
		err := scan(&id, &version, &labelled)
		if i, ok := place[id]; ok {
			out[i].Version, out[i].Labelled = version, labelled
		}
		return err
	}, `SELECT id, version, labelled FROM story WHERE id IN (%s)`)
	return out, err
}

// Relabelling is stories with the labels that machines give them now.
type Relabelling struct {
	Now       time.Time
	Labelling int64 // what they are labelled by
	Rules     int64 // number of the rule book they are labelled by
	Stories   []Relabelled
}

// Relabelled is one story of a Relabelling. Labels and AddLabels are as in StoryState.
// Version and Labelled are as they were read: a story that has changed since is left
// for the next time.
type Relabelled struct {
	ID        string
	Version   int64
	Labelled  int64
	Labels    []feeds.Label
	AddLabels []feeds.Label
}

// Relabel writes labels, corrected by what people say about them. Only a story of which
// a label, its order or the primary country changed gets a new version; evidence and
// scores are brought up to date without. It returns how many stories changed so. It
// fails with ErrRulesChanged, and then writes nothing.
func (tx *Tx) Relabel(ctx context.Context, g Relabelling) (changed int, err error) {
	changed, err = tx.relabel(ctx, &g)
	if err != nil {
		return 0, fmt.Errorf("relabel stories: %w", err)
	}
	return changed, nil
}

func (tx *Tx) relabel(ctx context.Context, g *Relabelling) (int, error) {
	var rules int64
	if err := tx.r.row(ctx, `SELECT value FROM meta WHERE name = 'rules'`).Scan(&rules); err != nil {
		return 0, err
	}
	if rules != g.Rules {
		return 0, ErrRulesChanged
	}
	standing, err := tx.unchanged(ctx, g.Stories)
	if err != nil || len(standing) == 0 {
		return 0, err
	}
	ids := make([]string, len(standing))
	for i, s := range standing {
		ids[i] = s.ID
	}
	corrections, err := correctionsOf(ctx, tx.r, ids)
	if err != nil {
		return 0, err
	}
	had := make(map[string]*feeds.Story, len(ids))
	for _, id := range ids {
		had[id] = &feeds.Story{}
	}
	if err := loadLabels(ctx, tx.r, ids, had); err != nil {
		return 0, err
	}
	var args []any
	var rewritten, changed []string
	for _, s := range standing {
		rows := labelRows(s.Labels, s.AddLabels, corrections[s.ID])
		same, alike := compareLabels(had[s.ID].Labels, rows)
		if same {
			continue
		}
		rewritten = append(rewritten, s.ID)
		if !alike {
			changed = append(changed, s.ID)
		}
		if args, err = appendLabels(args, s.ID, rows); err != nil {
			return 0, err
		}
	}
	before, err := derivation(ctx, tx.r, changed)
	if err != nil {
		return 0, err
	}
	if err := execIn(ctx, tx.r, rewritten, `DELETE FROM label WHERE story_id IN (%s)`); err != nil {
		return 0, err
	}
	if _, err := addLabel.rows(ctx, tx.r, args); err != nil {
		return 0, err
	}
	if err := execIn(ctx, tx.r, ids, `UPDATE story SET labelled = $1 WHERE id IN (%s)`, g.Labelling); err != nil {
		return 0, err
	}
	if len(changed) == 0 {
		return 0, nil
	}
	version, err := bump(ctx, tx.r)
	if err != nil {
		return 0, err
	}
	return len(changed), derive(ctx, tx.r, before, version, millis(g.Now))
}

// unchanged are the stories that stand as they were read.
func (tx *Tx) unchanged(ctx context.Context, stories []Relabelled) ([]*Relabelled, error) {
	ids := make([]string, len(stories))
	read := make(map[string]*Relabelled, len(stories))
	for i := range stories {
		ids[i], read[stories[i].ID] = stories[i].ID, &stories[i]
	}
	var out []*Relabelled
	err := in(ctx, tx.r, ids, func(scan func(...any) error) error {
		var id string
		var version, labelled, withdrawn int64
		err := scan(&id, &version, &labelled, &withdrawn)
		if s := read[id]; s != nil && withdrawn == 0 && s.Version == version && s.Labelled == labelled {
			out = append(out, s)
			delete(read, id)
		}
		return err
	}, `SELECT id, version, labelled, withdrawn_ms FROM story WHERE id IN (%s)`)
	slices.SortFunc(out, func(a, b *Relabelled) int { return cmp.Compare(a.ID, b.ID) })
	return out, err
}

// labelRow is a label with its place.
type labelRow struct {
	position int
	feeds.Label
}

// labelRows are a story's labels as its rows have them, in their order: those of the
// lead, then what its copies add, corrected by people. Each label stands once.
func labelRows(labels, added []feeds.Label, corrections []feeds.Correction) []labelRow {
	rows := make([]labelRow, 0, len(labels)+len(added))
	has := func(l *feeds.Label) bool {
		return slices.ContainsFunc(rows, func(r labelRow) bool { return r.Kind == l.Kind && r.Value == l.Value })
	}
	for i, list := range [][]feeds.Label{labels, added} {
		for j := range list {
			l := list[j]
			if l.Value = clean(l.Value); has(&l) {
				continue
			}
			position := j
			if i > 0 {
				position = addedPosition
			}
			rows = append(rows, labelRow{position, l})
		}
	}
	slices.SortStableFunc(rows, func(a, b labelRow) int {
		return cmp.Or(cmp.Compare(a.position, b.position), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
	})
	if len(corrections) == 0 {
		return rows
	}
	plain := make([]feeds.Label, len(rows))
	for i := range rows {
		plain[i] = rows[i].Label
	}
	plain = feeds.Correct(plain, corrections)
	rows = rows[:0]
	for i, l := range plain {
		if labels == nil { // the lead's stay where they are
			i = addedPosition
		}
		rows = append(rows, labelRow{i, l})
	}
	return rows
}

// Would says what labels the story would have with those that machines give it now, and
// whether that is a change of what is published.
func (s *LabelledStory) Would(labels, added []feeds.Label) (after []feeds.Label, changed bool) {
	rows := labelRows(nonNil(labels), added, s.Corrections)
	_, alike := compareLabels(s.Labels, rows)
	after = make([]feeds.Label, len(rows))
	for i := range rows {
		after[i] = rows[i].Label
	}
	return after, !alike
}

func appendLabels(args []any, story string, rows []labelRow) ([]any, error) {
	for i := range rows {
		l := &rows[i].Label
		evidence, err := encode(nonNil(l.Evidence))
		if err != nil {
			return nil, err
		}
		args = append(args, story, string(l.Kind), clean(l.Value), rows[i].position, l.Score, l.Primary, string(l.By), evidence)
	}
	return args, nil
}

// compareLabels says whether the rows would be the same, and whether what is published
// would be: which labels there are, their order and the primary country.
func compareLabels(had []feeds.Label, rows []labelRow) (same, alike bool) {
	if len(had) != len(rows) {
		return false, false
	}
	same = true
	for i := range had {
		a, b := &had[i], &rows[i].Label
		if a.Kind != b.Kind || a.Value != b.Value || a.Primary != b.Primary {
			return false, false
		}
		same = same && a.Score == b.Score && a.By == b.By && slices.Equal(a.Evidence, b.Evidence)
	}
	return same, true
}
