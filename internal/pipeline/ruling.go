package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

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
		whole, err := wholeStories(ctx, tx, r)
		if err != nil {
			return ruled{}, err
		}
		kept, added, err = tx.AddRuling(ctx, whole)
		if err != nil || !added {
			return ruled{}, err
		}
		if kept.Action == feeds.RulingApart {
			return ruled{}, tx.AskRegroup(ctx, kept.Sources, true)
		}
		return ruled{near: slices.Concat(kept.Entries, kept.Others), withdraw: kept}, nil
	})
	if err == nil && kept.Action == feeds.RulingApart {
		err = d.Realign(ctx)
	}
	if err != nil {
		return r, false, fmt.Errorf("decide: %w", err)
	}
	return kept, added, nil
}

// wholeStories completes a merge, which names an entry of each story, with all others, and
// keeps of a merge and of a split how the stories stood: what is merged stays so whichever
// of its entries speak, and what is taken back stands as it did.
func wholeStories(ctx context.Context, tx *store.Tx, r feeds.Ruling) (feeds.Ruling, error) {
	if r.Action != feeds.RulingMerge && r.Action != feeds.RulingSplit {
		return r, nil
	}
	named := slices.Concat(r.Entries, r.Others)
	near, err := tx.Members(ctx, named, nil)
	if err != nil {
		return r, err
	}
	stories := map[string]bool{}
	for i := range near {
		if slices.Contains(named, near[i].EntryID) {
			stories[near[i].StoryID] = true
		}
	}
	parts := map[string]*feeds.StoryPart{}
	for i := range near {
		m := &near[i]
		if !stories[m.StoryID] {
			continue
		}
		if r.Action == feeds.RulingMerge && !slices.Contains(r.Entries, m.EntryID) {
			r.Entries = append(r.Entries, m.EntryID)
		}
		p := parts[m.StoryID]
		if p == nil {
			p = &feeds.StoryPart{Story: m.StoryID}
			parts[m.StoryID] = p
		}
		if m.Lead {
			p.Entries = append([]int64{m.EntryID}, p.Entries...)
		} else {
			p.Entries = append(p.Entries, m.EntryID)
		}
	}
	r.Parts = nil
	for _, id := range slices.Sorted(maps.Keys(parts)) {
		r.Parts = append(r.Parts, *parts[id])
	}
	return r, r.Check()
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
		if r.Action == feeds.RulingApart {
			return ruled{}, tx.AskRegroup(ctx, r.Sources, false)
		}
		near := slices.Concat(r.Entries, r.Others)
		if r.Action == feeds.RulingWithdraw { // also what went with them, wherever it is now
			along, err := tx.TakenBy(ctx, r.ID)
			if err != nil {
				return ruled{}, err
			}
			near = append(near, along...)
		}
		return ruled{near: near, restore: r}, nil
	})
	if err == nil && r.Action == feeds.RulingApart {
		err = d.Realign(ctx)
	}
	if err != nil {
		return r, fmt.Errorf("take back ruling: %w", err)
	}
	return r, nil
}

// Realign groups kept entries anew of sources about which people have decided otherwise:
// by a ruling, or in the catalogue. It can be stopped at any time; whoever calls it next
// goes on where it was.
func (d *Desk) Realign(ctx context.Context) error {
	for {
		asked, err := d.Store.RegroupAsked(ctx)
		if err != nil || !asked {
			return err
		}
		l, err := newLabeller(ctx, d.Store, d.Classify)
		if err != nil {
			return fmt.Errorf("group entries anew: %w", err)
		}
		err = d.Store.Commit(ctx, func(ctx context.Context, tx *store.Tx) error {
			ids, err := tx.NextToRegroup(ctx, realignAtOnce)
			if err != nil || len(ids) == 0 {
				return err
			}
			near, err := d.candidates(ctx, tx, ids)
			if err != nil {
				return err
			}
			return d.settle(ctx, tx, l, &batch{anew: true}, nil, ruled{near: near})
		})
		if err != nil {
			return fmt.Errorf("group entries anew: %w", err)
		}
	}
}

const realignAtOnce = 50 // entries

