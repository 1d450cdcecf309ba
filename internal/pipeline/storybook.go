package pipeline

import (
	"slices"
	"time"

	"tributary/feeds"
	"tributary/internal/dedupe"
	"tributary/internal/store"
)

// storyBook keeps the stories that a change touches and says in what state they end.
type storyBook struct {
	run   *run
	batch *batch
	leads map[string]store.Member // of kept stories near the batch
	g     *grouping
	open  map[string]*openStory
	order []string
}

// openStory is a story with its copies as they will stand after the change.
type openStory struct {
	before    dedupe.Standing // its lead; zero for a new story
	copies    []dedupe.Standing
	items     map[int64]*item       // copies that this change brings
	kept      map[int64]*feeds.Copy // copies that were there, when loaded, withdrawn ones too
	again     int64                 // the copy that spoke for it before, of one that is as it was again
	story     *feeds.Story          // as it was kept, when loaded
	published time.Time
	updated   time.Time
	relabel   bool // whatever its lead
	mint      bool
	revive    bool // it had become part of another one, and is parted from that
	merged    bool // it is part of another one now
}

func newStoryBook(r *run, b *batch, g *grouping) *storyBook {
	s := &storyBook{run: r, batch: b, g: g, leads: map[string]store.Member{}, open: map[string]*openStory{}}
	for _, k := range g.kept {
		if k.Lead {
			s.leads[k.StoryID] = k
		}
	}
	return s
}

// overtaken are the leads of kept stories that a new copy of this batch outranks: their
// stories must be known whole before they are labelled anew.
func (s *storyBook) overtaken() []int64 {
	var out []int64
	for i := range s.batch.items {
		it := &s.batch.items[i]
		if _, known := s.g.kept[it.ID]; known {
			continue
		}
		k, kept := s.leads[s.g.story(it.ID)]
		if !kept {
			continue
		}
		lead := s.standingOf(&k)
		if best, _ := s.run.Order.Lead([]dedupe.Standing{lead, s.mine(it)}); k.StoryGone || best.EntryID != k.EntryID && !s.settled(lead) {
			out = append(out, k.EntryID) // when nothing of it stands, the copy brings it back
		}
	}
	return out
}

// settled says that a story keeps the lead it has, whoever comes: its readers know it.
func (s *storyBook) settled(lead dedupe.Standing) bool {
	return !lead.Trial && s.batch.now.Sub(lead.FirstSeen) >= s.run.LeadSettles
}

// load opens kept stories with all their copies.
func (s *storyBook) load(stories []feeds.Story) {
	for i := range stories {
		st := &stories[i]
		o := &openStory{items: map[int64]*item{}, kept: map[int64]*feeds.Copy{}, story: st, published: st.Published, updated: st.Updated}
		for j := range st.Copies {
			c := &st.Copies[j]
			o.kept[c.EntryID] = c
			if c.Withdrawn.IsZero() {
				o.copies = append(o.copies, s.standingOfCopy(c))
			}
		}
		if len(o.copies) > 0 {
			o.before = o.copies[0] // a story's copies come with the lead first
		} else {
			o.updated = s.batch.now // it comes back: later than its tombstone
		}
		s.add(st.ID, o)
	}
}

func (s *storyBook) add(id string, o *openStory) {
	s.open[id] = o
	s.order = append(s.order, id)
}

func (s *storyBook) standing(sourceID string, entryID int64, primary string, reprint, teaser bool, published, firstSeen time.Time) dedupe.Standing {
	src := s.run.sources[sourceID]
	return standingAs(&src, s.run.Headquarters, entryID, primary, reprint, teaser, published, firstSeen)
}

