package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"tributary/feeds"
)

// monthSettles is how long after its end a month's archives are still open: stories that
// were published in it and come late go where they belong, and last corrections are taken.
const monthSettles = 24 * time.Hour

var (
	addArchiveTerm = insert{into: "archive_term", columns: []string{"kind", "value", "month", "story_id"},
		suffix: `ON CONFLICT (kind, value, month, story_id) DO NOTHING`}
	putArchiveStory = insert{into: "archive_story", columns: []string{"story_id", "month", "document"},
		suffix: `ON CONFLICT (story_id, month) DO UPDATE SET document = excluded.document`}
)

// everything is the term of the rows by which feeds of everything are archived.
var everything = feeds.Term{}

// archiver files changed stories under months, within a transaction that holds the
// version's row: nobody closes a month meanwhile.
type archiver struct {
	r       runner
	version int64 // of the store, of this transaction
	closed  feeds.Month
	now     feeds.Month // where stories go whose own month is closed
	kept    map[string]map[feeds.Term]feeds.Month
}

// archive files stories that changed. ids are all of them; stories are those of which
// something is published, as they stand.
//
// A row once made names its month for good: a story that stops to be selected by a term
// leaves open months alone. That is what makes a closed month's documents stay.
func (db *DB) archive(ctx context.Context, r runner, version int64, ids []string, stories []feeds.Story) error {
	a := archiver{r: r, version: version, now: feeds.MonthOf(db.now()), kept: make(map[string]map[feeds.Term]feeds.Month, len(ids))}
	if err := r.row(ctx, `SELECT value FROM meta WHERE name = 'archive closed'`).Scan(&a.closed); err != nil {
		return fmt.Errorf("archive stories: %w", err)
	}
	if a.now <= a.closed { // a clock that went back
		a.now = a.closed.Next()
	}
	if _, err := r.exec(ctx, `UPDATE meta SET value = $1 WHERE name = 'archive since' AND value = 0`, int64(a.now)); err != nil {
		return fmt.Errorf("archive stories: %w", err)
	}
	if err := a.file(ctx, ids); err != nil {
		return fmt.Errorf("archive stories: %w", err)
	}
	if err := a.freeze(ctx, stories); err != nil {
		return fmt.Errorf("archive stories: %w", err)
	}
	return nil
}

// file gives each term of a published story its month.
func (a *archiver) file(ctx context.Context, ids []string) error {
	derived, err := derivation(ctx, a.r, ids)
	if err != nil {
		return err
	}
	err = in(ctx, a.r, ids, func(scan func(...any) error) error {
		var id string
		var t feeds.Term
		var month feeds.Month
		err := scan(&id, &t.Kind, &t.Value, &month)
		if a.kept[id] == nil {
			a.kept[id] = map[feeds.Term]feeds.Month{}
		}
		a.kept[id][t] = month
		return err
	}, `SELECT story_id, kind, value, month FROM archive_term WHERE story_id IN (%s)`)
	if err != nil {
		return err
	}
	var added []any
	moved := map[string]bool{}
	for _, id := range ids {
		terms, gone, _ := derived[id].standingTerms()
		if gone || len(terms) == 0 {
			continue // its archives keep its place, for the tombstone
		}
		terms = append(terms, everything)
		if a.kept[id] == nil {
			a.kept[id] = map[feeds.Term]feeds.Month{}
		}
		kept, home := a.kept[id], a.home(derived[id], a.kept[id])
		for _, t := range terms {
			if _, filed := kept[t]; !filed {
				kept[t], moved[id] = home, true
				added = append(added, string(t.Kind), t.Value, int64(home), id)
			}
		}
		for t, month := range kept {
			if month <= a.closed || slices.Contains(terms, t) {
				continue
			}
			if _, err := a.r.exec(ctx, `DELETE FROM archive_term WHERE kind = $1 AND value = $2 AND month = $3 AND story_id = $4`,
				string(t.Kind), t.Value, int64(month), id); err != nil {
				return err
			}
			delete(kept, t)
			moved[id] = true
		}
	}
	if _, err = addArchiveTerm.rows(ctx, a.r, added); err != nil {
		return err
	}
	return execIn(ctx, a.r, slices.Sorted(maps.Keys(moved)), `UPDATE story SET filed = $1 WHERE id IN (%s)`, a.version)
}

// standingTerms is terms for a story that may be missing.
func (d *derived) standingTerms() (terms []feeds.Term, gone bool, at int64) {
	if d == nil {
		return nil, true, 0
	}
	return d.terms()
}

// home is the month under which a story is archived: the one in which it was published,
// as long as that is open, else the one under way. A story that has a place keeps it.
func (a *archiver) home(d *derived, kept map[feeds.Term]feeds.Month) feeds.Month {
	home, placed := kept[everything]
	if !placed && d.published != 0 {
		home = feeds.MonthOf(moment(d.published))
	}
	if home <= a.closed || home > a.now || !home.Valid() {
		return a.now
	}
	return home
}

