package pipeline

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"tributary/feeds"
	"tributary/internal/dedupe"
	"tributary/internal/store"
)

// commit decides about the batch and writes it, in one transaction that also holds
// the grouping lock: between looking for a story and minting one, nobody else mints
// it.
//
// Should people have changed the rules of sources since the batch was labelled, it is
// labelled by the new ones.
func (r *run) commit(ctx context.Context, b *batch, polling feeds.Polling, res *Result) error {
	err := r.tryCommit(ctx, b, polling, res)
	for range ruleChangesAtMost {
		if !errors.Is(err, store.ErrRulesChanged) {
			break
		}
		book, reading := r.Store.RuleBook(ctx)
		if reading != nil {
			err = reading
			break
		}
		b.labeller = b.labeller.with(book)
		r.labeller.Store(b.labeller)
		for i := range b.items {
			b.items[i].labels, b.items[i].tongues = nil, nil
		}
		err = r.tryCommit(ctx, b, polling, res)
	}
	if err != nil {
		return fmt.Errorf("commit %s: %w", b.source.ID, err)
	}
	return nil
}

// ruleChangesAtMost bounds how often one commit begins anew because of them.
const ruleChangesAtMost = 5

func (r *run) tryCommit(ctx context.Context, b *batch, polling feeds.Polling, res *Result) error {
	base := b.counts
	return r.Store.Commit(ctx, func(ctx context.Context, tx *store.Tx) error {
		res.Entries, res.Stories = base, StoryCounts{} // a retried transaction counts once
		change, err := r.plan(ctx, tx, b, res)
		if err != nil {
			return err
		}
		change.Polling, change.Delivered = polling, b.delivered
		if err := tx.Apply(ctx, change); err != nil {
			return err
		}
		if r.FollowUp == nil {
			return nil
		}
		return r.FollowUp(ctx, tx.SQL())
	})
}

// plan turns the batch into a change, with what the store holds at this moment.
func (r *run) plan(ctx context.Context, tx *store.Tx, b *batch, res *Result) (store.Change, error) {
	change := store.Change{Now: b.now, Withdrawn: b.withdrawn, KeepOriginals: r.KeepOriginals,
		Labelling: r.Labelling, Rules: b.labeller.book.Number}
	candidates := make([]dedupe.Candidate, len(b.items))
	ids := make([]int64, len(b.items))
	var keys []string
	for i := range b.items {
		candidates[i], ids[i] = b.items[i].Candidate, b.items[i].ID
		keys = append(keys, b.items[i].Keys...)
	}
	kept, err := tx.Known(ctx, b.source.ID, ids)
	if err != nil {
		return change, err
	}
	near, err := tx.Neighbours(ctx, keys)
	if err != nil {
		return change, err
	}
	known := make(map[int64]dedupe.Known, len(kept))
	touched := slices.Clone(b.withdrawn) // entries whose stories may need another lead
	for id, k := range kept {
		known[id] = dedupe.Known{Hash: k.Hash, TextHash: k.TextHash, StoryID: k.StoryID, Withdrawn: k.Withdrawn}
		touched = append(touched, id)
	}
	neighbours := make(map[string]dedupe.Neighbour, len(near))
	for key, n := range near {
		neighbours[key] = dedupe.Neighbour{StoryID: n.StoryID, Sources: n.Sources}
	}
	decisions := dedupe.Plan(b.source.ID, candidates, known, neighbours)

	stories := newStoryBook(r, b, near)
	touched = append(touched, stories.overtaken(decisions)...)
	if len(touched) > 0 {
		standing, err := tx.StoriesOf(ctx, touched)
		if err != nil {
			return change, err
		}
		stories.load(standing)
	}
	for i := range decisions {
		d := &decisions[i]
		it := &b.items[i]
		if d.Action == dedupe.Joined && d.Story == "" {
			d.Story = decisions[d.Of].Story
		}
		switch d.Action {
		case dedupe.Same: // another process was quicker
			res.Entries.Same++
		case dedupe.Changed:
			res.Entries.Changed++
			stories.revised(d.Story, it, d.Material)
			change.Revised = append(change.Revised, it.row(d.Story, false))
		case dedupe.Joined:
			res.Entries.New++
			res.Stories.Joined++
			change.New = append(change.New, it.row(d.Story, false))
			stories.joined(d.Story, it)
		case dedupe.Minted:
			res.Entries.New++
			res.Stories.New++
			d.Story = mintStory(b.now)
			change.New = append(change.New, it.row(d.Story, true))
			stories.minted(d.Story, it)
		}
	}
	stories.withdraw(b.withdrawn)
	change.Stories = stories.states()
	return change, nil
}