// candidates are kept entries with those that they share keys with.
func (d *Desk) candidates(ctx context.Context, tx *store.Tx, ids []int64) ([]int64, error) {
	kept, err := tx.Members(ctx, ids, nil)
	if err != nil {
		return nil, err
	}
	var prints []dedupe.Print
	var keys []uint64
	for i := range kept {
		k := &kept[i]
		if !slices.Contains(ids, k.EntryID) {
			continue
		}
		p, err := dedupe.DecodePrint(k.EntryID, k.SourceID, k.Document)
		if errors.Is(err, dedupe.ErrPrintVersion) {
			continue // it cannot be compared
		}
		if err != nil {
			return nil, err
		}
		prints = append(prints, p)
		keys = append(keys, p.Keys.Asked()...)
	}
	postings, err := tx.Postings(ctx, keys, dedupe.KeyAtMost)
	if err != nil {
		return nil, err
	}
	near := slices.Clone(ids)
	for i := range prints {
		near = append(near, prints[i].Keys.Candidates(postings)...)
	}
	return near, nil
}

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
		b := &batch{}
		b.loose = what.restore.Action == feeds.RulingMerge
		b.undo = b.loose || what.restore.Action == feeds.RulingSplit
		b.anew = b.undo
		return d.settle(ctx, tx, l, b, nil, what)
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
	if r.Action == feeds.RulingMerge {
		g.release(r)
	}
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

// release has stories stand again that went only because a merge, which is taken back, had
// put them to one that was withdrawn whole.
func (g *grouping) release(merge *feeds.Ruling) {
	for i := range g.rulings {
		by := &g.rulings[i]
		if by.Action != feeds.RulingWithdraw || by.ID > merge.ID {
			continue
		}
		stays, along := map[string]bool{}, map[string][]int64{}
		for id, k := range g.kept {
			story := g.story(id)
			if g.taken[story] != by.ID {
				continue
			}
			before := !k.TakenAt.IsZero() && k.TakenAt.Before(merge.At)
			stays[story] = stays[story] || k.Taken == by.ID && (before || slices.Contains(by.Entries, id))
			along[story] = append(along[story], id)
		}
		for story, ids := range along {
			if stays[story] {
				continue
			}
			g.taken[story] = 0
			g.taking = slices.DeleteFunc(g.taking, func(t store.Taking) bool { return t.Ruling == by.ID && slices.Contains(ids, t.EntryID) })
			for _, id := range ids {
				if g.kept[id].Taken == by.ID {
					g.taking = append(g.taking, store.Taking{EntryID: id})
				}
			}
		}
	}
	g.taking = lastOfEach(g.taking)
}

// restore has the copies that a ruling had withdrawn take part again, but for those that
// their publisher had withdrawn before, and those that another ruling withdraws, too.
func (s *storyBook) restore(r *feeds.Ruling) {
	for _, part := range r.Parts {
		if o := s.open[part.Story]; o != nil {
			o.again = part.Entries[0]
		}
	}
	for i := range s.g.taking {
		t := &s.g.taking[i]
		o := s.open[s.g.story(t.EntryID)]
		if t.Ruling != 0 || o == nil || o.kept[t.EntryID] == nil {
			continue
		}
		c := o.kept[t.EntryID]
		if t.Wordless = wordless(&c.Entry); t.Wordless {
			continue
		}
		if k := s.g.kept[t.EntryID]; !k.TakenAt.IsZero() {
			o.copies = append(o.copies, s.standingOfCopy(c))
			o.relabel = true
		}
	}
}

// wordless says that an entry's words were purged: none is kept without any of these.
func wordless(e *feeds.Entry) bool {
	return e.Title == "" && e.Summary == "" && e.Content == "" && e.Link == "" && len(e.Enclosures) == 0
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

// Purge erases the words of what a ruling withdrew: texts of all versions, originals,
// titles, labels' evidence and the search index. Ids stay, so that nothing comes back as
// news. by is the person, for the record. erased says that the database's own files have
// forgotten them, too; otherwise the purge job sees to that. It fails with
// feeds.ErrNotFound and, for a ruling that withdraws nothing or was taken back, with
// feeds.ErrInvalid.
func (d *Desk) Purge(ctx context.Context, id int64, by string) (r feeds.Ruling, erased bool, err error) {
	if r, err = d.Store.Purge(ctx, id, by, d.Now()); err != nil {
		return r, false, fmt.Errorf("purge: %w", err)
	}
	patience, cancel := context.WithTimeout(ctx, erasePatience)
	defer cancel()
	erased, err = d.Store.Erase(patience)
	if err != nil && patience.Err() != nil && ctx.Err() == nil {
		return r, false, nil // it takes long, and goes on later from where it is
	}
	if err != nil {
		return r, false, fmt.Errorf("purge: %w", err)
	}
	return r, erased, nil
}

// erasePatience is how long somebody who purges waits for the database's own files.
const erasePatience = 10 * time.Second
