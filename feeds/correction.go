package feeds

import "time"

// Action is what a correction or a rule does to a label.
type Action string

// The actions.
const (
	ActionAdd     Action = "add"     // the story has this label
	ActionRemove  Action = "remove"  // it has not, whatever a machine finds
	ActionPrimary Action = "primary" // it has this country, and this is the one without which there were no story
)

// Correction is what a person said about one label of a story. It is never changed:
// a later one about the same label wins, and one that is taken back stays with the
// moment of that. It holds through every re-labelling, for every copy of the story.
type Correction struct {
	ID        int64     `json:"id"`
	StoryID   string    `json:"story"`
	Kind      LabelKind `json:"kind"`
	Value     string    `json:"value"` // as in Label
	Action    Action    `json:"action"`
	By        string    `json:"by"`     // the person, as the installation names its editors
	Office    string    `json:"office"` // for which they spoke
	Why       string    `json:"why"`
	At        time.Time `json:"at"`
	Revoked   time.Time `json:"revoked,omitzero"`
	RevokedBy string    `json:"revoked_by,omitempty"`
}

// SourceRule is a correction made lasting for one source: the entries of the source
// that carry the text get, or lose, the label.
type SourceRule struct {
	ID         int64     `json:"id"`
	SourceID   string    `json:"source"`
	Kind       LabelKind `json:"kind"`
	Value      string    `json:"value"`
	Action     Action    `json:"action"`   // add or remove
	Field      string    `json:"field"`    // title, text, category, url; empty: every entry of the source
	Contains   string    `json:"contains"` // whole words, case and accents folded; a url: part of it
	By         string    `json:"by"`
	Office     string    `json:"office"`
	Why        string    `json:"why"`
	Correction int64     `json:"correction,omitempty"` // that it was made from
	At         time.Time `json:"at"`
	Revoked    time.Time `json:"revoked,omitzero"`
	RevokedBy  string    `json:"revoked_by,omitempty"`
}
