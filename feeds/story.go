package feeds

import (
	"slices"
	"strings"
	"time"
)

// Story is the entries that tell one thing. Its id is minted once and never
// changes. Copies holds the lead first, then the others by first sight.
type Story struct {
	ID        string // 26 characters of [0-9a-z], a ULID
	Copies    []Copy
	Labels    []Label
	Published time.Time // the lead's own date, never after the story was first seen
	Updated   time.Time // moves only on a material change of the lead, or of the copy that stands for it in another language
	Created   time.Time // when the id was minted
	Changed   time.Time // when we last changed anything of it
	Withdrawn time.Time // zero while it stands
	Note      string    // what readers are told about a withdrawal by people; "" for nothing
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
	Note      string    // what readers are told about its withdrawal by people; "" for nothing
	Expired   time.Time // when its text had had its time and was deleted; zero while it is kept
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

// LanguageOf is the language of a copy, as a BCP 47 tag: what its publisher declares,
// with script and region, where the story's labels bear the language out, else what the
// labels say. It is empty when neither can be told.
func (s *Story) LanguageOf(c *Copy) string {
	labelled := s.Values(LabelLanguage)
	declared := c.Entry.Language
	if len(labelled) == 0 || slices.Contains(labelled, BaseLanguage(declared)) {
		return declared
	}
	// The labels are those of all copies: what another one declares is that one's.
	own := labelled
	if len(s.Copies) > 1 {
		own = slices.DeleteFunc(slices.Clone(labelled), func(language string) bool {
			return slices.ContainsFunc(s.Copies, func(other Copy) bool {
				return other.EntryID != c.EntryID && BaseLanguage(other.Entry.Language) == language
			})
		})
	}
	switch len(own) {
	case 0:
		return declared // no label speaks of this copy
	case 1:
	default:
		return ""
	}
	for _, l := range s.Labels {
		if l.Kind != LabelLanguage || l.Value != own[0] {
			continue
		}
		for _, e := range l.Evidence {
			if e.Rule == RuleScript {
				return own[0] + "-" + e.Text
			}
		}
	}
	return own[0]
}

// BaseLanguage is the language of a BCP 47 tag, without script and region, small. The
// former names of Hebrew, Indonesian and the like are as labels write them.
func BaseLanguage(tag string) string {
	base, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(strings.TrimSpace(tag), "_", "-")), "-")
	switch base {
	case "iw":
		return "he"
	case "in":
		return "id"
	case "nb":
		return "no"
	case "sh":
		return "sr"
	case "mo":
		return "ro"
	case "fil":
		return "tl"
	}
	return base
}
