package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tributary/feeds"
	"tributary/internal/dedupe"
	"tributary/internal/store"
)

// Decide keeps what a person decided about entries and brings their stories in line with
// it, in one transaction: feeds, search and pages show it with their next look. What is
// decided already is returned as it is, and added is false. r comes back with id and
// moment.
//
// It fails with feeds.ErrInvalid and feeds.ErrNotFound (no such entry or source).
func (d *Desk) Decide(ctx context.Context, r feeds.Ruling) (kept feeds.Ruling, added bool, err error) {
	if err := r.Check(); err != nil {
		return r, false, fmt.Errorf("decide: %w", err)
	}
	r.At = d.Now()
	err = d.regroup(ctx, func(ctx context.Context, tx *store.Tx) (ruled, error) {
		kept, added, err = tx.AddRuling(ctx, r)
		if err != nil || !added {
			return ruled{}, err
		}
		return ruled{near: slices.Concat(kept.Entries, kept.Others), withdraw: kept}, nil
	})
	if err == nil && added && kept.Action == feeds.RulingApart {
		err = d.part(ctx, kept.Sources[0], kept.Sources[1])
	}
	if err != nil {
		return r, false, fmt.Errorf("decide: %w", err)
	}
	return kept, added, nil
}

// RevokeRuling takes a ruling back: what was said before it holds again, else what the
// machine finds. One that was taken back before is returned as it is. It fails with
// feeds.ErrNotFound.
func (d *Desk) RevokeRuling(ctx context.Context, id int64, by string) (r feeds.Ruling, err error) {
	err = d.regroup(ctx, func(ctx context.Context, tx *store.Tx) (ruled, error) {
		var done bool
		if r, done, err = tx.RevokeRuling(ctx, id, by, d.Now()); err != nil || !done {
			return ruled{}, err
		}
		return ruled{near: slices.Concat(r.Entries, r.Others), restore: r}, nil
	})
	if err != nil {
		return r, fmt.Errorf("take back ruling: %w", err)
	}
	return r, nil
}

// part regroups the stories that two sources carry, some at a time. What it does not come
// to, because it is stopped, stays until one of the entries is met again.
func (d *Desk) part(ctx context.Context, one, other string) error {
	after := ""
	for {
		ids, err := d.Store.StoriesOfBoth(ctx, one, other, after, partAtOnce)
		if err != nil || len(ids) == 0 {
			return err
		}
		after = ids[len(ids)-1]
		err = d.regroup(ctx, func(ctx context.Context, tx *store.Tx) (ruled, error) {
			members, err := tx.Members(ctx, nil, ids)
			if err != nil {
				return ruled{}, err
			}
			r := ruled{}
			for i := range members {
				r.near = append(r.near, members[i].EntryID)
			}
			return r, nil
		})
		if err != nil {
			return err
		}
	}
}

const partAtOnce = 50 // stories

// ruled is what became of a ruling: the entries whose stories are to be looked at, and
// those that go or come back with it.
type ruled struct {
	near     []int64
	withdraw feeds.Ruling // when its action is that
	restore  feeds.Ruling
}

// regroup does something about rulings and then plans the stories near by them, as a pull
// does that brings nothing new.
func (d *Desk) regroup(ctx context.Context, fn func(ctx context.Context, tx *store.Tx) (ruled, error)) error {
	l, err := newLabeller(ctx, d.Store, d.Classify)
	if err != nil {
		return err
	}
	return d.Store.Commit(ctx, func(ctx context.Context, tx *store.Tx) error {
		what, err := fn(ctx, tx)
		if err != nil || len(what.near) == 0 {
			return err
		}
		return d.settle(ctx, tx, l, &batch{anew: what.restore.ID != 0}, nil, what)
	})
}