func (it *item) row(story string, mint bool) store.NewEntry {
	return store.NewEntry{ID: it.ID, StoryID: story, MintStory: mint, Entry: it.entry, Original: it.original, Hash: it.Hash,
		TextHash: it.TextHash, CanonicalURL: it.URL, Keys: it.Keys, Published: it.Candidate.Published}
}

// mintStory makes a story's id: a ULID in lower case.
func mintStory(now time.Time) string {
	// crypto/rand never fails (it ends the program instead), and so neither does this.
	return strings.ToLower(ulid.MustNew(ulid.Timestamp(now), rand.Reader).String())
}

// storyBook keeps the stories that a change touches and says in what state they end.
type storyBook struct {
	run   *run
	batch *batch
	near  map[string]store.Neighbour // kept stories that share a key, by story id
	open  map[string]*openStory
	order []string
}

// openStory is a story with its copies as they will stand after the change.
type openStory struct {
	before    dedupe.Standing
	copies    []dedupe.Standing
	items     map[int64]*item       // copies that this change brings
	kept      map[int64]*feeds.Copy // copies that were there, when loaded, withdrawn ones too
	published time.Time
	updated   time.Time
	relabel   bool // whatever its lead
}

func newStoryBook(r *run, b *batch, near map[string]store.Neighbour) *storyBook {
	s := &storyBook{run: r, batch: b, near: make(map[string]store.Neighbour, len(near)), open: map[string]*openStory{}}
	for _, n := range near {
		s.near[n.StoryID] = n
	}
	return s
}

// overtaken are the leads of kept stories that a copy of this batch outranks: their
// stories must be known whole before they are labelled anew.
func (s *storyBook) overtaken(decisions []dedupe.Decision) []int64 {
	var out []int64
	for i, d := range decisions {
		n, kept := s.near[d.Story]
		if d.Action != dedupe.Joined || !kept {
			continue
		}
		l := n.Lead
		if n.Withdrawn { // nothing of it stands: the copy brings it back
			out = append(out, l.EntryID)
			continue
		}
		lead := s.standing(l.SourceID, l.EntryID, l.Published, l.FirstSeen)
		if best, _ := dedupe.Lead([]dedupe.Standing{lead, s.mine(&s.batch.items[i])}); best.EntryID != l.EntryID {
			out = append(out, l.EntryID)
		}
	}
	return out
}

// load opens kept stories with all their copies.
func (s *storyBook) load(stories []feeds.Story) {
	for i := range stories {
		st := &stories[i]
		o := &openStory{items: map[int64]*item{}, kept: map[int64]*feeds.Copy{}, published: st.Published, updated: st.Updated}
		for j := range st.Copies {
			c := &st.Copies[j]
			o.kept[c.EntryID] = c
			if c.Withdrawn.IsZero() {
				o.copies = append(o.copies, s.standing(c.SourceID, c.EntryID, standingDate(c.Entry.Published, c.Entry.Updated, c.FirstSeen), c.FirstSeen))
			}
		}
		if len(o.copies) > 0 {
			o.before = o.copies[0] // a story's copies come with the lead first
		} else {
			o.updated = s.batch.now // it comes back: later than its tombstone
		}
		s.open[st.ID] = o
		s.order = append(s.order, st.ID)
	}
}

func (s *storyBook) standing(sourceID string, entryID int64, published, firstSeen time.Time) dedupe.Standing {
	src := s.run.sources[sourceID]
	return dedupe.Standing{EntryID: entryID, Kind: src.Kind, HQ: src.Office == s.run.Headquarters, Rank: src.Rank,
		Trial: src.Trial, Published: published, FirstSeen: firstSeen}
}

func (s *storyBook) mine(it *item) dedupe.Standing {
	return s.standing(s.batch.source.ID, it.ID, it.Candidate.Published, s.batch.now)
}

// get opens a kept story by what is known of its lead.
func (s *storyBook) get(id string) *openStory {
	if o, ok := s.open[id]; ok {
		return o
	}
	l := s.near[id].Lead
	lead := s.standing(l.SourceID, l.EntryID, l.Published, l.FirstSeen)
	o := &openStory{before: lead, copies: []dedupe.Standing{lead}, items: map[int64]*item{},
		published: l.StoryPublished, updated: l.StoryUpdated}
	s.open[id] = o
	s.order = append(s.order, id)
	return o
}