func standingAs(src *feeds.Source, headquarters string, entryID int64, primary string, reprint, teaser bool, published, firstSeen time.Time) dedupe.Standing {
	return dedupe.Standing{EntryID: entryID, Kind: src.Kind, HQ: src.Office == headquarters, Rank: src.Rank,
		Elsewhere: primary != "" && len(src.Countries) > 0 && !slices.Contains(src.Countries, primary), Reprint: reprint, Teaser: teaser,
		Trial: src.Trial, Published: published, FirstSeen: firstSeen}
}

func (s *storyBook) standingOf(k *store.Member) dedupe.Standing {
	primary, reprint := s.said(k.EntryID)
	return s.standing(k.SourceID, k.EntryID, primary, reprint, !k.Copy.HasBody, k.Copy.Published, k.Copy.FirstSeen)
}

func (s *storyBook) standingOfCopy(c *feeds.Copy) dedupe.Standing {
	primary, _ := s.said(c.EntryID)
	return s.standing(c.SourceID, c.EntryID, primary, dedupe.Reprint(&c.Entry), c.Entry.Content == "",
		standingDate(c.Entry.Published, c.Entry.Updated, c.FirstSeen), c.FirstSeen)
}

func (s *storyBook) mine(it *item) dedupe.Standing {
	primary, _ := s.said(it.ID)
	return s.standing(s.batch.source.ID, it.ID, primary, dedupe.Reprint(&it.entry), it.entry.Content == "", it.published, s.batch.now)
}

// said is what an entry's print says of its primary country and of being a reprint.
func (s *storyBook) said(entryID int64) (primary string, reprint bool) {
	if i, ok := s.g.place[entryID]; ok {
		return s.g.members[i].Primary, s.g.members[i].Reprint
	}
	return "", false
}

// get opens a kept story by what is known of its lead.
func (s *storyBook) get(id string) *openStory {
	if o, ok := s.open[id]; ok {
		return o
	}
	k := s.leads[id]
	lead := s.standingOf(&k)
	o := &openStory{before: lead, copies: []dedupe.Standing{lead}, items: map[int64]*item{},
		published: k.Copy.StoryPublished, updated: k.Copy.StoryUpdated}
	s.add(id, o)
	return o
}

// move takes kept copies to the stories that they are in now.
func (s *storyBook) move(g *grouping) {
	for _, m := range g.moves {
		from, to := s.open[m.From], s.open[m.To]
		c := from.kept[m.EntryID]
		if to == nil { // split off: a story of its own from now on
			to = &openStory{items: map[int64]*item{}, kept: map[int64]*feeds.Copy{}, mint: true}
			if f, former := g.revived[m.To]; former { // later than its tombstone
				to.mint, to.revive, to.published, to.updated = false, true, f.Published, s.batch.now
			}
			s.add(m.To, to)
		}
		standing := s.standingOfCopy(c)
		if to.mint && (to.published.IsZero() || standing.Published.Before(to.published)) {
			to.published, to.updated = standing.Published, standing.Published
		}
		to.kept[m.EntryID] = c
		if c.Withdrawn.IsZero() {
			to.copies = append(to.copies, standing)
		}
		delete(from.kept, m.EntryID)
		from.copies = slices.DeleteFunc(from.copies, func(s dedupe.Standing) bool { return s.EntryID == m.EntryID })
		from.relabel, to.relabel = true, true
	}
	for id, lead := range g.spoke {
		if o := s.open[id]; o != nil {
			o.again = lead
		}
	}
	for _, t := range g.taking {
		if o := s.open[g.story(t.EntryID)]; o != nil {
			o.copies = slices.DeleteFunc(o.copies, func(s dedupe.Standing) bool { return s.EntryID == t.EntryID })
			o.relabel = true
		}
	}
	for id := range g.plan.Merged {
		if o := s.open[id]; o != nil {
			o.merged = true
		}
	}
}

