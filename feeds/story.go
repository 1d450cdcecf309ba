package feeds

import "time"

// Story is the entries that tell one thing. Its id is minted once and never
// changes. Copies holds the lead first, then the others by first sight.
type Story struct {
	ID        string // 26 characters of [0-9a-z], a ULID
	Copies    []Copy
	Labels    []Label
	Published time.Time // the lead's own date, never after the story was first seen
	Updated   time.Time // moves only on a material change of the lead
	Created   time.Time // when the id was minted
	Changed   time.Time // when we last changed anything of it
	Withdrawn time.Time // zero while it stands
}

// Lead is the copy that speaks for the story. A story always has one.
func (s *Story) Lead() *Copy { return &s.Copies[0] }

// Copy is one source's entry within a story, as kept.
type Copy struct {
	EntryID   int64
	SourceID  string
	Entry     Entry
	FirstSeen time.Time
	Seen      time.Time // when the kept version was first seen
	Revision  int       // 1 for the version first seen
	Withdrawn time.Time // zero while it stands
}

// Revision is a former version of an entry.
type Revision struct {
	Number int
	Seen   time.Time
	Entry  Entry
}

// Values lists the values of the story's labels of one kind, best first as stored.
func (s *Story) Values(kind LabelKind) []string {
	var out []string
	for _, l := range s.Labels {
		if l.Kind == kind {
			out = append(out, l.Value)
		}
	}
	return out
}
