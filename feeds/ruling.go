package feeds

import (
	"fmt"
	"slices"
	"time"
)

// RulingAction is what people decided about entries and stories.
type RulingAction string

// The actions.
const (
	RulingMerge    RulingAction = "merge"    // the stories of these entries are one
	RulingSplit    RulingAction = "split"    // these entries are not one story with those others
	RulingLead     RulingAction = "lead"     // this entry speaks for its story
	RulingWithdraw RulingAction = "withdraw" // these entries are shown nowhere
	RulingApart    RulingAction = "apart"    // entries of two sources are never one story, or those of one are stories of their own
)

// Ruling is what a person decided about entries. It is about entries and not about
// stories, whose ids come and go with what is decided: so it holds through every pull,
// revision and regrouping. It is never changed; one that is taken back stays with the
// moment of that.
type Ruling struct {
	ID     int64        `json:"id"`
	Action RulingAction `json:"action"`
	// Story is the id of the story that it was said about, as it was then.
	Story string `json:"story,omitempty"`
	// Entries are what it is about; Others, of a split, what they were split from.
	Entries []int64 `json:"entries,omitempty"`
	Others  []int64 `json:"others,omitempty"`
	// Whole, of a withdrawal: what joins the story later is withdrawn with it.
	Whole bool `json:"whole,omitempty"`
	// Parts, of a merge and a split, are the stories as they were when it was said.
	Parts   []StoryPart `json:"parts,omitempty"`
	Sources []string    `json:"sources,omitempty"` // of RulingApart: two, in order, or one
	// Translations, of RulingApart about two: entries in two languages still meet.
	Translations bool      `json:"translations,omitempty"`
	Note         string    `json:"note,omitempty"` // of a withdrawal: what readers are told
	By           string    `json:"by"`             // the person, as the installation names its editors
	Office       string    `json:"office"`         // for which they spoke
	Why          string    `json:"why"`
	At           time.Time `json:"at"`
	Revoked      time.Time `json:"revoked,omitzero"`
	// RevokedBy took it back.
	RevokedBy string    `json:"revoked_by,omitempty"`
	Purged    time.Time `json:"purged,omitzero"` // when the words of what is withdrawn were erased
	PurgedBy  string    `json:"purged_by,omitempty"`
}

// StoryPart are entries that were one story, under its id, the lead first.
type StoryPart struct {
	Story   string  `json:"story"`
	Entries []int64 `json:"entries"`
}

// rulingEntriesAtMost bounds the entries of one ruling.
const rulingEntriesAtMost = 500

// Check says what is wrong with a ruling, as ErrInvalid.
func (r *Ruling) Check() error {
	switch r.Action {
	case RulingMerge:
		if len(r.Entries) < 2 {
			return invalid("story", "names no other story")
		}
	case RulingSplit:
		if len(r.Entries) == 0 || len(r.Others) == 0 {
			return invalid("entries", "name some of the story's entries, and not all of them")
		}
	case RulingLead:
		if len(r.Entries) != 1 {
			return invalid("entry", "names no entry")
		}
	case RulingWithdraw:
		if len(r.Entries) == 0 {
			return invalid("entries", "name no entry")
		}
	case RulingApart:
		switch {
		case len(r.Sources) == 1 && !r.Translations:
		case len(r.Sources) != 2 || r.Sources[0] >= r.Sources[1]:
			return invalid("source", "names no other source")
		}
	default:
		return invalid("action", "is none of merge, split, lead, withdraw, apart")
	}
	if len(r.Entries)+len(r.Others) > rulingEntriesAtMost || slices.Contains(r.Entries, 0) {
		return invalid("entries", "are too many")
	}
	if len(r.Note) > whyAtMost || !sayable(r.Note) {
		return invalid("note", fmt.Sprintf("is no plain text of at most %d bytes", whyAtMost))
	}
	return checkSaid(r.By, r.Office, r.Why)
}