// joined takes a new copy into its story and says whether that was there.
func (s *storyBook) joined(id string, it *item) bool {
	c := s.mine(it)
	if _, kept := s.leads[id]; !kept && s.open[id] == nil {
		updated := it.entry.Updated
		if it.backdated || updated.Before(c.Published) || updated.After(s.batch.now) {
			updated = c.Published
		}
		s.add(id, &openStory{copies: []dedupe.Standing{c}, items: map[int64]*item{it.ID: it},
			published: c.Published, updated: updated, relabel: true, mint: true})
		return false
	}
	o := s.get(id)
	o.items[it.ID] = it
	if s.g.taken[id] == 0 {
		o.copies = append(o.copies, c)
	}
	return true
}

// revised takes a new version of a copy. The story's updated moves with what readers of its
// lead would want to know, or readers of the copy that stands for it in another language;
// its published never moves. reworded: other letters or digits, or back again.
func (s *storyBook) revised(id string, it *item, reworded bool) {
	o := s.get(id)
	o.items[it.ID] = it
	news := material(o.kept[it.ID], it, reworded)
	if c := o.kept[it.ID]; c != nil { // an undated entry keeps the day it was first seen
		it.published = standingDate(it.entry.Published, it.entry.Updated, c.FirstSeen)
	}
	if !slices.ContainsFunc(o.copies, func(c dedupe.Standing) bool { return c.EntryID == it.ID }) {
		if s.g.kept[it.ID].Taken != 0 {
			return // people withdrew it, and its publisher does not bring it back
		}
		o.copies = append(o.copies, s.mine(it)) // withdrawn before, and back now
	}
	lead := o.before.EntryID == it.ID
	o.relabel = o.relabel || lead
	if news && (lead || s.speaks(o, it.ID)) {
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

// lead is the copy that speaks for a story from now on: the one that did, once readers
// know it, for as long as it stands.
func (s *storyBook) lead(o *openStory) (dedupe.Standing, bool) {
	var chosen dedupe.Standing
	for _, c := range o.copies {
		if by := s.g.leads[c.EntryID]; by > s.g.leads[chosen.EntryID] {
			chosen = c // by people; the last that was said holds
		}
	}
	if chosen.EntryID != 0 {
		return chosen, true
	}
	for _, spoke := range []int64{o.again, o.before.EntryID} {
		i := slices.IndexFunc(o.copies, func(c dedupe.Standing) bool { return c.EntryID == spoke })
		if i >= 0 && s.settled(o.copies[i]) {
			return o.copies[i], true
		}
	}
	return s.run.Order.Lead(o.copies)
}

// states says how each touched story ends. Labels are made anew when the lead, its
// words or the copies that stand changed; otherwise they stay, and only a new
// language is added.
func (s *storyBook) states() []store.StoryState {
	out := make([]store.StoryState, 0, len(s.order))
	for _, id := range s.order {
		o := s.open[id]
		lead, ok := s.lead(o)
		if o.merged || !ok && !o.mint && !o.revive {
			continue // it is no more, or every copy is withdrawn: the store withdraws the story
		}
		if !ok { // split off with nothing in it that stands
			for entry := range o.kept {
				lead.EntryID = max(lead.EntryID, entry)
			}
		}
		overtaken := o.before.EntryID != 0 && lead.EntryID != o.before.EntryID
		if overtaken && s.words(o, lead.EntryID) != s.words(o, o.before.EntryID) {
			o.move(time.Time{}, s.batch.now) // a reader sees another text
		}
		state := store.StoryState{ID: id, Mint: o.mint, Revive: o.revive, LeadEntryID: lead.EntryID, Published: o.published, Updated: o.updated}
		anew := o.relabel || lead.EntryID != o.before.EntryID
		if it, source := s.copy(o, lead.EntryID); anew && it != nil && (o.mint || !o.expired(lead.EntryID)) {
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

// expired says that a copy's text has had its time: the story keeps the labels that it gave.
func (o *openStory) expired(entryID int64) bool {
	c := o.kept[entryID]
	return c != nil && o.items[entryID] == nil && !c.Expired.IsZero()
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
