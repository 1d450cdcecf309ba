package eval

import "tributary/feeds"

// Prediction is the answer to one [GoldItem]: the labels somebody or something gave it.
type Prediction struct {
	ID        string   `json:"id"`
	Countries []string `json:"countries"`
	Primary   string   `json:"primary"` // empty when there is none
	Regions   []string `json:"regions"`
	Topics    []string `json:"topics"`
	Language  string   `json:"language"` // BCP 47
	// Labels are the same answers with their evidence, when whoever answers has any: what
	// misled is told from them.
	Labels []feeds.Label `json:"labels"`
}

// reportForm names the JSON form of a report, so that another file is not taken for one.
const reportForm = "tributary eval classify 2"

// ClassifyReport says how good labels are. Its JSON form is read again by [ReadReport].
type ClassifyReport struct {
	Form              string   `json:"form"`
	Summary           []string `json:"summary"` // the same in plain sentences
	Items             int      `json:"items"`
	WithoutPrediction int      `json:"without_prediction"` // items nobody answered; they count as answered with nothing
	Unknown           int      `json:"unknown"`            // answers to no item; they count for nothing else
	// Countries leave optional ones out of the answers.
	Countries     LabelSets        `json:"countries"`
	Topics        LabelSets        `json:"topics"`
	Regions       *LabelSets       `json:"regions,omitempty"` // of the items that say what their regions are, if any do
	Primary       Primary          `json:"primary"`
	MentionedOnly MentionedOnly    `json:"mentioned_only"`
	NoCountry     NoCountry        `json:"no_country"`
	Language      Choice           `json:"language"`
	Rules         []RuleScore      `json:"rules"`  // what each rule's labels were worth; most wrong first
	Misled        []Misled         `json:"misled"` // what wrong labels were given for; most items first, bounded
	ByLanguage    []LanguageReport `json:"by_language"`
	BySource      []Slice          `json:"by_source,omitempty"` // these three where items say so
	ByOffice      []Slice          `json:"by_office,omitempty"`
	ByMonth       []Slice          `json:"by_month,omitempty"`
	Outcomes      []Outcome        `json:"outcomes"` // item by item, by id
	Comparison    *Comparison      `json:"comparison,omitempty"`
}

// Choice says how good a label is that an item has one of: right in so many of the
// items that should have one, another in some, none in the rest.
type Choice struct {
	Right     int         `json:"right"`
	Of        int         `json:"of"`
	Another   int         `json:"another"`
	None      int         `json:"none"`
	Accuracy  float64     `json:"accuracy"`
	Confusion []Confusion `json:"confusion"` // most items first, bounded
	Worst     []Mismatch  `json:"worst"`     // by id, bounded
}

// Mismatch is an item with another value than people gave it; Got may be empty.
type Mismatch struct {
	ID       string           `json:"id"`
	Title    string           `json:"title"`
	Want     string           `json:"want"`
	Got      string           `json:"got"`
	Evidence []feeds.Evidence `json:"evidence,omitempty"` // of what was got
}

// Primary says how good the primary country is: right where there is one, left empty
// where there is none.
type Primary struct {
	Choice
	LeftEmpty int `json:"left_empty"`
	NoneOf    int `json:"left_empty_of"`
}

// MentionedOnly counts the countries that are no more than mentioned, and how many of
// them were wrongly returned.
type MentionedOnly struct {
	Returned int `json:"returned"`
	Of       int `json:"of"`
}

// NoCountry counts the items about no country, and how many were kept empty but for
// optional countries.
type NoCountry struct {
	KeptEmpty int `json:"kept_empty"`
	Of        int `json:"of"`
}

// LanguageReport is the summary for the items of one declared language.
type LanguageReport struct {
	Language string `json:"language"` // empty: the items that declare none
	Figures
}

// Slice is the summary for the items of one source, office or month.
type Slice struct {
	Name string `json:"name"` // empty: the items that do not say
	Figures
}

// Figures are what a summary of some items holds.
type Figures struct {
	Items          int   `json:"items"`
	Countries      Score `json:"countries"` // micro
	CountriesMacro Score `json:"countries_macro"`
	Topics         Score `json:"topics"` // micro
	TopicsMacro    Score `json:"topics_macro"`
	Primary        Ratio `json:"primary"`
	Identified     Ratio `json:"identified"` // the language itself
	Mentioned      Ratio `json:"mentioned"`  // countries no more than mentioned, and returned all the same
}

// Ratio is so many of so many.
type Ratio struct {
	Right int `json:"right"`
	Of    int `json:"of"`
}

// Classify compares answers with labelled items. Answers are found by id, in any
// order; of several with one id the last counts. An item without an answer counts as
// one with no labels. [Judge] does the same item by item.
func Classify(gold []GoldItem, pred []Prediction) ClassifyReport {
	answers := make(map[string]*Prediction, len(pred))
	for i := range pred {
		answers[pred[i].ID] = &pred[i]
	}
	j := NewJudge()
	known := set{}
	for i := range gold {
		p := answers[gold[i].ID]
		if p != nil {
			known[p.ID] = struct{}{}
		}
		j.Add(&gold[i], p)
	}
	r := j.Report()
	r.Unknown = len(answers) - len(known)
	r.Summary = summary(&r)
	return r
}
