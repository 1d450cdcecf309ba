package feeds

// LabelKind is what a label says something about.
type LabelKind string

// The kinds of label.
const (
	LabelCountry  LabelKind = "country"
	LabelRegion   LabelKind = "region"
	LabelTopic    LabelKind = "topic"
	LabelLanguage LabelKind = "language"
)

// By says who set a label. A label by a person is never overwritten by the others.
type By string

// Who labels.
const (
	ByPublisher By = "publisher"
	ByRule      By = "rule"
	ByModel     By = "model"
	ByPerson    By = "person"
)

// Label is one statement of ours about an entry or story. Value is ISO 3166-1
// alpha-2 upper case for a country (XK for Kosovo), a slug for a region or topic,
// a BCP 47 tag for a language. Score is in (0, 1]. Primary marks the one country
// without which there would be no story.
type Label struct {
	Kind     LabelKind  `json:"kind"`
	Value    string     `json:"value"`
	Score    float64    `json:"score"`
	Primary  bool       `json:"primary,omitempty"`
	By       By         `json:"by"`
	Evidence []Evidence `json:"evidence"`
}

// RuleScript is the rule of evidence whose text is the script, by ISO 15924, in which a
// language of several scripts is written.
const RuleScript = "script"

// Evidence is why a label was given: the rule, the text it matched and where.
// Offset is in bytes from the start of the field's plain text.
type Evidence struct {
	Rule   string `json:"rule"`
	Text   string `json:"text"`
	Field  string `json:"field"` // title, text, category, feed
	Offset int    `json:"offset"`
}
