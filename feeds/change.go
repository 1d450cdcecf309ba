package feeds

// ChangeKind says in what way a version of an entry differs from the one before it.
type ChangeKind string

// The kinds of change, in the order in which they are told.
const (
	ChangeTitle      ChangeKind = "title"      // the title says something else
	ChangeFigures    ChangeKind = "figures"    // quantities are others
	ChangeNames      ChangeKind = "names"      // words with capitals within a sentence are others
	ChangeWording    ChangeKind = "wording"    // other words are others
	ChangeAdded      ChangeKind = "added"      // a passage is new
	ChangeRemoved    ChangeKind = "removed"    // a passage is gone
	ChangeCorrection ChangeKind = "correction" // its publisher marks it as corrected or updated
)

// Change is what a new version of an entry changes.
type Change struct {
	// Material: a reader of the former version would want to know. It is false for
	// spaces, typography, markup, contact blocks, and for a publisher's mark that comes or
	// goes alone.
	Material bool         `json:"material"`
	Kinds    []ChangeKind `json:"kinds"`             // never nil
	Figures  []Figure     `json:"figures,omitempty"` // the first of those that stand in one another's place
	Reason   string       `json:"reason"`            // why it is material, or why not: one English sentence
}

// Figure is a quantity as two versions write it.
type Figure struct {
	Before string `json:"before"`
	After  string `json:"after"`
}