func (s *storyBook) minted(id string, it *item) {
	c := s.mine(it)
	updated := it.entry.Updated
	if it.backdated || updated.Before(c.Published) || updated.After(s.batch.now) {
		updated = c.Published
	}
	s.open[id] = &openStory{copies: []dedupe.Standing{c}, items: map[int64]*item{it.ID: it},
		published: c.Published, updated: updated, relabel: true}
	s.order = append(s.order, id)
}

func (s *storyBook) joined(id string, it *item) {
	o := s.get(id)
	o.copies = append(o.copies, s.mine(it))
	o.items[it.ID] = it
}

// revised takes a new version of a copy. Only the words of the lead move the
// story's updated; its published never moves.
func (s *storyBook) revised(id string, it *item, material bool) {
	o := s.get(id)
	o.items[it.ID] = it
	if c := o.kept[it.ID]; c != nil { // an undated entry keeps the day it was first seen
		it.Candidate.Published = standingDate(it.entry.Published, it.entry.Updated, c.FirstSeen)
	}
	if !slices.ContainsFunc(o.copies, func(c dedupe.Standing) bool { return c.EntryID == it.ID }) {
		o.copies = append(o.copies, s.mine(it)) // withdrawn before, and back now
	}
	if o.before.EntryID != it.ID {
		return
	}
	o.relabel = true
	if material {
		o.move(it.entry.Updated, s.batch.now)
	}
}

// move sets updated to the publisher's own date if that goes forward, else to now.
func (o *openStory) move(said, now time.Time) {
	if !said.After(o.updated) || said.After(now) {
		said = now
	}
	o.updated = said
}

func (s *storyBook) withdraw(ids []int64) {
	for _, o := range s.open {
		standing := len(o.copies)
		o.copies = slices.DeleteFunc(o.copies, func(c dedupe.Standing) bool { return slices.Contains(ids, c.EntryID) })
		o.relabel = o.relabel || len(o.copies) < standing // its languages may go with it
	}
}

// states says how each touched story ends. Labels are made anew when the lead, its
// words or the copies that stand changed; otherwise they stay, and only a new
// language is added.
func (s *storyBook) states() []store.StoryState {
	out := make([]store.StoryState, 0, len(s.order))
	for _, id := range s.order {
		o := s.open[id]
		lead, ok := dedupe.Lead(o.copies)
		if !ok {
			continue // every copy is withdrawn: the store withdraws the story
		}
		overtaken := o.before.EntryID != 0 && lead.EntryID != o.before.EntryID
		if overtaken && s.words(o, lead.EntryID) != s.words(o, o.before.EntryID) {
			o.move(time.Time{}, s.batch.now) // a reader sees another text
		}
		state := store.StoryState{ID: id, LeadEntryID: lead.EntryID, Published: o.published, Updated: o.updated}
		anew := o.relabel || lead.EntryID != o.before.EntryID
		if it, source := s.copy(o, lead.EntryID); anew && it != nil {
			state.Labels = s.batch.labeller.labels(source, it)
		}
		for _, c := range o.copies {
			if _, fresh := o.items[c.EntryID]; c.Trial || c.EntryID == lead.EntryID || !anew && !fresh {
				continue
			}
			if it, source := s.copy(o, c.EntryID); it != nil {
				state.AddLabels = append(state.AddLabels, s.batch.labeller.languages(source, it)...)
			}
		}
		out = append(out, state)
	}
	return out
}

// copy is a copy of the story as an item, with its own source: of this batch, or as it
// was kept. It is nil for one that is not loaded.
func (s *storyBook) copy(o *openStory, entryID int64) (*item, feeds.Source) {
	if it, ok := o.items[entryID]; ok {
		return it, s.batch.source
	}
	c := o.kept[entryID]
	if c == nil {
		return nil, feeds.Source{}
	}
	return kept(c), s.run.sources[c.SourceID]
}

// words tell two copies apart as a reader would; "" for one that is not loaded.
func (s *storyBook) words(o *openStory, entryID int64) string {
	it, _ := s.copy(o, entryID)
	if it == nil {
		return ""
	}
	return dedupe.Fingerprint("", &it.entry, it.text).TextHash
}
