package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"tributary/feeds"
)

// NewsletterRun says where a newsletter stands.
type NewsletterRun struct {
	Slug    string
	Slot    time.Time // the scheduled moment that was dealt with last; when it was first seen, at first
	Number  int       // of the latest issue; 0 before the first
	Outcome string    // made or skipped; "" before the first slot
	Detail  string    // why, in plain words
	At      time.Time // when
}

// NewsletterSlot is how one scheduled moment of a newsletter ended.
type NewsletterSlot struct {
	Slug   string
	Before time.Time // the slot that stood when it was worked out
	Slot   time.Time
	Issue  *feeds.Issue // nil: skipped; its Number is given out by MakeIssue
	Detail string
	Mail   bool // to every active subscriber
	Pins   []string
}

// NewsletterRuns reads where each newsletter stands, by slug; those that were never begun
// are not in it.
func (db *DB) NewsletterRuns(ctx context.Context) (map[string]NewsletterRun, error) {
	out := map[string]NewsletterRun{}
	err := db.reader().query(ctx, func(scan func(...any) error) error {
		var n NewsletterRun
		var slot, at int64
		err := scan(&n.Slug, &slot, &n.Number, &n.Outcome, &n.Detail, &at)
		n.Slot, n.At = moment(slot), moment(at)
		out[n.Slug] = n
		return err
	}, `SELECT slug, slot_ms, number, outcome, detail, at_ms FROM newsletter`)
	if err != nil {
		return nil, fmt.Errorf("read newsletters: %w", err)
	}
	return out, nil
}

// BeginNewsletter makes a newsletter start: its first issue is that of the first scheduled
// moment after now. One that has begun stays as it is.
func (db *DB) BeginNewsletter(ctx context.Context, slug string, now time.Time) error {
	err := db.transact(ctx, false, func(r runner) error {
		_, err := r.exec(ctx, `INSERT INTO newsletter (slug, slot_ms, number, outcome, detail, at_ms)
			VALUES ($1, $2, 0, '', '', 0) ON CONFLICT DO NOTHING`, clean(slug), millis(now))
		return err
	})
	if err != nil {
		return fmt.Errorf("begin newsletter %s: %w", slug, err)
	}
	return nil
}

// errSlotTaken: another process has dealt with the slot, or the period has its issue.
var errSlotTaken = errors.New("slot taken")

// MakeIssue ends a scheduled moment in one transaction: the newsletter moves on, and with an
// issue its stories, what it shows them by, one mail for each subscriber and a new version
// are kept, and its pins are let go. ended is false, and nothing is kept, when another
// process was quicker. An issue of a period that has one is not kept, though the newsletter
// moves on: number is 0 then, as it is without an issue.
func (db *DB) MakeIssue(ctx context.Context, s NewsletterSlot, now time.Time) (number int, ended bool, err error) {
	err = db.transact(ctx, false, func(r runner) error {
		number = 0
		outcome := "skipped"
		if s.Issue != nil {
			outcome = "made"
		}
		// The row's lock makes processes take turns; only the first finds the slot as it was.
		var latest int
		err := r.row(ctx, `UPDATE newsletter SET slot_ms = $1, outcome = $2, detail = $3, at_ms = $4
			WHERE slug = $5 AND slot_ms = $6 RETURNING number`,
			millis(s.Slot), outcome, clean(s.Detail), millis(now), clean(s.Slug), millis(s.Before)).Scan(&latest)
		if errors.Is(err, sql.ErrNoRows) {
			return errSlotTaken
		}
		if err != nil || s.Issue == nil {
			return err
		}
		var there int
		if err := r.row(ctx, `SELECT count(*) FROM newsletter_issue WHERE slug = $1 AND period = $2`, clean(s.Slug), s.Issue.Period).Scan(&there); err != nil {
			return err
		}
		if there > 0 {
			_, err := r.exec(ctx, `UPDATE newsletter SET outcome = 'skipped', detail = $1 WHERE slug = $2`, "the period "+s.Issue.Period+" has an issue", clean(s.Slug))
			return err
		}
		number = latest + 1
		return keepIssue(ctx, r, &s, number)
	})
	if errors.Is(err, errSlotTaken) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("keep issue of %s: %w", s.Slug, err)
	}
	return number, true, nil
}

