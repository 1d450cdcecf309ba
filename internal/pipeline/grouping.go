package pipeline

import (
	"context"
	"errors"
	"maps"
	"slices"

	"tributary/feeds"
	"tributary/internal/dedupe"
	"tributary/internal/store"
)

// grouping says which stories the entries of a batch and of its neighbourhood are in.
type grouping struct {
	run      *run
	batch    *batch
	plan     dedupe.Plan
	members  []dedupe.Member
	kept     map[int64]store.Member // those of the members that are kept, as they are
	place    map[int64]int          // entry -> its place among the members
	minted   map[int]string         // place of a new story's first member -> its id
	moves    []store.Move
	families map[string]string
	crowded  map[uint64]bool  // keys that lead to as many entries as count
	rulings  []feeds.Ruling   // standing ones about members
	leads    map[int64]int64  // entries that people made lead -> by which ruling
	taken    map[string]int64 // stories that people withdrew whole, as they will be -> by which ruling
	taking   []store.Taking
	undone   []feeds.Ruling           // merges and splits about members that are taken back, where they matter
	back     []entrySet               // entries that were one story before rulings that are taken back
	spoke    map[string]int64         // story that is parted from another one -> its lead of before
	revived  map[string]store.Founder // former stories that are parted from what they were merged into
}

// group finds what the store keeps near the batch's entries, and near others that are
// given, and decides about all of them together.
func (r *run) group(ctx context.Context, tx *store.Tx, b *batch, known map[int64]store.Known, near []int64) (*grouping, error) {
	g := &grouping{run: r, batch: b, kept: map[int64]store.Member{}, place: map[int64]int{}, minted: map[int]string{},
		families: map[string]string{}, crowded: map[uint64]bool{}, leads: map[int64]int64{}, taken: map[string]int64{},
		revived: map[string]store.Founder{}, spoke: map[string]int64{}}
	fresh := make(map[int64]*item, len(b.items))
	var keys []uint64
	for i := range b.items {
		it := &b.items[i]
		if _, ok := known[it.ID]; ok {
			near = append(near, it.ID)
		} else if it.print == nil { // it was withdrawn from the store meanwhile
			r.label(b)
		}
		if it.print != nil {
			fresh[it.ID] = it
			keys = append(keys, it.print.Keys.Asked()...)
		}
	}
	postings, err := tx.Postings(ctx, keys, dedupe.KeyAtMost)
	if err != nil {
		return nil, err
	}
	for key, list := range postings {
		g.crowded[key] = len(list) >= dedupe.KeyAtMost
	}
	candidates, err := g.candidates(ctx, tx, fresh, postings)
	if err != nil {
		return nil, err
	}
	near = append(near, candidates...)
	kept, err := g.neighbourhood(ctx, tx, near)
	if err != nil {
		return nil, err
	}
	if b.undo || slices.ContainsFunc(g.rulings, func(r feeds.Ruling) bool { return r.Action == feeds.RulingSplit }) {
		var ids []int64
		for i := range kept {
			ids = append(ids, kept[i].EntryID)
		}
		if g.undone, err = tx.TakenBack(ctx, ids); err != nil {
			return nil, err
		}
	}
	if b.undo {
		g.back = asBefore(g.undone)
	}
	if err := g.gather(kept, known, fresh); err != nil {
		return nil, err
	}
	g.plan = dedupe.Regroup(g.members, g.ruled(), r.Windows)
	if err := g.revive(ctx, tx); err != nil {
		return nil, err
	}
	g.settle()
	return g, nil
}