// settle plans the stories near by some entries and writes how they stand then. Items of
// the batch are kept entries with new prints.
func (d *Desk) settle(ctx context.Context, tx *store.Tx, l *labeller, b *batch, known map[int64]store.Known, what ruled) error {
	book, err := tx.RuleBook(ctx)
	if err != nil {
		return err
	}
	b.now, b.labeller = d.Now(), l.with(book)
	r := &run{Puller: &Puller{Now: d.Now, Headquarters: d.Headquarters, Grouping: d.Grouping}, sources: l.sources}
	g, err := r.group(ctx, tx, b, known, slices.Clone(what.near))
	if err != nil {
		return err
	}
	change := store.Change{Desk: true, Now: b.now, Labelling: d.Labelling, Rules: book.Number}
	g.withdraw(&what.withdraw)
	g.restore(&what.restore)
	stories := newStoryBook(r, b, g)
	near := g.regrouped()
	if known == nil {
		near = append(near, what.near...)
	}
	standing, err := tx.StoriesOf(ctx, near)
	if err != nil {
		return err
	}
	stories.load(standing)
	stories.move(g)
	stories.restore(&what.restore)
	change.Stories = stories.states()
	g.into(&change)
	for i := range b.items {
		change.Prints = append(change.Prints, *g.print(&b.items[i]))
	}
	return tx.Apply(ctx, change)
}

// Reprint makes the prints of kept entries that have none, as those of before there were
// any, and groups them: what is one story stays one. It can be stopped at any time and goes
// on where it was; progress, when not nil, hears how many are done.
func (d *Desk) Reprint(ctx context.Context, progress func(done int)) error {
	l, err := newLabeller(ctx, d.Store, d.Classify)
	if err != nil {
		return fmt.Errorf("make prints: %w", err)
	}
	done, after := 0, int64(-1)
	for {
		ids, err := d.Store.Unprinted(ctx, after, reprintAtOnce)
		if err != nil || len(ids) == 0 {
			return err
		}
		after = ids[len(ids)-1]
		err = d.Store.Commit(ctx, func(ctx context.Context, tx *store.Tx) error {
			stories, err := tx.StoriesOf(ctx, ids)
			if err != nil {
				return err
			}
			b, known := &batch{}, map[int64]store.Known{}
			for i := range stories {
				for j := range stories[i].Copies {
					c := &stories[i].Copies[j]
					if _, wanted := slices.BinarySearch(ids, c.EntryID); !wanted {
						continue
					}
					it, source := kept(c), l.sources[c.SourceID]
					it.Hashes = dedupe.Fingerprint(c.SourceID, &it.entry, it.text)
					it.ID = c.EntryID
					it.published = standingDate(c.Entry.Published, c.Entry.Updated, c.FirstSeen)
					p := dedupe.NewPrint(c.SourceID, &it.Hashes, &it.entry, it.text, it.published, dedupe.LabelledBy(l.labels(source, it)), nil)
					it.print = &p
					b.items = append(b.items, *it)
					known[it.ID] = store.Known{ID: it.ID}
				}
			}
			return d.settle(ctx, tx, l, b, known, ruled{})
		})
		if err != nil {
			return fmt.Errorf("make prints: %w", err)
		}
		if done += len(ids); progress != nil {
			progress(done)
		}
	}
}

const reprintAtOnce = 100 // entries

// withdraw has a ruling's entries go.
func (g *grouping) withdraw(r *feeds.Ruling) {
	if r.Action != feeds.RulingWithdraw {
		return
	}
	for _, id := range r.Entries {
		if _, kept := g.kept[id]; !kept {
			continue
		}
		g.taking = append(g.taking, store.Taking{EntryID: id, Ruling: r.ID})
		if r.Whole {
			g.taken[g.story(id)] = r.ID
		}
	}
	if r.Whole {
		g.takeAlong()
	}
	g.taking = lastOfEach(g.taking)
}

// restore has what went by a ruling come back, unless another one withdraws it, too.
func (g *grouping) restore(r *feeds.Ruling) {
	if r.Action != feeds.RulingWithdraw {
		return
	}
	for id, k := range g.kept {
		if k.Taken != r.ID {
			continue
		}
		other := int64(0)
		for i := range g.rulings {
			if s := &g.rulings[i]; s.ID != r.ID && s.Action == feeds.RulingWithdraw && slices.Contains(s.Entries, id) {
				other = s.ID
			}
		}
		g.taking = append(g.taking, store.Taking{EntryID: id, Ruling: other})
	}
	for story, by := range g.taken {
		if by == r.ID {
			g.taken[story] = 0
		}
	}
	g.taking = lastOfEach(g.taking)
}

