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
	ids := make([]int64, len(b.items))
	for i := range b.items {
		ids[i] = b.items[i].ID
	}
	known, err := tx.Known(ctx, b.source.ID, ids)
	if err != nil {
		return change, err
	}
	g, err := r.group(ctx, tx, b, known, slices.Clone(b.withdrawn))
	if err != nil {
		return change, err
	}
	stories := newStoryBook(r, b, g)
	touched := slices.Clone(b.withdrawn) // entries whose stories must be known whole
	for id := range known {
		touched = append(touched, id)
	}
	touched = append(append(touched, g.regrouped()...), stories.overtaken()...)
	if len(touched) > 0 {
		standing, err := tx.StoriesOf(ctx, touched)
		if err != nil {
			return change, err
		}
		stories.load(standing)
	}
	stories.move(g)
	for i := range b.items {
		it := &b.items[i]
		k, ok := known[it.ID]
		if ok && k.Hash == it.Hash && !k.Withdrawn { // another process was quicker
			res.Entries.Same++
			continue
		}
		story := g.story(it.ID)
		row := it.row(story, g)
		if ok {
			res.Entries.Changed++
			stories.revised(story, it, k.TextHash != it.TextHash || k.Withdrawn)
			row.Taken = k.Taken
			change.Revised = append(change.Revised, row)
			continue
		}
		res.Entries.New++
		row.Taken = g.taken[story]
		change.New = append(change.New, row)
		if stories.joined(story, it) {
			res.Stories.Joined++
		} else {
			res.Stories.New++
		}
	}
	stories.withdraw(b.withdrawn)
	change.Stories = stories.states()
	g.into(&change)
	return change, nil
}

func (it *item) row(story string, g *grouping) store.NewEntry {
	return store.NewEntry{ID: it.ID, StoryID: story, Entry: it.entry, Original: it.original, Hash: it.Hash,
		TextHash: it.TextHash, CanonicalURL: it.URL, Print: g.print(it), Published: it.published}
}

// mintStory makes a story's id: a ULID in lower case.
func mintStory(now time.Time) string {
	// crypto/rand never fails (it ends the program instead), and so neither does this.
	return strings.ToLower(ulid.MustNew(ulid.Timestamp(now), rand.Reader).String())
}
