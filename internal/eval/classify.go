package eval

import (
	"maps"
	"slices"
	"strings"
)

// Prediction is the answer to one [GoldItem]: the labels somebody or something gave it.
type Prediction struct {
	ID        string   `json:"id"`
	Countries []string `json:"countries"`
	Primary   string   `json:"primary"` // empty when there is none
	Topics    []string `json:"topics"`
	Language  string   `json:"language"` // BCP 47
}

// ClassifyReport says how good labels are.
type ClassifyReport struct {
	Items             int `json:"items"`
	WithoutPrediction int `json:"without_prediction"` // items nobody answered; they count as answered with nothing
	Unknown           int `json:"unknown"`            // answers to no item; they count for nothing else
	// Countries leave optional ones out of the answers.
	Countries     LabelSets        `json:"countries"`
	Topics        LabelSets        `json:"topics"`
	Primary       Primary          `json:"primary"`
	MentionedOnly MentionedOnly    `json:"mentioned_only"`
	NoCountry     NoCountry        `json:"no_country"`
	Language      Choice           `json:"language"`
	ByLanguage    []LanguageReport `json:"by_language"` // by tag
}

// Choice says how good a label is that an item has one of: right in so many of the
// items that should have one.
type Choice struct {
	Right    int        `json:"right"`
	Of       int        `json:"of"`
	Accuracy float64    `json:"accuracy"`
	Worst    []Mismatch `json:"worst"` // in the order of the labelled data, bounded
}

// Mismatch is an item with another value than people gave it; Got may be empty.
type Mismatch struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Want  string `json:"want"`
	Got   string `json:"got"`
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
	Language   string `json:"language"`
	Items      int    `json:"items"`
	Countries  Score  `json:"countries"` // micro
	Topics     Score  `json:"topics"`    // micro
	Primary    Ratio  `json:"primary"`
	Identified Ratio  `json:"identified"` // the language itself
}

// Ratio is so many right of so many.
type Ratio struct {
	Right int `json:"right"`
	Of    int `json:"of"`
}

// Classify compares answers with labelled items. Answers are found by id, in any
// order; of several with one id the last counts. An item without an answer counts as
// one with no labels.
func Classify(gold []GoldItem, pred []Prediction) ClassifyReport {
	answers := make(map[string]*Prediction, len(pred))
	for i := range pred {
		answers[pred[i].ID] = &pred[i]
	}
	pairs := make([]answered, len(gold))
	byLanguage := map[string][]answered{}
	r := ClassifyReport{Items: len(gold), ByLanguage: []LanguageReport{}}
	known := set{}
	for i := range gold {
		g := &gold[i]
		p := answers[g.ID]
		if p == nil {
			p = &Prediction{}
			r.WithoutPrediction++
		} else {
			known[g.ID] = struct{}{}
		}
		pairs[i] = answered{g, p}
		byLanguage[g.Lang] = append(byLanguage[g.Lang], pairs[i])
	}
	r.Unknown = len(answers) - len(known)
	r.Countries, r.Topics = countrySets(pairs), topicSets(pairs)
	r.Primary, r.Language = primary(pairs), language(pairs)
	r.MentionedOnly, r.NoCountry = mentionedOnly(pairs), noCountry(pairs)
	for _, tag := range slices.Sorted(maps.Keys(byLanguage)) {
		of := byLanguage[tag]
		p, l := primary(of), language(of)
		r.ByLanguage = append(r.ByLanguage, LanguageReport{Language: tag, Items: len(of),
			Countries: countrySets(of).Micro, Topics: topicSets(of).Micro,
			Primary: Ratio{p.Right, p.Of}, Identified: Ratio{l.Right, l.Of}})
	}
	return r
}

// answered is an item and its answer, which is never nil.
type answered struct {
	gold *GoldItem
	pred *Prediction
}

func countrySets(pairs []answered) LabelSets {
	items := make([]labelled, len(pairs))
	for i, p := range pairs {
		items[i] = labelled{item: p.gold, gold: p.gold.Countries, optional: p.gold.OptionalCountries, answer: p.pred.Countries}
	}
	return labelSets(items)
}

func topicSets(pairs []answered) LabelSets {
	items := make([]labelled, len(pairs))
	for i, p := range pairs {
		items[i] = labelled{item: p.gold, gold: p.gold.Topics, answer: p.pred.Topics}
	}
	return labelSets(items)
}

func primary(pairs []answered) Primary {
	r := Primary{Choice: Choice{Worst: []Mismatch{}}}
	for _, p := range pairs {
		if p.gold.Primary != "" {
			r.add(p.gold, p.gold.Primary, p.pred.Primary, p.gold.Primary == p.pred.Primary)
			continue
		}
		r.NoneOf++
		if p.pred.Primary == "" {
			r.LeftEmpty++
		}
	}
	r.Accuracy = share(r.Right, r.Of)
	return r
}

// language compares primary subtags: who labels says "pt", where an answer may well
// say "pt-BR". Items whose language nobody labelled are left out.
func language(pairs []answered) Choice {
	r := Choice{Worst: []Mismatch{}}
	for _, p := range pairs {
		if p.gold.Lang != "" {
			r.add(p.gold, p.gold.Lang, p.pred.Language, subtag(p.gold.Lang) == subtag(p.pred.Language))
		}
	}
	r.Accuracy = share(r.Right, r.Of)
	return r
}

func subtag(tag string) string {
	if i := strings.IndexAny(tag, "-_"); i >= 0 {
		tag = tag[:i]
	}
	return strings.ToLower(tag)
}

func (c *Choice) add(g *GoldItem, want, got string, right bool) {
	c.Of++
	if right {
		c.Right++
	} else if len(c.Worst) < worstShown {
		c.Worst = append(c.Worst, Mismatch{ID: g.ID, Title: g.Title, Want: want, Got: got})
	}
}

func mentionedOnly(pairs []answered) MentionedOnly {
	var r MentionedOnly
	for _, p := range pairs {
		r.Of += len(p.gold.MentionedOnly)
		for _, country := range p.gold.MentionedOnly {
			if slices.Contains(p.pred.Countries, country) {
				r.Returned++
			}
		}
	}
	return r
}

func noCountry(pairs []answered) NoCountry {
	var r NoCountry
	for _, p := range pairs {
		if len(p.gold.Countries) > 0 {
			continue
		}
		r.Of++
		if len(setOf(p.pred.Countries).minus(setOf(p.gold.OptionalCountries))) == 0 {
			r.KeptEmpty++
		}
	}
	return r
}
