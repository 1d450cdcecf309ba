package store

import (
	"time"

	"tributary/feeds"
)

// Known is what is kept of an entry, as far as a pull must know to skip it.
type Known struct {
	ID        int64
	Hash      string // of everything kept
	TextHash  string // of the words alone
	StoryID   string
	Revision  int   // 1 for the version first seen
	Withdrawn bool  // by its publisher, who may bring it back
	Taken     int64 // the ruling by which people withdrew it, 0 for none
}

// LeadInfo is a copy as it is compared with others for the lead, and its story's dates.
type LeadInfo struct {
	EntryID        int64
	SourceID       string
	Published      time.Time // the copy's, as NewEntry gave it
	FirstSeen      time.Time
	HasBody        bool // it has content and not only a summary
	StoryPublished time.Time
	StoryUpdated   time.Time
}

// NewEntry is an entry, or a new version of one, with where it belongs.
type NewEntry struct {
	ID           int64  // minted from source and guid
	StoryID      string // ignored for a new version: only Change.Moves takes an entry to another story
	Entry        feeds.Entry
	Original     *feeds.Entry // as the publisher said it, when something was cut out of it
	Hash         string
	TextHash     string
	CanonicalURL string
	Print        *Print    // nil keeps the one it has
	Published    time.Time // the date it is ordered by, never zero
	Taken        int64     // the ruling by which people withdrew it, or the story it is new in; 0 for none
}

// StoryState is how a story stands after a change.
type StoryState struct {
	ID          string
	Mint        bool // it does not exist yet
	Revive      bool // it had become part of another one, and is parted from that again
	LeadEntryID int64
	Published   time.Time
	Updated     time.Time
	Labels      []feeds.Label // replace all labels but those by people; nil keeps them
	AddLabels   []feeds.Label // join the others where a value is new
	// What people said about the story's labels holds against both.
}

// Taking withdraws a kept entry by a ruling of people, or gives it back.
type Taking struct {
	EntryID int64
	Ruling  int64 // 0 gives it back, as of what its publisher says
	// Wordless, of what is given back: its words were purged. It stands again when its
	// publisher says it again, and not before.
	Wordless bool
}

// Change is everything that one pull of one source commits. The source is the one of
// Polling; all entries are its own.
type Change struct {
	// Desk: it comes of what people decided and of no source. New, Revised, Withdrawn and
	// Polling are empty.
	Desk   bool
	Taken  []Taking
	Prints []Print // of kept entries that had none
	// TakenStories are stories that people withdrew whole, with the ruling; 0 gives back.
	TakenStories map[string]int64
	New          []NewEntry
	Revised      []NewEntry // known entries with new words; withdrawn ones stand again
	Stories      []StoryState
	Moves        []Move
	// Merged are stories that others have become part of, by their ids. All their entries
	// are moved; their ids redirect, and leave tombstones in the feeds that had them.
	Merged map[string]string
	// Families names, for stories that are kept apart from others although they have entries
	// in common, the least id of them all; "" for a story that is no more of one.
	Families  map[string]string
	Withdrawn []int64 // a story of which no copy stands any more is withdrawn
	Polling   feeds.Polling
	Now       time.Time
	Labelling int64 // what Labels were made by, as DB.Labelling numbers it
	Rules     int64 // number of the RuleBook that they were made with
	// KeepOriginals is how long NewEntry.Original is kept; 0 is not at all.
	KeepOriginals time.Duration
	// Delivered: it came from a hub and not from the source's own answer. Polling then
	// only names the source, and its stored state stays as it is, with one exception: a
	// delivery that revised or withdrew something is confirmed by the next poll, which
	// therefore reads the document whether or not it has changed.
	Delivered bool
}

// SourceState is a source with all that is known of it.
type SourceState struct {
	feeds.Source
	Polling feeds.Polling
	Origin  string // OriginConfig or OriginImport
	Retired bool   // left the catalogue: kept, but no longer polled
}

// Address is where the source is asked: at the address that polling has learnt, else
// at its own.
func (s *SourceState) Address() string {
	if moved := s.Polling.Learnt.Move.Address; moved != "" {
		return moved
	}
	return s.URL
}

// Where a source comes from.
const (
	OriginConfig = "config" // the configuration's catalogue
	OriginImport = "import" // an OPML file, an API
)

// Count says how many published stories a term selects.
type Count struct {
	Term feeds.Term
	N    int
}

// Move takes a kept entry to another story.
type Move struct {
	EntryID  int64
	From, To string
}