// candidates are the kept entries that fresh ones are to be compared with. Where they are many,
// their prints alone are read first: in a world of patterns next to none of them may be one
// story with what they share keys with, and their stories need not be read.
func (g *grouping) candidates(ctx context.Context, tx *store.Tx, fresh map[int64]*item, postings map[uint64][]int64) ([]int64, error) {
	near := map[int64][]*dedupe.Print{} // by whom they are asked for
	for _, it := range fresh {
		for _, id := range it.print.Keys.Candidates(postings) {
			near[id] = append(near[id], it.print)
		}
	}
	if ids := slices.Sorted(maps.Keys(near)); len(ids) > readAtOnce {
		var sieve dedupe.Sieve
		err := tx.Prints(ctx, ids, func(id int64, document []byte) {
			if !sieve.May(document, near[id], g.run.Windows) {
				delete(near, id)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return slices.Collect(maps.Keys(near)), nil
}

// readAtOnce is how many candidates are read with their stories at once, rather than sieved by
// one read more. One entry alone never has more.
const readAtOnce = 24

// roundsAtMost bounds how often rulings bring in further entries.
const roundsAtMost = 4

// neighbourhood reads the stories that entries are in, and those that people have said
// something about in the same breath.
func (g *grouping) neighbourhood(ctx context.Context, tx *store.Tx, near []int64) ([]store.Member, error) {
	var kept []store.Member
	for range roundsAtMost {
		slices.Sort(near)
		near = slices.Compact(near)
		var err error
		if kept, err = tx.Members(ctx, near, nil); err != nil {
			return nil, err
		}
		there := make(map[int64]bool, len(kept))
		for i := range kept {
			there[kept[i].EntryID] = true
		}
		if g.rulings, err = tx.RulingsOf(ctx, slices.Collect(maps.Keys(there))); err != nil {
			return nil, err
		}
		missing := false
		for i := range g.rulings {
			for _, id := range slices.Concat(g.rulings[i].Entries, g.rulings[i].Others) {
				if !there[id] {
					near, missing = append(near, id), true
				}
			}
		}
		if !missing {
			break
		}
	}
	return kept, nil
}

// gather makes the members, those that are kept first.
func (g *grouping) gather(kept []store.Member, known map[int64]store.Known, fresh map[int64]*item) error {
	copies := map[string]int{}
	for i := range kept {
		copies[kept[i].StoryID]++
	}
	home := map[int64]bool{} // entries that go back to where they were
	for _, s := range g.back {
		for _, id := range s.entries {
			home[id] = true
		}
	}
	for i := range kept {
		k := &kept[i]
		m := dedupe.Member{Story: k.StoryID, Lead: k.Lead, Held: k.Held, Parted: k.Family != ""}
		if g.batch.anew {
			m.Parted = true
		}
		if g.batch.loose && m.Held {
			m.Held, m.Loose = false, !home[k.EntryID] // it came after the merge
		}
		p, err := dedupe.DecodePrint(k.EntryID, k.SourceID, k.Document)
		switch {
		case errors.Is(err, dedupe.ErrPrintVersion):
			m.Held, m.Loose = true, false // it cannot be compared, and stays where it is
		case err != nil:
			return err
		}
		m.Print = p
		if it := fresh[k.EntryID]; it != nil {
			m.Print, m.Fresh = *it.print, true
			m.Held = k.Document != nil && m.Held || copies[k.StoryID] > 1
		}
		g.add(m)
		g.kept[k.EntryID] = *k
	}
	for i := range g.batch.items {
		it := &g.batch.items[i]
		if _, ok := known[it.ID]; !ok {
			g.add(dedupe.Member{Print: *it.print, Fresh: true})
		}
	}
	return nil
}

func (g *grouping) add(m dedupe.Member) {
	g.place[m.Entry] = len(g.members)
	g.members = append(g.members, m)
}

// settle gives new stories their ids and finds what moves.
func (g *grouping) settle() {
	families := map[int]string{} // place -> least id
	for i := range g.members {
		p := &g.plan.Placements[i]
		story := p.Story
		if story == "" {
			if g.minted[p.Of] == "" {
				g.minted[p.Of] = mintStory(g.batch.now)
			}
			story = g.minted[p.Of]
		}
		if p.Family >= 0 && (families[p.Family] == "" || story < families[p.Family]) {
			families[p.Family] = story
		}
		if m := &g.members[i]; m.Story != "" && m.Story != story {
			g.moves = append(g.moves, store.Move{EntryID: m.Entry, From: m.Story, To: story})
		}
	}
	for i := range g.members {
		m, p := &g.members[i], &g.plan.Placements[i]
		story, family := g.story(m.Entry), ""
		if p.Family >= 0 {
			family = families[p.Family]
		}
		was := "" // a new story's
		if m.Story == story {
			was = g.kept[m.Entry].Family
		}
		if was != family {
			g.families[story] = family
		}
		if k, kept := g.kept[m.Entry]; kept && k.StoryTaken != 0 {
			g.taken[story] = k.StoryTaken
		}
	}
	g.takeAlong()
}

// takeAlong withdraws what comes to stand in a story that people have withdrawn whole: the
// name that had to go is in its copies, too. Copies that stand and that the office may not
// withdraw stay: with them the story is not withdrawn any more, only its own copies are.
func (g *grouping) takeAlong() {
	partly := map[string]bool{}
	for i := range g.members {
		m := &g.members[i]
		story := g.story(m.Entry)
		k, kept := g.kept[m.Entry]
		if g.taken[story] == 0 || !kept || k.Taken != 0 || slices.ContainsFunc(g.taking, func(t store.Taking) bool { return t.EntryID == m.Entry }) {
			continue
		}
		if !k.Withdrawn && !g.mayTake(g.taken[story], k.SourceID) {
			partly[story] = true
			continue
		}
		g.taking = append(g.taking, store.Taking{EntryID: m.Entry, Ruling: g.taken[story]})
	}
	for story := range partly {
		g.taken[story] = 0
	}
}

// mayTake says that whoever made a ruling may withdraw what a source publishes.
func (g *grouping) mayTake(ruling int64, sourceID string) bool {
	i := slices.IndexFunc(g.rulings, func(r feeds.Ruling) bool { return r.ID == ruling })
	return i < 0 || g.rulings[i].Office == g.run.Headquarters || g.rulings[i].Office == g.run.sources[sourceID].Office
}

// story is the id of the story that an entry is in afterwards.
func (g *grouping) story(entryID int64) string {
	p := &g.plan.Placements[g.place[entryID]]
	if p.Story != "" {
		return p.Story
	}
	return g.minted[p.Of]
}

// regrouped are kept entries of the stories that entries leave or come to.
func (g *grouping) regrouped() []int64 {
	stories := map[string]bool{}
	for _, m := range g.moves {
		stories[m.From], stories[m.To] = true, true
	}
	for _, t := range g.taking {
		stories[g.kept[t.EntryID].StoryID] = true
	}
	for id := range g.leads {
		stories[g.kept[id].StoryID] = true
	}
	var out []int64
	for id, k := range g.kept {
		if stories[k.StoryID] {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// into adds to a change what becomes of kept entries and stories.
func (g *grouping) into(change *store.Change) {
	change.Moves, change.Merged, change.Families = g.moves, g.plan.Merged, g.families
	change.Taken = append(change.Taken, g.taking...)
	for id, ruling := range g.taken {
		if change.TakenStories == nil {
			change.TakenStories = map[string]int64{}
		}
		if _, merged := g.plan.Merged[id]; !merged {
			change.TakenStories[id] = ruling
		}
	}
}

// print is what is kept of an item to group it by, nil when it keeps what it has.
func (g *grouping) print(it *item) *store.Print {
	if it.print == nil {
		return nil
	}
	p := &store.Print{EntryID: it.ID, Document: it.print.Encode()}
	if i, ok := g.place[it.ID]; ok {
		p.Held = g.members[i].Held
	}
	for _, key := range it.print.Keys.Kept {
		if !g.crowded[key] {
			p.Keys = append(p.Keys, key)
		}
	}
	if k, ok := g.kept[it.ID]; ok {
		was, err := dedupe.DecodePrint(it.ID, k.SourceID, k.Document)
		if err == nil {
			for _, key := range was.Keys.Kept {
				if !slices.Contains(it.print.Keys.Kept, key) {
					p.Dropped = append(p.Dropped, key)
				}
			}
		}
	}
	return p
}
