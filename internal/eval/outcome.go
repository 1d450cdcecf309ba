package eval

import (
	"slices"
	"strings"

	"tributary/feeds"
)

// Bounds of what a report keeps of an item: its text is let go.
const (
	evidenceKept = 3 // pieces of a wrong label
	matchedShown = 60
)

// Outcome is what became of one item. Everything else in a report is counted from
// outcomes, so that two reports can be compared item by item.
type Outcome struct {
	ID         string `json:"id"`
	Language   string `json:"language"`
	Title      string `json:"title"` // its first words
	Source     string `json:"source,omitempty"`
	Office     string `json:"office,omitempty"`
	Month      string `json:"month,omitempty"` // 2026-11
	Unanswered bool   `json:"unanswered,omitempty"`

	Countries  Found  `json:"countries"`
	Topics     Found  `json:"topics"`
	Regions    *Found `json:"regions,omitempty"` // nil: the item does not say
	Primary    Pair   `json:"primary"`
	Identified Pair   `json:"identified"` // the language; both empty where the item has none
	// Mentioned are the countries that are no more than mentioned, and MentionedAs those
	// of them that were returned.
	Mentioned   int      `json:"mentioned,omitempty"`
	MentionedAs []string `json:"mentioned_as,omitempty"`
	// Misled is the evidence of the labels that are wrong.
	Misled []WrongLabel `json:"misled,omitempty"`
}

// Found are the labels of one kind: those that are right, missed, wrong; each sorted.
type Found struct {
	Right  []string `json:"right,omitempty"`
	Missed []string `json:"missed,omitempty"`
	Wrong  []string `json:"wrong,omitempty"`
}

// errors counts the mistakes.
func (f *Found) errors() int { return len(f.Missed) + len(f.Wrong) }

// Pair is what one value should be and what was given; empty is none.
type Pair struct {
	Want string `json:"want,omitempty"`
	Got  string `json:"got,omitempty"`
}

// WrongLabel is a label that should not be there and what it was given for.
type WrongLabel struct {
	Kind     feeds.LabelKind  `json:"kind"`
	Value    string           `json:"value"`
	Evidence []feeds.Evidence `json:"evidence"`
}

// outcome compares an item with its answer, nil when there is none.
func outcome(g *GoldItem, p *Prediction) Outcome {
	o := Outcome{ID: g.ID, Language: g.Lang, Title: plain(g.Title), Source: g.Source, Office: g.Office, Month: g.Month, Unanswered: p == nil}
	if p == nil {
		p = &Prediction{}
	}
	o.Countries = found(g.Countries, g.OptionalCountries, p.Countries)
	o.Topics = found(g.Topics, nil, p.Topics)
	if g.Regions != nil {
		regions := found(g.Regions, nil, p.Regions)
		o.Regions = &regions
	}
	o.Primary = Pair{g.Primary, p.Primary}
	if g.Lang != "" {
		o.Identified = Pair{g.Lang, p.Language}
	}
	o.Mentioned = len(g.MentionedOnly)
	for _, country := range g.MentionedOnly {
		if slices.Contains(p.Countries, country) {
			o.MentionedAs = append(o.MentionedAs, country)
		}
	}
	for i := range p.Labels {
		if l := &p.Labels[i]; o.wrong(l) {
			o.Misled = append(o.Misled, WrongLabel{Kind: l.Kind, Value: l.Value, Evidence: clipEvidence(l.Evidence)})
		}
	}
	return o
}

// found tells labels apart. Optional ones are nobody's fault, and no merit either.
func found(gold, optional, answer []string) Found {
	g, a := setOf(gold), setOf(answer)
	for _, v := range optional {
		if _, required := g[v]; !required {
			delete(a, v)
		}
	}
	return Found{Right: g.and(a), Missed: g.minus(a), Wrong: a.minus(g)}
}

// wrong reports a label that should not be there, the primary country among them.
func (o *Outcome) wrong(l *feeds.Label) bool {
	switch l.Kind {
	case feeds.LabelCountry:
		return slices.Contains(o.Countries.Wrong, l.Value) || l.Primary && o.Primary.Want != l.Value
	case feeds.LabelTopic:
		return slices.Contains(o.Topics.Wrong, l.Value)
	case feeds.LabelRegion:
		return o.Regions != nil && slices.Contains(o.Regions.Wrong, l.Value)
	case feeds.LabelLanguage:
		return !o.identified()
	}
	return false
}

// identified compares primary subtags: who labels says "pt", where an answer may well
// say "pt-BR". Nothing is asked of an item whose language nobody labelled.
func (o *Outcome) identified() bool {
	return o.Identified.Want == "" || subtag(o.Identified.Want) == subtag(o.Identified.Got)
}

func (o *Outcome) evidence(kind feeds.LabelKind, value string) []feeds.Evidence {
	for i := range o.Misled {
		if w := &o.Misled[i]; w.Kind == kind && w.Value == value {
			return w.Evidence
		}
	}
	return nil
}

func subtag(tag string) string {
	if i := strings.IndexAny(tag, "-_"); i >= 0 {
		tag = tag[:i]
	}
	return strings.ToLower(tag)
}

func clipEvidence(list []feeds.Evidence) []feeds.Evidence {
	out := make([]feeds.Evidence, 0, min(len(list), evidenceKept))
	for _, e := range first(list, evidenceKept) {
		e.Rule, e.Text, e.Field = clipped(e.Rule, matchedShown), clipped(e.Text, matchedShown), clipped(e.Field, matchedShown)
		out = append(out, e)
	}
	return out
}