// frozen is a story as the archives of a month show it, in the form in which it is kept.
type frozen struct {
	Published time.Time     `json:"published"`
	Updated   time.Time     `json:"updated"`
	Created   time.Time     `json:"created"`
	Changed   time.Time     `json:"changed"`
	Copies    []frozenCopy  `json:"copies"` // the lead first
	Labels    []frozenLabel `json:"labels"`
}

type frozenCopy struct {
	Entry    int64 `json:"entry"`
	Revision int   `json:"revision"`
}

type frozenLabel struct {
	Kind    feeds.LabelKind `json:"kind"`
	Value   string          `json:"value"`
	Score   float64         `json:"score"`
	Primary bool            `json:"primary,omitempty"`
	By      feeds.By        `json:"by,omitempty"`
	Script  string          `json:"script,omitempty"` // of a language: what its evidence says
}

func freeze(s *feeds.Story) frozen {
	f := frozen{Published: s.Published, Updated: s.Updated, Created: s.Created, Changed: s.Changed,
		Copies: make([]frozenCopy, 0, len(s.Copies)), Labels: make([]frozenLabel, 0, len(s.Labels))}
	for i := range s.Copies {
		f.Copies = append(f.Copies, frozenCopy{s.Copies[i].EntryID, s.Copies[i].Revision})
	}
	for _, l := range s.Labels {
		label := frozenLabel{Kind: l.Kind, Value: l.Value, Score: l.Score, Primary: l.Primary, By: l.By}
		for _, e := range l.Evidence {
			if e.Rule == feeds.RuleScript {
				label.Script = e.Text
			}
		}
		f.Labels = append(f.Labels, label)
	}
	return f
}

// touched says whether a withdrawal, a merge or a split took a copy away.
func (f *frozen) touched(s *feeds.Story) bool {
	return slices.ContainsFunc(f.Copies, func(kept frozenCopy) bool {
		return !slices.ContainsFunc(s.Copies, func(c feeds.Copy) bool { return c.EntryID == kept.Entry })
	})
}

// freeze writes how archives show the stories: those of open months always, those of
// closed months only when they can show them no longer as they did.
func (a *archiver) freeze(ctx context.Context, stories []feeds.Story) error {
	ids := make([]string, len(stories))
	standing := make(map[string]*feeds.Story, len(stories))
	for i := range stories {
		ids[i], standing[stories[i].ID] = stories[i].ID, &stories[i]
	}
	var rows []any
	put := func(id string, month feeds.Month) error {
		document, err := encode(freeze(standing[id]))
		rows = append(rows, id, int64(month), document)
		return err
	}
	if err := in(ctx, a.r, ids, func(scan func(...any) error) error {
		id, month, f, err := scanFrozen(scan)
		if err != nil || !f.touched(standing[id]) {
			return err
		}
		return put(id, month)
	}, frozenColumns+` WHERE month <= $1 AND story_id IN (%s)`, int64(a.closed)); err != nil {
		return err
	}
	for _, id := range ids {
		months := slices.Sorted(maps.Values(a.kept[id]))
		for _, month := range slices.Compact(months) {
			if month <= a.closed {
				continue
			}
			if err := put(id, month); err != nil {
				return err
			}
		}
	}
	_, err := putArchiveStory.rows(ctx, a.r, rows)
	return err
}

const frozenColumns = `SELECT story_id, month, document FROM archive_story`

func scanFrozen(scan func(...any) error) (id string, month feeds.Month, f frozen, err error) {
	var document string
	if err = scan(&id, &month, &document); err != nil {
		return
	}
	if err = json.Unmarshal([]byte(document), &f); err != nil {
		err = fmt.Errorf("read archived story %s: %w", id, err)
	}
	return
}

// CloseMonths closes the months that ended more than a day ago: what their archives show
// from then on stays, except for what is withdrawn, merged or split. Months before the one
// in which archiving began close together with that one, so that the stories that a new
// installation finds are archived under the months in which they were published. Stories
// that wait for IndexPending are to be filed first. Closing twice is closing once.
func (db *DB) CloseMonths(ctx context.Context) error {
	var closed, since feeds.Month
	err := db.reader().row(ctx, `SELECT c.value, s.value FROM meta c, meta s WHERE c.name = 'archive closed' AND s.name = 'archive since'`).Scan(&closed, &since)
	if err != nil {
		return fmt.Errorf("close archives: %w", err)
	}
	last := feeds.MonthOf(db.now().Add(-monthSettles)).Previous()
	if since == 0 || last < since || last <= closed {
		return nil
	}
	err = db.transact(ctx, false, func(r runner) error {
		if _, err := bump(ctx, r); err != nil { // documents say who follows whom
			return err
		}
		_, err := r.exec(ctx, `UPDATE meta SET value = $1 WHERE name = 'archive closed' AND value < $2`, int64(last), int64(last))
		return err
	})
	if err != nil {
		return fmt.Errorf("close archives: %w", err)
	}
	return nil
}
