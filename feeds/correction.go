package feeds

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

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

// The fields of an entry that a rule can look at, "" for none.
const (
	RuleFieldTitle    = "title"
	RuleFieldText     = "text"
	RuleFieldCategory = "category"
	RuleFieldURL      = "url"
)

// Bounds of what people write, in bytes.
const (
	whyAtMost      = 500
	nameAtMost     = 100
	containsAtMost = 200
	containsAtMin  = 2
)

// Check says what is wrong with a correction, as ErrInvalid. Whether its story exists
// is another question.
func (c *Correction) Check(t *Taxonomy) error {
	if c.StoryID == "" {
		return invalid("story", "names no story")
	}
	if err := checkLabel(t, c.Kind, c.Value); err != nil {
		return err
	}
	switch c.Action {
	case ActionAdd, ActionRemove:
	case ActionPrimary:
		if c.Kind != LabelCountry {
			return invalid("action", "primary is for countries alone")
		}
	default:
		return invalid("action", fmt.Sprintf("%.40q is none of add, remove, primary", c.Action))
	}
	return checkSaid(c.By, c.Office, c.Why)
}

// Check says what is wrong with a rule, as ErrInvalid. Whether its source exists is
// another question.
func (r *SourceRule) Check(t *Taxonomy) error {
	if r.SourceID == "" {
		return invalid("source", "names no source")
	}
	if err := checkLabel(t, r.Kind, r.Value); err != nil {
		return err
	}
	if r.Action != ActionAdd && r.Action != ActionRemove {
		return invalid("action", fmt.Sprintf("%.40q is none of add, remove", r.Action))
	}
	switch r.Field {
	case "":
		if r.Contains != "" {
			return invalid("field", "is missing; one of title, text, category, url")
		}
	case RuleFieldTitle, RuleFieldText, RuleFieldCategory, RuleFieldURL:
		if n := len(strings.TrimSpace(r.Contains)); n < containsAtMin || n > containsAtMost {
			return invalid("contains", fmt.Sprintf("has %d bytes; %d to %d are asked for", n, containsAtMin, containsAtMost))
		}
		if r.Field != RuleFieldURL && !strings.ContainsFunc(r.Contains, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }) {
			return invalid("contains", "has no word")
		}
	default:
		return invalid("field", fmt.Sprintf("%.40q is none of title, text, category, url", r.Field))
	}
	if !sayable(r.Contains) {
		return invalid("contains", "is no plain text")
	}
	return checkSaid(r.By, r.Office, r.Why)
}

// checkLabel says whether there can be such a label.
func checkLabel(t *Taxonomy, kind LabelKind, value string) error {
	var known bool
	switch kind {
	case LabelCountry:
		_, known = t.CountryByCode(value)
	case LabelRegion:
		_, known = t.RegionBySlug(value)
	case LabelTopic:
		_, known = t.TopicBySlug(value)
	case LabelLanguage:
		known = languageExpr.MatchString(value)
	default:
		return invalid("kind", fmt.Sprintf("%.40q is none of country, region, topic, language", kind))
	}
	if !known {
		return invalid("value", fmt.Sprintf("%.40q is no %s", value, kind))
	}
	return nil
}

// languageExpr is a language as labels have it: a primary language subtag of BCP 47.
var languageExpr = regexp.MustCompile(`^[a-z]{2,3}$`)

func checkSaid(by, office, why string) error {
	for _, f := range []struct {
		key, text string
		atMost    int
	}{{"by", by, nameAtMost}, {"office", office, nameAtMost}, {"why", why, whyAtMost}} {
		switch {
		case strings.TrimSpace(f.text) == "":
			return invalid(f.key, "is empty")
		case len(f.text) > f.atMost:
			return invalid(f.key, fmt.Sprintf("has %d bytes; %d at most", len(f.text), f.atMost))
		case !sayable(f.text):
			return invalid(f.key, "is no plain text")
		}
	}
	return nil
}

// sayable says whether a text can be kept and shown wherever text can.
func sayable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// Fault says what is wrong with one thing that a person asked for. It is an ErrInvalid.
type Fault struct {
	Key  string // as in JSON: why
	What string // goes on after the key: is empty
}

// Error implements error.
func (f *Fault) Error() string { return f.Key + " " + f.What + ": " + ErrInvalid.Error() }

// Unwrap makes it an ErrInvalid.
func (f *Fault) Unwrap() error { return ErrInvalid }

func invalid(key, what string) error { return &Fault{key, what} }