// restore has the copies that a ruling had withdrawn take part again, but for those that
// their publisher had withdrawn before, and those that another ruling withdraws, too.
func (s *storyBook) restore(r *feeds.Ruling) {
	for _, t := range s.g.taking {
		o := s.open[s.g.story(t.EntryID)]
		if t.Ruling != 0 || o == nil || o.kept[t.EntryID] == nil {
			continue
		}
		c := o.kept[t.EntryID]
		if !r.Purged.IsZero() {
			continue // nothing is left of it to show
		}
		if c.Withdrawn.Equal(r.At) || c.Withdrawn.Equal(c.FirstSeen) {
			o.copies = append(o.copies, s.standingOfCopy(c))
			o.relabel = true
		}
	}
}

func lastOfEach(list []store.Taking) []store.Taking {
	at := map[int64]int{}
	out := list[:0:0]
	for _, t := range list {
		if i, ok := at[t.EntryID]; ok {
			out[i] = t
			continue
		}
		at[t.EntryID] = len(out)
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b store.Taking) int { return strings.Compare(fmt.Sprint(a.EntryID), fmt.Sprint(b.EntryID)) })
	return out
}

// Verdict says what two entries say of being one story.
type Verdict = dedupe.Verdict

// Way says by which links two entries are one story, or what keeps their stories apart.
type Way = dedupe.Way

// SharedKeys are keys of one kind that two entries both have.
type SharedKeys = dedupe.SharedKeys

// Pair says why two entries are one story, or are not.
type Pair struct {
	Entries [2]int64
	Stories [2]string
	Verdict Verdict
	// Through are the entries by which the two are one story although nothing says so of
	// themselves, from the one to the other.
	Through []int64
	Way                    // the links by which they are one story, or what keeps them apart
	Keys    []SharedKeys   // by which they find each other
	Rulings []feeds.Ruling // standing ones about either
}

// Why says why two kept entries are one story, or are not. It changes nothing. It fails
// with feeds.ErrNotFound.
func (d *Desk) Why(ctx context.Context, one, other int64) (p Pair, err error) {
	p.Entries = [2]int64{one, other}
	l, err := newLabeller(ctx, d.Store, d.Classify)
	if err != nil {
		return p, fmt.Errorf("explain grouping: %w", err)
	}
	// A transaction that writes nothing: it sees what a pull would see.
	err = d.Store.Commit(ctx, func(ctx context.Context, tx *store.Tx) error {
		r := &run{Puller: &Puller{Now: d.Now, Headquarters: d.Headquarters, Grouping: d.Grouping}, sources: l.sources}
		g, err := r.group(ctx, tx, &batch{now: d.Now(), labeller: l}, nil, []int64{one, other})
		if err != nil {
			return err
		}
		for i, id := range p.Entries {
			k, ok := g.kept[id]
			if !ok {
				return fmt.Errorf("entry %d: %w", id, feeds.ErrNotFound)
			}
			p.Stories[i] = k.StoryID
		}
		for i := range g.rulings {
			said := slices.Concat(g.rulings[i].Entries, g.rulings[i].Others)
			if slices.Contains(said, one) || slices.Contains(said, other) {
				p.Rulings = append(p.Rulings, g.rulings[i])
			}
		}
		a, b := &g.members[g.place[one]], &g.members[g.place[other]]
		p.Verdict = dedupe.Verify(&a.Print, &b.Print, d.Grouping.Windows)
		p.Keys = dedupe.Shared(&a.Print, &b.Print)
		p.Way = dedupe.Between(g.members, g.ruled(), d.Grouping.Windows, one, other)
		for _, s := range p.Chain[:max(0, len(p.Chain)-1)] {
			p.Through = append(p.Through, s.To)
		}
		return errNothingToKeep
	})
	if err != nil && !errors.Is(err, errNothingToKeep) {
		return p, fmt.Errorf("explain grouping: %w", err)
	}
	return p, nil
}

// errNothingToKeep ends a transaction that was only to look.
var errNothingToKeep = errors.New("nothing to keep")

// Purge erases the words of what a ruling withdrew: texts of all versions, originals,
// titles, labels and the search index. Ids stay, so that nothing comes back as news. It
// fails with feeds.ErrNotFound and, for a ruling that withdraws nothing or was taken back,
// with feeds.ErrInvalid.
func (d *Desk) Purge(ctx context.Context, id int64) (feeds.Ruling, error) {
	r, err := d.Store.Purge(ctx, id, d.Now())
	if err != nil {
		return r, fmt.Errorf("purge: %w", err)
	}
	return r, nil
}