func keepIssue(ctx context.Context, r runner, s *NewsletterSlot, number int) error {
	slug := clean(s.Slug)
	if _, err := r.exec(ctx, `UPDATE newsletter SET number = $1 WHERE slug = $2`, number, slug); err != nil {
		return err
	}
	if _, err := r.exec(ctx, `INSERT INTO newsletter_issue (slug, number, period, made_ms) VALUES ($1, $2, $3, $4)`,
		slug, number, s.Issue.Period, millis(s.Issue.Made)); err != nil {
		return err
	}
	for i, item := range s.Issue.Items {
		if _, err := r.exec(ctx, `INSERT INTO newsletter_item (slug, number, position, story_id, score, pinned) VALUES ($1, $2, $3, $4, $5, $6)`,
			slug, number, i, item.Story, item.Score, item.Pinned); err != nil {
			return err
		}
		for _, entry := range item.Shown {
			if _, err := r.exec(ctx, `INSERT INTO newsletter_shown (slug, entry_id, number, position) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
				slug, entry, number, i); err != nil {
				return err
			}
		}
	}
	for _, story := range s.Pins {
		if _, err := r.exec(ctx, unpin, slug, clean(story)); err != nil {
			return err
		}
	}
	if s.Mail {
		if _, err := r.exec(ctx, `INSERT INTO newsletter_mail (slug, number, subscriber_id, state, next_ms)
			SELECT slug, CAST($1 AS INTEGER), id, 'queued', CAST($2 AS BIGINT) FROM newsletter_subscriber WHERE slug = $3 AND state = 'active'`,
			number, millis(s.Issue.Made), slug); err != nil {
			return err
		}
	}
	_, err := bump(ctx, r) // its feed has changed
	return err
}

// ToldStories are the ids of the stories that issues of a newsletter have told, as they are
// now: those they were then, those they have become part of, and those that hold an entry by
// which an issue has shown one.
func (db *DB) ToldStories(ctx context.Context, slug string) (map[string]bool, error) {
	told := map[string]bool{}
	for _, query := range []string{
		`SELECT story_id FROM newsletter_item WHERE slug = $1`,
		`SELECT s.merged_into FROM newsletter_item i JOIN story s ON s.id = i.story_id WHERE i.slug = $1 AND s.merged_into <> ''`,
		`SELECT e.story_id FROM newsletter_shown w JOIN entry e ON e.id = w.entry_id WHERE w.slug = $1`,
	} {
		ids, err := storyIDs(ctx, db.reader(), query, clean(slug))
		if err != nil {
			return nil, fmt.Errorf("read what %s has told: %w", slug, err)
		}
		for _, id := range ids {
			told[id] = true
		}
	}
	return told, nil
}

// Issues lists a newsletter's issues, the latest first; below bounds their numbers, 0 for
// none. An item's story is the one that holds its first shown entry now.
func (db *DB) Issues(ctx context.Context, slug string, below, limit int) ([]feeds.Issue, error) {
	if below <= 0 {
		below = 1 << 30
	}
	out, err := db.issues(ctx, `slug = $1 AND number < $2 ORDER BY number DESC LIMIT $3`, clean(slug), below, limit)
	if err != nil {
		return nil, fmt.Errorf("list issues of %.80s: %w", slug, err)
	}
	return out, nil
}

// Issue reads one; feeds.ErrNotFound when there is none.
func (db *DB) Issue(ctx context.Context, slug string, number int) (feeds.Issue, error) {
	out, err := db.issues(ctx, `slug = $1 AND number = $2`, clean(slug), number)
	if err == nil && len(out) == 0 {
		err = feeds.ErrNotFound
	}
	if err != nil {
		return feeds.Issue{}, fmt.Errorf("read issue %d of %.80s: %w", number, slug, err)
	}
	return out[0], nil
}

func (db *DB) issues(ctx context.Context, where string, args ...any) ([]feeds.Issue, error) {
	var out []feeds.Issue
	err := db.view(ctx, func(r runner) error {
		out = nil
		err := r.query(ctx, func(scan func(...any) error) error {
			var i feeds.Issue
			var made int64
			err := scan(&i.Newsletter, &i.Number, &i.Period, &made)
			i.Made = moment(made)
			out = append(out, i)
			return err
		}, `SELECT slug, number, period, made_ms FROM newsletter_issue WHERE `+where, args...)
		if err != nil {
			return err
		}
		for i := range out {
			if err := loadItems(ctx, r, &out[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func loadItems(ctx context.Context, r runner, issue *feeds.Issue) error {
	err := r.query(ctx, func(scan func(...any) error) error {
		var item feeds.IssueItem
		err := scan(&item.Story, &item.Score, &item.Pinned)
		issue.Items = append(issue.Items, item)
		return err
	}, `SELECT CASE WHEN s.merged_into <> '' THEN s.merged_into ELSE i.story_id END, i.score, i.pinned FROM newsletter_item i
		LEFT JOIN story s ON s.id = i.story_id WHERE i.slug = $1 AND i.number = $2 ORDER BY i.position`, issue.Newsletter, issue.Number)
	if err != nil {
		return err
	}
	return r.query(ctx, func(scan func(...any) error) error {
		var position int
		var entry int64
		var story string
		if err := scan(&position, &entry, &story); err != nil {
			return err
		}
		if position < 0 || position >= len(issue.Items) {
			return nil
		}
		item := &issue.Items[position]
		if len(item.Shown) == 0 {
			item.Story = story
		}
		item.Shown = append(item.Shown, entry)
		return nil
	}, `SELECT w.position, w.entry_id, e.story_id FROM newsletter_shown w JOIN entry e ON e.id = w.entry_id
		WHERE w.slug = $1 AND w.number = $2 ORDER BY w.position, w.entry_id`, issue.Newsletter, issue.Number)
}

// StoriesByID reads stories by their ids, withdrawn ones and copies too, sources on trial
// left out; one that has become part of another is given under the id that was asked for.
func (db *DB) StoriesByID(ctx context.Context, ids []string) (map[string]feeds.Story, error) {
	out := map[string]feeds.Story{}
	err := db.view(ctx, func(r runner) error {
		now := map[string]string{} // id asked for -> id now
		var standing []string
		err := in(ctx, r, ids, func(scan func(...any) error) error {
			var id, is string
			err := scan(&id, &is)
			if _, double := now[id]; !double {
				now[id] = is
				standing = append(standing, is)
			}
			return err
		}, `SELECT id, CASE WHEN merged_into <> '' THEN merged_into ELSE id END FROM story WHERE id IN (%s)`)
		if err != nil {
			return err
		}
		stories, err := load(ctx, r, standing, untriedCopies)
		if err != nil {
			return err
		}
		byID := map[string]feeds.Story{}
		for _, s := range stories {
			byID[s.ID] = s
		}
		for id, is := range now {
			if s, ok := byID[is]; ok {
				out[id] = s
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read stories: %w", err)
	}
	return out, nil
}

// Pins lists what editors want in the next issue, in the order in which they said so.
func (db *DB) Pins(ctx context.Context, slug string) ([]feeds.Pin, error) {
	var out []feeds.Pin
	err := db.reader().query(ctx, func(scan func(...any) error) error {
		var p feeds.Pin
		var at int64
		err := scan(&p.Newsletter, &p.Story, &p.By, &at)
		p.At = moment(at)
		out = append(out, p)
		return err
	}, `SELECT p.slug, CASE WHEN s.merged_into <> '' THEN s.merged_into ELSE p.story_id END, p.set_by, p.at_ms
		FROM newsletter_pin p LEFT JOIN story s ON s.id = p.story_id WHERE p.slug = $1 ORDER BY p.at_ms, p.story_id`, clean(slug))
	if err != nil {
		return nil, fmt.Errorf("list pins of %.80s: %w", slug, err)
	}
	return out, nil
}

// Pin keeps what an editor wants in the next issue; twice is once.
func (db *DB) Pin(ctx context.Context, p feeds.Pin) error {
	err := db.transact(ctx, false, func(r runner) error {
		_, err := r.exec(ctx, `INSERT INTO newsletter_pin (slug, story_id, set_by, at_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
			clean(p.Newsletter), clean(p.Story), clean(p.By), millis(p.At))
		return err
	})
	if err != nil {
		return fmt.Errorf("pin story: %w", err)
	}
	return nil
}

const unpin = `DELETE FROM newsletter_pin WHERE slug = $1 AND (story_id = $2
	OR story_id IN (SELECT id FROM story WHERE merged_into = $2 AND merged_into <> ''))`

// Unpin takes back a pin, also one of a story that has become part of this one;
// feeds.ErrNotFound when there is none.
func (db *DB) Unpin(ctx context.Context, slug, story string) error {
	err := db.transact(ctx, false, func(r runner) error {
		result, err := r.exec(ctx, unpin, clean(slug), clean(story))
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		if err == nil && n == 0 {
			err = feeds.ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("unpin story: %w", err)
	}
	return nil
}
